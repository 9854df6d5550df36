"""Hamilton 2023 in two dimensions: families, regions and beats at the paper's addresses; what is reached and what not.

Every table is printed (pytest -s). The model is fitted to the numbers of 3.0 nm / 9 % (frequencies, dephasing times as
h/FWHM, rough addresses); 2.8 nm / 5 % and 2.8 nm / 9 % are not fitted. Pulses (18600 cm-1, 12 fs) and the optical
dephasing of 100 fs are assumed: all that the paper says of its pulses is that the H band falls on their blue edge, as
it does here (half the height of their spectrum is at 19213 cm-1; H2- has its mean at 19148, H2+ at 20263).

Reached: the three frequencies and h/FWHM times; rho_III the strongest at 9 %; rho_I the strongest at (18566, 18324)
with the other families as satellites. In part: rho_III at (19163, 18808), level with rho_I and with the beats of L with
H: it is the strongest of the paper's three in seven draws of 4000 dimers out of ten, of all beats in three.

Not reached, and why:
- At (18203, 17573) and (17905, 17018) the strongest beat is that of L with H, 1310 to 1340 cm-1. Signal (rephasing,
  non-rephasing, absorptive), window and length of t2, optical dephasing of 30 to 200 fs, pulses of 8 to 20 fs about
  18200 to 18800 cm-1 or none, a gate by the local oscillator, ESA with B_XX of 200 or 400 cm-1: nothing of it changes
  that, because nothing is there. The map has 4 % of its maximum, all of it the wings of lines elsewhere: w1 - w3 = 630
  lies in the model's gap between rho_III (below 515) and rho_II (above 826), and 17018 lies 2.2 deviations below the
  lowest bright level. The caption of Fig. 4 compares "computed and measured traces" and names two addresses for each
  panel, and the text places panel a at the triangles of Figs. 3a (computed) and 3d (measured): the first of each pair
  may then belong to the computed map, the second to the measured one, whose axes differ by up to 1800 cm-1; read so,
  the computed map is not asked. Below 1000 cm-1, where the paper's three families lie, rho_II is the strongest at both.
- Excited-state absorption (left out by the paper, whose states are the ground and one-exciton ones) all but cancels the
  beats of L with H: two labels that do not couple are uncoupled oscillators but for B_XX. rho_III is weakened alike.
- The 70 fs beat does not give way to the 40 fs one. By h/FWHM rho_II lasts 2.5 times longer; but both spectra are
  one-sided, rho_II's from its edge 2|V| up, rho_III's from the mirrored edge Delta - 2|V| down, and what is left of
  either at long times is its edge. In the sum over all addresses rho_II therefore gains on rho_III but does not
  overtake it to stay; at one address both are prolonged alike by the choice of w1 - w3.
- Separate regions at 2.8 nm / 5 %: see test_regions.
"""

from __future__ import annotations

import numpy as np
import pytest

from physics.excitons.quasi_homodimers import quasi_homodimers
from physics.spectra.coherences import beats_in_time, frequency_map, strongest_beats, trace
from physics.spectra.families import beats, coherence_table, decay, region, touching_deviations
from physics.spectra.pulses import Pulse
from physics.spectra.response import two_dimensional

pytestmark = pytest.mark.slow

ENSEMBLES = {"3.0 nm / 9 %": (3.0, 0.09), "2.8 nm / 5 %": (2.8, 0.05), "2.8 nm / 9 %": (2.8, 0.09)}
FAMILIES = ("rho_I", "rho_II", "rho_III", "rho_LH")
SEEDS, DIMERS = range(10), 4000
PULSE = Pulse(18600.0, 12.0)
COMPUTED = ((18566.0, 18324.0), (19163.0, 18808.0))  # first of each panel of Fig. 4: rho_I, rho_III
MEASURED = ((18203.0, 17573.0), (17905.0, 17018.0))  # second of each
T, WAIT = np.arange(96) * 4.0, np.arange(160) * 5.0


def dimers(name, seed):
    return quasi_homodimers(*ENSEMBLES[name], DIMERS, np.random.default_rng(seed))


def spectra(many, **question):
    response = two_dimensional(many, T, WAIT, T, pulses=PULSE, optical_dephasing_fs=100.0, reference_cm1=18600.0,
                               tolerance=1e-4, **question)  # fmt: skip
    return frequency_map(response)


@pytest.fixture(scope="module")
def tables():
    """{ensemble: {column: (seeds, families)}}, printed as median and range over the seeds."""
    found = {}
    for name in ENSEMBLES:
        rows = [coherence_table(dimers(name, seed), PULSE) for seed in SEEDS]
        assert tuple(rows[0].family.values) == FAMILIES
        found[name] = {column: np.array([row[column].values for row in rows]) for column in rows[0].data_vars}
        for number, family in enumerate(FAMILIES):
            values = {column: array[:, number] for column, array in found[name].items()}
            print(name, family, *(f"{column} {np.median(x):.4g} [{x.min():.4g}, {x.max():.4g}]"
                                  for column, x in values.items()), sep="  ")  # fmt: skip
    return found


def test_families_of_the_fitted_ensemble(tables):
    own = tables["3.0 nm / 9 %"]
    frequency = np.median(own["frequency_cm1"], axis=0)
    for value, (low, high) in zip(frequency, ((120, 140), (830, 870), (465, 505)), strict=False):
        assert low <= value <= high
    times = np.median(own["dephasing_h_over_fwhm_fs"], axis=0)[:3]
    np.testing.assert_allclose(times, [750.0, 275.0, 115.0], rtol=0.2)
    assert (np.argmax(own["weight"], axis=1) == FAMILIES.index("rho_III")).all()
    # the other readings of "dephasing time" are far shorter and reach the paper's for no family
    assert (np.median(own["dephasing_one_over_e_fs"], axis=0)[:3] < [450.0, 65.0, 50.0]).all()
    assert (np.median(own["dephasing_integral_fs"], axis=0)[:3] < [550.0, 95.0, 75.0]).all()


def test_ensembles_that_are_not_fitted(tables):
    """The paper: larger dots have smaller transition frequencies between the states; less disorder lasts longer."""
    median = {name: {column: np.median(x, axis=0) for column, x in own.items()} for name, own in tables.items()}
    wide, narrow, small = (median[name] for name in ENSEMBLES)
    for other in (narrow, small):
        assert (other["frequency_cm1"] > wide["frequency_cm1"]).all()
    assert (narrow["dephasing_h_over_fwhm_fs"] > small["dephasing_h_over_fwhm_fs"]).all()
    np.testing.assert_allclose(narrow["frequency_cm1"], [169.5, 856.5, 504.5, 1357.5], rtol=0.01)
    np.testing.assert_allclose(small["frequency_cm1"], [156.0, 856.5, 495.0, 1344.5], rtol=0.015)
    # rho_III owes its first place to 9 % of disorder and to the pulses' red flank
    assert narrow["weight"][1] > 2.0 * narrow["weight"][2]
    assert small["weight"][1] == pytest.approx(small["weight"][2], rel=0.15)


def test_regions():
    """At 9 % the three regions, drawn with the widths of the transitions, all touch within 1.4 deviations; at 2.8 nm /
    5 % rho_II's is apart from both others there, but those of rho_I and rho_III, neighbours on the diagonal, touch at
    0.9: not all separate (they do in ellipses of half the deviation, in which they touch at 9 %).
    """
    touch = {}
    for name in ENSEMBLES:
        regions = {family: region(dimers(name, 0), family, PULSE) for family in FAMILIES[:3]}
        touch[name] = [touching_deviations(regions[a], regions[b])
                       for a, b in (("rho_I", "rho_II"), ("rho_I", "rho_III"), ("rho_II", "rho_III"))]  # fmt: skip
        print(name, "regions touch at (I-II, I-III, II-III) deviations", np.round(touch[name], 2))
    assert max(touch["3.0 nm / 9 %"]) < 1.4
    assert max(touch["2.8 nm / 9 %"]) < 1.4
    apart = touch["2.8 nm / 5 %"]
    assert min(apart[0], apart[2]) > 1.5
    assert 0.8 < apart[1] < 1.0  # not reached: separate
    assert touch["3.0 nm / 9 %"][1] < 0.5 < apart[1]


@pytest.fixture(scope="module")
def maps():
    """Per seed: the strongest beat at the four addresses, the same below 1000 cm-1, and the share of the maximum."""
    rows = []
    for seed in SEEDS:
        own = spectra(dimers("3.0 nm / 9 %", seed), pathways=("GSB", "SE"))
        addresses = COMPUTED + MEASURED
        strongest = [row["strongest_cm1"] for row in strongest_beats(own, addresses)]
        named = [row["strongest_cm1"] for row in strongest_beats(own, addresses, fastest_cm1=1000.0)]
        top = float(abs(own[:, 0]).max())
        shares = [float(abs(trace(own, *address)[0])) / top for address in addresses]
        rows.append((strongest, named, shares))
    strongest, named, shares = (np.array(column) for column in zip(*rows, strict=True))
    for number, address in enumerate(COMPUTED + MEASURED):
        kept = np.sort(named[:, number]).round()
        print(address, "strongest", np.sort(strongest[:, number]).round(), "below 1000", kept,
              f"|S| {shares[:, number].mean():.3f} of the maximum")  # fmt: skip
    return strongest, named, shares


def test_beats_at_the_computed_addresses(maps):
    strongest, named, shares = maps
    assert ((strongest[:, 0] > 100.0) & (strongest[:, 0] < 150.0)).all()  # rho_I
    first, third = named[:, 1] < 200.0, (named[:, 1] > 480.0) & (named[:, 1] < 560.0)
    assert (first | third).all()
    assert third.sum() > first.sum()  # the draw decides
    assert (shares[:, :2] > 0.15).all()


def test_nothing_is_at_the_measured_addresses(maps):
    strongest, named, shares = maps
    assert (shares[:, 2:] < 0.06).all()
    assert ((strongest[:, 2:] > 1280.0) & (strongest[:, 2:] < 1360.0)).all()  # wings of L with H
    assert ((named[:, 2:] > 760.0) & (named[:, 2:] < 880.0)).all()  # rho_II


@pytest.mark.parametrize("binding_cm1", [200.0, 400.0])
def test_beats_with_excited_state_absorption(binding_cm1):
    """Two values of B_XX beside the above: rho_I stays the strongest, rho_III and L with H are weakened."""
    many = dimers("3.0 nm / 9 %", 0)
    bare, full = spectra(many, pathways=("GSB", "SE")), spectra(many, binding_cm1=binding_cm1)
    found = [row["strongest_cm1"] for row in strongest_beats(full, COMPUTED + MEASURED)]
    print(f"with ESA, B_XX = {binding_cm1:g}: strongest", np.round(found))
    assert max(found[:2]) < 200.0
    early = [beats_in_time(trace(own, *COMPUTED[0]), [125.0, 510.0, 1320.0]).isel(t2=20).values for own in (bare, full)]
    ratios = [row[1:] / row[0] for row in early]
    print("rho_III and L-H against rho_I, without and with ESA:", np.round(ratios, 2))
    assert (ratios[1] < 0.5 * ratios[0]).all()


def test_the_70_fs_beat_does_not_give_way():
    """Fig. 4b, not reached: at the address of rho_III its beat stays ahead of rho_II's from 40 to 400 fs."""
    traces = [trace(spectra(dimers("3.0 nm / 9 %", seed), pathways=("GSB", "SE")), *COMPUTED[1]) for seed in range(4)]
    third, second = np.arange(450.0, 560.0, 10.0), np.arange(780.0, 920.0, 10.0)

    def power(chosen):
        return np.sqrt(sum(beats_in_time(one, chosen).max("w2") ** 2 for one in traces))

    ratio = (power(second) / power(third)).sel(t2=[40.0, 80.0, 160.0, 300.0, 400.0]).values
    print("rho_II against rho_III at", COMPUTED[1], "after 40, 80, 160, 300, 400 fs:", ratio.round(2))
    assert (ratio < 0.8).all()
    found, times = beats(dimers("3.0 nm / 9 %", 0), PULSE), np.arange(0.0, 500.0, 10.0)
    left = {name: own.weight.sum() * decay(own, times) for name, own in found.items()}
    gained = left["rho_II"] / left["rho_III"]
    print("in the sum over all addresses, after 0, 100, 200, 300, 400 fs:", gained[::10].round(2))
    assert gained[0] < 0.45 < np.median(gained[10:40]) < 1.0
