"""Hamilton 2023, Fig. 1c and Fig. 2: states of the dimers that the simulated flask itself makes."""

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from physics.excitons import Ensemble, ensemble
from runs.claims.claim import Claim, Input, Ours, around
from runs.claims.hamilton_2023 import FAMILIES, peak_range
from runs.claims.quasi_homodimers import WIDE, ensembles, inputs, peaks_cm1, pulse
from runs.claims.room import Room
from runs.claims.spread import of_share, over_replicas
from runs.figures.style import BLACK, BLUE, ORANGE, house_style, new_figure, title

ALT = (
    "Left: histogram of how far apart the uncoupled levels of the two dots of a simulated dimer lie, beside that of "
    "independently drawn dots; they agree. Right: delocalisation against that distance: two for equal dots, falling to "
    "one and a half at 600 cm-1 and towards one beyond, the same for simulated and drawn dimers."
)
DESCRIBED = (
    "Ours: how unlike the two dots of the flask's own dimers are, and how far they share their states, beside 4000 "
    "dimers drawn at random. The paper has no such figure, only a micrograph of one dimer (Fig. 1c) and an ensemble "
    "drawn at random; ours says that linking by chance makes the same."
)
SAID = "Interval: independent groups of simulated dimers."


@dataclass(frozen=True)
class Results:
    """Yields of the flask, states of its own dimers and of drawn ones, inputs."""

    of_assemblies: Ours
    shared: Ours
    against_drawn: Ours
    beats: dict[str, Ours]
    own: tuple[np.ndarray, np.ndarray]
    drawn: tuple[np.ndarray, np.ndarray]
    inputs: tuple[Input, ...]


def results(room: Room) -> Results:
    """Simulate the flask, take its dimers in groups, and draw as many for comparison."""
    count, light = int(room.number("groups")), pulse(room)
    made = room.simulated("as_written")
    graphs = made.graphs(size=2, limit=room.count(int(room.number("dimers"))))
    groups = [ensemble(graphs[n::count], "two_band") for n in range(count)]
    every = ensemble(graphs, "two_band")
    drawn = next(ensembles(room, WIDE, count=1))
    peaks = [peaks_cm1(many, light) for many in groups]
    return Results(
        of_assemblies=of_share(made.summary()["dimer_yield"]["of_assemblies"]),
        shared=over_replicas([_shared(many) for many in groups]),
        against_drawn=over_replicas([_shared(many) / _shared(drawn) for many in groups]),
        beats={name: over_replicas([row[name] for row in peaks]) for name in FAMILIES},
        own=(_detuning_cm1(every), _by_dimer(every)),
        drawn=(_detuning_cm1(drawn), _by_dimer(drawn)),
        inputs=(*room.inputs("as_written"), *inputs(room, "pulse_centre_cm1", "pulse_fwhm_fs")),
    )


def _by_dimer(many: Ensemble) -> np.ndarray:
    return np.asarray(many.participation[:, [name.startswith("L") for name in many.labels]].mean(axis=1))


def _shared(many: Ensemble) -> float:
    return float(_by_dimer(many).mean())


def _detuning_cm1(many: Ensemble) -> np.ndarray:
    """Distance of the two dots' lowest levels, uncoupled."""
    (block,) = many.blocks
    sites = [int(np.flatnonzero(block.dot_of_site == dot)[0]) for dot in (0, 1)]
    levels = [block.hamiltonians_cm1[:, site, site] for site in sites]
    return np.abs(levels[0] - levels[1])


def claims(found: Results) -> list[Claim]:
    """The flask's own pairs mix as drawn ones do; what the paper shows of them."""
    given = found.inputs
    return [
        Claim("hamilton-1c-dimers", "hamilton", "Fig. 1c, text", "dimers of assemblies (two dots or more) in the flask",
              "1", "dimers", (0.5, 1.0), found.of_assemblies,
              "Chance linking: 0.3 linkers a dot and a conversion of 0.6 are assumed; dots that link in pairs only are "
              "another law. Interval: independent replicas of the simulation.", given),
        Claim("hamilton-own-dimers-mixing", "hamilton", "Fig. 2d",
              "delocalisation <M> of band L in the flask's own dimers", "dots", "delocalised over both dots",
              (1.3, 2.0), found.shared, SAID, given),
        Claim("hamilton-own-dimers-as-drawn", "hamilton", "Fig. 2d",
              "<M> of the flask's own dimers over that of 4000 drawn ones", "1", 1.0, around(1.0, 0.03),
              found.against_drawn, f"Linking prefers no pair of sizes much. {SAID}", given),
        *[
            Claim(f"hamilton-own-dimers-{name.replace('_', '').lower()}", "hamilton", "text, Fig. 3",
                  f"frequency of {name.replace('rho_', 'ρ ')} in the flask's own dimers", "cm-1", family.frequency_cm1,
                  peak_range(family.frequency_cm1), found.beats[name],
                  f"The model's parameters were fitted to drawn dimers of the same sizes. {SAID}", given)
            for name, family in FAMILIES.items()
        ],
    ]  # fmt: skip


def draw(found: Results) -> Figure:
    """How unlike the two dots of a dimer are, and what it does to their states."""
    with house_style():
        figure = new_figure(8.4, 3.3)
        left, right = figure.subplots(1, 2)
        edges = np.arange(0.0, 2600.0, 100.0)
        left.hist(found.own[0], edges, density=True, color=BLUE, alpha=0.8, label="simulated dimers")
        left.hist(found.drawn[0], edges, density=True, histtype="step", color=BLACK, label="drawn dimers")
        for (detuning, shared), colour, mark, name in (
            (found.own, BLUE, "o", "simulated"), (found.drawn, ORANGE, "+", "drawn"),
        ):  # fmt: skip
            right.plot(detuning[:600], shared[:600], mark, color=colour, markersize=3.5, alpha=0.8, label=name)
        left.set_ylabel("share of dimers per cm⁻¹")
        right.set_ylabel("dots that share a state of band L, <M>")
        for axes, words in ((left, "How unlike the two dots are"), (right, "and how far they share their states")):
            axes.set_xlabel("distance of their uncoupled levels (cm⁻¹)")
            axes.set_xlim(0.0, 2500.0)
            axes.legend()
            title(axes, words)
    return figure
