"""From fits to shares with intervals: resampled images, objects, templates and nuisances together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assembly.microscopy.calibration import weighted_quantile
from assembly.microscopy.fitting import TAIL_LENT, Fit, Trial, highest_number, numbers_of
from assembly.microscopy.sample import Sample
from assembly.microscopy.unfolding import AGAINST_ATTRACTION, ATTRACTIONS

NAMES = ("1", "2", "3", "4+")
DOTS = np.array([1.0, 2.0, 3.0, 4.0])
DRAWS = 300
TEMPER = 2.0  # of the trials' deviances, beside the misfit: templates are noisy and renderers differ; assumed
UNDECIDED_SPLIT = 0.04  # least width of an interval of which it is said that a split is undecided; assumed
NEAR_ZERO = 0.01  # a share whose draws reach below this gets an upper end from the profile likelihood


def temper_of(fits: Sequence[Fit], observed: np.ndarray) -> float:
    """By how much deviances are divided: TEMPER, and the misfit of the best trial.

    A factor; observed (bins,): objects in each bin.
    """
    freedom = max(int((observed > 0).sum()) - 5, 1)
    return TEMPER * max(1.0, min(fit.deviance for fit in fits) / freedom)


def fit_weights(fits: Sequence[Fit], observed: np.ndarray, prior: np.ndarray | None = None) -> np.ndarray:
    """Weights (trials,) of how well each trial describes the sample: prior exp(-deviance / 2 T), tempered.

    T is `temper_of`; observed (bins,): objects in each bin; prior (trials,) of
    `refining.prior_over_proposal`, relative, 1 where not given. Weights are shares that sum to 1.
    """
    deviance = np.array([fit.deviance for fit in fits])
    weight = np.exp(-0.5 * (deviance - deviance.min()) / temper_of(fits, observed))
    weight *= 1.0 if prior is None else prior
    return np.asarray(weight / weight.sum())


def drawn_numbers(
    trials: Sequence[Trial],
    fits: Sequence[Fit],
    weights: np.ndarray,
    bins: np.ndarray,
    sample: Sample,
    rng: np.random.Generator,
) -> np.ndarray:
    """Numbers (DRAWS, 4): a trial by its weight, an attraction by its likelihood, templates and objects resampled.

    Objects: images drawn with replacement, then each object a Poisson number of times. Templates: every virtual object
    weighted by an exponential draw (Bayesian bootstrap, Rubin 1981). Every other draw splits molecules of three and
    more without the prior, so that the interval does not rest on it. weights (trials,) of `fit_weights`; bins
    (objects,): the bin of each of the sample's objects.
    """
    prior = np.array(AGAINST_ATTRACTION)
    temper = temper_of(fits, np.bincount(bins, sample.weight, trials[0].number_of_bins))
    chosen = rng.choice(len(trials), size=DRAWS, p=weights)
    out = np.empty((DRAWS, 4))
    for k, which in enumerate(chosen):
        trial, fit = trials[which], fits[which]
        rise = fit.by_attraction - prior
        chance = np.exp(-0.5 * (prior + (rise - rise.min()) / temper))
        attraction = float(rng.choice(ATTRACTIONS, p=chance / chance.sum()))
        times = rng.multinomial(sample.images, np.full(sample.images, 1.0 / sample.images))
        number = rng.poisson(1.0, len(bins)) * times[sample.image]
        observed = np.bincount(bins, sample.weight * number, trial.number_of_bins)
        weight = trial.made.weight * rng.standard_exponential(len(trial.bins))
        lent = TAIL_LENT if k % 2 else 0.0
        out[k], _ = numbers_of(
            trial, observed, sample.area_nm2, attraction, np.maximum(fit.numbers, 1.0), weight, rounds=2, lent=lent
        )
    return out


def shares_of(numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Shares of particles, of objects and of assemblies (..., 4) from numbers of molecules (..., 4); 0 / 0 is 0."""
    particles = numbers * DOTS
    assemblies = numbers * np.array([0.0, 1.0, 1.0, 1.0])

    def part(x: np.ndarray) -> np.ndarray:
        return np.asarray(x / np.maximum(x.sum(axis=-1, keepdims=True), 1e-9))

    return part(particles), part(numbers), part(assemblies)


def split_undecided(numbers: np.ndarray) -> bool:
    """Whether the draws tell three dots from four and more much less well than their sum.

    numbers (DRAWS, 4) of `drawn_numbers`: counts of molecules.
    """
    particles = shares_of(numbers)[0]
    apart, together = (
        np.ptp(np.quantile(particles[:, 2:], [0.025, 0.975], axis=0), axis=0),
        particles[:, 2:].sum(axis=1),
    )
    width = float(np.ptp(np.quantile(together, [0.025, 0.975])))
    return float(apart.max()) > UNDECIDED_SPLIT and float(apart.sum()) > 1.6 * width


def table_of_shares(
    trials: Sequence[Trial],
    fits: Sequence[Fit],
    weights: np.ndarray,
    observed: np.ndarray,
    numbers: np.ndarray,
    area_nm2: float,
) -> list[dict[str, tuple[float, float, float]]]:
    """The three tables {n: (value, low, high)}: value the weighted mean of the fits, interval 95 % of the draws.

    Where draws reach down to nothing, positivity makes the bootstrap too narrow upwards: the upper end is then at least
    the weighted mean of the trials' profile-likelihood ends. weights (trials,) of `fit_weights`, observed (bins,),
    numbers (DRAWS, 4) of `drawn_numbers`.
    """
    central = shares_of(np.array([fit.numbers for fit in fits]))
    spread = shares_of(numbers)
    ends: dict[int, tuple[np.ndarray, ...]] = {}
    for n in range(4):
        if np.quantile(spread[0][:, n], 0.025) < NEAR_ZERO:
            far = [
                highest_number(t, observed, area_nm2, f, n) if w > 0.02 else f.numbers
                for t, f, w in zip(trials, fits, weights, strict=True)
            ]
            ends[n] = shares_of(np.array(far))
    tables = []
    for kind in range(3):
        table = {}
        for n in range(4):
            if kind == 2 and n == 0:
                continue
            value = float(weights @ central[kind][:, n])
            low, high = np.quantile(spread[kind][:, n], [0.025, 0.975])
            if n in ends:
                high = max(float(high), weighted_quantile(ends[n][kind][:, n], weights, 0.5))
                low = 0.0 if kind < 2 and low < 0.2 * NEAR_ZERO else low
            table[NAMES[n]] = (value, min(float(low), value), max(float(high), value))
        tables.append(table)
    return tables
