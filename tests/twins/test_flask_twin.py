"""The flask's loop against its O(N^2) twin: the same numbers of monomers, dimers and trimers, replica for replica."""

import numpy as np
import pytest

from assembly import Dots, Flask, simulate
from assembly.population import sample_radii_nm
from assembly.rates import conditions

LARGEST_COUNTED = 3


def flask(replicas, seed, **changed):
    kind = Dots("CdS", "CdS", 4.26, 100.0, size_dispersion=changed.pop("size_dispersion", 0.10))
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


def twin_counts(flask_twin, of, seed, acceptance=1.0):
    law = conditions(of)
    counts = np.zeros((of.replicas, LARGEST_COUNTED))
    for row, rng in zip(counts, np.random.default_rng(seed).spawn(of.replicas), strict=True):
        radii, kinds = sample_radii_nm(of, rng)
        sizes = flask_twin.plain_replica(law, radii, kinds, law.cover[kinds], 60.0 * of.time_min, rng, acceptance)
        row[:] = np.bincount(sizes, minlength=LARGEST_COUNTED + 1)[1 : LARGEST_COUNTED + 1]
    return counts


@pytest.mark.slow
def test_ten_percent_dispersion_agrees_with_the_twin_and_a_planted_error_does_not(flask_twin):
    of = flask(3000, seed=11)
    ours = engine_counts(of)
    p = flask_twin.hotelling_p(ours, twin_counts(flask_twin, of, seed=12))
    planted = flask_twin.hotelling_p(ours, twin_counts(flask_twin, of, seed=13, acceptance=1.05))
    print(f"3000 replicas, N = 200, 10 % size dispersion: p = {p:.3g}; with rates planted 5 % high: p = {planted:.2g}")
    assert p > 0.01
    assert planted < 1e-6


@pytest.mark.parametrize(
    "changed",
    [
        dict(size_dispersion=0.0, temperature_c=150.0),
        dict(size_dispersion=0.05, temperature_c=180.0),
        dict(size_dispersion=0.05, ligand_exchange="equilibrium", time_min=20.0),
        dict(
            dots=(Dots("CdS", "CdS", 6.1, 25.0), Dots("PbS", "PbS", 8.6, 25.0, attachment_energy_ev=1.2)),
            pair_factors={("CdS", "PbS"): 0.3},
            particles=100,
        ),
    ],
    ids=["alike", "some melt through", "free ligands", "two kinds"],
)
def test_counts_agree_with_the_twin(flask_twin, changed):
    of = flask(200, seed=21, **dict(changed))
    ours, theirs = engine_counts(of), twin_counts(flask_twin, of, seed=22)
    assert ours[:, 0].mean() < 0.95 * of.particles  # something happened
    alive = (np.var(ours, axis=0) > 0) | (np.var(theirs, axis=0) > 0)
    assert flask_twin.hotelling_p(ours[:, alive], theirs[:, alive]) > 0.001
