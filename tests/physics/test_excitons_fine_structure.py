"""Hole and fine structure: an independent eight-by-eight diagonalisation, the sphere's order, the paper's trends."""

from __future__ import annotations

import numpy as np
import pytest

from physics.excitons.fine_structure import (
    NAMES,
    crystal_splitting_mev,
    depolarisation,
    dot_levels,
    exchange_mev,
    levels,
    manifold,
    relative_radiative_rate,
)
from physics.excitons.hole import hole_levels


def spin(j):
    """Matrices (x, y, z) of a spin j, basis m = j ... -j."""
    m = np.arange(j, -j - 1, -1)
    raising = np.diag(np.sqrt(j * (j + 1) - m[1:] * (m[1:] + 1)), 1)
    return np.array([(raising + raising.T) / 2, (raising - raising.T) / 2j, np.diag(m)])


def eight_by_eight(splitting, exchange):
    """Energies, |F| and strengths from H = -2 eta s.J + (Delta/2)(5/4 - J_z^2) and the p-like Bloch functions."""
    s, j = spin(0.5), spin(1.5)
    matrix = -2.0 * exchange * sum(np.kron(a, b) for a, b in zip(s, j, strict=True))
    matrix = matrix + np.kron(np.eye(2), 0.5 * splitting * (1.25 * np.eye(4) - (j[2] @ j[2]).real))
    total = np.kron(s[2], np.eye(4)) + np.kron(np.eye(2), j[2])
    energies, vectors = np.linalg.eigh(matrix + 1e-7 * total)  # the tiny field tells partners apart
    # electron of spin s, hole of J_z = m: a photon of component q takes the pair with s + m = q (Clebsch-Gordan)
    third = np.sqrt(1 / 3)
    photons = [
        {(-0.5, 1.5): 1.0, (0.5, 0.5): -third},
        {(0.5, -0.5): -np.sqrt(2) * third, (-0.5, 0.5): np.sqrt(2) * third},
        {(0.5, -1.5): 1.0, (-0.5, -0.5): -third},
    ]
    basis = [(a, b) for a in (0.5, -0.5) for b in (1.5, 0.5, -0.5, -1.5)]
    strengths = np.zeros(8)
    for amplitudes in photons:
        row = np.array([amplitudes.get(pair, 0.0) for pair in basis])
        strengths += np.abs(row @ vectors) ** 2
    momentum = np.real(np.einsum("ik,ij,jk->k", vectors.conj(), total, vectors))
    return energies - 1e-7 * momentum, np.rint(momentum).astype(int), strengths


@pytest.mark.parametrize("seed", range(12))
def test_levels_agree_with_a_diagonalisation(seed):
    rng = np.random.default_rng(seed)
    splitting, exchange = rng.normal(0, 40), rng.uniform(0.5, 20)
    energies, momenta, strengths = eight_by_eight(splitting, exchange)
    ours = levels(splitting, exchange)
    for momentum, names in ((2, ["2"]), (1, ["1L", "1U"]), (0, ["0L", "0U"])):
        numeric = np.sort(energies[momenta == momentum])
        mine = sorted(ours[name][0] for name in names)
        np.testing.assert_allclose(mine, numeric, atol=1e-9 * 40 + 1e-9)
    total = strengths.sum()
    for names, momentum in ((("1L", "1U"), 1), (("0L", "0U"), 0)):
        order = np.argsort(energies[momenta == momentum])
        numeric = strengths[momenta == momentum][order] * (2 if momentum else 1) / total
        mine = [ours[name][1] for name in sorted(names, key=lambda name: ours[name][0])]
        np.testing.assert_allclose(mine, numeric, atol=1e-6)
    assert sum(strength for _, strength in ours.values()) == pytest.approx(1.0)


def test_sphere_has_its_order_and_dark_states():
    dot = dot_levels("CdSe", 3.0)
    assert sorted(dot, key=lambda name: dot[name][0]) == ["2", "1L", "0L", "1U", "0U"]
    assert levels(0.0, 5.19)["1L"][1] == pytest.approx(0.0, abs=1e-15)
    assert dot["2"][1] == dot["0L"][1] == 0.0
    assert levels(0.0, 0.0)["1U"][0] == 0.0


def test_inputs_of_the_notes():
    assert exchange_mev("CdSe", 3.0) == pytest.approx(5.19, abs=0.01)
    assert crystal_splitting_mev("CdSe") == pytest.approx(25 * 0.944, abs=0.05)
    # |E| of Table A at 3.5 nm with Delta = 13.8 meV, in cm-1
    energies = {name: 8.0655 * e for name, (e, _) in levels(13.8, 3.27).items()}
    assert [round(energies[name]) for name in NAMES] == pytest.approx([-95, -41, 16, 68, 122], abs=1)


@pytest.mark.parametrize("diameter", [2.1, 3.0, 4.0])
def test_elongation_lowers_and_brightens(diameter):
    sphere = dot_levels("CdSe", diameter)
    rates = [relative_radiative_rate(*manifold("CdSe", diameter, ratio)) for ratio in (1.0, 1.2, 1.35, 1.5)]
    assert (np.diff(rates) > 0.0).all()
    for ratio in (1.35, 1.5):
        rod = dot_levels("CdSe", diameter, ratio)
        assert rod["1U"][0] < sphere["1U"][0] - 50.0
        assert rod["0U"][1] > sphere["0U"][1] + 0.05
        assert min(e for e, f in rod.values() if f > 0.01) < min(e for e, f in sphere.values() if f > 0.01)
        if diameter == 3.0:
            assert -100.0 < rod["1U"][0] - sphere["1U"][0] < -60.0


def test_near_degeneracy_of_the_paper_at_four_nanometres():
    gaps = [dot_levels("CdSe", 4.0, r)["1U"][0] - dot_levels("CdSe", 4.0, r)["1L"][0] for r in (1.0, 1.35, 2.0)]
    assert gaps == pytest.approx([20.7, 5.9, 16.0], abs=0.2)


def test_depolarisation_sums_to_one_and_joins_the_sphere():
    for ratio in (1.0, 1.00001, 1.3, 5.0):
        along, across = depolarisation(ratio)
        assert along + 2.0 * across == pytest.approx(1.0)
    assert depolarisation(1.0)[0] == pytest.approx(1 / 3, abs=1e-6)
    assert depolarisation(1.01)[0] == pytest.approx(1 / 3 - 2 / 15 * (1 - 1 / 1.01**2), abs=1e-4)
    assert depolarisation(50.0)[0] < 0.002


@pytest.mark.parametrize(("diameter", "second", "split"), [(2.5, 3476, 3198), (3.0, 2452, 3153), (3.5, 1817, 3060)])
def test_hole_levels_of_the_notes(diameter, second, split):
    first, two, half = hole_levels(diameter)
    assert (two.energy_ev - first.energy_ev) * 8065.54 == pytest.approx(second, abs=2)
    assert (half.energy_ev - first.energy_ev) * 8065.54 == pytest.approx(split, abs=2)


def test_hole_overlaps_and_boundary():
    first, second, half = hole_levels(3.0)
    assert [round(level.overlap_squared, 2) for level in (first, second, half)] == [0.96, 0.03, 0.8]
    for level in (first, second, half):
        for radial in level.channels.values():
            assert abs(radial[-1]) < 1e-6  # the wall
        norm = np.trapezoid(sum(radial**2 for radial in level.channels.values()) * level.radius**2, level.radius)
        assert norm == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: dot_levels("PbS", 3.0), "extrema lie at L"),
        (lambda: dot_levels("CdSe", 3.0, 0.5), "aspect_ratio must be"),
        (lambda: dot_levels("CdSe", 30.0), "diameter_nm"),
        (lambda: levels(float("nan"), 1.0), "splitting_mev"),
        (lambda: levels(1.0, -1.0), "exchange_mev"),
        (lambda: hole_levels(-1.0), "diameter_nm"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()
