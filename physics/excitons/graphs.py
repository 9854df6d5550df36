"""Graphs of dots read once into columns: the only place that knows how nodes and edges spell their attributes.

A node is a dot, an edge a bond. Whoever made the graph: what is missing or impossible is refused in one sentence that
names the node or edge and the attribute. Dots joined by a `coalesced` edge become one dot of the summed volume first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Array = NDArray[np.float64]
Whole = NDArray[np.intp]

STATES = ("touching", "necked", "coalesced")
NEAREST_CENTRES_NM = 1e-6  # nearer than this, two centres are the same point


@dataclass(frozen=True)
class Columns:
    """Dots and bonds of many clusters; missing numbers are NaN, missing names "".

    Dots, cluster by cluster: cluster (d,), material (d,), shell (d,), diameter_nm (d,), core_diameter_nm (d,),
    position_nm (d, 3), orientation (d, 4; scalar last), energy_cm1 (d,), dipole_debye (d, 3), parts (d,): how many
    dots of the graph coalesced into this one. Bonds: first, second (b,) indices of dots, centre_distance_nm, gap_nm,
    strain, neck_radius_nm, coupling_cm1 (b,), linked (b,): held by a molecule. sizes (c,): dots of each cluster.
    """

    names: list[str]
    sizes: Whole
    cluster: Whole
    material: NDArray[np.str_]
    shell: NDArray[np.str_]
    diameter_nm: Array
    core_diameter_nm: Array
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


class _Sheet:
    """The attribute tables of all nodes or all edges, with what is needed to name one of them in an error."""

    def __init__(self, rows: list[Mapping[str, Any]], names: list[str]) -> None:
        self.rows, self.names = rows, names

    def numbers(self, key: str) -> Array:
        """(rows,) numbers under `key`, NaN where there is none; a value that is no finite number is refused."""
        raw = [row.get(key) for row in self.rows]
        missing = raw.count(None)
        if missing == len(raw):
            return np.full(len(raw), np.nan)
        try:
            values = np.array(raw, dtype=float)  # None becomes NaN
            if values.shape == (len(raw),) and np.count_nonzero(~np.isfinite(values)) == missing:
                return values
        except (TypeError, ValueError):
            pass
        for name, value in zip(self.names, raw, strict=True):
            if value is not None and not _is_number(value):
                raise ValueError(f"{name}: {key} must be a finite number, but {value!r} came")
        return np.array([np.nan if value is None else float(value) for value in raw])

    def vectors(self, key: str, length: int) -> Array:
        """(rows, length) vectors under `key`, NaN where there is none."""
        nothing = (np.nan,) * length
        raw = [row.get(key) for row in self.rows]
        missing = sum(value is None for value in raw)
        if missing == len(raw):
            return np.full((len(raw), length), np.nan)
        try:
            values = np.array([nothing if value is None else value for value in raw] if missing else raw, dtype=float)
            if values.shape == (len(raw), length) and np.count_nonzero(~np.isfinite(values)) == missing * length:
                return values
        except (TypeError, ValueError):
            pass
        for name, value in zip(self.names, raw, strict=True):
            if value is not None and not _is_vector(value, length):
                raise ValueError(f"{name}: {key} must be {length} finite numbers, but {value!r} came")
        return np.array([nothing if value is None else np.asarray(value, dtype=float) for value in raw])

    def words(self, key: str) -> NDArray[np.str_]:
        """(rows,) names under `key`, "" where there is none."""
        raw = [row.get(key) for row in self.rows]
        kinds = {type(value) for value in raw}
        if kinds <= {type(None)}:
            return np.zeros(len(raw), dtype="U1")
        if kinds != {str}:
            raw = ["" if value is None else getattr(value, "name", value) for value in raw]
            for name, value in zip(self.names, raw, strict=True):
                if not isinstance(value, str):
                    raise ValueError(f"{name}: {key} must be a name, but {value!r} came")
        return np.array(raw, dtype=np.str_)

    def refuse(self, wrong: NDArray[np.bool_], sentence: str, values: Array | NDArray[np.str_] | None = None) -> None:
        """ValueError naming the first row where `wrong` holds."""
        if wrong.any():
            row = int(np.argmax(wrong))
            came = "" if values is None else f", but {values[row]} came"
            raise ValueError(f"{self.names[row]}: {sentence}{came}")


def _is_number(value: Any) -> bool:
    try:
        return bool(np.isfinite(float(value)))
    except (TypeError, ValueError):
        return False


def _is_vector(value: Any, length: int) -> bool:
    try:
        array = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        return False
    return array.shape == (length,) and bool(np.isfinite(array).all())


def read_graphs(graphs: Iterable[nx.Graph]) -> Columns:
    """Columns of a sequence of graphs, checked, coalesced pairs merged.

    Raises ValueError, one sentence naming the graph's node or edge and the attribute, for what cannot be computed:
    a dot without a level (`material` and `diameter_nm`, or `energy_cm1` and `dipole_debye`), numbers that are not
    finite or not positive, an unknown bond state, something that is not an undirected simple graph.
    """
    graphs = list(graphs)
    several = len(graphs) > 1
    sizes: list[int] = []
    nodes: list[Mapping[str, Any]] = []
    bonds: list[Mapping[str, Any]] = []
    first: list[int] = []
    second: list[int] = []
    node_names: list[tuple[Any, ...]] = []
    bond_names: list[tuple[Any, ...]] = []
    for number, graph in enumerate(graphs):
        _check_kind(graph, number)
        where = f"graph {number}, " if several else ""
        index = {name: len(nodes) + place for place, name in enumerate(graph)}
        sizes.append(len(index))
        nodes.extend(graph.nodes.values())
        node_names.extend([(where, name) for name in index])
        for u, neighbours in graph.adjacency():
            here = index[u]
            for v, data in neighbours.items():
                there = index[v]
                if there > here:  # each bond stands in the lists of both of its dots
                    first.append(here)
                    second.append(there)
                    bonds.append(data)
                    bond_names.append((where, u, v))
                elif there == here:
                    raise ValueError(
                        f"graphs[{number}]: an edge must join two dots, but node {u!r} is joined to itself"
                    )
    dots = _Sheet(nodes, _Names("node", node_names))
    edges = _Sheet(bonds, _Names("edge", bond_names))
    columns = _columns(dots, edges, np.array(sizes, np.intp), np.array(first, np.intp), np.array(second, np.intp))
    coalesced = edges.words("state") == "coalesced"
    return _merged(columns, coalesced) if coalesced.any() else columns


class _Names(list[Any]):
    """Names of rows, spelled out only when one is asked for."""

    def __init__(self, noun: str, keys: list[tuple[Any, ...]]) -> None:
        super().__init__(keys)
        self.noun = noun

    def _spell(self, key: tuple[Any, ...]) -> str:
        return f"{key[0]}{self.noun} " + "-".join(repr(part) for part in key[1:])

    def __getitem__(self, place: Any) -> Any:
        return self._spell(super().__getitem__(place))

    def __iter__(self) -> Any:
        return (self._spell(key) for key in super().__iter__())


def _check_kind(graph: Any, number: int) -> None:
    if not isinstance(graph, nx.Graph):
        raise ValueError(f"graphs[{number}] must be a networkx.Graph, but a {type(graph).__name__} came")
    if graph.is_directed() or graph.is_multigraph():
        raise ValueError(f"graphs[{number}] must be undirected with single edges, but a {type(graph).__name__} came")
    if len(graph) == 0:
        raise ValueError(f"graphs[{number}] must hold at least one dot, but it has no node")


def _columns(dots: _Sheet, edges: _Sheet, sizes: Whole, first: Whole, second: Whole) -> Columns:
    material, diameter = dots.words("material"), dots.numbers("diameter_nm")
    energy, dipole = dots.numbers("energy_cm1"), dots.vectors("dipole_debye", 3)
    core, shell = dots.numbers("core_diameter_nm"), dots.words("shell")
    needed = np.isnan(energy) | np.isnan(dipole[:, 0])
    dots.refuse(needed & (material == ""), "material is missing (or energy_cm1 and dipole_debye both)")
    dots.refuse(needed & np.isnan(diameter), "diameter_nm is missing (or energy_cm1 and dipole_debye both)")
    dots.refuse(diameter <= 0.0, "diameter_nm must be above 0", diameter)
    dots.refuse(core <= 0.0, "core_diameter_nm must be above 0", core)
    dots.refuse(core > diameter, "core_diameter_nm must not exceed diameter_nm", core)
    dots.refuse((shell != "") & np.isnan(core), "core_diameter_nm is missing though shell is given")
    dots.refuse(energy <= 0.0, "energy_cm1 must be above 0", energy)
    orientation = dots.vectors("orientation", 4)
    orientation[np.isnan(orientation[:, 0])] = (0.0, 0.0, 0.0, 1.0)
    norm = np.linalg.norm(orientation, axis=1)
    dots.refuse(np.abs(norm - 1.0) > 1e-3, "orientation must be a unit quaternion, its length 1", norm)
    state = edges.words("state")
    edges.refuse(~np.isin(state, ("", *STATES)), f"state must be one of {', '.join(STATES)}", state)
    distance, gap, neck = (edges.numbers(key) for key in ("centre_distance_nm", "gap_nm", "neck_radius_nm"))
    edges.refuse(distance <= 0.0, "centre_distance_nm must be above 0", distance)
    edges.refuse(gap < 0.0, "gap_nm must not be negative", gap)
    edges.refuse(neck < 0.0, "neck_radius_nm must not be negative", neck)
    return Columns(
        names=dots.names, sizes=sizes, cluster=np.repeat(np.arange(len(sizes)), sizes), material=material, shell=shell,
        diameter_nm=diameter, core_diameter_nm=core, position_nm=dots.vectors("position_nm", 3),
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
        names=[columns.names[part] for part in largest], sizes=np.bincount(columns.cluster[largest]),
        cluster=columns.cluster[largest], material=columns.material[largest], shell=columns.shell[largest],
        diameter_nm=np.where(single, columns.diameter_nm[largest], np.cbrt(whole)),
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
    """A copy whose flat numbers `position_nm_x`, `_y`, `_z` ... (as GraphML holds them) are vectors again."""
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
            for axis, value in zip(axes, node.pop(key, ()) or (), strict=False):
                node[f"{key}_{axis}"] = float(value)
    return flat


def weights_of(graphs: list[nx.Graph]) -> Array:
    """(c,) weight of each cluster: the graph's own attribute `weight` where present, else 1."""
    weights = _Sheet([graph.graph for graph in graphs], _Names("graph", [("", n) for n in range(len(graphs))]))
    values = weights.numbers("weight")
    values[np.isnan(values)] = 1.0
    weights.refuse(values < 0.0, "weight must not be negative", values)
    return values
