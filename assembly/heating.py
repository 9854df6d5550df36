"""The heating programme cut into stretches, each with bounds of its own on what can happen in it."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from assembly.engine import Stretch
from assembly.population import Flask
from physics.units import kelvin

RAMP_STEP_K = 2.0  # longest stretch of a ramp: bounds stay tight, acceptance above a third; exact for any value
FIRST_HOLD_S = 1.0  # where necks take time, stretches of a hold begin this long and double: growth slows down
HOLD_GROWTH = 2.0


def programme_points(flask: Flask) -> tuple[tuple[float, float], ...]:
    """Corners (minutes, celsius) of the flask's programme; an isothermal flask has two."""
    if flask.programme is not None:
        return flask.programme
    return (0.0, flask.temperature_c), (flask.time_min, flask.temperature_c)


def stretches(flask: Flask) -> list[Stretch]:
    """The programme as stretches that follow one another without a gap."""
    slow = flask.neck_growth != "at-once"
    cut: list[Stretch] = []
    for (t0, c0), (t1, c1) in pairwise(programme_points(flask)):
        begin, end, cold, hot = 60.0 * t0, 60.0 * t1, kelvin(c0), kelvin(c1)
        if c0 != c1:
            times = np.linspace(begin, end, int(np.ceil(abs(c1 - c0) / RAMP_STEP_K)) + 1)
        elif slow:
            times = _doubling(begin, end)
        else:
            times = np.array([begin, end])
        heat = np.interp(times, [begin, end], [cold, hot])
        cut += [
            Stretch(float(a), float(b), float(p), float(q), bool(slow or p != q))
            for (a, b), (p, q) in zip(pairwise(times), pairwise(heat), strict=True)
        ]
    return cut


def _doubling(begin: float, end: float) -> np.ndarray:
    steps = int(np.ceil(np.log2(1.0 + (end - begin) / FIRST_HOLD_S)))
    edges = begin + FIRST_HOLD_S * (HOLD_GROWTH ** np.arange(steps + 1) - 1.0)
    return np.append(edges[edges < end], end)
