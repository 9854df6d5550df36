"""What every map over excitation and detection wavenumber has in common: square, w1 across, the diagonal."""

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Ellipse as Outline

from physics.spectra.families import Ellipse
from runs.claims.hamilton_2023 import DRAWN_DEVIATIONS
from runs.figures.style import BLACK, GREEN, PURPLE, SKY, VERMILION

FAMILY_COLOURS = {"rho_I": SKY, "rho_II": GREEN, "rho_III": VERMILION, "rho_LH": PURPLE}  # as in Hamilton 2023
FAMILY_NAMES = {"rho_I": "ρ$_{I}$", "rho_II": "ρ$_{II}$", "rho_III": "ρ$_{III}$", "rho_LH": "ρ$_{LH}$"}
EXCITATION, DETECTION = "excitation ω₁ (10³ cm⁻¹)", "detection ω₃ (10³ cm⁻¹)"
KILO = 1000.0


def square(axes: Axes, low_cm1: float, high_cm1: float, colour: str = BLACK) -> None:
    """Equal axes from low to high and the diagonal."""
    ends = (low_cm1 / KILO, high_cm1 / KILO)
    axes.plot(ends, ends, color=colour, linewidth=0.7, linestyle=(0, (4, 3)))
    axes.set_xlim(ends)
    axes.set_ylim(ends)
    axes.set_aspect("equal")
    axes.locator_params(nbins=5)


def mark(axes: Axes, addresses_cm1: list[tuple[float, float]], face: str = "white") -> None:
    """A triangle with a letter at each address."""
    for number, (w1, w3) in enumerate(addresses_cm1):
        axes.plot(w1 / KILO, w3 / KILO, "^", color=face, markeredgecolor=BLACK, markersize=5.5, markeredgewidth=0.8)
        axes.annotate(letter(number), (w1 / KILO, w3 / KILO), (5, -3), textcoords="offset points", fontsize=8,
                      color=face)  # fmt: skip


def letter(number: int) -> str:
    """A, B, C, ... of the addresses."""
    return chr(ord("A") + number)


def region(axes: Axes, ellipse: Ellipse, colour: str, **line: object) -> None:
    """The outline of an inhomogeneous region."""
    width, height = (2.0 * DRAWN_DEVIATIONS * length / KILO for length in (ellipse.long_cm1, ellipse.short_cm1))
    centre = (ellipse.w1_cm1 / KILO, ellipse.w3_cm1 / KILO)
    axes.add_patch(Outline(centre, width, height, angle=ellipse.angle_degrees, fill=False, edgecolor=colour, **line))


def grid(panels: int) -> tuple[int, int]:
    """(rows, columns) of so many square panels on a page."""
    columns = min(panels, 2 if panels in (2, 4) else 3)
    return math.ceil(panels / columns), columns


def spelled(case: str) -> str:
    """A way to count as the figures spell it."""
    return case.replace("B_XX", "B_XX =").replace("cm-1", "cm⁻¹")


def levels(count: int = 10) -> np.ndarray:
    """Contours at equal steps of the maximum. (count - 1,), shares of the maximum."""
    return np.linspace(0.0, 1.0, count + 1)[1:-1]
