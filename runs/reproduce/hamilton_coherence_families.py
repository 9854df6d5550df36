"""The coherence families of Hamilton 2023 in 4000 dimers of 3.0 nm / 9 %: frequency, period, dephasing, intensity."""

from dataclasses import dataclass

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from physics.spectra.families import SMOOTHING_CM1, beat_distribution, beats, coherence_table, decay
from runs.claims.claim import Claim, Input, Ours, around
from runs.claims.quasi_homodimers import SAID, WIDE, ensembles, inputs, pulse
from runs.claims.room import Room
from runs.claims.spread import over_replicas
from runs.figures.style import GREEN, PURPLE, SKY, VERMILION, house_style, new_figure, title

ALT = (
    "Left: spectra of the beats of three families, each to its maximum: narrow about 130 cm-1 (rho I), a peak at "
    "490 with "
    "a long foot to low frequencies (rho III), a sharp edge at 850 cm-1 with a tail above (rho II). Right: their "
    "decay in "
    "time: rho I lasts some 400 fs to 1/e, rho II and rho III fall within 60 fs and go on weakly."
)
COLOURS = {"rho_I": SKY, "rho_II": GREEN, "rho_III": VERMILION, "rho_LH": PURPLE}
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


PAPER: dict[str, tuple[float | tuple[float, float], float | tuple[float, float], float]] = {
    # family: frequency (cm-1), period (fs), dephasing time (fs)
    "rho_I": ((120.0, 140.0), (240.0, 280.0), 750.0), "rho_II": (850.0, 40.0, 275.0), "rho_III": (480.0, 70.0, 115.0),
}  # fmt: skip


def claims(found: Results) -> list[Claim]:
    """Frequencies, periods, dephasing times in three readings, and the ranking."""
    made = []
    for family, (frequency, period, dephasing) in PAPER.items():
        number = {"rho_I": 1, "rho_II": 2, "rho_III": 3}[family]
        name, key = f"ρ {family.removeprefix('rho_')}", f"hamilton-rho{number}"
        made += [
            Claim(f"{key}-frequency", "hamilton", "text, Fig. 3", f"frequency of {name} (peak of its beats)", "cm-1",
                  frequency, _near(frequency, 0.05), found.numbers[family, "frequency_cm1"], SAID, found.inputs),
            Claim(f"{key}-period", "hamilton", "text, Fig. 4", f"period of {name}", "fs", period, _near(period, 0.05),
                  found.numbers[family, "period_fs"],
                  f"The frequency again, to which a parameter was fitted. {SAID}", found.inputs),
        ]  # fmt: skip
        for column, reading in READINGS.items():
            ending = "" if column == "h_over_fwhm" else f"-{column.replace('_', '-')}"
            made.append(
                Claim(f"{key}-dephasing{ending}", "hamilton", "text", f"dephasing time of {name}, read as {reading}",
                      "fs", dephasing, around(dephasing, 0.2), found.numbers[family, f"dephasing_{column}_fs"],
                      _about(column, family), found.inputs)
            )  # fmt: skip
    return [
        *made,
        Claim("hamilton-rho3-strongest", "hamilton", "Fig. 3b, text",
              "weight of ρ III over that of the stronger of ρ I and ρ II", "1", "the most intense coherence",
              (1.0, None), found.strongest_named,
              f"By grace of the assumed pulse, which favours small gaps. The faster coherence of L with H states "
              f"comes to "
              f"{found.numbers['rho_LH', 'weight'].value:.2f} of it. {SAID}", found.inputs),
        Claim("hamilton-rho-order", "hamilton", "text", "dephasing time of ρ II over that of ρ III (h/FWHM)", "1",
              275.0 / 115.0, around(275.0 / 115.0, 0.4), _ratio(found),
              f"Both times were fitted. {SAID}", found.inputs),
    ]  # fmt: skip


def _near(paper: float | tuple[float, float], share: float) -> tuple[float, float]:
    """A range named by the paper as it is; about a single number, `share` to either side."""
    return paper if isinstance(paper, tuple) else around(paper, share)


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
        for name in PAPER:
            axis, density = found.spectra[name]
            label = f"ρ {name.removeprefix('rho_')}"
            left.plot(axis, density / density.max(), color=COLOURS[name], label=label)
            right.plot(TIMES_FS, found.decays[name], color=COLOURS[name], label=label)
        right.axhline(np.exp(-1.0), color="black", linewidth=0.6, linestyle=":")
        right.annotate("1/e", (TIMES_FS[-1], np.exp(-1.0)), (0, 2), textcoords="offset points", ha="right", fontsize=8)
        left.set_xlim(0.0, 1600.0)
        left.set_xlabel("frequency of the beat (cm-1)")
        left.set_ylabel("weight (each maximum = 1)")
        right.set_xlabel("waiting time t2 (fs)")
        right.set_ylabel("|C(t2)| / C(0)")
        title(left, "Beats of 4000 dimers, 3.0 nm / 9 %")
        title(right, "How long a family beats together")
        left.legend()
    return figure
