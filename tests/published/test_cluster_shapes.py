"""Shapes that are known: the fractal dimension of reaction-limited clusters, chains from two sticky caps."""

import time

import numpy as np
import pytest

from assembly.reaction_limited import faceted_cluster, reaction_limited_cluster
from assembly.shapes import coordination_numbers, fractal_dimension, is_linear, radius_of_gyration_nm

SIZES = (20, 50, 120, 300, 700, 1500)


def measured_dimension(runs, seed, sizes=SIZES, **options):
    rng = np.random.default_rng(seed)
    dots, spread = [], []
    for size in sizes:
        for _ in range(runs):
            centres = reaction_limited_cluster(size, rng, **options)
            dots.append(len(centres))
            spread.append(radius_of_gyration_nm(centres))
    return fractal_dimension(np.array(dots), np.array(spread))


def linear_and_path_shares(clusters, cap_deg, factor, seed):
    """Means over n = 3, 4, 5, 6 of the shares of linear clusters and of paths."""
    rng, linear, paths = np.random.default_rng(seed), [], []
    for size in (3, 4, 5, 6):
        for _ in range(clusters):
            positions, _, bonds, _ = faceted_cluster(size, cap_deg, factor, rng)
            linear.append(is_linear(positions, *bonds.T))
            paths.append(coordination_numbers(size, *bonds.T).max() <= 2)
    return np.mean(linear), np.mean(paths)


@pytest.mark.slow
def test_reaction_limited_clusters_have_a_fractal_dimension_near_two():
    """60 independent runs of every size; Lin 1990 measured 2.11 +- 0.03 for three kinds of colloid."""
    start = time.perf_counter()
    value, error = measured_dimension(60, seed=1)
    print(f"fractal dimension {value:.3f} +- {error:.3f}, n = 20 to 1500, {time.perf_counter() - start:.0f} s")
    larger, larger_error = measured_dimension(20, seed=2, population=10_000)
    print(f"first of its size among 10 000 monomers: {larger:.3f} +- {larger_error:.3f}")
    assert 2.0 < value < 2.2
    assert error < 0.03
    assert abs(larger - value) < 4.0 * np.hypot(error, larger_error)


@pytest.mark.slow
def test_the_rule_for_overlaps_matters():
    """Pairs kept until they fit push monomers into the largest cluster: denser than any way equally likely."""
    kept, kept_error = measured_dimension(20, seed=3, sizes=SIZES[:5], rule="redraw_contact")
    drawn, drawn_error = measured_dimension(20, seed=4, sizes=SIZES[:5])
    print(f"redraw_contact {kept:.3f} +- {kept_error:.3f}, redraw_pair {drawn:.3f} +- {drawn_error:.3f}")
    assert kept - drawn > 3.0 * np.hypot(kept_error, drawn_error)


def test_two_spheres_on_a_third_are_linear_with_the_exact_share():
    """f = 1, n = 3: cos of the angle is uniform on (-1, 1/2); linear below 1 - 2 (0.8)^2 = -0.28: 0.72/1.5 = 0.48."""
    rng = np.random.default_rng(5)
    hits = 0
    for _ in range(4000):
        positions, _, bonds, _ = faceted_cluster(3, 20.0, 1.0, rng)
        hits += is_linear(positions, *bonds.T)
    assert abs(hits / 4000 - 0.48) < 4.0 * np.sqrt(0.48 * 0.52 / 4000)


def test_sticky_caps_make_chains():
    linear, paths = linear_and_path_shares(1500, 20.0, 300.0, seed=6)
    print(f"caps of 20 degrees, factor 300: linear {linear:.3f}, paths {paths:.3f} (n = 3..6)")
    assert 0.78 < linear < 0.82
    linear, paths = linear_and_path_shares(1500, 20.0, 1.0, seed=7)
    print(f"no facets: linear {linear:.3f}, paths {paths:.3f} (n = 3..6)")
    assert abs(linear - 0.17) < 0.02
    assert abs(paths - 0.59) < 0.02
    wide, _ = linear_and_path_shares(600, 40.0, 3000.0, seed=8)
    assert wide < 0.8  # two neighbours fit on one cap


def test_bad_arguments_are_named():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="did you mean 'redraw_pair'"):
        reaction_limited_cluster(10, rng, rule="redraw_pairs")
    with pytest.raises(ValueError, match="population"):
        reaction_limited_cluster(10, rng, population=5)
    with pytest.raises(ValueError, match="cap_half_angle_deg"):
        faceted_cluster(3, 0.0, 1.0, rng)
    with pytest.raises(ValueError, match="factor"):
        faceted_cluster(3, 20.0, -1.0, rng)
