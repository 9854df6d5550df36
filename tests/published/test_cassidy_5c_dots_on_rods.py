"""Figs. 5c and 5d of Cassidy 2022: dots on the sides of rods."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from assembly import simulate
from assembly.state import SIDE
from runs.recipe import load

FEWER = {"simulation.particles": 3000, "simulation.replicas": 2}


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
            bodies = [node for node in graph if graph.nodes[node]["kind"] == "rod"]
            if len(bodies) > 1:  # a dot may hold two rods together
                continue
            (rod,) = bodies
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


def test_verdicts(claims_of, check):
    claims = claims_of("cassidy_5c_dots_on_rods", 0.3)
    by_hand = {"cassidy-5c-dots-on-rods", "cassidy-5c-sides"}
    check(claims, reached=by_hand, short={"cassidy-5c-sides-ends-free"}, fitted=by_hand)
    assert claims["cassidy-5c-sides-ends-free"].ours.value == pytest.approx(0.045, abs=0.02)
