"""The clusters of a finished run: columns first, networkx graphs as views of those that are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import networkx as nx
import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from assembly.geometry import place_dots, random_quaternion
from assembly.population import Flask
from assembly.rates import conditions, molten_skin_nm
from assembly.state import BOND_STATES, EVENTS, PROPOSALS, VIOLATIONS, State
from assembly.summary import summary
from physics.fusion.doublet import aspect_ratio, cap_height_nm, centre_distance_nm, full_strain, strain
from physics.fusion.energetics import COALESCED_SHARE
from physics.jit import compiled

GRAPH_STREAM = 0x67726170  # sets the stream that places clusters apart from the one that made them

Columns = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Assembly:
    """What a flask became. Columns are arrays of one row a dot, a bond, a cluster, over all replicas.

    particles: replica, kind (index into flask.dots), diameter_nm, cluster (row of clusters).
    bonds, in the order in which they formed within a replica: replica, cluster, first, second (rows of particles),
    time_s, strain, centre_distance_nm, neck_radius_nm, gap_nm, aspect_ratio, state (index into BOND_STATES).
    clusters: replica, size (dots), bonds (of them).
    events, proposals, violations: of the loop, summed over replicas; violations must be 0.
    """

    flask: Flask
    particles: Columns
    bonds: Columns
    clusters: Columns
    events: int
    proposals: int
    violations: int

    @cached_property
    def _rows(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Rows of particles and of bonds sorted by cluster, and where each cluster's begin."""
        dots = np.argsort(self.particles["cluster"], kind="stable")
        bonds = np.argsort(self.bonds["cluster"], kind="stable")
        clusters = np.arange(self.clusters["size"].size + 1)
        dot_start = np.searchsorted(self.particles["cluster"][dots], clusters)
        bond_start = np.searchsorted(self.bonds["cluster"][bonds], clusters)
        return dots, dot_start, bonds, bond_start

    def members(self, cluster: int) -> tuple[np.ndarray, np.ndarray]:
        """Rows of particles and of bonds (in the order in which they formed) of one cluster."""
        dots, dot_start, bonds, bond_start = self._rows
        return (
            dots[dot_start[cluster] : dot_start[cluster + 1]],
            bonds[bond_start[cluster] : bond_start[cluster + 1]],
        )

    def graphs(self, size: int | None = None, limit: int | None = None) -> list[nx.Graph]:
        """Clusters as networkx graphs with positions, as the spectral rooms take them.

        size: only clusters of this many dots. limit: at most about so many clusters, every size represented; the graph
        attribute `weight` is how many clusters of the assembly each stands for, `cluster_id` its row of `clusters`.
        The same assembly gives the same graphs.
        """
        rng = np.random.default_rng([GRAPH_STREAM, self.flask.seed])
        chosen, weights = self._sample(size, limit, rng)
        return [self._graph(int(c), float(w), rng) for c, w in zip(chosen, weights, strict=True)]

    def _sample(self, size: int | None, limit: int | None, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        sizes = self.clusters["size"]
        rows = np.arange(sizes.size) if size is None else np.flatnonzero(sizes == size)
        if limit is None or rows.size <= limit:
            return rows, np.ones(rows.size)
        if limit < 1:
            raise ValueError(f"limit must be at least 1, got {limit!r}")
        present, counts = np.unique(sizes[rows], return_counts=True)
        floor = max(limit // (2 * present.size), 1)
        wanted = np.maximum(np.minimum(counts, floor), np.round(0.5 * limit * counts / counts.sum()).astype(int))
        chosen, weights = [], []
        for n, count, take in zip(present, counts, np.minimum(wanted, counts), strict=True):
            chosen.append(np.sort(rng.choice(rows[sizes[rows] == n], size=take, replace=False)))
            weights.append(np.full(take, count / take))
        return np.concatenate(chosen), np.concatenate(weights)

    def _graph(self, cluster: int, weight: float, rng: np.random.Generator) -> nx.Graph:
        dots, bonds = self.members(cluster)
        local = {int(row): k for k, row in enumerate(dots)}
        column = self.bonds
        first = np.array([local[int(row)] for row in column["first"][bonds]], dtype=np.int64)
        second = np.array([local[int(row)] for row in column["second"][bonds]], dtype=np.int64)
        positions = place_dots(
            0.5 * self.particles["diameter_nm"][dots],
            first,
            second,
            column["centre_distance_nm"][bonds],
            column["state"][bonds] == BOND_STATES.index("coalesced"),
            rng,
        )
        graph: nx.Graph = nx.Graph(cluster_id=cluster, weight=weight)
        for k, row in enumerate(dots):
            kind = self.flask.dots[self.particles["kind"][row]]
            graph.add_node(
                k,
                kind=kind.name,
                material=kind.material,
                diameter_nm=float(self.particles["diameter_nm"][row]),
                position_nm=[float(x) for x in positions[k]],
                orientation=[float(q) for q in random_quaternion(rng)],
            )
            if kind.shell is not None:
                graph.nodes[k].update(shell=kind.shell, core_diameter_nm=kind.core_diameter_nm)
        for a, b, row in zip(first, second, bonds, strict=True):
            graph.add_edge(int(a), int(b), **self._edge(int(row)))
        return graph

    def _edge(self, row: int) -> dict[str, Any]:
        numbers = ("centre_distance_nm", "gap_nm", "strain", "neck_radius_nm")
        return {
            "state": BOND_STATES[self.bonds["state"][row]],
            **{name: float(self.bonds[name][row]) for name in numbers},
            "facets": "none",
        }

    def molten_layers_nm(self) -> dict[str, float]:
        """Molten layer in nm of a dot of each kind's mean diameter at the end of the run."""
        law = conditions(self.flask)
        return {
            kind.name: float(molten_skin_nm(law, k, 0.5 * kind.diameter_nm)) for k, kind in enumerate(self.flask.dots)
        }

    def summary(self) -> dict[str, Any]:
        """The numbers of `summary.json`: sizes, yields with 95 % intervals, pairs, bonds, geometry.

        `assembly.summary` says what each share is a share of.
        """
        names = [kind.name for kind in self.flask.dots]
        return {
            "particles": self.flask.particles,
            "replicas": self.flask.replicas,
            "events": self.events,
            "final_temperature_c": float(self.flask.temperature_c),
            **summary(self.particles, self.bonds, self.clusters, self.flask.replicas, names),
            "molten_layer_nm": self.molten_layers_nm(),
        }


@compiled
def bond_columns(
    radius_a: np.ndarray, radius_b: np.ndarray, neck: np.ndarray, coalesced_share: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """(strain, centre distance in nm, aspect ratio, state) of every bond from its bodies' radii and its neck, in nm."""
    strains, distances, ratios = np.empty(neck.size), np.empty(neck.size), np.empty(neck.size)
    states = np.empty(neck.size, dtype=np.int8)
    for k in range(neck.size):
        cap_a, cap_b = cap_height_nm(neck[k], radius_a[k]), cap_height_nm(neck[k], radius_b[k])
        strains[k] = strain(cap_a, cap_b, radius_a[k], radius_b[k])
        distances[k] = max(centre_distance_nm(neck[k], cap_a, cap_b), 0.0)
        ratios[k] = aspect_ratio(neck[k], cap_a, cap_b)
        states[k] = 2 if strains[k] > coalesced_share * full_strain(radius_a[k], radius_b[k]) else 1
        if states[k] == 2:
            distances[k], ratios[k] = 0.0, 1.0
    return strains, distances, ratios, states


def assemble(flask: Flask, replicas: list[tuple[np.ndarray, np.ndarray, State]]) -> Assembly:
    """Columns of all replicas from the finished states: (radii in nm, kinds, state) each."""
    particles: dict[str, list[np.ndarray]] = {name: [] for name in ("replica", "kind", "diameter_nm", "cluster")}
    bonds: dict[str, list[np.ndarray]] = {
        name: [] for name in ("replica", "first", "second", "time_s", "neck", "a", "b")
    }
    dots_before, clusters_before = 0, 0
    for index, (radii, kinds, state) in enumerate(replicas):
        made = state.bonds[: state.tally[EVENTS]]
        links = coo_array((np.ones(made.size, dtype=np.int8), (made["a"], made["b"])), shape=(radii.size, radii.size))
        count, labels = connected_components(links, directed=False)
        particles["replica"].append(np.full(radii.size, index, dtype=np.int32))
        particles["kind"].append(kinds)
        particles["diameter_nm"].append(2.0 * radii)
        particles["cluster"].append(labels.astype(np.int32) + np.int32(clusters_before))
        bonds["replica"].append(np.full(made.size, index, dtype=np.int32))
        bonds["first"].append(made["a"] + np.int32(dots_before))
        bonds["second"].append(made["b"] + np.int32(dots_before))
        for name, source in (("time_s", "time"), ("neck", "neck"), ("a", "radius_a"), ("b", "radius_b")):
            bonds[name].append(np.ascontiguousarray(made[source]))
        dots_before += radii.size
        clusters_before += int(count)
    dot = {name: np.concatenate(parts) for name, parts in particles.items()}
    bond = {name: np.concatenate(parts) for name, parts in bonds.items()}
    neck, radius_a, radius_b = bond.pop("neck"), bond.pop("a"), bond.pop("b")
    strains, distances, ratios, states = bond_columns(radius_a, radius_b, neck, COALESCED_SHARE)
    bond |= {
        "cluster": dot["cluster"][bond["first"]],
        "strain": strains,
        "centre_distance_nm": distances,
        "neck_radius_nm": neck,
        "gap_nm": np.zeros(neck.size),
        "aspect_ratio": ratios,
        "state": states,
    }
    first_dot = np.unique(dot["cluster"], return_index=True)[1]
    sizes = np.bincount(dot["cluster"], minlength=clusters_before)
    return Assembly(
        flask=flask,
        particles=dot,
        bonds=bond,
        clusters={
            "replica": dot["replica"][first_dot],
            "size": sizes.astype(np.int32),
            "bonds": np.bincount(bond["cluster"], minlength=clusters_before).astype(np.int32),
        },
        events=int(sum(state.tally[EVENTS] for *_, state in replicas)),
        proposals=int(sum(state.tally[PROPOSALS] for *_, state in replicas)),
        violations=int(sum(state.tally[VIOLATIONS] for *_, state in replicas)),
    )
