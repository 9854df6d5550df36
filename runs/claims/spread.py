"""Intervals: from replicas that differ by chance, or from inputs that are known only within a range."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtrit

from assembly.yields import share
from physics.materials import Material, material
from runs.claims.claim import Ours

CONFIDENCE = 0.95


def over_replicas(values: Sequence[float] | np.ndarray) -> Ours:
    """Mean of independent replicas with its 95 % interval, mean +- t s/sqrt(n) (Student). Two replicas or more.

    values (n,); fewer: ValueError.
    """
    found = np.asarray(values, dtype=float)
    if found.ndim != 1 or found.size < 2:
        raise ValueError(f"values must be those of two replicas or more, got shape {found.shape}")
    reach = float(stdtrit(found.size - 1, 0.5 + CONFIDENCE / 2.0)) * found.std(ddof=1) / np.sqrt(found.size)
    return Ours(float(found.mean()), float(found.mean() - reach), float(found.mean() + reach))


def over_inputs(
    law: Callable[..., float], stated: Mapping[str, float], ranges: Mapping[str, tuple[float, float]]
) -> Ours:
    """law(**stated), and the least and greatest it gives when one input at a time goes to an end of its range.

    In the units that the law takes and gives.
    """
    value = float(law(**stated))
    found = [value] + [float(law(**{**stated, name: end})) for name, ends in ranges.items() for end in ends]
    return Ours(value, min(found), max(found))


def altered(name: str, numbers: Mapping[str, Any]) -> Material:
    """The material of that name with some of its numbers changed."""
    return replace(material(name), **numbers)


def exactly(value: float) -> Ours:
    """A number without spread: a count, or what follows from geometry alone. The value in the unit of its claim."""
    return Ours(float(value), float(value), float(value))


def counted(chosen: ArrayLike, of: ArrayLike) -> Ours:
    """The share sum(chosen)/sum(of), with its 95 % interval, of counts of each replica, both (replicas,).

    ValueError where `of` counts nothing.
    """
    found = share(chosen, of)
    if found is None:
        raise ValueError("of must count something in one replica at least, got nothing")
    return Ours(found.value, found.low, found.high)


def of_share(interval: Mapping[str, float]) -> Ours:
    """A share {value, low, high} of a simulation's summary. `interval` has these three keys, shares of 1."""
    return Ours(interval["value"], interval["low"], interval["high"])
