"""What a figure's room works with: its conditions (<stem>.toml), simulated flasks, how firmly their inputs stand."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib import resources
from typing import Any

from assembly import Assembly, simulate
from runs.claims.claim import Input
from runs.claims.standings import comments, of_catalogue, standing, unit_of
from runs.recipe import Recipe, load
from runs.recipe_files import built_in_text

MELTING = ("surface_melting_k", "spreading_j_m2", "hinge_k")
KINETICS = ("fusion_rate_s", "fused_tension_j_m2")
WORDS = ("name", "material", "shell", "between", "solvent", "ligand", "linker", "law")  # keys that name, not number
NUMBERS = ("dots", "pairs", "solution", "heating", "facets", "linking")  # sections of a recipe that decide its outcome
FROM_CATALOGUE = "catalogue"  # in place of a number: leave out the recipe's own, take the catalogue's


@dataclass(frozen=True)
class Room:
    """The room of one stem. `share`: of the dots and dimers that the full set simulates (tests take fewer)."""

    stem: str
    share: float = 1.0
    _made: dict[str, Assembly] = field(default_factory=dict, repr=False)

    @cached_property
    def _text(self) -> str:
        return (resources.files("runs") / "reproduce" / f"{self.stem}.toml").read_text(encoding="utf-8")

    @cached_property
    def _conditions(self) -> dict[str, Any]:
        return tomllib.loads(self._text)

    @cached_property
    def _said(self) -> dict[str, str]:
        return comments(self._text)

    def number(self, name: str) -> float:
        """A number of the table [numbers]."""
        return float(self._conditions["numbers"][name])

    def numbers(self, *names: str) -> tuple[Input, ...]:
        """The same as inputs with their standing."""
        return tuple(self._input(name, self.number(name), self._said[f"numbers.{name}"]) for name in names)

    def count(self, whole: int) -> int:
        """How many of `whole` clusters this room takes, at least 50."""
        return max(round(self.share * whole), 50)

    def flasks(self) -> list[str]:
        """Names of the flasks that the room simulates."""
        return list(self._conditions.get("flasks", {}))

    def recipe(self, flask: str) -> Recipe:
        """The recipe of a flask: a built-in one, with what the table [flasks.<name>] changes."""
        base, changed = self._changes(flask)
        recipe = load(base, changed)
        particles = max(round(self.share * recipe.simulation.particles), 1000)
        return load(base, {**changed, "simulation.particles": particles})

    def _changes(self, flask: str) -> tuple[str, dict[str, Any]]:
        """(name of the built-in recipe, dotted overrides) of a flask."""
        table = dict(self._conditions["flasks"][flask])
        base = str(table.pop("recipe", self._conditions.get("recipe")))
        common = dict(_dotted(self._conditions.get("set", {})))
        changed = {**common, **dict(_dotted(table))}
        return base, {key: None if value == FROM_CATALOGUE else value for key, value in changed.items()}

    def simulated(self, flask: str) -> Assembly:
        """The assembly of a flask, simulated once. RuntimeError where the loop broke its own bounds."""
        if flask not in self._made:
            self._made[flask] = simulate(self.recipe(flask).flask())
            if self._made[flask].violations:
                raise RuntimeError(f"the loop of {self.stem}, {flask} met rates above their majorant")
        return self._made[flask]

    def inputs(self, flask: str) -> tuple[Input, ...]:
        """Every number of the flask's recipe, and of the catalogue what decides melting and attachment."""
        recipe = self.recipe(flask)
        found = [*self._recipe_inputs(flask, recipe)]
        if recipe.linking is not None:
            return (*found, *of_catalogue(recipe.linking.linker, "gap_nm"))
        capping, surfaces = recipe.solution.ligand, dict.fromkeys(dots.shell or dots.material for dots in recipe.dots)
        for surface in surfaces:
            own = [f"exchange_constant.{capping}"]
            if any(d.attachment_energy_ev is None for d in recipe.dots if (d.shell or d.material) == surface):
                own.append(f"attachment_energy_ev.{capping}")
            found += of_catalogue(surface, *MELTING, *KINETICS, *own)
        return (*found, *of_catalogue(recipe.solution.solvent, "viscosity.factor", "polarity_lowering"))

    def _recipe_inputs(self, flask: str, recipe: Recipe) -> list[Input]:
        base, changed = self._changes(flask)
        said = comments(built_in_text(base))
        names = [dots.name for dots in recipe.dots]
        wanted = dict.fromkeys([_by_name(key, names) for key in (*said, *changed) if key.split(".")[0] in NUMBERS])
        found = []
        for key in wanted:
            value = _at(recipe, key, names)
            if value is None or key.rpartition(".")[2] in WORDS:
                continue
            place = f"flasks.{flask}.{key}" if f"flasks.{flask}.{key}" in self._said else f"set.{key}"
            comment = self._said.get(place, said.get(_by_place(key, names), ""))
            found.append(self._input(key, value, comment))
        return found

    def _input(self, key: str, value: Any, comment: str) -> Input:
        word = standing(comment, f"{self.stem}: {key}")
        to = self._conditions.get("fitted_to", {}).get(key, ())
        claims = (to,) if isinstance(to, str) else tuple(to)
        shown = value if isinstance(value, str) else float(value)
        return Input(key, shown, unit_of(key), word, claims if word == "fitted" else ())


def _dotted(table: Mapping[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    rows: list[tuple[str, Any]] = []
    for key, value in table.items():
        rows += _dotted(value, f"{prefix}{key}.") if isinstance(value, Mapping) else [(prefix + key, value)]
    return rows


def _by_name(key: str, names: list[str]) -> str:
    """dots.0.diameter_nm as dots.CdS.diameter_nm."""
    parts = key.split(".")
    if parts[0] == "dots" and parts[1].isdecimal():
        parts[1] = names[int(parts[1])]
    return ".".join(parts)


def _by_place(key: str, names: list[str]) -> str:
    parts = key.split(".")
    if parts[0] == "dots":
        parts[1] = str(names.index(parts[1]))
    return ".".join(parts)


def _at(recipe: Recipe, key: str, names: list[str]) -> Any:
    """The value of a dotted key."""
    parts = _by_place(key, names).split(".")
    value: Any = recipe
    for part in parts:
        value = value[int(part)] if part.isdecimal() else getattr(value, part)
    return value
