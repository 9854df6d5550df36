"""Responses of an ensemble, size of cluster by size, turned into maps at once: no cube in time is kept."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple, cast

import numpy as np
import xarray as xr

from physics.excitons import Ensemble
from physics.spectra.coherences import FAINTEST_BEAT, beat_maxima, beat_spectrum, frequency_map
from physics.spectra.question import Signal
from physics.spectra.response import two_dimensional
from physics.spectra.vibrations import with_broadening, with_phonon
from runs.interruption import raise_if_came
from runs.two_dimensional_asked import Asked
from runs.two_dimensional_table import TwoDimensional

SLAB = 32  # waiting times transformed together
LINES = 24  # of w1 whose beats are transformed together
BEAT_PADDING = 4
MOST_FOUND = 4  # beats that are mapped where no family names them
LEAST_OF_STRONGEST = 0.05  # of the strongest of them
WITHOUT = "GSB + SE"
OTHER = {"rephasing": "nonrephasing", "nonrephasing": "rephasing"}
Progress = Callable[[float], None]


class Component(NamedTuple):
    """Pathways that are computed together, and the binding of two excitons on a dot in cm-1."""

    pathways: tuple[str, ...]
    binding_cm1: float


@dataclass(frozen=True)
class Case:
    """One way to count: without ESA, or with ESA at one B_XX."""

    name: str
    binding_cm1: float | None
    parts: tuple[Component, ...]


def cases_of(settings: TwoDimensional) -> list[Case]:
    """Without ESA, and with it at every B_XX; the one that is shown stands first."""
    bleach = [Component(("GSB", "SE"), 0.0)]
    if settings.huang_rhys:  # a phonon multiplies each pathway by itself
        bleach = [Component(("GSB",), 0.0), Component(("SE",), 0.0)]
    without = Case(WITHOUT, None, tuple(bleach))
    lifted = [Case(f"GSB + SE + ESA, B_XX {binding:g} cm-1", binding, (*bleach, Component(("ESA",), binding)))
              for binding in settings.bindings_cm1()]  # fmt: skip
    return [*lifted, without] if settings.excited_state_absorption else [without, *lifted]


@dataclass
class Maps:
    """What is kept of one run. Cases in the order of `cases_of`; maps are complex, Debye^4 fs^2, axes w1, t2, w3.

    whole: the chosen signal's map of each case over all waiting times. other: the other signal's of the first case.
    by_size: the first case's beats at each w2, both signs, of every size with its share. Such a beat is (beat, sign,
    w1, w3). w2_cm1: these beats.
    """

    w2_cm1: tuple[float, ...] = ()

    whole: dict[str, xr.DataArray] = field(default_factory=dict)
    by_size: dict[int, np.ndarray] = field(default_factory=dict)
    other: xr.DataArray | None = None

    def absorptive(self) -> xr.DataArray:
        """Real part of rephasing and non-rephasing maps of the first case, over all waiting times.

        Debye^4 fs^2, a number for each (w1, t2, w3); no unit is changed.
        """
        assert self.other is not None
        first = next(iter(self.whole.values()))
        return first.copy(data=first.values.real + self.other.values.real)


class Task(NamedTuple):
    """Everything that the responses of all sizes share."""

    settings: TwoDimensional
    given: Asked
    reference_cm1: float
    fastest_beat_cm1: float  # of the whole mixture: a few fast pairs of one size need not be followed
    window_cm1: tuple[float, float]
    w2_cm1: tuple[float, ...] | None  # None: the strongest that are found in the map itself
    workers: int


def all_maps(parts: dict[int, tuple[float, Ensemble]], task: Task, progress: Progress) -> Maps:
    """The maps of the mixture; `parts` are the ensembles of each size with their shares of the weight.

    Every size is added in ascending order, so that the same ensemble gives the same bits.
    """
    settings = task.settings
    cases = cases_of(settings)
    wanted = list(dict.fromkeys(part for case in cases for part in case.parts))
    found, done, total = Maps(task.w2_cm1 or ()), 0, len(parts) * len(wanted)
    waiting: dict[int, xr.DataArray] = {}
    for size, (share, many) in parts.items():
        own: xr.DataArray | None = None
        for component in wanted:
            piece = _map(many, component, settings.signal, task, share)
            for case in cases:
                if component in case.parts:
                    found.whole[case.name] = _sum(found.whole.get(case.name), piece)
            if component in cases[0].parts:
                if len(parts) > 1:
                    own = _sum(own, piece)
                found.other = _sum(found.other, _map(many, component, OTHER[settings.signal], task, share))
            done += 1
            progress(done / total)
        if own is not None and task.w2_cm1 is None:
            waiting[size] = own
        elif own is not None:
            found.by_size[size] = signed_beats(own, found.w2_cm1)
    if task.w2_cm1 is None:
        found.w2_cm1 = strongest_of(next(iter(found.whole.values())))
        found.by_size = {size: signed_beats(own, found.w2_cm1) for size, own in waiting.items()}
    return found


def strongest_of(spectra: xr.DataArray) -> tuple[float, ...]:
    """The few beats that are strongest over the whole map, ascending in cm-1; none where no beat stands out.

    Maxima of the root mean square over w1 and w3 of |S(w1, w2, w3)|, both signs together; `spectra` is a map over all
    waiting times.
    """
    power, axis = np.zeros(0), np.zeros(0)
    for start in range(0, spectra.sizes["w1"], LINES):
        beats = beat_spectrum(spectra.isel(w1=slice(start, start + LINES)), padding=BEAT_PADDING)
        squares = np.sum(np.abs(beats.transpose("w2", "w1", "w3").values.astype(complex)) ** 2, axis=(1, 2))
        power, axis = squares + (power if start else 0.0), beats.w2.values
    positive = axis > 0.0
    amplitude = np.sqrt(power[positive] + np.interp(-axis[positive], axis, power))
    length = spectra.sizes["t2"] * float(spectra.t2[1] - spectra.t2[0])
    signal = float(np.sqrt(np.sum(np.abs(spectra.isel(t2=0).values.astype(complex)) ** 2)))
    maxima = beat_maxima(axis[positive], amplitude, faintest=FAINTEST_BEAT * length * signal)[:MOST_FOUND]
    heights = {beat: float(np.interp(beat, axis[positive], amplitude)) for beat in maxima}
    return tuple(sorted(beat for beat in maxima if heights[beat] >= LEAST_OF_STRONGEST * heights[maxima[0]]))


def _sum(first: xr.DataArray | None, second: xr.DataArray) -> xr.DataArray:
    return second.copy() if first is None else first.copy(data=first.values + second.values)


def _map(many: Ensemble, component: Component, signal: str, task: Task, share: float) -> xr.DataArray:
    """share x S(w1, t2, w3) of one component within the window, complex in single precision."""
    low, high = task.window_cm1
    cube, given = _unshaped(many, component, signal, task), task.given
    slabs = []
    for start in range(0, cube.sizes["t2"], SLAB):
        raise_if_came()
        piece = frequency_map(_shaped(cube.isel(t2=slice(start, start + SLAB)), given), given.padding)
        slabs.append(piece.sel(w1=slice(low, high), w3=slice(low, high)).astype(np.complex64))
    joined = (xr.concat(slabs, "t2") if len(slabs) > 1 else slabs[0]).transpose("w1", "t2", "w3")
    told = {**slabs[0].attrs, "fastest_beat_cm1": task.fastest_beat_cm1}
    return joined.copy(data=share * joined.values).assign_attrs(told)


def _unshaped(many: Ensemble, component: Component, signal: str, task: Task) -> xr.DataArray:
    settings, given = task.settings, task.given
    return two_dimensional(
        many, *given.times, signal=cast(Signal, signal), pathways=component.pathways, reference_cm1=task.reference_cm1,
        optical_dephasing_fs=settings.optical_dephasing_fs,
        coherence_dephasing_fs=settings.coherence_dephasing_fs or math.inf,
        population_lifetime_fs=settings.population_lifetime_fs or math.inf,
        polarizations=settings.polarizations, pulses=given.pulse, tolerance=settings.tolerance,
        binding_cm1=component.binding_cm1, interaction_cm1=settings.exciton_interaction_cm1, workers=task.workers,
    )  # fmt: skip


def response_of(many: Ensemble, component: Component, signal: str, task: Task) -> xr.DataArray:
    """S(t1, t2, t3) of one component, complex, Debye^4, as the maps are made of it."""
    return _shaped(_unshaped(many, component, signal, task), task.given)


def _shaped(response: xr.DataArray, given: Asked) -> xr.DataArray:
    """With the phonon and the surroundings on it, where they are asked for."""
    if given.phonon is not None:
        response = with_phonon(response, given.phonon)
    return with_broadening(response, given.broadening_cm1) if given.broadening_cm1 else response


def signed_beats(spectra: xr.DataArray, w2_cm1: tuple[float, ...]) -> np.ndarray:
    """(beat, sign, w1, w3): the complex beats of a map at +w2 and -w2, at the grid points nearest to each.

    `spectra` is a map over w1, t2, w3 in any unit.
    """
    if not w2_cm1:
        return np.zeros((0, 2, spectra.sizes["w1"], spectra.sizes["w3"]), dtype=np.complex64)
    signed = [sign * beat for beat in w2_cm1 for sign in (1.0, -1.0)]
    lines = []
    for start in range(0, spectra.sizes["w1"], LINES):
        beats = beat_spectrum(spectra.isel(w1=slice(start, start + LINES)), padding=BEAT_PADDING)
        picked = beats.sel(w2=signed, method="nearest").transpose("w2", "w1", "w3")
        lines.append(picked.values.astype(np.complex64))
    joined = np.concatenate(lines, axis=1)
    return joined.reshape(len(w2_cm1), 2, *joined.shape[1:])


def strength(signed: np.ndarray) -> np.ndarray:
    """(beat, w1, w3): |S| at each w2, both signs together, sqrt(|S(+)|^2 + |S(-)|^2).

    `signed` is what `signed_beats` gives, in whichever unit.
    """
    return np.asarray(np.sqrt(np.sum(np.abs(signed.astype(complex)) ** 2, axis=1)))


def shares_of(by_size: dict[int, np.ndarray]) -> dict[int, np.ndarray]:
    """Share of each size in each beat: Re sum conj(S) S_n over sum |S|^2, over the map and both signs.

    They add up to 1; one is negative where that size's beat runs against the mixture's. by_size: (beat, sign, w1, w3)
    of each size; the answer (beat,) of each.
    """
    if not by_size:
        return {}
    total = sum(part.astype(complex) for part in by_size.values())
    power = np.sum(np.abs(total) ** 2, axis=(1, 2, 3))
    return {
        size: np.real(np.sum(np.conj(total) * part, axis=(1, 2, 3))) / np.where(power > 0.0, power, 1.0)
        for size, part in by_size.items()
    }
