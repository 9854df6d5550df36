"""What goes into the flask: shares of kinds, volumes, sizes, and the sentences for what cannot go in."""

import numpy as np
import pytest

from assembly import Dots, Flask
from assembly.population import CUT_SIGMA, sample


def flask(**changed):
    given = dict(
        dots=(Dots("CdS", "CdS", 4.26, 100.0),), solvent="oleylamine", ligand="oleylamine",
        chalcogenide_equivalents=1.0, temperature_c=150.0, time_min=60.0, particles=1000,
    )  # fmt: skip
    return Flask(**(given | changed))


def test_kinds_share_the_particles_by_concentration():
    of = flask(dots=(Dots("a", "CdS", 4.0, 10.0), Dots("b", "CdSe", 4.0, 20.0), Dots("c", "PbS", 4.0, 30.1)))
    assert sum(of.counts()) == 1000
    assert of.counts() == (166, 333, 501)


def test_volume_holds_the_particles_at_their_concentration():
    # 100 umol/L is 6.022e-5 dots per nm3 times 1e-0: 1e-4 mol/L x 6.022e23 /mol / 1e24 nm3/L
    assert flask().volume_nm3() == pytest.approx(1000 / 6.02214076e-5, rel=1e-12)


def test_sizes_have_the_dispersion_that_was_asked_for():
    of = flask(dots=(Dots("CdS", "CdS", 4.26, 100.0, size_dispersion=0.1),), particles=200_000)
    dots = sample(of, np.random.default_rng(3))
    radii, kinds = dots.radii_nm, dots.kinds
    assert radii.mean() == pytest.approx(2.13, rel=1e-3)
    # A normal law cut at three sigma has 0.9867 of its standard deviation left.
    assert radii.std() / 2.13 == pytest.approx(0.1 * 0.98658, rel=5e-3)
    assert np.abs(radii / 2.13 - 1.0).max() <= CUT_SIGMA * 0.1 + 1e-12
    assert not kinds.any()


@pytest.mark.parametrize(
    ("kwargs", "words"),
    [
        (dict(diameter_nm=-1.0), "diameter_nm must be a positive finite number, got -1.0"),
        (dict(diameter_nm=float("nan")), "diameter_nm must be a positive finite number, got nan"),
        (dict(concentration_um=0.0), "concentration_um must be a positive finite number"),
        (dict(material="CdX"), "CdS"),
        (dict(size_dispersion=0.5), "size_dispersion of dots must lie between 0 and 0.3"),
        (dict(shell="CdS"), "shell and core_diameter_nm of dots must be given together"),
        (dict(shell="CdS", core_diameter_nm=9.0), "core_diameter_nm of dots must lie between 0 and"),
        (dict(size_law="flat"), "size_law must be one of normal, lognormal, got 'flat'"),
        (dict(cover_dispersion=-0.1), "cover_dispersion of dots must lie between 0 and 0.3"),
        (dict(length_nm=1.0), "length_nm of dots must be at least its diameter_nm 4.0"),
        (dict(polar_half_angle_deg=40.0), "polar_half_angle_deg of dots must lie between 0 and 30"),
        (dict(polar_factor=5.0), "polar_factor of dots needs its polar_half_angle_deg"),
        (dict(attachment_energy_ev=-1.0), "attachment_energy_ev of dots must be zero or more"),
    ],
)
def test_impossible_dots_are_refused_in_one_sentence(kwargs, words):
    given = dict(name="dots", material="CdSe", diameter_nm=4.0, concentration_um=10.0)
    with pytest.raises(ValueError, match=r".") as error:
        Dots(**(given | kwargs))
    assert words in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("kwargs", "words"),
    [
        (dict(dots=()), "dots must name at least one kind of dot"),
        (dict(dots=(Dots("a", "CdS", 4.0, 1.0), Dots("a", "CdS", 5.0, 1.0))), "names that differ"),
        (dict(particles=0), "particles must be a whole number of at least 1, got 0"),
        (dict(particles=2.5), "particles must be a whole number"),
        (dict(time_min=0.0), "time_min must be a positive finite number"),
        (dict(temperature_c=float("nan")), "temperature_c must be a temperature in celsius"),
        (dict(ligand_exchange="free"), "ligand_exchange must be one of conserved, equilibrium, got 'free'"),
        (dict(melting_rule="cold"), "melting_rule must be one of"),
        (dict(pair_factors={("CdS", "PbS"): 0.5}), "pair_factors must join two of ['CdS']"),
        (dict(pair_factors={("CdS", "CdS"): 2.0}), "between 0 and 1"),
        (dict(programme=((0.0, 25.0),)), "programme must hold at least two points"),
        (dict(programme=((0.0, 25.0), (0.0, 30.0))), "programme must start at 0 minutes and rise in time"),
        (dict(programme=((0.0, 25.0), (1.0, float("nan")))), "programme must hold temperatures in celsius, got nan"),
        (dict(neck_growth="fast"), "neck_growth must be one of at-once, viscous, surface-diffusion"),
        (dict(contacts="loose"), "contacts must be one of quasi-steady, explicit"),
        (dict(homonymous_factor=2.0), "homonymous_factor must lie between 0 and 1"),
        (dict(chalcogenide_equivalents=-0.1), "chalcogenide_equivalents must be zero or more"),
    ],
)
def test_impossible_flasks_are_refused_in_one_sentence(kwargs, words):
    with pytest.raises(ValueError, match=r".") as error:
        flask(**kwargs)
    assert words in str(error.value)
    assert "\n" not in str(error.value)


def test_lognormal_sizes_have_their_mean_and_dispersion():
    of = flask(dots=(Dots("CdS", "CdS", 4.26, 100.0, size_dispersion=0.1, size_law="lognormal"),), particles=200_000)
    radii = sample(of, np.random.default_rng(4)).radii_nm
    assert radii.mean() == pytest.approx(2.13, rel=2e-3)
    assert radii.std() / 2.13 == pytest.approx(0.1, rel=0.03)
    assert np.mean(((radii - radii.mean()) / radii.std()) ** 3) > 0.2  # skewed to large dots


def test_covers_scatter_about_the_mean_of_their_dose():
    of = flask(dots=(Dots("CdS", "CdS", 4.26, 100.0, cover_dispersion=0.05),), particles=100_000)
    covers = sample(of, np.random.default_rng(5), np.array([0.588])).covers
    assert covers.mean() == pytest.approx(0.588, rel=1e-3)
    assert covers.std() / 0.588 == pytest.approx(0.05 * 0.98658, rel=1e-2)
