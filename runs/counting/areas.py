"""The raw count of a particle table: without the picture, an object's dots follow from its area."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from runs.complaints import RecipeError
from runs.counting.tables import LENGTHS, ParticleTable

DUST = 0.3  # share of a dot's area below which a particle is no dot; assumed
SMALLEST_NM = 0.3  # across: a smaller dot is a table in other units
NEAR = 0.35  # minor axes that differ by less than this from their median are those of dots; assumed


@dataclass(frozen=True)
class TableCount:
    """Dots of each particle (0: dust), and the diameter they were measured against. dots (particles,), counts."""

    dots: np.ndarray
    dot_diameter_nm: tuple[float, float]
    units: str
    parameters: dict[str, Any]


def count_table(table: ParticleTable, units: str | None, nm_per_pixel: float | None) -> TableCount:
    """Dots of a particle: its area over that of one dot, rounded, at least 1; below DUST of a dot it is left out.

    A dot's diameter is the mean of the minor axes within NEAR of their median: necks hardly change the minor axis of a
    chain, while they change its area. Without the column Minor the diameter of the circle of equal area stands in.
    RecipeError for a table without units, or without any dot.
    """
    units = units or ("px" if table.whole_areas else "nm")
    if units == "px" and nm_per_pixel is None:
        raise RecipeError(
            f"{table.file}: wanted a scale, got areas in pixels: give --nm-per-pixel (or --table-units nm)."
        )
    scale = {"nm": 1.0, "um": 1000.0, "px": nm_per_pixel or 1.0}[units]
    columns = {
        name: values * (scale**2 if name == "Area" else scale if name in LENGTHS else 1.0)
        for name, values in table.columns.items()
    }
    area = columns["Area"]
    widths = columns["Minor"] if "Minor" in columns else np.sqrt(4.0 * area / math.pi)
    mean, sd = _diameter(widths, area)
    one = 0.25 * math.pi * mean**2
    if mean < SMALLEST_NM:
        raise RecipeError(
            f"{table.file}: wanted dots of at least {SMALLEST_NM} nm, got {mean:.2g} nm: ImageJ may have measured in "
            "micrometres (--table-units um) or pixels (--table-units px)."
        )
    dots = np.where(area < DUST * one, 0, np.maximum(1, np.round(area / one))).astype(int)
    if not np.any(dots):
        raise RecipeError(f"{table.file}: wanted particles, got a table of nothing but specks.")
    measured = "minor axes" if "Minor" in columns else "areas"
    return TableCount(
        dots, (mean, sd), units,
        {"units": units, "dots_from": "area over that of one dot", "diameter_from": measured, "dust_below": DUST},
    )  # fmt: skip


def _diameter(widths: np.ndarray, area: np.ndarray) -> tuple[float, float]:
    """Mean and standard deviation of the widths near their median, specks left out of it."""
    middle = float(np.median(widths))
    for _ in range(2):
        middle = float(np.median(widths[area >= DUST * 0.25 * math.pi * middle**2]))
    near = widths[np.abs(widths - middle) <= NEAR * middle]
    return float(near.mean()), float(near.std())
