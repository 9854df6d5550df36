"""The fast coagulation kernels against their slow twin: sizes, times and who is bonded to whom."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import f as f_distribution

from assembly.coagulation import coagulate

PARTICLES, LEFT, REPLICAS = 14, 3, 1500
KERNELS = ["constant", "additive", "product", "brownian", "functional"]


def portrait(time, sizes, bonds):
    """What a replica looks like: sizes, the clock, and the bond graph by its degrees and the ages of its ends."""
    degrees = np.bincount(bonds.ravel(), minlength=PARTICLES)
    last = bonds[-1]
    return [
        np.log(time),
        (sizes == 1).sum(),
        (sizes**2).sum(),
        (degrees == 1).sum(),  # chain ends
        (degrees**2).sum(),  # branching
        degrees[last].sum(),  # whether the members that meet last are inner or outer ones
        (degrees[bonds[:, 0]] * degrees[bonds[:, 1]]).sum(),  # who neighbours whom
    ]


def hotelling_p(first, second):
    """p of equal means of two samples of vectors (Hotelling's T squared)."""
    n, m, width = len(first), len(second), first.shape[1]
    gap = first.mean(axis=0) - second.mean(axis=0)
    pooled = ((n - 1) * np.cov(first.T) + (m - 1) * np.cov(second.T)) / (n + m - 2)
    squared = n * m / (n + m) * gap @ np.linalg.solve(pooled, gap)
    return float(f_distribution.sf(squared * (n + m - width - 1) / (width * (n + m - 2)), width, n + m - width - 1))


@pytest.mark.parametrize("kernel", KERNELS)
def test_sizes_times_and_bonds_agree_with_the_direct_method(kernel, direct_coagulation):
    streams = np.random.SeedSequence([41, KERNELS.index(kernel)]).spawn(2)
    options = {"functionality": 3} if kernel == "functional" else {}
    fast, slow = [], []
    for child in streams[0].spawn(4 * REPLICAS):
        run = coagulate(
            PARTICLES, kernel, np.random.default_rng(child), until_clusters=LEFT, track_bonds=True, **options
        )
        fast.append(portrait(run.time, run.sizes, run.bonds))
    for child in streams[1].spawn(REPLICAS):
        time, members, bonds = direct_coagulation.coagulate_directly(
            PARTICLES, kernel, np.random.default_rng(child), LEFT
        )
        slow.append(portrait(time, np.array([len(cluster) for cluster in members]), np.array(bonds)))
    p = hotelling_p(np.array(fast, dtype=float), np.array(slow, dtype=float))
    print(f"\n  {kernel}: Hotelling p = {p:.3f}", end="")
    assert p > 1e-3


def test_brownian_sizes_agree_where_the_largest_and_the_smallest_cluster_lie_far_apart(direct_coagulation):
    """Sixty particles down to two clusters: the bound on the rates has moved with both extremes."""
    particles, left, number = 60, 2, 700
    streams = np.random.SeedSequence(44).spawn(2)
    fast, slow = [], []
    for child in streams[0].spawn(10 * number):
        run = coagulate(particles, "brownian", np.random.default_rng(child), until_clusters=left)
        fast.append([np.log(run.time), run.sizes.min(), np.log(run.sizes.min())])
    for child in streams[1].spawn(number):
        time, members, _ = direct_coagulation.coagulate_directly(
            particles, "brownian", np.random.default_rng(child), left
        )
        smaller = min(len(cluster) for cluster in members)
        slow.append([np.log(time), smaller, np.log(smaller)])
    p = hotelling_p(np.array(fast), np.array(slow))
    print(f"\n  brownian N=60 k=2: Hotelling p = {p:.3f}", end="")
    assert p > 1e-3


def test_brownian_proposals_stay_few_because_the_bound_follows_the_smallest_cluster():
    early, whole = [coagulate(50_000, "brownian", np.random.default_rng(45), until_clusters=left) for left in (500, 50)]
    first, last = early.events / early.proposals, 450 / (whole.proposals - early.proposals)
    print(f"\n  brownian acceptance: {first:.2f} down to 500 clusters, {last:.2f} from there to 50", end="")
    assert first > 0.7
    assert last > 0.4


def test_the_portrait_tells_one_member_rule_from_another():
    """It has the power to fail: bonds by free sites instead of members stand out."""
    fast, other = [], []
    options = {"until_clusters": LEFT, "track_bonds": True}
    for child in np.random.SeedSequence(42).spawn(REPLICAS):
        run = coagulate(PARTICLES, "product", np.random.default_rng(child), **options)
        fast.append(portrait(run.time, run.sizes, run.bonds)[3:])
    for child in np.random.SeedSequence(43).spawn(REPLICAS):
        run = coagulate(
            PARTICLES,
            "functional",
            np.random.default_rng(child),
            until_clusters=LEFT,
            functionality=3,
            track_bonds=True,
        )
        other.append(portrait(run.time, run.sizes, run.bonds)[3:])
    assert hotelling_p(np.array(fast, dtype=float), np.array(other, dtype=float)) < 1e-6


@pytest.mark.parametrize("kernel", KERNELS)
def test_bonds_span_the_clusters_and_close_no_ring(kernel):
    options = {"functionality": 3} if kernel == "functional" else {}
    run = coagulate(3000, kernel, np.random.default_rng(5), until_clusters=700, track_bonds=True, **options)
    assert run.bonds.shape == (2300, 2)
    assert run.events == 2300
    founders = list(range(3000))

    def founder(particle):
        while founders[particle] != particle:
            particle = founders[particle]
        return particle

    for first, second in run.bonds:
        a, b = founder(first), founder(second)
        assert a != b
        founders[a] = b
    sizes = np.bincount([founder(particle) for particle in range(3000)])
    np.testing.assert_array_equal(np.sort(sizes[sizes > 0]), np.sort(run.sizes))
    if kernel == "functional":
        assert np.bincount(run.bonds.ravel()).max() <= 3


@pytest.mark.parametrize("kernel", KERNELS)
def test_the_labels_of_particles_carry_no_trace_of_their_order(kernel):
    """Alike particles: which labels bond must not depend on the labels (a kind given to the first half would show)."""
    options = {"functionality": 3} if kernel == "functional" else {}
    run = coagulate(200_000, kernel, np.random.default_rng(6), until_clusters=100_000, track_bonds=True, **options)
    halves = run.bonds < 100_000
    crossing = (halves[:, 0] != halves[:, 1]).mean()
    near = (np.abs(run.bonds[:, 0] - run.bonds[:, 1]) < 2000).mean()
    assert abs(crossing - 0.5) < 4.0 * math.sqrt(0.25 / 100_000) * 1.5
    assert abs(near - 0.02) < 4.0 * math.sqrt(0.02 / 100_000) * 1.5


@pytest.mark.parametrize("kernel", KERNELS)
def test_the_same_stream_gives_the_same_run_and_bonds_do_not_change_the_sizes(kernel):
    options = {"functionality": 3} if kernel == "functional" else {}
    runs = [
        coagulate(5000, kernel, np.random.default_rng(7), until_clusters=900, track_bonds=track, **options)
        for track in (True, True, False)
    ]
    assert runs[0].time == runs[1].time == runs[2].time
    np.testing.assert_array_equal(runs[0].bonds, runs[1].bonds)
    np.testing.assert_array_equal(runs[0].sizes, runs[2].sizes)
    assert runs[2].bonds is None


def test_every_kernel_runs_down_to_one_cluster_or_to_what_its_sites_allow():
    for kernel in KERNELS:
        options = {"functionality": 3} if kernel == "functional" else {}
        run = coagulate(500, kernel, np.random.default_rng(8), until_clusters=1, track_bonds=True, **options)
        assert list(run.sizes) == [500]
        late = coagulate(500, kernel, np.random.default_rng(8), until_time=1e6, **options)
        assert (late.time, list(late.sizes)) == (1e6, [500])
        assert coagulate(1, kernel, np.random.default_rng(8), until_clusters=1, **options).events == 0
    pairs = coagulate(501, "functional", np.random.default_rng(9), until_time=1e9, functionality=1, track_bonds=True)
    assert sorted(pairs.sizes) == [1] + [2] * 250
    assert np.bincount(pairs.bonds.ravel()).max() == 1


def test_a_run_stopped_by_time_holds_the_state_at_that_time():
    rng = np.random.default_rng(10)
    still = coagulate(100, "constant", rng, until_time=0.0, track_bonds=True)
    assert (still.time, still.events, len(still.sizes), still.bonds.shape) == (0.0, 0, 100, (0, 2))
    first = coagulate(100, "constant", rng, until_clusters=50, until_time=1e9)
    assert len(first.sizes) == 50
    assert first.time < 1.0


GOOD = {"particles": 100, "kernel": "constant", "rng": np.random.default_rng(1), "until_clusters": 10}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"particles": 0}, "particles must be a whole number from 1"),
        ({"particles": 10.5}, "particles must be"),
        ({"particles": True}, "particles must be"),
        ({"particles": 2**31}, "particles must be"),
        ({"kernel": "browniam"}, "nearest is brownian"),
        ({"kernel": None}, "kernel must be one of"),
        ({"rng": 5}, "rng must be a numpy.random.Generator, not int"),
        ({"until_clusters": None}, "until_clusters or until_time must be given"),
        ({"until_clusters": 0}, "until_clusters must be a whole number from 1 to 100, not 0"),
        ({"until_clusters": 101}, "until_clusters must be"),
        ({"until_time": float("nan")}, "until_time must be finite"),
        ({"until_time": -1.0}, "until_time must be finite and not negative"),
        ({"until_time": "soon"}, "until_time must be a number"),
        ({"kernel": "functional"}, "functionality, the number of sites"),
        ({"kernel": "functional", "functionality": 0}, "functionality must be a whole number from 1"),
        ({"kernel": "functional", "functionality": 1}, "until_clusters must be a whole number from 50 to 100, not 10"),
        ({"functionality": 3}, "functionality belongs to kernel 'functional'"),
    ],
)
def test_bad_arguments_are_named_in_one_sentence(change, words):
    arguments = {**GOOD, **change}
    with pytest.raises(ValueError, match=words) as caught:
        coagulate(arguments.pop("particles"), arguments.pop("kernel"), arguments.pop("rng"), **arguments)
    assert "\n" not in str(caught.value)
