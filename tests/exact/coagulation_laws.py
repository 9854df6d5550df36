"""Coagulating systems with exact solutions: shared furniture for whatever merges alike particles.

Infinite systems give the concentration of n-mers per initial monomer; finite ones the expected number of n-mers.
All times are in the units of 1/K, K_ij the rate of each unordered pair of clusters.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from fractions import Fraction

import numpy as np
from scipy.linalg import expm
from scipy.special import gammaln
from scipy.stats import binom

Kernel = Callable[[int, int], float]

KERNELS: dict[str, Kernel] = {
    "constant": lambda i, j: 1.0,
    "additive": lambda i, j: float(i + j),
    "product": lambda i, j: float(i * j),
    "brownian": lambda i, j: (i ** (1 / 3) + j ** (1 / 3)) * (i ** (-1 / 3) + j ** (-1 / 3)),
    "functional": lambda i, j: float((i + 2) * (j + 2)),  # three sites
}


# --- infinitely many particles -------------------------------------------------------------------------------------
def constant_share(size: int, scaled: float) -> float:
    """Smoluchowski 1916: tau^(k-1) / (1 + tau)^(k+1), tau = N t / 2."""
    return scaled ** (size - 1) / (1.0 + scaled) ** (size + 1)


def additive_share(size: int, scaled: float) -> float:
    """Golovin 1963: (1 - T) (k T)^(k-1) exp(-k T) / k!, T = 1 - exp(-N t)."""
    grown = 1.0 - math.exp(-scaled)
    return (1.0 - grown) * (size * grown) ** (size - 1) * math.exp(-size * grown) / math.factorial(size)


def product_share(size: int, scaled: float) -> float:
    """McLeod 1962: k^(k-2) / k! T^(k-1) exp(-k T), T = N t < 1."""
    return size ** (size - 2) / math.factorial(size) * scaled ** (size - 1) * math.exp(-size * scaled)


def flory_stockmayer_share(size: int, scaled: float, sites: int) -> float:
    """Stockmayer 1943: f ((f-1)k)! / (k! ((f-2)k+2)!) p^(k-1) (1-p)^((f-2)k+2), p = x/(1+x), x = f N t."""
    reacted = sites * scaled / (1.0 + sites * scaled)
    free = (sites - 2) * size + 2
    ways = sites * math.factorial((sites - 1) * size) / (math.factorial(size) * math.factorial(free))
    return ways * reacted ** (size - 1) * (1.0 - reacted) ** free


# --- finitely many particles ---------------------------------------------------------------------------------------
def _log_choose(n: float, k: float) -> float:
    return float(gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1))


def constant_given(particles: int, clusters: int, size: int) -> float:
    """Expected n-mers when `clusters` are left: every composition of the particles is as likely (Kingman 1982)."""
    if clusters == 1:
        return float(size == particles)
    if size > particles - clusters + 1:
        return 0.0
    return clusters * math.exp(
        _log_choose(particles - size - 1, clusters - 2) - _log_choose(particles - 1, clusters - 1)
    )


def constant_time_moments(particles: int, clusters: int) -> tuple[float, float, float]:
    """Mean, variance and fourth cumulant of the time to `clusters`: a sum of exponentials of rates j (j - 1) / 2."""
    left = np.arange(clusters + 1, particles + 1, dtype=float)
    waits = 2.0 / (left * (left - 1.0))
    return float(waits.sum()), float((waits**2).sum()), float(6.0 * (waits**4).sum())


def constant_clusters_at(particles: int, time: float) -> np.ndarray:
    """Probability of k clusters at `time`, index k: the pure death process of rates k (k - 1) / 2."""
    k = np.arange(particles + 1, dtype=float)
    rates = k * (k - 1.0) / 2.0
    generator = -np.diag(rates) + np.diag(rates[1:], 1)  # row k - 1 gains from column k
    return expm(generator * time)[:, particles]


def additive_given(particles: int, clusters: int, size: int) -> float:
    """Expected n-mers when `clusters` are left: the trees of a uniform rooted forest (Pitman 1999)."""
    if clusters == 1:
        return float(size == particles)
    rest = particles - size
    if rest < clusters - 1:
        return 0.0

    def log_forests(nodes: int, trees: int) -> float:
        return _log_choose(nodes - 1, trees - 1) + (nodes - trees) * math.log(nodes)

    return math.exp(
        _log_choose(particles, size)
        + (size - 1) * math.log(size)
        + log_forests(rest, clusters - 1)
        - log_forests(particles, clusters)
    )


def additive_clusters_at(particles: int, time: float) -> np.ndarray:
    """Probability of k clusters at `time`, index k: k - 1 is binomial, each surviving with exp(-N t)."""
    k = np.arange(particles + 1)
    return binom.pmf(k - 1, particles - 1, math.exp(-particles * time))


def product_at(particles: int, time: float, size: int) -> float:
    """Expected n-mers at `time`: C(N, n) P(connected) (1 - p)^(n (N - n)), p = 1 - exp(-t) (Erdos and Renyi 1960)."""
    apart = Fraction(math.exp(-time))
    connected = [Fraction(0)]
    for nodes in range(1, size + 1):
        loose = Fraction(0)
        for part in range(1, nodes):  # the component of the first node
            loose += math.comb(nodes - 1, part - 1) * connected[part] * apart ** (part * (nodes - part))
        connected.append(1 - loose)
    return math.comb(particles, size) * float(connected[size]) * float(apart) ** (size * (particles - size))


# --- few particles, any kernel: the Markov chain over the partitions of their number ----------------------------------
def partitions(total: int, largest: int | None = None) -> list[tuple[int, ...]]:
    """All partitions of `total`, parts in falling order."""
    if total == 0:
        return [()]
    top = total if largest is None else min(largest, total)
    return [(part, *rest) for part in range(top, 0, -1) for rest in partitions(total - part, part)]


def partition_generator(particles: int, kernel: Kernel) -> tuple[list[tuple[int, ...]], np.ndarray]:
    """States and generator Q (column to row) of the sizes of all clusters."""
    states = partitions(particles)
    index = {state: position for position, state in enumerate(states)}
    generator = np.zeros((len(states), len(states)))
    for state, column in index.items():
        for first in range(len(state)):
            for second in range(first):
                rest = [part for place, part in enumerate(state) if place not in (first, second)]
                merged = tuple(sorted([*rest, state[first] + state[second]], reverse=True))
                rate = kernel(state[first], state[second])
                generator[index[merged], column] += rate
                generator[column, column] -= rate
    return states, generator


def expected_at(particles: int, kernel: Kernel, time: float) -> np.ndarray:
    """Expected number of n-mers at `time`, n = 1..N, of N particles under any kernel."""
    states, generator = partition_generator(particles, kernel)
    start = np.array([float(len(state) == particles) for state in states])
    return _mean_counts(states, expm(generator * time) @ start, particles)


def expected_given(particles: int, kernel: Kernel, clusters: int) -> tuple[np.ndarray, float]:
    """Expected number of n-mers when `clusters` are left, and the expected time until then."""
    states, generator = partition_generator(particles, kernel)
    chance = np.array([float(len(state) == particles) for state in states])
    elapsed = 0.0
    leaving = -np.diag(generator)
    jumps = generator + np.diag(leaving)
    for _ in range(particles - clusters):
        waiting = np.where(chance > 0.0, chance / np.where(leaving > 0.0, leaving, 1.0), 0.0)
        elapsed += float(waiting.sum())
        chance = jumps @ waiting
    return _mean_counts(states, chance, particles), elapsed


def _mean_counts(states: list[tuple[int, ...]], chance: np.ndarray, particles: int) -> np.ndarray:
    counts = np.array([[Counter(state)[size] for size in range(1, particles + 1)] for state in states])
    return np.asarray(chance @ counts)


# --- the judge -----------------------------------------------------------------------------------------------------
def z_scores(samples: np.ndarray, expected: np.ndarray | float) -> np.ndarray:
    """(mean - expected) / standard error, over the replicas along the first axis."""
    samples = np.asarray(samples, dtype=float)
    error = samples.std(axis=0, ddof=1) / math.sqrt(len(samples))
    return np.asarray((samples.mean(axis=0) - expected) / error)


def size_counts(sizes: np.ndarray, largest: int) -> np.ndarray:
    """Clusters of 1, 2, ..., `largest` particles."""
    return np.bincount(np.minimum(sizes, largest + 1), minlength=largest + 2)[1 : largest + 1]
