"""What the model leaves out of both papers: ripening, alloying, the surroundings; and when each of them matters."""

import math
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter

from physics.fusion.encounter import viscosity_pa_s
from physics.materials import material, molar_volume_m3
from physics.units import AVOGADRO_PER_MOL, BOLTZMANN_EV_K, ELEMENTARY_CHARGE_C, kelvin
from runs.claims.claim import Claim, Input
from runs.claims.room import Room
from runs.claims.standings import of_catalogue
from runs.figures.style import BLUE, ORANGE, VERMILION, house_style, new_figure, title

ALT = (
    "Solubility above which Ostwald ripening, if diffusion through the liquid were all that slows it, doubles the "
    "volume of CdS dots of 3, 4.26 and 6 nm within an hour, against temperature: hundredths to tenths of a nanomole "
    "per litre, falling with temperature."
)
DESCRIBED = (
    "Ours: an estimate of when ripening, which the model leaves out, would matter. The paper has no such figure; it "
    "says that ripening would be strongly enhanced and gives no rate."
)
TEMPERATURES_C = np.arange(100.0, 251.0, 5.0)
DRAWN_NM = (3.0, 4.26, 6.0)


@dataclass(frozen=True)
class Results:
    """Solubilities (nM) at which ripening matters, the interdiffusion that alloys an interface, curves, inputs."""

    ripening_nanomolar: dict[float, float]
    interdiffusion_m2_s: float
    curves: dict[float, np.ndarray]
    inputs: tuple[Input, ...]


def results(room: Room) -> Results:
    """The two estimates."""
    time_s = 60.0 * room.number("time_min")
    monomer, tension, own = room.number("monomer_nm"), room.number("tension_j_m2"), room.number("cds_nm")

    def limit(diameter: float, temperature: float) -> float:
        return ripening_solubility_nanomolar(0.5 * diameter, temperature, time_s, monomer, tension)

    return Results(
        ripening_nanomolar={t: limit(own, t) for t in (room.number("warm_c"), room.number("hot_c"))},
        interdiffusion_m2_s=(room.number("lattice_nm") * 1e-9) ** 2 / time_s,
        curves={d: np.array([limit(d, float(t)) for t in TEMPERATURES_C]) for d in DRAWN_NM},
        inputs=(*of_catalogue("CdS", "density_g_cm3", "molar_mass_g_mol"),
                *of_catalogue("oleylamine", "viscosity.factor"),
                *room.numbers("cds_nm", "hot_c", "warm_c", "time_min", "monomer_nm", "tension_j_m2", "lattice_nm")),
    )  # fmt: skip


def ripening_solubility_nanomolar(
    radius_nm: float, temperature_c: float, time_s: float, monomer_nm: float, tension_j_m2: float
) -> float:
    """Bulk solubility c, nmol/L, above which ripening doubles the volume of CdS dots in oleylamine within `time_s`.

    Lifshitz, Slyozov and Wagner: r^3 - r0^3 = (8/9) gamma D c Vm^2 t/(R T), D = k T/(6 pi eta a). A lower bound: where
    the reaction at the surface limits, more is needed.
    """
    thermal_j = BOLTZMANN_EV_K * ELEMENTARY_CHARGE_C * kelvin(temperature_c)
    eta = float(viscosity_pa_s("oleylamine", temperature_c))
    diffusion = thermal_j / (6.0 * math.pi * eta * monomer_nm * 1e-9)
    growth = 8.0 / 9.0 * tension_j_m2 * diffusion * molar_volume_m3(material("CdS")) ** 2
    return 1e6 * (radius_nm * 1e-9) ** 3 * thermal_j * AVOGADRO_PER_MOL / (growth * time_s)


def claims(found: Results) -> list[Claim]:
    """Rows that nothing here can reach."""
    warm, hot = found.ripening_nanomolar.values()
    return [
        Claim("left-out-ripening", "cassidy", "text", "ripening of the dots while they fuse", "1",
              "strongly enhanced, should be considered", None, None,
              f"Not in the model. Slowed by diffusion alone it doubles the volume of 4.26 nm CdS within an hour once "
              f"the solubility exceeds some {hot:.2g} nM at 210 °C and {warm:.2g} nM at 150 °C. That is so little that "
              f"diffusion can hardly be what keeps dots their size: it must be the slow reaction at a covered surface, "
              f"for which no number is known here. Chalcogenide uncovers the surface, so ripening has to be reckoned "
              f"with first at 200 °C and above, where the > 90 % are.", found.inputs),
        Claim("left-out-alloying", "cassidy", "text", "alloying of fused interfaces", "1", "alloyed interfaces form",
              None, None,
              f"Not in the model. Over an hour it takes an interdiffusion above {found.interdiffusion_m2_s:.1g} m2/s "
              f"to reach one lattice constant; no interdiffusion at 180 to 250 °C is known here. Where it gets so far, "
              f"it smooths the barrier between the cores of CdSe/CdS and raises their coupling.", found.inputs),
        Claim("left-out-surroundings", "hamilton", "text, Figs. 3, 4", "effect of solvent and film on the coherences",
              "1", "extra broadening; phonon at 220 cm-1", None, None,
              "Not in the model, nor in the paper's. Dephasing by the surroundings matters for ρ I first: a "
              "homogeneous time below some 700 fs would show there, one below 250 fs in ρ II, one below 100 fs "
              "everywhere. An optical line broader than the inhomogeneous 340 to 470 cm-1 would make the places of the "
              "map run into each other (106 cm-1 are assumed). The phonon matters for ρ I: in the paper's solution it "
              "beats more strongly there than ρ I itself.", found.inputs),
    ]  # fmt: skip


def draw(found: Results) -> Figure:
    """Above each line, ripening matters within an hour."""
    with house_style():
        figure = new_figure(5.2, 3.4)
        axes = figure.subplots()
        for (diameter, limit), colour, line in zip(
            found.curves.items(), (BLUE, ORANGE, VERMILION), ("-", "--", "-."), strict=True
        ):
            axes.semilogy(TEMPERATURES_C, limit, line, color=colour, label=f"{diameter:g} nm")
        axes.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        axes.yaxis.set_major_formatter("{x:g}")
        axes.yaxis.set_minor_formatter(NullFormatter())
        axes.set_xlabel("temperature (°C)")
        axes.set_ylabel("solubility of CdS (nmol/L)")
        axes.legend(title="CdS dots", title_fontsize=8)
        title(axes, "Above a line, ripening limited by diffusion would double the dots' volume in an hour")
    return figure
