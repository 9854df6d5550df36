"""Tables instead of pictures: ImageJ's particle tables and tables of counts; and CSV that carries no formulas."""

import csv
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from runs.complaints import RecipeError, hint, shown
from runs.store import write_table

LARGEST_BYTES = 200_000_000
MOST_ROWS = 5_000_000
MOST_DOTS = 10_000  # in one object of a count table: more is a column given by mistake
LENGTHS = ("Major", "Minor", "Feret", "MinFeret", "Perim.", "X", "Y", "XM", "YM", "BX", "BY", "Width", "Height")
RATIOS = ("Circ.", "AR", "Round", "Solidity")
WIDE = {"n1": 1, "n2": 2, "n3": 3, "n4plus": 4, "n4+": 4}
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class ParticleTable:
    """ImageJ's measurements, lengths in nm or pixels as they came: columns by their names in ImageJ.

    Each column is (particles,).
    """

    file: str
    columns: dict[str, np.ndarray]
    whole_areas: bool  # every area is a whole number, as areas in pixels are


@dataclass(frozen=True)
class CountTable:
    """Objects of 1, 2, 3 and 4 or more dots, one row per image. counts (images, 4)."""

    file: str
    images: list[str]
    counts: np.ndarray  # (images, 4)
    dots_in_largest: tuple[float, ...] = ()  # of each image, where the table says how many dots each object holds


def read_table(path: Path, sample: str | None = None) -> ParticleTable | CountTable:
    """A particle table or a table of counts, told apart by its heading. RecipeError says which columns are missing."""
    where = path.name
    heading, rows = _rows(path, where)
    folded = [name.casefold() for name in heading]
    if len(set(folded)) != len(folded):
        twice = next(name for name in folded if folded.count(name) > 1)
        raise RecipeError(f"{where}: wanted each column once, got {twice or 'an unnamed one'!r} twice.")
    if {"image", "dots", "area_nm2"} <= set(folded):
        return _own_objects(folded, rows, where)
    if "area" in folded:
        return _particles(heading, rows, where)
    if {"image", "n", "count"} <= set(folded) or {"image", "n1"} <= set(folded):
        return _counts(folded, rows, where, sample)
    wanted = ["Area", "sample", "image", "n", "count", "n1", "n2", "n3", "n4plus"]
    clue = next((hint(name, wanted) for name in heading if name and hint(name, wanted)), "") if heading else ""
    raise RecipeError(
        f"{where}: wanted ImageJ's column Area, or the columns sample,image,n,count, or image,n1,n2,n3,n4plus, "
        f"got {shown(', '.join(heading))}{clue}."
    )


def _rows(path: Path, where: str) -> tuple[list[str], list[list[str]]]:
    """Heading and rows, split at tabs or commas, whichever the heading holds."""
    if path.stat().st_size > LARGEST_BYTES:
        raise RecipeError(f"{where}: wanted a table of at most {LARGEST_BYTES} bytes, got {path.stat().st_size}.")
    raw = path.read_bytes()
    if b"\0" in raw[:4096] and not raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise RecipeError(f"{where}: wanted a TIFF, PNG or JPEG image or a table, got a file that is neither.")
    for coding in ("utf-16",) if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "latin-1"):
        try:
            text = raw.decode(coding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise RecipeError(f"{where}: wanted a table in UTF-8 text, got bytes that are none.")
    first = text.lstrip("\r\n").partition("\n")[0]
    comma = max("\t,;", key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text.replace("\0", "")), delimiter=comma))
    except csv.Error as error:
        raise RecipeError(f"{where}: wanted a table, got text that is none ({str(error)[:80]}).") from None
    rows = [[field.strip() for field in row] for row in rows if any(field.strip() for field in row)]
    if not rows:
        raise RecipeError(f"{where}: wanted a table or an image, got an empty file.")
    if len(rows) == 1:
        raise RecipeError(
            f"{where}: wanted a table with rows below its heading, got {shown(', '.join(rows[0]))} alone."
        )
    if len(rows) > MOST_ROWS:
        raise RecipeError(f"{where}: wanted at most {MOST_ROWS} rows, got {len(rows)}.")
    return rows[0], rows[1:]


def _particles(heading: list[str], rows: list[list[str]], where: str) -> ParticleTable:
    """The columns that matter, numbers checked; the summary lines that ImageJ may append are left out."""
    named = {name.casefold(): place for place, name in enumerate(heading)}
    rows = [row for row in rows if row[0].casefold() not in ("mean", "sd", "min", "max")]
    columns: dict[str, np.ndarray] = {}
    for name in ("Area", *LENGTHS, *RATIOS):
        place = named.get(name.casefold())
        if place is not None:
            columns[name] = np.array([_number(row, place, name, at, where) for at, row in enumerate(rows, 2)])
    for name in ("Area", "Major", "Minor"):
        if name in columns and not np.all(columns[name] > 0):
            at = int(np.flatnonzero(~(columns[name] > 0))[0])
            raise RecipeError(
                f"{where}: wanted {name} above 0 in every row, got {columns[name][at]:g} in row {at + 2}."
            )
    if not len(columns["Area"]):
        raise RecipeError(f"{where}: wanted at least one particle, got a table without any.")
    area = columns["Area"]
    return ParticleTable(where, columns, bool(np.all(area == np.round(area))))


def _number(row: list[str], place: int, name: str, at: int, where: str) -> float:
    text = row[place] if place < len(row) else ""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    ratio_of_a_point = name in RATIOS and text.casefold() in ("nan", "infinity", "inf", "-infinity")
    if not math.isfinite(value) and not ratio_of_a_point:
        raise RecipeError(f"{where}: wanted a number in column {name} of row {at}, got {shown(text)}.")
    return value


def _counts(folded: list[str], rows: list[list[str]], where: str, sample: str | None) -> CountTable:
    """Counts per image, of the one sample wanted or of the only one there is."""
    place = {name: at for at, name in enumerate(folded)}
    if "sample" in place:
        samples = sorted({_text(row, place["sample"]) for row in rows})
        if sample is not None and sample not in samples:
            raise RecipeError(f"--sample: wanted a sample of {where}, got {shown(sample)}{hint(sample, samples)}.")
        if sample is None and len(samples) > 1:
            raise RecipeError(
                f"{where}: wanted one sample, got {len(samples)}: choose with --sample{hint('', samples)}."
            )
        chosen = sample if sample is not None else samples[0]
        numbered = [(at, row) for at, row in enumerate(rows, 2) if _text(row, place["sample"]) == chosen]
    else:
        numbered = list(enumerate(rows, 2))
    found: dict[str, np.ndarray] = {}
    wide = {name: WIDE[name] for name in folded if name in WIDE}
    if "n" not in place and not {1, 2, 3, 4} <= set(wide.values()):
        missing = [name for name in ("n1", "n2", "n3", "n4plus") if name not in folded]
        raise RecipeError(f"{where}: wanted the columns image,n1,n2,n3,n4plus, got none called {missing[0]}.")
    for at, row in numbered:
        image = found.setdefault(_text(row, place["image"]), np.zeros(4))
        if "n" in place:
            dots = _text(row, place["n"])
            n = 4 if dots in ("4+", "4plus") else _whole(row, place["n"], "n", at, where)
            if not 1 <= n <= MOST_DOTS:
                raise RecipeError(f"{where}: wanted n of 1 to {MOST_DOTS} dots in row {at}, got {n}.")
            image[min(n, 4) - 1] += _whole(row, place["count"], "count", at, where)
        else:
            for name, n in wide.items():
                image[n - 1] += _whole(row, place[name], name, at, where)
    table = np.array(list(found.values()))
    if not table.sum() > 0:
        raise RecipeError(f"{where}: wanted at least one object, got counts that are all 0.")
    return CountTable(where, list(found), table)


def _own_objects(folded: list[str], rows: list[list[str]], where: str) -> CountTable:
    """The objects.csv of an earlier count: the dots of each object, summed by image."""
    at_image, at_dots = folded.index("image"), folded.index("dots")
    found: dict[str, list[int]] = {}
    for at, row in enumerate(rows, 2):
        dots = _whole(row, at_dots, "dots", at, where)
        if not 1 <= dots <= MOST_DOTS:
            raise RecipeError(f"{where}: wanted 1 to {MOST_DOTS} dots in row {at}, got {dots}.")
        found.setdefault(_text(row, at_image), []).append(dots)
    counts = np.array([np.bincount(np.minimum(d, 4), minlength=5)[1:] for d in found.values()], dtype=float)
    return CountTable(where, list(found), counts, tuple(float(sum(n for n in d if n >= 4)) for d in found.values()))


def _text(row: list[str], place: int) -> str:
    return row[place] if place < len(row) else ""


def _whole(row: list[str], place: int, name: str, at: int, where: str) -> int:
    text = _text(row, place)
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not (0 <= value <= 1e12 and value == round(value)):
        raise RecipeError(f"{where}: wanted a whole number in column {name} of row {at}, got {shown(text)}.")
    return int(value)


def safe(cell: Any) -> Any:
    """A cell that no spreadsheet takes for a formula: text that begins like one gets an apostrophe before it."""
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip(" ").startswith(FORMULA_STARTS) else cell


def write_safe_table(path: Path, columns: Mapping[str, Sequence[Any]]) -> None:
    """A CSV file whose text, headings included, cannot carry formulas into a spreadsheet."""
    write_table(path, {safe(name): [safe(cell) for cell in cells] for name, cells in columns.items()})
