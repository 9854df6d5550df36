"""Geometry of two fused spheres that each keep their own volume: two spherical caps on a common neck disc.

With neck radius a and cap heights h1, h2 (from the neck plane to each pole):

    h^3 + 3 a^2 h = 8 R^3          volume of a cap pi h (3 a^2 + h^2)/6 = 4 pi R^3/3
    rho = (a^2 + h^2)/(2 h)        radius of a lobe
    L = h1 + h2,  eps = 1 - L/(2 R1 + 2 R2),  A = pi (2 a^2 + h1^2 + h2^2)

From touching (a = 0) to one sphere (a^2 = h1 h2). All lengths in nm; scalars in, scalars out.
Exact geometry; the energy of such a pair is Eq. 1 of Cassidy 2022.
"""

from __future__ import annotations

import math

import numpy as np

from physics.jit import compiled


@compiled
def cap_height_nm(neck_nm: float, radius_nm: float) -> float:
    """Cap height h of the body that was a sphere of `radius_nm`: the one real root of h^3 + 3 a^2 h = 8 R^3, > 0.

    Cardano's difference c - a^2/c is written as 8 R^3/(c^2 + a^2 + a^4/c^2), which keeps its digits at a wide neck.
    """
    p = neck_nm * neck_nm
    half = 4.0 * radius_nm**3
    square = np.cbrt(half + math.sqrt(half * half + p * p * p)) ** 2
    h = 2.0 * half / (square + p + p * p / square)
    return h - (h * (h * h + 3.0 * p) - 2.0 * half) / (3.0 * (h * h + p))


@compiled
def sunk_height_nm(neck_nm: float, cap_nm: float, radius_nm: float) -> float:
    """Length given up, 2 R - h, written 3 a^2 h/(4 R^2 + 2 R h + h^2), which keeps its digits near touching."""
    return 3.0 * neck_nm * neck_nm * cap_nm / (4.0 * radius_nm * radius_nm + 2.0 * radius_nm * cap_nm + cap_nm * cap_nm)


@compiled
def lobe_radius_nm(neck_nm: float, cap_nm: float) -> float:
    """Radius rho = (a^2 + h^2)/(2 h) of the sphere a cap belongs to."""
    return (neck_nm * neck_nm + cap_nm * cap_nm) / (2.0 * cap_nm)


@compiled
def doublet_area_nm2(neck_nm: float, cap_a_nm: float, cap_b_nm: float) -> float:
    """Outer area A = pi (2 a^2 + h1^2 + h2^2) in nm2."""
    return math.pi * (2.0 * neck_nm * neck_nm + cap_a_nm * cap_a_nm + cap_b_nm * cap_b_nm)


@compiled
def area_slope_nm2(neck_nm: float, cap_a_nm: float, cap_b_nm: float, touching_length_nm: float) -> float:
    """dA/deps = -2 pi L0 (h1 h2 - a^2)/(h1 + h2) in nm2, with L0 = 2 (R1 + R2)."""
    return -2.0 * math.pi * touching_length_nm * (cap_a_nm * cap_b_nm - neck_nm * neck_nm) / (cap_a_nm + cap_b_nm)


@compiled
def strain(cap_a_nm: float, cap_b_nm: float, radius_a_nm: float, radius_b_nm: float) -> float:
    """Strain eps = 1 - (h1 + h2)/(2 (R1 + R2)). Dimensionless."""
    return 1.0 - (cap_a_nm + cap_b_nm) / (2.0 * (radius_a_nm + radius_b_nm))


@compiled
def full_strain(radius_a_nm: float, radius_b_nm: float) -> float:
    """Strain of full coalescence into one sphere, 1 - (R1^3 + R2^3)^(1/3)/(R1 + R2). Dimensionless."""
    return 1.0 - np.cbrt(radius_a_nm**3 + radius_b_nm**3) / (radius_a_nm + radius_b_nm)


@compiled
def coalescence_neck_nm(radius_a_nm: float, radius_b_nm: float) -> float:
    """Neck radius at which the two caps are parts of one sphere, a^2 = h1 h2.

    With f = R1^3/(R1^3 + R2^3) the cap's height x (in radii of that sphere) solves 3 x^2 - x^3 = 4 f.
    """
    smaller, larger = min(radius_a_nm, radius_b_nm), max(radius_a_nm, radius_b_nm)
    whole = (smaller**3 + larger**3) ** (1.0 / 3.0)
    share = smaller**3 / (smaller**3 + larger**3)
    x = 1.0 + 2.0 * math.cos((2.0 * math.pi - math.acos(1.0 - 2.0 * share)) / 3.0)
    if x < 1e-4:
        x = math.sqrt(4.0 * share / 3.0)
    for _ in range(3):
        x -= (x * x * (3.0 - x) - 4.0 * share) / (3.0 * x * (2.0 - x))
    return whole * math.sqrt(x * (2.0 - x))


@compiled
def neck_at_strain_nm(strain: float, radius_a_nm: float, radius_b_nm: float) -> float:
    """Neck radius at a given strain: 0 for strain <= 0, the coalescence neck from full strain on.

    The length is convex and falling in a^2, so Newton steps from the left never overshoot. The strain is dimensionless.
    """
    if strain <= 0.0:
        return 0.0
    widest = coalescence_neck_nm(radius_a_nm, radius_b_nm)
    if strain >= full_strain(radius_a_nm, radius_b_nm):
        return widest
    touching = 2.0 * (radius_a_nm + radius_b_nm)
    p = 0.0
    for _ in range(50):
        a = math.sqrt(p)
        ha, hb = cap_height_nm(a, radius_a_nm), cap_height_nm(a, radius_b_nm)
        missing = touching * strain - sunk_height_nm(a, ha, radius_a_nm) - sunk_height_nm(a, hb, radius_b_nm)
        step = missing / (ha / (ha * ha + p) + hb / (hb * hb + p))
        p += step
        if abs(step) <= 1e-9 * p:  # Newton squares the error: what is left is below rounding
            break
    return min(math.sqrt(max(p, 0.0)), widest)


@compiled
def centre_distance_nm(neck_nm: float, cap_a_nm: float, cap_b_nm: float) -> float:
    """Distance of the lobes' centres, d = L - rho1 - rho2; 0 for one sphere."""
    return cap_a_nm + cap_b_nm - lobe_radius_nm(neck_nm, cap_a_nm) - lobe_radius_nm(neck_nm, cap_b_nm)


@compiled
def aspect_ratio(neck_nm: float, cap_a_nm: float, cap_b_nm: float) -> float:
    """Length over greatest width of the doublet, L/(2 max(rho1, rho2, a)); 2 for touching equal dots, 1 for a sphere.

    Past its hemisphere the smaller cap's rho stays below the larger one's, so no case is needed. Dimensionless.
    """
    width = max(neck_nm, lobe_radius_nm(neck_nm, cap_a_nm), lobe_radius_nm(neck_nm, cap_b_nm))
    return (cap_a_nm + cap_b_nm) / (2.0 * width)


@compiled
def growth_exponent(doublet: float, single: float) -> float:
    """p = log2(A2/A1) of areas or q = log2(rho2/R) of radii: how a cluster's measure grows with its number of dots.

    p = 1, q = 0 without fusion; p = 2/3, q = 1/3 for full coalescence. doublet and single are the measures A2 and A1
    (rho2 and R) in one unit.
    """
    return math.log2(doublet / single)


@compiled
def merged_measure(measure_a: float, measure_b: float, exponent: float) -> float:
    """Measure of a cluster made of two, (A^(1/p) + B^(1/p))^p; the larger one where the exponent is zero.

    measure_a, measure_b are A and B in one unit (nm or nm2), the exponent p is dimensionless.
    """
    if exponent < 1e-6:
        return max(measure_a, measure_b)
    return (measure_a ** (1.0 / exponent) + measure_b ** (1.0 / exponent)) ** exponent
