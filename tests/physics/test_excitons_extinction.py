"""Extinction laws: hand-worked values, where they hold, and bad input."""

import pytest

from physics.excitons.extinction import EXTINCTIONS, extinction_law, extinction_m1_cm1, extinction_wavelength_nm


@pytest.mark.parametrize(
    ("material", "diameter", "epsilon"),
    [
        ("CdSe", 4.0, 5857.0 * 39.397),  # 4^2.65 = 2^5.3
        ("CdS", 4.0, 21536.0 * 24.2515),  # 4^2.3 = 2^4.6
        ("PbS", 6.0, 2.33e4 * 216.0),
        ("PbSe", 5.0, 2.77e4 * 125.0),
    ],
)
def test_published_laws_by_hand(material, diameter, epsilon):
    assert extinction_m1_cm1(material, diameter) == pytest.approx(epsilon, rel=1e-4)


def test_where_they_hold():
    assert extinction_wavelength_nm("CdS", 4.26) == pytest.approx(425.0, abs=0.5)  # the dots of Cassidy 2022
    assert extinction_wavelength_nm("PbS", 6.0) == 400.0
    assert {law.standing for law in EXTINCTIONS} <= {"literature", "recalled"}


def test_bad_input():
    with pytest.raises(ValueError, match="did you mean 'CdSe'"):
        extinction_law("CdSee")
    with pytest.raises(ValueError, match="diameter_nm of a CdSe dot"):
        extinction_m1_cm1("CdSe", 30.0)
