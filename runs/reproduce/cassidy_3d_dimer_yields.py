"""Figs. 3d and 3f of Cassidy 2022: dimers of 4.26 nm CdS, by every denominator, and what takes them away."""

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from assembly import Assembly
from assembly.yields import compare, size_counts
from runs.claims.claim import Claim, Input, Ours, around
from runs.claims.room import Room
from runs.claims.spread import exactly, of_share, over_replicas
from runs.figures.style import BLACK, BLUE, GREEN, HATCHES, MARKS, ORANGE, VERMILION, house_style, new_figure, title
from runs.size_table import SizeTable, size_table

ALT = (
    "Cluster sizes of 4.26 nm CdS as shares of objects. As written (150 °C) more than half are dimers, far above the "
    "laws of Flory and Poisson at the same mean; at 210 °C nine in ten are; at ten times the concentration trimers and "
    "larger gain; with freely exchanging ligands dimers never prevail."
)
DESCRIBED = (
    "Ours: cluster sizes as shares of all objects in four flasks, beside the laws of Flory and Poisson for the first. "
    "The paper shows micrographs and the histogram SF12a, whose 55 % dimers ours meets by a fitted energy and by one "
    "choice of denominator; at ten times the dots ours still makes dimers for the most part, where Fig. 3f shows "
    "larger clusters."
)
SAID = "Interval: independent replicas of the simulation."
MEANING = "The paper does not say of what its 55 % are a share."
LARGEST_SHOWN = 6


@dataclass(frozen=True)
class Results:
    """Yields by flask and denominator, the gain of larger clusters, the test against Poisson, the drawn tables."""

    yields: dict[str, dict[str, Ours]]
    larger: Ours
    larger_gain: Ours
    poisson_log10_p: Ours
    tables: dict[str, SizeTable]
    inputs: dict[str, tuple[Input, ...]]


def results(room: Room) -> Results:
    """Simulate every flask."""
    made = {name: room.simulated(name) for name in room.flasks()}
    summaries = {name: assembly.summary() for name, assembly in made.items()}
    return Results(
        yields={
            name: {of: of_share(share) for of, share in summary["dimer_yield"].items() if share is not None}
            for name, summary in summaries.items()
        },
        larger=over_replicas(_larger(made["concentrated"])),
        larger_gain=over_replicas(_larger(made["concentrated"]) / _larger(made["as_written"])),
        poisson_log10_p=_poisson(made["as_written"], int(room.number("counted"))),
        tables={name: size_table(assembly) for name, assembly in made.items()},
        inputs={name: (*room.inputs(name), *room.numbers("counted")) for name in made},
    )


def _poisson(made: Assembly, counted: int) -> Ours:
    """log10 of the p of the G-test against Poisson's law, had so many clusters of these shares been counted."""
    pooled = size_counts(made.clusters["replica"], made.clusters["size"], made.flask.replicas).sum(axis=0)
    found = compare(np.round(counted * pooled / pooled.sum())[None, :], "poisson").log10_p
    assert found is not None
    return exactly(found)


def _larger(made: Assembly) -> np.ndarray:
    """Of each replica, the share of particles in clusters of three dots or more."""
    counts = size_counts(made.clusters["replica"], made.clusters["size"], made.flask.replicas)
    particles = counts * np.arange(1, counts.shape[1] + 1)
    return np.asarray(particles[:, 2:].sum(axis=1) / particles.sum(axis=1))


def claims(found: Results) -> list[Claim]:
    """55 % in its three meanings, > 90 %, larger clusters, and the same with free ligands or uneven dots."""
    written, hot, uneven = (found.yields[name] for name in ("as_written", "hot", "hot_and_uneven"))
    free, hot_free = found.yields["free_ligands"], found.yields["hot_free_ligands"]
    given = found.inputs
    near = around(0.55, 0.15)
    return [
        Claim("cassidy-3d-dimers-of-objects", "cassidy", "Fig. 3d, SF12a",
              "dimers at 150 °C as a share of objects (all clusters, monomers included)", "1", 0.55, near,
              written["of_objects"], f"{MEANING} {SAID}", given["as_written"]),
        Claim("cassidy-3d-dimers-of-particles", "cassidy", "Fig. 3d, SF12a",
              "dimers at 150 °C as the share of dots that sit in dimers", "1", 0.55, near, written["of_particles"],
              f"The same flask in another meaning of the 55 %. {SAID}", given["as_written"]),
        Claim("cassidy-3d-dimers-of-assemblies", "cassidy", "Fig. 3d, SF12a",
              "dimers at 150 °C as a share of assemblies (two dots or more)", "1", 0.55, near, written["of_assemblies"],
              f"The same flask in another meaning of the 55 %. {SAID}", given["as_written"]),
        Claim("cassidy-3d-not-poisson", "cassidy", "Fig. 3d, SF12a",
              "log10 of the chance that the cluster sizes come from Poisson's law of the same mean", "1",
              "a non-Poissonian distribution", (None, -3.0), found.poisson_log10_p,
              "G-test as if 200 clusters had been counted, about as many as a set of micrographs holds: of all the "
              "simulated ones any difference at all would tell.", given["as_written"]),
        Claim("cassidy-3d-dimers-free-ligands", "cassidy", "Fig. 3d, SF12a",
              "dimers of objects at 150 °C if ligands exchange freely with the solution", "1", 0.55, near,
              free["of_objects"],
              f"Without ligands that stay on their cluster nothing but size holds dimers back: the yield rests on "
              f"ligand_exchange = “conserved”, which is assumed. {SAID}", given["free_ligands"]),
        Claim("cassidy-sf13d-resolvable", "cassidy", "SF13d",
              "dimers that a microscope sees as two, of objects, equal dots at 210 °C", "1", 0.9, (0.9, None),
              hot["resolvable"], f"Not fitted, and only just: 210 °C is assumed, ten degrees below where these "
              f"dots melt through. {SAID}", given["hot"]),
        Claim("cassidy-sf13d-resolvable-uneven", "cassidy", "SF13d",
              "dimers that a microscope sees as two, of objects, at 210 °C, dots 5 % uneven in size and 3 % in "
              "cover", "1", 0.9, (0.9, None), uneven["resolvable"],
              f"The smaller half of the dots melts through and its pairs become spheres. {SAID}",
              given["hot_and_uneven"]),
        Claim("cassidy-sf13d-pairs-uneven", "cassidy", "SF13d",
              "pairs of dots, coalesced ones included, of objects at 210 °C, 5 % and 3 % dispersion", "1", 0.9,
              (0.9, None), uneven["of_objects"], SAID, given["hot_and_uneven"]),
        Claim("cassidy-sf13d-free-ligands", "cassidy", "SF13d",
              "dimers of objects at 210 °C if ligands exchange freely, at the time of their highest yield", "1", 0.9,
              (0.9, None), hot_free["of_objects"], f"Size-blind coagulation never comes near. {SAID}",
              given["hot_free_ligands"]),
        Claim("cassidy-3f-larger-clusters", "cassidy", "Fig. 3f",
              "share of dots in clusters of three or more at ten times the concentration, over that before", "1",
              "larger clusters (n > 2) at higher concentration", (1.5, None), found.larger_gain,
              f"The paper gives no numbers; the factor ten is assumed. {SAID}", given["concentrated"]),
        Claim("cassidy-3f-mostly-larger", "cassidy", "Fig. 3f",
              "share of dots in clusters of three or more at ten times the concentration", "1",
              "the product is larger clusters (n > 2)", (0.5, None), found.larger,
              f"The paper gives no number; “at least half” is how its micrograph is read here. Ligands that stay on "
              f"their cluster hold dimers back at any concentration. {SAID}", given["concentrated"]),
    ]  # fmt: skip


NAMES = {
    "as_written": "150 °C, as written", "hot": "210 °C", "concentrated": "150 °C, ten times the dots",
    "free_ligands": "150 °C, ligands exchange freely",
}  # fmt: skip


def draw(found: Results) -> Figure:
    """Bars of four flasks side by side; for the first, the laws of Flory and Poisson."""
    with house_style():
        figure = new_figure(7.4, 3.8)
        axes = figure.subplots()
        width = 0.2
        for place, ((name, label), colour, hatch) in enumerate(
            zip(NAMES.items(), (BLUE, VERMILION, ORANGE, GREEN), HATCHES, strict=False)
        ):
            table = found.tables[name]
            shown = table.size <= LARGEST_SHOWN
            share, low, high = (100 * x[shown] for x in (table.of_objects, table.of_objects_low, table.of_objects_high))
            middle = table.size[shown] + (place - 1.5) * width
            axes.bar(
                middle,
                share,
                width=0.92 * width,
                color=colour,
                hatch=hatch,
                edgecolor="white",
                linewidth=0,
                label=label,
            )
            axes.errorbar(middle, share, yerr=np.clip([share - low, high - share], 0, None), fmt="none", ecolor=BLACK,
                          elinewidth=0.8, capsize=1.5)  # fmt: skip
        table = found.tables["as_written"]
        shown = table.size <= LARGEST_SHOWN
        for law, label, mark in ((table.flory, "Flory", MARKS[0]), (table.poisson, "Poisson", MARKS[1])):
            axes.plot(table.size[shown] - 1.5 * width, 100 * law[shown], mark, color=BLACK, markersize=4.5,
                      markerfacecolor="white", label=f"{label}, mean of the first")  # fmt: skip
        axes.axhline(55, color=BLACK, linewidth=0.8, linestyle=":")
        axes.annotate("55 %", (LARGEST_SHOWN + 0.4, 55), (0, 2), textcoords="offset points", ha="right", fontsize=8)
        axes.set_xlabel("dots in the cluster, n")
        axes.set_ylabel("share of objects, monomers included (%)")
        axes.legend()
        title(axes, "CdS of 4.26 nm in oleylamine with sulfur")
    return figure
