"""Sizing curves and the dipole of one dot: spot values of the papers, exact inversion, ranges."""

from __future__ import annotations

import numpy as np
import pytest

from physics.excitons import dot
from physics.units import CM1_PER_EV

# material, curve, diameter/nm, wavelength/nm: read off the published formulae by hand
SPOTS = [
    ("CdSe", "yu", 3.04, 550.0), ("CdSe", "yu", 4.583, 600.0), ("CdSe", "jasieniak", 3.195, 550.0),
    ("CdSe", "jasieniak", 4.630, 600.0), ("CdS", "yu", 4.26, 425.0), ("CdS", "yu", 3.383, 400.0),
]  # fmt: skip


@pytest.mark.parametrize(("material", "curve", "diameter", "wavelength"), SPOTS)
def test_curves_pass_through_published_spots(material, curve, diameter, wavelength):
    assert 1e7 / dot.transition_energy_cm1(material, diameter, curve) == pytest.approx(wavelength, abs=0.2)


def test_first_transitions_of_the_issue():
    assert dot.transition_energy_cm1("CdSe", 3.0) == pytest.approx(18530, abs=10)
    assert dot.transition_energy_cm1("CdSe", 3.0, "yu") == pytest.approx(18249, abs=10)
    assert dot.transition_energy_cm1("PbS", 6.0) / CM1_PER_EV == pytest.approx(0.794, abs=5e-4)
    assert dot.transition_energy_cm1("PbS", 3.0) / CM1_PER_EV == pytest.approx(1.340, abs=5e-4)


@pytest.mark.parametrize("curve", dot.SIZING_CURVES, ids=lambda c: f"{c.material}-{c.name}")
def test_inversion_is_exact_and_monotone_over_the_range(curve):
    sizes = np.linspace(curve.smallest_nm, curve.largest_nm, 2001)
    energies = dot.transition_energy_cm1(curve.material, sizes, curve.name)
    assert (np.diff(energies) < 0.0).all()
    np.testing.assert_allclose(dot.diameter_nm(curve.material, energies, curve.name), sizes, rtol=1e-11)
    # the published direction itself, not our inverse of it
    np.testing.assert_allclose(curve.diameters_nm(1e7 / energies), sizes, rtol=1e-11)


def test_scalars_stay_scalars_and_shapes_are_kept():
    assert isinstance(dot.transition_energy_cm1("CdSe", 3.0), float)
    assert dot.transition_energy_cm1("CdSe", np.full((2, 3), 3.0)).shape == (2, 3)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: dot.transition_energy_cm1("CdSe", 1.0), "between 2 and 8 nm"),
        (lambda: dot.transition_energy_cm1("CdSe", 9.0), "diameter_nm"),
        (lambda: dot.transition_energy_cm1("CdSe", float("nan")), "diameter_nm must be finite"),
        (lambda: dot.transition_energy_cm1("CdSe", float("inf")), "diameter_nm must be finite"),
        (lambda: dot.transition_energy_cm1("cdse", 3.0), "did you mean 'CdSe'"),
        (lambda: dot.transition_energy_cm1("CdSe", 3.0, "jasienak"), "did you mean 'jasieniak'"),
        (lambda: dot.transition_energy_cm1("CdSe", "three"), "diameter_nm must be a number"),
        (lambda: dot.diameter_nm("CdSe", 9000.0), "energy_cm1 of a CdSe dot must lie between"),
        (lambda: dot.check_mean_diameter("PbS", 20.0), "between 2 and 10 nm"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_tails_are_clipped_and_counted():
    inside, moved = dot.clipped_diameters("CdSe", [1.0, 3.0, 9.0, 8.0])
    assert inside.tolist() == [2.0, 3.0, 8.0, 8.0]
    assert moved == 2


def test_dipole_of_a_three_nanometre_dot():
    energy = dot.transition_energy_cm1("CdSe", 3.0)
    assert dot.dipole_debye("CdSe", energy) == pytest.approx(13.6, abs=0.1)
    assert dot.dipole_debye("CdSe", 2.0 * energy) == pytest.approx(dot.dipole_debye("CdSe", energy) / 2.0)
