"""Projected thickness of molecules made of balls that may overlap: the compiled inner loop of every rendering."""

from __future__ import annotations

import math

import numpy as np

from physics.jit import compiled

FINE_RADIUS_PX = 9.0  # balls smaller than this are sampled at four points a pixel; computed: 1 % of a pixel's value
MOST_BALLS = 64  # of one molecule above one pixel


@compiled
def _column(
    x: float, y: float, balls: np.ndarray, squeeze: np.ndarray, shade: np.ndarray, reference: float, power: float
) -> float:
    """Darkness above one point: (union of the balls' chords / reference)^power times the mean of their shades.

    A chord reaches from z - h to z + h, h^2 = r^2 - |S (x - x_b)|^2, S = 1 + squeeze (xx, yy, xy): a ball elongated in
    the plane. Where balls overlap, the union counts once and shades are averaged by chord.
    """
    lows, highs = np.empty(MOST_BALLS), np.empty(MOST_BALLS)
    number, chords, shaded = 0, 0.0, 0.0
    for b in range(balls.shape[0]):
        dx, dy = x - balls[b, 0], y - balls[b, 1]
        u = dx + squeeze[b, 0] * dx + squeeze[b, 2] * dy
        v = dy + squeeze[b, 2] * dx + squeeze[b, 1] * dy
        inside = balls[b, 3] ** 2 - u * u - v * v
        if inside > 0.0 and number < MOST_BALLS:
            half = math.sqrt(inside)
            chords += half
            shaded += half * shade[b]
            k = number
            while k > 0 and lows[k - 1] > balls[b, 2] - half:
                lows[k], highs[k] = lows[k - 1], highs[k - 1]
                k -= 1
            lows[k], highs[k] = balls[b, 2] - half, balls[b, 2] + half
            number += 1
    if number == 0:
        return 0.0
    union, top = 0.0, -math.inf
    for k in range(number):
        if highs[k] > top:
            union += highs[k] - max(lows[k], top)
            top = highs[k]
    return (union / reference) ** power * shaded / chords


@compiled
def darkness(
    shape: tuple[int, int], balls: np.ndarray, start: np.ndarray, squeeze: np.ndarray, shade: np.ndarray,
    reference: float, power: float,
) -> np.ndarray:  # fmt: skip
    """Darkness (height, width) of molecules, all lengths in pixels from the upper left corner of the first pixel.

    balls (k, 4) x, y, z, radius; start (m + 1,); squeeze (k, 3); shade (k,), relative; reference: the thickness that
    has darkness 1. Different molecules add up. power: darkness goes as the thickness to this power, see
    `Scene.thickness_power`.
    """
    height, width = shape
    out = np.zeros((height, width), dtype=np.float32)
    for molecule in range(start.size - 1):
        first, last = start[molecule], start[molecule + 1]
        left, right, top, bottom, least = math.inf, -math.inf, math.inf, -math.inf, math.inf
        for b in range(first, last):
            reach = 1.35 * balls[b, 3]
            left, right = min(left, balls[b, 0] - reach), max(right, balls[b, 0] + reach)
            top, bottom = min(top, balls[b, 1] - reach), max(bottom, balls[b, 1] + reach)
            least = min(least, balls[b, 3])
        fine = 2 if least < FINE_RADIUS_PX else 1
        own, own_squeeze, own_shade = balls[first:last], squeeze[first:last], shade[first:last]
        for y in range(max(0, math.floor(top)), min(height, math.ceil(bottom))):
            for x in range(max(0, math.floor(left)), min(width, math.ceil(right))):
                total = 0.0
                for i in range(fine):
                    for j in range(fine):
                        px, py = x + (i + 0.5) / fine, y + (j + 0.5) / fine
                        total += _column(px, py, own, own_squeeze, own_shade, reference, power)
                out[y, x] += total / (fine * fine)
    return out


def elongated(number: int, elongation: float, rng: np.random.Generator) -> np.ndarray:
    """Squeezes (number, 3) of balls: log axis ratio |normal| x elongation, area kept, any direction."""
    half = 0.5 * np.minimum(np.abs(elongation * rng.standard_normal(number)), 0.5)
    angle = math.pi * rng.random(number)
    along, across = np.exp(-half) - 1.0, np.exp(half) - 1.0
    c, s = np.cos(angle), np.sin(angle)
    return np.stack([c * c * along + s * s * across, s * s * along + c * c * across, c * s * (along - across)], axis=1)
