"""The clusters of a finished run: columns first, networkx graphs as views of those that are asked for."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import networkx as nx
import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from assembly.contacts import SITES
from assembly.geometry import place_bodies
from assembly.linking import gel_point, gel_warning
from assembly.population import Dots, Flask, Sample
from assembly.rates import laws, molten_skin_nm
from assembly.state import BOND_STATES, FACET_PAIRS, SIDE
from assembly.summary import summary
from physics.fusion.doublet import aspect_ratio, cap_height_nm, centre_distance_nm, strain
from physics.fusion.melting import melting_point_c, skin_onset_c
from physics.jit import compiled
from physics.units import kelvin

GRAPH_STREAM = 0x67726170  # sets the stream that places clusters apart from the one that made them

Columns = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Assembly:
    """What a flask became. Columns are arrays of one row a dot, a bond, a cluster, over all replicas.

    particles: replica, kind (index into flask.dots), diameter_nm, cluster (row of clusters).
    bonds, in the order in which they formed within a replica: replica, cluster, first, second (rows of particles),
    time_s, strain, centre_distance_nm, neck_radius_nm, gap_nm, aspect_ratio, state (index into BOND_STATES), facets
    (index into FACET_PAIRS), site_first and site_second (1 and -1 polar facets, 0 side).
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
        """Rows of particles and of bonds (in the order in which they formed) of one cluster.

        Two arrays (d,) and (b,) of row numbers.
        """
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
        graphs, lost = [], dict.fromkeys(np.unique(self.clusters["size"][chosen]).tolist(), 0.0)
        for cluster, weight in zip(chosen, weights, strict=True):
            try:
                graphs.append(self._graph(int(cluster), float(weight), rng))
            except RuntimeError:
                # Rates know no coordinates: a rare crowded blob has no room in space. Others of its size stand for it.
                lost[int(self.clusters["size"][cluster])] += float(weight)
        for size_lost, weight in lost.items():
            alike = [graph for graph in graphs if len(graph) == size_lost]
            for graph in alike:
                graph.graph["weight"] += weight / len(alike)
        return graphs

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
        if present.size == 1:
            wanted[:] = limit
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
        kinds = self.particles["kind"][dots]
        positions, orientations = place_bodies(
            0.5 * self.particles["diameter_nm"][dots],
            first,
            second,
            column["centre_distance_nm"][bonds],
            rng,
            coalesced=column["state"][bonds] == BOND_STATES.index("coalesced"),
            site_first=self._placing_sites("first", bonds),
            site_second=self._placing_sites("second", bonds),
            lengths_nm=np.array([kind.length_nm or 0.0 for kind in self.flask.dots])[kinds],
            cap_half_angle_deg=np.array([kind.polar_half_angle_deg or 90.0 for kind in self.flask.dots])[kinds],
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
                orientation=[float(q) for q in orientations[k]],
            )
            if kind.length_nm is not None:
                graph.nodes[k].update(length_nm=kind.length_nm)
            if kind.shell is not None:
                graph.nodes[k].update(shell=kind.shell, core_diameter_nm=kind.core_diameter_nm)
        for a, b, row in zip(first, second, bonds, strict=True):
            graph.add_edge(int(a), int(b), **self._edge(int(row)))
            if self.flask.dots[kinds[a]].length_nm or self.flask.dots[kinds[b]].length_nm:
                # On a rod the bond's distance is that to its axis; the edge says how far apart the centres are.
                apart = float(np.linalg.norm(positions[a] - positions[b]))
                graph.edges[int(a), int(b)]["centre_distance_nm"] = apart
        return graph

    def _placing_sites(self, end: str, bonds: np.ndarray) -> np.ndarray:
        """Sites of these bonds' ends as the placement knows them: anywhere on a dot whose facets are not told apart."""
        sites = self.bonds[f"site_{end}"][bonds]
        told = np.array([kind.polar_share > 0.0 for kind in self.flask.dots])
        side = told[self.particles["kind"][self.bonds[end][bonds]]] & (sites == SIDE)
        return np.where(side, SITES["side"], sites).astype(np.int8)

    def _edge(self, row: int) -> dict[str, Any]:
        numbers = ("centre_distance_nm", "gap_nm", "strain", "neck_radius_nm")
        link = {} if self.flask.linking is None else {"link": self.flask.linking.linker}
        return link | {
            "state": BOND_STATES[self.bonds["state"][row]],
            **{name: float(self.bonds[name][row]) for name in numbers},
            "facets": FACET_PAIRS[self.bonds["facets"][row]],
        }

    def molten_layers_nm(self) -> dict[str, float]:
        """Molten layer in nm of a dot of each kind's mean diameter at the end of the run."""
        if self.flask.linking is not None:
            return {kind.name: 0.0 for kind in self.flask.dots}
        law, hot = laws(self.flask), kelvin(self.flask.temperature_c)
        return {
            kind.name: float(molten_skin_nm(law, k, 0.5 * kind.diameter_nm, hot))
            for k, kind in enumerate(self.flask.dots)
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
            "acceptance": self.events / self.proposals if self.proposals else None,
            "majorant_violations": self.violations,
            "final_temperature_c": float(self.flask.temperature_c),
            **summary(self.particles, self.bonds, self.clusters, self.flask.replicas, names),
            "molten_layer_nm": self.molten_layers_nm(),
            "gel_point": self.gel_point(),
            "warnings": self.warnings(),
        }

    def warnings(self) -> list[str]:
        """Sentences for whoever reads the numbers: what this run cannot be trusted for."""
        how, said = self.flask.linking, []
        if how is not None:
            areas = np.pi * self.particles["diameter_nm"] ** 2
            sentence = gel_warning(np.broadcast_to(how.linkers_per_dot, areas.shape), how.conversion, how.law, areas)
            said += [sentence] if sentence else []
        if self.violations:
            said.append(f"The loop met {self.violations} rates above their majorant: its statistics are not exact.")
        if not self.events and how is None:
            said.append(self._why_nothing_fused())
        return said

    def _why_nothing_fused(self) -> str:
        """The first thing in the way: no molten skin, no bare surface, or too little time for the barrier."""
        flask = self.flask
        hottest = max((celsius for _, celsius in flask.programme or ()), default=flask.temperature_c)
        onsets = {dot.name: _melts_from_c(dot) for dot in flask.dots}
        if all(hottest < onset for onset in onsets.values()):
            told = ", ".join(f"{name} from {onset:.0f} C on" for name, onset in onsets.items())
            return f"Nothing fused: at {hottest:g} C no surface is molten ({told})."
        if not flask.chalcogenide_equivalents:
            return "Nothing fused: without chalcogenide the ligands leave no surface bare."
        return (
            f"Nothing fused in {flask.time_min:g} min: the barrier is too high for this temperature, dose"
            " and concentration."
        )

    def gel_point(self) -> float | None:
        """Conversion at which the linked dots gel; None where they fuse.

        ValueError is that of `assembly.linking.gel_point` for numbers that a checked flask does not hold.
        """
        how = self.flask.linking
        if how is None:
            return None
        areas = np.pi * self.particles["diameter_nm"] ** 2
        return gel_point(np.broadcast_to(how.linkers_per_dot, areas.shape), how.law, areas)


def _melts_from_c(dot: Dots) -> float:
    """Temperature in Celsius from which a dot of a kind's mean diameter has a molten surface, or is molten."""
    onset = skin_onset_c(dot.surface_material, 0.5 * dot.diameter_nm)
    return melting_point_c(dot.surface_material, 0.5 * dot.diameter_nm) if math.isnan(onset) else onset


@dataclass(frozen=True)
class Replica:
    """One finished replica: its dots, its bonds (rows of BOND in order of time) and the loop's counts. bonds (b,)."""

    dots: Sample
    bonds: np.ndarray
    proposals: int
    violations: int


@compiled
def bond_columns(
    radius_a: np.ndarray, radius_b: np.ndarray, neck: np.ndarray, whole: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """(strain, centre distance in nm, aspect ratio, state) of every bond from its bodies' radii and its neck, in nm.

    radius_a, radius_b, neck (b,) in nm; whole (b,): 1 where the two have coalesced into one body.
    """
    strains, distances, ratios = np.empty(neck.size), np.empty(neck.size), np.empty(neck.size)
    states = np.empty(neck.size, dtype=np.int8)
    for k in range(neck.size):
        cap_a, cap_b = cap_height_nm(neck[k], radius_a[k]), cap_height_nm(neck[k], radius_b[k])
        strains[k] = strain(cap_a, cap_b, radius_a[k], radius_b[k])
        distances[k] = centre_distance_nm(neck[k], cap_a, cap_b)
        ratios[k] = aspect_ratio(neck[k], cap_a, cap_b)
        states[k] = 1 if neck[k] > 0.0 else 0
        if whole[k] == 1:
            states[k], distances[k], ratios[k] = 2, 0.0, 1.0
    return strains, distances, ratios, states


def facet_pairs(flask: Flask, kinds: np.ndarray, bonds: np.ndarray) -> np.ndarray:
    """Index into FACET_PAIRS of every bond: "none" where a dot's facets are not told apart.

    kinds (particles,) is the index of the kind of every dot, bonds (b,) rows of BOND, the answer (b,).
    """
    told = np.array([kind.polar_share > 0.0 for kind in flask.dots])
    like = (bonds["site_a"] == SIDE) == (bonds["site_b"] == SIDE)
    both = told[kinds[bonds["a"]]] & told[kinds[bonds["b"]]]
    return np.where(both, np.where(like, 1, 2), 0).astype(np.int8)


def assemble(flask: Flask, replicas: list[Replica]) -> Assembly:
    """Columns of all replicas."""
    particles: dict[str, list[np.ndarray]] = {}
    bonds: dict[str, list[np.ndarray]] = {}
    dots_before, clusters_before = 0, 0
    for index, replica in enumerate(replicas):
        dots, made = replica.dots, replica.bonds
        total = dots.radii_nm.size
        links = coo_array((np.ones(made.size, dtype=np.int8), (made["a"], made["b"])), shape=(total, total))
        count, labels = connected_components(links, directed=False)
        for name, column in (
            ("replica", np.full(total, index, dtype=np.int32)),
            ("kind", dots.kinds),
            ("diameter_nm", 2.0 * dots.radii_nm),
            ("cluster", labels.astype(np.int32) + np.int32(clusters_before)),
        ):
            particles.setdefault(name, []).append(column)
        for name, column in (
            ("replica", np.full(made.size, index, dtype=np.int32)),
            ("first", made["a"] + np.int32(dots_before)),
            ("second", made["b"] + np.int32(dots_before)),
            ("time_s", made["time"].copy()),
            ("facets", facet_pairs(flask, dots.kinds, made)),
            ("site_first", made["site_a"].copy()),
            ("site_second", made["site_b"].copy()),
            ("neck_radius_nm", made["neck"].copy()),
            ("radius_a", made["radius_a"].copy()),
            ("radius_b", made["radius_b"].copy()),
            ("whole", made["whole"].copy()),
        ):
            bonds.setdefault(name, []).append(column)
        dots_before += total
        clusters_before += int(count)
    dot = {name: np.concatenate(parts) for name, parts in particles.items()}
    bond = {name: np.concatenate(parts) for name, parts in bonds.items()}
    radius_a, radius_b = bond.pop("radius_a"), bond.pop("radius_b")
    shape = bond_columns(radius_a, radius_b, bond["neck_radius_nm"], bond.pop("whole"))
    gap = flask.linking.molecule.gap_nm if flask.linking is not None else 0.0
    bond |= {
        "cluster": dot["cluster"][bond["first"]],
        "strain": shape[0],
        "centre_distance_nm": shape[1] + gap,
        "gap_nm": np.full(shape[0].size, gap),
        "aspect_ratio": shape[2] + 0.5 * gap / np.maximum(radius_a, radius_b),
        "state": shape[3],
    }
    first_dot = np.unique(dot["cluster"], return_index=True)[1]
    return Assembly(
        flask=flask,
        particles=dot,
        bonds=bond,
        clusters={
            "replica": dot["replica"][first_dot],
            "size": np.bincount(dot["cluster"], minlength=clusters_before).astype(np.int32),
            "bonds": np.bincount(bond["cluster"], minlength=clusters_before).astype(np.int32),
        },
        events=sum(replica.bonds.size for replica in replicas),
        proposals=sum(replica.proposals for replica in replicas),
        violations=sum(replica.violations for replica in replicas),
    )
