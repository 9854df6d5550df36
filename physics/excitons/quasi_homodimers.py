"""Dimers of dots of nearly one size (Hamilton 2023): ensembles from a mean diameter and a size dispersion, and what
disorder does to delocalisation and to the coherences between their states."""

from __future__ import annotations

import math
from itertools import combinations
from typing import NamedTuple

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray
from scipy.spatial.transform import Rotation

from physics.excitons.graphs import Columns
from physics.excitons.levels import two_band_levels
from physics.excitons.sheets import Names
from physics.excitons.states import Ensemble, Statistics, blocks_of
from physics.excitons.two_band import TwoBand

Array = NDArray[np.float64]
WIDEST_SIGMAS = 3.0  # sizes further from the mean are moved to it (assumed)
GAP_NM = 0.5  # surface to surface, propanedithiol (Hamilton 2023)


def quasi_homodimers(
    mean_diameter_nm: float,
    size_dispersion: float,
    count: int,
    rng: np.random.Generator,
    *,
    gap_nm: float = GAP_NM,
    second_mean_nm: float | None = None,
    second_band: bool = False,
    aligned: bool = False,
    parameters: TwoBand | None = None,
    statistics: Statistics = "hard-core",
    anharmonicity_cm1: float = 0.0,
) -> Ensemble:
    """`count` dimers of CdSe dots in the two-band model, columns L1-, L1+, L2-, L2+, H1-, ...

    D = mean (1 + dispersion z), z normal, cut at 3, independent for both dots; `second_mean_nm` makes heterodimers. The
    second dot is turned at random against the first unless `aligned`. ValueError for a mean outside the sizing curve, a
    dispersion not in [0, 0.3], a negative gap or a count below 1. size_dispersion is the relative standard deviation.
    """
    means = np.array([mean_diameter_nm, mean_diameter_nm if second_mean_nm is None else second_mean_nm], dtype=float)
    if not (math.isfinite(size_dispersion) and 0.0 <= size_dispersion <= 0.3):
        raise ValueError(f"size_dispersion must lie between 0 and 0.3, but {size_dispersion!r} came")
    if not (isinstance(count, (int, np.integer)) and count >= 1):
        raise ValueError(f"count must be a whole number, 1 or more, but {count!r} came")
    if not (math.isfinite(gap_nm) and gap_nm >= 0.0):
        raise ValueError(f"gap_nm must be finite and not negative, but {gap_nm!r} came")
    z = np.clip(rng.normal(size=(count, 2)), -WIDEST_SIGMAS, WIDEST_SIGMAS)
    turns = Rotation.from_quat(rng.normal(size=(count, 4))).as_quat()
    orientation = np.tile([0.0, 0.0, 0.0, 1.0], (2 * count, 1))
    if not aligned:
        orientation[1::2] = turns
    columns = _dimers(means * (1.0 + size_dispersion * z), gap_nm, orientation)
    levels = two_band_levels(columns, None, second_band, parameters)
    blocks = tuple(blocks_of(columns, levels, parameters=parameters))
    model = "two_band_2s" if second_band else "two_band"
    return Ensemble(blocks, np.ones(count), blocks[0].labels, model, statistics, anharmonicity_cm1, levels.clipped)


def _dimers(diameters: Array, gap_nm: float, orientation: Array) -> Columns:
    count = len(diameters)
    dots, nothing, bonds = 2 * count, np.full(2 * count, np.nan), np.full(count, np.nan)
    distance = 0.5 * diameters.sum(axis=1) + gap_nm
    position = np.zeros((dots, 3))
    position[1::2, 2] = distance
    return Columns(
        names=Names("dot", ()), sizes=np.full(count, 2), cluster=np.repeat(np.arange(count), 2),
        material=np.full(dots, "CdSe"), shell=np.full(dots, ""), diameter_nm=diameters.ravel(),
        core_diameter_nm=nothing, length_nm=nothing, position_nm=position, orientation=orientation, energy_cm1=nothing,
        dipole_debye=np.full((dots, 3), np.nan), parts=np.ones(dots, np.intp), first=np.arange(0, dots, 2),
        second=np.arange(1, dots, 2), centre_distance_nm=distance, gap_nm=np.full(count, gap_nm), strain=bonds,
        neck_radius_nm=bonds, coupling_cm1=bonds, linked=np.ones(count, dtype=bool),
    )  # fmt: skip


def isotropic_weights(dipoles_i: Array, dipoles_j: Array) -> Array:
    """w_ij = [2 (mu_i.mu_j)^2 + |mu_i|^2 |mu_j|^2]/15 of a coherence, parallel polarisations, Debye^4; (..., 3) in.

    dipoles_i and dipoles_j in Debye.
    """
    product = np.sum(dipoles_i * dipoles_j, axis=-1)
    return (2.0 * product**2 + np.sum(dipoles_i**2, axis=-1) * np.sum(dipoles_j**2, axis=-1)) / 15.0


class Coherence(NamedTuple):
    """A pair of states over an ensemble: mean frequency and its standard deviation (cm-1), mean weight (Debye^4)."""

    first: str
    second: str
    frequency_cm1: float
    width_cm1: float
    weight: float
    usable: bool


LEAST_PARTICIPATION = 1.2  # of both states of a usable coherence
LEAST_WEIGHT = 0.05  # of the strongest


def coherences(many: Ensemble) -> list[Coherence]:
    """All pairs of states of an ensemble of equal clusters, and which are usable.

    Usable: both states shared by at least 1.2 dots in the mean, weight at least 5 % of the strongest, width (standard
    deviation of the frequency) below the frequency. Means are weighted like the ensemble. ValueError where the clusters
    are of several sizes.
    """
    sizes = {block.energies_cm1.shape[1] for block in many.blocks}
    if len(sizes) != 1:
        raise ValueError(f"ensemble must hold clusters of one size, but {len(sizes)} sizes came")
    energies, dipoles, shares = many.energies_cm1, many.dipoles_debye, many.weights / many.weights.sum()
    shared = shares @ many.participation
    found = []
    for i, j in combinations(range(energies.shape[1]), 2):
        beat = energies[:, j] - energies[:, i]
        mean = float(shares @ beat)
        width = math.sqrt(float(shares @ (beat - mean) ** 2))
        found.append((i, j, abs(mean), width, float(shares @ isotropic_weights(dipoles[:, i], dipoles[:, j]))))
    strongest = max(weight for *_, weight in found)
    return [
        Coherence(many.labels[i], many.labels[j], mean, width, weight,
                  bool(min(shared[i], shared[j]) >= LEAST_PARTICIPATION and weight >= LEAST_WEIGHT * strongest
                       and width < mean))
        for i, j, mean, width, weight in found
    ]  # fmt: skip


def coherence_map(
    mean_diameters_nm: ArrayLike,
    dispersions: ArrayLike,
    rng: np.random.Generator,
    count: int = 1000,
    gap_nm: float = GAP_NM,
    parameters: TwoBand | None = None,
) -> xr.Dataset:
    """Delocalisation and usable coherences over mean diameter and size dispersion (Hamilton 2023, Fig. 1b).

    Variables over (diameter, dispersion): `participation`, the mean number of dots that share a state of band L, and
    `usable_coherences`, a count. The parameters behind it are fitted to that paper. mean_diameters_nm (a,), dispersions
    (b,), relative. ValueError as in `quasi_homodimers`.
    """
    sizes, spreads = np.atleast_1d(np.asarray(mean_diameters_nm, float)), np.atleast_1d(np.asarray(dispersions, float))
    shared, usable = np.zeros((2, len(sizes), len(spreads)))
    for row, size in enumerate(sizes):
        for column, spread in enumerate(spreads):
            many = quasi_homodimers(float(size), float(spread), count, rng, gap_nm=gap_nm, parameters=parameters)
            in_l = [label.startswith("L") for label in many.labels]
            shared[row, column] = many.participation[:, in_l].mean()
            usable[row, column] = sum(pair.usable for pair in coherences(many))
    axes = {"diameter": ("diameter", sizes, {"units": "nm"}), "dispersion": ("dispersion", spreads, {"units": "1"})}
    return xr.Dataset(
        {
            "participation": (("diameter", "dispersion"), shared, {"units": "dots", "long_name": "<M> of band L"}),
            "usable_coherences": (("diameter", "dispersion"), usable, {"units": "1"}),
        },
        axes,
        {"gap_nm": gap_nm, "dimers": count, "standing": "fitted to Hamilton 2023"},
    )
