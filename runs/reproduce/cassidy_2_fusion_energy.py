"""Eq. 1 and Figs. 2a to 2c of Cassidy 2022: what drives two dots together, what resists, where they come to rest."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from physics.fusion.doublet import full_strain
from physics.fusion.energetics import fuse, total_energy_ev
from physics.materials import material
from runs.claims.claim import Claim, Input, Ours
from runs.claims.room import MELTING, Room
from runs.claims.spread import altered, exactly, over_inputs
from runs.claims.standings import of_catalogue
from runs.figures.style import BLACK, MARKS, RAMP, house_style, new_figure, title

ALT = (
    "Three panels against the strain of a pair of 6 nm CdSe dots: the interfacial energy falls; the total energy has "
    "one minimum, which moves to larger strain as the temperature rises; the elastic energy rises, from larger strain "
    "on and less steeply the hotter it is."
)
DESCRIBED = (
    "Ours: interfacial, total and elastic energy of Eq. 1 for two CdSe dots of 6 nm at 120, 180 and 210 °C, the "
    "resting strain marked. The paper's curves are sketches without numbers and rise smoothly from zero strain; ours "
    "share one falling branch until the solid cores meet and rise steeply from there, because liquid skins store no "
    "elastic energy (with the shear modulus of the crystal, Eq. 1 as printed fuses nothing)."
)
POINTS = 1201
TENSION = "fused_tension_j_m2"
SPREAD_SAID = "Interval: the tension of the fused skins from 0.03 to 0.3 J/m2."


@dataclass(frozen=True)
class Parts:
    """Eq. 1 at one temperature against the strain: interfacial, elastic, total (eV), and the strain at rest."""

    temperature_c: float
    strain: np.ndarray
    interfacial: np.ndarray
    elastic: np.ndarray
    rest: float

    @property
    def total(self) -> np.ndarray:
        """E_tot of Eq. 1."""
        return self.interfacial + self.elastic


@dataclass(frozen=True)
class Results:
    """Eq. 1 at three temperatures and the numbers the claims take from it."""

    parts: list[Parts]
    falling: Ours
    minima: Ours
    rises: Ours
    elastic_falls: Ours
    off_minimum: Ours
    literal: Ours
    inputs: tuple[Input, ...]


def results(room: Room) -> Results:
    """Everything the claims and the drawing need."""
    radius, at = room.number("radius_nm"), room.number("strain")
    temperatures = [room.number(name) for name in ("cold_c", "warm_c", "hot_c")]
    least, most = room.number("least_tension_j_m2"), room.number("most_tension_j_m2")

    def over_tension(law: Callable[[list[Parts]], float]) -> Ours:
        stated = {TENSION: material("CdSe").known(TENSION)}
        return over_inputs(
            lambda **changed: law([_parts(altered("CdSe", changed), radius, t) for t in temperatures]),
            stated, {TENSION: (least, most)},
        )  # fmt: skip

    parts = [_parts("CdSe", radius, t) for t in temperatures]
    literal = fuse("CdSe", radius, "CdSe", radius, 140.0, closure="literal",
                   shear_modulus_gpa=material("CdSe").known("shear_modulus_gpa"))  # fmt: skip
    return Results(
        parts=parts,
        falling=over_tension(lambda rows: min(_falling(row.interfacial) for row in rows)),
        minima=over_tension(lambda rows: float(max(_minima(row.total) for row in rows))),
        rises=over_tension(lambda rows: min(b.rest - a.rest for a, b in pairwise(rows))),
        elastic_falls=over_tension(lambda rows: _elastic_at(rows[-1], at) / _elastic_at(rows[0], at)),
        off_minimum=over_tension(lambda rows: max(abs(row.strain[row.total.argmin()] - row.rest) for row in rows)),
        literal=exactly(literal.strain),
        inputs=(*of_catalogue("CdSe", *MELTING, TENSION, "shear_modulus_gpa"), *room.numbers("radius_nm", "cold_c",
                "warm_c", "hot_c", "strain")),
    )  # fmt: skip


def _parts(substance: Any, radius_nm: float, temperature_c: float) -> Parts:
    strain = np.linspace(0.0, full_strain(radius_nm, radius_nm), POINTS)
    pair = (substance, radius_nm, substance, radius_nm, temperature_c)
    total = np.asarray(total_energy_ev(strain, *pair))
    molten = np.asarray(total_energy_ev(strain, substance, radius_nm, substance, radius_nm, 300.0))  # no core resists
    rest = fuse(*pair).strain
    return Parts(temperature_c, strain, molten, total - molten, rest)


def _falling(energy: np.ndarray) -> float:
    """Share of the steps of the strain over which an energy falls."""
    return float(np.mean(np.diff(energy) < 0.0))


def _minima(energy: np.ndarray) -> int:
    """Minima of a curve, its ends included."""
    step = np.diff(energy)
    inside = np.count_nonzero((step[:-1] < 0) & (step[1:] > 0))
    return int(inside + (step[0] > 0) + (step[-1] < 0))


def _elastic_at(row: Parts, strain: float) -> float:
    return float(np.interp(strain, row.strain, row.elastic))


def claims(found: Results) -> list[Claim]:
    """What the paper says of Eq. 1 and of Figs. 2a to 2c, in numbers of our own where it gives none."""
    cold, hot = found.parts[0].temperature_c, found.parts[-1].temperature_c
    return [
        Claim("cassidy-2a-driving-force", "cassidy", "Fig. 2a",
              "share of the strain, from touching to one sphere, over which the interfacial energy falls", "1",
              "falls as the dots fuse", (1.0, 1.0), found.falling,
              f"One sphere has 1 - 2^(-1/3) = 0.206 less surface than two. {SPREAD_SAID}", found.inputs),
        Claim("cassidy-2b-one-minimum", "cassidy", "Fig. 2b, Eq. 1",
              "minima of E_tot between touching and one sphere, at the worst of three temperatures", "1", 1.0,
              (1.0, 1.0), found.minima, SPREAD_SAID, found.inputs),
        Claim("cassidy-2b-rest-is-minimum", "cassidy", "Eq. 1",
              "distance of the strain at rest from the minimum of E_tot on a grid of 0.0003", "1",
              "coalescence stops at the minimum", (0.0, 0.0005), found.off_minimum, SPREAD_SAID, found.inputs),
        Claim("cassidy-2b-minimum-moves", "cassidy", "Fig. 2b",
              "least rise of the strain at the minimum from one temperature to the next (120, 180, 210 °C)", "1",
              "the minimum moves to larger strain as T rises", (0.01, None), found.rises, SPREAD_SAID, found.inputs),
        Claim("cassidy-2c-elastic-falls", "cassidy", "Fig. 2c",
              f"elastic energy at a strain of 0.3 at {hot:g} °C over that at {cold:g} °C", "1",
              "falls with rising temperature", (None, 0.9), found.elastic_falls, SPREAD_SAID, found.inputs),
        Claim("cassidy-eq1-literal", "cassidy", "Eq. 1, Fig. 5h",
              "strain of 6 nm CdSe at 140 °C from Eq. 1 as printed, with the shear modulus of the crystal", "1",
              "partly fused", (0.05, 0.3), found.literal,
              "As printed, with G of the crystal (15 GPa), Eq. 1 leaves dots touching: it needs some 0.3 GPa. Here the "
              "liquid skins store no elastic energy and the solid cores do, which gives 0.10.", found.inputs),
    ]  # fmt: skip


def draw(found: Results) -> Figure:
    """Figs. 2a, 2b, 2c: interfacial, total and elastic energy."""
    colours = (RAMP[0], RAMP[3], RAMP[4])
    with house_style():
        figure = new_figure(9.6, 3.3)
        panels = figure.subplots(1, 3)
        first = found.parts[0]
        panels[0].plot(first.strain, first.interfacial - first.interfacial[0], color=BLACK)
        for row, colour, mark, line in zip(found.parts, colours, MARKS, ("--", "-.", "-"), strict=False):
            total = row.total - row.total[0]
            panels[1].plot(row.strain, total, line, color=colour)
            panels[1].plot(
                [], [], mark + line, color=colour, markeredgecolor="white", label=f"{row.temperature_c:g} °C"
            )
            panels[1].plot([row.rest], [np.interp(row.rest, row.strain, total)], mark, color=colour, markersize=6.5,
                           markeredgecolor="white", zorder=5)  # fmt: skip
            panels[2].plot(row.strain, row.elastic, line, color=colour)
        depth = -min(float((row.total - row.total[0]).min()) for row in found.parts)
        panels[1].set_ylim(-1.3 * depth, 0.6 * depth)
        panels[2].set_ylim(0.0, 4.0 * depth)
        names = ("a: interfacial energy", "b: total energy (mark: at rest)", "c: elastic energy")
        for axes, name in zip(panels, names, strict=True):
            axes.set_xlim(0.0, float(first.strain[-1]))
            axes.set_xlabel("strain ε")
            title(axes, name)
        panels[0].set_ylabel("energy − energy at touching (eV)")
        panels[1].set_ylabel("energy − energy at touching (eV)")
        panels[2].set_ylabel("energy (eV)")
        panels[1].legend()
    return figure
