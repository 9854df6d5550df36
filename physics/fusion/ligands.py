"""Ligands on the surface: their cover, the barrier they make against attachment, and their budget on a cluster."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from physics.fusion.checks import non_negative, positive, scalar_or_array, single
from physics.jit import compiled
from physics.materials import Ligand, Material, ligand, material, nearest

REFERENCE_RADIUS_NM = 3.0  # nm: the radius at which the catalogue states attachment energies
BRUSH_EXPONENT = 2.0  # assumed: osmotic overlap of two brushes, E ~ (cover_a cover_b)^(m/2) with m = 2


def ligand_cover(dose: ArrayLike, exchange_constant: float) -> float | np.ndarray:
    """Cover theta = 1/(1 + Kx d) left by a dose of d chalcogenide equivalents per surface ligand (scalar or array).

    Langmuir-like exchange, assumed; Kx = 0.70 gives 0.588 at d = 1. ValueError names a bad argument. theta is a share
    from 0 to 1; exchange_constant is Kx, dimensionless.
    """
    doses = non_negative("dose", dose)
    constant = single("exchange_constant", non_negative("exchange_constant", exchange_constant))
    return scalar_or_array(1.0 / (1.0 + constant * doses.ravel()), doses.shape)


@compiled
def mean_radius_nm(radius_a: float, radius_b: float) -> float:
    """The reduced mean 2 r1 r2/(r1 + r2) of a contact of two spheres.

    radius_a and radius_b are r1 and r2 in nm. Derjaguin 1934.
    """
    return 2.0 * radius_a * radius_b / (radius_a + radius_b)


@compiled
def barrier_ev(
    attachment_energy_ev: float,
    cover_a: float,
    cover_b: float,
    radius_a: float,
    radius_b: float,
    polarity_lowering: float,
) -> float:
    """Attachment barrier E = E1 (1 - pol) (theta_a theta_b)^(m/2) [2 r1 r2/(r1 + r2)]/(3 nm) in eV, with m = 2.

    Brush overlap with Derjaguin's size factor (assumed form); radii in nm. cover_a, cover_b are theta_a, theta_b
    (shares from 0 to 1), radius_a, radius_b r1 and r2, polarity_lowering pol (a share).
    """
    overlap = (cover_a * cover_b) ** (0.5 * BRUSH_EXPONENT)
    return (
        attachment_energy_ev
        * (1.0 - polarity_lowering)
        * overlap
        * mean_radius_nm(radius_a, radius_b)
        / REFERENCE_RADIUS_NM
    )


@compiled
def pair_attachment_energy_ev(energy_a_ev: float, energy_b_ev: float) -> float:
    """E1 of a pair of two kinds, the geometric mean (assumed): each side brings its own brush."""
    return math.sqrt(energy_a_ev * energy_b_ev)


@compiled
def conserved_cover(cover: float, free_area: float, cluster_area: float, limit: float = 1.0) -> float:
    """Cover of a cluster that keeps its ligands, theta A_free/A_cluster, at most `limit` ("conserved" exchange).

    `free_area` is the summed area of its dots before fusion and `cover` their cover; fusion destroys area, so the
    cover and with it the barrier rise. Under "equilibrium" the dose alone sets the cover of every surface.
    A brush cannot be denser than full (limit 1); the charge of an ionic ligand can, limit infinity. Covers are shares
    of a full brush, areas in nm2. Our own law, assumed to hold where ligands do not exchange.
    """
    return min(limit, cover * free_area / cluster_area)


@compiled
def merged_cover(
    cover_a: float, area_a: float, cover_b: float, area_b: float, cluster_area: float, limit: float = 1.0
) -> float:
    """Cover after two clusters join, (theta_a A_a + theta_b A_b)/A, at most `limit`: every ligand stays.

    cover_a and cover_b are shares, area_a, area_b and the cluster_area A of the whole in one unit (nm2).
    """
    return min(limit, (cover_a * area_a + cover_b * area_b) / cluster_area)


def _with_ligand(values: Mapping[str, float], known: Material, capping: str | Ligand) -> float:
    name = ligand(capping).name
    if name not in values:
        raise ValueError(f"ligand of {known.name} must be {nearest(name, values) if values else f'none, got {name!r}'}")
    return values[name]


def attachment_energy_ev(substance: str | Material, capping: str | Ligand) -> float:
    """E1 in eV of a material with a ligand, at 3 nm radius and full cover; ValueError if the catalogue has none."""
    known = material(substance)
    return _with_ligand(known.attachment_energy_ev, known, capping)


def starting_cover(substance: str | Material, capping: str | Ligand, dose: float) -> float:
    """Cover of dots of a material after a chalcogenide dose, from the catalogue's exchange constant.

    The dose in chalcogenide equivalents per surface ligand, the cover a share. ValueError for an unknown substance or
    ligand, or a negative dose.
    """
    known = material(substance)
    return float(ligand_cover(dose, _with_ligand(known.exchange_constant, known, capping)))


def surface_ligands(substance: str | Material, radius_nm: float) -> float:
    """Number of ligands on a fully covered sphere, 4 pi R^2 times the catalogue's ligand density.

    ValueError for a substance that is unknown or lacks a number, or a radius not above zero.
    """
    return (
        4.0
        * math.pi
        * single("radius_nm", positive("radius_nm", radius_nm)) ** 2
        * material(substance).known("ligand_density_nm2")
    )
