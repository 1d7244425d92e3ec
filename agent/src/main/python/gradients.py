#!/usr/bin/env python3
"""Makes gradients.pt: what is done with the gradients of a pass, as one call of TorchScript.

One call a pass instead of a dozen a parameter, no copy of the gradients, and nothing to add them to
or to zero: the pass of a small model would otherwise cost less than the sums.

usage: PYTHONHASHSEED=0 python3 gradients.py
"""
import pathlib
from typing import List, Optional, Tuple

import torch

import archive

HERE = pathlib.Path(__file__).resolve().parent
FILE = HERE.parent / "resources/io/gradwatch/importance/device/gradients.pt"


def differentiate(output: torch.Tensor, vector: torch.Tensor, inputs: List[torch.Tensor]):
    """The gradient of <output, vector>, one an input; None where the output does not depend on it."""
    vectors: List[Optional[torch.Tensor]] = [vector]
    return torch.autograd.grad([output], inputs, vectors, None, False, True)


def rows(table: torch.Tensor, elements: int) -> int:
    """Rows at once so that a product has at most so many elements."""
    return max(1, elements // max(1, table.shape[1]))


def as_table(gradient: torch.Tensor, table: torch.Tensor) -> torch.Tensor:
    return gradient.detach().to(table.dtype).reshape(table.shape)


def unit_sums(g: torch.Tensor, w: torch.Tensor, chunk: int) -> List[torch.Tensor]:
    """Per unit the sums of g^2, of (w g)^2, of w g; `chunk` elements at once."""
    squares: List[torch.Tensor] = []
    products: List[torch.Tensor] = []
    totals: List[torch.Tensor] = []
    step = rows(w, chunk)
    for at in range(0, w.shape[0], step):
        whole = step >= w.shape[0]
        part = g if whole else g[at : at + step]
        wg = part * (w if whole else w[at : at + step])
        squares.append(torch.square(torch.norm(part, 2, 1)))
        products.append(torch.square(torch.norm(wg, 2, 1)))
        totals.append(wg.sum(1))
    return squares + products + totals


class Gradients(torch.nn.Module):
    """output: [n, ...]; vector: alike; inputs: leaves; tables: their values as [units, elements]."""

    @torch.jit.export
    def sums(
        self,
        output: torch.Tensor,
        vector: torch.Tensor,
        inputs: List[torch.Tensor],
        tables: List[torch.Tensor],
        small: int,
        chunk: int,
    ) -> torch.Tensor:
        """Per parameter, joined: with at most `small` elements g and w themselves, because to add
        them up here takes longer than elsewhere; else per unit the sums of g^2, of (w g)^2, of w g.
        """
        gradients = differentiate(output, vector, inputs)
        joined: List[torch.Tensor] = []
        for i in range(len(tables)):
            w = tables[i]
            found = gradients[i]
            g = torch.zeros_like(w) if found is None else as_table(found, w)
            if w.numel() <= small:
                joined.append(g.reshape(-1))
                joined.append(w.reshape(-1))
            else:
                joined.extend(unit_sums(g, w, chunk))
        return torch.cat(joined)

    @torch.jit.export
    def absolute(
        self,
        output: torch.Tensor,
        vector: torch.Tensor,
        inputs: List[torch.Tensor],
        tables: List[torch.Tensor],
    ) -> torch.Tensor:
        """Per unit and parameter: the sum of |g|; joined."""
        gradients = differentiate(output, vector, inputs)
        sums: List[torch.Tensor] = []
        for i in range(len(tables)):
            w = tables[i]
            found = gradients[i]
            if found is None:
                sums.append(torch.zeros([w.shape[0]], dtype=w.dtype, device=w.device))
            else:
                sums.append(torch.norm(as_table(found, w), 1, 1))
        return torch.cat(sums)

    @torch.jit.export
    def whole(
        self,
        output: torch.Tensor,
        vector: torch.Tensor,
        inputs: List[torch.Tensor],
    ) -> torch.Tensor:
        """All gradients in FP32, row-major, zeros where there is none; joined."""
        gradients = differentiate(output, vector, inputs)
        joined: List[torch.Tensor] = []
        for i in range(len(inputs)):
            found = gradients[i]
            if found is None:
                joined.append(
                    torch.zeros([inputs[i].numel()], dtype=torch.float32, device=output.device)
                )
            else:
                joined.append(found.detach().to(torch.float32).reshape(-1))
        return torch.cat(joined)

    @torch.jit.export
    def assign(self, target: torch.Tensor, values: torch.Tensor) -> torch.Tensor:
        """Writes values into a parameter, in place, and returns what was there."""
        before = target.detach().clone()
        target.copy_(values.reshape(target.shape))
        return before

    def forward(self) -> Tuple[str, int]:
        """What this is: name and version."""
        return "gradients", 1


def main():
    archive.save(torch.jit.script(Gradients()), FILE)


if __name__ == "__main__":
    main()
