"""Ligands: cover, barrier, budget."""

import math

import numpy as np
import pytest

from physics.fusion.ligands import (
    attachment_energy_ev,
    barrier_ev,
    conserved_cover,
    ligand_cover,
    mean_radius_nm,
    merged_cover,
    pair_attachment_energy_ev,
    starting_cover,
    surface_ligands,
)
from physics.units import BOLTZMANN_EV_K


def test_cover():
    assert ligand_cover(0.0, 0.7) == 1.0
    assert ligand_cover(1.0, 0.7) == pytest.approx(0.588, abs=5e-4)
    assert np.all(np.diff(ligand_cover(np.linspace(0, 5, 20), 0.7)) < 0)
    assert starting_cover("CdS", "sulfide", 3.0) == 1.0
    assert starting_cover("CdS", "oleylamine", 1.0) == 1 / 1.7


def test_barrier_published_value():
    """44.0 kT at full cover and 15.2 kT at a dose of one, 6 nm CdSe at 155 C."""
    energy, thermal = attachment_energy_ev("CdSe", "oleylamine"), BOLTZMANN_EV_K * 428.15
    assert barrier_ev(energy, 1.0, 1.0, 3.0, 3.0, 0.0) / thermal == pytest.approx(44.0, abs=0.1)
    cover = starting_cover("CdSe", "oleylamine", 1.0)
    assert barrier_ev(energy, cover, cover, 3.0, 3.0, 0.0) / thermal == pytest.approx(15.2, abs=0.1)


def test_barrier_limits():
    assert barrier_ev(2.0, 0.0, 1.0, 3.0, 3.0, 0.0) == 0.0
    assert barrier_ev(2.0, 0.5, 0.5, 3.0, 3.0, 0.25) == pytest.approx(2.0 * 0.75 * 0.25)
    assert barrier_ev(2.0, 0.4, 0.9, 1.0, 5.0, 0.1) == barrier_ev(2.0, 0.9, 0.4, 5.0, 1.0, 0.1)
    assert barrier_ev(2.0, 1.0, 1.0, 3.0, 1e9, 0.0) == pytest.approx(4.0, rel=1e-6)  # sphere on a wall: twice
    assert mean_radius_nm(3.0, 1.0) == 1.5
    assert pair_attachment_energy_ev(1.0, 4.0) == 2.0


def test_ligands_are_conserved_on_a_cluster():
    cover = conserved_cover(0.5, 200.0, 160.0)
    assert cover * 160.0 == pytest.approx(0.5 * 200.0)
    assert conserved_cover(0.9, 200.0, 100.0) == 1.0
    assert conserved_cover(0.5, 200.0, 200.0) == 0.5
    assert conserved_cover(1.0, 200.0, 160.0, math.inf) == 1.25
    assert merged_cover(1.0, 100.0, 1.0, 100.0, 160.0) == 1.0
    assert merged_cover(1.0, 100.0, 1.0, 100.0, 160.0, math.inf) == 1.25
    assert merged_cover(0.5, 100.0, 0.5, 100.0, 160.0) == pytest.approx(cover)
    assert merged_cover(0.2, 100.0, 0.6, 50.0, 150.0) == pytest.approx(1 / 3)


def test_full_coalescence_law():
    """theta_n = theta_0 n^(1-p) with p = 2/3."""
    n = 4
    assert conserved_cover(0.3, n * 1.0, n ** (2 / 3)) == pytest.approx(0.3 * n ** (1 / 3))


def test_number_of_ligands():
    assert surface_ligands("CdSe", 3.0) == pytest.approx(6 * 4 * math.pi * 9)


def test_bad_input():
    with pytest.raises(ValueError, match="dose must not be negative"):
        ligand_cover(-1.0, 0.7)
    with pytest.raises(ValueError, match="exchange_constant must be finite"):
        ligand_cover(1.0, math.nan)
    with pytest.raises(ValueError, match=r"ligand must be one of .*did you mean 'oleate'"):
        attachment_energy_ev("CdS", "oleat")
    with pytest.raises(ValueError, match="ligand of CdS must be one of oleylamine, oleate, sulfide"):
        attachment_energy_ev("CdS", "propanedithiol")
    with pytest.raises(ValueError, match="ligand of PbSe must be none, got 'oleate'"):
        starting_cover("PbSe", "oleate", 1.0)
