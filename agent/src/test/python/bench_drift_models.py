#!/usr/bin/env python3
"""Trains the models that the drift benchmark watches, each on the start of its stream.

They are made on the spot and not committed: there is one a stream and run, and what they are
follows from the rows and the seed.

usage: python3 bench_drift_models.py folder
Every NAME.rows in the folder becomes NAME.pt, unless there is one that is newer. A .rows file is
little-endian: rows, features, classes as int32; the features as float32, row by row; the labels as
int32.
Needs torch >= 1.13 and numpy.
"""
import multiprocessing
import pathlib
import sys

import numpy as np
import torch
from torch import nn

SEED = 11
WIDTH = 32
PASSES = 10
BATCH = 64


class Mlp(nn.Module):
    """Numbers [n, features], as they come -> logits [n, classes]."""

    def __init__(self, mean: torch.Tensor, deviation: torch.Tensor, classes: int):
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("deviation", deviation)
        self.fc1 = nn.Linear(mean.numel(), WIDTH)
        self.fc2 = nn.Linear(WIDTH, WIDTH)
        self.fc3 = nn.Linear(WIDTH, classes)

    def forward(self, x):
        x = (x - self.mean) / self.deviation
        return self.fc3(torch.relu(self.fc2(torch.relu(self.fc1(x)))))


def rows(file: pathlib.Path):
    count, features, classes = np.fromfile(file, "<i4", 3)
    x = np.fromfile(file, "<f4", count * features, offset=12).reshape(count, features)
    y = np.fromfile(file, "<i4", count, offset=12 + 4 * count * features)
    return torch.from_numpy(x), torch.from_numpy(y).long(), int(classes)


def train(x: torch.Tensor, y: torch.Tensor, classes: int) -> nn.Module:
    torch.manual_seed(SEED)
    deviation = x.std(0)
    # A feature that never changes has no scale of its own.
    deviation[deviation == 0] = 1
    model = Mlp(x.mean(0), deviation, classes)
    passes = max(PASSES, 100_000 // len(x))
    optimiser = torch.optim.Adam(model.parameters(), lr=2e-3, weight_decay=1e-4)
    for _ in range(passes):
        for batch in torch.randperm(len(x)).split(BATCH):
            optimiser.zero_grad()
            nn.functional.cross_entropy(model(x[batch]), y[batch]).backward()
            optimiser.step()
    return model.eval()


def make(file: pathlib.Path):
    torch.set_num_threads(1)
    torch.jit.script(train(*rows(file))).save(str(file.with_suffix(".pt")))


def missing(file: pathlib.Path) -> bool:
    target = file.with_suffix(".pt")
    return not target.exists() or target.stat().st_mtime < file.stat().st_mtime


def main():
    files = [file for file in sorted(pathlib.Path(sys.argv[1]).glob("*.rows")) if missing(file)]
    with multiprocessing.Pool() as pool:
        pool.map(make, files, chunksize=1)
    print(len(files))


if __name__ == "__main__":
    main()
