"""Linear spectra: sums of lines, weighted over the clusters of an ensemble."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from physics.excitons.states import Ensemble, Excitons, weighted_levels
from physics.jit import compiled

Array = NDArray[np.float64]
Lineshape = Literal["gaussian", "lorentzian"]
LINESHAPES = ("gaussian", "lorentzian")
GAUSSIAN_REACH = 8.5  # widths sigma beyond which exp(-x^2/2) < 3e-16 is left out


@compiled
def _add_gaussians(grid: Array, centres: Array, areas: Array, sigma: float, total: Array) -> None:
    norm = 1.0 / (sigma * math.sqrt(2.0 * math.pi))
    for line in range(centres.size):
        start = np.searchsorted(grid, centres[line] - GAUSSIAN_REACH * sigma)
        for point in range(start, grid.size):
            x = (grid[point] - centres[line]) / sigma
            if x > GAUSSIAN_REACH:
                break
            total[point] += areas[line] * norm * math.exp(-0.5 * x * x)


@compiled
def _add_lorentzians(grid: Array, centres: Array, areas: Array, half_width: float, total: Array) -> None:
    for line in range(centres.size):
        for point in range(grid.size):
            x = grid[point] - centres[line]
            total[point] += areas[line] * half_width / (math.pi * (x * x + half_width * half_width))


def sum_of_lines(grid_cm1: Array, centres_cm1: Array, areas: Array, fwhm_cm1: float, lineshape: str) -> Array:
    """sum_k areas_k g(E - centres_k) on an ascending grid; g: area 1, full width `fwhm_cm1` at half maximum."""
    total = np.zeros(len(grid_cm1))
    if lineshape == "gaussian":
        _add_gaussians(grid_cm1, centres_cm1, areas, fwhm_cm1 / math.sqrt(8.0 * math.log(2.0)), total)
    else:
        _add_lorentzians(grid_cm1, centres_cm1, areas, 0.5 * fwhm_cm1, total)
    return total


def checked_grid(energies_cm1: ArrayLike, fwhm_cm1: float, lineshape: str) -> Array:
    """The energy grid as an array; ValueError for one that does not ascend, a width not above 0, an unknown shape."""
    grid = np.asarray(energies_cm1, dtype=float)
    if grid.ndim != 1 or not grid.size or not np.isfinite(grid).all() or (np.diff(grid) <= 0.0).any():
        raise ValueError(
            f"energies_cm1 must be a row of ascending finite numbers, but an array of shape {grid.shape} came"
        )
    if not (np.isfinite(fwhm_cm1) and fwhm_cm1 > 0.0):
        raise ValueError(f"homogeneous_fwhm_cm1 must be finite and above 0, but {fwhm_cm1!r} came")
    if lineshape not in LINESHAPES:
        raise ValueError(f"lineshape must be one of {', '.join(LINESHAPES)}, but {lineshape!r} came")
    return grid


def spectrum(name: str, grid: Array, values: Array, units: str, **attributes: object) -> xr.DataArray:
    """A labelled spectrum over `energy` in cm-1."""
    axis = xr.Variable("energy", grid, {"units": "cm-1", "long_name": "photon energy"})
    return xr.DataArray(values, {"energy": axis}, ("energy",), name, {"units": units, **attributes})


def absorption(
    ensemble: Ensemble | Excitons,
    energies_cm1: ArrayLike,
    homogeneous_fwhm_cm1: float = 200.0,
    lineshape: Lineshape = "gaussian",
) -> xr.DataArray:
    """Absorption A(E) = < sum_k |mu_k|^2 g(E - E_k) > of a cluster, Debye^2 per cm-1, weighted over the clusters.

    g: area-normalised line of `homogeneous_fwhm_cm1` (assumed 200 cm-1); `energies_cm1` (e,) ascending. Dimension
    `energy`. The inhomogeneous width is that of the ensemble itself. ValueError for a bad grid, width or lineshape.
    """
    grid = checked_grid(energies_cm1, homogeneous_fwhm_cm1, lineshape)
    centres, dipoles, weights = weighted_levels(ensemble)
    values = sum_of_lines(grid, centres, weights * np.sum(dipoles**2, axis=1), homogeneous_fwhm_cm1, lineshape)
    return spectrum("absorption", grid, values, "Debye^2 per cm-1", homogeneous_fwhm_cm1=float(homogeneous_fwhm_cm1),
                    lineshape=lineshape, mean="weighted over clusters")  # fmt: skip
