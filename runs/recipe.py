"""The recipe: what goes into the flask, checked before anything is computed."""

from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError, field_validator

from assembly.linking import Linking as FlaskLinking
from assembly.population import Dots as FlaskDots
from assembly.population import Flask
from physics.materials import ligand, ligands, material, materials, solvent, solvents
from runs.complaints import RecipeError, unknown_key, wrong
from runs.recipe_files import lay_over, tables, text_of

ABSOLUTE_ZERO_C = -273.15


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class Dots(_Table):
    """One kind of quantum dot in the flask."""

    name: str = Field(
        pattern=r"^[A-Za-z][A-Za-z0-9_.-]{0,31}$",
        description="a name of at most 32 letters, digits, '_', '.' or '-' that begins with a letter",
    )
    material: str = Field(description="a material of the catalogue; of a core/shell dot, the core's")
    shell: str | None = Field(default=None, description="the shell's material, for a core/shell dot")
    core_diameter_nm: float | None = Field(
        default=None,
        gt=0.5,
        le=50,
        description="the core's diameter in nm above 0.5 and below diameter_nm, with a shell only",
    )
    diameter_nm: float = Field(ge=1, le=50, description="the outer diameter, a number from 1 to 50 nm")
    size_dispersion: float = Field(
        default=0.0, ge=0, le=0.3, description="the relative standard deviation of the diameter, a number from 0 to 0.3"
    )
    size_law: Literal["normal", "lognormal"] = Field(
        default="normal", description="'normal' or 'lognormal', either cut at three standard deviations"
    )
    cover_dispersion: float = Field(
        default=0.0,
        ge=0,
        le=0.3,
        description="the relative standard deviation of the ligand cover between dots, a number from 0 to 0.3",
    )
    length_nm: float | None = Field(
        default=None, ge=1, le=500, description="of rods, the length from tip to tip in nm, at least diameter_nm"
    )
    polar_half_angle_deg: float | None = Field(
        default=None,
        gt=0,
        le=30,
        description="half the opening of the two polar facets, a number above 0 and up to 30 degrees",
    )
    polar_factor: float = Field(
        default=1.0, ge=0, le=1e6, description="the weight of polar surface at a contact, a number from 0 to 1000000"
    )
    concentration_um: float = Field(
        gt=0, le=1e5, description="a concentration above 0 and up to 100000 micromoles of dots per litre"
    )
    attachment_energy_ev: float | None = Field(
        default=None,
        gt=0,
        le=100,
        description="the barrier E1 at full ligand cover and 3 nm radius, a number above 0 and up to 100 eV;"
        " left out: the catalogue's value",
    )


class Solution(_Table):
    """The liquid around the dots."""

    solvent: str = Field(description="a solvent of the catalogue")
    ligand: str = Field(description="a ligand of the catalogue")
    chalcogenide_equivalents: float = Field(
        default=0.0,
        ge=0,
        le=100,
        description="the dose of sulfur or selenium per surface ligand, a number from 0 to 100",
    )
    ligand_exchange: Literal["conserved", "equilibrium"] = Field(
        default="conserved",
        description="'conserved' (freed ligands stay on their cluster) or 'equilibrium' (the dose sets the cover)",
    )


class Heating(_Table):
    """How hot, how long: one temperature and a time, or a programme."""

    temperature_c: float | None = Field(
        default=None, gt=ABSOLUTE_ZERO_C, le=1000, description="a temperature in celsius (or programme in its place)"
    )
    time_min: float | None = Field(
        default=None, gt=0, le=1e6, description="a time above 0 and up to 1000000 minutes (or programme in its place)"
    )
    programme: list[tuple[float, float]] | None = Field(
        default=None,
        min_length=2,
        max_length=1000,
        description="a list of points [minutes, celsius] that begins at 0 minutes and rises in time",
    )
    neck_growth: Literal["at-once", "viscous", "surface-diffusion"] = Field(
        default="at-once", description="'at-once', 'viscous' or 'surface-diffusion': how necks reach their equilibrium"
    )

    @field_validator("programme", mode="before")
    @classmethod
    def _points(cls, value: Any) -> Any:
        """TOML has arrays, pydantic's strict tuples want tuples."""
        if not isinstance(value, list):
            return value
        return [tuple(point) if isinstance(point, list) else point for point in value]

    def points(self) -> list[tuple[float, float]]:
        """The programme's corners (minutes, celsius); one temperature makes two."""
        if self.programme is not None:
            return self.programme
        assert self.temperature_c is not None
        assert self.time_min is not None
        return [(0.0, self.temperature_c), (self.time_min, self.temperature_c)]

    @property
    def final_temperature_c(self) -> float:
        """Temperature in celsius at the end."""
        return self.points()[-1][1]


class Facets(_Table):
    """How contacts weigh by the families of their facets, where dots have polar facets."""

    homonymous_factor: float = Field(
        default=1.0, ge=0, le=1, description="a number from 0 to 1 for contacts of like facets"
    )
    heteronymous_factor: float = Field(
        default=1.0, ge=0, le=1, description="a number from 0 to 1 for contacts of a polar facet and a side"
    )


class Linking(_Table):
    """Dots joined by a molecule in place of fusion."""

    linker: str = Field(description="a linker of the catalogue")
    linkers_per_dot: float = Field(
        ge=0, le=1000, description="the mean number of molecules bound to a dot by one end, from 0 to 1000"
    )
    conversion: float = Field(ge=0, le=1, description="the share of free ends that have reacted, from 0 to 1")
    law: Literal["end-to-surface", "site-to-site"] = Field(
        default="end-to-surface", description="'end-to-surface' or 'site-to-site'"
    )


class Simulation(_Table):
    """How the flask is sampled."""

    particles: int = Field(
        default=100_000, ge=1, le=100_000_000, description="an integer from 1 to 100000000 dots per replica"
    )
    replicas: int = Field(default=5, ge=1, le=10_000, description="an integer from 1 to 10000")
    seed: int = Field(default=1, ge=0, lt=2**63, description="a non-negative integer below 2^63")
    melting_rule: Literal["global", "thermal", "heating"] = Field(
        default="global", description="'global', 'thermal' or 'heating': when a skin gives way to a molten dot"
    )
    contacts: Literal["quasi-steady", "explicit"] = Field(
        default="quasi-steady", description="'quasi-steady' or 'explicit': loose contacts as a chance or as events"
    )

    @field_validator("particles", "replicas", "seed", mode="before")
    @classmethod
    def _whole(cls, value: Any) -> Any:
        """1e5 is a whole number to people; TOML calls it a float."""
        return int(value) if isinstance(value, float) and value.is_integer() else value


class Spectra(_Table):
    """Which spectra to compute; without this table none."""

    absorption: bool = Field(
        default=True, description="true or false: absorption of the mixture beside the unfused dots'"
    )
    two_dimensional: bool = Field(
        default=False, description="false (two-dimensional spectra of a run are not available)"
    )

    @field_validator("two_dimensional")
    @classmethod
    def _unavailable(cls, value: bool) -> bool:
        if value:
            raise ValueError("not available")
        return value


class Pair(_Table):
    """An extra factor on the attachment rate of two kinds of dots."""

    between: list[str] = Field(min_length=2, max_length=2, description="the names of two kinds of dots")
    attachment_factor: float = Field(ge=0, le=1, description="a number from 0 (never) to 1 (no extra factor)")


class Recipe(_Table):
    """A whole recipe; `.flask()` is what the simulation takes."""

    title: str = Field(
        default="Quantum-dot molecules",
        min_length=1,
        max_length=200,
        pattern=r"^[^\x00-\x1f\x7f\u2028\u2029]*$",
        description="one line of at most 200 characters",
    )
    notes: list[str] = Field(
        default=[],
        max_length=50,
        description="a list of sentences for the report: what is modelled, which inputs are fitted",
    )
    dots: list[Dots] = Field(min_length=1, max_length=32, description="one to 32 [[dots]] tables, one per kind")
    pairs: list[Pair] = Field(
        default=[], description="[[pairs]] tables with between = [name, name] and attachment_factor"
    )
    solution: Solution = Field(description="a table [solution] with solvent and ligand")
    heating: Heating = Field(description="a table [heating] with temperature_c and time_min")
    facets: Facets = Field(default_factory=Facets, description="a table [facets]")
    linking: Linking | None = Field(default=None, description="a table [linking]")
    simulation: Simulation = Field(default_factory=Simulation, description="a table [simulation]")
    spectra: Spectra | None = Field(default=None, description="a table [spectra]")
    _stem: str = PrivateAttr("recipe")

    @property
    def stem(self) -> str:
        """The file's name without its ending, or the built-in name: run folders are called after it."""
        return self._stem

    def flask(self) -> Flask:
        """The same conditions as the simulation takes them."""
        points = self.heating.points()
        return Flask(
            dots=tuple(FlaskDots(**dots.model_dump()) for dots in self.dots),
            **self.solution.model_dump(),
            temperature_c=points[-1][1],
            time_min=points[-1][0],
            programme=None if self.heating.programme is None else tuple(points),
            neck_growth=self.heating.neck_growth,
            **self.simulation.model_dump(),
            **self.facets.model_dump(),
            linking=None if self.linking is None else FlaskLinking(**self.linking.model_dump()),
            pair_factors={(pair.between[0], pair.between[1]): pair.attachment_factor for pair in self.pairs},
        )

    def resolved(self) -> dict[str, Any]:
        """Every key with the value it had in this run, as TOML can hold it."""
        found = self.model_dump(exclude_none=True)
        return {key: value for key, value in found.items() if value != [] or key == "dots"}


SECTIONS: dict[str, type[_Table]] = {
    "dots": Dots,
    "pairs": Pair,
    "solution": Solution,
    "heating": Heating,
    "facets": Facets,
    "linking": Linking,
    "simulation": Simulation,
    "spectra": Spectra,
}


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
    """A recipe from nested dictionaries, checked key by key and then against the catalogue."""
    try:
        recipe = Recipe.model_validate(raw)
    except ValidationError as failure:
        raise _first_complaint(failure, raw) from None
    _check_names(recipe)
    _check_heating(recipe.heating)
    _check_catalogue(recipe)
    try:
        recipe.flask()
    except ValueError as failure:  # what only the whole flask can tell; its sentences name the key
        raise RecipeError(f"{failure}.") from None
    return recipe


def _first_complaint(failure: ValidationError, raw: Mapping[str, Any]) -> RecipeError:
    """The most telling of pydantic's complaints; a misspelt key also shows as a missing one, so it goes first."""
    errors = sorted(failure.errors(), key=lambda error: error["type"] != "extra_forbidden")
    error = errors[0]
    path = [part for part in error["loc"] if part != "[key]"]
    section = str(path[0])
    table: type[_Table] = Recipe if len(path) == 1 else SECTIONS.get(section, Recipe)
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
