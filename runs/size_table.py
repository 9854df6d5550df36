"""Cluster sizes of a run as a table: shares by every denominator, their intervals, and the rival laws beside them."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from assembly import Assembly
from assembly.yields import LAWS, mean_size, share, size_counts


@dataclass(frozen=True)
class SizeTable:
    """One row per size from 1 to the largest (at least 3); shares in [0, 1], 95 % intervals over replicas.

    Every column is (sizes,).
    """

    size: np.ndarray
    clusters: np.ndarray  # mean count per replica
    of_particles: np.ndarray
    of_particles_low: np.ndarray
    of_particles_high: np.ndarray
    of_objects: np.ndarray
    of_objects_low: np.ndarray
    of_objects_high: np.ndarray
    of_assemblies: np.ndarray  # NaN for monomers, and where there are none
    flory: np.ndarray  # shares of objects at the same mean size
    poisson: np.ndarray

    def columns(self) -> dict[str, Sequence[Any]]:
        """The table as cluster_sizes.csv holds it: sizes that occur, with the laws beside them."""
        occurs = self.clusters > 0
        arrays = {item.name: getattr(self, item.name) for item in fields(self)}
        return {name: values[occurs].tolist() for name, values in arrays.items()}


def size_table(assembly: Assembly) -> SizeTable:
    """The table of one simulated flask."""
    counts = size_counts(assembly.clusters["replica"], assembly.clusters["size"], assembly.flask.replicas)
    if counts.shape[1] < 3:
        counts = np.pad(counts, ((0, 0), (0, 3 - counts.shape[1])))
    size = np.arange(1, counts.shape[1] + 1)
    objects, particles = counts.sum(axis=1), counts @ size
    assemblies = float(counts[:, 1:].sum())
    of_objects = np.array([_share(counts[:, n - 1], objects) for n in size])
    of_particles = np.array([_share(n * counts[:, n - 1], particles, n) for n in size])
    shares = counts.sum(axis=0) / assemblies if assemblies else np.full(len(size), np.nan)
    mean = mean_size(counts)
    return SizeTable(
        size=size,
        clusters=counts.mean(axis=0),
        of_particles=of_particles[:, 0],
        of_particles_low=of_particles[:, 1],
        of_particles_high=of_particles[:, 2],
        of_objects=of_objects[:, 0],
        of_objects_low=of_objects[:, 1],
        of_objects_high=of_objects[:, 2],
        of_assemblies=np.where(size > 1, shares, np.nan),
        flory=LAWS["flory"](mean, size),
        poisson=LAWS["poisson"](mean, size),
    )


def _share(part: np.ndarray, whole: np.ndarray, dots_per_draw: int = 1) -> tuple[float, float, float]:
    """(value, low, high); the dots of one cluster count as one draw."""
    found = share(part / dots_per_draw, whole / dots_per_draw)
    return (np.nan, np.nan, np.nan) if found is None else (found.value, found.low, found.high)
