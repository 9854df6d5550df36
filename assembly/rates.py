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
from physics.jit import compiled_in_place, written_in
from physics.materials import ligand, solvent
from physics.units import BOLTZMANN_EV_K, EV_NM2_PER_J_M2, EV_NM3_PER_GPA, EV_NM3_PER_J_M3

AT_ONCE = -1  # neck law of a bond that is at its equilibrium as soon as it is made


KIND = np.dtype(
    [
        ("attachment_energy_ev", np.float64),  # E1 lowered by the solvent's polarity
        ("cover", np.float64),  # mean ligand cover of a lone dot after the dose
        ("length_nm", np.float64),  # of rods, from tip to tip; 0 for spheres
        ("polar_share", np.float64),  # of a lone dot's surface, in one polar facet; 0 where facets are not told apart
        ("polar_gain", np.float64),  # weight of polar surface; a lone dot's weights average to 1
        ("side_gain", np.float64),  # weight of the other surface
        ("shear_ev_nm3", np.float64),
        *((name, np.float64) for name in MeltingParameters._fields),
    ]
)

PAIR = np.dtype(
    [
        ("fusion_rate_s", np.float64),  # k_f0
        ("fused_tension_ev_nm2", np.float64),
        ("contact_energy_ev_nm", np.float64),  # energy of a loose contact per nm of contact radius
        ("factor", np.float64),  # phi
        *((f"neck_{name}", np.float64) for name in NeckParameters._fields),
    ]
)


class Laws(NamedTuple):
    """The flask as the compiled loop wants it; kinds are indices.

    kinds is (kinds,) of records KIND, pairs (kinds, kinds) of records PAIR. Lengths in nm, times in s, volume in nm3;
    factors and covers are dimensionless.
    """

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
    viscosity: tuple[float, float, float, float, float, float]  # factor and coefficients C1..C5 of the solvent's
    kinds: np.ndarray  # (kinds,) KIND
    pairs: np.ndarray  # (kinds, kinds) PAIR, symmetric


class Heat(NamedTuple):
    """What of the laws goes with the temperature alone."""

    temperature_k: float
    thermal_ev: float  # kT
    viscosity_ev_s_nm3: float


def laws(flask: Flask) -> Laws:
    """Gather what the loop needs from the catalogue; ValueError where it lacks a number that the flask asks for."""
    liquid = solvent(flask.solvent)
    c1, c2, c3, c4, c5 = liquid.viscosity.coefficients
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
        viscosity=(liquid.viscosity.factor, c1, c2, c3, c4, c5),
        kinds=_kinds(flask, 1.0 - liquid.polarity_lowering),
        pairs=_pairs(flask),
    )


def _kinds(flask: Flask, polarity: float) -> np.ndarray:
    table = np.zeros(len(flask.dots), dtype=KIND)
    for row, kind in zip(table, flask.dots, strict=True):
        surface = kind.surface_material
        row["attachment_energy_ev"] = kind.attachment_energy(flask.ligand) * polarity
        row["cover"] = starting_cover(surface, flask.ligand, flask.chalcogenide_equivalents)
        row["length_nm"] = kind.length_nm or 0.0
        row["polar_share"] = kind.polar_share
        mean_gain = 1.0 + 2.0 * kind.polar_share * (kind.polar_factor - 1.0)
        row["polar_gain"], row["side_gain"] = kind.polar_factor / mean_gain, 1.0 / mean_gain
        row["shear_ev_nm3"] = surface.known("shear_modulus_gpa") * EV_NM3_PER_GPA
        for name, value in melting_parameters(surface)._asdict().items():
            row[name] = value
    return table


def _pairs(flask: Flask) -> np.ndarray:
    surfaces = [kind.surface_material for kind in flask.dots]
    table = np.zeros((len(surfaces), len(surfaces)), dtype=PAIR)
    table["factor"] = _factors(flask)
    for k, one in enumerate(surfaces):
        for m, other in enumerate(surfaces):
            both = one, other
            row = table[k, m]
            row["fusion_rate_s"] = np.sqrt(np.prod([surface.known("fusion_rate_s") for surface in both]))
            fused, loose = (
                np.mean([surface.known(name) for surface in both]) * EV_NM2_PER_J_M2
                for name in ("fused_tension_j_m2", "contact_tension_j_m2")
            )
            row["fused_tension_ev_nm2"] = fused
            shear = EV_NM3_PER_GPA * 2.0 / sum(1.0 / surface.known("shear_modulus_gpa") for surface in both)
            row["contact_energy_ev_nm"] = contact_energy_ev(1.0, float(loose), shear)
            for name, value in neck_parameters(one, other)._asdict().items():
                row[f"neck_{name}"] = value
    return table


def _factors(flask: Flask) -> np.ndarray:
    names = [kind.name for kind in flask.dots]
    factor = np.ones((len(names), len(names)))
    for (first, second), value in flask.pair_factors.items():
        a, b = names.index(first), names.index(second)
        factor[a, b] = factor[b, a] = value
    return factor


@written_in
def heat_at(laws: Laws, temperature_k: float) -> Heat:
    """kT in eV and the solvent's viscosity in eV s/nm3 at a temperature in K."""
    law = laws.viscosity
    viscosity = law[0] * dippr101_pa_s(law[1], law[2], law[3], law[4], law[5], temperature_k) * EV_NM3_PER_J_M3
    return Heat(temperature_k, BOLTZMANN_EV_K * temperature_k, viscosity)


@compiled_in_place
def molten_skin_nm(laws: Laws, kind: int, radius_nm: float, temperature_k: float) -> float:
    """Molten layer delta(T, R) in nm of a body whose surface is of this kind."""
    row = laws.kinds[kind]
    parameters = MeltingParameters(
        row.solid_liquid_tension,
        row.spreading,
        row.skin_decay,
        row.ligand_density,
        row.ligand_enthalpy,
        row.hinge,
        row.latent_density,
        row.surface_melting,
    )
    return skin_nm(parameters, radius_nm, temperature_k, laws.rule, laws.hold_s)


@written_in
def pair_neck_parameters(laws: Laws, k: int, m: int) -> NeckParameters:
    """What the neck laws need of a pair of kinds, out of the table."""
    row = laws.pairs[k, m]
    return NeckParameters(
        row.neck_tension,
        row.neck_viscosity,
        row.neck_diffusion_prefactor,
        row.neck_diffusion_energy,
        row.neck_layer_volume,
    )


@written_in
def stiffness(laws: Laws, kind: int, lobe_radius_nm: float, cover: float) -> float:
    """g = sqrt(E1 rho / R_ref) in eV^(1/2): the barrier is E_ab = g_a g_b theta_i theta_j / cosh(ln(rho_a/rho_b)/2).

    The same as E1 theta_i theta_j [2 rho_a rho_b / (rho_a + rho_b)] / R_ref of `physics.fusion.ligands.barrier_ev`,
    with the geometric mean of E1 for unlike kinds; written so that one number of each dot carries the barrier. Where
    ligands exchange freely, `cover` is the dot's own and is part of g.
    """
    g = np.sqrt(laws.kinds[kind].attachment_energy_ev * lobe_radius_nm / laws.reference_radius_nm)
    return g if laws.conserved else g * cover


@written_in
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


@written_in
def meeting_rate_nm3_s(heat: Heat, barrier_ev: float, wide_i_nm: float, wide_j_nm: float) -> float:
    """k_D exp(-E/kT) in nm3/s: loose contacts made by two clusters of hydrodynamic radii i and j."""
    encounter = encounter_rate_nm3_s(wide_i_nm, wide_j_nm, heat.thermal_ev, heat.viscosity_ev_s_nm3)
    return encounter * np.exp(-barrier_ev / heat.thermal_ev)


@written_in
def fusing_share(fusion_rate: float, escape_rate: float, explicit: bool) -> float:
    """P = k_f/(k_f + k_off) where contacts are taken as quasi-steady; 1 where each is an event of its own.

    fusion_rate k_f and escape_rate k_off in 1/s; a share.
    """
    if explicit:
        return 1.0 if fusion_rate > 0.0 else 0.0
    return attachment_probability(fusion_rate, escape_rate)
