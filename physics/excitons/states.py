"""From graphs to eigenstates: `Excitons` of one cluster, `Ensemble` of many, one block for each size."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import networkx as nx
import numpy as np
from numpy.typing import ArrayLike, NDArray

from physics.excitons import graphs as graph_columns
from physics.excitons.blocks import Block, diagonalised, diagonalised_by_label, diagonalised_with_pairs
from physics.excitons.bonds import add_folded, transfers, with_pairs
from physics.excitons.hamiltonian import clusters_by_size, dipole_hamiltonians, pair_matrix_cm1
from physics.excitons.levels import DotLevels, band_edge_levels, shell_shifts_cm1, site_levels, two_band_levels
from physics.excitons.sheets import real_array
from physics.excitons.two_band import TwoBand

Array = NDArray[np.float64]
Whole = NDArray[np.intp]
Statistics = Literal["hard-core", "boson"]


@dataclass(frozen=True)
class Excitons:
    """One cluster: energies_cm1 (n,) ascending (two_band: by label), dipoles_debye (n, 3) in the laboratory frame,
    vectors (n, n) whose columns are states, participation (n,) = 1/sum_k p_k^2 over dots k, labels (n,)."""

    energies_cm1: Array
    dipoles_debye: Array
    vectors: Array
    participation: Array
    labels: tuple[str, ...]
    hamiltonian_cm1: Array
    dot_of_site: Whole
    model: str = "site"
    clipped: int = 0

    def as_ensemble(self) -> Ensemble:
        """An ensemble of this one cluster."""
        site_dipoles = self.vectors @ self.dipoles_debye
        block = Block(np.zeros(1, np.intp), self.energies_cm1[None], self.dipoles_debye[None], self.vectors[None],
                      self.participation[None], self.hamiltonian_cm1[None], site_dipoles[None],
                      self.dot_of_site, self.labels)  # fmt: skip
        return Ensemble((block,), np.ones(1), self.labels, self.model, clipped=self.clipped)


@dataclass(frozen=True)
class Ensemble:
    """Many clusters, of one size or mixed. Every spectrum of it is the weighted mean over its clusters.

    blocks: the clusters of each size; weights (N,); labels of the states (of the largest cluster). The arrays
    energies_cm1 (N, n), dipoles_debye (N, n, 3), participation (N, n) hold one row per cluster in the order given;
    where sizes are mixed, n is the largest and shorter rows end in NaN. clipped: dots moved to the end of a curve.
    weights: how many clusters each stands for, a relative number; participation: a number of dots, dimensionless.
    """

    blocks: tuple[Block, ...]
    weights: Array
    labels: tuple[str, ...] = ()
    model: str = "site"
    statistics: Statistics = "hard-core"
    anharmonicity_cm1: float = 0.0
    clipped: int = 0

    def _padded(self, name: str) -> Array:
        if len(self.blocks) == 1:
            block = self.blocks[0]
            return getattr(block, name)[np.argsort(block.clusters)]
        widest = max(block.energies_cm1.shape[1] for block in self.blocks)
        first = getattr(self.blocks[0], name)
        padded = np.full((len(self.weights), widest, *first.shape[2:]), np.nan)
        for block in self.blocks:
            padded[block.clusters, : block.energies_cm1.shape[1]] = getattr(block, name)
        return padded

    @cached_property
    def energies_cm1(self) -> Array:
        """(N, n) levels of each cluster in cm-1, in the order of the clusters; NaN where a cluster has fewer."""
        return self._padded("energies_cm1")

    @cached_property
    def dipoles_debye(self) -> Array:
        """(N, n, 3) transition dipoles in Debye, in the laboratory frame; NaN where a cluster has fewer states."""
        return self._padded("dipoles_debye")

    @cached_property
    def participation(self) -> Array:
        """(N, n) number of dots that each state is spread over, 1/sum_k p_k^2; NaN where a cluster has fewer states."""
        return self._padded("participation")

    def __len__(self) -> int:
        return len(self.weights)


MODELS = ("site", "band_edge", "two_band", "two_band_2s")
MECHANISMS = ("dipole", "charge_transfer", "charge_transfer_pairs", "fine_structure", "shape", "shell")


def ensemble(
    graphs: Iterable[nx.Graph],
    model: str = "site",
    weights: ArrayLike | None = None,
    statistics: Statistics = "hard-core",
    anharmonicity_cm1: float = 0.0,
    *,
    long_range: bool = True,
    curve: str | None = None,
    mechanisms: tuple[str, ...] = ("dipole",),
    parameters: TwoBand | None = None,
) -> Ensemble:
    """Excitons of many clusters, whose sizes may be mixed.

    weights (N,): None takes each graph's own attribute `weight`, 1 where it has none. `statistics` and
    `anharmonicity_cm1` say how two excitons share a cluster (used by the two-dimensional spectra). `mechanisms` of the
    models site and band_edge: "dipole" coupling; "charge_transfer" through necks, shells and gaps, folded into the
    excitons, or "charge_transfer_pairs" with the pairs as states of their own (site: n + 2 bonds states); "shape", the
    levels of the aspect ratio that a neck stands for (the same delocalisation from its other side: one of the three);
    "fine_structure", these levels without their common shift; "shell", the red shift of a core by its shell. The
    two-band models have their own effective coupling, with `parameters`. `curve`: CdSe's sizing curve. Raises
    ValueError naming the node or edge and the attribute where a graph does not say enough.
    """
    graphs = list(graphs)
    if not graphs:
        raise ValueError("graphs must hold at least one graph, but none came")
    _check_choices(model, statistics, mechanisms)
    columns = graph_columns.read_graphs(graphs)
    shares = graph_columns.weights_of(graphs) if weights is None else _weights(weights, len(graphs))
    if shares.sum() <= 0.0:
        raise ValueError("weights must not all be 0")
    levels = _levels(columns, model, curve, mechanisms, parameters)
    if "shell" in mechanisms:
        levels = replace(levels, energies_cm1=levels.energies_cm1 + shell_shifts_cm1(columns)[:, None])
    blocks = blocks_of(columns, levels, long_range, mechanisms, parameters)
    labels = max((block.labels for block in blocks), key=len)
    return Ensemble(tuple(blocks), shares, labels, model, statistics, float(anharmonicity_cm1), levels.clipped)


def blocks_of(
    columns: graph_columns.Columns,
    levels: DotLevels,
    long_range: bool = True,
    mechanisms: tuple[str, ...] = ("dipole",),
    parameters: TwoBand | None = None,
) -> list[Block]:
    """The eigenstates of all clusters of the columns, one block for each number of dots.

    ValueError where the two-band model lacks a diameter or a distance.
    """
    blocks = []
    for pairs in clusters_by_size(columns):
        count, dots = pairs.members.shape
        dipoles = levels.dipoles_debye[pairs.members]
        if levels.by_label:
            couplings = pair_matrix_cm1(columns, pairs, long_range, parameters or TwoBand())
            energies = levels.energies_cm1[pairs.members]
            blocks.append(diagonalised_by_label(pairs.clusters, energies, couplings, dipoles, levels.labels))
            continue
        matrices = dipole_hamiltonians(columns, levels, pairs, long_range, "dipole" in mechanisms)
        if "charge_transfer" in mechanisms:
            add_folded(matrices, transfers(columns, pairs), len(levels.labels))
        if "charge_transfer_pairs" in mechanisms:
            for rows, whole, seats in with_pairs(matrices, transfers(columns, pairs)):
                blocks.append(diagonalised_with_pairs(pairs.clusters[rows], whole, dipoles[rows, :, 0], seats))
            continue
        dot_of_site = np.repeat(np.arange(dots), len(levels.labels))
        blocks.append(diagonalised(pairs.clusters, matrices, dipoles.reshape(count, -1, 3), dot_of_site))
    return blocks


def _levels(columns: graph_columns.Columns, model: str, curve: str | None, mechanisms: tuple[str, ...],
            parameters: TwoBand | None) -> DotLevels:  # fmt: skip
    if model == "site":
        return site_levels(columns, curve, "shape" in mechanisms)
    if model == "band_edge":
        shaped = bool({"shape", "fine_structure"} & set(mechanisms))
        return band_edge_levels(columns, curve, shaped, "shape" in mechanisms)
    return two_band_levels(columns, curve, model == "two_band_2s", parameters)


def excitons(
    graph: nx.Graph,
    model: str = "site",
    long_range: bool = True,
    *,
    curve: str | None = None,
    mechanisms: tuple[str, ...] = ("dipole",),
    parameters: TwoBand | None = None,
) -> Excitons:
    """Excitons of one cluster, its dots in the order of the graph's nodes; keywords as in `ensemble`.

    `coupling_cm1` on an edge replaces every mechanism of that pair; long_range=False: only edges couple. ValueError as
    there.
    """
    many = ensemble([graph], model, [1.0], long_range=long_range, curve=curve, mechanisms=mechanisms,
                    parameters=parameters)  # fmt: skip
    block = many.blocks[0]
    return Excitons(block.energies_cm1[0], block.dipoles_debye[0], block.vectors[0], block.participation[0],
                    many.labels, block.hamiltonians_cm1[0], block.dot_of_site, model, many.clipped)  # fmt: skip


def ensemble_from_arrays(
    energies_cm1: ArrayLike,
    dipoles_debye: ArrayLike,
    couplings_cm1: ArrayLike,
    weights: ArrayLike | None = None,
    statistics: Statistics = "hard-core",
    anharmonicity_cm1: float = 0.0,
) -> Ensemble:
    """N clusters of m one-state dots from arrays: energies (N, m), dipoles (N, m, 3), couplings (N, m, m).

    Only off-diagonal couplings are used; they must be symmetric. weights (N,), 1 each if None. In cm-1 and Debye.
    ValueError for shapes that do not fit, numbers that are not finite or weights that are negative.
    """
    energies = _finite_array("energies_cm1", energies_cm1, 2)
    dipoles, couplings = (
        _finite_array("dipoles_debye", dipoles_debye, 3),
        _finite_array("couplings_cm1", couplings_cm1, 3),
    )
    count, sites = energies.shape
    for name, array, wanted in (
        ("dipoles_debye", dipoles, (count, sites, 3)),
        ("couplings_cm1", couplings, (count, sites, sites)),
    ):
        if array.shape != wanted:
            raise ValueError(f"{name} must have the shape {wanted}, but {array.shape} came")
    if not np.allclose(couplings, couplings.transpose(0, 2, 1)):
        worst = float(np.abs(couplings - couplings.transpose(0, 2, 1)).max())
        raise ValueError(
            f"couplings_cm1 must be symmetric in its last two axes, but elements that differ by {worst:g} came"
        )
    _check_choices("site", statistics, ())
    shares = np.ones(count) if weights is None else _weights(weights, count)
    matrices = couplings.copy()
    matrices[:, np.arange(sites), np.arange(sites)] = energies
    block = diagonalised(np.arange(count), matrices, dipoles, np.arange(sites))
    return Ensemble((block,), shares, block.labels, "site", statistics, float(anharmonicity_cm1))


def _check_choices(model: str, statistics: str, mechanisms: tuple[str, ...]) -> None:
    if isinstance(mechanisms, str) or not set(mechanisms) <= set(MECHANISMS):
        raise ValueError(f"mechanisms must be a tuple out of {', '.join(MECHANISMS)}, but {mechanisms!r} came")
    if len({"charge_transfer", "charge_transfer_pairs", "shape"} & set(mechanisms)) > 1:
        raise ValueError(
            "mechanisms must hold one of charge_transfer, charge_transfer_pairs and shape: they are one "
            f"delocalisation, but {mechanisms!r} came"
        )
    if "charge_transfer_pairs" in mechanisms and model != "site":
        raise ValueError(f"mechanisms: charge_transfer_pairs needs the model site, but {model!r} came")
    for name, value, known in (("model", model, MODELS), ("statistics", statistics, ("hard-core", "boson"))):
        if value not in known:
            raise ValueError(f"{name} must be one of {', '.join(known)}, but {value!r} came")


def _finite_array(name: str, values: ArrayLike, dimensions: int) -> Array:
    try:
        array = real_array(values)
    except (TypeError, ValueError):
        came = "complex numbers" if np.iscomplexobj(values) else f"a {type(values).__name__}"
        raise ValueError(f"{name} must be an array of real numbers, but {came} came") from None
    if array.ndim != dimensions or not np.isfinite(array).all() or not array.size:
        raise ValueError(f"{name} must be {dimensions}-dimensional and finite, but shape {array.shape} came")
    return array


def _weights(weights: ArrayLike, count: int) -> Array:
    shares = np.asarray(weights, dtype=float)
    if shares.shape != (count,) or not np.isfinite(shares).all() or (shares < 0.0).any():
        raise ValueError(f"weights must be {count} finite numbers, none negative, but {weights!r} came")
    return shares


def as_ensemble(many: Ensemble | Excitons) -> Ensemble:
    """`many` itself, or an ensemble of one cluster; ValueError for anything else."""
    if isinstance(many, Excitons):
        return many.as_ensemble()
    if not isinstance(many, Ensemble):
        raise ValueError(f"ensemble must be an Ensemble or Excitons, but a {type(many).__name__} came")
    return many


def weighted_levels(many: Ensemble | Excitons) -> tuple[Array, Array, Array]:
    """All states in one row: energies (S,), dipoles (S, 3), weights (S,) that are normalised over the clusters.

    In cm-1 and Debye. ValueError for what is neither an Ensemble nor Excitons.
    """
    many = as_ensemble(many)
    shares = many.weights / many.weights.sum()
    energies = np.concatenate([block.energies_cm1.ravel() for block in many.blocks])
    dipoles = np.concatenate([block.dipoles_debye.reshape(-1, 3) for block in many.blocks])
    weights = np.concatenate([np.repeat(shares[block.clusters], block.energies_cm1.shape[1]) for block in many.blocks])
    return energies, dipoles, weights
