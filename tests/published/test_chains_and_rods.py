"""Figs. 5c to 5e of Cassidy 2022: chains of core/shell dots by polar facets, dots on the sides of rods."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from assembly import simulate
from assembly.shapes import linear_share
from assembly.state import SIDE
from runs.recipe import load

FEWER = {"simulation.particles": 3000, "simulation.replicas": 2}
SIZES = (3, 4, 5, 6)
PLACED = 300  # clusters placed in space of each size, at most


def chains(**facets):
    return simulate(
        load("core-shell-chains", FEWER | {f"facets.{key}": value for key, value in facets.items()}).flask()
    )


def with_dots(**changed):
    flask = load("core-shell-chains", FEWER).flask()
    (dots,) = flask.dots
    return simulate(replace(flask, dots=(replace(dots, **changed),)))


def linear(made):
    """(share of linear clusters among n = 3 to 6, its standard error), sizes as they occur."""
    graphs = [graph for size in SIZES for graph in made.graphs(size=size, limit=PLACED)]
    assert {len(graph) for graph in graphs} == set(SIZES)
    assert made.violations == 0
    share = linear_share(graphs)
    return share, np.sqrt(share * (1.0 - share) / len(graphs))


@pytest.fixture(scope="module")
def as_written():
    return chains()


@pytest.fixture(scope="module")
def bare():
    """The same dots whose facets are not told apart."""
    return with_dots(polar_half_angle_deg=None, polar_factor=1.0)


def test_four_of_five_clusters_are_chains(as_written):
    (dots,) = as_written.flask.dots
    share, error = linear(as_written)
    print(
        f"caps of {dots.polar_half_angle_deg} degrees, factor {dots.polar_factor:g}: linear {share:.3f} +- {error:.3f}"
    )
    shares = as_written.summary()["facet_shares"]
    print({name: round(value, 3) for name, value in shares.items()})
    assert share >= 0.8
    assert shares["homonymous"] > 0.9
    assert sum(shares.values()) == pytest.approx(1.0)


def test_without_facets_they_are_compact(bare):
    share, error = linear(bare)
    print(f"no facets: linear {share:.3f} +- {error:.3f}")
    assert share <= 0.35
    assert bare.summary()["facet_shares"] is None


def test_the_factor_is_a_knob_from_compact_clusters_to_chains(as_written, bare):
    """A factor of 10 on 6 % of the surface still makes mixed contacts: the share only begins to rise beyond it."""
    factors = (1.0, 10.0, 100.0, 1000.0)
    shares = [linear(as_written if f == 1000.0 else with_dots(polar_factor=f)) for f in factors]
    for factor, (share, error) in zip(factors, shares, strict=True):
        print(f"factor {factor:6g}: linear {share:.3f} +- {error:.3f}")
    plain, plain_error = linear(bare)
    value, error = zip(*shares, strict=True)
    assert abs(value[0] - plain) < 4.0 * np.hypot(error[0], plain_error)  # facets of no weight are no facets
    for k in range(3):
        assert value[k + 1] > value[k] - 3.0 * np.hypot(error[k], error[k + 1])
    assert value[1] + 0.2 < value[2] < value[3] - 0.15


@pytest.mark.parametrize("forbidden", ["homonymous", "heteronymous"])
def test_a_factor_of_zero_forbids_a_family_of_contacts(forbidden):
    made = chains(**{f"{forbidden}_factor": 0.0})
    shares = made.summary()["facet_shares"]
    print(f"{forbidden}_factor 0: {shares}, {made.events} bonds")
    assert made.violations == 0
    assert made.events > 1000
    assert shares[forbidden] == 0.0
    alike = (made.bonds["site_first"] == SIDE) == (made.bonds["site_second"] == SIDE)
    assert not (alike if forbidden == "homonymous" else ~alike).any()


def rods(**changed):
    return simulate(
        load("dots-on-rods", FEWER | {key.replace("__", "."): value for key, value in changed.items()}).flask()
    )


def rod_ends(made):
    """Of every bond's rod end, the site; ValueError where a bond joins anything but one rod and one dot."""
    kinds = np.stack([made.particles["kind"][made.bonds[end]] for end in ("first", "second")])
    assert np.array_equal(np.sort(kinds, axis=0), np.tile([[0], [1]], made.events))
    return np.where(kinds[0] == 0, made.bonds["site_first"], made.bonds["site_second"])


def test_dots_sit_on_the_sides_of_rods():
    made = rods()
    assert made.violations == 0
    assert made.events > 200
    assert np.all(rod_ends(made) == SIDE)
    pairs = made.summary()["pair_shares"]
    print(f"{made.events} bonds, pairs {pairs}")
    assert pairs == {"rod-rod": 0.0, "rod-dot": 1.0, "dot-dot": 0.0}


def test_round_ends_that_take_part_take_their_share():
    """Two hemispheres are 2 R/L = 16 % of a rod's surface; their contact is sharper, their barrier lower."""
    sites = rod_ends(rods(dots__rod__polar_factor=1.0))
    share = np.mean(sites != SIDE)
    print(f"rod ends of weight 1: {share:.3f} of {sites.size} bonds")
    assert share > 0.16


def test_dots_stand_beside_the_cylinder_in_space():
    made, seen = rods(), 0
    for size in (2, 3):
        for graph in made.graphs(size=size, limit=400):
            (rod,) = [node for node in graph if graph.nodes[node]["kind"] == "rod"]
            body = graph.nodes[rod]
            axis = Rotation.from_quat(body["orientation"]).apply([0.0, 0.0, 1.0])
            for dot in graph.neighbors(rod):
                apart = np.subtract(graph.nodes[dot]["position_nm"], body["position_nm"])
                along = apart @ axis
                assert abs(along) <= 0.5 * (body["length_nm"] - body["diameter_nm"]) + 1e-9
                radii = 0.5 * (body["diameter_nm"] + graph.nodes[dot]["diameter_nm"])
                assert 0.5 * radii < np.linalg.norm(apart - along * axis) <= radii + 1e-9
                seen += 1
    assert seen > 200
