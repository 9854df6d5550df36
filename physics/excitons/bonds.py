"""What charge transfer does to the Hamiltonians of whole clusters: folded into shifts and couplings, or spelled out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from physics.excitons.charge_transfer import exciton_shift_and_coupling_ev
from physics.excitons.graphs import Columns
from physics.excitons.hamiltonian import Pairs
from physics.excitons.necks import bond_transfer_cm1

Array = NDArray[np.float64]
Whole = NDArray[np.intp]


@dataclass(frozen=True)
class Transfers:
    """Bonds of a batch of clusters that charges can cross: row (b,) of the batch, dots first and second (b,) within the
    cluster, and t_e, t_h, Delta_CT (b,) in cm-1."""

    row: Whole
    first: Whole
    second: Whole
    electron: Array
    hole: Array
    cost: Array


def transfers(columns: Columns, pairs: Pairs) -> Transfers:
    """All bonds without coupling_cm1 between dots of one material; bonds of unlike dots have no resonance."""
    row, i, j = np.nonzero(np.triu(pairs.bonded & np.isnan(pairs.override_cm1), 1))
    a, b = pairs.members[row, i], pairs.members[row, j]
    alike = (columns.material[a] == columns.material[b]) & (columns.shell[a] == columns.shell[b])
    known = alike & ~np.isnan(columns.diameter_nm[a] + columns.diameter_nm[b])
    row, i, j, a, b = (x[known] for x in (row, i, j, a, b))
    values = np.zeros((3, len(row)))
    kinds = np.char.add(np.char.add(columns.material[a], "/"), columns.shell[a])
    for kind in np.unique(kinds):
        own = kinds == kind
        values[:, own] = bond_transfer_cm1(
            str(columns.material[a[own][0]]), str(columns.shell[a[own][0]]) or None,
            0.5 * (columns.diameter_nm[a] + columns.diameter_nm[b])[own],
            0.5 * (columns.core_diameter_nm[a] + columns.core_diameter_nm[b])[own],
            np.nan_to_num(pairs.neck_radius_nm[row, i, j][own]), np.nan_to_num(pairs.gap_nm[row, i, j][own]),
        )  # fmt: skip
    return Transfers(row, i, j, *values)


def add_folded(matrices: Array, bonds: Transfers, states: int) -> None:
    """Add, in place, the shift of both dots and the coupling V of equal states that charge transfer folds into.

    Exact for equal dots, assumed for nearly equal ones. `matrices` (k, n m, n m), row = dot * m + state. In cm-1.
    """
    shift, coupling = exciton_shift_and_coupling_ev(bonds.electron, bonds.hole, bonds.cost)
    for state in range(states):
        first, second = bonds.first * states + state, bonds.second * states + state
        np.add.at(matrices, (bonds.row, first, first), shift)
        np.add.at(matrices, (bonds.row, second, second), shift)
        np.add.at(matrices, (bonds.row, first, second), coupling)
        np.add.at(matrices, (bonds.row, second, first), coupling)


def with_pairs(matrices: Array, bonds: Transfers) -> Iterator[tuple[Whole, Array, Array]]:
    """Hamiltonians of one-state dots with two charge-transfer pairs added for every bond.

    Yields, for the clusters with q such bonds: rows (r,), matrices (r, n + 2 q, n + 2 q) and where each state sits,
    (r, n + 2 q, n), an exciton on its dot, a pair half on each. Order: the dots, then e_b h_a and e_a h_b bond by bond.
    Hamiltonians in cm-1.
    """
    count, dots, _ = matrices.shape
    number = np.bincount(bonds.row, minlength=count)
    order = np.argsort(bonds.row, kind="stable")
    starts = np.concatenate([[0], np.cumsum(number)])[:-1]
    for many in np.unique(number):
        rows = np.flatnonzero(number == many)
        size, place = dots + 2 * int(many), np.arange(len(rows))
        whole, seats = np.zeros((len(rows), size, size)), np.zeros((len(rows), size, dots))
        whole[:, :dots, :dots] = matrices[rows]
        seats[:, np.arange(dots), np.arange(dots)] = 1.0
        for bond in range(int(many)):
            own = order[starts[rows] + bond]
            a, b = bonds.first[own], bonds.second[own]
            middle = 0.5 * (matrices[rows, a, a] + matrices[rows, b, b]) + bonds.cost[own]
            for pair, to_a, to_b in ((dots + 2 * bond, bonds.electron[own], bonds.hole[own]),
                                     (dots + 2 * bond + 1, bonds.hole[own], bonds.electron[own])):  # fmt: skip
                whole[place, pair, pair] = middle
                whole[place, a, pair] = whole[place, pair, a] = -to_a
                whole[place, b, pair] = whole[place, pair, b] = -to_b
                seats[place, pair, a] = seats[place, pair, b] = 0.5
        yield rows, whole, seats
