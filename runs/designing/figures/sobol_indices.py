"""Ranked bars: how much of the yield's variance each knob makes, by itself and with the others."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from runs.figures.style import BLACK, BLUE, ORANGE, house_style, new_figure, title

NAMES = {
    "temperature_c": "temperature",
    "time_min": "time",
    "concentration_um": "concentration",
    "chalcogenide_equivalents": "chalcogenide dose",
    "diameter_nm": "diameter",
    "attachment_energy_ev": "attachment energy",
}
UNITS = {
    "temperature_c": "°C",
    "time_min": "min",
    "concentration_um": "µmol/L",
    "chalcogenide_equivalents": "per ligand",
    "diameter_nm": "nm",
    "attachment_energy_ev": "eV",
}


def draw(report: dict[str, Any], heading: str) -> Figure:
    """First-order and total indices with their 95 % intervals, the largest total on top."""
    entries = report["indices"][::-1]
    places = np.arange(len(entries))
    with house_style():
        figure = new_figure(5.6, 1.0 + 0.5 * len(entries))
        axes = figure.subplots()
        for order, colour, shift in (("total", BLUE, 0.19), ("first", ORANGE, -0.19)):
            values = np.array([entry[order]["value"] for entry in entries])
            ends = np.array([[entry[order]["low"], entry[order]["high"]] for entry in entries]).T
            errors = np.clip(np.array([values - ends[0], ends[1] - values]), 0, None)
            label = "with the others (total)" if order == "total" else "by itself (first order)"
            axes.barh(places + shift, values, height=0.36, color=colour, label=label)
            axes.errorbar(values, places + shift, xerr=errors, fmt="none", ecolor=BLACK, elinewidth=1.0, capsize=2)
        labels = []
        for entry in entries:
            field = entry["key"].rpartition(".")[2]
            labels.append(f"{NAMES[field]}\n{entry['low']:.3g} to {entry['high']:.3g} {UNITS[field]}")
        axes.set_yticks(places, labels)
        axes.set_xlabel(f"share of the variance of the yield ({report['yield'].replace('_', ' ')})")
        axes.set_xlim(min(0.0, *axes.get_xlim()), None)
        axes.legend(loc="lower right")
        title(axes, heading)
    return figure
