"""How the yield falls off around a design: one panel a knob, the others at their best."""

from typing import Any

from matplotlib.figure import Figure

from runs.designing.design import Question
from runs.figures.style import BLACK, BLUE, VERMILION, house_style, new_figure, title

LABELS = {
    "heating.temperature_c": "temperature (°C)",
    "heating.time_min": "time (min)",
    "solution.chalcogenide_equivalents": "chalcogenide per surface ligand",
}
STRENGTH = "dots (µmol/L)"


def draw(asked: Question, report: dict[str, Any], slices: dict[str, dict[str, list[float]]]) -> Figure:
    """The wanted yield with the spread that the bench's errors make, and the share in three dots and more.

    `slices`: for each dotted key its values, and yield, spread and larger share there.
    """
    with house_style():
        figure = new_figure(7.2, 5.0)
        panels = figure.subplots(2, 2).ravel()
        for axes in panels[len(slices) :]:
            axes.set_visible(False)
        for axes, (key, rows) in zip(panels, slices.items(), strict=False):
            mean = [100 * value for value in rows["mean"]]
            low = [max(100 * (m - s), 0) for m, s in zip(rows["mean"], rows["spread"], strict=True)]
            high = [min(100 * (m + s), 100) for m, s in zip(rows["mean"], rows["spread"], strict=True)]
            axes.fill_between(rows["along"], low, high, color=BLUE, alpha=0.2, linewidth=0)
            axes.plot(rows["along"], mean, color=BLUE, label=asked.wanted.replace("_", " "))
            larger = [min(100 * value, 100) for value in rows["larger"]]
            axes.plot(rows["along"], larger, "--", color=VERMILION, label="in three and more, 95 of 100 flasks below")
            axes.axhline(100 * asked.larger, color=VERMILION, linewidth=0.6)
            axes.axvline(report["conditions"][key], color=BLACK, linewidth=0.8, linestyle=":")
            if rows["along"][0] > 0.0 and rows["along"][-1] / rows["along"][0] > 20.0:
                axes.set_xscale("log")
            axes.set_xlabel(LABELS.get(key, STRENGTH))
            axes.set_ylabel("share of dots (%)")
            axes.set_ylim(0, 100)
        figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
        title(panels[0], asked.recipe.title)
    return figure
