"""The numbers of Hamilton 2023 and how near to them counts as reached: whatever is held against that paper, by it."""

from typing import NamedTuple

from runs.claims.claim import around

Number = float | tuple[float, float]  # a single number, or the range that the paper names


class Family(NamedTuple):
    """What the text says of a family of coherences."""

    frequency_cm1: Number
    period_fs: Number
    dephasing_fs: float


FAMILIES = {
    "rho_I": Family((120.0, 140.0), (240.0, 280.0), 750.0),
    "rho_II": Family(850.0, 40.0, 275.0),
    "rho_III": Family(480.0, 70.0, 115.0),
}
DRAWN_CM1 = {"rho_I": 120.0, "rho_III": 480.0, "rho_II": 850.0}  # w2 of Figs. 3a, 3b, 3c, in that order
# (w1, w3) in the caption of Fig. 4. It speaks of computed and measured traces and gives two places for each panel: the
# first fits the computed maps of Fig. 3, the second may be the measured trace's.
ADDRESSES_CM1 = {
    "a1": (18566.0, 18324.0), "a2": (18203.0, 17573.0), "b1": (19163.0, 18808.0), "b2": (17905.0, 17018.0),
}  # fmt: skip
BEATS_AT = {"a1": "rho_I", "a2": "rho_I", "b1": "rho_III", "b2": "rho_III"}  # the family that leads there
GIVES_WAY_TO = {"b1": "rho_II", "b2": "rho_II"}  # at longer times

DRAWN_DEVIATIONS = 1.5  # at which the regions of Figs. 2b and 3 are taken: the paper does not say

PEAK_WITHIN = 0.05  # of the frequency of a family, and of its period
BEAT_WITHIN = 0.1  # of the strongest beat at one place, where families overlap
PIECE_WITHIN = 0.2  # of the strongest beat of a piece of a trace, which resolves some 190 cm-1
DEPHASING_WITHIN = 0.2
PLACE_WITHIN_CM1 = 200.0  # half the inhomogeneous standard deviation


def near(paper: Number, share: float) -> tuple[float, float]:
    """The range of `share` to either side of a number, or of both ends of a range."""
    low, high = paper if isinstance(paper, tuple) else (paper, paper)
    return around(low, share)[0], around(high, share)[1]


def peak_range(paper: Number) -> tuple[float, float]:
    """What counts as reached for a family's frequency or period: a range named by the paper as it is."""
    return paper if isinstance(paper, tuple) else near(paper, PEAK_WITHIN)


def beat_range(family: str, share: float = BEAT_WITHIN) -> tuple[float, float]:
    """What counts as reached, in cm-1, for a beat of `family` at a place of the map; `share` of its frequency either
    way."""
    return near(FAMILIES[family].frequency_cm1, share)
