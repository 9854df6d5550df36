"""Surface melting: analytic facts, limits, rules and bad input."""

import math

import numpy as np
import pytest

from physics.fusion import melting
from physics.fusion.melting import (
    GLOBAL,
    HEATING,
    THERMAL,
    melting_cost_ev_nm3,
    melting_free_energy_ev,
    melting_parameters,
    melting_point_c,
    molten_layer_nm,
    skin_energy_ev,
    skin_nm,
    skin_onset_c,
    spreading_ev_nm2,
)
from physics.units import EV_NM2_PER_J_M2

CDSE = melting_parameters("CdSe")


def random_dots(count, seed):
    rng = np.random.default_rng(seed)
    return zip(rng.uniform(0.8, 6.0, count), rng.uniform(300.0, 560.0, count), strict=True)


def test_parameters_in_house_units():
    assert pytest.approx(0.085 * 6.241509, rel=1e-6) == CDSE.solid_liquid_tension
    assert CDSE.latent_density / 6.241509e-9 == pytest.approx(0.4 * 1.360e9, rel=1e-3)
    assert pytest.approx(120e3 / 96485.332, rel=1e-8) == CDSE.ligand_enthalpy


def test_energy_at_both_ends():
    for radius, kelvin in random_dots(50, 1):
        assert skin_energy_ev(CDSE, radius, 0.0, kelvin) == 0.0
        molten = radius * melting_cost_ev_nm3(CDSE, kelvin) / 3 - CDSE.solid_liquid_tension
        expected = 4 * math.pi * radius**2 * (molten - spreading_ev_nm2(CDSE, kelvin))
        assert skin_energy_ev(CDSE, radius, radius, kelvin) == pytest.approx(expected, rel=1e-12)


def test_energy_is_the_written_formula():
    radius, layer, kelvin = 3.0, 0.41, 430.0
    x, core = 1 - layer / radius, radius - layer
    s, dgv = spreading_ev_nm2(CDSE, kelvin), melting_cost_ev_nm3(CDSE, kelvin)
    free_surface = 0.7  # of the liquid: it cancels, and so does the solid's, S + gsl + glv
    expected = (
        4 * math.pi * radius**2 * (free_surface - (s + CDSE.solid_liquid_tension + free_surface))
        + 4 * math.pi * core**2 * (CDSE.solid_liquid_tension + s * math.exp(-layer / CDSE.skin_decay))
        + 4 * math.pi / 3 * (radius**3 - core**3) * dgv
    )
    assert x > 0
    assert skin_energy_ev(CDSE, radius, layer, kelvin) == pytest.approx(expected, rel=1e-12)


def test_spreading_above_and_below_the_hinge():
    assert spreading_ev_nm2(CDSE, 520.0) == pytest.approx(0.0992 * EV_NM2_PER_J_M2, rel=1e-3)
    assert spreading_ev_nm2(CDSE, 363.15) / EV_NM2_PER_J_M2 == pytest.approx(-0.015, abs=0.001)
    below = (spreading_ev_nm2(CDSE, 351.0) - spreading_ev_nm2(CDSE, 350.0)) / EV_NM2_PER_J_M2
    assert below == pytest.approx(120e3 * 6e18 / 6.02214076e23 / 401.3, rel=0.03)  # Gam dH/(NA Th) = 3.0 mJ/m2/K


def test_the_skin_is_a_stationary_minimum():
    met = 0
    for radius, kelvin in random_dots(400, 2):
        layer = skin_nm(CDSE, radius, kelvin, HEATING, 600.0)
        if 0.0 < layer < radius:
            met += 1
            step = 1e-4 * radius
            here, left, right = (skin_energy_ev(CDSE, radius, layer + d, kelvin) for d in (0.0, -step, step))
            assert here < left
            assert here < right
            scale = 4 * math.pi * radius**2 * CDSE.solid_liquid_tension
            assert (
                abs(
                    melting._slope(
                        layer / radius,
                        CDSE.solid_liquid_tension,
                        spreading_ev_nm2(CDSE, kelvin),
                        radius / CDSE.skin_decay,
                        radius * melting_cost_ev_nm3(CDSE, kelvin),
                    )[0]
                )
                < 1e-9 * scale
            )
    assert met > 100


def test_slope_is_the_derivative():
    for radius, kelvin in random_dots(50, 3):
        u, step = 0.23, 1e-5
        numeric = (
            skin_energy_ev(CDSE, radius, (u + step) * radius, kelvin)
            - skin_energy_ev(CDSE, radius, (u - step) * radius, kelvin)
        ) / (2 * step)
        h, _ = melting._slope(
            u,
            CDSE.solid_liquid_tension,
            spreading_ev_nm2(CDSE, kelvin),
            radius / CDSE.skin_decay,
            radius * melting_cost_ev_nm3(CDSE, kelvin),
        )
        assert -4 * math.pi * radius**2 * (1 - u) * h == pytest.approx(numeric, rel=1e-6, abs=1e-6)


def test_onset_and_melting_conditions():
    kelvin = skin_onset_c("CdSe", 3.0) + 273.15
    s, drive = spreading_ev_nm2(CDSE, kelvin), 3.0 * melting_cost_ev_nm3(CDSE, kelvin)
    assert s * (2 + 3.0 / CDSE.skin_decay) + 2 * CDSE.solid_liquid_tension == pytest.approx(drive, rel=1e-6)
    kelvin = melting_point_c("CdSe", 1.0) + 273.15
    s, drive = spreading_ev_nm2(CDSE, kelvin), 1.0 * melting_cost_ev_nm3(CDSE, kelvin)
    assert s + CDSE.solid_liquid_tension == pytest.approx(drive / 3, rel=1e-6)
    assert math.isnan(skin_onset_c("CdSe", 1.0))


def test_a_common_factor_of_all_energies_changes_nothing():
    names = ("solid_liquid_tension", "spreading", "ligand_density", "latent_density")
    other = CDSE._replace(**{name: 1.7 * getattr(CDSE, name) for name in names})
    for radius, kelvin in random_dots(100, 4):
        assert skin_nm(other, radius, kelvin, GLOBAL, 1.0) == pytest.approx(
            skin_nm(CDSE, radius, kelvin, GLOBAL, 1.0), rel=1e-9
        )


def test_rules_melt_in_order():
    for radius, kelvin in random_dots(300, 5):
        lowest, held, latest = (skin_nm(CDSE, radius, kelvin, rule, 600.0) for rule in (GLOBAL, THERMAL, HEATING))
        assert lowest >= held >= latest
    points = [melting_point_c("CdSe", 2.5, rule) for rule in ("global", "thermal", "heating")]
    assert points[0] < points[1] < points[2]
    held = [melting_point_c("CdSe", 3.0, "thermal", hold_s) for hold_s in (1e-3, 1.0, 600.0, 1e9)]
    assert held == sorted(held, reverse=True)
    assert held[0] > held[-1] + 1.0


def test_skin_grows_with_temperature_until_it_melts_for_good():
    for radius in (0.8, 1.3, 2.0, 3.0, 5.0):
        for rule in ("global", "thermal", "heating"):
            assert np.all(np.diff(molten_layer_nm("CdSe", radius, np.arange(25.0, 372.0, 0.5), rule)) >= 0.0)


def test_a_skin_thinner_than_any_grid_cell_is_not_called_molten():
    layer = molten_layer_nm("CdSe", 3.0, skin_onset_c("CdSe", 3.0) + 1e-4)
    assert 0.0 < layer < 1e-4


def test_scalars_and_arrays():
    assert isinstance(molten_layer_nm("CdSe", 3, 140), float)
    grid = molten_layer_nm("CdSe", np.array([[2.0], [3.0]]), [100.0, 140.0, 180.0])
    assert grid.shape == (2, 3)
    assert grid[1, 1] == molten_layer_nm("CdSe", 3.0, 140.0)
    assert molten_layer_nm("CdSe", np.empty(0), 140.0).shape == (0,)
    assert melting_free_energy_ev("CdSe", 3.0, [0.0, 0.3], 140.0)[1] < 0.0


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"substance": "CdSee"}, r"material must be one of .*did you mean 'CdSe'"),
        ({"substance": "PbSe"}, r"known solid_liquid_tension_j_m2.*PbSe"),
        ({"radius_nm": -3.0}, "radius_nm must be above zero, got -3"),
        ({"radius_nm": 0.0}, "radius_nm must be above zero"),
        ({"radius_nm": math.nan}, "radius_nm must be finite, got nan"),
        ({"radius_nm": "wide"}, "radius_nm must be a number"),
        ({"radius_nm": None}, "radius_nm must be finite"),
        ({"temperature_c": math.inf}, "temperature_c must be finite"),
        ({"temperature_c": -300.0}, "temperature_c in kelvin must be above zero"),
        ({"rule": "globl"}, r"rule must be one of global, thermal, heating, got 'globl', did you mean 'global'"),
        ({"rule": 0}, "rule must be one of"),
        ({"hold_s": 0.0}, "hold_s must be above zero"),
        ({"radius_nm": [1.0, 2.0], "temperature_c": [1.0, 2.0, 3.0]}, r"radius_nm and temperature_c must broadcast"),
    ],
)
def test_bad_input(change, sentence):
    with pytest.raises(ValueError, match=sentence):
        molten_layer_nm(**({"substance": "CdSe", "radius_nm": 3.0, "temperature_c": 140.0} | change))


def test_bad_layer():
    with pytest.raises(ValueError, match=r"layer_nm must not exceed radius_nm, got 3\.1"):
        melting_free_energy_ev("CdSe", 3.0, [0.1, 3.1], 140.0)
    with pytest.raises(ValueError, match="layer_nm must not be negative"):
        melting_free_energy_ev("CdSe", 3.0, -0.1, 140.0)
