"""Dots linked by molecules, exactly: shared furniture for whatever draws such graphs.

A molecule's free end takes a dot at random, or two sites are joined at random; either way the graph of like dots is a
random graph with Poisson degrees of mean mu, and its clusters are the total progeny of a Poisson branching process.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.special import gammaln


def mean_degree(linkers: float, conversion: float, law: str) -> float:
    """mu: a dot sends and receives lambda p links each (end-to-surface), or uses lambda p sites (site-to-site)."""
    return {"end-to-surface": 2.0, "site-to-site": 1.0}[law] * linkers * conversion


def borel_share(size: int, mu: float) -> float:
    """Share of dots in clusters of `size`, Borel 1942: exp(-mu n) (mu n)^(n-1) / n!."""
    return math.exp(-mu * size + (size - 1) * math.log(mu * size) - gammaln(size + 1))


def clusters_per_dot(size: int, mu: float) -> float:
    """Clusters of `size` per dot, borel_share / n; these add up to 1 - mu/2 below the gel point."""
    return borel_share(size, mu) / size


def giant_share(mu: float) -> float:
    """Share of dots in the infinite cluster: the largest root of g = 1 - exp(-mu g) (Erdos and Renyi 1960)."""
    share = 1.0 if mu > 1.0 else 0.0
    for _ in range(2000):
        share = 1.0 - math.exp(-mu * share)
    return share


def rings_expected(mu: float) -> float:
    """Rings in a flask of any size below the gel point: sum over k >= 2 of mu^k/(2k); a pair twice joined is one."""
    return -0.5 * math.log1p(-mu) - 0.5 * mu


def unlike_shares(areas: np.ndarray, sent: float) -> tuple[float, float]:
    """Shares of dots that are alone and in pairs where a dot is taken by its area; all send Poisson(sent) links.

    With x = area over mean: a dot is alone with exp(-s (1 + x)); a pair i, j is joined at rate s (x_i + x_j) / N.
    """
    x = areas / areas.mean()
    alone = np.exp(-sent * (1.0 + x))
    return float(alone.mean()), float(2.0 * sent * alone.mean() * (x * alone).mean())


def unlike_gel_point(areas: np.ndarray, linkers: np.ndarray) -> float:
    """1 over the largest eigenvalue of the mean matrix of dots of few kinds, all kinds as many (dense, slow twin)."""
    x = areas / areas.mean()
    matrix = (np.outer(linkers, x) + np.outer(x, linkers)) / areas.size
    return 1.0 / float(np.linalg.eigvalsh(matrix).max())
