"""Shares of particles and of objects: raw, corrected with 95 % intervals, and simulated, beside each other."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from runs.counting.comparison import Run
from runs.counting.count import CLASSES
from runs.figures.style import BLACK, BLUE, ORANGE, SKY, house_style, new_figure, title

PANELS = (("of_particles", "share of particles (%)"), ("of_objects", "share of objects (%)"))
LABELS = ("1", "2", "3", "4 or more")


def draw(found: dict[str, Any], run: Run | None, heading: str) -> Figure:
    """Two panels, as every percentage depends on what it is a percentage of."""
    with house_style():
        figure = new_figure(7.2, 3.3)
        left, right = figure.subplots(1, 2)
        for axes, (of, name) in zip((left, right), PANELS, strict=True):
            _panel(axes, found, run, of)
            axes.set_ylabel(name)
            axes.set_xlabel("dots in the object, n")
        right.legend(loc="upper right")
        title(left, heading)
    return figure


def _panel(axes: Axes, found: dict[str, Any], run: Run | None, of: str) -> None:
    series: list[tuple[str, str, np.ndarray, np.ndarray | None]] = []
    raw = np.array([found["raw"][of][name] for name in CLASSES])
    series.append(("raw count", SKY, raw, None))
    if found["corrected"] is not None:
        rows = [found["corrected"][of][name] for name in CLASSES]
        value = np.array([row["value"] for row in rows])
        reach = np.array([[row["value"] - row["low"] for row in rows], [row["high"] - row["value"] for row in rows]])
        series.append(("corrected, 95 % interval", BLUE, value, np.clip(reach, 0.0, None)))
    if run is not None:
        simulated = run.of_particles if of == "of_particles" else run.clusters / run.clusters.sum()
        series.append(("simulated", ORANGE, simulated, None))
    wide = 0.8 / len(series)
    place = np.arange(4.0)
    for k, (name, colour, shares, error) in enumerate(series):
        at = place + (k - 0.5 * (len(series) - 1)) * wide
        axes.bar(at, 100 * shares, width=0.92 * wide, color=colour, label=name)
        if error is not None:
            axes.errorbar(at, 100 * shares, yerr=100 * error, fmt="none", ecolor=BLACK, elinewidth=1.1, capsize=3)
    axes.set_xticks(place, LABELS)
    axes.set_ylim(0, None)
