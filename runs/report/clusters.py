"""A few clusters as the page's rotatable view takes them: spheres with colours, in nm, centred."""

from collections.abc import Sequence
from typing import Any

import networkx as nx
import numpy as np

from runs.cluster_bodies import bodies
from runs.figures.colours import KIND_COLOURS

SIZES, EXAMPLES = 6, 3  # the smallest sizes that occur, and the largest; so many of each
LINK_RADIUS_NM, LINK_STEP_NM = 0.12, 0.12  # of the beads that show a linking molecule
LINK_COLOUR = "#666666"
MOST_SPHERES = 400  # in one cluster; a larger one is left out of the view


def clusters_view(graphs: Sequence[nx.Graph], kinds: Sequence[str]) -> list[dict[str, Any]]:
    """For each shown cluster a `name` and `spheres`, rows of x, y, z, radius (nm) and colour; none without places."""
    colours = {kind: KIND_COLOURS[position % len(KIND_COLOURS)] for position, kind in enumerate(kinds)}
    by_size: dict[int, list[nx.Graph]] = {}
    for graph in graphs:
        if not all({"position_nm", "diameter_nm", "kind"} <= dot.keys() for _, dot in graph.nodes(data=True)):
            continue
        by_size.setdefault(len(graph), []).append(graph)
    sizes = sorted(by_size)
    shown = sizes[:SIZES] + [size for size in sizes[-1:] if size not in sizes[:SIZES]]
    views = []
    for size in shown:
        for number, graph in enumerate(by_size[size][:EXAMPLES], start=1):
            spheres = _spheres(graph, colours)
            if len(spheres) <= MOST_SPHERES:
                views.append({"name": f"{size} dot{'s' if size > 1 else ''}, example {number}", "spheres": spheres})
    return views


def _spheres(graph: nx.Graph, colours: dict[str, str]) -> list[list[Any]]:
    seen = bodies(graph)
    middle = seen.places_nm.mean(axis=0)
    rows = [
        [*np.round(place - middle, 3).tolist(), round(float(radius), 3), colours.get(kind, KIND_COLOURS[0])]
        for place, radius, kind in zip(seen.places_nm, seen.radii_nm, seen.kinds, strict=True)
    ]
    for first, second in seen.links_nm:
        steps = max(int(np.linalg.norm(second - first) / LINK_STEP_NM), 2)
        for share in np.linspace(0.0, 1.0, steps):
            place = np.round(first + share * (second - first) - middle, 3)
            rows.append([*place.tolist(), LINK_RADIUS_NM, LINK_COLOUR])
    return rows
