"""Fine structure against the aspect ratio (Fig. 3g of Cassidy 2022), thick where a level is strong."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.ticker import MultipleLocator

from runs.figures.style import BLACK, BLUE, GREEN, ORANGE, VERMILION, house_style, new_figure, title
from runs.spectra.shape_levels import ShapeLevels

COLOURS = {"2": BLACK, "1L": BLUE, "0L": GREEN, "1U": VERMILION, "0U": ORANGE}
NAMES = {"2": "±2", "1L": "±1 lower", "0L": "0 lower", "1U": "±1 upper", "0U": "0 upper"}
MARKERS = {"2": "s", "1L": "o", "0L": "v", "1U": "D", "0U": "^"}  # tell levels apart without colours
FAINT, THICK = 0.8, 6.0  # points of a dark level and added for the whole strength of a sphere


def draw(shape: ShapeLevels) -> Figure:
    """One panel per diameter on one energy scale; the last panel is the radiative rate."""
    with house_style():
        figure = new_figure(2.1 * (len(shape.levels) + 1), 3.6)
        panels = figure.subplots(1, len(shape.levels) + 1)
        low, high = _range(shape)
        for axes, (diameter, levels) in zip(panels, shape.levels.items(), strict=False):
            for name, (energies, strengths) in levels.items():
                _level(axes, shape.ratios, energies, strengths, name)
            axes.set_xlim(shape.ratios[0], shape.ratios[-1])
            axes.set_ylim(low, high)
            axes.set_xlabel("aspect ratio")
            own = diameter == shape.own_diameter_nm
            title(axes, f"{shape.material} {diameter:g} nm" + (" (these dots)" if own else ""))
            if own and 1.0 < shape.own_ratio <= shape.ratios[-1]:
                axes.axvline(shape.own_ratio, color=BLACK, linewidth=0.8, linestyle=":")
                axes.annotate("commonest bond", (shape.own_ratio, high), (3, -3), textcoords="offset points",
                              rotation=90, va="top", fontsize=7)  # fmt: skip
            axes.tick_params(labelleft=axes is panels[0])
            axes.xaxis.set_major_locator(MultipleLocator(0.2, offset=0.1))  # no two panels' ticks meet
        panels[0].set_ylabel("energy from the sphere's centre (meV)")
        handles = [
            panels[0].plot([], [], MARKERS[n] + "-", color=COLOURS[n], linewidth=2.5, markeredgecolor="white",
                           label=NAMES[n])[0]
            for n in COLOURS
        ]  # fmt: skip
        figure.legend(handles=handles, loc="outside lower center", ncols=5, title="F, thicker where stronger",
                      title_fontsize=8)  # fmt: skip
        _rates(panels[-1], shape)
    return figure


def _range(shape: ShapeLevels) -> tuple[float, float]:
    every = np.concatenate([energies for levels in shape.levels.values() for energies, _ in levels.values()])
    return float(every.min()) - 8, float(every.max()) + 8


def _level(axes: Axes, ratios: np.ndarray, energies: np.ndarray, strengths: np.ndarray, name: str) -> None:
    points = np.stack([ratios, energies], axis=1)
    pieces = np.stack([points[:-1], points[1:]], axis=1)
    widths = FAINT + THICK * 0.5 * (strengths[:-1] + strengths[1:])
    axes.add_collection(LineCollection(list(pieces), linewidths=widths, colors=COLOURS[name], capstyle="round"))
    step = len(ratios) // 4
    axes.plot(ratios[step // 2 :: step], energies[step // 2 :: step], MARKERS[name], color=COLOURS[name],
              markeredgecolor="white", markersize=6, zorder=3)  # fmt: skip


def _rates(axes: Axes, shape: ShapeLevels) -> None:
    styles = ("-", "--", "-.", ":")
    for number, (diameter, rate) in enumerate(shape.rates.items()):
        axes.plot(
            shape.ratios, rate, color=BLACK, linewidth=1.2, linestyle=styles[number % 4], label=f"{diameter:g} nm"
        )
    axes.set_xlim(shape.ratios[0], shape.ratios[-1])
    axes.xaxis.set_major_locator(MultipleLocator(0.2, offset=0.1))
    axes.set_xlabel("aspect ratio")
    axes.set_ylabel("rate / sphere's")
    title(axes, "radiative rate, 300 K")
    axes.legend()
