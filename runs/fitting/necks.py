"""Whether counts can tell how necks grow: viscous flow of the skin, or surface diffusion into the neck.

A neck matters to counts only through the surface it has destroyed when the next dot comes. Where necks of both laws are
at rest within a hundredth of the heating, both give the same counts and the same likelihood; else the flask is
simulated with each law at the best fit, and the shares of the equilibrium necks are corrected by the difference.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from physics.fusion.necks import LAWS, neck_growth
from runs.fitting.evaluations import HALF, Evaluations, log_ratios, of_log_ratios
from runs.fitting.likelihood import Best, minus_two_log_likelihood
from runs.fitting.search import Story
from runs.recipe import Recipe

EARLY = 0.01  # of the heating time
AT_REST = 0.99  # of the equilibrium neck radius


def rest_share(recipe: Recipe, law: str) -> float:
    """Neck radius of a pair, as a share of its equilibrium, a hundredth of the heating time after the contact."""
    flask = recipe.flask()
    seconds = 60.0 * flask.time_min
    radius = 0.5 * flask.dots[0].diameter_nm
    early, late = np.asarray(
        neck_growth(
            flask.dots[0].surface_material,
            radius,
            flask.temperature_c,
            np.array([EARLY * seconds, 1e12]),
            law,
            rule=flask.melting_rule,
            hold_s=seconds,
        )
    )
    return float(early / late) if late > 0.0 else 1.0


def compared(
    recipes: Sequence[Recipe],
    story: Story,
    best: Best,
    evaluations: Evaluations,
    progress: Callable[[float], None],
) -> list[dict[str, Any]]:
    """One entry a neck law for the table of models: AIC of the self-limited story with it, and how far necks rest."""
    entries = []
    for k, law in enumerate(LAWS):
        at_rest = min(rest_share(recipe, law) for recipe in recipes)
        aic = best.cost + 2.0 * len(best.at)
        if at_rest < AT_REST and {recipe.heating.neck_growth for recipe in recipes} != {law}:
            aic += _loss(recipes, story, best, evaluations, law)
        entries.append(
            {
                "name": f"self-limited, {law} necks",
                "aic": aic,
                "parameters": len(best.at),
                "neck_at_rest": at_rest,
            }
        )
        progress((k + 1) / len(LAWS))
    return entries


def _loss(recipes: Sequence[Recipe], story: Story, best: Best, evaluations: Evaluations, law: str) -> float:
    """Rise of -2 ln L when every neck grows by this law, at the same parameters and with the same dice."""
    kinetics = story.kinetics(best.at)
    shares = story.shares(kinetics)
    moved = np.empty_like(shares)
    for c, (recipe, condition) in enumerate(zip(recipes, story.flasks.conditions, strict=True)):
        free = story.flasks.freedom(kinetics, condition.dose)
        flask = recipe.flask()
        slow = log_ratios(evaluations.shares(replace(flask, neck_growth=law), free))
        own = log_ratios(evaluations.shares(flask, free))
        moved[c] = of_log_ratios(log_ratios(shares[c] + HALF / evaluations.particles) + slow - own)
    return minus_two_log_likelihood(story.objects, moved, story.concentration(best.at)) - best.cost
