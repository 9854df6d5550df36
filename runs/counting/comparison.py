"""Measured against simulated: what a run folder says of its sizes, and the laws beside each other."""

import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assembly.rival_laws import compare_laws, effective_objects
from runs.complaints import RecipeError
from runs.counting.count import CLASSES, Outcome
from runs.folder import is_ours
from runs.store import plain

LARGEST_BYTES = 50_000_000


@dataclass(frozen=True)
class Run:
    """What a run folder says: clusters of 1, 2, 3, 4+ dots in all its replicas, and the lobe distance of its dimers.

    clusters (4,): counts; of_particles (4,): shares of particles.
    """

    name: str
    clusters: np.ndarray
    of_particles: np.ndarray
    lobe_distance_nm: float | None


def read_run(folder: str) -> Run:
    """From summary.json of a run folder; RecipeError says in one sentence what is wrong."""
    path = Path(folder).expanduser()
    if not path.is_dir() or not is_ours(path):
        raise RecipeError(f"--against: wanted a run folder of qdmer, got {folder[:200]}.")
    try:
        file = path / "summary.json"
        if file.stat().st_size > LARGEST_BYTES:
            raise ValueError("it is too long")
        summary = json.loads(file.read_text(encoding="utf-8"))
        replicas = float(summary["replicas"])
        clusters, particles = np.zeros(4), np.zeros(4)
        for size, row in summary["cluster_sizes"].items():
            n = int(size)
            if n < 1:
                raise ValueError(f"a cluster of {n} dots")
            clusters[min(n, 4) - 1] += float(row["clusters"]) * replicas
            particles[min(n, 4) - 1] += float(row["of_particles"])
        distance = ((summary.get("dimer_geometry") or {}).get("centre_distance_nm") or {}).get("mean")
        sound = np.all(np.isfinite(clusters)) and clusters.sum() > 0 and np.all(clusters >= 0)
        if not sound or not (distance is None or 0.0 < float(distance) < math.inf):
            raise ValueError("numbers that no run has")
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise RecipeError(
            f"--against: wanted a run folder whose summary.json holds its cluster sizes, got {folder[:200]} "
            f"({' '.join(str(error).split())[:80]})."
        ) from None
    return Run(path.absolute().name, clusters, particles, None if distance is None else float(distance))


def compared(outcome: Outcome, run: Run | None) -> dict[str, Any]:
    """Every law's AIC and G-test on the measured sizes: corrected where there is a correction, raw otherwise.

    Corrected shares enter with the number of objects whose counting error alone would be as wide as the dimers'
    interval, so that the uncertainty of the correction weakens the verdict.
    """
    counts, basis = np.asarray(outcome.counts, dtype=float), "raw counts"
    if outcome.corrected is not None:
        shares = outcome.corrected.of_objects
        value, low, high = (min(max(float(x), 0.0), 1.0) for x in shares["2"])
        most = float(counts.sum())
        number = min(most, effective_objects(value, low, high)) if high > low else most
        values = np.array([float(shares[name][0]) for name in CLASSES])
        counts, basis = number * values / values.sum(), "corrected shares"
    fits = compare_laws(counts, None if run is None else run.clusters)
    return dict(plain({
        "basis": basis,
        "effective_objects": float(counts.sum()),
        "measured_of_objects": dict(zip(CLASSES, counts / counts.sum(), strict=True)),
        "simulated": None if run is None else run.name,
        "laws": [
            {**{k: v for k, v in asdict(fit).items() if k != "shares"}, "aic_above_best": fit.aic - fits[0].aic,
             "of_objects": dict(zip(CLASSES, fit.shares, strict=True))}
            for fit in fits
        ],
    }))  # fmt: skip
