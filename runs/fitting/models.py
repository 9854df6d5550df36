"""The rival stories of who attaches to whom, as shares of objects that a condition should show.

All take the rate of two lone dots from the same laws (encounter, barrier E1, prefactor P); what size does differs:

    self-limited   ligands stay on their cluster, so that fusion raises its barrier (`assembly.rate_equations`)
    size-blind     every pair is as quick as two lone dots: n_k = s^(k-1)/(1+s)^(k+1), s = K11 N0 t/2 (Smoluchowski)
    free-exchange  the dose sets every cover (ligand_exchange "equilibrium"): size-blind but for the lobes' curvature
    facet-limited  a dot has one or two facets that attach, 1 + q in the mean, all alike; a used one is gone

Of the last: with c the share of facets used and w = 2q/(1+q) the share that sits on dots of two, n_1 = (1-q)(1-c) +
q(1-c)^2 and n_k = (1/2) a g^(k-2) (1-g), a = (1-q)c + 2qc(1-c), g = wc (chains that end in a dot of one facet or in a
free one). With q = 1 it is the size-blind law.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from assembly.rate_equations import Freedom, RateEquations, rate_equations
from physics.fusion.ligands import ligand_cover
from physics.materials import material
from physics.units import ZERO_CELSIUS_K
from runs.complaints import RecipeError
from runs.fitting.counts import Counts
from runs.recipe import Recipe

MODELS = ("self-limited", "size-blind", "free-exchange", "facet-limited")
STRAY = 1e-6  # share of objects that are something else altogether: no count is impossible


class Kinetics(NamedTuple):
    """What a fit moves. `barrier_kt` and `ln_prefactor` are E11/kT and ln P of two lone dots at the reference."""

    attachment_energy_ev: float
    ln_prefactor: float
    exchange_constant: float
    facets: float = 2.0  # mean number of facets that attach, of the facet-limited law alone
    self_limitation: float = 1.0  # exponent on how much denser ligands stand on a cluster: 1 all stay, 0 none do


@dataclass(frozen=True)
class Condition:
    """One row of the counts: its rate equations and the dose that sets its cover."""

    equations: RateEquations
    dose: float


@dataclass(frozen=True)
class Flasks:
    """All conditions of a fit, and the reference at which E11 and P are stated."""

    conditions: tuple[Condition, ...]
    reference: Condition
    reference_temperature_c: float

    def freedom(self, kinetics: Kinetics, dose: float) -> Freedom:
        """The same in the terms of the rate equations: kf0 from ln P = -ln(1 + koff/kf) at the reference.

        dose: chalcogenide equivalents per surface ligand, a number of atoms over one of ligands, dimensionless.
        """
        given = self.reference.equations
        _, log_odds = given.lone_pair()
        wanted = -np.log(np.expm1(max(-kinetics.ln_prefactor, 1e-12)))  # ln(kf/koff) that gives this P
        rate = given.given.fusion_rate_s * np.exp(np.clip(wanted - log_odds, -60.0, 60.0))
        cover = float(ligand_cover(dose, kinetics.exchange_constant))
        return Freedom(kinetics.attachment_energy_ev, rate, cover, 1.0)

    def barrier_kt(self, kinetics: Kinetics) -> float:
        """E11/kT of two lone dots at the reference."""
        free = self.freedom(kinetics._replace(ln_prefactor=-1.0), self.reference.dose)
        return float(self.reference.equations.lone_pair(free)[0])

    def selectivity(self, kinetics: Kinetics) -> float:
        """ln(K11/K12) at the reference: how much quicker two dots find each other than a dot a dimer. Dimensionless."""
        rates = self.reference.equations.rates_nm3_s(self.freedom(kinetics, self.reference.dose))
        return float(np.log(rates[0, 0] / rates[0, 1]))

    def unfollowed(self, kinetics: Kinetics) -> float:
        """The largest share of dots, over the conditions, in clusters larger than the rate equations follow."""
        lost = []
        for one in self.conditions:
            numbers = one.equations.sizes(self.freedom(kinetics, one.dose))[:-1]
            lost.append(1.0 - float(numbers @ np.arange(1, numbers.size + 1)))
        return max(lost)

    def shares(self, model: str, kinetics: Kinetics) -> np.ndarray:
        """Shares of objects of 1, 2, 3 and 4 or more dots, (conditions, 4)."""
        rows = [condition_shares(model, one, self.freedom(kinetics, one.dose), kinetics) for one in self.conditions]
        return np.array(rows)


def condition_shares(model: str, condition: Condition, free: Freedom, kinetics: Kinetics) -> np.ndarray:
    """Shares of objects of 1, 2, 3 and 4 or more dots, (4,), of one condition under one story."""
    if model in ("self-limited", "free-exchange"):
        limited = free._replace(self_limitation=kinetics.self_limitation if model == "self-limited" else 0.0)
        numbers = condition.equations.sizes(limited)
        four = np.array([*numbers[:3], numbers[3:].sum()])
    else:
        meetings = condition.equations.meetings(free)
        four = size_blind(meetings) if model == "size-blind" else facet_limited(meetings, kinetics.facets)
    return np.asarray((four / four.sum() + STRAY) / (1.0 + 4.0 * STRAY))


def size_blind(meetings: float) -> np.ndarray:
    """Objects of 1, 2, 3 and 4 or more dots per starting dot, (4,): the constant kernel, s = K11 N0 t/2.

    `meetings` is s; numbers of objects, dimensionless.
    """
    share = meetings / (1.0 + meetings)
    first = 1.0 / (1.0 + meetings) ** 2
    three = first * share ** np.arange(3)
    return np.array([*three, max(1.0 / (1.0 + meetings) - three.sum(), 0.0)])


def facet_limited(meetings: float, facets: float) -> np.ndarray:
    """The same for dots of one or two facets, `facets` (1 to 2) in the mean; the law at the head of this module.

    Two lone dots attach at K11 whatever their facets are, so that c = x/(1 + x) with x = 2 s/facets. `meetings` is s;
    the answer (4,).
    """
    two = facets - 1.0
    used = 2.0 * meetings / facets / (1.0 + 2.0 * meetings / facets)
    onward = 2.0 * two / facets * used
    ends = (1.0 - two) * used + 2.0 * two * used * (1.0 - used)
    lone = (1.0 - two) * (1.0 - used) + two * (1.0 - used) ** 2
    return np.array([lone, 0.5 * ends * (1.0 - onward), 0.5 * ends * onward * (1.0 - onward), 0.5 * ends * onward**2])


def flasks_of(counts: Counts) -> Flasks:
    """The rate equations of every row, and the reference: the mean condition (1/T averaged) of rows that can attach.

    Raises RecipeError where no row is warm enough for a molten skin.
    """
    conditions = tuple(condition_of(recipe) for recipe in counts.recipes)
    wet = [k for k, one in enumerate(conditions) if np.isfinite(one.equations.lone_pair()[1])]
    if not wet:
        raise RecipeError(
            "counts: wanted a condition at which the dots' surface melts, so that they attach, got only colder ones."
        )
    kelvins = [conditions[k].equations.stages[-1].heat.temperature_k for k in wet]
    celsius = float(1.0 / np.mean([1.0 / kelvin for kelvin in kelvins])) - ZERO_CELSIUS_K
    middle = counts.recipes[wet[0]].model_dump(exclude_none=True)
    middle["heating"] = {"temperature_c": celsius, "time_min": 60.0}
    middle["solution"]["chalcogenide_equivalents"] = float(np.mean([conditions[k].dose for k in wet]))
    middle["dots"][0]["diameter_nm"] = float(np.mean([counts.recipes[k].dots[0].diameter_nm for k in wet]))
    return Flasks(conditions, condition_of(Recipe.model_validate(middle)), celsius)


def condition_of(recipe: Recipe) -> Condition:
    """One recipe as a fit wants it."""
    return Condition(rate_equations(recipe.flask()), recipe.solution.chalcogenide_equivalents)


def catalogue(counts: Counts, flasks: Flasks) -> Kinetics:
    """What the recipe and the catalogue say."""
    recipe, given = counts.recipes[0], flasks.reference.equations
    constant = material(recipe.flask().dots[0].surface).exchange_constant[recipe.solution.ligand]
    log_odds = given.lone_pair()[1]
    return Kinetics(given.given.attachment_energy_ev, float(-np.log1p(np.exp(-log_odds))), constant)
