"""Which knob the yield of dimers hangs on: first-order and total indices of Sobol' over stated ranges.

    S_i = Var(E[Y | x_i])/Var(Y),   T_i = 1 - Var(E[Y | all but x_i])/Var(Y)

Every knob is spread evenly over its range, independent of the others; intervals are bootstrapped (scipy).
"""

import warnings
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from scipy.stats import sobol_indices, uniform

from physics.materials import material, solvent
from runs.complaints import RecipeError, unknown_key, wrong
from runs.designing.yields import YIELDS, Yielding
from runs.knobs import DOSE, TEMPERATURE, TIME, barrier_key, changed, check_one_flask, concentration_key, diameter_key
from runs.recipe import Recipe

KELVINS = 10.0  # default range of the temperature, to either side
SHARES = {"time": 0.3, "concentration": 0.3, "dose": 0.15, "diameter": 0.05, "barrier": 0.1}  # of itself, either side
SMOOTH_SAMPLES, SIMULATED_SAMPLES = 512, 64  # rows of the design, powers of two; knobs + 2 evaluations a row
RESAMPLES = 200
CONFIDENCE = 0.95

Array = np.ndarray


def ranges(recipe: Recipe, widths: Mapping[str, Any] | None = None) -> dict[str, tuple[float, float]]:
    """Low and high of every knob: the recipe's value and a width to either side (K; a share of itself for the rest).

    RecipeError for an unknown knob, a width out of its range, or no knob at all.
    """
    check_one_flask(recipe, "sensitivities")
    kind, heating, solution = recipe.dots[0], recipe.heating, recipe.solution
    substance = material(kind.shell or kind.material)
    assert heating.temperature_c is not None
    assert heating.time_min is not None
    strong, size, barrier = concentration_key(recipe), diameter_key(recipe), barrier_key(recipe)
    middles = {
        TEMPERATURE: heating.temperature_c,
        TIME: heating.time_min,
        strong: kind.concentration_um,
        size: kind.diameter_nm,
        barrier: recipe.flask().dots[0].attachment_energy(solution.ligand),
    }
    given = {
        TEMPERATURE: KELVINS,
        TIME: SHARES["time"],
        strong: SHARES["concentration"],
        size: SHARES["diameter"],
        barrier: SHARES["barrier"],
    }
    if substance.exchange_constant.get(solution.ligand, 0.0) > 0.0 and solution.chalcogenide_equivalents > 0.0:
        middles[DOSE], given[DOSE] = solution.chalcogenide_equivalents, SHARES["dose"]
    for key, value in (widths or {}).items():
        if key not in given:
            raise RecipeError(f"--range {unknown_key(key, list(given))}")
        if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 0.0:
            raise wrong("--range", f"a width of zero or more for {key}", value)
        if key != TEMPERATURE and value >= 1.0:
            raise wrong("--range", f"a share of {key} itself below 1", value)
        given[key] = float(value)
    found = {}
    for key, middle in middles.items():
        reach = given[key] if key == TEMPERATURE else given[key] * middle
        found[key] = (middle - reach, middle + reach)
    boiling = solvent(solution.solvent).boiling_c
    found[TEMPERATURE] = (found[TEMPERATURE][0], min(found[TEMPERATURE][1], boiling))
    moved = {key: limits for key, limits in found.items() if limits[0] < limits[1]}
    if not moved:
        raise RecipeError("--range: wanted at least one knob with a range, got none.")
    changed(recipe, {key: limits[0] for key, limits in moved.items()})
    changed(recipe, {key: limits[1] for key, limits in moved.items()})
    return moved


def sensitivity(
    recipe: Recipe,
    wanted: str = YIELDS[0],
    widths: Mapping[str, Any] | None = None,
    samples: int | None = None,
    progress: Callable[[str, float], None] | None = None,
) -> dict[str, Any]:
    """The indices of every knob, largest total first, with 95 % intervals; RecipeError for a bad argument.

    samples: rows of the design, a power of two; None takes 512 where rate equations hold, 64 simulations else.
    """
    if wanted not in YIELDS:
        raise wrong("--yield", f"one of {', '.join(YIELDS)}", wanted, YIELDS)
    knobs, yielding = ranges(recipe, widths), Yielding(recipe)
    rows = samples or (SMOOTH_SAMPLES if yielding.smooth else SIMULATED_SAMPLES)
    if rows < 2 or rows & (rows - 1):
        raise wrong("--samples", "a power of two", rows)
    done, all_told = 0, rows * (len(knobs) + 2)
    least, most = np.inf, -np.inf

    def yields(points: Array) -> Array:
        nonlocal done, least, most
        made = np.empty(points.shape[1])
        for k, point in enumerate(points.T):
            made[k] = getattr(yielding(dict(zip(knobs, map(float, point), strict=True))), wanted)
            done += 1
            if progress is not None and done % 16 == 0:
                progress("sampling", min(done / all_told, 1.0))
        least, most = min(least, float(made.min())), max(most, float(made.max()))
        return made[np.newaxis]

    spread = [uniform(low, high - low) for low, high in knobs.values()]
    rng = np.random.default_rng(recipe.simulation.seed)
    with np.errstate(invalid="ignore", divide="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a knob that does nothing has no scatter to bootstrap
        found = sobol_indices(func=yields, n=rows, dists=spread, rng=rng)
        if most - least < 1e-9:
            raise RecipeError("--range: wanted ranges over which the yield changes, got a yield that stays the same.")
        scatter = found.bootstrap(confidence_level=CONFIDENCE, n_resamples=RESAMPLES)
    entries = [
        {
            "key": key,
            "low": knobs[key][0],
            "high": knobs[key][1],
            "first": _entry(found.first_order, scatter.first_order, k),
            "total": _entry(found.total_order, scatter.total_order, k),
        }
        for k, key in enumerate(knobs)
    ]
    return {
        "yield": wanted,
        "value": getattr(yielding({}), wanted),
        "samples": rows,
        "indices": sorted(entries, key=lambda entry: -entry["total"]["value"]),
    }


def _entry(values: Array, scatter: Any, k: int) -> dict[str, float]:
    value = float(np.ravel(values)[k])
    ends = scatter.confidence_interval
    low, high = float(np.ravel(ends.low)[k]), float(np.ravel(ends.high)[k])
    return {
        "value": value,
        "low": low if np.isfinite(low) else value,
        "high": high if np.isfinite(high) else value,
    }


def text(report: Mapping[str, Any]) -> str:
    """The table that `qdmer sensitivity` prints."""
    lines = [
        f"{report['yield'].replace('_', ' ')}: {report['value']:.3f} at the recipe; Sobol' indices over the ranges",
        f"{'':<38}{'range':<22}{'first order':<24}total",
    ]
    for entry in report["indices"]:
        shown = [
            f"{entry[o]['value']:.2f} ({entry[o]['low']:.2f} to {entry[o]['high']:.2f})" for o in ("first", "total")
        ]
        span = f"{entry['low']:.4g} to {entry['high']:.4g}"
        lines.append(f"{entry['key']:<38}{span:<22}{shown[0]:<24}{shown[1]}")
    return "\n".join(lines)
