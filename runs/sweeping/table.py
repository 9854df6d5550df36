"""All points of a sweep as one data set: one dimension per axis, the yields with their intervals as variables."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr

from physics.units import CM1_PER_EV
from runs.store import UNIT_OF_ENDING
from runs.sweeping.axes import Value
from runs.sweeping.plan import Plan
from runs.sweeping.point import SPECTRAL_STEP_CM1

UNITS = {**UNIT_OF_ENDING, "min": "minute", "deg": "degree"}
SHOWN_UNITS = {"celsius": "°C", "micromol/L": "µM", "minute": "min", "kelvin": "K", "degree": "°"}
YIELDS = {
    "of_particles": "share of all particles that sit in dimers",
    "of_objects": "dimers among all clusters, monomers included",
    "of_assemblies": "dimers among clusters of two dots or more",
    "resolvable": "dimers that a microscope sees as two, among all clusters",
}
GEOMETRY = {
    "strain": ("1", "degree of fusion of dimers: relative shortening against two touching spheres"),
    "centre_distance_nm": ("nm", "distance between the centres of a dimer's lobes"),
    "neck_radius_nm": ("nm", "neck radius of dimers"),
    "aspect_ratio": ("1", "length over width of dimers"),
}
Row = dict[str, tuple[float, str, str]]  # variable: value, unit, what it is


def row(results: Mapping[str, Any]) -> Row:
    """The numbers of one point; NaN where the summary says null."""
    summary = results["summary"]
    found: Row = {}
    for name, told in YIELDS.items():
        _interval(found, f"dimer_yield_{name}", summary["dimer_yield"].get(name), "1", told)
    _interval(found, "larger_share_of_particles", results["larger"], "1", "share of particles in three dots or more")
    monomers = summary["cluster_sizes"].get("1", {"of_particles": 0.0, "of_objects": 0.0})
    for share in ("of_particles", "of_objects"):
        found[f"monomer_share_{share}"] = (
            _number(monomers[share]),
            "1",
            f"share of monomers {share.replace('_', ' ')}",
        )
    found["mixed_share_of_assemblies"] = (
        _number(summary["mixed_share"]), "1", "clusters of two dots or more that join two kinds")  # fmt: skip
    for pair, share in summary["pair_shares"].items():
        found[f"pair_share_{pair}"] = (_number(share), "1", f"dimers that join {pair}")
    for state, share in summary["bond_states"].items():
        found[f"bond_share_{state}"] = (_number(share), "1", f"bonds that are {state}")
    for name, (unit, told) in GEOMETRY.items():
        for part, long in (("mean", "mean"), ("sd", "standard deviation")):
            found[f"dimer_{name}_{part}"] = (_number(summary["dimer_geometry"][name][part]), unit, f"{told}, {long}")
    for kind, layer in summary["molten_layer_nm"].items():
        found[f"molten_layer_nm_{kind}"] = (_number(layer), "nm", f"molten layer of {kind} at the final temperature")
    found["final_temperature_c"] = (_number(summary["final_temperature_c"]), "celsius", "temperature at the end")
    found["gel_point"] = (_number(summary["gel_point"]), "1", "conversion at which linked dots gel")
    found["events"] = (_number(summary["events"]), "1", "bonds formed, all replicas")
    found["warnings"] = (float(len(summary["warnings"])), "1", "warnings about this point, in its file")
    if "spectra" in results:
        _spectral(found, results["spectra"])
    return found


def _spectral(found: Row, spectra: Mapping[str, Any]) -> None:
    for name in ("edge_shift_mev", "edge_shift_with_charge_transfer_mev"):
        _interval(found, name, spectra[name], "meV", "shift of the absorption edge against the unfused dots")
    for name in ("edge_ev", "unfused_edge_ev"):
        found[name] = (_number(spectra[name]), "eV", "absorption edge")


def _interval(found: Row, name: str, given: Mapping[str, Any] | None, unit: str, told: str) -> None:
    for part, end, long in (("value", "", ""), ("low", "_low", ", lower end of the 95 % interval"),
                            ("high", "_high", ", upper end of the 95 % interval")):  # fmt: skip
        found[name + end] = (_number(given[part] if given else None), unit, told + long)


def _number(value: Any) -> float:
    return float("nan") if value is None else float(value)


def dataset(plan: Plan, points: Iterable[Mapping[str, Any]]) -> xr.Dataset:
    """The data set from the results of every point, in the order of the plan; the same points give the same bits."""
    spectra: list[Mapping[str, Any]] = []
    columns: dict[str, np.ndarray] = {}
    words: dict[str, tuple[str, str]] = {}
    for place, results in enumerate(points):
        if plan.spectra:
            spectra.append(results["spectra"])
        for name, (value, unit, told) in row(results).items():
            columns.setdefault(name, np.full(len(plan.tasks), np.nan))[place] = value
            words[name] = (unit, told)
    data: dict[str, xr.DataArray] = {
        name: xr.DataArray(
            values.reshape(plan.shape), dims=plan.dims, attrs={"units": words[name][0], "long_name": words[name][1]}
        )
        for name, values in columns.items()
    }
    seeds = np.array([one.recipe["simulation"]["seed"] for one in plan.tasks], dtype=np.int64).reshape(plan.shape)
    about = {"units": "1", "long_name": "seed of the point: `qdmer run` with it gives the same bits"}
    data["point_seed"] = xr.DataArray(seeds, dims=plan.dims, attrs=about)
    coordinates = {key: _coordinate(key, values, plan) for key, values in plan.axes.items()}
    found = xr.Dataset(data, coordinates, attrs={"title": plan.title, "Conventions": "CF-1.10", "sweep": plan.digest})
    return found.merge(_absorption(plan, spectra)) if spectra else found


def _absorption(plan: Plan, spectra: Sequence[Mapping[str, Any]]) -> xr.Dataset:
    """Absorption of every point on one axis of energies; zero beyond the levels of a point."""
    first = min(one["first"] for one in spectra)
    last = max(one["first"] + len(next(iter(one["columns"].values()))) for one in spectra)
    axis = SPECTRAL_STEP_CM1 * np.arange(first, last)
    data = {}
    for name in sorted({name for one in spectra for name in one["columns"]}):
        values = np.zeros((len(spectra), last - first))
        for line, one in zip(values, spectra, strict=True):
            given = one["columns"].get(name)
            start = one["first"] - first
            line[start : start + len(given or ())] = given if given else np.nan
            if given is None:
                line[:] = np.nan  # this point has no fused neck, or none that charge transfer knows
        about = {"units": "Debye^2 per cm-1 and dot", "long_name": name.replace("_", " ")}
        data[name] = xr.DataArray(values.reshape(*plan.shape, -1), dims=(*plan.dims, "energy"), attrs=about)
    energy = xr.Variable("energy", axis, {"units": "cm-1", "long_name": "photon energy"})
    energy_ev = ("energy", axis / CM1_PER_EV, {"units": "eV", "long_name": "photon energy"})
    return xr.Dataset(data, {"energy": energy, "energy_ev": energy_ev})


def _coordinate(key: str, values: Sequence[Value], plan: Plan) -> xr.Variable:
    """The values of one axis; lists of a heating programme and the like stand as JSON."""
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        whole = all(isinstance(value, int) for value in values)
        held = np.asarray(values, dtype=np.int64 if whole else np.float64)
    else:
        held = np.array([value if isinstance(value, str) else json.dumps(value) for value in values], dtype=object)
    return xr.Variable(key if plan.grid else plan.dims, held, {"units": unit(key), "long_name": label(key, plan)})


def unit(key: str) -> str:
    """The unit that a recipe's key carries in its name."""
    ending = key.rpartition("_")[2] if "_" in key else ""
    return UNITS.get(ending, "1")


def label(key: str, plan: Plan) -> str:
    """A recipe's key in words, with its unit: `temperature (°C)`, `CdS concentration (µM)`."""
    parts = key.split(".")
    name = parts[-1].removesuffix(f"_{parts[-1].rpartition('_')[2]}") if unit(key) != "1" else parts[-1]
    words = name.replace("_", " ")
    if parts[0] == "dots" and len(plan.recipe.dots) > 1:
        words = f"{'.'.join(parts[1:-1])} {words}"
    return words if unit(key) == "1" else f"{words} ({SHOWN_UNITS.get(unit(key), unit(key))})"
