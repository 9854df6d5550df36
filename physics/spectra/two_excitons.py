"""The two-exciton block of clusters of one size: energies and the dipoles that lead up to them.

Two excitons live on the pairs of one-exciton basis states ("sites": a dot, or a dot's level). H2 = sum H_ab b+_a b_b,
lowered by B_XX where both sit on one dot and shifted by V_XX where they sit on two.
"hard-core": no site holds two excitons (Pauli blocking: the pairs aa are left out, and <ab|mu|a> = mu_b as ever).
"boson": pairs aa stay, with <aa|mu|a> = sqrt(2) mu_a; without B_XX and V_XX they then answer as harmonic oscillators
and the whole third-order signal vanishes.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from physics.excitons.blocks import Block

Array = NDArray[np.float64]
Whole = NDArray[np.intp]


SOLVER_MATRICES = 4  # the matrix, its vectors, and twice its size as divide and conquer's workspace
HOP_BYTES = 400  # two hops for each pair and site, while their table is made (estimated)


class PairBasis(NamedTuple):
    """Pairs of sites (first <= second), and the hops between them: H2[row, column] = factor H[site_a, site_b].

    first, second (p,) sites of each pair; row, column, site_a, site_b, factor (h,) one per hop, factor dimensionless.
    """

    first: Whole
    second: Whole
    row: Whole
    column: Whole
    site_a: Whole
    site_b: Whole
    factor: Array


@lru_cache(maxsize=32)
def pair_basis(sites: int, double_occupation: bool) -> PairBasis:
    """The two-exciton basis of `sites` sites; bosons keep the pairs aa."""
    pairs = [(a, b) for a in range(sites) for b in range(a if double_occupation else a + 1, sites)]
    number = {pair: q for q, pair in enumerate(pairs)}
    hops = []
    for (a, b), q in number.items():
        for stays, leaves in {(a, b), (b, a)}:
            for arrives in range(sites):
                other = number.get((min(stays, arrives), max(stays, arrives)))
                if arrives != leaves and other is not None:
                    twins = (a == b) + (stays == arrives)
                    hops.append((other, q, arrives, leaves, math.sqrt(2.0) if twins else 1.0))
    first, second = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
    columns = np.array(hops, dtype=float).reshape(-1, 5).T
    row, column, site_a, site_b = columns[:4].astype(np.intp)
    return PairBasis(first, second, row, column, site_a, site_b, columns[4])


class TwoExcitons(NamedTuple):
    """energies_cm1 (k, f); dipoles_debye (k, f, n, 3) = <f|mu|i> from each one-exciton state i."""

    energies_cm1: Array
    dipoles_debye: Array


def two_excitons(block: Block, rows: slice, double_occupation: bool, binding_cm1: float,
                 interaction_cm1: float) -> TwoExcitons:  # fmt: skip
    """Two-exciton eigenstates of the clusters `rows` of a block.

    B_XX = binding_cm1, two excitons on one dot; V_XX = interaction_cm1, on two dots. Pairs that no hop connects are
    diagonalised apart: the two-band model falls into blocks of at most four.
    """
    hamiltonians, vectors = block.hamiltonians_cm1[rows], block.vectors[rows]
    count, sites = hamiltonians.shape[:2]
    basis = pair_basis(sites, double_occupation)
    pairs = len(basis.first)
    same_dot = block.dot_of_site[basis.first] == block.dot_of_site[basis.second]
    shift = np.where(same_dot, -binding_cm1, interaction_cm1)
    diagonal = hamiltonians[:, basis.first, basis.first] + hamiltonians[:, basis.second, basis.second] + shift
    mu = block.site_dipoles_debye[rows]
    scale = np.where(basis.first == basis.second, math.sqrt(0.5), 1.0)[:, None, None]
    ladder = scale * (
        vectors[:, basis.first, :, None] * mu[:, basis.second, None, :]
        + vectors[:, basis.second, :, None] * mu[:, basis.first, None, :]
    )
    energies, dipoles = np.empty((count, pairs)), np.empty((count, pairs, sites, 3))
    for members in _islands(hamiltonians, basis):
        inside = np.isin(basis.row, members) & np.isin(basis.column, members)
        place = np.zeros(pairs, np.intp)
        place[members] = np.arange(len(members))
        matrices = np.zeros((count, len(members), len(members)))
        matrices[:, place[members], place[members]] = diagonal[:, members]
        rows_, columns = place[basis.row[inside]], place[basis.column[inside]]
        matrices[:, rows_, columns] = basis.factor[inside] * hamiltonians[:, basis.site_a, basis.site_b][:, inside]
        if len(members) == 1:
            energies[:, members], dipoles[:, members] = diagonal[:, members], ladder[:, members]
            continue
        levels, states = np.linalg.eigh(matrices)
        energies[:, members] = levels
        flat = ladder[:, members].reshape(count, len(members), -1)
        dipoles[:, members] = np.matmul(states.transpose(0, 2, 1), flat).reshape(count, len(members), sites, 3)
    return TwoExcitons(energies, dipoles)


def memory_bytes(block: Block, double_occupation: bool) -> tuple[int, int]:
    """Pairs of one cluster of a block, and the bytes that its two-exciton states take at most.

    The largest matrix, its vectors and the solver's workspace, the dipoles twice, and the table of hops. Sites that no
    chain of couplings joins make pairs of their own matrices.
    """
    sites = block.hamiltonians_cm1.shape[1]
    coupled = (block.hamiltonians_cm1 != 0.0).any(axis=0)
    group = connected_components(coo_array(coupled), directed=False)[1]
    largest, second = [*sorted(np.bincount(group).tolist(), reverse=True), 0][:2]
    matrix = max(largest * (largest + 1) // 2, largest * second)
    pairs = sites * (sites + (1 if double_occupation else -1)) // 2
    return pairs, 8 * SOLVER_MATRICES * matrix**2 + (2 * 3 * 8 + HOP_BYTES) * pairs * sites


def _islands(hamiltonians: Array, basis: PairBasis) -> list[Whole]:
    """The pairs in groups that no hop of any cluster connects."""
    coupled = (hamiltonians != 0.0).any(axis=0)[basis.site_a, basis.site_b]
    size = len(basis.first)
    graph = coo_array((np.ones(coupled.sum()), (basis.row[coupled], basis.column[coupled])), shape=(size, size))
    _, group = connected_components(graph, directed=False)
    order = np.argsort(group, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(group[order])) + 1) if size else []
