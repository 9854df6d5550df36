"""Rigid clusters in space: who stands where, who belongs to which cluster, and who is near a point (hashed cell lists).

Every cluster keeps its own frame and clusters ignore each other until they join: the hash of a cell contains the
cluster. A rod is entered as several points of its axis, close enough that two bodies that overlap have points in
neighbouring cells.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from assembly.contacts import squared_axis_distance
from assembly.rotations import random_turn
from physics.jit import compiled

NOBODY = -1
FEW = 64  # below this many bodies every one is looked at
TOLERANCE_NM = 1e-9


class Scene(NamedTuple):
    """Arrays of one row a body; `entry_` and `head` are the cell lists. Lengths in nm.

    Of shape (n,) for n bodies, or (e,) for e entries, unless it says otherwise; cap_cosine is dimensionless.
    """

    radius: np.ndarray  # what a body keeps others from
    half: np.ndarray  # half the distance between a rod's tip centres, 0 for a dot
    cap_cosine: np.ndarray
    position: np.ndarray  # (n, 3)
    quaternion: np.ndarray  # (n, 4), scalar last
    axis: np.ndarray  # (n, 3) the body's z in its cluster's frame
    part: np.ndarray  # the body whose number names the cluster
    following: np.ndarray  # the next body of the same cluster, in a ring
    size: np.ndarray  # bodies of the cluster named by this body
    entry_start: np.ndarray  # (n + 1,) a body's entries are consecutive
    entry_body: np.ndarray
    entry_place: np.ndarray  # along the body's axis
    entry_after: np.ndarray
    entry_before: np.ndarray
    entry_bucket: np.ndarray
    head: np.ndarray  # first entry of each bucket
    width: np.ndarray  # (1,) of a cell


def scene(radius: np.ndarray, half: np.ndarray, cap_cosine: np.ndarray) -> Scene:
    """Every body a cluster of its own at the origin, not yet turned; see `scatter`.

    radius (n,): what a body keeps others from, nm; half (n,): half the distance between the tip centres of a rod, nm, 0
    for a dot; cap_cosine (n,): cosine of the half angle of the polar caps.
    """
    bodies = radius.size
    spacing = float(radius.max())
    beads = np.where(half > 0.0, np.ceil(2.0 * half / spacing).astype(np.int64) + 1, 1)
    start = np.concatenate([[0], np.cumsum(beads)]).astype(np.int64)
    place = np.concatenate([np.linspace(-h, h, k) if k > 1 else np.zeros(1) for h, k in zip(half, beads, strict=True)])
    entries = int(start[-1])
    # Nearest points of two overlapping rods lie within half a spacing of a bead each.
    reach = 2.0 * spacing + (spacing if np.any(half > 0.0) else 0.0)
    return Scene(
        radius=np.ascontiguousarray(radius, dtype=float),
        half=np.ascontiguousarray(half, dtype=float),
        cap_cosine=np.ascontiguousarray(cap_cosine, dtype=float),
        position=np.zeros((bodies, 3)),
        quaternion=np.zeros((bodies, 4)),
        axis=np.zeros((bodies, 3)),
        part=np.arange(bodies),
        following=np.arange(bodies),
        size=np.ones(bodies, dtype=np.int64),
        entry_start=start,
        entry_body=np.repeat(np.arange(bodies), beads),
        entry_place=place,
        entry_after=np.full(entries, NOBODY),
        entry_before=np.full(entries, NOBODY),
        entry_bucket=np.full(entries, NOBODY),
        head=np.full(1 << max(int(2 * entries - 1).bit_length(), 4), NOBODY),
        width=np.array([reach]),
    )


@compiled
def bucket_of(scene: Scene, part: int, i: int, j: int, k: int) -> int:
    """Bucket of the cell (i, j, k) of a cluster; different cells may share one."""
    mixed = (i * 73856093) ^ (j * 19349663) ^ (k * 83492791) ^ (part * 2654435761)
    mixed ^= mixed >> 15
    return mixed & (scene.head.size - 1)


@compiled
def _enter(scene: Scene, body: int) -> None:
    for entry in range(scene.entry_start[body], scene.entry_start[body + 1]):
        s, w = scene.entry_place[entry], scene.width[0]
        bucket = bucket_of(
            scene,
            scene.part[body],
            math.floor((scene.position[body, 0] + s * scene.axis[body, 0]) / w),
            math.floor((scene.position[body, 1] + s * scene.axis[body, 1]) / w),
            math.floor((scene.position[body, 2] + s * scene.axis[body, 2]) / w),
        )
        after = scene.head[bucket]
        scene.entry_after[entry] = after
        scene.entry_before[entry] = NOBODY
        scene.entry_bucket[entry] = bucket
        scene.head[bucket] = entry
        if after != NOBODY:
            scene.entry_before[after] = entry


@compiled
def _leave(scene: Scene, body: int) -> None:
    for entry in range(scene.entry_start[body], scene.entry_start[body + 1]):
        before, after = scene.entry_before[entry], scene.entry_after[entry]
        if before != NOBODY:
            scene.entry_after[before] = after
        else:
            scene.head[scene.entry_bucket[entry]] = after
        if after != NOBODY:
            scene.entry_before[after] = before


@compiled
def scatter(scene: Scene, rng: np.random.Generator) -> None:
    """Make every body a cluster of its own at the origin of its own frame, turned at random."""
    scene.head[:] = NOBODY
    for body in range(scene.radius.size):
        scene.part[body] = body
        scene.following[body] = body
        scene.size[body] = 1
        scene.position[body, :] = 0.0
        x, y, z, w = random_turn(rng)
        scene.quaternion[body, 0], scene.quaternion[body, 1] = x, y
        scene.quaternion[body, 2], scene.quaternion[body, 3] = z, w
        point(scene, body)
        _enter(scene, body)


@compiled
def point(scene: Scene, body: int) -> None:
    """Bring a body's axis in line with its quaternion."""
    x, y, z, w = scene.quaternion[body]
    scene.axis[body, 0] = 2.0 * (x * z + y * w)
    scene.axis[body, 1] = 2.0 * (y * z - x * w)
    scene.axis[body, 2] = 1.0 - 2.0 * (x * x + y * y)


@compiled
def move_to_part(scene: Scene, body: int, part: int) -> None:
    """Rename a body's cluster and give the body, wherever it stands now, new places in the cell lists."""
    _leave(scene, body)
    scene.part[body] = part
    point(scene, body)
    _enter(scene, body)


@compiled
def splice(scene: Scene, a: int, b: int, part: int) -> None:
    """Make one ring of the rings of a and b, the bodies of cluster `part`."""
    scene.size[part] = scene.size[scene.part[a]] + scene.size[scene.part[b]]
    scene.following[a], scene.following[b] = scene.following[b], scene.following[a]


@compiled
def _too_near(
    scene: Scene, rest: int, moving: int, x: float, y: float, z: float, ux: float, uy: float, uz: float
) -> bool:
    reach = scene.radius[rest] + scene.radius[moving] - TOLERANCE_NM
    gx, gy, gz = x - scene.position[rest, 0], y - scene.position[rest, 1], z - scene.position[rest, 2]
    if scene.half[rest] == 0.0 and scene.half[moving] == 0.0:
        return gx * gx + gy * gy + gz * gz < reach * reach
    vx, vy, vz = scene.axis[rest, 0], scene.axis[rest, 1], scene.axis[rest, 2]
    return (
        squared_axis_distance(gx, gy, gz, vx, vy, vz, scene.half[rest], ux, uy, uz, scene.half[moving]) < reach * reach
    )


@compiled
def overlaps(
    scene: Scene, part: int, excused: int, moving: int, x: float, y: float, z: float, ux: float, uy: float, uz: float
) -> bool:
    """Whether body `moving`, set at (x, y, z) with axis (ux, uy, uz), overlaps a body of a cluster but the excused one.

    By brute force in a small cluster, through the cells about each of its axis points in a large one. x, y, z in nm;
    ux, uy, uz of length 1.
    """
    if scene.size[part] < FEW:
        body = part
        while True:
            if body != excused and _too_near(scene, body, moving, x, y, z, ux, uy, uz):
                return True
            body = scene.following[body]
            if body == part:
                return False
    w = scene.width[0]
    for own in range(scene.entry_start[moving], scene.entry_start[moving + 1]):
        s = scene.entry_place[own]
        ci, cj, ck = math.floor((x + s * ux) / w), math.floor((y + s * uy) / w), math.floor((z + s * uz) / w)
        for cell in range(27):
            i, j, k = ci + cell % 3 - 1, cj + (cell // 3) % 3 - 1, ck + cell // 9 - 1
            entry = scene.head[bucket_of(scene, part, i, j, k)]
            while entry != NOBODY:
                body = scene.entry_body[entry]
                known = scene.part[body] == part and body != excused
                if known and _too_near(scene, body, moving, x, y, z, ux, uy, uz):
                    return True
                entry = scene.entry_after[entry]
    return False
