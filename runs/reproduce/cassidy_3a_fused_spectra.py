"""Figs. 3a to 3c of Cassidy 2022: fused dots absorb to the red with a shoulder, emit more broadly and decay faster."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import networkx as nx
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from physics.excitons import ensemble
from physics.spectra.broadening import Emission, emission_by_cause
from physics.spectra.linear import absorption
from physics.spectra.mixture import HOMOGENEOUS_FWHM_CM1, linear_spectra
from physics.units import CM1_PER_MEV
from runs.claims.claim import Claim, Input, Ours, around
from runs.claims.room import Room
from runs.claims.spread import over_replicas
from runs.claims.standings import of_catalogue
from runs.figures.style import BLACK, BLUE, VERMILION, house_style, new_figure, title
from runs.spectra.mixtures import FUSED, edge_cm1

ALT = (
    "First two panels: absorption of CdS and of CdSe dots before (full) and after fusing (dashed): the edge moves to "
    "the red and a shoulder rises 0.12 to 0.15 eV above it. Third: emission of CdSe before and after, each to its "
    "maximum: it moves by 0.05 eV and widens by a few per cent. Fourth: its decay on a logarithmic scale; the fused "
    "dots' is faster by a few per cent."
)
DESCRIBED = (
    "Ours: the lowest absorption line of CdS and of CdSe, emission and radiative decay of CdSe, dots apart and fused. "
    "The paper's measured spectra go on to higher transitions, so that its shoulder is a step on a rising background "
    "where ours stands free; its emission widens by 18 % where ours widens by 4 %, and its decays hold every loss "
    "where ours are radiative alone."
)
GRID_CM1 = np.arange(11000.0, 32000.0, 20.0)
UPPER_MEV = 50.0  # above the dots' own line: what lies there is the shoulder
SAID = "Interval: independent groups of simulated dimers."
OPTICAL = ("electron_mass", "hole_mass", "dielectric_optical", "radiative_lifetime_ns")


@dataclass(frozen=True)
class Results:
    """Shifts (meV), shares of strength in the shoulder, widths and lifetimes against the unfused dots, spectra."""

    shift: dict[str, Ours]
    shoulder: dict[str, Ours]
    width: dict[tuple[str, str], Ours]
    lifetime: dict[str, Ours]
    spectra: dict[str, xr.Dataset]
    lifetimes_ns: dict[str, float]
    inputs: dict[str, tuple[Input, ...]]


def results(room: Room) -> Results:
    """Spectra of the dimers of each flask, in groups."""
    line, size = room.number("line_width_mev") * CM1_PER_MEV, max(int(room.share * room.number("dimers")), 10)
    groups = {name: _groups(room, name, size) for name in room.flasks()}
    emitted = {
        name: [emission_by_cause(group, GRID_CM1, line, charge_transfer=True) for group in groups[name]]
        for name in ("cdse", "cdse_uneven")
    }
    materials = {"cds": "CdS", "cdse": "CdSe", "cdse_uneven": "CdSe"}
    return Results(
        shift={name: over_replicas([_shift(group) for group in groups[name]]) for name in ("cds", "cdse")},
        shoulder={name: over_replicas([_shoulder(group) for group in groups[name]]) for name in ("cds", "cdse")},
        width={
            (name, cause): over_replicas([_broadening(row, cause) for row in rows])
            for name, rows in emitted.items() for cause in ("coupling", "all", "fine_structure")
        },
        lifetime={
            cause: over_replicas([row[cause].lifetime_ns / row["unfused"].lifetime_ns for row in emitted["cdse"]])
            for cause in ("all", "coupling", "fine_structure")
        },
        spectra={name: _spectra(groups[name][0]) for name in ("cds", "cdse")},
        lifetimes_ns={cause: float(emitted["cdse"][0][cause].lifetime_ns) for cause in ("unfused", "all")},
        inputs={
            name: (*room.inputs(name), *of_catalogue(materials[name], *(OPTICAL[:-1] if name == "cds" else OPTICAL)),
                   *room.numbers("line_width_mev"))
            for name in groups
        },
    )  # fmt: skip


def _groups(room: Room, flask: str, size: int) -> list[list[nx.Graph]]:
    """Dimers that have not coalesced, dealt into groups."""
    count = int(room.number("groups"))
    graphs = [
        graph
        for graph in room.simulated(flask).graphs(size=2, limit=3 * count * size)
        if all(bond["state"] != "coalesced" for *_, bond in graph.edges(data=True))
    ]
    size = min(size, len(graphs) // count)
    return [graphs[n * size : (n + 1) * size] for n in range(count)]


def _shift(group: Sequence[nx.Graph]) -> float:
    """How far the absorption edge moves, meV."""
    fused, apart = (
        edge_cm1(GRID_CM1, absorption(ensemble(group, mechanisms=m), GRID_CM1, HOMOGENEOUS_FWHM_CM1).to_numpy())
        for m in (FUSED, ())
    )
    return (fused - apart) / CM1_PER_MEV


def _shoulder(group: Sequence[nx.Graph]) -> float:
    """Share of the dimers' strength in lines that lie well above that of the dots."""
    alone = ensemble(group, mechanisms=()).energies_cm1.mean(axis=1)
    fused = ensemble(group, mechanisms=FUSED)
    strengths = np.sum(fused.dipoles_debye**2, axis=2)
    upper = fused.energies_cm1 > alone[:, None] + UPPER_MEV * CM1_PER_MEV
    return float(strengths[upper].sum() / strengths.sum())


def _broadening(row: dict[str, Emission], cause: str) -> float:
    return row[cause].fwhm_cm1 / row["unfused"].fwhm_cm1 - 1.0


def _spectra(group: Sequence[nx.Graph]) -> xr.Dataset:
    found = linear_spectra(group, mechanisms=FUSED, energies_cm1=GRID_CM1)
    return found.assign_coords(energy_ev=("energy", found["energy"].to_numpy() / CM1_PER_MEV / 1e3))


def claims(found: Results) -> list[Claim]:
    """Red shift and shoulder by charge transfer through the necks; the broadening falls short."""
    given, near = found.inputs, around(0.18, 0.3)
    red = (
        "The paper gives no number. By charge transfer through the neck; its masses and barriers are recalled or "
        "assumed."
    )
    widens = "broadening of the emission of fused CdSe (width after over width before, minus 1)"
    rows = [
        Claim(f"cassidy-3{figure}-red-shift", "cassidy", f"Fig. 3{figure}",
              f"shift of the absorption edge of fused {m}", "meV", "red-shifts", (None, -5.0), found.shift[m.lower()],
              f"{red} {SAID}", given[m.lower()])
        for figure, m in (("a", "CdS"), ("b", "CdSe"))
    ] + [
        Claim(f"cassidy-3{figure}-shoulder", "cassidy", f"Fig. 3{figure}",
              f"share of the strength of fused {m} in lines 50 meV or more above that of the dots", "1",
              "higher transitions gain: a shoulder", (0.05, None), found.shoulder[m.lower()],
              f"The shoulder is the upper state of exciton and charge transfer. {SAID}", given[m.lower()])
        for figure, m in (("a", "CdS"), ("b", "CdSe"))
    ]  # fmt: skip
    return [
        *rows,
        Claim("cassidy-3b-broadening", "cassidy", "Fig. 3b", widens, "1", 0.18, near, found.width["cdse", "all"],
              f"Coupling and fine structure together, crystals turned at random. {SAID}", given["cdse"]),
        Claim("cassidy-3b-broadening-coupling", "cassidy", "Fig. 3b", f"{widens}, by coupling alone", "1", 0.18, near,
              found.width["cdse", "coupling"],
              f"Elongation, which the paper names as the cause, by itself narrows the emission "
              f"({found.width['cdse', 'fine_structure'].value:+.3f}). {SAID}", given["cdse"]),
        Claim("cassidy-3b-broadening-uneven", "cassidy", "Fig. 3b", f"{widens}, 3 % size dispersion", "1", 0.18, near,
              found.width["cdse_uneven", "all"], f"Against unfused dots of the same dispersion. {SAID}",
              given["cdse_uneven"]),
        Claim("cassidy-3c-lifetime", "cassidy", "Fig. 3c", "radiative lifetime of fused CdSe over that of the dots",
              "1", "reduced lifetime", (None, 0.98), found.lifetime["all"],
              f"The paper gives no number. By fine structure alone {found.lifetime['fine_structure'].value:.2f}, as "
              f"the paper argues; the coupling of crystals turned at random lengthens it "
              f"({found.lifetime['coupling'].value:.2f}). {SAID}", given["cdse"]),
    ]  # fmt: skip


def draw(found: Results) -> Figure:
    """Absorption of both materials, emission and decay of CdSe, before and after."""
    panels = (("cds", "absorption", "a: CdS, 150 °C"), ("cdse", "absorption", "b: CdSe, 160 °C"),
              ("cdse", "emission", "b: CdSe, emission"))  # fmt: skip
    with house_style():
        figure = new_figure(9.6, 5.8)
        *spectral, last = figure.subplots(2, 2).flat
        for axes, (name, kind, heading) in zip(spectral, panels, strict=True):
            spectra = found.spectra[name]
            energy = spectra["energy_ev"].to_numpy()
            before, after = spectra[f"{kind}_unfused"].to_numpy(), spectra[kind].to_numpy()
            tops = (before.max(), before.max()) if kind == "absorption" else (before.max(), after.max())
            axes.plot(energy, before / tops[0], color=BLUE, label="dots apart")
            axes.plot(energy, after / tops[1], "--", color=VERMILION, label="fused")
            shown = energy[(before > 0.02 * before.max()) | (after > 0.02 * after.max())]
            axes.set_xlim(shown.min() - 0.02, shown.max() + 0.02)
            axes.set_ylim(0.0, 1.22)
            axes.axhline(0.0, color=BLACK, linewidth=0.5)
            axes.set_xlabel("photon energy (eV)")
            axes.set_ylabel("absorption (dots' maximum = 1)" if kind == "absorption" else "emission (each maximum = 1)")
            title(axes, heading)
            axes.legend(loc="upper center", ncols=2, fontsize=7.5)
            _wavelengths(axes)
        _decays(last, found.lifetimes_ns)
    return figure


def _wavelengths(axes: Axes) -> None:
    """The paper's axis above ours."""
    above = axes.secondary_xaxis("top", functions=(_nm, _nm))
    above.set_xlabel("wavelength (nm)", fontsize=8)
    above.tick_params(labelsize=8)


def _nm(energy_ev: ArrayLike) -> np.ndarray:
    """Wavelength of a photon energy, and the other way round."""
    return np.asarray(1e4 / CM1_PER_MEV / np.maximum(energy_ev, 1e-3))


def _decays(axes: Axes, lifetimes_ns: Mapping[str, float]) -> None:
    """exp(-t/tau) of the radiative lifetimes."""
    times = np.linspace(0.0, 3.0 * max(lifetimes_ns.values()), 200)
    for (cause, words), colour, line in zip(
        (("unfused", "dots apart"), ("all", "fused")), (BLUE, VERMILION), ("-", "--"), strict=True
    ):
        lifetime = lifetimes_ns[cause]
        axes.semilogy(times, np.exp(-times / lifetime), line, color=colour, label=f"{words}, {lifetime:.1f} ns")
    axes.set_xlabel("time (ns)")
    axes.set_ylabel("emission (start = 1)")
    axes.set_xlim(0.0, times[-1])
    title(axes, "c: CdSe, radiative decay")
    axes.legend()
