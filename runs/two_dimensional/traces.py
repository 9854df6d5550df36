"""Traces along t2 at addresses of the map, their transforms, and what beats early and late."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr

from physics.spectra.coherences import CM1_FS, beat_spectrum, folded, strongest_beats, trace

PADDING = 4
SLOWEST_CM1 = 60.0
FASTEST_NAMED_CM1 = 1000.0  # rho_I, II and III lie below it, the beats of L with H above
FINEST_CM1, MOST_PADDING = 8.0, 256  # grid of the transforms whose largest point is sought
EARLY_FS = 150.0  # where Fig. 4b of Hamilton 2023 shows the fast beat of rho_III; the late part follows it
LATE_FS = 600.0


def traces_of(whole: dict[str, xr.DataArray], cases: list[str], addresses: list[tuple[float, float]]) -> xr.Dataset:
    """`trace` (case, address, t2), complex, and `beats` (case, address, w2), |S| with both signs of w2 together.

    `whole`: the map of each case over all waiting times; addresses: (w1, w3) in cm-1.
    """
    along, tops = [], []
    for case in cases:
        along.append(np.stack([trace(whole[case], *address).values for address in addresses]))
        tops.append(float(abs(whole[case].isel(t2=0)).max()))
    return traces_at(np.stack(along).astype(complex), cases, addresses, whole[cases[0]], *tops)


def traces_at(
    values: np.ndarray, cases: list[str], addresses: Sequence[tuple[float, float]], spectra: xr.DataArray, *tops: float
) -> xr.Dataset:
    """`traces_of` from the traces' values (case, address, t2) in Debye^4 fs^2; `tops`: each case's largest map point.

    addresses: (w1, w3) in cm-1. `spectra`: the map whose waiting times and fastest beat these are.
    """
    dims = ("case", "address")
    coordinates = {
        "case": ("case", cases), "t2": spectra.t2,
        "w1_cm1": ("address", [a for a, _ in addresses], {"units": "cm-1", "long_name": "excitation wavenumber"}),
        "w3_cm1": ("address", [b for _, b in addresses], {"units": "cm-1", "long_name": "detection wavenumber"}),
    }  # fmt: skip
    told = {"fastest_beat_cm1": spectra.attrs["fastest_beat_cm1"]}
    along = xr.DataArray(values, dims=(*dims, "t2"), coords={"t2": spectra.t2}, attrs=told)
    transforms = [[folded(beat_spectrum(row, padding=PADDING)) for row in case] for case in along]
    axis = ("w2", transforms[0][0].w2.values, {"units": "cm-1", "long_name": "beat frequency"})
    shares = [[float(abs(row[0])) / (top or 1.0) for row in case] for case, top in zip(values, tops, strict=True)]
    return xr.Dataset(
        {
            "trace": ((*dims, "t2"), values, {"units": "Debye^4 fs^2"}),
            "of_maximum": (dims, np.array(shares), {"units": "1"}),
            "beats": ((*dims, "w2"), np.array([[row.values for row in case] for case in transforms]),
                      {"units": "Debye^4 fs^3"}),
        },
        {**coordinates, "w2": axis}, told,
    )  # fmt: skip


def address_rows(traces: xr.Dataset, case: int) -> list[dict[str, Any]]:
    """At each address the strongest beat of the whole trace, of all and of those below 1000 cm-1, and the same of the
    early and the late part of the trace below 1000 cm-1; null where a part is too short or its spectrum has no
    maximum. `of_maximum`: how large the map is there at t2 = 0 against its largest.
    """
    rows = []
    for number in range(traces.sizes["address"]):
        along = traces["trace"].isel(case=case, address=number)
        w1, w3 = float(along.w1_cm1), float(along.w3_cm1)
        told = traces.attrs
        rows.append({
            "w1_cm1": w1, "w3_cm1": w3, "strongest_cm1": _strongest(along, -np.inf, np.inf, np.inf, told),
            "strongest_named_cm1": _strongest(along, -np.inf, np.inf, FASTEST_NAMED_CM1, told),
            "early_cm1": _strongest(along, -np.inf, EARLY_FS, FASTEST_NAMED_CM1, told),
            "late_cm1": _strongest(along, EARLY_FS, LATE_FS, FASTEST_NAMED_CM1, told),
            "of_maximum": float(traces["of_maximum"].isel(case=case, address=number)),
        })  # fmt: skip
    return rows


def _strongest(
    along: xr.DataArray, low: float, high: float, fastest_cm1: float, attributes: dict[Any, Any]
) -> float | None:
    part = along.where((along.t2 > low) & (along.t2 <= high), drop=True).drop_vars(["w1_cm1", "w3_cm1", "case"])
    if part.sizes["t2"] < 8:
        return None
    point = part.expand_dims({"w1": [0.0], "w3": [0.0]}).assign_attrs(attributes)
    length = part.sizes["t2"] * float(part.t2[1] - part.t2[0])
    padding = min(max(PADDING, math.ceil(CM1_FS / (FINEST_CM1 * length))), MOST_PADDING)
    if CM1_FS / (padding * length) > min(fastest_cm1, FASTEST_NAMED_CM1):
        return None
    found = strongest_beats(point, [(0.0, 0.0)], SLOWEST_CM1, padding, fastest_cm1)[0]["strongest_cm1"]
    return None if math.isnan(found) else found
