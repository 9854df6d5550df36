"""Every number of the catalogue that a recipe rests on, with its standing; the weakest first."""

from collections.abc import Mapping
from typing import Any

from physics.materials import ligand, material, solvent
from runs.recipe import Recipe

ORDER = {"fitted": 0, "set": 1, "assumed": 2, "recalled": 3, "computed": 4, "literature": 5}


def inputs(recipe: Recipe) -> list[dict[str, str]]:
    """Rows of `of`, `name`, `value`, `unit`, `standing`, `source`, as text."""
    surfaces = [dots.shell or dots.material for dots in recipe.dots]
    cores = [dots.material for dots in recipe.dots]
    substances: list[Any] = [material(name) for name in dict.fromkeys([*surfaces, *cores])]
    substances += [solvent(recipe.solution.solvent), ligand(recipe.solution.ligand)]
    rows = [row for substance in substances for row in _rows(substance, recipe.solution.ligand)]
    for dots in recipe.dots:
        if dots.attachment_energy_ev is not None:
            energy = f"{dots.attachment_energy_ev:g}"
            rows.append(_row(dots.name, "attachment_energy_ev", energy, "eV", "set in the recipe", "see its notes"))
    return sorted(rows, key=lambda row: ORDER.get(row["standing"].split()[0], 0))


def _rows(substance: Any, chosen_ligand: str) -> list[dict[str, str]]:
    rows = []
    for key, source in substance.sources.items():
        name, _, entry = key.partition(".")
        if entry and entry != chosen_ligand:
            continue
        value = getattr(substance, name, None)
        value = value.get(entry) if entry and isinstance(value, Mapping) else value
        if value is not None:
            shown = f"{value:.4g}" if isinstance(value, int | float) else str(value)
            rows.append(_row(substance.name, key, shown, source.unit, source.standing, source.source))
    return rows


def _row(of: str, name: str, value: str, unit: str, standing: str, source: str) -> dict[str, str]:
    return {"of": of, "name": name, "value": value, "unit": unit, "standing": standing, "source": source}
