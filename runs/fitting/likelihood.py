"""How well shares explain counts, where that is best, and how far from there it is still believable.

Objects are drawn one by one (multinomial), or with shares that themselves scatter from sample to sample
(Dirichlet-multinomial, one concentration for all). Intervals are profile likelihoods: all else refitted, the ends where
-2 ln L has risen by 3.84 (95 %, Wilks 1938).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq, least_squares, minimize
from scipy.special import chdtrc, gammaln, xlogy

RISE = 3.841458820694124  # 95 % point of chi-square at one degree of freedom
WIDEST = 60  # doublings of the first step before an end counts as open
FLAT = 1e-8  # relative change of -2 ln L, a few thousand, at which a search ends: 1e-4 of it all told

Array = np.ndarray


def counted(shares: Array, matrix: Array | None) -> Array:
    """Shares as they are counted, (conditions, 4): the matrix P(counted k | true n) on each row, made to sum to 1."""
    seen = shares if matrix is None else shares @ matrix.T
    return np.asarray(seen / seen.sum(axis=1, keepdims=True))


def minus_two_log_likelihood(objects: Array, shares: Array, concentration: float | None = None) -> float:
    """-2 ln L of counts (conditions, 4) under shares (conditions, 4), the combinatorial constants left out.

    concentration: None for multinomial counts, else A of a Dirichlet-multinomial with parameters A p. objects are these
    counts.
    """
    if concentration is None:
        return float(-2.0 * np.sum(xlogy(objects, shares)))
    parameters, totals = concentration * shares, objects.sum(axis=1)
    rows = gammaln(concentration) - gammaln(concentration + totals)
    return float(-2.0 * (np.sum(rows) + np.sum(gammaln(objects + parameters) - gammaln(parameters))))


def deviance(objects: Array, shares: Array) -> float:
    """2 sum O ln(O/E): how far the counts lie from the shares, against shares that fit them exactly.

    O are the objects (conditions, 4), E their total times the shares (conditions, 4).
    """
    own = objects / objects.sum(axis=1, keepdims=True)
    return float(2.0 * np.sum(xlogy(objects, own) - xlogy(objects, shares)))


def excess_p(objects: Array, shares: Array, parameters: int) -> tuple[float, int, float]:
    """(Pearson's statistic, degrees of freedom, p): whether counts scatter more than multinomial ones do.

    Classes that expect less than one object are joined with the next smaller size, where Pearson's limit fails. objects
    and shares (conditions, 4): counts, and what they are held against.
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
    """A minimum: where, and -2 ln L there. at (n,): in the units of the coordinates; cost: dimensionless."""

    at: Array
    cost: float


@dataclass(frozen=True)
class Problem:
    """-2 ln L over coordinates; where counts are multinomial also as a sum of squares, up to a constant.

    cost takes (n,), residuals give (m,) from (n,).
    """

    cost: Callable[[Array], float]
    residuals: Callable[[Array], Array] | None = None
    constant: float = 0.0  # cost less the sum of squares

    def along(self, place: Callable[[Array], Array]) -> "Problem":
        """The same over other coordinates: place(y) is the point x of the old ones."""
        residuals = self.residuals
        return Problem(
            lambda y: self.cost(place(y)),
            None if residuals is None else lambda y: residuals(place(y)),
            self.constant,
        )


def deviance_residuals(objects: Array, shares: Array) -> Array:
    """Signed square roots of 2 (O ln(O/E) - O + E), whose squares sum to the deviance; flat.

    O are the objects (conditions, 4), counts, E their total times the shares (conditions, 4).
    """
    due = shares * objects.sum(axis=1, keepdims=True)
    parts = 2.0 * (xlogy(objects, objects) - xlogy(objects, due) - objects + due)
    return np.asarray((np.sign(objects - due) * np.sqrt(np.maximum(parts, 0.0))).ravel())


def least(problem: Problem, starts: Sequence[Array], bounds: Sequence[tuple[float, float]]) -> Best:
    """The lowest of the minima reached from each start within bounds (scipy).

    Sums of squares by trust-region Gauss-Newton steps, which here are Fisher's scoring; others by L-BFGS-B. starts:
    points (n,); bounds: low and high of each coordinate, in its unit.
    """
    if not len(bounds):
        return Best(np.empty(0), problem.cost(np.empty(0)))
    low, high = np.array(bounds).T
    found = []
    for start in starts:
        inside = np.clip(start, low + 1e-9 * (high - low), high - 1e-9 * (high - low))
        reached = None if problem.residuals is None else _scored(problem, inside, low, high)
        found.append(reached or _descended(problem, inside, bounds))
    return min(found, key=lambda best: best.cost)


def _scored(problem: Problem, start: Array, low: Array, high: Array) -> Best | None:
    """By least squares; None where the likelihood is so flat that its steps are no numbers."""
    assert problem.residuals is not None
    with np.errstate(all="ignore"):
        try:
            made = least_squares(
                problem.residuals, start, bounds=(low, high), diff_step=1e-4, xtol=1e-5, ftol=1e-6, gtol=None
            )
        except ValueError:
            return None
    cost = 2.0 * float(made.cost) + problem.constant
    return Best(np.asarray(made.x), cost) if np.isfinite(cost) and np.all(np.isfinite(made.x)) else None


def _descended(problem: Problem, start: Array, bounds: Sequence[tuple[float, float]]) -> Best:
    options = {"eps": 1e-3, "ftol": FLAT, "maxiter": 200}
    made = minimize(problem.cost, start, method="L-BFGS-B", bounds=bounds, options=options)
    return Best(np.asarray(made.x), float(made.fun))


@dataclass(frozen=True)
class Profiled:
    """A parameter with its 95 % interval; an end is None where the data do not close it within its bounds."""

    value: float
    low: float | None
    high: float | None


def profile(problem: Problem, best: Best, bounds: Sequence[tuple[float, float]], index: int, step: float) -> Profiled:
    """The profile-likelihood interval of coordinate `index`, searched outward from the minimum by `step` and on.

    bounds: low and high of each coordinate.
    """
    others = [k for k in range(len(bounds)) if k != index]
    value = float(best.at[index])
    warm = {"low": best.at[others], "high": best.at[others]}
    risen: dict[float, float] = {value: -RISE}

    def rise(at: float, side: str) -> float:
        def place(y: Array) -> Array:
            x = np.empty(len(bounds))
            x[index], x[others] = at, y
            return x

        if at not in risen:  # a search asks for its ends again, and must be told the same
            inner = least(problem.along(place), [warm[side]], [bounds[k] for k in others])
            warm[side] = inner.at
            risen[at] = inner.cost - best.cost - RISE
        return risen[at]

    ends: dict[str, float | None] = {}
    for side, limit, sign in (("low", bounds[index][0], -1.0), ("high", bounds[index][1], 1.0)):
        near, reach = value, step
        ends[side] = None
        for _ in range(WIDEST):
            far = value + sign * reach
            far = max(far, limit) if sign < 0 else min(far, limit)
            if rise(far, side) > 0.0:
                ends[side] = float(brentq(lambda at, s=side: rise(at, s), *sorted((near, far)), xtol=1e-2 * step))
                break
            if far == limit:
                break
            near, reach = far, 1.7 * reach
    return Profiled(value, ends["low"], ends["high"])
