"""How well shares explain counts, where that is best, and how far from there it is still believable.

Objects are drawn one by one (multinomial), or with shares that themselves scatter from sample to sample
(Dirichlet-multinomial, one concentration for all). Intervals are profile likelihoods: all else refitted, the ends where
-2 ln L has risen by 3.84 (95 %, Wilks 1938).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq, minimize
from scipy.special import chdtrc, gammaln, xlogy

RISE = 3.841458820694124  # 95 % point of chi-square at one degree of freedom
WIDEST = 60  # doublings of the first step before an end counts as open
LIKELIHOODS = ("multinomial", "dirichlet-multinomial")

Array = np.ndarray
Cost = Callable[[Array], float]


def counted(shares: Array, matrix: Array | None) -> Array:
    """Shares as they are counted, (conditions, 4): the matrix P(counted k | true n) on each row, made to sum to 1."""
    seen = shares if matrix is None else shares @ matrix.T
    return np.asarray(seen / seen.sum(axis=1, keepdims=True))


def minus_two_log_likelihood(objects: Array, shares: Array, concentration: float | None = None) -> float:
    """-2 ln L of counts (conditions, 4) under shares (conditions, 4), the combinatorial constants left out.

    concentration: None for multinomial counts, else A of a Dirichlet-multinomial with parameters A p.
    """
    if concentration is None:
        return float(-2.0 * np.sum(xlogy(objects, shares)))
    parameters, totals = concentration * shares, objects.sum(axis=1)
    rows = gammaln(concentration) - gammaln(concentration + totals)
    return float(-2.0 * (np.sum(rows) + np.sum(gammaln(objects + parameters) - gammaln(parameters))))


def deviance(objects: Array, shares: Array) -> float:
    """2 sum O ln(O/E): how far the counts lie from the shares, against shares that fit them exactly."""
    own = objects / objects.sum(axis=1, keepdims=True)
    return float(2.0 * np.sum(xlogy(objects, own) - xlogy(objects, shares)))


def excess_p(objects: Array, shares: Array, parameters: int) -> tuple[float, int, float]:
    """(Pearson's statistic, degrees of freedom, p): whether counts scatter more than multinomial ones do.

    Classes that expect less than one object are joined with the next smaller size, where Pearson's limit fails.
    """
    expected = shares * objects.sum(axis=1, keepdims=True)
    statistic, cells = 0.0, 0
    for seen, due in zip(objects, expected, strict=True):
        o, e = list(seen), list(due)
        while len(e) > 1 and min(e) < 1.0:
            k = int(np.argmin(e))
            into = k - 1 if k > 0 else 1
            o[into] += o[k]
            e[into] += e[k]
            del o[k], e[k]
        statistic += sum((a - b) ** 2 / b for a, b in zip(o, e, strict=True))
        cells += len(e) - 1
    freedom = max(cells - parameters, 0)
    return float(statistic), freedom, float(chdtrc(freedom, statistic)) if freedom else 1.0


@dataclass(frozen=True)
class Best:
    """A minimum: where, and -2 ln L there."""

    at: Array
    cost: float


def least(cost: Cost, starts: Sequence[Array], bounds: Sequence[tuple[float, float]]) -> Best:
    """The lowest of the minima reached from each start, by L-BFGS-B within bounds (scipy)."""
    if not len(bounds):
        return Best(np.empty(0), cost(np.empty(0)))
    found = []
    for start in starts:
        inside = np.clip(start, [b[0] for b in bounds], [b[1] for b in bounds])
        made = minimize(
            cost, inside, method="L-BFGS-B", bounds=bounds, options={"eps": 1e-5, "ftol": 1e-11, "maxiter": 200}
        )
        found.append(Best(np.asarray(made.x), float(made.fun)))
    return min(found, key=lambda best: best.cost)


@dataclass(frozen=True)
class Profiled:
    """A parameter with its 95 % interval; an end is None where the data do not close it within its bounds."""

    value: float
    low: float | None
    high: float | None


def profile(cost: Cost, best: Best, bounds: Sequence[tuple[float, float]], index: int, step: float) -> Profiled:
    """The profile-likelihood interval of coordinate `index`, searched outward from the minimum by `step` and on."""
    others = [k for k in range(len(bounds)) if k != index]
    value = float(best.at[index])
    warm = {"low": best.at[others], "high": best.at[others]}

    def rise(at: float, side: str) -> float:
        def rest(y: Array) -> float:
            x = np.empty(len(bounds))
            x[index], x[others] = at, y
            return cost(x)

        inner = least(rest, [warm[side]], [bounds[k] for k in others])
        if np.isfinite(inner.cost):
            warm[side] = inner.at
        return inner.cost - best.cost - RISE

    ends: dict[str, float | None] = {}
    for side, limit, sign in (("low", bounds[index][0], -1.0), ("high", bounds[index][1], 1.0)):
        near, reach = value, step
        ends[side] = None
        for _ in range(WIDEST):
            far = value + sign * reach
            far = max(far, limit) if sign < 0 else min(far, limit)
            if rise(far, side) > 0.0:
                ends[side] = float(brentq(lambda at, s=side: rise(at, s), *sorted((near, far)), xtol=1e-4 * step))
                break
            if far == limit:
                break
            near, reach = far, 1.7 * reach
    return Profiled(value, ends["low"], ends["high"])
