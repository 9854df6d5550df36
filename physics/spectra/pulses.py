"""Light pulses: Gaussian spectra at complex detuning, and the average over orientations for a polarisation sequence."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from physics.units import RADIANS_PER_FS_CM1

Array = NDArray[np.float64]
Complex = NDArray[np.complex128]
GAUSSIAN = 8.0 * math.log(2.0)  # of a field whose INTENSITY has the full width T: E(w) = exp(-(w T)^2/(8 ln 2))
AXES = {"x": (1.0, 0.0, 0.0), "y": (0.0, 1.0, 0.0), "z": (0.0, 0.0, 1.0)}
# <(a.e1)(b.e2)(c.e3)(d.e4)> over all rotations = sum_pq I_p(e) M_pq I_q(abcd) with I = (12)(34), (13)(24), (14)(23);
# Craig and Thirunamachandran, Molecular Quantum Electrodynamics (1984), appendix 2.
ISOTROPIC = (5.0 * np.eye(3) - 1.0) / 30.0


@dataclass(frozen=True)
class Pulse:
    """A transform-limited Gaussian pulse: centre in cm-1, full width of its intensity at half maximum in fs.

    ValueError for a number not above 0.
    """

    centre_cm1: float
    duration_fs: float

    def __post_init__(self) -> None:
        for name, value in (("centre_cm1", self.centre_cm1), ("duration_fs", self.duration_fs)):
            if not (math.isfinite(value) and value > 0.0):
                raise ValueError(f"{name} of a pulse must be finite and above 0, but {value!r} came")


def spectral_amplitude(
    transition_cm1: ArrayLike, pulse: Pulse, sign: float = 1.0, rate_change_per_fs: ArrayLike = 0.0
) -> Complex:
    """Weight of one interaction, F = exp(((i s (w - wc) + g)^2 T^2/(8 ln 2)), 1 at resonance without dephasing.

    s = +1 where the pulse acts with +k, -1 with -k; g = rate after the interaction minus rate before it, 1/fs: a
    coherence that starts under the pulse has +gamma, one that ends -gamma. Exact for pulses that do not overlap.
    transition_cm1 and rate_change_per_fs are scalars or arrays that broadcast; `sign` is s. F is dimensionless: the
    Fourier transform of the Gaussian `field_envelope` over its area.
    """
    detuning = RADIANS_PER_FS_CM1 * (np.asarray(transition_cm1, dtype=float) - pulse.centre_cm1)
    exponent = (1j * sign * detuning + np.asarray(rate_change_per_fs, dtype=float)) ** 2
    return np.exp(exponent * (pulse.duration_fs**2 / GAUSSIAN))


def field_envelope(times_fs: ArrayLike, pulse: Pulse) -> Array:
    """exp(-2 ln 2 t^2/T^2): the field about the pulse's centre, 1 at its peak.

    Scalars or arrays, dimensionless; T is the full width of the intensity at half maximum, fs.
    """
    times = np.asarray(times_fs, dtype=float)
    return np.exp(-2.0 * math.log(2.0) * (times / pulse.duration_fs) ** 2)


def field_area_fs(pulse: Pulse) -> float:
    """Integral of the envelope over time, T sqrt(pi/(2 ln 2)), fs. The exact integral of `field_envelope`."""
    return pulse.duration_fs * math.sqrt(math.pi / (2.0 * math.log(2.0)))


def pulse_sequence(pulses: Pulse | Sequence[Pulse] | None) -> tuple[Pulse, ...]:
    """None: impulsive, (); one pulse stands for all three; a fourth is the local oscillator that gates detection.

    ValueError for any other number of pulses, or what is no Pulse.
    """
    if pulses is None:
        return ()
    if isinstance(pulses, Pulse):
        return (pulses,) * 3
    chosen = tuple(pulses)
    if len(chosen) not in (3, 4) or not all(isinstance(pulse, Pulse) for pulse in chosen):
        raise ValueError(f"pulses must be one Pulse, three, or four with the local oscillator, but {pulses!r} came")
    return chosen


def polarization_vectors(polarizations: str | Sequence[float] | ArrayLike) -> Array:
    """(4, 3) unit vectors of pulses 1, 2, 3 and the signal.

    A word of four letters out of x, y, z; four angles in degrees from z towards x; or four vectors. ValueError for
    polarizations that are none of these, or a vector of no length.
    """
    if isinstance(polarizations, str):
        if len(polarizations) != 4 or set(polarizations) - set(AXES):
            raise ValueError(f"polarizations must be four letters out of x, y, z, but {polarizations!r} came")
        return np.array([AXES[letter] for letter in polarizations])
    try:
        given = np.asarray(polarizations, dtype=float)
    except (TypeError, ValueError):
        given = np.empty(0)
    if given.shape == (4,) and np.isfinite(given).all():
        angles = np.radians(given)
        return np.stack([np.sin(angles), np.zeros(4), np.cos(angles)], axis=1)
    lengths = np.linalg.norm(given, axis=1) if given.shape == (4, 3) else np.zeros(4)
    if not (np.isfinite(lengths).all() and (lengths > 0.0).all()):
        raise ValueError(
            f"polarizations must be a word as zzzz, four angles or four vectors not zero, but {polarizations!r} came"
        )
    return np.asarray(given / lengths[:, None])


def isotropic_weights(polarizations: str | Sequence[float] | ArrayLike) -> tuple[float, float, float]:
    """(u, v, w): the average over orientations is u (ab)(cd) + v (ac)(bd) + w (ad)(bc) for dipoles a, b, c, d.

    zzzz gives 1/15 three times. Dimensionless. polarizations as in `polarization_vectors`, whose ValueError passes
    through. Fourth-rank isotropic tensor: Craig and Thirunamachandran 1984, appendix 2.
    """
    e = polarization_vectors(polarizations)
    pairs = np.array([(e[0] @ e[1]) * (e[2] @ e[3]), (e[0] @ e[2]) * (e[1] @ e[3]), (e[0] @ e[3]) * (e[1] @ e[2])])
    u, v, w = ISOTROPIC @ pairs
    return float(u), float(v), float(w)
