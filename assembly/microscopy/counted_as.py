"""What a count makes of molecules: P(counted k | true n) under the very trials of the fit, held against the count."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from assembly.microscopy.fitting import Fit, Trial

OFF_SPREADS = 3.0  # Poisson standard deviations that a predicted number may be off; assumed
OFF_SHARE = 0.25  # and share of the larger of the two, since templates are no exact pictures; assumed


class CountedAs(NamedTuple):
    """What was counted and what should have been; all are numbers of objects.

    matrix (4, 4): objects counted as k (rows) per molecule of n dots (columns); counted (4,): the sample's own raw
    count; predicted (4,): matrix times the fitted numbers of molecules, at the sample's borders; usable: the two agree.
    """

    matrix: np.ndarray
    counted: np.ndarray
    predicted: np.ndarray
    usable: bool


def counted_as(
    trials: Sequence[Trial], fits: Sequence[Fit], weights: np.ndarray, area_nm2: float, dots: np.ndarray,
    border: np.ndarray,
) -> CountedAs:  # fmt: skip
    """M_kn = sum_t w_t M_t,kn N_t,n / sum_t w_t N_t,n over trials t: a molecule of n dots drawn from the fits.

    So M times the mean numbers is the mean of what each trial predicts. weights (trials,) of `intervals.fit_weights`,
    shares; dots and border (objects,): the counted dots of each object of the sample, and by how much objects of its
    extent are rarer at the border (`rehearsal.border_weights`), a factor by which each class is brought back to its
    raw count.
    """
    numbers = np.array([fit.numbers for fit in fits])
    matrices = np.array([_of_trial(t, f, area_nm2) for t, f in zip(trials, fits, strict=True)])
    shares = weights[:, None] * (numbers + 1e-9 * max(float(numbers.sum()), 1.0))  # classes that none holds: by weight
    matrix = np.einsum("tkn,tn->kn", matrices, shares / shares.sum(axis=0))
    classes = np.minimum(dots, 4) - 1
    counted = np.bincount(classes, minlength=4).astype(float)
    weighted = np.bincount(classes, border, 4)
    overall = counted.sum() / max(float(weighted.sum()), 1e-9)
    seen = np.where(counted > 0, counted / np.maximum(weighted, 1e-9), overall)
    predicted = seen * (matrix @ (weights @ numbers))
    return CountedAs(matrix, counted, predicted, agrees(counted, predicted))


def agrees(counted: np.ndarray, predicted: np.ndarray) -> bool:
    """Whether no class of predicted (4,) (numbers of objects) is off counted (4,), by OFF_SPREADS and OFF_SHARE."""
    off = np.abs(counted - predicted)
    spread = OFF_SPREADS * np.sqrt(predicted + 1.0)
    return not bool(np.any((off > spread) & (off > OFF_SHARE * np.maximum(counted, predicted))))


def _of_trial(trial: Trial, fit: Fit, area_nm2: float) -> np.ndarray:
    counted = Trial(trial.nuisances, trial.made, np.minimum(trial.made.dots, 4) - 1, 4)
    return counted.templates(fit.numbers, area_nm2, fit.attraction)
