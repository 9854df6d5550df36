"""What the electronic response leaves out: a longitudinal optical phonon, and broadening by the surroundings.

Both multiply the response in time. The phonon is one undamped harmonic mode that every exciton of a cluster displaces
alike (assumed; two excitons displace it twice), treated exactly by the second cumulant; the levels given stand for the
zero-phonon lines. The paper's own computation leaves the phonon out (Hamilton 2023), its solution spectra show it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from physics.spectra.question import SIGNALS, one_of
from physics.units import BOLTZMANN_EV_K, CM1_PER_EV, RADIANS_PER_FS_CM1

Array = NDArray[np.float64]
Complex = NDArray[np.complex128]
# Number of excitons on the ket and on the bra during t1, t2, t3 (rephasing; ESA lifts the ket in t3)
KET = {"GSB": (0, 0, 1), "SE": (0, 1, 1), "ESA": (0, 1, 2)}
BRA = {"GSB": (1, 0, 0), "SE": (1, 1, 0), "ESA": (1, 1, 1)}
KET_N = {"GSB": (1, 0, 1), "SE": (1, 1, 1), "ESA": (1, 1, 2)}
BRA_N = {"GSB": (0, 0, 0), "SE": (0, 1, 0), "ESA": (0, 1, 1)}
# Extra inhomogeneous standard deviation of all levels of a cluster together, cm-1; assumed
SURROUNDINGS_CM1 = {"none": 0.0, "solid": 100.0, "solution": 200.0}


@dataclass(frozen=True)
class Phonon:
    """frequency_cm1: CdSe 208 to 220 (recalled; 220 in Hamilton 2023); huang_rhys (assumed); temperature_k.

    The Huang-Rhys factor S is dimensionless. ValueError for a number that is not positive.
    """

    frequency_cm1: float = 213.0
    huang_rhys: float = 0.1
    temperature_k: float = 295.0

    def __post_init__(self) -> None:
        for name, value in (("frequency_cm1", self.frequency_cm1), ("temperature_k", self.temperature_k)):
            if not (math.isfinite(value) and value > 0.0):
                raise ValueError(f"{name} of a phonon must be finite and above 0, but {value!r} came")
        if not (math.isfinite(self.huang_rhys) and self.huang_rhys >= 0.0):
            raise ValueError(f"huang_rhys must be finite and not negative, but {self.huang_rhys!r} came")

    def cumulant(self, times_fs: Array) -> Complex:
        """g(t) = S [coth(hw/2kT) (1 - cos wt) + i sin wt]; g(-t) is its conjugate. Mukamel 1995, eq. 8.30.

        times_fs and the answer (n,) or any shape; dimensionless.
        """
        angle = RADIANS_PER_FS_CM1 * self.frequency_cm1 * times_fs
        quantum = self.frequency_cm1 / (CM1_PER_EV * BOLTZMANN_EV_K * self.temperature_k)
        thermal = 1.0 / math.tanh(0.5 * quantum)
        return np.asarray(self.huang_rhys * (thermal * (1.0 - np.cos(angle)) + 1j * np.sin(angle)))


def phonon_factor(pathway: str, signal: str, t1: Array, t2: Array, t3: Array, phonon: Phonon) -> Complex:
    """exp of the second cumulant for one pathway at broadcast times; 1 without coupling.

    The exciton number on the ket (a) and the bra (b) is constant on each of the three intervals; with C = g'' their
    double integrals come down to g at differences of the four instants: -<aa> - <bb>* + <ba>. t1, t2, t3 in fs, of
    shapes that broadcast, as is the answer; dimensionless. ValueError for an unknown pathway or signal. Mukamel 1995,
    ch. 8.
    """
    one_of("pathway", pathway, tuple(KET))
    one_of("signal", signal, tuple(SIGNALS))
    rephasing = signal == "rephasing"
    ket, bra = (KET if rephasing else KET_N)[pathway], (BRA if rephasing else BRA_N)[pathway]
    marks = [np.zeros(1), np.asarray(t1), t1 + t2, t1 + t2 + t3]

    def between(m: int, n: int) -> Complex:
        """Integral of C(s - s') with s on interval m and s' on n."""
        p, q, r, s = marks[m], marks[m + 1], marks[n], marks[n + 1]
        g = phonon.cumulant
        return g(q - r) + g(p - s) - g(q - s) - g(p - r)

    total = np.zeros(np.broadcast_shapes(*(np.shape(t) for t in marks)), dtype=complex)
    for m, n in product(range(3), repeat=2):
        if m == n:
            within = phonon.cumulant(marks[m + 1] - marks[m])
            total = total - ket[m] ** 2 * within - bra[m] ** 2 * within.conj()
        elif m > n:  # later first on the ket, earlier first on the bra
            joined = between(m, n)
            total = total - ket[m] * ket[n] * joined - bra[m] * bra[n] * joined.conj()
        if bra[m] * ket[n]:
            total = total + bra[m] * ket[n] * (between(m, n) if m != n else _whole(marks, m, phonon))
    return np.asarray(np.exp(total))


def _whole(marks: list[Array], interval: int, phonon: Phonon) -> Complex:
    """Integral of C(s - s') with both on one interval: g(L) + g(-L) = 2 Re g(L)."""
    return (2.0 * phonon.cumulant(marks[interval + 1] - marks[interval]).real).astype(complex)


def with_phonon(response: xr.DataArray, phonon: Phonon) -> xr.DataArray:
    """A response of ONE pathway with the phonon on it; ValueError for a sum of pathways (multiply, then add).

    Debye^4, over t1, t2, t3 in fs as it came.
    """
    pathway = response.attrs.get("pathways")
    if pathway not in KET:
        raise ValueError(f"response must be of one pathway out of {', '.join(KET)}, but {pathway!r} came")
    t1, t2, t3 = response.t1.values[:, None, None], response.t2.values[:, None], response.t3.values
    factor = phonon_factor(pathway, response.attrs["signal"], t1, t2, t3, phonon)
    return (response * factor).assign_attrs({**response.attrs, "phonon": str(phonon)})


def with_broadening(response: xr.DataArray, deviation_cm1: float) -> xr.DataArray:
    """Inhomogeneous broadening by the surroundings: all levels of a cluster move together, normally distributed.

    Rephasing x exp(-s^2 (t1 - t3)^2/2), non-rephasing x exp(-s^2 (t1 + t3)^2/2), s in rad/fs: no beat along t2 suffers.
    The response keeps its axes (fs) and its Debye^4. ValueError for a deviation that is negative or not finite.
    """
    if not (math.isfinite(deviation_cm1) and deviation_cm1 >= 0.0):
        raise ValueError(f"deviation_cm1 must be finite and not negative, but {deviation_cm1!r} came")
    sign = SIGNALS[response.attrs["signal"]]
    delay = response.t1 - sign * response.t3
    factor = np.exp(-0.5 * (RADIANS_PER_FS_CM1 * deviation_cm1 * delay) ** 2)
    found = (response * factor).transpose(*response.dims)
    return found.assign_attrs({**response.attrs, "surroundings_cm1": float(deviation_cm1)})
