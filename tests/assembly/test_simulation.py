"""The loop conserves what it must, repeats to the bit, and its columns and graphs tell one story."""

import numpy as np
import pytest

from assembly import Dots, Flask, simulate
from assembly.geometry import exclusion_radii_nm
from physics.fusion.energetics import fuse


def flask(**changed):
    given = dict(
        dots=(Dots("CdS", "CdS", 4.26, 100.0, size_dispersion=0.05),), solvent="oleylamine", ligand="oleylamine",
        chalcogenide_equivalents=1.25, temperature_c=150.0, time_min=60.0, particles=4000, replicas=3, seed=7,
    )  # fmt: skip
    return Flask(**(given | changed))


@pytest.fixture(scope="module")
def made():
    return simulate(flask())


def test_dots_clusters_and_bonds_are_conserved(made):
    assert made.violations == 0
    assert made.clusters["size"].sum() == 3 * 4000
    assert np.array_equal(np.bincount(made.particles["cluster"]), made.clusters["size"])
    # Bonds make trees: one fewer than the dots of every cluster.
    assert np.array_equal(made.clusters["bonds"], made.clusters["size"] - 1)
    assert made.events == made.bonds["first"].size
    for column in ("first", "second"):
        assert np.array_equal(made.particles["cluster"][made.bonds[column]], made.bonds["cluster"])
        assert np.array_equal(made.particles["replica"][made.bonds[column]], made.bonds["replica"])


def test_time_runs_forward_within_a_replica(made):
    for replica in range(3):
        times = made.bonds["time_s"][made.bonds["replica"] == replica]
        assert (np.diff(times) > 0.0).all()
        assert times[0] > 0.0
        assert times[-1] < 3600.0


def test_the_same_seed_gives_the_same_bits_on_any_number_of_workers(made):
    again = simulate(flask(), workers=3)
    for mine, theirs in ((made.particles, again.particles), (made.bonds, again.bonds), (made.clusters, again.clusters)):
        for name in mine:
            assert np.array_equal(mine[name], theirs[name]), name
    other = simulate(flask(seed=8))
    assert not np.array_equal(other.bonds["time_s"][:100], made.bonds["time_s"][:100])


def test_a_generator_that_is_passed_in_drives_the_run():
    one = simulate(flask(replicas=1), np.random.default_rng(99))
    two = simulate(flask(replicas=1), np.random.default_rng(99))
    three = simulate(flask(replicas=1), np.random.default_rng(100))
    assert np.array_equal(one.bonds["time_s"], two.bonds["time_s"])
    assert not np.array_equal(one.bonds["time_s"][:50], three.bonds["time_s"][:50])


def test_bonds_have_the_geometry_of_the_fused_pair():
    alike = simulate(flask(dots=(Dots("CdS", "CdS", 4.26, 100.0),), replicas=1))
    pair = fuse("CdS", 2.13, "CdS", 2.13, 150.0)
    for column, value in (
        ("strain", pair.strain),
        ("centre_distance_nm", pair.centre_distance_nm),
        ("neck_radius_nm", pair.neck_radius_nm),
        ("aspect_ratio", pair.aspect_ratio),
    ):
        assert np.allclose(alike.bonds[column], value, rtol=1e-9), column


def test_each_bond_of_unequal_dots_follows_from_its_own_radii(made):
    pairs = np.flatnonzero(made.clusters["size"][made.bonds["cluster"]] == 2)[:20]
    radii = 0.5 * made.particles["diameter_nm"]
    for row in pairs:
        pair = fuse("CdS", radii[made.bonds["first"][row]], "CdS", radii[made.bonds["second"][row]], 150.0)
        assert made.bonds["strain"][row] == pytest.approx(pair.strain, rel=1e-8)


def test_graphs_carry_their_clusters(made):
    graphs = made.graphs(limit=300)
    assert sum(graph.graph["weight"] for graph in graphs) == pytest.approx(made.clusters["size"].size)
    assert {len(graph) for graph in graphs} == set(np.unique(made.clusters["size"]).tolist())
    for graph in graphs:
        assert len(graph) == made.clusters["size"][graph.graph["cluster_id"]]
        assert graph.number_of_edges() == len(graph) - 1
        for node in graph.nodes.values():
            assert np.linalg.norm(node["orientation"]) == pytest.approx(1.0)
            assert len(node["position_nm"]) == 3
        for a, b, edge in graph.edges(data=True):
            gap = np.subtract(graph.nodes[a]["position_nm"], graph.nodes[b]["position_nm"])
            assert np.linalg.norm(gap) == pytest.approx(edge["centre_distance_nm"], abs=1e-9)
            assert edge["state"] in ("touching", "necked", "coalesced")


def test_dots_that_share_no_bond_overlap_no_more_than_their_bonds_strain_allows(made):
    for graph in made.graphs(limit=300):
        radii = np.array([0.5 * node["diameter_nm"] for node in graph.nodes.values()])
        places = np.array([node["position_nm"] for node in graph.nodes.values()])
        first, second = (np.array(ends, dtype=int) for ends in (list(zip(*graph.edges, strict=True)) or ([], [])))
        distances = np.array([edge["centre_distance_nm"] for edge in graph.edges.values()])
        kept = exclusion_radii_nm(radii, first, second, distances)
        for a in graph:
            for b in graph:
                if a < b and not graph.has_edge(a, b):
                    assert np.linalg.norm(places[a] - places[b]) >= kept[a] + kept[b] - 1e-9


def test_coalesced_pairs_are_told_from_dimers():
    hot = simulate(flask(temperature_c=240.0, replicas=1, chalcogenide_equivalents=1.0)).summary()
    assert hot["bond_states"]["coalesced"] > 0.95
    assert hot["dimer_yield"]["of_objects"]["value"] > 0.9
    assert hot["dimer_yield"]["resolvable"]["value"] < 0.02


def test_summary_shares_add_up(made):
    summary = made.summary()
    sizes = summary["cluster_sizes"]
    assert sum(row["of_particles"] for row in sizes.values()) == pytest.approx(1.0)
    assert sum(row["of_objects"] for row in sizes.values()) == pytest.approx(1.0)
    assert sum(row["of_assemblies"] or 0.0 for row in sizes.values()) == pytest.approx(1.0)
    assert sum(summary["bond_states"].values()) == pytest.approx(1.0)
    assert summary["mixed_share"] is None


def test_two_kinds_are_shared_out():
    both = (Dots("CdS", "CdS", 4.26, 50.0), Dots("CdSe", "CdSe", 4.6, 50.0, attachment_energy_ev=2.5))
    summary = simulate(flask(dots=both, replicas=1)).summary()
    assert sum(summary["pair_shares"].values()) == pytest.approx(1.0)
    assert set(summary["pair_shares"]) == {"CdS-CdS", "CdS-CdSe", "CdSe-CdSe"}
    assert 0.0 < summary["mixed_share"] < 1.0
    none = simulate(flask(dots=both, replicas=1, pair_factors={("CdSe", "CdS"): 0.0}))
    assert none.summary()["mixed_share"] == 0.0


def test_workers_must_be_a_whole_number():
    with pytest.raises(ValueError, match="workers must be a whole number of at least 1, got 0"):
        simulate(flask(), workers=0)


def test_progress_ends_at_one():
    seen = []
    simulate(flask(replicas=2), progress=seen.append)
    assert seen[-1] == 1.0
    assert all(0.0 <= fraction <= 1.0 for fraction in seen)
