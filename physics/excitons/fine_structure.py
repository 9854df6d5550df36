"""Fine structure of the band edge 1S_e x 1S_3/2 against size and shape (Efros 1996, Phys. Rev. B 54, 4843).

Eight states, named by |F| and lower or upper: +-2, +-1L, 0L, +-1U, 0U. With Delta the splitting of heavy and light hole
(crystal field and shape) and eta the exchange energy, f = (Delta - 2 eta)/2, d = 3 eta^2, s = sqrt(f^2 + d):

    E(+-2) = -3 eta/2 - Delta/2      E(+-1 U/L) = eta/2 +- s      E(0 U/L) = eta/2 + Delta/2 +- 2 eta
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physics.excitons.dot import material_name, transition_energy_cm1
from physics.excitons.hole import hole_levels
from physics.materials import material as catalogue
from physics.units import BOLTZMANN_EV_K, CM1_PER_MEV

Array = NDArray[np.float64]
NAMES = ("2", "1L", "0L", "1U", "0U")
DEGENERACIES = {"2": 2, "1L": 2, "0L": 1, "1U": 2, "0U": 1}

SHAPE_SPLITTING_MEV_NM2 = 175.0 * 1.5**2  # Delta_shape of a long rod is half of it over a^2: -0.53 E_h (computed, 1st
# order in c/a - 1 by boundary perturbation with E_h = 330 meV at 3 nm; its saturation (1 - 1/AR^2)/2 is assumed)
DIELECTRIC_OUTSIDE = 2.25  # of ligands and solvent, n = 1.5 (assumed)
ROOM_K = 300.0


@lru_cache(maxsize=1)
def _four_band_integrals() -> tuple[float, float]:
    """chi and v of the four-band hole (spin-orbit splitting without limit): 0.767 and 0.944 for CdSe's masses."""
    hole = hole_levels(3.0, 50.0)[0]
    r, s_wave, d_wave = hole.radius, hole.channels[1.5, 0], hole.channels[1.5, 2]
    chi = float(np.trapezoid(np.sin(np.pi * r) ** 2 * (s_wave**2 + 0.2 * d_wave**2), r)) / 6.0
    return chi, float(np.trapezoid(r**2 * (s_wave**2 - 0.6 * d_wave**2), r))


def exchange_mev(material: Any, diameter_nm: Any) -> Any:
    """Exchange energy eta = (a_ex/a)^3 hw_ex chi, meV, of a sphere of radius a = D/2; 5.19 meV for CdSe of 3 nm.

    chi = 1/6 int_0^1 sin^2(pi r) (R0^2 + R2^2/5) dr of the four-band hole. Scalar or array. ValueError for an unknown
    material.
    """
    substance = catalogue(material_name(material))
    ratio = 2.0 * substance.known("bohr_radius_nm") / np.asarray(diameter_nm, dtype=float)
    return ratio**3 * substance.known("exchange_mev") * _four_band_integrals()[0]


def crystal_splitting_mev(material: Any) -> float:
    """Splitting Delta_cr v of a sphere by the crystal field, meV: 25 meV x 0.944 for CdSe.

    ValueError for a material that is unknown or lacks a number in the catalogue.
    """
    return catalogue(material_name(material)).known("crystal_field_mev") * _four_band_integrals()[1]


def shape_splitting_mev(diameter_nm: Any, aspect_ratio: Any) -> Any:
    """Delta_shape = -175 meV (1.5 nm/a)^2 (1 - 1/AR^2)/2 of a dot of short diameter D = 2 a, meV; 0 for a sphere."""
    radius = 0.5 * np.asarray(diameter_nm, dtype=float)
    return -SHAPE_SPLITTING_MEV_NM2 / radius**2 * 0.5 * (1.0 - 1.0 / np.asarray(aspect_ratio, dtype=float) ** 2)


def energies_and_strengths(splitting_mev: Any, exchange_mev: Any) -> tuple[Array, Array]:
    """(..., 5) energies from the manifold's centre (meV) and strengths (partners summed, total 1), ordered as NAMES."""
    delta, eta = np.broadcast_arrays(np.asarray(splitting_mev, dtype=float), np.asarray(exchange_mev, dtype=float))
    f, root3d = 0.5 * (delta - 2.0 * eta), 3.0 * eta
    s = np.sqrt(f**2 + 3.0 * eta**2)
    zero = np.zeros_like(delta)
    energies = [
        -1.5 * eta - 0.5 * delta,
        0.5 * eta - s,
        -1.5 * eta + 0.5 * delta,
        0.5 * eta + s,
        2.5 * eta + 0.5 * delta,
    ]
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where(s > 0.0, (root3d - f) / (2.0 * s), 0.0)
    lower, upper = (1.0 - ratio) / 3.0, (1.0 + ratio) / 3.0
    return np.stack(energies, axis=-1), np.stack([zero, lower, zero, upper, zero + 1.0 / 3.0], axis=-1)


def levels(splitting_mev: float, exchange_mev: float) -> dict[str, tuple[float, float]]:
    """Energy from the manifold's centre (meV) and strength of "2", "1L", "0L", "1U", "0U".

    Strengths are averaged over orientations, partners of +-F summed, all together 1: 2 N(+-1)/2 and 1/3 for 0U with
    N(+-1 U/L) = (2 s -+ f +- sqrt(3 d))/(6 s); +-2 and 0L are dark. ValueError for a number that is not finite or a
    negative exchange.
    """
    if not math.isfinite(splitting_mev):
        raise ValueError(f"splitting_mev must be finite, but {splitting_mev!r} came")
    if not (math.isfinite(exchange_mev) and exchange_mev >= 0.0):
        raise ValueError(f"exchange_mev must be finite and not negative, but {exchange_mev!r} came")
    energies, strengths = energies_and_strengths(splitting_mev, exchange_mev)
    return {name: (float(e), float(s)) for name, e, s in zip(NAMES, energies, strengths, strict=True)}


def depolarisation(aspect_ratio: Any) -> tuple[Any, Any]:
    """Depolarisation factors (L_long, L_short) of a prolate spheroid; both 1/3 for a sphere."""
    ratio = np.asarray(aspect_ratio, dtype=float)
    e2 = np.maximum(1.0 - 1.0 / ratio**2, 1e-12)
    e = np.sqrt(e2)
    exact = (1.0 - e2) / e2 * (np.arctanh(e) / e - 1.0)
    along = np.where(e2 < 1e-4, 1.0 / 3.0 - 2.0 / 15.0 * e2, exact)
    return along, 0.5 * (1.0 - along)


def local_fields(material: Any, aspect_ratio: Any) -> tuple[Any, Any]:
    """Strength of a dipole along and across the long axis of a spheroid, relative to the sphere's.

    (eps_m/(eps_m + (eps_in - eps_m) L))^2 over the same at L = 1/3; eps_in the optical constant of the material.
    ValueError for a material that is unknown or lacks a number in the catalogue.
    """
    contrast = catalogue(material_name(material)).known("dielectric_optical") - DIELECTRIC_OUTSIDE
    sphere = DIELECTRIC_OUTSIDE + contrast / 3.0
    along, across = depolarisation(aspect_ratio)
    return (sphere / (DIELECTRIC_OUTSIDE + contrast * along)) ** 2, (
        sphere / (DIELECTRIC_OUTSIDE + contrast * across)
    ) ** 2


def elongation_shift_mev(material: Any, diameter_nm: Any, aspect_ratio: Any) -> Any:
    """Shift of the whole manifold against the sphere of the same short diameter, meV (negative: red).

    (E_1S - E_g) [(2 + 1/AR^2)/3 - 1]: one of three axes of the confinement is relaxed. Scalar or array. ValueError for
    an unknown material.
    """
    name = material_name(material)
    confinement = np.asarray(transition_energy_cm1(name, diameter_nm)) / CM1_PER_MEV - 1e3 * catalogue(name).known(
        "bandgap_ev"
    )
    return confinement * ((2.0 + 1.0 / np.asarray(aspect_ratio, dtype=float) ** 2) / 3.0 - 1.0)


def manifold(material: Any, diameter_nm: Any, aspect_ratio: Any = 1.0) -> tuple[Array, Array]:
    """(..., 5) energies (meV, from the centre of the sphere's manifold) and strengths of dots in the order NAMES.

    The sphere has Delta = Delta_cr v and eta(D); elongated along the c axis at fixed short diameter it has the shift of
    `elongation_shift_mev`, Delta + Delta_shape, eta/AR (assumed) and the strengths times `local_fields`. Refuses PbS
    and PbSe (ValueError): their extrema lie at L, not at the centre of the zone.
    """
    name = material_name(material)
    if name in ("PbS", "PbSe"):
        raise ValueError(
            f"material must have its band edge at the zone centre, but {name} came, whose extrema lie at L"
        )
    ratio = np.asarray(aspect_ratio, dtype=float)
    splitting = crystal_splitting_mev(name) + shape_splitting_mev(diameter_nm, ratio)
    energies, strengths = energies_and_strengths(splitting, exchange_mev(name, diameter_nm) / ratio)
    along, across = local_fields(name, ratio)
    fields = np.stack(np.broadcast_arrays(across, across, across, across, along), axis=-1)
    return energies + elongation_shift_mev(name, diameter_nm, ratio)[..., None], strengths * fields


def dot_levels(material: Any, diameter_nm: float, aspect_ratio: float = 1.0) -> dict[str, tuple[float, float]]:
    """`levels` of a dot of short diameter D and aspect ratio c/a, each (energy in meV, strength).

    Energies carry the shift of the manifold against the sphere of the same short diameter; strengths are relative to
    that sphere's total. CdS's numbers rest on CdSe's valence band (assumed). ValueError for an aspect ratio below 1,
    a diameter outside the sizing curve, or PbS and PbSe.
    """
    if not (math.isfinite(aspect_ratio) and aspect_ratio >= 1.0):
        raise ValueError(f"aspect_ratio must be finite and at least 1, but {aspect_ratio!r} came")
    energies, strengths = manifold(material, diameter_nm, aspect_ratio)
    return {name: (float(e), float(s)) for name, e, s in zip(NAMES, energies, strengths, strict=True)}


def relative_radiative_rate(energies_mev: Array, strengths: Array, temperature_k: float = ROOM_K) -> Any:
    """Thermal mean strength of the eight states, sum_k f_k exp(-E_k/kT)/sum_k g_k exp(-E_k/kT); (...,) from (..., 5).

    Only ratios of it mean something: the rate of one shape against that of another.
    """
    thermal_mev = 1e3 * BOLTZMANN_EV_K * temperature_k
    lowest = np.min(energies_mev, axis=-1, keepdims=True)
    weights = np.exp(-(energies_mev - lowest) / thermal_mev)
    partners = np.array([DEGENERACIES[name] for name in NAMES])
    return np.sum(weights * strengths, axis=-1) / np.sum(weights * partners, axis=-1)
