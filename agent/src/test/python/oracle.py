#!/usr/bin/env python3
"""Writes what Python's torch says about digits.pt, one sample at a time, as the tests' golden file.

For the first 64 held-out digits, and the same ones rotated by 90 degrees: per parameter tensor the
mean over samples of the sum of g^2 (fisher), of (w g)^2 (taylor), and of the squared sums of w g
over each unit (unit-taylor); labelled with the gradient of the cross-entropy, label-free with the
expectation over all labels y ~ p(y | x), taken exactly.

For the upright ones also, in double precision: the mean of |x df_c/dx| of the predicted class c, one
number a pixel (attribution), and per tensor the mean of the sum of |d||f||^2/dw| (mas).

usage: python3 oracle.py
"""
import gzip
import json
import pathlib

import numpy
import torch

HERE = pathlib.Path(__file__).resolve().parent
DEMO = HERE.parents[1] / "main/dist/demo"
GOLDEN = HERE.parent / "resources/io/gradwatch/importance/oracle.json"
SAMPLES = 64


def held_out():
    with gzip.open(DEMO / "digits.csv.gz", "rt") as file:
        rows = [line.strip().split(",") for line in file][1:]
    rows = [row[1:] for row in rows if row[0] == "held-out"][:SAMPLES]
    table = numpy.array(rows, dtype=numpy.float32)
    pixels = torch.tensor(table[:, 1:]).reshape(-1, 1, 8, 8) / 16
    return pixels, torch.tensor(table[:, 0]).long()


def add(sums, weights, gradients, factor):
    for name, gradient in gradients.items():
        g = gradient.double()
        wg = g * weights[name].detach().double()
        units = wg.reshape(wg.shape[0], -1).sum(1)
        for method, value in [
            ("fisher", (g**2).sum()),
            ("taylor", (wg**2).sum()),
            ("unit-taylor", (units**2).sum()),
        ]:
            sums[method][name] += factor * value.item()


def gradients(scalar, weights):
    found = torch.autograd.grad(scalar, list(weights.values()), retain_graph=True)
    return dict(zip(weights, found))


def importance(model, pixels, labels):
    weights = dict(model.named_parameters())
    methods = ("fisher", "taylor", "unit-taylor")
    labelled = {method: dict.fromkeys(weights, 0.0) for method in methods}
    label_free = {method: dict.fromkeys(weights, 0.0) for method in methods}
    for x, y in zip(pixels, labels):
        log_p = torch.log_softmax(model(x[None]), 1)[0]
        add(labelled, weights, gradients(-log_p[y], weights), 1 / len(pixels))
        for c in range(len(log_p)):
            p = log_p[c].exp().item()
            add(label_free, weights, gradients(log_p[c], weights), p / len(pixels))
    return {"labelled": labelled, "label-free": label_free}


def own_passes(model, pixels):
    model = model.double()
    weights = dict(model.named_parameters())
    attribution = torch.zeros(pixels[0].numel(), dtype=torch.double)
    mas = dict.fromkeys(weights, 0.0)
    for x in pixels.double():
        x = x[None].requires_grad_()
        f = model(x)[0]
        (slope,) = torch.autograd.grad(f[f.argmax()], x, retain_graph=True)
        attribution += (x * slope).detach().abs().flatten() / len(pixels)
        for name, gradient in gradients((f**2).sum(), weights).items():
            mas[name] += gradient.abs().sum().item() / len(pixels)
    return {"attribution": attribution.tolist(), "mas": mas}


def main():
    torch.set_num_threads(1)
    model = torch.jit.load(str(DEMO / "digits.pt"))
    pixels, labels = held_out()
    golden = {
        "upright": importance(model, pixels, labels),
        "rotated": importance(model, torch.rot90(pixels, 1, (2, 3)), labels),
    }
    golden["upright"].update(own_passes(model, pixels))
    GOLDEN.write_text(json.dumps(golden, indent=1) + "\n")


if __name__ == "__main__":
    main()
