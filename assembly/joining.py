"""One bond between two rigid clusters: a contact drawn on the sites of either contact body, and the test for overlap.

A contact is drawn uniformly by area within its site; the smaller cluster is turned so that the two normals are
opposite, at a uniformly random angle about them, and set at the bond's distance. No other two bodies may overlap.
"""

from __future__ import annotations

import math

import numpy as np

from assembly.cells import Scene, move_to_part, overlaps, splice
from assembly.contacts import drawn_contact
from assembly.rotations import carried, matrix_of, product, turn_onto, turned
from physics.jit import compiled

ANYWHERE = -1.0


@compiled
def join(
    scene: Scene,
    a: int,
    b: int,
    site_a: int,
    site_b: int,
    distance: float,
    outward: float,
    tries: int,
    rng: np.random.Generator,
) -> bool:
    """Join the clusters of a and b by a bond between the two; False where none of `tries` contacts will do.

    distance: nm between the contact points of the two axes. outward: the contact point of the body that moves must
    stand so many distances further from the origin than the other's; ANYWHERE asks nothing. The larger cluster stays
    where it is, the first at a tie.
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
        if outward > ANYWHERE:
            further = math.hypot(math.hypot(target[0], target[1]), target[2]) - outward * distance
            here = (target[0] - distance * nx, target[1] - distance * ny, target[2] - distance * nz)
            if further < math.hypot(math.hypot(here[0], here[1]), here[2]):
                continue
        pivot = (
            scene.position[b, 0] + t * scene.axis[b, 0],
            scene.position[b, 1] + t * scene.axis[b, 1],
            scene.position[b, 2] + t * scene.axis[b, 2],
        )
        if _fits(scene, one, a, b, turn, pivot, target):
            settle(scene, one, a, b, turn, pivot, target)
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
        place = scene.position[body]
        x, y, z = carried(matrix, pivot, target, place[0], place[1], place[2])
        ux, uy, uz = scene.axis[body]
        ux, uy, uz = turned(matrix, ux, uy, uz)
        excused = a if body == b else -1
        if overlaps(scene, one, excused, body, x, y, z, ux, uy, uz):
            return False
        body = scene.following[body]
        if body == b:
            return True


@compiled
def settle(
    scene: Scene,
    one: int,
    a: int,
    b: int,
    turn: tuple[float, float, float, float],
    pivot: tuple[float, float, float],
    target: tuple[float, float, float],
) -> None:
    """Turn and move the cluster of b for good and make it part of cluster `one`.

    turn: a quaternion; pivot: the point about which the cluster turns, and target: where that point goes, both in nm.
    """
    matrix = matrix_of(turn)
    splice(scene, a, b, one)
    body = scene.following[a]  # the ring now runs a, the members of b's cluster up to b, and on
    while True:
        place = scene.position[body]
        x, y, z = carried(matrix, pivot, target, place[0], place[1], place[2])
        place[0], place[1], place[2] = x, y, z
        q = scene.quaternion[body]
        i, j, k, w = product(turn, (q[0], q[1], q[2], q[3]))
        q[0], q[1], q[2], q[3] = i, j, k, w
        move_to_part(scene, body, one)
        if body == b:
            return
        body = scene.following[body]
