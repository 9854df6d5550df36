"""Two fused spheres: volumes, slopes, limits and precision."""

import math
from fractions import Fraction

import numpy as np
import pytest

from physics.fusion.doublet import (
    area_slope_nm2,
    aspect_ratio,
    cap_height_nm,
    centre_distance_nm,
    coalescence_neck_nm,
    doublet_area_nm2,
    full_strain,
    growth_exponent,
    lobe_radius_nm,
    merged_measure,
    neck_at_strain_nm,
    strain,
    sunk_height_nm,
)


def random_pairs(count, seed=20261121):
    rng = np.random.default_rng(seed)
    return [(*rng.uniform(0.5, 6.0, 2), rng.uniform(0.02, 0.98)) for _ in range(count)]


def fused(neck, ra, rb):
    return cap_height_nm(neck, ra), cap_height_nm(neck, rb)


def test_volume_is_conserved():
    for ra, rb, share in random_pairs(200):
        neck = share * coalescence_neck_nm(ra, rb)
        for radius, cap in zip((ra, rb), fused(neck, ra, rb), strict=True):
            volume = math.pi * cap * (3 * neck**2 + cap**2) / 6
            assert volume == pytest.approx(4 * math.pi / 3 * radius**3, rel=1e-12)


def test_area_slope_against_finite_differences():
    for ra, rb, share in random_pairs(200):
        eps = share * full_strain(ra, rb)
        step = 1e-4 * min(share, 1 - share) * full_strain(ra, rb)

        def area(value, ra=ra, rb=rb):
            neck = neck_at_strain_nm(value, ra, rb)
            return doublet_area_nm2(neck, *fused(neck, ra, rb))

        numeric = (8 * (area(eps + step) - area(eps - step)) - area(eps + 2 * step) + area(eps - 2 * step)) / (
            12 * step
        )
        neck = neck_at_strain_nm(eps, ra, rb)
        slope = area_slope_nm2(neck, *fused(neck, ra, rb), 2 * (ra + rb))
        assert slope == pytest.approx(numeric, rel=1e-6)


def test_full_coalescence():
    for ra, rb, _ in random_pairs(200):
        expected = 1 - (ra**3 + rb**3) ** (1 / 3) / (ra + rb)
        assert full_strain(ra, rb) == pytest.approx(expected, rel=1e-12)
        neck = coalescence_neck_nm(ra, rb)
        caps = fused(neck, ra, rb)
        assert neck**2 == pytest.approx(caps[0] * caps[1], rel=1e-12)
        assert strain(*caps, ra, rb) == pytest.approx(expected, abs=1e-13)
        assert doublet_area_nm2(neck, *caps) == pytest.approx(4 * math.pi * (ra**3 + rb**3) ** (2 / 3), rel=1e-12)
        assert centre_distance_nm(neck, *caps) == pytest.approx(0.0, abs=1e-11)
        assert aspect_ratio(neck, *caps) == pytest.approx(1.0, rel=1e-12)
    assert full_strain(3.0, 3.0) == pytest.approx(1 - 2 ** (-2 / 3), rel=1e-14)
    assert full_strain(4.3, 3.05) == pytest.approx(0.3523, abs=5e-5)
    assert full_strain(3.0, 1.0) == pytest.approx(0.2409, abs=5e-5)
    assert coalescence_neck_nm(3.0, 3.0) / 3.0 == pytest.approx(2 ** (1 / 3), rel=1e-14)


@pytest.mark.parametrize("ratio", [1e-3, 1e-2, 0.1])
def test_coalescence_of_a_crumb(ratio):
    neck = coalescence_neck_nm(5.0, 5.0 * ratio)
    caps = fused(neck, 5.0, 5.0 * ratio)
    assert neck**2 == pytest.approx(caps[0] * caps[1], rel=1e-9)


def test_touching_limit():
    assert fused(0.0, 3.0, 2.0) == (6.0, 4.0)
    assert strain(6.0, 4.0, 3.0, 2.0) == 0.0
    assert doublet_area_nm2(0.0, 6.0, 6.0) == pytest.approx(8 * math.pi * 9, rel=1e-15)
    assert area_slope_nm2(0.0, 6.0, 6.0, 12.0) == pytest.approx(-8 * math.pi * 9, rel=1e-14)
    assert aspect_ratio(0.0, 6.0, 6.0) == 2.0
    assert centre_distance_nm(0.0, 6.0, 4.0) == 5.0
    assert neck_at_strain_nm(0.0, 3.0, 2.0) == 0.0


def test_cap_height_to_the_last_digits():
    """The cubic's residue in exact arithmetic, also at necks far wider than the body, where Cardano loses digits."""
    for radius in (0.5, 3.0):
        for neck in (1e-6, 0.1, 1.0, 3.0, 30.0, 300.0):
            h, a, r = (Fraction(x) for x in (cap_height_nm(neck, radius), neck, radius))
            correction = (h**3 + 3 * a**2 * h - 8 * r**3) / (3 * h**2 + 3 * a**2)
            assert abs(correction / h) < 1e-15


def test_sunk_height_keeps_digits():
    for neck in (1e-7, 1e-3, 0.1):
        a, r, h = Fraction(neck), Fraction(3), Fraction(6)
        for _ in range(4):
            h -= (h**3 + 3 * a**2 * h - 8 * r**3) / (3 * h**2 + 3 * a**2)
            h = h.limit_denominator(10**60)
        cap = cap_height_nm(neck, 3.0)
        assert sunk_height_nm(neck, cap, 3.0) == pytest.approx(float(6 - h), rel=1e-14)


def test_neck_at_strain_inverts_strain():
    for ra, rb, share in random_pairs(200, seed=5):
        for eps in (share * full_strain(ra, rb), 1e-9):
            neck = neck_at_strain_nm(eps, ra, rb)
            sunk = sum(sunk_height_nm(neck, cap_height_nm(neck, r), r) for r in (ra, rb))
            assert sunk / (2 * (ra + rb)) == pytest.approx(eps, rel=1e-12)
    assert neck_at_strain_nm(0.9, 3.0, 2.0) == coalescence_neck_nm(3.0, 2.0)


def test_exchange_of_the_two_bodies():
    for ra, rb, share in random_pairs(50, seed=6):
        neck = share * coalescence_neck_nm(ra, rb)
        assert coalescence_neck_nm(ra, rb) == coalescence_neck_nm(rb, ra)
        assert aspect_ratio(neck, *fused(neck, ra, rb)) == aspect_ratio(neck, *fused(neck, rb, ra))
        lobes = [lobe_radius_nm(neck, cap) for cap in fused(neck, ra, rb)]
        assert max(lobes) == lobes[0 if ra > rb else 1]


def test_growth_laws():
    assert growth_exponent(2 ** (2 / 3), 1.0) == pytest.approx(2 / 3)
    assert merged_measure(1.0, 1.0, 1.0) == 2.0
    assert merged_measure(merged_measure(1.0, 1.0, 2 / 3), 1.0, 2 / 3) == pytest.approx(3 ** (2 / 3), rel=1e-12)
    assert merged_measure(2.0, 3.0, 0.0) == 3.0
