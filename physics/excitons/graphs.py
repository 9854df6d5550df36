"""Graphs of dots read once into columns: the only place that knows how nodes and edges spell their attributes.

A node is a dot, an edge a bond. Whoever made the graph: what is missing or impossible is refused in one sentence that
names the node or edge and the attribute. Dots joined by a `coalesced` edge become one dot of the summed volume first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from physics.excitons.sheets import Names, Sheet, bonds_of

Array = NDArray[np.float64]
Whole = NDArray[np.intp]

STATES = ("touching", "necked", "coalesced")
LEAST_NM = 1e-3  # no length that must not vanish is smaller
NEAREST_CENTRES_NM = 1e-6  # nearer than this, two centres are the same point


@dataclass(frozen=True)
class Columns:
    """Dots and bonds of many clusters; missing numbers are NaN, missing names "".

    Dots, cluster by cluster: cluster (d,), material (d,), shell (d,), diameter_nm (d,), core_diameter_nm (d,),
    length_nm (d,; rods), position_nm (d, 3), orientation (d, 4; scalar last), energy_cm1 (d,), dipole_debye (d, 3),
    parts (d,): how many dots of the graph coalesced into this one. Bonds: first, second (b,) indices of dots,
    centre_distance_nm, gap_nm, strain, neck_radius_nm, coupling_cm1 (b,), linked (b,): held by a molecule. sizes (c,):
    dots of each cluster.
    """

    names: Names
    sizes: Whole
    cluster: Whole
    material: NDArray[np.str_]
    shell: NDArray[np.str_]
    diameter_nm: Array
    core_diameter_nm: Array
    length_nm: Array
    position_nm: Array
    orientation: Array
    energy_cm1: Array
    dipole_debye: Array
    parts: Whole
    first: Whole
    second: Whole
    centre_distance_nm: Array
    gap_nm: Array
    strain: Array
    neck_radius_nm: Array
    coupling_cm1: Array
    linked: NDArray[np.bool_]


def read_graphs(graphs: Iterable[nx.Graph]) -> Columns:
    """Columns of a sequence of graphs, checked, coalesced pairs merged.

    Raises ValueError, one sentence naming the graph's node or edge and the attribute, for what cannot be computed:
    a dot without a level (`material` and `diameter_nm`, or `energy_cm1` and `dipole_debye`), numbers that are not
    finite or not positive, an unknown bond state, something that is not an undirected simple graph.
    """
    graphs = list(graphs)
    sizes: list[int] = []
    nodes: list[Mapping[str, Any]] = []
    bonds: list[Mapping[str, Any]] = []
    first: list[int] = []
    second: list[int] = []
    for number, graph in enumerate(graphs):
        _check_kind(graph, number)
        table = list(graph.nodes(data=True))
        index = {name: place for place, (name, _) in enumerate(table, len(nodes))}
        sizes.append(len(table))
        nodes.extend([data for _, data in table])
        for u, v, data in bonds_of(graph, index):
            first.append(index[u])
            second.append(index[v])
            bonds.append(data)
    dots, edges = Sheet(nodes, Names("node", graphs)), Sheet(bonds, Names("edge", graphs))
    columns = _columns(dots, edges, np.array(sizes, np.intp), np.array(first, np.intp), np.array(second, np.intp))
    coalesced = edges.words("state") == "coalesced"
    return _merged(columns, coalesced) if coalesced.any() else columns


def _check_kind(graph: Any, number: int) -> None:
    if not isinstance(graph, nx.Graph):
        raise ValueError(f"graphs[{number}] must be a networkx.Graph, but a {type(graph).__name__} came")
    if graph.is_directed() and not graph.is_multigraph():
        for u, v, data in graph.edges(data=True):
            there = data.get("coupling_cm1")
            back = graph.edges[v, u].get("coupling_cm1") if graph.has_edge(v, u) else there
            if not np.array_equal(there, back):
                raise ValueError(
                    f"edge {u!r}-{v!r}: coupling_cm1 must be the same both ways, as a Hamiltonian is Hermitian, but "
                    f"{there!r} and {back!r} came"
                )
    if graph.is_directed() or graph.is_multigraph():
        raise ValueError(f"graphs[{number}] must be undirected with single edges, but a {type(graph).__name__} came")
    if len(graph) == 0:
        raise ValueError(f"graphs[{number}] must hold at least one dot, but it has no node")


def _columns(dots: Sheet, edges: Sheet, sizes: Whole, first: Whole, second: Whole) -> Columns:
    material, diameter = dots.words("material"), dots.numbers("diameter_nm")
    energy, dipole = dots.numbers("energy_cm1"), dots.vectors("dipole_debye", 3)
    core, shell = dots.numbers("core_diameter_nm"), dots.words("shell")
    needed = np.isnan(energy) | np.isnan(dipole[:, 0])
    dots.refuse(needed & (material == ""), "material is missing (or energy_cm1 and dipole_debye both)")
    dots.refuse(needed & np.isnan(diameter), "diameter_nm is missing (or energy_cm1 and dipole_debye both)")
    dots.refuse(diameter < LEAST_NM, "diameter_nm must be above 0 (at least 0.001)", diameter)
    dots.refuse(core < LEAST_NM, "core_diameter_nm must be above 0 (at least 0.001)", core)
    dots.refuse(core > diameter, "core_diameter_nm must not exceed diameter_nm", core)
    dots.refuse((shell != "") & np.isnan(core), "core_diameter_nm is missing though shell is given")
    dots.refuse(
        (energy < 1.0) & np.isnan(dipole[:, 0]), "energy_cm1 must be at least 1 where dipole_debye is missing", energy
    )
    length = dots.numbers("length_nm")
    dots.refuse(length < diameter, "length_nm of a rod must not be below diameter_nm", length)
    orientation = dots.vectors("orientation", 4)
    orientation[np.isnan(orientation[:, 0])] = (0.0, 0.0, 0.0, 1.0)
    norm = np.linalg.norm(orientation, axis=1)
    dots.refuse(np.abs(norm - 1.0) > 1e-3, "orientation must be a unit quaternion, its length 1", norm)
    state = edges.words("state")
    edges.refuse(~np.isin(state, ("", *STATES)), f"state must be one of {', '.join(STATES)}", state)
    distance, gap, neck = (edges.numbers(key) for key in ("centre_distance_nm", "gap_nm", "neck_radius_nm"))
    nowhere = (distance < 0.0) | ((distance < LEAST_NM) & (state != "coalesced"))  # one dot made of two may say 0
    edges.refuse(nowhere, "centre_distance_nm must be above 0 (at least 0.001)", distance)
    edges.refuse(gap < 0.0, "gap_nm must not be negative", gap)
    edges.refuse(neck < 0.0, "neck_radius_nm must not be negative", neck)
    return Columns(
        names=dots.names, sizes=sizes, cluster=np.repeat(np.arange(len(sizes)), sizes), material=material, shell=shell,
        diameter_nm=diameter, core_diameter_nm=core, length_nm=length, position_nm=dots.vectors("position_nm", 3),
        orientation=orientation / norm[:, None], energy_cm1=energy, dipole_debye=dipole,
        parts=np.ones(len(material), np.intp), first=first, second=second, centre_distance_nm=distance, gap_nm=gap,
        strain=edges.numbers("strain"), neck_radius_nm=neck, coupling_cm1=edges.numbers("coupling_cm1"),
        linked=edges.words("link") != "",
    )  # fmt: skip


def _merged(columns: Columns, coalesced: NDArray[np.bool_]) -> Columns:
    """The columns with every set of dots that `coalesced` bonds hold together made into one dot.

    The new dot has the summed volume (and summed core volume), stands at the centre of volume, and takes material
    and orientation from its largest part (assumed: no alloy). Overrides of a part cannot hold for the whole: refused.
    """
    count = len(columns.cluster)
    bonds = (columns.first[coalesced], columns.second[coalesced])
    into = connected_components(coo_array((np.ones(len(bonds[0])), bonds), shape=(count, count)), directed=False)[1]
    order = np.unique(into, return_index=True)[1]  # keep the order of the first parts
    rank = np.empty(len(order), np.intp)
    rank[np.argsort(order)] = np.arange(len(order))
    into = rank[into]
    parts = np.bincount(into)
    touched = parts[into] > 1
    for values, key in ((columns.energy_cm1, "energy_cm1"), (columns.dipole_debye[:, 0], "dipole_debye")):
        wrong = touched & ~np.isnan(values)
        if wrong.any():
            name = columns.names[int(np.argmax(wrong))]
            raise ValueError(f"{name}: {key} cannot override a dot that has coalesced with another into one")
    wrong = touched & np.isnan(columns.diameter_nm)
    if wrong.any():
        raise ValueError(f"{columns.names[int(np.argmax(wrong))]}: diameter_nm is missing for a coalesced dot")
    volume = np.nan_to_num(columns.diameter_nm) ** 3
    whole = np.bincount(into, volume)
    core = np.cbrt(np.bincount(into, np.nan_to_num(columns.core_diameter_nm) ** 3))
    largest = np.zeros(len(parts), np.intp)
    by_volume = np.lexsort((-np.arange(count), volume))  # of equals the first part wins: it is written last
    largest[into[by_volume]] = by_volume
    share = np.divide(volume, whole[into], out=np.ones(count), where=touched)
    position = np.zeros((len(parts), 3))
    np.add.at(position, into, share[:, None] * columns.position_nm)
    first, second = into[columns.first], into[columns.second]
    keep = first != second
    pairs = np.sort(np.stack([first[keep], second[keep]], axis=1), axis=1)
    keep = np.flatnonzero(keep)[np.unique(pairs, axis=0, return_index=True)[1]] if len(pairs) else np.flatnonzero(keep)
    distance = columns.centre_distance_nm[keep].copy()
    moved = (parts[first[keep]] > 1) | (parts[second[keep]] > 1)
    known = ~np.isnan(position[first[keep]] - position[second[keep]]).any(axis=1)
    distance[moved & known] = np.nan  # the merged dot has another centre: its place speaks for it
    single = parts == 1
    return Columns(
        names=columns.names.taken(largest),
        sizes=np.bincount(columns.cluster[largest]),
        cluster=columns.cluster[largest], material=columns.material[largest], shell=columns.shell[largest],
        diameter_nm=np.where(single, columns.diameter_nm[largest], np.cbrt(whole)),
        length_nm=np.where(single, columns.length_nm[largest], np.nan),
        core_diameter_nm=np.where(single | np.isnan(columns.core_diameter_nm[largest]),
                                  columns.core_diameter_nm[largest], core),
        position_nm=position, orientation=columns.orientation[largest], energy_cm1=columns.energy_cm1[largest],
        dipole_debye=columns.dipole_debye[largest], parts=parts, first=first[keep], second=second[keep],
        centre_distance_nm=distance, gap_nm=columns.gap_nm[keep], strain=columns.strain[keep],
        neck_radius_nm=columns.neck_radius_nm[keep], coupling_cm1=columns.coupling_cm1[keep],
        linked=columns.linked[keep],
    )  # fmt: skip


def check_graph(graph: nx.Graph) -> None:
    """ValueError, one sentence, for a graph that is no cluster of dots or lacks what its spectrum needs.

    Beyond what `read_graphs` refuses: pieces that no bond joins, and two dots at one place.
    """
    columns = read_graphs([graph])
    pieces = nx.number_connected_components(graph)
    if pieces > 1:
        smallest = min(nx.connected_components(graph), key=len)
        raise ValueError(
            f"the graph falls into {pieces} pieces that no edge joins; one is {sorted(map(repr, smallest))}"
        )
    place = columns.position_nm
    for i, j in zip(*np.triu_indices(len(place), 1), strict=True):
        if np.linalg.norm(place[i] - place[j]) < NEAREST_CENTRES_NM:
            raise ValueError(f"{columns.names[i]}: position_nm is the same point as that of {columns.names[j]}")


VECTORS = {"position_nm": "xyz", "orientation": "xyzw", "dipole_debye": "xyz"}


def with_vectors(graph: nx.Graph) -> nx.Graph:
    """A copy whose flat numbers `position_nm_x`, `_y`, `_z` ... (as GraphML holds them) are vectors again.

    ValueError names a node that has some of these numbers but not all.
    """
    gathered: nx.Graph = graph.copy()
    for name, node in gathered.nodes(data=True):
        for key, axes in VECTORS.items():
            flat = [f"{key}_{axis}" for axis in axes]
            given = [part for part in flat if part in node]
            if given and given != flat:
                missing = next(part for part in flat if part not in node)
                raise ValueError(f"node {name!r}: {missing} is missing beside {given[0]}")
            if given:
                node[key] = tuple(node.pop(part) for part in flat)
    return gathered


def with_flat_vectors(graph: nx.Graph) -> nx.Graph:
    """A copy whose vectors are flat numbers `position_nm_x`, `_y`, `_z` ..., as GraphML needs them."""
    flat: nx.Graph = graph.copy()
    for _, node in flat.nodes(data=True):
        for key, axes in VECTORS.items():
            vector = node.pop(key, None)
            if vector is not None:
                node.update({f"{key}_{axis}": float(value) for axis, value in zip(axes, vector, strict=True)})
    return flat


def weights_of(graphs: Sequence[nx.Graph]) -> Array:
    """(c,) weight of each cluster: the graph's own attribute `weight` where present, else 1.

    Relative numbers of clusters, dimensionless.
    """
    weights = Sheet([graph.graph for graph in graphs], Names("graph", graphs))
    values = weights.numbers("weight")
    values[np.isnan(values)] = 1.0
    weights.refuse(values < 0.0, "weight must not be negative", values)
    return values


def taken_apart(graphs: Iterable[nx.Graph]) -> list[nx.Graph]:
    """Every dot as a graph of its own, with the weight of its cluster: the same dots before they were bonded."""
    dots: list[nx.Graph] = []
    for graph in graphs:
        for name, node in graph.nodes(data=True):
            alone: nx.Graph = nx.Graph(weight=graph.graph.get("weight", 1.0))
            alone.add_node(name, **node)
            dots.append(alone)
    return dots
