"""Linear spectra: sums of lines, weighted over the clusters of an ensemble."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from physics.excitons.coupling import screening
from physics.excitons.states import Ensemble, Excitons, as_ensemble, weighted_levels
from physics.jit import compiled
from physics.units import BOLTZMANN_EV_K, CM1_PER_EV, DEBYE_C_M, LIGHT_SPEED_CM_S, PLANCK_J_S, VACUUM_PERMITTIVITY_F_M

Array = NDArray[np.float64]
Lineshape = Literal["gaussian", "lorentzian"]
LINESHAPES = ("gaussian", "lorentzian")
KT_CM1_PER_K = BOLTZMANN_EV_K * CM1_PER_EV  # 0.695 cm-1 per K
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
    """sum_k areas_k g(E - centres_k) on an ascending grid; g: area 1, full width `fwhm_cm1` at half maximum.

    grid_cm1 (e,), centres_cm1 and areas (k,), the answer (e,) in the unit of the areas per cm-1.
    """
    total = np.zeros(len(grid_cm1))
    if lineshape == "gaussian":
        _add_gaussians(grid_cm1, centres_cm1, areas, fwhm_cm1 / math.sqrt(8.0 * math.log(2.0)), total)
    else:
        _add_lorentzians(grid_cm1, centres_cm1, areas, 0.5 * fwhm_cm1, total)
    return total


def checked_grid(energies_cm1: ArrayLike, fwhm_cm1: float, lineshape: str) -> Array:
    """The energy grid as an array; ValueError for one that does not ascend, a width not above 0, an unknown shape.

    Shape (e,), cm-1.
    """
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
    """A labelled spectrum over `energy` in cm-1.

    grid (e,) in cm-1, values (e,) in `units`, which the attributes of the array repeat.
    """
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


ROOM_K = 300.0
REFRACTIVE_INDEX = 1.5  # of the solvent (assumed)
STATES_OF_A_DOT = 8  # 1S_e x 1S_3/2: the one state of the model "site" stands for all of them
EXCITATIONS = ("absorption", "equal")


def thermal_populations(energies_cm1: Array, temperature_k: float) -> Array:
    """(k, s) Boltzmann populations exp(-E/kT)/Z of the states of each cluster.

    energies_cm1 (k, s). ValueError for a temperature not above 0 K.
    """
    if not (math.isfinite(temperature_k) and temperature_k > 0.0):
        raise ValueError(f"temperature_k must be finite and above 0, but {temperature_k!r} came")
    weights = np.exp(-(energies_cm1 - energies_cm1.min(axis=1, keepdims=True)) / (KT_CM1_PER_K * temperature_k))
    return weights / weights.sum(axis=1, keepdims=True)


def radiative_rates_s(energies_cm1: Array, dipoles_debye: Array) -> Array:
    """Rate n f^2 w^3 |mu|^2/(3 pi eps0 hbar c^3) of each state, 1/s; (...) from (...) and (..., 3).

    n = 1.5 of the surroundings, f their local field in a sphere (see `coupling.screening`). The rate of spontaneous
    emission of a dipole in a dielectric (Einstein's A; Novotny and Hecht 2012, ch. 8).
    """
    omega = 2.0 * math.pi * LIGHT_SPEED_CM_S * np.maximum(energies_cm1, 0.0)
    moment2 = np.sum(dipoles_debye**2, axis=-1) * DEBYE_C_M**2
    light_m_s, hbar = 1e-2 * LIGHT_SPEED_CM_S, PLANCK_J_S / (2.0 * math.pi)
    bare = omega**3 * moment2 / (3.0 * math.pi * VACUUM_PERMITTIVITY_F_M * hbar * light_m_s**3)
    return REFRACTIVE_INDEX * screening() ** 2 * bare


def _excited(ensemble: Ensemble | Excitons, excitation: str) -> tuple[Ensemble, list[Array]]:
    """The ensemble and the share of each block's clusters in what is excited; all shares together 1."""
    if excitation not in EXCITATIONS:
        raise ValueError(f"excitation must be one of {', '.join(EXCITATIONS)}, but {excitation!r} came")
    many = as_ensemble(ensemble)
    shares = [many.weights[block.clusters] for block in many.blocks]
    if excitation == "absorption":
        shares = [s * np.sum(block.dipoles_debye**2, axis=(1, 2)) for s, block in zip(shares, many.blocks, strict=True)]
    total = sum(float(s.sum()) for s in shares)
    if total <= 0.0:
        raise ValueError("ensemble must absorb, but all its dipoles or weights are 0")
    return many, [s / total for s in shares]


def emission(
    ensemble: Ensemble | Excitons,
    energies_cm1: ArrayLike,
    homogeneous_fwhm_cm1: float = 200.0,
    lineshape: Lineshape = "gaussian",
    *,
    temperature_k: float = ROOM_K,
    stokes_shift_cm1: float = 0.0,
    excitation: Literal["absorption", "equal"] = "absorption",
) -> xr.DataArray:
    """Emission spectrum of thermal excitons, photons per cm-1; its area is 1 (times the part within the grid).

    Every excited cluster gives one photon, from its state k with the share p_k G_k/sum p G: p_k Boltzmann populations,
    G_k radiative rates, lines moved down by `stokes_shift_cm1`. Clusters are excited as they absorb, or equally. The
    homogeneous width is the line's, the inhomogeneous one the ensemble's own. energies_cm1 (e,) ascending. ValueError
    for a bad grid, width, lineshape, shift, temperature or excitation, and for an ensemble that does not absorb. The
    refractive index and the Boltzmann populations are assumed.
    """
    grid = checked_grid(energies_cm1, homogeneous_fwhm_cm1, lineshape)
    if not math.isfinite(stokes_shift_cm1):
        raise ValueError(f"stokes_shift_cm1 must be finite, but {stokes_shift_cm1!r} came")
    many, shares = _excited(ensemble, excitation)
    values = np.zeros(len(grid))
    for block, share in zip(many.blocks, shares, strict=True):
        bright = thermal_populations(block.energies_cm1, temperature_k)
        bright = bright * radiative_rates_s(block.energies_cm1, block.dipoles_debye)
        total = bright.sum(axis=1, keepdims=True)
        photons = share[:, None] * np.divide(bright, total, out=np.zeros_like(bright), where=total > 0.0)
        centres = (block.energies_cm1 - stokes_shift_cm1).ravel()
        values += sum_of_lines(grid, centres, photons.ravel(), homogeneous_fwhm_cm1, lineshape)
    return spectrum("emission", grid, values, "photons per cm-1", homogeneous_fwhm_cm1=float(homogeneous_fwhm_cm1),
                    lineshape=lineshape, temperature_k=float(temperature_k), stokes_shift_cm1=float(stokes_shift_cm1),
                    excitation=excitation)  # fmt: skip


def cluster_rates_s(ensemble: Ensemble | Excitons, temperature_k: float = ROOM_K) -> Array:
    """(N,) thermal mean radiative rate of each cluster, 1/s.

    Model "band_edge" counts its eight states; the one state of "site" stands for eight that share its strength (kT well
    above the fine structure, assumed). The two-band models leave the dark states out: ValueError.
    """
    many = as_ensemble(ensemble)
    if many.model not in ("site", "band_edge"):
        raise ValueError(f"ensemble must be of the model site or band_edge for lifetimes, but {many.model!r} came")
    rates = np.zeros(len(many.weights))
    for block in many.blocks:
        populations = thermal_populations(block.energies_cm1, temperature_k)
        each = radiative_rates_s(block.energies_cm1, block.dipoles_debye)
        rates[block.clusters] = np.sum(populations * each, axis=1)
    return rates / (STATES_OF_A_DOT if many.model == "site" else 1)


def mean_lifetime_ns(rates_s: Array, weights: Array) -> float:
    """1e9/<k>, ns, of clusters with radiative rates k; inf where none emits.

    rates_s (N,) in 1/s; weights (N,), in any unit. The inverse of the mean rate by definition: what the first moment of
    the decay at t = 0 shows.
    """
    mean = float(np.average(rates_s, weights=weights))
    return 1e9 / mean if mean > 0.0 else math.inf


def lifetimes(ensemble: Ensemble | Excitons, temperature_k: float = ROOM_K) -> xr.DataArray:
    """(cluster,) radiative lifetime of each cluster, ns: the inverse of its thermal mean rate; inf where it is dark.

    ValueError as in `cluster_rates_s`.
    """
    with np.errstate(divide="ignore"):
        values = 1e9 / cluster_rates_s(ensemble, temperature_k)
    return xr.DataArray(values, dims="cluster", name="lifetime", attrs={"units": "ns", "temperature_k": temperature_k})


def decay_curve(
    ensemble: Ensemble | Excitons,
    times_ns: ArrayLike,
    *,
    temperature_k: float = ROOM_K,
    nonradiative_rate_s: float = 0.0,
    excitation: Literal["absorption", "equal"] = "absorption",
) -> xr.DataArray:
    """Emission intensity after a short pulse, sum_c x_c k_c exp(-(k_c + k_nr) t)/sum_c x_c k_c: 1 at t = 0.

    x_c: share of the excited clusters that are c, k_c its radiative rate; 0 throughout where nothing emits. times_ns
    (t,), rates in 1/s. ValueError for times or a rate that are negative or not finite. Exact for independent clusters.
    """
    times = np.asarray(times_ns, dtype=float)
    if times.ndim != 1 or not np.isfinite(times).all() or (times < 0.0).any():
        raise ValueError(f"times_ns must be a row of finite numbers, none negative, but {times_ns!r} came")
    if not (math.isfinite(nonradiative_rate_s) and nonradiative_rate_s >= 0.0):
        raise ValueError(f"nonradiative_rate_s must be finite and not negative, but {nonradiative_rate_s!r} came")
    many, shares = _excited(ensemble, excitation)
    rates, start = cluster_rates_s(many, temperature_k), np.zeros(len(many.weights))
    for block, share in zip(many.blocks, shares, strict=True):
        start[block.clusters] = share
    start = start * rates
    curve = np.zeros(len(times))
    for part in np.array_split(np.arange(len(rates)), max(1, len(rates) // 1000)):
        curve += np.exp(-1e-9 * np.outer(times, rates[part] + nonradiative_rate_s)) @ start[part]
    total = float(start.sum())
    if total > 0.0:
        curve /= total
    axis = xr.Variable("time", times, {"units": "ns"})
    return xr.DataArray(curve, {"time": axis}, ("time",), "decay", {"units": "1"})


def mean_and_width_cm1(spectrum: xr.DataArray) -> tuple[float, float]:
    """Mean energy and full width at half maximum of a spectrum with one peak, cm-1, between grid points linear.

    ValueError where the spectrum does not fall to half of its maximum on both sides. The mean is the first moment by
    definition.
    """
    energy, values = spectrum.energy.values, spectrum.values
    mean = float(np.trapezoid(energy * values, energy) / np.trapezoid(values, energy))
    top, half = int(np.argmax(values)), 0.5 * float(values.max())
    below = np.flatnonzero(values[:top] < half)
    above = np.flatnonzero(values[top:] < half)
    if not len(below) or not len(above):
        raise ValueError("spectrum must fall below half of its maximum on both sides of the grid")
    i, j = below[-1], top + above[0]
    left = energy[i] + (half - values[i]) / (values[i + 1] - values[i]) * (energy[i + 1] - energy[i])
    right = energy[j] - (half - values[j]) / (values[j - 1] - values[j]) * (energy[j] - energy[j - 1])
    return mean, float(right - left)
