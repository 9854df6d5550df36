"""Growth of a neck in time towards the equilibrium of Eq. 1, by one of two named laws.

Each law takes the measure y of the neck in which its published short-time form is linear in time, and lets the drive
fall to zero as the measure of the equilibrium neck is reached:

    dy/dt = k (1 - y/y*),   so   y(t) = y* - (y* - y0) exp(-k t/y*)

    viscous            y = eps (strain),  k = gam/(2 eta R)                       Frenkel 1945, flow of a viscous skin
    surface-diffusion  y = x^7 (neck),    k = 56 gam Ds delta Omega R^3/(kT)      Kuczynski 1949, Ds = D0 exp(-Ea/kT)

For unlike dots R = 2 R1 R2/(R1 + R2). The published rates hold for necks that are small against R; the factor
(1 - y/y*) is assumed, it stands for a drive that ends at the equilibrium. Fused is fused: a neck wider than the
equilibrium one stays as it is, and without a liquid skin nothing grows (both laws: ligands hold the bare surface).
The step is exact while the temperature stands still: two half steps are one step. nm, eV, K, s.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from physics.fusion.checks import finite, non_negative, option, positive, scalar_or_array, single
from physics.fusion.doublet import cap_height_nm, coalescence_neck_nm, neck_at_strain_nm, sunk_height_nm
from physics.fusion.energetics import equilibrium_neck_nm
from physics.fusion.melting import RULES, MeltingParameters, melting_parameters, skin_nm
from physics.jit import compiled
from physics.materials import Material, atomic_spacing_nm, material
from physics.units import (
    BOLTZMANN_EV_K,
    EV_NM2_PER_J_M2,
    EV_NM3_PER_GPA,
    EV_NM3_PER_J_M3,
    ZERO_CELSIUS_K,
)

VISCOUS, SURFACE_DIFFUSION = 0, 1
LAWS = {"viscous": VISCOUS, "surface-diffusion": SURFACE_DIFFUSION}

NM2_PER_M2 = 1e18
HALF_FUSED = 0.5  # of the neck of full coalescence: where a ramp reads its fusion temperature
RAMP_START_C = 25.0  # Celsius
RAMP_STEP_K = 0.05  # K held at a time: the fusion temperature is resolved to this


class NeckParameters(NamedTuple):
    """What the kernel needs of a pair of materials, all floats.

    tension: gam of the fused skin, eV/nm2. viscosity: eta of the skin, eV s/nm3. diffusion_prefactor: D0 of surface
    self-diffusion, nm2/s, and diffusion_energy: Ea, eV. layer_volume: delta Omega, nm4, the thickness of the moving
    layer times the volume of an atom.
    """

    tension: float  # eV/nm2, gam of the fused skin
    viscosity: float  # eV s/nm3, eta of the skin
    diffusion_prefactor: float  # nm2/s, D0 of surface self-diffusion
    diffusion_energy: float  # eV, Ea
    layer_volume: float  # nm4, delta Omega: thickness of the moving layer times the volume of an atom


def neck_parameters(substance: str | Material, other: str | Material | None = None) -> NeckParameters:
    """The kernel's parameters of a material, or of a pair; ValueError if the catalogue lacks one of them.

    Of a pair the tension is the arithmetic mean; viscosity, diffusivity and delta Omega are geometric means. delta is
    the atomic spacing a = (Vm/2NA)^(1/3) and Omega = a^3, so that delta Omega is Kuczynski's a^4.
    """
    one = material(substance)
    two = one if other is None else material(other)

    def both(quantity: str) -> tuple[float, float]:
        return one.known(quantity), two.known(quantity)

    return NeckParameters(
        tension=sum(both("fused_tension_j_m2")) / 2.0 * EV_NM2_PER_J_M2,
        viscosity=math.sqrt(math.prod(both("skin_viscosity_pa_s"))) * EV_NM3_PER_J_M3,
        diffusion_prefactor=math.sqrt(math.prod(both("surface_diffusion_m2_s"))) * NM2_PER_M2,
        diffusion_energy=sum(both("surface_diffusion_ev")) / 2.0,
        layer_volume=(atomic_spacing_nm(one) * atomic_spacing_nm(two)) ** 2,
    )


@compiled
def surface_diffusivity_nm2_s(parameters: NeckParameters, temperature_k: float) -> float:
    """Ds = D0 exp(-Ea/kT) in nm2/s."""
    return parameters.diffusion_prefactor * math.exp(-parameters.diffusion_energy / (BOLTZMANN_EV_K * temperature_k))


@compiled
def viscous_strain_rate_s(parameters: NeckParameters, radius_nm: float) -> float:
    """Frenkel's rate of strain at a fresh contact, gam/(2 eta R) in 1/s."""
    return parameters.tension / (2.0 * parameters.viscosity * radius_nm)


@compiled
def kuczynski_rate_nm7_s(parameters: NeckParameters, radius_nm: float, temperature_k: float) -> float:
    """Kuczynski's d(x^7)/dt = 56 gam Ds delta Omega R^3/(kT) in nm7/s."""
    mobility = surface_diffusivity_nm2_s(parameters, temperature_k) / (BOLTZMANN_EV_K * temperature_k)
    return 56.0 * parameters.tension * mobility * parameters.layer_volume * radius_nm**3


@compiled
def strain_of_neck(neck_nm: float, radius_a_nm: float, radius_b_nm: float) -> float:
    """Strain eps = (sunk heights)/(2 (R1 + R2)), in the form that keeps its digits at a narrow neck. Dimensionless."""
    lost = 0.0
    for radius in (radius_a_nm, radius_b_nm):
        lost += sunk_height_nm(neck_nm, cap_height_nm(neck_nm, radius), radius)
    return lost / (2.0 * (radius_a_nm + radius_b_nm))


@compiled
def relaxed(measure: float, equilibrium: float, rate: float, seconds: float) -> float:
    """y after `seconds` of dy/dt = k (1 - y/y*), from y to at most y*; y* must be above zero.

    measure y and equilibrium y* in any one unit, rate k in that unit per second. The exact solution.
    """
    return measure - (equilibrium - measure) * math.expm1(-rate * seconds / equilibrium)


@compiled
def neck_after_nm(
    neck_nm: float,
    equilibrium_neck_nm: float,
    radius_a_nm: float,
    radius_b_nm: float,
    skin_nm: float,
    parameters: NeckParameters,
    temperature_k: float,
    seconds: float,
    law: int,
) -> float:
    """Neck radius in nm after `seconds` at `temperature_k`, never narrower than before, never wider than equilibrium.

    skin_nm: the mean molten layer (d1 + d2)/2 of the two dots; zero or less and nothing grows. law: VISCOUS or
    SURFACE_DIFFUSION. Equations at the head of this module.
    """
    if skin_nm <= 0.0 or not neck_nm < equilibrium_neck_nm or seconds <= 0.0:
        return neck_nm
    radius = 2.0 * radius_a_nm * radius_b_nm / (radius_a_nm + radius_b_nm)
    if law == VISCOUS:
        rate = viscous_strain_rate_s(parameters, radius)
        limit = strain_of_neck(equilibrium_neck_nm, radius_a_nm, radius_b_nm)
        eps = relaxed(strain_of_neck(neck_nm, radius_a_nm, radius_b_nm), limit, rate, seconds)
        grown = neck_at_strain_nm(eps, radius_a_nm, radius_b_nm)
    else:
        rate = kuczynski_rate_nm7_s(parameters, radius, temperature_k)
        grown = relaxed(neck_nm**7, equilibrium_neck_nm**7, rate, seconds) ** (1.0 / 7.0)
    return min(max(grown, neck_nm), equilibrium_neck_nm)


@compiled
def resting_neck_nm(
    melting: MeltingParameters,
    radius_a_nm: float,
    radius_b_nm: float,
    shear: float,
    tension: float,
    temperature_k: float,
    rule: int,
    hold_s: float,
) -> tuple[float, float]:
    """(equilibrium neck, mean molten layer) in nm of two dots of one material; (0, 0) where both are dry.

    shear in eV/nm3, tension in eV/nm2; rule as in `melting.skin_nm`.
    """
    skin_a = skin_nm(melting, radius_a_nm, temperature_k, rule, hold_s)
    skin_b = skin_nm(melting, radius_b_nm, temperature_k, rule, hold_s)
    if skin_a + skin_b <= 0.0:
        return 0.0, 0.0
    neck = equilibrium_neck_nm(radius_a_nm, skin_a, shear, radius_b_nm, skin_b, shear, tension)
    return neck, 0.5 * (skin_a + skin_b)


@compiled
def _ramp_to_neck_k(
    melting: MeltingParameters,
    parameters: NeckParameters,
    radius_nm: float,
    shear: float,
    wanted_nm: float,
    rate_k_s: float,
    law: int,
    rule: int,
    hold_s: float,
) -> float:
    """Temperature in K at which two equal dots, heated from a fresh contact, first show the wanted neck."""
    neck, temperature = 0.0, RAMP_START_C + ZERO_CELSIUS_K
    while temperature < melting.surface_melting:
        rest, skin = resting_neck_nm(
            melting, radius_nm, radius_nm, shear, parameters.tension, temperature, rule, hold_s
        )
        neck = neck_after_nm(
            neck, rest, radius_nm, radius_nm, skin, parameters, temperature, RAMP_STEP_K / rate_k_s, law
        )
        if neck >= wanted_nm:
            return temperature
        temperature += RAMP_STEP_K
    return math.nan


def fusion_temperature_c(
    substance: str | Material,
    radius_nm: ArrayLike,
    law: str,
    *,
    heating_k_min: float = 5.0,
    rule: str = "global",
    hold_s: float = 600.0,
) -> float | np.ndarray:
    """Fusion temperature in Celsius: where the first half-fused neck shows while a touching pair is heated.

    Two equal dots of `radius_nm` (scalar or array) start at 25 C without a neck and are heated by `heating_k_min`
    K/min; the neck is half fused when its radius is half that of full coalescence (0.63 R). nan where that never comes
    below the melting temperature of the flat surface. law: "viscous" or "surface-diffusion"; rule and hold_s as in
    `molten_layer_nm`. Resolved to 0.05 K. ValueError names a bad argument.
    """
    known, code, chosen = material(substance), option("law", law, LAWS), option("rule", rule, RULES)
    radii = positive("radius_nm", radius_nm)
    rate = single("heating_k_min", positive("heating_k_min", heating_k_min)) / 60.0
    hold = single("hold_s", positive("hold_s", hold_s))
    melting, parameters = melting_parameters(known), neck_parameters(known)
    shear = known.known("shear_modulus_gpa") * EV_NM3_PER_GPA
    found = [
        _ramp_to_neck_k(melting, parameters, r, shear, HALF_FUSED * coalescence_neck_nm(r, r), rate, code, chosen, hold)
        for r in radii.ravel()
    ]
    return scalar_or_array(np.array(found) - ZERO_CELSIUS_K, radii.shape)


def neck_growth(
    substance: str | Material,
    radius_nm: float,
    temperature_c: float,
    times_s: ArrayLike,
    law: str,
    *,
    radius_b_nm: float | None = None,
    start_neck_nm: float = 0.0,
    rule: str = "global",
    hold_s: float = 600.0,
) -> float | np.ndarray:
    """Neck radii in nm at `times_s` (seconds since the contact, scalar or array) of two dots held at `temperature_c`.

    Two dots of one material, of `radius_nm` and `radius_b_nm` (None: equal), begin with `start_neck_nm`. law:
    "viscous" or "surface-diffusion", equations at the head of this module; rule and hold_s as in `molten_layer_nm`.
    ValueError names a bad argument. Sources: Frenkel 1945, Kuczynski 1949 (recalled); every rate constant is assumed.
    """
    known, code, chosen = material(substance), option("law", law, LAWS), option("rule", rule, RULES)
    first = single("radius_nm", positive("radius_nm", radius_nm))
    second = first if radius_b_nm is None else single("radius_b_nm", positive("radius_b_nm", radius_b_nm))
    celsius = single("temperature_c", finite("temperature_c", temperature_c))
    temperature = single("temperature_c in kelvin", positive("temperature_c in kelvin", celsius + ZERO_CELSIUS_K))
    start = single("start_neck_nm", non_negative("start_neck_nm", start_neck_nm))
    widest = float(coalescence_neck_nm(first, second))
    if start > widest:
        raise ValueError(f"start_neck_nm must not exceed the neck of full coalescence {widest:g}, got {start:g}")
    times = non_negative("times_s", times_s)
    hold = single("hold_s", positive("hold_s", hold_s))
    parameters = neck_parameters(known)
    shear = known.known("shear_modulus_gpa") * EV_NM3_PER_GPA
    rest, skin = resting_neck_nm(
        melting_parameters(known), first, second, shear, parameters.tension, temperature, chosen, hold
    )
    necks = [neck_after_nm(start, rest, first, second, skin, parameters, temperature, t, code) for t in times.ravel()]
    return scalar_or_array(np.array(necks, dtype=float), times.shape)
