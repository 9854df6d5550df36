"""Stacks of two-dimensional maps as the page's slider takes them: bytes, a colour table, axes."""

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

MOST_POINTS, MOST_FRAMES = 96, 48  # along each axis of a map, and maps in a stack
SIGNED_COLOURS, ABSOLUTE_COLOURS = "RdBu_r", "viridis"


FILE = "two_dimensional.nc"


def two_dimensional_stacks(folder: Path) -> list[dict[str, Any]]:
    """The absorptive maps against waiting time and the maps of |S| against beat frequency of a run folder, if any."""
    if not (folder / FILE).is_file():
        return []
    with xr.open_dataset(folder / FILE, engine="h5netcdf") as data:
        addresses = [(float(a), float(b)) for a, b in zip(data["w1_cm1"].values, data["w3_cm1"].values, strict=True)]
        waiting = map_stack(data["absorptive"].load(), "Absorptive map", "map_t2", "fs", addresses)
        beating = map_stack(data["beat_scan"].load(), "Map of one beat, |S|", "scan_w2", "1/cm", addresses)
    return [{**waiting, "label": "Waiting time"}, {**beating, "label": "Beat frequency"}]


def map_stack(
    stack: xr.DataArray, name: str, frames: str, unit: str, addresses: Sequence[tuple[float, float]] = ()
) -> dict[str, Any]:
    """What the slider shows of `stack`, whose dimensions are w1, w3 (1/cm) and `frames` (its values in `unit`).

    A stack with negative values is drawn symmetric about zero on one scale for all maps; any other from zero up, each
    map on its own scale, with `tops`, their largest values relative to the stack's. It opens at `first`: the strongest
    of these, the first map of a signed stack. addresses: (w1, w3) of the points to mark, 1/cm.
    """
    few = stack.transpose(frames, "w3", "w1").isel(
        {dim: slice(None, None, -(-stack.sizes[dim] // most))
         for dim, most in ((frames, MOST_FRAMES), ("w1", MOST_POINTS), ("w3", MOST_POINTS))}
    )  # fmt: skip
    values = few.values.real
    top = float(np.abs(values).max()) or 1.0
    signed = bool(values.min() < -1e-9 * top)
    each = np.abs(values).max(axis=(1, 2))
    own = np.maximum(each, 1e-12 * top)[:, None, None]
    scaled = (values / top + 1.0) / 2.0 if signed else values / own
    import matplotlib as mpl  # pages without a map do without it
    from matplotlib.colors import to_hex

    colours = mpl.colormaps[SIGNED_COLOURS if signed else ABSOLUTE_COLOURS]
    return {
        "name": name,
        "unit": unit,
        "frames": [round(float(value), 3) for value in few[frames].values],
        "w1": [float(few.w1[0]), float(few.w1[-1])],
        "w3": [float(few.w3[0]), float(few.w3[-1])],
        "shape": [few.sizes["w3"], few.sizes["w1"]],
        "bytes": base64.b64encode(np.round(255 * scaled).astype(np.uint8).tobytes()).decode("ascii"),
        "colours": [to_hex(colours(level)) for level in range(0, 256)],
        "signed": signed,
        "tops": np.round(each / top, 4).tolist(),
        "first": 0 if signed else int(np.argmax(each)),
        "addresses": [list(pair) for pair in addresses],
    }
