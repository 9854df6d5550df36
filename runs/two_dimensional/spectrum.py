"""From graphs to everything that is known of their two-dimensional spectrum, computed once."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import networkx as nx
import numpy as np
import xarray as xr

from physics.excitons import Ensemble
from physics.spectra.coherences import CM1_FS
from physics.spectra.families import (
    LEAST_MEMBERS,
    LONGEST_FS,
    Ellipse,
    coherence_table,
    ellipse,
    longest_h_over_fwhm_fs,
    region,
    touching_deviations,
)
from physics.spectra.labels import FAMILIES, family
from physics.spectra.pulses import Pulse, spectral_amplitude
from physics.spectra.sampling import by_size, sampling_error
from runs.claims.hamilton_2023 import DRAWN_DEVIATIONS
from runs.complaints import RecipeError
from runs.interruption import raise_if_came
from runs.two_dimensional.maps import Maps, Task, all_maps, cases_of, shares_of, signed_beats, strength
from runs.two_dimensional.paper import claims
from runs.two_dimensional.traces import address_rows, traces_of
from runs.two_dimensional.uncertainty import beat_intervals, family_intervals
from runs.two_dimensional_asked import Asked, asked, check, ensemble_of, model_of
from runs.two_dimensional_table import TwoDimensional

NAMED = FAMILIES[:-1]
STANDINGS = {
    "two_band": "five parameters of the model and one common shift are fitted to Hamilton 2023, 3.0 nm / 9 %: to the"
    " frequencies of rho_I, II and III, the h/FWHM times of rho_II and III (not of rho_I) and the map addresses",
    "site": "sizing curves are literature; what couples the dots is computed from recalled and assumed numbers",
}
STANDINGS["two_band_2s"], STANDINGS["band_edge"] = STANDINGS["two_band"], STANDINGS["site"]
MOST_SAMPLED = 16  # groups of clusters behind the sampling error
READINGS = ("one_over_e", "h_over_fwhm", "integral")
WIDEST_SHARE = 0.9  # of the longest h/FWHM that the smoothing allows, from which it is what limits the time
BRIGHT = 0.002  # of the levels' weight, at either end of the window
MARGIN_CM1 = 300.0
SCANNED, FASTEST_SCAN_CM1 = 40, 1600.0  # maps of one beat after the other, for the report's slider
Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class TwoDimensionalResult:
    """Everything that is drawn and written of a two-dimensional spectrum.

    beats and scan: |S| over (case, w2, w1, w3) and (scan_w2, w1, w3), Debye^4 fs^3; names: the family that each w2
    (cm-1) is the frequency of.
    """

    settings: TwoDimensional
    given: Asked
    maps: Maps
    beats: xr.DataArray  # |S| (case, w2, w1, w3)
    scan: xr.DataArray  # |S| (scan_w2, w1, w3) of the first case, beat after beat
    traces: xr.Dataset  # along t2 and w2 at the addresses
    ellipses: dict[str, Ellipse]  # of the pairs of levels, which move together
    regions: dict[str, Ellipse]  # of the widths of both transitions, as Hamilton 2023 draws them
    names: dict[float, str]  # the family that each w2 is the frequency of
    summary: dict[str, Any]


def spectrum_of(
    graphs: Sequence[nx.Graph], settings: TwoDimensional, workers: int, progress: Progress
) -> TwoDimensionalResult:
    """The two-dimensional spectrum of a weighted sample of clusters; RecipeError for what no spectrum can be made of.

    Clusters of more than `largest_dots` dots are left out; the summary says which share of all clusters they are.
    """
    given = asked(settings)
    kept = kept_of(graphs, settings)
    model = model_of(graphs, settings.model)
    many, coupling = ensemble_of(kept, settings, model)
    reference, fastest = check(many, given)
    progress("families", 0.0)
    families = _families(many, given.pulse)
    spread = [name for name, row in families.items() if row["members"] >= LEAST_MEMBERS]
    ellipses = {name: ellipse(many, name, given.pulse) for name in spread}
    regions = {name: region(many, name, given.pulse) for name in spread}
    raise_if_came()
    named_w2 = tuple(settings.w2_cm1) or _family_w2(families, given) or None
    names = {} if settings.w2_cm1 else {row["frequency_cm1"]: name for name, row in families.items()}
    window = settings.window_cm1 or _window(many, given.pulse, settings)
    _check_addresses(settings.addresses_cm1, window, reference, given)
    task = Task(settings, given, reference, fastest, window, named_w2, workers)
    parts = by_size(many)
    maps = all_maps(parts, task, lambda fraction: progress("responses", fraction))
    progress("beats", 0.0)
    w2 = maps.w2_cm1
    cases = [case.name for case in cases_of(settings)]
    beats = _beat_maps(maps, cases, w2)
    addresses = list(settings.addresses_cm1) or _maxima(beats.isel(case=0)) or [_brightest(maps)]
    traces = traces_of(maps.whole, cases, addresses)
    raise_if_came()
    progress("sampling", 0.0)
    at = address_rows(traces, 0)
    intervals = beat_intervals(many, task, maps.whole[cases[0]], addresses)
    for row, interval in zip(at, intervals, strict=False):
        row["interval"] = interval
    summary: dict[str, Any] = {
        "coherences": families,
        "addresses": at,
        "two_dimensional": {
            "model": model, "coupling": coupling, "standing": STANDINGS[model], "signal": settings.signal,
            "clusters": len(kept), "dimers": sum(len(graph) == 2 for graph in kept), "clipped": many.clipped,
            "left_out": _left_out(graphs, settings.largest_dots),
            "reference_cm1": reference, "window_cm1": list(window), "w2_cm1": list(w2),
            "w2_from": "the recipe" if settings.w2_cm1 else "the families" if named_w2 else "the map",
            "sampling_error": _sampling(many, task), "regions": _regions(ellipses, regions),
            "by_size": _by_size(parts, maps, w2, names), "cases": _cases(cases, beats, traces),
            "compared_with": settings.compared_with,
        },
    }  # fmt: skip
    if settings.compared_with is not None and families:
        overlap = summary["two_dimensional"]["regions"]["overlap"]
        found = claims(families, summary["addresses"], overlap)
        summary["two_dimensional"]["claims"] = [claim._asdict() for claim in found]
    return TwoDimensionalResult(
        settings, given, maps, beats, _scan(maps, given), traces, ellipses, regions, names, summary
    )


def kept_of(graphs: Sequence[nx.Graph], settings: TwoDimensional) -> list[nx.Graph]:
    """The clusters that are not too large; RecipeError where all are."""
    kept = [graph for graph in graphs if len(graph) <= settings.largest_dots]
    if not kept:
        smallest = min(map(len, graphs))
        raise RecipeError(
            f"two_dimensional.largest_dots: wanted {smallest} or more, the dots of the smallest cluster there is, "
            f"got {settings.largest_dots}."
        )
    return kept


def _check_addresses(
    addresses: list[tuple[float, float]], window: tuple[float, float], reference: float, given: Asked
) -> None:
    """RecipeError for an address off the map: outside the window, or beyond what the steps of t1 and t3 resolve."""
    for address in addresses:
        for value, step in zip(address, (given.times.steps[0], given.times.steps[2]), strict=True):
            half = CM1_FS / (2.0 * step)
            low, high = max(window[0], reference - half), min(window[1], reference + half)
            if not low + given.grid_cm1 <= value <= high - given.grid_cm1:
                raise RecipeError(
                    f"two_dimensional.addresses_cm1: wanted addresses within the window of {low:.0f} to {high:.0f} "
                    f"cm-1, got {value:g}."
                )


def _families(many: Ensemble, pulse: Pulse | None) -> dict[str, dict[str, Any]]:
    """The coherence families as summary.json holds them; none where no state is labelled L1-, L1+, ..."""
    named = {family(a, b) for block in many.blocks for a in block.labels for b in block.labels} & set(NAMED)
    if not named:
        return {}
    table = coherence_table(many, pulse)
    intervals = family_intervals(many, pulse, table)
    found = {}
    for name in map(str, table.family.values):
        row = table.sel(family=name)
        times = {key: float(row[f"dephasing_{key}_fs"]) for key in READINGS}
        plain = {key: float(row[key]) for key in ("frequency_cm1", "period_fs", "weight")}
        found[name] = {
            **plain, "members": int(row["members"]), "interval": intervals.get(name, {}),
            "dephasing_fs": {key: time if math.isfinite(time) else None for key, time in times.items()},
            "longer_than_fs": _longer_than(name, times),
        }  # fmt: skip
    return found


def _longer_than(name: str, times: dict[str, float]) -> dict[str, float]:
    """The times that are limited by how they are read: by the window, or by the smoothing of the beats' spectrum."""
    limits = {key: LONGEST_FS for key, time in times.items() if time == math.inf}
    smoothed = longest_h_over_fwhm_fs(name)
    return limits | ({"h_over_fwhm": smoothed} if times["h_over_fwhm"] > WIDEST_SHARE * smoothed else {})


def _family_w2(families: dict[str, dict[str, Any]], given: Asked) -> tuple[float, ...]:
    """The families' frequencies that the waiting times can follow, the slowest first."""
    fastest = CM1_FS / (2.0 * given.times.steps[1])
    return tuple(sorted(row["frequency_cm1"] for row in families.values() if row["frequency_cm1"] < fastest))


def _window(many: Ensemble, pulse: Pulse | None, settings: TwoDimensional) -> tuple[float, float]:
    """Where the levels that the pulses reach lie, and the addresses, with a margin."""
    levels, weights = [], []
    for block in many.blocks:
        weight = np.sum(block.dipoles_debye**2, axis=2) * many.weights[block.clusters][:, None]
        if pulse is not None:
            weight = weight * np.abs(spectral_amplitude(block.energies_cm1, pulse)) ** 2
        levels.append(block.energies_cm1.ravel())
        weights.append(weight.ravel())
    level, weight = np.concatenate(levels), np.concatenate(weights)
    order = np.argsort(level)
    running = np.cumsum(weight[order]) / weight.sum()
    low, high = level[order][np.searchsorted(running, [BRIGHT, 1.0 - BRIGHT])]
    named = [value for address in settings.addresses_cm1 for value in address]
    low, high = min([low - MARGIN_CM1, *(v - MARGIN_CM1 for v in named)]), max([high + MARGIN_CM1, *named])
    return float(100.0 * np.floor(low / 100.0)), float(100.0 * np.ceil(high / 100.0))


def _beat_maps(maps: Maps, cases: list[str], w2: tuple[float, ...]) -> xr.DataArray:
    """|S(w1, w2, w3)| of every case, axes case, w2, w1, w3."""
    first = maps.whole[cases[0]]
    values = np.stack([strength(signed_beats(maps.whole[case], w2)) for case in cases])
    coordinates = {
        "case": ("case", cases), "w2": ("w2", list(w2), {"units": "cm-1", "long_name": "beat frequency"}),
        "w1": first.w1, "w3": first.w3,
    }  # fmt: skip
    return xr.DataArray(values, coordinates, ("case", "w2", "w1", "w3"), "beat_map", {"units": "Debye^4 fs^3"})


def _scan(maps: Maps, given: Asked) -> xr.DataArray:
    """|S| of the first case at equal steps of w2, from slow to as fast as is of interest or can be followed."""
    first = next(iter(maps.whole.values()))
    fastest = min(FASTEST_SCAN_CM1, CM1_FS / (2.0 * given.times.steps[1]))
    w2 = np.linspace(fastest / SCANNED, fastest, SCANNED)
    values = strength(signed_beats(first, tuple(w2.tolist())))
    axis = ("scan_w2", w2, {"units": "cm-1", "long_name": "beat frequency"})
    return xr.DataArray(values, {"scan_w2": axis, "w1": first.w1, "w3": first.w3}, ("scan_w2", "w1", "w3"), "beat_scan")


def _maxima(beats: xr.DataArray) -> list[tuple[float, float]]:
    """Where each map at w2 is largest, below the diagonal or on it (w1 the higher level)."""
    found = []
    for beat in beats.w2.values:
        panel = beats.sel(w2=beat).where(beats.w1 >= beats.w3, 0.0)
        place = panel.argmax(("w1", "w3"))
        found.append((float(beats.w1[place["w1"]]), float(beats.w3[place["w3"]])))
    return list(dict.fromkeys(found))


def _brightest(maps: Maps) -> tuple[float, float]:
    """Where the map at the first waiting time is largest: the address where no beat is."""
    panel = abs(next(iter(maps.whole.values())).isel(t2=0))
    place = panel.argmax(("w1", "w3"))
    return float(panel.w1[place["w1"]]), float(panel.w3[place["w3"]])


def _left_out(graphs: Sequence[nx.Graph], largest: int) -> dict[str, float]:
    """How many of the clusters are too large, of all clusters and of all dots, by their weights."""
    weights = np.array([float(graph.graph.get("weight", 1.0)) for graph in graphs])
    dots = weights * np.array([len(graph) for graph in graphs])
    large = np.array([len(graph) > largest for graph in graphs])
    return {"more_than_dots": largest, "of_clusters": float(weights[large].sum() / weights.sum()),
            "of_dots": float(dots[large].sum() / dots.sum())}  # fmt: skip


def _sampling(many: Ensemble, task: Task) -> float | None:
    """Root mean square of the maps' standard error over that of the maps at the first waiting time, without ESA."""
    if len(many) < 4 * MOST_SAMPLED:
        return None
    times, settings = task.given.times, task.settings
    found = sampling_error(
        many, times.t1, [float(times.t2[0])], times.t3, groups=MOST_SAMPLED, signal=settings.signal,
        pathways=("GSB", "SE"), reference_cm1=task.reference_cm1, pulses=task.given.pulse, workers=task.workers,
        optical_dephasing_fs=settings.optical_dephasing_fs, polarizations=settings.polarizations,
    )  # fmt: skip
    return float(found.attrs["relative_error"])


def _regions(ellipses: dict[str, Ellipse], regions: dict[str, Ellipse]) -> dict[str, Any]:
    """Where each family beats, and at how many standard deviations the regions of the paper's families touch."""
    named = [name for name in ("rho_I", "rho_II", "rho_III") if name in regions]
    pairs = [(a, b) for i, a in enumerate(named) for b in named[i + 1 :]]
    touch = {f"{a} {b}": touching_deviations(regions[a], regions[b]) for a, b in pairs}
    return {
        "ellipses": {name: one._asdict() for name, one in ellipses.items()},
        "transition_widths": {name: one._asdict() for name, one in regions.items()},
        "touch_at_deviations": touch,
        "overlap": {pair: deviations <= DRAWN_DEVIATIONS for pair, deviations in touch.items()},
    }


def _by_size(
    parts: dict[int, tuple[float, Ensemble]], maps: Maps, w2: tuple[float, ...], names: dict[float, str]
) -> dict[str, Any]:
    """The share of each size of cluster in the weight, and in each beat."""
    shares = shares_of(maps.by_size)
    return {
        str(size): {
            "of_clusters": share,
            "of_beats": {f"{beat:.0f}": float(shares[size][place]) if shares else 1.0 for place, beat in enumerate(w2)},
            "of_families": {names[beat]: float(shares[size][place]) if shares else 1.0
                            for place, beat in enumerate(w2) if beat in names},
        }
        for size, (share, _) in parts.items()
    }  # fmt: skip


def _cases(cases: list[str], beats: xr.DataArray, traces: xr.Dataset) -> list[dict[str, Any]]:
    """What each way to count says: where the maps at w2 are largest, how large, and what beats at the addresses."""
    found = []
    for number, name in enumerate(cases):
        panel = beats.isel(case=number)
        top = [float(panel.isel(w2=k).max()) for k in range(panel.sizes["w2"])]
        most = max(top, default=0.0) or 1.0
        rows = [
            {"w2_cm1": float(beat), "w1_cm1": place[0], "w3_cm1": place[1], "relative": value / most}
            for beat, place, value in zip(panel.w2.values, _places(panel), top, strict=True)
        ]
        found.append({"name": name, "maxima": rows, "addresses": address_rows(traces, number)})
    return found


def _places(panel: xr.DataArray) -> list[tuple[float, float]]:
    places = []
    for k in range(panel.sizes["w2"]):
        at = panel.isel(w2=k).argmax(("w1", "w3"))
        places.append((float(panel.w1[at["w1"]]), float(panel.w3[at["w3"]])))
    return places
