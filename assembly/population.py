"""What goes into the flask: kinds of dots, the solution around them, the heat, and the sampling of single dots."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from scipy import stats

from physics.fusion.ligands import attachment_energy_ev
from physics.materials import Material, ligand, material, solvent
from physics.units import PARTICLES_NM3_PER_MICROMOLAR

LIGAND_EXCHANGES = ("conserved", "equilibrium")
MELTING_RULES = ("global", "thermal", "heating")
SIZE_CUT_SIGMA = 3.0  # sizes are drawn from a normal law cut at this many standard deviations


@dataclass(frozen=True)
class Dots:
    """One kind of dot: what it is made of, how large, how many.

    `diameter_nm` is the outer diameter, always. A core/shell dot has the core in `material` and `core_diameter_nm`,
    and its surface, which melts and fuses, in `shell`. `size_dispersion` is the diameter's relative standard deviation.
    `attachment_energy_ev` overrides the catalogue's barrier E1 (eV, at a radius of 3 nm and full ligand cover).
    """

    name: str
    material: str
    diameter_nm: float
    concentration_um: float
    shell: str | None = None
    core_diameter_nm: float | None = None
    size_dispersion: float = 0.0
    attachment_energy_ev: float | None = None

    def __post_init__(self) -> None:
        _require_positive("diameter_nm", self.diameter_nm)
        _require_positive("concentration_um", self.concentration_um)
        if not 0.0 <= self.size_dispersion <= 0.3:
            raise ValueError(f"size_dispersion of {self.name} must lie between 0 and 0.3, got {self.size_dispersion!r}")
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
    def surface(self) -> str:
        """Name of the material at the surface: the shell's where there is one."""
        return self.material if self.shell is None else self.shell

    @property
    def surface_material(self) -> Material:
        """The material whose melting and ligands decide how this dot attaches."""
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
    """One experiment: dots, solution, heat, and how to simulate them (replicas of `particles` dots each)."""

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


def sample_radii_nm(flask: Flask, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw the dots of one replica: (radius in nm, index of the kind), both of shape (particles,), kind after kind."""
    radii, kinds = [], []
    for index, (kind, count) in enumerate(zip(flask.dots, flask.counts(), strict=True)):
        radius = np.full(count, 0.5 * kind.diameter_nm)
        if kind.size_dispersion > 0.0:
            # An explicit truncated law: rejection by hand would draw a number of variates that depends on the values.
            law = stats.truncnorm(-SIZE_CUT_SIGMA, SIZE_CUT_SIGMA)
            radius *= 1.0 + kind.size_dispersion * law.ppf(rng.random(count))
        radii.append(radius)
        kinds.append(np.full(count, index, dtype=np.int32))
    return np.concatenate(radii), np.concatenate(kinds)


def _require_positive(name: str, value: float) -> None:
    if not 0.0 < value < math.inf:
        raise ValueError(f"{name} must be a positive finite number, got {value!r}")


def _require_one_of(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise ValueError(f"{name} must be one of {', '.join(allowed)}, got {value!r}")
