"""Finding what a picture does not say outright by indirect inference: the same statistics on virtual pictures."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from assembly.microscopy.rehearsal import ATTRACTION, Conditions, Nuisances, Rehearsed, rehearsed
from assembly.microscopy.shapes_of_objects import COLUMNS

FITTED = ("diameter_nm", "size_dispersion", "blur_nm", "thickness_power", "contrast_spread", "elongation")
STEPS = np.array([0.04, 0.025, 0.25, -0.25, 0.05, 0.05])  # of the finite differences, in `_coordinates`
PRIOR_CENTRE = np.array([math.nan, 0.06, math.log(0.5), 0.9, 0.12, 0.06])  # assumed; the diameter's is the picture's
PRIOR_SPREAD = np.array([0.25, 0.04, 0.4, 0.2, 0.10, 0.04])  # assumed
LOWEST = np.array([-math.inf, 0.003, math.log(0.05), 0.25, 0.005, 0.0])
HIGHEST = np.array([math.inf, 0.25, math.log(3.0), 1.4, 0.6, 0.25])
MISFIT = np.array([0.006, 0.006, 0.04, 0.012, 0.015, 0.012])  # of statistics: two renderers never agree; assumed
USUAL_ATTRACTION = 0.02  # share of molecules that drift into contact, while it is not fitted yet; assumed
SINGLE_AREA = 1.4  # of the area of a disc of the typical minor axis, that one dot stays below; assumed


@dataclass(frozen=True)
class Calibration:
    """Best nuisances, and the normal distribution of the fitted ones about them (covariance, in `_coordinates`).

    covariance (f, f) of the f fitted ones, dimensionless as their coordinates are; residual (6,): observed less
    calibrated figures of `statistics`.
    """

    best: Nuisances
    covariance: np.ndarray
    residual: np.ndarray

    def jittered(self, rng: np.random.Generator) -> Nuisances:
        """Nuisances drawn from what the statistics and the prior leave open."""
        centre = _coordinates(self.best)
        moved = centre + np.linalg.cholesky(self.covariance + 1e-12 * np.eye(len(centre))) @ rng.standard_normal(
            len(centre)
        )
        return _with(self.best, moved)


def weighted_quantile(values: np.ndarray, weights: np.ndarray, share: float) -> float:
    """The value below which `share` of the weight lies, by linear interpolation between middles of the weights.

    values and weights (n,).
    """
    order = np.argsort(values)
    below = np.cumsum(weights[order]) - 0.5 * weights[order]
    return float(np.interp(share * weights.sum(), below, values[order]))


def typical_minor_px(table: np.ndarray, weights: np.ndarray) -> float:
    """Median minor axis of the objects, which one dot and a row of dots have in common.

    table (objects, columns) as `shapes_of_objects.COLUMNS` names them, weights (objects,). Lengths in the table are in
    pixels; the weights are relative.
    """
    return weighted_quantile(table[:, COLUMNS.index("minor")], weights, 0.5)


def statistics(table: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Six figures of a set of objects, each moved mostly by one of FITTED.

    log median minor axis; spread of its logarithm; log of edge slope x minor axis / peak; mean over peak; spread of log
    mean brightness; lower-middle log axis ratio of the objects small enough to be one dot. Spreads are half the central
    68 %. table (objects, columns) as `shapes_of_objects.COLUMNS` names them, weights (objects,); the answer (6,).
    """
    column = {name: table[:, k] for k, name in enumerate(COLUMNS)}
    log_minor = np.log(np.maximum(column["minor"], 0.5))
    typical = weighted_quantile(log_minor, weights, 0.5)
    small = column["area"] < SINGLE_AREA * 0.25 * math.pi * math.exp(2.0 * typical)
    kept = small if weights[small].sum() > 0.03 * weights.sum() else np.ones(len(small), dtype=bool)
    aspect = np.log(np.maximum(column["major"] / np.maximum(column["minor"], 0.5), 1.0))
    slope = np.log(np.maximum(column["edge"] * column["minor"] / column["peak"], 1e-3))
    return np.array(
        [
            typical,
            _half_spread(log_minor, weights),
            weighted_quantile(slope, weights, 0.5),
            weighted_quantile(column["mean"] / column["peak"], weights, 0.5),
            _half_spread(np.log(np.maximum(column["mean"], 1e-6)), weights),
            weighted_quantile(aspect[kept], weights[kept], 0.4),
        ]
    )


def _half_spread(values: np.ndarray, weights: np.ndarray) -> float:
    return 0.5 * (weighted_quantile(values, weights, 0.84) - weighted_quantile(values, weights, 0.16))


def composition_weights(made: Rehearsed, object_shares: np.ndarray, density_ratio: float) -> np.ndarray:
    """Weights (objects,) that make a rehearsal's objects stand for a picture of other composition and coverage.

    object_shares (4,): shares of the molecules of 1, 2, 3, 4 dots in the picture; density_ratio: molecules per area
    there over those in the rehearsal. Weights are relative numbers of objects.
    """
    ratio = np.log(np.maximum(object_shares, 1e-4) / np.maximum(made.made / made.made.sum(), 1e-4))
    held = made.parents.sum(axis=1)
    return np.asarray(
        made.weight
        * np.exp(
            made.parents @ ratio + np.maximum(held - 1.0, 0.0) * np.where(made.attracted, 0.0, math.log(density_ratio))
        )
        * np.where(made.attracted, USUAL_ATTRACTION / ATTRACTION, 1.0)
    )


def calibrated(
    observed: np.ndarray,
    observed_spread: np.ndarray,
    start: Nuisances,
    conditions: Conditions,
    object_shares: Callable[[Rehearsed], tuple[np.ndarray, float]],
    rng: np.random.Generator,
    *,
    molecules: int,
    steps: int,
    jacobian: np.ndarray | None = None,
) -> tuple[Calibration, np.ndarray]:
    """Match `observed` statistics by damped Gauss-Newton steps, the Jacobian kept by Broyden's rule.

    Indirect inference (Gourieroux 1993): theta minimises (S(theta) - S)^T W (S(theta) - S) + prior;
    W from the sampling spread of the statistics and MISFIT.
    object_shares tells, of a rehearsal, the composition (4,) and the density over the rehearsal's that it should stand
    for. Differences use common random numbers. Returns the calibration and its Jacobian (for a later, closer round).
    """
    seed = int(rng.integers(2**62))
    prior_centre = np.where(np.isnan(PRIOR_CENTRE), _coordinates(start), PRIOR_CENTRE)
    prior = np.diag(PRIOR_SPREAD**-2.0)
    shares: tuple[np.ndarray, float] | None = None

    def figures(nuisances: Nuisances) -> tuple[np.ndarray, float]:
        nonlocal shares
        made = rehearsed(nuisances, conditions, molecules, np.random.default_rng(seed))
        shares = object_shares(made) if shares is None else shares
        return statistics(made.table, composition_weights(made, *shares)), made.contrast

    here = start
    now, contrast = figures(here)
    here = here._replace(amplitude=here.amplitude / contrast)
    if jacobian is None:
        rows = [
            (figures(_with(here, _coordinates(here) + step))[0] - now) / step[k]
            for k, step in enumerate(np.diag(STEPS))
        ]
        jacobian = np.stack(rows, axis=1)
    weight = np.diag(1.0 / (observed_spread**2 + MISFIT**2))

    def distance(place: np.ndarray, found: np.ndarray) -> float:
        off, far = observed - found, prior_centre - place
        return float(off @ weight @ off + far @ prior @ far)

    reach = 1.0
    for _ in range(steps):
        place = _coordinates(here)
        pull = jacobian.T @ weight @ (observed - now) + prior @ (prior_centre - place)
        move = np.linalg.solve(jacobian.T @ weight @ jacobian + prior, pull)
        move *= reach * min(1.0, 1.0 / max(float(np.max(np.abs(move) / (3.0 * np.abs(STEPS)))), 1e-9))
        there = _with(here, place + move)
        moved = _coordinates(there) - place
        then, contrast = figures(there)
        jacobian = jacobian + np.outer(then - now - jacobian @ moved, moved) / max(float(moved @ moved), 1e-9)
        if distance(place + moved, then) < distance(place, now):
            here, now, reach = there._replace(amplitude=there.amplitude / contrast), then, 1.0
        else:
            reach *= 0.4
    covariance = np.linalg.inv(jacobian.T @ weight @ jacobian + prior)
    return Calibration(here, covariance, observed - now), jacobian


def _coordinates(nuisances: Nuisances) -> np.ndarray:
    return np.array(
        [
            math.log(nuisances.diameter_nm),
            nuisances.size_dispersion,
            math.log(nuisances.blur_nm),
            nuisances.thickness_power,
            nuisances.contrast_spread,
            nuisances.elongation,
        ]
    )


def _with(nuisances: Nuisances, coordinates: np.ndarray) -> Nuisances:
    inside = np.clip(coordinates, LOWEST, HIGHEST)
    return nuisances._replace(
        diameter_nm=math.exp(inside[0]),
        size_dispersion=float(inside[1]),
        blur_nm=math.exp(inside[2]),
        thickness_power=float(inside[3]),
        contrast_spread=float(inside[4]),
        elongation=float(inside[5]),
    )
