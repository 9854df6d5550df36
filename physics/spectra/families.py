"""The coherence families of an ensemble of labelled dimers: frequency, period, weight, and how long they last.

Each pair of states of each cluster beats at nu_ij = |E_i - E_j| with the weight w_ij = <zzzz> of SE and GSB,
[2 (mu_i.mu_j)^2 + mu_i^2 mu_j^2]/15, times |F(w_i) F(w_j)|^2 of the pulse. C(t) = sum w exp(-i nu t) of a family.
"Dephasing time" is not defined in Hamilton 2023; all three readings stand side by side:
  one_over_e   the first time |C(t)| has fallen to 1/e of C(0) (the default for users)
  h_over_fwhm  h over the full width at half maximum of the smoothed spectrum of nu about its peak
  integral     2 x the integral of |C(t)/C(0)|^2 (for exp(-t/T): T)
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d
from scipy.signal import czt

from physics.excitons.blocks import Block
from physics.excitons.states import Ensemble
from physics.spectra.coherences import CM1_FS
from physics.spectra.labels import FAMILIES, family
from physics.spectra.pulses import Pulse, isotropic_weights, spectral_amplitude
from physics.units import RADIANS_PER_FS_CM1

Array = NDArray[np.float64]
NAMED = FAMILIES[:-1]
# cm-1 standard deviation: narrow for the narrow family; below 20 the multiple peaks of rho_III decide its width
SMOOTHING_CM1: Mapping[str, float] = {"rho_I": 5.0, "rho_II": 20.0, "rho_III": 20.0, "rho_LH": 20.0, "other": 20.0}
BIN_CM1 = 1.0
LONGEST_FS, STEP_FS = 6000.0, 1.0
DECAY_BIN_CM1 = 0.5
LEAST_MEMBERS = 30  # dimers, below which no dephasing by their disorder is told (assumed)
RESAMPLES = 100


class Beats(NamedTuple):
    """Frequencies (p,) in cm-1 and weights (p,) in Debye^4 x share of the pairs of one family."""

    frequency_cm1: Array
    weight: Array


def beats(many: Ensemble, pulse: Pulse | None = None) -> dict[str, Beats]:
    """The beats of every named family that the ensemble has. ValueError where no state is labelled so."""
    shares = many.weights / many.weights.sum()
    found: dict[str, list[tuple[Array, Array]]] = {}
    for block in many.blocks:
        strength = _pair_weights(block, pulse) * shares[block.clusters][:, None, None]
        for i, first in enumerate(block.labels):
            for j in range(i + 1, len(block.labels)):
                name = family(first, block.labels[j])
                if name in NAMED:
                    gap = np.abs(block.energies_cm1[:, j] - block.energies_cm1[:, i])
                    found.setdefault(name, []).append((gap, strength[:, i, j]))
    if not found:
        raise ValueError("many must have states labelled as L1-, L1+, H1-, ..., but its model has none")
    return {name: Beats(*(np.concatenate(column) for column in zip(*found[name], strict=True)))
            for name in NAMED if name in found}  # fmt: skip


def _pair_weights(block: Block, pulse: Pulse | None) -> Array:
    """(k, n, n) isotropic weight of SE, <ijij>, in parallel polarisations, times the pulse's four interactions."""
    dipoles = block.dipoles_debye
    u, v, w = isotropic_weights("zzzz")
    product, square = np.einsum("kic,kjc->kij", dipoles, dipoles), np.sum(dipoles**2, axis=2)
    weight = (u + w) * product**2 + v * square[:, :, None] * square[:, None, :]
    if pulse is not None:
        power = np.abs(spectral_amplitude(block.energies_cm1, pulse)) ** 2
        weight = weight * power[:, :, None] * power[:, None, :]
    return np.asarray(weight)


def beat_distribution(found: Beats, smoothing_cm1: float) -> tuple[Array, Array]:
    """The smoothed spectrum of the beats: frequencies (b,) in cm-1 and density (b,), weight per cm-1."""
    top = float(found.frequency_cm1.max()) + 6.0 * smoothing_cm1 + BIN_CM1
    edges = np.arange(0.0, top + BIN_CM1, BIN_CM1)
    density, _ = np.histogram(found.frequency_cm1, edges, weights=found.weight)
    return edges[:-1] + 0.5 * BIN_CM1, gaussian_filter1d(density / BIN_CM1, smoothing_cm1 / BIN_CM1, mode="mirror")


def decay(found: Beats, times_fs: Array) -> Array:
    """|C(t)|/C(0) at ascending times. times_fs (t,), the answer (t,), a share of 1."""
    density = _fine_density(found)
    kept = density > 0.0
    centres = (np.flatnonzero(kept) + 0.5) * DECAY_BIN_CM1
    phases = np.exp(-1j * RADIANS_PER_FS_CM1 * np.outer(times_fs, centres))
    return np.asarray(np.abs(phases @ density[kept]) / density.sum())


def _fine_density(found: Beats) -> Array:
    edges = np.arange(0.0, float(found.frequency_cm1.max()) + 2.0, DECAY_BIN_CM1)
    return np.histogram(found.frequency_cm1, edges, weights=found.weight)[0]


def _decay_in_steps(found: Beats) -> Array:
    """`decay` at 0, 1, 2, ... fs up to the window's end, by a chirp transform."""
    density = _fine_density(found)
    turn = np.exp(-1j * RADIANS_PER_FS_CM1 * DECAY_BIN_CM1 * STEP_FS)
    return np.asarray(np.abs(czt(density, round(LONGEST_FS / STEP_FS), turn)) / density.sum())


def full_width(axis: Array, density: Array) -> float:
    """Full width at half maximum about the highest point, between linear interpolations; nan if cut off.

    axis (n,) ascending and density (n,) in any unit; the answer in the unit of the axis.
    """
    peak = int(np.argmax(density))
    half = 0.5 * density[peak]
    below = np.flatnonzero(density < half)
    left, right = below[below < peak], below[below > peak]
    if not len(left) or not len(right):
        return math.nan
    ends = []
    for outer, inner in ((left[-1], left[-1] + 1), (right[0], right[0] - 1)):
        share = (half - density[outer]) / (density[inner] - density[outer])
        ends.append(axis[outer] + share * (axis[inner] - axis[outer]))
    return float(ends[1] - ends[0])


def coherence_table(many: Ensemble, pulse: Pulse | None = None) -> xr.Dataset:
    """One row per family: frequency_cm1 (peak), mean_cm1, period_fs, weight (of the strongest), and dephasing_*_fs.

    `members`: clusters that have the family. Below 30 of them the dephasing times are nan, for there is no distribution
    to dephase; infinite where the decay outlasts the window of 6000 fs. Dimension `family`; `pulse`: the light that
    selects the bands, None for all alike. ValueError without labels.
    """
    found, members = beats(many, pulse), members_of(many)
    columns: dict[str, list[float]] = {}
    for name, own in found.items():
        axis, density = beat_distribution(own, SMOOTHING_CM1[name])
        peak = float(axis[np.argmax(density)])
        times = dict.fromkeys(("one_over_e", "h_over_fwhm", "integral"), math.nan)
        if members[name] >= LEAST_MEMBERS:
            times = _dephasing_fs(own, full_width(axis, density))
        row = {
            "frequency_cm1": peak, "mean_cm1": float(np.average(own.frequency_cm1, weights=own.weight)),
            "period_fs": CM1_FS / peak, "weight": float(own.weight.sum()), "members": float(members[name]),
            **{f"dephasing_{reading}_fs": value for reading, value in times.items()},
        }  # fmt: skip
        for column, value in row.items():
            columns.setdefault(column, []).append(value)
    strongest = max(columns["weight"])
    columns["weight"] = [value / strongest for value in columns["weight"]]
    units = {name: {"cm1": "cm-1", "fs": "fs"}.get(name.rsplit("_", 1)[-1], "1") for name in columns}
    attributes = {
        "clusters": len(many), "window_fs": LONGEST_FS, "default_dephasing": "one_over_e", "model": many.model,
        "pulse": "none" if pulse is None else f"{pulse.centre_cm1:g} cm-1, {pulse.duration_fs:g} fs",
        "smoothing_cm1": str(dict(SMOOTHING_CM1)),
    }  # fmt: skip
    return xr.Dataset({name: ("family", np.array(values), {"units": units[name]}) for name, values in columns.items()},
                      {"family": list(found)}, attributes)  # fmt: skip


def _dephasing_fs(own: Beats, width_cm1: float) -> dict[str, float]:
    """The three readings of a family's dephasing time in fs; infinite beyond the window."""
    fallen = _decay_in_steps(own)
    early = np.flatnonzero(fallen < math.exp(-1.0))
    outlasts = float(fallen[-len(fallen) // 10 :].mean()) > math.exp(-1.0)
    return {
        "one_over_e": STEP_FS * float(early[0]) if len(early) else math.inf,
        "h_over_fwhm": CM1_FS / width_cm1,
        "integral": math.inf if outlasts else float(2.0 * np.sum(fallen**2) * STEP_FS),
    }


def longest_h_over_fwhm_fs(name: str) -> float:
    """h over the full width of the smoothing alone, fs: no family's h/FWHM can come out longer."""
    return CM1_FS / (2.0 * math.sqrt(2.0 * math.log(2.0)) * SMOOTHING_CM1[name])


def members_of(many: Ensemble) -> dict[str, int]:
    """How many clusters have states of each named family; families that none has are left out."""
    found: dict[str, int] = {}
    for block in many.blocks:
        for name in {family(a, b) for a in block.labels for b in block.labels} & set(NAMED):
            found[name] = found.get(name, 0) + len(block.clusters)
    return found


def coherence_intervals(
    many: Ensemble, pulse: Pulse | None, rng: np.random.Generator, resamples: int = RESAMPLES
) -> xr.Dataset:
    """`coherence_table`'s columns with 95 % intervals: dimensions `end` (low, high) and `family`, in the same units.

    The quantiles 0.025 and 0.975 over tables of clusters drawn with replacement (Efron 1979, the percentile bootstrap).
    ValueError without labels, and for fewer than two resamples.
    """
    if resamples < 2:
        raise ValueError(f"resamples must be 2 or more, but {resamples!r} came")
    count = len(many)
    draws = rng.multinomial(count, np.full(count, 1.0 / count), size=resamples)
    tables = [coherence_table(replace(many, weights=many.weights * row), pulse) for row in draws]
    return xr.concat(tables, "resample", combine_attrs="override").quantile(
        [0.025, 0.975], "resample", keep_attrs=True, method="closest_observation"
    ).rename(quantile="end").assign_coords(end=["low", "high"])  # fmt: skip


class Ellipse(NamedTuple):
    """Where a coherence i, j beats in the map: centre, standard deviations along the ellipse's axes, angle to w1."""

    w1_cm1: float
    w3_cm1: float
    long_cm1: float
    short_cm1: float
    angle_degrees: float


def ellipse(many: Ensemble, name: str, pulse: Pulse | None = None) -> Ellipse:
    """The inhomogeneous region of one family below the diagonal (w1 the higher level), weighted like its beats.

    Centre and axes in cm-1. ValueError where the ensemble has no pair of that family, or one point of it alone.
    """
    shares = many.weights / many.weights.sum()
    points, weights = [], []
    for block in many.blocks:
        strength = _pair_weights(block, pulse) * shares[block.clusters][:, None, None]
        for i, first in enumerate(block.labels):
            for j in range(i + 1, len(block.labels)):
                if family(first, block.labels[j]) == name:
                    pair = np.sort(block.energies_cm1[:, [i, j]], axis=1)[:, ::-1]
                    points.append(pair)
                    weights.append(strength[:, i, j])
    if not points:
        raise ValueError(f"name must be a family the ensemble has out of {', '.join(NAMED)}, but {name!r} came")
    joined, share = np.concatenate(points), np.concatenate(weights)
    if len(np.unique(joined[share > 0.0], axis=0)) < 2:
        raise ValueError(f"many must have two dimers or more that differ for a region of {name}, but one came")
    centre = np.average(joined, axis=0, weights=share)
    variance, axes_ = np.linalg.eigh(np.atleast_2d(np.cov(joined.T, aweights=share)))
    angle = math.degrees(math.atan2(axes_[1, 1], axes_[0, 1])) % 180.0
    short, long = np.sqrt(np.maximum(variance, 0.0))
    return Ellipse(float(centre[0]), float(centre[1]), float(long), float(short), angle)


def region(many: Ensemble, name: str, pulse: Pulse | None = None) -> Ellipse:
    """The region of a family as Hamilton 2023 draws it: the widths of the two transitions from the ground state.

    Of the family's strongest pair of states: centre their mean levels, w1 the higher, axes their standard deviations,
    not tilted. `ellipse` knows besides that both levels of a dimer move together, and is much narrower across.
    ValueError for a family that the ensemble does not have.
    """
    best: tuple[float, Ellipse] | None = None
    for block in many.blocks:
        shares = many.weights[block.clusters]
        mean = np.average(block.energies_cm1, axis=0, weights=shares)
        spread = np.sqrt(np.average((block.energies_cm1 - mean) ** 2, axis=0, weights=shares))
        strength = np.tensordot(shares, _pair_weights(block, pulse), 1)
        for i, first in enumerate(block.labels):
            for j in range(i + 1, len(block.labels)):
                if family(first, block.labels[j]) != name or (best and strength[i, j] <= best[0]):
                    continue
                high, low = (i, j) if mean[i] > mean[j] else (j, i)
                values = [float(x) for x in (mean[high], mean[low], spread[high], spread[low], 0.0)]
                best = float(strength[i, j]), Ellipse(*values)
    if best is None:
        raise ValueError(f"name must be a family the ensemble has out of {', '.join(NAMED)}, but {name!r} came")
    return best[1]


FURTHEST = 64.0  # standard deviations: two ellipses further apart do not touch


def touching_deviations(first: Ellipse, second: Ellipse) -> float:
    """The number of standard deviations at which two ellipses just touch; infinite beyond 64."""
    if not overlap(first, second, FURTHEST):
        return math.inf
    low, high = 0.0, FURTHEST
    while high - low > 1e-3:
        middle = 0.5 * (low + high)
        low, high = (low, middle) if overlap(first, second, middle) else (middle, high)
    return high


def overlap(first: Ellipse, second: Ellipse, deviations: float = 1.0) -> bool:
    """Whether two ellipses at so many standard deviations share a point of the map."""
    circle = np.linspace(0.0, 2.0 * np.pi, 361)

    def frame(region: Ellipse, points: Array) -> Array:
        turn = math.radians(region.angle_degrees)
        shifted = points - np.array([region.w1_cm1, region.w3_cm1])
        along = shifted @ np.array([math.cos(turn), math.sin(turn)])
        across = shifted @ np.array([-math.sin(turn), math.cos(turn)])
        return np.hypot(along / region.long_cm1, across / region.short_cm1)

    def outline(region: Ellipse) -> Array:
        turn = math.radians(region.angle_degrees)
        along, across = np.array([math.cos(turn), math.sin(turn)]), np.array([-math.sin(turn), math.cos(turn)])
        rim = np.outer(np.cos(circle) * region.long_cm1, along) + np.outer(np.sin(circle) * region.short_cm1, across)
        return np.vstack([np.zeros(2), deviations * rim]) + np.array([region.w1_cm1, region.w3_cm1])

    pairs = ((first, second), (second, first))
    return any(bool((frame(one, outline(other)) <= deviations).any()) for one, other in pairs)
