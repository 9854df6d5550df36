"""The table [two_dimensional] of a recipe: every key with its range, its default and what it means."""

from typing import Any, Literal

from pydantic import Field, ValidationInfo, field_validator

from runs.recipe_table import Table

AXES = ("t1", "t2", "t3")
_STEP = "the step of {} in fs, a number above 0 and up to 1000"
_POINTS = "the number of times along {}, an integer from {} to 4096"
_TIMES = "times along {} in fs, ascending in equal steps, in place of its step and points"


class TwoDimensional(Table):
    """How the two-dimensional spectra are computed; without this table its defaults."""

    model: Literal["site", "band_edge", "two_band", "two_band_2s"] | None = Field(
        default=None,
        description="'two_band', 'two_band_2s', 'site' or 'band_edge'; left out: two_band for bare CdSe, else site",
    )
    clusters: int = Field(
        default=4000, ge=1, le=1_000_000, description="the most clusters behind the spectra, an integer from 1"
    )
    largest_dots: int = Field(
        default=6, ge=1, le=24, description="the most dots of a cluster that is computed, an integer from 1 to 24"
    )
    t1_step_fs: float = Field(default=4.0, gt=0, le=1000, description=_STEP.format("t1, between the first two pulses"))
    t1_points: int = Field(default=96, ge=2, le=4096, description=_POINTS.format("t1", 2))
    t1_fs: list[float] | None = Field(default=None, description=_TIMES.format("t1"))
    t2_step_fs: float = Field(default=4.0, gt=0, le=1000, description=_STEP.format("t2, the waiting time"))
    t2_points: int = Field(default=200, ge=4, le=4096, description=_POINTS.format("t2", 4))
    t2_fs: list[float] | None = Field(default=None, description=_TIMES.format("t2"))
    t3_step_fs: float = Field(default=4.0, gt=0, le=1000, description=_STEP.format("t3, up to detection"))
    t3_points: int = Field(default=96, ge=2, le=4096, description=_POINTS.format("t3", 2))
    t3_fs: list[float] | None = Field(default=None, description=_TIMES.format("t3"))
    signal: Literal["rephasing", "nonrephasing"] = Field(
        default="rephasing", description="'rephasing' or 'nonrephasing': of which the maps at w2 and the traces are"
    )
    polarizations: str | list[float] = Field(
        default="zzzz", description="a word of four letters x, y, z, or four angles in degrees, of pulses and signal"
    )
    pulse_centre_cm1: float | None = Field(
        default=None,
        gt=0,
        le=1e5,
        description="the pulses' centre in cm-1, above 0; left out: infinitely short pulses",
    )
    pulse_fwhm_fs: float | None = Field(
        default=None,
        gt=0,
        le=1000,
        description="the pulses' full width of intensity in fs, a number above 0 up to 1000",
    )
    optical_dephasing_fs: float = Field(
        default=100.0, gt=0, le=1e6, description="the dephasing time over t1 and t3 in fs, a number above 0"
    )
    coherence_dephasing_fs: float | None = Field(
        default=None, gt=0, le=1e6, description="the dephasing time over t2 in fs beside disorder; left out: none"
    )
    population_lifetime_fs: float | None = Field(
        default=None, gt=0, le=1e9, description="the lifetime of populations over t2 in fs; left out: endless"
    )
    surroundings: Literal["none", "solution", "solid"] = Field(
        default="none", description="'none', 'solution' or 'solid': extra broadening by the surroundings"
    )
    excited_state_absorption: bool = Field(
        default=True, description="true or false: whether the maps shown hold ESA, at the first biexciton shift"
    )
    biexciton_shifts_cm1: list[float] = Field(
        default=[200.0],
        min_length=1,
        max_length=8,
        description="B_XX in cm-1, one spectrum with ESA for each; beside them one without ESA",
    )
    exciton_interaction_cm1: float = Field(
        default=0.0, ge=-1e4, le=1e4, description="V_XX in cm-1 between excitons on two dots"
    )
    statistics: Literal["hard-core", "boson"] = Field(
        default="hard-core", description="'hard-core' or 'boson': whether a level of a dot may hold two excitons"
    )
    huang_rhys: float = Field(
        default=0.0, ge=0, le=10, description="the Huang-Rhys factor of an optical phonon, a number from 0 (none) to 10"
    )
    phonon_cm1: float = Field(default=213.0, gt=0, le=5000, description="the phonon's frequency in cm-1")
    w2_cm1: list[float] = Field(
        default=[],
        max_length=16,
        description="beat frequencies to map; left out: those of the coherence families, or the strongest found",
    )
    addresses_cm1: list[tuple[float, float]] = Field(
        default=[], max_length=16, description="[w1, w3] of the traces along t2; left out: the maxima of the maps at w2"
    )
    shown_t2_fs: list[float] = Field(
        default=[],
        max_length=16,
        description="waiting times of the maps in fs; left out: 0, 60, 200 and 600 as far as t2 goes",
    )
    window_cm1: tuple[float, float] | None = Field(
        default=None, description="[lowest, highest] wavenumber of the maps; left out: where the levels lie"
    )
    tolerance: float = Field(
        default=1e-6, ge=1e-12, le=1e-2, description="relative to the largest signal, from 1e-12 to 1e-2"
    )
    compared_with: Literal["hamilton-2023"] | None = Field(
        default=None, description="'hamilton-2023': say which numbers of that paper are reached; left out: no paper"
    )
    cube: bool = Field(default=False, description="true or false: write the whole maps over t2 as well")
    wt5: bool = Field(default=False, description="true or false: write WrightTools files as well")

    @field_validator("addresses_cm1", "window_cm1", mode="before")
    @classmethod
    def _pairs(cls, value: Any, info: ValidationInfo) -> Any:
        """TOML has arrays, pydantic's strict tuples want tuples."""
        if not isinstance(value, list):
            return value
        if info.field_name == "window_cm1":
            return tuple(value)
        return [tuple(entry) if isinstance(entry, list) else entry for entry in value]

    @field_validator("clusters", "t1_points", "t2_points", "t3_points", mode="before")
    @classmethod
    def _whole(cls, value: Any) -> Any:
        """4e3 is a whole number to people; TOML calls it a float."""
        return int(value) if isinstance(value, float) and value.is_integer() else value

    def bindings_cm1(self) -> tuple[float, ...]:
        """B_XX of every spectrum with ESA, each once."""
        return tuple(dict.fromkeys(self.biexciton_shifts_cm1))
