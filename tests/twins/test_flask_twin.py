"""The flask's loop against its O(N^2) twin: the same numbers of monomers, dimers and trimers, replica for replica."""

import numpy as np
import pytest

from assembly import Dots, Flask, simulate
from assembly.engine import advance, begin_stretch, fill
from assembly.heating import stretches
from assembly.population import sample
from assembly.rates import laws
from assembly.state import empty_state
from physics.units import kelvin

LARGEST_COUNTED = 3


def flask(replicas, seed, **changed):
    kind = Dots("CdS", "CdS", 4.26, 100.0, size_dispersion=0.10, cover_dispersion=0.05)
    given = dict(
        dots=(kind,), solvent="oleylamine", ligand="oleylamine", chalcogenide_equivalents=1.0, temperature_c=140.0,
        time_min=60.0, particles=200, replicas=replicas, seed=seed,
    )  # fmt: skip
    return Flask(**(given | changed))


def engine_counts(of):
    made = simulate(of)
    assert made.violations == 0
    counts = np.zeros((of.replicas, LARGEST_COUNTED))
    small = made.clusters["size"] <= LARGEST_COUNTED
    np.add.at(counts, (made.clusters["replica"][small], made.clusters["size"][small] - 1), 1)
    return counts


def twin_counts(flask_twin, of, seed, acceptance=1.0, times=None, kelvins=None):
    law = laws(of)
    times = np.array([0.0, 60.0 * of.time_min]) if times is None else times
    kelvins = np.array([kelvin(of.temperature_c)]) if kelvins is None else kelvins
    counts = np.zeros((of.replicas, LARGEST_COUNTED))
    for row, rng in zip(counts, np.random.default_rng(seed).spawn(of.replicas), strict=True):
        dots = sample(of, rng, law.kinds["cover"])
        sizes = flask_twin.plain_replica(law, dots.radii_nm, dots.kinds, dots.covers, times, kelvins, rng, acceptance)
        row[:] = np.bincount(sizes, minlength=LARGEST_COUNTED + 1)[1 : LARGEST_COUNTED + 1]
    return counts


def agreement(flask_twin, ours, theirs):
    alive = (np.var(ours, axis=0) > 0) | (np.var(theirs, axis=0) > 0)
    return flask_twin.hotelling_p(ours[:, alive], theirs[:, alive])


@pytest.mark.slow
def test_dispersed_dots_agree_with_the_twin_and_a_planted_error_does_not(flask_twin):
    of = flask(3000, seed=11)
    ours = engine_counts(of)
    p = agreement(flask_twin, ours, twin_counts(flask_twin, of, seed=12))
    planted = agreement(flask_twin, ours, twin_counts(flask_twin, of, seed=13, acceptance=1.05))
    print(f"3000 replicas, N = 200, 10 % size and 5 % cover dispersion: p = {p:.3g}; rates 5 % high: p = {planted:.2g}")
    assert p > 0.01
    assert planted < 1e-6


@pytest.mark.parametrize(
    "changed",
    [
        dict(dots=(Dots("CdS", "CdS", 4.26, 100.0),), temperature_c=150.0),
        dict(temperature_c=180.0),  # the small ones melt through
        dict(
            dots=(Dots("CdS", "CdS", 4.26, 100.0, size_dispersion=0.05),),
            ligand_exchange="equilibrium",
            time_min=20.0,
        ),
        dict(
            dots=(Dots("CdS", "CdS", 6.1, 25.0), Dots("PbS", "PbS", 8.6, 25.0, attachment_energy_ev=1.2)),
            pair_factors={("CdS", "PbS"): 0.3},
            temperature_c=150.0,
        ),
        dict(contacts="explicit"),
        dict(dots=(Dots("CdS", "CdS", 4.26, 100.0, size_dispersion=0.1, size_law="lognormal"),)),
    ],
    ids=["alike", "some melt through", "free ligands", "two kinds", "explicit contacts", "lognormal"],
)
def test_counts_agree_with_the_twin(flask_twin, changed):
    of = flask(200, seed=21, **(dict(particles=100) | changed))
    ours, theirs = engine_counts(of), twin_counts(flask_twin, of, seed=22)
    assert ours[:, 0].mean() < 0.95 * of.particles  # something happened
    assert agreement(flask_twin, ours, theirs) > 0.001


RAMP = ((0.0, 25.0), (5.0, 150.0), (65.0, 150.0))
PIECE_K = 0.25  # of the twin: its rates change by less than 1 % over a piece


def ramp_pieces():
    """The ramp as isothermal pieces at their middle temperature; nothing can happen below 100 C."""
    celsius = np.arange(100.0, 150.0 + PIECE_K / 2, PIECE_K)
    times = np.concatenate([[0.0], 60.0 * 5.0 * (celsius - 25.0) / 125.0, [3900.0]])
    return times, kelvin(np.concatenate([[25.0], celsius[:-1] + PIECE_K / 2, [150.0]]))


def ramp_agreement(flask_twin, replicas, seed):
    dots = (Dots("CdS", "CdS", 4.26, 100.0, size_dispersion=0.05),)
    of = flask(replicas, seed, dots=dots, programme=RAMP, particles=8)
    times, kelvins = ramp_pieces()
    ours = engine_counts(of)
    return agreement(flask_twin, ours, twin_counts(flask_twin, of, seed + 1, times=times, kelvins=kelvins))


def test_a_ramp_agrees_with_the_twin(flask_twin):
    assert ramp_agreement(flask_twin, 1500, 31) > 0.001


@pytest.mark.slow
def test_a_ramp_agrees_with_the_twin_over_twenty_thousand_replicas(flask_twin):
    p = ramp_agreement(flask_twin, 20_000, 41)
    print(f"ramp 25 to 150 C in 5 min, then 60 min, 20 000 replicas of 8 dots: p = {p:.3g}")
    assert p > 0.01


@pytest.mark.slow
def test_a_ramp_agrees_with_the_same_ramp_in_500_isothermal_steps(flask_twin):
    corners = np.linspace(0.0, 5.0, 501)
    celsius = 25.0 + 125.0 * (corners[:-1] + 0.005) / 5.0
    steps = []
    for begin, end, t in zip(corners[:-1], corners[1:], celsius, strict=True):
        steps += [(begin, t), (end - 1e-9, t)]  # a billionth of a minute between one temperature and the next
    of = flask(150, 51, programme=RAMP, particles=100)
    cut = flask(
        150, 52, particles=100, programme=(*((float(m), float(c)) for m, c in steps), (5.0, 150.0), (65.0, 150.0))
    )
    assert agreement(flask_twin, engine_counts(of), engine_counts(cut)) > 0.001


def test_a_majorant_planted_low_makes_the_counter_cry():
    of = flask(1, 61, particles=2000, dots=(Dots("CdS", "CdS", 4.26, 100.0),))
    law, rng = laws(of), np.random.default_rng(6)
    dots = sample(of, rng, law.kinds["cover"])
    for planted, cries in ((1.0, False), (0.95, True)):
        state = empty_state(2000, 1)
        fill(law, state, dots.radii_nm, dots.kinds, dots.covers)
        (stretch,) = stretches(of)
        begin_stretch(law, state, stretch, np.arange(2000))
        state.majorant[:] *= planted
        state.sums[1] *= planted
        advance(law, state, stretch, 5000, rng)
        assert (state.now["violations"][0] > 0) == cries
