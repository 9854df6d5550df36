"""Figs. 3a to 3i of Hamilton 2023: maps at the three beat frequencies and transforms along T2 at their places."""

from dataclasses import dataclass

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Ellipse as Oval

from physics.spectra.coherences import beat_map, beat_spectrum, folded, strongest_beats, trace
from physics.spectra.families import Ellipse, ellipse
from runs.claims.claim import Claim, Input, Ours
from runs.claims.quasi_homodimers import WIDE, ensembles, inputs, pulse
from runs.claims.room import Room
from runs.claims.spread import over_replicas
from runs.claims.waiting_maps import NUMBERS, address, below_diagonal, waiting_maps
from runs.figures.style import BLACK, VERMILION, house_style, new_figure, title

ALT = (
    "Top: maps over excitation and detection frequency at beats of 120, 480 and 850 cm-1, each with the region of its "
    "coherence as an ellipse and the paper's place as a triangle: the first beats along the diagonal, the second and "
    "third below it, ever further down. Bottom: transforms of the beats at those places; 120 cm-1 leads at the first, "
    "a peak near 500 at the second, 850 and, higher, 1340 cm-1 at the third."
)
SHOWN = {"rho1": ("rho_I", "a, g: ρ I"), "rho3": ("rho_III", "b, h: ρ III"), "rho2": ("rho_II", "c, i: ρ II")}
TRANSFORM_PADDING = 4
SAID = "Interval: independent ensembles of 4000 dimers."
REACH_CM1 = 200.0  # that counts as near: half the inhomogeneous standard deviation


@dataclass(frozen=True)
class Results:
    """Maxima below the diagonal and strongest beats over ensembles; maps, transforms and regions of the first."""

    places: dict[str, tuple[Ours, Ours]]
    heights: dict[str, Ours]
    strongest: dict[str, Ours]
    maps: dict[str, xr.DataArray]
    transforms: dict[str, xr.DataArray]
    regions: dict[str, Ellipse]
    marks: dict[str, tuple[float, float]]
    inputs: tuple[Input, ...]


def results(room: Room) -> Results:
    """Maps of independent ensembles."""
    marks = {name: address(room, name) for name in ("rho1", "rho3")}
    beats_cm1 = {name: room.number(f"{name}_cm1") for name in SHOWN}
    tops: dict[str, list[tuple[float, float, float]]] = {name: [] for name in SHOWN}
    strongest: dict[str, list[float]] = {name: [] for name in SHOWN}
    maps: dict[str, xr.DataArray] = {}
    first: xr.DataArray | None = None
    for spectra in waiting_maps(room):
        beats = beat_spectrum(spectra, padding=2)
        drawn = {name: beat_map(beats, w2) for name, w2 in beats_cm1.items()}
        for name, found in drawn.items():
            tops[name].append(below_diagonal(found))
        asked = {**marks, "rho2": tops["rho2"][-1][:2]}  # the paper gives no numbers here: our own maximum
        for name, row in zip(asked, strongest_beats(spectra, asked.values()), strict=True):
            strongest[name].append(row["strongest_cm1"])
        if first is None:
            first, maps = spectra, drawn
    assert first is not None
    marks["rho2"] = tops["rho2"][0][:2]
    (many,) = ensembles(room, WIDE, count=1)
    return Results(
        places={
            name: (over_replicas([t[0] for t in rows]), over_replicas([t[1] for t in rows]))
            for name, rows in tops.items()
        },
        heights={name: over_replicas([a[2] / b[2] for a, b in zip(tops["rho3"], tops[name], strict=True)])
                 for name in ("rho1", "rho2")},
        strongest={name: over_replicas(rows) for name, rows in strongest.items()},
        maps=maps,
        transforms={name: folded(beat_spectrum(trace(first, *mark), padding=TRANSFORM_PADDING))
                    for name, mark in marks.items()},
        regions={name: ellipse(many, family, pulse(room)) for name, (family, _) in SHOWN.items()},
        marks=marks,
        inputs=inputs(room, *NUMBERS),
    )  # fmt: skip


def claims(found: Results) -> list[Claim]:
    """Places, strongest beats, intensities, and what the experiment adds."""
    given, made = found.inputs, []
    for name, letter, family in (("rho1", "a", "ρ I"), ("rho3", "b", "ρ III")):
        for axis, words, paper, ours in zip(("w1", "w3"), ("ω1", "ω3"), found.marks[name], found.places[name],
                                            strict=True):  # fmt: skip
            made.append(
                Claim(f"hamilton-3{letter}-{axis}", "hamilton", f"Fig. 3{letter}",
                      f"{words} of the strongest beating of {family}", "cm-1", paper,
                      (paper - REACH_CM1, paper + REACH_CM1), ours,
                      f"One common shift was fitted to these four numbers; what is left of either pulls the other "
                      f"away. "
                      f"The inhomogeneous standard deviation is 340 to 470 cm-1. {SAID}", given)
            )  # fmt: skip
    return [
        *made,
        Claim("hamilton-3g-strongest", "hamilton", "Fig. 3g", "strongest beat at (18566, 18324)", "cm-1",
              (120.0, 140.0), (110.0, 150.0), found.strongest["rho1"],
              f"The frequency of ρ I was fitted; that it leads here was not. {SAID}", given),
        Claim("hamilton-3h-strongest", "hamilton", "Fig. 3h", "strongest beat at (19163, 18808)", "cm-1", 480.0,
              (430.0, 530.0), found.strongest["rho3"],
              f"The frequency of ρ III was fitted; that it leads here was not, and in some draws ρ I does. "
              f"{SAID}", given),
        Claim("hamilton-3i-strongest", "hamilton", "Fig. 3i", "strongest beat where ρ II beats most", "cm-1", 850.0,
              (765.0, 935.0), found.strongest["rho2"],
              f"The coherence of lower L with lower H states, which the paper calls even faster and less robust, is "
              f"stronger there: in the model both bands are alike (f_H = 1, assumed). {SAID}", given),
        Claim("hamilton-3b-over-a", "hamilton", "Fig. 3b", "maximum of the map at 480 over that at 120 cm-1", "1",
              "ρ III is the most intense coherence", (1.0, None), found.heights["rho1"],
              f"ρ III carries more weight, but spread over some 290 cm-1, ρ I's is gathered in 45 cm-1. {SAID}", given),
        Claim("hamilton-3b-over-c", "hamilton", "Fig. 3b", "maximum of the map at 480 over that at 850 cm-1", "1",
              "ρ III is the most intense coherence", (1.0, None), found.heights["rho2"], SAID, given),
        Claim("hamilton-3c-place", "hamilton", "Fig. 3c", "place of the strongest beating of ρ II", "cm-1",
              "the same in computed and measured maps", None, None,
              f"The text gives no numbers for this triangle. Ours: "
              f"({found.places['rho2'][0].value:.0f}, {found.places['rho2'][1].value:.0f}) cm-1."),
        Claim("hamilton-3def-measured", "hamilton", "Figs. 3d to 3f", "measured maps of solid and solution", "1",
              "narrower than computed by extra broadening", None, None,
              "The surroundings (solvent, film, cavity of the laser) are not in the model; the data are not "
              "public. They "
              "matter where their width nears the inhomogeneous 340 to 470 cm-1."),
        Claim("hamilton-3i-phonon", "hamilton", "Figs. 3g, 3i", "beat of the optical phonon", "cm-1", 220.0, None, None,
              "Phonons are not in the paper's computation and not in this one; LO phonons of CdSe beat at about "
              "210 cm-1 "
              "and matter wherever an electronic beat lies within some 50 cm-1 of it, which none of the three does."),
    ]  # fmt: skip


def draw(found: Results) -> Figure:
    """Three maps and the transforms below them."""
    with house_style():
        figure = new_figure(9.6, 6.2)
        grid = figure.subplots(2, 3, height_ratios=(1.6, 1.0))
        for column, (name, (_, heading)) in enumerate(SHOWN.items()):
            _map(grid[0][column], found, name)
            title(grid[0][column], heading + f", {float(found.maps[name].attrs['w2_cm1']):.0f} cm-1")
            axes, transform = grid[1][column], found.transforms[name]
            axes.plot(transform["w2"], transform / float(transform.sel(w2=slice(60, None)).max()), color=BLACK)
            axes.set_xlim(0.0, 1600.0)
            axes.set_ylim(0.0, 1.15)
            axes.set_xlabel("ω2 (cm-1)")
            w1, w3 = found.marks[name]
            axes.annotate(f"({w1:.0f}, {w3:.0f})", (0.97, 0.92), xycoords="axes fraction", ha="right", fontsize=7.5)
        grid[0][0].set_ylabel("ω3 (cm-1)")
        grid[1][0].set_ylabel("|S(ω2)|, highest = 1")
    return figure


def _map(axes: Axes, found: Results, name: str) -> None:
    beat, region = found.maps[name].transpose("w3", "w1"), found.regions[name]
    axes.contourf(beat["w1"], beat["w3"], beat / float(beat.max()), levels=np.linspace(0.0, 1.0, 21), cmap="cividis")
    axes.add_patch(Oval((region.w1_cm1, region.w3_cm1), 4 * region.long_cm1, 4 * region.short_cm1,
                        angle=region.angle_degrees, facecolor="none", edgecolor=VERMILION, linewidth=1.6))  # fmt: skip
    axes.plot(*found.marks[name], "^", color="white", markeredgecolor=BLACK, markersize=9)
    axes.plot([16600, 20600], [16600, 20600], color="white", linewidth=0.6)
    axes.set_xlim(17200, 20200)
    axes.set_xticks([17500, 18500, 19500])
    axes.set_ylim(16800, 19800)
    axes.set_aspect("equal")
    axes.set_xlabel("ω1 (cm-1)")
