"""Rephasing maps of Hamilton's dimers over the waiting time, as the rooms of its Figs. 3 and 4 take them."""

from collections.abc import Iterator

import numpy as np
import xarray as xr

from physics.spectra.coherences import frequency_map
from physics.spectra.response import two_dimensional
from runs.claims.quasi_homodimers import WIDE, ensembles, pulse
from runs.claims.room import Room

T1_FS = np.arange(0.0, 352.0, 4.0)  # of t1 and t3; longer than the optical coherence lasts
T2_FS = np.arange(0.0, 1152.0, 6.0)
WINDOW_CM1 = (16600.0, 20600.0)
PADDING = 2
TOLERANCE = 1e-4  # of the largest |S|
NUMBERS = ("ensembles", "pulse_centre_cm1", "pulse_fwhm_fs", "optical_dephasing_fs")


def waiting_maps(room: Room) -> Iterator[xr.DataArray]:
    """S(w1, t2, w3) of independent ensembles, rephasing, GSB and SE (the paper's states have one exciton at most).

    Debye^4 fs^2.
    """
    light, low, high = pulse(room), *WINDOW_CM1
    for many in ensembles(room, WIDE):
        response = two_dimensional(
            many, T1_FS, T2_FS, T1_FS, pathways=("GSB", "SE"), reference_cm1=light.centre_cm1, pulses=light,
            optical_dephasing_fs=room.number("optical_dephasing_fs"), tolerance=TOLERANCE, workers=1,
        )  # fmt: skip
        found = frequency_map(response, PADDING).sel(w1=slice(low, high), w3=slice(low, high))
        yield found.transpose("w1", "t2", "w3")


def below_diagonal(beat: xr.DataArray) -> tuple[float, float, float]:
    """(w1, w3, height) of the highest point with w1 above w3, where the paper's addresses lie.

    `beat`: a map over w1 and w3 (cm-1), of any unit, which the height keeps.
    """
    allowed = beat.transpose("w1", "w3").where(beat["w1"] > beat["w3"], 0.0)
    row, column = np.unravel_index(int(np.argmax(allowed.values)), allowed.shape)
    return float(beat["w1"][row]), float(beat["w3"][column]), float(allowed.values[row, column])
