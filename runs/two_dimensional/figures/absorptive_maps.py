"""Absorptive two-dimensional spectra at some waiting times."""

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from runs.figures.style import BLACK, house_style, new_figure, title
from runs.two_dimensional.figures.map_axes import DETECTION, EXCITATION, KILO, grid, mark, square

STEPS = np.array([0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9])


def draw(shown: xr.DataArray, addresses_cm1: list[tuple[float, float]], counted: str, heading: str) -> Figure:
    """One square panel for each waiting time, all on one scale; red is bleach and emission, blue absorption.

    `shown`: the maps over (t2, w1, w3), of any unit.
    """
    w1, w3 = shown.w1.values / KILO, shown.w3.values / KILO
    times = shown.t2.values
    top = float(abs(shown).max()) or 1.0
    rows, columns = grid(len(times))
    with house_style():
        figure = new_figure(0.9 + 2.75 * columns, 0.75 + 2.65 * rows)
        panels = figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=True)
        for axes, time in zip(panels.flat, times, strict=False):
            values = shown.sel(t2=time).transpose("w3", "w1").values / top
            image = axes.pcolormesh(w1, w3, values, cmap="RdBu_r", vmin=-1, vmax=1, shading="nearest", rasterized=True)
            axes.contour(w1, w3, values, levels=[*(-STEPS[::-1]), *STEPS], colors=BLACK, linewidths=0.35)
            square(axes, 1000 * w1[0], 1000 * w1[-1])
            mark(axes, addresses_cm1, BLACK)
            title(axes, f"T₂ = {time:g} fs")
        for axes in panels.flat[len(times) :]:
            axes.set_visible(False)
        figure.supxlabel(EXCITATION, fontsize=9)
        figure.supylabel(DETECTION, fontsize=9)
        figure.colorbar(image, ax=panels, shrink=0.6, label="absorptive signal / largest", ticks=[-1, -0.5, 0, 0.5, 1])
        figure.suptitle(f"{heading}\n{counted}", x=0.01, ha="left", fontsize=9, parse_math=False)
    return figure
