"""Absorption of the simulated mixture beside that of the same dots before they fused, and the shift of the edge."""

from collections.abc import Sequence
from dataclasses import dataclass

import networkx as nx
import numpy as np
import xarray as xr

from physics.excitons import ensemble
from physics.spectra.linear import absorption
from physics.units import CM1_PER_EV, CM1_PER_MEV

HOMOGENEOUS_FWHM_CM1 = 600.0  # assumed: room-temperature line width of one dot, about 75 meV
STEP_CM1 = 4.0  # 0.5 meV
RESAMPLES = 400


@dataclass(frozen=True)
class Shift:
    """Shift of the absorption edge, mixture minus unfused dots, with its 95 % interval."""

    value_mev: float
    low_mev: float
    high_mev: float
    edge_ev: float
    unfused_edge_ev: float


def absorption_of_mixture(graphs: Sequence[nx.Graph], seed: int) -> tuple[xr.Dataset, Shift]:
    """Absorption per dot of the sampled clusters and of their dots taken apart, on one axis.

    The interval comes from resampling clusters; the same resampled dots are the reference, so that the shift is due to
    bonds alone. An edge is the lowest energy at which absorption reaches half of its first maximum.
    """
    apart = [_taken_apart(graph) for graph in graphs]
    energies = _axis([dot for dots in apart for dot in dots], graphs)
    weights = np.array([float(graph.graph.get("weight", 1.0)) for graph in graphs])
    sizes = np.array([len(graph) for graph in graphs], dtype=float)
    fused = np.array([_spectrum([graph], energies) for graph in graphs])
    unfused = np.array([_spectrum(dots, energies) * len(dots) for dots in apart])

    def per_dot(spectra: np.ndarray, chosen: np.ndarray) -> np.ndarray:
        return chosen @ spectra / (chosen @ sizes)

    shift, before = _shift(energies, per_dot(fused, weights), per_dot(unfused, weights))
    rng = np.random.default_rng(np.random.SeedSequence((seed, 0xAB50)))
    counts = rng.multinomial(len(graphs), np.full(len(graphs), 1 / len(graphs)), size=RESAMPLES) * weights
    resampled = [_shift(energies, per_dot(fused, row), per_dot(unfused, row))[0] for row in counts]
    low, high = np.quantile(resampled, [0.025, 0.975])
    found = Shift(shift, float(low), float(high), before + shift / 1000, before)
    return _dataset(energies, per_dot(fused, weights), per_dot(unfused, weights), found), found


def _taken_apart(graph: nx.Graph) -> list[nx.Graph]:
    """Every dot of a cluster as a graph of its own."""
    single = []
    for node, attributes in graph.nodes(data=True):
        alone: nx.Graph = nx.Graph()
        alone.add_node(node, **attributes)
        single.append(alone)
    return single


def _spectrum(graphs: Sequence[nx.Graph], energies: np.ndarray) -> np.ndarray:
    """Mean absorption of one cluster of these."""
    line = absorption(ensemble(graphs), energies, homogeneous_fwhm_cm1=HOMOGENEOUS_FWHM_CM1)
    return np.asarray(line, dtype=float)


def _axis(dots: Sequence[nx.Graph], graphs: Sequence[nx.Graph]) -> np.ndarray:
    """Energies that hold every line with four widths to spare."""
    distinct = {tuple(sorted((k, str(v)) for k, v in _only(dot).items() if k != "position_nm")): dot for dot in dots}
    found = [np.asarray(ensemble([graph]).energies_cm1) for graph in (*distinct.values(), *graphs)]
    lowest, highest = min(np.nanmin(e) for e in found), max(np.nanmax(e) for e in found)
    spare = 4 * HOMOGENEOUS_FWHM_CM1
    first = np.floor((lowest - spare) / STEP_CM1) * STEP_CM1
    return np.arange(max(first, STEP_CM1), highest + spare + STEP_CM1, STEP_CM1)


def _only(graph: nx.Graph) -> dict:
    return next(iter(graph.nodes(data=True)))[1]


def edge_cm1(energies: np.ndarray, spectrum: np.ndarray) -> float:
    """Lowest energy at which absorption reaches half of its first maximum (of more than 2 % of the largest)."""
    inner = spectrum[1:-1]
    peaks = np.flatnonzero((inner > spectrum[:-2]) & (inner >= spectrum[2:]) & (inner > 0.02 * spectrum.max())) + 1
    first = int(peaks[0]) if len(peaks) else int(np.argmax(spectrum))
    half = spectrum[first] / 2
    above = int(np.argmax(spectrum[: first + 1] >= half))
    if above == 0:
        return float(energies[0])
    rise = spectrum[above] - spectrum[above - 1]
    return float(energies[above - 1] + (half - spectrum[above - 1]) / rise * (energies[above] - energies[above - 1]))


def _shift(energies: np.ndarray, fused: np.ndarray, unfused: np.ndarray) -> tuple[float, float]:
    """(shift in meV, edge of the unfused dots in eV)."""
    before = edge_cm1(energies, unfused)
    return (edge_cm1(energies, fused) - before) / CM1_PER_MEV, before / CM1_PER_EV


def _dataset(energies: np.ndarray, fused: np.ndarray, unfused: np.ndarray, shift: Shift) -> xr.Dataset:
    unit = {"units": "debye2 cm per dot", "long_name": "absorption of the simulated mixture"}
    return xr.Dataset(
        {
            "absorption": ("energy_cm1", fused, unit),
            "absorption_unfused": ("energy_cm1", unfused, {**unit, "long_name": "absorption of the unfused dots"}),
        },
        {
            "energy_cm1": ("energy_cm1", energies, {"units": "cm-1", "long_name": "photon energy"}),
            "energy_ev": ("energy_cm1", energies / CM1_PER_EV, {"units": "eV", "long_name": "photon energy"}),
        },
        {
            "homogeneous_fwhm_cm1": HOMOGENEOUS_FWHM_CM1,
            "edge_shift_mev": shift.value_mev,
            "edge_shift_low_mev": shift.low_mev,
            "edge_shift_high_mev": shift.high_mev,
        },
    )
