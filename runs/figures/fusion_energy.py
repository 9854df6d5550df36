"""Total energy of a pair of alike dots against its strain, at temperatures around the recipe's."""

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure

from runs.curves import Curve
from runs.figures.energy_curves import draw_curves


def draw(curves: Mapping[str, Sequence[Curve]]) -> Figure:
    """The lowest point is the strain at which two dots come to rest; at the right end they are one sphere."""
    return draw_curves(
        curves, "energy of a fusing pair", "strain ε = 1 − length / length at touching",
        "energy E(ε) − E(0) (eV per pair)",
    )  # fmt: skip
