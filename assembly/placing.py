"""The loop that places rigid clusters against each other in the order in which they bonded.

Each bond joins two rigid clusters. A contact is drawn on a site of either contact body, uniformly by area within the
site; the smaller cluster is turned so that the two normals are opposite, at a uniformly random angle about them, and
set at the bond's distance. Two bodies that share no bond must not overlap.

Trial rule "redraw_contact": contact and angle are drawn again until nothing overlaps, sites and bodies stay as the bond
says. It is the rule for clusters whose bonds the kinetics has made already, and rates do not use coordinates, so that
only the clusters that are shown or sampled are placed. Where no such contact is found, branches about the crowded body are
swung on their own bonds and it is tried again; at last the whole cluster is begun again.
"""

from __future__ import annotations

import numpy as np

from assembly.cells import NOBODY, Scene, move_to_part, overlaps, scatter, splice
from assembly.contacts import drawn_contact
from assembly.rotations import matrix_of, product, turn_onto, turned
from physics.jit import compiled

TRIES_PER_BOND = 1000  # contacts tried before branches are swung, or the cluster is begun again
TRIES_PER_SWING = 100
ROUNDS_OF_SWINGS = 5000
TRIES_PER_CLUSTER = 2


@compiled
def join(
    scene: Scene, a: int, b: int, site_a: int, site_b: int, distance: float, tries: int, rng: np.random.Generator
) -> bool:
    """Join the clusters of a and b by a bond between the two; False where `tries` contacts all gave an overlap.

    distance: nm between the contact points of the two axes. The larger cluster stays where it is.
    """
    if scene.size[scene.part[b]] > scene.size[scene.part[a]]:
        a, b, site_a, site_b = b, a, site_b, site_a
    one = scene.part[a]
    for _ in range(tries):
        s, nx, ny, nz = drawn_contact(scene.radius[a], scene.half[a], scene.cap_cosine[a], site_a, rng)
        t, mx, my, mz = drawn_contact(scene.radius[b], scene.half[b], scene.cap_cosine[b], site_b, rng)
        q = scene.quaternion[a]
        nx, ny, nz = turned(matrix_of((q[0], q[1], q[2], q[3])), nx, ny, nz)
        q = scene.quaternion[b]
        mx, my, mz = turned(matrix_of((q[0], q[1], q[2], q[3])), mx, my, mz)
        turn = turn_onto((mx, my, mz), (-nx, -ny, -nz), rng)
        target = (
            scene.position[a, 0] + s * scene.axis[a, 0] + distance * nx,
            scene.position[a, 1] + s * scene.axis[a, 1] + distance * ny,
            scene.position[a, 2] + s * scene.axis[a, 2] + distance * nz,
        )
        pivot = (
            scene.position[b, 0] + t * scene.axis[b, 0],
            scene.position[b, 1] + t * scene.axis[b, 1],
            scene.position[b, 2] + t * scene.axis[b, 2],
        )
        if _fits(scene, one, a, b, turn, pivot, target):
            _settle(scene, one, a, b, turn, pivot, target)
            return True
    return False


@compiled
def _fits(
    scene: Scene,
    one: int,
    a: int,
    b: int,
    turn: tuple[float, float, float, float],
    pivot: tuple[float, float, float],
    target: tuple[float, float, float],
) -> bool:
    """Whether the cluster of b, turned and moved so that `pivot` comes to `target`, overlaps cluster `one`."""
    matrix = matrix_of(turn)
    body = b
    while True:
        x, y, z = turned(
            matrix,
            scene.position[body, 0] - pivot[0],
            scene.position[body, 1] - pivot[1],
            scene.position[body, 2] - pivot[2],
        )
        ux, uy, uz = scene.axis[body]
        ux, uy, uz = turned(matrix, ux, uy, uz)
        excused = a if body == b else -1
        if overlaps(scene, one, excused, body, x + target[0], y + target[1], z + target[2], ux, uy, uz):
            return False
        body = scene.following[body]
        if body == b:
            return True


@compiled
def _settle(
    scene: Scene,
    one: int,
    a: int,
    b: int,
    turn: tuple[float, float, float, float],
    pivot: tuple[float, float, float],
    target: tuple[float, float, float],
) -> None:
    """Turn and move the cluster of b for good and make it part of cluster `one`."""
    matrix = matrix_of(turn)
    splice(scene, a, b, one)
    body = scene.following[a]  # the ring now runs a, the members of b's cluster up to b, and on
    while True:
        x, y, z = turned(
            matrix,
            scene.position[body, 0] - pivot[0],
            scene.position[body, 1] - pivot[1],
            scene.position[body, 2] - pivot[2],
        )
        scene.position[body, 0], scene.position[body, 1] = x + target[0], y + target[1]
        scene.position[body, 2] = z + target[2]
        q = scene.quaternion[body]
        i, j, k, w = product(turn, (q[0], q[1], q[2], q[3]))
        q[0], q[1], q[2], q[3] = i, j, k, w
        move_to_part(scene, body, one)
        if body == b:
            return
        body = scene.following[body]


@compiled
def place(
    scene: Scene, bonds: np.ndarray, sites: np.ndarray, distances: np.ndarray, rng: np.random.Generator
) -> int:
    """Replay bonds in the order of time from bodies apart; the number of the bond that could not be made, or -1.

    bonds: (m, 2) bodies; sites: (m, 2) of ANY, PLUS, MINUS, SIDE; distances: (m,) nm. Writes positions and quaternions
    into the scene; every bond must join two clusters.
    """
    start, neighbours = bonds_of_bodies(bonds, scene.radius.size)
    stuck = -1
    for _ in range(TRIES_PER_CLUSTER):
        scatter(scene, rng)
        stuck = -1
        for bond in range(bonds.shape[0]):
            a, b = bonds[bond]
            done = join(scene, a, b, sites[bond, 0], sites[bond, 1], distances[bond], TRIES_PER_BOND, rng)
            for _ in range(0 if done else ROUNDS_OF_SWINGS):
                _swing(scene, bond, bonds, sites, distances, start, neighbours, rng)
                done = join(scene, a, b, sites[bond, 0], sites[bond, 1], distances[bond], TRIES_PER_SWING, rng)
                if done:
                    break
            if not done:
                stuck = bond
                break
        if stuck < 0:
            break
    return stuck


@compiled
def bonds_of_bodies(bonds: np.ndarray, bodies: int) -> tuple[np.ndarray, np.ndarray]:
    """(start, numbers): the bonds of body k, in the order of time, are numbers[start[k]:start[k + 1]]."""
    start = np.zeros(bodies + 1, dtype=np.int64)
    for bond in range(bonds.shape[0]):
        start[bonds[bond, 0] + 1] += 1
        start[bonds[bond, 1] + 1] += 1
    start = np.cumsum(start)
    numbers, fill = np.empty(2 * bonds.shape[0], dtype=np.int64), start.copy()
    for bond in range(bonds.shape[0]):
        for end in range(2):
            numbers[fill[bonds[bond, end]]] = bond
            fill[bonds[bond, end]] += 1
    return start, numbers


@compiled
def _swing(
    scene: Scene,
    waiting: int,
    bonds: np.ndarray,
    sites: np.ndarray,
    distances: np.ndarray,
    start: np.ndarray,
    neighbours: np.ndarray,
    rng: np.random.Generator,
) -> None:
    """Draw one made bond's contact again, in either cluster that bond `waiting` is to join.

    Half of the time it is a bond of the two contact bodies themselves. Where no new contact fits, the old one stays.
    """
    end = 0 if rng.random() < 0.5 else 1
    crowded = bonds[waiting, end]
    if scene.size[scene.part[crowded]] < 3:
        crowded = bonds[waiting, 1 - end]
    body = crowded
    if rng.random() < 0.5:
        for _ in range(rng.integers(0, scene.size[scene.part[crowded]])):
            body = scene.following[body]
    made = 0
    while start[body] + made < start[body + 1] and neighbours[start[body] + made] < waiting:
        made += 1
    if made == 0:
        return
    bond = neighbours[start[body] + rng.integers(0, made)]
    a, b = bonds[bond]
    _cut(scene, bond, waiting, bonds, start, neighbours)
    if not join(scene, a, b, sites[bond, 0], sites[bond, 1], distances[bond], TRIES_PER_SWING, rng):
        still, here = (0.0, 0.0, 0.0, 1.0), (0.0, 0.0, 0.0)
        if scene.size[scene.part[b]] > scene.size[scene.part[a]]:
            a, b = b, a
        _settle(scene, scene.part[a], a, b, still, here, here)


@compiled
def _cut(
    scene: Scene, bond: int, waiting: int, bonds: np.ndarray, start: np.ndarray, neighbours: np.ndarray
) -> None:
    """Take the cluster apart at a bond: the bodies beyond its second end become a cluster named by that body."""
    whole, root = scene.part[bonds[bond, 0]], bonds[bond, 1]
    branch = np.empty(scene.size[whole], dtype=np.int64)
    branch[0], seen, found = root, 0, 1
    scene.part[root] = NOBODY  # marks the bodies found
    while seen < found:
        body = branch[seen]
        seen += 1
        for k in range(start[body], start[body + 1]):
            other = neighbours[k]
            if other >= waiting:
                break
            far = bonds[other, 0] + bonds[other, 1] - body
            if other != bond and scene.part[far] != NOBODY:
                scene.part[far] = NOBODY
                branch[found] = far
                found += 1
    stay = bonds[bond, 0]
    rest = np.empty(scene.size[whole] - found, dtype=np.int64)
    kept, body = 0, stay
    while True:
        if scene.part[body] != NOBODY:
            rest[kept] = body
            kept += 1
        body = scene.following[body]
        if body == stay:
            break
    for bodies, name in ((branch[:found], root), (rest, stay)):
        for k in range(bodies.size):
            scene.following[bodies[k]] = bodies[(k + 1) % bodies.size]
            move_to_part(scene, bodies[k], name)
        scene.size[name] = bodies.size
