"""Fitting one story to the counts: coordinates in which the likelihood is round, where to start, intervals."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from runs.fitting.likelihood import (
    Best,
    Problem,
    Profiled,
    counted,
    deviance_residuals,
    least,
    minus_two_log_likelihood,
    profile,
)
from runs.fitting.models import Flasks, Kinetics

COMBINATIONS_KT = np.linspace(2.0, 60.0, 59)  # where a first look is taken, in E11/kT - ln P
FIRST_SHARES = (0.6, 0.9)  # of it that is barrier, at that look
BOUNDS_KT = (0.05, 150.0)
LOGIT = (-8.0, 8.0)
LOG_EXCHANGE = (-4.0, 3.0)
LIMITATION = (0.0, 3.0)
LOG_CONCENTRATION = (np.log(2.0), np.log(1e7))
FIRST_CONCENTRATION = np.log(500.0)

Array = np.ndarray


@dataclass(frozen=True)
class Story:
    """One model with what of it is free. Coordinates, in this order:

    combination C = E11/kT - ln P; barrier share, logit of E11/(C kT), if `split`; ln Kx if `exchange`; logit of the
    facets above one if facet-limited; strength of the self-limitation if `partial`; ln concentration if
    Dirichlet-multinomial. objects (conditions, 4): counts; matrix (4, 4): P(counted k | true n), None where all are
    counted right.
    """

    name: str
    flasks: Flasks
    objects: Array
    matrix: Array | None
    start: Kinetics
    split: bool
    exchange: bool
    scattered: bool  # Dirichlet-multinomial
    correction: Callable[[Array, Kinetics], Array] | None = None
    partial: bool = False

    @property
    def bounds(self) -> list[tuple[float, float]]:
        """Of every coordinate. Dimensionless, as the coordinates are."""
        free = [
            (self.split, LOGIT),
            (self.exchange, LOG_EXCHANGE),
            (self.name == "facet-limited", LOGIT),
            (self.partial, LIMITATION),
        ]
        return [BOUNDS_KT, *(limits for here, limits in free if here), *([LOG_CONCENTRATION] * self.scattered)]

    def kinetics(self, x: Array) -> Kinetics:
        """The parameters at a point of the coordinates. x (coordinates,), dimensionless."""
        rest = list(x[1:])
        start_kt = self.flasks.barrier_kt(self.start)
        share = _sigmoid(rest.pop(0)) if self.split else None
        constant = float(np.exp(rest.pop(0))) if self.exchange else self.start.exchange_constant
        facets = 1.0 + _sigmoid(rest.pop(0)) if self.name == "facet-limited" else 2.0
        barrier = x[0] * share if share is not None else min(start_kt, 0.999 * x[0])
        found = self.of_barrier(barrier, barrier - x[0], constant, facets)
        return found._replace(self_limitation=float(rest.pop(0))) if self.partial else found

    def of_barrier(self, barrier_kt: float, ln_prefactor: float, constant: float, facets: float = 2.0) -> Kinetics:
        """Kinetics with this E11/kT at the reference, whatever the exchange constant.

        barrier_kt: E11/kT; ln_prefactor: ln P; constant: Kx; facets: in the mean, 1 to 2.
        """
        one = Kinetics(1.0, ln_prefactor, constant, facets)
        return one._replace(attachment_energy_ev=float(barrier_kt / self.flasks.barrier_kt(one)))

    def shares(self, kinetics: Kinetics) -> Array:
        """What should be counted, (conditions, 4). Shares of objects."""
        shares = self.flasks.shares(self.name, kinetics)
        if self.correction is not None and self.name == "self-limited":
            shares = self.correction(shares, kinetics)
        return counted(shares, self.matrix)

    def concentration(self, x: Array) -> float | None:
        """Of the Dirichlet-multinomial law at a point; None where counts are multinomial.

        x (coordinates,), dimensionless.
        """
        return float(np.exp(x[-1])) if self.scattered else None

    def cost(self, x: Array) -> float:
        """-2 ln L at a point of the coordinates. x (coordinates,), dimensionless."""
        return minus_two_log_likelihood(self.objects, self.shares(self.kinetics(x)), self.concentration(x))

    @property
    def problem(self) -> Problem:
        """The same for a search; multinomial counts as a sum of squares."""
        if self.scattered:
            return Problem(self.cost)
        own = minus_two_log_likelihood(self.objects, self.objects / self.objects.sum(axis=1, keepdims=True))
        return Problem(self.cost, lambda x: deviance_residuals(self.objects, self.shares(self.kinetics(x))), own)


def _sigmoid(value: float) -> float:
    return float(1.0 / (1.0 + np.exp(-value)))


def _logit(share: float) -> float:
    share = min(max(share, 1e-3), 1.0 - 1e-3)
    return float(np.log(share / (1.0 - share)))


def fit(story: Story) -> Best:
    """The best point: a coarse look along C, then L-BFGS-B from the best two places."""
    looks: list[tuple[float, int, Array]] = []
    start_kt = story.flasks.barrier_kt(story.start)
    for share in (*FIRST_SHARES, None) if story.split else (None,):
        for combination in COMBINATIONS_KT:
            ratio = min(start_kt, 0.95 * combination) / combination if share is None else share
            x = [combination]
            x += [_logit(ratio)] if story.split else []
            x += [np.log(max(story.start.exchange_constant, 0.02))] if story.exchange else []
            x += [0.0] if story.name == "facet-limited" else []
            x += [FIRST_CONCENTRATION] if story.scattered else []
            point = np.array(x)
            looks.append((story.cost(point), len(looks), point))
    looks.sort(key=lambda look: look[:2])
    apart = [point for _, _, point in looks if abs(point[0] - looks[0][2][0]) > 2.5]
    starts = [looks[0][2], *apart[:1]]
    if story.split:
        starts += [np.array([looks[0][2][0], _logit(0.97), *looks[0][2][2:]])]
    return least(story.problem, starts, story.bounds)


def intervals(story: Story, best: Best) -> dict[str, Profiled]:
    """Profile-likelihood intervals of the combination and, where they are free, of its parts.

    Keys: "combination" (kT), "barrier" (E11/kT), "ln_prefactor", "exchange_constant".
    """
    problem, bounds, tail = story.problem, story.bounds, best.at[2:]
    found = {"combination": profile(problem, best, bounds, 0, 0.1)}
    if not story.split:
        return found
    kinetics = story.kinetics(best.at)
    barrier = story.flasks.barrier_kt(kinetics)

    def parted(x: Array) -> Array:
        """From (E11/kT, ln(-ln P), ...)."""
        combination = x[0] + np.exp(x[1])
        return np.array([combination, _far_logit(x[0] / combination), *x[2:]])

    start = Best(np.array([barrier, np.log(-kinetics.ln_prefactor), *tail]), best.cost)
    limits = [(1e-3, BOUNDS_KT[1]), (-9.0, 5.0), *bounds[2:]]
    found["barrier"] = profile(problem.along(parted), start, limits, 0, 0.5)

    def swapped(x: Array) -> Array:
        """From (ln P, ln(E11/kT), ...)."""
        combination = np.exp(x[1]) - x[0]
        return np.array([combination, _far_logit(np.exp(x[1]) / combination), *x[2:]])

    start = Best(np.array([kinetics.ln_prefactor, np.log(barrier), *tail]), best.cost)
    found["ln_prefactor"] = profile(problem.along(swapped), start, [(-60.0, -1e-4), (-7.0, 5.0), *bounds[2:]], 0, 0.3)
    if story.exchange:
        made = profile(problem, best, bounds, 2, 0.05)
        ends = [None if end is None else float(np.exp(end)) for end in (made.low, made.high)]
        found["exchange_constant"] = Profiled(float(np.exp(made.value)), *ends)
    return found


def self_limitation(story: Story, best: Best) -> Profiled:
    """How strongly clusters keep their ligands, all else refitted: 1 the model's ligand budget, 0 free exchange."""
    freed = replace(story, partial=True)
    place = len(freed.bounds) - 1 - story.scattered
    start = np.insert(best.at, place, 1.0)
    lowest = least(freed.problem, [start], freed.bounds)
    return profile(freed.problem, lowest, freed.bounds, place, 0.1)


def _far_logit(share: float) -> float:
    share = min(max(share, 1e-12), 1.0 - 1e-12)
    return float(np.log(share / (1.0 - share)))
