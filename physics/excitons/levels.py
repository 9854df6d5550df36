"""Level models: the states of every dot before any coupling, for whole columns of dots at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from physics.excitons.dot import (
    SizingCurve,
    clipped_diameters,
    dipole_debye,
    material_name,
    sizing_curve,
    transition_energy_cm1,
)
from physics.excitons.fine_structure import elongation_shift_mev, manifold
from physics.excitons.graphs import Columns, read_graphs
from physics.excitons.necks import aspect_ratio_of_neck, shell_shift_mev
from physics.excitons.two_band import TwoBand, band_levels
from physics.units import CM1_PER_MEV

Array = NDArray[np.float64]
DISTRIBUTION = 10  # from this many dots on, their mean speaks for their kind
TAIL = 0.3  # how far beyond the range, relative, the mean of fewer may lie


@dataclass(frozen=True)
class DotLevels:
    """States of d dots: energies_cm1 (d, m), dipoles_debye (d, m, 3) in the laboratory frame, labels (m,).

    `clipped`: how many dots lay outside their sizing curve and were moved to its end. `by_label`: only states of equal
    label couple, with the effective law of the model, so that every label is a problem of its own.
    """

    energies_cm1: Array
    dipoles_debye: Array
    labels: tuple[str, ...]
    clipped: int
    by_label: bool = False


def rotation_matrices(orientation: Array) -> Array:
    """(d, 3, 3) rotations from the dot's frame to the laboratory of unit quaternions (d, 4), scalar last.

    `orientation` holds the quaternions. Dimensionless.
    """
    x, y, z, w = np.moveaxis(orientation, -1, 0)
    rows = (
        (1.0 - 2.0 * (y * y + z * z), 2.0 * (x * y - z * w), 2.0 * (x * z + y * w)),
        (2.0 * (x * y + z * w), 1.0 - 2.0 * (x * x + z * z), 2.0 * (y * z - x * w)),
        (2.0 * (x * z - y * w), 2.0 * (y * z + x * w), 1.0 - 2.0 * (x * x + y * y)),
    )
    return np.stack([np.stack(row, axis=-1) for row in rows], axis=-2)


def absorbing_diameter_nm(columns: Columns) -> Array:
    """(d,) diameter that sets the level: the core's of a core/shell dot (assumed), else the dot's own."""
    return np.where(np.isnan(columns.core_diameter_nm), columns.diameter_nm, columns.core_diameter_nm)


def first_levels(columns: Columns, curve: str | None = None) -> tuple[Array, int]:
    """(d,) energy of the first transition from the sizing curves (NaN where a node gives its own), and clipped dots.

    A material whose unmerged dots have a MEAN diameter outside the curve is refused (ValueError, with the range);
    single dots outside, the tails, and dots grown by coalescence are moved to the end of the curve and counted. Fewer
    than ten dots may be nothing but tail: they are refused only where their mean is 30 % beyond the range.
    """
    energies, clipped = np.full(len(columns.cluster), np.nan), 0
    diameters = absorbing_diameter_nm(columns)
    wanted = np.isnan(columns.energy_cm1)
    for material in np.unique(columns.material[wanted]):
        own = (columns.material == material) & wanted
        chosen = _curve_of(columns, own, str(material), curve if material == "CdSe" else None)
        unmerged = own & (columns.parts == 1)
        if unmerged.any():
            mean = float(diameters[unmerged].mean())
            slack = TAIL if np.count_nonzero(unmerged) < DISTRIBUTION else 0.0
            if not (1.0 - slack) * chosen.smallest_nm <= mean <= (1.0 + slack) * chosen.largest_nm:
                raise ValueError(
                    f"{columns.names[int(np.argmax(unmerged))]}: diameter_nm of {material} dots must lie between "
                    f"{chosen.smallest_nm:g} and {chosen.largest_nm:g} nm (curve {chosen.name}), "
                    f"but their mean is {mean:g}"
                )
        inside, moved = clipped_diameters(str(material), diameters[own], chosen.name)
        energies[own] = transition_energy_cm1(str(material), inside, chosen.name)
        clipped += moved
    return energies, clipped


def _curve_of(columns: Columns, own: NDArray[np.bool_], material: str, curve: str | None) -> SizingCurve:
    try:
        return sizing_curve(material, curve)
    except ValueError as error:
        raise ValueError(f"{columns.names[int(np.argmax(own))]}: {error}") from None


def first_transitions(columns: Columns, curve: str | None, shape: bool) -> tuple[Array, Array, int]:
    """(d,) energies of the first transition, (d,) strengths |mu| and the clipped dots; the nodes' overrides in force.

    Rods (length_nm) have the red shift of their aspect ratio; with `shape`, dots in a fused bond that of theirs. In
    cm-1 and Debye. ValueError for a material without a sizing curve, or a curve of another material.
    """
    from_curve, clipped = first_levels(columns, curve)
    from_curve = from_curve + elongation_shifts_cm1(columns, shape)
    energies = np.where(np.isnan(columns.energy_cm1), from_curve, columns.energy_cm1)
    strengths = np.linalg.norm(columns.dipole_debye, axis=1)
    wanted = np.isnan(strengths)
    for material in np.unique(columns.material[wanted]):
        own = wanted & (columns.material == material)
        _curve_of(columns, own, str(material), None)
        strengths[own] = dipole_debye(str(material), energies[own])
    return energies, strengths, clipped


def elongation_shifts_cm1(columns: Columns, shape: bool) -> Array:
    """(d,) shift of each dot's manifold by its aspect ratio, cm-1 (CdSe and CdS; 0 for others).

    The law is `fine_structure.elongation_shift_mev`, assumed.
    """
    ratios, shifts = aspect_ratios(columns, shape), np.zeros(len(columns.cluster))
    for material in ("CdSe", "CdS"):
        own = (columns.material == material) & (ratios > 1.0)
        if own.any():
            inside = clipped_diameters(material, absorbing_diameter_nm(columns)[own])[0]
            shifts[own] = CM1_PER_MEV * elongation_shift_mev(material, inside, ratios[own])
    return shifts


def shell_shifts_cm1(columns: Columns) -> Array:
    """(d,) red shift of core/shell dots as electron and hole leak into the shell, cm-1; 0 for bare dots and overrides.

    `necks.shell_shift_mev` at the corners of the range of core and outer diameters of each kind, linear between them.
    Computed there with recalled and assumed parameters.
    """
    shifts, core, outer = np.zeros(len(columns.cluster)), columns.core_diameter_nm, columns.diameter_nm
    covered = (columns.shell != "") & np.isnan(columns.energy_cm1)
    for material, shell in set(zip(columns.material[covered].tolist(), columns.shell[covered].tolist(), strict=True)):
        own = covered & (columns.material == material) & (columns.shell == shell)
        ends = [np.unique([x[own].min(), 0.5 * (x[own].min() + x[own].max()), x[own].max()]) for x in (core, outer)]
        table = np.array([[shell_shift_mev(material, shell, min(c, o), o) for o in ends[1]] for c in ends[0]])
        along_outer = np.array([np.interp(outer[own], ends[1], row) for row in table])
        place = np.interp(core[own], ends[0], np.arange(len(ends[0]))) if len(ends[0]) > 1 else np.zeros(own.sum())
        left = np.minimum(place.astype(int), max(len(ends[0]) - 2, 0))
        right, column = np.minimum(left + 1, len(ends[0]) - 1), np.arange(int(own.sum()))
        part = place - left
        shifts[own] = CM1_PER_MEV * ((1.0 - part) * along_outer[left, column] + part * along_outer[right, column])
    return shifts


def aspect_ratios(columns: Columns, shape: bool) -> Array:
    """(d,) a rod's length over diameter, else, with `shape`, what the neck of a dot stands for, else 1.

    Dimensionless.
    """
    necked = effective_aspect_ratios(columns) if shape else np.ones(len(columns.cluster))
    return np.where(np.isnan(columns.length_nm), necked, columns.length_nm / columns.diameter_nm)


def effective_aspect_ratios(columns: Columns) -> Array:
    """(d,) aspect ratio that stands for the widest neck of each bare CdSe or CdS dot; 1 without a fused neck."""
    widest = np.zeros(len(columns.cluster))
    fused = np.nan_to_num(columns.neck_radius_nm)
    for ends in (columns.first, columns.second):
        np.maximum.at(widest, ends, fused)
    own = absorbing_diameter_nm(columns)
    shell = np.nan_to_num(columns.diameter_nm - own)  # a neck in the shell leaves the core round (assumed)
    ratios = np.ones(len(widest))
    for material in ("CdSe", "CdS"):
        bare = (columns.material == material) & (widest > 0.0) & (shell == 0.0)
        if bare.any():
            ratios[bare] = aspect_ratio_of_neck(material, own[bare], widest[bare])
    return ratios


def site_levels(columns: Columns, curve: str | None = None, shape: bool = False) -> DotLevels:
    """Model "site": one state per dot, its dipole along the crystal's c axis (assumed).

    Energy from the sizing curve, |mu| from `dot.dipole_debye`; a node's energy_cm1 and dipole_debye replace them.
    """
    energies, strengths, clipped = first_transitions(columns, curve, shape)
    axis = rotation_matrices(columns.orientation)[:, :, 2]
    own = np.isnan(columns.dipole_debye[:, :1])
    dipoles = np.where(own, strengths[:, None] * axis, columns.dipole_debye)
    return DotLevels(energies[:, None], dipoles[:, None, :], ("1S",), clipped)


BAND_EDGE = (  # label, row of fine_structure.NAMES, share of the level's strength, axis in the dot's frame
    ("2a", 0, 0.5, (1.0, 0.0, 0.0)), ("2b", 0, 0.5, (0.0, 1.0, 0.0)),
    ("1Lx", 1, 0.5, (1.0, 0.0, 0.0)), ("1Ly", 1, 0.5, (0.0, 1.0, 0.0)), ("0L", 2, 1.0, (0.0, 0.0, 1.0)),
    ("1Ux", 3, 0.5, (1.0, 0.0, 0.0)), ("1Uy", 3, 0.5, (0.0, 1.0, 0.0)), ("0U", 4, 1.0, (0.0, 0.0, 1.0)),
)  # fmt: skip


def band_edge_levels(
    columns: Columns, curve: str | None = None, shape: bool = False, shifted: bool = True
) -> DotLevels:
    """Model "band_edge": the eight states of 1S_e x 1S_3/2, +-1 as real pairs along x and y of the dot, 0 along z.

    The strength-weighted mean of the sphere's manifold is the first absorption maximum (or energy_cm1). CdSe, and CdS
    with CdSe's valence band (assumed); PbS and PbSe are refused. `shape`: levels and strengths of the effective aspect
    ratio, `shifted` as a whole by the elongation or not. ValueError names a node of another material, or one with an
    override that the model cannot take.
    """
    _refuse_dipole_override(columns, "band_edge")
    lengthened = first_transitions(columns, curve, False)
    from_curve, strength, clipped = lengthened[0] - elongation_shifts_cm1(columns, False), *lengthened[1:]
    ratios = aspect_ratios(columns, shape)
    energies, strengths = np.zeros((len(ratios), 5)), np.zeros((len(ratios), 5))
    for material in np.unique(columns.material):
        own = columns.material == material
        diameters = absorbing_diameter_nm(columns)[own]
        try:
            inside = clipped_diameters(str(material), diameters)[0]
            sphere, shares = manifold(str(material), inside, 1.0)
            energies[own], strengths[own] = manifold(str(material), inside, ratios[own])
            fixed = np.isnan(columns.length_nm[own]) & (not shifted)  # a rod is always shifted
            energies[own] -= np.where(fixed, elongation_shift_mev(str(material), inside, ratios[own]), 0.0)[:, None]
        except ValueError as error:
            raise ValueError(f"{columns.names[int(np.argmax(own))]}: {error}") from None
        energies[own] -= np.sum(shares * sphere, axis=1, keepdims=True)
    rows = [row for _, row, _, _ in BAND_EDGE]
    amplitudes = np.sqrt(strengths[:, rows] * [share for _, _, share, _ in BAND_EDGE]) * strength[:, None]
    in_frame = amplitudes[..., None] * np.array([axis for *_, axis in BAND_EDGE])
    return DotLevels(
        from_curve[:, None] + CM1_PER_MEV * energies[:, rows], _to_laboratory(columns, in_frame),
        tuple(label for label, *_ in BAND_EDGE), clipped,
    )  # fmt: skip


def two_band_levels(
    columns: Columns, curve: str | None = None, second_band: bool = False, parameters: TwoBand | None = None
) -> DotLevels:
    """Models "two_band" (L1, L2, H1, H2) and "two_band_2s" (S1, S2 besides) of CdSe dots; see `two_band`.

    ValueError names a node of another material, without a diameter, or with an override that the model cannot take.
    """
    _refuse_dipole_override(columns, "two_band")
    wrong = (columns.material != "CdSe") | np.isnan(columns.diameter_nm)
    if wrong.any():
        row = int(np.argmax(wrong))
        raise ValueError(
            f"{columns.names[row]}: material must be CdSe, with diameter_nm, for the model two_band, "
            f"but {str(columns.material[row])!r} came"
        )
    first, strength, clipped = first_transitions(columns, curve, False)
    diameters = clipped_diameters("CdSe", absorbing_diameter_nm(columns), curve)[0]
    energies, in_frame, labels = band_levels(first, diameters, strength, parameters or TwoBand(), second_band)
    return DotLevels(energies, _to_laboratory(columns, in_frame), labels, clipped, by_label=True)


def _to_laboratory(columns: Columns, in_frame: Array) -> Array:
    return np.einsum("dxy,dmy->dmx", rotation_matrices(columns.orientation), in_frame)


def _refuse_dipole_override(columns: Columns, model: str) -> None:
    given = ~np.isnan(columns.dipole_debye[:, 0])
    if given.any():
        name = columns.names[int(np.argmax(given))]
        raise ValueError(
            f"{name}: dipole_debye holds for the model site only, where a dot has one state, not for {model}"
        )


@dataclass(frozen=True)
class DotStates:
    """The states of one dot in its own frame: labels (m,), energies_cm1 (m,), degeneracies (m,), dipoles_debye (m, 3).

    A degenerate level of "site" (eightfold) is one entry; the other models list their partners or merged pairs.
    """

    labels: tuple[str, ...]
    energies_cm1: Array
    degeneracies: tuple[int, ...]
    dipoles_debye: Array
    standing: str


_DEGENERACIES = {"1S": 8, "L1": 2, "L2": 3, "H1": 2, "H2": 3, "S1": 2, "S2": 3}


def dot_states(material: Any, diameter_nm: float, model: str = "site", curve: str | None = None) -> DotStates:
    """Levels of a single dot in a level model: "site", "band_edge", "two_band" or "two_band_2s".

    ValueError for an unknown model, for PbS or PbSe in "band_edge", for anything but CdSe in the two-band models, and
    for a diameter outside the sizing curve.
    """
    if model not in LEVEL_MODELS:
        raise ValueError(f"model must be one of {', '.join(LEVEL_MODELS)}, but {model!r} came")
    dot: nx.Graph = nx.Graph()
    dot.add_node("dot", material=material_name(material), diameter_nm=diameter_nm)
    levels = LEVEL_MODELS[model](read_graphs([dot]), curve)
    assumed = material_name(material) == "CdS" and model == "band_edge"
    return DotStates(
        levels.labels, levels.energies_cm1[0], tuple(_DEGENERACIES.get(label, 1) for label in levels.labels),
        levels.dipoles_debye[0], "assumed: valence band of CdSe" if assumed else "computed",
    )  # fmt: skip


LEVEL_MODELS: dict[str, Callable[[Columns, str | None], DotLevels]] = {
    "site": site_levels,
    "band_edge": band_edge_levels,
    "two_band": two_band_levels,
    "two_band_2s": lambda columns, curve: two_band_levels(columns, curve, True),
}
