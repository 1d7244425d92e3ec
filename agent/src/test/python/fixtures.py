#!/usr/bin/env python3
"""Makes the small models that the tests of io.gradwatch.importance.device load.

usage: PYTHONHASHSEED=0 python3 fixtures.py
"""
import pathlib
import sys
from typing import Tuple

import torch
from torch import nn

HERE = pathlib.Path(__file__).resolve().parent
FOLDER = HERE.parent / "resources/io/gradwatch/importance/models"
sys.path.insert(0, str(HERE.parents[1] / "main/python"))
import archive  # noqa: E402


class Norm(nn.Module):
    """Differs from pass to pass unless it runs in evaluation mode."""

    def __init__(self):
        super().__init__()
        self.first = nn.Linear(4, 6)
        self.norm = nn.BatchNorm1d(6)
        self.last = nn.Linear(6, 3)

    def forward(self, x):
        x = torch.relu(self.norm(self.first(x)))
        return self.last(nn.functional.dropout(x, 0.5, self.training))


class UnusedHead(nn.Module):
    def __init__(self):
        super().__init__()
        self.used = nn.Linear(4, 3)
        self.unused = nn.Linear(4, 2)

    def forward(self, x):
        return self.used(x)


class TwoInputs(nn.Module):
    """Numbers [n, 4] and token ids [n, 3]."""

    def __init__(self):
        super().__init__()
        self.tokens = nn.Embedding(5, 2)
        self.last = nn.Linear(6, 3)

    def forward(self, x, ids):
        return self.last(torch.cat([x, self.tokens(ids).mean(1)], 1))


class TwoOutputs(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(4, 3)
        self.second = nn.Linear(4, 2)

    def forward(self, x) -> Tuple[torch.Tensor, torch.Tensor]:
        return self.first(x), self.second(x)


class ClassNumbers(nn.Module):
    def __init__(self):
        super().__init__()
        self.last = nn.Linear(4, 3)

    def forward(self, x):
        return self.last(x).argmax(1)


class NoGrad(nn.Module):
    def __init__(self):
        super().__init__()
        self.last = nn.Linear(4, 3)

    def forward(self, x):
        with torch.no_grad():
            return self.last(x)


class Noisy(nn.Module):
    """Drops out in evaluation mode, too."""

    def __init__(self):
        super().__init__()
        self.last = nn.Linear(4, 3)

    def forward(self, x):
        return nn.functional.dropout(self.last(x), 0.5, True)


class Scalar(nn.Module):
    """A parameter without dimensions, and weights of half and of double precision."""

    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.tensor(2.0))
        self.narrow = nn.Parameter(torch.tensor([1.0, 2.0, 3.0, 4.0], dtype=torch.float16))
        self.wide = nn.Parameter(torch.tensor([0.5, 0.25, 0.125, 0.5], dtype=torch.float64))

    def forward(self, x):
        return (x * self.narrow.float() * self.scale + x * self.wide.float()).sum(1, keepdim=True)


class Endless(nn.Module):
    """Takes the demo's digits, and never comes back."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(64, 10))

    def forward(self, x):
        x = x.flatten(1)
        while bool((x < 2.0).all()):
            x = x * 1.0
        return x @ self.weight


def main():
    torch.manual_seed(7)
    torch.set_num_threads(1)
    FOLDER.mkdir(parents=True, exist_ok=True)
    norm = Norm()
    norm(torch.randn(64, 4))
    archive.save(torch.jit.script(norm.train()), FOLDER / "norm.pt")
    for name, module in [
        ("unused-head", UnusedHead()),
        ("two-inputs", TwoInputs()),
        ("two-outputs", TwoOutputs()),
        ("class-numbers", ClassNumbers()),
        ("no-grad", NoGrad()),
        ("noisy", Noisy()),
        ("scalar", Scalar()),
        ("endless", Endless()),
    ]:
        archive.save(torch.jit.script(module.eval()), FOLDER / f"{name}.pt")
    frozen = torch.jit.freeze(torch.jit.script(UnusedHead().eval()))
    archive.save(frozen, FOLDER / "frozen.pt")
    torch.save({"weight": torch.ones(2, 2)}, FOLDER / "pickle.pt")


if __name__ == "__main__":
    main()
