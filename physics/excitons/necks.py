"""What a fused neck does to electron and hole: transfer integrals and effective aspect ratio, tabulated by the solver.

The table runs over the diameter and the neck radius in units of the dot's radius, along the family of fused spheres
that keep their volume; it is computed once for a material (about two seconds) and interpolated.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline, RectBivariateSpline

from physics.excitons.charge_transfer import charge_transfer_energy_ev
from physics.excitons.dot import material_name
from physics.excitons.tunnelling import Carrier, PairShape, doublet
from physics.fusion.doublet import cap_height_nm, lobe_radius_nm
from physics.materials import material as catalogue
from physics.units import CM1_PER_EV

Array = NDArray[np.float64]

LIGAND_BARRIER_EV = 2.0  # of electron and hole into the ligand shell (assumed)
LIGAND_MASS = 1.0  # m0 in the ligand shell (assumed)
LIGAND_DECAY_NM = 0.15  # of the transfer integrals with a ligand gap (computed: solver, mass 1, barrier 2 eV)
DIAMETERS_NM = np.array([2.0, 3.0, 4.5, 6.5, 9.0])
NECKS = np.array([0.0, 0.2, 0.4, 0.6, 0.75, 0.9, 1.05, 1.2])  # neck radius over dot radius; 1.26 is one sphere
CELLS = 18  # of the grid per dot radius
LONGEST = 3.0  # an aspect ratio beyond this is no longer told apart by the electron's energy


def carriers(material: Any, shell: Any = None) -> tuple[Carrier, Carrier]:
    """Electron and hole of a dot of `material` with an optional shell: masses and offsets of the catalogue.

    Offsets that would be wells for the carrier are kept as they are (negative barriers). ValueError for a material
    whose masses or edges the catalogue does not hold.
    """
    core = catalogue(material_name(material))
    around = core if shell is None else catalogue(material_name(shell))
    masses = [(m.known("electron_mass"), m.known("hole_mass")) for m in (core, around)]
    steps = (0.0, 0.0)
    if around.name != core.name:
        steps = (
            around.known("conduction_edge_ev") - core.known("conduction_edge_ev"),
            core.known("valence_edge_ev") - around.known("valence_edge_ev"),
        )
    electron, hole = (
        Carrier(inside, outside, LIGAND_MASS, step, LIGAND_BARRIER_EV)
        for inside, outside, step in zip(masses[0], masses[1], steps, strict=True)
    )
    return electron, hole


def fused_shape(diameter_nm: float, neck_radius_nm: float, gap_nm: float = 0.0) -> PairShape:
    """Two equal dots fused at constant volume to a neck, or `gap_nm` apart where there is none."""
    radius = 0.5 * diameter_nm
    if neck_radius_nm == 0.0:
        return PairShape(radius, radius, diameter_nm + gap_nm)
    cap = cap_height_nm(neck_radius_nm, radius)
    lobe = lobe_radius_nm(neck_radius_nm, cap)
    return PairShape(lobe, lobe, 2.0 * (cap - lobe))


@dataclass(frozen=True)
class _Table:
    electron: RectBivariateSpline
    hole: RectBivariateSpline
    aspect_ratio: RectBivariateSpline


@lru_cache(maxsize=8)
def _table(material: str) -> _Table:
    electron, hole = carriers(material)
    logs, ratios = np.zeros((2, len(DIAMETERS_NM), len(NECKS))), np.ones((len(DIAMETERS_NM), len(NECKS)))
    for row, diameter in enumerate(DIAMETERS_NM):
        step = 0.5 * diameter / CELLS
        alone = doublet(fused_shape(diameter, 0.0, 3.0), electron, step).even_ev
        for column, neck in enumerate(NECKS):
            shape = fused_shape(diameter, 0.5 * diameter * neck)
            pairs = [doublet(shape, carrier, step) for carrier in (electron, hole)]
            logs[:, row, column] = np.log([pair.coupling_ev for pair in pairs])
            ratios[row, column] = _ratio(pairs[0].even_ev / alone)
    axes = (np.log(DIAMETERS_NM), NECKS)
    return _Table(*(RectBivariateSpline(*axes, values, kx=2, ky=3) for values in (*logs, ratios)))


def _ratio(relaxed: float) -> float:
    """Aspect ratio with (2 + 1/AR^2)/3 = E_bond/E_1S of the electron (assumed rule)."""
    inverse_square = max(3.0 * min(relaxed, 1.0) - 2.0, 1.0 / LONGEST**2)
    return inverse_square**-0.5


def transfer_integrals_ev(material: Any, diameter_nm: Any, neck_radius_nm: Any, gap_nm: Any = 0.0) -> tuple[Any, Any]:
    """(t_e, t_h), eV, between two equal dots fused to a neck, or `gap_nm` of ligand apart; scalars or arrays.

    A gap weakens the touching pair's by exp(-gap/0.15 nm). Unequal dots go by their mean diameter (assumed). ValueError
    for an unknown material.
    """
    table, place = _table(material_name(material)), _place(diameter_nm, neck_radius_nm)
    damping = np.exp(-np.asarray(gap_nm, dtype=float) / LIGAND_DECAY_NM)
    electron, hole = (np.exp(spline(*place, grid=False)) * damping for spline in (table.electron, table.hole))
    return electron, hole


def aspect_ratio_of_neck(material: Any, diameter_nm: Any, neck_radius_nm: Any) -> Any:
    """Effective aspect ratio of a dot in a fused pair by the electron-energy rule (2 + 1/AR^2)/3 = E_bond/E_1S.

    1 without a neck, at most 3. Scalars or arrays. ValueError for a material that is unknown or lacks a number.
    """
    diameter, neck = np.broadcast_arrays(np.asarray(diameter_nm, dtype=float), np.asarray(neck_radius_nm, dtype=float))
    ratio = _table(material_name(material)).aspect_ratio(*_place(diameter, neck), grid=False)
    ratio = np.where(neck > 0.0, np.clip(ratio, 1.0, LONGEST), 1.0)
    return ratio if ratio.ndim else float(ratio)


def _place(diameter_nm: Any, neck_radius_nm: Any) -> tuple[Array, Array]:
    diameter = np.asarray(diameter_nm, dtype=float)
    relative = 2.0 * np.asarray(neck_radius_nm, dtype=float) / diameter
    inside = np.log(np.clip(diameter, DIAMETERS_NM[0], DIAMETERS_NM[-1]))
    return inside, np.clip(relative, NECKS[0], NECKS[-1])


def core_shell_shape(
    core_diameter_nm: float, outer_diameter_nm: float, neck_radius_nm: float, gap_nm: float = 0.0
) -> PairShape:
    """Two core/shell dots fused by their shells: outer spheres at constant volume, cores unchanged in their centres."""
    outer = fused_shape(outer_diameter_nm, neck_radius_nm, gap_nm)
    core = min(0.5 * core_diameter_nm, outer.outer_radius_nm)
    return PairShape(core, outer.outer_radius_nm, max(outer.centre_distance_nm, 0.1 * core), outer.neck_radius_nm)


@lru_cache(maxsize=64)
def _core_shell_table(material: str, shell: str, core_nm: float, outer_nm: float) -> tuple[CubicSpline, ...]:
    logs = np.zeros((2, len(NECKS)))
    for column, neck in enumerate(NECKS):
        shape = core_shell_shape(core_nm, outer_nm, 0.5 * outer_nm * neck)
        step = 0.5 * outer_nm / (2 * CELLS)
        pairs = [doublet(shape, carrier, step) for carrier in carriers(material, shell)]
        logs[:, column] = np.log([max(pair.coupling_ev, 1e-12) for pair in pairs])
    return tuple(CubicSpline(NECKS, row) for row in logs)


def core_shell_transfer_ev(
    material: Any, shell: Any, core_diameter_nm: float, outer_diameter_nm: float, neck_radius_nm: Any, gap_nm: Any = 0.0
) -> tuple[Any, Any]:
    """(t_e, t_h), eV, of two equal core/shell dots whose shells are fused to a neck (array), or `gap_nm` apart.

    ValueError for a material that is unknown or lacks a number in the catalogue.
    """
    core, outer = round(float(core_diameter_nm), 1), round(float(outer_diameter_nm), 1)
    table = _core_shell_table(material_name(material), material_name(shell), core, outer)
    relative = np.clip(2.0 * np.asarray(neck_radius_nm, dtype=float) / outer_diameter_nm, 0.0, NECKS[-1])
    damping = np.exp(-np.asarray(gap_nm, dtype=float) / LIGAND_DECAY_NM)
    electron, hole = (np.exp(spline(relative)) * damping for spline in table)
    return electron, hole


def shell_shift_mev(material: Any, shell: Any, core_diameter_nm: float, outer_diameter_nm: float) -> float:
    """Shift of the lowest level of a core when a shell is grown on it, meV: electron and hole leak into the shell.

    By the solver, with the catalogue's offsets; the Coulomb energy is kept as it is (assumed). Levels of core/shell
    dots come from the core's sizing curve; the mechanism "shell" adds this shift.
    """
    core = round(float(core_diameter_nm), 3)
    covered = core_shell_shape(core, round(float(outer_diameter_nm), 3), 0.0, 3.0)
    bare = fused_shape(core, 0.0, 3.0)
    step = 0.5 * core / CELLS
    around = zip(carriers(material, shell), carriers(material), strict=True)
    return 1e3 * sum(doublet(covered, a, step).even_ev - doublet(bare, b, step).even_ev for a, b in around)


def bond_transfer_cm1(
    material: str, shell: str | None, diameter_nm: Array, core_diameter_nm: Array, neck_radius_nm: Array, gap_nm: Array
) -> tuple[Array, Array, Array]:
    """(t_e, t_h, Delta_CT), cm-1, of bonds (b,) of one kind of dots.

    Core/shell dots go by the mean core and outer diameter of all the bonds given (assumed).
    """
    if shell is None:
        electron, hole = transfer_integrals_ev(material, diameter_nm, neck_radius_nm, gap_nm)
        size = diameter_nm
    else:
        mean = (float(core_diameter_nm.mean()), float(diameter_nm.mean()))
        electron, hole = core_shell_transfer_ev(material, shell, *mean, neck_radius_nm, gap_nm)
        size = core_diameter_nm
    distance = np.maximum(_fused_distance_nm(diameter_nm, neck_radius_nm) + gap_nm, size / 1.5)
    cost = charge_transfer_energy_ev(material, size, distance)
    return CM1_PER_EV * electron, CM1_PER_EV * hole, CM1_PER_EV * cost


def _fused_distance_nm(diameter_nm: Array, neck_radius_nm: Array) -> Array:
    """Distance of the lobes' centres along the family of fused spheres, 2 (h - rho), interpolated."""
    family = [fused_shape(2.0, neck).centre_distance_nm for neck in NECKS]
    relative = np.clip(2.0 * neck_radius_nm / diameter_nm, 0.0, NECKS[-1])
    return 0.5 * diameter_nm * np.interp(relative, NECKS, family)
