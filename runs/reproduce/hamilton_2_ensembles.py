"""Figs. 2a to 2d of Hamilton 2023: three ensembles of 4000 quasi-homodimers, the 2S band included."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from physics.excitons import Ensemble
from physics.excitons.quasi_homodimers import coherences, quasi_homodimers
from physics.spectra.families import Ellipse, overlap, region
from physics.spectra.pulses import Pulse
from runs.claims.claim import Claim, Input, Ours, around
from runs.claims.hamilton_2023 import DRAWN_DEVIATIONS
from runs.claims.quasi_homodimers import NARROW, SAID, SMALL, WIDE, ensembles, inputs, label, peaks_cm1, pulse
from runs.claims.room import Room
from runs.claims.spread import exactly, over_replicas
from runs.figures.style import BLACK, BLUE, ORANGE, house_style, new_figure, title
from runs.two_dimensional.figures import map_axes
from runs.two_dimensional.figures.map_axes import DETECTION, EXCITATION, FAMILY_COLOURS, FAMILY_NAMES, KILO

ALT = (
    "Four panels for ensembles of 2.8 nm / 5 %, 2.8 nm / 9 % and 3.0 nm / 9 %. a: mean levels with bars of one "
    "standard deviation, bands 1S L, 1S H and 2S; lower and wider at 3.0 nm / 9 %. b: the regions of the three "
    "coherences in the map, larger at 9 %, where all of them overlap. c: how the emission strength is shared out among "
    "the coherences, more evenly at 9 %. d: delocalisation between 1.4 and 1.8 in all bands."
)
DESCRIBED = (
    "Ours: levels, regions, strengths and delocalisation of 4000 dimers of each kind. As in the paper the levels lie "
    "lower at 3.0 nm, the regions grow and overlap at 9 %, weak coherences gain and states stay shared; against its "
    "text the mean splitting of band L grows with disorder, and panels c and d can be compared in words alone, since "
    "the text gives no numbers."
)
NAMES = (NARROW, SMALL, WIDE)
FAMILIES = ("rho_I", "rho_II", "rho_III")
COLOURS = {NARROW: BLUE, SMALL: ORANGE, WIDE: BLACK}
MARKS = {NARROW: "o", SMALL: "s", WIDE: "D"}
FAMILY_MARKS = {"rho_I": "o", "rho_II": "s", "rho_III": "^"}  # tell the families apart without colours


@dataclass(frozen=True)
class Levels:
    """One ensemble of each kind, state by state: energy and its deviation (cm-1), mean |mu|^2 (D2), <M>; regions;
    shares of the coherences of bands L and H in their summed strength, falling."""

    labels: tuple[str, ...]
    mean: np.ndarray
    deviation: np.ndarray
    strength: np.ndarray
    shared: np.ndarray
    regions: dict[str, Ellipse]
    shares: np.ndarray


@dataclass(frozen=True)
class Results:
    """Numbers over independent ensembles, one ensemble of each kind to draw, inputs."""

    lower: Ours
    slower: Ours
    lesser: Ours
    mean_slower: Ours
    wider: Ours
    overlapping: dict[str, Ours]
    evener: Ours
    spread_out: Ours
    dark_of_exact: float
    shared: dict[tuple[str, str], Ours]
    kept: Ours
    levels: dict[str, Levels]
    names: dict[str, str]
    inputs: tuple[Input, ...]


def results(room: Room) -> Results:
    """Draw the ensembles."""
    drawn = {name: list(ensembles(room, name, second_band=True)) for name in NAMES}
    light = pulse(room)
    pairs = list(zip(drawn[WIDE], drawn[NARROW], strict=True))
    exact = quasi_homodimers(room.number("wide_nm"), 0.0, 50, np.random.default_rng(1), aligned=True)
    return Results(
        lower=over_replicas([_energy(wide) - _energy(narrow) for wide, narrow in pairs]),
        slower=over_replicas([min(_slower(wide, narrow, light)) for wide, narrow in pairs]),
        lesser=over_replicas(
            [max(_slower(wide, narrow, light)) / (_energy(narrow) - _energy(wide)) for wide, narrow in pairs]
        ),
        mean_slower=over_replicas([_beat(narrow) - _beat(wide) for wide, narrow in pairs]),
        wider=over_replicas([_width(wide) / _width(narrow) for wide, narrow in pairs]),
        overlapping={
            name: over_replicas([_overlapping(many, light) for many in drawn[name]]) for name in (WIDE, NARROW)
        },
        evener=over_replicas([_evenness(wide) - _evenness(narrow) for wide, narrow in pairs]),
        spread_out=over_replicas([_even_number(wide) - _even_number(narrow) for wide, narrow in pairs]),
        dark_of_exact=float(1.0 - _evenness(exact)),
        shared={
            (name, band): over_replicas([float(many.participation[:, _of(many, band)].mean()) for many in drawn[name]])
            for name in NAMES for band in ("L", "H", "S")
        },
        kept=over_replicas([_shared(wide) / _shared(narrow) for wide, narrow in pairs]),
        levels={name: _levels(many[0], light) for name, many in drawn.items()},
        names={name: label(room, name) for name in NAMES},
        inputs=inputs(room, "narrow_nm", "narrow_dispersion", "small_nm", "small_dispersion", "ensembles"),
    )  # fmt: skip


def _of(many: Ensemble, band: str, end: str = "") -> list[int]:
    """Columns of a band, or of its lower (-) or upper (+) states."""
    return [n for n, name in enumerate(many.labels) if name[0] == band and name.endswith(end)]


def _energy(many: Ensemble) -> float:
    return float(many.energies_cm1[:, _of(many, "L")].mean())


def _beat(many: Ensemble) -> float:
    """Mean distance of the upper from the lower states of band L, cm-1."""
    upper, lower = (many.energies_cm1[:, _of(many, "L", end)].mean() for end in "+-")
    return float(upper - lower)


def _slower(wide: Ensemble, narrow: Ensemble, light: Pulse) -> list[float]:
    """By how much the peak of each family lies lower in `wide`, cm-1."""
    first, second = peaks_cm1(narrow, light), peaks_cm1(wide, light)
    return [first[name] - second[name] for name in FAMILIES]


def _width(many: Ensemble) -> float:
    return float(many.energies_cm1[:, _of(many, "L")].std(axis=0).mean())


def _shared(many: Ensemble) -> float:
    return float(many.participation[:, _of(many, "L")].mean())


def _overlapping(many: Ensemble, light: Pulse) -> float:
    regions = [region(many, name, light) for name in FAMILIES]
    return float(sum(overlap(a, b, DRAWN_DEVIATIONS) for a, b in combinations(regions, 2)))


def _evenness(many: Ensemble) -> float:
    """4 a b/(a + b)^2 of the squared dipoles of L2- and L2+, weighted with a + b: 1 even, 0 bright and dark."""
    strengths = np.sum(many.dipoles_debye**2, axis=2)
    low, high = (strengths[:, many.labels.index(name)] for name in ("L2-", "L2+"))
    return float(np.average(4.0 * low * high / (low + high) ** 2, weights=low + high))


def _shares(many: Ensemble) -> np.ndarray:
    """Shares of the pairs of states of bands L and H in the emission strength of all of them, falling."""
    weights = [pair.weight for pair in coherences(many) if "S" not in pair.first + pair.second]
    return np.sort(weights)[::-1] / np.sum(weights)


def _even_number(many: Ensemble) -> float:
    """1/sum p^2 of those shares: how many coherences of equal strength they amount to."""
    return float(1.0 / np.sum(_shares(many) ** 2))


def _levels(many: Ensemble, light: Pulse) -> Levels:
    strengths = np.sum(many.dipoles_debye**2, axis=2).mean(axis=0)
    regions = {name: region(many, name, light) for name in FAMILIES}
    return Levels(many.labels, many.energies_cm1.mean(axis=0), many.energies_cm1.std(axis=0), strengths,
                  many.participation.mean(axis=0), regions, _shares(many))  # fmt: skip


def claims(found: Results) -> list[Claim]:
    """What the text says of Figs. 2a to 2d."""
    given, delocalised = found.inputs, "delocalised over both dots"
    regions = f"pairs of the three coherences' regions that overlap ({DRAWN_DEVIATIONS:g} standard deviations)"
    sharing = {
        (WIDE, "L"): "3.0 nm / 9 %, band 1S L", (NARROW, "L"): "2.8 nm / 5 %, band 1S L",
        (SMALL, "L"): "2.8 nm / 9 %, band 1S L", (WIDE, "S"): "3.0 nm / 9 %, band 2S",
        (NARROW, "S"): "2.8 nm / 5 %, band 2S", (SMALL, "S"): "2.8 nm / 9 %, band 2S",
    }  # fmt: skip
    return [
        Claim("hamilton-2a-lower", "hamilton", "Fig. 2a", "mean energy of band 1S L, 3.0 nm / 9 % minus 2.8 nm / 5 %",
              "cm-1", "larger size decreases the energies", (None, -50.0), found.lower, SAID, given),
        Claim("hamilton-2a-slower", "hamilton", "Fig. 2a",
              "least by which the peak of a coherence family lies lower at 3.0 nm / 9 % than at 2.8 nm / 5 %", "cm-1",
              "and, to a lesser extent, the transition frequencies", (0.0, None), found.slower, SAID, given),
        Claim("hamilton-2a-lesser", "hamilton", "Fig. 2a",
              "most by which the peak of a coherence family lies lower, over what the energies do", "1",
              "and, to a lesser extent, the transition frequencies", (None, 1.0), found.lesser, SAID, given),
        Claim("hamilton-2a-slower-mean", "hamilton", "Fig. 2a",
              "mean upper minus mean lower level of band L, 2.8 nm / 5 % minus 3.0 nm / 9 %", "cm-1",
              "and, to a lesser extent, the transition frequencies", (0.0, None), found.mean_slower,
              f"Between mean levels it is the other way: disorder opens the pairs more than size closes them. {SAID}",
              given),
        Claim("hamilton-2b-wider", "hamilton", "Fig. 2b",
              "standard deviation of the levels of band L, 3.0 nm / 9 % over 2.8 nm / 5 %", "1", 2.0, around(2.0, 0.2),
              found.wider, f"“About twice as large”. {SAID}", given),
        Claim("hamilton-2b-overlap", "hamilton", "Fig. 2b",
              f"{regions}, 3.0 nm / 9 %", "1", 3.0, (3.0, 3.0), found.overlapping[WIDE],
              f"“Larger and overlapping regions”: the widths of both transitions, as the paper draws them. {SAID}",
              given),
        Claim("hamilton-2b-resolved", "hamilton", "Fig. 2b", f"{regions}, 2.8 nm / 5 %", "1",
              "less overlap than at 9 %", (None, 2.0), found.overlapping[NARROW], SAID, given),
        Claim("hamilton-2c-evener", "hamilton", "Fig. 2c",
              "evenness 4ab/(a+b)^2 of the squared dipoles of L2- and L2+, 3.0 nm / 9 % minus 2.8 nm / 5 %", "1",
              "a more even distribution", (0.01, None), found.evener, SAID, given),
        Claim("hamilton-2c-more", "hamilton", "Fig. 2c",
              "number of coherences of equal strength, 1/sum p^2, 3.0 nm / 9 % minus 2.8 nm / 5 %", "1",
              "a more even distribution, more coherences", (0.0, None), found.spread_out, SAID, given),
        Claim("hamilton-2c-exact", "hamilton", "Fig. 2c, text",
              "1 minus the evenness of L2- and L2+ in an exact, aligned homodimer", "1",
              "fully bright and fully dark levels", (0.99, 1.0), exactly(found.dark_of_exact), "", given),
        Claim("hamilton-2d-kept", "hamilton", "Fig. 2d",
              "delocalisation <M> of band L, 3.0 nm / 9 % over 2.8 nm / 5 %", "1",
              "more dispersion does not quench it", (0.8, None), found.kept, SAID, given),
        *[
            Claim(f"hamilton-2d-{name}-{ {'L': '1s', 'S': '2s'}[band] }", "hamilton", "Fig. 2d",
                  f"delocalisation <M>, {words}", "dots", delocalised, (1.3, 2.0), found.shared[name, band],
                  f"Read off no number: the text calls the states delocalised. {SAID}", given)
            for (name, band), words in sharing.items()
        ],
    ]  # fmt: skip


def draw(found: Results) -> Figure:
    """Levels, regions, dipoles, delocalisation."""
    with house_style():
        figure = new_figure(9.6, 7.0)
        (levels, regions), (dipoles, shared) = figure.subplots(2, 2)
        _draw_levels(levels, found)
        _draw_regions(regions, found)
        for name, row in found.levels.items():
            style = {"color": COLOURS[name], "markersize": 5, "linewidth": 0.9, "label": found.names[name]}
            shared.plot(range(len(row.labels)), row.shared, MARKS[name] + ":", **style)
            dipoles.semilogy(np.arange(1, len(row.shares) + 1), row.shares, MARKS[name] + ":", **style)
        labels = found.levels[WIDE].labels
        shared.set_xticks(range(len(labels)), labels, rotation=60)
        shared.set_ylabel("delocalisation <M>")
        dipoles.set_xlabel("coherence, in order of strength")
        dipoles.set_ylabel("share of the emission strength")
        for axes in (dipoles, shared):
            axes.legend()
        shared.set_ylim(1.0, 2.0)
        for axes, words in ((levels, "a: mean levels, one standard deviation"),
                            (dipoles, "c: strengths of the coherences of bands L and H"),
                            (regions, f"b: regions of the coherences, {DRAWN_DEVIATIONS:g} standard deviations"),
                            (shared, "d: dots that share a state (2: fully delocalised)")):  # fmt: skip
            title(axes, words)
    return figure


def _draw_levels(axes: Axes, found: Results) -> None:
    for column, (name, row) in enumerate(found.levels.items()):
        for n, (state, mean, deviation) in enumerate(zip(row.labels, row.mean, row.deviation, strict=True)):
            weak = row.strength[n] < 0.2 * row.strength.max()
            centre = column + 0.26 * ("LHS".index(state[0]) - 1)
            axes.plot([centre - 0.1, centre + 0.1], [mean, mean], "--" if weak else "-", color=COLOURS[name])
            beside = centre + 0.045 * (n % 4 - 1.5)  # so that no two bars of a band cover each other
            axes.errorbar(beside, mean, yerr=deviation, fmt="none", ecolor=COLOURS[name], elinewidth=0.9)
        for band, words in zip("LHS", ("1S L", "1S H", "2S"), strict=True):
            axes.annotate(words, (column + 0.26 * ("LHS".index(band) - 1), 0.02), xycoords=("data", "axes fraction"),
                          ha="center", fontsize=7)  # fmt: skip
    axes.set_xticks(range(len(found.levels)), [found.names[name] for name in found.levels])
    axes.set_ylabel("energy (cm⁻¹)")
    axes.set_ylim(axes.get_ylim()[0] - 250.0, None)


def _draw_regions(axes: Axes, found: Results) -> None:
    for name, line in ((NARROW, "--"), (WIDE, "-")):
        for family in FAMILIES:
            own, colour = found.levels[name].regions[family], FAMILY_COLOURS[family]
            map_axes.region(axes, own, colour, linestyle=line, linewidth=1.6)
            axes.plot(own.w1_cm1 / KILO, own.w3_cm1 / KILO, FAMILY_MARKS[family], color=colour, markersize=5,
                      markerfacecolor=colour if name == WIDE else "white")  # fmt: skip
    for family in FAMILIES:
        axes.plot([], [], FAMILY_MARKS[family], color=FAMILY_COLOURS[family], label=FAMILY_NAMES[family])
    for name, line in ((NARROW, "--"), (WIDE, "-")):
        axes.plot([], [], line, color=BLACK, label=found.names[name])
    map_axes.square(axes, 17000.0, 20500.0)
    axes.set_xlabel(EXCITATION)
    axes.set_ylabel(DETECTION)
    axes.legend(loc="upper left", fontsize=7.5)
