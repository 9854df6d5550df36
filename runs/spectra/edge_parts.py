"""What the shift of a mixture's edge is made of: pairs that melted through, the others, and every kind of dots."""

from collections.abc import Sequence
from typing import Any

import networkx as nx
import numpy as np

from runs.spectra.mixtures import MOST_CLUSTERS, Shift, both_ensembles, cluster_spectra, shift_between

LEAST_SHARE = 0.01  # of the clusters, from which those with melted pairs are told apart


def edge_parts(
    graphs: Sequence[nx.Graph], energies: np.ndarray, seed: int, model: str, mechanisms: tuple[str, ...]
) -> dict[str, Any]:
    """`melted` and `other` clusters with their shares and shifts, and `kinds`: shifts by name; empty where one of each.

    energies (e,) in cm-1. A cluster counts as melted where two of its dots coalesced into one. Of a kind: what
    its dots lend to every state.
    """
    if len(graphs) > MOST_CLUSTERS:
        dice = np.random.default_rng(np.random.SeedSequence((seed, 0xAB50)))
        graphs = [graphs[place] for place in dice.choice(len(graphs), MOST_CLUSTERS, replace=False)]
    names, owners = kinds_of(graphs)
    through = np.array([any(b.get("state") == "coalesced" for *_, b in g.edges(data=True)) for g in graphs])
    many, alone = both_ensembles(graphs, model, mechanisms)
    into = np.repeat(np.arange(len(graphs)), [len(graph) for graph in graphs])
    share = float(many.weights[through].sum() / many.weights.sum())

    def shift(rows: np.ndarray, dots: np.ndarray | None = None, parts: np.ndarray | None = None) -> Shift:
        rng = np.random.default_rng(np.random.SeedSequence((seed, 0xAB50)))
        fused = cluster_spectra(many, energies, np.arange(len(graphs)), dots)
        unfused = cluster_spectra(alone, energies, into, parts)
        return shift_between(fused[rows], unfused[rows], many.weights[rows], energies, rng)

    found: dict[str, Any] = {"melted": None, "other": None, "kinds": {}}
    if share >= LEAST_SHARE:
        found["melted"] = {"of_clusters": share, **told(shift(through))}
    if found["melted"] and share < 1.0 - LEAST_SHARE:
        found["other"] = {"of_clusters": 1.0 - share, **told(shift(~through))}
    if len(set(names)) > 1:
        width = max(map(len, owners))
        single = np.array([[name] for name in names])
        padded = np.array([[*row, *[""] * (width - len(row))] for row in owners])
        every = np.ones(len(graphs), bool)
        found["kinds"] = {name: told(shift(every, padded == name, single == name)) for name in dict.fromkeys(names)}
    return found


def told(shift: Shift) -> dict[str, Any]:
    """The two shifts and where the edge lies."""
    return {"edge_shift_mev": shift.as_json(), "band_shift_mev": shift.band_json(), "edge_ev": shift.edge_ev}


def kinds_of(graphs: Sequence[nx.Graph]) -> tuple[list[str], list[list[str]]]:
    """The kind of every dot, graph by graph, and for each graph those of what is left after dots coalesced.

    What coalesced counts as the kind of its largest part. A dot without a kind goes by its material.
    """
    every: list[str] = []
    left: list[list[str]] = []
    for graph in graphs:
        kind = {name: str(dot.get("kind") or dot.get("material") or "dots") for name, dot in graph.nodes(data=True)}
        size = {name: float(dot.get("diameter_nm") or 0.0) for name, dot in graph.nodes(data=True)}
        every += kind.values()
        melted: nx.Graph = nx.Graph()
        melted.add_nodes_from(graph)
        melted.add_edges_from((u, v) for u, v, b in graph.edges(data=True) if b.get("state") == "coalesced")
        left.append([kind[max(part, key=lambda name: size[name])] for part in _in_order(melted)])
    return every, left


def _in_order(graph: nx.Graph) -> list[list[Any]]:
    """Connected components in the order of their first nodes, each in the order of the graph."""
    place = {name: number for number, name in enumerate(graph)}
    parts = [sorted(part, key=place.__getitem__) for part in nx.connected_components(graph)]
    return sorted(parts, key=lambda part: place[part[0]])
