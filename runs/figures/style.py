"""How every figure looks: colours that colour-blind people tell apart, sizes that survive print, plain-text titles."""

import textwrap
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from runs.figures.colours import (
    BLACK,
    BLUE,
    GREEN,
    HATCHES,
    KIND_COLOURS,
    MARKS,
    ORANGE,
    PURPLE,
    RAMP,
    SKY,
    VERMILION,
    YELLOW,
)

__all__ = ["BLACK", "BLUE", "GREEN", "HATCHES", "KIND_COLOURS", "MARKS", "ORANGE", "PURPLE", "RAMP", "SKY", "VERMILION",
           "YELLOW", "house_style", "new_figure", "save", "title"]  # fmt: skip

DOTS_PER_INCH = 200  # of the PNG files
CHARACTERS_PER_INCH = 13  # of a title, a little on the safe side

_SETTINGS: dict[Any, Any] = {
    "font.size": 9,
    "axes.titlesize": 9.5,
    "axes.labelsize": 9,
    "legend.fontsize": 8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.8,
    "lines.linewidth": 1.5,
    "legend.frameon": False,
    "svg.hashsalt": "qdmer",  # the same drawing gives the same file
    "svg.fonttype": "none",
    "figure.constrained_layout.use": True,
}


@contextmanager
def house_style() -> Iterator[None]:
    """Drawing inside this block looks like the house and changes nobody else's settings."""
    with mpl.rc_context(_SETTINGS):
        yield


def new_figure(width_in: float = 4.6, height_in: float = 3.3) -> Figure:
    """A figure that belongs to no window. width_in and height_in: its size in inches; no other units."""
    figure = Figure(figsize=(width_in, height_in))
    FigureCanvasAgg(figure)
    return figure


def title(axes: Axes, text: str) -> None:
    """A title as it was written: a dollar sign is a dollar sign."""
    figure, place = axes.get_figure(root=True), axes.get_subplotspec()
    panels = place.get_gridspec().ncols if place else 1
    room = int(CHARACTERS_PER_INCH * figure.get_figwidth() / panels) if figure else 60
    # matplotlib's own wrapping reads mathematics even where it is told not to
    lines = [piece for line in text.splitlines() for piece in textwrap.wrap(line, room)]
    axes.set_title("\n".join(lines), loc="left", parse_math=False)


def save(figure: Figure, folder: Path, stem: str) -> None:
    """stem.png at 200 dots per inch and stem.svg, without a date inside; both with the layout of the first."""
    with house_style(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")  # a title in a script that the font lacks shows boxes
        figure.dpi = DOTS_PER_INCH
        figure.draw_without_rendering()
        mpl.rcParams["figure.constrained_layout.use"] = (
            False  # or each savefig lays the figure out again: half its time
        )
        figure.set_layout_engine(None)
        figure.savefig(folder / f"{stem}.png", dpi=DOTS_PER_INCH, metadata={"Software": "qdmer"})
        figure.savefig(folder / f"{stem}.svg", metadata={"Date": None, "Creator": "qdmer"})
