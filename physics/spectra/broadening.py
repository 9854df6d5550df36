"""What fusing does to the emission of dots, one cause at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import networkx as nx
import numpy as np
from numpy.typing import ArrayLike

from physics.excitons.graphs import taken_apart
from physics.excitons.states import Ensemble, ensemble
from physics.spectra.linear import ROOM_K, cluster_rates_s, emission, mean_and_width_cm1, mean_lifetime_ns


@dataclass(frozen=True)
class Emission:
    """Emission of one variant: mean_cm1, fwhm_cm1 and lifetime_ns (inverse of the mean rate of what is excited)."""

    mean_cm1: float
    fwhm_cm1: float
    lifetime_ns: float


VARIANTS = ("unfused", "coupling", "fine_structure", "mean_neck", "necks", "all")


def emission_by_cause(
    graphs: Iterable[nx.Graph],
    energies_cm1: ArrayLike,
    homogeneous_fwhm_cm1: float,
    *,
    temperature_k: float = ROOM_K,
    charge_transfer: bool = False,
) -> dict[str, Emission]:
    """Emission of fused clusters against that of their unfused dots, in the model band_edge.

    "unfused": the same dots, every bond opened; "coupling": the dots round, their dipoles coupled; "fine_structure":
    levels and strengths of every dot at the mean neck, without the shift of the manifold that elongation brings;
    "mean_neck": with it; "necks": every bond with its own neck, so with their dispersion; "all": necks and coupling.
    `charge_transfer` couples through the necks in "coupling" and "all" instead of the shape's shift in "all". The width
    of the line is homogeneous; all other width is the ensemble's. energies_cm1 (e,) ascending. ValueError for a grid or
    width as in `linear.emission`, and where a spectrum does not fall to half of its maximum within the grid.
    """
    graphs = list(graphs)
    necks = [d["neck_radius_nm"] for g in graphs for *_, d in g.edges(data=True) if d.get("neck_radius_nm")]
    mean = float(np.mean(necks)) if necks else 0.0
    level = [_with_necks(graph, mean) for graph in graphs]
    link = "charge_transfer" if charge_transfer else "dipole"
    ensembles = {
        "unfused": _band_edge(taken_apart(graphs), ()),
        "coupling": _band_edge(graphs, ("dipole", link)),
        "fine_structure": _band_edge(level, ("fine_structure",)),
        "mean_neck": _band_edge(level, ("shape",)),
        "necks": _band_edge(graphs, ("shape",)),
        "all": _band_edge(graphs, ("dipole", "fine_structure", link) if charge_transfer else ("dipole", "shape")),
    }
    found = {}
    for name, many in ensembles.items():
        centre, width = mean_and_width_cm1(
            emission(many, energies_cm1, homogeneous_fwhm_cm1, temperature_k=temperature_k)
        )
        absorbed = many.weights.copy()
        for block in many.blocks:
            absorbed[block.clusters] *= np.sum(block.dipoles_debye**2, axis=(1, 2))
        lifetime = mean_lifetime_ns(cluster_rates_s(many, temperature_k), absorbed)
        found[name] = Emission(centre, width, lifetime)
    return found


def _band_edge(graphs: list[nx.Graph], mechanisms: tuple[str, ...]) -> Ensemble:
    return ensemble(graphs, "band_edge", mechanisms=mechanisms)


def _with_necks(graph: nx.Graph, neck_nm: float) -> nx.Graph:
    changed = graph.copy()
    for *_, bond in changed.edges(data=True):
        if bond.get("neck_radius_nm"):
            bond["neck_radius_nm"] = neck_nm
    return changed
