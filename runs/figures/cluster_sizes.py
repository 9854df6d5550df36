"""Cluster sizes with their 95 % intervals, beside the laws of Flory and Poisson at the same mean size."""

import numpy as np
from matplotlib.figure import Figure

from runs.figures.style import BLACK, BLUE, MARKS, ORANGE, VERMILION, house_style, new_figure, title
from runs.size_table import SizeTable

LARGEST_SHOWN = 8


def draw(sizes: SizeTable, heading: str) -> Figure:
    """Shares of objects (all clusters, monomers included) by cluster size."""
    shown = sizes.size <= LARGEST_SHOWN
    size, share = sizes.size[shown], 100 * sizes.of_objects[shown]
    low, high = 100 * sizes.of_objects_low[shown], 100 * sizes.of_objects_high[shown]
    with house_style():
        figure = new_figure()
        axes = figure.subplots()
        axes.bar(size, share, width=0.62, color=BLUE, label="simulated, 95 % interval")
        errors = np.clip(np.array([share - low, high - share]), 0, None)
        axes.errorbar(size, share, yerr=errors, fmt="none", ecolor=BLACK, elinewidth=1.1, capsize=3)
        laws = ((sizes.flory, "Flory (geometric), same mean", ORANGE), (sizes.poisson, "Poisson, same mean", VERMILION))
        for (law, name, colour), mark in zip(laws, MARKS, strict=False):
            axes.plot(size, 100 * law[shown], mark + "--", color=colour, label=name, markersize=5, linewidth=1.0)
        tops = np.max([share, high, 100 * sizes.flory[shown], 100 * sizes.poisson[shown]], axis=0)
        for n, value, top in zip(size, share, tops, strict=True):
            text = f"{value:.1f}" if value >= 0.05 or value == 0 else f"{value:.1g}"
            axes.annotate(text, (n, top), xytext=(0, 6), textcoords="offset points", ha="center", fontsize=7.5)
        axes.set_xticks(size, [str(int(n)) for n in size])
        axes.set_xlabel("dots in the cluster, n")
        axes.set_ylabel("share of objects, monomers included (%)")
        below_legend = np.max(tops[size > 0.4 * size[-1] + 0.5], initial=0.0)  # the legend takes the upper right
        axes.set_ylim(0, max(1.15 * float(np.max(tops)), 1.55 * float(below_legend)))
        axes.set_yticks([tick for tick in axes.get_yticks() if tick <= 100.0])
        axes.legend(loc="upper right")
        title(axes, heading)
    return figure
