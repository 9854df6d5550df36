"""Energy curves at several temperatures on a common axis: the drawing that melting and fusion share."""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from runs.curves import Curve
from runs.figures.style import BLACK, MARKS, RAMP, house_style, new_figure, title


def draw_curves(curves: Mapping[str, Sequence[Curve]], heading: str, x_label: str, y_label: str) -> Figure:
    """One panel per kind of dot; a mark shows where the dots sit on each curve."""
    with house_style():
        figure = new_figure(1.5 + 3.6 * len(curves), 3.3)
        panels = figure.subplots(1, len(curves), squeeze=False)[0]
        for axes, (kind, family) in zip(panels, curves.items(), strict=True):
            _panel(axes, family)
            axes.set_xlabel(x_label)
            title(axes, f"{kind}: {heading}")
        panels[0].set_ylabel(y_label)
        figure.legend(*panels[0].get_legend_handles_labels(), loc="outside right upper", title="mark: the dots",
                      title_fontsize=8)  # fmt: skip
    return figure


def _panel(axes: Axes, family: Sequence[Curve]) -> None:
    axes.axhline(0.0, color=BLACK, linewidth=0.6)
    own = next(position for position, curve in enumerate(family) if curve.own)
    for position, curve in enumerate(family):
        colour = RAMP[(position - own + 2) % len(RAMP)]
        mark = MARKS[(position - own + 2) % len(MARKS)]
        width = 2.2 if curve.own else 1.3
        axes.plot(curve.x, curve.energy_ev, color=colour, linewidth=width)
        name = f"{curve.temperature_c:g} °C" + ("\n(this run)" if curve.own else "")
        axes.plot([], [], color=colour, marker=mark, markersize=5, linewidth=width, label=name)
        axes.plot([curve.chosen_x], [curve.chosen_energy_ev], mark, color=colour, markersize=6.5,
                  markeredgecolor="white", markeredgewidth=0.8, zorder=5, clip_on=False)  # fmt: skip
    axes.set_xlim(0, float(family[0].x[-1]))
    axes.set_ylim(*_window(family))


def _window(family: Sequence[Curve]) -> tuple[float, float]:
    """Energies that show every minimum; what climbs far above leaves through the top."""
    deepest = -min(min(float(curve.energy_ev.min()), curve.chosen_energy_ev) for curve in family)
    highest = max(max(float(curve.energy_ev.max()) for curve in family), 1e-6)
    depth = deepest if deepest > 1e-3 * highest else 0.05 * highest
    return -1.15 * depth, min(1.05 * highest, 2.5 * depth)
