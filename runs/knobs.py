"""What a search turns on a recipe of one kind of dot: its dotted keys, and the recipe with them changed."""

from collections.abc import Mapping
from typing import Any

from runs.complaints import RecipeError
from runs.recipe import Recipe, checked

TEMPERATURE, TIME, DOSE = "heating.temperature_c", "heating.time_min", "solution.chalcogenide_equivalents"


def concentration_key(recipe: Recipe) -> str:
    """The dotted key of the only kind's concentration."""
    return f"dots.{recipe.dots[0].name}.concentration_um"


def diameter_key(recipe: Recipe) -> str:
    """The dotted key of the only kind's diameter."""
    return f"dots.{recipe.dots[0].name}.diameter_nm"


def barrier_key(recipe: Recipe) -> str:
    """The dotted key of the only kind's attachment energy."""
    return f"dots.{recipe.dots[0].name}.attachment_energy_ev"


def check_one_flask(recipe: Recipe, what: str) -> None:
    """RecipeError unless the recipe is one kind of round dot that fuses at one temperature."""
    if len(recipe.dots) != 1:
        raise RecipeError(f"dots: wanted one kind of dot for {what}, got {len(recipe.dots)}.")
    if recipe.linking is not None:
        raise RecipeError(f"linking: wanted dots that fuse for {what}, got dots that are joined by molecules.")
    if recipe.dots[0].length_nm is not None:
        raise RecipeError(f"dots.{recipe.dots[0].name}.length_nm: wanted round dots for {what}, got rods.")
    if recipe.heating.programme is not None:
        raise RecipeError(f"heating.programme: wanted temperature_c and time_min for {what}, got a programme.")


def changed(recipe: Recipe, values: Mapping[str, Any]) -> Recipe:
    """The recipe with dotted keys changed, checked."""
    tables = recipe.model_dump(exclude_none=True)
    for key, value in values.items():
        section, _, field = key.partition(".")
        if section == "dots":
            tables["dots"][0][field.rpartition(".")[2]] = value
        else:
            tables[section][field] = value
    made = checked(tables)
    made._stem = recipe.stem
    return made


def rate_equations_hold(recipe: Recipe) -> bool:
    """Whether rate equations hold all of a recipe's kinetics, so that a search need not simulate."""
    kind, heating = recipe.dots[0], recipe.heating
    return (
        kind.size_dispersion == 0.0
        and kind.cover_dispersion == 0.0
        and kind.polar_half_angle_deg is None
        and heating.neck_growth == "at-once"
        and recipe.simulation.contacts == "quasi-steady"
    )
