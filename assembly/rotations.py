"""Rotations of rigid clusters: unit quaternions (x, y, z, w), scalar last, and the matrices they stand for.

Vectors and matrices are tuples of floats here: the loops that place clusters turn millions of points and must not
allocate.
"""

from __future__ import annotations

import math

import numpy as np

from physics.jit import compiled

Vector = tuple[float, float, float]
Quaternion = tuple[float, float, float, float]
Matrix = tuple[float, float, float, float, float, float, float, float, float]  # row by row

SHORTEST = 1e-6  # a draw of four normals shorter than this is drawn again
NEARLY_OPPOSITE = 1e-12


@compiled
def random_turn(rng: np.random.Generator) -> Quaternion:
    """Uniform random rotation as a unit quaternion (x, y, z, w) (Marsaglia's four normals)."""
    x, y, z, w, length = 0.0, 0.0, 0.0, 0.0, 0.0
    while length < SHORTEST:
        x, y, z, w = rng.standard_normal(), rng.standard_normal(), rng.standard_normal(), rng.standard_normal()
        length = math.sqrt(x * x + y * y + z * z + w * w)
    return x / length, y / length, z / length, w / length


@compiled
def random_quaternion(rng: np.random.Generator) -> np.ndarray:
    """Uniform random rotation as a unit quaternion (4,), scalar last."""
    return np.array(random_turn(rng))


@compiled
def matrix_of(turn: Quaternion) -> Matrix:
    """Rotation matrix, row by row, of a unit quaternion (x, y, z, w)."""
    x, y, z, w = turn
    return (
        1.0 - 2.0 * (y * y + z * z), 2.0 * (x * y - z * w), 2.0 * (x * z + y * w),
        2.0 * (x * y + z * w), 1.0 - 2.0 * (x * x + z * z), 2.0 * (y * z - x * w),
        2.0 * (x * z - y * w), 2.0 * (y * z + x * w), 1.0 - 2.0 * (x * x + y * y),
    )  # fmt: skip


@compiled
def turned(matrix: Matrix, x: float, y: float, z: float) -> Vector:
    """The vector (x, y, z) turned by a matrix.

    The matrix row by row, dimensionless; the answer is in the unit of x, y, z.
    """
    return (
        matrix[0] * x + matrix[1] * y + matrix[2] * z,
        matrix[3] * x + matrix[4] * y + matrix[5] * z,
        matrix[6] * x + matrix[7] * y + matrix[8] * z,
    )


@compiled
def carried(matrix: Matrix, pivot: Vector, target: Vector, x: float, y: float, z: float) -> Vector:
    """Where the point (x, y, z) comes to when all is turned by a matrix about `pivot`, which moves to `target`.

    carried = matrix (point - pivot) + target: three coordinates each, nm in and out; the matrix 3 x 3, dimensionless.
    """
    x, y, z = turned(matrix, x - pivot[0], y - pivot[1], z - pivot[2])
    return x + target[0], y + target[1], z + target[2]


@compiled
def product(after: Quaternion, before: Quaternion) -> Quaternion:
    """The rotation `before` followed by the rotation `after`, made a unit again.

    Quaternions (x, y, z, w), scalar last.
    """
    x, y, z, w = after
    a, b, c, d = before
    i = w * a + x * d + y * c - z * b
    j = w * b - x * c + y * d + z * a
    k = w * c + x * b - y * a + z * d
    s = w * d - x * a - y * b - z * c
    length = math.sqrt(i * i + j * j + k * k + s * s)
    return i / length, j / length, k / length, s / length


@compiled
def shortest_turn(start: Vector, end: Vector) -> Quaternion:
    """The rotation by the smallest angle that carries one unit vector to another; (u x v, 1 + u.v) made a unit.

    start and end are (x, y, z), of length 1; the answer (x, y, z, w) is a quaternion, scalar last.
    """
    ux, uy, uz = start
    vx, vy, vz = end
    w = 1.0 + ux * vx + uy * vy + uz * vz
    if w < NEARLY_OPPOSITE:  # half a turn about any axis across
        if abs(ux) < 0.7:
            length = math.sqrt(uy * uy + uz * uz)
            return 0.0, uz / length, -uy / length, 0.0
        length = math.sqrt(ux * ux + uz * uz)
        return -uz / length, 0.0, ux / length, 0.0
    x, y, z = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
    length = math.sqrt(x * x + y * y + z * z + w * w)
    return x / length, y / length, z / length, w / length


@compiled
def turn_onto(start: Vector, end: Vector, rng: np.random.Generator) -> Quaternion:
    """A rotation that carries one unit vector to another, at a uniformly random angle about it.

    start and end are (x, y, z), of length 1; the answer (x, y, z, w) is a quaternion, scalar last.
    """
    half = math.pi * rng.random()
    sine = math.sin(half)
    spin = (sine * end[0], sine * end[1], sine * end[2], math.cos(half))
    return product(spin, shortest_turn(start, end))
