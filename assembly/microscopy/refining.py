"""Where to rehearse next: more trials where the first ones describe the sample, weighted so that the prior stands."""

from __future__ import annotations

import numpy as np

KERNEL = 0.12  # standard deviation about a first trial, of the prior's width in each direction; assumed


def first_cells(number: int, rng: np.random.Generator) -> np.ndarray:
    """Places (number, 2) in the unit square, one in each of `number` rows and columns (a Latin square)."""
    return np.stack([np.arange(number), rng.permutation(number)], axis=1) / number + rng.random((number, 2)) / number


def next_cells(first: np.ndarray, weights: np.ndarray, number: int, rng: np.random.Generator) -> np.ndarray:
    """Places (number, 2) near the first ones, each of these as often as its weight says; reflected at the edges.

    first (trials, 2), weights (trials,) that sum to 1 (`intervals.fit_weights`). Places are shares of the prior's width
    in each direction.
    """
    about = first[rng.choice(len(first), size=number, p=weights)]
    moved = np.abs(about + KERNEL * rng.standard_normal(about.shape))
    return np.asarray(np.where(moved > 1.0, 2.0 - moved, moved))


def prior_over_proposal(cells: np.ndarray, first: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """By how much the uniform prior exceeds the density at which all cells were drawn, the first and the next together.

    Importance weights of a deterministic mixture (Veach 1995; Cappe 2004): 1 / (a + (1 - a) q(x)), a the share of first
    cells, q the kernels of `next_cells` with their reflections. cells (all, 2), first (trials, 2) and its weights
    (trials,) as `next_cells` takes them; the answer (all,), a ratio of densities.
    """
    share = len(first) / len(cells)
    density = np.zeros(len(cells))
    for image_x in (cells[:, :1], -cells[:, :1], 2.0 - cells[:, :1]):
        for image_y in (cells[:, 1:], -cells[:, 1:], 2.0 - cells[:, 1:]):
            x, y = image_x - first[:, 0], image_y - first[:, 1]
            density += np.exp(-0.5 * (x * x + y * y) / KERNEL**2) @ weights
    density /= 2.0 * np.pi * KERNEL**2
    return np.asarray(1.0 / (share + (1.0 - share) * density))
