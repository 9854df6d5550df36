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
from difflib import get_close_matches
from typing import Literal, NamedTuple

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from physics.excitons.states import Block, Ensemble, Excitons
from physics.spectra import axes
from physics.spectra.labels import FAMILIES, family
from physics.spectra.pathways import ESA, PATHWAYS, POPULATION, Rules, clusters_of, pathways
from physics.spectra.pulses import Pulse, isotropic_weights, pulse_sequence
from physics.spectra.transforms import Times, add_direct, matrix_products, nufft

Array = NDArray[np.float64]
Complex = NDArray[np.complex128]
Whole = NDArray[np.intp]
Signal = Literal["rephasing", "nonrephasing"]
Method = Literal["auto", "nufft", "gemm", "direct"]
SIGNALS = {"rephasing": 1, "nonrephasing": -1}
METHODS = ("auto", "nufft", "gemm", "direct")
PRUNED = 1e-2  # of the tolerance: pathways that weak against the strongest are left out (never above 1e-8 by default)
PATHS_PER_PART = 800_000  # of one transform, which takes about a second on one thread
LEAST_PATHS_PER_PART = 60_000
# Seconds of one thread, measured on an AMD EPYC: a pathway through the 3-D NUFFT; a point of its grid; a complex
# multiplication and addition in the direct sum and in matrix products; what one cluster costs there besides.
PATH_S, GRID_POINT_S, DIRECT_S, PRODUCT_S, CLUSTER_S = 8e-7, 1.2e-7, 1.3e-9, 1.5e-10, 2e-4
EXACT_WITHIN_S = 0.1  # what is done exactly in less is done exactly


class Plan(NamedTuple):
    """A checked question: which ensemble, which times, which rules, how to sum."""

    many: Ensemble
    times: Times
    rules: Rules
    lifetimes_fs: Mapping[str, float]
    binding_cm1: float
    interaction_cm1: float
    tolerance: float
    method: str
    workers: int


class Part(NamedTuple):
    """Clusters of one block that are summed on one thread."""

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
    plan = _plan(ensemble, t1_fs, t2_fs, t3_fs, signal, pathways, method, reference_cm1, optical_dephasing_fs,
                 coherence_dephasing_fs, population_lifetime_fs, polarizations, pulses, tolerance, binding_cm1,
                 interaction_cm1, workers)  # fmt: skip
    method_used, parts = _parts(plan)
    return _labelled(_summed(plan, method_used, parts), plan, signal, pathways, method_used)


def _plan(
    ensemble: Ensemble | Excitons, t1_fs: ArrayLike, t2_fs: ArrayLike, t3_fs: ArrayLike, signal: str,
    wanted: Sequence[str], method: str, reference_cm1: float | None, optical_fs: float,
    coherence_fs: float | Mapping[str, float], population_fs: float, polarizations: str | Sequence[float] | ArrayLike,
    pulses: Pulse | Sequence[Pulse] | None, tolerance: float, binding_cm1: float | None, interaction_cm1: float,
    workers: int,
) -> Plan:  # fmt: skip
    many = axes.many_clusters(ensemble)
    times = Times(axes.time_axis("t1_fs", t1_fs), axes.time_axis("t2_fs", t2_fs, 1), axes.time_axis("t3_fs", t3_fs))
    names = (wanted,) if isinstance(wanted, str) else tuple(wanted)
    for name in names:
        _one_of("pathways", name, PATHWAYS)
    if not names:
        raise ValueError(f"pathways must name one or more of {', '.join(PATHWAYS)}, but none came")
    _one_of("signal", signal, tuple(SIGNALS))
    _one_of("method", method, METHODS)
    lifetimes = _lifetimes(coherence_fs)
    rates = 1.0 / np.array([_lifetime("population_lifetime_fs", population_fs), *sorted(set(lifetimes.values()))])
    if not (isinstance(tolerance, (float, int)) and 0.0 < tolerance < 1.0):
        raise ValueError(f"tolerance must lie between 0 and 1, but {tolerance!r} came")
    if not (isinstance(workers, (int, np.integer)) and workers >= 1):
        raise ValueError(f"workers must be a whole number, 1 or more, but {workers!r} came")
    binding = many.anharmonicity_cm1 if binding_cm1 is None else binding_cm1
    reference = mean_level_cm1(many) if reference_cm1 is None else reference_cm1
    for name, value in (("binding_cm1", binding), ("interaction_cm1", interaction_cm1), ("reference_cm1", reference)):
        if not math.isfinite(value):
            raise ValueError(f"{name} must be a finite number, but {value!r} came")
    rules = Rules(SIGNALS[signal], isotropic_weights(polarizations),
                  (PATHWAYS[0] in names, PATHWAYS[1] in names, PATHWAYS[2] in names),
                  1.0 / _lifetime("optical_dephasing_fs", optical_fs), rates, pulse_sequence(pulses),
                  float(reference))  # fmt: skip
    axes.check_sampling(many, times, rules.reference_cm1)
    axes.check_memory(times)
    return Plan(many, times, rules, lifetimes, float(binding), float(interaction_cm1), float(tolerance), method,
                int(workers))  # fmt: skip


def _one_of(name: str, value: object, known: tuple[str, ...]) -> None:
    if value not in known:
        near = get_close_matches(str(value), known, 1, 0.3)
        hint = f"; the nearest is {near[0]}" if near else ""
        raise ValueError(f"{name} must be one of {', '.join(known)}, but {value!r} came{hint}")


def _lifetime(name: str, value: float) -> float:
    if not (isinstance(value, (float, int, np.number)) and value > 0.0):
        raise ValueError(f"{name} must be above 0 fs (infinite for none), but {value!r} came")
    return float(value)


def _lifetimes(given: float | Mapping[str, float]) -> dict[str, float]:
    """The dephasing time of every coherence family; families that a mapping leaves out do not dephase."""
    if not isinstance(given, Mapping):
        return dict.fromkeys(FAMILIES, _lifetime("coherence_dephasing_fs", given))
    for name in given:
        _one_of("coherence_dephasing_fs", name, FAMILIES)
    return {name: _lifetime("coherence_dephasing_fs", given.get(name, math.inf)) for name in FAMILIES}


def mean_level_cm1(many: Ensemble) -> float:
    """The weighted mean over the clusters of the mean of their one-exciton levels, cm-1."""
    shares = many.weights / many.weights.sum()
    return float(sum(shares[block.clusters] @ block.energies_cm1.mean(axis=1) for block in many.blocks))


def waiting_classes(labels: tuple[str, ...], lifetimes_fs: Mapping[str, float]) -> Whole:
    """(n, n) class of each pair of states over t2: 0 for a population, else 1, 2, ... by dephasing time."""
    distinct = sorted(set(lifetimes_fs.values()))
    classes = np.zeros((len(labels), len(labels)), dtype=np.intp)
    for i, first in enumerate(labels):
        for j, second in enumerate(labels):
            if i != j:
                classes[i, j] = 1 + distinct.index(lifetimes_fs[family(first, second)])
    return classes


def _parts(plan: Plan) -> tuple[str, list[Part]]:
    """The method, and the clusters cut into parts of fixed size, which depend on the question alone."""
    paths, products, direct, whole = 0.0, 0.0, 0.0, []
    n1, n2, n3 = plan.times.shape
    for block in plan.many.blocks:
        count, states = block.energies_cm1.shape
        classes = waiting_classes(block.labels, plan.lifetimes_fs)
        few = clusters_of(block, slice(0, min(count, 2)), plan.many.weights, classes, plan.rules._replace(pulses=()),
                          plan.many.statistics == "boson", plan.binding_cm1, plan.interaction_cm1)  # fmt: skip
        each = sum(len(pathways(few, plan.rules._replace(pulses=()), waiting).amplitude)
                   for waiting in range(1, len(plan.rules.rates))) / len(few.energies)  # fmt: skip
        flat = len(pathways(few, plan.rules._replace(pulses=()), POPULATION).amplitude) / len(few.energies)
        doubles = few.doubles.shape[1]
        paths += each * count
        direct += (each + flat) * count * n1 * n2 * n3
        products += count * (states * n1 * n2 * n3 + states**2 * n3 * (n2 + doubles))
        whole.append((block, classes, count, each, flat))
    costs = {
        "direct": direct * DIRECT_S,
        "gemm": products * PRODUCT_S * (1 if plan.tolerance >= 1e-6 else 2) + len(plan.many) * CLUSTER_S,
        "nufft": paths * PATH_S + n1 * n2 * n3 * GRID_POINT_S,
    }
    method = plan.method
    if method == "auto":
        method = "direct" if costs["direct"] < EXACT_WITHIN_S else min(costs, key=lambda name: costs[name])
    parts = []
    for block, classes, count, each, flat in whole:
        pieces = _pieces(method, count, each + 0.2 * flat, block.energies_cm1.shape[1])
        edges = np.linspace(0, count, min(pieces, count) + 1).astype(int)
        parts += [Part(block, slice(a, b), classes) for a, b in zip(edges, edges[1:], strict=False)]
    return method, parts


def _pieces(method: str, count: int, paths_each: float, states: int) -> int:
    if method == "gemm":
        return max(2, math.ceil(count * states**2 / 40_000))
    pieces = math.ceil(count * paths_each / PATHS_PER_PART)
    return max(pieces, 2) if count * paths_each > LEAST_PATHS_PER_PART else pieces


def _summed(plan: Plan, method: str, parts: list[Part]) -> Complex:
    """The parts on `workers` threads, added in their order, so that the bits do not depend on who was first."""
    total = np.zeros(plan.times.shape, dtype=complex)
    with ThreadPoolExecutor(plan.workers) as pool:
        for start in range(0, len(parts), plan.workers):  # no more results wait in memory than there are workers
            for cube in pool.map(lambda part: _part_sum(plan, method, part), parts[start : start + plan.workers]):
                total += cube
    if method != "direct":
        optical = -plan.rules.optical_rate
        if optical:
            total *= np.exp(optical * plan.times.t1)[:, None, None]
            total *= np.exp(optical * plan.times.t3)
    return total


def _part_sum(plan: Plan, method: str, part: Part) -> Complex:
    rules, times = plan.rules, plan.times
    shares = plan.many.weights / plan.many.weights.sum()
    clusters = clusters_of(part.block, part.rows, shares, part.classes, rules, plan.many.statistics == "boson",
                           plan.binding_cm1, plan.interaction_cm1)  # fmt: skip
    if method == "gemm":
        return matrix_products(clusters, times, rules, plan.tolerance)
    least = 0.0
    if method == "nufft":
        strongest = np.sum(clusters.dipoles**2, axis=2).max(axis=1) ** 2 * clusters.shares
        least = PRUNED * plan.tolerance * float(strongest.max(initial=0.0)) / 5.0
    total = np.zeros(times.shape, dtype=complex)
    for waiting, rate in enumerate(rules.rates):
        paths = pathways(clusters, rules, waiting, least)
        if not len(paths.amplitude):
            continue
        if method == "direct":
            add_direct(total, paths, times, rules, waiting)
        elif waiting == POPULATION:
            total += nufft(paths, times, rules.signal, plan.tolerance, True)[:, None] * np.exp(-rate * times.t2)[:, None]
        else:
            cube = nufft(paths, times, rules.signal, plan.tolerance, False)
            if rate:
                cube *= np.exp(-rate * times.t2)[:, None]
            total = total + cube if total.any() else cube
    return total


def _labelled(values: Complex, plan: Plan, signal: str, wanted: Sequence[str], method: str) -> xr.DataArray:
    coordinates = {
        name: xr.Variable(name, axis, {"units": "fs", "long_name": long})
        for name, axis, long in zip(("t1", "t2", "t3"), plan.times,
                                    ("coherence time", "waiting time", "detection time"), strict=True)
    }  # fmt: skip
    attributes = {
        "units": "Debye^4", "signal": signal, "pathways": " ".join(wanted), "reference_cm1": plan.rules.reference_cm1,
        "method": method, "tolerance": plan.tolerance, "clusters": len(plan.many), "statistics": plan.many.statistics,
        "binding_cm1": plan.binding_cm1, "interaction_cm1": plan.interaction_cm1,
        "fastest_beat_cm1": axes.fastest_beat_cm1(plan.many), "mean": "weighted over clusters, isotropic",
    }  # fmt: skip
    return xr.DataArray(values, coordinates, ("t1", "t2", "t3"), "response", attributes)
