"""Exact coagulation of alike particles by the textbook kernels: every merge an event, every bond kept on request.

The state is a bag of clusters; each unordered pair (i, j) of clusters merges at the rate K_ij that its sizes give. The
next merge is found in one of two ways, both exact: where the rates sum to a closed form, the waiting time is drawn from
the sum (constant, additive); elsewhere pairs are proposed at a rate never below the true one, time goes on with every
proposal, and a proposal is taken with the share that is true (Brownian; product and functional, whose proposals inside
one cluster are null).
"""

from __future__ import annotations

import difflib
import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from assembly.draws import UNIT, one_each, seed_stream, two_of, uniform_bits
from physics.jit import compiled

KERNELS = ("constant", "additive", "product", "brownian", "functional")
LARGEST = 2**31 - 1  # particle numbers and free sites are kept as 32-bit integers
_FIRST, _SECOND = np.uint64(0), np.uint64(1)  # unsigned indices need no test for counting from the end
CUBE_ROOTS = np.cbrt(np.arange(4096.0))  # larger clusters are rare enough to have theirs computed


@dataclass(frozen=True)
class Coagulation:
    """What is left when a coagulation stops.

    time: the clock, in the units of 1/K; sizes (clusters,): particles in each cluster, in no order; bonds (events, 2)
    int32: the particles joined, in order of time, or None where they were not asked for; events: merges; proposals:
    pairs tried for them, so that events / proposals is the acceptance.
    """

    time: float
    sizes: np.ndarray
    bonds: np.ndarray | None
    events: int
    proposals: int


class Merges(NamedTuple):
    """Where merges are written down, in order of time: 12 bytes each, for memory asked for costs as much as the loop.

    bonds (merges, 2), dimensionless slots; left (particles,), sizes in particles. The size of the part that is merged
    stays in the slot that it sets free.
    """

    bonds: np.ndarray  # (merges, 2) int32, slots of the clusters kept and merged; in the end the particles joined
    left: np.ndarray  # (particles,) int32, size of the cluster kept before the merge


def coagulate(
    particles: int,
    kernel: str,
    rng: np.random.Generator,
    *,
    until_clusters: int | None = None,
    until_time: float | None = None,
    functionality: int | None = None,
    track_bonds: bool = False,
) -> Coagulation:
    """Merge `particles` monomers until `until_clusters` are left or the clock shows `until_time`, whichever is first.

    kernel: K_ij, the rate of each unordered pair of clusters with i and j particles:
        "constant" 1 · "additive" i + j · "product" i j · "brownian" (i^(1/3) + j^(1/3)) (i^(-1/3) + j^(-1/3)) ·
        "functional" s_i s_j with s = (f - 2) i + 2 free sites, f = `functionality` (Flory, Stockmayer).
    Bonds join, in the two clusters that merge, a uniformly random member of each; of the functional kernel a uniformly
    random free site of each, so that no particle has more than f bonds. Bonds make a forest: none closes a ring.
    The clock reads `until_time` where time ended the run (or nothing more could merge), else the last event's time.
    The same generator state gives the same result; a new seed compiles nothing.

    Raises ValueError for an argument out of its range, for a stop that cannot be reached, or for none at all.
    until_time and the clock are in units of 1 over the rate constant of the kernel, which is dimensionless here.
    """
    target, end = _checked(particles, kernel, rng, until_clusters, until_time, functionality)
    particles = int(particles)  # a numpy integer would do, too
    words = np.empty(4, dtype=np.uint64)
    seed_stream(words, rng)
    bonds = np.empty((particles - target if track_bonds else 0, 2), dtype=np.int32)
    if kernel in ("product", "functional"):
        parents = np.full(particles, -1, dtype=np.int32)
        if kernel == "product":
            time, clusters, proposals = _merge_product(rng, words, parents, target, end, bonds)
        else:
            sites = np.repeat(np.arange(particles, dtype=np.uint32), functionality or 0)
            time, clusters, proposals = _merge_functional(rng, words, parents, sites, target, end, bonds)
        sizes = -parents[parents < 0].astype(np.int64)
    else:
        held = np.ones(particles, dtype=np.int32)
        founders = np.arange(particles if kernel == "additive" else 0, dtype=np.uint32)
        merges = Merges(bonds, np.empty(particles if track_bonds else 0, dtype=np.int32))
        if kernel == "additive":
            time, clusters, proposals = _merge_additive(rng, words, held, founders, target, end, merges)
        elif kernel == "constant":
            time, clusters, proposals = _merge_constant(rng, words, held, target, end, merges)
        else:
            time, clusters, proposals = _merge_brownian(rng, words, held, target, end, merges, CUBE_ROOTS)
        sizes = (held[founders[:clusters]] if kernel == "additive" else held[:clusters]).astype(np.int64)
        if track_bonds:
            _draw_members(words, held, founders, clusters, merges)
    if until_time is not None and (until_clusters is None or clusters > until_clusters):
        time = float(until_time)
    return Coagulation(
        time, sizes, bonds[: particles - clusters] if track_bonds else None, particles - clusters, proposals
    )


def _checked(
    particles: Any, kernel: Any, rng: Any, until_clusters: Any, until_time: Any, functionality: Any
) -> tuple[int, float]:
    """The number of clusters and the time at which to stop; ValueError for whatever cannot be run."""
    _whole("particles", particles, 1, LARGEST)
    if kernel not in KERNELS:
        near = difflib.get_close_matches(str(kernel), KERNELS, n=1)
        raise ValueError(
            f"kernel must be one of {', '.join(KERNELS)}, not {kernel!r}" + (f"; nearest is {near[0]}" if near else "")
        )
    if not isinstance(rng, np.random.Generator):
        raise ValueError(f"rng must be a numpy.random.Generator, not {type(rng).__name__}")
    if kernel == "functional":
        if functionality is None:
            raise ValueError("functionality, the number of sites of a particle, must be given for kernel 'functional'")
        _whole("functionality", functionality, 1, LARGEST // particles)
    elif functionality is not None:
        raise ValueError(f"functionality belongs to kernel 'functional' and must be left out for kernel {kernel!r}")
    if until_clusters is None and until_time is None:
        raise ValueError("until_clusters or until_time must be given, or the coagulation has no end")
    fewest = (particles + 1) // 2 if functionality == 1 else 1  # one site each: dimers are the end
    if until_clusters is not None:
        _whole("until_clusters", until_clusters, fewest, particles)
    end = math.inf
    if until_time is not None:
        if isinstance(until_time, bool) or not isinstance(until_time, (int, float, np.integer, np.floating)):
            raise ValueError(f"until_time must be a number, not {until_time!r}")
        if not 0.0 <= until_time < math.inf:
            raise ValueError(f"until_time must be finite and not negative, not {until_time!r}")
        end = float(until_time)
    return int(fewest if until_clusters is None else until_clusters), end


def _whole(name: str, value: Any, least: int, most: int) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or not least <= value <= most:
        raise ValueError(f"{name} must be a whole number from {least} to {most}, not {value!r}")


@compiled
def _merge_constant(
    rng: np.random.Generator, words: np.ndarray, sizes: np.ndarray, target: int, end: float, merges: Merges
) -> tuple[float, int, int]:
    """K = 1: any pair, after an exponential time of rate k (k - 1) / 2. Clusters fill the slots 0 to k - 1."""
    clusters, time = len(sizes), 0.0
    while clusters > target:
        time += rng.standard_exponential() * (2.0 / (float(clusters) * float(clusters - 1)))
        if time > end:
            break
        i, j = two_of(words, clusters)
        clusters -= 1
        left, part = sizes[i], sizes[j]
        if len(merges.bonds) > 0:
            _remember(merges, len(sizes) - clusters - 1, i, j, left)
        sizes[i] = left + part
        sizes[j] = sizes[np.uint64(clusters)]
        sizes[np.uint64(clusters)] = part
    return time, clusters, len(sizes) - clusters


@compiled
def _root(size: int, roots: np.ndarray) -> float:
    return roots[np.uint64(size)] if size < len(roots) else np.cbrt(float(size))


@compiled
def _merge_brownian(
    rng: np.random.Generator,
    words: np.ndarray,
    sizes: np.ndarray,
    target: int,
    end: float,
    merges: Merges,
    roots: np.ndarray,
) -> tuple[float, int, int]:
    """K = (a + b)^2 / (a b), a and b the cube roots of the sizes: largest for the largest with the smallest cluster.

    Both extremes are followed exactly: merging only enlarges, so the smallest size is left for good when its last
    cluster has merged, and only then are the slots searched for the next.
    """
    clusters, time, proposals = len(sizes), 0.0, 0
    smallest, smallest_left, largest = 1, clusters, 1
    majorant, mean_wait = 4.0, 0.5 / (float(clusters) * float(max(clusters - 1, 1)))
    sure = np.uint64(1.0 / UNIT)  # K is never below 4: a chance below 4 / majorant needs no cube roots
    while clusters > target:
        time += rng.standard_exponential() * mean_wait
        if time > end:
            break
        i, j = two_of(words, clusters)
        proposals += 1
        size_a, size_b = sizes[i], sizes[j]
        chance = uniform_bits(words)
        if chance >= sure:
            a, b = _root(size_a, roots), _root(size_b, roots)
            if float(chance) * UNIT * majorant * (a * b) >= (a + b) * (a + b):
                continue
        clusters -= 1
        if len(merges.bonds) > 0:
            _remember(merges, len(sizes) - clusters - 1, i, j, size_a)
        merged = size_a + size_b
        sizes[i] = merged
        sizes[j] = sizes[np.uint64(clusters)]
        sizes[np.uint64(clusters)] = size_b
        smallest_left -= (size_a == smallest) + (size_b == smallest)
        if (smallest_left == 0) | (merged > largest):
            largest = max(largest, merged)
            if smallest_left == 0:
                smallest, smallest_left = _smallest(sizes, clusters)
            a, b = _root(smallest, roots), _root(largest, roots)
            majorant = (a + b) * (a + b) / (a * b) * (1.0 + 1e-12)  # rounding must not lower the bound
            sure = np.uint64(4.0 / majorant / UNIT)
        mean_wait = 2.0 / (float(clusters) * float(max(clusters - 1, 1)) * majorant)
    return time, clusters, proposals


@compiled
def _smallest(sizes: np.ndarray, clusters: int) -> tuple[int, int]:
    smallest, count = sizes[0], 0
    for slot in range(clusters):
        if sizes[slot] < smallest:
            smallest, count = sizes[slot], 1
        elif sizes[slot] == smallest:
            count += 1
    return smallest, count


@compiled
def _founder(parents: np.ndarray, particle: int | np.uint64) -> np.uint64:
    """The particle that stands for its cluster; paths are halved on the way."""
    here = np.uint64(particle)
    while True:
        above = parents[here]
        if above < 0:
            return here
        beyond = parents[np.uint64(above)]
        if beyond < 0:
            return np.uint64(above)
        parents[here] = beyond
        here = np.uint64(beyond)


@compiled
def _merge_additive(
    rng: np.random.Generator,
    words: np.ndarray,
    sizes: np.ndarray,
    founders: np.ndarray,
    target: int,
    end: float,
    merges: Merges,
) -> tuple[float, int, int]:
    """K = i + j: a uniformly random particle's cluster and a uniformly random other one, at the summed rate N (k - 1).

    `sizes` stays with the founder of each cluster, `founders` lists those that are left.
    """
    particles = clusters = len(sizes)
    parents = np.full(particles, -1, dtype=np.int32)
    time = 0.0
    while clusters > target:
        time += rng.standard_exponential() / (float(particles) * float(clusters - 1))
        if time > end:
            break
        particle, slot = one_each(words, particles, clusters)
        into = _founder(parents, particle)
        while founders[slot] == into:
            _, slot = one_each(words, 1, clusters)
        other = founders[slot]
        clusters -= 1
        if len(merges.bonds) > 0:
            _remember(merges, particles - clusters - 1, into, other, sizes[into])
        parents[other] = into
        sizes[into] += sizes[other]
        founders[slot] = founders[clusters]
    return time, clusters, particles - clusters


@compiled
def _joined(parents: np.ndarray, first: int | np.uint64, second: int | np.uint64) -> bool:
    """Merge the clusters of two particles, the smaller into the larger; False where they are one already."""
    a, b = _founder(parents, first), _founder(parents, second)
    if a == b:
        return False
    if parents[a] > parents[b]:  # minus the size
        a, b = b, a
    parents[a] += parents[b]
    parents[b] = a
    return True


@compiled
def _merge_product(
    rng: np.random.Generator, words: np.ndarray, parents: np.ndarray, target: int, end: float, bonds: np.ndarray
) -> tuple[float, int, int]:
    """K = i j: every pair of particles meets at rate 1, which merges their clusters if they are two."""
    particles = clusters = len(parents)
    time, proposals = 0.0, 0
    mean_wait = 2.0 / (float(particles) * float(max(particles - 1, 1)))
    while clusters > target:
        time += rng.standard_exponential() * mean_wait
        if time > end:
            break
        first, second = two_of(words, particles)
        proposals += 1
        if _joined(parents, first, second):
            clusters -= 1
            if len(bonds) > 0:
                bonds[particles - clusters - 1, 0], bonds[particles - clusters - 1, 1] = first, second
    return time, clusters, proposals


@compiled
def _merge_functional(
    rng: np.random.Generator,
    words: np.ndarray,
    parents: np.ndarray,
    sites: np.ndarray,
    target: int,
    end: float,
    bonds: np.ndarray,
) -> tuple[float, int, int]:
    """K = s_i s_j: every pair of free sites meets at rate 1, which bonds them if their clusters are two.

    `sites` holds the particle of each free site in its first `free` entries.
    """
    particles = clusters = len(parents)
    free = len(sites)
    time, proposals = 0.0, 0
    while clusters > target and free > 1:
        time += rng.standard_exponential() * (2.0 / (float(free) * float(free - 1)))
        if time > end:
            break
        i, j = two_of(words, free)
        first, second = sites[i], sites[j]
        proposals += 1
        if first == second or not _joined(parents, first, second):
            continue
        clusters -= 1
        if len(bonds) > 0:
            bonds[particles - clusters - 1, 0], bonds[particles - clusters - 1, 1] = first, second
        later, sooner = max(i, j), min(i, j)
        sites[later] = sites[free - 1]
        sites[sooner] = sites[free - 2]
        free -= 2
    return time, clusters, proposals


@compiled
def _remember(merges: Merges, row: int, kept: np.uint64, merged: np.uint64, left: int) -> None:
    """Write down a merge, in the place of its bond: cluster `merged` into `kept`, of `left` particles."""
    merges.bonds[np.uint64(row), _FIRST], merges.bonds[np.uint64(row), _SECOND] = kept, merged
    merges.left[np.uint64(row)] = left


@compiled
def _draw_members(words: np.ndarray, sizes: np.ndarray, founders: np.ndarray, clusters: int, merges: Merges) -> None:
    """Turn the merges written down into bonds of uniformly random members of the two clusters.

    Every cluster that ever was is a run of neighbours in one ordering of the particles: the merges undone from the last
    to the first cut each run into its two parts, so a member costs one draw and no list is ever copied. Where the runs
    start takes the place of `sizes`. Without `founders`, the last slot had been moved into the place of the merged one.
    """
    particles, starts, bonds = len(sizes), sizes, merges.bonds
    start = 0
    for position in range(clusters):
        cluster = np.uint64(founders[position]) if len(founders) > 0 else np.uint64(position)
        size = sizes[cluster]
        starts[cluster] = start
        start += size
    for row in range(particles - clusters - 1, -1, -1):
        here, freed = np.uint64(row), np.uint64(particles - row - 1)
        kept, merged = np.uint64(bonds[here, _FIRST]), np.uint64(bonds[here, _SECOND])
        if len(founders) > 0:
            freed = merged
        left, part = merges.left[here], sizes[freed]
        starts[freed] = starts[merged]
        first = starts[kept]
        second = first + left
        starts[merged] = second
        a, b = one_each(words, left, part)
        bonds[here, _FIRST], bonds[here, _SECOND] = first + np.int64(a), second + np.int64(b)
    particle_at = merges.left  # has served
    for particle in range(particles):
        particle_at[np.uint64(starts[np.uint64(particle)])] = particle
    for row in range(particles - clusters):
        for end in (_FIRST, _SECOND):
            bonds[np.uint64(row), end] = particle_at[np.uint64(bonds[np.uint64(row), end])]
