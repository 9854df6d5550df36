"""Excitons mixed with charge-transfer pairs: electron on one dot, hole on the other.

Two equal dots, basis e_A h_A, e_B h_B, e_B h_A, e_A h_B: the electron's transfer t_e joins the first to the third and
the second to the fourth, the hole's t_h the first to the fourth and the second to the third; the last two lie Delta_CT
higher. The even and odd combinations are two-level problems with the coupling t_e +- t_h.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physics.excitons.dot import material_name
from physics.materials import material as catalogue
from physics.units import ELEMENTARY_CHARGE_C, VACUUM_PERMITTIVITY_F_M

Array = NDArray[np.float64]

COULOMB_EV_NM = ELEMENTARY_CHARGE_C / (4.0 * math.pi * VACUUM_PERMITTIVITY_F_M * 1e-9)  # e^2/(4 pi eps0), 1.44 eV nm
DIRECT_COULOMB = 1.786  # electron and hole in the 1S of one sphere, e^2/(eps R) (literature: Brus 1984)


def charge_transfer_energy_ev(material: Any, diameter_nm: Any, centre_distance_nm: Any) -> Any:
    """Delta_CT = e^2/(4 pi eps0 eps) (1.786/R - 1/d): what it costs to part the pair, eV; 0.13 for touching 3 nm CdSe.

    eps is the static constant of the dots; polarisation of the surroundings is left out (assumed). Never below 0.
    Scalars or arrays. ValueError for a material that is unknown or lacks a number.
    """
    radius = 0.5 * np.asarray(diameter_nm, dtype=float)
    dielectric = catalogue(material_name(material)).known("dielectric_static")
    cost = COULOMB_EV_NM / dielectric * (DIRECT_COULOMB / radius - 1.0 / np.asarray(centre_distance_nm, dtype=float))
    return np.maximum(cost, 0.0)


def four_by_four_ev(
    energy_a_ev: float, energy_b_ev: float, electron_ev: float, hole_ev: float, transfer_cost_ev: float
) -> Array:
    """(4, 4) Hamiltonian in the order e_A h_A, e_B h_B, e_B h_A, e_A h_B, eV; t_e, t_h lower the even states.

    Two-site model of electron and hole, our own choice of basis; see the module.
    """
    middle = 0.5 * (energy_a_ev + energy_b_ev) + transfer_cost_ev
    matrix = np.diag([energy_a_ev, energy_b_ev, middle, middle])
    matrix[0, 2] = matrix[2, 0] = matrix[1, 3] = matrix[3, 1] = -electron_ev
    matrix[0, 3] = matrix[3, 0] = matrix[1, 2] = matrix[2, 1] = -hole_ev
    return matrix


def exciton_shift_and_coupling_ev(electron_ev: Any, hole_ev: Any, transfer_cost_ev: Any) -> tuple[Any, Any]:
    """(shift, V): the two exciton-like levels of equal dots are shift +- V, V < 0 as the even one is lower; eV.

    E_even,odd = Delta/2 - sqrt((Delta/2)^2 + (t_e +- t_h)^2); shift is their mean and V half of their difference. 2 |V|
    is the splitting: 14 meV for t_e = 47.4, t_h = 12.2, Delta_CT = 130 meV. Scalars or arrays.
    """
    half = 0.5 * np.asarray(transfer_cost_ev, dtype=float)
    even = half - np.hypot(half, np.asarray(electron_ev) + np.asarray(hole_ev))
    odd = half - np.hypot(half, np.asarray(electron_ev) - np.asarray(hole_ev))
    return 0.5 * (even + odd), 0.5 * (even - odd)


def charge_transfer_weight(electron_ev: float, hole_ev: float, transfer_cost_ev: float) -> float:
    """Share of charge-transfer pairs in the lowest state of two equal dots."""
    ground = np.linalg.eigh(four_by_four_ev(0.0, 0.0, electron_ev, hole_ev, transfer_cost_ev))[1][:, 0]
    return float(np.sum(ground[2:] ** 2))


def pair_lines(electron_ev: float, hole_ev: float, transfer_cost_ev: float) -> tuple[Array, Array]:
    """Absorption lines of two equal, parallel dots: (4,) energies against the lone dot's, eV, and strengths (sum 2).

    The upper even state is mostly charge transfer and borrows strength from the excitons: a shoulder at
    sqrt(Delta^2 + 4 (t_e + t_h)^2) above the edge, the antibonding electron with the antibonding hole.
    """
    energies, vectors = np.linalg.eigh(four_by_four_ev(0.0, 0.0, electron_ev, hole_ev, transfer_cost_ev))
    return energies, (vectors[0] + vectors[1]) ** 2
