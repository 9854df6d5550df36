"""The eigenstates of the largest cluster of a set of graphs, dot by dot along it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import networkx as nx
import numpy as np

from physics.excitons import excitons
from physics.excitons.graphs import read_graphs
from physics.units import CM1_PER_EV

MOST_STATES = 24  # drawn and told, from the lowest


@dataclass(frozen=True)
class ChainStates:
    """Of the lowest s states of n dots: energies, strength as a share of the sum, dots shared, weight on each dot.

    `weights` (s, n) leave out charge-transfer pairs: what a row lacks to 1 is their share. Dots stand in the order in
    which one meets them from an end.
    """

    model: str
    mechanisms: tuple[str, ...]
    energies_ev: np.ndarray
    strengths: np.ndarray
    participation: np.ndarray
    weights: np.ndarray
    site_energies_ev: np.ndarray
    labels: tuple[str, ...]
    is_chain: bool

    def as_json(self) -> dict[str, Any]:
        """What summary.json holds of it: energies in eV, strengths, and how each state is shared."""
        return {
            "dots": self.weights.shape[1], "energies_ev": self.energies_ev, "strengths": self.strengths,
            "participation": self.participation, "charge_transfer_share": 1.0 - self.weights.sum(axis=1),
        }  # fmt: skip


def largest_chain(graphs: Sequence[nx.Graph], model: str, mechanisms: tuple[str, ...]) -> ChainStates | None:
    """The states of the cluster with most dots (chains before others); None if no two dots are bonded."""
    most = max(map(len, graphs))
    alike = [graph for graph in graphs if len(graph) == most]
    graph = next((g for g in alike if max(dict(g.degree()).values(), default=0) <= 2), alike[0])
    columns = read_graphs([graph])
    count = len(columns.cluster)
    if count < 2:
        return None
    bonds: nx.Graph = nx.Graph()
    bonds.add_nodes_from(range(count))
    bonds.add_edges_from(zip(columns.first.tolist(), columns.second.tolist(), strict=True))
    end = min(bonds, key=lambda dot: (bonds.degree(dot), dot))
    order = list(nx.dfs_preorder_nodes(bonds, end))
    found = excitons(graph, model, mechanisms=mechanisms)
    sites = len(columns.cluster) * (len(found.dot_of_site) // count if model != "site" else 1)
    on_sites = found.vectors[:sites] ** 2
    on_dots = np.stack([on_sites[found.dot_of_site[:sites] == dot].sum(axis=0) for dot in order], axis=1)
    lowest = np.argsort(found.energies_cm1)[:MOST_STATES]
    strengths = np.sum(found.dipoles_debye**2, axis=1)
    diagonal = np.diag(found.hamiltonian_cm1)
    bare = [diagonal[:sites][found.dot_of_site[:sites] == dot].min() for dot in order]
    return ChainStates(
        model, mechanisms, found.energies_cm1[lowest] / CM1_PER_EV, strengths[lowest] / strengths.sum(),
        found.participation[lowest], on_dots[lowest], np.array(bare) / CM1_PER_EV,
        tuple(found.labels[place] for place in lowest), max(dict(bonds.degree()).values()) <= 2,
    )  # fmt: skip
