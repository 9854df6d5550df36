"""How far the numbers of one ensemble may lie off by the luck of its draw, from its clusters drawn again."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr

from physics.excitons import Ensemble
from physics.spectra.families import LEAST_MEMBERS, coherence_intervals
from physics.spectra.pulses import Pulse
from physics.spectra.sampling import dealt
from physics.units import RADIANS_PER_FS_CM1
from runs.interruption import raise_if_came
from runs.two_dimensional.maps import Task, cases_of, response_of
from runs.two_dimensional.traces import address_rows, traces_at

SEED = 1  # of the resampling
GROUPS, RESAMPLES = 16, 40  # of clusters for the traces, and draws of the groups
LEAST_CLUSTERS = 4 * GROUPS
BEATS = ("strongest_cm1", "strongest_named_cm1", "early_cm1", "late_cm1")
SAME_CM1 = 30.0  # further apart, two draws name two beats
COLUMNS = {
    "frequency_cm1": "frequency_cm1", "weight": "weight", "one_over_e": "dephasing_one_over_e_fs",
    "h_over_fwhm": "dephasing_h_over_fwhm_fs", "integral": "dephasing_integral_fs",
}  # fmt: skip


def family_intervals(many: Ensemble, pulse: Pulse | None, table: xr.Dataset) -> dict[str, dict[str, list[float]]]:
    """The 95 % interval, [low, high], of each number of each family; none below 30 dimers, or where it is endless."""
    named = [str(name) for name in table.family.values if float(table["members"].sel(family=name)) >= LEAST_MEMBERS]
    if not named:
        return {}
    ends = coherence_intervals(many, pulse, np.random.default_rng(SEED))
    found: dict[str, dict[str, list[float]]] = {}
    for name in named:
        own = found.setdefault(name, {})
        for key, column in COLUMNS.items():
            value = float(table[column].sel(family=name))
            low, high = (float(ends[column].sel(family=name, end=end)) for end in ("low", "high"))
            if all(map(math.isfinite, (low, value, high))):
                own[key] = [min(low, value), max(high, value)]
    return found


def beat_intervals(
    many: Ensemble, task: Task, spectra: xr.DataArray, addresses: Sequence[tuple[float, float]]
) -> list[dict[str, list[list[float]]]]:
    """For each address and each kind of beat of the first case what draws name, [cm-1, share]; empty for few clusters.

    addresses: (w1, w3) in cm-1; `spectra`: the first case's map. Drawn are 16 groups of clusters, with replacement. A
    strongest beat does not scatter but jumps from one family to another, so that an interval would hold all between.
    """
    if len(many) < LEAST_CLUSTERS:
        return []
    parts = np.stack([_group(many, number, task, spectra, addresses) for number in range(GROUPS)])
    rng = np.random.default_rng(SEED)
    draws = rng.multinomial(GROUPS, np.full(GROUPS, 1.0 / GROUPS), size=RESAMPLES)
    drawn = [_rows(np.tensordot(row.astype(float), parts, 1), spectra, addresses) for row in draws]
    raise_if_came()
    return [{key: _shares([rows[place][key] for rows in drawn]) for key in BEATS} for place in range(len(addresses))]


def _shares(drawn: list[float | None]) -> list[list[float]]:
    """[beat, share of the draws] of each beat that draws name, the commonest first; one that they lack has no row."""
    groups: list[list[float]] = []
    for beat in sorted(other for other in drawn if other is not None):
        if groups and beat - groups[-1][-1] <= SAME_CM1:
            groups[-1].append(beat)
        else:
            groups.append([beat])
    return sorted(([float(np.median(group)), len(group) / len(drawn)] for group in groups), key=lambda row: -row[1])


def _rows(traces: np.ndarray, spectra: xr.DataArray, addresses: Sequence[tuple[float, float]]) -> list[dict[str, Any]]:
    top = float(abs(spectra.isel(t2=0)).max())
    return address_rows(traces_at(traces[None], ["drawn"], addresses, spectra, top), 0)


def _group(
    many: Ensemble, number: int, task: Task, spectra: xr.DataArray, addresses: Sequence[tuple[float, float]]
) -> np.ndarray:
    """(address, t2): what every GROUPS-th cluster adds to the traces of the first case, transformed there alone."""
    raise_if_came()
    part = dealt(many, number, GROUPS)
    waits = task.given.times.t2
    if part is None:
        return np.zeros((len(addresses), len(waits)), complex)
    share = float(part.weights.sum() / many.weights.sum())
    total = np.zeros((len(addresses), len(waits)), complex)
    for component in cases_of(task.settings)[0].parts:
        response = response_of(part, component, task.settings.signal, task).transpose("t1", "t2", "t3")
        values = response.values * share
        for place, (w1, w3) in enumerate(addresses):
            nearest = float(spectra.w1.sel(w1=w1, method="nearest")), float(spectra.w3.sel(w3=w3, method="nearest"))
            first, third = _phases(response, *nearest)
            total[place] += np.einsum("i,ijk,k->j", first, values, third)
    return total


def _phases(response: xr.DataArray, w1_cm1: float, w3_cm1: float) -> tuple[np.ndarray, np.ndarray]:
    """The factors that `frequency_map` sums the times t1 and t3 with, at one point of its grid."""
    reference = float(response.attrs["reference_cm1"])
    sign = -1.0 if response.attrs["signal"] == "rephasing" else 1.0
    factors = []
    for times, turned in ((response.t1.values, sign * (w1_cm1 - reference)), (response.t3.values, w3_cm1 - reference)):
        factor = np.exp(1j * RADIANS_PER_FS_CM1 * turned * times) * (times[1] - times[0])
        factor[0] *= 0.5
        factors.append(factor)
    return factors[0], factors[1]
