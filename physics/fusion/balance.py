"""Where surface tension and elastic cores balance: the neck that solves gam dA/deps + 3 G V (eps - eps_c)+ = 0.

Lengths in nm, tension in eV/nm2, moduli in eV/nm3. See `physics.fusion.energetics` for what the terms are.
"""

from __future__ import annotations

import math

from physics.fusion.doublet import (
    area_slope_nm2,
    cap_height_nm,
    coalescence_neck_nm,
    full_strain,
    neck_at_strain_nm,
    sunk_height_nm,
)
from physics.jit import compiled

BALANCE_STEPS = 60
QUICK_STEPS = 8
UNSETTLED = (-1.0, -1.0, -1.0)


@compiled
def balanced_neck_nm(
    radius_a_nm: float, radius_b_nm: float, contact_strain: float, modulus: float, volume_nm3: float, tension: float
) -> float:
    """Neck radius a where tension dA/deps + 3 G V (eps - eps_c)+ = 0, or coalescence if nothing resists before.

    contact_strain is eps_c (dimensionless), modulus G in eV/nm3, tension in eV/nm2. Cassidy 2022, Eq. 1.
    """
    return balanced_doublet_nm(radius_a_nm, radius_b_nm, contact_strain, modulus, volume_nm3, tension)[0]


@compiled
def balanced_doublet_nm(
    radius_a_nm: float, radius_b_nm: float, contact_strain: float, modulus: float, volume_nm3: float, tension: float
) -> tuple[float, float, float]:
    """The neck radius of `balanced_neck_nm` with the heights of the two caps on it.

    The balance rises from the contact strain to full coalescence, so Newton steps in a^2 kept in a bracket find the
    one root. E has one minimum and no barrier. contact_strain is eps_c (dimensionless), modulus G in eV/nm3, tension in
    eV/nm2. All three in nm. Cassidy 2022, Eq. 1.
    """
    stiffness = 3.0 * modulus * volume_nm3
    if stiffness > 0.0:
        quick = _quick_doublet_nm(radius_a_nm, radius_b_nm, contact_strain, stiffness, tension)
        if quick[0] > 0.0:
            return quick
    widest = coalescence_neck_nm(radius_a_nm, radius_b_nm)
    if stiffness <= 0.0 or contact_strain >= full_strain(radius_a_nm, radius_b_nm):
        return widest, cap_height_nm(widest, radius_a_nm), cap_height_nm(widest, radius_b_nm)
    touching = 2.0 * (radius_a_nm + radius_b_nm)
    low = neck_at_strain_nm(contact_strain, radius_a_nm, radius_b_nm) ** 2
    high = widest * widest
    p = low
    for _ in range(BALANCE_STEPS):
        a = math.sqrt(p)
        ha, hb = cap_height_nm(a, radius_a_nm), cap_height_nm(a, radius_b_nm)
        length = ha + hb
        lost = sunk_height_nm(a, ha, radius_a_nm) + sunk_height_nm(a, hb, radius_b_nm)
        rise_a, rise_b = -ha / (ha * ha + p), -hb / (hb * hb + p)
        force = tension * area_slope_nm2(a, ha, hb, touching) + stiffness * (lost / touching - contact_strain)
        gap = ha * hb - p
        gap_rise = rise_a * hb + ha * rise_b - 1.0
        slope = (
            -2.0 * math.pi * tension * touching * (gap_rise / length - gap * (rise_a + rise_b) / (length * length))
            - stiffness * (rise_a + rise_b) / touching
        )
        if force > 0.0:
            high = p
        else:
            low = p
        step = -force / slope
        trial = p + step
        if not low <= trial <= high:
            trial = 0.5 * (low + high)
            step = trial - p
        p = trial
        if abs(step) <= 1e-9 * p:
            break
    a = math.sqrt(p)
    return a, cap_height_nm(a, radius_a_nm), cap_height_nm(a, radius_b_nm)


@compiled
def _quick_doublet_nm(
    radius_a_nm: float, radius_b_nm: float, contact_strain: float, stiffness: float, tension: float
) -> tuple[float, float, float]:
    """The same root by Newton steps in a^2 and both cap heights at once; -1 where they do not settle at once.

    The start is exact for alike spheres that give up the strain of contact: a^2 = (4/3) R^2 [1 - (1-eps)^3]/(1-eps).
    Cores press from the root on, so that the elastic force needs no case. The balance is taken times the length, as a
    polynomial: divisions are what takes the time here.
    """
    touching = 2.0 * (radius_a_nm + radius_b_nm)
    pull = 2.0 * math.pi * tension * touching
    rest = 1.0 - contact_strain - 0.5 * pull / stiffness
    if not rest > 0.5:
        return UNSETTLED
    p = radius_a_nm * radius_b_nm * (4.0 / 3.0) * (1.0 - rest**3) / rest
    ha, hb = 2.0 * radius_a_nm * rest, 2.0 * radius_b_nm * rest
    cube_a, cube_b = 8.0 * radius_a_nm**3, 8.0 * radius_b_nm**3
    press, per_length = stiffness * (1.0 - contact_strain), stiffness / touching
    for _ in range(QUICK_STEPS):
        over_a, over_b = 1.0 / (ha * ha + p), 1.0 / (hb * hb + p)
        # Steps of the caps at this neck, and with the neck's square.
        miss_a = (ha * (ha * ha + 3.0 * p) - cube_a) * over_a * (1.0 / 3.0)
        miss_b = (hb * (hb * hb + 3.0 * p) - cube_b) * over_b * (1.0 / 3.0)
        rise_a, rise_b = -ha * over_a, -hb * over_b
        length = ha + hb
        gap = ha * hb - p
        by_length = press - 2.0 * per_length * length
        force = (press - per_length * length) * length - pull * gap
        force -= by_length * (miss_a + miss_b) - pull * (hb * miss_a + ha * miss_b)
        slope = by_length * (rise_a + rise_b) - pull * (hb * rise_a + ha * rise_b - 1.0)
        step = -force / slope
        p += step
        if not p > 0.0:
            return UNSETTLED
        ha, hb = ha + rise_a * step - miss_a, hb + rise_b * step - miss_b
        if abs(step) <= 1e-6 * p:  # Newton squares the error: what is left is below 1e-12
            pressed = 1.0 - (ha + hb) / touching >= contact_strain
            return (math.sqrt(p), ha, hb) if pressed and ha * hb > p else UNSETTLED
    return UNSETTLED
