"""Sums of many complex exponentials on a regular grid of three times: directly, by matrix products, by NUFFT.

All of them add A exp(i s w1 t1 - i w2 t2 - i w3 t3) in the rotating frame; decays are put on by the caller (the direct
sum, which is the yardstick, puts them on each pathway by itself).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import finufft
import numpy as np
from numpy.typing import NDArray

from physics.jit import compiled
from physics.spectra.pathways import (
    ESA,
    POPULATION,
    Clusters,
    Paths,
    Rules,
    dense_absorption,
    fill_dense,
    shaped_absorption,
)
from physics.units import RADIANS_PER_FS_CM1

Array = NDArray[np.float64]
Complex = NDArray[np.complex128]
LOOSEST_EPS = 1e-2  # of the requested tolerance: finufft at 1e-8 keeps the sum within 1e-6 of its maximum (measured)
TIGHTEST_EPS = 1e-14  # finufft's own limit in double precision
FEW_PER_POINT = 0.2  # pathways per grid point below which a coarser fine grid (1.25 instead of 2) is the faster one
TIGHTEST_COARSE_EPS = 2e-9  # finufft's limit on that coarser grid is about 1e-9
TOGETHER = 8  # clusters whose last product is one, so that the cube is not read and written for each
SINGLE_FROM = 1e-6  # tolerance from which the matrix products run in single precision (measured: 3e-7 at most)


class Times(NamedTuple):
    """Three regular axes in fs. t1 (n1,), t2 (n2,), t3 (n3,)."""

    t1: Array
    t2: Array
    t3: Array

    @property
    def shape(self) -> tuple[int, int, int]:
        """(n1, n2, n3), the lengths of the axes."""
        return len(self.t1), len(self.t2), len(self.t3)

    @property
    def steps(self) -> tuple[float, float, float]:
        """The steps of the three axes in fs; 0 for an axis of one point."""
        first, second, third = ((x[-1] - x[0]) / (len(x) - 1) if len(x) > 1 else 0.0 for x in self)
        return float(first), float(second), float(third)


@compiled
def _add_direct(total: Complex, amplitude: Complex, w1: Array, w2: Array, w3: Array, signal: int, t1: Array, t2: Array,
                t3: Array, optical_rate: float, waiting_rate: float) -> None:  # fmt: skip
    second, real, imaginary = np.empty(t2.size, np.complex128), np.empty(t3.size), np.empty(t3.size)
    for path in range(amplitude.size):
        for c in range(t3.size):
            decay, phase = math.exp(-optical_rate * t3[c]), -RADIANS_PER_FS_CM1 * w3[path] * t3[c]
            real[c], imaginary[c] = decay * math.cos(phase), decay * math.sin(phase)
        for b in range(t2.size):
            second[b] = np.exp(complex(-waiting_rate, -RADIANS_PER_FS_CM1 * w2[path]) * t2[b])
        for a in range(t1.size):
            first = amplitude[path] * np.exp(complex(-optical_rate, signal * RADIANS_PER_FS_CM1 * w1[path]) * t1[a])
            for b in range(t2.size):
                factor = first * second[b]
                for c in range(t3.size):
                    total[a, b, c] += complex(
                        factor.real * real[c] - factor.imag * imaginary[c],
                        factor.real * imaginary[c] + factor.imag * real[c],
                    )


def add_direct(total: Complex, paths: Paths, times: Times, rules: Rules, wanted_class: int) -> None:
    """Add the pathways of one class to `total` (t1, t2, t3), decays included, one by one.

    `total` is complex, Debye^4.
    """
    _add_direct(total, paths.amplitude, paths.w1, paths.w2, paths.w3, rules.signal, *times, rules.optical_rate,
                rules.rates[wanted_class])  # fmt: skip


@compiled
def _nufft_points(amplitude: Complex, frequency: Array, step: float, start: float, half: int, sign: int) -> Array:
    """Phases per step folded into (-pi, pi]; the amplitude takes up the phase that moves index -half to time start."""
    points = np.empty(frequency.size)
    for path in range(frequency.size):
        rate = sign * RADIANS_PER_FS_CM1 * frequency[path]
        angle = rate * step
        points[path] = angle - 2.0 * math.pi * np.rint(angle / (2.0 * math.pi))
        shift = rate * start + half * points[path]
        amplitude[path] *= complex(math.cos(shift), math.sin(shift))
    return points


def nufft(paths: Paths, times: Times, signal: int, tolerance: float, flat: bool) -> Complex:
    """Sum of the pathways on the grid by one type-1 NUFFT on one thread: (t1, t2, t3), or (t1, t3) if `flat`.

    Two threads of finufft do not give the same bits twice; one does. Debye^4; `tolerance` is relative, as finufft
    understands it.
    """
    steps, shape = times.steps, times.shape
    chosen = (0, 2) if flat else (0, 1, 2)
    strengths = paths.amplitude.copy()
    points = []
    for axis in chosen:
        sign = signal if axis == 0 else -1
        frequency = (paths.w1, paths.w2, paths.w3)[axis]
        points.append(_nufft_points(strengths, frequency, steps[axis], times[axis][0], shape[axis] // 2, sign))
    modes = tuple(shape[axis] for axis in chosen)
    if not strengths.size:
        return np.zeros(modes, dtype=complex)
    eps = max(TIGHTEST_EPS, LOOSEST_EPS * tolerance)
    sparse = strengths.size < FEW_PER_POINT * math.prod(modes) and eps >= TIGHTEST_COARSE_EPS
    transform = finufft.nufft2d1 if flat else finufft.nufft3d1
    return np.asarray(transform(*points, strengths, modes, eps=eps, isign=1, nthreads=1,
                                upsampfac=1.25 if sparse else 2.0))  # fmt: skip


def matrix_products(clusters: Clusters, times: Times, rules: Rules, tolerance: float) -> Complex:
    """Sum over all pathways of some clusters, decays of the waiting time included (those of t1 and t3 are not).

    S(t1, t2, t3) = sum_i e_i(t1) sum_j p_ij(t2) C_ij(t3), where C holds SE and ESA of the pair i, j summed over f, and
    one more column holds GSB. In single precision where the tolerance allows it. Debye^4. Our own arrangement of the
    sum over pathways (see `pathways`).
    """
    kind = np.complex64 if tolerance >= SINGLE_FROM else np.complex128
    count, states = clusters.energies.shape
    ket = -RADIANS_PER_FS_CM1 * clusters.energies
    emission = np.exp(1j * ket[..., None] * times.t3)
    up = np.exp(-1j * RADIANS_PER_FS_CM1 * clusters.doubles[..., None] * times.t3).astype(kind)
    beats = rules.signal * (ket[:, None, :] - ket[:, :, None])
    decay = np.exp(-rules.rates[clusters.classes][..., None] * times.t2)
    waiting = np.exp(1j * beats[..., None] * times.t2) * decay
    bleach = np.broadcast_to(np.exp(-rules.rates[POPULATION] * times.t2), (states, 1, len(times.t2)))
    first = np.exp(-1j * rules.signal * ket[..., None] * times.t1).astype(kind)
    total = np.zeros((len(times.t1), len(times.t2) * len(times.t3)), dtype=kind)
    middle = np.empty((min(count, TOGETHER) * states, total.shape[1]), dtype=kind)
    for k in range(count):
        direct, stimulated = fill_dense(k, clusters.dipoles, clusters.shares, clusters.classes, clusters.pair,
                                        clusters.third, clusters.detected, rules.signal, *rules.weights,
                                        *rules.wanted[:ESA])  # fmt: skip
        emitted = (stimulated[..., None] * (emission[k] if rules.signal > 0 else emission[k][:, None])).astype(kind)
        if rules.wanted[ESA] and clusters.doubles.shape[1]:
            rising = _rising(clusters, k, rules, up[k])
            falling = emission[k].conj()
            emitted += rising * (falling[:, None] if rules.signal > 0 else falling).astype(kind)
        columns = np.concatenate([emitted, (direct @ emission[k])[:, None].astype(kind)], axis=1)
        rows = np.concatenate([waiting[k], bleach], axis=1).astype(kind)
        place = (k % TOGETHER) * states
        middle[place : place + states] = np.matmul(rows.transpose(0, 2, 1), columns).reshape(states, -1)
        if (k + 1) % TOGETHER == 0 or k + 1 == count:
            begin = k - k % TOGETHER
            total += first[begin : k + 1].reshape(-1, len(times.t1)).T @ middle[: place + states]
    return total.reshape(times.shape).astype(complex)


def _rising(clusters: Clusters, k: int, rules: Rules, up: Complex) -> Complex:
    """(n, n, t3) of cluster k: ESA of each pair i, j summed over the two-exciton states, that turn as `up` (f, t3)."""
    states = clusters.energies.shape[1]
    strengths = dense_absorption(k, clusters.dipoles, clusters.double_dipoles, clusters.shares, rules.signal,
                                 *rules.weights)  # fmt: skip
    if rules.pulses:
        shaped = shaped_absorption(k, strengths, clusters.classes, clusters.pair, clusters.third_up,
                                   clusters.detected_up, rules.signal)  # fmt: skip
        return _product(shaped.reshape(states * states, -1), up).reshape(states, states, -1)
    row = np.empty((states, states), dtype=np.intp)
    upper = np.triu_indices(states)
    row[upper] = np.arange(len(strengths))
    row.T[upper] = row[upper]
    return np.asarray(_product(strengths, up)[row])


def _product(left: NDArray[np.inexact], right: Complex) -> Complex:
    """left @ right; a real left side multiplies real and imaginary parts side by side."""
    if np.iscomplexobj(left):
        return np.asarray(left.astype(right.dtype) @ right)
    parts = np.ascontiguousarray(right).view(right.real.dtype)
    return np.asarray((left.astype(parts.dtype) @ parts).view(right.dtype))
