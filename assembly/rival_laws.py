"""Which law the counted sizes follow: Flory, Poisson, self-limited growth or a simulation; classes 1, 2, 3, 4+."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize, minimize_scalar
from scipy.special import chdtrc, expit, ndtri, xlogy

from assembly.yields import flory, poisson

CLASSES = ("1", "2", "3", "4+")
LONGEST = 400  # dots in the largest cluster whose weight is summed
FEWEST_EXPECTED = 5.0  # objects in a class below which it joins its neighbour for the G-test (Cochran 1954)
HALF = 0.5  # of a cluster added to each class of a simulation: none is impossible because it did not occur (Jeffreys)


@dataclass(frozen=True)
class LawFit:
    """A law at its likeliest parameters: shares of objects, likelihood, AIC, G-test (p None without freedom)."""

    law: str
    parameters: dict[str, float]
    shares: tuple[float, float, float, float]
    log_likelihood: float
    aic: float
    statistic: float
    degrees_of_freedom: int
    p_value: float | None


def self_limited(pairing: float, slowing: float, sizes: ArrayLike) -> np.ndarray:
    """Share of objects of each size when every further dot joins `slowing` times less often than the one before.

    w_n = pairing^(n-1) slowing^((n-1)(n-2)/2), normalised over n = 1 ... LONGEST; slowing = 1 is Flory's law with
    p = pairing, slowing = 0 stops at dimers. A law of our own for the comparison; fitted, not derived. sizes is a
    scalar or an array of any shape, which the answer keeps. ValueError for a pairing or slowing out of its range.
    """
    if not (0.0 <= pairing < 1e6 and 0.0 <= slowing <= 1.0):
        raise ValueError(f"pairing and slowing must be numbers from 0, slowing to 1, not {pairing!r} and {slowing!r}")
    n = np.arange(1, LONGEST + 1, dtype=float)
    logs = xlogy(n - 1.0, pairing) + xlogy(0.5 * (n - 1.0) * (n - 2.0), slowing)
    weights = np.exp(logs - logs.max())
    wanted = np.asarray(sizes, dtype=int)
    return np.asarray(weights[wanted - 1] / weights.sum())


def compare_laws(counts: ArrayLike, simulated: ArrayLike | None = None) -> list[LawFit]:
    """Every law fitted to objects of 1, 2, 3 and 4 or more dots by maximum likelihood, the lowest AIC first.

    AIC = 2 k - 2 ln L with k fitted parameters: one for Flory and for Poisson, two for self-limited growth, none for
    `simulated`, clusters (1, 2, 3, 4+) of a run. `counts` may be fractional: an effective number of objects. counts and
    simulated (4,). ValueError for other shapes or negative numbers.
    """
    seen = _four(counts, "counts")
    fits = [
        _of_mean("flory", flory, seen),
        _of_mean("poisson", poisson, seen),
        _self_limited(seen),
    ]
    if simulated is not None:
        clusters = _four(simulated, "simulated") + HALF
        fits.append(_judged("simulated", {}, clusters / clusters.sum(), seen, 0))
    return sorted(fits, key=lambda fit: fit.aic)


def effective_objects(share: float, low: float, high: float) -> float:
    """Objects whose counting error alone would be as wide as this 95 % interval: N = p (1 - p) z^2 / h^2.

    p is the share with its ends low and high. ValueError where they do not differ or lie outside 0 to 1.
    """
    half, z = 0.5 * (high - low), float(ndtri(0.975))
    if not 0.0 <= low <= high <= 1.0 or half == 0.0:
        raise ValueError(f"low and high must be shares of 0 to 1 that differ, not {low!r} and {high!r}")
    middle = min(max(share, half), 1.0 - half)  # a share of 0 with an interval is known no better than its width
    return middle * (1.0 - middle) * (z / half) ** 2


def _of_mean(name: str, law: Callable[[float, ArrayLike], np.ndarray], seen: np.ndarray) -> LawFit:
    def shares(mean: float) -> np.ndarray:
        first = law(mean, np.array([1, 2, 3]))
        return np.append(first, max(0.0, 1.0 - float(first.sum())))

    def misfit(log_excess: float) -> float:
        return -_log_likelihood(seen, shares(1.0 + math.exp(log_excess)))

    best = 1.0
    if seen[1:].sum() > 0:
        found = minimize_scalar(misfit, bounds=(-14.0, 6.0), method="bounded", options={"xatol": 1e-8})
        best = 1.0 + math.exp(float(found.x))
    return _judged(name, {"mean_size": best}, shares(best), seen, 1)


def _self_limited(seen: np.ndarray) -> LawFit:
    def shares(at: np.ndarray) -> np.ndarray:
        # expit reaches 0 and 1 only far out; pairing beyond 1 is allowed, as dimers may outnumber monomers
        first = self_limited(math.exp(float(at[0])), float(expit(at[1])), np.array([1, 2, 3]))
        return np.append(first, max(0.0, 1.0 - float(first.sum())))

    starts = [(math.log((seen[1] + HALF) / (seen[0] + HALF)), slowing) for slowing in (-4.0, 0.0, 4.0)]
    bounds = [(-14.0, 10.0), (-14.0, 14.0)]
    tried = [
        minimize(lambda at: -_log_likelihood(seen, shares(at)), start, method="Nelder-Mead", bounds=bounds)
        for start in starts
    ]
    best = min(tried, key=lambda found: float(found.fun)).x
    named = {"pairing": math.exp(float(best[0])), "slowing": float(expit(best[1]))}
    return _judged("self-limited", named, shares(best), seen, 2)


def _judged(name: str, named: Mapping[str, float], shares: np.ndarray, seen: np.ndarray, fitted: int) -> LawFit:
    log_likelihood = _log_likelihood(seen, shares)
    observed, expected = _merged(seen, seen.sum() * shares)
    there = observed > 0
    ratio = observed[there] / np.maximum(expected[there], 1e-300)
    statistic = max(0.0, 2.0 * float(np.sum(observed[there] * np.log(ratio))))
    freedom = len(observed) - 1 - fitted
    return LawFit(
        law=name,
        parameters=dict(named),
        shares=(float(shares[0]), float(shares[1]), float(shares[2]), float(shares[3])),
        log_likelihood=log_likelihood,
        aic=2.0 * fitted - 2.0 * log_likelihood,
        statistic=statistic,
        degrees_of_freedom=max(freedom, 0),
        p_value=float(chdtrc(freedom, statistic)) if freedom >= 1 else None,
    )


def _log_likelihood(seen: np.ndarray, shares: np.ndarray) -> float:
    """Multinomial, without the coefficient that all laws share."""
    return float(np.sum(xlogy(seen, np.maximum(shares, 1e-300))))


def _merged(observed: np.ndarray, expected: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Classes joined from the largest down until each expects FEWEST_EXPECTED objects."""
    seen, due = list(map(float, observed)), list(map(float, expected))
    while len(due) > 1 and min(due) < FEWEST_EXPECTED:
        at = due.index(min(due))
        to = at - 1 if at else 1
        seen[to] += seen[at]
        due[to] += due[at]
        del seen[at], due[at]
    return np.array(seen), np.array(due)


def _four(values: ArrayLike, name: str) -> np.ndarray:
    found = np.asarray(values, dtype=float)
    if found.shape != (4,) or not np.all(np.isfinite(found)) or np.any(found < 0) or not found.sum() > 0:
        raise ValueError(f"{name} must hold four numbers of at least 0, not all 0, for 1, 2, 3 and 4+ dots")
    return found
