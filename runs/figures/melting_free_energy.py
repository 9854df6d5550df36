"""Delta G of a liquid skin against its thickness, at temperatures around the recipe's."""

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure

from runs.curves import Curve
from runs.figures.energy_curves import draw_curves


def draw(curves: Mapping[str, Sequence[Curve]]) -> Figure:
    """The lowest point tells how thick the molten skin is; at 1 the dot is molten through."""
    return draw_curves(
        curves, "free energy of a molten skin", "skin thickness / radius, δ/R", "free energy ΔG (eV per dot)"
    )
