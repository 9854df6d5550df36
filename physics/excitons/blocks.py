"""Clusters of one size and their eigenstates, diagonalised together."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Whole = NDArray[np.intp]


@dataclass(frozen=True)
class Block:
    """k clusters of the same size with s states each.

    clusters (k,) their numbers in the ensemble; energies_cm1 (k, s); dipoles_debye (k, s, 3) laboratory frame; vectors
    (k, s, s), columns are states; participation (k, s); and what they came from: hamiltonians_cm1 (k, s, s),
    site_dipoles_debye (k, s, 3), dot_of_site (s,). labels (s,) of the states.
    """

    clusters: Whole
    energies_cm1: Array
    dipoles_debye: Array
    vectors: Array
    participation: Array
    hamiltonians_cm1: Array
    site_dipoles_debye: Array
    dot_of_site: Whole
    labels: tuple[str, ...]


def diagonalised(clusters: Whole, hamiltonians: Array, site_dipoles: Array, dot_of_site: Whole) -> Block:
    """Eigenstates of k Hamiltonians (k, s, s), energies ascending. Participation is 1/sum_k p_k^2 over dots.

    hamiltonians in cm-1, site_dipoles (k, s, 3) in Debye, clusters (k,), dot_of_site (s,).
    """
    energies, vectors = eigenstates(hamiltonians)
    dipoles = np.matmul(vectors.transpose(0, 2, 1), site_dipoles)
    labels = tuple(str(number + 1) for number in range(len(dot_of_site)))
    return Block(clusters, energies, dipoles, vectors, participation_of(vectors, dot_of_site), hamiltonians,
                 site_dipoles, dot_of_site, labels)  # fmt: skip


def diagonalised_by_label(clusters: Whole, energies: Array, couplings: Array, site_dipoles: Array,
                          labels: tuple[str, ...]) -> Block:  # fmt: skip
    """Eigenstates where only equal labels couple: energies (k, n, m), couplings (k, n, n), dipoles (k, n, m, 3).

    States are ordered by label, each label's n states ascending: L1-, L1+, L2-, ... for two dots. In cm-1 and Debye;
    the dipoles are site_dipoles, clusters is (k,).
    """
    count, dots, kinds = energies.shape
    matrices = np.broadcast_to(couplings[:, None], (count, kinds, dots, dots)).copy()
    place = np.arange(dots)
    matrices[:, :, place, place] = energies.transpose(0, 2, 1)
    levels, small = (x.reshape(count, kinds, *x.shape[1:]) for x in eigenstates(matrices.reshape(-1, dots, dots)))
    weights = small**2
    size, kind = dots * kinds, np.arange(kinds)
    vectors = np.zeros((count, dots, kinds, kinds, dots))
    vectors[:, :, kind, kind, :] = small.transpose(0, 2, 1, 3)
    dipoles = np.einsum("klis,kilx->klsx", small, site_dipoles).reshape(count, size, 3)
    return Block(
        clusters, levels.reshape(count, size), dipoles, vectors.reshape(count, size, size),
        (1.0 / np.sum(weights**2, axis=2)).reshape(count, size),
        _expanded(matrices), site_dipoles.reshape(count, size, 3), np.repeat(place, kinds),
        tuple(f"{label}{end}" for label in labels for end in _ends(dots)),
    )  # fmt: skip


def _expanded(matrices: Array) -> Array:
    """(k, n m, n m) matrices, row = dot * m + label, from one (n, n) matrix per label (k, m, n, n)."""
    count, kinds, dots, _ = matrices.shape
    whole, kind = np.zeros((count, dots, kinds, dots, kinds)), np.arange(kinds)
    whole[:, :, kind, :, kind] = matrices.transpose(1, 0, 2, 3)
    return whole.reshape(count, dots * kinds, dots * kinds)


def _ends(dots: int) -> tuple[str, ...]:
    return {1: ("",), 2: ("-", "+")}.get(dots, tuple(f"/{number + 1}" for number in range(dots)))


def eigenstates(hamiltonians: Array) -> tuple[Array, Array]:
    """Energies (k, s) ascending and vectors (k, s, s) of real symmetric matrices; one and two states in closed form.

    hamiltonians (k, s, s) in cm-1, as the energies.
    """
    size = hamiltonians.shape[-1]
    if size == 1:
        return hamiltonians[:, 0, :].copy(), np.ones_like(hamiltonians)
    if size > 2:
        energies, vectors = np.linalg.eigh(hamiltonians)
        return energies, vectors
    a, b, v = hamiltonians[:, 0, 0], hamiltonians[:, 1, 1], hamiltonians[:, 0, 1]
    angle = 0.5 * np.arctan2(2.0 * v, a - b)
    middle, half = 0.5 * (a + b), 0.5 * np.hypot(a - b, 2.0 * v)
    cosine, sine = np.cos(angle), np.sin(angle)
    vectors = np.stack([np.stack([-sine, cosine], axis=-1), np.stack([cosine, sine], axis=-1)], axis=-2)
    return np.stack([middle - half, middle + half], axis=-1), vectors


def participation_of(vectors: Array, dot_of_site: Whole) -> Array:
    """(k, s) number of dots that share each state: 1/sum_k p_k^2, p_k the state's weight on dot k.

    vectors (k, s, s) whose columns are states, dot_of_site (s,).
    """
    weights = vectors**2
    dots = int(dot_of_site.max()) + 1
    if len(dot_of_site) == dots:
        return 1.0 / np.sum(weights**2, axis=1)
    on_dots = np.stack([weights[:, dot_of_site == dot].sum(axis=1) for dot in range(dots)], axis=1)
    return 1.0 / np.sum(on_dots**2, axis=1)


def diagonalised_with_pairs(clusters: Whole, matrices: Array, dipoles: Array, seats: Array) -> Block:
    """Eigenstates of dots and, past them, of charge-transfer pairs: dark, half on either dot of their bond.

    matrices (k, s, s); dipoles (k, n, 3) of the n dots; seats (k, s, n): the share of each basis state on each dot.
    """
    dark = np.zeros((len(clusters), matrices.shape[1] - dipoles.shape[1], 3))
    first_dot = np.argmax(seats.sum(axis=0) > 0.0, axis=1)
    block = diagonalised(clusters, matrices, np.concatenate([dipoles, dark], axis=1), first_dot)
    on_dots = np.einsum("kas,kad->kds", block.vectors**2, seats)
    return replace(block, participation=1.0 / np.sum(on_dots**2, axis=1))
