"""The picture at the top of the README: cluster sizes of a flask, what its micrograph shows, a map of dimers.

    qdmer run cds-dimers --out flask && qdmer run hamilton-3.0nm-9pct --out dimers
    python .readme/picture.py flask dimers

needs the package installed with the extra `tem`; writes flask-to-spectrum.png beside itself.
"""

import csv
import json
import sys
from pathlib import Path

import networkx as nx
import numpy as np
import xarray as xr
from matplotlib.axes import Axes

from runs.counting.micrographs import render_images
from runs.figures.style import BLACK, BLUE, MARKS, ORANGE, VERMILION, house_style, new_figure, title
from runs.schema import Micrograph as Table
from runs.two_dimensional.figures.absorptive_maps import STEPS
from runs.two_dimensional.figures.map_axes import DETECTION, EXCITATION, KILO, square

T2_FS = 100.0
SEEN = Table(field_nm=90.0, nm_per_pixel=0.2, coverage=0.16)
BAR_NM = 20.0


def main() -> None:
    """Draw the three panels of the two run folders named on the command line."""
    flask, dimers = map(Path, sys.argv[1:])
    with house_style():
        figure = new_figure(10.2, 3.55)
        sizes, seen, spectrum = figure.subplots(1, 3)
        cluster_sizes(sizes, flask)
        micrograph(seen, flask)
        absorptive_map(spectrum, dimers)
        figure.savefig(Path(__file__).with_name("flask-to-spectrum.png"), dpi=160, metadata={"Software": "qdmer"})


def cluster_sizes(axes: Axes, flask: Path) -> None:
    """Shares of objects in per cent with 95 % intervals, beside the laws of Flory and Poisson."""
    with (flask / "cluster_sizes.csv").open(newline="", encoding="utf-8") as lines:
        rows = [{name: float(value or "nan") for name, value in row.items()} for row in csv.DictReader(lines)]
    size, share, low, high, flory, poisson = (
        np.array([row[name] for row in rows])
        for name in ("size", "of_objects", "of_objects_low", "of_objects_high", "flory", "poisson")
    )
    axes.bar(size, 100 * share, width=0.62, color=BLUE, label="simulated, 95 % interval")
    axes.errorbar(size, 100 * share, yerr=100 * np.array([share - low, high - share]), fmt="none", ecolor=BLACK,
                  capsize=3)  # fmt: skip
    for law, name, colour, mark in ((flory, "Flory", ORANGE, MARKS[0]), (poisson, "Poisson", VERMILION, MARKS[1])):
        axes.plot(size, 100 * law, mark + "--", color=colour, label=f"{name}, same mean", markersize=5, linewidth=1.0)
    axes.set_xticks(size)
    axes.set_xlabel("dots in the cluster, n")
    axes.set_ylabel("share of objects (%)")
    axes.set_ylim(0, 85)
    axes.legend(loc="upper right")
    title(axes, "4.26 nm CdS, 60 min at 150 °C")


def micrograph(axes: Axes, flask: Path) -> None:
    """The clusters of the same run on a grid, with a bar in nm."""
    graphs = [nx.node_link_graph(graph, edges="edges") for graph in _graphs(flask)]
    (seen,) = render_images(graphs, SEEN, seed=3)
    side = SEEN.field_nm
    axes.imshow(seen.image, cmap="gray", extent=(0, side, 0, side))
    axes.plot([4, 4 + BAR_NM], [4, 4], color="white", linewidth=6, solid_capstyle="butt")
    axes.plot([4.4, 3.6 + BAR_NM], [4, 4], color=BLACK, linewidth=3, solid_capstyle="butt")
    axes.text(5 + BAR_NM, 4, f"{BAR_NM:g} nm", va="center", bbox={"facecolor": "white", "edgecolor": "none", "pad": 1})
    axes.set_axis_off()
    title(axes, "its virtual micrograph")


def absorptive_map(axes: Axes, dimers: Path) -> None:
    """Excitation across and detection upwards in 1000/cm, on the scale of the largest value."""
    with xr.open_dataset(dimers / "two_dimensional.nc", engine="h5netcdf") as found:
        shown = found.absorptive.sel(map_t2=T2_FS).load()
    w1, w3 = shown.w1.values / KILO, shown.w3.values / KILO
    values = shown.transpose("w3", "w1").values
    values = values / abs(values).max()
    axes.pcolormesh(w1, w3, values, cmap="RdBu_r", vmin=-1, vmax=1, shading="nearest", rasterized=True)
    axes.contour(w1, w3, values, levels=[*(-STEPS[::-1]), *STEPS], colors=BLACK, linewidths=0.35)
    square(axes, 1000 * w1[0], 1000 * w1[-1])
    axes.set_xlabel(EXCITATION)
    axes.set_ylabel(DETECTION)
    title(axes, f"4000 CdSe dimers in 2DES, T₂ = {T2_FS:g} fs")


def _graphs(flask: Path) -> list[dict]:
    """The graphs of a run folder, node-link."""
    held = json.loads((flask / "graphs.json").read_text(encoding="utf-8"))
    return held if isinstance(held, list) else held["graphs"]


if __name__ == "__main__":
    main()
