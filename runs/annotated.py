"""A recipe as text to edit: every key with what it wants, generated from the schema so that the two cannot part."""

import textwrap
from typing import Any

import tomli_w
from pydantic import BaseModel

from runs.schema import SECTIONS, Recipe

HEADING = """\
# A qdmer recipe, to edit. Every key is explained above it; a key that is commented out is optional.
# Run it with:  qdmer run {file}
"""


def text(recipe: Recipe, file: str) -> str:
    """The recipe as annotated TOML; it loads again to the same values."""
    parts = [HEADING.format(file=file), _keys(recipe, ("title", "notes"))]
    for name in SECTIONS:
        value: Any = getattr(recipe, name)
        rows = value if isinstance(value, list) else [value]
        if isinstance(value, list):
            parts += [f"[[{name}]]\n{_keys(row, tuple(type(row).model_fields))}" for row in rows]
        elif value is not None:
            parts.append(f"[{name}]\n{_keys(value, tuple(type(value).model_fields))}")
    return "\n".join(parts)


def _keys(table: BaseModel, names: tuple[str, ...]) -> str:
    """The lines of one table, each key under its explanation."""
    lines: list[str] = []
    for name in names:
        description = type(table).model_fields[name].description or name
        lines += textwrap.wrap(description, 116, initial_indent="# ", subsequent_indent="# ")
        value = getattr(table, name)
        lines.append(f"# {name} =" if value is None else tomli_w.dumps({name: value}).rstrip("\n"))
    return "\n".join(lines) + "\n"
