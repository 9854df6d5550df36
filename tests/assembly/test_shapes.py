"""Measures of shape against figures worked out by hand."""

import networkx as nx
import numpy as np
import pytest

from assembly.shapes import (
    aspect_ratio,
    coordination_numbers,
    end_to_end_nm,
    fractal_dimension,
    is_linear,
    linear_share,
    radius_of_gyration_nm,
    shape,
)


def row(n, spacing=2.0):
    return np.stack([spacing * np.arange(n), np.zeros(n), np.zeros(n)], axis=1)


def bent(degrees):
    """Three dots, unit bonds, this angle at the middle one."""
    angle = np.radians(degrees)
    return np.array([[1.0, 0, 0], [0, 0, 0], [np.cos(angle), np.sin(angle), 0]])


def test_radius_of_gyration_of_two_points_and_of_a_sphere():
    assert radius_of_gyration_nm(row(2)) == pytest.approx(1.0)
    assert radius_of_gyration_nm(row(2), weights=np.array([3.0, 1.0])) == pytest.approx(np.sqrt(0.75))
    assert radius_of_gyration_nm(row(1), radii_nm=np.array([2.0])) == pytest.approx(2.0 * np.sqrt(0.6))


def test_lengths_and_ratios_of_chains():
    for n in (2, 3, 6):
        assert end_to_end_nm(row(n)) == pytest.approx(2.0 * (n - 1))
        assert aspect_ratio(row(n), np.ones(n)) == pytest.approx(n)
    assert end_to_end_nm(row(1)) == 0.0
    assert aspect_ratio(row(1), np.ones(1)) == 1.0


def test_measures_do_not_change_when_the_cluster_is_turned():
    rng = np.random.default_rng(1)
    places, radii = rng.standard_normal((8, 3)), rng.uniform(0.5, 1, 8)
    rotation = np.linalg.qr(rng.standard_normal((3, 3)))[0]
    moved = places @ rotation.T + 5.0
    assert radius_of_gyration_nm(moved, radii) == pytest.approx(radius_of_gyration_nm(places, radii))
    assert aspect_ratio(moved, radii) == pytest.approx(aspect_ratio(places, radii))


@pytest.mark.parametrize(("degrees", "linear"), [(180, True), (107, True), (106, False), (60, False)])
def test_three_dots_are_linear_above_two_arcsines_of_eight_tenths(degrees, linear):
    """Ends stand 2 sin(angle/2) of 2 apart: 0.8 of the contour at 106.26 degrees."""
    assert is_linear(bent(degrees), [0, 1], [1, 2]) is linear


def test_branches_and_blobs_are_not_linear():
    star = np.array([[0.0, 0, 0], [2, 0, 0], [-2, 0, 0], [0, 2, 0]])
    assert not is_linear(star, [0, 0, 0], [1, 2, 3])
    assert coordination_numbers(4, np.zeros(3), np.arange(1, 4)).tolist() == [3, 1, 1, 1]
    assert not is_linear(row(1), [], [])
    assert not is_linear(np.zeros((2, 3)), [0], [1])  # coalesced: one body


def test_coalesced_dots_count_as_one_body():
    places = row(3)[[0, 1, 1, 2]]
    assert is_linear(places, [0, 1, 1], [1, 2, 3])  # bonds 0-1, 1=2, 1-3
    assert is_linear(places, [0, 2, 2], [1, 1, 3])


def test_shape_of_a_graph_and_share_of_linear_clusters():
    def graph(places, bonds, weight):
        made = nx.Graph(weight=weight)
        for k, place in enumerate(places):
            made.add_node(k, position_nm=list(place), diameter_nm=2.0)
        made.add_edges_from(bonds)
        return made

    line, corner = graph(row(3), [(0, 1), (1, 2)], 3.0), graph(2.0 * bent(70), [(0, 1), (1, 2)], 1.0)
    found = shape(line)
    assert (found.dots, found.linear, found.coordination) == (3, True, pytest.approx(4 / 3))
    assert found.aspect_ratio == pytest.approx(3.0)
    assert found.end_to_end_nm == pytest.approx(4.0)
    assert linear_share([line, corner]) == pytest.approx(0.75)
    assert linear_share([graph(row(2), [(0, 1)], 1.0)]) is None


def test_fractal_dimension_of_an_exact_law_and_its_error():
    n = np.array([10, 20, 40, 80, 160])
    value, error = fractal_dimension(n, 3.0 * n ** (1 / 2.1))
    assert value == pytest.approx(2.1)
    assert error < 1e-9
    rng, pulls = np.random.default_rng(2), []
    for _ in range(400):
        value, error = fractal_dimension(np.repeat(n, 5), np.repeat(n, 5) ** 0.5 * np.exp(rng.normal(0, 0.1, 25)))
        pulls.append((value - 2.0) / error)
    assert 0.85 < np.std(pulls) < 1.15


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="positions_nm"):
        end_to_end_nm(np.zeros((3, 2)))
    with pytest.raises(ValueError, match="weights"):
        radius_of_gyration_nm(row(2), weights=np.zeros(2))
    with pytest.raises(ValueError, match="more than one size"):
        fractal_dimension(np.full(5, 10), np.ones(5))
