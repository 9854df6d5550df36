"""One rehearsal against the sample: numbers of molecules, rate of accidents, and how far a number can be pushed."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from assembly.microscopy.rehearsal import ATTRACTION, Nuisances, Rehearsed
from assembly.microscopy.unfolding import AGAINST_ATTRACTION, ATTRACTIONS, most_likely, poisson_deviance, response

LENT = 30.0  # molecules of each class whose template is lent by all rehearsals together, against empty bins; assumed
STRAY = 0.002  # objects per molecule that fall into any bin: what no rehearsal foresees; assumed
TAIL_LENT = 30.0  # molecules of three and more whose split a geometric law foretells; a mild prior; assumed
THIRD = (0.3, 0.95)  # range of the share of three among three and more that the law may foretell; assumed
ROUNDS = 4  # of templates and composition in turn
EM_STEPS = 300
MOST_OVERDISPERSED = 4.0  # assumed
DEVIANCE_95 = 3.841  # rise of twice the negative log likelihood at 95 %, one parameter (Wilks 1938)


@dataclass(frozen=True)
class Trial:
    """A rehearsal whose objects are sorted into score bins; pooled (bins, 4): templates of all rehearsals together.

    bins (objects,): the index of the bin of each; templates are numbers of objects per molecule.
    """

    nuisances: Nuisances
    made: Rehearsed
    bins: np.ndarray
    number_of_bins: int
    pooled: np.ndarray | None = None

    def templates(
        self, numbers: np.ndarray, area_nm2: float, attraction: float, weight: np.ndarray | None = None
    ) -> np.ndarray:
        """Templates (bins, 4) for a sample of these numbers (4,) of molecules on this area.

        attraction: share of the molecules set in contact; weight (objects,) in place of the rehearsal's own.
        """
        partners = numbers / area_nm2 / np.maximum(self.made.density, 1e-12)
        own = self.made.weight if weight is None else weight
        made, factor = self.made, attraction / ATTRACTION
        templates = response(
            self.bins, own, made.parents, made.attracted, made.made, partners, factor, self.number_of_bins
        )
        if self.pooled is None:
            return templates
        lent = LENT / (LENT + self.made.made)
        return np.asarray((1.0 - lent) * templates + lent * self.pooled + STRAY / self.number_of_bins)


@dataclass(frozen=True)
class Fit:
    """Numbers (4,) of molecules at the best attraction, and the deviance there, with the attraction's prior.

    by_attraction (attractions,): the same deviance at each of ATTRACTIONS; attraction: the best of these, a share of
    the molecules; expected (bins,): number of objects due in each bin.
    """

    numbers: np.ndarray
    deviance: float
    by_attraction: np.ndarray
    attraction: float
    expected: np.ndarray


def geometric_third(numbers: np.ndarray) -> float:
    """Share of trimers among molecules of three and more dots, of numbers (4,), if their tail is geometric.

    N_n ~ q^n from n = 2 on (Flory's law has such a tail, but for its factor n): q = N_3+ / N_2+, and 1 - q of those of
    three and more are trimers. Kept within THIRD; one molecule of two is added, against nothing over nothing.
    """
    tail = float(numbers[2] + numbers[3])
    return min(max(1.0 - tail / (tail + float(numbers[1]) + 1.0), THIRD[0]), THIRD[1])


def numbers_of(
    trial: Trial, observed: np.ndarray, area_nm2: float, attraction: float, start: np.ndarray,
    weight: np.ndarray | None = None, rounds: int = ROUNDS, lent: float = TAIL_LENT,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Most likely numbers (4,) at one attraction, templates and composition in turn; and the templates (bins, 4).

    observed (bins,): objects in each bin; start (4,): numbers to begin with; weight (objects,) in place of the
    rehearsal's own; lent: number of molecules of three and more whose split a geometric tail foretells.
    """
    numbers = start
    for _ in range(rounds):
        templates = trial.templates(numbers, area_nm2, attraction, weight)
        begin = np.maximum(numbers, 1e-3)
        third = geometric_third(numbers)
        numbers = most_likely(observed, templates, np.zeros(len(observed)), begin, EM_STEPS, lent, third)
    return numbers, templates


def fitted(trial: Trial, observed: np.ndarray, area_nm2: float) -> Fit:
    """Best numbers and attraction (half-normal prior). observed (bins,): objects in each bin."""
    start = np.full(4, observed.sum() / 4.0)
    best: Fit | None = None
    deviances = []
    for attraction, against in zip(ATTRACTIONS, AGAINST_ATTRACTION, strict=True):
        numbers, templates = numbers_of(trial, observed, area_nm2, attraction, start)
        start = np.maximum(numbers, 1.0)
        expected = templates @ numbers
        deviance = poisson_deviance(observed, expected) + against
        deviances.append(deviance)
        if best is None or deviance < best.deviance:
            best = Fit(numbers, deviance, np.zeros(0), attraction, expected)
    assert best is not None
    return Fit(best.numbers, best.deviance, np.array(deviances), best.attraction, best.expected)


def overdispersion(fit: Fit, observed: np.ndarray) -> float:
    """Deviance per degree of freedom, from 1 to MOST_OVERDISPERSED: by how much deviances overstate what is known.

    A ratio; observed (bins,): objects in each bin.
    """
    freedom = max(int((fit.expected > 1.0).sum() + ((fit.expected <= 1.0) & (observed > 0)).sum()) - 5, 1)
    return min(max(fit.deviance / freedom, 1.0), MOST_OVERDISPERSED)


def highest_number(trial: Trial, observed: np.ndarray, area_nm2: float, fit: Fit, which: int) -> np.ndarray:
    """Numbers (4,) with that of class `which` as high as its profile likelihood allows at 95 %, misfit allowed for.

    observed (bins,): objects in each bin.
    """
    rise = DEVIANCE_95 * overdispersion(fit, observed)
    others = [c for c in range(4) if c != which]
    low, high = float(fit.numbers[which]), float(fit.numbers[which]) + 0.5 * float(observed.sum())
    reached = fit.numbers
    for _ in range(12):
        tried = 0.5 * (low + high)
        least, numbers = math.inf, fit.numbers
        for attraction, against in zip(ATTRACTIONS[::2], AGAINST_ATTRACTION[::2], strict=True):
            now = fit.numbers.copy()
            now[which] = tried
            for _ in range(2):
                templates = trial.templates(now, area_nm2, attraction)
                free = most_likely(observed, templates[:, others], templates[:, which] * tried, now[others] + 1e-3, 100)
                now[others] = free
            deviance = poisson_deviance(observed, templates @ now) + against
            if deviance < least:
                least, numbers = deviance, now
        if least - fit.deviance < rise:
            low, reached = tried, numbers
        else:
            high = tried
    return reached
