"""Meetings of two dots in a solvent: viscosity, diffusion, and whether a loose contact fuses before it parts.

    k = kD exp(-E/kT) P,   kD = (2 kT/3 eta)(R1 + R2)(1/R1 + 1/R2),   P = kf/(kf + koff)

Loose contacts live for nanoseconds, so a pre-equilibrium of contacts with irreversible fusion is exact enough
(Penn 2004, J. Phys. Chem. B 108, 12707). House units: nm, eV, K, s; viscosity in eV s/nm3 inside the kernels.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from physics.fusion.checks import finite, scalar_or_array
from physics.jit import compiled
from physics.materials import Solvent, solvent
from physics.units import EV_NM3_PER_J_M3, ZERO_CELSIUS_K

CONTACT_RANGE_NM = 0.5  # nm, assumed: a contact is lost once the dots have diffused this far apart
FUSION_REFERENCE_RADIUS_NM = 3.0  # nm: radius at which the catalogue states the fusion rate
FUSION_REFERENCE_SKIN_NM = 0.30  # nm: skin at which the catalogue states the fusion rate
COLDEST_C = 0.0  # Celsius: no correlation of the catalogue is trusted below


@compiled
def dippr101_pa_s(c1: float, c2: float, c3: float, c4: float, c5: float, temperature_k: float) -> float:
    """exp(C1 + C2/T + C3 ln T + C4 T^C5), equation 101 of DIPPR, with T in K."""
    return math.exp(c1 + c2 / temperature_k + c3 * math.log(temperature_k) + c4 * temperature_k**c5)


def viscosity_pa_s(liquid: str | Solvent, temperature_c: ArrayLike) -> float | np.ndarray:
    """Viscosity in Pa s, factor x exp(C1 + C2/T + C3 ln T + C4 T^C5) with the catalogue's coefficients (DIPPR 101).

    Scalar or array of temperatures in Celsius, between 0 and the boiling point; ValueError otherwise. Sources stand
    in the catalogue; octadecene and oleylamine have no measured values there and borrow octadecane's. The answer has
    the shape of temperature_c, a float for a scalar.
    """
    known = solvent(liquid)
    celsius = finite("temperature_c", temperature_c)
    outside = (celsius < COLDEST_C) | (celsius > known.boiling_c)
    if np.any(outside):
        raise ValueError(
            f"temperature_c must lie between {COLDEST_C:g} and the boiling point of {known.name}, "
            f"{known.boiling_c:g} C, got {celsius[outside].flat[0]:g}"
        )
    c1, c2, c3, c4, c5 = known.viscosity.coefficients
    values = np.array([dippr101_pa_s(c1, c2, c3, c4, c5, t) for t in celsius.ravel() + ZERO_CELSIUS_K])
    return scalar_or_array(known.viscosity.factor * values, celsius.shape)


def viscosity_ev_s_nm3(liquid: str | Solvent, temperature_c: float) -> float:
    """`viscosity_pa_s` in the kernels' unit, eV s/nm3. ValueError as there."""
    return float(viscosity_pa_s(liquid, temperature_c)) * EV_NM3_PER_J_M3


@compiled
def encounter_rate_nm3_s(radius_a: float, radius_b: float, thermal_ev: float, viscosity_ev_s_nm3: float) -> float:
    """Smoluchowski's rate of meetings (2 kT/3 eta)(R1 + R2)(1/R1 + 1/R2) in nm3/s; hydrodynamic radii in nm.

    R1 and R2 are radius_a and radius_b.
    """
    return 2.0 * thermal_ev / (3.0 * viscosity_ev_s_nm3) * (radius_a + radius_b) * (1.0 / radius_a + 1.0 / radius_b)


@compiled
def relative_diffusion_nm2_s(radius_a: float, radius_b: float, thermal_ev: float, viscosity_ev_s_nm3: float) -> float:
    """Stokes-Einstein D1 + D2 = kT/(6 pi eta)(1/R1 + 1/R2) in nm2/s. radius_a and radius_b (R1 and R2) in nm."""
    return thermal_ev / (6.0 * math.pi * viscosity_ev_s_nm3) * (1.0 / radius_a + 1.0 / radius_b)


@compiled
def contact_energy_ev(radius: float, tension: float, shear: float) -> float:
    """Binding 4 pi R gam^2/G in eV of an unfused elastic contact; nm, eV/nm2, eV/nm3. 0.5 kT for gam = 0.03 J/m2.

    radius is R, tension gam, shear G.
    """
    return 4.0 * math.pi * radius * tension * tension / shear


@compiled
def escape_rate_s(diffusion: float, contact_energy_ev: float, thermal_ev: float) -> float:
    """Rate koff = D/l^2 exp(-Econtact/kT) in 1/s at which a loose contact parts, l = 0.5 nm.

    `diffusion` is D in nm2/s.
    """
    return diffusion / CONTACT_RANGE_NM**2 * math.exp(-contact_energy_ev / thermal_ev)


@compiled
def fusion_rate_s(rate: float, skin_mean_nm: float, radius_nm: float) -> float:
    """Rate kf = kf0 (3 nm/R)(delta/0.30 nm) in 1/s at which a loose contact fuses; zero without a liquid skin."""
    return rate * (FUSION_REFERENCE_RADIUS_NM / radius_nm) * (skin_mean_nm / FUSION_REFERENCE_SKIN_NM)


@compiled
def attachment_probability(fusion_rate: float, escape_rate: float) -> float:
    """P = kf/(kf + koff): a loose contact fuses before it parts; 0 where it cannot fuse.

    fusion_rate kf and escape_rate koff in 1/s; a share.
    """
    if fusion_rate <= 0.0:
        return 0.0
    return fusion_rate / (fusion_rate + escape_rate)
