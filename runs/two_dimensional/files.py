"""The files of a two-dimensional spectrum: netCDF, CSV of every trace, WrightTools wt5."""

from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from runs.store import write_netcdf, write_table
from runs.two_dimensional.maps import OTHER
from runs.two_dimensional.spectrum import TwoDimensionalResult

KEPT_WAITS = 43
CONVENTIONS = {
    "absorptive": "real part of rephasing + non-rephasing; GSB and SE positive, ESA negative",
    "rephasing": "exp(+i w1 t1 - i w3 t3) in time, S(w1) = dt1 sum S(t1) exp(-i w1 t1), first points halved",
    "nonrephasing": "exp(-i w1 t1 - i w3 t3) in time, S(w1) = dt1 sum S(t1) exp(+i w1 t1), first points halved",
    "t2": "exp(-i w_ab t2); S(w2) = dt2 sum (S - mean) hann exp(+i w2 t2)",
    "axes": "w1 excitation, w3 detection, both in the laboratory frame",
    "orientation": "isotropic average",
}


def write_two_dimensional(folder: Path, found: TwoDimensionalResult, title: str) -> None:
    """two_dimensional.nc, traces.csv and beats.csv, and the wt5 files if they were asked for."""
    write_netcdf(folder / "two_dimensional.nc", dataset(found, title))
    write_table(folder / "traces.csv", trace_columns(found.traces))
    write_table(folder / "beats.csv", beat_columns(found.traces))
    if found.settings.wt5:
        write_wt5(folder, found)


def dataset(found: TwoDimensionalResult, title: str) -> xr.Dataset:
    """Maps and traces with named axes, units and conventions; complex numbers as real and imaginary parts."""
    maps, traces = found.maps, found.traces
    waits = map_times(found)
    shown = maps.absorptive().sel(t2=waits).rename(t2="map_t2").transpose("map_t2", "w1", "w3")
    data: dict[str, xr.DataArray] = {
        "absorptive": _told(shown, "Debye^4 fs^2", "absorptive map, real part of rephasing and non-rephasing"),
        "beat_scan": _told(found.scan, "Debye^4 fs^3", "|S(w1, w2, w3)| of the first case at equal steps of w2"),
        "beat_map": _told(found.beats, "Debye^4 fs^3", f"|S(w1, w2, w3)|, {found.settings.signal}, both signs of w2"),
        **_parts("trace", traces["trace"], "Debye^4 fs^2", "S(w1, t2, w3) at an address"),
        "trace_beats": _told(
            traces["beats"].rename(w2="w2_axis"), "Debye^4 fs^3", "|S(w2)| at an address, both signs of w2"
        ),
    }  # fmt: skip
    if not found.beats.sizes["w2"]:
        del data["beat_map"]  # no beat was found
    if found.settings.cube:
        first = next(iter(maps.whole.values()))
        data |= _parts(found.settings.signal, first, "Debye^4 fs^2", "map over all waiting times")
        assert maps.other is not None
        data |= _parts(OTHER[found.settings.signal], maps.other, "Debye^4 fs^2", "map over all waiting times")
    about = found.summary["two_dimensional"]
    attributes = {
        "title": title, "Conventions": "CF-1.10", "model": about["model"], "coupling": about["coupling"],
        "standing": about["standing"], "reference_cm1": about["reference_cm1"], "clusters": about["clusters"],
        **{f"convention_{name}": text for name, text in CONVENTIONS.items()},
        **{f"setting_{key}": str(value) for key, value in found.settings.model_dump(exclude_none=True).items()},
    }  # fmt: skip
    bare = {name: values.drop_attrs(deep=False).assign_attrs(values.attrs) for name, values in data.items()}
    return xr.Dataset(bare).assign_attrs(attributes)


def map_times(found: TwoDimensionalResult) -> np.ndarray:
    """Waiting times of the absorptive maps that are kept: about forty in equal steps and those that are drawn.

    (n,) in fs.
    """
    t2 = found.given.times.t2
    few = t2[:: max(1, -(-len(t2) // KEPT_WAITS))]
    return np.unique(np.concatenate([few, found.given.shown_t2_fs]))


def _told(values: xr.DataArray, units: str, meaning: str) -> xr.DataArray:
    told = values.astype(np.float32)
    told.attrs = {"units": units, "long_name": meaning}
    return told


def _parts(name: str, values: xr.DataArray, units: str, meaning: str) -> dict[str, xr.DataArray]:
    """Real and imaginary part: netCDF knows no complex numbers."""
    return {
        f"{name}_real": _told(values.real, units, f"real part of {meaning}"),
        f"{name}_imaginary": _told(values.imag, units, f"imaginary part of {meaning}"),
    }


def trace_columns(traces: xr.Dataset) -> dict[str, list[Any]]:
    """Every trace, one way to count below the other, beside t2_fs and `case`; units in the names."""
    cases, waits = traces.case.values.tolist(), traces.t2.values.tolist()
    columns: dict[str, list[Any]] = {"t2_fs": waits * len(cases)}
    for number in range(traces.sizes["address"]):
        along = traces["trace"].isel(address=number)
        for part, values in (("real", along.values.real), ("imaginary", along.values.imag)):
            columns[f"{_address(along)}_{part}_debye4_fs2"] = values.ravel().tolist()
    return columns | {"case": _repeated(cases, len(waits))}


def beat_columns(traces: xr.Dataset) -> dict[str, list[Any]]:
    """The transform |S(w2)| of every trace, one way to count below the other, beside w2_cm1 and `case`."""
    cases, beats = traces.case.values.tolist(), traces.w2.values.tolist()
    columns: dict[str, list[Any]] = {"w2_cm1": beats * len(cases)}
    for number in range(traces.sizes["address"]):
        along = traces["beats"].isel(address=number)
        columns[f"{_address(along)}_debye4_fs3"] = along.values.ravel().tolist()
    return columns | {"case": _repeated(cases, len(beats))}


def _repeated(cases: list[str], times: int) -> list[str]:
    return [case.replace(",", ";") for case in cases for _ in range(times)]  # a comma parts columns


def _address(along: xr.DataArray) -> str:
    return f"w1_{float(along.w1_cm1):.0f}_w3_{float(along.w3_cm1):.0f}"


def write_wt5(folder: Path, found: TwoDimensionalResult) -> None:
    """absorptive.wt5 over (w1, t2, w3) and beats.wt5 over (w1, w2, w3), as WrightTools itself writes them.

    rephasing.wt5 (or nonrephasing.wt5) holds the complex maps. Channels `real`, `imaginary`, `absolute`; absorptive
    maps and |S| are real. WrightTools' quick plots fail on complex channels, so there is none.
    """
    import WrightTools as wt

    first, waits = next(iter(found.maps.whole.values())), map_times(found)
    alone, shown = first.sel(t2=waits), found.maps.absorptive().sel(t2=waits)
    for stem, values, middle, unit in (
        (found.settings.signal, alone, "t2", "fs_t"),
        ("absorptive", shown, "t2", "fs_t"),
        ("beats", found.beats.isel(case=0).transpose("w1", "w2", "w3"), "w2", "wn"),
    ):
        if not values.size:  # no beat was found
            continue
        data = wt.Data(name=stem)
        axes = (("w1", "wn"), (middle, unit), ("w3", "wn"))
        for place, (name, units) in enumerate(axes):
            shape = [1, 1, 1]
            shape[place] = values.sizes[name]
            data.create_variable(name, values=np.asarray(values[name].values, float).reshape(shape), units=units)
        numbers = np.asarray(values.transpose("w1", middle, "w3").values)
        data.create_channel("real", values=numbers.real.astype(float), signed=True)
        data.create_channel("imaginary", values=numbers.imag.astype(float), signed=True)
        data.create_channel("absolute", values=np.abs(numbers).astype(float))
        data.transform("w1", middle, "w3")
        data.save(filepath=str(folder / f"{stem}.wt5"), overwrite=True, verbose=False)
        data.close()
