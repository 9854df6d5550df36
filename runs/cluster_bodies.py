"""What a cluster looks like: its bodies in space, coalesced dots as one, and the molecules that link the others."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import networkx as nx
import numpy as np
from scipy.spatial.transform import Rotation

SPHERES_PER_RADIUS = 3  # of the row of spheres that shows a rod


@dataclass(frozen=True)
class Bodies:
    """Spheres in space: `places_nm` (n, 3), `radii_nm` (n,), the `kinds` of their dots, `links` as pairs of places.

    Links, (m, 2, 3) in nm, are bonds across a gap: a molecule holds the two bodies. A rod is a row of spheres.
    """

    places_nm: np.ndarray
    radii_nm: np.ndarray
    kinds: list[str]
    links_nm: np.ndarray


def bodies(graph: nx.Graph) -> Bodies:
    """The bodies of one cluster; coalesced dots lie at their common centre with the sphere of the summed volume."""
    dots = dict(graph.nodes(data=True))
    merged: nx.Graph = nx.Graph()
    merged.add_nodes_from(dots)
    merged.add_edges_from((a, b) for a, b, bond in graph.edges(data=True) if bond.get("state") == "coalesced")
    places, radii, kinds = [], [], []
    centre_of: dict[Any, np.ndarray] = {}
    for members in nx.connected_components(merged):
        named = [node for node in dots if node in members]
        cubes = np.array([(dots[node]["diameter_nm"] / 2) ** 3 for node in named])
        centre = cubes @ np.array([dots[node]["position_nm"] for node in named], dtype=float) / cubes.sum()
        row = _rod(dots[named[0]]) if len(named) == 1 else np.zeros((1, 3))
        places += list(centre + row)
        radii += [float(np.cbrt(cubes.sum()))] * len(row)
        kinds += [str(dots[max(named, key=lambda node: dots[node]["diameter_nm"])]["kind"])] * len(row)
        centre_of |= dict.fromkeys(named, centre)
    links = [(centre_of[a], centre_of[b]) for a, b, bond in graph.edges(data=True) if bond.get("gap_nm")]
    return Bodies(np.array(places), np.array(radii), kinds, np.array(links).reshape(-1, 2, 3))


def _rod(dot: Mapping[str, Any]) -> np.ndarray:
    """Centres, relative to the dot's own, of the row of spheres along the c axis that shows it; one for a sphere."""
    radius = dot["diameter_nm"] / 2
    reach = (dot.get("length_nm") or 0.0) / 2 - radius
    if reach <= 0:
        return np.zeros((1, 3))
    axis = Rotation.from_quat(dot.get("orientation", (0, 0, 0, 1))).apply([0.0, 0.0, 1.0])
    steps = int(np.ceil(2 * reach / radius * SPHERES_PER_RADIUS)) + 1
    return np.linspace(-reach, reach, steps)[:, None] * axis
