#!/usr/bin/env python3
"""Makes the small models that the tests of io.gradwatch.importance.device load.

usage: PYTHONHASHSEED=0 python3 fixtures.py
"""
import io
import pathlib
import sys
import zipfile
from typing import Dict, List, Tuple

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
class SeveralOutputs(nn.Module):
    """Two heads, given as a list."""

    def __init__(self):
        super().__init__()
        self.first = nn.Linear(4, 3)
        self.second = nn.Linear(4, 2)

    def forward(self, x) -> List[torch.Tensor]:
        return [self.first(x), self.second(x)]


class NamedOutputs(nn.Module):
    """Two heads, given as a dict."""

    def __init__(self):
        super().__init__()
        self.first = nn.Linear(4, 3)
        self.second = nn.Linear(4, 2)

    def forward(self, x) -> Dict[str, torch.Tensor]:
        return {"logits": self.first(x), "scores": self.second(x)}


class BatchOfOne(nn.Module):
    """As an export with a fixed batch size leaves it."""

    def __init__(self):
        super().__init__()
        self.last = nn.Linear(4, 3)

    def forward(self, x):
        return self.last(x.reshape(1, 4))


class NoBatch(nn.Module):
    """Takes one sample as it is."""

    def __init__(self):
        super().__init__()
        self.first = nn.Linear(4, 5)
        self.last = nn.Linear(5, 3)

    def forward(self, x):
        return torch.mv(self.last.weight, torch.tanh(torch.mv(self.first.weight, x))) + self.last.bias


class BatchMean(nn.Module):
    """Normalises over the batch in evaluation mode, too: its samples influence each other."""

    def __init__(self):
        super().__init__()
        self.last = nn.Linear(4, 3)

    def forward(self, x):
        h = self.last(x)
        return h - 0.5 * h.mean(0, keepdim=True)


class IntArgument(nn.Module):
    def __init__(self):
        super().__init__()
        self.last = nn.Linear(4, 3)

    def forward(self, x, k: int):
        return self.last(x) * k


class Counter(nn.Module):
    """Counts its calls, and its answer depends on it."""

    def __init__(self):
        super().__init__()
        self.last = nn.Linear(4, 3)
        self.register_buffer("calls", torch.zeros(1))

    def forward(self, x):
        self.calls += 1
        return self.last(x) + self.calls


class QuietCounter(nn.Module):
    """Counts its calls, which changes nothing."""

    def __init__(self):
        super().__init__()
        self.last = nn.Linear(4, 3)
        self.register_buffer("calls", torch.zeros(1))

    def forward(self, x):
        self.calls += 1
        return self.last(x)


class WrittenState(nn.Module):
    """Writes into what the backward pass needs."""

    def __init__(self):
        super().__init__()
        self.last = nn.Linear(4, 3)
        self.register_buffer("scale", torch.ones(3))

    def forward(self, x):
        y = self.last(x) * self.scale
        self.scale.mul_(1.0)
        return y


class WrittenWeight(nn.Module):
    """Normalises its own weight in place, as old spectral normalisation does."""

    def __init__(self):
        super().__init__()
        self.first = nn.Linear(4, 5)
        self.last = nn.Linear(5, 3)

    def forward(self, x):
        y = self.last(torch.tanh(self.first(x)))
        with torch.no_grad():
            self.last.weight.mul_(0.5)
        return y


class StraightThrough(nn.Module):
    """Rounds its features and differentiates as if it did not."""

    def __init__(self):
        super().__init__()
        self.first = nn.Linear(4, 6)
        self.last = nn.Linear(6, 3)

    def forward(self, x):
        h = torch.relu(self.first(x))
        return self.last(h + (torch.round(h * 4) / 4 - h).detach())


class FakeQuantised(nn.Module):
    """Weights and features as quantisation-aware training leaves them."""

    def __init__(self):
        super().__init__()
        self.first = nn.Linear(4, 6)
        self.last = nn.Linear(6, 3)

    def forward(self, x):
        w = torch.fake_quantize_per_tensor_affine(self.first.weight, 0.05, 0, -128, 127)
        h = torch.relu(nn.functional.linear(x, w, self.first.bias))
        h = torch.fake_quantize_per_tensor_affine(h, 0.05, 0, 0, 255)
        return self.last(h)


class Residual(nn.Module):
    """A block that is quantised later lies beside a path that is not."""

    def __init__(self):
        super().__init__()
        self.first = nn.Linear(4, 6)
        self.middle = nn.Linear(6, 6)
        self.last = nn.Linear(6, 3)

    def forward(self, x):
        h = torch.relu(self.first(x))
        return self.last(h + self.middle(h))


class Chain(nn.Module):
    """A block that is quantised later lies between two that are not."""

    def __init__(self):
        super().__init__()
        self.first = nn.Linear(4, 6)
        self.middle = nn.Linear(6, 6)
        self.last = nn.Linear(6, 3)

    def forward(self, x):
        return self.last(self.middle(torch.relu(self.first(x))))


class Stubs(nn.Module):
    """The same two, with the places at which static quantisation converts."""

    def __init__(self, residual: bool):
        super().__init__()
        self.residual = residual
        self.first = nn.Linear(4, 6)
        self.quant = torch.ao.quantization.QuantStub()
        self.middle = nn.Linear(6, 6)
        self.dequant = torch.ao.quantization.DeQuantStub()
        self.last = nn.Linear(6, 3)

    def forward(self, x):
        h = torch.relu(self.first(x))
        y = self.dequant(self.middle(self.quant(h)))
        return self.last(h + y if self.residual else y)


class Detached(nn.Module):
    """Its last layer alone follows the rules."""

    def __init__(self):
        super().__init__()
        self.first = nn.Linear(4, 6)
        self.last = nn.Linear(6, 3)

    def forward(self, x):
        h = torch.relu(self.first(x))
        return self.last(0.5 * h + 0.5 * h.detach())


class Probabilities(nn.Module):
    def __init__(self):
        super().__init__()
        self.last = nn.Linear(4, 3)

    def forward(self, x):
        return torch.softmax(self.last(x), 1)


class Printing(nn.Module):
    def __init__(self):
        super().__init__()
        self.last = nn.Linear(4, 3)

    def forward(self, x):
        print("rows", x.shape[0])
        return self.last(x)


class OldOperator(nn.Module):
    """Divides integers, which truncated before version 4 of the format."""

    def __init__(self):
        super().__init__()
        self.last = nn.Linear(4, 3)

    def forward(self, x):
        n = torch.div(torch.tensor(3), torch.tensor(2))
        return self.last(x) * n


class OddNames(nn.Module):
    """Names that are no identifiers."""

    def __init__(self, bias):
        super().__init__()
        self.bias = bias
        self.register_parameter("in/weight", nn.Parameter(torch.randn(3, 4)))
        self.register_parameter(bias, nn.Parameter(torch.randn(3)))
        self.add_module("block/0 last", nn.Linear(3, 3))

    def forward(self, x):
        h = nn.functional.linear(x, getattr(self, "in/weight"), getattr(self, self.bias))
        return getattr(self, "block/0 last")(h)


def quantised(module):
    """The same with its middle layer in int8, its weights fixed and its inputs quantised as they come."""
    return torch.ao.quantization.quantize_dynamic(
        module, {"middle": torch.ao.quantization.default_dynamic_qconfig}
    )


def statically_quantised(module):
    """The same with its middle layer in int8, calibrated on normal numbers."""
    module.middle.qconfig = torch.ao.quantization.default_qconfig
    module.quant.qconfig = torch.ao.quantization.default_qconfig
    module.dequant.qconfig = torch.ao.quantization.default_qconfig
    module.middle.weight.data.mul_(4)
    torch.ao.quantization.prepare(module, inplace=True)
    module(torch.randn(64, 4))
    return torch.ao.quantization.convert(module)


def forge(source, target, change):
    """Copies an archive with each entry's bytes changed, where no PyTorch here would write them."""
    with zipfile.ZipFile(FOLDER / f"{source}.pt") as a, zipfile.ZipFile(
        FOLDER / f"{target}.pt", "w", zipfile.ZIP_STORED
    ) as b:
        for name in a.namelist():
            inside = name.split("/", 1)[1]
            b.writestr(zipfile.ZipInfo(f"{target}/{inside}"), change(inside, a.read(name)))


def on_cuda(entry, data):
    """Strings of a pickle are BINUNICODE: X, the length in four bytes, the text."""
    cpu, cuda = (b"X" + len(s).to_bytes(4, "little") + s for s in (b"cpu", b"cuda:0"))
    return data.replace(cpu, cuda) if entry.endswith(".pkl") else data


def with_missing_operator(entry, data):
    if not entry.endswith(".py"):
        return data
    return data.replace(b"torch.linear(", b"ops.missing.linear(")


def of_version(version):
    return lambda entry, data: f"{version}\n".encode() if entry == "version" else data


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
    torch.manual_seed(8)
    for name, module in [
        ("list-outputs", SeveralOutputs()),
        ("dict-outputs", NamedOutputs()),
        ("batch-of-one", BatchOfOne()),
        ("no-batch", NoBatch()),
        ("batch-mean", BatchMean()),
        ("int-argument", IntArgument()),
        ("counter", Counter()),
        ("quiet-counter", QuietCounter()),
        ("written-state", WrittenState()),
        ("written-weight", WrittenWeight()),
        ("straight-through", StraightThrough()),
        ("fake-quantised", FakeQuantised()),
        ("detached", Detached()),
        ("quantised-residual", quantised(Residual())),
        ("quantised-chain", quantised(Chain())),
        ("quantised-static-residual", statically_quantised(Stubs(True).eval())),
        ("quantised-static-chain", statically_quantised(Stubs(False).eval())),
        ("probabilities", Probabilities()),
        ("printing", Printing()),
        ("old-operator", OldOperator()),
    ]:
        archive.save(torch.jit.script(module.eval()), FOLDER / f"{name}.pt")
    for name, bias in [("odd-names", "in-bias"), ("unicode-names", "größe")]:
        traced = torch.jit.trace(OddNames(bias).eval(), torch.randn(2, 4))
        archive.save(traced, FOLDER / f"{name}.pt")
    forge("unused-head", "saved-on-cuda", on_cuda)
    forge("unused-head", "missing-operator", with_missing_operator)
    forge("old-operator", "old-version", of_version(3))
    forge("old-operator", "too-old", of_version(0))
    forge("old-operator", "too-new", of_version(99))


if __name__ == "__main__":
    main()
