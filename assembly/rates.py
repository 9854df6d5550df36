"""How fast two clusters attach: the laws of `physics.fusion` gathered for the dots and the solution of one flask.

Two clusters i and j attach through one dot of each, a of i and b of j, at a site of each, picked by exposed area times
the facet's factor:

    k_ij = sum over (a, site; b, site) of w w k_ab,     k_ab = phi  k_D(i, j)  exp(-E_ab / kT)  k_f / (k_f + k_off)

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
    dippr101_pa_s,
    encounter_rate_nm3_s,
    escape_rate_s,
    fusion_rate_s,
    relative_diffusion_nm2_s,
)
from physics.fusion.ligands import REFERENCE_RADIUS_NM, starting_cover
from physics.fusion.melting import RULES, MeltingParameters, melting_parameters, skin_nm
from physics.fusion.necks import LAWS, NeckParameters, neck_parameters
from physics.jit import compiled
from physics.materials import ligand, solvent
from physics.units import BOLTZMANN_EV_K, EV_NM2_PER_J_M2, EV_NM3_PER_GPA, EV_NM3_PER_J_M3

AT_ONCE = -1  # neck law of a bond that is at its equilibrium as soon as it is made


class Laws(NamedTuple):
    """The flask as the compiled loop wants it. Kinds are indices; pair tables are symmetric, (kinds, kinds)."""

    volume_nm3: float
    conserved: bool  # True: ligands stay on the cluster; False: every surface keeps the cover of its dose
    explicit: bool  # True: a loose contact is an event of its own that may break
    rule: int  # metastability rule of melting
    hold_s: float  # time over which "thermal" nucleation is asked
    neck_law: int  # AT_ONCE or a law of physics.fusion.necks
    reference_radius_nm: float  # radius at which E1 is stated
    fullest_cover: float  # most that ligands can cover: 1 for a brush, no limit for the charge of small ions
    homonymous: float  # factor of contacts between facets of one family (polar-polar, side-side)
    heteronymous: float  # factor of contacts between a polar facet and a side
    viscosity: np.ndarray  # (6,) factor and coefficients C1..C5 of the solvent's viscosity
    attachment_energy_ev: np.ndarray  # (kinds,) E1 lowered by the solvent's polarity
    cover: np.ndarray  # (kinds,) mean ligand cover of a lone dot after the dose
    polar_share: (
        np.ndarray
    )  # (kinds,) of a lone sphere's surface, in one polar facet; 0 where facets are not told apart
    polar_gain: np.ndarray  # (kinds,) weight of polar surface; a lone dot's weights average to 1
    side_gain: np.ndarray  # (kinds,) weight of the other surface
    shear_ev_nm3: np.ndarray  # (kinds,)
    fusion_rate_s: np.ndarray  # (kinds, kinds) k_f0
    fused_tension_ev_nm2: np.ndarray  # (kinds, kinds)
    contact_energy_ev_nm: np.ndarray  # (kinds, kinds) energy of a loose contact per nm of contact radius
    factor: np.ndarray  # (kinds, kinds) phi
    melting: np.ndarray  # (kinds, len(MeltingParameters._fields))
    necks: np.ndarray  # (kinds, kinds, len(NeckParameters._fields))


class Heat(NamedTuple):
    """What of the laws goes with the temperature alone."""

    temperature_k: float
    thermal_ev: float  # kT
    viscosity_ev_s_nm3: float


def laws(flask: Flask) -> Laws:
    """Gather what the loop needs from the catalogue; ValueError where it lacks a number that the flask asks for."""
    surfaces = [kind.surface_material for kind in flask.dots]
    liquid = solvent(flask.solvent)
    shear = np.array([surface.known("shear_modulus_gpa") * EV_NM3_PER_GPA for surface in surfaces])
    mean_shear = 2.0 / (1.0 / shear[:, None] + 1.0 / shear[None, :])
    loose_tension = _pair_mean([surface.known("contact_tension_j_m2") * EV_NM2_PER_J_M2 for surface in surfaces])
    rates = np.array([surface.known("fusion_rate_s") for surface in surfaces])
    share = np.array([kind.polar_share for kind in flask.dots])
    gain = np.array([kind.polar_factor for kind in flask.dots])
    mean_gain = 1.0 + 2.0 * share * (gain - 1.0)
    return Laws(
        volume_nm3=flask.volume_nm3(),
        conserved=flask.ligand_exchange == "conserved",
        explicit=flask.contacts == "explicit",
        rule=RULES[flask.melting_rule],
        hold_s=60.0 * flask.time_min,
        neck_law=AT_ONCE if flask.neck_growth == "at-once" else LAWS[flask.neck_growth],
        reference_radius_nm=REFERENCE_RADIUS_NM,
        fullest_cover=np.inf if ligand(flask.ligand).kind == "ion" else 1.0,
        homonymous=flask.homonymous_factor,
        heteronymous=flask.heteronymous_factor,
        viscosity=np.array([liquid.viscosity.factor, *liquid.viscosity.coefficients]),
        attachment_energy_ev=np.array(
            [kind.attachment_energy(flask.ligand) * (1.0 - liquid.polarity_lowering) for kind in flask.dots]
        ),
        cover=np.array([starting_cover(surface, flask.ligand, flask.chalcogenide_equivalents) for surface in surfaces]),
        polar_share=share,
        polar_gain=gain / mean_gain,
        side_gain=1.0 / mean_gain,
        shear_ev_nm3=shear,
        fusion_rate_s=np.sqrt(rates[:, None] * rates[None, :]),
        fused_tension_ev_nm2=_pair_mean(
            [surface.known("fused_tension_j_m2") * EV_NM2_PER_J_M2 for surface in surfaces]
        ),
        contact_energy_ev_nm=np.vectorize(contact_energy_ev)(1.0, loose_tension, mean_shear),
        factor=_factors(flask),
        melting=np.array([melting_parameters(surface) for surface in surfaces], dtype=np.float64),
        necks=np.array([[neck_parameters(one, other) for other in surfaces] for one in surfaces], dtype=np.float64),
    )


def _factors(flask: Flask) -> np.ndarray:
    names = [kind.name for kind in flask.dots]
    factor = np.ones((len(names), len(names)))
    for (first, second), value in flask.pair_factors.items():
        a, b = names.index(first), names.index(second)
        factor[a, b] = factor[b, a] = value
    return factor


def _pair_mean(values: list[float]) -> np.ndarray:
    column = np.array(values)
    return 0.5 * (column[:, None] + column[None, :])


@compiled
def heat_at(laws: Laws, temperature_k: float) -> Heat:
    """kT in eV and the solvent's viscosity in eV s/nm3 at a temperature in K."""
    law = laws.viscosity
    viscosity = law[0] * dippr101_pa_s(law[1], law[2], law[3], law[4], law[5], temperature_k) * EV_NM3_PER_J_M3
    return Heat(temperature_k, BOLTZMANN_EV_K * temperature_k, viscosity)


@compiled
def molten_skin_nm(laws: Laws, kind: int, radius_nm: float, temperature_k: float) -> float:
    """Molten layer delta(T, R) in nm of a body whose surface is of this kind."""
    row = laws.melting[kind]
    parameters = MeltingParameters(row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7])
    return skin_nm(parameters, radius_nm, temperature_k, laws.rule, laws.hold_s)


@compiled
def pair_neck_parameters(laws: Laws, k: int, m: int) -> NeckParameters:
    """What the neck laws need of a pair of kinds, out of the table."""
    row = laws.necks[k, m]
    return NeckParameters(row[0], row[1], row[2], row[3], row[4])


@compiled
def stiffness(laws: Laws, kind: int, lobe_radius_nm: float, cover: float) -> float:
    """g = sqrt(E1 rho / R_ref) in eV^(1/2): the barrier is E_ab = g_a g_b theta_i theta_j / cosh(ln(rho_a/rho_b)/2).

    The same as E1 theta_i theta_j [2 rho_a rho_b / (rho_a + rho_b)] / R_ref of `physics.fusion.ligands.barrier_ev`,
    with the geometric mean of E1 for unlike kinds; written so that one number of each dot carries the barrier. Where
    ligands exchange freely, `cover` is the dot's own and is part of g.
    """
    g = np.sqrt(laws.attachment_energy_ev[kind] * lobe_radius_nm / laws.reference_radius_nm)
    return g if laws.conserved else g * cover


@compiled
def contact_rates_s(
    heat: Heat,
    wide_i_nm: float,
    wide_j_nm: float,
    contact_radius_nm: float,
    skin_nm: float,
    base_rate_s: float,
    loose_energy_ev_nm: float,
) -> tuple[float, float]:
    """(k_f, k_off) in 1/s of a loose contact between clusters of hydrodynamic radii i and j.

    `contact_radius_nm` is the reduced mean 2 rho_a rho_b / (rho_a + rho_b), `skin_nm` the mean molten layer.
    """
    fusion = fusion_rate_s(base_rate_s, skin_nm, contact_radius_nm)
    diffusion = relative_diffusion_nm2_s(wide_i_nm, wide_j_nm, heat.thermal_ev, heat.viscosity_ev_s_nm3)
    return fusion, escape_rate_s(diffusion, loose_energy_ev_nm * contact_radius_nm, heat.thermal_ev)


@compiled
def meeting_rate_nm3_s(heat: Heat, barrier_ev: float, wide_i_nm: float, wide_j_nm: float) -> float:
    """k_D exp(-E/kT) in nm3/s: loose contacts made by two clusters of hydrodynamic radii i and j."""
    encounter = encounter_rate_nm3_s(wide_i_nm, wide_j_nm, heat.thermal_ev, heat.viscosity_ev_s_nm3)
    return encounter * np.exp(-barrier_ev / heat.thermal_ev)


@compiled
def fusing_share(fusion_rate: float, escape_rate: float, explicit: bool) -> float:
    """P = k_f/(k_f + k_off) where contacts are taken as quasi-steady; 1 where each is an event of its own."""
    if explicit:
        return 1.0 if fusion_rate > 0.0 else 0.0
    return attachment_probability(fusion_rate, escape_rate)
