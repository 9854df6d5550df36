"""Figs. 3a to 3c of Cassidy 2022: spectra of fused pairs, broadening and lifetime; what falls short."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from physics.excitons import ensemble, excitons
from physics.excitons.charge_transfer import pair_lines
from physics.excitons.necks import transfer_integrals_ev
from physics.fusion.energetics import fuse
from physics.spectra.broadening import emission_by_cause
from physics.spectra.linear import absorption
from physics.units import CM1_PER_MEV

PAPER_BROADENING = 0.18  # of the emission of fused CdSe dimers, Fig. 3b
LINE_CM1 = 90.0 * CM1_PER_MEV  # homogeneous width of one dot at room temperature (assumed)


def fused_pair(material, diameters, temperature_c, skin=None, core=None):
    """A dimer as the equilibrium fusion of two dots makes it; `skin` is the material that melts."""
    melts = skin or material
    bond = fuse(melts, diameters[0] / 2, melts, diameters[1] / 2, temperature_c)
    graph = nx.Graph()
    for n, diameter in enumerate(diameters):
        graph.add_node(n, material=material, diameter_nm=diameter, position_nm=(0.0, 0.0, n * bond.centre_distance_nm))
        if core:
            graph.nodes[n].update(shell=skin, core_diameter_nm=core)
    graph.add_edge(0, 1, state=bond.state, neck_radius_nm=bond.neck_radius_nm, gap_nm=0.0, strain=bond.strain,
                   centre_distance_nm=bond.centre_distance_nm)  # fmt: skip
    return graph


def equal_pairs(turned):
    graphs = [fused_pair("CdSe", (4.6, 4.6), 160.0) for _ in range(80 if turned else 1)]
    turns = Rotation.random(80, random_state=4).as_quat()
    for graph, turn in zip(graphs, turns, strict=False):
        if turned:
            graph.nodes[1]["orientation"] = turn
    return emission_by_cause(graphs, np.arange(12000.0, 21000.0, 10.0), LINE_CM1, charge_transfer=True)


def test_emission_of_equal_pairs_hangs_on_how_their_crystals_lie():
    """The recipe has no size dispersion: turned crystals widen (short of +18 %), aligned ones shorten the lifetime."""
    turned, aligned = equal_pairs(True), equal_pairs(False)
    assert 0.04 < turned["coupling"].fwhm_cm1 / turned["unfused"].fwhm_cm1 - 1.0 < 0.12 < PAPER_BROADENING
    assert turned["coupling"].lifetime_ns > turned["unfused"].lifetime_ns  # against the measurement
    assert aligned["coupling"].fwhm_cm1 == pytest.approx(aligned["unfused"].fwhm_cm1, rel=0.02)
    assert aligned["coupling"].lifetime_ns < 0.8 * aligned["unfused"].lifetime_ns  # both dots emit as one: with it


def test_emission_of_fused_dimers_falls_short_of_the_paper():
    """4.6 nm, 160 C, sizes spread by 3 %: elongation narrows; the paper saw +18 %."""
    rng = np.random.default_rng(5)
    spread = 4.6 * (1.0 + 0.03 * rng.normal(size=(150, 2)))
    pairs = [fused_pair("CdSe", tuple(pair), 160.0) for pair in spread.tolist()]
    graphs = [graph for graph in pairs if graph.edges[0, 1]["state"] != "coalesced"]
    assert len(graphs) > 50
    grid = np.arange(12000.0, 21000.0, 10.0)
    folded = emission_by_cause(graphs, grid, LINE_CM1, charge_transfer=True)
    shaped = emission_by_cause(graphs, grid, LINE_CM1)
    assert folded["coupling"].fwhm_cm1 < 1.05 * folded["unfused"].fwhm_cm1  # with sizes spread by 3 % nothing is left
    assert folded["coupling"].fwhm_cm1 < (1.0 + PAPER_BROADENING) * folded["unfused"].fwhm_cm1
    assert shaped["all"].fwhm_cm1 < shaped["unfused"].fwhm_cm1  # the elongated dots alone even narrow
    necks = [graph.edges[0, 1]["neck_radius_nm"] for graph in graphs]
    assert np.std(necks) / np.mean(necks) < 0.02  # equilibrium fusion leaves hardly any dispersion of necks
    # fine structure shortens the lifetime, as measured; the red shift works against it
    assert folded["fine_structure"].lifetime_ns < 0.95 * folded["unfused"].lifetime_ns


@pytest.mark.parametrize(("material", "diameter", "temperature"), [("CdS", 4.26, 150.0), ("CdSe", 4.6, 140.0)])
def test_edge_moves_red_and_a_shoulder_rises(material, diameter, temperature):
    """Figs. 3a, b: the shoulder is the upper even state of exciton and charge transfer, not the fine structure."""
    graph = fused_pair(material, (diameter, diameter), temperature)
    apart = excitons(graph, mechanisms=()).energies_cm1[0]
    states = excitons(graph, mechanisms=("dipole", "charge_transfer_pairs"))
    strengths = np.sum(states.dipoles_debye**2, axis=1)
    upper = states.energies_cm1 > apart + 50.0 * CM1_PER_MEV
    assert states.energies_cm1[0] < apart - 15.0 * CM1_PER_MEV
    assert 0.1 < strengths[upper].sum() / strengths.sum() < 0.4
    top = states.energies_cm1[np.argmax(np.where(upper, strengths, 0.0))] - states.energies_cm1[0]
    assert 100.0 < top / CM1_PER_MEV < 200.0
    grid = np.arange(apart - 3000.0, apart + 3000.0, 10.0)
    before, after = (absorption(excitons(graph, mechanisms=m), grid, 600.0) for m in ((), ("charge_transfer_pairs",)))
    higher = slice(apart + 700.0, None)
    assert float(after.sel(energy=higher).sum()) > 2.0 * float(before.sel(energy=higher).sum())


def test_shoulder_follows_its_formula():
    electron, hole = (float(t) for t in transfer_integrals_ev("CdSe", 4.6, 1.9))
    energies, strengths = pair_lines(electron, hole, 0.063)
    assert energies[3] - energies[0] == pytest.approx(np.hypot(0.063, 2.0 * (electron + hole)))
    assert strengths.sum() == pytest.approx(2.0)


def test_a_flask_of_coalesced_pairs_still_has_a_spectrum():
    graphs = [fused_pair("CdSe", (2.2, 2.2), 140.0) for _ in range(3)]
    assert all(graph.edges[0, 1]["state"] == "coalesced" for graph in graphs)
    many = ensemble(graphs)
    assert many.energies_cm1.shape == (3, 1)
    assert float(absorption(many, np.arange(14000.0, 24000.0, 10.0)).max()) > 0.0


def test_verdicts(claims_of, check):
    claims = claims_of("cassidy_3a_fused_spectra", 0.3)
    short = {f"cassidy-3b-broadening{kind}" for kind in ("", "-coupling", "-uneven")}
    check(claims, reached=set(claims) - short, short=short)
    assert claims["cassidy-3b-broadening"].ours.value == pytest.approx(0.04, abs=0.015)
    assert claims["cassidy-3a-red-shift"].ours.value == pytest.approx(-17.0, abs=2.0)
    assert claims["cassidy-3b-red-shift"].ours.value == pytest.approx(-47.0, abs=4.0)
