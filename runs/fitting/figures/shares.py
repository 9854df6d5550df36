"""Counted shares of objects with their 95 % intervals, condition by condition, beside what the rival stories give."""

import numpy as np
from matplotlib.figure import Figure

from runs.figures.style import BLACK, BLUE, GREEN, MARKS, ORANGE, house_style, new_figure, title
from runs.fitting.fit import Outcome

SIZES = ("monomers", "dimers", "trimers", "4 and more")
COLOURS = {"self-limited": BLUE, "size-blind": ORANGE, "facet-limited": GREEN}
LONGEST = 14
APART = 0.08  # of the way to the next condition, so that no mark hides another
SIDE_BY_SIDE = 8  # conditions; more are written slantwise
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
            for beside, ((model, colour), mark) in enumerate(zip(COLOURS.items(), MARKS[1:], strict=False), 1):
                laws = ("size-blind", "free-exchange") if model == "size-blind" else (model,)
                fitted = min((outcome.fits[name] for name in laws), key=lambda one: one.aic)
                shares = 100 * fitted.story.shares(fitted.kinetics)[:, k]
                line = "--" if len(_varied(outcome)) == 1 else ""  # between unlike conditions there is no way
                axes.plot(
                    places + APART * beside, shares, mark + line, color=colour, markersize=4, linewidth=1.0, label=model
                )
            axes.set_ylim(0, None)
            axes.set_ylabel(f"{size} of objects (%)")
            axes.set_xticks(places, names, rotation=0 if len(places) < SIDE_BY_SIDE else 60, fontsize=8)
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
    """What each condition has of its own, one line a key."""
    columns = [[_word(value) for value in outcome.counts.values(key)] for key in _varied(outcome)]
    apart = "\n" if _rows(outcome) < SIDE_BY_SIDE else ", "
    return [apart.join(row) for row in zip(*columns, strict=True)] or [str(k + 1) for k in range(_rows(outcome))]


def _word(value: object) -> str:
    return f"{value:g}" if isinstance(value, int | float) else str(value)[:LONGEST]


def _rows(outcome: Outcome) -> int:
    return len(outcome.counts.objects)


def _axis(outcome: Outcome) -> str:
    keys = _varied(outcome)
    return ", ".join(LABELS.get(key.rpartition(".")[2], key) for key in keys) or "row of the table"
