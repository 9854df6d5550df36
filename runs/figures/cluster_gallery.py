"""A few of the simulated clusters, to scale, with a scale bar."""

from collections.abc import Sequence

import networkx as nx
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from runs.cluster_bodies import bodies
from runs.figures.style import BLACK, KIND_COLOURS, house_style, new_figure, title

COLUMNS, ROWS = 6, 5
BARS_NM = (1, 2, 5, 10, 20, 50, 100)
GAP_NM = 1.5

Outline = tuple[np.ndarray, np.ndarray, list[str]]  # places in the plane, radii, kinds


def draw(graphs: Sequence[nx.Graph], kinds: Sequence[str], heading: str) -> Figure:
    """One row for each size, clusters laid flat (seen along their thinnest direction)."""
    rows = {size: [_outline(graph) for graph in row] for size, row in _rows(graphs).items()}
    reach = [_reach(outline) for row in rows.values() for outline in row]
    width = 2 * max((x for x, _ in reach), default=1.0) + GAP_NM
    heights = [2 * max(_reach(outline)[1] for outline in row) + GAP_NM for row in rows.values()]
    colours = {kind: KIND_COLOURS[position % len(KIND_COLOURS)] for position, kind in enumerate(kinds)}
    across, down = COLUMNS * width, sum(heights) + 2 * GAP_NM
    with house_style():
        figure = new_figure(6.4, min(8.0, 0.5 + 5.4 * down / across))
        axes = figure.subplots()
        top = 0.0
        for (size, row), height in zip(rows.items(), heights, strict=True):
            axes.annotate(f"n = {size}", (0, top - height / 2), xytext=(-6, 0), textcoords="offset points",
                          ha="right", va="center")  # fmt: skip
            for column, (places, radii, names) in enumerate(row):
                middle = np.array([(column + 0.5) * width, top - height / 2])
                _cluster(axes, places + middle, radii, [colours[name] for name in names])
            top -= height
        _scale_bar(axes, width, -down + GAP_NM)
        for kind in kinds:
            axes.plot([], [], "o", color=colours[kind], label=kind, markersize=8)
        axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), handletextpad=0.2)
        axes.set_xlim(0, across)
        axes.set_ylim(-down, 0)
        axes.set_aspect("equal")
        axes.set_axis_off()
        title(axes, heading)
    return figure


def _rows(graphs: Sequence[nx.Graph]) -> dict[int, list[nx.Graph]]:
    """A few examples of each of the smallest sizes that occur."""
    by_size: dict[int, list[nx.Graph]] = {}
    for graph in graphs:
        by_size.setdefault(len(graph), []).append(graph)
    return {size: by_size[size][:COLUMNS] for size in sorted(by_size)[:ROWS]}


def _outline(graph: nx.Graph) -> Outline:
    """The cluster's bodies, centred, the longest direction across the page."""
    seen = bodies(graph)
    centred = seen.places_nm - seen.places_nm.mean(axis=0)
    _, _, directions = np.linalg.svd(centred, full_matrices=True)
    flat, radius = centred @ directions[:2].T, seen.radii_nm
    middle = ((flat + radius[:, None]).max(axis=0) + (flat - radius[:, None]).min(axis=0)) / 2
    return flat - middle, radius, seen.kinds


def _reach(outline: Outline) -> tuple[float, float]:
    """Half the width and half the height of a cluster, nm."""
    places, radii, _ = outline
    x, y = np.max(np.abs(places) + radii[:, None], axis=0)
    return float(x), float(y)


def _cluster(axes: Axes, places: np.ndarray, radii: np.ndarray, colours: Sequence[str]) -> None:
    """Rims below, bodies above, so that fused dots run into each other and keep one common outline."""
    for place, radius in zip(places, radii, strict=True):
        axes.add_patch(Circle(place, radius, facecolor="none", edgecolor=BLACK, linewidth=1.6, zorder=1))
    for place, radius, colour in zip(places, radii, colours, strict=True):
        axes.add_patch(Circle(place, radius, facecolor=colour, edgecolor="none", zorder=2))


def _scale_bar(axes: Axes, width: float, y: float) -> None:
    length = max((bar for bar in BARS_NM if bar <= width), default=BARS_NM[0])
    axes.plot([0.0, length], [y, y], color=BLACK, linewidth=3, solid_capstyle="butt")
    axes.annotate(f"{length} nm", (length, y), xytext=(5, 0), textcoords="offset points", va="center")
