"""The batched site model against a twin that builds every Hamiltonian entry by entry, as one would by hand."""

from __future__ import annotations

import math

import networkx as nx
import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from physics.excitons import ensemble
from physics.excitons.dot import dipole_debye, transition_energy_cm1
from physics.spectra.linear import absorption, emission, radiative_rates_s


def slow_states(graph, long_range):
    """Energies, dipoles and participation of one graph of CdSe dots, with Python loops."""
    names = list(graph)
    energies, dipoles = [], []
    for name in names:
        node = graph.nodes[name]
        energy = node.get("energy_cm1") or transition_energy_cm1("CdSe", node["diameter_nm"])
        axis = Rotation.from_quat(node["orientation"]).apply([0.0, 0.0, 1.0])
        energies.append(energy)
        dipoles.append(np.array(node.get("dipole_debye", dipole_debye("CdSe", energy) * axis)))
    matrix = np.diag(energies)
    for i, first in enumerate(names):
        for j, second in enumerate(names):
            bond = graph.get_edge_data(first, second)
            if i == j or (bond is None and not long_range):
                continue
            if bond and "coupling_cm1" in bond:
                matrix[i, j] = bond["coupling_cm1"]
                continue
            line = np.subtract(graph.nodes[second]["position_nm"], graph.nodes[first]["position_nm"])
            distance = (bond or {}).get("centre_distance_nm", float(np.linalg.norm(line)))
            unit = line / np.linalg.norm(line)
            screened = (3.0 * 2.25 / (6.2 + 2.0 * 2.25)) ** 2 / 2.25
            geometry = dipoles[i] @ dipoles[j] - 3.0 * (dipoles[i] @ unit) * (dipoles[j] @ unit)
            matrix[i, j] = 5.034117 * screened * geometry / distance**3
    levels, vectors = np.linalg.eigh(matrix)
    shared = [1.0 / sum(v**4 for v in vectors[:, k]) for k in range(len(names))]
    return levels, vectors.T @ np.array(dipoles), np.array(shared)


def random_graph(rng, count):
    graph = nx.random_labeled_tree(count, seed=int(rng.integers(1e6))) if count > 1 else nx.empty_graph(1)
    graph.graph["weight"] = float(rng.uniform(0.5, 2.0))
    for n in graph:
        graph.nodes[n].update(material="CdSe", diameter_nm=float(rng.normal(3.0, 0.2)),
                              position_nm=tuple(rng.normal((3.5 * n, 0.0, 0.0), 0.2)),
                              orientation=Rotation.random(random_state=int(rng.integers(1e6))).as_quat())  # fmt: skip
        if rng.random() < 0.2:
            graph.nodes[n]["energy_cm1"] = float(rng.normal(18500.0, 200.0))
        if rng.random() < 0.2:
            graph.nodes[n]["dipole_debye"] = tuple(rng.normal(0.0, 8.0, 3))
    for _, _, bond in graph.edges(data=True):
        if rng.random() < 0.5:
            bond["centre_distance_nm"] = float(rng.uniform(2.5, 4.0))
        if rng.random() < 0.3:
            bond["coupling_cm1"] = float(rng.normal(0.0, 100.0))
    return graph


@pytest.mark.parametrize("long_range", [True, False])
def test_batches_agree_with_the_twin(long_range):
    rng = np.random.default_rng(21)
    graphs = [random_graph(rng, int(n)) for n in rng.integers(1, 8, 60)]
    many = ensemble(graphs, long_range=long_range)
    for row, graph in enumerate(graphs):
        levels, dipoles, shared = slow_states(graph, long_range)
        size = len(graph)
        np.testing.assert_allclose(many.energies_cm1[row, :size], levels, rtol=1e-8)
        strengths = np.sum(many.dipoles_debye[row, :size] ** 2, axis=1)
        np.testing.assert_allclose(strengths, np.sum(dipoles**2, axis=1), rtol=1e-4, atol=1e-4)
        np.testing.assert_allclose(many.participation[row, :size], shared, rtol=1e-4)


def test_spectra_agree_with_plain_sums():
    rng = np.random.default_rng(22)
    graphs = [random_graph(rng, int(n)) for n in rng.integers(1, 5, 20)]
    many = ensemble(graphs)
    grid, sigma = np.arange(15000.0, 22000.0, 25.0), 300.0 / math.sqrt(8.0 * math.log(2.0))
    absorbed, emitted, excited = np.zeros(len(grid)), np.zeros(len(grid)), 0.0
    for graph in graphs:
        levels, dipoles, _ = slow_states(graph, True)
        strengths, weight = np.sum(dipoles**2, axis=1), graph.graph["weight"]
        lines = np.exp(-0.5 * ((grid - levels[:, None]) / sigma) ** 2) / (sigma * math.sqrt(2.0 * math.pi))
        absorbed += weight * strengths @ lines
        photons = np.exp(-(levels - levels[0]) / (0.695034800 * 300.0)) * radiative_rates_s(levels, dipoles)
        emitted += weight * strengths.sum() * (photons / photons.sum()) @ lines
        excited += weight * strengths.sum()
    total = sum(graph.graph["weight"] for graph in graphs)
    np.testing.assert_allclose(absorption(many, grid, 300.0), absorbed / total, rtol=1e-5, atol=1e-9)
    np.testing.assert_allclose(emission(many, grid, 300.0), emitted / excited, rtol=1e-5, atol=1e-12)
