"""Saves TorchScript so that the same module gives the same bytes on every machine."""
import io
import os
import pathlib
import sys
import zipfile

import torch


def save(module, path):
    """Writes a script module without debug symbols, which hold the paths of the machine that ran it.

    The order of a module's constants follows Python's string hashes, so PYTHONHASHSEED must be 0.
    """
    if os.environ.get("PYTHONHASHSEED") != "0":
        sys.exit("bytes depend on Python's hash seed: run with PYTHONHASHSEED=0")
    buffer = io.BytesIO()
    torch.jit.save(module, buffer)
    with zipfile.ZipFile(buffer) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as target:
        for name in source.namelist():
            if not name.endswith(".debug_pkl"):
                inside = pathlib.PurePosixPath(*pathlib.PurePosixPath(name).parts[1:])
                entry = zipfile.ZipInfo(f"{pathlib.Path(path).stem}/{inside}")
                target.writestr(entry, source.read(name))
