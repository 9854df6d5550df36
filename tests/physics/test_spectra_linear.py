"""Emission, populations, lifetimes and decay curves, and the two-exciton block: limits and slow twins."""

from __future__ import annotations

import itertools

import networkx as nx
import numpy as np
import pytest

from physics.excitons import ensemble, ensemble_from_arrays, excitons
from physics.excitons.hamiltonian import two_exciton_block
from physics.spectra.broadening import VARIANTS, emission_by_cause
from physics.spectra.linear import (
    absorption,
    decay_curve,
    emission,
    lifetimes,
    mean_and_width_cm1,
    radiative_rates_s,
    thermal_populations,
)

GRID = np.arange(14000.0, 22000.0, 5.0)


def dimer(energies=(18000.0, 18400.0), coupling=100.0, moments=((0, 0, 10.0), (0, 0, 10.0))):
    graph = nx.Graph()
    for n in range(2):
        graph.add_node(n, energy_cm1=energies[n], dipole_debye=moments[n])
    graph.add_edge(0, 1, coupling_cm1=coupling)
    return graph


def fused(diameter, neck, distance):
    graph = nx.Graph()
    for n in range(2):
        graph.add_node(n, material="CdSe", diameter_nm=diameter, position_nm=(0.0, 0.0, n * distance))
    graph.add_edge(0, 1, state="necked", neck_radius_nm=neck, gap_nm=0.0, centre_distance_nm=distance)
    return graph


def test_populations_are_boltzmann():
    levels = np.array([[18000.0, 18000.0 + 0.695035 * 300.0, 30000.0]])
    populations = thermal_populations(levels, 300.0)
    assert populations.sum() == pytest.approx(1.0)
    assert populations[0, 0] / populations[0, 1] == pytest.approx(np.e, rel=1e-5)


def test_einstein_rate_of_one_debye():
    # A/s = 3.137e-7 (wavenumber/cm-1)^3 (mu/D)^2 in vacuum, times the index 1.5 and the local field 0.398
    rate = float(radiative_rates_s(np.array(18530.0), np.array([1.0, 0.0, 0.0])))
    assert rate == pytest.approx(3.137e-7 * 18530.0**3 * 1.5 * (6.75 / 10.7) ** 2, rel=1e-3)


def test_cold_emission_comes_from_the_lowest_state_and_hot_from_all():
    states = excitons(dimer())
    cold = emission(states, GRID, 50.0, temperature_k=5.0)
    assert float(cold.energy[int(np.argmax(cold.values))]) == pytest.approx(states.energies_cm1[0], abs=5.0)
    hot = emission(states, GRID, 50.0, temperature_k=1e7)
    rates = radiative_rates_s(states.energies_cm1, states.dipoles_debye)
    assert mean_and_width_cm1(hot)[0] == pytest.approx(np.average(states.energies_cm1, weights=rates), abs=0.5)
    for spectrum in (cold, hot):
        assert float(spectrum.integrate("energy")) == pytest.approx(1.0, abs=1e-6)


def test_stokes_shift_moves_and_width_widens():
    states = excitons(dimer())
    plain, moved = emission(states, GRID, 300.0), emission(states, GRID, 300.0, stokes_shift_cm1=160.0)
    assert mean_and_width_cm1(plain)[0] - mean_and_width_cm1(moved)[0] == pytest.approx(160.0, abs=0.1)
    lone = ensemble_from_arrays([[18000.0]], [[[0, 0, 5.0]]], [[[0.0]]])
    assert mean_and_width_cm1(emission(lone, GRID, 300.0))[1] == pytest.approx(300.0, abs=0.2)


def test_excitation_by_absorption_favours_the_bright():
    strong, weak = dimer((17000.0, 17000.0), 0.0, ((0, 0, 9.0), (0, 0, 9.0))), dimer(moments=((0, 0, 3.0), (0, 0, 3.0)))
    many = ensemble([strong, weak])
    low = slice(None, 17500.0)
    equal = float(emission(many, GRID, 60.0, excitation="equal").sel(energy=low).integrate("energy"))
    absorbed = float(emission(many, GRID, 60.0).sel(energy=low).integrate("energy"))
    assert equal == pytest.approx(0.5, abs=1e-3)
    assert absorbed == pytest.approx(0.9, abs=1e-3)


def test_lifetimes_of_dots_are_tens_of_nanoseconds():
    alone = nx.Graph()
    alone.add_node(0, material="CdSe", diameter_nm=4.6)
    for model in ("site", "band_edge"):
        assert 15.0 < float(lifetimes(excitons(alone, model))[0]) < 80.0
    cold, warm = (float(lifetimes(excitons(alone, "band_edge"), t)[0]) for t in (2.0, 300.0))
    assert cold > 20.0 * warm  # the dark +-2 states hold the exciton


def test_superradiance_of_a_symmetric_dimer():
    bright = excitons(dimer((18000.0, 18000.0), -500.0))
    lone = ensemble_from_arrays([[17500.0]], [[[0, 0, 10.0]]], [[[0.0]]])
    cold = float(lifetimes(lone, 5.0)[0]) / float(lifetimes(bright, 5.0)[0])
    assert cold == pytest.approx(2.0, rel=1e-6)


def test_decay_is_a_sum_of_exponentials():
    states = excitons(dimer())
    lifetime = float(lifetimes(states)[0])
    curve = decay_curve(states, [0.0, lifetime, 2.0 * lifetime])
    np.testing.assert_allclose(curve, np.exp([0.0, -1.0, -2.0]), rtol=1e-12)
    quenched = decay_curve(states, [lifetime], nonradiative_rate_s=1e9 / lifetime)
    assert float(quenched[0]) == pytest.approx(np.exp(-2.0))
    many = ensemble([dimer(), dimer(moments=((0, 0, 3.0), (0, 0, 3.0)))])
    mixed = decay_curve(many, np.linspace(0, 200, 50))
    assert (np.diff(np.log(mixed.values), 2) > 0.0).all()  # two rates: convex in the logarithm


def slow_two_exciton(matrix, statistics):
    """Twin on the full Fock space: products of creation matrices with at most two quanta per site."""
    sites, levels = len(matrix), 2 if statistics == "hard-core" else 3
    raising = np.diag(np.sqrt(np.arange(1, levels)), -1)
    one = np.eye(levels)

    def on(site, operator):
        full = np.eye(1)
        for s in range(sites):
            full = np.kron(full, operator if s == site else one)
        return full

    create = [on(s, raising) for s in range(sites)]
    total = sum(matrix[a, b] * create[a] @ create[b].T for a in range(sites) for b in range(sites))
    number = sum(c @ c.T for c in create)
    two = np.isclose(np.diag(number), 2.0)
    return np.linalg.eigvalsh(total[np.ix_(two, two)])


@pytest.mark.parametrize("statistics", ["hard-core", "boson"])
def test_two_exciton_block_against_fock_space(statistics):
    rng = np.random.default_rng(6)
    matrix = rng.normal(0, 100, (4, 4))
    matrix = matrix + matrix.T + np.diag([18000.0, 18100.0, 18200.0, 18300.0])
    block, basis = two_exciton_block(matrix, np.arange(4), statistics)
    np.testing.assert_allclose(np.linalg.eigvalsh(block), slow_two_exciton(matrix, statistics), rtol=1e-11)
    if statistics == "boson":  # independent quanta: all sums of two levels
        levels = np.linalg.eigvalsh(matrix)
        sums = sorted(a + b for a, b in itertools.combinations_with_replacement(levels, 2))
        np.testing.assert_allclose(np.linalg.eigvalsh(block), sums, rtol=1e-11)
    shifted, _ = two_exciton_block(matrix, [0, 0, 1, 1], statistics, 200.0, -30.0)
    dots = np.array([0, 0, 1, 1])[basis]
    wanted = np.where(dots[:, 0] == dots[:, 1], -200.0, -30.0)
    np.testing.assert_allclose(np.diag(shifted - block), wanted)


def test_fusion_changes_emission_cause_by_cause():
    graphs = [fused(4.6, neck, 3.4) for neck in (1.6, 1.8, 2.0)]
    causes = emission_by_cause(graphs, np.arange(12000.0, 20000.0, 10.0), 726.0)
    assert tuple(causes) == VARIANTS
    assert causes["mean_neck"].mean_cm1 < causes["unfused"].mean_cm1 - 200.0
    assert abs(causes["coupling"].mean_cm1 - causes["unfused"].mean_cm1) < 20.0
    assert causes["fine_structure"].lifetime_ns < causes["unfused"].lifetime_ns
    assert causes["necks"].fwhm_cm1 > causes["mean_neck"].fwhm_cm1
    linked = emission_by_cause(graphs, np.arange(12000.0, 20000.0, 10.0), 726.0, charge_transfer=True)
    assert linked["coupling"].mean_cm1 < causes["unfused"].mean_cm1 - 100.0
    assert linked["coupling"].fwhm_cm1 > causes["unfused"].fwhm_cm1


def test_mechanisms_shift_the_edge_to_the_red():
    graph = fused(3.0, 1.0, 2.6)
    plain, linked, shaped = (
        mean_and_width_cm1(absorption(excitons(graph, mechanisms=m), np.arange(15000.0, 22000.0, 5.0), 300.0))[0]
        for m in (("dipole",), ("dipole", "charge_transfer"), ("dipole", "shape"))
    )
    assert linked < plain - 50.0
    assert shaped < plain - 50.0


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda e: emission(e, GRID, temperature_k=0.0), "temperature_k"),
        (lambda e: emission(e, GRID, stokes_shift_cm1=float("nan")), "stokes_shift_cm1"),
        (lambda e: emission(e, GRID, excitation="laser"), "excitation must be one of"),
        (lambda e: decay_curve(e, [-1.0]), "times_ns"),
        (lambda e: decay_curve(e, [1.0], nonradiative_rate_s=-1.0), "nonradiative_rate_s"),
        (lambda e: lifetimes("none"), "ensemble must be"),
        (lambda e: two_exciton_block(np.eye(2), [0, 1], "fermion"), "statistics must be one of"),
        (lambda e: excitons(dimer(), mechanisms="dipole"), "mechanisms must be a tuple"),
        (lambda e: excitons(dimer(), mechanisms=("shape", "charge_transfer")), "one delocalisation twice"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call(excitons(dimer()))
