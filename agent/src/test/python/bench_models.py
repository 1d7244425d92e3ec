#!/usr/bin/env python3
"""Makes the models that the importance benchmark runs over: random weights, a fixed seed.

They are made on the spot and not committed, since a ResNet-18 alone has 45 MB.

usage: python3 bench_models.py [folder]      (default: target/bench/models)
Needs torch >= 1.13 and torchvision.
"""
import pathlib
import sys

import torch
import torchvision
from torch import nn

SEED = 7


class Mlp(nn.Module):
    """Numbers [n, 784] -> ten logits [n, 10]."""

    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 256)
        self.fc2 = nn.Linear(256, 256)
        self.fc3 = nn.Linear(256, 10)

    def forward(self, x):
        return self.fc3(torch.relu(self.fc2(torch.relu(self.fc1(x)))))


class Cnn(nn.Module):
    """The CNN of PyTorch's MNIST tutorials: pixels [n, 1, 28, 28] -> ten logits [n, 10]."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 16, 5, padding=2)
        self.conv2 = nn.Conv2d(16, 32, 5, padding=2)
        self.fc1 = nn.Linear(32 * 7 * 7, 128)
        self.fc2 = nn.Linear(128, 10)

    def forward(self, x):
        x = torch.max_pool2d(torch.relu(self.conv1(x)), 2)
        x = torch.max_pool2d(torch.relu(self.conv2(x)), 2)
        return self.fc2(torch.relu(self.fc1(x.flatten(1))))


class Block(nn.Module):
    """One layer of a transformer's encoder, normalised first. [n, 32, 64] -> the same."""

    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.norm1 = nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.norm2 = nn.LayerNorm(width)
        self.up = nn.Linear(width, 4 * width)
        self.down = nn.Linear(4 * width, width)

    def attend(self, x: torch.Tensor) -> torch.Tensor:
        n, length, width = x.shape
        parts = self.qkv(x).reshape(n, length, 3, self.heads, width // self.heads)
        q, k, v = parts.permute(2, 0, 3, 1, 4).unbind(0)
        weights = torch.softmax(q @ k.transpose(-2, -1) / (width // self.heads) ** 0.5, -1)
        return self.out((weights @ v).transpose(1, 2).reshape(n, length, width))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = x + self.attend(self.norm1(x))
        return x + self.down(nn.functional.gelu(self.up(self.norm2(x))))


class Transformer(nn.Module):
    """Token ids [n, 32] of 1,000 -> ten logits [n, 10] of the mean over the sequence."""

    def __init__(self):
        super().__init__()
        self.tokens = nn.Embedding(1000, 64)
        self.places = nn.Parameter(0.02 * torch.randn(32, 64))
        self.blocks = nn.Sequential(Block(64, 4), Block(64, 4))
        self.norm = nn.LayerNorm(64)
        self.head = nn.Linear(64, 10)

    def forward(self, ids):
        x = self.blocks(self.tokens(ids) + self.places)
        return self.head(self.norm(x).mean(1))


MODELS = {
    "mlp": Mlp,
    "cnn": Cnn,
    "transformer": Transformer,
    "resnet18": lambda: torchvision.models.resnet18(num_classes=10),
}


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "target/bench/models")
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in MODELS.items():
        torch.manual_seed(SEED)
        model = make().eval()
        torch.jit.script(model).save(folder / f"{name}.pt")
        print(name, sum(p.numel() for p in model.parameters()), "parameters")


if __name__ == "__main__":
    main()
