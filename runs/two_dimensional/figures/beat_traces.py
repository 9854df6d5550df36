"""What beats along T2 at each address, and its transform (Figs. 3g to i and 4 of Hamilton 2023)."""

from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from runs.figures.style import BLACK, BLUE, ORANGE, house_style, new_figure
from runs.two_dimensional.figures.map_axes import FAMILY_COLOURS, FAMILY_NAMES, letter, spelled

LONGEST_FS = 800.0  # of the traces that are drawn
FASTEST_CM1 = 2000.0
CASE_LINES: tuple[dict[str, Any], ...] = ({"color": BLACK, "linewidth": 1.3}, {"color": ORANGE, "linewidth": 0.9},
              {"color": BLUE, "linewidth": 0.9, "linestyle": "--"})  # fmt: skip


def draw(traces: xr.Dataset, families: dict[str, Any], heading: str) -> Figure:
    """A row for each address: the real part less its mean against T2, and |S(w2)| of every way to count."""
    count = traces.sizes["address"]
    with house_style():
        figure = new_figure(7.4, 0.9 + 1.55 * count)
        rows = figure.subplots(count, 2, squeeze=False, sharex="col", width_ratios=[1.15, 1])
        for number, (left, right) in enumerate(rows):
            at = traces.isel(address=number)
            _trace(left, at["trace"].isel(case=0))
            left.set_title(f"{letter(number)}  ({float(at.w1_cm1):.0f}, {float(at.w3_cm1):.0f}) cm⁻¹", loc="left",
                           fontsize=8.5)  # fmt: skip
            _transforms(right, at["beats"], families)
        for axes in rows[0]:
            axes.tick_params(labelbottom=False)
        rows[-1][0].set_xlabel("waiting time T₂ (fs)")
        rows[-1][1].set_xlabel("beat frequency ω₂ (cm⁻¹)")
        figure.supylabel("relative to the largest", fontsize=9)
        names = traces.case.values
        handles, labels = rows[0][1].get_legend_handles_labels()
        figure.legend(handles[: len(names)], labels[: len(names)], loc="outside lower center", ncols=3)
        figure.suptitle(f"{heading}\nLeft: real part less its mean. Right: |S(ω₂)|; lines mark the families.", x=0.01,
                        ha="left", fontsize=9, parse_math=False)  # fmt: skip
    return figure


def _trace(axes: Axes, along: xr.DataArray) -> None:
    seen = along.t2.values <= LONGEST_FS
    values = along.values.real - along.values.real.mean()
    axes.axhline(0.0, color="#bbbbbb", linewidth=0.6)
    axes.plot(along.t2.values[seen], values[seen] / (np.abs(values).max() or 1.0), color=BLACK, linewidth=1.0)
    axes.set_xlim(0.0, along.t2.values[seen][-1])


def _transforms(axes: Axes, beats: xr.DataArray, families: dict[str, Any]) -> None:
    seen = beats.w2.values <= FASTEST_CM1
    w2 = beats.w2.values[seen]
    for row, line in zip(range(beats.sizes["case"]), CASE_LINES * beats.sizes["case"], strict=False):
        values = beats.isel(case=row).values[seen]
        axes.plot(w2, values / (values.max() or 1.0), label=spelled(str(beats.case.values[row])), **line)
    axes.set_ylim(0.0, 1.28)
    axes.set_xlim(0.0, w2[-1])
    for name, row in families.items():
        axes.axvline(row["frequency_cm1"], color=FAMILY_COLOURS[name], linewidth=1.2, zorder=0, ymax=0.82)
        axes.text(row["frequency_cm1"], 1.08, FAMILY_NAMES[name], color=FAMILY_COLOURS[name], fontsize=8, ha="center")
