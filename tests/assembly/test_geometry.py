"""Placing clusters: exact distances, no overlap (against a slow twin), orientations, contacts on their sites."""

import numpy as np
import pytest
from scipy import stats

from assembly.contacts import ANY, MINUS, PLUS, SIDE, drawn_contact, polar_share, site_of, squared_axis_distance
from assembly.geometry import exclusion_radii_nm, place_bodies
from assembly.reaction_limited import faceted_cluster, reaction_limited_cluster
from assembly.rotations import matrix_of, product, random_quaternion, shortest_turn, turn_onto, turned


def axes_of(quaternions):
    """(n, 3) the z axes that the quaternions turn to."""
    return np.array([turned(matrix_of(tuple(q)), 0.0, 0.0, 1.0) for q in np.atleast_2d(quaternions)])


def in_own_frame(quaternion, vector):
    x, y, z, w = quaternion
    return np.array(turned(matrix_of((-x, -y, -z, w)), *vector))


def random_tree(bodies, rng, most=4):
    """Bonds that join random bodies of different clusters, none with more than `most`."""
    part, degree, bonds = np.arange(bodies), np.zeros(bodies, dtype=int), []
    while len(bonds) < bodies - 1:
        a, b = rng.integers(0, bodies, 2)
        if part[a] != part[b] and max(degree[a], degree[b]) < most:
            part[part == part[b]] = part[a]
            degree[[a, b]] += 1
            bonds.append((a, b))
    return np.array(bonds)


def largest_random_tree(dots, population, rng, most=8):
    """Bonds of the first cluster of so many dots when random dots of a population are joined, in the order made."""
    part, degree, bonds = np.arange(population), np.zeros(population, dtype=int), []
    while True:
        a, b = rng.integers(0, population, 2)
        if part[a] == part[b] or max(degree[a], degree[b]) >= most:
            continue
        part[part == part[b]] = part[a]
        degree[[a, b]] += 1
        bonds.append((a, b))
        members = np.flatnonzero(part == part[a])
        if members.size >= dots:
            made = np.array(bonds)
            return np.searchsorted(members, made[part[made[:, 0]] == part[a]])


def slow_overlaps(positions, radii, first, second, tolerance=1e-8):
    """Twin: pairs without a bond nearer than the sum of their radii, every pair looked at."""
    distance = np.linalg.norm(positions[:, None] - positions[None], axis=2)
    near = np.triu(distance < radii[:, None] + radii[None] - tolerance, 1)
    near[np.minimum(first, second), np.maximum(first, second)] = False
    return np.argwhere(near)


def slow_axis_distance(g, u, half_u, v, half_v):
    """Twin: the nearest of many points of two segments."""
    s, t = np.linspace(-half_u, half_u, 801)[:, None], np.linspace(-half_v, half_v, 801)[None, :]
    gap = g[:, None, None] + v[:, None, None] * t - u[:, None, None] * s
    return np.sqrt(np.sum(gap**2, axis=0).min())


def sample_cluster(rng, most_dots=12):
    """A random cluster of unlike dots with bonds from touching to fused by a quarter."""
    dots = int(rng.integers(2, most_dots + 1))
    bonds = random_tree(dots, rng, most=3)
    radii = rng.normal(3.0, 0.3, dots)
    distances = rng.uniform(0.75, 1.0, dots - 1) * radii[bonds].sum(axis=1)
    positions, quaternions = place_bodies(radii, bonds[:, 0], bonds[:, 1], distances, rng)
    return radii, bonds, distances, positions, quaternions


def check_clusters(count, seed):
    rng = np.random.default_rng(seed)
    worst = 0.0
    for _ in range(count):
        radii, bonds, distances, positions, _ = sample_cluster(rng)
        assert slow_overlaps(positions, radii, *bonds.T).size == 0
        apart = np.linalg.norm(positions[bonds[:, 0]] - positions[bonds[:, 1]], axis=1)
        worst = max(worst, np.abs(apart - distances).max())
        np.testing.assert_allclose(radii**3 @ positions, 0.0, atol=1e-9)
    assert worst < 1e-9
    return worst


def test_bonds_stand_at_their_distance_and_nothing_else_overlaps():
    check_clusters(300, seed=1)


@pytest.mark.slow
def test_ten_thousand_clusters_do_not_overlap():
    worst = check_clusters(10_000, seed=2)
    print(f"10 000 clusters: no overlap, bond distances to {worst:.1e} nm")


def test_the_twin_sees_a_planted_overlap():
    positions = np.array([[0.0, 0, 0], [2.0, 0, 0], [1.0, 1.7, 0]])
    assert slow_overlaps(positions, np.ones(3), np.array([0, 1]), np.array([1, 2])).tolist() == [[0, 2]]


def test_large_clusters_use_cells_and_still_do_not_overlap():
    rng = np.random.default_rng(3)
    chain = np.arange(1500)  # monomers added to the newest dot: cells against all pairs
    radii = rng.normal(2.0, 0.2, 1501)
    distances = 0.9 * (radii[:-1] + radii[1:])
    positions, _ = place_bodies(radii, chain, chain + 1, distances, rng)
    assert slow_overlaps(positions, radii, chain, chain + 1).size == 0
    np.testing.assert_allclose(np.linalg.norm(np.diff(positions, axis=0), axis=1), distances, atol=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize(("dots", "population"), [(1000, 1000), (3000, 30_000)])
def test_large_random_trees_are_placed(dots, population):
    """Kinetics that knows no coordinates joins bodies that a rigid replay has buried: these trees are grown outward."""
    rng = np.random.default_rng(18)
    bonds = largest_random_tree(dots, population, rng)
    size = len(bonds) + 1
    distances = np.full(size - 1, 3.8)
    positions, quaternions = place_bodies(np.full(size, 2.0), *bonds.T, distances, rng)
    assert slow_overlaps(positions, np.full(size, 2.0), *bonds.T).size == 0
    apart = np.linalg.norm(positions[bonds[:, 0]] - positions[bonds[:, 1]], axis=1)
    np.testing.assert_allclose(apart, distances, atol=1e-9)
    assert stats.kstest(axes_of(quaternions)[:, 2], stats.uniform(-1, 2).cdf).pvalue > 0.01


def test_reaction_limited_clusters_do_not_overlap():
    centres = reaction_limited_cluster(400, np.random.default_rng(4))
    distance = np.linalg.norm(centres[:, None] - centres[None], axis=2)[np.triu_indices(400, 1)]
    assert distance.min() > 2.0 - 1e-8
    assert np.sum(distance < 2.0 + 1e-8) == 399  # a tree of touching spheres


def test_orientations_of_free_dots_are_uniform():
    rng = np.random.default_rng(5)
    axes, crossed = [], []
    for _ in range(1500):
        _, quaternions = place_bodies(np.ones(3), [0, 1], [1, 2], [2.0, 2.0], rng)
        z = axes_of(quaternions)
        axes.append(z[1])
        crossed.append(z[0] @ z[2])
        assert np.allclose(np.linalg.norm(quaternions, axis=1), 1.0, atol=1e-12)
    axes = np.array(axes)
    for k in range(3):
        assert stats.kstest(axes[:, k], stats.uniform(-1, 2).cdf).pvalue > 0.01
    assert stats.kstest(crossed, stats.uniform(-1, 2).cdf).pvalue > 0.01
    angle = np.arctan2(axes[:, 1], axes[:, 0])
    assert stats.chisquare(np.histogram(angle, 12, (-np.pi, np.pi))[0]).pvalue > 0.01


def test_angle_at_the_middle_dot_is_uniform_over_what_is_free():
    """Two spheres on a third: cos of the angle is uniform from -1 to 1/2, where they touch."""
    rng = np.random.default_rng(6)
    cosines = []
    for _ in range(3000):
        p = place_bodies(np.ones(3), np.array([0, 1]), np.array([1, 2]), np.full(2, 2.0), rng)[0]
        cosines.append((p[0] - p[1]) @ (p[2] - p[1]) / 4.0)
    assert stats.kstest(cosines, stats.uniform(-1, 1.5).cdf).pvalue > 0.01


def test_contacts_lie_on_their_sites_uniformly_and_orientations_follow():
    rng = np.random.default_rng(7)
    cap = np.cos(np.radians(25.0))
    heights = {PLUS: [], MINUS: [], SIDE: []}
    for _ in range(1200):
        for a, b in ((PLUS, SIDE), (MINUS, PLUS)):
            p, q = place_bodies(
                np.array([2.0, 3.0]), [0], [1], [4.5], rng, site_first=[a], site_second=[b], cap_half_angle_deg=25.0
            )
            along = (p[1] - p[0]) / 4.5
            for site, quaternion, normal in ((a, q[0], along), (b, q[1], -along)):
                heights[site].append(in_own_frame(quaternion, normal)[2])
    assert all(site_of(h, cap) == site for site in heights for h in heights[site])
    for site, low, high in ((PLUS, cap, 1.0), (MINUS, -1.0, -cap), (SIDE, -cap, cap)):
        assert stats.kstest(heights[site], stats.uniform(low, high - low).cdf).pvalue > 0.01


def test_clusters_turn_with_their_dots():
    """In a longer cluster every bond still lies on the sites it was made on, whatever was turned later."""
    rng = np.random.default_rng(8)
    cap = np.cos(np.radians(20.0))
    for _ in range(20):
        positions, quaternions, bonds, sites = faceted_cluster(30, 20.0, 30.0, rng)
        for (a, b), (site_a, site_b) in zip(bonds, sites, strict=True):
            along = (positions[b] - positions[a]) / 2.0
            assert site_of(in_own_frame(quaternions[a], along)[2], cap) == site_a
            assert site_of(in_own_frame(quaternions[b], -along)[2], cap) == site_b
        replayed, turned_to = place_bodies(
            np.ones(30), *bonds.T, np.full(29, 2.0), rng,
            site_first=sites[:, 0], site_second=sites[:, 1], cap_half_angle_deg=20.0,
        )  # fmt: skip
        for (a, b), (site_a, _) in zip(bonds, sites, strict=True):
            assert site_of(in_own_frame(turned_to[a], (replayed[b] - replayed[a]) / 2.0)[2], cap) == site_a


def test_rods_touch_where_they_should_and_do_not_overlap():
    rng = np.random.default_rng(9)
    lengths = np.array([30.0, 20.0, 0.0, 0.0, 0.0])
    radii = np.array([2.0, 2.5, 2.0, 2.0, 1.5])
    halves = np.where(lengths > 0, 0.5 * lengths - radii, 0.0)
    first, second = np.array([0, 0, 1, 0]), np.array([2, 1, 3, 4])
    site = np.array([PLUS, SIDE, MINUS, SIDE])
    for _ in range(200):
        distances = 0.95 * (radii[first] + radii[second])
        p, q = place_bodies(
            radii, first, second, distances, rng,
            lengths_nm=lengths, site_first=site, site_second=[ANY, PLUS, ANY, ANY],
        )  # fmt: skip
        axes = axes_of(q)
        for a in range(5):
            for b in range(a):
                d = squared_axis_distance(*(p[b] - p[a]), *axes[a], halves[a], *axes[b], halves[b]) ** 0.5
                bond = np.flatnonzero((np.minimum(first, second) == b) & (np.maximum(first, second) == a))
                if bond.size:
                    assert d == pytest.approx(distances[bond[0]], abs=1e-9)
                else:
                    assert d > radii[a] + radii[b] - 1e-8
        assert in_own_frame(q[0], p[2] - p[0])[2] >= halves[0] - 1e-9  # the dot at the tip
        assert abs(in_own_frame(q[0], p[4] - p[0])[2]) <= halves[0] + 1e-9  # the dot on the cylinder


def test_large_clusters_of_rods_use_cells_and_do_not_overlap():
    rng = np.random.default_rng(10)
    bodies = 120
    radii, lengths = np.full(bodies, 1.0), np.where(np.arange(bodies) % 2, 12.0, 0.0)
    halves = np.where(lengths > 0, 5.0, 0.0)
    first = np.arange(bodies - 1)
    p, q = place_bodies(radii, first, first + 1, np.full(bodies - 1, 2.0), rng, lengths_nm=lengths)
    axes = axes_of(q)
    for a in range(bodies):
        for b in range(a - 1):
            assert squared_axis_distance(*(p[b] - p[a]), *axes[a], halves[a], *axes[b], halves[b]) > (2 - 1e-8) ** 2


def test_axis_distance_agrees_with_its_slow_twin():
    rng = np.random.default_rng(11)
    for _ in range(150):
        u, v = (w / np.linalg.norm(w) for w in rng.standard_normal((2, 3)))
        g, (half_u, half_v) = 4.0 * rng.standard_normal(3), rng.uniform(0, 5, 2) * (rng.random(2) > 0.2)
        slow = slow_axis_distance(g, u, half_u, v, half_v)
        assert squared_axis_distance(*g, *u, half_u, *v, half_v) ** 0.5 == pytest.approx(slow, abs=2e-2)
        assert squared_axis_distance(*g, *u, half_u, *v, half_v) ** 0.5 <= slow + 1e-12
    assert squared_axis_distance(3.0, 0, 1, 0, 0, 1, 2.0, 0, 0, 1, 2.0) == pytest.approx(9.0)  # parallel, side by side
    assert squared_axis_distance(0.0, 0, 7, 0, 0, 1, 2.0, 0, 0, 1, 2.0) == pytest.approx(9.0)  # in one line


def test_contacts_of_a_rod_are_drawn_by_area():
    rng = np.random.default_rng(12)
    draws = np.array([drawn_contact(2.0, 6.0, 0.9, ANY, rng) for _ in range(8000)])
    tips = np.sum(draws[:, 3] != 0.0)
    assert stats.binomtest(int(tips), 8000, 2.0 / 8.0).pvalue > 0.01
    assert stats.kstest(draws[draws[:, 3] == 0.0, 0], stats.uniform(-6, 12).cdf).pvalue > 0.01
    np.testing.assert_allclose(np.linalg.norm(draws[:, 1:], axis=1), 1.0)
    assert polar_share(2.0, 6.0, 0.9, 1.0) == pytest.approx(0.25)
    assert polar_share(2.0, 0.0, np.cos(np.radians(60)), 1.0) == pytest.approx(0.5)


def test_turns_carry_what_they_should():
    rng = np.random.default_rng(13)
    z = (0.0, 0.0, 1.0)
    for start, end in ((z, z), (z, (0.0, 0.0, -1.0)), ((1.0, 0.0, 0.0), (-1.0, 0.0, 0.0)), (z, (0.6, 0.0, 0.8))):
        for turn in (shortest_turn(start, end), turn_onto(start, end, rng)):
            np.testing.assert_allclose(turned(matrix_of(turn), *start), end, atol=1e-12)
    one, two = tuple(random_quaternion(rng)), tuple(random_quaternion(rng))
    both = turned(matrix_of(product(one, two)), 1.0, 2.0, 3.0)
    np.testing.assert_allclose(both, turned(matrix_of(one), *turned(matrix_of(two), 1.0, 2.0, 3.0)), atol=1e-12)


def test_coalesced_dots_stand_at_one_point_and_exclude_their_summed_volume():
    rng = np.random.default_rng(14)
    first, second = np.array([0, 1, 2]), np.array([1, 2, 3])
    for _ in range(50):
        p, q = place_bodies(np.ones(4), first, second, [2.0, 0.0, 2.2], rng, coalesced=np.array([False, True, False]))
        assert np.array_equal(p[1], p[2])
        assert np.array_equal(q[1], q[2])
        assert np.linalg.norm(p[0] - p[3]) > 2.0 - 1e-9
        assert np.linalg.norm(p[3] - p[2]) == pytest.approx(2.2, abs=1e-12)


def test_deeply_fused_rows_can_stand():
    """Three dots fused to 0.4 of touching cannot keep their full radii apart; what they keep is stated."""
    rng = np.random.default_rng(15)
    first, second, distances = np.array([0, 1]), np.array([1, 2]), np.full(2, 1.6)
    kept = exclusion_radii_nm(np.full(3, 2.0), first, second, distances)
    np.testing.assert_allclose(kept, 1.6 / np.sqrt(2.0))
    assert np.array_equal(exclusion_radii_nm(np.full(3, 2.0), first, second, np.full(2, 2.9)), np.full(3, 2.0))
    for _ in range(50):
        p, _ = place_bodies(np.full(3, 2.0), first, second, distances, rng)
        assert np.linalg.norm(p[0] - p[2]) >= 1.6 * np.sqrt(2.0) - 1e-8


def test_the_same_stream_gives_the_same_cluster():
    one, two = (sample_cluster(np.random.default_rng(16))[3] for _ in range(2))
    assert np.array_equal(one, two)


def test_what_cannot_stand_is_refused():
    rng = np.random.default_rng(17)
    crowd = np.arange(1, 16)  # fifteen equal spheres about one: no more than twelve can touch it
    with pytest.raises(RuntimeError, match="16 dots"):
        place_bodies(np.ones(16), np.zeros(15, dtype=int), crowd, np.full(15, 2.0), rng)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"radii_nm": [1.0, -1.0, 1.0]}, "radii_nm"),
        ({"first": [0, 0], "second": [1, 1]}, "first and second"),
        ({"distances_nm": [1.0]}, "distances_nm"),
        ({"site_first": [0, 7]}, "site_first"),
        ({"lengths_nm": [1.5, 0.0, 0.0]}, "lengths_nm"),
        ({"cap_half_angle_deg": 120.0}, "cap_half_angle_deg"),
    ],
)
def test_bad_arguments_are_named(change, named):
    good = {"radii_nm": [1.0, 1.0, 1.0], "first": [0, 1], "second": [1, 2], "distances_nm": [2.0, 2.0]}
    with pytest.raises(ValueError, match=named):
        place_bodies(**(good | change), rng=np.random.default_rng(0))
