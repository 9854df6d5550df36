"""Neck growth: limits, exact steps, the slow integration of the same equations, and the ramp's fusion temperature."""

import math

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from physics.fusion.doublet import coalescence_neck_nm
from physics.fusion.energetics import fuse
from physics.fusion.melting import molten_layer_nm, skin_onset_c
from physics.fusion.necks import (
    LAWS,
    SURFACE_DIFFUSION,
    VISCOUS,
    fusion_temperature_c,
    kuczynski_rate_nm7_s,
    neck_after_nm,
    neck_growth,
    neck_parameters,
    strain_of_neck,
    viscous_strain_rate_s,
)
from physics.materials import atomic_spacing_nm, material

PAIRS = [(3.0, 3.0), (4.3, 3.05), (1.5, 4.0)]
BOTH = sorted(LAWS)
TEMPERATURE_K = 413.15
# seconds in which each law passes through its whole course at 140 C
SPANS = {"viscous": 1e-7, "surface-diffusion": 1.0}


def step(neck, rest, radii, seconds, law, skin=0.3, temperature_k=TEMPERATURE_K):
    return neck_after_nm(neck, rest, *radii, skin, neck_parameters("CdSe"), temperature_k, seconds, LAWS[law])


def rest_of(radii):
    return fuse("CdSe", radii[0], "CdSe", radii[1], 140.0).neck_radius_nm


@pytest.mark.parametrize("law", BOTH)
@pytest.mark.parametrize("radii", PAIRS)
def test_two_half_steps_are_one_step(law, radii):
    rest = rest_of(radii)
    for start in (0.0, 0.3 * rest, 0.9 * rest):
        for seconds in SPANS[law] * np.logspace(-6, 0, 9):
            whole = step(start, rest, radii, seconds, law)
            half = step(step(start, rest, radii, 0.5 * seconds, law), rest, radii, 0.5 * seconds, law)
            third = step(step(start, rest, radii, seconds / 3, law), rest, radii, 2 * seconds / 3, law)
            assert half == pytest.approx(whole, rel=1e-9)
            assert third == pytest.approx(whole, rel=1e-9)


@pytest.mark.parametrize("law", BOTH)
@pytest.mark.parametrize("radii", PAIRS)
def test_necks_only_grow_and_reach_the_equilibrium(law, radii):
    rest = rest_of(radii)
    necks = [step(0.1, rest, radii, seconds, law) for seconds in SPANS[law] * np.logspace(-9, 3, 60)]
    assert np.all(np.diff(necks) >= 0.0)
    assert necks[0] >= 0.1
    assert max(necks) <= rest
    assert necks[-1] == pytest.approx(rest, rel=1e-12)
    assert strain_of_neck(necks[-1], *radii) == pytest.approx(fuse("CdSe", radii[0], "CdSe", radii[1], 140.0).strain)


@pytest.mark.parametrize("law", BOTH)
def test_fused_is_fused_and_a_dry_pair_stays(law):
    assert step(1.5, 1.0, (3.0, 3.0), 1e9, law) == 1.5
    assert step(0.2, 1.0, (3.0, 3.0), 1e9, law, skin=0.0) == 0.2
    assert step(0.2, 1.0, (3.0, 3.0), 0.0, law) == 0.2
    below = skin_onset_c("CdSe", 3.0) - 1.0
    assert np.all(neck_growth("CdSe", 3.0, below, [0.0, 1.0, 1e6], law) == 0.0)
    assert neck_growth("CdSe", 3.0, below + 2.0, 1e6, law) > 0.0


@pytest.mark.parametrize("law", BOTH)
def test_the_same_pair_either_way_round(law):
    assert step(0.2, 1.0, (4.3, 3.05), 1e-9, law) == pytest.approx(step(0.2, 1.0, (3.05, 4.3), 1e-9, law), rel=1e-12)


@pytest.mark.parametrize("law", BOTH)
def test_a_molten_pair_becomes_one_sphere(law):
    necks = neck_growth("CdSe", 3.0, 250.0, [0.0, 1e3], law)
    assert necks[0] == 0.0
    assert necks[1] == pytest.approx(coalescence_neck_nm(3.0, 3.0), rel=1e-12)


def test_short_times_are_the_published_laws():
    parameters, rest = neck_parameters("CdSe"), rest_of((3.0, 3.0))
    rate = viscous_strain_rate_s(parameters, 3.0)
    assert rate == pytest.approx(0.1 / (2 * 0.6 * 3e-9), rel=1e-12)  # gam/(2 eta R) in SI
    seconds = 1e-6 / rate
    assert strain_of_neck(step(0.0, rest, (3.0, 3.0), seconds, "viscous"), 3.0, 3.0) == pytest.approx(1e-6, rel=1e-4)
    boltzmann, charge = 1.380649e-23, 1.602176634e-19
    diffusivity = 1.4e-6 * math.exp(-0.857 * charge / (boltzmann * TEMPERATURE_K))
    spacing = atomic_spacing_nm(material("CdSe")) * 1e-9
    kuczynski = 56 * 0.1 * diffusivity * spacing**4 / (boltzmann * TEMPERATURE_K) * (3e-9) ** 3  # m7/s
    assert kuczynski_rate_nm7_s(parameters, 3.0, TEMPERATURE_K) == pytest.approx(kuczynski * 1e63, rel=1e-9)
    first, second = (step(0.0, rest, (3.0, 3.0), t, "surface-diffusion") for t in (1e-9, 128e-9))
    assert second / first == pytest.approx(2.0, rel=1e-4)  # x ~ t^(1/7)


@pytest.mark.parametrize("law", BOTH)
@pytest.mark.parametrize("radii", PAIRS)
def test_slow_integration_of_the_neck_radius_itself(law, radii):
    """The twin knows neither y nor its closed form: it integrates da/dt with a slope taken by differences."""
    rest, start, span = rest_of(radii), 0.3, SPANS[law]
    parameters = neck_parameters("CdSe")
    reduced = 2.0 / (1.0 / radii[0] + 1.0 / radii[1])

    def growth(_, state):
        a = state[0]
        if law == "viscous":
            slope = (strain_of_neck(a + 1e-4, *radii) - strain_of_neck(a - 1e-4, *radii)) / 2e-4
            share = strain_of_neck(a, *radii) / strain_of_neck(rest, *radii)
            return [viscous_strain_rate_s(parameters, reduced) * (1.0 - share) / slope]
        return [kuczynski_rate_nm7_s(parameters, reduced, TEMPERATURE_K) * (1.0 - (a / rest) ** 7) / (7.0 * a**6)]

    times = span * np.array([1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0])
    slow = solve_ivp(growth, (0.0, span), [start], method="LSODA", t_eval=times, rtol=1e-9, atol=1e-12)
    fast = [step(start, rest, radii, t, law) for t in times]
    assert np.ptp(fast) > 0.3
    np.testing.assert_allclose(slow.y[0], fast, rtol=2e-6)


def test_unlike_materials_take_means():
    lead, selenide = neck_parameters("PbS"), neck_parameters("CdSe")
    pair = neck_parameters("PbS", "CdSe")
    assert pair == pytest.approx(neck_parameters("CdSe", "PbS"), rel=1e-12)
    assert neck_parameters("CdSe", "CdSe") == pytest.approx(selenide, rel=1e-12)
    assert pair.diffusion_energy == pytest.approx((lead.diffusion_energy + selenide.diffusion_energy) / 2)
    assert (
        min(lead.layer_volume, selenide.layer_volume)
        < pair.layer_volume
        < max(lead.layer_volume, selenide.layer_volume)
    )


def test_activation_energies_follow_the_melting_points():
    for name in ("CdSe", "CdS", "PbS"):
        known = material(name)
        wanted = 13 * known.bulk_melting_k * 4.184 / 6.02214076e23 / 1.602176634e-19
        assert known.surface_diffusion_ev == pytest.approx(wanted, abs=6e-4)
        for field in ("skin_viscosity_pa_s", "surface_diffusion_m2_s", "surface_diffusion_ev"):
            assert known.sources[field].standing == "assumed"


def test_fusion_temperature_against_inverse_radius():
    """Printed with -s; a straight line in 1/R would show r^2 near 1, and neither law does."""
    radii = np.array([1.5, 2.0, 2.5, 3.0, 3.5, 4.0])
    for law in BOTH:
        found = fusion_temperature_c("CdSe", radii, law)
        r2 = np.corrcoef(1.0 / radii, found)[0, 1] ** 2
        print(f"\n  {law}: " + " ".join(f"{r:g} nm {t:.1f} C" for r, t in zip(radii, found, strict=True)), end="")
        print(f"   r^2 against 1/R {r2:.3f}", end="")
        assert np.all(np.diff(found) > 0.0)
        assert 0.5 < r2 < 0.9
        for radius, celsius in zip(radii, found, strict=True):
            # no half-fused neck before there is a skin, none later than the equilibrium asks by more than 2 K
            assert molten_layer_nm("CdSe", radius, celsius) > 0.0
            late = fuse("CdSe", radius, "CdSe", radius, celsius + 2.0).neck_radius_nm
            early = fuse("CdSe", radius, "CdSe", radius, celsius - 2.0).neck_radius_nm
            assert early < 0.5 * coalescence_neck_nm(radius, radius) <= late


def test_a_slow_surface_delays_fusion_and_faster_heating_too():
    slow, fast = (fusion_temperature_c("CdSe", 2.0, "surface-diffusion", heating_k_min=rate) for rate in (5.0, 1e9))
    assert fast > slow + 1.0
    assert math.isnan(fusion_temperature_c("CdSe", 3.0, "surface-diffusion", heating_k_min=1e20))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"law": "viscouss"}, "law must be one of .*did you mean 'viscous'"),
        ({"radius_nm": -1.0}, "radius_nm must be above zero, got -1"),
        ({"radius_b_nm": 0.0}, "radius_b_nm must be above zero"),
        ({"times_s": [-1.0]}, "times_s must not be negative"),
        ({"temperature_c": -300.0}, "temperature_c in kelvin must be above zero"),
        ({"start_neck_nm": 9.0}, "start_neck_nm must not exceed"),
        ({"rule": "globe"}, "rule must be one of .*did you mean 'global'"),
        ({"substance": "PbSe"}, "skin_decay_nm|solid_liquid|known"),
    ],
)
def test_bad_arguments(change, sentence):
    good = {"substance": "CdSe", "radius_nm": 3.0, "temperature_c": 140.0, "times_s": [1.0], "law": "viscous"}
    with pytest.raises(ValueError, match=sentence):
        neck_growth(**{**good, **change})
    assert VISCOUS != SURFACE_DIFFUSION
