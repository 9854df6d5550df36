"""Sampled clusters as one frame of extended XYZ: every viewer opens all of them at once, set out on a grid."""

from collections.abc import Sequence
from pathlib import Path

import networkx as nx
import numpy as np

from physics.materials import material

GAP_NM = 2.0  # clear space between neighbouring clusters of the grid


def write_clusters_xyz(path: Path, graphs: Sequence[nx.Graph]) -> None:
    """Positions and radii in nm; `species` an element (or X), `kind` the dot's name, `cluster` the cluster's id.

    The clusters stand apart on a square grid: their places say nothing, the places of dots within a cluster do.
    """
    species = _species([dict(attributes) for graph in graphs for _, attributes in graph.nodes(data=True)])
    lines = []
    for position, (graph, shift) in enumerate(zip(graphs, _grid(graphs), strict=True)):
        cluster = graph.graph.get("cluster_id", position)
        for _, dot in graph.nodes(data=True):
            x, y, z = np.asarray(dot["position_nm"], dtype=float) + shift
            element = species[(dot["material"], dot.get("shell"))]
            lines.append(
                f"{element} {x:.6f} {y:.6f} {z:.6f} {dot['kind']} {dot['diameter_nm'] / 2:.6f} {cluster} {len(graph)}"
            )
    columns = "species:S:1:pos:R:3:kind:S:1:radius:R:1:cluster:I:1:cluster_size:I:1"
    heading = f'Properties={columns} length_unit=nm pbc="F F F"'
    path.write_text("\n".join([str(len(lines)), heading, *lines]) + "\n", encoding="utf-8")


def _species(dots: list[dict]) -> dict[tuple[str, str | None], str]:
    """An element of each material that tells it from the others: the metal, else the chalcogen, else X."""
    found = sorted({(dot["material"], dot.get("shell")) for dot in dots}, key=str)
    elements = {key: material(key[1] or key[0]).elements for key in found}
    for place in (0, 1):
        chosen = {key: pair[place] for key, pair in elements.items()}
        if len(set(chosen.values())) == len(chosen):
            return chosen
    return dict.fromkeys(found, "X")


def _grid(graphs: Sequence[nx.Graph]) -> list[np.ndarray]:
    """A shift for each cluster that puts it into its own cell of a square grid."""
    middles, reaches = [], []
    for graph in graphs:
        places = np.array([dot["position_nm"] for _, dot in graph.nodes(data=True)], dtype=float)
        radii = np.array([dot["diameter_nm"] / 2 for _, dot in graph.nodes(data=True)])
        middle = (places.min(axis=0) + places.max(axis=0)) / 2
        middles.append(middle)
        reaches.append(float(np.max(np.linalg.norm(places - middle, axis=1) + radii)))
    cell = 2 * max(reaches, default=0.0) + GAP_NM
    columns = max(1, int(np.ceil(np.sqrt(len(graphs)))))
    return [np.array([(n % columns) * cell, -(n // columns) * cell, 0.0]) - middle for n, middle in enumerate(middles)]
