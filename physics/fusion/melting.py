"""Surface melting of one dot: the free energy of a liquid skin on a solid core, and the skin's thickness.

Definition, with u = delta/R, x = 1-u, k = R/xi (Kofman's liquid skin with a decaying surface interaction):

    DeltaG(u) = 4 pi R^2 { gsl (x^2 - 1) + S(T) [x^2 exp(-k u) - 1] + (R/3)(1 - x^3) dGv(T) }
    S(T)   = Shi - Gam kB T ln{1 + exp[(dH/kB)(1/T - 1/Th)]}      below the hinge Th, ligands hold the solid surface
    dGv(T) = fL rhoL (1 - T/Tms)                                  driving cost of melting per volume

Its derivative is -4 pi R^2 (1-u) h(u) with

    h(u) = 2 gsl + S exp(-k u)(2 + (1-u) k) - R (1-u) dGv

and h is convex for S > 0, so there is at most one interior minimum (the falling root of h) and only two states ever
compete: {solid or skin} and {molten}. Both roots of h are reached by Newton steps that never overshoot.
Tensions in eV/nm2, energy densities in eV/nm3, lengths in nm, temperatures in K. Everything here is deterministic.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from physics.fusion.checks import broadcast, finite, non_negative, option, positive, scalar_or_array, single
from physics.jit import compiled
from physics.materials import Material, material, molar_volume_m3
from physics.units import (
    AVOGADRO_PER_MOL,
    BOLTZMANN_EV_K,
    ELEMENTARY_CHARGE_C,
    EV_NM2_PER_J_M2,
    EV_NM3_PER_J_M3,
    ZERO_CELSIUS_K,
)

GLOBAL, THERMAL, HEATING = 0, 1, 2
RULES = {"global": GLOBAL, "thermal": THERMAL, "heating": HEATING}

ATTEMPT_RATE_S = 1e11  # 1/s, assumed: attempts to leave the skin branch; 1e10 to 1e12 moves the melting point by 0.5 K
SETTLED = 1e-9  # a Newton step in u after which the root is good to some 1e-17, for errors square
NEWTON_STEPS = 200  # enough for a root that is nearly double, where Newton only halves the distance


class MeltingParameters(NamedTuple):
    """What the kernels need of a material: eV/nm2 (tensions), eV/nm3 (densities), eV, K, nm, 1/nm2."""

    solid_liquid_tension: float  # gsl
    spreading: float  # Shi
    skin_decay: float  # xi
    ligand_density: float  # Gam
    ligand_enthalpy: float  # dH per ligand
    hinge: float  # Th
    latent_density: float  # fL rhoL
    surface_melting: float  # Tms


def melting_parameters(substance: str | Material) -> MeltingParameters:
    """The kernels' parameters of a material; ValueError if the catalogue lacks one of them."""
    known = material(substance)
    latent_j_m3 = known.heat_of_fusion_kj_mol * 1e3 / molar_volume_m3(known)
    return MeltingParameters(
        solid_liquid_tension=known.known("solid_liquid_tension_j_m2") * EV_NM2_PER_J_M2,
        spreading=known.known("spreading_j_m2") * EV_NM2_PER_J_M2,
        skin_decay=known.known("skin_decay_nm"),
        ligand_density=known.known("ligand_density_nm2"),
        ligand_enthalpy=known.known("ligand_enthalpy_kj_mol") * 1e3 / AVOGADRO_PER_MOL / ELEMENTARY_CHARGE_C,
        hinge=known.known("hinge_k"),
        latent_density=known.known("latent_fraction") * latent_j_m3 * EV_NM3_PER_J_M3,
        surface_melting=known.known("surface_melting_k"),
    )


@compiled
def spreading_ev_nm2(parameters: MeltingParameters, temperature_k: float) -> float:
    """S(T) in eV/nm2: ligands bound to the solid lower its tension below the hinge (Szyszkowski isotherm)."""
    exponent = parameters.ligand_enthalpy / BOLTZMANN_EV_K * (1.0 / temperature_k - 1.0 / parameters.hinge)
    softened = max(exponent, 0.0) + math.log1p(math.exp(-abs(exponent)))
    return parameters.spreading - parameters.ligand_density * BOLTZMANN_EV_K * temperature_k * softened


@compiled
def melting_cost_ev_nm3(parameters: MeltingParameters, temperature_k: float) -> float:
    """dGv(T) in eV/nm3; negative above the (lowered) melting temperature."""
    return parameters.latent_density * (1.0 - temperature_k / parameters.surface_melting)


@compiled
def _slope(u: float, gsl: float, spreading: float, k: float, drive: float) -> tuple[float, float]:
    """h(u) and h'(u) in eV/nm2, drive = R dGv."""
    decay = spreading * math.exp(-k * u)
    return (
        2.0 * gsl + decay * (2.0 + (1.0 - u) * k) - (1.0 - u) * drive,
        -k * decay * (3.0 + (1.0 - u) * k) + drive,
    )


@compiled
def _energy(u: float, radius: float, gsl: float, spreading: float, k: float, drive: float) -> float:
    """DeltaG(u) in eV."""
    x2 = (1.0 - u) ** 2
    # 1 - x^3 and x^2 - 1 written so that a thin skin keeps its digits
    lost = u * (2.0 - u)
    volume = u * (3.0 - 3.0 * u + u * u) * drive / 3.0
    return 4.0 * math.pi * radius**2 * (-gsl * lost + spreading * (x2 * math.expm1(-k * u) - lost) + volume)


@compiled
def _skin_root(gsl: float, spreading: float, k: float, drive: float) -> float:
    """The fraction u of the lower state {solid, skin}; -1 where that state does not exist (the dot can only melt)."""
    u = 0.0
    value, slope = _slope(u, gsl, spreading, k, drive)
    if value <= 0.0:
        return 0.0
    if spreading <= 0.0:
        return -1.0
    for _ in range(NEWTON_STEPS):
        if slope >= 0.0:
            return -1.0
        step = -value / slope
        u += step
        if u >= 1.0:
            return -1.0
        if step < SETTLED:
            break
        value, slope = _slope(u, gsl, spreading, k, drive)
        if value <= 0.0:
            break
    return u


@compiled
def _barrier_root(start: float, gsl: float, spreading: float, k: float, drive: float) -> float:
    """The fraction u of the maximum of DeltaG above the state at `start`: the rising root of h."""
    convex = spreading > 0.0
    # Newton never overshoots from the side where h has the sign of its curvature.
    u = 1.0 if convex else start
    for _ in range(NEWTON_STEPS):
        value, slope = _slope(u, gsl, spreading, k, drive)
        if slope <= 0.0:
            break
        step = value / slope
        u -= step
        if abs(step) < 1e-14 or (convex and value <= 0.0) or (not convex and value >= 0.0):
            break
    return min(max(u, start), 1.0)


@compiled
def skin_nm(parameters: MeltingParameters, radius_nm: float, temperature_k: float, rule: int, hold_s: float) -> float:
    """Thickness delta of the liquid skin in nm: 0 when solid, `radius_nm` when molten.

    Rule GLOBAL takes the lower of the two states; HEATING stays on the skin branch while it exists (up to the
    spinodal); THERMAL leaves it for a lower molten state once the barrier is below kT ln(ATTEMPT_RATE_S hold_s).
    """
    gsl = parameters.solid_liquid_tension
    spreading = spreading_ev_nm2(parameters, temperature_k)
    drive = radius_nm * melting_cost_ev_nm3(parameters, temperature_k)
    k = radius_nm / parameters.skin_decay
    u = _skin_root(gsl, spreading, k, drive)
    if u < 0.0:
        return radius_nm
    if rule == HEATING:
        return u * radius_nm
    # The skin lies no higher than the solid, whose DeltaG is 0: a molten state above that needs no comparing.
    molten = 4.0 * math.pi * radius_nm**2 * (-gsl - spreading + drive / 3.0)
    if molten >= 0.0:
        return u * radius_nm
    energy = _energy(u, radius_nm, gsl, spreading, k, drive)
    if molten >= energy:
        return u * radius_nm
    if rule == THERMAL:
        top = _barrier_root(u, gsl, spreading, k, drive)
        barrier = _energy(top, radius_nm, gsl, spreading, k, drive) - energy
        if barrier >= BOLTZMANN_EV_K * temperature_k * math.log(max(ATTEMPT_RATE_S * hold_s, 1.0)):
            return u * radius_nm
    return radius_nm


@compiled
def barrier_to_melt_ev(parameters: MeltingParameters, radius_nm: float, temperature_k: float) -> float:
    """Height in eV of the barrier between the skin (or solid) and the molten state; 0 where the skin cannot exist."""
    gsl = parameters.solid_liquid_tension
    spreading = spreading_ev_nm2(parameters, temperature_k)
    drive = radius_nm * melting_cost_ev_nm3(parameters, temperature_k)
    k = radius_nm / parameters.skin_decay
    u = _skin_root(gsl, spreading, k, drive)
    if u < 0.0:
        return 0.0
    top = _barrier_root(u, gsl, spreading, k, drive)
    return _energy(top, radius_nm, gsl, spreading, k, drive) - _energy(u, radius_nm, gsl, spreading, k, drive)


@compiled
def skin_energy_ev(parameters: MeltingParameters, radius_nm: float, layer_nm: float, temperature_k: float) -> float:
    """DeltaG in eV of a skin of `layer_nm` on a dot of `radius_nm`, against the bare solid dot."""
    return _energy(
        layer_nm / radius_nm,
        radius_nm,
        parameters.solid_liquid_tension,
        spreading_ev_nm2(parameters, temperature_k),
        radius_nm / parameters.skin_decay,
        radius_nm * melting_cost_ev_nm3(parameters, temperature_k),
    )


@compiled
def _layers(
    parameters: MeltingParameters, radii: np.ndarray, temperatures: np.ndarray, rule: int, hold_s: float
) -> np.ndarray:
    layers = np.empty(radii.size)
    for i in range(radii.size):
        layers[i] = skin_nm(parameters, radii[i], temperatures[i], rule, hold_s)
    return layers


@compiled
def _energies(
    parameters: MeltingParameters, radii: np.ndarray, layers: np.ndarray, temperatures: np.ndarray
) -> np.ndarray:
    energies = np.empty(radii.size)
    for i in range(radii.size):
        energies[i] = skin_energy_ev(parameters, radii[i], layers[i], temperatures[i])
    return energies


def _kelvin(temperature_c: ArrayLike) -> np.ndarray:
    temperatures = finite("temperature_c", temperature_c)
    return positive("temperature_c in kelvin", temperatures + ZERO_CELSIUS_K)


def molten_layer_nm(
    substance: str | Material,
    radius_nm: ArrayLike,
    temperature_c: ArrayLike,
    rule: str = "global",
    hold_s: float = 600.0,
) -> float | np.ndarray:
    """Thickness delta(T, R) in nm of the liquid skin, the minimum of DeltaG; R itself when the dot is molten.

    `radius_nm` and `temperature_c` (Celsius) are scalars or arrays that broadcast; the answer has their common shape
    and is a float for scalars. `rule` is "global", "thermal" (with `hold_s`, the seconds held) or "heating", see
    `skin_nm`. ValueError names a bad argument. Source: Cassidy 2022 (spreading condition), parameters fitted to it.
    """
    parameters = melting_parameters(substance)
    radii, temperatures = broadcast(radius_nm=positive("radius_nm", radius_nm), temperature_c=_kelvin(temperature_c))
    chosen = option("rule", rule, RULES)
    hold = single("hold_s", positive("hold_s", hold_s))
    return scalar_or_array(_layers(parameters, radii.ravel(), temperatures.ravel(), chosen, hold), radii.shape)


def melting_free_energy_ev(
    substance: str | Material, radius_nm: ArrayLike, layer_nm: ArrayLike, temperature_c: ArrayLike
) -> float | np.ndarray:
    """DeltaG(delta) in eV of a liquid skin of `layer_nm` (0 to R), against the bare solid dot; arguments broadcast.

    The equation stands at the head of this module. ValueError names a bad argument.
    """
    parameters = melting_parameters(substance)
    radii, layers, temperatures = broadcast(
        radius_nm=positive("radius_nm", radius_nm),
        layer_nm=non_negative("layer_nm", layer_nm),
        temperature_c=_kelvin(temperature_c),
    )
    if np.any(layers > radii):
        raise ValueError(f"layer_nm must not exceed radius_nm, got {layers[layers > radii].flat[0]:g}")
    energies = _energies(parameters, radii.ravel(), layers.ravel(), temperatures.ravel())
    return scalar_or_array(energies, radii.shape)


def melting_point_c(substance: str | Material, radius_nm: float, rule: str = "global", hold_s: float = 600.0) -> float:
    """Temperature in Celsius above which a dot of `radius_nm` is molten through, by bisection to 1e-7 K.

    `rule` and `hold_s` (seconds) as in `molten_layer_nm`. ValueError names a bad argument.
    """
    parameters = melting_parameters(substance)
    radius, chosen = single("radius_nm", positive("radius_nm", radius_nm)), option("rule", rule, RULES)
    hold = single("hold_s", positive("hold_s", hold_s))
    low, high = 50.0, parameters.surface_melting  # at Tms melting costs nothing, so the skin has no floor
    while high - low > 1e-7:
        middle = 0.5 * (low + high)
        if skin_nm(parameters, radius, middle, chosen, hold) >= radius:
            high = middle
        else:
            low = middle
    return 0.5 * (low + high) - ZERO_CELSIUS_K


def skin_onset_c(substance: str | Material, radius_nm: float) -> float:
    """Temperature in Celsius where a skin begins to grow, S(2 + R/xi) + 2 gsl = R dGv; nan where melting comes first.

    Small dots have no skin at any temperature: they melt at once (rule "global"). ValueError for an unknown substance
    or a radius not above zero.
    """
    parameters = melting_parameters(substance)
    radius = single("radius_nm", positive("radius_nm", radius_nm))
    low, high = 50.0, melting_point_c(substance, radius) + ZERO_CELSIUS_K - 1e-6
    if skin_nm(parameters, radius, high, GLOBAL, 1.0) == 0.0:
        return math.nan
    while high - low > 1e-7:
        middle = 0.5 * (low + high)
        if skin_nm(parameters, radius, middle, GLOBAL, 1.0) > 0.0:
            high = middle
        else:
            low = middle
    return 0.5 * (low + high) - ZERO_CELSIUS_K
