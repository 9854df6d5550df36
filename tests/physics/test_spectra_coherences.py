"""Maps, beats, coherence families, the phonon and the surroundings: against closed forms and the published numbers."""

import numpy as np
import pytest
from scipy.linalg import expm

from physics.excitons.quasi_homodimers import quasi_homodimers
from physics.excitons.states import ensemble_from_arrays
from physics.spectra.coherences import (
    absorptive_map,
    beat_map,
    beat_maxima,
    beat_spectrum,
    beats_in_time,
    frequency_map,
    strongest_beats,
    trace,
)
from physics.spectra.families import (
    Beats,
    beat_distribution,
    beats,
    coherence_intervals,
    coherence_table,
    decay,
    ellipse,
    full_width,
    longest_h_over_fwhm_fs,
    overlap,
    region,
    touching_deviations,
)
from physics.spectra.labels import family
from physics.spectra.pulses import Pulse
from physics.spectra.response import two_dimensional
from physics.spectra.vibrations import Phonon, phonon_factor, with_broadening, with_phonon
from physics.units import RADIANS_PER_FS_CM1

TIMES, WAITS = np.arange(64) * 5.0, np.arange(64) * 8.0
PULSE = Pulse(18600.0, 12.0)


def dimer():
    return ensemble_from_arrays([[18400.0, 18900.0]], [[[0.0, 0.0, 5.0], [3.0, 0.0, 3.0]]], np.zeros((1, 2, 2)))


@pytest.fixture(scope="module")
def rephasing():
    return two_dimensional(dimer(), TIMES, WAITS, TIMES, optical_dephasing_fs=60.0, reference_cm1=18650.0,
                           pathways=("SE",))  # fmt: skip


def test_peaks_stand_at_their_states(rephasing):
    found = beat_spectrum(frequency_map(rephasing, padding=2), padding=4)
    assert found.dims == ("w1", "w2", "w3")
    for sign, w1, w3 in ((1.0, 18400.0, 18900.0), (-1.0, 18900.0, 18400.0)):
        at = abs(found.sel(w2=sign * 500.0, method="nearest")).argmax(("w1", "w3"))
        assert abs(float(found.w1[at["w1"]]) - w1) < 30.0
        assert abs(float(found.w3[at["w3"]]) - w3) < 30.0
    drawn = beat_map(found, 500.0)
    assert drawn.dims == ("w1", "w3")
    high = float(drawn.sel(w1=18400.0, w3=18900.0, method="nearest"))
    assert float(drawn.sel(w1=18900.0, w3=18400.0, method="nearest")) == pytest.approx(high, rel=0.1)
    assert float(drawn.max()) == pytest.approx(high, rel=0.15)


def test_traces_beat_at_the_difference(rephasing):
    spectra = frequency_map(rephasing)
    beat = trace(spectra, 18900.0, 18400.0)
    assert beat.dims == ("t2",)
    (row,) = strongest_beats(spectra, [(18900.0, 18400.0)])
    assert row["strongest_cm1"] == pytest.approx(500.0, abs=20.0)


def test_a_moving_window_tells_when_a_beat_is_alive(rephasing):
    beat = trace(frequency_map(rephasing), 18900.0, 18400.0)
    two = np.cos(RADIANS_PER_FS_CM1 * np.where(WAITS < 250.0, 480.0, 850.0) * WAITS)
    found = beats_in_time(beat.copy(data=two + 0.0j), [480.0, 850.0])
    assert found.dims == ("t2", "w2")
    early, late = found.sel(t2=120.0).values, found.sel(t2=400.0).values
    assert early[0] > 10.0 * early[1]
    assert late[1] > 10.0 * late[0]
    # a steady cosine gives both signs half: sqrt(2)/2 of the window's area
    steady = beats_in_time(beat.copy(data=np.cos(RADIANS_PER_FS_CM1 * 500.0 * WAITS) + 0.0j), 500.0).sel(t2=248.0)
    assert float(steady[0]) == pytest.approx(np.sqrt(0.5) * 40.0 * np.sqrt(2.0 * np.pi), rel=0.01)


def test_faster_beats_can_be_passed_over(rephasing):
    both = frequency_map(rephasing)
    fast = 0.5 * both * np.exp(-1j * RADIANS_PER_FS_CM1 * 700.0 * both.t2)  # 500 down to -200, kept at its half
    slow = (both + fast).assign_attrs(both.attrs)
    rows = [strongest_beats(slow, [(18900.0, 18400.0)], fastest_cm1=top)[0]["strongest_cm1"] for top in (1e4, 300.0)]
    assert rows == pytest.approx([500.0, 200.0], abs=20.0)


def test_a_wing_that_is_cut_off_is_no_beat(rephasing):
    """Of a beat at 500 cm-1 nothing is left below 300 but its wing, which has no maximum."""
    (row,) = strongest_beats(frequency_map(rephasing), [(18900.0, 18400.0)], fastest_cm1=300.0)
    assert np.isnan(row["strongest_cm1"])


def test_maxima_stand_above_what_lies_between_them():
    axis = np.arange(0.0, 400.0)
    hills = [height * np.exp(-0.5 * ((axis - at) / 12.0) ** 2) for at, height in ((100.0, 1.0), (220.0, 2.0))]
    ripple = 0.02 * np.cos(axis / 1.5)  # of less than a tenth of the hills
    assert beat_maxima(axis, sum(hills)) == [220.0, 100.0]
    assert beat_maxima(axis, sum(hills), fastest_cm1=210.0) == [100.0]
    assert beat_maxima(axis, sum(hills), slowest_cm1=110.0, fastest_cm1=210.0) == []
    assert beat_maxima(axis, sum(hills), faintest=1.5) == [220.0]
    found = beat_maxima(axis, 1.0 + np.exp(-axis / 200.0) + ripple)
    assert found == []


def test_few_dimers_have_no_dephasing_and_a_long_one_outlasts_the_window():
    few = coherence_table(quasi_homodimers(3.0, 0.09, 29, np.random.default_rng(0)), PULSE)
    readings = [f"dephasing_{name}_fs" for name in ("one_over_e", "h_over_fwhm", "integral")]
    assert all(np.isnan(few[name]).all() for name in readings)
    assert (few["members"] == 29).all()
    assert (few["frequency_cm1"] > 0.0).all()
    alike = coherence_table(quasi_homodimers(3.0, 0.0, 30, np.random.default_rng(0)), PULSE)
    assert np.isinf(alike["dephasing_one_over_e_fs"]).all()
    assert np.isinf(alike["dephasing_integral_fs"]).all()
    limit = [longest_h_over_fwhm_fs(str(name)) for name in alike.family.values]
    np.testing.assert_allclose(alike["dephasing_h_over_fwhm_fs"], limit, rtol=0.02)


def test_intervals_are_those_of_other_draws():
    """95 % intervals of one ensemble hold the medians of many independent ones, and narrow as 1/sqrt(n)."""
    tables = [coherence_table(quasi_homodimers(3.0, 0.09, 400, np.random.default_rng(n)), PULSE) for n in range(20)]
    median = np.median([table["dephasing_one_over_e_fs"].sel(family="rho_I") for table in tables])
    wide, narrow = [
        coherence_intervals(quasi_homodimers(3.0, 0.09, count, np.random.default_rng(0)), PULSE,
                            np.random.default_rng(1), 60)["dephasing_one_over_e_fs"].sel(family="rho_I")
        for count in (400, 3600)
    ]  # fmt: skip
    assert wide.sel(end="low") < median < wide.sel(end="high")
    ratio = float((wide.sel(end="high") - wide.sel(end="low")) / (narrow.sel(end="high") - narrow.sel(end="low")))
    assert 1.8 < ratio < 5.0
    with pytest.raises(ValueError, match="resamples must be 2 or more"):
        coherence_intervals(
            quasi_homodimers(3.0, 0.09, 40, np.random.default_rng(0)), PULSE, np.random.default_rng(1), 1
        )


def test_regions_are_the_widths_of_the_transitions():
    many = quasi_homodimers(3.0, 0.09, 2000, np.random.default_rng(0))
    place = [many.labels.index(label) for label in ("H2-", "L2+")]
    own = region(many, "rho_III", PULSE)
    levels = many.energies_cm1[:, place]
    np.testing.assert_allclose(own[:4], [*levels.mean(axis=0), *levels.std(axis=0)], rtol=1e-9)
    round_ = own._replace(w1_cm1=0.0, w3_cm1=0.0, long_cm1=100.0, short_cm1=100.0)
    assert touching_deviations(round_, round_._replace(w3_cm1=700.0)) == pytest.approx(3.5, abs=0.01)
    assert touching_deviations(round_, round_._replace(w3_cm1=1e6)) == np.inf
    with pytest.raises(ValueError, match="name must be a family"):
        region(many, "rho_IV")


def test_dephasing_by_three_definitions_of_a_known_decay():
    """Lorentzian beats of half width 1/T: |C| = exp(-t/T), integral T, h/FWHM = pi T; smoothing left out."""
    lifetime = 200.0
    quantiles = (np.arange(400_000) + 0.5) / 400_000
    width = 33356.41 / (2.0 * np.pi * lifetime)
    frequency = 4000.0 + width * np.tan(np.pi * (quantiles - 0.5))
    kept = np.abs(frequency - 4000.0) < 3900.0
    found = Beats(frequency[kept], np.ones(kept.sum()))
    times = np.arange(0.0, 3000.0)
    fallen = decay(found, times)
    assert times[np.flatnonzero(fallen < np.exp(-1.0))[0]] == pytest.approx(lifetime, rel=0.02)
    assert 2.0 * np.sum(fallen**2) == pytest.approx(lifetime, rel=0.03)
    axis, density = beat_distribution(found, 1.0)
    assert 33356.41 / full_width(axis, density) == pytest.approx(np.pi * lifetime, rel=0.02)


def test_families_of_labels():
    named = {("L1-", "L2-"): "rho_I", ("L2+", "L1+"): "rho_I", ("L1-", "L1+"): "rho_II", ("L2+", "L1-"): "rho_II",
             ("L1+", "H2-"): "rho_III", ("H1-", "L2+"): "rho_III", ("L1-", "H1-"): "rho_LH", ("L1-", "H1+"): "other",
             ("1", "2"): "other", ("L1", "L2"): "other"}  # fmt: skip
    for pair, wanted in named.items():
        assert family(*pair) == wanted


def test_table_of_a_small_ensemble():
    many = quasi_homodimers(3.0, 0.09, 800, np.random.default_rng(0))
    table = coherence_table(many, PULSE)
    assert list(table.family.values) == ["rho_I", "rho_II", "rho_III", "rho_LH"]
    np.testing.assert_allclose(table.period_fs * table.frequency_cm1, 33356.41, rtol=1e-6)
    assert float(table.weight.max()) == 1.0
    bare = {name: own.weight.sum() for name, own in beats(many).items()}
    lit = {name: own.weight.sum() for name, own in beats(many, PULSE).items()}
    assert all(lit[name] < bare[name] for name in bare)
    first, third = ellipse(many, "rho_I"), ellipse(many, "rho_III")
    assert first.w1_cm1 > first.w3_cm1
    assert overlap(first, third, 3.0)
    assert not overlap(first, first._replace(w1_cm1=first.w1_cm1 + 20_000.0))
    with pytest.raises(ValueError, match="many must have states labelled"):
        coherence_table(dimer())
    with pytest.raises(ValueError, match="name must be a family"):
        ellipse(many, "rho_IV")


def test_phonon_is_the_textbook_s_cumulant():
    """The four response functions of Mukamel 1995, eq. 8.15, where two levels share one mode."""
    phonon = Phonon(213.0, 0.3, 295.0)
    t1, t2, t3 = np.random.default_rng(0).uniform(0.0, 300.0, (3, 6))
    g, c = phonon.cumulant, np.conj
    a, b, d, e, f, h = (g(t) for t in (t1, t2, t3, t1 + t2, t2 + t3, t1 + t2 + t3))
    wanted = {
        ("SE", "rephasing"): -c(a) + b - c(d) - c(e) - f + c(h),
        ("GSB", "rephasing"): -c(a) + c(b) - d - c(e) - c(f) + c(h),
        ("SE", "nonrephasing"): -a - c(b) - c(d) + e + c(f) - h,
        ("GSB", "nonrephasing"): -a - b - d + e + f - h,
    }
    for (pathway, signal), exponent in wanted.items():
        np.testing.assert_allclose(phonon_factor(pathway, signal, t1, t2, t3, phonon), np.exp(exponent), rtol=1e-12)


@pytest.mark.parametrize("signal", ["rephasing", "nonrephasing"])
def test_phonon_of_excited_state_absorption_against_number_states(signal):
    """Tr over a displaced oscillator, in its number states: ground, once and twice displaced."""
    phonon, size = Phonon(213.0, 0.2, 295.0), 45
    step = np.diag(np.sqrt(np.arange(1.0, size)), 1)
    shift, number = np.sqrt(0.2) * (step + step.T), np.diag(np.arange(float(size)))
    ladders = [213.0 * (number - n * shift + n**2 * 0.2 * np.eye(size)) for n in range(3)]
    weight = np.exp(-np.arange(size) * 213.0 / (0.6950348 * 295.0))
    rho = np.diag(weight / weight.sum())

    def turn(n, time):
        return expm(-1j * RADIANS_PER_FS_CM1 * ladders[n] * time)

    for t1, t2, t3 in np.random.default_rng(1).uniform(0.0, 300.0, (4, 3)):
        if signal == "rephasing":
            ket, bra = turn(2, t3) @ turn(1, t2) @ turn(0, t1), turn(1, t1 + t2 + t3)
        else:
            ket, bra = turn(2, t3) @ turn(1, t1 + t2), turn(1, t2 + t3) @ turn(0, t1)
        wanted = np.trace(ket @ rho @ bra.conj().T)
        found = phonon_factor("ESA", signal, np.array([t1]), np.array([t2]), np.array([t3]), phonon)
        np.testing.assert_allclose(found, wanted, rtol=1e-6)


def test_phonon_beats_in_the_trace():
    one = ensemble_from_arrays([[18600.0]], [[[0.0, 0.0, 5.0]]], [[[0.0]]])
    response = two_dimensional(one, TIMES, WAITS, TIMES, optical_dephasing_fs=60.0, reference_cm1=18300.0,
                               pathways="GSB")  # fmt: skip
    shaken = with_phonon(response, Phonon(220.0, 0.3))
    (row,) = strongest_beats(frequency_map(shaken), [(18600.0, 18500.0)])
    assert row["strongest_cm1"] == pytest.approx(220.0, abs=15.0)
    with pytest.raises(ValueError, match="response must be of one pathway"):
        with_phonon(two_dimensional(one, TIMES, WAITS, TIMES), Phonon())


def test_surroundings_widen_the_map_and_leave_the_beats():
    rng = np.random.default_rng(3)
    shifts = 150.0 * rng.normal(size=4000)
    dipoles = np.tile([[0.0, 0.0, 5.0], [3.0, 0.0, 3.0]], (4000, 1, 1))
    many = ensemble_from_arrays(np.array([18400.0, 18900.0]) + shifts[:, None], dipoles, np.zeros((4000, 2, 2)))
    for signal in ("rephasing", "nonrephasing"):
        keywords = {"signal": signal, "reference_cm1": 18650.0}
        short = TIMES[:16]
        widened = with_broadening(two_dimensional(dimer(), short, WAITS[:4], short, **keywords), 150.0)
        sampled = two_dimensional(many, short, WAITS[:4], short, **keywords)
        assert float(abs(widened - sampled).max()) < 0.05 * float(abs(widened).max())


BAD = [
    (lambda r: absorptive_map(r, r), "nonrephasing must be the nonrephasing signal"),
    (lambda r: frequency_map(r.isel(t1=slice(1, None))), "response must start at t1 = t3 = 0"),
    (lambda r: frequency_map(r.isel(t2=0)), "response must be a response over t1, t2, t3"),
    (lambda r: frequency_map(r, padding=0), "padding must be a whole number"),
    (lambda r: beat_spectrum(frequency_map(r).isel(t2=slice(0, 3))), "must hold 4 waiting times or more"),
    (lambda r: beat_spectrum(frequency_map(r).isel(t2=slice(0, None, 8))), "along_t2 must have steps below 33.4 fs"),
    (lambda r: beat_spectrum(frequency_map(r), window="hanning"), "the nearest is hann"),
    (lambda r: trace(frequency_map(r), 100.0, 18600.0), "w1_cm1 must lie between"),
    (lambda r: beats_in_time(frequency_map(r), 500.0), "along_t2 must be a trace along t2 alone"),
    (lambda r: beats_in_time(trace(frequency_map(r), 18900.0, 18400.0), 500.0, 0.0), "width_fs must be finite"),
    (lambda r: strongest_beats(frequency_map(r), [(18900.0, 18400.0)], fastest_cm1=10.0), "fastest_cm1 must be above"),
    (lambda r: beat_map(beat_spectrum(frequency_map(r)), 1e5), "w2_cm1 must lie within"),
    (lambda r: with_broadening(r, -1.0), "deviation_cm1 must be finite"),
    (lambda r: Phonon(frequency_cm1=0.0), "frequency_cm1 of a phonon"),
]


@pytest.mark.parametrize(("call", "message"), BAD)
def test_bad_input_is_refused(rephasing, call, message):
    with pytest.raises(ValueError, match="must") as caught:
        call(rephasing)
    assert message in str(caught.value)
