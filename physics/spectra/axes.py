"""What must hold before a response is computed: regular axes, fine enough steps, dipoles, memory."""

from __future__ import annotations

import math
import os

import numpy as np
from numpy.typing import ArrayLike, NDArray

from physics.excitons.states import Ensemble, Excitons
from physics.spectra.pulses import Pulse, spectral_amplitude
from physics.spectra.transforms import Times
from physics.units import RADIANS_PER_FS_CM1

Array = NDArray[np.float64]
EQUAL_STEPS = 1e-6  # of the step, by which steps may differ
DARK = 1e-6  # of the strongest |mu|^2; weaker states do not decide about aliasing
CONSIDERED = 0.999  # of the coherences' weight
BYTES_PER_POINT = 16 * 20  # the cube, its sum, and two transforms' grids, each twice as fine in three dimensions: 8


def many_clusters(ensemble: Ensemble | Excitons) -> Ensemble:
    """The ensemble; one cluster's excitons count as an ensemble of one. ValueError for anything else or no dipole."""
    many = ensemble.as_ensemble() if isinstance(ensemble, Excitons) else ensemble
    if not isinstance(many, Ensemble):
        raise ValueError(f"ensemble must be an Ensemble or Excitons, but a {type(ensemble).__name__} came")
    for block in many.blocks:
        transposed = np.swapaxes(block.hamiltonians_cm1, 1, 2).conj()
        if not np.allclose(block.hamiltonians_cm1, transposed, rtol=0.0, atol=1e-9):
            raise ValueError("ensemble must have Hermitian Hamiltonians, but its hamiltonians_cm1 are not symmetric")
        if not all(np.isfinite(x).all() for x in (block.energies_cm1, block.dipoles_debye, block.hamiltonians_cm1)):
            raise ValueError("ensemble must hold finite energies and dipoles, but some are not")
    if not any(block.dipoles_debye.any() for block in many.blocks):
        raise ValueError("ensemble must have a dipole to answer with, but all its dipoles are zero")
    if not many.weights.sum() > 0.0:
        raise ValueError("ensemble must have weights whose sum is above 0, but they are all 0")
    return many


def time_axis(name: str, values: ArrayLike, least: int = 2) -> Array:
    """A regular ascending axis of at least `least` finite times, or ValueError naming it.

    values (n,) in fs; `name` is what the sentence calls them.
    """
    try:
        axis = np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(f"{name} must be a row of times in fs, but {type(values).__name__} came") from None
    if axis.ndim != 1 or axis.size < least:
        raise ValueError(f"{name} must hold {least} time points or more, but an array of shape {axis.shape} came")
    if not np.isfinite(axis).all():
        raise ValueError(f"{name} must hold finite times, but some are not")
    steps = np.diff(axis)
    if (steps <= 0.0).any():
        raise ValueError(f"{name} must ascend, but steps of {steps.min():g} fs are among it")
    if axis.size > 1 and np.ptp(steps) > EQUAL_STEPS * steps.mean() + 1e-12 * abs(axis).max():
        raise ValueError(f"{name} must have equal steps, but they run from {steps.min():g} to {steps.max():g} fs")
    return axis


def longest_step_fs(frequency_cm1: float) -> float:
    """Step below which a frequency is not mistaken for another: pi over its phase per fs (Nyquist)."""
    return math.inf if frequency_cm1 == 0.0 else math.pi / (RADIANS_PER_FS_CM1 * abs(frequency_cm1))


def check_sampling(many: Ensemble, times: Times, reference_cm1: float) -> None:
    """ValueError where t1 or t3 alias a transition of the ensemble in the rotating frame.

    Waiting times are not held to it: a coarse t2 gives true maps, and what transforms along t2 asks by itself.
    """
    strength = [np.sum(block.dipoles_debye**2, axis=2) for block in many.blocks]
    least = DARK * max(x.max() for x in strength)
    furthest = max(
        float(np.abs(block.energies_cm1[bright > least] - reference_cm1).max(initial=0.0))
        for block, bright in zip(many.blocks, strength, strict=True)
    )
    allowed = longest_step_fs(furthest)
    for name, step in (("t1_fs", times.steps[0]), ("t3_fs", times.steps[2])):
        if step > allowed:
            raise ValueError(
                f"{name} must have steps below {allowed:.3g} fs to follow transitions {furthest:.0f} cm-1 from "
                f"reference_cm1, but {step:g} fs came"
            )


def fastest_beat_cm1(many: Ensemble, pulses: tuple[Pulse, ...] = ()) -> float:
    """The beat below which 99.9 % of the weight mu_i^2 mu_j^2 of the coherences lies, as pulses 1 and 2 make them."""
    gaps, weights = [], []
    for block in many.blocks:
        strength = np.sum(block.dipoles_debye**2, axis=2)
        sides = [strength * np.abs(spectral_amplitude(block.energies_cm1, pulse)) for pulse in pulses[:2]]
        first, second = sides or (strength, strength)
        i, j = np.triu_indices(strength.shape[1], 1)
        gaps.append(np.abs(block.energies_cm1[:, j] - block.energies_cm1[:, i]).ravel())
        shares = many.weights[block.clusters][:, None]
        weights.append((shares * (first[:, i] * second[:, j] + first[:, j] * second[:, i])).ravel())
    gap, weight = np.concatenate(gaps), np.concatenate(weights)
    if not weight.any():
        return 0.0
    order = np.argsort(gap)
    running = np.cumsum(weight[order])
    return float(gap[order][np.searchsorted(running, CONSIDERED * running[-1])])


def memory_bytes() -> int:
    """The machine's memory, bytes; 8 GiB where the system does not say."""
    names = os.sysconf_names if hasattr(os, "sysconf_names") else {}
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") if "SC_PHYS_PAGES" in names else 8 * 2**30


def check_memory(times: Times, bytes_per_point: int = BYTES_PER_POINT) -> None:
    """ValueError if the cube and what its making takes do not fit."""
    wanted, held = math.prod(times.shape) * bytes_per_point, memory_bytes()
    if wanted > held:
        raise ValueError(
            f"t1_fs, t2_fs, t3_fs must make a cube that fits into {held / 2**30:.1f} GiB of memory, but "
            f"{' x '.join(map(str, times.shape))} points take {wanted / 2**30:.1f} GiB; response.in_blocks cuts t2_fs"
        )
