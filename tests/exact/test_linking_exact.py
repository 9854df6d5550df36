"""Linked dots against the exact laws, by z-scores over independent replicas (-s shows them)."""

import numpy as np
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.stats import binomtest

from assembly import Dots, Flask, simulate
from assembly.linking import LAWS, Linking, bond_rows, gel_point, gel_warning, link

SIZES = 6
LIMIT = 4.0
DOTS, REPLICAS = 10_000, 250
CONVERSIONS = (0.3, 0.6, 1.0)
BRANCHING = ("end-to-surface", "site-to-site")  # the laws under which a dot may link more than once


def sizes_of(links, dots):
    graph = coo_array((np.ones(links.first.size), (links.first, links.second)), shape=(dots, dots))
    return np.bincount(connected_components(graph, directed=False)[1])


def replicas(seed, number, radii, linkers, conversion, law, kinds=None, **more):
    """Per replica: clusters of 1 to 6 dots, rings, and the clock at the end."""
    counts, rings, clocks = np.empty((number, SIZES)), np.empty(number), np.empty(number)
    kinds = np.zeros(radii.size, dtype=np.int32) if kinds is None else kinds
    for row, child in enumerate(np.random.SeedSequence(seed).spawn(number)):
        links = link(radii, kinds, linkers, conversion, law, np.random.default_rng(child), **more)
        sizes = sizes_of(links, radii.size)
        assert sizes.size == radii.size - links.first.size  # the bonds are a forest
        counts[row] = np.bincount(np.minimum(sizes, SIZES + 1), minlength=SIZES + 2)[1 : SIZES + 1]
        rings[row], clocks[row] = len(links.rings), links.ended
    return counts, rings, clocks


def show(name, scores):
    print(f"\n  {name}: z = " + " ".join(f"{z:+.2f}" for z in np.atleast_1d(scores)), end="")
    return np.abs(scores).max()


@pytest.mark.parametrize("law", BRANCHING)
@pytest.mark.parametrize("conversion", CONVERSIONS)
def test_borel_law_and_a_conversion_3_percent_off_does_not_pass(conversion, law, laws, linked):
    mu = linked.mean_degree(0.3, conversion, law)
    expected = np.array([linked.clusters_per_dot(size, mu) for size in range(1, SIZES + 1)])
    for error in (1.0, 0.97):
        seed = [31, BRANCHING.index(law), int(100 * conversion), int(100 * error)]
        counts, *_ = replicas(seed, REPLICAS, np.full(DOTS, 1.5), 0.3, error * conversion, law)
        worst = show(f"{law} p={conversion} x{error}", laws.z_scores(counts / DOTS, expected))
        assert (worst < LIMIT) == (error == 1.0)


def test_few_dots_at_full_conversion_follow_the_law_of_finite_graphs(laws):
    """At full conversion the pairs of N dots are joined by independent Poisson(2 lambda/(N - 1)) molecules."""
    dots, linkers = 60, 0.4
    counts, *_ = replicas([32], 4000, np.full(dots, 2.0), linkers, 1.0, "end-to-surface")
    expected = np.array([laws.product_at(dots, 2.0 * linkers / (dots - 1), size) for size in range(1, SIZES + 1)])
    assert show("N=60", laws.z_scores(counts, expected)) < LIMIT


@pytest.mark.parametrize("law", BRANCHING)
def test_rings_do_not_grow_with_the_flask(law, laws, linked):
    linkers, conversion = 0.6 / linked.mean_degree(1.0, 0.8, law), 0.8
    mu = linked.mean_degree(linkers, conversion, law)
    assert mu == pytest.approx(0.6)
    for dots in (2_000, 20_000):
        _, rings, _ = replicas([33, dots], 1000, np.full(dots, 1.5), linkers, conversion, law)
        assert show(f"rings {law} N={dots}", laws.z_scores(rings, linked.rings_expected(mu))) < LIMIT


@pytest.mark.parametrize(
    ("law", "clock"), [("end-to-surface", lambda p: -np.log(1 - p)), ("site-to-site", lambda p: p / (1 - p))]
)
def test_first_and_second_order_in_time(law, clock, laws):
    *_, clocks = replicas([34], 200, np.full(4000, 1.5), 1.0, 0.6, law)
    expected = clock(0.6) * (1.0 + 1e-3)
    assert clocks.mean() == pytest.approx(expected, rel=5e-3)


def test_a_dot_is_taken_in_proportion_to_its_area_and_sends_whatever_its_size():
    radii, kinds = np.repeat([1.0, 2.0], 20_000), np.repeat([0, 1], 20_000)
    links = link(radii, kinds, 0.3, 1.0, "end-to-surface", np.random.default_rng(35))
    taken = np.concatenate([links.second, links.rings[:, 1]]) >= 20_000
    sent = np.concatenate([links.first, links.rings[:, 0]]) >= 20_000
    assert binomtest(int(taken.sum()), taken.size, 0.8).pvalue > 1e-3
    assert binomtest(int(taken.sum()), taken.size, 0.8 * 0.97).pvalue < 1e-6
    assert binomtest(int(sent.sum()), sent.size, 0.5).pvalue > 1e-3


def test_unlike_dots_follow_their_own_law_and_not_borels(laws, linked):
    radii = np.random.default_rng(36).choice([1.0, 2.0, 3.0], DOTS)
    counts, *_ = replicas([36], REPLICAS, radii, 0.3, 1.0, "end-to-surface")
    alone, pairs = linked.unlike_shares(radii**2, 0.3)
    assert show("unlike", laws.z_scores(counts[:, :2] / DOTS, np.array([alone, pairs / 2]))) < LIMIT
    assert np.abs(laws.z_scores(counts[:, 0] / DOTS, linked.borel_share(1, 0.6))) > 3 * LIMIT


def test_nine_percent_dispersion_by_its_own_law(laws, linked):
    radii = 1.5 * (1.0 + 0.09 * np.clip(np.random.default_rng(37).standard_normal(DOTS), -3, 3))
    for conversion in CONVERSIONS:
        counts, *_ = replicas([37, int(10 * conversion)], REPLICAS, radii, 0.3, conversion, "end-to-surface")
        alone, pairs = linked.unlike_shares(radii**2, 0.3 * conversion)
        assert show(f"9 % p={conversion}", laws.z_scores(counts[:, :2] / DOTS, np.array([alone, pairs / 2]))) < LIMIT
        borel = np.array([linked.clusters_per_dot(size, 0.6 * conversion) for size in range(1, SIZES + 1)])
        show("    against Borel", laws.z_scores(counts / DOTS, borel))


def test_gel_point(linked):
    assert gel_point(0.3) == pytest.approx(1 / 0.6)
    assert gel_point(0.8, "site-to-site") == pytest.approx(1 / 0.8)
    assert gel_point(0.0) == np.inf
    rng = np.random.default_rng(38)
    areas, linkers = rng.uniform(1, 9, 40), rng.uniform(0, 2, 40)
    assert gel_point(linkers, "end-to-surface", areas) == pytest.approx(linked.unlike_gel_point(areas, linkers))
    assert gel_point(1.0, "end-to-surface", areas) < gel_point(1.0)
    assert gel_warning(1.0, 0.49) is None
    assert "gel point 0.5 of the law end-to-surface (for like dots 2 lambda p = 1)" in gel_warning(1.0, 0.5)
    assert gel_warning(1.0, 0.99, "site-to-site") is None


def test_beyond_the_gel_point_one_cluster_takes_its_share(linked):
    dots = 100_000
    links = link(np.full(dots, 1.5), np.zeros(dots, dtype=int), 1.0, 0.75, "end-to-surface", np.random.default_rng(39))
    sizes = np.sort(sizes_of(links, dots))
    assert sizes[-1] / dots == pytest.approx(linked.giant_share(1.5), abs=0.01)
    assert sizes[-2] < 200
    assert links.reacted == links.first.size + len(links.rings) == round(0.75 * links.bound)
    assert len(links.rings) > 1000


def test_covered_surface_is_not_taken():
    """Dots whose surface their own molecules fill take no end; one bare dot takes them all until it is full."""
    radii = np.full(5, 0.5)
    area = 4 * np.pi * 0.25
    links = link(radii, np.zeros(5, dtype=int), 200.0, 1.0, "end-to-surface", np.random.default_rng(40), area / 100)
    assert links.reacted == 0
    kinds = np.array([0, 0, 0, 0, 1])
    links = link(radii, kinds, [200.0, 0.0], 1.0, "end-to-surface", np.random.default_rng(40), area / 100)
    assert links.reacted == 100
    assert np.all(np.concatenate([links.second, links.rings[:, 1]]) == 4)
    assert links.first.size == 4


def test_one_kind_bears_the_molecules_and_the_other_is_bare():
    kinds = np.repeat([0, 1], 5000)
    links = link(np.full(10_000, 1.5), kinds, [0.5, 0.0], 0.8, "end-to-surface", np.random.default_rng(41))
    assert np.all(kinds[links.first] == 0)
    assert 0.4 < kinds[links.second].mean() < 0.6


def test_nothing_to_react_is_no_endless_loop():
    rng = np.random.default_rng(42)
    for law in LAWS:
        assert link([1.5], [0], 5.0, 1.0, law, rng).reacted == 0
        assert link([1.5, 1.5], [0, 0], 0.0, 1.0, law, rng).first.size == 0
        lone = link([1.5, 1.5], [0, 1], [9.0, 0.0], 1.0, law, rng)
        ends_meet_surfaces = law != "site-to-site"
        assert lone.first.size == ends_meet_surfaces
        assert lone.reacted == (lone.bound if law == "end-to-surface" else lone.first.size)


@pytest.mark.parametrize("law", sorted(LAWS))
def test_the_same_seed_gives_the_same_links_and_times_rise(law):
    radii, kinds = np.linspace(1, 2, 3000), np.zeros(3000, dtype=int)
    one, two = (link(radii, kinds, 0.4, 0.7, law, np.random.default_rng(43)) for _ in range(2))
    for a, b in zip(one, two, strict=True):
        assert np.array_equal(a, b)
    rows = bond_rows(one, radii, 3600.0)
    assert np.all(np.diff(rows["time"]) > 0.0)
    assert 0.0 < rows["time"][0] < rows["time"][-1] <= 3600.0
    assert np.all(rows["neck"] == 0.0)
    assert np.array_equal(rows["radius_a"], radii[one.first])


def test_a_link_is_a_gap_without_strain():
    dots = Dots("CdSe", "CdSe", 3.0, 20.0, size_dispersion=0.09)
    made = simulate(
        Flask(
            dots=(dots,),
            solvent="octadecene",
            ligand="oleate",
            chalcogenide_equivalents=0.0,
            temperature_c=25.0,
            time_min=1.0,
            particles=3000,
            replicas=1,
            linking=Linking("propanedithiol", 0.4, 0.7),
        )
    )
    radii, bonds = 0.5 * made.particles["diameter_nm"], made.bonds
    a, b = radii[bonds["first"]], radii[bonds["second"]]
    np.testing.assert_allclose(bonds["centre_distance_nm"], a + b + 0.5)
    np.testing.assert_allclose(bonds["aspect_ratio"], (2.0 * (a + b) + 0.5) / (2.0 * np.maximum(a, b)))
    assert np.all(bonds["gap_nm"] == 0.5)
    assert np.all(bonds["neck_radius_nm"] == 0.0)
    assert np.all(bonds["state"] == 0)
    np.testing.assert_allclose(bonds["strain"], 0.0, atol=1e-12)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"law": "end-to-end"},
            "law must be one of end-to-surface, site-to-site, pairs, got 'end-to-end', did you mean",
        ),
        ({"conversion": 1.2}, "conversion must lie between 0 and 1, got 1.2"),
        ({"conversion": float("nan")}, "conversion must be finite"),
        ({"linkers_per_dot": -0.1}, "linkers_per_dot must not be negative, got -0.1"),
        ({"linkers_per_dot": 1e6}, "linkers_per_dot must not exceed 1000"),
        ({"linkers_per_dot": [0.1, 0.2], "kinds": [0, 2]}, "linkers_per_dot must give one mean or one per kind"),
        ({"radii_nm": [1.5, 0.0]}, "radius_nm must be above zero"),
        ({"radii_nm": 1.5}, "radii_nm must be one row"),
        ({"kinds": [0]}, "kinds must be 2 whole numbers"),
        ({"kinds": [0.0, 1.0]}, "kinds must be 2 whole numbers"),
        ({"rng": 7}, "rng must be a numpy Generator, got int"),
        ({"footprint_nm2": -1.0}, "footprint_nm2 must not be negative"),
    ],
)
def test_bad_input(change, sentence):
    good = {
        "radii_nm": [1.5, 1.5], "kinds": [0, 0], "linkers_per_dot": 0.3, "conversion": 0.5, "law": "end-to-surface",
        "rng": np.random.default_rng(45), "footprint_nm2": 0.0,
    }  # fmt: skip
    with pytest.raises(ValueError, match=sentence):
        link(**{**good, **change})


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"linker": "propanedithol"}, "linker must be one of propanedithiol, got 'propanedithol', did you mean"),
        ({"linker": "oleylamine"}, "linker must be one of propanedithiol, got 'oleylamine'"),
        ({"conversion": -0.1}, "conversion must lie between 0 and 1"),
        ({"law": 3}, "law must be one of"),
        ({"linkers_per_dot": "many"}, "linkers_per_dot must be a number"),
    ],
)
def test_bad_linking_table(change, sentence):
    with pytest.raises(ValueError, match=sentence):
        Linking(**{"linker": "propanedithiol", "linkers_per_dot": 0.3, "conversion": 0.6, **change})
