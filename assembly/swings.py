"""Making room in a cluster: a branch swung on its own bond."""

from __future__ import annotations

import numpy as np

from assembly.cells import NOBODY, Scene, move_to_part
from assembly.joining import ANYWHERE, join, settle
from physics.jit import compiled

TRIES_PER_SWING = 100


@compiled
def bonds_of_bodies(bonds: np.ndarray, bodies: int) -> tuple[np.ndarray, np.ndarray]:
    """(start, numbers): the bonds of body k, in the order of time, are numbers[start[k]:start[k + 1]]."""
    start = np.zeros(bodies + 1, dtype=np.int64)
    for bond in range(bonds.shape[0]):
        start[bonds[bond, 0] + 1] += 1
        start[bonds[bond, 1] + 1] += 1
    for body in range(bodies):
        start[body + 1] += start[body]
    numbers, fill = np.empty(2 * bonds.shape[0], dtype=np.int64), start.copy()
    for bond in range(bonds.shape[0]):
        for end in range(2):
            numbers[fill[bonds[bond, end]]] = bond
            fill[bonds[bond, end]] += 1
    return start, numbers


@compiled
def swing(
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
    bonds and sites (b, 2), distances (b,) in nm; body i has the bonds neighbours[start[i]] to neighbours[start[i + 1]],
    in ascending order, start (n + 1,).
    """
    end = 0 if rng.random() < 0.5 else 1
    crowded = bonds[waiting, end]
    if scene.size[scene.part[crowded]] < 3:
        crowded = bonds[waiting, 1 - end]
    body = crowded
    if rng.random() < 0.5:
        for _ in range(int(scene.size[scene.part[crowded]] * rng.random())):
            body = scene.following[body]
    made = 0
    while start[body] + made < start[body + 1] and neighbours[start[body] + made] < waiting:
        made += 1
    if made == 0:
        return
    bond = neighbours[start[body] + int(made * rng.random())]
    a, b = bonds[bond]
    _cut(scene, bond, waiting, bonds, start, neighbours)
    if not join(scene, a, b, sites[bond, 0], sites[bond, 1], distances[bond], ANYWHERE, TRIES_PER_SWING, rng):
        still, here = (0.0, 0.0, 0.0, 1.0), (0.0, 0.0, 0.0)
        if scene.size[scene.part[b]] > scene.size[scene.part[a]]:
            a, b = b, a
        settle(scene, scene.part[a], a, b, still, here, here)


@compiled
def _cut(scene: Scene, bond: int, waiting: int, bonds: np.ndarray, start: np.ndarray, neighbours: np.ndarray) -> None:
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
    # The side that holds the body which names the cluster keeps the name, and its places in the cell lists.
    named_in_branch = scene.part[whole] == NOBODY
    for k in range(found):
        scene.following[branch[k]] = branch[(k + 1) % found]
        scene.part[branch[k]] = whole
    for k in range(kept):
        scene.following[rest[k]] = rest[(k + 1) % kept]
    scene.size[whole] = found if named_in_branch else kept
    renamed, name = (rest, stay) if named_in_branch else (branch[:found], root)
    scene.size[name] = renamed.size
    for body in renamed:
        move_to_part(scene, body, name)
