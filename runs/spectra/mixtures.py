"""Linear spectra of clusters beside those of their dots taken apart, and how far bonds move the absorption edge."""

from collections.abc import Sequence
from dataclasses import dataclass

import networkx as nx
import numpy as np
import xarray as xr

from physics.excitons import Ensemble, ensemble
from physics.excitons.graphs import taken_apart
from physics.spectra.linear import sum_of_lines
from physics.spectra.mixture import HOMOGENEOUS_FWHM_CM1, linear_spectra
from physics.units import CM1_PER_EV, CM1_PER_MEV

RESAMPLES = 400
MOST_DOTS_WITH_PAIRS = 100  # of a cluster: with its charge-transfer pairs three times as many states
MOST_CLUSTERS = 2000  # behind an interval; of more, that many drawn at random stand for all
DIPOLES = ("dipole",)
FUSED = ("dipole", "charge_transfer_pairs")  # wave functions that spread through fused necks, besides


@dataclass(frozen=True)
class Shift:
    """Shift of the absorption edge, mixture minus unfused dots, with its 95 % interval; nan of one cluster alone.

    `band_*`: the same of the mean energy of the lowest band.
    """

    value_mev: float
    low_mev: float
    high_mev: float
    edge_ev: float
    unfused_edge_ev: float
    band_mev: float
    band_low_mev: float
    band_high_mev: float

    def as_json(self) -> dict[str, float]:
        """The edge's shift in meV as summaries hold it; null for ends that one cluster cannot have."""
        return {"value": self.value_mev, "low": self.low_mev, "high": self.high_mev}

    def band_json(self) -> dict[str, float]:
        """The shift of the lowest band's mean, likewise in meV."""
        return {"value": self.band_mev, "low": self.band_low_mev, "high": self.band_high_mev}


def spectra_of_mixture(
    graphs: Sequence[nx.Graph], seed: int, model: str = "site", mechanisms: tuple[str, ...] = DIPOLES
) -> tuple[xr.Dataset, Shift]:
    """Absorption, emission and decay of the sampled clusters and of their dots taken apart, and the edge's shift."""
    found = linear_spectra(graphs, model, mechanisms=mechanisms)
    shift = edge_shift(graphs, found["energy"].to_numpy(), seed, model, mechanisms)
    energy = found["energy"]
    found = found.assign_coords(
        energy_ev=("energy", energy.to_numpy() / CM1_PER_EV, {"units": "eV", "long_name": "photon energy"})
    )
    return found.assign_attrs(
        edge_shift_mev=shift.value_mev, edge_shift_low_mev=shift.low_mev, edge_shift_high_mev=shift.high_mev
    ), shift


def spectra_of_run(graphs: Sequence[nx.Graph], seed: int) -> tuple[xr.Dataset, Shift, Shift | None]:
    """`spectra_of_mixture` with dipole coupling alone, and beside it absorption and shift with charge transfer.

    The second shift, and `absorption_with_charge_transfer`, are left out where no neck is fused, where the catalogue
    lacks what tunnelling needs, or where a cluster is so large that its pairs are too many.
    """
    found, shift = spectra_of_mixture(graphs, seed)
    fused = any(bond.get("neck_radius_nm") for graph in graphs for *_, bond in graph.edges(data=True))
    if not fused or max(map(len, graphs)) > MOST_DOTS_WITH_PAIRS:
        return found, shift, None
    energies = found["energy"].to_numpy()
    try:
        spread = linear_spectra(graphs, mechanisms=FUSED, energies_cm1=energies)["absorption"]
        second = edge_shift(graphs, energies, seed, "site", FUSED)
    except ValueError:
        return found, shift, None
    told = {"mechanisms": " ".join(FUSED), "edge_shift_mev": second.value_mev,
            "edge_shift_low_mev": second.low_mev, "edge_shift_high_mev": second.high_mev}  # fmt: skip
    return found.assign(absorption_with_charge_transfer=spread.assign_attrs(told)), shift, second


def edge_shift(
    graphs: Sequence[nx.Graph], energies: np.ndarray, seed: int, model: str, mechanisms: tuple[str, ...]
) -> Shift:
    """The shift with its interval from resampling clusters.

    The same resampled dots are the reference, so that the shift is due to bonds alone. An edge is the lowest energy at
    which absorption reaches half of its first maximum. energies (e,) in cm-1, ascending.
    """
    rng = np.random.default_rng(np.random.SeedSequence((seed, 0xAB50)))
    if len(graphs) > MOST_CLUSTERS:
        graphs = [graphs[place] for place in rng.choice(len(graphs), MOST_CLUSTERS, replace=False)]
    many, alone = both_ensembles(graphs, model, mechanisms)
    fused = cluster_spectra(many, energies, np.arange(len(graphs)))
    unfused = cluster_spectra(alone, energies, np.repeat(np.arange(len(graphs)), [len(graph) for graph in graphs]))
    return shift_between(fused, unfused, many.weights, energies, rng)


def both_ensembles(graphs: Sequence[nx.Graph], model: str, mechanisms: tuple[str, ...]) -> tuple[Ensemble, Ensemble]:
    """The clusters, and their dots taken apart."""
    apart = tuple(m for m in mechanisms if m in ("dipole", "shell"))
    return ensemble(graphs, model, mechanisms=mechanisms), ensemble(taken_apart(graphs), model, mechanisms=apart)


def shift_between(
    fused: np.ndarray, unfused: np.ndarray, weights: np.ndarray, energies: np.ndarray, rng: np.random.Generator
) -> Shift:
    """Shift of edge and lowest band, from clusters drawn again and again; of one cluster there is no interval.

    fused (c, e) and unfused (c, e): absorption of each cluster and of its dots, any unit; weights (c,): how many there
    are of each; energies (e,) in cm-1.
    """

    def shifts(chosen: np.ndarray) -> tuple[float, float, float]:
        after, before = chosen @ fused, chosen @ unfused
        start = edge_cm1(energies, before)
        band = band_mean_cm1(energies, after) - band_mean_cm1(energies, before)
        return (edge_cm1(energies, after) - start) / CM1_PER_MEV, band / CM1_PER_MEV, start / CM1_PER_EV

    value, band, before = shifts(weights)
    ends = np.full((2, 2), np.nan)
    if len(weights) > 1:
        counts = rng.multinomial(len(weights), np.full(len(weights), 1 / len(weights)), size=RESAMPLES) * weights
        ends = np.quantile([shifts(row)[:2] for row in counts if row.any()], [0.025, 0.975], axis=0)
    (low, band_low), (high, band_high) = ends.tolist()
    return Shift(value, low, high, before + value / 1000, before, band, band_low, band_high)


def cluster_spectra(
    many: Ensemble, energies: np.ndarray, into: np.ndarray, of_dots: np.ndarray | None = None
) -> np.ndarray:
    """Absorption of every cluster k, added up in row into[k], in Debye^2 per cm-1; energies (e,) in cm-1.

    `of_dots` (clusters, most dots), true or false: only what these dots lend to each state, mu_s . sum_i c_is mu_i.
    """
    found = np.zeros((int(into[-1]) + 1, len(energies)))
    for block in many.blocks:
        lent = block.dipoles_debye
        if of_dots is not None:
            chosen = of_dots[block.clusters][:, block.dot_of_site][..., None] * block.site_dipoles_debye
            lent = np.matmul(block.vectors.transpose(0, 2, 1), chosen)
        strengths = np.sum(block.dipoles_debye * lent, axis=2)
        for cluster, centres, areas in zip(block.clusters, block.energies_cm1, strengths, strict=True):
            found[into[cluster]] += sum_of_lines(energies, centres, areas, HOMOGENEOUS_FWHM_CM1, "gaussian")
    return found


def edge_cm1(energies: np.ndarray, spectrum: np.ndarray) -> float:
    """Lowest energy at which absorption reaches half of its first maximum (of more than 2 % of the largest).

    energies (e,) in cm-1, ascending; spectrum (e,) in any unit.
    """
    first = _first_maximum(spectrum)
    half = spectrum[first] / 2
    above = int(np.argmax(spectrum[: first + 1] >= half))
    if above == 0:
        return float(energies[0])
    rise = spectrum[above] - spectrum[above - 1]
    return float(energies[above - 1] + (half - spectrum[above - 1]) / rise * (energies[above] - energies[above - 1]))


def band_mean_cm1(energies: np.ndarray, spectrum: np.ndarray) -> float:
    """Mean energy of the lowest band: up to the first dip below a third of what lies before it, or to the axis' end.

    energies (e,) in cm-1, ascending; spectrum (e,) in any unit.
    """
    first = _first_maximum(spectrum)
    after, before = spectrum[first:], np.maximum.accumulate(spectrum[first:])
    dips = np.flatnonzero((after[1:-1] <= after[:-2]) & (after[1:-1] < after[2:]) & (after[1:-1] < before[1:-1] / 3))
    band = slice(0, first + int(dips[0]) + 2 if len(dips) else None)
    total = spectrum[band].sum()
    return float(energies[band] @ spectrum[band] / total) if total > 0.0 else float(energies[first])


def _first_maximum(spectrum: np.ndarray) -> int:
    inner = spectrum[1:-1]
    peaks = np.flatnonzero((inner > spectrum[:-2]) & (inner >= spectrum[2:]) & (inner > 0.02 * spectrum.max())) + 1
    first = int(peaks[0]) if len(peaks) else int(np.argmax(spectrum))
    return first
