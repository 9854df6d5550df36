"""Absorption of a mixture beside that of the unfused dots."""

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from runs.figures.style import BLACK, SKY, VERMILION, house_style, new_figure, title
from runs.yields_text import signed

NM_EV = 1239.841984  # h c, wavelength times photon energy
LEAST = 0.003  # of the maximum: fainter ends of the axis are left out
WITH_CHARGE_TRANSFER = "absorption_with_charge_transfer"


def draw(spectra: xr.Dataset, heading: str) -> Figure:
    """Per dot, relative to the unfused dots' maximum; the upper axis is the wavelength."""
    energy = spectra["energy_ev"].to_numpy()
    top = float(spectra["absorption_unfused"].max())
    with house_style():
        figure = new_figure()
        axes = figure.subplots()
        axes.plot(energy, spectra["absorption_unfused"] / top, color=SKY, linewidth=4.5, label="unfused dots")
        label = "simulated mixture"
        if WITH_CHARGE_TRANSFER in spectra:
            axes.plot(energy, spectra[WITH_CHARGE_TRANSFER] / top, color=VERMILION, linewidth=1.2,
                      label="mixture, with charge transfer")  # fmt: skip
            label = "mixture, dipole coupling alone"
        axes.plot(energy, spectra["absorption"] / top, color=BLACK, linewidth=1.2, label=label)
        limits(axes, energy, spectra, [name for name in spectra.data_vars if str(name).startswith("absorption")])
        axes.set_ylabel("absorption per dot (relative)")
        axes.legend()
        second = spectra.get(WITH_CHARGE_TRANSFER)
        told = f"edge shift {_shift(spectra.attrs)}"
        if second is not None:
            told = f"edge, dipole alone {_shift(spectra.attrs)}\nwith charge transfer {_shift(second.attrs)}"
        title(axes, f"{heading}\n{told}")
    return figure


def _shift(attributes: dict) -> str:
    """The shift in meV with its interval where it has one."""
    ends = [attributes.get(f"edge_shift_{name}_mev", np.nan) for name in ("low", "high")]
    interval = f" ({signed(ends[0], 1)} to {signed(ends[1], 1)})" if np.isfinite(ends).all() else ""
    return f"{signed(attributes['edge_shift_mev'], 1)} meV{interval}"


def limits(axes: Axes, energy: np.ndarray, spectra: xr.Dataset, names: list) -> None:
    """Energies where anything is to be seen below, wavelengths above, room for the legend. energy (e,) in eV."""
    seen = np.flatnonzero(np.any([spectra[n].to_numpy() > LEAST * float(spectra[n].max()) for n in names], axis=0))
    first, last = (seen[0], seen[-1]) if len(seen) else (0, -1)
    low, high = float(energy[first]), float(energy[last])
    axes.set_xlim(low, high)
    axes.set_ylim(0, axes.get_ylim()[1])
    axes.set_xlabel("photon energy (eV)")
    upper = axes.secondary_xaxis("top", functions=(_other, _other))
    upper.set_xlabel("wavelength (nm)")
    upper.set_xticks(_round_wavelengths(low, high))
    upper.minorticks_off()


def _round_wavelengths(low_ev: float, high_ev: float) -> list[float]:
    """About five round wavelengths at one distance from each other."""
    shortest, longest = NM_EV / high_ev, NM_EV / low_ev
    ticks = MaxNLocator(5, steps=[1, 2, 5, 10]).tick_values(shortest, longest)
    return [float(tick) for tick in ticks if shortest <= tick <= longest]


def _other(value: ArrayLike) -> np.ndarray:
    """eV for nm and nm for eV."""
    return NM_EV / np.maximum(np.asarray(value, dtype=float), 1e-9)
