"""Third-order response of a whole ensemble: photon echoes, their non-rephasing partners, and what they are made of.

The average of sums of complex exponentials over static disorder is a non-uniform Fourier transform, so all clusters go
at once. S(t1, t2, t3) is the polarisation P divided by -i (and by the three fields), positive for GSB and SE, negative
for ESA; the pathways and their phases stand in `pathways`. Decays: exp(-t/T) of the optical coherences over t1 and t3;
over t2 of the coherences between one-exciton states, and of the populations, GSB among them, because a population that
returns to the ground state fills the hole that it has left there.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from physics.excitons.blocks import Block
from physics.excitons.states import Ensemble, Excitons
from physics.spectra import axes
from physics.spectra.pathways import PATHWAYS, POPULATION, clusters_of, pathways
from physics.spectra.pulses import Pulse
from physics.spectra.question import Method, Plan, Question, Signal, mean_level_cm1, plan, waiting_classes
from physics.spectra.transforms import add_direct, matrix_products, nufft

try:
    from threadpoolctl import threadpool_limits
except ImportError:  # then one part at a time, with the library's own threads
    threadpool_limits = None

Array = NDArray[np.float64]
Complex = NDArray[np.complex128]
Whole = NDArray[np.intp]
PRUNED = 1e-2  # of the tolerance: pathways that weak against the strongest are left out (never above 1e-8 by default)
PATHS_PER_PART = 800_000  # of one transform, which takes about a second on one thread
LEAST_PATHS_PER_PART = 60_000
# Seconds of one thread, measured on an AMD EPYC: a pathway through the 3-D NUFFT; a point of its grid; a complex
# multiplication and addition in the direct sum and in matrix products; what one cluster costs there besides.
PATH_S, GRID_POINT_S, DIRECT_S, PRODUCT_S, CLUSTER_S = 8e-7, 1.2e-7, 1.3e-9, 1.5e-10, 2e-4
EXACT_WITHIN_S = 0.1  # what is done exactly in less is done exactly


class Part(NamedTuple):
    """Clusters of one block that are summed on one thread.

    classes (n, n): the waiting-time class of each pair of states.
    """

    block: Block
    rows: slice
    classes: Whole


def two_dimensional(
    ensemble: Ensemble | Excitons,
    t1_fs: ArrayLike,
    t2_fs: ArrayLike,
    t3_fs: ArrayLike,
    *,
    signal: Signal = "rephasing",
    pathways: Sequence[str] = PATHWAYS,
    method: Method = "auto",
    reference_cm1: float | None = None,
    optical_dephasing_fs: float = math.inf,
    coherence_dephasing_fs: float | Mapping[str, float] = math.inf,
    population_lifetime_fs: float = math.inf,
    polarizations: str | Sequence[float] | ArrayLike = "zzzz",
    pulses: Pulse | Sequence[Pulse] | None = None,
    tolerance: float = 1e-6,
    binding_cm1: float | None = None,
    interaction_cm1: float = 0.0,
    workers: int = 2,
) -> xr.DataArray:
    """S(t1, t2, t3) in Debye^4, complex, in the frame rotating at `reference_cm1` (None: the mean level).

    Regular axes in fs (t2 may be a single time). Isotropic average for any `polarizations`: four letters, angles in
    degrees, or vectors. `coherence_dephasing_fs`: one time, or times by family (rho_I, rho_II, rho_III, rho_LH, other).
    `pulses`: None for impulsive; one Pulse, three, or four with the local oscillator, not overlapping.
    Two excitons on a dot are bound by `binding_cm1` (B_XX; None: the ensemble's anharmonicity), on two dots shifted by
    `interaction_cm1` (V_XX); the ensemble's statistics says whether a site may hold two.
    `tolerance` is relative to the largest |S|; "direct" keeps none. The same bits for any number of `workers`.
    ValueError for bad axes, steps that alias, no dipoles, a cube beyond the machine, unknown names.
    """
    asked = Question(signal, pathways, method, reference_cm1, optical_dephasing_fs, coherence_dephasing_fs,
                     population_lifetime_fs, polarizations, pulses, tolerance, binding_cm1, interaction_cm1,
                     workers)  # fmt: skip
    checked = plan(ensemble, t1_fs, t2_fs, t3_fs, asked)
    chosen, parts = _parts(checked)
    return _labelled(_summed(checked, chosen, parts), checked, asked, chosen)


def _parts(task: Plan) -> tuple[str, list[Part]]:
    """The method, and the clusters cut into parts of fixed size, which depend on the question alone."""
    paths, products, direct, whole = 0.0, 0.0, 0.0, []
    n1, n2, n3 = task.times.shape
    for block in task.many.blocks:
        count, states = block.energies_cm1.shape
        classes = waiting_classes(block.labels, task.lifetimes_fs)
        few = clusters_of(block, slice(0, min(count, 2)), task.many.weights, classes, task.rules._replace(pulses=()),
                          task.many.statistics == "boson", task.binding_cm1, task.interaction_cm1)  # fmt: skip
        each = sum(len(pathways(few, task.rules._replace(pulses=()), waiting).amplitude)
                   for waiting in range(1, len(task.rules.rates))) / len(few.energies)  # fmt: skip
        flat = len(pathways(few, task.rules._replace(pulses=()), POPULATION).amplitude) / len(few.energies)
        doubles = few.doubles.shape[1]
        paths += each * count
        direct += (each + flat) * count * n1 * n2 * n3
        products += count * (states * n1 * n2 * n3 + states**2 * n3 * (n2 + doubles))
        whole.append((block, classes, count, each, flat))
    costs = {
        "direct": direct * DIRECT_S,
        "gemm": products * PRODUCT_S * (1 if task.tolerance >= 1e-6 else 2) + len(task.many) * CLUSTER_S,
        "nufft": paths * PATH_S + n1 * n2 * n3 * GRID_POINT_S,
    }
    method = task.method
    if method == "auto":
        method = "direct" if costs["direct"] < EXACT_WITHIN_S else min(costs, key=lambda name: costs[name])
    parts = []
    for block, classes, count, each, flat in whole:
        pieces = _pieces(method, count, each + 0.2 * flat, block.energies_cm1.shape[1])
        edges = np.linspace(0, count, min(pieces, count) + 1).astype(int)
        parts += [Part(block, slice(a, b), classes) for a, b in pairwise(edges)]
    return method, parts


def _pieces(method: str, count: int, paths_each: float, states: int) -> int:
    if method == "gemm":
        return max(2, math.ceil(count * states**2 / 40_000))
    pieces = math.ceil(count * paths_each / PATHS_PER_PART)
    return max(pieces, 2) if count * paths_each > LEAST_PATHS_PER_PART else pieces


def one_blas_thread() -> AbstractContextManager[object]:
    """Matrix products on the caller's thread alone: threads inside of threads wait for each other."""
    return nullcontext() if threadpool_limits is None else threadpool_limits(1, user_api="blas")


def _summed(task: Plan, method: str, parts: list[Part]) -> Complex:
    """The parts on `workers` threads, added in their order, so that the bits do not depend on who was first."""
    total = np.zeros(task.times.shape, dtype=complex)
    workers = 1 if method == "gemm" and threadpool_limits is None else task.workers
    with one_blas_thread(), ThreadPoolExecutor(workers) as pool:
        for start in range(0, len(parts), workers):  # no more results wait in memory than there are workers
            for cube in pool.map(lambda part: _part_sum(task, method, part), parts[start : start + workers]):
                total += cube
    if method != "direct":
        optical = -task.rules.optical_rate
        if optical:
            total *= np.exp(optical * task.times.t1)[:, None, None]
            total *= np.exp(optical * task.times.t3)
    return total


def _part_sum(task: Plan, method: str, part: Part) -> Complex:
    rules, times = task.rules, task.times
    shares = task.many.weights / task.many.weights.sum()
    clusters = clusters_of(part.block, part.rows, shares, part.classes, rules, task.many.statistics == "boson",
                           task.binding_cm1, task.interaction_cm1)  # fmt: skip
    if method == "gemm":
        return matrix_products(clusters, times, rules, task.tolerance)
    least = 0.0
    if method == "nufft":
        strongest = np.sum(clusters.dipoles**2, axis=2).max(axis=1) ** 2 * clusters.shares
        least = PRUNED * task.tolerance * float(strongest.max(initial=0.0)) / 5.0
    total = np.zeros(times.shape, dtype=complex)
    for waiting, rate in enumerate(rules.rates):
        paths = pathways(clusters, rules, waiting, least)
        if not len(paths.amplitude):
            continue
        if method == "direct":
            add_direct(total, paths, times, rules, waiting)
        elif waiting == POPULATION:
            flat = nufft(paths, times, rules.signal, task.tolerance, True)
            total += flat[:, None] * np.exp(-rate * times.t2)[:, None]
        else:
            cube = nufft(paths, times, rules.signal, task.tolerance, False)
            if rate:
                cube *= np.exp(-rate * times.t2)[:, None]
            total = total + cube if total.any() else cube
    return total


def in_blocks(
    ensemble: Ensemble | Excitons, t1_fs: ArrayLike, t2_fs: ArrayLike, t3_fs: ArrayLike, *, waiting_times: int = 16,
    **question: Any,
) -> Iterator[xr.DataArray]:  # fmt: skip
    """The cube of `two_dimensional` in slabs of `waiting_times` along t2, one after the other, for cubes beyond memory.

    Keywords are those of `two_dimensional`; the slabs share one rotating frame. ValueError as there. Axes (n,) in fs.
    """
    waiting = axes.time_axis("t2_fs", t2_fs, 1)
    if not (isinstance(waiting_times, (int, np.integer)) and waiting_times >= 1):
        raise ValueError(f"waiting_times must be a whole number, 1 or more, but {waiting_times!r} came")
    if question.get("reference_cm1") is None:
        question["reference_cm1"] = mean_level_cm1(axes.many_clusters(ensemble))
    for start in range(0, len(waiting), waiting_times):
        yield two_dimensional(ensemble, t1_fs, waiting[start : start + waiting_times], t3_fs, **question)


def _labelled(values: Complex, task: Plan, asked: Question, method: str) -> xr.DataArray:
    coordinates = {
        name: xr.Variable(name, axis, {"units": "fs", "long_name": long})
        for name, axis, long in zip(("t1", "t2", "t3"), task.times,
                                    ("coherence time", "waiting time", "detection time"), strict=True)
    }  # fmt: skip
    attributes = {
        "units": "Debye^4", "signal": asked.signal,
        "pathways": asked.pathways if isinstance(asked.pathways, str) else " ".join(asked.pathways),
        "reference_cm1": task.rules.reference_cm1, "polarizations": str(asked.polarizations),
        "method": method, "tolerance": task.tolerance, "clusters": len(task.many), "statistics": task.many.statistics,
        "binding_cm1": task.binding_cm1, "interaction_cm1": task.interaction_cm1,
        "fastest_beat_cm1": axes.fastest_beat_cm1(task.many, task.rules.pulses),
        "mean": "weighted over clusters, isotropic",
    }  # fmt: skip
    return xr.DataArray(values, coordinates, ("t1", "t2", "t3"), "response", attributes)
