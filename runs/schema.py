"""The tables of a recipe: every key with its type, its range and what it means."""

from typing import Any, Literal

from pydantic import Field, PrivateAttr, field_validator

from assembly.linking import Linking as FlaskLinking
from assembly.population import Dots as FlaskDots
from assembly.population import Flask
from runs.recipe_table import Table
from runs.two_dimensional_table import TwoDimensional

ABSOLUTE_ZERO_C = -273.15


class Dots(Table):
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


class Solution(Table):
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


class Heating(Table):
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


class Facets(Table):
    """How contacts weigh by the families of their facets, where dots have polar facets."""

    homonymous_factor: float = Field(
        default=1.0, ge=0, le=1, description="a number from 0 to 1 for contacts of like facets"
    )
    heteronymous_factor: float = Field(
        default=1.0, ge=0, le=1, description="a number from 0 to 1 for contacts of a polar facet and a side"
    )


class Linking(Table):
    """Dots joined by a molecule in place of fusion."""

    linker: str = Field(description="a linker of the catalogue")
    linkers_per_dot: float = Field(
        ge=0, le=1000, description="the mean number of molecules bound to a dot by one end, from 0 to 1000"
    )
    conversion: float = Field(ge=0, le=1, description="the share of free ends that have reacted, from 0 to 1")
    law: Literal["end-to-surface", "site-to-site", "pairs"] = Field(
        default="end-to-surface",
        description="'end-to-surface', 'site-to-site' or 'pairs' (no dot links twice: with linkers_per_dot = 0.5 and"
        " conversion = 1 all dots sit in dimers)",
    )


class Simulation(Table):
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

    sampled_clusters: int = Field(
        default=400,
        ge=1,
        le=1_000_000,
        description="about how many clusters are kept as graphs, every size among them, an integer from 1",
    )

    @field_validator("particles", "replicas", "seed", "sampled_clusters", mode="before")
    @classmethod
    def _whole(cls, value: Any) -> Any:
        """1e5 is a whole number to people; TOML calls it a float."""
        return int(value) if isinstance(value, float) and value.is_integer() else value


class Spectra(Table):
    """Which spectra to compute; without this table none."""

    absorption: bool = Field(
        default=True, description="true or false: absorption of the mixture beside the unfused dots'"
    )
    two_dimensional: bool = Field(
        default=False, description="true or false: two-dimensional electronic spectra, as [two_dimensional] says"
    )


class Micrograph(Table):
    """Virtual micrographs of the run; without this table none. Defaults are assumed, none is measured."""

    nm_per_pixel: float = Field(default=0.25, ge=0.01, le=10, description="the pixel size, a number from 0.01 to 10 nm")
    field_nm: float = Field(default=256.0, gt=0, le=1e5, description="the side of the square field in nm")
    coverage: float = Field(
        default=0.08, gt=0, le=0.5, description="the share of the field under dots, a number above 0 and up to 0.5"
    )
    dose_per_nm2: float = Field(
        default=10_000.0, gt=0, le=1e9, description="the electrons per square nm, a number above 0 and up to 1e9"
    )
    gap_nm: float = Field(
        default=1.2, ge=0, le=50, description="the ligand gap between clusters that dry side by side, from 0 to 50 nm"
    )
    attraction: float = Field(
        default=0.0, ge=0, le=1, description="the share of clusters that dry against another one, from 0 to 1"
    )
    contrast: float = Field(
        default=0.3, gt=0, lt=1, description="the share of the beam that the middle of a dot takes away, from 0 to 1"
    )
    contrast_spread: float = Field(
        default=0.12, ge=0, le=0.5, description="its relative standard deviation between clusters, from 0 to 0.5"
    )
    blur_nm: float = Field(
        default=0.4, ge=0, le=10, description="the standard deviation of the point spread, 0 to 10 nm"
    )
    gradient: float = Field(
        default=0.05, ge=-0.5, le=0.5, description="the change of the background across the field, from -0.5 to 0.5"
    )
    tilt_deg: float = Field(
        default=8.0, ge=0, le=90, description="the standard deviation of the tilt out of the grid, 0 to 90 degrees"
    )
    images: int = Field(default=1, ge=1, le=100, description="how many images, an integer from 1 to 100")


class Pair(Table):
    """An extra factor on the attachment rate of two kinds of dots."""

    between: list[str] = Field(min_length=2, max_length=2, description="the names of two kinds of dots")
    attachment_factor: float = Field(ge=0, le=1, description="a number from 0 (never) to 1 (no extra factor)")


class Recipe(Table):
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
    two_dimensional: TwoDimensional | None = Field(default=None, description="a table [two_dimensional]")
    micrograph: Micrograph | None = Field(default=None, description="a table [micrograph]")
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
            **self.simulation.model_dump(exclude={"sampled_clusters"}),
            **self.facets.model_dump(),
            linking=None if self.linking is None else FlaskLinking(**self.linking.model_dump()),
            pair_factors={(pair.between[0], pair.between[1]): pair.attachment_factor for pair in self.pairs},
        )

    def two_dimensional_asked(self) -> TwoDimensional | None:
        """How the two-dimensional spectra are computed; None where [spectra] asks for none."""
        if self.spectra is None or not self.spectra.two_dimensional:
            return None
        return self.two_dimensional or TwoDimensional()

    def resolved(self) -> dict[str, Any]:
        """Every key with the value it had in this run, as TOML can hold it."""
        found = self.model_dump(exclude_none=True)
        if (asked := self.two_dimensional_asked()) is not None:
            found["two_dimensional"] = asked.model_dump(exclude_none=True)
        return {key: value for key, value in found.items() if value != [] or key == "dots"}


SECTIONS: dict[str, type[Table]] = {
    "dots": Dots,
    "pairs": Pair,
    "solution": Solution,
    "heating": Heating,
    "facets": Facets,
    "linking": Linking,
    "simulation": Simulation,
    "spectra": Spectra,
    "two_dimensional": TwoDimensional,
    "micrograph": Micrograph,
}
