"""The numbers of `summary.json`: what an assembly amounts to, every share with its denominator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from itertools import combinations_with_replacement
from typing import Any

import numpy as np

from assembly import yields
from assembly.state import BOND_STATES, FACET_PAIRS

RESOLVABLE_ASPECT_RATIO = 1.15  # assumed: below it a microscope takes a fused pair for one dot

Columns = Mapping[str, np.ndarray]


def dimer_bonds(bonds: Columns, clusters: Columns) -> np.ndarray:
    """Rows of the bonds that join the two dots of a dimer. Shape (dimers,). Indices into the columns."""
    return np.flatnonzero(clusters["size"][bonds["cluster"]] == 2)


def resolvable_dimers(bonds: Columns, clusters: Columns, replicas: int) -> np.ndarray:
    """Dimers of each replica that a microscope sees as two, (replicas,): aspect ratio above 1.15."""
    rows = dimer_bonds(bonds, clusters)
    seen = rows[bonds["aspect_ratio"][rows] > RESOLVABLE_ASPECT_RATIO]
    return np.bincount(bonds["replica"][seen], minlength=replicas)


def pair_shares(particles: Columns, bonds: Columns, clusters: Columns, names: list[str]) -> dict[str, float]:
    """Of all dimers, the share that joins each pair of kinds; zeros where there is no dimer."""
    rows = dimer_bonds(bonds, clusters)
    one, other = particles["kind"][bonds["first"][rows]], particles["kind"][bonds["second"][rows]]
    low, high = np.minimum(one, other), np.maximum(one, other)
    pairs = combinations_with_replacement(range(len(names)), 2)
    return {f"{names[a]}-{names[b]}": float(np.mean((low == a) & (high == b))) if rows.size else 0.0 for a, b in pairs}


def mixed_share(particles: Columns, clusters: Columns) -> float | None:
    """Of all clusters of two or more dots, the share that joins unlike kinds; None where there is no such cluster."""
    total = clusters["size"].size
    least = np.full(total, np.iinfo(np.int32).max)
    most = np.full(total, -1)
    np.minimum.at(least, particles["cluster"], particles["kind"])
    np.maximum.at(most, particles["cluster"], particles["kind"])
    assemblies = clusters["size"] >= 2
    return float(np.mean((least != most)[assemblies])) if assemblies.any() else None


def bond_states(bonds: Columns) -> dict[str, float]:
    """Of all bonds, the share in each state; zeros where there is no bond."""
    total = bonds["state"].size
    return {name: float(np.mean(bonds["state"] == k)) if total else 0.0 for k, name in enumerate(BOND_STATES)}


def facet_shares(bonds: Columns) -> dict[str, float] | None:
    """Of the bonds whose facets are told apart, the share between like and unlike facets; None where none are."""
    told = bonds["facets"][bonds["facets"] > 0]
    if not told.size:
        return None
    return {name: float(np.mean(told == k)) for k, name in enumerate(FACET_PAIRS) if k > 0}


def dimer_geometry(bonds: Columns, clusters: Columns) -> dict[str, dict[str, float | None]]:
    """Mean and standard deviation over all dimers of their bond's geometry; None where there is no dimer.

    Strain and aspect ratio are dimensionless, lengths in nm.
    """
    rows = dimer_bonds(bonds, clusters)
    quantities = {
        name: bonds[name][rows] for name in ("strain", "centre_distance_nm", "neck_radius_nm", "aspect_ratio")
    }
    return {
        name: {
            "mean": float(values.mean()) if rows.size else None,
            "sd": float(values.std()) if rows.size else None,
        }
        for name, values in quantities.items()
    }


def summary(particles: Columns, bonds: Columns, clusters: Columns, replicas: int, names: list[str]) -> dict[str, Any]:
    """The part of `summary.json` that the columns decide; `names` are the kinds' names in order.

    ValueError for an assembly without any cluster.
    """
    counts = yields.size_counts(clusters["replica"], clusters["size"], replicas)
    resolvable = resolvable_dimers(bonds, clusters, replicas)
    return {
        "cluster_sizes": yields.cluster_sizes(counts),
        "dimer_yield": yields.dimer_yield(counts, resolvable),
        "rival_laws": {law: asdict(yields.compare(counts, law)) for law in yields.LAWS},
        "pair_shares": pair_shares(particles, bonds, clusters, names),
        "mixed_share": mixed_share(particles, clusters) if len(names) > 1 else None,
        "bond_states": bond_states(bonds),
        "facet_shares": facet_shares(bonds),
        "dimer_geometry": dimer_geometry(bonds, clusters),
    }
