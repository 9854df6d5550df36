"""Fig. S14 of Cassidy 2022: at which facets core/shell dots attach."""

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from assembly.state import FACET_PAIRS
from runs.claims.claim import Claim, Input, Ours
from runs.claims.room import Room
from runs.claims.spread import counted
from runs.figures import share_bars

ALT = (
    "Bars: share of bonds between a polar facet and a side. One in nine if facets are as sticky as sides, just under "
    "half if they are ten times as sticky, nearly all only where contacts of like facets are made a hundred times as "
    "rare."
)
DESCRIBED = (
    "Ours: the share of bonds that join a polar facet and a side, under three assumptions about what sticks. The paper "
    "shows micrographs and says such bonds prevail, without a count; ours do only where contacts of like facets are "
    "made rare by hand."
)
SAID = "Facet angles and factors are assumed. Interval: independent replicas of the simulation."
LABELS = {
    "by_area": "facets as sticky as sides", "sticky": "ten times as sticky",
    "like_forbidden": "likewise, like on like 100 times as rare",
}  # fmt: skip


@dataclass(frozen=True)
class Results:
    """Share of bonds between unlike facets by flask, inputs by flask."""

    unlike: dict[str, Ours]
    inputs: dict[str, tuple[Input, ...]]


def results(room: Room) -> Results:
    """Simulate the dots with three sets of factors."""
    found = {}
    for name in room.flasks():
        made = room.simulated(name)
        of, facets = made.bonds["replica"], made.bonds["facets"]
        chosen = of[facets == FACET_PAIRS.index("heteronymous")]
        found[name] = counted(*(np.bincount(rows, minlength=made.flask.replicas) for rows in (chosen, of)))
    return Results(found, {name: room.inputs(name) for name in found})


def claims(found: Results) -> list[Claim]:
    """Mostly heteronymous: only by a factor that is put in for it."""
    quantity, mostly = "share of bonds between a polar facet and a side", (0.5, 1.0)
    said = "attach predominantly at heteronymous faces"
    return [
        Claim("cassidy-s14-heteronymous", "cassidy", "Fig. S14", f"{quantity}, like on like 100 times as rare", "1",
              said, mostly, found.unlike["like_forbidden"], f"Put in by hand. {SAID}",
              found.inputs["like_forbidden"]),
        Claim("cassidy-s14-by-area", "cassidy", "Fig. S14", f"{quantity}, all surface equally sticky", "1", said,
              mostly, found.unlike["by_area"],
              f"Two caps of 20 degrees are 6 % of the surface. {SAID}", found.inputs["by_area"]),
        Claim("cassidy-s14-sticky", "cassidy", "Fig. S14", f"{quantity}, facets ten times as sticky", "1", said, mostly,
              found.unlike["sticky"], f"Chance alone gives at most one half. {SAID}", found.inputs["sticky"]),
    ]  # fmt: skip


def draw(found: Results) -> Figure:
    """The three sets of factors."""
    rows = [(LABELS[name], ours) for name, ours in found.unlike.items()]
    return share_bars.draw({"": rows}, "CdSe/CdS dots, polar caps of 20 degrees, 180 °C",
                           "bonds between a polar facet and a side, share", (0.5, "half"))  # fmt: skip
