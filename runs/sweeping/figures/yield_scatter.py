"""The dimer yield of every point of a list or a design against each of its axes, with 95 % intervals."""

import math

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from runs.figures.style import BLUE, house_style, new_figure
from runs.sweeping.axes import logarithmic
from runs.sweeping.plan import Plan
from runs.sweeping.table import label

MOST_PANELS = 9
NAME = "dimer_yield_resolvable"


def draw(found: xr.Dataset, plan: Plan) -> Figure | None:
    """One panel an axis; None for grids that have a numeric axis, whose maps and curves say more."""
    if plan.grid and any(found[key].dtype.kind in "if" and found[key].size > 1 for key in plan.axes):
        return None
    shown = list(plan.axes)[:MOST_PANELS]
    columns = min(3, len(shown))
    rows = math.ceil(len(shown) / columns)
    value, low, high = (100 * found[NAME + end].to_numpy() for end in ("", "_low", "_high"))
    reach = np.clip(np.array([(value - low).ravel(), (high - value).ravel()]), 0, None)
    with house_style():
        figure = new_figure(3.0 * columns + 0.4, 2.6 * rows + 0.3)
        panels = figure.subplots(rows, columns, sharey=True, squeeze=False)
        for panel, key in zip(panels.ravel(), shown, strict=False):
            along = found[key].broadcast_like(found[NAME]).to_numpy().ravel()
            text = along.dtype.kind not in "if"
            places = [str(one) for one in along] if text else along
            panel.errorbar(
                places, value.ravel(), yerr=reach, fmt="o", color=BLUE, markersize=3, elinewidth=0.6, alpha=0.8
            )
            if not text and logarithmic(np.geomspace(along.min(), along.max(), 5).tolist()) and _even(along):
                panel.set_xscale("log")
            panel.set_xlabel(label(key, plan))
        for panel in panels.ravel()[len(shown) :]:
            panel.set_visible(False)
        for panel in panels[:, 0]:
            panel.set_ylabel("resolvable dimers\n(% of objects)")
        figure.suptitle(f"{plan.title}; bars: 95 % intervals", x=0.01, ha="left", fontsize=9, parse_math=False)
    return figure


def _even(along: np.ndarray) -> bool:
    """Whether half of the points lie below the geometric middle, as of a logarithmic spread."""
    return bool(np.median(along) < 0.6 * (along.min() + along.max()) / 2)
