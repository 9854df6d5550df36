"""The sweep file: which recipe, what is set, over what the sweep goes; every point checked before any work is done."""

import copy
import itertools
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from runs.complaints import RecipeError, hint, shown, unknown_key, wrong
from runs.recipe import Recipe, checked
from runs.recipe_files import built_in_names, lay_over, tables, text_of
from runs.sweeping.axes import MOST_VALUES, Value, axis_values, designed_points, is_range, read_design
from runs.sweeping.point import Task, content_digest, task

KEYS = ("title", "recipe", "spectra", "set", "axes", "points", "design")
MOST_POINTS = MOST_VALUES
POINT = "point"  # the one dimension of lists and designs


@dataclass(frozen=True)
class Plan:
    """A checked sweep.

    `axes` hold the values of each key: of a grid the values of its dimension, of a list or a design one value a point.
    `tasks` are in the order of the arrays, the last axis fastest. `digest` names everything that decides the results.
    """

    stem: str
    title: str
    recipe: Recipe
    settings: Mapping[str, Value]
    axes: Mapping[str, Sequence[Value]]
    grid: bool
    spectra: bool
    tasks: Sequence[Task]
    digest: str

    @property
    def dims(self) -> tuple[str, ...]:
        """The dimensions of the result: one an axis, or `point`."""
        return tuple(self.axes) if self.grid else (POINT,)

    @property
    def shape(self) -> tuple[int, ...]:
        """Their lengths."""
        return tuple(len(values) for values in self.axes.values()) if self.grid else (len(self.tasks),)

    def at(self, place: int) -> dict[str, Value]:
        """The value of every axis at the point of this position."""
        return dict(zip(self.axes, self._row(place), strict=True))

    def _row(self, place: int) -> list[Value]:
        if not self.grid:
            return [values[place] for values in self.axes.values()]
        found = []
        for values in reversed(list(self.axes.values())):
            place, step = divmod(place, len(values))
            found.append(values[step])
        return found[::-1]

    def as_toml(self) -> dict[str, Any]:
        """The sweep as a file beside `recipe.toml` that gives the same points again."""
        head: dict[str, Any] = {"title": self.title, "recipe": "recipe.toml", "spectra": self.spectra}
        if self.settings:
            head["set"] = dict(self.settings)
        if self.grid:
            return {**head, "axes": {key: list(values) for key, values in self.axes.items()}}
        return {**head, "points": [self.at(place) for place in range(len(self.tasks))]}


def built_in_sweeps() -> list[str]:
    """Names of the sweeps that ship with qdmer, in alphabetical order."""
    folder = resources.files("runs") / "sweeps"
    return sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml"))


def read_plan(sweep: str | Path | Mapping[str, Any], overrides: Mapping[str, Value] | None = None) -> Plan:
    """The sweep of a file, a built-in name, or a mapping with the tables of such a file; all of it checked.

    `overrides` lays dotted recipe keys over its [set]. The recipe of a mapping is looked for beside the working folder,
    and its name is "sweep". Raises RecipeError with one sentence; where a point's recipe is refused, the sentence
    begins with the point.
    """
    if isinstance(sweep, Mapping):
        stem, given, beside = "sweep", dict(sweep), Path.cwd()
    else:
        stem, text, beside = _sweep_text(str(sweep))
        given = tables(text, str(sweep))
    for key in given:
        if key not in KEYS:
            raise unknown_key(key, KEYS)
    title = given.get("title", stem)
    if not isinstance(title, str) or not title.isprintable() or not 0 < len(title) <= 200:
        raise wrong("title", "one line of at most 200 characters", title)
    spectra = given.get("spectra", False)
    if not isinstance(spectra, bool):
        raise wrong("spectra", "true or false", spectra)
    recipe, raw = _recipe(given.get("recipe"), beside)
    if not spectra:
        raw.pop("spectra", None)
    settings = {**dict(_dotted("set", given.get("set", {}))), **(overrides or {})}
    axes, rows, grid = _rows(given)
    for key in settings:
        if key in axes:
            raise RecipeError(f"set.{key}: wanted a key that is no axis of the sweep, got one that is both.")
    _settled(raw, settings)
    tasks = [_task(raw, dict(zip(axes, row, strict=True)), place, len(rows), spectra) for place, row in enumerate(rows)]
    digest = content_digest([list(axes), [list(v) for v in axes.values()], grid, spectra, [one.key for one in tasks]])
    return Plan(stem, title, recipe, settings, axes, grid, spectra, tasks, digest)


def _sweep_text(given: str) -> tuple[str, str, Path]:
    """(stem, text, folder in which its recipe is looked for) of a sweep."""
    if given in built_in_sweeps():
        return given, (resources.files("runs") / "sweeps" / f"{given}.toml").read_text(encoding="utf-8"), Path.cwd()
    if not Path(given).exists():
        clue = hint(given.removesuffix(".toml"), built_in_sweeps())
        if given.removesuffix(".toml") in built_in_names():
            sweeps = ", ".join(built_in_sweeps())
            raise RecipeError(
                f"{given[:200]}: wanted a sweep, but that is a recipe; a sweep names it (built in are {sweeps})."
            )
        raise RecipeError(
            f"{given[:200]}: wanted a sweep file or a built-in name, got a path where there is none{clue}."
        )
    stem, text = text_of(Path(given).absolute())
    return stem, text, Path(given).absolute().parent


def _recipe(given: Any, beside: Path) -> tuple[Recipe, dict[str, Any]]:
    """The base recipe, checked by itself, and its tables."""
    if not isinstance(given, str) or not given.strip():
        raise wrong("recipe", "a built-in name or the path of a recipe beside the sweep", given or "nothing")
    where = given if given in built_in_names() or not (beside / given).exists() else str(beside / given)
    try:
        stem, text = text_of(where)
        raw = tables(text, given)
        recipe = checked(copy.deepcopy(raw))
    except RecipeError as refused:
        raise RecipeError(f"recipe: {refused}") from None
    recipe._stem = stem
    return recipe, raw


def _dotted(table: str, given: Any, head: str = "") -> Iterator[tuple[str, Any]]:
    """(dotted key, value) of a table whose keys are dotted, quoted or not; ranges are values."""
    if not isinstance(given, Mapping):
        raise wrong(f"{table}.{head}".rstrip("."), "a table of dotted recipe keys", given)
    for key, value in given.items():
        name = f"{head}.{key}" if head else key
        if isinstance(value, Mapping) and not is_range(value):
            yield from _dotted(table, value, name)
        else:
            yield name, value


def _rows(given: Mapping[str, Any]) -> tuple[dict[str, Sequence[Value]], list[tuple[Value, ...]], bool]:
    """(axes, one tuple of values a point, whether it is a grid) from [axes], [axes] with [design], or [[points]]."""
    if ("axes" in given) == ("points" in given):
        came = "both" if "axes" in given else "neither"
        raise RecipeError(f"axes: wanted either a table [axes] or a list [[points]], got {came}.")
    if "points" in given:
        if "design" in given:
            raise RecipeError("design: wanted [axes] to spread points over, got [[points]].")
        return _listed(given["points"])
    axes = dict(_dotted("axes", given["axes"]))
    if not axes:
        raise wrong("axes", "at least one dotted recipe key with its values", "an empty table")
    if "design" in given:
        return _by_point(axes, designed_points(read_design(given["design"]), axes))
    values: dict[str, Sequence[Value]] = {key: axis_values(key, value) for key, value in axes.items()}
    total = math.prod(len(of_axis) for of_axis in values.values())
    if total > MOST_POINTS:
        raise RecipeError(f"axes: wanted a sweep of at most {MOST_POINTS} points, got {total}.")
    return values, list(itertools.product(*values.values())), True


def _listed(given: Any) -> tuple[dict[str, Sequence[Value]], list[tuple[Value, ...]], bool]:
    """The points of [[points]], all with the same keys."""
    if not isinstance(given, list) or not given or len(given) > MOST_POINTS:
        raise wrong("points", f"one to {MOST_POINTS} tables [[points]] of dotted recipe keys", given)
    rows = [dict(_dotted(f"points.{place}", row)) for place, row in enumerate(given)]
    for place, row in enumerate(rows):
        if not row:
            raise wrong(f"points.{place}", "at least one dotted recipe key", "an empty table")
        if set(row) != set(rows[0]):
            other = sorted(set(row) ^ set(rows[0]))[0]
            raise RecipeError(f"points.{place}: wanted the keys of the first point in every point, got {other} in one.")
        for key, value in row.items():
            if is_range(value):
                raise wrong(f"points.{place}.{key}", "one value", value)
    return _by_point(rows[0], rows)


def _by_point(
    keys: Mapping[str, Any], rows: list[dict[str, Value]]
) -> tuple[dict[str, Sequence[Value]], list[tuple[Value, ...]], bool]:
    return {key: [row[key] for row in rows] for key in keys}, [tuple(row[key] for key in keys) for row in rows], False


def _settled(raw: dict[str, Any], settings: Mapping[str, Value]) -> None:
    """Lay [set] over the recipe's tables, complaining about the table [set]."""
    try:
        lay_over(raw, settings)
    except RecipeError as refused:
        raise RecipeError(f"set: {refused}") from None


def _task(raw: dict[str, Any], at: Mapping[str, Value], place: int, total: int, spectra: bool) -> Task:
    """The task of one point; a recipe that is refused is named by its point."""
    tried = copy.deepcopy(raw)
    try:
        lay_over(tried, at)
        return task(checked(tried), spectra)
    except RecipeError as refused:
        if str(refused) == _refusal(raw):  # not the point's own fault
            raise RecipeError(f"set: {refused}") from None
        raise RecipeError(f"point {place + 1} of {total} ({told(at)}): {refused}") from None


def _refusal(raw: dict[str, Any]) -> str:
    """Why the recipe is refused as [set] leaves it, without any axis; empty where it is not."""
    try:
        checked(copy.deepcopy(raw))
    except RecipeError as refused:
        return str(refused)
    return ""


def told(at: Mapping[str, Value]) -> str:
    """A point in words: the value of each axis."""
    return ", ".join(f"{key} = {_short(value)}" for key, value in at.items())


def _short(value: Value) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    return json.dumps(value) if isinstance(value, list) and len(str(value)) < 60 else shown(value)
