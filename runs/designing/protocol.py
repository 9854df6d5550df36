"""A condition as a bench carries it out: millilitres, milligrams, and the dots by their absorbance.

dots      n = c V;  stock  c_s = A f/(eps l), A the absorbance of the stock diluted f-fold in a cell of l = 1 cm
dose      n_X = d N_L n, with N_L = 4 pi R^2 times the ligand density of the catalogue
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from physics.excitons.extinction import extinction_law, extinction_m1_cm1, extinction_wavelength_nm
from physics.fusion.ligands import surface_ligands
from physics.materials import material
from physics.units import AVOGADRO_PER_MOL
from runs.complaints import wrong
from runs.knobs import DOSE, TEMPERATURE, TIME, concentration_key
from runs.recipe import Recipe

ATOMIC_MASS = {"S": 32.06, "Se": 78.971, "Te": 127.60}  # g/mol, standard atomic weights (IUPAC 2021)
NAMES = {"S": "sulfur", "Se": "selenium", "Te": "tellurium"}
CHALCOGEN_M = 0.20  # mol/L of the chalcogen's own stock in the solvent, assumed
CELL_CM = 1.0


@dataclass(frozen=True)
class Bench:
    """What the bench has: the volume wanted, and the stock of dots by its absorbance after dilution.

    RecipeError for a number out of its range. volume_ml in millilitres; absorbance: of the stock after dilution,
    dilution: a factor of 1 or more.
    """

    volume_ml: float = 5.0
    absorbance: float = 0.50
    dilution: float = 1000.0
    measured: bool = False  # False: absorbance and dilution stand for a stock that was not measured yet

    def __post_init__(self) -> None:
        for name in ("volume_ml", "absorbance", "dilution"):
            value = getattr(self, name)
            if not 0.0 < value < np.inf:
                raise wrong(f"--{name.replace('_', '-')}", "a number above 0", value)
        if self.absorbance > 3.0:
            raise wrong("--absorbance", "at most 3, beyond which no spectrometer is linear", self.absorbance)
        if self.dilution < 1.0:
            raise wrong("--dilution", "1 (undiluted) or more", self.dilution)


def dots_mg(recipe: Recipe, nanomoles: float) -> float:
    """Mass of so many dots without their ligands, in mg. `nanomoles` of dots."""
    kind = recipe.dots[0]
    core = kind.core_diameter_nm or 0.0
    shell = material(kind.shell or kind.material).density_g_cm3 * (kind.diameter_nm**3 - core**3)
    grams_nm3 = np.pi / 6.0 * 1e-21 * (shell + material(kind.material).density_g_cm3 * core**3)
    return float(nanomoles * 1e-9 * AVOGADRO_PER_MOL * grams_nm3 * 1e3)


def protocol(recipe: Recipe, values: Mapping[str, float], bench: Bench) -> list[str]:
    """Steps in words with their numbers, for dots of the recipe at these dotted keys.

    values: the number at each dotted key, in the unit that the key names.
    """
    kind, solution = recipe.dots[0], recipe.solution
    strength = values[concentration_key(recipe)]
    nanomoles = strength * bench.volume_ml
    lines = [
        f"Make {bench.volume_ml:g} mL in {solution.solvent}: {nanomoles:.4g} nmol of {kind.diameter_nm:g} nm"
        f" {kind.name} dots ({dots_mg(recipe, nanomoles):.3g} mg without ligands) at {strength:.3g} micromol/L."
    ]
    stock, taken_ml = _stock(recipe, nanomoles, bench)
    lines.append(stock)
    dose = values.get(DOSE, solution.chalcogenide_equivalents)
    surface = kind.shell or kind.material
    if dose > 0.0 and material(surface).exchange_constant.get(solution.ligand, 0.0) > 0.0:
        element = material(surface).elements[1]
        ligands = surface_ligands(surface, 0.5 * kind.diameter_nm)
        micromoles = dose * ligands * nanomoles * 1e-3
        lines.append(
            f"Add {dose:.3g} {NAMES[element]} per surface ligand ({ligands:.0f} ligands on a dot, catalogue:"
            f" assumed density): {micromoles:.3g} micromol, {micromoles * ATOMIC_MASS[element] * 1e-3:.3g} mg,"
            f" {_dissolved(micromoles, bench.volume_ml - taken_ml)}; fill up to {bench.volume_ml:g} mL with"
            f" {solution.solvent}."
        )
    lines.append(
        f"Under inert gas, heat to {values[TEMPERATURE]:g} C as fast as the mantle allows, hold for"
        f" {values[TIME]:.3g} min with stirring, then cool at once and dilute tenfold."
    )
    return lines


def _dissolved(micromoles: float, room_ml: float) -> str:
    """How the chalcogen goes in: from its usual stock where the flask has room for that, else from a stronger one."""
    usual_ml = micromoles / CHALCOGEN_M * 1e-3
    if usual_ml <= room_ml or room_ml <= 0.0:
        return f"that is {usual_ml:.3g} mL of {CHALCOGEN_M:g} mol/L in the same solvent"
    return (
        f"dissolved in {0.9 * room_ml:.3g} mL of the same solvent ({micromoles / (0.9 * room_ml) * 1e-3:.2g} mol/L,"
        f" because {usual_ml:.3g} mL of {CHALCOGEN_M:g} mol/L would not fit; warm it, or dry the dots' stock down)"
    )


def _stock(recipe: Recipe, nanomoles: float, bench: Bench) -> tuple[str, float]:
    """How much of the stock, by its absorbance, and its millilitres; by mass where no extinction law is known."""
    kind = recipe.dots[0]
    try:
        if kind.shell is not None:
            raise ValueError("no extinction law is known for core/shell dots")
        epsilon = extinction_m1_cm1(kind.material, kind.diameter_nm)
        wavelength = extinction_wavelength_nm(kind.material, kind.diameter_nm)
        law = extinction_law(kind.material)
    except ValueError as why:
        return f"Weigh the dots: {str(why).rstrip('.')}, so that absorbance does not tell their concentration.", 0.0
    stock_um = bench.absorbance * bench.dilution / (epsilon * CELL_CM) * 1e6
    millilitres = nanomoles / stock_um
    told = "reads" if bench.measured else "reads (say)"
    line = (
        f"Stock of dots: diluted {bench.dilution:g}-fold it {told} {bench.absorbance:g} at {wavelength:.0f} nm in a"
        f" {CELL_CM:g} cm cell; with eps = {epsilon:.3g} /(M cm) ({law.source}, {law.standing}) it holds {stock_um:.4g}"
        f" micromol/L: take {millilitres:.3g} mL"
    )
    if not bench.measured:
        line += f" ({millilitres * bench.absorbance:.3g} mL divided by the absorbance that you read)"
    if millilitres > bench.volume_ml:
        line += ", more than the flask holds: dry it down first"
    return line + ".", millilitres


def summary_lines(report: Mapping[str, Any]) -> list[str]:
    """What to expect, in words."""
    wanted = report["dimer_yield"]["resolvable_of_particles"]
    return [
        f"Expect {100 * wanted['value']:.1f} % of all dots in dimers that a microscope sees as two"
        f" ({100 * wanted['low']:.1f} to {100 * wanted['high']:.1f} % in 95 of 100 flasks), and"
        f" {100 * report['larger']:.1f} % in three dots and more."
    ]
