"""What is asked of a two-dimensional spectrum, checked before any work is done."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from physics.excitons.states import Ensemble, Excitons
from physics.spectra import axes, two_excitons
from physics.spectra.labels import FAMILIES, family
from physics.spectra.pathways import ESA, PATHWAYS, Rules
from physics.spectra.pulses import Pulse, isotropic_weights, pulse_sequence
from physics.spectra.transforms import Times

Whole = NDArray[np.intp]
Signal = Literal["rephasing", "nonrephasing"]
Method = Literal["auto", "nufft", "gemm", "direct"]
SIGNALS = {"rephasing": 1, "nonrephasing": -1}
METHODS = ("auto", "nufft", "gemm", "direct")


@dataclass(frozen=True)
class Question:
    """The keywords of `response.two_dimensional`, with its defaults.

    Times in fs, energies in cm-1, `tolerance` a share of the largest |S|; polarizations are four letters, angles (4,)
    in degrees or vectors (4, 3).
    """

    signal: str = "rephasing"
    pathways: Sequence[str] = PATHWAYS
    method: str = "auto"
    reference_cm1: float | None = None
    optical_dephasing_fs: float = math.inf
    coherence_dephasing_fs: float | Mapping[str, float] = math.inf
    population_lifetime_fs: float = math.inf
    polarizations: str | Sequence[float] | ArrayLike = "zzzz"
    pulses: Pulse | Sequence[Pulse] | None = None
    tolerance: float = 1e-6
    binding_cm1: float | None = None
    interaction_cm1: float = 0.0
    workers: int = 2


class Plan(NamedTuple):
    """A checked question: which ensemble, which times, which rules, how to sum.

    `tolerance` is a share of the largest |S|.
    """

    many: Ensemble
    times: Times
    rules: Rules
    lifetimes_fs: Mapping[str, float]
    binding_cm1: float
    interaction_cm1: float
    tolerance: float
    method: str
    workers: int


def plan(ensemble: Ensemble | Excitons, t1_fs: ArrayLike, t2_fs: ArrayLike, t3_fs: ArrayLike,
         asked: Question) -> Plan:  # fmt: skip
    """The question in the terms of the kernels, or a ValueError with one sentence that names the argument.

    t1_fs (n1,), t2_fs (n2,), t3_fs (n3,).
    """
    many = axes.many_clusters(ensemble)
    times = Times(axes.time_axis("t1_fs", t1_fs), axes.time_axis("t2_fs", t2_fs, 1), axes.time_axis("t3_fs", t3_fs))
    names = (asked.pathways,) if isinstance(asked.pathways, str) else tuple(asked.pathways)
    for name in names:
        one_of("pathways", name, PATHWAYS)
    if not names:
        raise ValueError(f"pathways must name one or more of {', '.join(PATHWAYS)}, but none came")
    one_of("signal", asked.signal, tuple(SIGNALS))
    one_of("method", asked.method, METHODS)
    if not (isinstance(asked.tolerance, (float, int)) and 0.0 < asked.tolerance < 1.0):
        raise ValueError(f"tolerance must lie between 0 and 1, but {asked.tolerance!r} came")
    if not (isinstance(asked.workers, (int, np.integer)) and asked.workers >= 1):
        raise ValueError(f"workers must be a whole number, 1 or more, but {asked.workers!r} came")
    lifetimes = _lifetimes(asked.coherence_dephasing_fs)
    population = _lifetime("population_lifetime_fs", asked.population_lifetime_fs)
    binding = _finite("binding_cm1", many.anharmonicity_cm1 if asked.binding_cm1 is None else asked.binding_cm1)
    reference = mean_level_cm1(many) if asked.reference_cm1 is None else asked.reference_cm1
    rules = Rules(
        signal=SIGNALS[asked.signal],
        weights=isotropic_weights(asked.polarizations),
        wanted=(PATHWAYS[0] in names, PATHWAYS[1] in names, PATHWAYS[2] in names),
        optical_rate=1.0 / _lifetime("optical_dephasing_fs", asked.optical_dephasing_fs),
        rates=1.0 / np.array([population, *sorted(set(lifetimes.values()))]),
        pulses=pulse_sequence(asked.pulses),
        reference_cm1=_finite("reference_cm1", reference),
    )
    axes.check_sampling(many, times, rules.reference_cm1)
    axes.check_memory(times)
    if rules.wanted[ESA]:
        _check_two_excitons(many, asked.workers)
    return Plan(many, times, rules, lifetimes, binding, _finite("interaction_cm1", asked.interaction_cm1),
                float(asked.tolerance), asked.method, int(asked.workers))  # fmt: skip


def _check_two_excitons(many: Ensemble, workers: int) -> None:
    """ValueError if the two-exciton states of as many clusters as there are workers (two at least) do not fit."""
    held = axes.memory_bytes()
    for block in many.blocks:
        pairs, bytes_ = two_excitons.memory_bytes(block, many.statistics == "boson")
        wanted = max(workers, 2) * bytes_
        if wanted > held:
            raise ValueError(
                f"pathways must leave out ESA where its two-exciton states do not fit into {held / 2**30:.1f} GiB of "
                f"memory, but clusters of {block.energies_cm1.shape[1]} states with {pairs} pairs came, which take "
                f"{wanted / 2**30:.1f} GiB"
            )


def _finite(name: str, value: float) -> float:
    if not (isinstance(value, (float, int, np.number)) and math.isfinite(value)):
        raise ValueError(f"{name} must be a finite number, but {value!r} came")
    return float(value)


def one_of(name: str, value: object, known: tuple[str, ...]) -> None:
    """ValueError with the nearest name where `value` is not one of the known ones."""
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
        one_of("coherence_dephasing_fs", name, FAMILIES)
    return {name: _lifetime("coherence_dephasing_fs", given.get(name, math.inf)) for name in FAMILIES}


def mean_level_cm1(many: Ensemble) -> float:
    """The weighted mean over the clusters of the mean of their one-exciton levels, cm-1.

    The frame in which the response is computed, by definition; no result depends on it.
    """
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
