"""The front door of the fusion laws: arguments to float arrays, one sentence for a bad one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike

from physics.materials import nearest

Value = TypeVar("Value")


def finite(name: str, value: ArrayLike) -> np.ndarray:
    """`value` as floats; ValueError if it is no number or not finite.

    A scalar or an array of any shape, which it keeps. In its own unit.
    """
    try:
        numbers = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(f"{name} must be a number or an array of numbers, got {value!r}") from None
    if not np.all(np.isfinite(numbers)):
        raise ValueError(f"{name} must be finite, got {numbers[~np.isfinite(numbers)].flat[0]}")
    return numbers


def positive(name: str, value: ArrayLike) -> np.ndarray:
    """`value` as floats above zero.

    ValueError if it is not, or no finite number. A scalar or an array, in its own unit.
    """
    numbers = finite(name, value)
    if np.any(numbers <= 0.0):
        raise ValueError(f"{name} must be above zero, got {numbers[numbers <= 0.0].flat[0]:g}")
    return numbers


def non_negative(name: str, value: ArrayLike) -> np.ndarray:
    """`value` as floats of at least zero.

    ValueError if it is not, or no finite number. A scalar or an array, in its own unit.
    """
    numbers = finite(name, value)
    if np.any(numbers < 0.0):
        raise ValueError(f"{name} must not be negative, got {numbers[numbers < 0.0].flat[0]:g}")
    return numbers


def single(name: str, numbers: np.ndarray) -> float:
    """The one number in `numbers`; ValueError if there are several. `numbers` must be a scalar, shape ()."""
    if numbers.shape != ():
        raise ValueError(f"{name} must be one number, got an array of shape {numbers.shape}")
    return float(numbers)


def broadcast(**arguments: np.ndarray) -> list[np.ndarray]:
    """The arguments in their common shape; ValueError names them if they have none.

    Arrays of shapes that broadcast, each in its own unit.
    """
    try:
        return list(np.broadcast_arrays(*arguments.values()))
    except ValueError:
        shapes = ", ".join(str(numbers.shape) for numbers in arguments.values())
        raise ValueError(f"{' and '.join(arguments)} must broadcast to one shape, got {shapes}") from None


def option(name: str, value: str, known: Mapping[str, Value]) -> Value:
    """What `known` holds under `value`; ValueError names the nearest option."""
    if not isinstance(value, str) or value not in known:
        raise ValueError(f"{name} must be {nearest(value, known)}")
    return known[value]


def scalar_or_array(flat: np.ndarray, shape: tuple[int, ...]) -> float | np.ndarray:
    """A float where the arguments were scalars, else an array of their common shape.

    `flat` (n,) holds the numbers of that shape one after the other, in any unit.
    """
    return flat.reshape(shape) if shape else float(flat[0])
