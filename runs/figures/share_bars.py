"""Shares with their intervals as lying bars, one line of words each; a paper's value or range as a line beside them."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from runs.claims.claim import Ours
from runs.figures.style import BLACK, HATCHES, KIND_COLOURS, VERMILION, house_style, new_figure, title

PLATE = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}  # behind numbers that a line may cross


def draw(
    groups: Mapping[str, Sequence[tuple[str, Ours]]], heading: str, x_label: str, paper: tuple[float, str] | None = None
) -> Figure:
    """One colour a group; `paper`: a value and the words beside its line.

    The value in the unit of `x_label`, as the bars.
    """
    rows = [(label, ours, g) for g, group in enumerate(groups.values()) for label, ours in group]
    with house_style():
        figure = new_figure(6.6, 0.9 + 0.34 * (len(rows) + (len(groups) > 1) + (paper is not None)))
        axes = figure.subplots()
        for place, (_, ours, group) in enumerate(rows):
            axes.barh(place, ours.value, height=0.62, **_look(group))
            reach = np.clip([[ours.value - ours.low], [ours.high - ours.value]], 0.0, None)
            axes.errorbar(ours.value, place, xerr=reach, fmt="none", ecolor=BLACK, elinewidth=1.0, capsize=2.5)
            axes.annotate(f"{ours.value:.3g}", (max(ours.high, 0.0), place), (5, 0), textcoords="offset points",
                          va="center", fontsize=7.5, bbox=PLATE, zorder=4)  # fmt: skip
        axes.set_yticks(range(len(rows)), [label for label, _, _ in rows], fontsize=8)
        axes.invert_yaxis()
        axes.set_xlabel(x_label)
        axes.set_xlim(min(0.0, *(ours.low for _, ours, _ in rows)), 1.12 * max(ours.high for _, ours, _ in rows))
        handles: list[Artist] = []
        if len(groups) > 1:
            handles += [Patch(**_look(g), label=name) for g, name in enumerate(groups)]
        if paper is not None:
            handles.append(axes.axvline(paper[0], color=VERMILION, linewidth=1.2, linestyle="--", label=paper[1]))
        if handles:
            figure.legend(handles=handles, loc="outside lower center", ncols=min(len(handles), 3))
        title(axes, heading)
    return figure


def _look(group: int) -> dict[str, Any]:
    """Colour and hatch of a group."""
    hatch = HATCHES[group % len(HATCHES)]
    return {"facecolor": KIND_COLOURS[group], "hatch": hatch, "edgecolor": "white", "linewidth": 0.0}
