"""From graphs to Hamiltonians: the dimer in closed form, and batches of clusters of equal size.

The one-exciton block is H = sum_i E_i |i><i| + sum_{i<j} V_ij (|i><j| + |j><i|).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from physics.excitons.coupling import DIELECTRIC_INSIDE, dipole_tensor_cm1_d2, screening
from physics.excitons.graphs import NEAREST_CENTRES_NM, Columns
from physics.excitons.levels import DotLevels
from physics.excitons.two_band import TwoBand, pair_coupling_cm1
from physics.materials import material, materials
from physics.units import RADIANS_PER_FS_CM1

Array = NDArray[np.float64]
Whole = NDArray[np.intp]
MOST_PAIRS = 2_000_000  # in one batch: some 150 MB of tensors


def four_state_dimer(
    energy_a_cm1: float, energy_b_cm1: float, coupling_cm1: float, biexciton_shift_cm1: float = 0.0
) -> Array:
    """(4, 4) Hamiltonian, cm-1, of two dots in the order |00>, |10>, |01>, |11> (Lovett 2003; Cassidy 2022, Fig. 4a).

    Diagonal 0, E_a, E_b, E_a + E_b + V_XX; V_F between |10> and |01>. ValueError for a number that is not finite.
    """
    for name, value in (("energy_a_cm1", energy_a_cm1), ("energy_b_cm1", energy_b_cm1),
                        ("coupling_cm1", coupling_cm1), ("biexciton_shift_cm1", biexciton_shift_cm1)):  # fmt: skip
        if not math.isfinite(value):
            raise ValueError(f"{name} must be a finite number, but {value!r} came")
    matrix = np.diag([0.0, energy_a_cm1, energy_b_cm1, energy_a_cm1 + energy_b_cm1 + biexciton_shift_cm1])
    matrix[1, 2] = matrix[2, 1] = coupling_cm1
    return matrix


def dimer_levels_cm1(energy_a_cm1: ArrayLike, energy_b_cm1: ArrayLike, coupling_cm1: ArrayLike) -> tuple[Array, Array]:
    """Lower and upper one-exciton level, cm-1: (E_a + E_b)/2 -+ hypot(E_a - E_b, 2 V_F)/2.

    With E_mono the HIGHER monomer and dE = |E_a - E_b| > 0 this is the paper's
    E_mono - dE (1 +- sqrt(1 + 4 V^2/dE^2))/2.
    Cassidy 2022 adds that both levels lie below a monomer: that fails for the upper one, which lies above the higher
    monomer for every V_F other than 0 (level repulsion); only the lower one moves down.
    """
    a, b, v = (np.asarray(x, dtype=float) for x in (energy_a_cm1, energy_b_cm1, coupling_cm1))
    middle, half = 0.5 * (a + b), 0.5 * np.hypot(a - b, 2.0 * v)
    return middle - half, middle + half


def populations(hamiltonian_cm1: ArrayLike, initial_state: ArrayLike, times_fs: ArrayLike) -> Array:
    """(t, n) populations |<k| exp(-i H t/hbar) |psi_0>|^2 of the basis states at each time.

    `hamiltonian_cm1` (n, n) Hermitian; `initial_state`: the number of a basis state, or a vector (n,) of any length
    but zero; `times_fs` (t,). By eigen-decomposition, so the norm is kept at every time. ValueError for a matrix that
    is not Hermitian, a state that does not exist, or times that are not finite.
    """
    matrix, times = np.asarray(hamiltonian_cm1), np.atleast_1d(np.asarray(times_fs, dtype=float))
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or not np.allclose(matrix, matrix.conj().T):
        raise ValueError(f"hamiltonian_cm1 must be a square Hermitian matrix, but one of shape {matrix.shape} came")
    if np.ndim(initial_state) == 0:
        if initial_state not in range(len(matrix)):
            raise ValueError(f"initial_state must be one of 0 to {len(matrix) - 1}, but {initial_state!r} came")
        state = np.eye(len(matrix))[int(initial_state)]  # type: ignore[arg-type]
    else:
        state = np.asarray(initial_state)
        norm = np.linalg.norm(state)
        if state.shape != (len(matrix),) or norm == 0.0:
            raise ValueError(f"initial_state must be a vector of {len(matrix)} not all 0, but {initial_state!r} came")
        state = state / norm
    energies, vectors = np.linalg.eigh(matrix)
    phases = np.exp(-1j * RADIANS_PER_FS_CM1 * np.outer(times, energies))
    return np.abs((phases * (vectors.conj().T @ state)) @ vectors.T) ** 2


@dataclass(frozen=True)
class Pairs:
    """All pairs of the k clusters that have n dots: members (k, n) rows of the columns; (k, n, n) matrices per pair.

    separation_nm (k, n, n, 3) from first to second (an edge's distance wins over the positions), NaN if unknown;
    override_cm1 and gap_nm, neck_radius_nm: NaN where the graph says nothing; bonded: an edge joins the pair.
    """

    clusters: Whole
    members: Whole
    separation_nm: Array
    override_cm1: Array
    gap_nm: Array
    neck_radius_nm: Array
    bonded: NDArray[np.bool_]
    linked: NDArray[np.bool_]


def clusters_by_size(columns: Columns) -> Iterator[Pairs]:
    """The clusters of the columns in batches of one number of dots each, small enough for memory."""
    starts = np.concatenate([[0], np.cumsum(columns.sizes)])[:-1]
    bond_cluster = columns.cluster[columns.first]
    for clusters in _batches(columns.sizes):
        size = columns.sizes[clusters[0]]
        members = starts[clusters][:, None] + np.arange(size)
        row = np.full(len(columns.sizes), -1, np.intp)
        row[clusters] = np.arange(len(clusters))
        bonds = np.flatnonzero(row[bond_cluster] >= 0)
        place = (row[bond_cluster[bonds]], columns.first[bonds] - starts[bond_cluster[bonds]],
                 columns.second[bonds] - starts[bond_cluster[bonds]])  # fmt: skip
        shape = (len(clusters), int(size), int(size))

        def spread(values: Array, place: tuple[Whole, ...] = place, shape: tuple[int, ...] = shape) -> Array:
            matrix = np.full(shape, np.nan)
            matrix[place] = values
            matrix[place[0], place[2], place[1]] = values
            return matrix

        bonded = ~np.isnan(spread(np.ones(len(bonds))))
        yield Pairs(
            clusters, members, _separations(columns.position_nm[members], spread(columns.centre_distance_nm[bonds])),
            spread(columns.coupling_cm1[bonds]), spread(columns.gap_nm[bonds]), spread(columns.neck_radius_nm[bonds]),
            bonded, spread(columns.linked[bonds].astype(float)) == 1.0,
        )  # fmt: skip


def _batches(sizes: Whole) -> Iterator[Whole]:
    for size in np.unique(sizes):
        alike = np.flatnonzero(sizes == size)
        wanted = 1 + (len(alike) * int(size) ** 2 - 1) // MOST_PAIRS
        yield from np.array_split(alike, min(wanted, len(alike)))  # one cluster is never cut


def _separations(position: Array, distance: Array) -> Array:
    separation = position[:, None, :, :] - position[:, :, None, :]
    length = np.linalg.norm(separation, axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        scaled = separation * (np.where(np.isnan(distance), length, distance) / length)[..., None]
    coincident = length < NEAREST_CENTRES_NM
    scaled[coincident] = 0.0
    return scaled


def allowed_pairs(pairs: Pairs, long_range: bool) -> NDArray[np.bool_]:
    """(k, n, n) pairs whose coupling has to be computed: no override, and joined by an edge unless long_range."""
    size = pairs.members.shape[1]
    allowed = np.isnan(pairs.override_cm1) & ~np.eye(size, dtype=bool)
    return allowed if long_range else allowed & pairs.bonded


def dipole_hamiltonians(
    columns: Columns, levels: DotLevels, pairs: Pairs, long_range: bool, coupled: bool = True
) -> Array:
    """(k, n m, n m) Hamiltonians, cm-1, of k clusters with n dots of m states (row = dot * m + state).

    Every state of one dot couples to every state of another through their screened dipoles; `coupling_cm1` on an edge
    replaces that between states of the same label and leaves none between different labels.
    `coupled` False: the overrides alone. Frenkel excitons with point dipoles: assumed, also for dots that touch.
    ValueError for a pair without position or with both centres in one place.
    """
    energies, dipoles = levels.energies_cm1[pairs.members], levels.dipoles_debye[pairs.members]
    count, dots, states = energies.shape
    allowed = allowed_pairs(pairs, long_range) if coupled else np.zeros_like(pairs.bonded)
    _check_places(columns, pairs, allowed)
    tensor = dipole_tensor_cm1_d2(pairs.separation_nm)
    tensor[~allowed] = 0.0
    screened = dipoles * screening(_dielectric_inside(columns))[pairs.members][..., None, None]
    coupling = np.einsum("kisx,kijxy,kjty->kisjt", screened, tensor, screened, optimize=True)
    given = np.nan_to_num(pairs.override_cm1)
    coupling += given[:, :, None, :, None] * np.eye(states)[None, None, :, None, :]
    matrix = np.ascontiguousarray(coupling).reshape(count, dots * states, dots * states)
    diagonal = np.arange(dots * states)
    matrix[:, diagonal, diagonal] = energies.reshape(count, -1)
    return matrix


def _dielectric_inside(columns: Columns) -> Array:
    """(d,) optical constant of each dot's material; CdSe's where the catalogue holds none."""
    inside = np.full(len(columns.material), DIELECTRIC_INSIDE)
    for name in set(np.unique(columns.material).tolist()) & set(materials()):
        known = material(name).dielectric_optical
        if known is not None:
            inside[columns.material == name] = known
    return inside


def pair_matrix_cm1(columns: Columns, pairs: Pairs, long_range: bool, parameters: TwoBand) -> Array:
    """(k, n, n) effective coupling of the two-band model between equal labels; coupling_cm1 on an edge replaces it.

    Fitted to Hamilton 2023, see `two_band`. ValueError where a pair has neither a gap nor positions.
    """
    allowed = allowed_pairs(pairs, long_range)
    diameters = columns.diameter_nm[pairs.members]
    a, b = diameters[:, :, None], diameters[:, None, :]
    gap = np.where(np.isnan(pairs.gap_nm), np.linalg.norm(pairs.separation_nm, axis=-1) - 0.5 * (a + b), pairs.gap_nm)
    unknown = allowed & np.isnan(gap)
    if unknown.any():
        k, i, j = np.argwhere(unknown)[0]
        names = columns.names[pairs.members[k, i]], columns.names[pairs.members[k, j]]
        raise ValueError(f"{names[0]}: position_nm, or gap_nm of its edge to {names[1]}, is missing")
    law = pair_coupling_cm1(a, b, np.where(allowed, gap, 0.0), parameters)
    return np.where(allowed, law, np.nan_to_num(pairs.override_cm1))


def two_exciton_block(
    hamiltonian_cm1: ArrayLike,
    dot_of_site: ArrayLike,
    statistics: str = "hard-core",
    same_dot_shift_cm1: float = 0.0,
    pair_shift_cm1: float = 0.0,
) -> tuple[Array, Whole]:
    """Two-exciton Hamiltonian (f, f), cm-1, and its basis (f, 2) of site states a <= b, from a one-exciton one (s, s).

    Diagonal E_a + E_b, lowered by `same_dot_shift_cm1` (B_XX) where both sit on one dot and changed by
    `pair_shift_cm1` (V_XX) where they sit on two; off-diagonal the hops of either exciton. "hard-core": a site state
    takes one exciton, f = s(s-1)/2; "boson": any number, with the factor sqrt(2) for pairs, f = s(s+1)/2. dot_of_site
    (s,). ValueError for unknown statistics or a matrix that is not square like the sites. Exact
    for two excitons with pair interactions.
    """
    matrix, dots = np.asarray(hamiltonian_cm1, dtype=float), np.asarray(dot_of_site)
    if statistics not in ("hard-core", "boson"):
        raise ValueError(f"statistics must be one of hard-core, boson, but {statistics!r} came")
    if matrix.ndim != 2 or matrix.shape != (len(dots), len(dots)):
        raise ValueError(f"hamiltonian_cm1 must be square like dot_of_site, but shape {matrix.shape} came")
    first, second = np.triu_indices(len(dots), 1 if statistics == "hard-core" else 0)
    one = np.eye(len(dots))
    # <ab|H|cd> of two bosons: four ways to pair them, norms 1/sqrt(2) for doubly occupied states
    norm = np.where(first == second, np.sqrt(0.5), 1.0)

    def meet(left: Array, right: Array, rows: Whole, columns: Whole) -> Array:
        return left[first][:, rows] * right[second][:, columns]

    total = meet(matrix, one, first, second) + meet(one, matrix, first, second)
    total = total + meet(matrix, one, second, first) + meet(one, matrix, second, first)
    block = total * norm[:, None] * norm[None, :]
    same = dots[first] == dots[second]
    block[np.arange(len(first)), np.arange(len(first))] += np.where(same, -same_dot_shift_cm1, pair_shift_cm1)
    return block, np.stack([first, second], axis=1)


def _check_places(columns: Columns, pairs: Pairs, allowed: NDArray[np.bool_]) -> None:
    unknown = allowed & np.isnan(pairs.separation_nm[..., 0])
    if unknown.any():
        k, i, j = np.argwhere(unknown)[0]
        lacking = [p for p in (i, j) if np.isnan(columns.position_nm[pairs.members[k, p], 0])]
        name = columns.names[pairs.members[k, lacking[0]]]
        raise ValueError(f"{name}: position_nm is missing, which a pair without coupling_cm1 needs")
    coincident = allowed & (np.abs(pairs.separation_nm).max(axis=-1) == 0.0)
    if coincident.any():
        k, i, j = np.argwhere(coincident)[0]
        first, second = columns.names[pairs.members[k, i]], columns.names[pairs.members[k, j]]
        raise ValueError(f"{first}: position_nm is the same point as that of {second}")
