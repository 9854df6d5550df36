"""The next experiment: where a further count would narrow an interval most, by the Fisher information expected there.

I = sum over conditions of m sum_k (dp_k/dx)(dp_k/dx)^T / p_k for m objects with shares p_k(x) (multinomial); the width
of the interval of x_i is 2 x 1.96 sqrt((I^-1)_ii). A candidate adds its own I to that of the counts at hand.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from physics.materials import solvent
from runs.complaints import RecipeError
from runs.fit_counts import Counts
from runs.fit_likelihood import Best, counted
from runs.fit_models import Condition, Flasks, Kinetics, condition_of, condition_shares
from runs.fit_search import Story
from runs.recipe import Recipe, checked

OBJECTS = 500  # a further count
REACH_95 = 1.959963984540054
DIFFERENCE = 1e-3  # of a coordinate, kT
TEMPERATURE_STEPS_C = np.arange(-40.0, 61.0, 10.0)
CONCENTRATION_STEPS = (0.3, 1.0, 3.0)
RIPENING_C = 200.0  # above it ripening, which is not in the model, matters: no candidate is hotter

Array = np.ndarray


def information(story: Story, at: tuple[float, float], conditions: Sequence[Condition], constant: float) -> Array:
    """Fisher information per object on (C, E11/kT), (conditions, 2, 2), of the self-limited story."""

    def shares(combination: float, barrier: float) -> Array:
        there = story.of_barrier(barrier, min(barrier - combination, -1e-6), constant)
        free = [story.flasks.freedom(there, one.dose) for one in conditions]
        rows = [condition_shares(story.name, one, f, there) for one, f in zip(conditions, free, strict=True)]
        return counted(np.array(rows), story.matrix)

    here = shares(*at)
    slopes = []
    for axis in range(2):
        step = DIFFERENCE * np.eye(2)[axis]
        slopes.append((shares(*(np.array(at) + step)) - shares(*(np.array(at) - step))) / (2.0 * DIFFERENCE))
    return np.asarray(np.einsum("ack,bck,ck->cab", np.array(slopes), np.array(slopes), 1.0 / here))


def _candidates(counts: Counts) -> tuple[list[dict[str, float]], list[Recipe]]:
    """Conditions around those at hand that the solvent stands."""
    base = counts.recipes[0]
    if base.heating.programme is not None:
        return [], []
    boiling = solvent(base.solution.solvent).boiling_c
    warm = [recipe.heating.final_temperature_c for recipe in counts.recipes]
    strong = float(np.exp(np.mean([np.log(recipe.dots[0].concentration_um) for recipe in counts.recipes])))
    middle = 10.0 * round(float(np.mean(warm)) / 10.0)
    key = f"dots.{base.dots[0].name}.concentration_um"
    settings, recipes = [], []
    for celsius in middle + TEMPERATURE_STEPS_C:
        if not 25.0 <= celsius <= min(boiling - 5.0, RIPENING_C):
            continue
        for factor in CONCENTRATION_STEPS:
            own = {"heating.temperature_c": float(celsius), key: float(f"{factor * strong:.2g}")}
            tables = base.model_dump(exclude_none=True)
            tables["heating"]["temperature_c"] = float(celsius)
            tables["dots"][0]["concentration_um"] = own[key]
            try:
                recipes.append(checked(tables))
            except RecipeError:
                continue
            settings.append(own)
    return settings, recipes


def _widths(information_: Array) -> Array:
    """Widths of the 95 % intervals of (C, E11/kT), infinite where they are not determined."""
    with np.errstate(invalid="ignore", divide="ignore"):
        try:
            spread = np.diag(np.linalg.inv(information_))
        except np.linalg.LinAlgError:
            return np.full(2, np.inf)
    return np.where(spread > 0.0, 2.0 * REACH_95 * np.sqrt(np.abs(spread)), np.inf)


def following(counts: Counts, flasks: Flasks, story: Story, best: Best) -> dict[str, Any] | None:
    """The best further condition for E1 (and for E11 - ln P), beside counting more of what is there.

    None where only one number is fitted or the recipe follows a heating programme.
    """
    if not story.split or story.name == "facet-limited":
        return None
    kinetics: Kinetics = story.kinetics(best.at)
    barrier = flasks.barrier_kt(kinetics)
    at, constant = (barrier - kinetics.ln_prefactor, barrier), kinetics.exchange_constant
    per_object = information(story, at, flasks.conditions, constant)
    have = np.einsum("c,cab->ab", counts.objects.sum(axis=1), per_object)
    settings, recipes = _candidates(counts)
    if not settings:
        return None
    fresh = information(story, at, [condition_of(recipe) for recipe in recipes], constant)
    now = _widths(have)
    per_kt = kinetics.attachment_energy_ev / barrier
    found: dict[str, Any] = {"objects": OBJECTS, "targets": [], "sentences": []}
    for name, axis, scale, unit in (("attachment_energy_ev", 1, per_kt, "eV"), ("E11 - ln P", 0, 1.0, "kT")):
        widths = np.array([_widths(have + OBJECTS * one)[axis] for one in fresh])
        more = np.array([_widths(have + OBJECTS * one)[axis] for one in per_object])
        k, row = int(np.argmin(widths)), int(np.argmin(more))
        factor = (now[axis] / widths[k]) ** 2
        needed = int(np.ceil((factor - 1.0) * counts.objects.sum()))
        found["targets"].append(
            {
                "parameter": name,
                "width_now": scale * now[axis],
                "condition": settings[k],
                "width_then": scale * widths[k],
                "same_by_counting_more": needed,
                "best_row_to_count_more": row + 1,
                "width_with_more_of_that_row": scale * more[row],
            }
        )
        where = ", ".join(f"{key} = {value:.4g}" for key, value in settings[k].items())
        found["sentences"].append(
            f"Next, for {name}: {OBJECTS} objects at {where} narrow its interval from {scale * now[axis]:.3g} to"
            f" {scale * widths[k]:.3g} {unit}; counting more of the same conditions takes {needed} objects for that."
        )
    return found
