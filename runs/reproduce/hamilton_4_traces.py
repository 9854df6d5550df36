"""Figs. 4a and 4b of Hamilton 2023: traces along T2 at the paper's places, and what beats in them when."""

from dataclasses import dataclass

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from physics.spectra.coherences import beat_spectrum, folded, strongest_beats, trace
from runs.claims.claim import Claim, Input, Ours
from runs.claims.hamilton_2023 import ADDRESSES_CM1, BEATS_AT, FAMILIES, GIVES_WAY_TO, PIECE_WITHIN, beat_range
from runs.claims.quasi_homodimers import inputs
from runs.claims.room import Room
from runs.claims.spread import over_replicas
from runs.claims.waiting_maps import NUMBERS, waiting_maps
from runs.figures.style import BLACK, house_style, new_figure, title
from runs.two_dimensional.figures.map_axes import FAMILY_COLOURS

ALT = (
    "Four traces along the waiting time to 700 fs, real parts without their mean. At (18566, 18324) a slow beat of 270 "
    "fs carries faster ones; at (19163, 18808) beats of some 65 fs last to 450 fs; at the two places far below the "
    "diagonal the trace is fast, 25 fs, and weak."
)
DESCRIBED = (
    "Ours: computed traces at all four places of the caption. At the first of each pair the paper's 280 fs and 70 fs "
    "are seen, but 70 fs does not give way to 40 fs; at the second of each pair our map is nearly empty and 25 fs "
    "rules: these may be the places of the measured traces, which are not public and not drawn."
)
SECOND = ("a2", "b2")  # of the two places of a panel
SLOWEST_CM1 = 60.0
LH_CM1 = 1000.0  # above it beats the coherence of L with H that the paper does not show
SAID = "Interval: independent ensembles of 4000 dimers."


@dataclass(frozen=True)
class Results:
    """Strongest beats by place over ensembles, early and late ones, what the map holds there; traces of the first."""

    strongest: dict[str, Ours]
    early: dict[str, Ours]
    late: dict[str, Ours]
    weakest: Ours
    height: dict[str, float]
    traces: dict[str, xr.DataArray]
    inputs: tuple[Input, ...]


def results(room: Room) -> Results:
    """Traces of independent ensembles."""
    places = ADDRESSES_CM1
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
        strongest={name: over_replicas([row[n] for row in strongest]) for n, name in enumerate(places)},
        early={name: over_replicas([_beat(row[name], *early) for row in kept]) for name in GIVES_WAY_TO},
        late={name: over_replicas([_beat(row[name], *late) for row in kept]) for name in GIVES_WAY_TO},
        weakest=over_replicas([_weakest(row["a1"]) for row in kept]),
        height=height,
        traces=kept[0],
        inputs=inputs(room, *NUMBERS, "early_fs", "late_fs", "last_fs"),
    )


def _beat(line: xr.DataArray, start_fs: float, end_fs: float) -> float:
    """Strongest beat below 1000 cm-1 of a piece of a trace."""
    piece = folded(beat_spectrum(line.sel(t2=slice(start_fs, end_fs)), padding=16))
    named = piece.sel(w2=slice(SLOWEST_CM1, LH_CM1))
    return float(named["w2"][int(np.argmax(named.values))])


def _weakest(line: xr.DataArray) -> float:
    """Height of the weakest family's peak in the transform of a trace over that of the highest beat; 0 without one."""
    whole = folded(beat_spectrum(line, padding=16)).sel(w2=slice(SLOWEST_CM1, None))
    heights = []
    for family in FAMILIES:
        piece = whole.sel(w2=slice(*beat_range(family))).values
        inside = (piece[1:-1] > piece[:-2]) & (piece[1:-1] > piece[2:])
        heights.append(float(piece[1:-1][inside].max(initial=0.0)))
    return min(heights) / float(whole.max())


def claims(found: Results) -> list[Claim]:
    """The strongest beat at each place, and whether the faster one outlives the slower at the second pair."""
    given, made = found.inputs, []
    for name, (w1, w3) in ADDRESSES_CM1.items():
        family, figure, where = BEATS_AT[name], f"4{name[0]}", f"at ({w1:.0f}, {w3:.0f})"
        paper = FAMILIES[family].frequency_cm1
        if name in SECOND:
            why = (
                "Perhaps the place of the measured trace: the caption gives two for each panel. In our map hardly "
                f"anything lies there ({100 * found.height[name]:.0f} % of its maximum), and it beats between L and H."
            )
        else:
            why = "The computed place; the frequency was fitted, that it leads was not."
        made.append(
            Claim(f"hamilton-{figure}-strongest-{name}", "hamilton", f"Fig. {figure}",
                  f"strongest beat of the trace {where}", "cm-1", paper, beat_range(family),
                  found.strongest[name], f"{why} {SAID}", given)
        )  # fmt: skip
    for name, later in GIVES_WAY_TO.items():
        (w1, w3), first = ADDRESSES_CM1[name], BEATS_AT[name]
        where = f"strongest beat below 1000 cm-1 at ({w1:.0f}, {w3:.0f})"
        perhaps = "Perhaps the place of the measured trace. " if name in SECOND else ""
        made += [
            Claim(f"hamilton-4b-early-{name}", "hamilton", "Fig. 4b", f"{where} before 180 fs", "cm-1",
                  FAMILIES[first].frequency_cm1, beat_range(first, PIECE_WITHIN), found.early[name],
                  f"Period of 70 fs. {perhaps}So short a piece resolves some 190 cm-1. {SAID}", given),
            Claim(f"hamilton-4b-late-{name}", "hamilton", "Fig. 4b", f"{where} from 180 to 500 fs", "cm-1",
                  FAMILIES[later].frequency_cm1, beat_range(later, PIECE_WITHIN), found.late[name],
                  f"The paper's 70 fs give way to 40 fs. {perhaps}{SAID}", given),
        ]  # fmt: skip
    return [
        *made,
        Claim("hamilton-4a-families", "hamilton", "Fig. 4a",
              "peak of the weakest of ρ I, ρ II, ρ III at (18566, 18324) over the strongest beat", "1",
              "all three are clearly distinguished", (0.1, None), found.weakest,
              f"“Clearly” is read as a tenth. The frequencies were fitted, that they beat here was not. {SAID}", given),
        Claim("hamilton-4-measured", "hamilton", "Figs. 4a, 4b", "measured traces of solid and solution", "1",
              "excellent agreement with the computed ones", None, None,
              "The data are not public; the surroundings and the phonon at 220 cm-1 are not in the model."),
    ]  # fmt: skip


def draw(found: Results) -> Figure:
    """The four traces, each to its own maximum."""
    with house_style():
        figure = new_figure(8.6, 5.2)
        for axes, (name, (w1, w3)) in zip(figure.subplots(2, 2).flat, ADDRESSES_CM1.items(), strict=True):
            colour = FAMILY_COLOURS[BEATS_AT[name]]
            line = found.traces[name].sel(t2=slice(0.0, 700.0))
            values = line.values.real - line.values.real.mean()
            axes.plot(line["t2"], values / np.abs(values).max(), color=colour, linewidth=1.1)
            axes.axhline(0.0, color=BLACK, linewidth=0.5)
            axes.set_xlim(0.0, 700.0)
            axes.set_xlabel("waiting time T2 (fs)")
            axes.set_ylabel("Re S − mean, highest = 1")
            title(axes, f"4{name[0]}: ({w1:.0f}, {w3:.0f}) cm-1, {100 * found.height[name]:.0f} % of the map's maximum")
    return figure
