"""The coupling of one pair of dots: each mechanism a law of its own."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from physics.units import DIPOLE_DIPOLE_CM1_NM3_D2

Array = NDArray[np.float64]

DIELECTRIC_INSIDE = 6.2  # optical dielectric constant of CdSe (recalled); of dots whose material is unknown (assumed)
DIELECTRIC_OUTSIDE = 2.25  # of ligands and solvent, n = 1.5 (assumed)


def screening(inside: ArrayLike = DIELECTRIC_INSIDE, outside: float = DIELECTRIC_OUTSIDE) -> Any:
    """Local-field factor f = 3 eps_m/(eps_in + 2 eps_m) of the dipole of a dielectric sphere; dimensionless.

    inside (eps_in) and outside (eps_m) are optical constants; a scalar or an array of any shape.
    """
    return 3.0 * outside / (np.asarray(inside, dtype=float) + 2.0 * outside)


def dipole_coupling_cm1(
    dipole_a_debye: ArrayLike,
    dipole_b_debye: ArrayLike,
    separation_nm: ArrayLike,
    inside: float = DIELECTRIC_INSIDE,
    outside: float = DIELECTRIC_OUTSIDE,
) -> Any:
    """Screened dipole-dipole (Foerster) coupling, cm-1, in full geometry.

    V = 5.034 f^2/(eps_m R^3) [mu_a.mu_b - 3 (mu_a.r)(mu_b.r)] with mu in Debye, R in nm, r = R/|R|,
    f = 3 eps_m/(eps_in + 2 eps_m); `inside = outside = 1` gives the vacuum's. Arrays (..., 3) broadcast.
    ValueError for a separation of zero length.
    """
    a, b, r = (np.asarray(v, dtype=float) for v in (dipole_a_debye, dipole_b_debye, separation_nm))
    for name, vector in (("dipole_a_debye", a), ("dipole_b_debye", b), ("separation_nm", r)):
        if vector.shape[-1:] != (3,) or not np.isfinite(vector).all():
            raise ValueError(f"{name} must hold vectors of 3 finite numbers, but an array of shape {vector.shape} came")
    length = np.linalg.norm(r, axis=-1)
    if np.any(length == 0.0):
        raise ValueError("separation_nm must not be of length 0: the two centres coincide")
    prefactor = DIPOLE_DIPOLE_CM1_NM3_D2 * screening(inside, outside) ** 2 / outside
    unit = r / length[..., None]
    geometry = np.sum(a * b, axis=-1) - 3.0 * np.sum(a * unit, axis=-1) * np.sum(b * unit, axis=-1)
    coupling = prefactor * geometry / length**3
    return coupling if np.ndim(coupling) else float(coupling)


def dipole_tensor_cm1_d2(separation_nm: Array, outside: float = DIELECTRIC_OUTSIDE) -> Array:
    """(..., 3, 3) tensor T with V = mu_a.T.mu_b for dipoles that carry their screening; NaN separations give 0.

    cm-1 per Debye^2, separation_nm (..., 3); outside is the optical constant of the surroundings. Point dipoles:
    Jackson 1999, ch. 4.
    """
    length2 = np.sum(separation_nm**2, axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        inverse = np.where(length2 > 0.0, 1.0 / length2, 0.0)
    inverse = np.nan_to_num(inverse)
    unit = np.nan_to_num(separation_nm) * np.sqrt(inverse)[..., None]
    tensor = np.eye(3) - 3.0 * unit[..., :, None] * unit[..., None, :]
    return DIPOLE_DIPOLE_CM1_NM3_D2 / outside * (inverse * np.sqrt(inverse))[..., None, None] * tensor


def coupling_from_shift_cm1(shift_cm1: float, detuning_cm1: float = 0.0) -> float:
    """Coupling V = sqrt(delta (delta + dE)) that lowers the lower of two levels, dE apart, by delta; cm-1.

    The inverse of delta = (sqrt(dE^2 + 4 V^2) - dE)/2. Cassidy 2022 extracts V_F of 12 meV in this way. Any unit
    goes in, the same comes out. ValueError for a shift or detuning that is negative or not finite.
    """
    for name, value in (("shift_cm1", shift_cm1), ("detuning_cm1", detuning_cm1)):
        if not (isinstance(value, (int, float, np.floating, np.integer)) and math.isfinite(value) and value >= 0.0):
            raise ValueError(f"{name} must be a finite number, 0 or above, but {value!r} came")
    return math.sqrt(shift_cm1 * (shift_cm1 + detuning_cm1))
