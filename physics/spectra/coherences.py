"""From a response in time to what is drawn: maps over (w1, t2, w3), their beats along t2, maps at one beat, traces.

A transform along t1 and t3 halves the first point of each (the trapezoid's end) and is multiplied by both steps, so
values are Debye^4 fs^2. Rephasing maps stand at positive w1. Along t2 the sign is such that a rephasing coherence
between the states i (excited by pulse 1) and j stands at w2 = w_j - w_i, above the diagonal for w2 > 0.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Literal

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray
from scipy.signal import find_peaks

from physics.spectra.axes import longest_step_fs
from physics.spectra.question import one_of
from physics.units import RADIANS_PER_FS_CM1

Array = NDArray[np.float64]
Complex = NDArray[np.complex128]
Window = Literal["hann", "none"]
CM1_FS = 2.0 * math.pi / RADIANS_PER_FS_CM1  # h in cm-1 fs: a beat's period times its frequency, 33356
RISE = 0.1  # of its height, by which a beat stands out (assumed)
FAINTEST_BEAT = 1e-3  # of the signal: beats weaker than so are rounding or slow drift (assumed)


def frequency_map(response: xr.DataArray, padding: int = 1) -> xr.DataArray:
    """S(w1, t2, w3), complex, of one signal of `two_dimensional`; axes ascending in cm-1, no longer rotating.

    S = dt1 dt3 sum S(t1, t2, t3) exp(-+ i w1 t1 + i w3 t3), minus for rephasing. `padding`: times the length of both
    axes, with zeros. ValueError if `response` is not one of ours. Debye^4 fs^2; the discrete Fourier transform by
    definition, times the steps.
    """
    _is_response("response", response)
    if not (isinstance(padding, (int, np.integer)) and 1 <= padding <= 16):
        raise ValueError(f"padding must be a whole number from 1 to 16, but {padding!r} came")
    t1, t3 = response.t1.values, response.t3.values
    if t1[0] != 0.0 or t3[0] != 0.0:
        raise ValueError(f"response must start at t1 = t3 = 0, but it starts at {t1[0]:g} and {t3[0]:g} fs")
    steps = t1[1] - t1[0], t3[1] - t3[0]
    values = response.transpose("t1", "t2", "t3").values.astype(complex)
    values[0] *= 0.5
    values[:, :, 0] *= 0.5
    sizes = padding * len(t1), padding * len(t3)
    if response.attrs["signal"] == "rephasing":
        values = np.fft.fft(values, sizes[0], axis=0)
    else:
        values = np.fft.ifft(values, sizes[0], axis=0, norm="forward")
    values = np.fft.ifft(values, sizes[1], axis=2, norm="forward")
    values = np.fft.fftshift(values, axes=(0, 2)) * (steps[0] * steps[1])
    reference = float(response.attrs["reference_cm1"])
    return _map(values, _wavenumbers(sizes[0], steps[0]) + reference, response.t2.values,
                _wavenumbers(sizes[1], steps[1]) + reference, {**response.attrs, "units": "Debye^4 fs^2"})  # fmt: skip


def _wavenumbers(size: int, step_fs: float) -> Array:
    return np.fft.fftshift(np.fft.fftfreq(size, step_fs)) * CM1_FS


def _map(values: NDArray[np.inexact], w1: Array, t2: Array, w3: Array, attributes: dict[str, object]) -> xr.DataArray:
    coordinates = {
        "w1": ("w1", w1, {"units": "cm-1", "long_name": "excitation frequency"}),
        "t2": ("t2", t2, {"units": "fs", "long_name": "waiting time"}),
        "w3": ("w3", w3, {"units": "cm-1", "long_name": "detection frequency"}),
    }
    return xr.DataArray(values, coordinates, ("w1", "t2", "w3"), "map", attributes)


def _is_response(name: str, response: xr.DataArray) -> None:
    if not isinstance(response, xr.DataArray) or set(response.dims) != {"t1", "t2", "t3"}:
        raise ValueError(f"{name} must be a response over t1, t2, t3, but a {type(response).__name__} without came")
    if response.attrs.get("signal") not in ("rephasing", "nonrephasing"):
        raise ValueError(f"{name} must say its signal in attrs, but {response.attrs.get('signal')!r} came")


def absorptive_map(rephasing: xr.DataArray, nonrephasing: xr.DataArray, padding: int = 1) -> xr.DataArray:
    """Re [S_R(w1, t2, w3) + S_N(w1, t2, w3)]: purely absorptive lines, GSB and SE positive; Debye^4 fs^2.

    Both responses must have the same axes and rotating frame; else ValueError. rephasing and nonrephasing are the two
    signals of `response.two_dimensional`.
    """
    for name, response in (("rephasing", rephasing), ("nonrephasing", nonrephasing)):
        _is_response(name, response)
        if response.attrs["signal"] != name:
            raise ValueError(f"{name} must be the {name} signal, but the {response.attrs['signal']} one came")
    same = all(np.array_equal(rephasing[axis], nonrephasing[axis]) for axis in ("t1", "t2", "t3"))
    if not same or rephasing.attrs["reference_cm1"] != nonrephasing.attrs["reference_cm1"]:
        raise ValueError("nonrephasing must have the axes and reference_cm1 of rephasing, but they differ")
    first, second = frequency_map(rephasing, padding), frequency_map(nonrephasing, padding)
    total = (first.values + second.values).real
    return _map(total, first.w1.values, first.t2.values, first.w3.values, {**first.attrs, "signal": "absorptive"})


def beat_spectrum(along_t2: xr.DataArray, window: Window = "hann", padding: int = 1) -> xr.DataArray:
    """Transform along t2 of a map or a trace, after the mean over t2 is taken off: `w2` in cm-1 replaces `t2`.

    S(w2) = dt2 sum (S - <S>) window exp(+ i w2 t2). A real map has both signs alike. ValueError for fewer than four
    waiting times, or steps that mistake the ensemble's fastest beat for another. The discrete Fourier transform by
    definition, times the step.
    """
    if not isinstance(along_t2, xr.DataArray) or "t2" not in along_t2.dims:
        raise ValueError("along_t2 must be a map or trace with an axis t2, but none came")
    one_of("window", window, ("hann", "none"))
    times = along_t2.t2.values
    if len(times) < 4:
        raise ValueError(f"along_t2 must hold 4 waiting times or more, but {len(times)} came")
    step, fastest = float(times[1] - times[0]), float(along_t2.attrs.get("fastest_beat_cm1", 0.0))
    if step > longest_step_fs(fastest):
        raise ValueError(f"along_t2 must have steps below {longest_step_fs(fastest):.3g} fs to follow beats of "
                         f"{fastest:.0f} cm-1, but {step:g} fs came")  # fmt: skip
    axis = along_t2.get_axis_num("t2")
    values = along_t2.values - along_t2.values.mean(axis=axis, keepdims=True)
    if window == "hann":
        # the falling half only: a response begins at its largest, at t2 = 0
        shape = [1] * values.ndim
        shape[axis] = len(times)
        values = values * (0.5 + 0.5 * np.cos(np.pi * np.arange(len(times)) / len(times))).reshape(shape)
    size = padding * len(times)
    values = np.fft.fftshift(np.fft.ifft(values, size, axis=axis, norm="forward"), axes=axis) * step
    coordinates = {name: along_t2.coords[name] for name in along_t2.dims if name != "t2"}
    beats = ("w2", _wavenumbers(size, step), {"units": "cm-1", "long_name": "beat frequency"})
    dims = tuple("w2" if name == "t2" else name for name in along_t2.dims)
    return xr.DataArray(values, {**coordinates, "w2": beats}, dims, "beats", along_t2.attrs)


def beat_map(beats: xr.DataArray, w2_cm1: float) -> xr.DataArray:
    """|S| over (w1, w3) at one beat, both of its signs together: sqrt(|S(w2)|^2 + |S(-w2)|^2), nearest grid points.

    `beats` is what `beat_spectrum` gives of a map, in Debye^4 fs^3. ValueError where it has no axis w2, or w2_cm1 lies
    beyond it.
    """
    if not isinstance(beats, xr.DataArray) or "w2" not in beats.dims:
        raise ValueError("beats must be a result of beat_spectrum, but it has no axis w2")
    axis = beats.w2.values
    if not (math.isfinite(w2_cm1) and abs(w2_cm1) <= abs(axis).max()):
        raise ValueError(f"w2_cm1 must lie within +-{abs(axis).max():.0f}, but {w2_cm1!r} came")
    places = [int(np.argmin(np.abs(axis - sign * w2_cm1))) for sign in (1.0, -1.0)]
    both = [np.abs(beats.isel(w2=place).values) for place in places]
    kept = beats.isel(w2=places[0])
    return kept.copy(data=np.hypot(*both)).assign_attrs({**beats.attrs, "w2_cm1": float(axis[places[0]])})


def trace(spectra: xr.DataArray, w1_cm1: float, w3_cm1: float) -> xr.DataArray:
    """What beats along t2 at the grid point nearest to an address (w1, w3).

    `spectra` is a map, of any unit, which the trace keeps; w1 and w3 in cm-1. ValueError for an address outside of it.
    """
    if not isinstance(spectra, xr.DataArray) or not {"w1", "w3"} <= set(spectra.dims):
        raise ValueError("spectra must be a map over w1 and w3, but it lacks these axes")
    for name, value, axis in (("w1_cm1", w1_cm1, spectra.w1.values), ("w3_cm1", w3_cm1, spectra.w3.values)):
        if not axis.min() <= value <= axis.max():
            raise ValueError(f"{name} must lie between {axis.min():.0f} and {axis.max():.0f}, but {value!r} came")
    return spectra.sel(w1=w1_cm1, w3=w3_cm1, method="nearest").assign_attrs(spectra.attrs)


def strongest_beats(
    spectra: xr.DataArray,
    addresses_cm1: Iterable[tuple[float, float]],
    slowest_cm1: float = 60.0,
    padding: int = 4,
    fastest_cm1: float = math.inf,
) -> list[dict[str, float]]:
    """At each address (w1, w3): {"w1_cm1", "w3_cm1", "strongest_cm1"}, the |w2| of the highest maximum of |S(w2)|.

    Only maxima count (`beat_maxima`), never a wing that is cut off at an end; nan where there is none. Beats below
    `slowest_cm1` count as background (what is left of the decay along t2), those above `fastest_cm1` are passed over:
    1000 keeps to rho_I, rho_II and rho_III and leaves out the L-H coherence that Hamilton 2023 computes too but does
    not measure well. ValueError where no beat of the spectrum lies between the two. `spectra` is a map over w1, t2, w3
    as `absorptive_map` makes it.
    """
    if not slowest_cm1 < fastest_cm1:
        raise ValueError(f"fastest_cm1 must be above slowest_cm1 = {slowest_cm1:g}, but {fastest_cm1!r} came")
    found = []
    for w1, w3 in addresses_cm1:
        along = trace(spectra, w1, w3)
        amplitude = folded(beat_spectrum(along, padding=padding))
        beat = amplitude.w2.values
        if not ((beat >= slowest_cm1) & (beat <= fastest_cm1)).any():
            raise ValueError(f"fastest_cm1 must leave a beat of the spectrum, whose slowest is {beat[0]:.0f} cm-1, "
                             f"but {fastest_cm1!r} came")  # fmt: skip
        length = along.sizes["t2"] * float(along.t2[1] - along.t2[0])
        faintest = FAINTEST_BEAT * length * float(abs(along).max())
        maxima = beat_maxima(beat, amplitude.values, slowest_cm1, fastest_cm1, faintest)
        found.append({"w1_cm1": float(w1), "w3_cm1": float(w3), "strongest_cm1": maxima[0] if maxima else math.nan})
    return found


def beat_maxima(
    w2_cm1: Array, amplitude: Array, slowest_cm1: float = 60.0, fastest_cm1: float = math.inf, faintest: float = 0.0
) -> list[float]:
    """The |w2| in cm-1 of the maxima of |S(w2)| from `slowest_cm1` to `fastest_cm1`, the highest first.

    A maximum is higher than both of its neighbours, than `faintest`, and rises above what parts it from higher ground
    by a tenth of its height or more: less is not told from the sampling noise of some thousand clusters (assumed).
    w2_cm1 (n,) ascending; amplitude (n,) and faintest in one unit.
    """
    places, about = find_peaks(amplitude, height=faintest, prominence=0.0)
    kept = (w2_cm1[places] >= slowest_cm1) & (w2_cm1[places] <= fastest_cm1)
    kept &= (about["prominences"] >= RISE * amplitude[places]) & (amplitude[places] > faintest)
    order = np.argsort(-amplitude[places[kept]], kind="stable")
    return [float(value) for value in w2_cm1[places[kept]][order]]


def beats_in_time(along_t2: xr.DataArray, beats_cm1: ArrayLike, width_fs: float = 40.0) -> xr.DataArray:
    """|S(t2, w2)| of a trace: which beats are alive when, through a Gaussian window that moves along t2.

    S(t, w2) = dt2 sum (S - <S>) exp(-(t2 - t)^2/(2 width^2)) exp(+i w2 t2), both signs of w2 together. A window of
    width_fs tells beats apart that differ by about 5300 cm-1 fs/width_fs. ValueError for a trace without t2 alone. The
    Gabor transform (Gabor 1946).
    """
    if not isinstance(along_t2, xr.DataArray) or along_t2.dims != ("t2",) or along_t2.sizes["t2"] < 4:
        raise ValueError("along_t2 must be a trace along t2 alone with 4 waiting times or more, but it is not")
    if not (math.isfinite(width_fs) and width_fs > 0.0):
        raise ValueError(f"width_fs must be finite and above 0, but {width_fs!r} came")
    beats = np.atleast_1d(np.asarray(beats_cm1, dtype=float))
    times = along_t2.t2.values
    step = float(times[1] - times[0])
    windows = np.exp(-0.5 * ((times[:, None] - times) / width_fs) ** 2) * (along_t2 - along_t2.mean()).values
    phases = np.exp(1j * RADIANS_PER_FS_CM1 * np.outer(times, beats))
    values = step * np.hypot(np.abs(windows @ phases), np.abs(windows @ phases.conj()))
    coordinates = {"t2": along_t2.t2, "w2": ("w2", beats, {"units": "cm-1", "long_name": "beat frequency"})}
    return xr.DataArray(values, coordinates, ("t2", "w2"), "beats", {**along_t2.attrs, "window_fs": float(width_fs)})


def folded(beats: xr.DataArray) -> xr.DataArray:
    """|S| against |w2|: both signs of a beat together, for a trace's spectrum.

    In the unit of `beats`, of whichever unit these are.
    """
    axis = beats.w2.values
    positive = axis > 0.0
    mirrored = np.interp(-axis[positive], axis, np.abs(beats.values))
    values = np.hypot(np.abs(beats.values[positive]), mirrored)
    return xr.DataArray(values, {"w2": ("w2", axis[positive], beats.w2.attrs)}, ("w2",), "beats", beats.attrs)
