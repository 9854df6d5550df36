"""Recipes as files: finding them by path or built-in name, reading them, and laying dotted overrides over them."""

import tomllib
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from runs.complaints import RecipeError, hint, nearest, shown

LARGEST_BYTES = 1_000_000  # a recipe is a page of text: anything longer is another file given by mistake


def built_in_names() -> list[str]:
    """Names of the recipes that ship with qdmer, in alphabetical order."""
    folder = resources.files("runs") / "recipes"
    return sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml"))


def built_in_text(name: str) -> str:
    """The text of one built-in recipe."""
    return (resources.files("runs") / "recipes" / f"{name}.toml").read_text(encoding="utf-8")


def text_of(path_or_name: str | Path) -> tuple[str, str]:
    """(stem, text) of a recipe given by path or by built-in name; RecipeError says in one sentence why not."""
    given = str(path_or_name)
    if given in built_in_names():
        return given, built_in_text(given)
    path, where = Path(given), given if len(given) <= 200 else f"{given[:197]}..."
    try:
        if not path.exists():
            names = [*built_in_names(), *(f"{name}.toml" for name in built_in_names())]
            close = nearest(given, names)
            clue = f"; the nearest built-in recipe is {close.removesuffix('.toml')!r}" if close else ""
            clue = clue or "; `qdmer recipes` lists the built-in ones"
            raise RecipeError(
                f"{where}: wanted a recipe file or a built-in name, got a path where there is none{clue}."
            )
        if path.is_dir():
            raise RecipeError(f"{where}: wanted a recipe file, got a folder.")
        if not path.is_file():
            raise RecipeError(f"{where}: wanted an ordinary recipe file, got a device or a pipe.")
        if path.stat().st_size > LARGEST_BYTES:
            raise RecipeError(f"{where}: wanted a recipe of at most {LARGEST_BYTES} bytes, got {path.stat().st_size}.")
        return path.stem, path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RecipeError(f"{where}: wanted UTF-8 text, got a byte that is none at position {error.start}.") from None
    except OSError as error:
        raise RecipeError(f"{where}: wanted a readable recipe file, got {error.strerror or error}.") from None


def tables(text: str, where: str) -> dict[str, Any]:
    """The recipe's text as nested dictionaries. RecipeError, one sentence, for text that is no TOML, or empty."""
    if not text.strip():
        raise RecipeError(f"{where}: wanted a recipe, got an empty file.")
    try:
        found = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # ValueError: not TOML, or an integer of thousands of digits
        why = " ".join(str(error).split())[:120] or type(error).__name__
        raise RecipeError(f"{where}: wanted a recipe in TOML, got text that is not ({why.rstrip('.')}).") from None
    if not found:
        raise RecipeError(f"{where}: wanted a recipe, got a file of nothing but comments.")
    return found


def setting(text: str, option: str = "--set") -> tuple[str, Any]:
    """(dotted key, value) of `key=value` given to `option`; the value is read as TOML, else as plain text.

    RecipeError, one sentence, for text without a dotted key.
    """
    key, equals, value = text.partition("=")
    key = key.strip()
    if not equals or not key:
        raise RecipeError(f"{option}: wanted key=value with a dotted key, got {shown(text)}.")
    try:
        parsed = tomllib.loads(f"value = {value}")
        return key, parsed["value"] if set(parsed) == {"value"} else value.strip()
    except (ValueError, RecursionError):
        return key, value.strip()


def lay_over(recipe: dict[str, Any], overrides: Mapping[str, Any]) -> None:
    """Change `recipe` in place: `heating.temperature_c`, `dots.<name or position>.diameter_nm`, `title`."""
    for key, value in overrides.items():
        parent, field = _parent(recipe, key)
        parent[field] = value.item() if hasattr(value, "item") else value  # numpy scalars of a sweep


def _parent(recipe: dict[str, Any], key: str) -> tuple[dict[str, Any], str]:
    """The table that holds the key's last part, made if it is a section that the recipe leaves out."""
    section, _, rest = key.partition(".")
    if not rest:
        return recipe, section
    if section in ("dots", "pairs"):
        entry, dot, field = rest.rpartition(".")
        if not dot or not entry:
            raise RecipeError(f"{key}: wanted {section}.<name or position>.<key>, got {key!r}.")
        return _entry(recipe, section, entry, key), field
    if "." in rest:
        raise RecipeError(f"{key}: wanted section.key, got {key!r} with more parts than a recipe has.")
    table = recipe.setdefault(section, {})
    if not isinstance(table, dict):
        raise RecipeError(f"{key}: wanted {section} to be a table, got {shown(table)}.")
    return table, rest


def _entry(recipe: dict[str, Any], section: str, entry: str, key: str) -> dict[str, Any]:
    """One table of [[dots]] by its name or position, of [[pairs]] by its position."""
    rows = recipe.get(section, [])
    rows = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    by_name = {str(row["name"]): row for row in rows if "name" in row}
    if section == "dots" and entry in by_name:
        return by_name[entry]
    if entry.isdecimal() and int(entry[:9]) < len(rows):
        return rows[int(entry)]
    places = f"a position below {len(rows)}"
    wanted = f"the name of a dot or {places}" if section == "dots" else places
    raise RecipeError(f"{key}: wanted {wanted}, got {shown(entry)}{hint(entry, by_name)}.")
