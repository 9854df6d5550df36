"""Spectra of ensembles of quantum-dot molecules."""

from physics.spectra.coherences import absorptive_map, beat_spectrum, frequency_map, trace
from physics.spectra.linear import absorption, emission
from physics.spectra.pulses import Pulse
from physics.spectra.response import two_dimensional

__all__ = [
    "Pulse",
    "absorption",
    "absorptive_map",
    "beat_spectrum",
    "emission",
    "frequency_map",
    "trace",
    "two_dimensional",
]
