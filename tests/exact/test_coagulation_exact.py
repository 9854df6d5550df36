"""The textbook kernels against their exact solutions, by z-scores over independent replicas (-s shows them)."""

from __future__ import annotations

import numba
import numpy as np
import pytest

from assembly.coagulation import coagulate

SIZES = 6
LIMIT = 4.0


def replicas(number, seed, particles, kernel, **stop):
    """(number, 6) counts of 1- to 6-mers, and the clocks; every replica has a stream of its own."""
    counts, clocks = np.empty((number, SIZES)), np.empty(number)
    for row, child in enumerate(np.random.SeedSequence(seed).spawn(number)):
        run = coagulate(particles, kernel, np.random.default_rng(child), **stop)
        counts[row] = np.bincount(np.minimum(run.sizes, SIZES + 1), minlength=SIZES + 2)[1 : SIZES + 1]
        clocks[row] = run.time
    return counts, clocks


def show(name, scores):
    print(f"\n  {name}: z = " + " ".join(f"{z:+.2f}" for z in np.atleast_1d(scores)), end="")
    return np.abs(scores).max()


INFINITE = [
    ("constant", None, 2.0, "constant_share"),
    ("additive", None, 0.5, "additive_share"),
    ("product", None, 0.6, "product_share"),
    ("functional", 2, 0.4, "flory_stockmayer_share"),
    ("functional", 3, 0.2, "flory_stockmayer_share"),
]


@pytest.mark.parametrize(("kernel", "sites", "scaled", "law"), INFINITE)
def test_large_systems_follow_the_classical_laws_and_a_clock_2_percent_fast_does_not(kernel, sites, scaled, law, laws):
    particles, number = 40_000, 500
    extra = {} if sites is None else {"sites": sites}
    at = scaled / 2.0 if kernel == "constant" else scaled
    expected = np.array([getattr(laws, law)(size, at, **extra) for size in range(1, SIZES + 1)])
    options = {} if sites is None else {"functionality": sites}
    for speed in (1.0, 1.02):
        seed = [11, INFINITE.index((kernel, sites, scaled, law)), int(100 * speed)]
        counts, _ = replicas(number, seed, particles, kernel, until_time=speed * scaled / particles, **options)
        worst = show(f"{kernel} f={sites} N={particles} x{speed}", laws.z_scores(counts / particles, expected))
        assert (worst < LIMIT) == (speed == 1.0)


def test_constant_kernel_at_finite_number_given_the_clusters(laws):
    particles, clusters, number = 300, 60, 3000
    counts, clocks = replicas(number, 21, particles, "constant", until_clusters=clusters)
    expected = np.array([laws.constant_given(particles, clusters, size) for size in range(1, SIZES + 1)])
    assert show("constant N=300 k=60", laws.z_scores(counts, expected)) < LIMIT
    mean, variance, fourth = laws.constant_time_moments(particles, clusters)
    z_mean = (clocks.mean() - mean) / np.sqrt(variance / number)
    z_variance = (clocks.var(ddof=1) - variance) / np.sqrt((fourth + 2.0 * variance**2) / number)
    assert show("  time: mean, variance", np.array([z_mean, z_variance])) < LIMIT


def test_constant_kernel_at_finite_number_and_given_time(laws):
    particles, time, number = 120, 2.0 / 120, 3000
    chance = laws.constant_clusters_at(particles, time)
    expected = np.array(
        [
            sum(chance[k] * laws.constant_given(particles, k, size) for k in range(1, particles + 1))
            for size in range(1, SIZES + 1)
        ]
    )
    for kernel, until, options in (("constant", time, {}), ("functional", time / 4.0, {"functionality": 2})):
        counts, clocks = replicas(number, [22, len(options)], particles, kernel, until_time=until, **options)
        assert show(f"{kernel} N=120", laws.z_scores(counts, expected)) < LIMIT
        assert np.all(clocks == until)


@pytest.mark.parametrize("stop", ["clusters", "time"])
def test_additive_kernel_at_finite_number(stop, laws):
    particles, number = 120, 3000
    if stop == "clusters":
        chance, options = np.eye(particles + 1)[50], {"until_clusters": 50}
    else:
        chance, options = laws.additive_clusters_at(particles, 0.7 / particles), {"until_time": 0.7 / particles}
    expected = np.array(
        [
            sum(chance[k] * laws.additive_given(particles, k, size) for k in range(1, particles + 1) if chance[k] > 0.0)
            for size in range(1, SIZES + 1)
        ]
    )
    counts, _ = replicas(number, [23, len(stop)], particles, "additive", **options)
    assert show(f"additive N=120 by {stop}", laws.z_scores(counts, expected)) < LIMIT


@pytest.mark.parametrize("scaled", [0.7, 1.5])
def test_product_kernel_is_the_random_graph_before_and_after_the_gel(scaled, laws):
    particles, number = 200, 3000
    expected = np.array([laws.product_at(particles, scaled / particles, size) for size in range(1, SIZES + 1)])
    counts, _ = replicas(number, [24, int(10 * scaled)], particles, "product", until_time=scaled / particles)
    assert show(f"product N=200 T={scaled}", laws.z_scores(counts, expected)) < LIMIT


@pytest.mark.parametrize("kernel", ["constant", "additive", "product", "brownian", "functional"])
def test_twelve_particles_follow_the_chain_over_their_partitions(kernel, laws):
    particles, clusters, number = 12, 4, 20_000
    rate = laws.KERNELS[kernel]
    options = {"functionality": 3} if kernel == "functional" else {}
    given, elapsed = laws.expected_given(particles, rate, clusters)
    counts, clocks = replicas(number, [25, len(kernel)], particles, kernel, until_clusters=clusters, **options)
    scores = np.append(laws.z_scores(counts, given[:SIZES]), laws.z_scores(clocks, elapsed))
    assert show(f"{kernel} N=12 k=4, n and time", scores) < LIMIT
    counts, _ = replicas(number, [26, len(kernel)], particles, kernel, until_time=elapsed, **options)
    expected = laws.expected_at(particles, rate, elapsed)
    assert show(f"{kernel} N=12 at time", laws.z_scores(counts, expected[:SIZES])) < LIMIT


@numba.njit
def _constant_with_slow_monomers(rng, particles, end, monomer_rate):
    """K = 1, but monomers meet monomers at `monomer_rate` <= 1."""
    sizes = np.ones(particles, dtype=np.int64)
    clusters, time = particles, 0.0
    while clusters > 1:
        time += rng.standard_exponential() * 2.0 / (clusters * (clusters - 1))
        if time > end:
            break
        i = int(rng.random() * clusters)
        j = int(rng.random() * (clusters - 1))
        j += j >= i
        if sizes[i] == 1 and sizes[j] == 1 and rng.random() > monomer_rate:
            continue
        sizes[i] += sizes[j]
        clusters -= 1
        sizes[j] = sizes[clusters]
    return sizes[:clusters]


def test_one_rate_of_one_pair_planted_2_percent_wrong_fails_the_check(laws):
    particles, number = 40_000, 500
    expected = np.array([laws.constant_share(size, 1.0) for size in range(1, SIZES + 1)])
    worst = {}
    for rate in (1.0, 0.98):
        counts = np.empty((number, SIZES))
        for row, child in enumerate(np.random.SeedSequence([27, int(100 * rate)]).spawn(number)):
            sizes = _constant_with_slow_monomers(np.random.default_rng(child), particles, 2.0 / particles, rate)
            counts[row] = laws.size_counts(sizes, SIZES)
        worst[rate] = show(f"twin with K11={rate}", laws.z_scores(counts / particles, expected))
    assert worst[1.0] < LIMIT
    assert worst[0.98] > LIMIT
