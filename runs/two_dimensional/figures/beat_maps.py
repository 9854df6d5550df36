"""Where each frequency beats: |S(w1, w2, w3)| at chosen w2 (Fig. 3a to c of Hamilton 2023)."""

import xarray as xr
from matplotlib.figure import Figure

from physics.spectra.families import Ellipse
from runs.figures.style import VERMILION, house_style, new_figure
from runs.two_dimensional.figures.map_axes import (
    DETECTION,
    EXCITATION,
    FAMILY_NAMES,
    KILO,
    grid,
    levels,
    mark,
    region,
    square,
)


def draw(
    beats: xr.DataArray, addresses_cm1: list[tuple[float, float]], regions: dict[str, Ellipse],
    names: dict[float, str], told: str, heading: str,
) -> Figure:  # fmt: skip
    """One square panel for each w2, each on its own scale, with the region of its family and the addresses.

    beats: |S| over (w2, w1, w3), of any unit; names: the family of each w2 in cm-1.
    """
    w1, w3 = beats.w1.values / KILO, beats.w3.values / KILO
    rows, columns = grid(beats.sizes["w2"])
    most = float(beats.max()) or 1.0
    with house_style():
        figure = new_figure(0.9 + 2.75 * columns, 0.85 + 2.75 * rows)
        panels = figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=True)
        for axes, beat in zip(panels.flat, beats.w2.values, strict=False):
            values = beats.sel(w2=beat).transpose("w3", "w1").values
            top = float(values.max()) or 1.0
            image = axes.pcolormesh(w1, w3, values / top, cmap="viridis", vmin=0, vmax=1, shading="nearest",
                                    rasterized=True)  # fmt: skip
            axes.contour(w1, w3, values / top, levels=levels(), colors="white", linewidths=0.3)
            square(axes, 1000 * w1[0], 1000 * w1[-1], "white")
            name = names.get(float(beat), "")
            if name in regions:
                region(axes, regions[name], VERMILION, linewidth=1.1)
            mark(axes, addresses_cm1)
            family = f"{FAMILY_NAMES[name]}, " if name in FAMILY_NAMES else ""
            axes.set_title(f"{family}ω₂ = {beat:.0f} cm⁻¹ (largest: {top / most:.2f})", loc="left", fontsize=8.5)
        for axes in panels.flat[beats.sizes["w2"] :]:
            axes.set_visible(False)
        figure.supxlabel(EXCITATION, fontsize=9)
        figure.supylabel(DETECTION, fontsize=9)
        figure.colorbar(image, ax=panels, shrink=0.6, label="|S(ω₁, ω₂, ω₃)| / largest of the panel")
        figure.suptitle(f"{heading}\n{told}", x=0.01, ha="left", fontsize=9, parse_math=False)
    return figure
