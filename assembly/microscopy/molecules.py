"""Molecules as a microscope sees them: groups of balls that may overlap, as columns of one library."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import networkx as nx
import numpy as np
from scipy.spatial.transform import Rotation

LARGEST_IN_MIXTURE = 12
BALLS_PER_RADIUS = 2  # along a rod: its rim waves by 2 % of its diameter; computed
NARROWEST_BEND_DEG = 60.0  # of three equal balls in a row that do not overlap more than neighbours do; computed


@dataclass(frozen=True)
class Molecules:
    """A library of molecules. dots (m,): how many dots each counts for (a coalesced pair is one dot).

    positions_nm (balls, 3) about each molecule's own origin; radii_nm (balls,); start (m + 1,): molecule i owns the
    balls start[i] to start[i + 1].
    """

    positions_nm: np.ndarray
    radii_nm: np.ndarray
    start: np.ndarray
    dots: np.ndarray

    def __len__(self) -> int:
        return len(self.dots)


def from_parts(parts: Iterable[tuple[np.ndarray, np.ndarray, int]]) -> Molecules:
    """A library from (positions_nm (k, 3), radii_nm (k,), dots) of each molecule, each centred on its balls.

    `parts` are these triples; ValueError where there are none. `dots` is the number of dots that the molecule counts
    for.
    """
    rows = [(np.asarray(p, dtype=float).reshape(-1, 3), np.asarray(r, dtype=float), int(n)) for p, r, n in parts]
    if not rows:
        raise ValueError("molecules must hold at least one molecule, not none")
    return Molecules(
        positions_nm=np.concatenate([p - p.mean(axis=0) for p, _, _ in rows]),
        radii_nm=np.concatenate([r for _, r, _ in rows]),
        start=np.concatenate([[0], np.cumsum([len(r) for _, r, _ in rows])]).astype(np.int64),
        dots=np.array([n for _, _, n in rows], dtype=np.int64),
    )


def from_graphs(graphs: Iterable[nx.Graph]) -> tuple[Molecules, np.ndarray]:
    """Library and weights of cluster graphs: balls at position_nm of radius diameter_nm / 2 plus a fused pair's growth.

    Two lobes fused at a centre distance d keep their volume: each ball grows until its cap beyond the shared plane
    holds the volume of its dot (`lobe_radius_nm` for equal lobes). A coalesced pair counts as one dot. A rod
    (`length_nm`, `orientation`) is a row of balls along its axis. The weight is the graph attribute `weight`, 1 where
    absent. ValueError names the node that lacks a position or a diameter. The weights are
    (m,).
    """
    parts, weights = [], []
    for graph in graphs:
        index = {node: k for k, node in enumerate(graph)}
        positions, radii = np.empty((len(index), 3)), np.empty(len(index))
        for node, k in index.items():
            for attribute in ("position_nm", "diameter_nm"):
                if attribute not in graph.nodes[node]:
                    raise ValueError(f"node {node!r} must carry {attribute}, but has none")
            positions[k] = graph.nodes[node]["position_nm"]
            radii[k] = 0.5 * float(graph.nodes[node]["diameter_nm"])
        grown, dots = radii.copy(), len(index)
        for a, b, edge in graph.edges(data=True):
            mean = 0.5 * (radii[index[a]] + radii[index[b]])
            apart = float(edge.get("centre_distance_nm", 2.0 * mean))
            if apart < 2.0 * mean:
                growth = lobe_radius_nm(apart, mean) / mean
                for node in (a, b):
                    grown[index[node]] = max(grown[index[node]], growth * radii[index[node]])
            if edge.get("state") == "coalesced":
                dots -= 1
        rows = [_rod_nm(graph.nodes[node]) for node in index]
        balls = np.concatenate([place + row for place, row in zip(positions, rows, strict=True)])
        parts.append((balls, np.repeat(grown, [len(row) for row in rows]), max(dots, 1)))
        weights.append(float(graph.graph.get("weight", 1.0)))
    return from_parts(parts), np.array(weights)


def _rod_nm(dot: Mapping[str, Any]) -> np.ndarray:
    """Places (k, 3), relative to the dot's own, of the balls that show it: one, or of a rod a row along its c axis."""
    radius = 0.5 * float(dot["diameter_nm"])
    reach = 0.5 * float(dot.get("length_nm") or 0.0) - radius
    if reach <= 0.0:
        return np.zeros((1, 3))
    axis = Rotation.from_quat(dot.get("orientation", (0.0, 0.0, 0.0, 1.0))).apply([0.0, 0.0, 1.0])
    return np.linspace(-reach, reach, math.ceil(2.0 * reach / radius * BALLS_PER_RADIUS) + 1)[:, None] * axis


def lobe_radius_nm(centre_distance_nm: float, dot_radius_nm: float) -> float:
    """Radius r of two equal balls at distance d whose union holds the volume of two dots of radius a.

    2 (4/3) a^3 = 2 (4/3) r^3 - (4 r + d) (2 r - d)^2 / 12 (all times pi; the lens of two equal balls), by bisection.
    """
    d, a = centre_distance_nm, dot_radius_nm
    if d >= 2.0 * a:
        return a
    low, high = a, a * 2.0 ** (1.0 / 3.0)
    for _ in range(40):
        r = 0.5 * (low + high)
        volume = 8.0 / 3.0 * r**3 - (4.0 * r + d) * (2.0 * r - d) ** 2 / 12.0
        low, high = (r, high) if volume < 8.0 / 3.0 * a**3 else (low, r)
    return 0.5 * (low + high)


def mixture(
    shares: Mapping[int, float],
    diameter_nm: float,
    rng: np.random.Generator,
    *,
    size_dispersion: float = 0.05,
    lobe_distance_nm: float | None = None,
    number: int = 2000,
) -> tuple[Molecules, np.ndarray]:
    """A library of chains of n dots, `number` in all, and weights that give the stated shares of particles.

    shares {n: share of all particles in n-mers}; diameters normal with relative standard deviation size_dispersion;
    neighbours in a chain lobe_distance_nm apart (touching if None), in proportion to their own mean diameter; bends of
    60 to 180 degrees, uniform. Every n with a share is represented. ValueError for negative shares. The weights are
    (m,).
    """
    table = {int(n): float(share) for n, share in shares.items()}
    if not table or min(table.values()) < 0.0 or not 0.0 < sum(table.values()) < math.inf:
        raise ValueError(f"shares must be numbers of at least 0, not all 0, not {dict(shares)!r}")
    if min(table) < 1 or max(table) > LARGEST_IN_MIXTURE:
        raise ValueError(f"shares must be keyed by 1 to {LARGEST_IN_MIXTURE} dots, not {sorted(table)!r}")
    if not 0.0 < diameter_nm < math.inf or not 0.0 <= size_dispersion < 0.5:
        raise ValueError(f"diameter_nm must be positive and size_dispersion below 0.5, not {diameter_nm!r}")
    present = {n: share / n for n, share in table.items() if share > 0.0}
    each = max(1, number // len(present))
    apart = 1.0 if lobe_distance_nm is None else lobe_distance_nm / diameter_nm
    parts, weights = [], []
    for n, share in present.items():
        diameters = diameter_nm * np.clip(1.0 + size_dispersion * rng.standard_normal((each, n)), 0.4, 1.6)
        for row in diameters:
            parts.append((chain_nm(row, apart, rng), 0.5 * row, n))
            weights.append(share / each)
    return from_parts(parts), np.array(weights)


def chain_nm(diameters_nm: np.ndarray, apart: float, rng: np.random.Generator) -> np.ndarray:
    """Positions (n, 3) in the plane of a chain whose neighbours stand `apart` of their mean diameter apart.

    Each bend is 60 to 180 degrees to either side, drawn again while balls that are no neighbours come closer than
    neighbours do.
    """
    n = len(diameters_nm)
    steps = apart * 0.5 * (diameters_nm[1:] + diameters_nm[:-1])
    for _ in range(100):
        bends = math.radians(180.0 - NARROWEST_BEND_DEG) * rng.random(max(n - 1, 0)) * rng.choice([-1.0, 1.0], n - 1)
        angles = np.cumsum(bends)
        moves = np.stack([steps * np.cos(angles), steps * np.sin(angles), np.zeros(n - 1)], axis=1)
        positions = np.concatenate([np.zeros((1, 3)), np.cumsum(moves, axis=0)])
        if n < 3 or not _crowded(positions, 0.99 * steps.min()):
            break
    return positions


def _crowded(positions: np.ndarray, nearest: float) -> bool:
    first, second = np.triu_indices(len(positions), 2)
    return bool(np.any(np.linalg.norm(positions[first] - positions[second], axis=1) < nearest))
