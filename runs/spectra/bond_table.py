"""The commonest bond of a set of graphs and what couples its two dots, mechanism by mechanism."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import networkx as nx

from physics.excitons.graphs import read_graphs
from physics.excitons.levels import effective_aspect_ratios
from physics.excitons.mechanisms import Mechanism, bond_mechanisms


@dataclass(frozen=True)
class BondTable:
    """A bond that stands for the commonest kind: what it joins, its neck, share of all bonds, and its mechanisms."""

    joins: str
    state: str
    share: float
    attributes: dict[str, Any]
    aspect_ratio: float
    mechanisms: tuple[Mechanism, ...]
    why: str  # some or all mechanisms are missing

    def as_json(self) -> dict[str, Any]:
        """What summary.json holds of it, under the names of the fields."""
        return asdict(self)


def commonest_bond(graphs: Sequence[nx.Graph]) -> BondTable | None:
    """The median bond, by neck radius and gap, of the kind that occurs most by weight; None without any bond.

    A kind is the two materials with their shells and the state; coalesced pairs are one dot and have no bond.
    """
    found: Counter[tuple[str, str]] = Counter()
    places: dict[tuple[str, str], list[tuple[float, float, int, Any, Any]]] = {}
    for number, graph in enumerate(graphs):
        weight = float(graph.graph.get("weight") or 1.0)
        for u, v, bond in graph.edges(data=True):
            if bond.get("state") == "coalesced":
                continue
            kind = (" - ".join(sorted((_dot(graph.nodes[u]), _dot(graph.nodes[v])))), str(bond.get("state") or "bond"))
            found[kind] += weight  # type: ignore[assignment]
            order = (float(bond.get("neck_radius_nm") or 0.0), float(bond.get("gap_nm") or 0.0))
            places.setdefault(kind, []).append((*order, number, u, v))
    if not found:
        return None
    kind, often = found.most_common(1)[0]
    chosen = sorted(places[kind], key=lambda place: place[:3])[len(places[kind]) // 2]
    graph, u, v = graphs[chosen[2]], chosen[3], chosen[4]
    pair: nx.Graph = nx.Graph(graph.subgraph([u, v]))
    mechanisms: tuple[Mechanism, ...] = ()
    why = ""
    try:
        mechanisms = bond_mechanisms(pair, u, v)
        if not any(row.name == "electron" for row in mechanisms):
            why = "unlike dots have no tunnelling resonance, so neither carrier's transfer is listed"
    except ValueError as error:
        why = str(error)
    attributes = {key: pair.edges[u, v].get(key) for key in ("centre_distance_nm", "neck_radius_nm", "gap_nm", "link")}
    attributes["diameters_nm"] = [pair.nodes[end].get("diameter_nm") for end in (u, v)]
    return BondTable(kind[0], kind[1], often / found.total(), attributes, _aspect_ratio(pair), mechanisms, why)


def _dot(node: dict[str, Any]) -> str:
    core = str(node.get("material") or "dot")
    return f"{core}/{node['shell']}" if node.get("shell") else core


def _aspect_ratio(pair: nx.Graph) -> float:
    try:
        return float(effective_aspect_ratios(read_graphs([pair])).mean())
    except ValueError:
        return 1.0
