"""The inhomogeneous regions of the coherence families in the map (Fig. 2b of Hamilton 2023)."""

from matplotlib.figure import Figure

from physics.spectra.families import Ellipse
from runs.claims.hamilton_2023 import DRAWN_DEVIATIONS
from runs.figures.style import BLACK, house_style, new_figure, title
from runs.two_dimensional.figures.map_axes import (
    DETECTION,
    EXCITATION,
    FAMILY_COLOURS,
    FAMILY_NAMES,
    letter,
    mark,
    region,
    square,
)


def draw(
    ellipses: dict[str, Ellipse], regions: dict[str, Ellipse], addresses_cm1: list[tuple[float, float]],
    window_cm1: tuple[float, float], heading: str,
) -> Figure:  # fmt: skip
    """Dashed: the widths of both transitions, as the paper draws them; full: the levels of a dimer move together."""
    with house_style():
        figure = new_figure(5.6, 5.4)
        axes = figure.subplots()
        for name, ellipse in ellipses.items():
            region(axes, ellipse, FAMILY_COLOURS[name], linewidth=1.6)
            region(axes, regions[name], FAMILY_COLOURS[name], linewidth=1.2, linestyle="--")
            axes.plot([], [], color=FAMILY_COLOURS[name], linewidth=1.8, label=FAMILY_NAMES[name])
        square(axes, *window_cm1)
        mark(axes, addresses_cm1, BLACK)
        axes.set_xlabel(EXCITATION)
        axes.set_ylabel(DETECTION)
        axes.legend(loc="upper left")
        named = ", ".join(letter(k) for k in range(len(addresses_cm1)))
        told = f"{DRAWN_DEVIATIONS:g} deviations; dashed: widths of both transitions; full: levels move together"
        title(axes, f"{heading}\n{told}" + (f"; addresses {named}" if named else ""))
    return figure
