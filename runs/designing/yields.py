"""Yields of one condition, for searches: rate equations where they hold, small simulations where they do not."""

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from assembly import simulate
from assembly.population import Flask
from assembly.rate_equations import RateEquations, rate_equations
from assembly.summary import RESOLVABLE_ASPECT_RATIO, resolvable_dimers
from assembly.yields import size_counts
from physics.fusion.ligands import starting_cover
from physics.units import PARTICLES_NM3_PER_MICROMOLAR
from runs.knobs import (
    DOSE,
    TEMPERATURE,
    TIME,
    barrier_key,
    changed,
    concentration_key,
    diameter_key,
    rate_equations_hold,
)
from runs.recipe import Recipe

YIELDS = ("resolvable_of_particles", "of_particles", "of_objects", "of_assemblies", "resolvable")
SEARCH_PARTICLES = 2_000  # dots of a simulation within a search
KELVINS, NANOMETRES = 0.25, 0.02  # temperatures and sizes a search tells apart: forms of clusters are kept by them


class Yields(NamedTuple):
    """Of particles, of objects, of assemblies; `resolvable` of objects; `larger`: particles in three dots and more.

    All are shares of 1.
    """

    of_particles: float
    of_objects: float
    of_assemblies: float
    resolvable: float
    resolvable_of_particles: float
    larger: float


class Yielding:
    """The yields of a recipe as a function of temperature, time, concentration, dose, diameter and barrier."""

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self.smooth = rate_equations_hold(recipe)
        self._forms: dict[tuple[float, float, float], RateEquations] = {}

    def __call__(self, values: Mapping[str, float]) -> Yields:
        """At dotted keys (others as in the recipe)."""
        flask = changed(self.recipe, values).flask() if not self.smooth else self.recipe.flask()
        if not self.smooth:
            return simulated(flask, SEARCH_PARTICLES, flask.seed)
        return self._solved(flask, values)

    def _solved(self, flask: Flask, values: Mapping[str, float]) -> Yields:
        kind = flask.dots[0]
        celsius = KELVINS * round(values.get(TEMPERATURE, flask.temperature_c) / KELVINS)
        minutes = values.get(TIME, flask.time_min)
        held = minutes if flask.melting_rule == "thermal" else flask.time_min
        diameter = values.get(diameter_key(self.recipe), kind.diameter_nm)
        if diameter != kind.diameter_nm:
            diameter = NANOMETRES * round(diameter / NANOMETRES)
        forms = self._forms.get((celsius, held, diameter))
        if forms is None:
            dots = (replace(kind, diameter_nm=diameter),)
            forms = rate_equations(replace(flask, dots=dots, temperature_c=celsius, time_min=held))
            self._forms[celsius, held, diameter] = forms
        dose = values.get(DOSE, flask.chalcogenide_equivalents)
        strength = values.get(concentration_key(self.recipe), kind.concentration_um)
        cover = starting_cover(kind.surface_material, flask.ligand, dose)
        timed = replace(
            forms,
            stages=tuple(stage._replace(seconds=60.0 * minutes) for stage in forms.stages),
            density_nm3=strength * PARTICLES_NM3_PER_MICROMOLAR,
        )
        barrier = values.get(barrier_key(self.recipe), forms.given.attachment_energy_ev)
        sizes = timed.sizes(forms.given._replace(cover=cover, attachment_energy_ev=barrier))
        return of_sizes(sizes, float(sizes[1]) if forms.dimer_aspect_ratio > RESOLVABLE_ASPECT_RATIO else 0.0)


def simulated(flask: Flask, particles: int, seed: int) -> Yields:
    """One replica of so many dots."""
    made = simulate(replace(flask, particles=particles, replicas=1, seed=seed))
    sizes = size_counts(made.clusters["replica"], made.clusters["size"], 1)[0].astype(float)
    seen = float(resolvable_dimers(made.bonds, made.clusters, 1)[0])
    return of_sizes(sizes, seen)


def of_sizes(sizes: np.ndarray, resolvable: float) -> Yields:
    """From numbers of clusters of 1, 2, ... dots and of dimers that a microscope sees as two.

    sizes (n,) are these numbers of clusters, `resolvable` that of dimers.
    """
    dots = float(sizes @ np.arange(1, len(sizes) + 1))
    dimers = float(sizes[1]) if len(sizes) > 1 else 0.0
    objects, assemblies = float(sizes.sum()), float(sizes[1:].sum())
    return Yields(
        of_particles=2.0 * dimers / dots,
        of_objects=dimers / objects,
        of_assemblies=dimers / assemblies if assemblies > 0.0 else 0.0,
        resolvable=resolvable / objects,
        resolvable_of_particles=2.0 * resolvable / dots,
        larger=max(0.0, 1.0 - (float(sizes[0]) + 2.0 * dimers) / dots),
    )
