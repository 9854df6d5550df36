"""Fusion of two dots, Eq. 1 of Cassidy 2022: surface energy won against elastic energy spent.

    E(eps) = gam A(eps) + (3/2) G V max(eps - eps_c, 0)^2,   equilibrium: gam dA/deps + 3 G V (eps - eps_c) = 0

A closure says what G, V and eps_c are:

    core_contact   the liquid skin bears no load; solid cores meet at eps_c = (delta1 + delta2)/(R1 + R2); G and V of
                   the cores. The modulus of Eq. 1 is then an output (`Doublet.effective_modulus_gpa`).
    concentric     as core_contact with cores that stay in the middle of their lobes: eps_c halved (leading order).
    reuss          no contact strain; one modulus for skin and core in series, over the whole volume.
    literal        no contact strain; a modulus G(T) given by hand, over the whole volume.

A molten body makes the pair coalesce (all closures but literal). Moduli in eV/nm3, tensions in eV/nm2, energies in eV.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from physics.fusion.balance import balanced_doublet_nm, balanced_neck_nm
from physics.fusion.checks import finite, option, positive, scalar_or_array, single
from physics.fusion.doublet import (
    area_slope_nm2,
    aspect_ratio,
    cap_height_nm,
    centre_distance_nm,
    coalescence_neck_nm,
    doublet_area_nm2,
    full_strain,
    lobe_radius_nm,
    neck_at_strain_nm,
    sunk_height_nm,
)
from physics.fusion.melting import molten_layer_nm
from physics.jit import compiled
from physics.materials import Material, material
from physics.units import EV_NM2_PER_J_M2, EV_NM3_PER_GPA

SKIN_MODULUS_GPA = 0.1  # GPa, assumed: modulus of the skin in the Reuss closure
COALESCED_SHARE = 0.95  # of full coalescence: beyond it a pair is one dot
TOUCHING_STRAIN = 0.01  # the literal closure knows no skin: below this strain a pair only touches


@compiled
def core_volume_nm3(radius_nm: float, skin_nm: float) -> float:
    """Volume of the solid core, 4 pi (R - delta)^3/3."""
    return 4.0 * math.pi / 3.0 * (radius_nm - skin_nm) ** 3


@compiled
def series_modulus(modulus_a: float, volume_a: float, modulus_b: float, volume_b: float) -> float:
    """Reuss mean (V1 + V2)/(V1/G1 + V2/G2) of two bodies in series; zero as soon as one of them is liquid.

    modulus_a, modulus_b are G1, G2 in eV/nm3, volume_a, volume_b are V1, V2 in nm3; the answer in eV/nm3.
    """
    return (volume_a + volume_b) / (volume_a / modulus_a + volume_b / modulus_b)


@compiled
def equilibrium_neck_nm(
    radius_a_nm: float,
    skin_a_nm: float,
    shear_a: float,
    radius_b_nm: float,
    skin_b_nm: float,
    shear_b: float,
    tension: float,
) -> float:
    """Neck radius in nm of a fused pair under the core-contact closure; shear in eV/nm3, tension in eV/nm2.

    A skin of at least the radius means molten: the pair coalesces. shear_a and shear_b are those of the two dots.
    """
    return equilibrium_doublet_nm(radius_a_nm, skin_a_nm, shear_a, radius_b_nm, skin_b_nm, shear_b, tension)[0]


@compiled
def equilibrium_doublet_nm(
    radius_a_nm: float,
    skin_a_nm: float,
    shear_a: float,
    radius_b_nm: float,
    skin_b_nm: float,
    shear_b: float,
    tension: float,
) -> tuple[float, float, float]:
    """The neck radius of `equilibrium_neck_nm` with the heights of the two caps on it.

    shear_a and shear_b in eV/nm3, tension in eV/nm2.
    """
    if skin_a_nm >= radius_a_nm or skin_b_nm >= radius_b_nm:
        neck = coalescence_neck_nm(radius_a_nm, radius_b_nm)
        return neck, cap_height_nm(neck, radius_a_nm), cap_height_nm(neck, radius_b_nm)
    contact = (skin_a_nm + skin_b_nm) / (radius_a_nm + radius_b_nm)
    volume_a, volume_b = core_volume_nm3(radius_a_nm, skin_a_nm), core_volume_nm3(radius_b_nm, skin_b_nm)
    modulus = series_modulus(shear_a, volume_a, shear_b, volume_b)
    return balanced_doublet_nm(radius_a_nm, radius_b_nm, contact, modulus, volume_a + volume_b, tension)


class Body(NamedTuple):
    """One dot of a pair: nm, nm, eV/nm3."""

    radius: float
    skin: float
    shear: float


class Resistance(NamedTuple):
    """What resists the fusion: the strain from which on it acts, its modulus in eV/nm3 and its volume in nm3."""

    contact_strain: float
    modulus: float
    volume: float


class _Given(NamedTuple):
    shear: float | None  # eV/nm3, of the literal closure
    skin: float  # eV/nm3, of the Reuss closure


def _core_contact(a: Body, b: Body, given: _Given) -> Resistance:
    if a.skin >= a.radius or b.skin >= b.radius:
        return Resistance(full_strain(a.radius, b.radius), 0.0, 0.0)
    volume_a, volume_b = core_volume_nm3(a.radius, a.skin), core_volume_nm3(b.radius, b.skin)
    contact = min((a.skin + b.skin) / (a.radius + b.radius), full_strain(a.radius, b.radius))
    return Resistance(contact, series_modulus(a.shear, volume_a, b.shear, volume_b), volume_a + volume_b)


def _concentric(a: Body, b: Body, given: _Given) -> Resistance:
    cores = _core_contact(a, b, given)
    return (
        cores if cores.volume == 0.0 else cores._replace(contact_strain=0.5 * (a.skin + b.skin) / (a.radius + b.radius))
    )


def _reuss(a: Body, b: Body, given: _Given) -> Resistance:
    if a.skin >= a.radius or b.skin >= b.radius:
        return Resistance(full_strain(a.radius, b.radius), 0.0, 0.0)
    whole = [core_volume_nm3(body.radius, 0.0) for body in (a, b)]
    core = [core_volume_nm3(body.radius, body.skin) for body in (a, b)]
    compliance = sum(c / body.shear + (w - c) / given.skin for w, c, body in zip(whole, core, (a, b), strict=True))
    return Resistance(0.0, sum(whole) / compliance, sum(whole))


def _literal(a: Body, b: Body, given: _Given) -> Resistance:
    if given.shear is None:
        raise ValueError('shear_modulus_gpa must be given for the closure "literal", got None')
    return Resistance(0.0, given.shear, core_volume_nm3(a.radius, 0.0) + core_volume_nm3(b.radius, 0.0))


CLOSURES: dict[str, Callable[[Body, Body, _Given], Resistance]] = {
    "core_contact": _core_contact,
    "concentric": _concentric,
    "reuss": _reuss,
    "literal": _literal,
}


@dataclass(frozen=True)
class Doublet:
    """Two fused dots at equilibrium; lengths in nm, areas in nm2, energies in eV.

    `cap_heights_nm` and `skins_nm` are in the order of the arguments; `energy_gain_ev` is E(touching) - E(here);
    `effective_modulus_gpa` is the G that Eq. 1 in its literal form would need for this strain; `state` is "touching"
    (no fused skin), "necked" or "coalesced" (strain above 95 % of full coalescence).
    """

    strain: float
    centre_distance_nm: float
    neck_radius_nm: float
    cap_heights_nm: tuple[float, float]
    lobe_radii_nm: tuple[float, float]
    skins_nm: tuple[float, float]
    length_nm: float
    aspect_ratio: float
    area_nm2: float
    energy_gain_ev: float
    effective_modulus_gpa: float
    state: str


class _Pair(NamedTuple):
    a: Body
    b: Body
    tension: float  # eV/nm2
    resistance: Resistance


def pair_tension_ev_nm2(material_a: str | Material, material_b: str | Material, dry: bool) -> float:
    """Tension in eV/nm2 that pulls a pair together, the mean of its two materials'.

    Without any liquid (`dry`: both skins zero) the ligands stay on and the contact's tension pulls, else the skin's.
    ValueError for a material that is unknown or lacks a number in the catalogue.
    """
    quantity = "contact_tension_j_m2" if dry else "fused_tension_j_m2"
    return 0.5 * (material(material_a).known(quantity) + material(material_b).known(quantity)) * EV_NM2_PER_J_M2


def _body(
    substance: str | Material, name: str, radius_nm: float, temperature_c: float, rule: str, hold_s: float
) -> Body:
    known = material(substance)
    radius = single(name, positive(name, radius_nm))
    skin = molten_layer_nm(known, radius, temperature_c, rule, hold_s)
    return Body(radius, float(skin), known.known("shear_modulus_gpa") * EV_NM3_PER_GPA)


def _pair(
    material_a: str | Material,
    radius_a_nm: float,
    material_b: str | Material,
    radius_b_nm: float,
    temperature_c: float,
    rule: str,
    hold_s: float,
    closure: str,
    shear_modulus_gpa: float | None,
    skin_modulus_gpa: float,
) -> _Pair:
    """The checked pair: bodies with their skins, the tension that pulls and what resists it."""
    resist = option("closure", closure, CLOSURES)
    temperature = single("temperature_c", finite("temperature_c", temperature_c))
    a = _body(material_a, "radius_a_nm", radius_a_nm, temperature, rule, hold_s)
    b = _body(material_b, "radius_b_nm", radius_b_nm, temperature, rule, hold_s)
    shear = (
        None
        if shear_modulus_gpa is None
        else single("shear_modulus_gpa", positive("shear_modulus_gpa", shear_modulus_gpa))
    )
    given = _Given(
        None if shear is None else shear * EV_NM3_PER_GPA,
        single("skin_modulus_gpa", positive("skin_modulus_gpa", skin_modulus_gpa)) * EV_NM3_PER_GPA,
    )
    dry = a.skin == 0.0 and b.skin == 0.0 and closure != "literal"
    tension = pair_tension_ev_nm2(material_a, material_b, dry)
    return _Pair(a, b, tension, resist(a, b, given))


def _energy_ev(pair: _Pair, eps: float) -> float:
    a = neck_at_strain_nm(eps, pair.a.radius, pair.b.radius)
    area = doublet_area_nm2(a, cap_height_nm(a, pair.a.radius), cap_height_nm(a, pair.b.radius))
    pressed = max(eps - pair.resistance.contact_strain, 0.0)
    return pair.tension * area + 1.5 * pair.resistance.modulus * pair.resistance.volume * pressed**2


def _state(pair: _Pair, eps: float, closure: str) -> str:
    if eps >= COALESCED_SHARE * full_strain(pair.a.radius, pair.b.radius):
        return "coalesced"
    untouched = eps < TOUCHING_STRAIN if closure == "literal" else pair.a.skin == 0.0 and pair.b.skin == 0.0
    return "touching" if untouched else "necked"


def fuse(
    material_a: str | Material,
    radius_a_nm: float,
    material_b: str | Material,
    radius_b_nm: float,
    temperature_c: float,
    *,
    rule: str = "global",
    hold_s: float = 600.0,
    closure: str = "core_contact",
    shear_modulus_gpa: float | None = None,
    skin_modulus_gpa: float = SKIN_MODULUS_GPA,
) -> Doublet:
    """The doublet that two dots become at `temperature_c`: the minimum of Eq. 1 (see the head of this module).

    Radii in nm, temperature in Celsius; `rule` and `hold_s` as in `molten_layer_nm`; `shear_modulus_gpa` is wanted by
    the literal closure alone, `skin_modulus_gpa` used by "reuss" alone. ValueError names a bad argument.
    """
    pair = _pair(
        material_a,
        radius_a_nm,
        material_b,
        radius_b_nm,
        temperature_c,
        rule,
        hold_s,
        closure,
        shear_modulus_gpa,
        skin_modulus_gpa,
    )
    radii = pair.a.radius, pair.b.radius
    neck = balanced_neck_nm(*radii, *pair.resistance, pair.tension)
    caps = cap_height_nm(neck, radii[0]), cap_height_nm(neck, radii[1])
    sunk = [sunk_height_nm(neck, cap, radius) for cap, radius in zip(caps, radii, strict=True)]
    eps = sum(sunk) / (2.0 * sum(radii))
    volume = core_volume_nm3(radii[0], 0.0) + core_volume_nm3(radii[1], 0.0)
    pull = -pair.tension * area_slope_nm2(neck, *caps, 2.0 * sum(radii))
    return Doublet(
        strain=eps,
        centre_distance_nm=centre_distance_nm(neck, *caps),
        neck_radius_nm=neck,
        cap_heights_nm=caps,
        lobe_radii_nm=(lobe_radius_nm(neck, caps[0]), lobe_radius_nm(neck, caps[1])),
        skins_nm=(pair.a.skin, pair.b.skin),
        length_nm=sum(caps),
        aspect_ratio=aspect_ratio(neck, *caps),
        area_nm2=doublet_area_nm2(neck, *caps),
        energy_gain_ev=_energy_ev(pair, 0.0) - _energy_ev(pair, eps),
        effective_modulus_gpa=max(pull, 0.0) / (3.0 * eps * volume) / EV_NM3_PER_GPA,
        state=_state(pair, eps, closure),
    )


def total_energy_ev(
    strain: ArrayLike,
    material_a: str | Material,
    radius_a_nm: float,
    material_b: str | Material,
    radius_b_nm: float,
    temperature_c: float,
    *,
    rule: str = "global",
    hold_s: float = 600.0,
    closure: str = "core_contact",
    shear_modulus_gpa: float | None = None,
    skin_modulus_gpa: float = SKIN_MODULUS_GPA,
) -> float | np.ndarray:
    """Eq. 1: E(eps) in eV of a pair at the strains `strain` (scalar or array, 0 to full coalescence).

    The other arguments are those of `fuse`. ValueError names a bad argument.
    """
    pair = _pair(
        material_a,
        radius_a_nm,
        material_b,
        radius_b_nm,
        temperature_c,
        rule,
        hold_s,
        closure,
        shear_modulus_gpa,
        skin_modulus_gpa,
    )
    strains = finite("strain", strain)
    most = full_strain(pair.a.radius, pair.b.radius)
    outside = (strains < 0.0) | (strains > most * (1.0 + 1e-12))
    if np.any(outside):
        raise ValueError(f"strain must lie between 0 and full coalescence {most:g}, got {strains[outside].flat[0]:g}")
    return scalar_or_array(np.array([_energy_ev(pair, eps) for eps in strains.ravel()]), strains.shape)
