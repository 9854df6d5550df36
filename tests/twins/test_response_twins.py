"""The compiled pathways against operators written out, and the density matrix driven by pulses against both."""

import numpy as np
import pytest
from direct_response import response

from physics.excitons.hamiltonian import two_exciton_block
from physics.excitons.quasi_homodimers import quasi_homodimers
from physics.excitons.states import ensemble_from_arrays
from physics.spectra.propagation import orientations, propagated
from physics.spectra.pulses import Pulse, isotropic_weights
from physics.spectra.response import two_dimensional
from physics.spectra.two_excitons import two_excitons

T1, T2, T3 = np.array([0.0, 8.0, 16.0]), np.array([0.0, 23.0]), np.array([0.0, 9.0, 18.0])
SIGNALS = ("rephasing", "nonrephasing")


def cluster(sites, rng):
    energies = 18600.0 + rng.normal(0.0, 300.0, sites)
    couplings = rng.normal(0.0, 150.0, (sites, sites))
    return energies, rng.normal(0.0, 4.0, (sites, 3)), couplings + couplings.T


@pytest.mark.parametrize("signal", SIGNALS)
@pytest.mark.parametrize("polarizations", ["zzzz", "zzxx", "xyyx", "zxzx"])
@pytest.mark.parametrize(("boson", "binding"), [(False, 0.0), (True, 180.0)])
def test_pathways_are_the_operators(signal, polarizations, boson, binding):
    energies, dipoles, couplings = cluster(3, np.random.default_rng(5))
    many = ensemble_from_arrays(energies[None], dipoles[None], couplings[None],
                                statistics="boson" if boson else "hard-core", anharmonicity_cm1=binding)  # fmt: skip
    fast = two_dimensional(many, T1, T2, T3, signal=signal, polarizations=polarizations, reference_cm1=18600.0)
    matrix = couplings * (1.0 - np.eye(3)) + np.diag(energies)
    slow = response(matrix, dipoles, T1, T2, T3, signal, polarizations, boson, binding, reference=18600.0)
    np.testing.assert_allclose(fast.values, slow, rtol=0.0, atol=1e-10 * np.abs(slow).max())


@pytest.mark.parametrize("statistics", ["hard-core", "boson"])
def test_two_exciton_levels_are_those_of_the_whole_block(statistics):
    many = quasi_homodimers(3.0, 0.09, 3, np.random.default_rng(2))
    block = many.blocks[0]
    levels = two_excitons(block, slice(None), statistics == "boson", 200.0, -40.0).energies_cm1
    for number, matrix in enumerate(block.hamiltonians_cm1):
        whole, _ = two_exciton_block(matrix, block.dot_of_site, statistics, 200.0, -40.0)
        np.testing.assert_allclose(np.sort(levels[number]), np.linalg.eigvalsh(whole), rtol=1e-12)


@pytest.mark.parametrize("statistics", ["hard-core", pytest.param("boson", marks=pytest.mark.slow)])
def test_two_band_dimers_are_the_operators(statistics):
    many = quasi_homodimers(3.0, 0.09, 1, np.random.default_rng(2), statistics=statistics, anharmonicity_cm1=200.0)
    block = many.blocks[0]
    fast = two_dimensional(many, T1[:2] / 4, T2, T3[:2] / 4, reference_cm1=18600.0)
    slow = sum(
        response(matrix, dipoles, T1[:2] / 4, T2, T3[:2] / 4, "rephasing", "zzzz", statistics == "boson", 200.0,
                 block.dot_of_site, 18600.0)
        for matrix, dipoles in zip(block.hamiltonians_cm1, block.site_dipoles_debye, strict=True)
    )  # fmt: skip
    np.testing.assert_allclose(fast.values, slow, rtol=0.0, atol=1e-10 * np.abs(slow).max())


APART = np.array([80.0, 95.0]), np.array([80.0, 121.0]), np.array([40.0, 80.0])
PULSE = Pulse(18600.0, 12.0)
DAMPED = {"optical_dephasing_fs": 100.0, "coherence_dephasing_fs": 150.0, "population_lifetime_fs": 200.0}


def relative_deviation(many, field, damping, times=APART):
    slow = propagated(many, *times, pulses=PULSE, field_rad_fs_debye=field, **damping)
    deviations = []
    for signal in SIGNALS:
        fast = two_dimensional(many, *times, signal=signal, pulses=PULSE, method="direct", **damping).values
        deviations.append(np.abs(slow[signal].values - fast).max() / np.abs(fast).max())
    return np.array(deviations)


@pytest.mark.slow
@pytest.mark.parametrize("damping", [{}, DAMPED])
def test_density_matrix_meets_the_response_as_the_field_squared(damping, record_property):
    energies, dipoles, couplings = cluster(3, np.random.default_rng(1))
    many = ensemble_from_arrays(energies[None], dipoles[None], couplings[None])
    fields = np.array([1e-4, 1e-3])
    deviations = np.array([relative_deviation(many, field, damping) for field in fields])
    slopes = np.log10(deviations[1] / deviations[0])
    record_property("deviation", deviations.tolist())
    print("deviation at 1e-4 and 1e-3:", deviations.tolist(), "slopes:", slopes.tolist())
    assert (deviations[0] < 3e-4).all()
    np.testing.assert_allclose(slopes, 2.0, atol=0.1)


def test_overlapping_pulses_differ_because_the_response_orders_them():
    """At t1 = t2 = 0 all pulses coincide: each order of them contributes, which separated pulses do not know."""
    many = ensemble_from_arrays([[18600.0]], [[[0.0, 0.0, 5.0]]], [[[0.0]]])
    times = np.array([0.0, 70.0]), np.array([0.0, 80.0]), np.array([40.0, 60.0])
    slow = propagated(many, *times, pulses=PULSE)
    fast = two_dimensional(many, *times, pulses=PULSE)
    difference = np.abs(slow.rephasing.values - fast.values).max(axis=2) / np.abs(fast.values).max()
    assert difference[1, 1] < 1e-3  # apart
    assert difference[0, 0] > 0.01  # together: the rephasing order is only one of those that fit its direction


def test_population_lifetime_refills_the_ground_state():
    many = ensemble_from_arrays([[18600.0]], [[[0.0, 0.0, 5.0]]], [[[0.0]]])
    times = np.array([70.0, 75.0]), np.array([80.0, 300.0]), np.array([40.0, 60.0])
    slow = propagated(many, *times, pulses=PULSE, population_lifetime_fs=200.0).rephasing.values
    fast = two_dimensional(many, *times, pulses=PULSE, population_lifetime_fs=200.0).values
    np.testing.assert_allclose(slow, fast, rtol=1e-3)
    np.testing.assert_allclose(np.abs(fast[:, 1] / fast[:, 0]), np.exp(-220.0 / 200.0), rtol=1e-9)


def test_orientations_average_rank_four_exactly():
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(4, 3))
    for polarizations in ("zzzz", "zzxx", "xyyx"):
        turned, weights = orientations(polarizations)
        found = weights @ np.prod(np.einsum("mpc,pc->mp", turned, vectors), axis=1)
        u, v, w = isotropic_weights(polarizations)
        a, b, c, d = vectors
        wanted = u * (a @ b) * (c @ d) + v * (a @ c) * (b @ d) + w * (a @ d) * (b @ c)
        np.testing.assert_allclose(found, wanted, rtol=1e-12)
    assert [len(orientations(word)[0]) for word in ("zzzz", "yyyy", "zzxx")] == [6, 6, 60]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"phases": 2}, "phases must be a whole number, 3 or more"),
        ({"field_rad_fs_debye": 0.0}, "field_rad_fs_debye must be finite and above 0"),
        ({"t1_fs": [0.0]}, "t1_fs must hold 2 time points"),
        ({"pulses": "short"}, "pulses must be"),
        ({"pulses": None}, "pulses must be"),
    ],
)
def test_bad_propagations_are_refused(wrong, message):
    many = ensemble_from_arrays([[18600.0]], [[[0.0, 0.0, 5.0]]], [[[0.0]]])
    keywords = {"t1_fs": [0.0, 8.0], "t2_fs": [0.0], "t3_fs": [0.0, 8.0], "pulses": PULSE, **wrong}
    with pytest.raises(ValueError, match=message):
        propagated(many, **keywords)
