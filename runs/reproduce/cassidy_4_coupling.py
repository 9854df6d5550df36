"""Figs. 4a to 4c of Cassidy 2022: how strongly two CdSe/CdS dots couple, mechanism by mechanism."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from matplotlib.figure import Figure

from physics.excitons.charge_transfer import charge_transfer_energy_ev, exciton_shift_and_coupling_ev
from physics.excitons.coupling import dipole_coupling_cm1
from physics.excitons.dot import dipole_debye, transition_energy_cm1
from physics.excitons.hamiltonian import dimer_levels_cm1, four_state_dimer
from physics.excitons.necks import carriers, core_shell_shape
from physics.excitons.tunnelling import doublet
from physics.fusion.energetics import fuse
from physics.units import CM1_PER_MEV
from runs.claims.claim import Claim, Input, Ours, around
from runs.claims.room import MELTING, Room
from runs.claims.spread import exactly, over_inputs
from runs.claims.standings import of_catalogue
from runs.figures import share_bars

ALT = (
    "Bars in meV for weakly and strongly fused CdSe/CdS dots beside the paper's 12 meV: the electron tunnels with 10 "
    "and 19 meV; the shift of the exciton is 0.7 and 2.6 meV, dipole-dipole coupling 0.4 and 0.6 and the hopping of "
    "the exciton 0.1 meV or less."
)
DESCRIBED = (
    "Ours: the strength of four mechanisms in a weakly (130 °C) and a strongly (180 °C) fused pair. The paper draws a "
    "level scheme and spectra and reads V_F = 12 meV off the emission; here no coupling of excitons comes near that, "
    "only the tunnelling of the lone electron passes it, which is not what V_F means."
)
STEP_NM = 0.06
SAID = "Interval: the conduction-band offset of CdS over CdSe from 0 to 0.3 eV."
OPTICAL = ("conduction_edge_ev", "valence_edge_ev", "electron_mass", "hole_mass")


@dataclass(frozen=True)
class Mechanisms:
    """One fused pair, meV: transfer of the electron, shift and hopping of the exciton, dipoles at their strongest."""

    electron: Ours
    shift: Ours
    hopping: Ours
    dipole: Ours


@dataclass(frozen=True)
class Results:
    """The mechanisms of both pairs, the four-state Hamiltonian's levels, inputs."""

    pairs: dict[str, Mechanisms]
    formula_error: float
    upper_above: float
    inputs: tuple[Input, ...]


def results(room: Room) -> Results:
    """Everything the claims and the drawing need."""
    offsets = (room.number("least_offset_ev"), room.number("most_offset_ev"))
    coupling, detuning = room.number("coupling_mev"), room.number("detuning_mev")
    eigenvalues = np.linalg.eigvalsh(four_state_dimer(2000.0, 2000.0 + detuning, coupling))[1:3]
    lower, upper = (float(level) for level in dimer_levels_cm1(2000.0, 2000.0 + detuning, coupling))
    of_dots = (*of_catalogue("CdSe", *OPTICAL, "dielectric_optical"), *of_catalogue("CdS", *MELTING, *OPTICAL))
    return Results(
        pairs={name: _mechanisms(room, name, offsets) for name in room.flasks()},
        formula_error=float(np.abs(eigenvalues - [lower, upper]).max()),
        upper_above=upper - 2000.0 - detuning,
        inputs=(*of_dots, *(row for row in room.inputs("strong") if row.name.startswith(("dots", "heating"))),
                *room.numbers("coupling_mev", "detuning_mev", "least_offset_ev", "most_offset_ev")),
    )  # fmt: skip


def _mechanisms(room: Room, flask: str, offsets: tuple[float, float]) -> Mechanisms:
    """The pair that equilibrium fusion makes of the recipe's dots at its temperature."""
    recipe = room.recipe(flask)
    (dots,) = recipe.dots
    shell, core_nm = dots.shell or dots.material, float(dots.core_diameter_nm or dots.diameter_nm)
    bond = fuse(shell, dots.diameter_nm / 2, shell, dots.diameter_nm / 2, recipe.heating.final_temperature_c)
    shape = core_shell_shape(core_nm, dots.diameter_nm, bond.neck_radius_nm)
    cost = float(charge_transfer_energy_ev(dots.material, core_nm, bond.centre_distance_nm))
    electron, hole = carriers(dots.material, shell)
    both = electron.shell_barrier_ev + hole.shell_barrier_ev  # the difference of the gaps, shared between the carriers

    def transfers(offset: float) -> tuple[float, float]:
        changed = (replace(electron, shell_barrier_ev=offset), replace(hole, shell_barrier_ev=both - offset))
        first, second = (doublet(shape, carrier, STEP_NM).coupling_ev for carrier in changed)
        return first, second

    def over_offset(law: Callable[[float, float], float]) -> Ours:
        return over_inputs(
            lambda offset: 1e3 * law(*transfers(offset)), {"offset": electron.shell_barrier_ev}, {"offset": offsets}
        )

    moment = np.array([0.0, 0.0, float(dipole_debye(dots.material, transition_energy_cm1(dots.material, core_nm)))])
    dipole = dipole_coupling_cm1(moment, moment, np.array([0.0, 0.0, bond.centre_distance_nm])) / CM1_PER_MEV
    return Mechanisms(
        electron=over_offset(lambda e, h: e),
        shift=over_offset(lambda e, h: abs(float(exciton_shift_and_coupling_ev(e, h, cost)[0]))),
        hopping=over_offset(lambda e, h: abs(float(exciton_shift_and_coupling_ev(e, h, cost)[1]))),
        dipole=exactly(abs(dipole)),
    )


def claims(found: Results) -> list[Claim]:
    """The Hamiltonian as printed; V_F by every mechanism; the weak pair."""
    weak, strong, given = found.pairs["weak"], found.pairs["strong"], found.inputs
    near = around(12.0, 0.4)
    figure, of = "Fig. 4c, text", "of strongly fused CdSe/CdS dots (180 °C)"
    return [
        Claim("cassidy-4a-levels", "cassidy", "Fig. 4a",
              "largest difference between the closed form of the levels and the eigenvalues of the 4 x 4 matrix", "meV",
              "the closed form of the text", (0.0, 1e-6), exactly(found.formula_error),
              "With the energy of the higher monomer in it; V_F = 12 meV, 10 meV apart.", given),
        Claim("cassidy-4a-both-lower", "cassidy", "text to Fig. 4c",
              "upper superposition state over the higher monomer for V_F = 12 meV, 10 meV apart", "meV",
              "both states lie lower than a monomer", (None, 0.0), exactly(found.upper_above),
              "Coupling repels levels: by the paper's own Hamiltonian the upper state rises for every V_F but 0.",
              given),
        Claim("cassidy-4b-weak", "cassidy", "Fig. 4b", "shift of the lowest exciton of weakly fused dots (130 °C)",
              "meV", "no significant change", (0.0, 5.0), weak.shift,
              f"Charge transfer through the neck. {SAID}", given),
        Claim("cassidy-4c-electron", "cassidy", figure, f"electron's transfer integral {of}", "meV", 12.0, near,
              strong.electron,
              f"The electron alone tunnels this strongly; it is not the coupling of excitons that V_F stands for. "
              f"{SAID}", given),
        Claim("cassidy-4c-shift", "cassidy", figure, f"shift of the lowest exciton {of}", "meV", 12.0, near,
              strong.shift, f"For equal dots V_F is this shift. Exciton and charge transfer, with the hole. {SAID}",
              given),
        Claim("cassidy-4c-hopping", "cassidy", figure, f"hopping of the exciton {of} by charge transfer", "meV", 12.0,
              near, strong.hopping, f"The hole hardly tunnels. {SAID}", given),
        Claim("cassidy-4c-dipole", "cassidy", figure, f"dipole-dipole (Förster) coupling {of}, dipoles aligned", "meV",
              12.0, near, strong.dipole, "Screened as by dielectric spheres; the most it can be.", given),
        Claim("cassidy-4c-stronger", "cassidy", "Figs. 4b, 4c", "electron's transfer integral, strong minus weak",
              "meV", "180 °C couples more strongly than 130 °C", (2.0, None),
              _difference(strong.electron, weak.electron), SAID, given),
    ]  # fmt: skip


def _difference(strong: Ours, weak: Ours) -> Ours:
    """At the same offset each."""
    value, *ends = (s - w for s, w in ((strong.value, weak.value), (strong.low, weak.low), (strong.high, weak.high)))
    return Ours(value, min(value, *ends), max(value, *ends))


NAMES = {
    "electron": "electron's transfer", "shift": "exciton's shift", "dipole": "dipole-dipole, aligned",
    "hopping": "exciton's hopping",
}  # fmt: skip


def draw(found: Results) -> Figure:
    """Every mechanism of both pairs beside the paper's number."""
    groups = {
        f"{name}ly fused": [(label, getattr(pair, key)) for key, label in NAMES.items()]
        for name, pair in found.pairs.items()
    }
    return share_bars.draw(groups, "CdSe/CdS core/shell pairs (3.0 and 5.4 nm)", "meV", (12.0, "paper: 12 meV"))
