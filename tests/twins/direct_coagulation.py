"""The slow, readable twin of the coagulation kernels: every pair's rate written out, members kept as plain lists."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Rate = Callable[[np.ndarray], np.ndarray]  # sizes of the clusters -> (k, k) rates of the pairs


def rates_of(kernel: str, functionality: int = 3) -> Rate:
    """K_ij of a kernel's name, for all pairs at once."""

    def rates(sizes: np.ndarray) -> np.ndarray:
        i, j = sizes[:, None].astype(float), sizes[None, :].astype(float)
        if kernel == "constant":
            return np.ones((len(sizes), len(sizes)))
        if kernel == "additive":
            return i + j
        if kernel == "product":
            return i * j
        if kernel == "brownian":
            return (i ** (1 / 3) + j ** (1 / 3)) * (i ** (-1 / 3) + j ** (-1 / 3))
        return ((functionality - 2) * i + 2) * ((functionality - 2) * j + 2)

    return rates


def coagulate_directly(
    particles: int, kernel: str, rng: np.random.Generator, until_clusters: int, functionality: int = 3
) -> tuple[float, list[list[int]], list[tuple[int, int]]]:
    """Gillespie's direct method over all pairs: (time, members of each cluster, bonds in order of time)."""
    members = [[particle] for particle in range(particles)]
    free = np.full(particles, functionality)
    bonds: list[tuple[int, int]] = []
    time = 0.0
    rates = rates_of(kernel, functionality)
    while len(members) > until_clusters:
        upper = np.triu(rates(np.array([len(cluster) for cluster in members])), 1)
        total = upper.sum()
        time += rng.exponential(1.0 / total)
        choice = np.searchsorted(np.cumsum(upper.ravel()), rng.random() * total, side="right")
        first, second = divmod(int(choice), len(members))
        ends = []
        for cluster in (members[first], members[second]):
            if kernel == "functional":
                weights = free[cluster] / free[cluster].sum()
                ends.append(int(rng.choice(cluster, p=weights)))
            else:
                ends.append(cluster[rng.integers(len(cluster))])
        free[ends] -= 1
        bonds.append((ends[0], ends[1]))
        members[first] = members[first] + members[second]
        del members[second]
    return time, members, bonds
