"""Counts of n-mers at several conditions, as a table: dotted recipe keys, then n1, n2, n3, n4+."""

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from runs.complaints import RecipeError, nearest, shown, unknown_key
from runs.counting.tables import CountTable, read_table
from runs.recipe import Recipe, load
from runs.recipe_files import setting

CLASSES = ("n1", "n2", "n3", "n4+")
SPELLED = {"n4plus": "n4+", ">3": "n4+"}  # the first as in the tables of qdmer count
TOTALS = ("objects", "total")  # a column that, where it is given, must be the sum of the four
LARGEST_BYTES = 10_000_000
MOST_ROWS = 500


@dataclass(frozen=True)
class Counts:
    """What was counted: one recipe a row, the row's own keys, objects of 1, 2, 3 and 4 or more dots, (rows, 4).

    matrix (4, 4): P(counted k | true n), columns are true sizes. All are counts or probabilities.
    """

    recipes: tuple[Recipe, ...]
    settings: tuple[Mapping[str, Any], ...]
    objects: np.ndarray
    matrix: np.ndarray | None = None  # (4, 4) P(counted as k | true n), columns are true sizes
    notes: tuple[str, ...] = ()  # what had to be assumed on reading

    @property
    def keys(self) -> list[str]:
        """The dotted recipe keys of the table, in its order."""
        return list(self.settings[0]) if self.settings else []

    def values(self, key: str) -> list[Any]:
        """What the rows say of one key."""
        return [row[key] for row in self.settings]


def read_counts(
    recipe: str | Path, path: str | Path, overrides: Mapping[str, Any] | None = None, matrix: str | Path | None = None
) -> Counts:
    """The table at `path` for a recipe; RecipeError says in one sentence what is wrong, and where.

    matrix: a JSON file that `qdmer count --json` wrote, or any with {"matrix": 4 x 4, row counted, column true}. A
    table with a column `image` and no recipe key, as `qdmer count` takes and writes it, is one sample at the recipe's
    conditions: its images are summed, and a note says so.
    """
    base = load(recipe, overrides)  # the recipe's own faults first
    header, rows = _table(path)
    if "image" in header and not any("." in name for name in header):
        summed, images = _images_of_one_sample(path)
        note = (
            f"{path} holds {images} image{'s' if images > 1 else ''} of one sample: summed, at the recipe's conditions."
        )
        return _with_matrix(Counts((base,), ({},), summed[None, :], notes=(note,)), matrix)
    keys = _keys(header, str(path))
    recipes, settings, objects = [], [], []
    for number, row in rows:
        where = f"{path}, line {number}"
        if len(row) != len(header):
            raise RecipeError(f"{where}: wanted {len(header)} fields as in the heading, got {len(row)}.")
        fields = dict(zip(header, (field.strip() for field in row), strict=True))
        objects.append(_objects(fields, where))
        own = {key: _value(key, fields[key], where) for key in keys}
        try:
            recipes.append(load(recipe, {**(overrides or {}), **own}) if own else base)
        except RecipeError as failure:
            raise RecipeError(f"{where}: {failure}") from None
        settings.append(own)
    if not rows:
        raise RecipeError(f"{path}: wanted at least one row of counts, got a heading alone.")
    if len(rows) > MOST_ROWS:
        raise RecipeError(f"{path}: wanted at most {MOST_ROWS} conditions, got {len(rows)}.")
    return _with_matrix(Counts(tuple(recipes), tuple(settings), np.array(objects, dtype=float)), matrix)


def _images_of_one_sample(path: str | Path) -> tuple[np.ndarray, int]:
    """Objects (4,) of a table of images, as `qdmer count` takes and writes it, and how many images it holds."""
    header, rows = _table(path)
    samples = {row[header.index("sample")].strip() for _, row in rows} if "sample" in header else {""}
    if len(samples) > 1:
        raise RecipeError(
            f"{path}: wanted images of one sample, got {len(samples)} samples: write one row a sample, with its dotted"
            " recipe keys and n1,n2,n3,n4+."
        )
    found = read_table(Path(path))
    assert isinstance(found, CountTable)
    return found.counts.sum(axis=0), len(found.images)


def _with_matrix(counts: Counts, path: str | Path | None) -> Counts:
    """With the matrix at `path`, which must be able to give what was counted."""
    if path is None:
        return counts
    matrix, notes = read_matrix(path)
    for k, name in enumerate(CLASSES):
        number = int(counts.objects[:, k].sum())
        if number and not np.any(matrix[k] > 0.0):
            raise RecipeError(
                f"{path}: wanted a matrix that can give the counts, but counted {name} = {number} and the matrix never"
                f" counts anything as {name[1:]}."
            )
    return replace(counts, matrix=matrix, notes=(*counts.notes, *notes))


def _text(path: str | Path, wanted: str) -> str:
    try:
        place = Path(path)
        if not place.is_file():
            raise RecipeError(f"{path}: wanted {wanted}, got {'a folder' if place.is_dir() else 'no such file'}.")
        if place.stat().st_size > LARGEST_BYTES:
            raise RecipeError(f"{path}: wanted {wanted} of at most {LARGEST_BYTES} bytes, got a larger file.")
        return place.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RecipeError(f"{path}: wanted UTF-8 text, got a byte that is none at position {error.start}.") from None
    except (OSError, ValueError) as error:
        if isinstance(error, RecipeError):
            raise
        raise RecipeError(f"{path}: wanted {wanted}, got one that cannot be read ({error}).") from None


def _table(path: str | Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The heading, and every row that is not empty with its line number; commas, semicolons or tabs between."""
    text = _text(path, "a CSV file of counts")
    lines = text.splitlines()
    first = next((line for line in lines if line.strip() and not line.startswith("#")), "")
    if not first:
        raise RecipeError(f"{path}: wanted a CSV file of counts, got an empty one.")
    mark = max(",;\t", key=first.count)
    header: list[str] = []
    rows: list[tuple[int, list[str]]] = []
    reader = csv.reader(io.StringIO(text), delimiter=mark)
    try:
        for row in reader:
            if not any(field.strip() for field in row) or row[0].startswith("#"):
                continue
            if header:
                rows.append((reader.line_num, row))
            else:
                header = [SPELLED.get(name.strip(), name.strip()) for name in row]
    except csv.Error as error:
        raise RecipeError(f"{path}: wanted a CSV file, got text that is none ({error}).") from None
    return header, rows


def _keys(header: list[str], path: str) -> list[str]:
    """The heading's recipe keys; the four counts must be there, nothing twice, and nothing that is neither."""
    for name in header:
        if header.count(name) > 1:
            raise RecipeError(f"{path}: wanted every column once, got {shown(name)} {header.count(name)} times.")
    missing = [name for name in CLASSES if name not in header]
    if missing:
        near = nearest(missing[0], [name for name in header if name not in CLASSES and "." not in name])
        clue = f"; the nearest name there is {near!r}." if near else " (a column of zeros where none was seen)."
        wanted = ", ".join(CLASSES)
        raise RecipeError(f"{path}: wanted the columns {wanted}, got a heading without {', '.join(missing)}{clue}")
    keys = [name for name in header if name not in CLASSES and name not in TOTALS]
    for name in keys:
        if "." not in name:
            names = ["heating.temperature_c", "heating.time_min", "solution.chalcogenide_equivalents", *CLASSES]
            raise RecipeError(f"{path}: {unknown_key(name or ' ', [*names, *TOTALS])}")
    return keys


def _objects(fields: Mapping[str, str], where: str) -> list[int]:
    found = [_whole(name, fields[name], where) for name in CLASSES]
    if not sum(found):
        raise RecipeError(f"{where}: wanted at least one counted object, got none.")
    for name in TOTALS:
        if fields.get(name) and _whole(name, fields[name], where) != sum(found):
            raise RecipeError(
                f"{where}: wanted n1 to n4+ to sum to {name} = {fields[name]}, got counts that sum to {sum(found)}."
            )
    return found


def _whole(name: str, text: str, where: str) -> int:
    try:
        value = float(text)
    except ValueError:
        raise RecipeError(f"{where}: wanted a whole number in {name}, got {shown(text)}.") from None
    if not (0 <= value < 1e12 and value.is_integer()):
        wanted = "a whole number that is not negative"
        raise RecipeError(f"{where}: wanted {wanted} in {name}, got {text}.")
    return int(value)


def _value(key: str, text: str, where: str) -> Any:
    if not text:
        raise RecipeError(f"{where}: wanted a value in {key}, got an empty field.")
    return setting(f"{key}={text}")[1]


def _usable(found: Any, path: str | Path) -> None:
    """Refuse the matrix of a count that says of itself that it does not give back what was counted."""
    for step in ("parameters", "correction", "matrix_usable"):
        found = found.get(step) if isinstance(found, dict) else None
    if found is False:
        raise RecipeError(
            f"{path}: wanted a matrix that gives back its own count, got one of which qdmer count says that it does not"
            " (matrix not usable for fit)."
        )


def read_matrix(path: str | Path) -> tuple[np.ndarray, tuple[str, ...]]:
    """P(counted as k | true n) from JSON, (4, 4): row counted, column true, each column scaled to 1; and notes.

    The JSON is what `qdmer count --json` prints, or {"matrix": [[...], ...]}. A true size that count did not calibrate
    (null) is taken as counted right, and a note says so. RecipeError for a file without such a matrix.
    """
    wanted = (
        'the JSON of qdmer count, or one with "matrix": 4 rows (counted 1, 2, 3, 4+) of 4 numbers (true 1, 2, 3, 4+)'
    )
    try:
        found = json.loads(_text(path, wanted))
    except (json.JSONDecodeError, RecursionError):
        raise RecipeError(f"{path}: wanted {wanted}, got text that is not JSON.") from None
    rows = found
    _usable(found, path)
    if isinstance(found, dict):
        rows = found.get("matrix")
        for step in ("parameters", "correction", "probability_counted_given_true") if rows is None else ():
            found = found.get(step) if isinstance(found, dict) else None
            rows = found
    if rows is None:
        raise RecipeError(f"{path}: wanted {wanted}, got none (qdmer count gives one where it corrects a picture).")
    try:
        matrix = np.array(rows, dtype=float)  # null becomes nan
    except (TypeError, ValueError):
        matrix = np.empty(0)
    if matrix.shape != (4, 4):
        came = f"{' x '.join(str(n) for n in matrix.shape)} numbers" if matrix.size else shown(rows)
        raise RecipeError(f"{path}: wanted {wanted}, got {came}.")
    unknown = [n for n in range(4) if np.isnan(matrix[:, n]).any()]
    matrix[:, unknown] = np.eye(4)[:, unknown]
    if not np.all(np.isfinite(matrix)) or matrix.min() < 0.0 or not np.all(matrix.sum(axis=0) > 0.0):
        raise RecipeError(f"{path}: wanted chances that are not negative and no empty column, got others.")
    names = ", ".join(CLASSES[n] for n in unknown)
    notes = (f"The matrix does not say how {names} are counted: taken as counted right.",) if unknown else ()
    return np.asarray(matrix / matrix.sum(axis=0)), notes
