"""States of graphs: exact dimers and chains, invariance under rotation and relabelling, mixtures, merging, errors."""

from __future__ import annotations

import json

import networkx as nx
import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from physics.excitons import check_graph, ensemble, ensemble_from_arrays, excitons, hamiltonian
from physics.excitons.coupling import coupling_from_shift_cm1, dipole_coupling_cm1, screening
from physics.excitons.dot import transition_energy_cm1
from physics.excitons.fine_structure import elongation_shift_mev
from physics.excitons.graphs import with_flat_vectors, with_vectors
from physics.excitons.hamiltonian import dimer_levels_cm1, four_state_dimer, populations
from physics.spectra.linear import absorption
from physics.units import CM1_PER_MEV, HBAR_CM1_FS


def chain(count, coupling=None, energy=18000.0, spacing=6.0):
    graph = nx.path_graph(count)
    for n in graph:
        graph.nodes[n].update(material="CdSe", diameter_nm=3.0, energy_cm1=energy, dipole_debye=(0.0, 0.0, 10.0),
                              position_nm=(spacing * n, 0.0, 0.0))  # fmt: skip
    if coupling is not None:
        nx.set_edge_attributes(graph, coupling, "coupling_cm1")
    return graph


def random_cluster(rng, count):
    graph = nx.path_graph(count)
    for n in graph:
        graph.nodes[n].update(kind="CdSe", material="CdSe", diameter_nm=rng.normal(3.0, 0.2),
                              position_nm=rng.normal((4.0 * n, 0.0, 0.0), 0.3),
                              orientation=Rotation.random(random_state=int(rng.integers(1e6))).as_quat())  # fmt: skip
    return graph


def test_dimer_of_the_issue():
    graph = chain(2, 150.0)
    graph.nodes[0]["energy_cm1"], graph.nodes[1]["energy_cm1"] = 17900.0, 18100.0
    states = excitons(graph)
    assert np.diff(states.energies_cm1)[0] == pytest.approx(360.555, abs=1e-3)
    assert excitons(chain(2, 150.0)).participation == pytest.approx([2.0, 2.0], abs=1e-12)
    assert excitons(chain(2, 0.0)).participation == pytest.approx([1.0, 1.0], abs=1e-12)


@pytest.mark.parametrize("count", [2, 3, 4, 6, 24])
def test_chain_follows_the_exact_solution(count):
    coupling = 12.0 * CM1_PER_MEV
    states = excitons(chain(count, coupling), long_range=False)
    exact = 18000.0 + 2.0 * coupling * np.cos(np.pi * np.arange(count, 0, -1) / (count + 1))
    np.testing.assert_allclose(states.energies_cm1, exact, atol=1e-8)
    np.testing.assert_allclose(states.vectors.T @ states.vectors, np.eye(count), atol=1e-12)


def test_chain_values_and_long_range_tails():
    lowest, tails = [], []
    for count in (2, 3, 4, 6):
        graph = chain(count, -12.0 * CM1_PER_MEV)
        # head to tail, so that the tails have the sign of the override
        nx.set_node_attributes(graph, (40.0, 0.0, 0.0), "dipole_debye")
        lowest.append((excitons(graph, long_range=False).energies_cm1[0] - 18000.0) / CM1_PER_MEV)
        tails.append((excitons(graph).energies_cm1[0] - 18000.0) / CM1_PER_MEV)
    assert lowest == pytest.approx([-12.0, -17.0, -19.4, -21.6], abs=0.1)
    assert tails[0] == pytest.approx(lowest[0])
    assert all(with_tails < without - 0.01 for with_tails, without in zip(tails[1:], lowest[1:], strict=True))


def test_turning_or_relabelling_changes_nothing():
    rng = np.random.default_rng(3)
    graph = random_cluster(rng, 5)
    states, turn = excitons(graph), Rotation.from_euler("xyz", (0.3, 1.1, -2.0))
    turned = graph.copy()
    for n in turned:
        node = turned.nodes[n]
        node["position_nm"] = turn.apply(node["position_nm"])
        node["orientation"] = (turn * Rotation.from_quat(node["orientation"])).as_quat()
    order = [3, 0, 4, 2, 1]
    relabelled = nx.Graph()
    relabelled.add_nodes_from((f"dot {n}", graph.nodes[n]) for n in order)
    relabelled.add_edges_from((f"dot {u}", f"dot {v}", data) for u, v, data in graph.edges(data=True))
    strengths = np.sum(states.dipoles_debye**2, axis=1)
    for other in (excitons(turned), excitons(relabelled)):
        np.testing.assert_allclose(other.energies_cm1, states.energies_cm1, rtol=1e-10)
        np.testing.assert_allclose(np.sum(other.dipoles_debye**2, axis=1), strengths, rtol=1e-8)
        np.testing.assert_allclose(other.participation, states.participation, rtol=1e-8)
    back = excitons(turned).dipoles_debye
    for one, two in zip(turn.apply(states.dipoles_debye), back, strict=True):
        assert np.allclose(one, two, atol=1e-8) or np.allclose(one, -two, atol=1e-8)


def test_dipole_coupling_has_its_geometry_and_its_decay():
    z, x = (0.0, 0.0, 14.0), (14.0, 0.0, 0.0)
    parallel, in_line = dipole_coupling_cm1(z, z, (5.0, 0, 0), 1, 1), dipole_coupling_cm1(x, x, (5.0, 0, 0), 1, 1)
    assert in_line == pytest.approx(-2.0 * parallel)
    assert abs(in_line) == pytest.approx(15.8, abs=0.1)  # kappa = 2, 14 D, 5 nm, vacuum
    assert abs(dipole_coupling_cm1(x, x, (5.0, 0, 0))) == pytest.approx(2.8, abs=0.1)  # screened
    assert dipole_coupling_cm1(x, x, (10.0, 0, 0)) == pytest.approx(dipole_coupling_cm1(x, x, (5.0, 0, 0)) / 8.0)
    assert dipole_coupling_cm1(x, z, (5.0, 0, 0)) == pytest.approx(0.0)
    with pytest.raises(ValueError, match="separation_nm"):
        dipole_coupling_cm1(x, x, (0.0, 0.0, 0.0))


def test_graph_coupling_is_the_law_of_a_pair_and_the_edge_distance_wins():
    graph = chain(2)
    for distance in (None, 4.0):
        if distance:
            graph.edges[0, 1]["centre_distance_nm"] = distance
        law = dipole_coupling_cm1((0, 0, 10.0), (0, 0, 10.0), (distance or 6.0, 0, 0))
        assert excitons(graph).hamiltonian_cm1[0, 1] == pytest.approx(law, rel=1e-12)


def test_four_states_and_transfer():
    rng = np.random.default_rng(5)
    a, b, v = rng.uniform(15000, 20000, 1000), rng.uniform(15000, 20000, 1000), rng.normal(0, 200, 1000)
    b[:50] = a[:50]
    lower, upper = dimer_levels_cm1(a, b, v)
    numeric = np.array([np.linalg.eigvalsh(four_state_dimer(*one)[1:3, 1:3]) for one in zip(a, b, v, strict=True)])
    np.testing.assert_allclose(np.stack([lower, upper], axis=1), numeric, rtol=1e-12)
    gap = np.abs(a - b)[50:]
    root = np.sqrt(1.0 + 4.0 * (v[50:] / gap) ** 2)
    paper = [np.maximum(a, b)[50:] - 0.5 * gap * (1.0 + sign * root) for sign in (1.0, -1.0)]
    np.testing.assert_allclose(paper, [lower[50:], upper[50:]], rtol=1e-12)
    assert (upper[50:] > np.maximum(a, b)[50:]).all()  # the paper's sentence says the opposite
    coupling = 12.0 * CM1_PER_MEV
    transfer_fs = np.pi * HBAR_CM1_FS / (2.0 * coupling)
    assert transfer_fs == pytest.approx(86.0, abs=0.5)
    there = populations(four_state_dimer(18000, 18000, coupling), 1, [0.0, transfer_fs / 2, transfer_fs])
    np.testing.assert_allclose(there, [[0, 1, 0, 0], [0, 0.5, 0.5, 0], [0, 0, 1, 0]], atol=1e-9)


@pytest.mark.parametrize("detuning", [0.0, 5.0, 10.0, 50.0])
def test_coupling_comes_back_from_the_shift_it_causes(detuning):
    lower, _ = dimer_levels_cm1(1000.0, 1000.0 + detuning, 12.0)
    assert coupling_from_shift_cm1(1000.0 - float(lower), detuning) == pytest.approx(12.0, rel=1e-9)
    with pytest.raises(ValueError, match="shift_cm1"):
        coupling_from_shift_cm1(-1.0)


def test_mixture_is_the_weighted_mean_of_its_clusters():
    rng = np.random.default_rng(8)
    graphs = [random_cluster(rng, n) for n in (1, 3, 2, 3, 1)]
    for n, graph in enumerate(graphs):
        graph.graph["weight"] = 1.0 + n
    grid = np.linspace(16000, 21000, 301)
    mixed = ensemble(graphs)
    assert mixed.energies_cm1.shape == (5, 3)
    one_by_one = [absorption(excitons(graph), grid, 150.0).values for graph in graphs]
    np.testing.assert_allclose(absorption(mixed, grid, 150.0), np.average(one_by_one, axis=0, weights=[1, 2, 3, 4, 5]))
    for row, graph in enumerate(graphs):
        np.testing.assert_allclose(mixed.energies_cm1[row, : len(graph)], excitons(graph).energies_cm1, rtol=1e-12)
        assert np.isnan(mixed.energies_cm1[row, len(graph) :]).all()


@pytest.mark.parametrize("lineshape", ["gaussian", "lorentzian"])
def test_absorption_is_strength_times_area_normalised_lines(lineshape):
    states = excitons(chain(3, 100.0))
    grid = np.linspace(0.0, 36000.0, 36001)
    spectrum = absorption(states, grid, 80.0, lineshape)
    assert spectrum.energy.attrs["units"] == "cm-1"
    assert float(spectrum.integrate("energy")) == pytest.approx(300.0, rel=3e-3)
    lone = absorption(excitons(chain(1)), grid, 80.0, lineshape)
    top = float(lone.max())
    assert float(lone.sel(energy=17960.0)) == pytest.approx(top / 2.0, rel=1e-6)


def test_arrays_and_graphs_agree():
    rng = np.random.default_rng(2)
    energies, dipoles = rng.normal(18000, 100, (4, 3)), rng.normal(0, 8, (4, 3, 3))
    couplings = rng.normal(0, 50, (4, 3, 3))
    couplings = couplings + couplings.transpose(0, 2, 1)
    many = ensemble_from_arrays(energies, dipoles, couplings)
    for row in range(4):
        matrix = couplings[row] - np.diag(np.diag(couplings[row])) + np.diag(energies[row])
        np.testing.assert_allclose(many.energies_cm1[row], np.linalg.eigvalsh(matrix))
    with pytest.raises(ValueError, match="couplings_cm1 must be symmetric"):
        ensemble_from_arrays(energies, dipoles, np.triu(couplings))
    with pytest.raises(ValueError, match="couplings_cm1 must be an array of real numbers, but complex numbers came"):
        ensemble_from_arrays(energies, dipoles, couplings + 1j * (np.triu(couplings) - np.tril(couplings)))


def test_directed_graphs_are_refused_and_told_apart_by_their_couplings():
    both = random_cluster(np.random.default_rng(4), 3).to_directed()
    with pytest.raises(ValueError, match=r"graphs\[0\] must be undirected with single edges, but a DiGraph came"):
        excitons(both)
    both.edges[0, 1]["coupling_cm1"], both.edges[1, 0]["coupling_cm1"] = 50.0, 20.0
    with pytest.raises(ValueError, match=r"edge 0-1: coupling_cm1 must be the same both ways.* 50\.0 and 20\.0 came"):
        excitons(both)


def test_coalesced_pair_is_one_dot_of_the_summed_volume():
    graph = random_cluster(np.random.default_rng(1), 3)
    graph.edges[0, 1]["state"] = "coalesced"
    states = excitons(graph, long_range=False)
    volume = graph.nodes[0]["diameter_nm"] ** 3 + graph.nodes[1]["diameter_nm"] ** 3
    assert len(states.energies_cm1) == 2
    assert states.hamiltonian_cm1[0, 0] == pytest.approx(transition_energy_cm1("CdSe", np.cbrt(volume)))
    graph.edges[1, 2]["state"] = "coalesced"
    assert len(excitons(graph).energies_cm1) == 1


BAD = [
    (lambda g: g.nodes[1].pop("material"), "node 1: material is missing"),
    (lambda g: g.nodes[1].pop("diameter_nm"), "node 1: diameter_nm is missing"),
    (lambda g: g.nodes[2].update(diameter_nm=0.0), "node 2: diameter_nm must be above 0"),
    (lambda g: g.nodes[2].update(diameter_nm=float("nan")), "node 2: diameter_nm must be a finite number"),
    (lambda g: g.nodes[2].update(diameter_nm="big"), "node 2: diameter_nm must be a finite number"),
    (lambda g: g.nodes[0].update(diameter_nm=30.0), "node 0: diameter_nm .* between 2 and 8 nm"),
    (lambda g: g.nodes[0].update(material="CdSee"), "node 0: .*did you mean 'CdSe'"),
    (lambda g: g.nodes[0].pop("position_nm"), "node 0: position_nm is missing"),
    (lambda g: g.nodes[0].update(position_nm=(1.0, 2.0)), "node 0: position_nm must be 3 finite numbers"),
    (lambda g: g.nodes[1].update(position_nm=g.nodes[0]["position_nm"]), "node 0: position_nm is the same point"),
    (lambda g: g.nodes[1].update(orientation=(0, 0, 0, 2.0)), "node 1: orientation must be a unit quaternion"),
    (lambda g: g.nodes[1].update(core_diameter_nm=30.0), "node 1: core_diameter_nm must not exceed"),
    (lambda g: g.edges[0, 1].update(state="melted"), "edge 0-1: state must be one of"),
    (lambda g: g.edges[0, 1].update(coupling_cm1="strong"), "edge 0-1: coupling_cm1 must be a finite number"),
    (lambda g: g.edges[0, 1].update(coupling_cm1=50 + 20j), "edge 0-1: coupling_cm1 must be a finite real number"),
    (lambda g: g.edges[0, 1].update(coupling_cm1=np.complex64(5j)), "edge 0-1: coupling_cm1 must be a finite real"),
    (lambda g: g.edges[0, 1].update(coupling_cm1=[[0, 5], [3, 0]]), "edge 0-1: coupling_cm1 must be a finite number"),
    (lambda g: g.nodes[1].update(energy_cm1=np.complex128(18e3 + 1j)), "node 1: energy_cm1 must be a finite real"),
    (lambda g: g.nodes[1].update(dipole_debye=np.array([0, 0, 5j])), "node 1: dipole_debye must be 3 finite numbers"),
    (lambda g: g.edges[1, 2].update(gap_nm=-1.0), "edge 1-2: gap_nm must not be negative"),
    (lambda g: g.edges[1, 2].update(centre_distance_nm=0.0), "edge 1-2: centre_distance_nm must be above 0"),
    (lambda g: g.add_edge(1, 1), "joined to itself"),
    (lambda g: g.clear(), "at least one dot"),
]


@pytest.mark.parametrize(("spoil", "words"), BAD)
def test_bad_graphs_are_refused_in_one_sentence(spoil, words):
    graph = random_cluster(np.random.default_rng(4), 3)
    for n in graph:
        graph.nodes[n]["diameter_nm"] = 7.9
    spoil(graph)
    with pytest.raises(ValueError, match=words) as caught:
        excitons(graph)
    assert "\n" not in str(caught.value)


def test_check_graph_wants_one_piece():
    graph = random_cluster(np.random.default_rng(4), 3)
    check_graph(graph)
    graph.remove_edge(1, 2)
    with pytest.raises(ValueError, match="2 pieces"):
        check_graph(graph)


def test_bad_arguments_are_named():
    graph = chain(2, 100.0)
    for call, words in [
        (lambda: excitons(graph, "sight"), "model must be one of"),
        (lambda: ensemble([graph], weights=[1.0, 2.0]), "weights must be 1"),
        (lambda: ensemble([graph], statistics="fermion"), "statistics must be one of"),
        (lambda: ensemble([]), "graphs must hold"),
        (lambda: absorption(excitons(graph), [3.0, 2.0]), "energies_cm1 must be a row of ascending"),
        (lambda: absorption(excitons(graph), [2.0, 3.0], 0.0), "homogeneous_fwhm_cm1"),
        (lambda: absorption(excitons(graph), [2.0, 3.0], 1.0, "box"), "lineshape must be one of"),
        (lambda: ensemble([nx.DiGraph(graph)]), "must be undirected"),
    ]:
        with pytest.raises(ValueError, match=words):
            call()


def test_flat_vectors_survive_graphml(tmp_path):
    graph = random_cluster(np.random.default_rng(9), 3)
    graph.nodes[0]["dipole_debye"] = (1.0, 2.0, 3.0)
    nx.write_graphml(with_flat_vectors(graph), tmp_path / "g.graphml")
    back = with_vectors(nx.read_graphml(tmp_path / "g.graphml"))
    np.testing.assert_allclose(excitons(back).energies_cm1, excitons(graph).energies_cm1, rtol=1e-12)
    assert back.nodes["0"]["dipole_debye"] == (1.0, 2.0, 3.0)
    broken = with_flat_vectors(graph)
    broken.nodes[1].pop("position_nm_y")
    with pytest.raises(ValueError, match="node 1: position_nm_y is missing"):
        with_vectors(broken)


def test_json_graphs_are_read_as_they_are():
    graph = random_cluster(np.random.default_rng(9), 4)
    for n in graph:
        graph.nodes[n]["orientation"] = [float(x) for x in graph.nodes[n]["orientation"]]
        graph.nodes[n]["position_nm"] = [float(x) for x in graph.nodes[n]["position_nm"]]
        graph.nodes[n]["shell"] = None
    back = nx.node_link_graph(json.loads(json.dumps(nx.node_link_data(graph, edges="edges"))), edges="edges")
    np.testing.assert_allclose(excitons(back).energies_cm1, excitons(graph).energies_cm1, rtol=1e-14)


def test_merging_names_and_overrides():
    graph = random_cluster(np.random.default_rng(1), 3)
    graph.edges[0, 1]["state"] = "coalesced"
    graph.nodes[0]["energy_cm1"] = 18000.0
    with pytest.raises(ValueError, match="graph 1, node 0: energy_cm1 cannot override"):
        ensemble([chain(2), graph])


def test_a_merged_dot_beyond_the_curve_is_clipped_and_counted():
    graph = random_cluster(np.random.default_rng(1), 2)
    for n in graph:
        graph.nodes[n]["diameter_nm"] = 7.5
    graph.edges[0, 1]["state"] = "coalesced"
    many = ensemble([graph])
    assert many.clipped == 1
    assert many.energies_cm1[0, 0] == pytest.approx(transition_energy_cm1("CdSe", 8.0))


def test_tails_of_an_ensemble_are_clipped_and_counted():
    graphs = [random_cluster(np.random.default_rng(n), 1) for n in range(10)]
    graphs[3].nodes[0]["diameter_nm"] = 1.3
    assert ensemble(graphs).clipped == 1
    lone_tail = random_cluster(np.random.default_rng(1), 1)
    lone_tail.nodes[0]["diameter_nm"] = 1.8
    assert ensemble([lone_tail]).clipped == 1
    with pytest.raises(ValueError, match="between 2 and 8 nm"):
        ensemble([lone_tail] * 10)
    with pytest.raises(ValueError, match="between 2 and 8 nm"):
        ensemble([graphs[3]])


def test_core_shell_dots_have_the_level_of_their_core():
    graph = random_cluster(np.random.default_rng(2), 1)
    graph.nodes[0].update(diameter_nm=5.0, core_diameter_nm=3.0, shell="CdS")
    assert excitons(graph).energies_cm1[0] == pytest.approx(transition_energy_cm1("CdSe", 3.0))


def test_band_edge_states_do_not_care_how_the_graph_is_turned():
    graph = random_cluster(np.random.default_rng(7), 3)
    turn = Rotation.from_euler("xyz", (1.0, -0.4, 0.2))
    turned = graph.copy()
    for n in turned:
        node = turned.nodes[n]
        node["position_nm"] = turn.apply(node["position_nm"])
        node["orientation"] = (turn * Rotation.from_quat(node["orientation"])).as_quat()
    one, two = excitons(graph, "band_edge"), excitons(turned, "band_edge")
    np.testing.assert_allclose(one.energies_cm1, two.energies_cm1, rtol=1e-10)
    strengths = [np.sum(states.dipoles_debye**2) for states in (one, two)]
    assert strengths[0] == pytest.approx(strengths[1], rel=1e-10)


@pytest.mark.slow
def test_a_hundred_thousand_mixed_clusters():
    rng = np.random.default_rng(1)
    graphs = [random_cluster(rng, int(n)) for n in rng.integers(1, 7, 100_000)]
    many = ensemble(graphs)
    assert many.energies_cm1.shape == (100_000, 6)


def test_rods_are_redder_than_dots_of_their_diameter():
    graph = random_cluster(np.random.default_rng(2), 1)
    graph.nodes[0].update(material="CdS", diameter_nm=4.0)
    dot = [excitons(graph, model).energies_cm1.mean() for model in ("site", "band_edge")]
    graph.nodes[0]["length_nm"] = 20.0
    rod = [excitons(graph, model).energies_cm1.mean() for model in ("site", "band_edge")]
    shift = CM1_PER_MEV * elongation_shift_mev("CdS", 4.0, 5.0)
    assert rod[0] - dot[0] == pytest.approx(shift)
    assert rod[1] - dot[1] == pytest.approx(shift, abs=150.0)  # the fine structure moves with it
    graph.nodes[0]["length_nm"] = 2.0
    with pytest.raises(ValueError, match="node 0: length_nm of a rod must not be below diameter_nm"):
        excitons(graph)


def test_each_dot_screens_with_its_own_material():
    graph = nx.Graph()
    graph.add_node(0, material="CdSe", diameter_nm=3.0, position_nm=(0.0, 0.0, 0.0), dipole_debye=(0.0, 0.0, 10.0))
    graph.add_node(1, material="PbS", diameter_nm=6.0, position_nm=(0.0, 0.0, 6.0), dipole_debye=(0.0, 0.0, 10.0))
    same = dipole_coupling_cm1((0, 0, 10.0), (0, 0, 10.0), (0, 0, 6.0))
    ratio = screening(17.2) / screening(6.2)
    assert excitons(graph).hamiltonian_cm1[0, 1] == pytest.approx(same * ratio)


def test_batches_change_nothing(monkeypatch):
    rng = np.random.default_rng(12)
    graphs = [random_cluster(rng, n) for n in (3, 2, 3, 3, 1, 2, 3)]
    whole = ensemble(graphs)
    monkeypatch.setattr(hamiltonian, "MOST_PAIRS", 10)
    parts = ensemble(graphs)
    assert len(parts.blocks) > len(whole.blocks)
    np.testing.assert_array_equal(parts.energies_cm1, whole.energies_cm1)


def test_levels_may_be_counted_from_any_zero():
    graph = chain(3, 12.0, energy=0.0)
    np.testing.assert_allclose(
        excitons(graph, long_range=False).energies_cm1, [-12 * 2**0.5, 0.0, 12 * 2**0.5], atol=1e-12
    )


def test_a_cluster_larger_than_a_batch_is_a_batch_of_its_own(monkeypatch):
    """Gels are single clusters whose pairs are more than a batch wants."""
    graph = random_cluster(np.random.default_rng(3), 5)
    whole = ensemble([graph, graph]).energies_cm1
    monkeypatch.setattr("physics.excitons.hamiltonian.MOST_PAIRS", 3)
    np.testing.assert_array_equal(ensemble([graph, graph]).energies_cm1, whole)
