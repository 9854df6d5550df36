"""Counted shares of objects with their 95 % intervals, condition by condition, beside what the rival stories give."""

import numpy as np
from matplotlib.figure import Figure

from runs.figures.style import BLACK, BLUE, GREEN, MARKS, ORANGE, house_style, new_figure, title
from runs.fitting.fit import Outcome

SIZES = ("monomers", "dimers", "trimers", "4 and more")
COLOURS = {"self-limited": BLUE, "size-blind": ORANGE, "facet-limited": GREEN}
LONGEST = 14
LABELS = {
    "temperature_c": "temperature (°C)",
    "time_min": "time (min)",
    "concentration_um": "dots (µmol/L)",
    "chalcogenide_equivalents": "chalcogenide per surface ligand",
    "diameter_nm": "diameter (nm)",
}


def draw(outcome: Outcome) -> Figure:
    """One panel a size of object; conditions along the bottom, in the order of the table."""
    objects = outcome.counts.objects
    totals = objects.sum(axis=1, keepdims=True)
    share, places = objects / totals, np.arange(len(objects))
    low, high = _wilson(objects, totals)
    names = _names(outcome)
    with house_style():
        figure = new_figure(7.2, 5.0)
        panels = figure.subplots(2, 2, sharex=True).ravel()
        for k, (axes, size) in enumerate(zip(panels, SIZES, strict=True)):
            errors = 100 * np.clip([share[:, k] - low[:, k], high[:, k] - share[:, k]], 0, None)
            axes.errorbar(
                places, 100 * share[:, k], yerr=errors, fmt="o", color=BLACK, capsize=2, markersize=4, label="counted"
            )
            for (model, colour), mark in zip(COLOURS.items(), MARKS[1:], strict=False):
                laws = ("size-blind", "free-exchange") if model == "size-blind" else (model,)
                fitted = min((outcome.fits[name] for name in laws), key=lambda one: one.aic)
                shares = 100 * fitted.story.shares(fitted.kinetics)[:, k]
                axes.plot(places, shares, mark + "--", color=colour, markersize=3.5, linewidth=1.0, label=model)
            axes.set_ylim(0, None)
            axes.set_ylabel(f"{size} of objects (%)")
            axes.set_xticks(places, names, rotation=0 if len(places) < 8 else 60)
        for axes in panels[2:]:
            axes.set_xlabel(_axis(outcome))
        figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=4)
        title(panels[0], outcome.counts.recipes[0].title)
    return figure


def _wilson(objects: np.ndarray, totals: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Wilson's 95 % interval of each share."""
    z2 = 1.959963984540054**2
    share = objects / totals
    centre = (share + z2 / (2 * totals)) / (1 + z2 / totals)
    reach = np.sqrt(z2 * (share * (1 - share) / totals + z2 / (4 * totals**2))) / (1 + z2 / totals)
    return np.maximum(centre - reach, 0.0), centre + reach


def _varied(outcome: Outcome) -> list[str]:
    return [key for key in outcome.counts.keys if len({str(value) for value in outcome.counts.values(key)}) > 1]


def _names(outcome: Outcome) -> list[str]:
    keys = _varied(outcome)
    if len(keys) != 1:
        return [str(k + 1) for k in range(len(outcome.counts.objects))]
    return [
        f"{value:g}" if isinstance(value, int | float) else str(value)[:LONGEST]
        for value in outcome.counts.values(keys[0])
    ]


def _axis(outcome: Outcome) -> str:
    keys = _varied(outcome)
    return LABELS.get(keys[0].rpartition(".")[2], keys[0]) if len(keys) == 1 else "row of the table"
