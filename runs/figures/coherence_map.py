"""Delocalisation and usable coherences over size and dispersion (Fig. 1b of Hamilton 2023)."""

import numpy as np
import xarray as xr
from matplotlib.colors import BoundaryNorm
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from runs.figures.style import BLACK, house_style, new_figure, title


def draw(found: xr.Dataset) -> Figure:
    """Left the mean number of dots that share a state of band L, right the number of usable coherences."""
    sizes, spreads = found["diameter"].to_numpy(), 100 * found["dispersion"].to_numpy()
    with house_style():
        figure = new_figure(7.6, 3.4)
        left, right = figure.subplots(1, 2, sharey=True)
        shared = found["participation"].to_numpy().T
        image = left.pcolormesh(sizes, spreads, shared, cmap="cividis", shading="nearest", rasterized=True)
        lines = left.contour(sizes, spreads, shared, levels=np.arange(1.1, 2.0, 0.1), colors="white", linewidths=0.7)
        left.clabel(lines, fmt="%.1f", fontsize=7)
        figure.colorbar(image, ax=left, label="dots that share a state, <M>")
        title(left, "Delocalisation, band L")
        counts = found["usable_coherences"].to_numpy().T
        bounds = np.arange(np.floor(counts.min()), np.ceil(counts.max()) + 2) - 0.5
        norm = BoundaryNorm(bounds, 256)
        image = right.pcolormesh(sizes, spreads, counts, cmap="cividis", norm=norm, shading="nearest", rasterized=True)
        step = max(1, round(np.ptp(bounds) / 8))
        figure.colorbar(image, ax=right, label="usable coherences", ticks=np.arange(bounds[0] + 0.5, bounds[-1], step))
        title(right, "Usable coherences")
        for axes in (left, right):
            axes.set_xlabel("mean diameter (nm)")
            axes.plot([3.0, 2.8, 2.8], [9, 5, 9], "o", color="white", markeredgecolor=BLACK, markersize=5)
            axes.add_patch(
                Rectangle((2.5, 5.0), 0.5, 5.0, fill=False, edgecolor="white", linestyle="--", linewidth=1.2)
            )
        left.set_ylabel("size dispersion (%)")
        gap = found.attrs["gap_nm"]
        figure.suptitle(
            f"CdSe pairs {gap:g} nm apart, two-band model fitted to Hamilton 2023; circles: its samples, dashed: where "
            "it finds them usable",
            x=0.01, ha="left", fontsize=8.5,
        )  # fmt: skip
    return figure
