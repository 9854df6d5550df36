"""The ensembles of Hamilton 2023 as its rooms draw them: conditions from [numbers], one stream of dice a seed."""

from collections.abc import Iterator

import numpy as np

from physics.excitons import Ensemble
from physics.excitons.quasi_homodimers import quasi_homodimers
from physics.excitons.two_band import TwoBand
from physics.spectra.families import SMOOTHING_CM1, beat_distribution, beats
from physics.spectra.pulses import Pulse
from runs.claims.claim import Input
from runs.claims.room import Room
from runs.claims.standings import of_model

WIDE, NARROW, SMALL = "wide", "narrow", "small"  # 3.0 nm / 9 %, 2.8 nm / 5 %, 2.8 nm / 9 %
STREAM = 0x48616D
SAID = "Interval: independent ensembles of 4000 dimers."


def label(room: Room, name: str) -> str:
    """What figures call an ensemble."""
    return f"{room.number(f'{name}_nm'):.1f} nm / {100 * room.number(f'{name}_dispersion'):g} %"


def ensembles(room: Room, name: str, second_band: bool = False, count: int | None = None) -> Iterator[Ensemble]:
    """Independent ensembles of `name`, as many as [numbers] says (or `count`); the same dice for every name."""
    dimers = room.count(int(room.number("dimers")))
    for seed in range(int(room.number("ensembles")) if count is None else count):
        rng = np.random.default_rng([STREAM, seed])
        yield quasi_homodimers(room.number(f"{name}_nm"), room.number(f"{name}_dispersion"), dimers, rng,
                               gap_nm=room.number("gap_nm"), second_band=second_band)  # fmt: skip


def pulse(room: Room) -> Pulse:
    """The light of all three pulses."""
    return Pulse(room.number("pulse_centre_cm1"), room.number("pulse_fwhm_fs"))


def peaks_cm1(many: Ensemble, light: Pulse) -> dict[str, float]:
    """Where the smoothed spectrum of each family's beats is highest."""
    found = {}
    for name, own in beats(many, light).items():
        axis, density = beat_distribution(own, SMOOTHING_CM1[name])
        found[name] = float(axis[np.argmax(density)])
    return found


def inputs(room: Room, *more: str) -> tuple[Input, ...]:
    """The two-band model's numbers, the samples', and `more` of the room's own."""
    return (*of_model(TwoBand()), *room.numbers("wide_nm", "wide_dispersion", "gap_nm", "dimers", *more))
