"""From a histogram of scores back to the numbers of molecules: templates, likelihood, accidental contacts."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from physics.jit import compiled

ITERATIONS = 400
ATTRACTION_SPREAD = 0.06  # share of molecules that drift into contact while drying, half-normal; assumed
ATTRACTIONS = (0.0, 0.01, 0.02, 0.032, 0.047, 0.065, 0.09, 0.125, 0.2)  # shares that are tried
AGAINST_ATTRACTION = tuple((a / ATTRACTION_SPREAD) ** 2 for a in ATTRACTIONS)  # twice the negative log prior


class Unfolded(NamedTuple):
    """numbers (classes,): molecules of each class; accidents: factor on the rate of contacts; deviance (with prior)."""

    numbers: np.ndarray
    accidents: float
    deviance: float
    expected: np.ndarray


@compiled
def most_likely(
    observed: np.ndarray, templates: np.ndarray, fixed: np.ndarray, start: np.ndarray, iterations: int,
    lent: float = 0.0, third: float = 0.5,
) -> np.ndarray:  # fmt: skip
    """Numbers N >= 0 (classes,) of greatest Poisson likelihood of observed (bins,): fixed + templates N are due.

    Expectation and maximisation (Shepp & Vardi 1982; Lucy 1974): N <- N R^T (h / (f + R N)) / sum R; positive. With
    lent > 0 the split of the last two of four classes has a prior, as if `lent` molecules of them had been seen, a
    share `third` of these in the third class (Dirichlet; their sum is left alone). start (classes,): where to begin,
    above 0; fixed (bins,): objects due whatever N is.
    """
    bins, classes = templates.shape
    numbers, total = start.copy(), np.zeros(classes)
    for b in range(bins):
        for c in range(classes):
            total[c] += templates[b, c]
    gained = np.empty(classes)
    for _ in range(iterations):
        gained[:] = 0.0
        for b in range(bins):
            due = fixed[b] + 1e-12
            for c in range(classes):
                due += templates[b, c] * numbers[c]
            ratio = observed[b] / due
            for c in range(classes):
                gained[c] += templates[b, c] * ratio
        for c in range(classes):
            gained[c] = numbers[c] * gained[c] / total[c] if total[c] > 0.0 else 0.0
        if lent > 0.0:
            tail = gained[2] + gained[3]
            gained[2] = tail * (gained[2] + lent * third) / (tail + lent)
            gained[3] = tail - gained[2]
        moved, sum_all = 0.0, 0.0
        for c in range(classes):
            new = gained[c]
            moved += abs(new - numbers[c])
            sum_all += new
            numbers[c] = new
        if moved < 1e-7 * sum_all:
            break
    return numbers


@compiled
def poisson_deviance(observed: np.ndarray, expected: np.ndarray) -> float:
    """2 sum (O ln(O / E) - O + E). observed O and expected E (bins,), numbers of objects."""
    total = 0.0
    for b in range(observed.size):
        e = max(expected[b], 1e-9)
        total += e - observed[b]
        if observed[b] > 0.0:
            total += observed[b] * math.log(observed[b] / e)
    return 2.0 * total


def response(
    bins: np.ndarray, weight: np.ndarray, parents: np.ndarray, attracted: np.ndarray, made: np.ndarray,
    partners: np.ndarray, factor: float, number_of_bins: int,
) -> np.ndarray:  # fmt: skip
    """Templates (bins, 4): objects expected in each bin per molecule of 1, 2, 3, 4 dots.

    An object of several molecules is an accident, shared among its parents. One of random places is as frequent as each
    parent's partners are dense: in the column of one parent it counts the product over its other parents of partners
    (density in the picture over that in the rehearsal). One that was attracted counts `factor` times as often as in the
    rehearsal, and its other parent's share of all molecules, whatever the density. What accidents gain or lose, single
    molecules lose or gain. bins, weight and attracted (objects,), parents (objects, 4), made (4,): as in
    `rehearsal.Rehearsed`, weight and made being the numbers for which an object stands and of molecules in the fields;
    partners (4,).
    """
    held = parents.sum(axis=1)
    single = held <= 1.0
    out = np.zeros((number_of_bins, 4))
    log_partner = np.log(np.maximum(partners, 1e-9))
    together = parents @ log_partner
    dense = math.log(max(float(partners @ made) / max(float(made.sum()), 1.0), 1e-9))
    times = np.where(attracted, factor * math.exp(-dense), 1.0)
    for n in range(4):
        own = parents[:, n]
        alone = single & (own > 0.0)
        joined = ~single & (own > 0.0)
        share = own[joined] / held[joined]
        rate = np.minimum(times[joined] * np.exp(together[joined] - log_partner[n]), 20.0)
        before = float((weight[joined] * own[joined]).sum()) / max(made[n], 1.0)
        after = float((weight[joined] * own[joined] * rate).sum()) / max(made[n], 1.0)
        if after > 0.9:
            rate, after = rate * 0.9 / after, 0.9
        left = max(1.0 - after, 0.05) / max(1.0 - before, 0.05)
        out[:, n] = np.bincount(bins[alone], weight[alone] * left, number_of_bins)
        out[:, n] += np.bincount(bins[joined], weight[joined] * share * rate, number_of_bins)
        out[:, n] /= max(made[n], 1.0)
    return out
