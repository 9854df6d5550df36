"""Heat maps of the dimer yield over the first two numeric axes of a sweep's grid."""

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from runs.figures.style import BLACK, house_style, new_figure, title
from runs.sweeping.axes import logarithmic
from runs.sweeping.plan import Plan
from runs.sweeping.table import label

PANELS = (
    ("dimer_yield_resolvable", "Resolvable dimers (% of objects)"),
    ("larger_share_of_particles", "In clusters of 3 or more (% of particles)"),
    ("dimer_strain_mean", "Degree of fusion of dimers (strain, %)"),
)
FEWEST = 3  # values an axis must have for a map


def numeric_axes(found: xr.Dataset, plan: Plan, fewest: int) -> list[str]:
    """Axes of a grid along which one can draw: numbers, at least so many of them."""
    return [k for k in plan.axes if plan.grid and found[k].dtype.kind in "if" and found[k].size >= fewest]


def draw(found: xr.Dataset, plan: Plan) -> Figure | None:
    """Three maps side by side, with the largest yield marked; None for sweeps that have no two numeric axes.

    Of a grid with more axes, the others stand where the yield is largest; the heading says so.
    """
    axes = numeric_axes(found, plan, FEWEST)[:2]
    if len(axes) < 2:
        return None
    y, x = axes
    best = found["dimer_yield_resolvable"].fillna(-1.0).argmax(...)
    others = {key: best[key] for key in plan.axes if key not in axes}
    cut, top = found.isel(others), {key: found[key].to_numpy()[int(best[key])] for key in axes}
    with house_style():
        figure = new_figure(10.2, 3.6)
        for panel, (name, heading) in zip(figure.subplots(1, len(PANELS), sharey=True), PANELS, strict=True):
            values = 100 * cut[name].transpose(y, x)
            mesh = (cut[x].to_numpy(), cut[y].to_numpy(), values.to_numpy())
            image = panel.pcolormesh(*mesh, cmap="cividis", shading="nearest", rasterized=True)
            figure.colorbar(image, ax=panel)
            if name == "dimer_yield_resolvable" and np.nanmax(values) > 0:
                lines = panel.contour(*mesh, levels=[25, 50, 75, 90], colors="white", linewidths=0.7)
                panel.clabel(lines, fmt="%g", fontsize=7)
                panel.plot(top[x], top[y], "*", color="white", markeredgecolor=BLACK, markersize=11)
            if logarithmic(cut[x].to_numpy().tolist()):
                panel.set_xscale("log")
            if logarithmic(cut[y].to_numpy().tolist()):
                panel.set_yscale("log")
            panel.set_xlabel(label(x, plan))
            title(panel, heading)
        figure.axes[0].set_ylabel(label(y, plan))
        fixed = ", ".join(f"{label(k, plan)} {found[k].to_numpy()[int(i)]}" for k, i in others.items())
        most = 100 * float(found["dimer_yield_resolvable"].max())
        where = f"star: {most:.1f} % at " + ", ".join(f"{label(key, plan)} {value:.4g}" for key, value in top.items())
        text = f"{plan.title}; {where}" + (f"; {fixed}" if fixed else "")
        figure.suptitle(text, x=0.01, ha="left", fontsize=9, parse_math=False)
    return figure
