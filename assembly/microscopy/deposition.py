"""How molecules come to lie on the grid: orientation, and random sequential deposition with a gap between them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from assembly.microscopy.molecules import Molecules
from physics.jit import compiled

MOST_TRIALS = 2000  # of a place for one molecule; more than a hundred already mean a field near jamming; assumed


@dataclass(frozen=True)
class Deposited:
    """Molecules on the grid. balls (k, 4): x, y, z, radius in nm from the field's upper left corner; owner (k,).

    molecule (m,): row in the library; centre (m, 2): x, y in nm; dots (m,); jammed: the coverage was not reached;
    attracted (m,): set in contact with another one rather than at random.
    """

    balls: np.ndarray
    owner: np.ndarray
    start: np.ndarray
    molecule: np.ndarray
    centre: np.ndarray
    dots: np.ndarray
    jammed: bool
    attracted: np.ndarray


def lying_flat(positions: np.ndarray) -> np.ndarray:
    """The same balls (k, 3), turned so that they spread least along z (their principal axes).

    positions of their centres in nm, about their mean in the answer.
    """
    if len(positions) < 3:
        spread = positions - positions.mean(axis=0)
        if len(positions) == 1 or not np.any(spread):
            return spread
    centred = positions - positions.mean(axis=0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    return np.asarray(centred @ axes[:, ::-1])


@compiled
def turned_balls(
    positions: np.ndarray, start: np.ndarray, chosen: np.ndarray, tilt: float, lying: bool, rng: np.random.Generator
) -> np.ndarray:
    """Balls (k, 3) of the chosen molecules, each turned: a tilt about an axis in the plane, then any turn in it.

    lying: tilt normal with standard deviation `tilt` (radians); otherwise the polar angle of a uniform direction, after
    a uniform turn in the plane. positions (balls, 3) in nm; start (m + 1,): molecule i owns the balls start[i] to
    start[i + 1].
    """
    total = 0
    for molecule in chosen:
        total += start[molecule + 1] - start[molecule]
    out = np.empty((total, 3))
    k = 0
    for molecule in chosen:
        spin, axis = 2.0 * math.pi * rng.random(), 2.0 * math.pi * rng.random()
        lean = tilt * rng.standard_normal() if lying else math.acos(1.0 - 2.0 * rng.random())
        cs, ss, ca, sa = math.cos(spin), math.sin(spin), math.cos(axis), math.sin(axis)
        cl, sl = math.cos(lean), math.sin(lean)
        for ball in range(start[molecule], start[molecule + 1]):
            x, y, z = positions[ball, 0], positions[ball, 1], positions[ball, 2]
            u, v = ca * x + sa * y, -sa * x + ca * y
            v, z = cl * v - sl * z, sl * v + cl * z
            x, y = ca * u - sa * v, sa * u + ca * v
            out[k, 0], out[k, 1], out[k, 2] = cs * x - ss * y, ss * x + cs * y, z
            k += 1
    return out


@compiled
def _free(
    x: float, y: float, shape: np.ndarray, radii: np.ndarray, placed: np.ndarray, grid: tuple[np.ndarray, ...],
    geometry: tuple[float, float, float],
) -> bool:  # fmt: skip
    """Whether balls (j, 3) of these radii, moved by x, y, keep the gap to every ball that is placed."""
    head, following = grid[0], grid[1]
    low, cell, gap = geometry
    rows = head.shape[0]
    for j in range(shape.shape[0]):
        bx, by, r = x + shape[j, 0], y + shape[j, 1], radii[j]
        cx, cy = int((bx - low) / cell), int((by - low) / cell)
        for gy in range(max(0, cy - 1), min(rows, cy + 2)):
            for gx in range(max(0, cx - 1), min(head.shape[1], cx + 2)):
                other = head[gy, gx]
                while other >= 0:
                    near = r + placed[other, 3] + gap
                    dx, dy = placed[other, 0] - bx, placed[other, 1] - by
                    if dx * dx + dy * dy < near * near:
                        return False
                    other = following[other]
    return True


@compiled
def _contact_place(
    shape: np.ndarray, radii: np.ndarray, placed: np.ndarray, number: int, gap: float, rng: np.random.Generator
) -> tuple[float, float]:
    """Where a molecule touches, at the gap, a ball that is placed: a random ball from a random direction."""
    other, own = rng.integers(0, number), rng.integers(0, shape.shape[0])
    angle = 2.0 * math.pi * rng.random()
    apart = (radii[own] + placed[other, 3] + gap) * 1.0000001
    return (
        placed[other, 0] + apart * math.cos(angle) - shape[own, 0],
        placed[other, 1] + apart * math.sin(angle) - shape[own, 1],
    )


@compiled
def places_nm(
    shapes: np.ndarray, radii: np.ndarray, start: np.ndarray, field: tuple[float, float, float],
    gap: float, attraction: float, wanted_area: float, rng: np.random.Generator,
) -> tuple[np.ndarray, int, bool, np.ndarray]:  # fmt: skip
    """Random sequential deposition (Feder 1980) of turned molecules, in order, until wanted_area is covered.

    shapes (k, 3), radii (k,), start (m + 1,); field: width, height and the margin beyond it (nm) that is filled too;
    gap: least distance (nm) between the surfaces of two molecules. A share `attraction` of the molecules is set in
    contact with one that lies there. Returns the placed balls (k, 4), how
    many molecules were used, whether one found no place in MOST_TRIALS, and which (m,) were set in contact.
    """
    width, height, margin = field
    cell = 2.0 * radii.max() + gap
    rows, columns = int((height + 2 * margin) / cell) + 3, int((width + 2 * margin) / cell) + 3
    low = -margin - cell
    head = np.full((rows, columns), -1, dtype=np.int64)
    following = np.full(shapes.shape[0], -1, dtype=np.int64)
    placed = np.empty((shapes.shape[0], 4))
    attracted = np.zeros(start.size - 1, dtype=np.bool_)
    number, covered = 0, 0.0
    for molecule in range(start.size - 1):
        if covered >= wanted_area:
            return placed[:number], molecule, False, attracted[:molecule]
        shape, own = shapes[start[molecule] : start[molecule + 1]], radii[start[molecule] : start[molecule + 1]]
        drawn = number > 0 and rng.random() < attraction
        found, x, y = False, 0.0, 0.0
        for trial in range(MOST_TRIALS):
            if drawn and trial < 200:
                x, y = _contact_place(shape, own, placed, number, gap, rng)
                if x < -margin or y < -margin or x > width + margin or y > height + margin:
                    continue
            else:
                x = -margin + (width + 2 * margin) * rng.random()
                y = -margin + (height + 2 * margin) * rng.random()
            if _free(x, y, shape, own, placed, (head, following), (low, cell, gap)):
                found = True
                attracted[molecule] = drawn and trial < 200
                break
        if not found:
            return placed[:number], molecule, True, attracted[:molecule]
        for j in range(shape.shape[0]):
            placed[number, 0], placed[number, 1] = x + shape[j, 0], y + shape[j, 1]
            placed[number, 2], placed[number, 3] = shape[j, 2], own[j]
            cx = min(max(int((placed[number, 0] - low) / cell), 0), columns - 1)
            cy = min(max(int((placed[number, 1] - low) / cell), 0), rows - 1)
            following[number] = head[cy, cx]
            head[cy, cx] = number
            covered += math.pi * own[j] ** 2
            number += 1
    return placed[:number], start.size - 1, False, attracted


def deposited(
    molecules: Molecules,
    weights: np.ndarray,
    *,
    width_nm: float,
    height_nm: float,
    coverage: float,
    gap_nm: float,
    attraction: float,
    tilt_deg: float,
    lying: bool,
    rng: np.random.Generator,
) -> Deposited:
    """Molecules drawn from the library by their weights and set on a field until `coverage` of it lies under balls.

    A ball covers pi r^2, overlaps of fused lobes counted twice less a tenth or two: coverage is nominal to that extent.
    weights (m,); attraction: the share of molecules set in contact with another.
    """
    flat = molecules.positions_nm
    if lying:
        bounds = list(zip(molecules.start[:-1], molecules.start[1:], strict=True))
        flat = np.concatenate([lying_flat(molecules.positions_nm[a:b]) for a, b in bounds])
    sizes = np.diff(molecules.start)
    reach = np.linalg.norm(molecules.positions_nm, axis=1) + molecules.radii_nm
    margin = 1.2 * float(reach.max()) + gap_nm
    area = (width_nm + 2.0 * margin) * (height_nm + 2.0 * margin)
    disc = np.add.reduceat(math.pi * molecules.radii_nm**2, molecules.start[:-1])
    share = np.asarray(weights, dtype=float) / np.sum(weights)
    needed = int(1.2 * coverage * area / float(share @ disc)) + 50
    chosen = rng.choice(len(molecules), size=needed, p=share)
    shapes = turned_balls(flat, molecules.start, chosen, math.radians(tilt_deg), lying, rng)
    start = np.concatenate([[0], np.cumsum(sizes[chosen])]).astype(np.int64)
    index = (
        np.repeat(molecules.start[chosen], sizes[chosen]) + np.arange(start[-1]) - np.repeat(start[:-1], sizes[chosen])
    )
    field = (width_nm, height_nm, margin)
    balls, used, jammed, attracted = places_nm(
        shapes, molecules.radii_nm[index], start, field, gap_nm, attraction, coverage * area, rng
    )
    owner = np.repeat(np.arange(used), sizes[chosen[:used]])
    centre = np.stack(
        [np.bincount(owner, balls[:, axis], minlength=used) / sizes[chosen[:used]] for axis in (0, 1)], axis=1
    )
    dots = molecules.dots[chosen[:used]]
    return Deposited(balls, owner, start[: used + 1], chosen[:used], centre, dots, jammed, attracted)
