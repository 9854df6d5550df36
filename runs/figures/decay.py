"""Radiative decay of the emission before and after bonding."""

import xarray as xr
from matplotlib.figure import Figure

from runs.figures.style import BLACK, SKY, house_style, new_figure, title


def draw(spectra: xr.Dataset, heading: str) -> Figure:
    """Intensity after a short pulse, logarithmic, down to a hundredth."""
    with house_style():
        figure = new_figure()
        axes = figure.subplots()
        for end, colour, width, label in (("_unfused", SKY, 4.5, "unfused dots"), ("", BLACK, 1.2, "mixture")):
            decay, lifetime = spectra[f"decay{end}"], spectra.attrs[f"lifetime{end}_ns"]
            told = f"{label}, {lifetime:.1f} ns"
            axes.semilogy(decay["time"], decay, color=colour, linewidth=width, label=told)
        axes.set_ylim(0.01, 1.1)
        axes.set_yticks([0.01, 0.1, 1.0], ["0.01", "0.1", "1"])
        axes.set_xlim(0, float(spectra["time"][-1]))
        axes.set_xlabel("time after the pulse (ns)")
        axes.set_ylabel("emission (relative)")
        axes.legend()
        title(axes, f"{heading}\nradiative decay alone at {spectra.attrs['temperature_k']:g} K")
    return figure
