"""Whether counts can tell how necks grow: viscous flow of the skin, or surface diffusion into the neck.

A neck matters to counts only through the surface it has destroyed when the next dot comes. Where necks of both laws are
at rest within a hundredth of the heating, both give the same counts and the same likelihood; else the flask is
simulated with each law at the best fit, and the shares of the equilibrium necks are corrected by the difference.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from physics.fusion.necks import LAWS, neck_growth
from runs.fit_counts import Counts
from runs.fit_evaluations import HALF, Evaluations, log_ratios, of_log_ratios
from runs.fit_likelihood import minus_two_log_likelihood
from runs.fit_models import Flasks
from runs.recipe import Recipe

if TYPE_CHECKING:
    from runs.fit import Fitted

EARLY = 0.01  # of the heating time
AT_REST = 0.99  # of the equilibrium neck radius
DEFAULT = "at-once"


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
    counts: Counts,
    flasks: Flasks,
    fitted: "Fitted",
    evaluations: Evaluations,
    least: float,
    rejected: float,
    say: Callable[[str, float], None],
) -> list[dict[str, Any]]:
    """One entry a neck law for the table of models: AIC, whether rejected, and how far its necks are at rest."""
    entries = []
    for k, law in enumerate(LAWS):
        at_rest = min(rest_share(recipe, law) for recipe in counts.recipes)
        own = [recipe.heating.neck_growth for recipe in counts.recipes]
        if at_rest >= AT_REST or own == [law] * len(own):
            aic = fitted.aic
        else:
            aic = fitted.aic + _gain(counts, flasks, fitted, evaluations, law, lambda f, k=k: say("necks", (k + f) / 2))
        entries.append(
            {
                "name": f"self-limited, {law} necks",
                "aic": aic,
                "rejected": bool(aic - least > rejected),
                "parameters": len(fitted.best.at),
                "neck_at_rest": at_rest,
            }
        )
    return entries


def _gain(
    counts: Counts,
    flasks: Flasks,
    fitted: "Fitted",
    evaluations: Evaluations,
    law: str,
    progress: Callable[[float], None],
) -> float:
    """Change of -2 ln L when the necks of every flask grow by this law, at the same parameters and with the same dice."""
    shares = fitted.story.shares(fitted.kinetics)
    moved = np.empty_like(shares)
    for c, (recipe, condition) in enumerate(zip(counts.recipes, flasks.conditions, strict=True)):
        free = flasks.freedom(fitted.kinetics, condition.dose)
        flask = recipe.flask()
        slow, own = (
            evaluations.shares(replace(flask, neck_growth=growth), free) for growth in (law, flask.neck_growth)
        )
        moved[c] = of_log_ratios(log_ratios(shares[c] + HALF / evaluations.particles) + log_ratios(slow) - log_ratios(own))
        progress((c + 1) / len(shares))
    concentration = fitted.story.concentration(fitted.best.at)
    return minus_two_log_likelihood(counts.objects, moved, concentration) - fitted.best.cost
