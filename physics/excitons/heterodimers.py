"""Pairs of different materials: how their levels line up, and the rates that follow. Estimates, every one of them.

Band edges are the catalogue's plus the confinement of the sizing curve, shared between electron and hole in inverse
proportion to their masses. Rates are golden-rule estimates at 300 K.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from physics.excitons.coupling import dipole_coupling_cm1
from physics.excitons.dot import dipole_debye, material_name, transition_energy_cm1
from physics.excitons.necks import transfer_integrals_ev
from physics.materials import material as catalogue
from physics.units import BOLTZMANN_EV_K, CM1_PER_EV, HBAR_EV_FS

PBS_VALENCE_EDGE_EV = 0.9  # above that of CdSe (assumed: ionisation near 5.0 against 5.9 eV)
REORGANISATION_EV = 0.15  # of a charge transfer between dots in a non-polar medium (assumed)
LINE_WIDTH_EV = 0.09  # full width of emission and absorption lines (assumed)
ROOM_K = 300.0


@dataclass(frozen=True)
class Alignment:
    """Two dots side by side: kind "type I" or "type II"; electron_ev and hole_ev, what each carrier gains by going from
    the first dot to the second (negative: it stays); gap_ev of the lowest electron over the highest hole."""

    kind: str
    electron_ev: float
    hole_ev: float
    gap_ev: float
    standing: str = "assumed: an estimate from recalled band edges"


def dot_edges_ev(material: Any, diameter_nm: float) -> tuple[float, float]:
    """(valence, conduction) level of a dot on the scale of the catalogue (CdSe's bulk valence edge is 0), eV.

    ValueError for an unknown material, or one without a valence edge.
    """
    name = material_name(material)
    bulk = catalogue(name)
    gap = bulk.known("bandgap_ev")
    valence = bulk.valence_edge_ev if bulk.valence_edge_ev is not None or name != "PbS" else PBS_VALENCE_EDGE_EV
    if valence is None:
        raise ValueError(f"material must have a known valence_edge_ev, but the catalogue holds none for {name}")
    confinement = transition_energy_cm1(name, diameter_nm) / CM1_PER_EV - gap
    electron, hole = bulk.known("electron_mass"), bulk.known("hole_mass")
    share = hole / (electron + hole)
    return valence - (1.0 - share) * confinement, valence + gap + share * confinement


def alignment(material_a: Any, diameter_a_nm: float, material_b: Any, diameter_b_nm: float) -> Alignment:
    """How the levels of two touching dots line up: type I if both carriers prefer one dot, type II if they part.

    ValueError as in `dot_edges_ev`.
    """
    valence_a, conduction_a = dot_edges_ev(material_a, diameter_a_nm)
    valence_b, conduction_b = dot_edges_ev(material_b, diameter_b_nm)
    electron, hole = conduction_a - conduction_b, valence_b - valence_a
    gap = min(conduction_a, conduction_b) - max(valence_a, valence_b)
    return Alignment("type I" if electron * hole > 0.0 else "type II", electron, hole, gap)


def energy_transfer_rate_s(
    material_a: Any, diameter_a_nm: float, material_b: Any, diameter_b_nm: float, centre_distance_nm: float
) -> float:
    """Foerster rate from the dot of higher energy to the other, 2 pi/hbar <V^2> J, 1/s, mean over orientations.

    <V^2> with kappa^2 = 2/3. J: overlap of two Gaussian lines (90 meV, assumed) at resonance; the acceptor of lower gap
    absorbs there by its higher transitions, taken to be as strong per energy as its first (assumed). ValueError for an
    unknown material, a size outside its curve, or a distance of 0.
    """
    z, moments = np.array([0.0, 0.0, 1.0]), []
    for material, diameter in ((material_a, diameter_a_nm), (material_b, diameter_b_nm)):
        moments.append(dipole_debye(material, transition_energy_cm1(material, diameter)))
    aligned = dipole_coupling_cm1(moments[0] * z, moments[1] * z, centre_distance_nm * z) / CM1_PER_EV  # kappa = 2
    mean_square = aligned**2 * (2.0 / 3.0) / 4.0
    variance = 2.0 * (LINE_WIDTH_EV / math.sqrt(8.0 * math.log(2.0))) ** 2
    overlap = 1.0 / math.sqrt(2.0 * math.pi * variance)
    return 2.0 * math.pi / HBAR_EV_FS * 1e15 * mean_square * overlap


def charge_transfer_rate_s(
    material_a: Any,
    diameter_a_nm: float,
    material_b: Any,
    diameter_b_nm: float,
    neck_radius_nm: float,
    gap_nm: float = 0.0,
    carrier: str = "electron",
    temperature_k: float = ROOM_K,
) -> float:
    """Marcus rate at which an electron (or hole) goes from the first dot to the second, 1/s.

    2 pi/hbar t^2 (4 pi l kT)^(-1/2) exp(-(l - gain)^2/(4 l kT)); t is the geometric mean of both materials' transfer
    integrals at the mean diameter, l = 0.15 eV (assumed), Coulomb attraction left out. ValueError for another carrier,
    or as in `dot_edges_ev`.
    """
    if carrier not in ("electron", "hole"):
        raise ValueError(f"carrier must be one of electron, hole, but {carrier!r} came")
    lined_up = alignment(material_a, diameter_a_nm, material_b, diameter_b_nm)
    gain = lined_up.electron_ev if carrier == "electron" else lined_up.hole_ev
    mean = 0.5 * (diameter_a_nm + diameter_b_nm)
    place = 0 if carrier == "electron" else 1
    transfers = [float(transfer_integrals_ev(m, mean, neck_radius_nm, gap_nm)[place]) for m in (material_a, material_b)]
    spread = 4.0 * REORGANISATION_EV * BOLTZMANN_EV_K * temperature_k
    density = math.exp(-((REORGANISATION_EV - gain) ** 2) / spread) / math.sqrt(math.pi * spread)
    return 2.0 * math.pi / HBAR_EV_FS * 1e15 * transfers[0] * transfers[1] * density
