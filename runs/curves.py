"""The two energy curves behind a run, sampled for drawing: Delta G(delta) and E_tot(strain) around its temperature."""

from dataclasses import dataclass

import numpy as np

from assembly.population import Flask
from physics.fusion.energetics import fuse, total_energy_ev
from physics.fusion.melting import melting_free_energy_ev, molten_layer_nm
from physics.materials import solvent

STEPS_K = (-50.0, -25.0, 0.0, 25.0, 50.0)  # temperatures drawn beside the recipe's own
POINTS = 201


@dataclass(frozen=True)
class Curve:
    """One energy curve of one kind at one temperature, and where the dots sit on it.

    x (n,): molten layer over radius, or strain, dimensionless; energy_ev (n,).
    """

    temperature_c: float
    own: bool  # drawn for the recipe's own temperature
    x: np.ndarray  # relative layer or strain, no unit
    energy_ev: np.ndarray
    chosen_x: float
    chosen_energy_ev: float


def temperatures_c(flask: Flask) -> list[float]:
    """The recipe's temperature with its neighbours, from 25 C up to where the solvent boils."""
    boiling = solvent(flask.solvent).boiling_c
    return [
        t for t in (flask.temperature_c + step for step in STEPS_K) if t == flask.temperature_c or 25 <= t <= boiling
    ]


def melting_curves(flask: Flask) -> dict[str, list[Curve]]:
    """Delta G of a liquid skin against its relative thickness delta/R, for each kind of dot."""
    found = {}
    relative = np.linspace(0.0, 1.0, POINTS)
    for dots in flask.dots:
        surface, radius = dots.shell or dots.material, dots.diameter_nm / 2
        found[dots.name] = [
            _melting_curve(surface, radius, relative, temperature, flask) for temperature in temperatures_c(flask)
        ]
    return found


def _melting_curve(surface: str, radius: float, relative: np.ndarray, temperature: float, flask: Flask) -> Curve:
    layer = float(molten_layer_nm(surface, radius, temperature, rule=flask.melting_rule, hold_s=flask.time_min * 60))
    energy = np.asarray(melting_free_energy_ev(surface, radius, relative * radius, temperature))
    chosen = float(melting_free_energy_ev(surface, radius, layer, temperature))
    return Curve(temperature, temperature == flask.temperature_c, relative, energy, layer / radius, chosen)


def fusion_curves(flask: Flask) -> dict[str, list[Curve]]:
    """E_tot of a pair of alike dots against its strain, for each kind of dot."""
    return {
        dots.name: [
            _fusion_curve(dots.shell or dots.material, dots.diameter_nm / 2, temperature, flask)
            for temperature in temperatures_c(flask)
        ]
        for dots in flask.dots
    }


def _fusion_curve(surface: str, radius: float, temperature: float, flask: Flask) -> Curve:
    rule, hold_s = flask.melting_rule, flask.time_min * 60
    full = 1 - 2 ** (-2 / 3)  # strain of two alike spheres that became one
    strain = np.linspace(0.0, full, POINTS)
    chosen = fuse(surface, radius, surface, radius, temperature, rule=rule, hold_s=hold_s).strain
    wanted = np.append(strain, chosen)
    energy = np.asarray(
        total_energy_ev(wanted, surface, radius, surface, radius, temperature, rule=rule, hold_s=hold_s)
    )
    energy = energy - energy[0]
    own = temperature == flask.temperature_c
    return Curve(temperature, own, strain, energy[:-1], chosen, float(energy[-1]))
