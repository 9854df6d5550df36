"""The hole of a spherical dot: six-band model with infinite walls (Ekimov 1993), for symmetry and overlaps.

Total angular momentum F couples the Bloch J = 3/2 and 1/2 to an orbital L. At energy E each helicity of the bulk is one
wave of wavenumber k = sqrt(q): the heavy hole has q = E/(g1 - 2 g), light and split-off holes the roots q of

    det [[(g1 + 2 g) q - E, 2 sqrt2 g q], [2 sqrt2 g q, g1 q + Delta_so - E]] = 0        (units hbar^2/2 m0 = 1)

and a level is an energy at which a sum of them vanishes at the wall. The infinite wall puts 2S_3/2 some 2450 cm-1 above
1S_3/2 at 3 nm where 1200 to 1500 are measured (recalled): overlaps and order are to be used, absolute energies not.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import spherical_jn

from physics.excitons.dot import HBAR2_OVER_2M_EV_NM2

GAMMA1 = 2.1  # Luttinger, CdSe (recalled: Efros 1996, Phys. Rev. B 54, 4843)
GAMMA = 0.55  # spherical Luttinger, CdSe (recalled, as above)
SPIN_ORBIT_EV = 0.42  # CdSe (recalled)
RADIAL_POINTS = 800
Array = NDArray[np.float64]


@dataclass(frozen=True)
class HoleLevel:
    """A hole level: energy_ev below the bulk's band edge, overlap_squared with the electron's 1S envelope, and radial
    functions (r in units of the radius, int r^2 sum R^2 dr = 1) for each channel (J, L)."""

    name: str
    energy_ev: float
    overlap_squared: float
    radius: Array
    channels: dict[tuple[float, int], Array]


def _helicities(energy: float, spin_orbit: float) -> list[tuple[complex, float, float]]:
    """Light and split-off waves at `energy`: (k, amplitude on J = 3/2, amplitude on J = 1/2)."""
    mixing = 2.0 * np.sqrt(2.0) * GAMMA
    light = GAMMA1 + 2.0 * GAMMA
    roots = np.roots([light * GAMMA1 - mixing**2, light * (spin_orbit - energy) - GAMMA1 * energy,
                      -energy * (spin_orbit - energy)])  # fmt: skip
    waves = []
    for q in np.sort(roots.real):
        vector = np.array([mixing * q, energy - light * q])
        vector = vector / np.hypot(*vector)
        waves.append((complex(np.sqrt(complex(q))), float(vector[0]), float(vector[1])))
    return waves


def _real_bessel(order: int, wavenumber: complex, r: Any) -> Any:
    """j_L(k r) made real: for the decaying root (imaginary k) j_0 and j_2 are real as they stand."""
    return np.real(spherical_jn(order, wavenumber * np.asarray(r, dtype=complex)))


def _waves(energy: float, spin_orbit: float, total: float, r: Any) -> Array:
    """(channels, waves, ...) amplitudes of every wave at r (in radii); channels (J, L) as in _CHANNELS."""
    mixed = _helicities(energy, spin_orbit)
    if total == 0.5:
        rows = [[c * _real_bessel(2, k, r) for k, c, _ in mixed], [d * _real_bessel(0, k, r) for k, _, d in mixed]]
        return np.array(rows)
    heavy = np.sqrt(energy / (GAMMA1 - 2.0 * GAMMA))
    s_wave = [_real_bessel(0, heavy, r), *(c * _real_bessel(0, k, r) for k, c, _ in mixed)]
    d_wave = [_real_bessel(2, heavy, r), *(-c * _real_bessel(2, k, r) for k, c, _ in mixed)]
    split = [0.0 * _real_bessel(2, heavy, r), *(-np.sqrt(2.0) * d * _real_bessel(2, k, r) for k, _, d in mixed)]
    return np.array([s_wave, d_wave, split])


def _boundary(energy: float, spin_orbit: float, total: float) -> float:
    """Determinant of the wave amplitudes at the wall, without its trivial zero where a wavenumber vanishes."""
    determinant = float(np.linalg.det(_waves(energy, spin_orbit, total, 1.0)))
    if total == 0.5:
        return determinant
    smaller = min((k**2).real for k, _, _ in _helicities(energy, spin_orbit))
    return determinant / smaller


_CHANNELS = {1.5: ((1.5, 0), (1.5, 2), (0.5, 2)), 0.5: ((1.5, 2), (0.5, 0))}


def _level(name: str, energy: float, spin_orbit: float, total: float, unit_ev: float) -> HoleLevel:
    amplitudes = np.linalg.svd(_waves(energy, spin_orbit, total, 1.0))[2][-1]  # the combination that is 0 at the wall
    r = np.linspace(0.0, 1.0, RADIAL_POINTS)
    radial = np.einsum("cwr,w->cr", _waves(energy, spin_orbit, total, r), amplitudes)
    radial /= np.sqrt(np.trapezoid(np.sum(radial**2, axis=0) * r**2, r))
    channels = dict(zip(_CHANNELS[total], radial, strict=True))
    electron = np.sqrt(2.0) * np.pi * np.sinc(r)  # j0(pi r), normalised
    s_channel = channels[(1.5, 0) if total == 1.5 else (0.5, 0)]
    return HoleLevel(name, energy * unit_ev, float(np.trapezoid(s_channel * electron * r**2, r) ** 2), r, channels)


@lru_cache(maxsize=256)
def hole_levels(diameter_nm: float, spin_orbit_ev: float = SPIN_ORBIT_EV) -> tuple[HoleLevel, HoleLevel, HoleLevel]:
    """The levels 1S_3/2, 2S_3/2 and 1S_1/2 of a CdSe sphere of `diameter_nm`, in this order.

    `overlap_squared` K = |<1S_e|hole>|^2 of the S channel: 0.96, 0.03 and 0.80 at 3.0 nm. ValueError for a diameter
    that is not above 0.
    """
    if not (np.isfinite(diameter_nm) and diameter_nm > 0.0):
        raise ValueError(f"diameter_nm must be finite and above 0, but {diameter_nm!r} came")
    unit_ev = HBAR2_OVER_2M_EV_NM2 / (0.5 * diameter_nm) ** 2
    spin_orbit = spin_orbit_ev / unit_ev
    found = []
    for total, names in ((1.5, ("1S_3/2", "2S_3/2")), (0.5, ("1S_1/2",))):
        trials = np.linspace(0.5, 60.0 + 1.5 * spin_orbit, 1200)
        values = np.array([_boundary(e, spin_orbit, total) for e in trials])
        crossings = np.flatnonzero(values[:-1] * values[1:] < 0.0)[: len(names)]
        for name, at in zip(names, crossings, strict=True):
            energy = brentq(_boundary, trials[at], trials[at + 1], args=(spin_orbit, total), xtol=1e-12)
            found.append(_level(name, float(energy), spin_orbit, total, unit_ev))
    return (found[0], found[1], found[2])
