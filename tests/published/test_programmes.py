"""Heating programmes, neck growth, contacts, dispersion: what the engine promises of every built-in recipe."""

from dataclasses import replace

import numpy as np
import pytest

from assembly import simulate
from physics.fusion.energetics import fuse
from runs.recipe import load
from runs.recipe_files import built_in_names

HEAT_AND_COOL = ((0.0, 25.0), (5.0, 150.0), (25.0, 150.0), (30.0, 190.0), (35.0, 190.0), (50.0, 40.0))
HOTTEST_C, LAST_HOT_S = 190.0, 35.0 * 60.0
NECK_GROWTHS = ("at-once", "viscous", "surface-diffusion")
RADIUS_NM = 2.13  # of the dots of cds-dimers


def flask(dispersion=0.0, cover=0.0, **changed):
    given = load("cds-dimers", {"simulation.particles": 3000, "simulation.replicas": 1}).flask()
    (dots,) = given.dots
    return replace(given, dots=(replace(dots, size_dispersion=dispersion, cover_dispersion=cover),), **changed)


def resting_strain(temperature_c):
    return fuse("CdS", RADIUS_NM, "CdS", RADIUS_NM, temperature_c).strain


def dimer_rows(made):
    return np.flatnonzero(made.clusters["size"][made.bonds["cluster"]] == 2)


@pytest.mark.parametrize("law", NECK_GROWTHS)
def test_a_neck_never_shrinks_over_heating_and_cooling(law):
    """The same flask cut off at every corner of its programme: the same bonds, each with a neck at least as wide."""
    earlier, gain = None, 0.0
    for corners in range(2, len(HEAT_AND_COOL) + 1):
        made = simulate(flask(dispersion=0.05, neck_growth=law, programme=HEAT_AND_COOL[:corners]))
        assert made.violations == 0
        now = made.bonds
        if earlier is not None:
            old = earlier["time_s"].size
            for column in ("time_s", "first", "second"):
                assert np.array_equal(now[column][:old], earlier[column]), column
            change = now["neck_radius_nm"][:old] - earlier["neck_radius_nm"]
            assert change.min() >= 0.0 if old else True
            gain = max(gain, change.max() if old else 0.0)
        earlier = now
    print(f"{law}: {now['time_s'].size} bonds, the neck that grew most after a corner gained {gain:.2f} nm")
    assert gain > 0.1


def test_fused_is_fused_when_the_flask_cools():
    made = simulate(flask(programme=HEAT_AND_COOL))
    rows = dimer_rows(made)
    strain, times = made.bonds["strain"][rows], made.bonds["time_s"][rows]
    wanted = resting_strain(HOTTEST_C)
    hot, cold = strain[times < LAST_HOT_S], strain[times > LAST_HOT_S]
    print(
        f"at rest at {HOTTEST_C:g} C {wanted:.4f}, at 150 C {resting_strain(150.0):.4f}; bonds made by the end of the"
    )
    print(
        f"  hottest hold: {hot.min():.4f} to {hot.max():.4f}; made while cooling: {cold.min():.4f} to {cold.max():.4f}"
    )
    assert hot.min() >= wanted * (1.0 - 1e-9)
    assert hot.max() <= wanted * (1.0 + 1e-9)
    assert cold.min() < 0.9 * wanted  # a bond that was never that hot is not that fused


@pytest.mark.parametrize("law", NECK_GROWTHS[1:])
@pytest.mark.parametrize("temperature_c", [130.0, 150.0, 190.0])
def test_both_neck_laws_come_to_rest_within_a_minute_of_an_isothermal_hour(law, temperature_c):
    made = simulate(flask(neck_growth=law, temperature_c=temperature_c))
    rows = dimer_rows(made)
    old = made.bonds["time_s"][rows] < 3600.0 - 60.0
    strain, wanted = made.bonds["strain"][rows], resting_strain(temperature_c)
    print(f"{law} at {temperature_c:g} C: {old.sum()} bonds older than a minute, strain over that at rest")
    print(f"  {strain[old].min() / wanted:.6f} to {strain[old].max() / wanted:.6f}")
    assert made.violations == 0
    assert old.sum() > 20
    assert strain[old] == pytest.approx(wanted, rel=1e-3)
    assert strain.max() <= wanted * (1.0 + 1e-9)


def test_surface_diffusion_takes_its_time_and_a_viscous_skin_hardly_any():
    """Dots without much of a barrier bond within 0.1 s: too soon for necks that grow by diffusion (0.1 s to 88 %)."""
    given = flask(temperature_c=150.0, time_min=0.1 / 60.0)
    (dots,) = given.dots
    given = replace(given, dots=(replace(dots, attachment_energy_ev=0.8),))
    wanted, found = resting_strain(150.0), {}
    for law in NECK_GROWTHS:
        made = simulate(replace(given, neck_growth=law))
        found[law] = made.bonds["strain"][dimer_rows(made)] / wanted
        print(
            f"{law}: {found[law].size} dimers in 0.1 s at 150 C, strain over that at rest: mean {found[law].mean():.4f}"
        )
        assert found[law].size > 20
        assert found[law].max() <= 1.0 + 1e-9
    assert found["at-once"].min() == pytest.approx(1.0)
    assert found["viscous"].mean() == pytest.approx(1.0, abs=1e-3)
    assert found["surface-diffusion"].mean() < 0.8


def dimers_of_objects(made):
    of, size = made.clusters["replica"], made.clusters["size"]
    return np.bincount(of[size == 2], minlength=made.flask.replicas) / np.bincount(of)


def two_sample_z(one, other):
    error = np.sqrt(one.var(ddof=1) / one.size + other.var(ddof=1) / other.size)
    return (one.mean() - other.mean()) / error


def test_contacts_as_events_agree_with_quasi_steady_ones():
    many = dict(particles=2000, replicas=40)
    quick, events = (
        simulate(flask(contacts=how, seed=seed, **many)) for how, seed in (("quasi-steady", 401), ("explicit", 402))
    )
    assert quick.violations == events.violations == 0
    one, other = dimers_of_objects(quick), dimers_of_objects(events)
    z = two_sample_z(one, other)
    print(f"dimers of objects: quasi-steady {one.mean():.4f}, explicit {other.mean():.4f}, z = {z:.2f}")
    print(f"  {events.proposals / events.events:.1f} contacts for every one that fused")
    assert abs(z) < 3.5
    assert events.proposals > 5 * events.events  # most contacts part again, or nothing was tested
    off = dimers_of_objects(simulate(flask(seed=403, time_min=54.0, **many)))
    assert abs(two_sample_z(one, off)) > 3.5  # an hour that lacks a tenth is told apart


def test_dispersion_beside_alike_dots():
    found = {}
    for temperature in (150.0, 210.0):
        for size, cover in ((0.0, 0.0), (0.05, 0.03)):
            made = simulate(flask(size, cover, temperature_c=temperature, particles=20_000, replicas=3))
            assert made.violations == 0
            summary = made.summary()
            shown = {name: summary["dimer_yield"][name] for name in ("of_objects", "resolvable")}
            found[temperature, size] = {name: share["value"] for name, share in shown.items()}
            line = ", ".join(
                f"{name} {share['value']:.3f} ({share['low']:.3f} to {share['high']:.3f})"
                for name, share in shown.items()
            )
            print(f"{temperature:g} C, {size:.0%} size, {cover:.0%} cover: dimers {line}")
            print(f"  coalesced {summary['bond_states']['coalesced']:.3f}, acceptance {summary['acceptance']:.3f}")
            assert summary["acceptance"] >= 0.25
    for temperature in (150.0, 210.0):
        # Uneven dots are less selective, but no other chemistry.
        assert -0.12 < found[temperature, 0.05]["of_objects"] - found[temperature, 0.0]["of_objects"] < 0.0
    # At 210 C the smaller half melts through: fused beyond what a micrograph tells from one dot.
    assert found[210.0, 0.05]["resolvable"] < 0.7 * found[210.0, 0.0]["resolvable"]


@pytest.mark.parametrize("name", built_in_names())
def test_every_built_in_recipe_accepts_a_third_and_exceeds_no_majorant(name):
    made = simulate(load(name, {"simulation.particles": 5000, "simulation.replicas": 1}).flask())
    acceptance = made.summary()["acceptance"]
    print(f"{name}: acceptance {acceptance:.3f}, {made.events} events, {made.violations} violations")
    assert made.events > 100
    assert made.violations == 0
    assert acceptance >= 0.3
