"""Every mechanism that can couple one bonded pair of dots, side by side, each with its size for this bond."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from physics.excitons.charge_transfer import (
    charge_transfer_energy_ev,
    charge_transfer_weight,
    exciton_shift_and_coupling_ev,
)
from physics.excitons.coupling import dipole_coupling_cm1
from physics.excitons.dot import dipole_debye, sizing_curve, transition_energy_cm1
from physics.excitons.graphs import Columns, read_graphs
from physics.excitons.levels import absorbing_diameter_nm, rotation_matrices
from physics.excitons.necks import carriers, core_shell_shape, fused_shape
from physics.excitons.tunnelling import PairShape, doublet
from physics.excitons.two_band import pair_coupling_cm1
from physics.units import CM1_PER_MEV

Array = NDArray[np.float64]
STATIC_DIPOLE_DEBYE = 5.0  # by which an exciton changes a dot's static dipole, 0.1 e nm (assumed)


@dataclass(frozen=True)
class Mechanism:
    """One mechanism of one bond: its value in meV, how firmly it stands, and what it is."""

    name: str
    value_mev: float
    standing: str
    meaning: str


def bond_mechanisms(graph: nx.Graph, first: Any, second: Any, step_nm: float = 0.06) -> tuple[Mechanism, ...]:
    """The mechanisms of the bond between two dots of a graph.

    foerster: dipole-dipole as they stand, foerster_aligned: the most it can be (both dipoles along the axis);
    electron, hole: transfer integrals by the axisymmetric solver (the pair made of two equal dots of the mean size);
    exciton_shift, exciton_coupling: what these do to the exciton, charge_transfer_share of its lowest state (in %);
    biexciton: V_XX of two static dipoles; effective_linker: the fitted coupling, for bonds with a `link`; override:
    the edge's own coupling_cm1. A pair of unlike materials has no tunnelling resonance: see `heterodimers`. ValueError
    where there is no such edge or what is wanted is missing.
    """
    if not graph.has_edge(first, second):
        raise ValueError(f"edge {first!r}-{second!r} must be in the graph, but there is none")
    columns = read_graphs([nx.Graph(graph.subgraph([first, second]))])
    if len(columns.cluster) != 2:
        raise ValueError(f"edge {first!r}-{second!r}: state is coalesced, one dot has no coupling to itself")
    found = [*_dipolar(columns), *_tunnelling(columns, step_nm)]
    if columns.linked[0]:
        gap = _gap(columns)
        law = pair_coupling_cm1(columns.diameter_nm[0], columns.diameter_nm[1], gap) / CM1_PER_MEV
        found.append(Mechanism("effective_linker", abs(float(law)), "fitted to rho_II of Hamilton 2023",
                               "declared coupling of a dithiol-linked pair; not explained by the others"))  # fmt: skip
    if not np.isnan(columns.coupling_cm1[0]):
        found.append(Mechanism("override", float(columns.coupling_cm1[0]) / CM1_PER_MEV, "given",
                               "coupling_cm1 of the edge; replaces all others"))  # fmt: skip
    return tuple(found)


def _separation(columns: Columns) -> Array:
    vector = columns.position_nm[1] - columns.position_nm[0]
    length = float(np.linalg.norm(vector))
    axis = np.array([0.0, 0.0, 1.0]) if not length > 0.0 else vector / length
    distance = float(columns.centre_distance_nm[0])
    if np.isnan(distance):
        distance = length if length > 0.0 else float(columns.diameter_nm.mean() + np.nan_to_num(columns.gap_nm[0]))
    return distance * axis


def _gap(columns: Columns) -> float:
    gap = float(columns.gap_nm[0])
    if not np.isnan(gap):
        return gap
    return max(float(np.linalg.norm(_separation(columns)) - columns.diameter_nm.mean()), 0.0)


def _dipolar(columns: Columns) -> list[Mechanism]:
    separation = _separation(columns)
    sizes = absorbing_diameter_nm(columns)
    moments = []
    for dot in range(2):
        if np.isnan(columns.dipole_debye[dot, 0]):
            material = str(columns.material[dot])
            energy = columns.energy_cm1[dot]
            known = transition_energy_cm1(sizing_curve(material).material, sizes[dot]) if np.isnan(energy) else energy
            moments.append(
                dipole_debye(material, known) * rotation_matrices(columns.orientation[dot : dot + 1])[0, :, 2]
            )
        else:
            moments.append(columns.dipole_debye[dot])
    axis = separation / np.linalg.norm(separation)
    aligned = [np.linalg.norm(moment) * axis for moment in moments]
    static = STATIC_DIPOLE_DEBYE * axis
    values = [dipole_coupling_cm1(a, b, separation) / CM1_PER_MEV for a, b in (moments, aligned, (static, static))]
    return [
        Mechanism("foerster", values[0], "computed", "screened dipole-dipole coupling of the orientations given"),
        Mechanism("foerster_aligned", abs(values[1]), "computed", "its greatest size, both dipoles along the axis"),
        Mechanism("biexciton", values[2], "assumed", "V_XX of two static dipoles of 5 D along the axis"),
    ]


def _tunnelling(columns: Columns, step_nm: float) -> list[Mechanism]:
    kinds = {(str(m), str(s)) for m, s in zip(columns.material, columns.shell, strict=True)}
    if len(kinds) > 1:
        return []
    material, shell = kinds.pop()
    shape = pair_shape(columns)
    electron, hole = (doublet(shape, carrier, step_nm).coupling_ev for carrier in carriers(material, shell or None))
    size = float(absorbing_diameter_nm(columns).mean())
    distance = max(float(np.linalg.norm(_separation(columns))), size / 1.5)
    cost = float(charge_transfer_energy_ev(material, size, distance))
    shift, coupling = (1e3 * float(x) for x in exciton_shift_and_coupling_ev(electron, hole, cost))
    share = 100.0 * charge_transfer_weight(electron, hole, cost)
    return [
        Mechanism("electron", 1e3 * electron, "computed", "transfer integral t_e of the electron"),
        Mechanism("hole", 1e3 * hole, "computed", "transfer integral t_h of the hole"),
        Mechanism(
            "exciton_coupling", abs(coupling), "computed", "half the splitting of the exciton by charge transfer"
        ),
        Mechanism("exciton_shift", shift, "computed", "shift of both excitons by charge transfer"),
        Mechanism("charge_transfer_share", share, "computed", "of the lowest state, in %"),
    ]


def pair_shape(columns: Columns) -> PairShape:
    """The equal pair that stands for a bond: mean diameters, the bond's neck or gap; fused spheres keep their volume.

    A neck given with a centre distance of at least the diameter is a cylinder between two whole spheres.
    """
    outer, core = float(columns.diameter_nm.mean()), float(absorbing_diameter_nm(columns).mean())
    neck, gap = float(np.nan_to_num(columns.neck_radius_nm[0])), _gap(columns)
    distance = float(columns.centre_distance_nm[0])
    if neck > 0.0 and not np.isnan(distance) and distance >= outer:
        return PairShape(0.5 * core, 0.5 * outer, distance, neck)
    if core < outer:
        return core_shell_shape(core, outer, neck, gap)
    return fused_shape(outer, neck, gap)
