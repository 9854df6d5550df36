"""The dimers of Hamilton 2023 (`cdse-dithiol-dimers`): cluster sizes against the exact laws, and what a link is."""

import numpy as np
import pytest
from coagulation_laws import size_counts, z_scores
from linking_laws import borel_share, mean_degree, unlike_shares

from assembly import simulate
from assembly.linking import gel_warning
from runs.recipe import load

DOTS, REPLICAS, LARGEST = 5000, 250, 6
CONVERSIONS = (0.3, 0.6, 1.0)
SIZES = np.arange(1, LARGEST + 1)


def linked(conversion, seed, dispersion=0.0, **changed):
    given = {
        "simulation.particles": DOTS,
        "simulation.replicas": REPLICAS,
        "simulation.seed": seed,
        "linking.conversion": conversion,
        "dots.CdSe.size_dispersion": dispersion,
    }
    return simulate(load("cdse-dithiol-dimers", given | changed).flask())


def shares_of_dots(made):
    """(replicas, LARGEST) share of dots in clusters of 1, 2, ... dots."""
    of, sizes = made.clusters["replica"], made.clusters["size"]
    counts = [size_counts(sizes[of == replica], LARGEST) for replica in range(made.flask.replicas)]
    return np.array(counts) * SIZES / made.flask.particles


@pytest.mark.parametrize("conversion", CONVERSIONS)
def test_like_dots_follow_borels_law_and_not_one_of_5_percent_more_links(conversion):
    made = linked(conversion, seed=301)
    shares, mu = shares_of_dots(made), mean_degree(0.3, conversion, "end-to-surface")
    z = z_scores(shares, [borel_share(size, mu) for size in SIZES])
    planted = z_scores(shares, [borel_share(size, 1.05 * mu) for size in SIZES])
    print(f"conversion {conversion}, mu = {mu:.2f}: shares of dots {shares.mean(axis=0).round(4)}, z {z.round(2)}")
    print(f"  against 1.05 mu: z {planted.round(1)}")
    assert np.abs(z).max() < 4.0
    assert np.abs(planted).max() > 4.0


@pytest.mark.parametrize("conversion", CONVERSIONS)
def test_nine_percent_dispersion_follows_its_own_law(conversion):
    recipe = load("cdse-dithiol-dimers")
    made = linked(conversion, seed=302, dispersion=recipe.dots[0].size_dispersion)
    areas = made.particles["diameter_nm"] ** 2
    assert areas.std() / areas.mean() == pytest.approx(0.18, abs=0.01)
    alone, pairs = unlike_shares(areas, 0.3 * conversion)
    z = z_scores(shares_of_dots(made)[:, :2], [alone, pairs])
    print(f"9 %, conversion {conversion}: alone {alone:.4f}, in pairs {pairs:.4f}, z {z.round(2)}")
    assert np.abs(z).max() < 4.0


def test_a_link_is_a_gap_that_bears_its_name():
    made = linked(0.6, seed=303, **{"simulation.replicas": 1})
    assert np.all(made.bonds["gap_nm"] == 0.5)
    assert np.all(made.bonds["strain"] == 0.0)
    graphs = [graph for size in (2, 3, 4) for graph in made.graphs(size=size, limit=300)]
    edges = [edge for graph in graphs for *_, edge in graph.edges(data=True)]
    assert len(edges) > 300
    for edge in edges:
        assert (edge["gap_nm"], edge["strain"], edge["link"]) == (0.5, 0.0, "propanedithiol")
        assert (edge["state"], edge["neck_radius_nm"]) == ("touching", 0.0)
        assert edge["centre_distance_nm"] == pytest.approx(3.0 + 0.5)
    for graph in graphs:
        for a, b, edge in graph.edges(data=True):
            apart = np.subtract(graph.nodes[a]["position_nm"], graph.nodes[b]["position_nm"])
            assert np.linalg.norm(apart) == pytest.approx(edge["centre_distance_nm"], abs=1e-9)


def test_the_gel_point_is_known_and_warned_of():
    made = linked(1.0, seed=304, **{"simulation.replicas": 1})
    point = made.summary()["gel_point"]
    print(f"gel point of 0.3 linkers a dot: conversion {point:.4f} (2 lambda p = 1), above 1: never reached")
    assert point == pytest.approx(1.0 / (2.0 * 0.3))
    assert gel_warning(0.3, 1.0) is None
    wide = linked(1.0, seed=305, dispersion=0.09, **{"simulation.replicas": 1}).summary()["gel_point"]
    print(f"with 9 % dispersion: {wide:.4f}")
    assert 0.95 * point < wide < point
    print(gel_warning(1.0, 0.6))
    assert "gel point 0.5" in gel_warning(1.0, 0.6)
    gelled = linked(0.75, seed=306, **{"simulation.replicas": 1, "linking.linkers_per_dot": 1.0})
    assert gelled.summary()["gel_point"] == pytest.approx(0.5)
    assert gelled.clusters["size"].max() > 0.4 * DOTS  # the giant share of mu = 1.5 is 0.58


def test_verdicts(claims_of, check):
    claims = claims_of("hamilton_assembled_dimers", 0.3)
    fitted = {f"hamilton-own-dimers-rho{n}" for n in ("i", "ii", "iii")}
    check(claims, reached=set(claims), fitted=fitted)
    assert claims["hamilton-1c-dimers"].ours.value == pytest.approx(0.72, abs=0.01)
    assert claims["hamilton-own-dimers-mixing"].ours.value == pytest.approx(1.60, abs=0.04)


@pytest.mark.parametrize(("conversion", "dimers"), [(1.0, 2500), (0.4, 1000), (0.0, 0)])
def test_pairs_are_dimers_and_single_dots_only(conversion, dimers):
    """Half a molecule a dot: its converted share links dots in pairs, alike whatever their size, and nothing gels."""
    given = {"linking.law": "pairs", "linking.linkers_per_dot": 0.5, "simulation.replicas": 1}
    made = linked(conversion, seed=307, dispersion=0.09, **given)
    sizes = np.bincount(made.clusters["size"], minlength=4)
    assert sizes[1:4].tolist() == [DOTS - 2 * dimers, dimers, 0]
    assert made.gel_point() == np.inf
    assert made.warnings() == []
    if dimers:
        diameters = made.particles["diameter_nm"]
        first, second = diameters[made.bonds["first"]], diameters[made.bonds["second"]]
        assert abs(np.corrcoef(first, second)[0, 1]) < 4.0 / np.sqrt(dimers)
        assert len(np.unique(np.concatenate([made.bonds["first"], made.bonds["second"]]))) == 2 * dimers


def test_no_more_pairs_than_dots_can_make():
    given = {"linking.law": "pairs", "linking.linkers_per_dot": 3.0, "simulation.replicas": 1}
    assert np.all(linked(1.0, seed=308, **given).clusters["size"] == 2)
