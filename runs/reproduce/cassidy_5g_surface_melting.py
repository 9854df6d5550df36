"""Figs. 5g and 5h of Cassidy 2022: how thick the liquid skin of a CdSe dot is, and when the whole dot melts."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from physics.fusion.melting import melting_free_energy_ev, melting_point_c, molten_layer_nm
from physics.materials import material
from runs.claims.claim import Claim, Input, Ours, around
from runs.claims.room import MELTING, Room
from runs.claims.spread import altered, over_inputs
from runs.claims.standings import of_catalogue
from runs.figures.style import BLACK, MARKS, RAMP, house_style, new_figure, title

ALT = (
    "Free energy of a molten skin against its thickness for CdSe dots of 1 nm and 3 nm radius. The small dot has no "
    "minimum between solid and molten: above 93 °C the whole dot is lower in energy. The large dot has none at 90 °C, "
    "minima at 0.10 and 0.18 of the radius at 140 and 210 °C, and its lowest energy fully molten at 250 °C."
)
DESCRIBED = (
    "Ours: the free energy of a molten skin against δ/R for both radii, in eV per dot, the stable state marked. "
    "Shapes, order and the places of the minima are those of the paper's text, to which three numbers of the law were "
    "fitted; the text gives neither its energies nor, for R = 1 nm, temperatures besides 90 °C, so depths cannot be "
    "compared."
)
SHOWN_C = {"small": (80.0, 90.0, 100.0, 120.0), "large": (90.0, 140.0, 210.0, 250.0)}  # Figs. 5g and 5h
SPREAD_OVER = ("solid_liquid_tension_j_m2", "skin_decay_nm")
BESIDES = ("latent_fraction", "ligand_density_nm2", "ligand_enthalpy_kj_mol", "heat_of_fusion_kj_mol")
LINES = (":", "--", "-.", "-")  # from cold to hot
SEARCHED_C = np.arange(25.0, 300.0, 0.5)
SPREAD_SAID = "Interval: the solid-liquid tension and the decay length of the skin 5 % up and down, one at a time."
SCANNED = "The assumed numbers of the law were picked from a scan with this statement in view."


@dataclass(frozen=True)
class Results:
    """Skins (delta/R) by temperature, the melting point of the small dot, local minima, the curves of both figures."""

    skins: dict[float, Ours]
    small_melting_c: Ours
    small_minima: Ours
    curves: dict[str, list[tuple[float, np.ndarray, np.ndarray, float]]]
    radii_nm: dict[str, float]
    inputs: tuple[Input, ...]


def results(room: Room) -> Results:
    """Everything the claims and the drawing need."""
    radii = {size: room.number(f"{size}_radius_nm") for size in ("small", "large")}
    stated = {name: material("CdSe").known(name) for name in SPREAD_OVER}
    share, radius = room.number("spread"), radii["large"]
    ranges = {name: (value * (1 - share), value * (1 + share)) for name, value in stated.items()}

    def skin(temperature: float) -> Ours:
        return over_inputs(
            lambda **changed: float(molten_layer_nm(altered("CdSe", changed), radius, temperature)) / radius,
            stated, ranges,
        )  # fmt: skip

    return Results(
        skins={temperature: skin(temperature) for temperature in SHOWN_C["large"]},
        small_melting_c=over_inputs(lambda **c: melting_point_c(altered("CdSe", c), radii["small"]), stated, ranges),
        small_minima=over_inputs(lambda **c: float(_stable_skins(altered("CdSe", c), radii["small"])), stated, ranges),
        curves={size: [_curve(radii[size], temperature) for temperature in SHOWN_C[size]] for size in radii},
        radii_nm=radii,
        inputs=(*of_catalogue("CdSe", *MELTING, *SPREAD_OVER, *BESIDES), *room.numbers("spread")),
    )


def _stable_skins(substance: Any, radius_nm: float) -> int:
    """At how many temperatures of the search a dot is neither solid nor molten through."""
    layers = np.asarray(molten_layer_nm(substance, radius_nm, SEARCHED_C))
    return int(np.count_nonzero((layers > 0.0) & (layers < radius_nm)))


def _curve(radius_nm: float, temperature_c: float) -> tuple[float, np.ndarray, np.ndarray, float]:
    relative = np.linspace(0.0, 1.0, 401)
    energy = np.asarray(melting_free_energy_ev("CdSe", radius_nm, relative * radius_nm, temperature_c))
    return temperature_c, relative, energy, float(molten_layer_nm("CdSe", radius_nm, temperature_c)) / radius_nm


def claims(found: Results) -> list[Claim]:
    """The statements of the text about Figs. 5g and 5h."""
    rows = (
        ("cassidy-5h-solid-90", 90.0, 0.0, (0.0, 0.0), f"{SCANNED} {SPREAD_SAID}"),
        ("cassidy-5h-skin-140", 140.0, 0.10, around(0.10, 0.2), SPREAD_SAID),
        ("cassidy-5h-skin-210", 210.0, 0.18, around(0.18, 0.2), SPREAD_SAID),
        ("cassidy-5h-molten-250", 250.0, 1.0, (0.95, 1.0), f"{SCANNED} {SPREAD_SAID}"),
    )
    made = [
        Claim(name, "cassidy", "Fig. 5h", f"molten layer of CdSe, R = 3 nm, at {t:g} °C, as a share of R", "1", paper,
              accept, found.skins[t], why, found.inputs)
        for name, t, paper, accept, why in rows
    ]  # fmt: skip
    return [
        Claim("cassidy-5g-no-skin", "cassidy", "Fig. 5g",
              "temperatures from 25 to 300 °C (every 0.5 °C) at which CdSe of R = 1 nm keeps a molten skin", "1", 0.0,
              (0.0, 0.0), found.small_minima, f"{SCANNED} {SPREAD_SAID}", found.inputs),
        Claim("cassidy-5g-melting", "cassidy", "Fig. 5g", "temperature above which CdSe of R = 1 nm is molten through",
              "°C", 90.0, (80.0, 100.0), found.small_melting_c,
              f"The paper says “above 90 °C”; the law was fitted to 93 °C. {SPREAD_SAID}", found.inputs),
        *made,
    ]  # fmt: skip


def draw(found: Results) -> Figure:
    """Both figures on one energy scale each."""
    with house_style():
        figure = new_figure(8.2, 3.5)
        for axes, (size, curves) in zip(figure.subplots(1, 2), found.curves.items(), strict=True):
            _panel(axes, curves)
            axes.legend(title="mark: the stable state", title_fontsize=8, ncols=1 if size == "small" else 2,
                        loc="lower left" if size == "small" else "upper right")  # fmt: skip
            title(axes, f"CdSe, R = {found.radii_nm[size]:g} nm")
    return figure


def _panel(axes: Axes, curves: list[tuple[float, np.ndarray, np.ndarray, float]]) -> None:
    colours = (RAMP[0], RAMP[1], RAMP[3], RAMP[4])
    axes.axhline(0.0, color=BLACK, linewidth=0.6)
    for (temperature, relative, energy, layer), colour, mark, line in zip(curves, colours, MARKS, LINES, strict=False):
        axes.plot(relative, energy, line, color=colour)
        axes.plot([layer], [np.interp(layer, relative, energy)], mark, color=colour, markersize=7, clip_on=False,
                  markeredgecolor="white", zorder=5)  # fmt: skip
        axes.plot([], [], mark + line, color=colour, label=f"{temperature:g} °C")
    deepest = min(float(energy.min()) for _, _, energy, _ in curves)
    axes.set_ylim(1.5 * deepest, -0.8 * deepest)
    axes.set_xlim(0.0, 1.0)
    axes.set_xlabel("skin thickness over radius, δ/R")
    axes.set_ylabel("free energy ΔG (eV per dot)")
