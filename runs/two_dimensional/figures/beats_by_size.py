"""Which share of each beat comes from which size of cluster."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from runs.figures.style import BLACK, KIND_COLOURS, house_style, new_figure, title


def draw(by_size: dict[str, Any], heading: str) -> Figure:
    """A group of bars for each beat, a bar for each size; beside them the share of all clusters."""
    groups = ["of clusters", *next(iter(by_size.values()))["of_beats"]]
    width = 0.8 / len(by_size)
    with house_style():
        figure = new_figure(1.6 + 0.9 * len(groups) + 0.6, 3.3)
        axes = figure.subplots()
        for number, (size, row) in enumerate(by_size.items()):
            shares = [row["of_clusters"], *row["of_beats"].values()]
            place = np.arange(len(groups)) + (number - (len(by_size) - 1) / 2) * width
            axes.bar(place, 100 * np.array(shares), width, color=KIND_COLOURS[number % len(KIND_COLOURS)],
                     label=f"{size} dot{'s' if size != '1' else ''}")  # fmt: skip
        axes.axhline(0.0, color=BLACK, linewidth=0.6)
        axes.set_xticks(np.arange(len(groups)), [groups[0], *(f"ω₂ = {g} cm⁻¹" for g in groups[1:])], fontsize=7.5)
        axes.set_ylabel("share (%)")
        axes.legend(title="clusters of", title_fontsize=8)
        title(axes, f"{heading}\nwhich clusters make which beat")
    return figure
