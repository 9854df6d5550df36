"""Fig. 2g of Cassidy 2022: CdS dots stripped with sulfide pair in formamide at 110 to 150 °C."""

from dataclasses import dataclass

from matplotlib.figure import Figure

from physics.fusion.melting import skin_onset_c
from runs.claims.claim import Claim, Input, Ours
from runs.claims.room import Room
from runs.claims.spread import of_share
from runs.figures import share_bars

ALT = (
    "Bars: share of objects that are dimers after an hour in formamide. None at 110 °C, where the dots have no molten "
    "skin yet, almost half at 120 °C and three quarters at 150 °C."
)
DESCRIBED = (
    "Ours: dimers as a share of all objects after an hour in formamide at 110, 120 and 150 °C. The paper shows a "
    "micrograph of pairs made at 120 °C and gives no yield; at 110 °C, the lower end of its range, ours makes no pairs."
)
SAID = (
    "The electrostatic barrier of sulfide-capped dots was sized so that about half of the dots attach in an hour at "
    "120 °C. Interval: independent replicas of the simulation."
)


@dataclass(frozen=True)
class Results:
    """Dimers of objects by flask, strain of the dimers at 120 °C, inputs by flask."""

    dimers: dict[str, Ours]
    ratio_120: Ours
    onset_c: float
    inputs: dict[str, tuple[Input, ...]]


def results(room: Room) -> Results:
    """Simulate the three temperatures."""
    summaries = {name: room.simulated(name).summary() for name in room.flasks()}
    ratio = summaries["at_120"]["dimer_geometry"]["aspect_ratio"]
    return Results(
        dimers={name: of_share(summary["dimer_yield"]["of_objects"]) for name, summary in summaries.items()},
        ratio_120=Ours(ratio["mean"], ratio["mean"] - 2 * ratio["sd"], ratio["mean"] + 2 * ratio["sd"]),
        onset_c=skin_onset_c("CdS", room.recipe("at_110").dots[0].diameter_nm / 2),
        inputs={name: room.inputs(name) for name in summaries},
    )


def claims(found: Results) -> list[Claim]:
    """Dimers form over the whole range of the method."""
    at = "dimers of objects after an hour in formamide at"
    formed, enough = "nanocrystal molecules form", (0.1, None)
    return [
        Claim("cassidy-2g-dimers-120", "cassidy", "Fig. 2g", f"{at} 120 °C", "1", formed, enough,
              found.dimers["at_120"], SAID, found.inputs["at_120"]),
        Claim("cassidy-2g-necks-120", "cassidy", "Fig. 2g", "length over width of the dimers at 120 °C", "1",
              "two dots joined by a narrow neck", (1.7, 1.98), found.ratio_120,
              "Interval: two standard deviations between dimers.", found.inputs["at_120"]),
        Claim("cassidy-fa-dimers-150", "cassidy", "text (second strategy)", f"{at} 150 °C", "1", formed, enough,
              found.dimers["at_150"], SAID, found.inputs["at_150"]),
        Claim("cassidy-fa-dimers-110", "cassidy", "text (second strategy)", f"{at} 110 °C", "1", formed, enough,
              found.dimers["at_110"],
              f"The skin of 4.26 nm CdS, scaled from CdSe under oleylamine, sets in at {found.onset_c:.1f} °C: "
              f"just above, pairs form. What sulfide in place of amine does to it is not in the model. "
              f"{SAID}", found.inputs["at_110"]),
    ]  # fmt: skip


def draw(found: Results) -> Figure:
    """Dimers at the three temperatures."""
    rows = [(f"{name.removeprefix('at_')} °C", share) for name, share in found.dimers.items()]
    return share_bars.draw({"": rows}, "4.26 nm CdS with sulfide in formamide, 1 h", "dimers, share of objects")
