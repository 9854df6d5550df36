"""Fig. S12 of Cassidy 2022: small CdSe dots jump from isolated at 120 °C to nearly coalesced at 140 °C."""

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from assembly import Assembly
from assembly.yields import size_counts
from physics.fusion.energetics import fuse
from physics.fusion.melting import melting_point_c, skin_onset_c
from runs.claims.claim import Claim, Input, Ours, around
from runs.claims.room import Room
from runs.claims.spread import counted, of_share, over_inputs
from runs.figures.style import BLACK, BLUE, ORANGE, VERMILION, house_style, new_figure, title

ALT = (
    "Strain of a pair of equal CdSe dots against temperature for diameters of 2, 4 and 6 nm: it jumps to full "
    "coalescence at 93, 134 and 227 °C; the dots of 2 nm go without any neck before, those of 4 nm have one from 107 "
    "°C on."
)
DESCRIBED = (
    "Ours: how far a pair of CdSe dots of 2, 4 and 6 nm is fused at equilibrium, against temperature. The paper shows "
    "micrographs of “small” dots, apart at 120 °C and nearly one at 140 °C; dots of 4 nm, a size chosen for it, jump "
    "at 134 °C but have a neck at 120 °C already, and most of them have paired."
)
TEMPERATURES_C = np.arange(60.0, 260.5, 0.5)
DRAWN_NM = (2.0, 4.0, 6.0)
SAID = "Interval: independent replicas of the simulation."


@dataclass(frozen=True)
class Results:
    """The melting point, strains at both temperatures, shares of objects and bonds, the drawn curves."""

    melting_c: Ours
    onset_c: float
    strain: dict[str, Ours]
    isolated: dict[str, Ours]
    coalesced: Ours
    curves: dict[float, np.ndarray]
    inputs: dict[str, tuple[Input, ...]]


def results(room: Room) -> Results:
    """Everything the claims and the drawing need."""
    ends = {"diameter_nm": (room.number("least_diameter_nm"), room.number("most_diameter_nm"))}
    stated = {"diameter_nm": room.recipe("at_120").dots[0].diameter_nm}
    temperatures = {name: room.number(f"{name}_c") for name in ("cold", "hot")}
    made = {name: room.simulated(name) for name in room.flasks()}
    states = {name: assembly.summary()["bond_states"] for name, assembly in made.items()}
    return Results(
        melting_c=over_inputs(lambda diameter_nm: melting_point_c("CdSe", diameter_nm / 2), stated, ends),
        onset_c=skin_onset_c("CdSe", stated["diameter_nm"] / 2),
        strain={
            name: over_inputs(lambda diameter_nm, t=t: _strain(diameter_nm, t), stated, ends)
            for name, t in temperatures.items()
        },
        isolated={name: _isolated(assembly) for name, assembly in made.items()},
        coalesced=of_share(dict.fromkeys(("value", "low", "high"), states["at_140"]["coalesced"])),
        curves={d: np.array([_strain(d, t) for t in TEMPERATURES_C]) for d in DRAWN_NM},
        inputs={name: (*room.inputs(name), *room.numbers("least_diameter_nm", "most_diameter_nm")) for name in made},
    )


def _strain(diameter_nm: float, temperature_c: float) -> float:
    return fuse("CdSe", diameter_nm / 2, "CdSe", diameter_nm / 2, temperature_c).strain


def _isolated(made: Assembly) -> Ours:
    counts = size_counts(made.clusters["replica"], made.clusters["size"], made.flask.replicas)
    return counted(counts[:, 0], counts @ np.arange(1, counts.shape[1] + 1))


def claims(found: Results) -> list[Claim]:
    """The sharp transition, and where the model says otherwise."""
    size = "Interval: diameters from 3.6 to 4.2 nm."
    return [
        Claim("cassidy-s12-jump", "cassidy", "Fig. S12", "temperature at which 4 nm CdSe dots melt through", "°C",
              (120.0, 140.0), (120.0, 140.0), found.melting_c,
              f"The size of the dots was chosen for this (the paper says “small”). {size}", found.inputs["at_140"]),
        Claim("cassidy-s12-coalesced-140", "cassidy", "Fig. S12", "share of bonds at 140 °C that are fully coalesced",
              "1", 1.0, (0.8, 1.0), found.coalesced, "“Nearly coalesced dimers”.", found.inputs["at_140"]),
        Claim("cassidy-s12-strain-140", "cassidy", "Fig. S12",
              "strain of a pair of 4 nm dots at 140 °C (one sphere: 0.370)", "1", 0.37, around(0.37, 0.25),
              found.strain["hot"], size, found.inputs["at_140"]),
        Claim("cassidy-s12-isolated-120", "cassidy", "Fig. S12", "share of dots still alone after an hour at 120 °C",
              "1", 1.0, (0.8, 1.0), found.isolated["at_120"],
              f"The attachment energy is that of the recipe cdse-dimers. With 3.0 eV in place of 2.5 eV "
              f"{found.isolated['at_120_firmer'].value:.2f} stay alone, and "
              f"{found.isolated['at_140_firmer'].value:.2f} at 140 °C. {SAID}", found.inputs["at_120"]),
        Claim("cassidy-s12-neck-120", "cassidy", "Fig. S12", "strain of a pair of 4 nm dots at 120 °C", "1",
              "isolated particles", (0.0, 0.02), found.strain["cold"],
              f"Here 4 nm dots carry a skin from {found.onset_c:.0f} °C on, so pairs that meet at 120 °C have a neck; "
              f"only dots below about 2.9 nm pass from solid to molten without one, and those melt below 105 °C. "
              f"{size}",
              found.inputs["at_120"]),
    ]  # fmt: skip


def draw(found: Results) -> Figure:
    """Strain against temperature; the two temperatures of the figure as lines."""
    with house_style():
        figure = new_figure(5.2, 3.4)
        axes = figure.subplots()
        for (diameter, strain), colour, line in zip(
            found.curves.items(), (VERMILION, BLUE, ORANGE), ("--", "-", "-."), strict=True
        ):
            axes.plot(TEMPERATURES_C, strain, line, color=colour, label=f"{diameter:g} nm")
        for temperature in (120.0, 140.0):
            axes.axvline(temperature, color=BLACK, linewidth=0.7, linestyle=":")
        axes.annotate("120 and 140 °C", (141.0, 0.02), fontsize=8)
        axes.set_xlabel("temperature (°C)")
        axes.set_ylabel("strain of a pair at rest")
        axes.legend(title="CdSe, diameter", title_fontsize=8, loc="lower right", bbox_to_anchor=(1.0, 0.1))
        title(axes, "A pair of equal dots: one sphere at 0.370")
    return figure
