"""The loop that places a cluster's bodies: its bonds replayed in the order of time, each between two rigid clusters.

Trial rule "redraw_contact": contact and angle of a bond are drawn again until nothing overlaps; bodies and sites stay
as the bond says, for the kinetics has made it already. Where no such contact is found, branches near the crowded bodies
are swung on their own bonds and it is tried again. Kinetics without coordinates also makes large trees whose late
bonds lie buried in any rigid replay; these are grown outward from the tree's middle, one body after another: the same
bonds, sites and distances, but a more stretched stance.
"""

from __future__ import annotations

import numpy as np

from assembly.cells import Scene, scatter
from assembly.joining import ANYWHERE, join
from assembly.swings import bonds_of_bodies, swing
from physics.jit import compiled

TRIES_PER_BOND = 1000  # contacts tried before branches are swung
ROUNDS_OF_SWINGS = 100
ROUNDS_OUTWARD = 5000
TRIES_AFTER_SWING = 100
REPLAYS = 3
OUTWARD_GROWTHS = 4
TRIES_WITH_ROOM = 60  # at each of the demands below
# A body grown outward stands first this many bond lengths further from the middle, with this many times its own radius
# free about it; then with less and less, at last anywhere.
OUTWARD = (0.5, 0.5, 0.0, 0.0, ANYWHERE, ANYWHERE)
ROOM = (3.0, 2.0, 2.0, 1.5, 1.5, 1.2)
WIDEST_ROOM = 3.0


@compiled
def place(scene: Scene, bonds: np.ndarray, sites: np.ndarray, distances: np.ndarray, rng: np.random.Generator) -> int:
    """Place all bodies; the number of a bond that could not be made, or -1.

    bonds: (m, 2) bodies, in the order of time, a tree; sites: (m, 2) of ANY, PLUS, MINUS, SIDE; distances: (m,) nm.
    Writes positions and quaternions into the scene.
    """
    start, numbers = bonds_of_bodies(bonds, scene.radius.size)
    for _ in range(REPLAYS):
        if _make_all(scene, bonds, sites, distances, start, numbers, False, rng) < 0:
            return -1
    order, nearer = outward_order(bonds, start, numbers)
    outward_bonds, outward_sites, outward_distances = np.empty_like(bonds), np.empty_like(sites), np.empty(order.size)
    for k in range(order.size):
        outward_distances[k] = distances[order[k]]
        for end in range(2):
            outward_bonds[k, end] = bonds[order[k], end ^ nearer[k]]
            outward_sites[k, end] = sites[order[k], end ^ nearer[k]]
    start, numbers = bonds_of_bodies(outward_bonds, scene.radius.size)
    scene.width[0] *= 0.5 * (1.0 + WIDEST_ROOM)
    stuck = -1
    for _ in range(OUTWARD_GROWTHS):
        stuck = _make_all(scene, outward_bonds, outward_sites, outward_distances, start, numbers, True, rng)
        if stuck < 0:
            return -1
    return int(order[stuck])


@compiled
def _make_all(
    scene: Scene,
    bonds: np.ndarray,
    sites: np.ndarray,
    distances: np.ndarray,
    start: np.ndarray,
    numbers: np.ndarray,
    outward: bool,
    rng: np.random.Generator,
) -> int:
    """Make the bonds one after another from bodies apart; the first that could not be made, or -1."""
    scatter(scene, rng)
    rounds = ROUNDS_OUTWARD if outward else ROUNDS_OF_SWINGS
    for bond in range(bonds.shape[0]):
        a, b, one, other, d = bonds[bond, 0], bonds[bond, 1], sites[bond, 0], sites[bond, 1], distances[bond]
        made = outward and _join_with_room(scene, a, b, one, other, d, rng)
        made = made or join(scene, a, b, one, other, d, ANYWHERE, TRIES_PER_BOND, rng)
        for _ in range(0 if made else rounds):
            swing(scene, bond, bonds, sites, distances, start, numbers, rng)
            made = join(scene, a, b, one, other, d, ANYWHERE, TRIES_AFTER_SWING, rng)
            if made:
                break
        if not made:
            return bond
    return -1


@compiled
def _join_with_room(
    scene: Scene, a: int, b: int, site_a: int, site_b: int, distance: float, rng: np.random.Generator
) -> bool:
    """Join the single body b to the cluster of a where it leaves room for what is to be joined to it."""
    radius = scene.radius[b]
    made = False
    for k in range(len(ROOM)):
        scene.radius[b] = ROOM[k] * radius
        made = join(scene, a, b, site_a, site_b, distance, OUTWARD[k], TRIES_WITH_ROOM, rng)
        if made:
            break
    scene.radius[b] = radius
    return made


@compiled
def outward_order(bonds: np.ndarray, start: np.ndarray, numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(bonds from the tree's middle outward, by how many bonds away; the nearer end of each, 0 or 1).

    The middle is that of the tree's longest path, so that no branch has further to grow than need be. bonds (b, 2) of
    bodies; body i has the bonds numbers[start[i]] to numbers[start[i + 1]], start (n + 1,). Both answers (b,).
    """
    first = _walk(0, bonds, start, numbers)[2][-1]
    _, ends, reached, before = _walk(first, bonds, start, numbers)
    path = 0
    body = reached[-1]
    while body != first:
        path += 1
        body = before[body]
    middle = reached[-1]
    for _ in range(path // 2):
        middle = before[middle]
    order, ends, _, _ = _walk(middle, bonds, start, numbers)
    return order, ends


@compiled
def _walk(
    root: int, bonds: np.ndarray, start: np.ndarray, numbers: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Breadth first from a body: bonds walked, their nearer ends, bodies reached (root first), whence each was."""
    bodies = start.size - 1
    order, ends = np.empty(bonds.shape[0], dtype=np.int64), np.empty(bonds.shape[0], dtype=np.int64)
    reached, before = np.empty(bodies, dtype=np.int64), np.full(bodies, -1)
    reached[0], before[root], found = root, root, 1
    for k in range(bodies):
        body = reached[k]
        for at in range(start[body], start[body + 1]):
            bond = numbers[at]
            end = 0 if bonds[bond, 0] == body else 1
            far = bonds[bond, 1 - end]
            if before[far] < 0:
                before[far] = body
                order[found - 1], ends[found - 1] = bond, end
                reached[found] = far
                found += 1
    return order, ends, reached, before
