"""The coherence families of Hamilton 2023 in 4000 dimers of 3.0 nm / 9 %: frequency, period, dephasing, intensity."""

from dataclasses import dataclass

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from physics.spectra.families import SMOOTHING_CM1, beat_distribution, beats, coherence_table, decay
from runs.claims.claim import Claim, Input, Ours
from runs.claims.hamilton_2023 import DEPHASING_WITHIN, FAMILIES, near, peak_range
from runs.claims.quasi_homodimers import SAID, WIDE, ensembles, inputs, pulse
from runs.claims.room import Room
from runs.claims.spread import over_replicas
from runs.figures.style import house_style, new_figure, title
from runs.two_dimensional.figures.map_axes import FAMILY_COLOURS, FAMILY_NAMES

ALT = (
    "Left: spectra of the beats of three families, each to its maximum: narrow about 130 cm-1 (ρ I, full), a peak at "
    "490 with a long foot to low frequencies (ρ III, dash-dotted), a sharp edge at 850 cm-1 with a tail above (ρ II, "
    "dashed). Right: their decay in time: ρ I lasts some 400 fs to 1/e, ρ II and ρ III fall within 60 fs and go on "
    "weakly."
)
DESCRIBED = (
    "Ours: the spectrum of each family's beats in 4000 dimers and its decay. The paper gives these as numbers in the "
    "text, not as a figure; its frequencies were fitted, and its 750, 275 and 115 fs are met only when read as h/FWHM "
    "of one-sided spectra, for which no single time tells how they decay."
)
READINGS = {"h_over_fwhm": "h/FWHM", "one_over_e": "1/e", "integral": "2 x integral"}
TIMES_FS = np.arange(0.0, 1000.0, 2.0)


@dataclass(frozen=True)
class Results:
    """Every column of the families' table over independent ensembles; curves of the first."""

    numbers: dict[tuple[str, str], Ours]
    strongest_named: Ours
    spectra: dict[str, tuple[np.ndarray, np.ndarray]]
    decays: dict[str, np.ndarray]
    inputs: tuple[Input, ...]


def results(room: Room) -> Results:
    """Tables of independent ensembles."""
    light, tables = pulse(room), []
    first = None
    for many in ensembles(room, WIDE):
        first = beats(many, light) if first is None else first
        tables.append(coherence_table(many, light))
    assert first is not None
    return Results(
        numbers={
            (str(family), str(name)): over_replicas([float(table[name].sel(family=family)) for table in tables])
            for family in tables[0].family.values for name in tables[0].data_vars
        },
        strongest_named=over_replicas([_lead(table) for table in tables]),
        spectra={name: beat_distribution(own, SMOOTHING_CM1[name]) for name, own in first.items()},
        decays={name: decay(own, TIMES_FS) for name, own in first.items()},
        inputs=inputs(room, "ensembles", "pulse_centre_cm1", "pulse_fwhm_fs"),
    )  # fmt: skip


def _lead(table: xr.Dataset) -> float:
    """Weight of rho III over that of the strongest other family that the paper names."""
    weights = {name: float(table["weight"].sel(family=name)) for name in ("rho_I", "rho_II", "rho_III")}
    return weights["rho_III"] / max(weights["rho_I"], weights["rho_II"])


def claims(found: Results) -> list[Claim]:
    """Frequencies, periods, dephasing times in three readings, and the ranking."""
    made = []
    for family, (frequency, period, dephasing) in FAMILIES.items():
        number = {"rho_I": 1, "rho_II": 2, "rho_III": 3}[family]
        name, key = f"ρ {family.removeprefix('rho_')}", f"hamilton-rho{number}"
        made += [
            Claim(f"{key}-frequency", "hamilton", "text, Fig. 3", f"frequency of {name} (peak of its beats)", "cm-1",
                  frequency, peak_range(frequency), found.numbers[family, "frequency_cm1"], SAID, found.inputs),
            Claim(f"{key}-period", "hamilton", "text, Fig. 4", f"period of {name}", "fs", period, peak_range(period),
                  found.numbers[family, "period_fs"],
                  f"The frequency again, to which a parameter was fitted. {SAID}", found.inputs),
        ]  # fmt: skip
        for column, reading in READINGS.items():
            ending = "" if column == "h_over_fwhm" else f"-{column.replace('_', '-')}"
            made.append(
                Claim(f"{key}-dephasing{ending}", "hamilton", "text", f"dephasing time of {name}, read as {reading}",
                      "fs", dephasing, near(dephasing, DEPHASING_WITHIN),
                      found.numbers[family, f"dephasing_{column}_fs"], _about(column, family), found.inputs)
            )  # fmt: skip
    order = FAMILIES["rho_II"].dephasing_fs / FAMILIES["rho_III"].dephasing_fs
    return [
        *made,
        Claim("hamilton-rho3-strongest", "hamilton", "Fig. 3b, text",
              "weight of ρ III over that of the stronger of ρ I and ρ II", "1", "the most intense coherence",
              (1.0, None), found.strongest_named,
              f"By grace of the assumed pulse, which favours small gaps. The faster coherence of L with H states comes "
              f"to {found.numbers['rho_LH', 'weight'].value:.2f} of it. {SAID}", found.inputs),
        Claim("hamilton-rho-order", "hamilton", "text", "dephasing time of ρ II over that of ρ III (h/FWHM)", "1",
              order, near(order, 2 * DEPHASING_WITHIN), _ratio(found),
              f"Both times were fitted. {SAID}", found.inputs),
    ]  # fmt: skip


def _about(column: str, family: str) -> str:
    if column != "h_over_fwhm":
        return f"The paper does not say which reading is meant; the parameters were fitted to h/FWHM. {SAID}"
    if family == "rho_I":
        return f"No parameter was fitted to this time. {SAID}"
    return f"The reading to which the parameters were fitted; the paper defines none. {SAID}"


def _ratio(found: Results) -> Ours:
    second, third = (found.numbers[name, "dephasing_h_over_fwhm_fs"] for name in ("rho_II", "rho_III"))
    return Ours(second.value / third.value, second.low / third.high, second.high / third.low)


def draw(found: Results) -> Figure:
    """Spectra of the beats and their decay."""
    with house_style():
        figure = new_figure(8.4, 3.4)
        left, right = figure.subplots(1, 2)
        for name, line in zip(FAMILIES, ("-", "--", "-."), strict=True):
            axis, density = found.spectra[name]
            label = FAMILY_NAMES[name]
            left.plot(axis, density / density.max(), line, color=FAMILY_COLOURS[name], label=label)
            right.plot(TIMES_FS, found.decays[name], line, color=FAMILY_COLOURS[name], label=label)
        right.axhline(np.exp(-1.0), color="black", linewidth=0.6, linestyle=":")
        right.annotate("1/e", (TIMES_FS[-1], np.exp(-1.0)), (0, 2), textcoords="offset points", ha="right", fontsize=8)
        left.set_xlim(0.0, 1600.0)
        left.set_xlabel("frequency of the beat (cm⁻¹)")
        left.set_ylabel("weight (each maximum = 1)")
        right.set_xlabel("waiting time t2 (fs)")
        right.set_ylabel("|C(t2)| / C(0)")
        right.set_xlim(0.0, TIMES_FS[-1])
        title(left, "Beats of 4000 dimers, 3.0 nm / 9 %")
        title(right, "How long a family beats together")
        left.legend()
    return figure
