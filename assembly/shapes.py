"""The shape of a cluster: measures of where its dots stand, and the law by which clusters fill space."""

from __future__ import annotations

from dataclasses import dataclass

import networkx as nx
import numpy as np
from scipy.spatial.distance import pdist

LINEAR_SHARE = 0.8  # a linear cluster's ends lie at least this share of its contour apart
ONE_PLACE_NM = 1e-9  # dots nearer than this have coalesced and are one body


def radius_of_gyration_nm(
    positions_nm: np.ndarray, weights: np.ndarray | None = None, radii_nm: np.ndarray | None = None
) -> float:
    """Rg = sqrt(sum_k w_k (|r_k - r_c|^2 + 3 R_k^2 / 5) / sum_k w_k), nm, about the weighted centre r_c.

    positions_nm: (n, 3). weights: (n,), left out: equal. radii_nm: (n,) of homogeneous spheres, left out: points.
    ValueError for positions that are no (n, 3) or weights that do not fit.
    """
    places, share = _places(positions_nm), _shares(positions_nm, weights)
    square = share @ np.sum((places - share @ places) ** 2, axis=1)
    if radii_nm is not None:
        square += 0.6 * share @ np.asarray(radii_nm, dtype=float) ** 2
    return float(np.sqrt(square))


def end_to_end_nm(positions_nm: np.ndarray) -> float:
    """Largest distance between two centres, nm; 0 for one dot. positions_nm: (n, 3), else ValueError."""
    places = _places(positions_nm)
    return float(pdist(places).max()) if len(places) > 1 else 0.0


def aspect_ratio(positions_nm: np.ndarray, radii_nm: np.ndarray, weights: np.ndarray | None = None) -> float:
    """Length over width: the cluster's extents, dots' radii included, along the gyration tensor's first two axes.

    The tensor is S = sum_k w_k (r_k - r_c)(r_k - r_c)^T / sum_k w_k. A dimer of two touching spheres has 2, a straight
    chain of n spheres n, one dot 1. A micrograph shows at most about this ratio. positions_nm: (n, 3). radii_nm and
    weights w_k: (n,), left out: equal. ValueError for other shapes of positions or weights.
    """
    places, share = _places(positions_nm), _shares(positions_nm, weights)
    apart = places - share @ places
    if np.abs(apart).max() < ONE_PLACE_NM:
        return 1.0
    axes = np.linalg.eigh(apart.T @ (share[:, None] * apart))[1][:, ::-1]
    along = apart @ axes
    radii = np.asarray(radii_nm, dtype=float)[:, None]
    extent = (along + radii).max(axis=0) - (along - radii).min(axis=0)
    return float(extent[0] / extent[1])


def coordination_numbers(dots: int, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """(dots,) bonds of every dot. first and second (b,): the dots of each bond. Indices in, counts out."""
    return np.bincount(np.concatenate([first, second]).astype(np.int64), minlength=dots)


def is_linear(positions_nm: np.ndarray, first: np.ndarray, second: np.ndarray) -> bool:
    """Whether the bonds form a path whose ends lie at least 0.8 of its contour apart.

    The contour is the sum of the bonds' centre distances. Dots at one place (coalesced) are one body; two bodies are
    always linear, one never is. positions_nm: (n, 3), else ValueError; first and second (b,): the dots of each bond.
    The latter are indices.
    """
    places = _places(positions_nm)
    a, b = np.asarray(first, dtype=np.int64), np.asarray(second, dtype=np.int64)
    lengths = np.linalg.norm(places[a] - places[b], axis=1)
    body = np.arange(len(places))
    for one, other in zip(a[lengths < ONE_PLACE_NM], b[lengths < ONE_PLACE_NM], strict=True):
        body[body == body[other]] = body[one]
    apart = lengths >= ONE_PLACE_NM
    if not np.any(apart):
        return False
    count = coordination_numbers(len(places), body[a[apart]], body[b[apart]])
    ends = np.flatnonzero(count == 1)
    if count.max() > 2 or ends.size != 2:
        return False
    return bool(np.linalg.norm(places[ends[0]] - places[ends[1]]) >= LINEAR_SHARE * lengths[apart].sum())


@dataclass(frozen=True)
class Shape:
    """Measures of one cluster; see the functions of the same names. Weights are the dots' volumes.

    aspect_ratio is dimensionless; coordination: the mean number of bonds per dot.
    """

    dots: int
    radius_of_gyration_nm: float
    end_to_end_nm: float
    aspect_ratio: float
    coordination: float  # mean over dots
    linear: bool


def shape(graph: nx.Graph) -> Shape:
    """The measures of a cluster's graph, from `position_nm` and `diameter_nm` of its nodes."""
    places = np.array([graph.nodes[k]["position_nm"] for k in graph], dtype=float)
    radii = 0.5 * np.array([graph.nodes[k]["diameter_nm"] for k in graph], dtype=float)
    order = {node: k for k, node in enumerate(graph)}
    bonds = np.array([(order[a], order[b]) for a, b in graph.edges], dtype=np.int64).reshape(-1, 2)
    return Shape(
        dots=len(places),
        radius_of_gyration_nm=radius_of_gyration_nm(places, radii**3, radii),
        end_to_end_nm=end_to_end_nm(places),
        aspect_ratio=aspect_ratio(places, radii, radii**3),
        coordination=2.0 * len(bonds) / len(places),
        linear=is_linear(places, bonds[:, 0], bonds[:, 1]),
    )


def linear_share(graphs: list[nx.Graph], smallest: int = 3, largest: int = 6) -> float | None:
    """Weighted share (graph attribute `weight`, 1 where absent) of linear clusters among those of so many dots.

    None where there are no such clusters.
    """
    chosen = [graph for graph in graphs if smallest <= graph.number_of_nodes() <= largest]
    weights = np.array([graph.graph.get("weight", 1.0) for graph in chosen])
    if weights.sum() == 0.0:
        return None
    return float(weights @ np.array([shape(graph).linear for graph in chosen]) / weights.sum())


def fractal_dimension(dots: np.ndarray, radii_of_gyration_nm: np.ndarray) -> tuple[float, float]:
    """(D, its standard error) of Rg ~ n^(1/D): least squares of ln Rg against ln n, D = 1/slope.

    dots, radii_of_gyration_nm: (clusters,) of independent clusters. The error is that of the slope, from the scatter
    about the line, carried over: sigma_D = D^2 sigma_slope. Raises ValueError where no slope is determined.
    """
    n, rg = np.asarray(dots, dtype=float), np.asarray(radii_of_gyration_nm, dtype=float)
    if n.shape != rg.shape or n.size < 3 or np.unique(n).size < 2 or not (np.all(n > 0.0) and np.all(rg > 0.0)):
        raise ValueError(
            "dots and radii_of_gyration_nm must be positive, of one length of at least 3 and of more than one size,"
            f" got {n.size} and {rg.size} values"
        )
    x, y = np.log(n), np.log(rg)
    x -= x.mean()
    slope = float(x @ y / (x @ x))
    scatter = y - y.mean() - slope * x
    error = float(np.sqrt(scatter @ scatter / (n.size - 2) / (x @ x)))
    return 1.0 / slope, error / slope**2


def _places(positions_nm: np.ndarray) -> np.ndarray:
    places = np.asarray(positions_nm, dtype=float)
    if places.ndim != 2 or places.shape[1] != 3 or len(places) == 0:
        raise ValueError(f"positions_nm must have the shape (dots, 3), got {places.shape}")
    return places


def _shares(positions_nm: np.ndarray, weights: np.ndarray | None) -> np.ndarray:
    if weights is None:
        return np.full(len(positions_nm), 1.0 / len(positions_nm))
    heavy = np.asarray(weights, dtype=float)
    if heavy.shape != (len(positions_nm),) or not np.all(heavy >= 0.0) or heavy.sum() == 0.0:
        raise ValueError(f"weights must hold one number of at least 0 for each dot, not all 0, got {weights!r}")
    return np.asarray(heavy / heavy.sum())
