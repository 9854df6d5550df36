"""Level models: the states of every dot before any coupling, for whole columns of dots at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from physics.excitons.dot import SizingCurve, clipped_diameters, dipole_debye, sizing_curve, transition_energy_cm1
from physics.excitons.graphs import Columns

Array = NDArray[np.float64]


@dataclass(frozen=True)
class DotLevels:
    """States of d dots: energies_cm1 (d, m), dipoles_debye (d, m, 3) in the laboratory frame, labels (m,).

    `clipped`: how many dots lay outside their sizing curve and were moved to its end.
    """

    energies_cm1: Array
    dipoles_debye: Array
    labels: tuple[str, ...]
    clipped: int


def rotation_matrices(orientation: Array) -> Array:
    """(d, 3, 3) rotations from the dot's frame to the laboratory of unit quaternions (d, 4), scalar last."""
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
    single dots outside, the tails, and dots grown by coalescence are moved to the end of the curve and counted.
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
            if not chosen.smallest_nm <= mean <= chosen.largest_nm:
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


def site_levels(columns: Columns, curve: str | None = None) -> DotLevels:
    """Model "site": one state per dot, its dipole along the crystal's c axis (assumed).

    Energy from the sizing curve, |mu| from `dot.dipole_debye`; a node's energy_cm1 and dipole_debye replace them.
    """
    from_curve, clipped = first_levels(columns, curve)
    energies = np.where(np.isnan(columns.energy_cm1), from_curve, columns.energy_cm1)
    dipoles = columns.dipole_debye.copy()
    wanted = np.isnan(columns.dipole_debye[:, 0])
    for material in np.unique(columns.material[wanted]):
        own = wanted & (columns.material == material)
        _curve_of(columns, own, str(material), None)
        axis = rotation_matrices(columns.orientation[own])[:, :, 2]
        dipoles[own] = dipole_debye(str(material), energies[own])[:, None] * axis
    return DotLevels(energies[:, None], dipoles[:, None, :], ("1S",), clipped)
