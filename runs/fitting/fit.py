"""From counts to kinetic parameters: fit the rival stories, say which hold, and what of their parameters is known."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from runs.complaints import RecipeError
from runs.fitting import necks, next_experiment, words
from runs.fitting.counts import Counts, read_counts
from runs.fitting.evaluations import Evaluations, correction_at
from runs.fitting.likelihood import Best, Profiled, excess_p
from runs.fitting.models import MODELS, Flasks, Kinetics, catalogue, flasks_of
from runs.fitting.search import Story, fit, intervals, self_limitation
from runs.knobs import rate_equations_hold

__all__ = ["Counts", "Fitted", "Outcome", "fit_counts", "read_counts"]

REJECTED_AIC = 6.0  # above the best: an evidence ratio exp(-3) = 1 in 20 (Burnham and Anderson 2002)
ROUNDS = 2  # of simulating around the best fit and fitting again

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Fitted:
    """One story at its best."""

    story: Story
    best: Best

    @property
    def kinetics(self) -> Kinetics:
        """The parameters there."""
        return self.story.kinetics(self.best.at)

    @property
    def aic(self) -> float:
        """-2 ln L + 2 k. k is the number of free parameters (Akaike 1974); dimensionless."""
        return self.best.cost + 2.0 * len(self.best.at)


@dataclass(frozen=True)
class Outcome:
    """A finished fit: what `qdmer fit --json` prints, and what figures are drawn from."""

    report: dict[str, Any]
    counts: Counts
    flasks: Flasks
    fits: Mapping[str, Fitted]
    chosen: str

    def __str__(self) -> str:
        """The lines that `qdmer fit` prints."""
        return words.text(self.report)


def fit_counts(
    counts: Counts,
    *,
    scattered: bool = False,
    cache: Path | None = None,
    following: bool = True,
    progress: Progress | None = None,
) -> Outcome:
    """Fit every story to the counts.

    scattered: Dirichlet-multinomial in place of multinomial counts. cache: a file that keeps what was simulated.
    following: also look for the next experiment. Raises RecipeError where the recipe has no kinetics to fit.
    """
    say = progress or (lambda stage, fraction: None)
    _check(counts)
    flasks = flasks_of(counts)
    start = catalogue(counts, flasks)
    evaluations = Evaluations(cache)
    fits = {}
    for k, name in enumerate(MODELS):
        say("fitting", k / len(MODELS))
        story = _story(name, counts, flasks, start, scattered)
        fits[name] = Fitted(story, fit(story))
    if not all(rate_equations_hold(recipe) for recipe in counts.recipes):
        fits["self-limited"] = _simulated_too(fits["self-limited"], counts, evaluations, say)
    chosen = _chosen(fits)
    say("intervals", 0.0)
    known = intervals(fits[chosen].story, fits[chosen].best)
    temperatures = _distinct(one.equations.stages[-1].heat.temperature_k for one in flasks.conditions)
    if chosen == "self-limited" and temperatures > 1:
        say("intervals", 0.7)
        known["self_limitation"] = self_limitation(fits[chosen].story, fits[chosen].best)
    report = _report(counts, flasks, start, fits, chosen, known, evaluations, say)
    if following:
        say("next experiment", 0.0)
        report["next"] = next_experiment.following(counts, flasks, fits[chosen].story, fits[chosen].best)
    return Outcome(report, counts, flasks, fits, chosen)


def _check(counts: Counts) -> None:
    for recipe in counts.recipes:
        if len(recipe.dots) != 1:
            raise RecipeError(f"dots: wanted one kind of dot for a fit, got {len(recipe.dots)}.")
        if recipe.linking is not None:
            raise RecipeError("linking: wanted dots that fuse for a fit, got dots that are joined by molecules.")
        if recipe.dots[0].length_nm is not None:
            raise RecipeError(f"dots.{recipe.dots[0].name}.length_nm: wanted round dots for a fit, got rods.")
        same = counts.recipes[0]
        if (recipe.dots[0].material, recipe.dots[0].shell, recipe.solution.ligand) != (
            same.dots[0].material,
            same.dots[0].shell,
            same.solution.ligand,
        ):
            raise RecipeError("counts: wanted one material and one ligand in every row, got several.")


def _distinct(values: Any) -> int:
    return len({round(float(value), 6) for value in values})


def _story(name: str, counts: Counts, flasks: Flasks, start: Kinetics, scattered: bool) -> Story:
    """What is free: C always; E1 apart from P where size or several temperatures tell; Kx where doses differ."""
    doses = _distinct(one.dose for one in flasks.conditions)
    temperatures = _distinct(one.equations.stages[-1].heat.temperature_k for one in flasks.conditions)
    diameters = _distinct(recipe.dots[0].diameter_nm for recipe in counts.recipes)
    exchange = doses > 1 and start.exchange_constant > 0.0
    split = name in ("self-limited", "free-exchange") or temperatures > 1 or exchange or diameters > 1
    return Story(name, flasks, counts.objects, counts.matrix, start, split, exchange, scattered)


def _simulated_too(fitted: Fitted, counts: Counts, evaluations: Evaluations, say: Progress) -> Fitted:
    """The self-limited story with what the rate equations leave out."""
    for turn in range(ROUNDS):
        story = fitted.story
        exchange = fitted.kinetics.exchange_constant

        def made_at(combination: float, barrier: float, story: Story = story, exchange: float = exchange) -> Kinetics:
            return story.of_barrier(barrier, barrier - combination, exchange)

        def progress(share: float, turn: int = turn) -> None:
            say("simulating", (turn + share) / ROUNDS)

        correction = correction_at(story.flasks, counts.recipes, fitted.kinetics, made_at, evaluations, progress)
        story = replace(story, correction=correction)
        fitted = Fitted(story, fit(story))
    return fitted


def _chosen(fits: Mapping[str, Fitted]) -> str:
    """The first story of the list that is not rejected: the most physical one that will do."""
    finite = [one.aic for one in fits.values() if np.isfinite(one.aic)]
    if not finite:
        raise RecipeError("counts: wanted counts that some story can give, got ones that are impossible under each.")
    least = min(finite)
    return next(name for name, one in fits.items() if one.aic - least <= REJECTED_AIC)


def _report(
    counts: Counts,
    flasks: Flasks,
    start: Kinetics,
    fits: Mapping[str, Fitted],
    chosen: str,
    known: Mapping[str, Profiled],
    evaluations: Evaluations,
    say: Progress,
) -> dict[str, Any]:
    kinetics, objects = fits[chosen].kinetics, counts.objects
    least = min(one.aic for one in fits.values())
    models = [_entry(name, one) for name, one in _families(fits).items()]
    limited = fits["self-limited"]
    models += necks.compared(counts.recipes, limited.story, limited.best, evaluations, lambda f: say("necks", f))
    for model in models:
        model["rejected"] = bool(model["aic"] - least > REJECTED_AIC)
    statistic, freedom, p = excess_p(objects, fits[chosen].story.shares(kinetics), len(fits[chosen].best.at))
    barrier = flasks.barrier_kt(start)
    report: dict[str, Any] = {
        "combination": {
            "name": "E11 - ln P",
            **_interval(known["combination"]),
            "catalogue": barrier - start.ln_prefactor,
            "unit": "kT",
            "temperature_c": flasks.reference_temperature_c,
        },
        "model": chosen,
        "parameters": _parameters(flasks, start, fits[chosen], known),
        "models": models,
        "objects": int(objects.sum()),
        "conditions": len(objects),
        "goodness": {"pearson": statistic, "degrees_of_freedom": freedom, "p": p},
    }
    unfollowed = flasks.unfollowed(kinetics) if chosen == "self-limited" else 0.0
    report["warnings"] = [*counts.notes, *words.warnings(flasks, report, known, unfollowed)]
    return report


def _interval(found: Profiled) -> dict[str, float | None]:
    return {"value": found.value, "low": found.low, "high": found.high}


def _families(fits: Mapping[str, Fitted]) -> dict[str, Fitted]:
    """Free exchange is size-blind but for curvature: the better of the two stands for a law that is blind to size."""
    blind = min((fits["size-blind"], fits["free-exchange"]), key=lambda one: one.aic)
    return {"size-blind": blind, "self-limited": fits["self-limited"], "facet-limited": fits["facet-limited"]}


def _entry(name: str, fitted: Fitted) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "name": name,
        "aic": fitted.aic,
        "parameters": len(fitted.best.at),
    }
    if name == "size-blind":
        entry["law"] = "constant kernel" if fitted.story.name == "size-blind" else "ligands exchange freely"
    if name == "facet-limited":
        entry["facets"] = fitted.kinetics.facets
    return entry


def _parameters(flasks: Flasks, start: Kinetics, fitted: Fitted, known: Mapping[str, Profiled]) -> dict[str, Any]:
    """E1, ln P, selectivity and Kx, where they are free, with what the catalogue says."""
    story, kinetics = fitted.story, fitted.kinetics
    found: dict[str, Any] = {}
    if "barrier" in known:
        per_kt = kinetics.attachment_energy_ev / flasks.barrier_kt(kinetics)
        barrier = known["barrier"]
        ends = [None if end is None else end * per_kt for end in (barrier.low, barrier.high)]
        found["attachment_energy_ev"] = {
            **_interval(Profiled(kinetics.attachment_energy_ev, *ends)),
            "catalogue": start.attachment_energy_ev,
        }
        prefactor = known["ln_prefactor"]
        found["ln_prefactor"] = {**_interval(prefactor), "catalogue": start.ln_prefactor}
        if story.name == "self-limited":
            combination = known["combination"].value

            def selectivity(barrier_kt: float | None) -> float | None:
                if barrier_kt is None:
                    return None
                steps = max(combination - barrier_kt, 1e-3)
                return flasks.selectivity(story.of_barrier(barrier_kt, -steps, kinetics.exchange_constant))

            found["selectivity"] = {
                "value": selectivity(barrier.value),
                "low": selectivity(barrier.low),
                "high": selectivity(barrier.high),
                "catalogue": flasks.selectivity(start),
                "meaning": "by how much two dots attach more readily than a dot and a dimer, in logarithms",
            }
    if "self_limitation" in known:
        meaning = "1: ligands stay on their cluster; 0: they exchange freely; the other numbers here are for 1"
        found["self_limitation"] = {**_interval(known["self_limitation"]), "catalogue": 1.0, "meaning": meaning}
    if "exchange_constant" in known:
        found["exchange_constant"] = {**_interval(known["exchange_constant"]), "catalogue": start.exchange_constant}
    if story.scattered:
        found["concentration"] = {"value": story.concentration(fitted.best.at), "low": None, "high": None}
    return found
