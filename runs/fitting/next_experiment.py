"""The next experiment: where a further count would narrow an interval most, by the Fisher information expected there.

I = sum over conditions of m sum_k (dp_k/dx)(dp_k/dx)^T / p_k for m objects with shares p_k(x) (multinomial); the width
of the interval of x_i is 2 x 1.96 sqrt((I^-1)_ii). A candidate adds its own I to that of the counts at hand.
"""

from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np

from physics.materials import solvent
from runs.complaints import RecipeError
from runs.fitting.counts import Counts
from runs.fitting.likelihood import Best, counted
from runs.fitting.models import Condition, Flasks, Kinetics, condition_of, condition_shares
from runs.fitting.search import Story
from runs.knobs import DOSE, TEMPERATURE, changed, concentration_key
from runs.recipe import Recipe

OBJECTS = 500  # a further count
REACH_95 = 1.959963984540054
DIFFERENCE = 1e-3  # of a coordinate, kT
TEMPERATURE_STEPS_C = np.arange(-40.0, 61.0, 10.0)
CONCENTRATION_STEPS = (0.3, 1.0, 3.0)
DOSE_STEPS = (0.8, 1.0, 1.2)
SINGULAR = 1e-12  # least over largest eigenvalue below which information determines nothing
UNDETERMINED_KT = 60.0  # an interval this wide says nothing
RIPENING_C = 200.0  # above it ripening, which is not in the model, matters: no candidate is hotter

Array = np.ndarray


def information(story: Story, at: Array, conditions: Sequence[Condition]) -> Array:
    """Fisher information per object on (C, E11/kT, and ln Kx if free), (conditions, n, n).

    `at` (n,): the story's coordinates.
    """
    given = story.start.exchange_constant

    def shares(point: Array) -> Array:
        constant = float(np.exp(point[2])) if len(point) > 2 else given
        there = story.of_barrier(float(point[1]), min(float(point[1] - point[0]), -1e-6), constant)
        free = [story.flasks.freedom(there, one.dose) for one in conditions]
        rows = [condition_shares(story.name, one, f, there) for one, f in zip(conditions, free, strict=True)]
        return counted(np.array(rows), story.matrix)

    here, slopes = shares(at), []
    for step in DIFFERENCE * np.eye(len(at)):
        slopes.append((shares(at + step) - shares(at - step)) / (2.0 * DIFFERENCE))
    return np.asarray(np.einsum("ack,bck,ck->cab", np.array(slopes), np.array(slopes), 1.0 / here))


def _candidates(counts: Counts, doses: bool) -> tuple[list[dict[str, float]], list[Recipe]]:
    """Conditions around those at hand that the solvent stands; other doses only where Kx is fitted."""
    base = counts.recipes[0]
    if base.heating.programme is not None:
        return [], []
    boiling = solvent(base.solution.solvent).boiling_c
    warm = [recipe.heating.final_temperature_c for recipe in counts.recipes]
    strong = float(np.exp(np.mean([np.log(recipe.dots[0].concentration_um) for recipe in counts.recipes])))
    dose = float(np.mean([recipe.solution.chalcogenide_equivalents for recipe in counts.recipes]))
    middle = 10.0 * round(float(np.mean(warm)) / 10.0)
    settings, recipes = [], []
    for celsius, factor, steps in product(
        middle + TEMPERATURE_STEPS_C, CONCENTRATION_STEPS, DOSE_STEPS if doses else (1.0,)
    ):
        if not 25.0 <= celsius <= min(boiling - 5.0, RIPENING_C):
            continue
        own = {TEMPERATURE: float(celsius), concentration_key(base): float(f"{factor * strong:.2g}")}
        if doses:
            own[DOSE] = float(f"{steps * dose:.2g}")
        try:
            recipes.append(changed(base, own))
        except RecipeError:
            continue
        settings.append(own)
    return settings, recipes


def _widths(whole: Array) -> Array:
    """Widths of the 95 % intervals of the coordinates, infinite where they are not determined."""
    values, vectors = np.linalg.eigh(whole)
    if values[0] <= SINGULAR * values[-1]:
        return np.full(len(whole), np.inf)
    spread = np.sum(vectors**2 / values, axis=1)
    return np.asarray(2.0 * REACH_95 * np.sqrt(spread))


def following(counts: Counts, flasks: Flasks, story: Story, best: Best) -> dict[str, Any] | None:
    """The best further condition for E1 (and for E11 - ln P), beside counting more of what is there.

    None where only one number is fitted or the recipe follows a heating programme.
    """
    if not story.split or story.name == "facet-limited":
        return None
    kinetics: Kinetics = story.kinetics(best.at)
    barrier = flasks.barrier_kt(kinetics)
    at = np.array([barrier - kinetics.ln_prefactor, barrier])
    if story.exchange:
        at = np.append(at, np.log(kinetics.exchange_constant))
    settings, recipes = _candidates(counts, story.exchange)
    if not settings:
        return None
    per_object = information(story, at, flasks.conditions)
    have = np.einsum("c,cab->ab", counts.objects.sum(axis=1), per_object)
    fresh = have + OBJECTS * information(story, at, [condition_of(recipe) for recipe in recipes])
    widths = np.array([_widths(whole) for whole in fresh])
    more = np.array([_widths(have + OBJECTS * one) for one in per_object])
    now = _widths(have)
    found: dict[str, Any] = {"objects": OBJECTS, "targets": [], "sentences": []}
    per_kt = kinetics.attachment_energy_ev / barrier
    for name, axis, scale, unit in (("attachment_energy_ev", 1, per_kt, "eV"), ("E11 - ln P", 0, 1.0, "kT")):
        k, row = int(np.argmin(widths[:, axis])), int(np.argmin(more[:, axis]))
        known, then = bool(now[axis] < UNDETERMINED_KT), float(widths[k, axis])
        if not then < UNDETERMINED_KT:
            found["sentences"].append(f"No single further condition would determine {name}: count at several.")
            continue
        target = {
            "parameter": name,
            "width_now": scale * now[axis] if known else None,
            "condition": settings[k],
            "width_then": scale * then,
            "same_by_counting_more": int(np.ceil(((now[axis] / then) ** 2 - 1.0) * counts.objects.sum()))
            if known
            else None,
            "best_row_to_count_more": row + 1 if known else None,
            "width_with_more_of_that_row": scale * more[row, axis] if known else None,
        }
        found["targets"].append(target)
        found["sentences"].append(_sentence(target, unit))
    return found


def _sentence(target: dict[str, Any], unit: str) -> str:
    where = ", ".join(f"{key} = {value:.4g}" for key, value in target["condition"].items())
    start = f"Next, for {target['parameter']}: {OBJECTS} objects at {where}"
    if target["width_now"] is None:
        return f"{start} give an interval {target['width_then']:.3g} {unit} wide; these counts alone give none."
    return (
        f"{start} narrow its interval from {target['width_now']:.3g} to {target['width_then']:.3g} {unit}; counting"
        f" more of the same conditions takes {target['same_by_counting_more']} objects for that."
    )
