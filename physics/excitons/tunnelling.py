"""Tunnelling of one carrier between two equal dots: the Schroedinger equation on an axisymmetric grid.

-hbar^2/2 div(1/m grad psi) + V psi = E psi (BenDaniel-Duke) in (rho, z), the pair's mirror plane at z = 0. The lowest
state that is even and the lowest that is odd in z give t = (E_odd - E_even)/2. Finite volumes of side h; where a cell
is cut by a surface its potential and mass are means over the cell; between cells 1/m is that of both in series.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, diags_array
from scipy.sparse.linalg import eigsh

from physics.excitons.dot import HBAR2_OVER_2M_EV_NM2

Array = NDArray[np.float64]
SAMPLES = 4  # per side of a cell, to average over surfaces
MARGIN_NM = 0.8  # of the surroundings kept around the pair


@dataclass(frozen=True)
class PairShape:
    """Two equal spheres of `outer_radius_nm` (cores `core_radius_nm` inside; the same number for bare dots) whose
    centres lie `centre_distance_nm` apart, and a cylinder of `neck_radius_nm` of the outer material between them.
    ValueError for a length that is not above 0, or a core larger than its sphere.
    """

    core_radius_nm: float
    outer_radius_nm: float
    centre_distance_nm: float
    neck_radius_nm: float = 0.0

    def __post_init__(self) -> None:
        for name in ("core_radius_nm", "outer_radius_nm", "centre_distance_nm", "neck_radius_nm"):
            value = getattr(self, name)
            if not (math.isfinite(value) and (value > 0.0 or (value == 0.0 and name == "neck_radius_nm"))):
                raise ValueError(f"{name} must be finite and above 0, but {value!r} came")
        if self.core_radius_nm > self.outer_radius_nm:
            raise ValueError(f"core_radius_nm must not exceed outer_radius_nm, but {self.core_radius_nm!r} came")


@dataclass(frozen=True)
class Carrier:
    """Masses in m0 and barriers in eV above the core's edge of an electron or a hole."""

    core_mass: float
    shell_mass: float
    outside_mass: float
    shell_barrier_ev: float
    outside_barrier_ev: float


ELECTRON_CDSE = Carrier(0.13, 0.20, 1.0, 0.20, 2.0)  # masses recalled, barriers assumed (CdS 0 to 0.3 eV, ligand 2 eV)
HOLE_CDSE = Carrier(0.45, 0.75, 1.0, 0.50, 2.0)  # one heavy band; recalled and assumed likewise


@dataclass(frozen=True)
class Doublet:
    """Lowest even and odd level of one carrier in a pair, eV above the core's band edge."""

    even_ev: float
    odd_ev: float

    @property
    def coupling_ev(self) -> float:
        """t = (E_odd - E_even)/2. By definition of a two-level system; eV."""
        return 0.5 * (self.odd_ev - self.even_ev)


def doublet(shape: PairShape, carrier: Carrier, step_nm: float = 0.08) -> Doublet:
    """The even and the odd level of a carrier in a pair of dots; to 1 % at the default step."""
    mass, potential, rho = _grid(shape, carrier, step_nm)
    levels = [_lowest(mass, potential, rho, step_nm, odd) for odd in (False, True)]
    return Doublet(levels[0], levels[1])


def _grid(shape: PairShape, carrier: Carrier, step: float) -> tuple[Array, Array, Array]:
    """Cell means of m and V, (rho, z), and the cells' distance from the axis."""
    outer, centre = shape.outer_radius_nm, 0.5 * shape.centre_distance_nm
    cells_rho = math.ceil((max(outer, shape.neck_radius_nm) + MARGIN_NM) / step)
    cells_z = math.ceil((centre + outer + MARGIN_NM) / step)
    fine = (np.arange(SAMPLES) + 0.5) / SAMPLES
    rho = ((np.arange(cells_rho)[:, None] + fine) * step).ravel()[:, None]
    z = ((np.arange(cells_z)[:, None] + fine) * step).ravel()[None, :]
    away = np.hypot(rho, z - centre)
    in_outer = (away < outer) | ((rho < shape.neck_radius_nm) & (z < centre))
    in_core = away < shape.core_radius_nm
    if shape.core_radius_nm == outer:
        in_core = in_outer
    potential = np.where(in_core, 0.0, np.where(in_outer, carrier.shell_barrier_ev, carrier.outside_barrier_ev))
    mass = np.where(in_core, carrier.core_mass, np.where(in_outer, carrier.shell_mass, carrier.outside_mass))
    shape4 = (cells_rho, SAMPLES, cells_z, SAMPLES)
    means = [values.reshape(shape4).mean(axis=(1, 3)) for values in (mass, potential)]
    return means[0], means[1], np.asarray((np.arange(cells_rho) + 0.5) * step, dtype=float)


def _lowest(mass: Array, potential: Array, rho: Array, step: float, odd: bool) -> float:
    """Lowest level (eV) of one parity. Cells are weighted with rho; the matrix is made symmetric with sqrt(rho)."""
    unit = HBAR2_OVER_2M_EV_NM2 / step**2
    between_rho = 2.0 / (mass[1:] + mass[:-1]) * (rho[1:] + rho[:-1])[:, None] * 0.5
    between_z = 2.0 / (mass[:, 1:] + mass[:, :-1]) * rho[:, None]
    diagonal = np.zeros_like(potential)
    diagonal[1:] += between_rho
    diagonal[:-1] += between_rho
    diagonal[:, 1:] += between_z
    diagonal[:, :-1] += between_z
    if odd:
        diagonal[:, 0] += 2.0 * rho / mass[:, 0]  # psi = 0 on the mirror plane, half a cell away
    weight = np.broadcast_to(rho[:, None], potential.shape)
    main = (unit * diagonal / weight + potential).ravel()
    along_rho = (-unit * between_rho / np.sqrt(weight[1:] * weight[:-1])).ravel()
    along_z = np.zeros_like(potential)
    along_z[:, :-1] = -unit * between_z / weight[:, :-1]
    steps_z = potential.shape[1]
    side = along_z.ravel()[:-1]
    matrix = diags_array([main, along_rho, along_rho, side, side], offsets=[0, steps_z, -steps_z, 1, -1], format="csc")
    start = np.exp(-4.0 * potential).ravel()
    return float(eigsh(csc_array(matrix), k=1, sigma=0.0, which="LM", v0=start, return_eigenvectors=False)[0])
