"""The values that a sweep steps through: lists, ranges, and random or quasi-random designs."""

import math
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from runs.complaints import RecipeError, unknown_key, wrong
from runs.schema import SECTIONS

RANGE_KEYS = ("from", "to", "steps", "spacing")
SPACINGS = ("linear", "log")
METHODS = ("sobol", "latin-hypercube", "random")
DESIGN_KEYS = ("method", "points", "seed")
MOST_VALUES = 100_000
DIGITS = 12  # of a computed value: 0.3 and not 0.30000000000000004

Value = Any  # what a recipe's key takes: number, text, true or false, a list


@dataclass(frozen=True)
class Design:
    """Points spread over ranges in place of a grid."""

    method: str
    points: int
    seed: int


def is_range(given: Any) -> bool:
    """Whether a table of the sweep file is a range (and not a deeper part of dotted keys)."""
    return isinstance(given, Mapping) and ("from" in given or "to" in given)


def wants_whole(key: str) -> bool:
    """Whether the recipe's key takes whole numbers, so that the values of a range are rounded."""
    section, _, rest = key.partition(".")
    field = SECTIONS[section].model_fields.get(rest.rpartition(".")[2]) if section in SECTIONS else None
    return field is not None and field.annotation is int


def axis_values(key: str, given: Any) -> list[Value]:
    """The values of one axis of a grid, from a list or from {from, to, steps, spacing}; all of them differ.

    RecipeError for anything else.
    """
    if is_range(given):
        low, high, spacing = _ends(key, given)
        steps = given.get("steps")
        if isinstance(steps, bool) or not isinstance(steps, int) or not 2 <= steps <= MOST_VALUES:
            raise wrong(f"axes.{key}.steps", f"a whole number from 2 to {MOST_VALUES}", steps)
        values = [tidy(key, _at(low, high, spacing, place)) for place in np.linspace(0.0, 1.0, steps)]
    elif isinstance(given, list):
        values = list(given)
    else:
        raise wrong(f"axes.{key}", "a list of values or a table with from, to and steps", given)
    if not values:
        raise wrong(f"axes.{key}", "at least one value", given)
    if len(values) > MOST_VALUES:
        raise wrong(f"axes.{key}", f"at most {MOST_VALUES} values", given)
    seen: list[Value] = sorted(repr(value) for value in values)
    for one, other in pairwise(seen):
        if one == other:
            raise RecipeError(f"axes.{key}: wanted values that differ, got {one[:60]} more than once.")
    return values


def tidy(key: str, value: float) -> float | int:
    """A computed value as a person would have typed it. The value in the unit that the key names."""
    return round(value) if wants_whole(key) else float(f"{value:.{DIGITS}g}")


def read_design(given: Any) -> Design:
    """The table [design], checked. RecipeError names the key that is wrong."""
    if not isinstance(given, Mapping):
        raise wrong("design", f"a table with {', '.join(DESIGN_KEYS)}", given)
    for key in given:
        if key not in DESIGN_KEYS:
            raise unknown_key(f"design.{key}", DESIGN_KEYS)
    method, points, seed = given.get("method", "sobol"), given.get("points"), given.get("seed", 1)
    if method not in METHODS:
        raise wrong("design.method", f"one of {', '.join(METHODS)}", method, METHODS)
    for name, value, least, most in (("points", points, 1, MOST_VALUES), ("seed", seed, 0, 2**63 - 1)):
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise wrong(f"design.{name}", f"a whole number from {least} to {most}", value)
    return Design(method, int(points), int(seed))  # type: ignore[arg-type]


def designed_points(design: Design, axes: Mapping[str, Any]) -> list[dict[str, Value]]:
    """The points of a design over ranges {from, to, spacing} and lists to choose from, one dictionary each.

    RecipeError for a range with steps, or one that is wrong.
    """
    unit = _unit_cube(design, len(axes))
    columns = []
    for (key, given), places in zip(axes.items(), unit.T, strict=True):
        if is_range(given):
            if "steps" in given:
                raise wrong(
                    f"axes.{key}.steps", "nothing beside [design], which sets the number of points", given["steps"]
                )
            low, high, spacing = _ends(key, given)
            columns.append([tidy(key, _at(low, high, spacing, place)) for place in places.tolist()])
        else:
            choice = axis_values(key, given)
            columns.append([choice[int(place * len(choice))] for place in places.tolist()])
    return [dict(zip(axes, row, strict=True)) for row in zip(*columns, strict=True)]


def _unit_cube(design: Design, dimensions: int) -> np.ndarray:
    """(points, dimensions) numbers in [0, 1); of a Sobol sequence the first ones, scrambled (Owen 1998)."""
    rng = np.random.default_rng(design.seed)
    if design.method == "random":
        return rng.random((design.points, dimensions))
    from scipy.stats import qmc  # takes as long to import as all the rest, and grids do without

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # scipy renames `seed` to `rng`; both versions take this
        if design.method == "latin-hypercube":
            return np.asarray(qmc.LatinHypercube(dimensions, seed=rng).random(design.points))
        sobol = qmc.Sobol(dimensions, seed=rng)
    return np.asarray(sobol.random_base2(math.ceil(math.log2(design.points))))[: design.points]


def _ends(key: str, given: Mapping[str, Any]) -> tuple[float, float, str]:
    """from, to and spacing of a range, checked."""
    for name in given:
        if name not in RANGE_KEYS:
            raise unknown_key(f"axes.{key}.{name}", RANGE_KEYS)
    for name in ("from", "to"):
        end = given.get(name)
        if isinstance(end, bool) or not isinstance(end, int | float) or not math.isfinite(end):
            raise wrong(f"axes.{key}.{name}", "a finite number", "nothing" if end is None else end)
    low, high, spacing = float(given["from"]), float(given["to"]), given.get("spacing", "linear")
    if spacing not in SPACINGS:
        raise wrong(f"axes.{key}.spacing", f"one of {', '.join(SPACINGS)}", spacing, SPACINGS)
    if low == high:
        raise wrong(f"axes.{key}.to", "a number that differs from `from`", given["to"])
    if spacing == "log" and min(low, high) <= 0:
        raise wrong(f"axes.{key}", "ends above 0 with logarithmic spacing", min(low, high))
    return low, high, spacing


def _at(low: float, high: float, spacing: str, place: float) -> float:
    """The value at a place from 0 to 1 of a range; its ends exactly."""
    if place in (0.0, 1.0):
        return low if place == 0.0 else high
    if spacing == "log":
        return math.exp((1.0 - place) * math.log(low) + place * math.log(high))
    return (1.0 - place) * low + place * high


def logarithmic(values: Sequence[Value]) -> bool:
    """Whether an axis is better drawn logarithmically: positive numbers over more than a factor of 20, by ratios."""
    if len(values) < 3 or not all(isinstance(v, int | float) and not isinstance(v, bool) and v > 0 for v in values):
        return False
    held = np.asarray(values, dtype=float)
    logs, plain = np.diff(np.log(held)), np.diff(held)
    even = np.std(logs) * abs(np.mean(plain)) < np.std(plain) * abs(np.mean(logs))
    return bool(held.max() / held.min() > 20 and even)
