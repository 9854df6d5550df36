"""The recipe: what goes into the flask, checked before anything is computed."""

from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from physics.materials import ligand, ligands, material, materials, solvent, solvents
from runs.complaints import RecipeError, unknown_key, wrong
from runs.recipe_files import lay_over, tables, text_of
from runs.recipe_table import Table
from runs.schema import ABSOLUTE_ZERO_C, SECTIONS, Heating, Recipe

__all__ = ["Recipe", "checked", "first_complaint", "load"]


def load(path_or_name: str | Path, overrides: Mapping[str, Any] | None = None) -> Recipe:
    """The recipe of a file or a built-in name, with dotted overrides laid over it, all of it checked.

    Raises RecipeError (a ValueError) with one sentence: the key, what was wanted, what came, the nearest valid name.
    """
    stem, text = text_of(path_or_name)
    raw = tables(text, str(path_or_name))
    lay_over(raw, overrides or {})
    recipe = checked(raw)
    recipe._stem = stem
    return recipe


def checked(raw: Mapping[str, Any]) -> Recipe:
    """A recipe from nested dictionaries, checked key by key and then against the catalogue.

    RecipeError, one sentence, for the first key that is wrong.
    """
    try:
        recipe = Recipe.model_validate(raw)
    except ValidationError as failure:
        raise first_complaint(failure, raw) from None
    _check_names(recipe)
    _check_heating(recipe.heating)
    _check_catalogue(recipe)
    try:
        recipe.flask()
    except ValueError as failure:  # what only the whole flask can tell; its sentences name the key
        raise RecipeError(f"{failure}.") from None
    if (settings := recipe.two_dimensional_asked()) is not None:
        from runs.two_dimensional_asked import asked  # loads the NUFFT: only recipes that want it pay for it

        asked(settings)
    return recipe


def first_complaint(failure: ValidationError, raw: Mapping[str, Any]) -> RecipeError:
    """The most telling of pydantic's complaints; a misspelt key also shows as a missing one, so it goes first."""
    errors = sorted(failure.errors(), key=lambda error: error["type"] != "extra_forbidden")
    error = errors[0]
    path = [part for part in error["loc"] if part != "[key]"]
    section = str(path[0])
    table: type[Table] = Recipe if len(path) == 1 else SECTIONS.get(section, Recipe)
    key = _dotted(path, raw)
    if error["type"] == "extra_forbidden":
        names = list(table.model_fields)
        if table is Recipe:
            names += [f"{name}.{field}" for name, model in SECTIONS.items() for field in model.model_fields]
        return unknown_key(key, names)
    fields = [str(part) for part in path if not isinstance(part, int)]
    name = fields[1] if table is not Recipe and len(fields) > 1 else section
    owner = table if name in table.model_fields else Recipe
    field = owner.model_fields.get(name) or Recipe.model_fields[section]
    wanted = field.description or "another value"
    if error["type"] == "missing":
        return RecipeError(f"{key}: wanted {wanted}, got nothing.")
    choices = getattr(field.annotation, "__args__", ()) if error["type"] == "literal_error" else ()
    return wrong(key, wanted, error["input"], [str(choice) for choice in choices])


def _dotted(path: list[Any], raw: Mapping[str, Any]) -> str:
    """dots.CdS.diameter_nm for ("dots", 0, "diameter_nm"); the position where the dot has no fit name."""
    parts = [str(part) for part in path]
    if len(path) > 1 and path[0] == "dots" and isinstance(path[1], int):
        row = raw["dots"][path[1]]
        name = row.get("name") if isinstance(row, dict) else None
        if isinstance(name, str) and name and len(name) <= 32 and all(c.isalnum() or c in "_.-" for c in name):
            parts[1] = name
    return ".".join(parts)


def _check_names(recipe: Recipe) -> None:
    """Names are unique, pairs name kinds that exist, a core fits into its shell."""
    names = [dots.name for dots in recipe.dots]
    for position, dots in enumerate(recipe.dots):
        if dots.name in names[:position]:
            raise wrong(f"dots.{position}.name", "a name that no other [[dots]] table has", dots.name)
        core = f"dots.{dots.name}.core_diameter_nm"
        if dots.shell is not None and dots.core_diameter_nm is None:
            raise RecipeError(f"{core}: wanted the core's diameter because a shell is given, got nothing.")
        if dots.core_diameter_nm is not None and dots.shell is None:
            raise wrong(core, "no core diameter because no shell is given", dots.core_diameter_nm)
        if dots.core_diameter_nm is not None and dots.core_diameter_nm >= dots.diameter_nm:
            raise wrong(core, f"a number below diameter_nm = {dots.diameter_nm:g}", dots.core_diameter_nm)
    seen: set[frozenset[str]] = set()
    for position, pair in enumerate(recipe.pairs):
        for name in pair.between:
            if name not in names:
                raise wrong(f"pairs.{position}.between", "the names of two kinds in [[dots]]", name, names)
        if frozenset(pair.between) in seen:
            raise RecipeError(
                f"pairs.{position}.between: wanted each pair once, got {' and '.join(pair.between)} again."
            )
        seen.add(frozenset(pair.between))


def _check_heating(heating: Heating) -> None:
    """Either one temperature and a time, or a programme that begins at 0 and rises in time."""
    if heating.programme is None:
        for key in ("temperature_c", "time_min"):
            if getattr(heating, key) is None:
                raise RecipeError(f"heating.{key}: wanted {Heating.model_fields[key].description}, got nothing.")
        return
    for key in ("temperature_c", "time_min"):
        if getattr(heating, key) is not None:
            raise wrong(f"heating.{key}", "nothing beside a programme", getattr(heating, key))
    minutes = [point[0] for point in heating.programme]
    if minutes[0] != 0.0 or any(not earlier < later for earlier, later in pairwise(minutes)):
        raise wrong("heating.programme", "minutes that begin at 0 and rise", minutes)
    for _, celsius in heating.programme:
        if not ABSOLUTE_ZERO_C < celsius <= 1000.0:
            raise wrong("heating.programme", "temperatures in celsius", celsius)


def _check_catalogue(recipe: Recipe) -> None:
    """Materials, solvent and ligand are known, the solvent does not boil, every barrier has a value."""
    solution = recipe.solution
    for key, name, names in (
        ("solution.solvent", solution.solvent, solvents()),
        ("solution.ligand", solution.ligand, ligands()),
        *((f"dots.{dots.name}.material", dots.material, materials()) for dots in recipe.dots),
        *((f"dots.{dots.name}.shell", dots.shell, materials()) for dots in recipe.dots if dots.shell is not None),
    ):
        if name not in names:
            raise wrong(key, f"one of {', '.join(names)}", name, names)
    boiling = solvent(solution.solvent).boiling_c
    hottest = max(celsius for _, celsius in recipe.heating.points())
    if hottest > boiling:
        key = "heating.temperature_c" if recipe.heating.programme is None else "heating.programme"
        raise wrong(key, f"at most {boiling:g}, where {solution.solvent} boils", hottest)
    if recipe.linking is not None:
        linkers = [name for name in ligands() if ligand(name).kind == "linker"]
        if recipe.linking.linker not in linkers:
            raise wrong("linking.linker", f"one of {', '.join(linkers)}", recipe.linking.linker, linkers)
    for dots in recipe.dots:
        surface = material(dots.shell or dots.material)
        if (
            recipe.linking is None
            and dots.attachment_energy_ev is None
            and solution.ligand not in surface.attachment_energy_ev
        ):
            raise RecipeError(
                f"dots.{dots.name}.attachment_energy_ev: wanted a number in eV because the catalogue has none for"
                f" {surface.name} with {solution.ligand}, got nothing."
            )
