"""Encounters: viscosity, diffusion, escape and attachment."""

import math

import numpy as np
import pytest

from physics.fusion.encounter import (
    attachment_probability,
    contact_energy_ev,
    encounter_rate_nm3_s,
    escape_rate_s,
    fusion_rate_s,
    relative_diffusion_nm2_s,
    viscosity_ev_s_nm3,
    viscosity_pa_s,
)
from physics.materials import solvent
from physics.units import BOLTZMANN_EV_K, BOLTZMANN_J_K, EV_NM2_PER_J_M2, EV_NM3_PER_GPA

TABLE_MPA_S = {  # the same correlation evaluated elsewhere, 25/120/150/180/200 C
    "formamide": (3.30, 0.641, 0.429, 0.294, 0.230),
    "octadecene": (4.21, 0.881, 0.634, 0.480, 0.408),
    "oleylamine": (1.3 * 4.21, 1.3 * 0.881, 1.3 * 0.634, 1.3 * 0.480, 1.3 * 0.408),
}


@pytest.mark.parametrize("name", TABLE_MPA_S)
def test_viscosity(name):
    values = viscosity_pa_s(name, [25.0, 120.0, 150.0, 180.0, 200.0])
    assert values * 1e3 == pytest.approx(TABLE_MPA_S[name], rel=3e-3)
    assert isinstance(viscosity_pa_s(solvent(name), 100), float)


def test_encounter_rate_in_si():
    """Equal spheres meet with 8 kT/(3 eta), whatever their size."""
    kelvin, pascal_s = 428.15, 0.7e-3
    si = 8 * BOLTZMANN_J_K * kelvin / (3 * pascal_s)  # m3/s
    house = encounter_rate_nm3_s(2.0, 2.0, BOLTZMANN_EV_K * kelvin, pascal_s * 6.241509074e-9)
    assert house * 1e-27 == pytest.approx(si, rel=1e-9)
    assert encounter_rate_nm3_s(9.0, 9.0, 0.03, 1e-12) == encounter_rate_nm3_s(2.0, 2.0, 0.03, 1e-12)
    assert encounter_rate_nm3_s(1.0, 4.0, 0.03, 1e-12) > encounter_rate_nm3_s(2.0, 2.0, 0.03, 1e-12)


def test_encounter_rate_is_4_pi_d_r():
    for ra, rb in ((1.0, 3.0), (2.2, 2.2)):
        diffusion = relative_diffusion_nm2_s(ra, rb, 0.035, 4e-12)
        assert encounter_rate_nm3_s(ra, rb, 0.035, 4e-12) == pytest.approx(
            4 * math.pi * diffusion * (ra + rb), rel=1e-12
        )


def test_contact_energy():
    """Half a kT under ligands, five bare, forty-four at 0.3 J/m2 (3 nm CdSe at 97 C)."""
    for tension, kt in ((0.03, 0.44), (0.1, 4.9), (0.3, 44.0)):
        energy = contact_energy_ev(3.0, tension * EV_NM2_PER_J_M2, 15.1 * EV_NM3_PER_GPA)
        assert energy / (BOLTZMANN_EV_K * 370.0) == pytest.approx(kt, rel=0.02)


def test_escape_and_fusion_rates():
    assert escape_rate_s(4e8, 0.0, 0.03) == pytest.approx(1.6e9)
    assert escape_rate_s(4e8, 0.03, 0.03) == pytest.approx(1.6e9 / math.e)
    assert fusion_rate_s(3e7, 0.30, 3.0) == pytest.approx(3e7)
    assert fusion_rate_s(3e7, 0.15, 6.0) == pytest.approx(0.75e7)
    assert fusion_rate_s(3e7, 0.0, 3.0) == 0.0


def test_attachment_probability():
    assert attachment_probability(0.0, 1e9) == 0.0
    assert attachment_probability(0.0, 0.0) == 0.0
    assert attachment_probability(1e9, 0.0) == 1.0
    assert attachment_probability(1.0, 3.0) == 0.25


def test_unit_of_the_kernels():
    assert viscosity_ev_s_nm3("octadecene", 150.0) == pytest.approx(0.634e-3 * 6.2415e-9, rel=1e-3)


@pytest.mark.parametrize(
    ("liquid", "temperature_c", "sentence"),
    [
        ("octadecane", 100.0, r"solvent must be one of .*did you mean 'octadecene'"),
        ("formamide", 230.0, r"temperature_c must lie between 0 and the boiling point of formamide, 210 C, got 230"),
        ("oleylamine", -1.0, "temperature_c must lie between 0"),
        ("oleylamine", math.nan, "temperature_c must be finite"),
        ("oleylamine", "hot", "temperature_c must be a number"),
    ],
)
def test_bad_input(liquid, temperature_c, sentence):
    with pytest.raises(ValueError, match=sentence):
        viscosity_pa_s(liquid, np.array([temperature_c]) if isinstance(temperature_c, float) else temperature_c)
