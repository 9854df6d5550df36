"""Fig. 3g of Cassidy 2022: fine structure of CdSe as a dot grows into a rod of the same diameter."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from physics.excitons.fine_structure import dot_levels, manifold, relative_radiative_rate
from runs.claims.claim import Claim, Input, Ours, around
from runs.claims.room import Room
from runs.claims.spread import exactly, over_inputs
from runs.claims.standings import of_catalogue
from runs.spectra.figures import levels_against_shape
from runs.spectra.shape_levels import RATIOS, ShapeLevels

ALT = (
    "Levels of CdSe dots of 2.1, 3 and 4 nm against their aspect ratio, thicker where stronger: all move to the red; "
    "the upper ±1 level falls towards the lower one and meets it nearly in the dot of 4 nm but draws away from it in "
    "those of 3 and 2.1 nm; the lower 0 level becomes the lowest. Last panel: the thermal radiative rate rises with "
    "the aspect ratio."
)
DESCRIBED = (
    "Ours: the five levels (eight states) of the band-edge exciton for three sizes, from a sphere to an aspect ratio "
    "of 1.6, and the thermal radiative rate. As in the paper's sketch all fall and change order, but the upper and "
    "lower ±1 states come together at 4 nm only: at 2.1 nm, the dots of the figure (absorbing at 480 nm), they draw "
    "apart; the measured spectra of the paper's panel are not drawn."
)
SAID = "Interval: aspect ratios from 1.2 to 1.5."
OPTICAL = ("crystal_field_mev", "exchange_mev", "bohr_radius_nm", "luttinger_gamma1", "luttinger_gamma2",
           "dielectric_optical", "bandgap_ev")  # fmt: skip

Levels = dict[str, tuple[float, float]]


@dataclass(frozen=True)
class Results:
    """What the claims take from the levels, the curves of the drawing, inputs."""

    upper_in_sphere: Ours
    drop: dict[float, Ours]
    gap: dict[float, Ours]
    zero_gains: Ours
    lowest_changes: Ours
    lifetime: Ours
    shape: ShapeLevels
    inputs: tuple[Input, ...]


def results(room: Room) -> Results:
    """Levels of three diameters over aspect ratios."""
    sizes = {name: room.number(f"{name}_nm") for name in ("figure", "small", "large")}
    ratio, ends = room.number("ratio"), (room.number("least_ratio"), room.number("most_ratio"))

    def over_ratio(law: Callable[[Levels, Levels], float], diameter: float) -> Ours:
        sphere = dot_levels("CdSe", diameter)
        return over_inputs(lambda ratio: law(dot_levels("CdSe", diameter, ratio), sphere), {"ratio": ratio},
                           {"ratio": ends})  # fmt: skip

    sphere = dot_levels("CdSe", sizes["small"])
    return Results(
        upper_in_sphere=exactly(sphere["1U"][1] / sum(strength for _, strength in sphere.values())),
        drop={d: over_ratio(lambda now, before: before["1U"][0] - now["1U"][0], d) for d in sizes.values()},
        gap={d: over_ratio(lambda now, _: abs(now["1U"][0] - now["1L"][0]), d) for d in sizes.values()},
        zero_gains=over_ratio(lambda now, before: now["0U"][1] / before["0U"][1], sizes["small"]),
        lowest_changes=over_ratio(lambda now, _: now["2"][0] - now["0L"][0], sizes["small"]),
        lifetime=over_inputs(lambda ratio: 1.0 / _rate(sizes["small"], ratio), {"ratio": ratio}, {"ratio": ends}),
        shape=_curves(list(sizes.values())),
        inputs=(*of_catalogue("CdSe", *OPTICAL), *room.numbers("small_nm", "large_nm", "figure_nm", "ratio",
                "least_ratio", "most_ratio")),
    )  # fmt: skip


def _rate(diameter_nm: float, ratio: float) -> float:
    """Thermal radiative rate over that of the sphere."""
    both = relative_radiative_rate(*manifold("CdSe", np.full(2, diameter_nm), np.array([1.0, ratio])))
    return float(both[1] / both[0])


def _curves(diameters: list[float]) -> ShapeLevels:
    levels, rates = {}, {}
    for diameter in sorted(diameters):
        rows = [dot_levels("CdSe", diameter, float(r)) for r in RATIOS]
        levels[diameter] = {
            name: (np.array([row[name][0] for row in rows]), np.array([row[name][1] for row in rows]))
            for name in rows[0]
        }
        rates[diameter] = np.array([_rate(diameter, float(r)) for r in RATIOS])
    return ShapeLevels("CdSe", RATIOS, math.nan, math.nan, levels, rates)  # no graph's own dots to point out


def claims(found: Results) -> list[Claim]:
    """The statements of the text about Fig. 3g."""
    given, near = found.inputs, around(80.0, 0.25)
    smallest, small, large = sorted(found.gap)
    drop, gap = "drop of the upper ±1 states of", "gap of the upper and lower ±1 states of"
    upto, at = "“Up to 80 meV, depending on the diameter and aspect ratio”.", "at an aspect ratio of 1.35"
    return [
        Claim("cassidy-3g-upper-strong", "cassidy", "Fig. 3g", "share of a sphere's strength in the upper ±1 states",
              "1", "most of the dipole strength", (0.5, 1.0), found.upper_in_sphere,
              "CdSe of 3 nm. It is the largest share, but not half of all: a third belongs to the upper F = 0 "
              "state.", given),
        Claim("cassidy-3g-drop", "cassidy", "Fig. 3g", f"{drop} 3 nm CdSe {at}", "meV", 80.0, near, found.drop[small],
              f"{upto} {SAID}", given),
        Claim("cassidy-3g-drop-4nm", "cassidy", "Fig. 3g", f"{drop} 4 nm CdSe {at}", "meV", 80.0, near,
              found.drop[large], f"{upto} {SAID}", given),
        Claim("cassidy-3g-drop-2nm", "cassidy", "Fig. 3g", f"{drop} 2.1 nm CdSe, the dots of the figure, {at}", "meV",
              80.0, near, found.drop[smallest],
              f"{upto} The relaxed confinement of so small a dot moves the whole manifold further. {SAID}", given),
        Claim("cassidy-3g-near-degenerate", "cassidy", "Fig. 3g", f"{gap} 4 nm CdSe {at}", "meV", "near-degenerate",
              (0.0, 10.0), found.gap[large], SAID, given),
        Claim("cassidy-3g-near-degenerate-3nm", "cassidy", "Fig. 3g", f"{gap} 3 nm CdSe {at}", "meV", "near-degenerate",
              (0.0, 10.0), found.gap[small],
              f"They come no nearer than 16 meV, at an aspect ratio of 1.1, and part again beyond. {SAID}", given),
        Claim("cassidy-3g-near-degenerate-2nm", "cassidy", "Fig. 3g",
              f"{gap} 2.1 nm CdSe, the dots of the figure, {at}", "meV", "near-degenerate", (0.0, 10.0),
              found.gap[smallest],
              f"53 meV in the sphere, more in every longer dot: elongation splits the hole's levels further than the "
              f"crystal field did. {SAID}", given),
        Claim("cassidy-3g-zero-gains", "cassidy", "Fig. 3g",
              "strength of the bright F = 0 state over that in the sphere", "1",
              "gains additional dipole strength", (1.02, None), found.zero_gains, f"CdSe of 3 nm. {SAID}", given),
        Claim("cassidy-3g-reorder", "cassidy", "Fig. 3g", "lower F = 0 state below the ±2 states", "meV",
              "states reorder", (0.0, None), found.lowest_changes,
              f"In the sphere ±2 lies lowest; positive: 0 does. CdSe of 3 nm. {SAID}", given),
        Claim("cassidy-3g-lifetime", "cassidy", "Figs. 3c, 3g",
              "radiative lifetime at 300 K over that of the sphere, by fine structure", "1", "shortens", (None, 0.98),
              found.lifetime, f"CdSe of 3 nm. {SAID}", given),
    ]  # fmt: skip


def draw(found: Results) -> Figure:
    """Levels and strengths against the aspect ratio."""
    return levels_against_shape.draw(found.shape)
