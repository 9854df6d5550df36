"""Every Liouville pathway of the third-order response of an ensemble, built in compiled code.

A pathway is one complex exponential A exp(i s w1 t1 - i w2 t2 - i w3 t3) (s = +1 rephasing, -1 non-rephasing). With
one-exciton states i, j, two-exciton states f and the isotropic average <abcd> in the order of the pulses:

    rephasing      SE +<ijij> w1 = w_i, w2 = w_j - w_i, w3 = w_j       GSB +<iijj> w_i, 0, w_j
                   ESA -<i j jf fi> w_i, w_j - w_i, w_f - w_i
    non-rephasing  SE +<ijji> w1 = w_i, w2 = w_i - w_j, w3 = w_i       GSB +<iijj> w_i, 0, w_j
                   ESA -<i j if fj> w_i, w_i - w_j, w_f - w_j

Optical frequencies are counted from the rotating frame. Populations (GSB, and i = j) have w2 = 0 exactly and are kept
apart: they need no third dimension.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from physics.excitons.blocks import Block
from physics.jit import compiled
from physics.spectra.pulses import Pulse, spectral_amplitude
from physics.spectra.two_excitons import two_excitons

Array = NDArray[np.float64]
Complex = NDArray[np.complex128]
Whole = NDArray[np.intp]
GSB, SE, ESA = 0, 1, 2
PATHWAYS = ("GSB", "SE", "ESA")
POPULATION = 0  # the waiting-time class of GSB and of i = j; coherences are 1, 2, ...


class Rules(NamedTuple):
    """What decides a pathway's amplitude, the same for all clusters.

    signal +1 rephasing, -1 non-rephasing; weights (u, v, w) of the orientational average; wanted (3,) GSB, SE, ESA;
    optical_rate, rates (classes,) in 1/fs: the dephasing of the coherences over t1, t3 and over t2 by class;
    pulses: none, three, or four with the local oscillator; reference_cm1.
    """

    signal: int
    weights: tuple[float, float, float]
    wanted: tuple[bool, bool, bool]
    optical_rate: float
    rates: Array
    pulses: tuple[Pulse, ...]
    reference_cm1: float


class Clusters(NamedTuple):
    """Levels of k clusters of one size as the kernels take them, energies from the rotating frame.

    energies (k, n), dipoles (k, n, 3), doubles (k, f), double_dipoles (k, f, n, 3), shares (k,), classes (n, n) of the
    waiting time. And the pulses: pair (classes, k, n, n) of pulses 1 and 2 on i and j; third (classes, k, n) and
    third_up (classes, k, f, n); detected (k, n), detected_up (k, f, n). All are of length 0 without pulses.
    """

    energies: Array
    dipoles: Array
    doubles: Array
    double_dipoles: Array
    shares: Array
    classes: Whole
    pair: Complex
    third: Complex
    third_up: Complex
    detected: Complex
    detected_up: Complex


def clusters_of(block: Block, rows: slice, shares: Array, classes: Whole, rules: Rules, double_occupation: bool,
                binding_cm1: float, interaction_cm1: float) -> Clusters:  # fmt: skip
    """The levels of the clusters `rows` of a block, two-exciton states only if ESA is wanted.

    shares (N,) of all clusters of the ensemble, dimensionless; classes (n, n); the two-exciton shifts in cm-1.
    """
    energies = block.energies_cm1[rows]
    count, size = energies.shape
    doubles, ladder = np.zeros((count, 0)), np.zeros((count, 0, size, 3))
    if rules.wanted[ESA]:
        doubles, ladder = two_excitons(block, rows, double_occupation, binding_cm1, interaction_cm1)
    shaped = _pulse_factors(energies, doubles, rules) if rules.pulses else _unshaped()
    reference = rules.reference_cm1
    return Clusters(energies - reference, np.ascontiguousarray(block.dipoles_debye[rows]), doubles - 2.0 * reference,
                    ladder, shares[block.clusters[rows]], classes, *shaped)  # fmt: skip


def _unshaped() -> tuple[Complex, ...]:
    return tuple(np.ones((0,) * dimensions, dtype=complex) for dimensions in (4, 3, 4, 2, 3))


def _pulse_factors(energies: Array, doubles: Array, rules: Rules) -> tuple[Complex, ...]:
    """Spectra of the pulses at every transition, at complex detuning (see `pulses.spectral_amplitude`).

    Wave vectors: rephasing -k1 + k2 + k3, non-rephasing +k1 - k2 + k3. Pulse 1 starts a coherence (rate 0 to g), pulse
    2 turns it into the waiting time's (g to g2), pulse 3 back (g2 to g).
    """
    sign, optical = float(rules.signal), rules.optical_rate
    up = doubles[:, :, None] - energies[:, None, :]
    first = spectral_amplitude(energies, rules.pulses[0], -sign, optical)
    pair = np.stack([first[:, :, None] * spectral_amplitude(energies, rules.pulses[1], sign, rate - optical)[:, None]
                     for rate in rules.rates])  # fmt: skip
    third = np.stack([spectral_amplitude(energies, rules.pulses[2], 1.0, optical - rate) for rate in rules.rates])
    third_up = np.stack([spectral_amplitude(up, rules.pulses[2], 1.0, optical - rate) for rate in rules.rates])
    if len(rules.pulses) == 3:
        return pair, third, third_up, np.ones_like(first), np.ones(up.shape, dtype=complex)
    return pair, third, third_up, *(spectral_amplitude(x, rules.pulses[3]) for x in (energies, up))


class Paths(NamedTuple):
    """Pathways of one waiting-time class: amplitude (p,), w1, w2, w3 (p,) in cm-1, label (p, 5): cluster within the
    batch, pathway, i, j, f (-1 without)."""

    amplitude: Complex
    w1: Array
    w2: Array
    w3: Array
    label: NDArray[np.int32]


@compiled
def _dot(a: Array, b: Array) -> float:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


@compiled
def most_paths(dipoles: Array, double_dipoles: Array, classes: Whole, wanted_class: int) -> int:
    """An upper bound of the number of pathways of one class.

    dipoles (k, n, 3) and double_dipoles (k, f, n, 3) in Debye, classes (n, n).
    """
    total = 0
    states, doubles = dipoles.shape[1], double_dipoles.shape[1]
    for k in range(dipoles.shape[0]):
        if wanted_class == 0:
            total += states * states
        for f in range(doubles):
            for i in range(states):
                if _dot(double_dipoles[k, f, i], double_dipoles[k, f, i]) == 0.0:
                    continue  # a dipole that symmetry forbids is exactly 0
                for j in range(states):
                    if classes[i, j] == wanted_class:
                        total += _dot(double_dipoles[k, f, j], double_dipoles[k, f, j]) != 0.0
        for i in range(states):
            for j in range(states):
                total += classes[i, j] == wanted_class
    return total


@compiled
def gsb_strength(mi: Array, mj: Array, u: float, v: float, w: float) -> float:
    """<i i j j>, Debye^4.

    The average <abcd> over orientations; mi, mj (3,) are the dipoles of the states i and j in Debye; u, v, w the
    weights of `pulses.isotropic_weights`.
    """
    return u * _dot(mi, mi) * _dot(mj, mj) + (v + w) * _dot(mi, mj) ** 2


@compiled
def se_strength(mi: Array, mj: Array, u: float, v: float, w: float, signal: int) -> float:
    """<i j i j> rephasing, <i j j i> non-rephasing, Debye^4.

    The average <abcd> over orientations; mi, mj (3,) are the dipoles of the states i and j in Debye; u, v, w the
    weights of `pulses.isotropic_weights`.
    """
    squares, parallel = _dot(mi, mi) * _dot(mj, mj), _dot(mi, mj) ** 2
    if signal > 0:
        return v * squares + (u + w) * parallel
    return w * squares + (u + v) * parallel


@compiled
def esa_strength(mi: Array, mj: Array, fi: Array, fj: Array, u: float, v: float, w: float, signal: int) -> float:
    """-<i j jf fi> rephasing, -<i j if fj> non-rephasing, Debye^4.

    The average <abcd> over orientations; mi, mj (3,) are the dipoles of the states i and j in Debye; u, v, w the
    weights of `pulses.isotropic_weights`. fi, fj (3,) lead from i and j up to f.
    """
    straight, crossed = _dot(mi, fi) * _dot(mj, fj), _dot(mi, fj) * _dot(mj, fi)
    if signal > 0:
        straight, crossed = crossed, straight
    return -(u * _dot(mi, mj) * _dot(fi, fj) + v * straight + w * crossed)


@compiled
def fill_paths(
    energies: Array, dipoles: Array, doubles: Array, double_dipoles: Array, shares: Array, classes: Whole,
    pair: Complex, third: Complex, third_up: Complex, detected: Complex, detected_up: Complex,
    signal: int, u: float, v: float, w: float, gsb: bool, se: bool, esa: bool, wanted: int, least: float,
    amplitude: Complex, w1: Array, w2: Array, w3: Array, label: NDArray[np.int32],
) -> int:  # fmt: skip
    """Write the pathways of one class whose amplitude exceeds `least`, and return their number.

    Amplitudes are in Debye^4 times the cluster's share. `label` may have no rows: then it is not written. In: energies
    (k, n), dipoles, doubles, double_dipoles, shares, classes, pair, third, third_up, detected and detected_up as in
    `Clusters`; u, v, w as in `pulses.isotropic_weights`. Out, of length p: amplitude, w1, w2, w3 (cm-1), label as in
    `Paths`.
    """
    shaped, top, states, rungs = pair.shape[0] > 0, 0, energies.shape[1], doubles.shape[1]
    lit = np.empty((rungs, states), dtype=np.bool_)
    for k in range(energies.shape[0]):
        for f in range(rungs):
            for i in range(states):
                lit[f, i] = _dot(double_dipoles[k, f, i], double_dipoles[k, f, i]) != 0.0
        for i in range(states):
            for j in range(states):
                same, mi, mj = classes[i, j] == wanted, dipoles[k, i], dipoles[k, j]
                beat = 0.0 if wanted == 0 else signal * (energies[k, j] - energies[k, i])
                lifted, falls = (j, i) if signal > 0 else (i, j)
                for f in range(-2, rungs):
                    a, emitted = 0.0j, 0.0
                    if f == -2 and gsb and wanted == 0:
                        a += shares[k] * gsb_strength(mi, mj, u, v, w)
                        emitted = energies[k, j]
                        if shaped:
                            a *= pair[0, k, i, i] * third[0, k, j] * detected[k, j]
                    elif f == -1 and se and same:
                        a += shares[k] * se_strength(mi, mj, u, v, w, signal)
                        emitted = energies[k, lifted]
                        if shaped:
                            a *= pair[wanted, k, i, j] * third[wanted, k, falls if signal > 0 else j]
                            a *= detected[k, lifted]
                    elif f >= 0 and esa and same and lit[f, i] and lit[f, j]:
                        fi, fj = double_dipoles[k, f, i], double_dipoles[k, f, j]
                        a += shares[k] * esa_strength(mi, mj, fi, fj, u, v, w, signal)
                        emitted = doubles[k, f] - energies[k, falls]
                        if shaped:
                            a *= pair[wanted, k, i, j] * third_up[wanted, k, f, lifted] * detected_up[k, f, falls]
                    if abs(a) <= least:
                        continue
                    amplitude[top], w1[top], w2[top], w3[top] = a, energies[k, i], beat, emitted
                    if label.shape[0]:
                        label[top, 0], label[top, 1], label[top, 2], label[top, 3] = k, min(f, 0) + 2, i, j
                        label[top, 4] = max(f, -1)
                    top += 1
    return top


@compiled
def fill_dense(
    k: int, dipoles: Array, shares: Array, classes: Whole, pair: Complex, third: Complex, detected: Complex,
    signal: int, u: float, v: float, w: float, gsb: bool, se: bool,
) -> tuple[Complex, Complex]:  # fmt: skip
    """Amplitudes of one cluster as arrays: GSB (n, n), SE (n, n), Debye^4 times the share.

    dipoles, shares, classes and the spectra of the pulses (pair, third, detected) as in `Clusters`, k the row of the
    cluster; u, v, w as in `pulses.isotropic_weights`.
    """
    states, shaped = dipoles.shape[1], pair.shape[0] > 0
    bleach = np.zeros((states, states), dtype=np.complex128)
    stimulated = np.zeros((states, states), dtype=np.complex128)
    for i in range(states):
        for j in range(states):
            mi, mj, c = dipoles[k, i], dipoles[k, j], classes[i, j]
            lifted, falls = (j, i) if signal > 0 else (i, j)
            if gsb:
                bleach[i, j] = shares[k] * gsb_strength(mi, mj, u, v, w)
                if shaped:
                    bleach[i, j] *= pair[0, k, i, i] * third[0, k, j] * detected[k, j]
            if se:
                stimulated[i, j] = shares[k] * se_strength(mi, mj, u, v, w, signal)
                if shaped:
                    stimulated[i, j] *= pair[c, k, i, j] * third[c, k, falls if signal > 0 else j] * detected[k, lifted]
    return bleach, stimulated


@compiled
def dense_absorption(
    k: int, dipoles: Array, double_dipoles: Array, shares: Array, signal: int, u: float, v: float, w: float
) -> Array:
    """ESA amplitudes of one cluster (n (n + 1)/2, f), rows i <= j as in `numpy.triu_indices`, Debye^4 times the share.

    `esa_strength` without pulses is the same for i, j and j, i. The two-exciton states come last, so that the loops
    over them run in vector registers. dipoles (k, n, 3), double_dipoles (k, f, n, 3) and shares (k,) as in `Clusters`;
    u, v, w as in `pulses.isotropic_weights`.
    """
    states, rungs = dipoles.shape[1], double_dipoles.shape[1]
    if signal > 0:
        v, w = w, v  # now v goes with (i fi)(j fj), w with (i fj)(j fi)
    ladder, along = np.empty((states, 3, rungs)), np.empty((states, states, rungs))
    for f in range(rungs):
        for i in range(states):
            for c in range(3):
                ladder[i, c, f] = double_dipoles[k, f, i, c]
    for i in range(states):
        x, y, z = dipoles[k, i, 0], dipoles[k, i, 1], dipoles[k, i, 2]
        for j in range(states):
            for f in range(rungs):
                along[i, j, f] = x * ladder[j, 0, f] + y * ladder[j, 1, f] + z * ladder[j, 2, f]
    strengths, row = np.empty((states * (states + 1) // 2, rungs)), 0
    for i in range(states):
        for j in range(i, states):
            parallel = u * _dot(dipoles[k, i], dipoles[k, j])
            for f in range(rungs):
                upper = (ladder[i, 0, f] * ladder[j, 0, f] + ladder[i, 1, f] * ladder[j, 1, f]
                         + ladder[i, 2, f] * ladder[j, 2, f])  # fmt: skip
                strengths[row, f] = -shares[k] * (
                    parallel * upper + v * along[i, i, f] * along[j, j, f] + w * along[i, j, f] * along[j, i, f]
                )
            row += 1
    return strengths


@compiled
def shaped_absorption(
    k: int, strengths: Array, classes: Whole, pair: Complex, third_up: Complex, detected_up: Complex, signal: int
) -> Complex:
    """(n, n, f) amplitudes of `dense_absorption` under the pulses' spectra, which tell i, j from j, i.

    strengths is what `dense_absorption` returns (Debye^4 times the share); pair, third_up and detected_up are the
    spectra of the pulses in `Clusters`, factors of at most about 1.
    """
    states, rungs = classes.shape[0], strengths.shape[1]
    absorbed = np.empty((states, states, rungs), dtype=np.complex128)
    for i in range(states):
        for j in range(states):
            low, high, c = min(i, j), max(i, j), classes[i, j]
            row = low * states - low * (low - 1) // 2 + high - low
            lifted, falls = (j, i) if signal > 0 else (i, j)
            for f in range(rungs):
                shape = pair[c, k, i, j] * third_up[c, k, f, lifted] * detected_up[k, f, falls]
                absorbed[i, j, f] = strengths[row, f] * shape
    return absorbed


def pathways(clusters: Clusters, rules: Rules, wanted_class: int, least: float = 0.0, labels: bool = False) -> Paths:
    """The pathways of one waiting-time class of some clusters, those with |A| <= least (Debye^4 x share) left out."""
    most = most_paths(clusters.dipoles, clusters.double_dipoles, clusters.classes, wanted_class)
    amplitude, w1, w2, w3 = np.empty(most, dtype=complex), np.empty(most), np.empty(most), np.empty(most)
    label = np.empty((most if labels else 0, 5), dtype=np.int32)
    count = fill_paths(*clusters, rules.signal, *rules.weights, *rules.wanted, wanted_class, least, amplitude, w1, w2,
                       w3, label)  # fmt: skip
    return Paths(amplitude[:count], w1[:count], w2[:count], w3[:count], label[:count])
