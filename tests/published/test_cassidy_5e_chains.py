"""Figs. 5e and S14 of Cassidy 2022: chains of core/shell dots by polar facets, and what those facets weigh."""

from dataclasses import replace

import numpy as np
import pytest

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


def test_verdicts(claims_of, check):
    claims = claims_of("cassidy_5e_chains", 0.3)
    check(claims, reached={"cassidy-5e-chains"}, short={"cassidy-5e-chains-no-facets"}, fitted={"cassidy-5e-chains"})
    assert claims["cassidy-5e-chains"].ours.value > 0.8
    assert claims["cassidy-5e-chains-no-facets"].ours.value == pytest.approx(0.24, abs=0.08)
