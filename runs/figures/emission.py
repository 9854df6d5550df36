"""Emission before and after bonding, each scaled to its own maximum as spectrometers do."""

import xarray as xr
from matplotlib.figure import Figure

from runs.figures.absorption import limits
from runs.figures.style import BLACK, SKY, house_style, new_figure, title


def draw(spectra: xr.Dataset, heading: str) -> Figure:
    """Normalised emission of the mixture and of its dots alone."""
    energy = spectra["energy_ev"].to_numpy()
    with house_style():
        figure = new_figure()
        axes = figure.subplots()
        for name, colour, width, label in (
            ("emission_unfused", SKY, 4.5, "unfused dots"), ("emission", BLACK, 1.2, "mixture"),
        ):  # fmt: skip
            top = float(spectra[name].max()) or 1.0
            axes.plot(energy, spectra[name] / top, color=colour, linewidth=width, label=label)
        limits(axes, energy, spectra, ["emission", "emission_unfused"])
        axes.set_ylabel("emission (each to its maximum)")
        axes.legend()
        kelvin, width_cm1 = spectra.attrs["temperature_k"], spectra.attrs["homogeneous_fwhm_cm1"]
        title(axes, f"{heading}\nthermal at {kelvin:g} K, one dot's line {width_cm1:g} cm-1, no Stokes shift")
    return figure
