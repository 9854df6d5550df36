"""Hamilton 2023: what the two-band model of quasi-homodimers reproduces. Its parameters are fitted to that paper."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from physics.excitons import ensemble, excitons
from physics.excitons.dot import transition_energy_cm1
from physics.excitons.levels import dot_states
from physics.excitons.quasi_homodimers import coherence_map, coherences, quasi_homodimers
from physics.excitons.two_band import TwoBand, pair_coupling_cm1

LABELS = ("L1-", "L1+", "L2-", "L2+", "H1-", "H1+", "H2-", "H2+")
WIDE = [17679, 18730, 17821, 18905, 19007, 20087, 19148, 20263]  # 3.0 nm / 9 %, mean levels of the project's notes
NARROW = [18089, 19022, 18267, 19218, 19455, 20400, 19632, 20596]  # 2.8 nm / 5 %


def dimers(mean, dispersion, count=4000, seed=1, **more):
    return quasi_homodimers(mean, dispersion, count, np.random.default_rng(seed), **more)


def of_band(many, band, name):
    return getattr(many, name)[:, [label.startswith(band) for label in many.labels]]


def graph_of_dimer(sizes, turn=(0.0, 0.0, 0.0, 1.0), gap=0.5):
    graph = nx.Graph()
    distance = sum(sizes) / 2 + gap
    for n, size in enumerate(sizes):
        graph.add_node(n, material="CdSe", diameter_nm=size, position_nm=(0.0, 0.0, n * distance))
    graph.nodes[1]["orientation"] = turn
    graph.add_edge(0, 1, state="touching", gap_nm=gap, centre_distance_nm=distance, link="propanedithiol")
    return graph


def test_mean_levels_follow_the_project_notes():
    wide, narrow = dimers(3.0, 0.09), dimers(2.8, 0.05)
    assert wide.labels == LABELS
    assert wide.energies_cm1.mean(axis=0) == pytest.approx(WIDE, abs=25)
    assert narrow.energies_cm1.mean(axis=0) == pytest.approx(NARROW, abs=15)
    assert wide.energies_cm1.std(axis=0) == pytest.approx([336, 424, 361, 473, 365, 459, 391, 508], rel=0.05)


def test_delocalisation_and_widths_against_disorder():
    wide, narrow, small = dimers(3.0, 0.09), dimers(2.8, 0.05), dimers(2.8, 0.09)
    shared = [float(of_band(many, "L", "participation").mean()) for many in (wide, narrow, small)]
    assert 1.5 < shared[0] < 1.7
    assert shared[1] > shared[0] + 0.1
    assert 1.5 < shared[2] < 1.7
    widths = [float(of_band(many, "L", "energies_cm1").std(axis=0).mean()) for many in (wide, narrow)]
    assert 1.6 < widths[0] / widths[1] < 2.1


def test_disorder_evens_the_dipoles():
    even = []
    for many in (dimers(3.0, 0.09), dimers(2.8, 0.05)):
        strengths = np.sum(many.dipoles_debye**2, axis=2)
        low, high = strengths[:, 2], strengths[:, 3]
        even.append(float(np.average(4 * low * high / (low + high) ** 2, weights=low + high)))
    assert even[0] > even[1] + 0.02


def test_aligned_exact_homodimer_has_bright_and_dark_levels():
    many = dimers(3.0, 0.0, 50, aligned=True)
    strengths = np.sum(many.dipoles_debye**2, axis=2)
    np.testing.assert_allclose(strengths[:, 3], 0.0, atol=1e-9)  # V < 0: the symmetric, bright one lies lowest
    np.testing.assert_allclose(many.participation, 2.0)
    assert (strengths[:, 2] > 300.0).all()


def test_heterodimers_lose_delocalisation_with_disorder():
    """The paper asks for 5 % or less in heterodimers; the model has the trend for near sizes only."""
    near = [float(of_band(dimers(2.8, s, second_mean_nm=3.0), "L", "participation").mean()) for s in (0.02, 0.05, 0.09)]
    assert near[0] > near[1] > near[2]
    assert near[1] < float(of_band(dimers(2.9, 0.05), "L", "participation").mean())


def test_graphs_and_arrays_give_the_same_dimers():
    graph = graph_of_dimer((3.1, 2.9), Rotation.random(random_state=3).as_quat())
    states = excitons(graph, "two_band")
    assert states.labels == LABELS
    law = pair_coupling_cm1(3.1, 2.9, 0.5)
    assert law == pytest.approx(-413.0 * (9.0 / 3.1 / 2.9) ** 0.15)
    first, second = (dot_states("CdSe", size, "two_band") for size in (3.1, 2.9))
    for label in range(4):
        matrix = [[first.energies_cm1[label], law], [law, second.energies_cm1[label]]]
        np.testing.assert_allclose(states.energies_cm1[2 * label : 2 * label + 2], np.linalg.eigvalsh(matrix))
    np.testing.assert_allclose(np.linalg.eigvalsh(states.hamiltonian_cm1), np.sort(states.energies_cm1), rtol=1e-12)
    rebuilt = states.vectors.T @ states.hamiltonian_cm1 @ states.vectors
    np.testing.assert_allclose(rebuilt, np.diag(states.energies_cm1), atol=1e-8)


def test_larger_clusters_of_the_model():
    chain = nx.path_graph(3)
    for n in chain:
        chain.nodes[n].update(material="CdSe", diameter_nm=3.0, position_nm=(0.0, 0.0, 3.5 * n))
    states = excitons(chain, "two_band", long_range=False)
    assert states.labels[:3] == ("L1/1", "L1/2", "L1/3")
    lower = dot_states("CdSe", 3.0, "two_band").energies_cm1[0]
    np.testing.assert_allclose(states.energies_cm1[:3], lower + 413.0 * np.sqrt(2) * np.array([-1, 0, 1]), atol=1e-6)
    mixed = ensemble([chain, graph_of_dimer((3.0, 3.0))], "two_band")
    assert mixed.energies_cm1.shape == (2, 12)


def test_level_models_of_one_dot():
    curve = transition_energy_cm1("CdSe", 3.0)
    site, edge = dot_states("CdSe", 3.0), dot_states("CdSe", 3.0, "band_edge")
    assert site.energies_cm1 == pytest.approx([curve])
    assert sum(site.degeneracies) == sum(edge.degeneracies) == 8
    strengths = np.sum(edge.dipoles_debye**2, axis=1)
    assert np.average(edge.energies_cm1, weights=strengths) == pytest.approx(curve)
    assert strengths.sum() == pytest.approx(np.sum(site.dipoles_debye**2))
    band = dot_states("CdSe", 3.0, "two_band")
    assert band.energies_cm1[2] - band.energies_cm1[0] == pytest.approx(1340.0)
    assert band.energies_cm1[1] - band.energies_cm1[0] == pytest.approx(145, abs=2)  # +-1U over +-1L in the notes
    low = np.sum(band.dipoles_debye[:2] ** 2, axis=1)
    assert np.average(band.energies_cm1[:2], weights=low) == pytest.approx(curve - 250.0)
    second = dot_states("CdSe", 3.0, "two_band_2s")
    assert second.labels[4:] == ("S1", "S2")
    assert np.sum(second.dipoles_debye[4:] ** 2) < 0.1 * low.sum()
    assert "assumed" in dot_states("CdS", 4.0, "band_edge").standing


def test_map_over_diameter_and_dispersion():
    result = coherence_map(np.linspace(2.2, 4.0, 10), np.linspace(0.02, 0.12, 6), np.random.default_rng(2), 500)
    shared = result.participation
    assert (shared.diff("dispersion").mean("diameter") < 0.0).all()
    assert (shared.sel(dispersion=0.12) < shared.sel(dispersion=0.02)).all()
    assert float(shared.sel(diameter=3.0, dispersion=0.02)) > 1.9
    assert result.diameter.attrs["units"] == "nm"
    assert 0 < int(result.usable_coherences.min()) < int(result.usable_coherences.max()) <= 28


def test_usable_coherences_follow_their_rule():
    found = coherences(dimers(3.0, 0.09))
    assert len(found) == 28
    strongest = max(pair.weight for pair in found)
    for pair in found:
        if pair.usable:
            assert pair.width_cm1 < pair.frequency_cm1
            assert pair.weight >= 0.05 * strongest
    assert any(pair.usable for pair in found)
    assert not any(pair.usable for pair in coherences(dimers(3.0, 0.09, gap_nm=0.9)))  # no longer shared


def test_four_thousand_dimers_at_once():
    rng = np.random.default_rng(4)
    sizes, turns = rng.normal(3.0, 0.27, (4000, 2)), Rotation.random(4000, random_state=1).as_quat()
    graphs = [graph_of_dimer(tuple(s), tuple(t)) for s, t in zip(sizes.tolist(), turns.tolist(), strict=True)]
    many = ensemble(graphs, "two_band")
    assert many.energies_cm1.shape == (4000, 8)


def lone_and_pair():
    pair = graph_of_dimer((3.0, 3.0))
    return [pair, nx.Graph(pair.subgraph([0]))]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: dimers(1.0, 0.05), "between 2 and 8 nm"),
        (lambda: dimers(3.0, 0.9), "size_dispersion"),
        (lambda: dimers(3.0, 0.05, 0), "count"),
        (lambda: dimers(3.0, 0.05, gap_nm=-1.0), "gap_nm"),
        (lambda: dot_states("PbS", 4.0, "band_edge"), "extrema lie at L"),
        (lambda: dot_states("CdS", 4.0, "two_band"), "material must be CdSe"),
        (lambda: dot_states("CdSe", 4.0, "three_band"), "model must be one of"),
        (lambda: coherences(ensemble(lone_and_pair())), "clusters of one size"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_parameters_can_be_changed():
    free = excitons(graph_of_dimer((3.0, 3.0)), "two_band", parameters=TwoBand(coupling_cm1=0.0))
    np.testing.assert_allclose(free.participation, 1.0)


def test_verdicts(claims_of, check):
    claims = claims_of("hamilton_2_ensembles", 0.25)
    short = {"hamilton-2a-slower-mean"}
    check(claims, reached=set(claims) - short, short=short)
    assert claims["hamilton-2b-wider"].ours.value == pytest.approx(1.72, abs=0.05)
    assert claims["hamilton-2d-wide-1s"].ours.value == pytest.approx(1.59, abs=0.02)
    assert claims["hamilton-2d-wide-2s"].ours.value == pytest.approx(1.47, abs=0.02)
