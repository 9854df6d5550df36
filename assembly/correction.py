"""Corrected counts: what micrographs say of the numbers of molecules once the confusion of the count is undone."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from assembly.counting import Choices, Counted, count
from assembly.microscopy.calibration import Calibration, calibrated, weighted_quantile
from assembly.microscopy.counted_as import counted_as, likeliest
from assembly.microscopy.doubts import contacts_alike, down_to_none, lobes_unresolved, warnings_of, widened
from assembly.microscopy.fitting import Fit, Trial, fitted
from assembly.microscopy.intervals import drawn_numbers, fit_weights, split_undecided, table_of_shares
from assembly.microscopy.object_scores import (
    NUMBER_OF_BINS,
    Score,
    score_bins,
    shape_features,
    trained,
    without_lengths,
)
from assembly.microscopy.refining import first_cells, next_cells, prior_over_proposal
from assembly.microscopy.rehearsal import OBJECT_SHARES, Nuisances, Rehearsed, rehearsed
from assembly.microscopy.sample import Sample, common_procedure, gathered
from assembly.microscopy.unfolding import response

GAP_NM = 1.2  # between dried dots where not told: two ligands, interdigitated; assumed
GAP_SPREAD_NM = 0.4  # assumed where not told
TOLD_WITHIN_NM = 0.3  # how well a lobe distance or gap that is told is taken to be known
PILOT_MOLECULES = 450
ELONGATION = 5  # place of the axis ratio among the statistics
BLIND_TO_ELONGATION = 0.08  # error of the single dots' axis ratio where hardly any are single; assumed
TRIALS = 14
TRIALS_BLIND = 20  # where the lobe distance is not told
NEAREST_LOBES = 0.45  # diameters, of lobes that are not told: nearer ones are taken for one dot; assumed
NEXT_TRIALS = 12  # where the first describe the sample best
TRIAL_MOLECULES = 1100
ALIKE = 0.02  # relative difference of smoothing up to which two procedures are one; assumed
SINGLE_AREA = 1.4  # first guess: larger objects, in discs of the typical minor axis, are molecules of two; assumed
FEWEST_FREEDOM = 4  # degrees of freedom by which a misfit is divided at least; assumed

Shares = dict[str, tuple[float, float, float]]


@dataclass(frozen=True)
class Corrected:
    """Corrected shares with 95 % intervals, each {"1", "2", "3", "4+": (value, low, high)}.

    of_assemblies lacks "1". matrix (4, 4): P(counted k | true n), columns n, accidental contacts included, rows k;
    columns need not sum to 1 (molecules fall apart, or share an object); it is averaged over the trials by the weights
    of the fit. counts (4,): the raw count, objects of 1, 2, 3, 4+ dots as the common procedure counts them; predicted
    (4,): what matrix and corrected numbers make of it; matrix_usable: the two agree. likeliest: of each image
    (objects, 3), x and y in pixels and the most probable number of dots. deviance_per_dof: the misfit of the best
    templates.
    """

    of_particles: Shares
    of_objects: Shares
    of_assemblies: Shares
    matrix: np.ndarray
    counts: np.ndarray
    predicted: np.ndarray
    matrix_usable: bool
    likeliest: tuple[np.ndarray, ...]
    deviance_per_dof: float
    warnings: list[str]
    parameters: dict[str, Any]


def correct(
    counted: Sequence[Counted],
    images: Sequence[ArrayLike] | None,
    nm_per_pixel: float,
    rng: np.random.Generator,
    *,
    lobe_distance_nm: float | None = None,
    gap_nm: float | None = None,
    progress: Callable[[int, int], None] | None = None,
    workers: int = 1,
) -> Corrected:
    """Unfold the shapes of all objects of one sample's micrographs into numbers of molecules of 1, 2, 3, 4+ dots.

    Virtual micrographs at the same pixel size, noise and procedure give for each true n the histogram of a shape score;
    the numbers of greatest likelihood follow. What the pictures do not say outright (dot size and its spread, point
    spread, elongation ...) is calibrated by indirect inference, and drawn anew for each of TRIALS rehearsals; intervals
    join that with resampled images, objects and templates. lobe_distance_nm: between the centres of a dimer's lobes;
    gap_nm: between the surfaces of dots that dried side by side; each is taken to be known within 0.3 nm. nm_per_pixel:
    that of all pictures; images: the pictures themselves, or None where only their counts are left. ValueError for no
    micrograph, another number of images than of counts, or a negative length. Each image is (height, width).
    """
    if not counted:
        raise ValueError("counted must hold at least one counted micrograph, not none")
    for name, length in (("lobe_distance_nm", lobe_distance_nm), ("gap_nm", gap_nm)):
        if length is not None and not 0.0 <= length < math.inf:
            raise ValueError(f"{name} must be a length of at least 0 nm, not {length!r}")
    sample = _sample(counted, images, nm_per_pixel)
    number = TRIALS if lobe_distance_nm is not None else TRIALS_BLIND
    steps = Steps(progress, number + NEXT_TRIALS + 4)
    calibration, shares = _calibration(sample, lobe_distance_nm, gap_nm, rng, steps)
    drawn: list[Nuisances] = []
    made: list[Rehearsed] = []

    def rehearse(cells: np.ndarray) -> None:
        new = [_jittered(calibration, lobe_distance_nm, gap_nm, cell, rng) for cell in cells]
        seeds = rng.spawn(len(cells))

        def one(k: int) -> Rehearsed:
            seen = rehearsed(new[k], sample.conditions, TRIAL_MOLECULES, seeds[k], count_dots=True, shares=shares)
            steps.advance()
            return seen

        with ThreadPoolExecutor(max(1, workers)) as pool:
            seen = list(pool.map(one, range(len(cells))))
        drawn.extend(new)
        made.extend(seen)

    first = first_cells(number, rng)
    rehearse(first)
    trials, bins = _sorted_into_bins(sample, drawn, made)
    observed = np.bincount(bins, sample.weight, NUMBER_OF_BINS)
    near = fit_weights([fitted(trial, observed, sample.area_nm2) for trial in trials], observed)
    cells = np.concatenate([first, next_cells(first, near, NEXT_TRIALS, rng)])
    rehearse(cells[number:])
    trials, bins = _sorted_into_bins(sample, drawn, made)
    prior = prior_over_proposal(cells, first, near)
    found = _unfolded(sample, calibration, trials, bins, prior, [text for c in counted for text in c.warnings], rng)
    steps.advance()
    return found


def _sample(counted: Sequence[Counted], images: Sequence[ArrayLike] | None, nm_per_pixel: float) -> Sample:
    """The objects of all micrographs, counted again by one procedure where theirs differ and the pictures are there."""
    common = common_procedure([c.procedure for c in counted])
    differ = any(abs(c.procedure.smoothing_px / common.smoothing_px - 1.0) > ALIKE for c in counted)
    if images is not None and len(images) != len(counted):
        raise ValueError(f"images must be as many as counted ({len(counted)}), not {len(images)}")
    if differ and images is not None:
        lengths = {name: getattr(common, f"{name}_px") * nm_per_pixel for name in ("smoothing", "smallest", "split")}
        choices = Choices(
            threshold=common.threshold,
            background_nm=common.background_px * nm_per_pixel,
            smoothing_nm=lengths["smoothing"],
            smallest_nm=lengths["smallest"],
            split_nm=lengths["split"],
            bright_dots=common.bright_dots,
        )
        counted = [
            count(image, nm_per_pixel, choices, c.segmented.masked) for image, c in zip(images, counted, strict=True)
        ]
    return gathered([c.segmented for c in counted], common, nm_per_pixel)


def _unfolded(
    sample: Sample,
    calibration: Calibration,
    trials: Sequence[Trial],
    bins: np.ndarray,
    prior: np.ndarray,
    from_counts: Sequence[str],
    rng: np.random.Generator,
) -> Corrected:
    """Fit every trial, join them into shares with intervals, and say what is doubtful."""
    observed = np.bincount(bins, sample.weight, trials[0].number_of_bins)
    fits = [fitted(trial, observed, sample.area_nm2) for trial in trials]
    weights = fit_weights(fits, observed, prior)
    best = int(np.argmax(weights))
    nm, diameter = sample.conditions.nm_per_pixel, calibration.best.diameter_nm
    lobes = np.array([t.nuisances.lobe_distance_nm for t in trials])
    gaps = np.array([t.nuisances.gap_nm for t in trials])
    lobe, gap = float(np.average(lobes, weights=weights)), float(np.average(gaps, weights=weights))
    unresolved = lobes_unresolved(lobe, diameter, nm)
    alike = contacts_alike(lobe, gap, diameter, nm)
    numbers = drawn_numbers(trials, fits, weights, bins, sample, rng)
    tables = table_of_shares(trials, fits, weights, observed, numbers, sample.area_nm2)
    misfit = _misfit(fits, weights, trials, observed)
    seen = counted_as(trials, fits, weights, sample.area_nm2, sample.dots, sample.weight)
    likely = np.column_stack([sample.table[:, :2], likeliest(trials, fits, weights, sample.area_nm2, bins)])
    effective = float(1.0 / np.sum(weights**2))
    tables = [down_to_none(t) for t in tables] if alike else tables
    particles, objects, assemblies = (widened(t) for t in tables) if unresolved else tables
    return Corrected(
        of_particles=particles,
        of_objects=objects,
        of_assemblies=assemblies,
        matrix=seen.matrix,
        counts=seen.counted,
        predicted=seen.predicted,
        matrix_usable=seen.usable,
        likeliest=tuple(likely[sample.image == k] for k in range(sample.images)),
        deviance_per_dof=misfit,
        warnings=warnings_of(
            unresolved=unresolved,
            alike=alike,
            split=split_undecided(numbers),
            lobe_distance_nm=lobe,
            gap_nm=gap,
            nm_per_pixel=nm,
            coverage=sample.conditions.coverage,
            across_px=diameter / nm,
            deviance_per_dof=misfit,
            objects=len(sample.table),
            effective_trials=effective,
            trials=len(trials),
            matrix_usable=seen.usable,
            from_counts=from_counts,
        ),
        parameters={
            **{name: float(value) for name, value in calibration.best._asdict().items() if name != "amplitude"},
            "lobe_distance_nm": lobe,
            "lobe_distance_interval_nm": _interval(lobes, weights),
            "gap_nm": gap,
            "gap_interval_nm": _interval(gaps, weights),
            "attraction": fits[best].attraction,
            "coverage": sample.conditions.coverage,
            "trials": len(trials),
            "effective_trials": effective,
            "calibration_residual": calibration.residual.tolist(),
            "deviance_per_dof": misfit,
        },
    )


class Steps:
    """Counts what is done, for a progress callback (done, total)."""

    def __init__(self, progress: Callable[[int, int], None] | None, total: int) -> None:
        self._progress, self._total, self._done = progress, total, 0
        self._lock = Lock()

    def advance(self) -> None:
        """One more step is done: tell the callback, from whichever thread."""
        with self._lock:
            self._done = min(self._done + 1, self._total)
            if self._progress is not None:
                self._progress(self._done, self._total)


def _calibration(
    sample: Sample, lobe_distance_nm: float | None, gap_nm: float | None, rng: np.random.Generator, steps: Steps
) -> tuple[Calibration, tuple[float, ...]]:
    across = sample.minor_px * sample.conditions.nm_per_pixel
    start = Nuisances(
        diameter_nm=1.04 * across,
        size_dispersion=0.06,
        blur_nm=0.5,
        thickness_power=0.9,
        contrast_spread=0.12,
        elongation=0.06,
        lobe_distance_nm=lobe_distance_nm or 0.8 * across,
        gap_nm=GAP_NM if gap_nm is None else gap_nm,
    )
    observed, spread = sample.statistics(rng)
    density = float(sample.weight.sum()) / sample.area_nm2
    large = sample.table[:, 2] > SINGLE_AREA * 0.25 * math.pi * sample.minor_px**2
    share = float(sample.weight[large].sum() / sample.weight.sum())
    spread[ELONGATION] = math.hypot(spread[ELONGATION], BLIND_TO_ELONGATION * share**2)
    guess = np.array([1.0 - share, 0.93 * share, 0.05 * share, 0.02 * share])
    found, jacobian = calibrated(
        observed, spread, start, sample.conditions, lambda made: (guess, density / float(made.density.sum())), rng,
        molecules=PILOT_MOLECULES, steps=3,
    )  # fmt: skip
    steps.advance()
    made = [rehearsed(found.best, sample.conditions, 2 * PILOT_MOLECULES, rng)]
    trials, bins = _sorted_into_bins(sample, [found.best], made)
    fit = fitted(trials[0], np.bincount(bins, sample.weight, trials[0].number_of_bins), sample.area_nm2)
    better = fit.numbers / fit.numbers.sum()
    steps.advance()
    found, _ = calibrated(
        observed, spread, found.best, sample.conditions, lambda made: (better, density / float(made.density.sum())),
        rng, molecules=2 * PILOT_MOLECULES, steps=3, jacobian=jacobian,
    )  # fmt: skip
    steps.advance()
    return found, tuple(0.5 * better + 0.5 * np.array(OBJECT_SHARES))


def _jittered(
    calibration: Calibration,
    lobe_distance_nm: float | None,
    gap_nm: float | None,
    cell: np.ndarray,
    rng: np.random.Generator,
) -> Nuisances:
    """Nuisances for one trial; cell (2,), from 0 to 1, spreads the trials evenly over lobe distance and gap."""
    drawn = calibration.jittered(rng)
    if lobe_distance_nm is None:
        lobe = drawn.diameter_nm * (NEAREST_LOBES + (1.0 - NEAREST_LOBES) * float(cell[0]))
    else:
        low = max(0.2, lobe_distance_nm - TOLD_WITHIN_NM)
        high = min(lobe_distance_nm + TOLD_WITHIN_NM, max(drawn.diameter_nm, lobe_distance_nm))  # fused: no farther
        lobe = low + (high - low) * float(cell[0])
    if gap_nm is None:
        gap = max(0.2, GAP_NM + GAP_SPREAD_NM * float(special.ndtri(cell[1])))
    else:
        gap = max(0.05, gap_nm + TOLD_WITHIN_NM * (2.0 * float(cell[1]) - 1.0))
    return drawn._replace(
        lobe_distance_nm=lobe,
        gap_nm=gap,
        tilt_deg=2.0 + 13.0 * rng.random(),
        lobe_contrast_spread=0.08 * rng.random(),
    )


def _sorted_into_bins(
    sample: Sample, drawn: Sequence[Nuisances], made: Sequence[Rehearsed]
) -> tuple[list[Trial], np.ndarray]:
    """Every rehearsal and the sample's own objects in the bins of one score, trained on all rehearsals together."""
    features = [shape_features(m.table, sample.minor_px) for m in made]
    held = [m.parents.sum(axis=1) for m in made]
    classes = [np.where(h > 1.0, 3, np.minimum(m.parents.argmax(axis=1), 2)) for m, h in zip(made, held, strict=True)]
    known = [h > 0.0 for h in held]
    score: Score = trained(
        np.concatenate([f[k] for f, k in zip(features, known, strict=True)]),
        np.concatenate([c[k] for c, k in zip(classes, known, strict=True)]),
        np.concatenate([m.weight[k] for m, k in zip(made, known, strict=True)]),
        4,
    )
    pooled = response(
        np.concatenate([score_bins(score.probabilities(f), f) for f in features]),
        np.concatenate([m.weight for m in made]),
        np.concatenate([m.parents for m in made]),
        np.concatenate([m.attracted for m in made]),
        np.sum([m.made for m in made], axis=0),
        np.ones(4),
        0.0,
        NUMBER_OF_BINS,
    )
    trials = [
        Trial(d, m, score_bins(score.probabilities(f), f), NUMBER_OF_BINS, pooled)
        for d, m, f in zip(drawn, made, features, strict=True)
    ]
    own = sample.features
    return trials, score_bins(score.probabilities(own), own)


def _interval(values: np.ndarray, weights: np.ndarray) -> list[float]:
    """The central 95 % of the trials, by their weights."""
    return [weighted_quantile(values, weights, share) for share in (0.025, 0.975)]


def _misfit(fits: Sequence[Fit], weights: np.ndarray, trials: Sequence[Trial], observed: np.ndarray) -> float:
    """Deviance per degree of freedom over bins merged until each expects five objects, pairs of every length together.

    Expected: the weighted mean of the trials. Templates are samples too: with N objects seen and M rehearsed in effect,
    the difference of a bin varies 1 + N / M times as much as its count, and the deviance is divided by that.
    A lobe distance that is a little off moves pairs between the bins of length, not between the numbers of dots. Where
    few bins are left the deviance is shared by FEWEST_FREEDOM: one odd bin of five objects is no misfit of the rest.
    """
    mean = np.average([fit.expected for fit in fits], axis=0, weights=weights)
    observed, expected = without_lengths(observed), without_lengths(mean)
    rehearsed_objects = float(np.mean([len(trial.bins) for trial in trials]) / np.sum(weights**2))
    noisier = 1.0 + float(observed.sum()) / rehearsed_objects
    order = np.argsort(-expected)
    seen, due, pairs = 0.0, 0.0, []
    for b in order:
        seen, due = seen + float(observed[b]), due + float(expected[b])
        if due >= 5.0:
            pairs.append((seen, due))
            seen, due = 0.0, 0.0
    if due > 0.0 and pairs:
        pairs[-1] = (pairs[-1][0] + seen, pairs[-1][1] + due)
    deviance = 2.0 * sum(d - o + (o * math.log(o / d) if o > 0.0 else 0.0) for o, d in pairs)
    return deviance / noisier / max(len(pairs) - 4, FEWEST_FREEDOM)
