"""Fusion of two 6 nm CdSe dots against Cassidy 2022 and its Eq. 1, and the 4.26 nm CdS dots of its 55 %."""

import math

import pytest

from physics.fusion.energetics import fuse
from physics.fusion.ligands import barrier_ev, conserved_cover
from physics.units import BOLTZMANN_EV_K


@pytest.mark.parametrize(
    ("temperature_c", "strain", "within"),
    [
        (25, 0, 0.01),
        (90, 0, 0.01),
        (100, 0, 0.01),
        (120, 0.052, 0.003),
        (140, 0.10, 0.01),
        (160, 0.127, 0.003),
        (180, 0.146, 0.01),
        (210, 0.18, 0.01),
        (225, 0.208, 0.003),
        (250, 0.370, 0.001),
    ],
)
def test_strain(temperature_c, strain, within):
    assert fuse("CdSe", 3.0, "CdSe", 3.0, temperature_c).strain == pytest.approx(strain, abs=within)


@pytest.mark.parametrize(
    ("temperature_c", "neck", "aspect", "area", "gain_kt"),
    [
        (120, 0.45, 1.89, 0.951, 200),
        (140, 0.64, 1.77, 0.909, 359),
        (160, 0.71, 1.71, 0.890, 412),
        (180, 0.77, 1.66, 0.876, 444),
        (210, 0.86, 1.57, 0.853, 495),
        (225, 0.92, 1.50, 0.839, 527),
        (230, 1.26, 1.00, 0.794, 672),
    ],
)
def test_shape_and_gain(temperature_c, neck, aspect, area, gain_kt):
    pair = fuse("CdSe", 3.0, "CdSe", 3.0, temperature_c)
    assert pair.neck_radius_nm / 3.0 == pytest.approx(neck, abs=0.006)
    assert pair.aspect_ratio == pytest.approx(aspect, abs=0.006)
    assert pair.area_nm2 / (8 * math.pi * 9) == pytest.approx(area, abs=0.001)
    assert pair.energy_gain_ev / (BOLTZMANN_EV_K * (temperature_c + 273.15)) == pytest.approx(gain_kt, abs=1.0)


@pytest.mark.parametrize(
    ("temperature_c", "modulus_gpa"), [(25, 15.1), (120, 0.58), (140, 0.255), (180, 0.155), (210, 0.108), (250, 0.0)]
)
def test_modulus_of_the_literal_equation_is_an_output(temperature_c, modulus_gpa):
    pair = fuse("CdSe", 3.0, "CdSe", 3.0, temperature_c)
    assert pair.effective_modulus_gpa == pytest.approx(modulus_gpa, rel=0.02, abs=1e-9)
    if 100 < temperature_c < 250:
        literal = fuse(
            "CdSe", 3.0, "CdSe", 3.0, temperature_c, closure="literal", shear_modulus_gpa=pair.effective_modulus_gpa
        )
        assert literal.strain == pytest.approx(pair.strain, rel=1e-9)


@pytest.mark.parametrize(("temperature_c", "strain"), [(120, 0.045), (140, 0.077), (180, 0.099), (210, 0.114)])
def test_reuss_closure(temperature_c, strain):
    assert fuse("CdSe", 3.0, "CdSe", 3.0, temperature_c, closure="reuss").strain == pytest.approx(strain, abs=0.002)


def test_concentric_closure_is_less_oval():
    pair = fuse("CdSe", 3.0, "CdSe", 3.0, 210.0, closure="concentric")
    assert pair.neck_radius_nm / 3.0 == pytest.approx(0.6, abs=0.03)


@pytest.mark.parametrize(
    ("temperature_c", "excess"), [(140, 0.107), (155, 0.128), (180, 0.156), (220, 0.215), (250, 0.405)]
)
def test_selectivity_exponent(temperature_c, excess):
    """The barrier dot-doublet over dot-dot, minus one: freed ligands re-passivate the doublet."""
    pair = fuse("CdSe", 3.0, "CdSe", 3.0, temperature_c)
    cover = 1 / 1.7
    doublet_cover = conserved_cover(cover, 8 * math.pi * 9, pair.area_nm2)
    ratio = barrier_ev(1.6, cover, doublet_cover, 3.0, pair.lobe_radii_nm[0], 0.0) / barrier_ev(
        1.6, cover, cover, 3.0, 3.0, 0.0
    )
    assert ratio - 1 == pytest.approx(excess, abs=0.001)


@pytest.mark.parametrize(
    ("temperature_c", "strain", "aspect"),
    [
        (100, 0.003, 1.99),
        (120, 0.067, 1.86),
        (130, 0.107, 1.76),
        (150, 0.148, 1.66),
        (180, 0.182, 1.57),
        (210, 0.219, 1.46),
    ],
)
def test_cds_of_4_26_nm(temperature_c, strain, aspect):
    pair = fuse("CdS", 2.13, "CdS", 2.13, temperature_c)
    assert pair.strain == pytest.approx(strain, abs=0.003)
    assert pair.aspect_ratio == pytest.approx(aspect, abs=0.011)


def test_states_with_temperature():
    states = [fuse("CdS", 2.13, "CdS", 2.13, t).state for t in (100.0, 150.0, 210.0, 240.0)]
    assert states == ["touching", "necked", "necked", "coalesced"]


def test_contact_without_a_skin_binds_half_a_kt():
    pair = fuse("CdSe", 3.0, "CdSe", 3.0, 25.0)
    assert pair.energy_gain_ev / (BOLTZMANN_EV_K * 298.15) == pytest.approx(0.5, abs=0.05)


def test_verdicts(claims_of, check):
    claims = claims_of("cassidy_2_fusion_energy", 1.0)
    literal = "cassidy-eq1-literal"
    check(claims, reached=set(claims) - {literal}, short={literal})
    assert claims[literal].ours.value == pytest.approx(0.0022, abs=0.0002)
    assert claims["cassidy-2a-driving-force"].ours.value == 1.0
