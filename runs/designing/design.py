"""The conditions that maximise a yield of dimers, allowing for how well a bench keeps to them.

Temperature, concentration and dose come out a little off (normal errors, stated). A condition is judged by the yield
that 95 of 100 flasks exceed (mean less 1.645 standard deviations), as long as the share of particles in three dots and
more stays below its limit in 95 of 100 flasks. The search takes means and spreads by quadrature along every error; the
promise is then made from simulations: of flasks with drawn errors, and of the nominal flask.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import differential_evolution
from scipy.stats import norm, qmc

from physics.materials import material, solvent
from physics.units import AVOGADRO_PER_MOL
from runs.complaints import RecipeError, unknown_key, wrong
from runs.designing.yields import YIELDS, Yielding, Yields, simulated
from runs.knobs import DOSE, TEMPERATURE, TIME, changed, check_one_flask, concentration_key
from runs.recipe import Recipe

LARGER = "larger"  # share of particles in three dots and more
LARGER_MOST = 0.10
COLDEST_C, HOTTEST_C, BELOW_BOILING_C = 60.0, 240.0, 15.0
RIPENING_C = 200.0  # above it ripening matters, which is not in the model (Cassidy 2022): said, not forbidden
SHORTEST_MIN, LONGEST_MIN = 5.0, 480.0  # assumed: a working day
WEAKEST_UM, HEAVIEST_MG_ML = 1.0, 50.0  # assumed: more dots than that in a millilitre make no thin liquid
DOSE_MOST = 1.5
DRAWS = 64  # flasks with drawn errors behind the promise, a power of two
DRAWN_PARTICLES = 20_000
NOMINAL_REPLICAS = 5
PROMISE_STREAM = 0x64657369  # sets the seeds behind a promise apart from those of the recipe's own runs
FEWEST = 1e-4  # share in larger clusters below which no difference matters
PENALTY = 20.0  # yield lost per share of particles above the limit
NODES = (5, 3, 3)  # of the quadrature along temperature (dots melt through at once: reach 2.9 sigma), and the others
SIGMAS = float(norm.ppf(0.95))
REACH = 2.576  # run-to-run standard deviations to either side of the nominal flask: 99 %
POPULATION, ROUNDS, SETTLED = 10, 40, 1e-4  # of the differential evolution
FEW_POPULATION, FEW_ROUNDS = 7, 24  # the same where every yield is a simulation

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Errors:
    """Standard deviations of what a bench makes of a condition: K, and shares of concentration and dose."""

    temperature_k: float = 2.0
    concentration: float = 0.10
    dose: float = 0.05

    @classmethod
    def checked(cls, temperature_k: float, concentration: float, dose: float) -> "Errors":
        """From the command line; RecipeError for one that is negative, no number, or larger than what it is of.

        temperature_k in kelvin, concentration and dose as shares of themselves.
        """
        given = {"--temperature-error": temperature_k, "--concentration-error": concentration, "--dose-error": dose}
        for (option, value), most in zip(given.items(), (50.0, 1.0, 1.0), strict=True):
            if not 0.0 <= value <= most:
                raise wrong(option, f"a number from 0 to {most:g}", value)
        return cls(temperature_k, concentration, dose)


@dataclass(frozen=True)
class Question:
    """What is asked: the recipe, which yield, within which bounds, with which errors.

    bounds: low and high of each dotted key, in the unit that the key names; larger: most of all particles in three dots
    and more, a share.
    """

    recipe: Recipe
    wanted: str
    bounds: Mapping[str, tuple[float, float]]
    larger: float
    errors: Errors

    def values(self, point: np.ndarray) -> dict[str, float]:
        """Dotted keys at a point of the search, time and concentration in logarithms.

        point (keys,); the values in the units that the keys name.
        """
        return {key: float(np.exp(x) if _logarithmic(key) else x) for key, x in zip(self.bounds, point, strict=True)}

    def off(self, values: Mapping[str, float], z: np.ndarray) -> dict[str, float]:
        """The same as a bench makes it, with errors z (3,) in standard deviations; within what recipes allow.

        values: the number at each dotted key, in the unit that the key names.
        """
        strong = concentration_key(self.recipe)
        made = {**current(self.recipe), **values}
        made[TEMPERATURE] += float(z[0]) * self.errors.temperature_k
        made[strong] *= float(np.exp(z[1] * self.errors.concentration))
        made[DOSE] *= float(np.exp(z[2] * self.errors.dose))
        made[TEMPERATURE] = min(made[TEMPERATURE], solvent(self.recipe.solution.solvent).boiling_c)
        return made


def _logarithmic(key: str) -> bool:
    return key == TIME or key.endswith("concentration_um")


def current(recipe: Recipe) -> dict[str, float]:
    """The recipe's own values of what a design moves. In the units that the dotted keys name."""
    assert recipe.heating.temperature_c is not None
    assert recipe.heating.time_min is not None
    return {
        TEMPERATURE: recipe.heating.temperature_c,
        TIME: recipe.heating.time_min,
        concentration_key(recipe): recipe.dots[0].concentration_um,
        DOSE: recipe.solution.chalcogenide_equivalents,
    }


def question(
    recipe: Recipe,
    wanted: str = YIELDS[0],
    most: Mapping[str, Any] | None = None,
    least: Mapping[str, Any] | None = None,
    errors: Errors | None = None,
) -> Question:
    """The question with its bounds: the defaults of this module, narrowed or widened by `most` and `least`.

    RecipeError for an unknown yield or key, or bounds without room between.
    """
    check_one_flask(recipe, "a design")
    if wanted not in YIELDS:
        raise wrong("--yield", f"one of {', '.join(YIELDS)}", wanted, YIELDS)
    kind, liquid = recipe.dots[0], solvent(recipe.solution.solvent)
    strong = concentration_key(recipe)
    substance = material(kind.shell or kind.material)
    grams_mol = substance.density_g_cm3 * np.pi / 6.0 * kind.diameter_nm**3 * 1e-21 * AVOGADRO_PER_MOL
    hottest = min(HOTTEST_C, liquid.decomposition_c or np.inf, liquid.boiling_c - BELOW_BOILING_C)
    bounds = {
        TEMPERATURE: (COLDEST_C, hottest),
        TIME: (SHORTEST_MIN, LONGEST_MIN),
        strong: (WEAKEST_UM, float(max(HEAVIEST_MG_ML / grams_mol * 1e6, 2.0 * WEAKEST_UM))),
    }
    if substance.exchange_constant.get(recipe.solution.ligand, 0.0) > 0.0:
        bounds[DOSE] = (0.0, DOSE_MOST)
    limits = {"--max": dict(most or {}), "--min": dict(least or {})}
    larger = _number("--max", LARGER, limits["--max"].pop(LARGER, LARGER_MOST))
    if not 0.0 < larger <= 1.0:
        raise wrong("--max", "a share above 0 and up to 1 for larger", larger)
    for option, given in limits.items():
        for key, value in given.items():
            name = strong if key in ("dots.0.concentration_um", strong) else key
            if name not in bounds:
                raise RecipeError(f"{option} {unknown_key(key, [*bounds, LARGER])}")
            low, high = bounds[name]
            number = _number(option, name, value)
            bounds[name] = (min(low, number), number) if option == "--max" else (number, max(high, number))
    for key, (low, high) in bounds.items():
        if low > high or high <= 0.0 or (_logarithmic(key) and low <= 0.0):
            raise RecipeError(f"--max: wanted bounds of {key} with room between, got {low:g} to {high:g}.")
    if bounds[TEMPERATURE][1] > liquid.boiling_c:
        raise wrong("--max", f"at most {liquid.boiling_c:g} C, where {liquid.name} boils", bounds[TEMPERATURE][1])
    return Question(recipe, wanted, bounds, larger, errors or Errors())


def _number(option: str, key: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not np.isfinite(value):
        raise wrong(option, f"a number for {key}", value)
    return float(value)


def _nodes(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Gauss-Hermite nodes and weights of a standard normal error."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(count)
    return nodes, weights / weights.sum()


def expected(asked: Question, yielding: Yielding, values: Mapping[str, float]) -> tuple[float, float, float]:
    """(mean of the wanted yield, its spread, 95 % quantile of the larger share) over the errors, taken one by one.

    values: the number at each dotted key; all three are shares.
    """
    centre = yielding(asked.off(values, np.zeros(3)))
    middles = np.array([getattr(centre, asked.wanted), np.log(centre.larger + FEWEST)])
    mean, variance = middles.copy(), np.zeros(2)
    for axis, count in enumerate(NODES):
        nodes, weights = _nodes(count)
        made = [centre if node == 0.0 else yielding(asked.off(values, node * np.eye(3)[axis])) for node in nodes]
        # a share of rare things scatters by factors: its logarithm
        rows = np.array([[getattr(one, asked.wanted), np.log(one.larger + FEWEST)] for one in made])
        own = weights @ rows
        mean += own - middles
        variance += weights @ (rows - own) ** 2
    spread = np.sqrt(variance)
    return float(mean[0]), float(spread[0]), float(np.exp(mean[1] + SIGMAS * spread[1]) - FEWEST)


def search(asked: Question, progress: Callable[[float], None]) -> dict[str, float]:
    """The best condition found, by differential evolution (scipy) from a Sobol start.

    The number at each dotted key, in the unit that the key names.
    """
    yielding = Yielding(asked.recipe)
    free = {key: limits for key, limits in asked.bounds.items() if limits[0] < limits[1]}
    held = {key: limits[0] for key, limits in asked.bounds.items() if limits[0] == limits[1]}
    narrowed = Question(asked.recipe, asked.wanted, free, asked.larger, asked.errors)

    def cost(point: np.ndarray) -> float:
        mean, spread, larger = expected(asked, yielding, {**held, **narrowed.values(point)})
        return -(mean - SIGMAS * spread) + PENALTY * max(larger - asked.larger, 0.0)

    ends = [
        (float(np.log(low)), float(np.log(high))) if _logarithmic(key) else (low, high)
        for key, (low, high) in free.items()
    ]
    if not free:
        return held
    done = 0
    population, rounds = (POPULATION, ROUNDS) if yielding.smooth else (FEW_POPULATION, FEW_ROUNDS)

    def look(*_: Any, **__: Any) -> None:
        nonlocal done
        done += 1
        progress(min(done / rounds, 1.0))

    rng = np.random.default_rng(asked.recipe.simulation.seed)
    found = differential_evolution(
        cost, ends, rng=rng, callback=look, popsize=population, maxiter=rounds, tol=SETTLED, init="sobol", polish=False
    )
    return {**held, **narrowed.values(found.x)}


def rounded(values: Mapping[str, float]) -> dict[str, float]:
    """As a bench would set it: whole degrees, three figures of the rest.

    values: the number at each dotted key, in the unit that the key names.
    """
    return {
        key: float(np.floor(value)) if key == TEMPERATURE else float(f"{value:.3g}") for key, value in values.items()
    }


def promised(asked: Question, values: Mapping[str, float], progress: Callable[[float], None]) -> dict[str, Any]:
    """What one flask made at these conditions gives: nominal values, and intervals that hold 95 % of flasks.

    The interval spans the central 95 % of flasks with drawn errors, and the nominal flask with its run-to-run scatter.
    """
    flask = changed(asked.recipe, values).flask()
    streams = np.random.SeedSequence([flask.seed, PROMISE_STREAM])
    numbers = [int(number) for number in streams.generate_state(NOMINAL_REPLICAS + DRAWS).tolist()]
    nominal = [simulated(flask, flask.particles, seed) for seed in numbers[:NOMINAL_REPLICAS]]
    errors = norm.ppf(qmc.Sobol(3, rng=np.random.default_rng(asked.recipe.simulation.seed)).random(DRAWS))
    drawn = []
    for k, (z, seed) in enumerate(zip(errors, numbers[NOMINAL_REPLICAS:], strict=True)):
        made = changed(asked.recipe, asked.off(values, z)).flask()
        drawn.append(simulated(made, min(flask.particles, DRAWN_PARTICLES), seed))
        progress((k + 1) / DRAWS)
    found: dict[str, Any] = {name: _interval(name, nominal, drawn) for name in Yields._fields}
    found[LARGER]["in_95_of_100_below"] = float(np.quantile([one.larger for one in drawn], 0.95))
    return found


def _interval(name: str, nominal: list[Yields], drawn: list[Yields]) -> dict[str, float]:
    own = np.array([getattr(one, name) for one in nominal])
    value, scatter = float(own.mean()), float(own.std(ddof=1))
    low, high = np.quantile([getattr(one, name) for one in drawn], [0.025, 0.975])
    return {
        "value": value,
        "low": max(0.0, min(float(low), value - REACH * scatter)),
        "high": min(1.0, max(float(high), value + REACH * scatter)),
    }
