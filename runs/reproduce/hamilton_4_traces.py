"""Figs. 4a and 4b of Hamilton 2023: traces along T2 at the paper's places, and what beats in them when."""

from dataclasses import dataclass

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from physics.spectra.coherences import beat_spectrum, folded, strongest_beats, trace
from runs.claims.claim import Claim, Input, Ours
from runs.claims.quasi_homodimers import inputs
from runs.claims.room import Room
from runs.claims.spread import over_replicas
from runs.claims.waiting_maps import NUMBERS, address, waiting_maps
from runs.figures.style import BLACK, BLUE, GREEN, ORANGE, VERMILION, house_style, new_figure, title

ALT = (
    "Four traces along the waiting time to 700 fs, real parts without their mean. At (18566, 18324) a slow beat of "
    "270 fs carries faster ones; at (19163, 18808) beats of some 65 fs last to 450 fs; at the two places far below "
    "the diagonal the trace is fast, 25 fs, and weak."
)
PLACES = ("a1", "a2", "b1", "b2")
SLOWEST_CM1 = 60.0
LH_CM1 = 1000.0  # above it beats the coherence of L with H that the paper does not show
SAID = "Interval: independent ensembles of 4000 dimers."


@dataclass(frozen=True)
class Results:
    """Strongest beats by place over ensembles, early and late ones, what the map holds there; traces of the first."""

    strongest: dict[str, Ours]
    early: dict[str, Ours]
    late: dict[str, Ours]
    height: dict[str, float]
    traces: dict[str, xr.DataArray]
    places: dict[str, tuple[float, float]]
    inputs: tuple[Input, ...]


def results(room: Room) -> Results:
    """Traces of independent ensembles."""
    places = {name: address(room, name) for name in PLACES}
    early, late = (0.0, room.number("early_fs")), (room.number("late_fs"), room.number("last_fs"))
    kept: list[dict[str, xr.DataArray]] = []
    strongest: list[list[float]] = []
    height: dict[str, float] = {}
    for spectra in waiting_maps(room):
        kept.append({name: trace(spectra, *place) for name, place in places.items()})
        strongest.append([row["strongest_cm1"] for row in strongest_beats(spectra, places.values())])
        whole = float(np.abs(spectra).max())
        height = height or {name: float(np.abs(line).max()) / whole for name, line in kept[0].items()}
    return Results(
        strongest={name: over_replicas([row[n] for row in strongest]) for n, name in enumerate(PLACES)},
        early={name: over_replicas([_beat(row[name], *early) for row in kept]) for name in ("b1", "b2")},
        late={name: over_replicas([_beat(row[name], *late) for row in kept]) for name in ("b1", "b2")},
        height=height,
        traces=kept[0],
        places=places,
        inputs=inputs(room, *NUMBERS, "early_fs", "late_fs", "last_fs"),
    )


def _beat(line: xr.DataArray, start_fs: float, end_fs: float) -> float:
    """Strongest beat below 1000 cm-1 of a piece of a trace."""
    piece = folded(beat_spectrum(line.sel(t2=slice(start_fs, end_fs)), padding=16))
    named = piece.sel(w2=slice(SLOWEST_CM1, LH_CM1))
    return float(named["w2"][int(np.argmax(named.values))])


def claims(found: Results) -> list[Claim]:
    """The strongest beat at each place, and whether the faster one outlives the slower at the second pair."""
    given, made = found.inputs, []
    wing = "In the model hardly anything lies there ({share:.0%} of the map's maximum), and it beats between L and H."
    first, second = ("4a", 120.0, (108.0, 150.0)), ("4b", 480.0, (430.0, 530.0))
    rows = (("a1", *first), ("a2", *first), ("b1", *second), ("b2", *second))
    for name, figure, paper, accept in rows:
        w1, w3 = found.places[name]
        why = wing.format(share=found.height[name]) if name in ("a2", "b2") else "The computed place; the "
        "frequency was fitted, that it leads was not."
        made.append(
            Claim(f"hamilton-{figure}-strongest-{name}", "hamilton", f"Fig. {figure}",
                  f"strongest beat of the trace at ({w1:.0f}, {w3:.0f})", "cm-1", paper, accept, found.strongest[name],
                  f"{why} {SAID}", given)
        )  # fmt: skip
    for name in ("b1", "b2"):
        w1, w3 = found.places[name]
        where = f"at ({w1:.0f}, {w3:.0f})"
        made += [
            Claim(f"hamilton-4b-early-{name}", "hamilton", "Fig. 4b", f"strongest beat below 1000 cm-1 {where} before "
                  "180 fs", "cm-1", 480.0, (384.0, 576.0), found.early[name],
                  f"Period of 70 fs. So short a piece resolves some 190 cm-1. {SAID}", given),
            Claim(f"hamilton-4b-late-{name}", "hamilton", "Fig. 4b", f"strongest beat below 1000 cm-1 {where} from 180 "
                  "to 500 fs", "cm-1", 850.0, (680.0, 1020.0), found.late[name],
                  f"The paper's 70 fs give way to 40 fs. {SAID}", given),
        ]  # fmt: skip
    return [
        *made,
        Claim("hamilton-4-measured", "hamilton", "Figs. 4a, 4b", "measured traces of solid and solution", "1",
              "excellent agreement with the computed ones", None, None,
              "The data are not public; the surroundings and the phonon at 220 cm-1 are not in the model."),
    ]  # fmt: skip


def draw(found: Results) -> Figure:
    """The four traces, each to its own maximum."""
    with house_style():
        figure = new_figure(8.6, 5.2)
        for axes, name, colour in zip(
            figure.subplots(2, 2).flat, PLACES, (BLUE, GREEN, VERMILION, ORANGE), strict=True
        ):
            line = found.traces[name].sel(t2=slice(0.0, 700.0))
            values = line.values.real - line.values.real.mean()
            axes.plot(line["t2"], values / np.abs(values).max(), color=colour, linewidth=1.1)
            axes.axhline(0.0, color=BLACK, linewidth=0.5)
            axes.set_xlim(0.0, 700.0)
            axes.set_xlabel("waiting time T2 (fs)")
            axes.set_ylabel("Re S − mean, highest = 1")
            w1, w3 = found.places[name]
            title(axes, f"4{name[0]}: ({w1:.0f}, {w3:.0f}) cm-1, {found.height[name]:.0%} of the map's maximum")
    return figure
