"""Where the dots of a cluster stand: rigid clusters placed against each other in the order in which they bonded.

Dots that have coalesced are one body and stand at one point. Each other bond joins two rigid clusters: the second is
turned at random and set so that its contact body stands at the bond's centre distance from the first's, in a random
direction; a placement in which two bodies that share no bond would overlap is drawn again. Rates do not use
coordinates, so that only the clusters that are shown or sampled are placed.
"""

from __future__ import annotations

import numpy as np

from physics.jit import compiled

TRIES_PER_BOND = 400  # directions and orientations tried before the whole cluster is begun again
TRIES_PER_CLUSTER = 200
OVERLAP_TOLERANCE_NM = 1e-9


@compiled
def random_quaternion(rng: np.random.Generator) -> np.ndarray:
    """Uniform random rotation as a unit quaternion (x, y, z, w), scalar last (Marsaglia's four normals)."""
    q = np.empty(4)
    length = 0.0
    while length < 1e-6:
        for k in range(4):
            q[k] = rng.standard_normal()
        length = np.sqrt(np.sum(q * q))
    return q / length


@compiled
def rotated(quaternion: np.ndarray, vector: np.ndarray) -> np.ndarray:
    """The vector turned by the unit quaternion (x, y, z, w): v + 2 u x (u x v + w v)."""
    u, w = quaternion[:3], quaternion[3]
    return vector + 2.0 * np.cross(u, np.cross(u, vector) + w * vector)


@compiled
def _random_direction(rng: np.random.Generator) -> np.ndarray:
    z = 2.0 * rng.random() - 1.0
    angle = 2.0 * np.pi * rng.random()
    flat = np.sqrt(1.0 - z * z)
    return np.array([flat * np.cos(angle), flat * np.sin(angle), z])


@compiled
def _fits(
    positions: np.ndarray, radii: np.ndarray, part: np.ndarray, one: int, other: int, moved: np.ndarray, a: int, b: int
) -> bool:
    """Whether cluster `other` at positions `moved` overlaps cluster `one` nowhere but at the bond between a and b."""
    for p in range(radii.size):
        if part[p] != one:
            continue
        for q in range(radii.size):
            if part[q] != other or (p == a and q == b):
                continue
            reach = radii[p] + radii[q] - OVERLAP_TOLERANCE_NM
            gap = positions[p] - moved[q]
            if np.sum(gap * gap) < reach * reach:
                return False
    return True


@compiled
def _try_placing(
    radii: np.ndarray, first: np.ndarray, second: np.ndarray, distances: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, bool]:
    dots = radii.size
    positions = np.zeros((dots, 3))
    part = np.arange(dots)
    moved = np.zeros((dots, 3))
    for bond in range(first.size):
        a, b = first[bond], second[bond]
        one, other = part[a], part[b]
        placed = False
        for _ in range(TRIES_PER_BOND):
            turn = random_quaternion(rng)
            target = positions[a] + distances[bond] * _random_direction(rng)
            for q in range(dots):
                if part[q] == other:
                    moved[q] = target + rotated(turn, positions[q] - positions[b])
            if _fits(positions, radii, part, one, other, moved, a, b):
                placed = True
                break
        if not placed:
            return positions, False
        for q in range(dots):
            if part[q] == other:
                positions[q] = moved[q]
                part[q] = one
    return positions, True


@compiled
def place(
    radii: np.ndarray, first: np.ndarray, second: np.ndarray, distances: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, bool]:
    """Positions (dots, 3) in nm about the centre of volume, and whether a placement without overlap was found.

    radii: (dots,) nm; first, second: (dots - 1,) dots joined, in the order in which they bonded; distances: (dots - 1,)
    centre distances in nm.
    """
    positions, placed = np.zeros((radii.size, 3)), False
    for _ in range(TRIES_PER_CLUSTER):
        positions, placed = _try_placing(radii, first, second, distances, rng)
        if placed:
            break
    weights = radii**3
    for axis in range(3):
        positions[:, axis] -= np.sum(weights * positions[:, axis]) / np.sum(weights)
    return positions, placed


def place_dots(
    radii_nm: np.ndarray,
    first: np.ndarray,
    second: np.ndarray,
    distances_nm: np.ndarray,
    coalesced: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    """Positions (dots, 3) in nm of the dots of one cluster about its centre of volume.

    radii_nm: (dots,); first, second, distances_nm, coalesced: (dots - 1,), the bonds in the order in which they formed.
    Raises RuntimeError where no placement without overlap was found: such a cluster is not one the kinetics can make.
    """
    body = np.arange(radii_nm.size)
    for a, b in zip(first[coalesced], second[coalesced], strict=True):
        body[body == body[b]] = body[a]
    names, index = np.unique(body, return_inverse=True)
    volumes = np.bincount(index, weights=radii_nm**3, minlength=names.size)
    apart = ~coalesced
    positions, placed = place(np.cbrt(volumes), index[first[apart]], index[second[apart]], distances_nm[apart], rng)
    if not placed:
        raise RuntimeError(f"no placement without overlap was found for a cluster of {radii_nm.size} dots")
    return np.asarray(positions[index])
