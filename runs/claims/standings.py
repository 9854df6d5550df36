"""Numbers with their standing, read where they stand: the catalogue, recipes (the word after #), model parameters."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from importlib import resources
from typing import Any

from physics import materials
from runs.claims.claim import STANDINGS, Input

_LINE = re.compile(r"""^\s*(?P<key>[\w.-]+)\s*=\s*(?P<value>"[^"]*"|[^"#]*?)\s*(?:#\s*(?P<comment>.*))?$""")
_TABLE = re.compile(r"^\s*(?P<open>\[\[?)(?P<name>[\w.-]+)\]\]?\s*(?:#.*)?$")
UNIT_OF_ENDING = {
    "nm": "nm", "c": "°C", "ev": "eV", "mev": "meV", "cm1": "cm-1", "fs": "fs", "ns": "ns", "um": "µM", "min": "min",
    "deg": "degrees", "k": "K", "s": "1/s", "debye": "D",
}  # fmt: skip


def comments(text: str) -> dict[str, str]:
    """The comment behind every number of a TOML text, by its dotted key; rows of [[name]] count as name.0, name.1."""
    found: dict[str, str] = {}
    prefix, rows = "", dict[str, int]()
    for line in text.splitlines():
        if table := _TABLE.match(line):
            name = table["name"]
            if table["open"] == "[[":
                rows[name] = rows.get(name, -1) + 1
                name = f"{name}.{rows[name]}"
            prefix = f"{name}."
        elif entry := _LINE.match(line):
            found[prefix + entry["key"]] = (entry["comment"] or "").strip()
    return found


def standing(comment: str, where: str) -> str:
    """The standing that a comment begins with. ValueError where it begins with none."""
    word = re.split(r"\W", comment, maxsplit=1)[0].lower()
    if word not in STANDINGS:
        raise ValueError(f"{where} must be followed by # and one of {', '.join(STANDINGS)}, got {comment!r}")
    return word


def unit_of(name: str) -> str:
    """The unit that ends a name, "1" where none does."""
    return UNIT_OF_ENDING.get(name.rpartition("_")[2], "1")


@cache
def fitted_numbers() -> dict[str, tuple[str, ...]]:
    """Which claims each fitted number of the catalogue and of the models was fitted to, by "<owner> <name>"."""
    text = (resources.files("runs") / "claims" / "fitted_to.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    return {f"{owner} {name}": tuple(claims) for owner, rows in table.items() for name, claims in rows.items()}


def of_catalogue(substance: str, *names: str) -> tuple[Input, ...]:
    """Numbers of a material, solvent or ligand; "field.ligand" for those that depend on a ligand."""
    kind = next(kind for kind in ("material", "solvent", "ligand") if substance in getattr(materials, f"{kind}s")())
    return tuple(_catalogued(getattr(materials, kind)(substance), name) for name in names)


def _catalogued(substance: Any, name: str) -> Input:
    source = substance.sources[name]
    field, _, entry = name.partition(".")
    value = getattr(substance, field)
    if entry:
        value = value[entry] if isinstance(value, Mapping) else getattr(value, entry)
    return _stated(f"{substance.name} {name}", value, source.unit, source.standing)


def of_model(parameters: Any, *names: str) -> tuple[Input, ...]:
    """Fields of a model's parameters, whose metadata say unit and standing; all of them where none is named.

    ValueError where a fitted one does not say to what.
    """
    model = type(parameters).__name__
    return tuple(
        _stated(f"{model} {entry.name}", getattr(parameters, entry.name), entry.metadata["unit"],
                entry.metadata["standing"])
        for entry in fields(parameters) if not names or entry.name in names
    )  # fmt: skip


def _stated(name: str, value: Any, unit: str, said: str) -> Input:
    word = said.split()[0]
    if word == "fitted" and name not in fitted_numbers():
        raise ValueError(f"{name} is fitted, but fitted_to.toml does not say to which claims")
    shown = ", ".join(f"{v:g}" for v in value) if isinstance(value, tuple) else float(value)
    return Input(name, shown, unit, word, fitted_numbers()[name] if word == "fitted" else ())
