"""All linear spectra of a mixture of clusters beside those of the same dots taken apart, in one data set."""

from __future__ import annotations

from collections.abc import Iterable

import networkx as nx
import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from physics.excitons.graphs import taken_apart
from physics.excitons.states import Ensemble, ensemble
from physics.spectra.linear import (
    ROOM_K,
    Lineshape,
    absorption,
    cluster_rates_s,
    decay_curve,
    emission,
    mean_lifetime_ns,
)

Array = NDArray[np.float64]
HOMOGENEOUS_FWHM_CM1 = 600.0  # of one dot at room temperature, about 75 meV (assumed)
SPARE_WIDTHS = 4.0  # of the line, on both sides of the outermost levels
STEPS_PER_WIDTH = 100
TIMES_NS = np.linspace(0.0, 200.0, 401)
WITH_DARK_STATES = ("site", "band_edge")  # models that have lifetimes


def linear_spectra(
    graphs: Iterable[nx.Graph],
    model: str = "site",
    *,
    mechanisms: tuple[str, ...] = ("dipole",),
    long_range: bool = True,
    energies_cm1: ArrayLike | None = None,
    homogeneous_fwhm_cm1: float = HOMOGENEOUS_FWHM_CM1,
    lineshape: Lineshape = "gaussian",
    temperature_k: float = ROOM_K,
    stokes_shift_cm1: float = 0.0,
    times_ns: ArrayLike = TIMES_NS,
) -> xr.Dataset:
    """Absorption (per dot of the graph), emission and decay of clusters and, `_unfused`, of their dots alone.

    Clusters count with their graph's `weight`. `energies_cm1`: None takes an axis that holds every level. Decay and the
    attributes `lifetime_ns`, `lifetime_unfused_ns` (inverse mean rates, every cluster counted alike) stand for the
    models site and band_edge. Attribute `clipped`: dots beyond their sizing curve. ValueError as in `ensemble`.
    """
    graphs = list(graphs)
    fused = ensemble(graphs, model, long_range=long_range, mechanisms=mechanisms)
    shape = tuple(name for name in mechanisms if name in ("dipole", "shell"))
    apart = ensemble(taken_apart(graphs), model, mechanisms=shape)
    grid = _axis((fused, apart), homogeneous_fwhm_cm1) if energies_cm1 is None else np.asarray(energies_cm1, float)
    sizes = np.array([len(graph) for graph in graphs], dtype=float)
    per_dot = fused.weights.sum() / (fused.weights @ sizes)
    columns = {}
    for end, many, scale in (("", fused, per_dot), ("_unfused", apart, 1.0)):
        absorbed = absorption(many, grid, homogeneous_fwhm_cm1, lineshape)
        columns[f"absorption{end}"] = (absorbed * scale).assign_attrs(units="Debye^2 per cm-1 and dot")
        columns[f"emission{end}"] = emission(many, grid, homogeneous_fwhm_cm1, lineshape, temperature_k=temperature_k,
                                             stokes_shift_cm1=stokes_shift_cm1)  # fmt: skip
        if model in WITH_DARK_STATES:
            columns[f"decay{end}"] = decay_curve(many, times_ns, temperature_k=temperature_k)
    told = {"model": model, "mechanisms": " ".join(mechanisms), "clipped": fused.clipped,
            "temperature_k": temperature_k, "homogeneous_fwhm_cm1": homogeneous_fwhm_cm1}  # fmt: skip
    if model in WITH_DARK_STATES:
        for name, many in (("lifetime_ns", fused), ("lifetime_unfused_ns", apart)):
            told[name] = mean_lifetime_ns(cluster_rates_s(many, temperature_k), many.weights)
    return xr.Dataset(columns, attrs=told)


def _axis(ensembles: tuple[Ensemble, ...], fwhm_cm1: float) -> Array:
    """Energies that hold every level with four widths to spare, a hundred to a width (fewer where that is too many)."""
    levels = [block.energies_cm1 for many in ensembles for block in many.blocks]
    lowest, highest = min(float(e.min()) for e in levels), max(float(e.max()) for e in levels)
    spare = SPARE_WIDTHS * fwhm_cm1
    points = min(int((highest - lowest + 2.0 * spare) / fwhm_cm1 * STEPS_PER_WIDTH) + 1, 20_001)
    return np.linspace(max(lowest - spare, 1.0), highest + spare, points)
