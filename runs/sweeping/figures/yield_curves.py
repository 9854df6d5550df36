"""Curves of the dimer yield with their 95 % intervals along one axis of a sweep's grid."""

import numpy as np
import xarray as xr
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from runs.figures.style import BLACK, BLUE, MARKS, ORANGE, VERMILION, house_style, new_figure, title
from runs.sweeping.axes import logarithmic
from runs.sweeping.figures.yield_map import numeric_axes
from runs.sweeping.plan import Plan
from runs.sweeping.table import label

MOST_CURVES = 5
KINDS = (
    ("dimer_yield_of_objects", "dimers, of objects", ORANGE, "-"),
    ("dimer_yield_resolvable", "resolvable dimers, of objects", BLUE, "--"),  # on top: often they are the same
    ("larger_share_of_particles", "in 3 dots or more, of particles", VERMILION, "-"),
)


def draw(found: xr.Dataset, plan: Plan) -> Figure | None:
    """One axis: the yields and the larger clusters along it. Two: resolvable dimers along the numeric ones, in cuts."""
    along = numeric_axes(found, plan, 2)[:2]
    if not along:
        return None
    others = [key for key in plan.axes if key not in along and found[key].size > 1]
    shown = (along + others)[:2]
    best = found["dimer_yield_resolvable"].fillna(-1.0).argmax(...)
    cut = found.isel({key: best[key] for key in plan.axes if key not in shown})
    with house_style():
        if len(shown) == 1:
            return _one_axis(cut, shown[0], plan)
        pairs = [(x, shown[1 - shown.index(x)]) for x in reversed(along)]
        figure = new_figure(1.2 + 4.1 * len(pairs), 3.5)
        for panel, (x, other) in zip(figure.subplots(1, len(pairs), sharey=True, squeeze=False)[0], pairs, strict=True):
            _cuts(panel, cut, x, other, plan)
        for panel in figure.axes[1:]:
            panel.set_ylabel("")
        figure.suptitle(f"{plan.title}; bands: 95 % intervals", x=0.01, ha="left", fontsize=9, parse_math=False)
    return figure


def _one_axis(cut: xr.Dataset, x: str, plan: Plan) -> Figure:
    figure = new_figure(6.6, 3.3)
    panel = figure.subplots()
    for (name, told, colour, line), mark in zip(KINDS, MARKS, strict=False):
        _curve(panel, cut, name, x, told, colour, line + mark)
    _finish(panel, cut, x, plan, "share (%)")
    title(panel, plan.title)
    return figure


def _cuts(panel: Axes, cut: xr.Dataset, x: str, other: str, plan: Plan) -> None:
    """Resolvable dimers along x, at a few values of the other axis from its first to its last."""
    chosen = np.unique(np.linspace(0, cut[other].size - 1, MOST_CURVES).round().astype(int))
    colours = [to_hex(colormaps["cividis"](place)) for place in np.linspace(0.0, 0.92, len(chosen))]
    for index, colour, mark in zip(chosen, colours, MARKS, strict=False):
        value = cut[other].to_numpy()[index]
        told = value if isinstance(value, str) else f"{value:.4g}"
        _curve(panel, cut.isel({other: index}), "dimer_yield_resolvable", x, told, colour, "-" + mark)
    _finish(panel, cut, x, plan, "resolvable dimers (% of objects)", label(other, plan))


def _curve(panel: Axes, cut: xr.Dataset, name: str, x: str, told: str, colour: str, look: str) -> None:
    along = cut[x].to_numpy()
    value, low, high = (100 * cut[name + end].to_numpy() for end in ("", "_low", "_high"))
    panel.fill_between(along, low, high, color=colour, alpha=0.25, linewidth=0)
    every = max(1, along.size // 10)
    panel.plot(along, value, look, color=colour, label=told, markersize=4, markevery=every)


def _finish(panel: Axes, cut: xr.Dataset, x: str, plan: Plan, share: str, heading: str = "") -> None:
    if logarithmic(cut[x].to_numpy().tolist()):
        panel.set_xscale("log")
    panel.set_ylim(0, None)
    panel.set_xlabel(label(x, plan))
    panel.set_ylabel(share)
    panel.axhline(0, color=BLACK, linewidth=0.5)
    panel.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), title=heading)
