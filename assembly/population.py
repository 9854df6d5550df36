"""What goes into the flask: kinds of dots, the solution around them, the heat, and the sampling of single dots."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from types import MappingProxyType

import numpy as np
from scipy.special import ndtr, ndtri

from assembly.linking import Linking
from physics.fusion.ligands import attachment_energy_ev
from physics.materials import Material, ligand, material, solvent
from physics.units import PARTICLES_NM3_PER_MICROMOLAR

LIGAND_EXCHANGES = ("conserved", "equilibrium")
MELTING_RULES = ("global", "thermal", "heating")
NECK_GROWTHS = ("at-once", "viscous", "surface-diffusion")
CONTACTS = ("quasi-steady", "explicit")
SIZE_LAWS = ("normal", "lognormal")
CUT_SIGMA = 3.0  # sizes and covers are drawn from laws cut at this many standard deviations


@dataclass(frozen=True)
class Dots:
    """One kind of dot: what it is made of, how large, how many.

    `diameter_nm` is the outer diameter, always. A core/shell dot has the core in `material` and `core_diameter_nm`,
    and its surface, which melts and fuses, in `shell`. `size_dispersion` is the diameter's relative standard deviation.
    `attachment_energy_ev` overrides the catalogue's barrier E1 (eV, at a radius of 3 nm and full ligand cover).
    `size_law` is "normal" or "lognormal", both cut at three standard deviations; `cover_dispersion` is the relative
    standard deviation of the ligand cover between dots. `length_nm` makes rods, round at both ends, from tip to tip.
    `polar_half_angle_deg` tells two polar facets about the c axis from the sides (of rods: the round ends, whatever
    the angle); a contact's weight is `polar_factor` per polar area. ValueError names the field that is out of its range
    or unknown to the catalogue.
    """

    name: str
    material: str
    diameter_nm: float
    concentration_um: float
    shell: str | None = None
    core_diameter_nm: float | None = None
    size_dispersion: float = 0.0
    attachment_energy_ev: float | None = None
    size_law: str = "normal"
    cover_dispersion: float = 0.0
    length_nm: float | None = None
    polar_half_angle_deg: float | None = None
    polar_factor: float = 1.0

    def __post_init__(self) -> None:
        _require_positive("diameter_nm", self.diameter_nm)
        _require_positive("concentration_um", self.concentration_um)
        if not 0.0 <= self.size_dispersion <= 0.3:
            raise ValueError(f"size_dispersion of {self.name} must lie between 0 and 0.3, got {self.size_dispersion!r}")
        if not 0.0 <= self.cover_dispersion <= 0.3:
            raise ValueError(
                f"cover_dispersion of {self.name} must lie between 0 and 0.3, got {self.cover_dispersion!r}"
            )
        _require_one_of("size_law", self.size_law, SIZE_LAWS)
        if self.length_nm is not None and not self.diameter_nm <= self.length_nm < math.inf:
            raise ValueError(
                f"length_nm of {self.name} must be at least its diameter_nm {self.diameter_nm}, got {self.length_nm!r}"
            )
        if self.polar_half_angle_deg is not None and not 0.0 < self.polar_half_angle_deg <= 30.0:
            raise ValueError(
                f"polar_half_angle_deg of {self.name} must lie between 0 and 30 (a wider facet takes two neighbours), "
                f"got {self.polar_half_angle_deg!r}"
            )
        if not 0.0 <= self.polar_factor < math.inf:
            raise ValueError(f"polar_factor of {self.name} must be zero or more, got {self.polar_factor!r}")
        if self.polar_factor != 1.0 and self.polar_half_angle_deg is None and self.length_nm is None:
            raise ValueError(f"polar_factor of {self.name} needs its polar_half_angle_deg")
        if (self.shell is None) != (self.core_diameter_nm is None):
            raise ValueError(f"shell and core_diameter_nm of {self.name} must be given together")
        if self.core_diameter_nm is not None and not 0.0 < self.core_diameter_nm < self.diameter_nm:
            raise ValueError(
                f"core_diameter_nm of {self.name} must lie between 0 and its diameter_nm {self.diameter_nm}, "
                f"got {self.core_diameter_nm!r}"
            )
        if self.attachment_energy_ev is not None and not 0.0 <= self.attachment_energy_ev < math.inf:
            raise ValueError(
                f"attachment_energy_ev of {self.name} must be zero or more, got {self.attachment_energy_ev!r}"
            )
        material(self.material)
        material(self.surface)

    @property
    def polar_share(self) -> float:
        """Share of a lone dot's surface in one polar facet: (1 - cos angle)/2 of a sphere, R/length of a rod."""
        if self.length_nm is not None:
            return 0.5 * self.diameter_nm / self.length_nm
        if self.polar_half_angle_deg is None:
            return 0.0
        return 0.5 * (1.0 - math.cos(math.radians(self.polar_half_angle_deg)))

    @property
    def surface(self) -> str:
        """Name of the material at the surface: the shell's where there is one."""
        return self.material if self.shell is None else self.shell

    @property
    def surface_material(self) -> Material:
        """The material whose melting and ligands decide how this dot attaches.

        Its ValueError cannot come: the name was checked when the dots were made.
        """
        return material(self.surface)

    def attachment_energy(self, ligand_name: str) -> float:
        """Barrier E1 in eV with this ligand: the dot's own value, else the catalogue's.

        Raises ValueError where neither knows one.
        """
        if self.attachment_energy_ev is not None:
            return self.attachment_energy_ev
        return attachment_energy_ev(self.surface_material, ligand_name)


@dataclass(frozen=True)
class Flask:
    """One experiment: dots, solution, heat, and how to simulate them (replicas of `particles` dots each).

    `programme` is a sequence of (minutes, celsius), linear in between, and stands in place of `temperature_c` and
    `time_min`, which are then its last temperature and its length. `neck_growth` says how necks reach the equilibrium
    of Eq. 1: at once, or by a law of `physics.fusion.necks`. `contacts`: loose contacts as quasi-steady probability or
    as events of their own. The two facet factors weigh contacts of like and of unlike facets. With `linking` dots are
    joined by molecules instead of fusion, and solution and heat play no part. ValueError names the field that is out of
    its range or unknown to the catalogue.
    """

    dots: tuple[Dots, ...]
    solvent: str
    ligand: str
    chalcogenide_equivalents: float
    temperature_c: float
    time_min: float
    ligand_exchange: str = "conserved"
    particles: int = 100_000
    replicas: int = 5
    seed: int = 1
    melting_rule: str = "global"
    pair_factors: Mapping[tuple[str, str], float] = field(default_factory=dict)
    programme: tuple[tuple[float, float], ...] | None = None
    neck_growth: str = "at-once"
    contacts: str = "quasi-steady"
    homonymous_factor: float = 1.0
    heteronymous_factor: float = 1.0
    linking: Linking | None = None

    def __post_init__(self) -> None:
        if not self.dots:
            raise ValueError("dots must name at least one kind of dot")
        names = [kind.name for kind in self.dots]
        if len(set(names)) != len(names):
            raise ValueError(f"dots must have names that differ, got {names}")
        solvent(self.solvent)
        ligand(self.ligand)
        if not 0.0 <= self.chalcogenide_equivalents < math.inf:
            raise ValueError(f"chalcogenide_equivalents must be zero or more, got {self.chalcogenide_equivalents!r}")
        _require_positive("time_min", self.time_min)
        if not -273.15 < self.temperature_c < math.inf:
            raise ValueError(f"temperature_c must be a temperature in celsius, got {self.temperature_c!r}")
        if self.programme is not None:
            _check_programme(self.programme)
            object.__setattr__(self, "time_min", float(self.programme[-1][0]))
            object.__setattr__(self, "temperature_c", float(self.programme[-1][1]))
        _require_one_of("neck_growth", self.neck_growth, NECK_GROWTHS)
        _require_one_of("contacts", self.contacts, CONTACTS)
        for name in ("homonymous_factor", "heteronymous_factor"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise ValueError(f"{name} must lie between 0 and 1, got {getattr(self, name)!r}")
        _require_one_of("ligand_exchange", self.ligand_exchange, LIGAND_EXCHANGES)
        _require_one_of("melting_rule", self.melting_rule, MELTING_RULES)
        for name, value, least in (
            ("particles", self.particles, 1),
            ("replicas", self.replicas, 1),
            ("seed", self.seed, 0),
        ):
            if isinstance(value, bool) or not isinstance(value, int) or value < least:
                raise ValueError(f"{name} must be a whole number of at least {least}, got {value!r}")
        for pair, factor in self.pair_factors.items():
            if len(pair) != 2 or not set(pair) <= set(names):
                raise ValueError(f"pair_factors must join two of {names}, got {pair!r}")
            if not 0.0 <= factor <= 1.0:
                raise ValueError(f"pair_factors of {pair} must lie between 0 and 1, got {factor!r}")
        object.__setattr__(self, "pair_factors", MappingProxyType(dict(self.pair_factors)))

    def counts(self) -> tuple[int, ...]:
        """How many dots of each kind a replica holds: `particles` shared out by concentration."""
        concentrations = np.array([kind.concentration_um for kind in self.dots])
        shares = self.particles * concentrations / concentrations.sum()
        counts = np.floor(shares).astype(np.int64)
        for index in np.argsort(counts - shares, kind="stable")[: self.particles - int(counts.sum())]:
            counts[index] += 1
        return tuple(int(n) for n in counts)

    def volume_nm3(self) -> float:
        """Volume of solution that holds one replica, in nm3: particles over their number density."""
        density = sum(kind.concentration_um for kind in self.dots) * PARTICLES_NM3_PER_MICROMOLAR
        return self.particles / density


@dataclass(frozen=True)
class Sample:
    """The dots of one replica, (particles,) each, kind after kind: nm, index of the kind, ligand cover."""

    radii_nm: np.ndarray
    kinds: np.ndarray
    covers: np.ndarray


def sample(flask: Flask, rng: np.random.Generator, mean_covers: np.ndarray | None = None) -> Sample:
    """Draw the dots of one replica; `mean_covers` (kinds,) is each kind's ligand cover after the dose (None: 1).

    Covers are shares of a full brush.
    """
    counts = flask.counts()
    radii, covers = [], []
    for index, (kind, count) in enumerate(zip(flask.dots, counts, strict=True)):
        spread = _spread(kind.size_law, kind.size_dispersion, count, rng)
        radii.append(0.5 * kind.diameter_nm * spread)
        mean = 1.0 if mean_covers is None else float(mean_covers[index])
        covers.append(np.minimum(mean * _spread("normal", kind.cover_dispersion, count, rng), max(mean, 1.0)))
    return Sample(
        radii_nm=np.concatenate(radii),
        kinds=np.repeat(np.arange(len(counts), dtype=np.int32), counts),
        covers=np.concatenate(covers),
    )


def _spread(law: str, dispersion: float, count: int, rng: np.random.Generator) -> np.ndarray:
    """Factors of mean 1 and relative standard deviation `dispersion` before the cut at three sigma."""
    if dispersion == 0.0:
        return np.ones(count)
    # Drawn by inversion: rejection by hand would use a number of variates that depends on their values.
    tail = ndtr(-CUT_SIGMA)
    normal = ndtri(tail + (1.0 - 2.0 * tail) * rng.random(count))
    if law == "normal":
        return np.asarray(1.0 + dispersion * normal)
    width = math.sqrt(math.log1p(dispersion**2))
    return np.asarray(np.exp(width * normal - 0.5 * width**2))


def _check_programme(programme: tuple[tuple[float, float], ...]) -> None:
    if len(programme) < 2:
        raise ValueError(f"programme must hold at least two points (minutes, celsius), got {len(programme)}")
    minutes = [point[0] for point in programme]
    if minutes[0] != 0.0 or any(not earlier < later for earlier, later in pairwise(minutes)):
        raise ValueError(f"programme must start at 0 minutes and rise in time, got the minutes {minutes}")
    for _, celsius in programme:
        if not -273.15 < celsius < math.inf:
            raise ValueError(f"programme must hold temperatures in celsius, got {celsius!r}")


def _require_positive(name: str, value: float) -> None:
    if not 0.0 < value < math.inf:
        raise ValueError(f"{name} must be a positive finite number, got {value!r}")


def _require_one_of(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise ValueError(f"{name} must be one of {', '.join(allowed)}, got {value!r}")
