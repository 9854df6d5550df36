"""How fast two clusters attach: the laws of `physics.fusion` gathered for the dots and the solution of one flask.

Two clusters i and j attach through one dot of each, a of i and b of j, picked by exposed area:

    k_ij = sum_ab w_a w_b k_ab,     k_ab = phi_ab  k_D(i, j)  exp(-E_ab / kT)  k_f / (k_f + k_off)

with the diffusion-limited encounter k_D, the steric barrier E_ab of the two ligand brushes at the contact, and the
share of loose contacts that fuse before they part. The brush is thinner on a dot that gave ligands to a chalcogenide
and thicker on a cluster whose fusion destroyed area (ligand_exchange "conserved").
Source: Cassidy 2022 for the mechanism; the laws and their standing stand in `physics.fusion`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from assembly.population import Flask
from physics.fusion.encounter import (
    attachment_probability,
    contact_energy_ev,
    encounter_rate_nm3_s,
    escape_rate_s,
    fusion_rate_s,
    relative_diffusion_nm2_s,
    viscosity_ev_s_nm3,
)
from physics.fusion.ligands import REFERENCE_RADIUS_NM, starting_cover
from physics.fusion.melting import RULES, MeltingParameters, melting_parameters, skin_nm
from physics.jit import compiled
from physics.materials import ligand, solvent
from physics.units import BOLTZMANN_EV_K, EV_NM2_PER_J_M2, EV_NM3_PER_GPA, kelvin


class Conditions(NamedTuple):
    """The flask as the compiled loop wants it. Kinds are indices; pair tables are symmetric, (kinds, kinds)."""

    thermal_ev: float  # kT
    viscosity_ev_s_nm3: float
    volume_nm3: float
    conserved: bool  # True: ligands stay on the cluster; False: every surface keeps the cover of its dose
    rule: int  # metastability rule of melting
    hold_s: float  # time over which "thermal" nucleation is asked
    temperature_k: float
    reference_radius_nm: float  # radius at which E1 is stated
    attachment_energy_ev: np.ndarray  # (kinds,) E1 lowered by the solvent's polarity
    fullest_cover: float  # most that ligands can cover: 1 for a brush, no limit for the charge of small ions
    cover: np.ndarray  # (kinds,) ligand cover of a lone dot after the dose
    shear_ev_nm3: np.ndarray  # (kinds,)
    fusion_rate_s: np.ndarray  # (kinds, kinds) k_f0
    fused_tension_ev_nm2: np.ndarray  # (kinds, kinds)
    contact_energy_ev_nm: np.ndarray  # (kinds, kinds) energy of a loose contact per nm of contact radius
    factor: np.ndarray  # (kinds, kinds) phi
    melting: np.ndarray  # (kinds, len(MeltingParameters._fields))


def conditions(flask: Flask) -> Conditions:
    """Gather what the loop needs from the catalogue, at the flask's temperature."""
    surfaces = [kind.surface_material for kind in flask.dots]
    temperature_k = kelvin(flask.temperature_c)
    liquid = solvent(flask.solvent)
    shear = np.array([surface.known("shear_modulus_gpa") * EV_NM3_PER_GPA for surface in surfaces])
    mean_shear = 2.0 / (1.0 / shear[:, None] + 1.0 / shear[None, :])
    loose_tension = _pair_mean([surface.known("contact_tension_j_m2") * EV_NM2_PER_J_M2 for surface in surfaces])
    names = [kind.name for kind in flask.dots]
    factor = np.ones((len(names), len(names)))
    for (first, second), value in flask.pair_factors.items():
        a, b = names.index(first), names.index(second)
        factor[a, b] = factor[b, a] = value
    rates = np.array([surface.known("fusion_rate_s") for surface in surfaces])
    return Conditions(
        thermal_ev=BOLTZMANN_EV_K * temperature_k,
        viscosity_ev_s_nm3=viscosity_ev_s_nm3(liquid, flask.temperature_c),
        volume_nm3=flask.volume_nm3(),
        conserved=flask.ligand_exchange == "conserved",
        rule=RULES[flask.melting_rule],
        hold_s=60.0 * flask.time_min,
        temperature_k=temperature_k,
        reference_radius_nm=REFERENCE_RADIUS_NM,
        attachment_energy_ev=np.array(
            [kind.attachment_energy(flask.ligand) * (1.0 - liquid.polarity_lowering) for kind in flask.dots]
        ),
        fullest_cover=np.inf if ligand(flask.ligand).kind == "ion" else 1.0,
        cover=np.array([starting_cover(surface, flask.ligand, flask.chalcogenide_equivalents) for surface in surfaces]),
        shear_ev_nm3=shear,
        fusion_rate_s=np.sqrt(rates[:, None] * rates[None, :]),
        fused_tension_ev_nm2=_pair_mean(
            [surface.known("fused_tension_j_m2") * EV_NM2_PER_J_M2 for surface in surfaces]
        ),
        contact_energy_ev_nm=np.vectorize(contact_energy_ev)(1.0, loose_tension, mean_shear),
        factor=factor,
        melting=np.array([melting_parameters(surface) for surface in surfaces], dtype=np.float64),
    )


def _pair_mean(values: list[float]) -> np.ndarray:
    column = np.array(values)
    return 0.5 * (column[:, None] + column[None, :])


@compiled
def kind_melting(conditions: Conditions, kind: int) -> MeltingParameters:
    """Melting parameters of a kind, out of the table."""
    row = conditions.melting[kind]
    return MeltingParameters(row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7])


@compiled
def molten_skin_nm(conditions: Conditions, kind: int, radius_nm: float) -> float:
    """Molten layer delta(T, R) of a body whose surface is of this kind, in nm."""
    return skin_nm(
        kind_melting(conditions, kind), radius_nm, conditions.temperature_k, conditions.rule, conditions.hold_s
    )


@compiled
def stiffness(conditions: Conditions, kind: int, lobe_radius_nm: float) -> float:
    """g = sqrt(E1 rho / R_ref) in eV^(1/2): the barrier is E_ab = g_a g_b theta_i theta_j / cosh(ln(rho_a/rho_b)/2).

    The same as E1 theta_i theta_j [2 rho_a rho_b / (rho_a + rho_b)] / R_ref of `physics.fusion.ligands.barrier_ev`,
    with the geometric mean of E1 for unlike kinds; written so that one number of each dot carries the barrier. Where
    ligands exchange freely the cover belongs to the kind and is part of g.
    """
    g = np.sqrt(conditions.attachment_energy_ev[kind] * lobe_radius_nm / conditions.reference_radius_nm)
    return g if conditions.conserved else g * conditions.cover[kind]


@compiled
def attachment_rate_nm3_s(
    conditions: Conditions,
    barrier_over_kt: float,
    hydrodynamic_i_nm: float,
    hydrodynamic_j_nm: float,
    contact_radius_nm: float,
    skin_nm: float,
    base_rate_s: float,
    loose_energy_ev_nm: float,
    factor: float,
) -> float:
    """k_ab of the module's equation, in nm3/s, for one pair of contact dots.

    `contact_radius_nm` is the reduced mean 2 rho_a rho_b / (rho_a + rho_b), `skin_nm` the mean molten layer.
    """
    fusion = fusion_rate_s(base_rate_s, skin_nm, contact_radius_nm)
    diffusion = relative_diffusion_nm2_s(
        hydrodynamic_i_nm, hydrodynamic_j_nm, conditions.thermal_ev, conditions.viscosity_ev_s_nm3
    )
    escape = escape_rate_s(diffusion, loose_energy_ev_nm * contact_radius_nm, conditions.thermal_ev)
    encounter = encounter_rate_nm3_s(
        hydrodynamic_i_nm, hydrodynamic_j_nm, conditions.thermal_ev, conditions.viscosity_ev_s_nm3
    )
    return factor * encounter * np.exp(-barrier_over_kt) * attachment_probability(fusion, escape)
