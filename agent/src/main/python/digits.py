#!/usr/bin/env python3
"""Makes the demo's model and data: digits.pt and digits.csv.gz.

The data are the 1,797 handwritten digits (8 x 8 pixels, values 0 to 16) of the UCI repository that
scikit-learn carries. A fixed half trains a small convolutional network; the other half is the
traffic of the demo. The network is written as TorchScript in evaluation mode, with its parameters
kept (no torch.jit.freeze), because Gradwatch differentiates with respect to them.

usage: PYTHONHASHSEED=0 python3 digits.py [folder]      (default: ../dist/demo beside this script)
Needs torch >= 1.13 and scikit-learn; the seed is fixed, so one version of torch gives one file.
"""
import gzip
import io
import pathlib
import sys

import archive
import numpy
import torch
from sklearn.datasets import load_digits
from torch import nn

SEED = 20
EPOCHS = 60
BATCH = 32


class Digits(nn.Module):
    """Pixels [n, 1, 8, 8] scaled to 0..1 -> ten logits [n, 10]."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 8, 3, padding=1)
        self.conv2 = nn.Conv2d(8, 16, 3, padding=1)
        self.fc1 = nn.Linear(16 * 2 * 2, 32)
        self.fc2 = nn.Linear(32, 10)

    def forward(self, x):
        x = torch.max_pool2d(torch.relu(self.conv1(x)), 2)
        x = torch.max_pool2d(torch.relu(self.conv2(x)), 2)
        x = torch.relu(self.fc1(x.flatten(1)))
        return self.fc2(x)


def split(labels):
    """The same half of every class, at random: True trains."""
    generator = numpy.random.default_rng(SEED)
    train = numpy.zeros(len(labels), dtype=bool)
    for digit in range(10):
        rows = generator.permutation(numpy.flatnonzero(labels == digit))
        train[rows[: len(rows) // 2]] = True
    return train


def fit(pixels, labels):
    torch.manual_seed(SEED)
    model = Digits()
    optimiser = torch.optim.Adam(model.parameters(), lr=2e-3, weight_decay=1e-4)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, EPOCHS)
    for _ in range(EPOCHS):
        for rows in torch.randperm(len(labels)).split(BATCH):
            optimiser.zero_grad()
            loss = nn.functional.cross_entropy(
                model(pixels[rows]), labels[rows], label_smoothing=0.05
            )
            loss.backward()
            optimiser.step()
        schedule.step()
    return model.eval()


def write_csv(path, pixels, labels, train):
    """One row a digit: split, digit, 64 pixels row by row."""
    text = io.StringIO()
    text.write("split,digit," + ",".join(f"p{i}" for i in range(64)) + "\n")
    for image, digit, is_train in zip(pixels, labels, train):
        name = "train" if is_train else "held-out"
        text.write(f"{name},{digit}," + ",".join(str(int(p)) for p in image) + "\n")
    with open(path, "wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as packed:
        packed.write(text.getvalue().encode())


def accuracy(model, pixels, labels):
    with torch.no_grad():
        return (model(pixels).argmax(1) == labels).double().mean().item()


def main():
    here = pathlib.Path(__file__).resolve().parent
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else here.parent / "dist" / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)

    digits = load_digits()
    train = split(digits.target)
    write_csv(folder / "digits.csv.gz", digits.data, digits.target, train)

    pixels = torch.tensor(digits.data, dtype=torch.float32).reshape(-1, 1, 8, 8) / 16
    labels = torch.tensor(digits.target)
    model = fit(pixels[train], labels[train])
    archive.save(torch.jit.script(model), folder / "digits.pt")

    held_out = pixels[~train]
    print(f"held out: {len(held_out)} digits, accuracy {accuracy(model, held_out, labels[~train]):.3f}")
    rotated = torch.rot90(held_out, 1, (2, 3))
    print(f"rotated by 90 degrees: accuracy {accuracy(model, rotated, labels[~train]):.3f}")


if __name__ == "__main__":
    main()
