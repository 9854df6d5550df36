"""Substances: semiconductors, solvents and ligands, read from the catalogue with the source of every number.

The data live in `catalog/*.toml`, one file a substance; every number there is a table {value, unit, source, standing}.
A number of CdS or PbS that is scaled from CdSe is written as {scaled_from, by, ...} and computed here on reading.
Standing: "literature", "recalled", "assumed", "fitted to ..." or "computed".
"""

from __future__ import annotations

import difflib
import math
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from physics.units import AVOGADRO_PER_MOL

CATALOG = Path(__file__).resolve().parent / "catalog"
STANDINGS = ("literature", "recalled", "assumed", "computed")  # and "fitted to ..."

Table = dict[str, Any]
Substance = TypeVar("Substance", "Material", "Solvent", "Ligand")


@dataclass(frozen=True)
class Source:
    """Where a number comes from: its unit, its source in words, and how firmly it stands."""

    unit: str
    source: str
    standing: str


@dataclass(frozen=True)
class Material:
    """A semiconductor. Units stand in the names; None where a number is not known here.

    `attachment_energy_ev` maps a ligand to E1, the barrier between two dots of 3 nm radius at full cover, in eV;
    `exchange_constant` maps a ligand to Kx of the law cover = 1/(1 + Kx dose).
    `sources` maps a field (for the two mappings "field.ligand") to its `Source`.
    """

    name: str
    formula: str
    elements: tuple[str, str]
    density_g_cm3: float
    molar_mass_g_mol: float
    bulk_melting_k: float
    heat_of_fusion_kj_mol: float
    shear_modulus_gpa: float | None = None
    bulk_modulus_gpa: float | None = None
    lattice_a_nm: float | None = None
    lattice_c_nm: float | None = None
    latent_fraction: float | None = None
    solid_liquid_tension_j_m2: float | None = None
    skin_decay_nm: float | None = None
    ligand_density_nm2: float | None = None
    ligand_enthalpy_kj_mol: float | None = None
    surface_melting_k: float | None = None
    spreading_j_m2: float | None = None
    hinge_k: float | None = None
    fused_tension_j_m2: float | None = None
    contact_tension_j_m2: float | None = None
    fusion_rate_s: float | None = None
    skin_viscosity_pa_s: float | None = None
    surface_diffusion_m2_s: float | None = None
    surface_diffusion_ev: float | None = None
    attachment_energy_ev: Mapping[str, float] = field(default_factory=dict, hash=False)
    exchange_constant: Mapping[str, float] = field(default_factory=dict, hash=False)
    bandgap_ev: float | None = None
    electron_mass: float | None = None
    hole_mass: float | None = None
    dielectric_static: float | None = None
    dielectric_optical: float | None = None
    luttinger_gamma1: float | None = None
    luttinger_gamma2: float | None = None
    spin_orbit_ev: float | None = None
    crystal_field_mev: float | None = None
    exchange_mev: float | None = None
    bohr_radius_nm: float | None = None
    kane_energy_ev: float | None = None
    valence_edge_ev: float | None = None
    conduction_edge_ev: float | None = None
    lo_phonon_cm1: float | None = None
    radiative_lifetime_ns: float | None = None
    sources: Mapping[str, Source] = field(default_factory=dict, hash=False, repr=False)

    def known(self, quantity: str) -> float:
        """The number in the field `quantity`; ValueError if the catalogue does not hold it for this material.

        In the unit that the name of the field carries (a count or dimensionless where it carries none).
        """
        value = getattr(self, quantity)
        if value is None:
            raise ValueError(f"material must have a known {quantity}, but the catalogue holds none for {self.name}")
        return float(value)


@dataclass(frozen=True)
class Viscosity:
    """A law for the viscosity of a liquid: `law` "dippr101", its coefficients, a factor, its range in K."""

    law: str
    coefficients: tuple[float, ...]
    factor: float
    valid_k: tuple[float, float]


@dataclass(frozen=True)
class Solvent:
    """A solvent. `polarity_lowering` in [0, 1) is the share by which it lowers every attachment barrier."""

    name: str
    boiling_c: float
    polarity_lowering: float
    dielectric: float
    viscosity: Viscosity
    decomposition_c: float | None = None
    sources: Mapping[str, Source] = field(default_factory=dict, hash=False, repr=False)


@dataclass(frozen=True)
class Ligand:
    """A ligand or linker; `kind` is "L-type", "X-type", "ion" or "linker", `gap_nm` the gap it leaves between dots."""

    name: str
    kind: str
    length_nm: float
    footprint_nm2: float
    gap_nm: float
    sources: Mapping[str, Source] = field(default_factory=dict, hash=False, repr=False)


def molar_volume_m3(material: Material) -> float:
    """Vm = M/rho in m3/mol."""
    return material.molar_mass_g_mol / material.density_g_cm3 * 1e-6


def turnbull_unit_j_m2(material: Material) -> float:
    """dHf/(Vm^(2/3) NA^(1/3)) in J/m2, the unit in which solid-liquid tensions scale (Turnbull 1950)."""
    return material.heat_of_fusion_kj_mol * 1e3 / (molar_volume_m3(material) ** (2 / 3) * AVOGADRO_PER_MOL ** (1 / 3))


def atomic_spacing_nm(material: Material) -> float:
    """(Vm/2NA)^(1/3) in nm for a binary compound."""
    return (molar_volume_m3(material) / (2 * AVOGADRO_PER_MOL)) ** (1 / 3) * 1e9


_SCALES = {
    "melting_point": lambda material: material.bulk_melting_k,
    "turnbull_unit": turnbull_unit_j_m2,
    "atomic_spacing": atomic_spacing_nm,
}


def nearest(name: str, known: Iterable[str]) -> str:
    """The end of an error sentence: what is known and, where one is close, the name that was probably meant."""
    names = list(known)
    close = difflib.get_close_matches(str(name).lower(), [n.lower() for n in names], n=1)
    meant = next((f", did you mean {n!r}?" for n in names if close and n.lower() == close[0]), "")
    return f"one of {', '.join(names)}, got {name!r}{meant}"


def _source(table: Table, where: str) -> Source:
    source = Source(table["unit"], table["source"], table["standing"])
    if source.standing not in STANDINGS and not source.standing.startswith("fitted to "):
        raise ValueError(
            f"{where} must have a standing of {', '.join(STANDINGS)} or 'fitted to ...', got {source.standing!r}"
        )
    return source


def _number(table: Table, where: str, scales: Mapping[str, float]) -> tuple[Any, Source]:
    """The value of one catalogue table and its source; a scaled value is computed through `scales`."""
    value = scales[where.rsplit(":", 1)[1]] if "scaled_from" in table else table["value"]
    value = tuple(float(v) for v in value) if isinstance(value, list) else float(value)
    if not all(math.isfinite(v) for v in (value if isinstance(value, tuple) else (value,))):
        raise ValueError(f"{where} must be finite, got {value}")
    return value, _source(table, where)


def _scaled(table: Table) -> dict[str, float]:
    """Fields of a material that the catalogue derives from another material's, as value times a ratio of scales."""
    derived = {}
    for quantity, entry in table.items():
        if isinstance(entry, dict) and "scaled_from" in entry:
            base, scale = material(entry["scaled_from"]), _SCALES[entry["by"]]
            own = Material(
                table["name"],
                "",
                ("", ""),
                *(
                    table[f]["value"]
                    for f in ("density_g_cm3", "molar_mass_g_mol", "bulk_melting_k", "heat_of_fusion_kj_mol")
                ),
            )
            derived[quantity] = base.known(quantity) * scale(own) / scale(base)
    return derived


def _read(kind: type[Substance], table: Table, scales: Mapping[str, float]) -> Substance:
    """One substance from its table; every key of the file must be a field."""
    known = {f.name for f in fields(kind)}
    values: Table = {}
    sources: dict[str, Source] = {}
    for key, entry in table.items():
        where = f"{table['name']}:{key}"
        if key not in known:
            raise ValueError(f"{where} must be a field of {kind.__name__}")
        if key == "viscosity":
            parts = {k: _number(entry[k], f"{where}.{k}", {}) for k in ("coefficients", "factor", "valid_k")}
            values[key] = Viscosity(entry["law"], **{k: v for k, (v, _) in parts.items()})
            sources |= {f"{key}.{k}": s for k, (_, s) in parts.items()}
        elif isinstance(entry, dict) and "unit" not in entry:
            rows = {k: _number(t, f"{where}.{k}", {}) for k, t in entry.items()}
            values[key] = {k: v for k, (v, _) in rows.items()}
            sources |= {f"{key}.{k}": s for k, (_, s) in rows.items()}
        elif isinstance(entry, dict):
            values[key], sources[key] = _number(entry, where, scales)
        else:
            values[key] = tuple(entry) if isinstance(entry, list) else entry
    return kind(**values, sources=sources)


@cache
def _tables(group: str) -> dict[str, Table]:
    files = sorted(CATALOG.glob(f"{group}-*.toml"))
    tables = [tomllib.loads(file.read_text(encoding="utf-8")) for file in files]
    return {table["name"]: table for table in tables}


@cache
def _material(name: str) -> Material:
    table = _tables("material")[name]
    return _read(Material, table, _scaled(table))


@cache
def _solvent(name: str) -> Solvent:
    return _read(Solvent, _tables("solvent")[name], {})


@cache
def _ligand(name: str) -> Ligand:
    return _read(Ligand, _tables("ligand")[name], {})


def materials() -> tuple[str, ...]:
    """Names of the materials in the catalogue."""
    return tuple(_tables("material"))


def solvents() -> tuple[str, ...]:
    """Names of the solvents in the catalogue."""
    return tuple(_tables("solvent"))


def ligands() -> tuple[str, ...]:
    """Names of the ligands and linkers in the catalogue."""
    return tuple(_tables("ligand"))


def material(name: str | Material) -> Material:
    """The material of that name (a Material is handed back); ValueError names the nearest one if there is none."""
    if isinstance(name, Material):
        return name
    if name not in materials():
        raise ValueError(f"material must be {nearest(name, materials())}")
    return _material(name)


def solvent(name: str | Solvent) -> Solvent:
    """The solvent of that name (a Solvent is handed back); ValueError names the nearest one if there is none."""
    if isinstance(name, Solvent):
        return name
    if name not in solvents():
        raise ValueError(f"solvent must be {nearest(name, solvents())}")
    return _solvent(name)


def ligand(name: str | Ligand) -> Ligand:
    """The ligand of that name (a Ligand is handed back); ValueError names the nearest one if there is none."""
    if isinstance(name, Ligand):
        return name
    if name not in ligands():
        raise ValueError(f"ligand must be {nearest(name, ligands())}")
    return _ligand(name)
