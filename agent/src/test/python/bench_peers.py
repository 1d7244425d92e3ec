#!/usr/bin/env python3
"""The importance of one window by Python's torch, in the two ways that one finds.

loop: one forward and backward pass a sample. vmap: functorch.vmap of the gradient, in chunks of 64
samples (16 of a ResNet-18, whose gradients have 45 MB each). Both square each sample's gradient of
<outputs, v>, v = sqrt(p) eps - p sum(sqrt(p) eps), and add up per tensor the sums of g^2 (fisher), of
(w g)^2 (taylor) and of the squared sums of w g over units (unit-taylor). On one thread.

usage: python3 bench_peers.py <model> <model file> <samples, bare FP32> <loop|vmap> <rounds>
Prints JSON, see OneProcess.java.
"""
import json
import pathlib
import resource
import sys
import time

import functorch
import numpy
import torch

import bench_models

HERE = pathlib.Path(__file__).resolve().parent
SHAPES = {"digits": (1, 8, 8), "mlp": (784,), "cnn": (1, 28, 28), "resnet18": (3, 64, 64)}


def module(name):
    if name == "digits":
        sys.path.insert(0, str(HERE.parents[1] / "main/python"))
        import digits

        return digits.Digits()
    return bench_models.MODELS[name]()


def vector(outputs, eps):
    """Of one sample or more: [..., classes]."""
    p = torch.softmax(outputs.detach(), -1)
    v = p.sqrt() * eps
    return v - p * v.sum(-1, keepdim=True)


def signs(n, classes):
    return torch.randint(0, 2, (n, classes)).float() * 2 - 1


def loop(model, samples):
    parameters = list(model.parameters())
    sums = torch.zeros(len(parameters), 3)
    for x, eps in zip(samples.split(1), signs(len(samples), 10)):
        outputs = model(x)
        gradients = torch.autograd.grad(outputs, parameters, vector(outputs, eps))
        for i, (w, g) in enumerate(zip(parameters, gradients)):
            wg = g * w.detach()
            sums[i, 0] += g.square().sum()
            sums[i, 1] += wg.square().sum()
            sums[i, 2] += wg.reshape(wg.shape[0], -1).sum(1).square().sum()
    return sums / len(samples)


def vmap(model, samples, chunk):
    function, parameters, buffers = functorch.make_functional_with_buffers(model)

    def inner(weights, x, eps):
        outputs = function(weights, buffers, x.unsqueeze(0))[0]
        return (outputs * vector(outputs, eps)).sum()

    gradient = functorch.vmap(functorch.grad(inner), in_dims=(None, 0, 0))
    sums = torch.zeros(len(parameters), 3)
    parameters = [w.detach() for w in parameters]
    for part in samples.split(chunk):
        gradients = gradient(parameters, part, signs(len(part), 10))
        for i, (w, g) in enumerate(zip(parameters, gradients)):
            wg = g * w
            sums[i, 0] += g.square().sum()
            sums[i, 1] += wg.square().sum()
            sums[i, 2] += wg.reshape(*wg.shape[:2], -1).sum(2).square().sum()
    return sums / len(samples)


def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main():
    name, file, data, way, rounds = sys.argv[1:]
    torch.set_num_threads(1)
    torch.manual_seed(1)
    samples = torch.from_numpy(numpy.fromfile(data, dtype=numpy.float32)).reshape(-1, *SHAPES[name])
    before = peak()
    model = module(name).eval()
    model.load_state_dict(torch.jit.load(file).state_dict())
    chunk = 16 if name == "resnet18" else 64
    seconds = []
    fisher = 0.0
    for _ in range(1 + int(rounds)):
        begin = time.perf_counter()
        sums = loop(model, samples) if way == "loop" else vmap(model, samples, chunk)
        seconds.append(time.perf_counter() - begin)
        fisher += sums[:, 0].sum().item() / (1 + int(rounds))
    print(json.dumps({"seconds": seconds[1:], "peakMiB": peak(), "beforeMiB": before, "fisher": fisher}))


if __name__ == "__main__":
    main()
