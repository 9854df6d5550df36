"""Molten layers of many dots at one temperature: the law of melting, worked out once over the range of their radii.

At one temperature the layer goes with the radius alone, and smoothly, but for the radius where dots melt through and
that where the skin begins. The range of radii is cut into panels, in each of which the law is replaced by the
polynomial through it at Chebyshev's nodes. A panel is trusted only where the polynomial meets the law between its
nodes, too, to TOLERANCE; elsewhere, and outside the range, the law itself is asked.
"""

from __future__ import annotations

import numpy as np

from assembly.rates import Laws, molten_skin_nm
from assembly.state import DEGREE, PANELS, State
from physics.jit import compiled_in_place, written_in

TOLERANCE = 1e-13  # relative; what is left between the points that are looked at is below 1e-12
WORTH = 2000  # dots from which on the panels cost less than the law for each
START, END = 0, 1  # of a stretch: the two temperatures that curves are kept for
LOW, PER_NM = 0, 1  # columns of State.ranges: the least radius in nm, panels per nm
NODES = np.cos(np.pi * (np.arange(DEGREE + 1) + 0.5) / (DEGREE + 1))
BETWEEN = np.cos(np.pi * np.arange(DEGREE + 2) / (DEGREE + 1))  # where the polynomial is furthest from what it replaces
POWERS = np.linalg.inv(np.vander(NODES, increasing=True))  # values at the nodes -> coefficients


@compiled_in_place
def tabulate(laws: Laws, state: State, end: int, temperature_k: float, dots: int) -> None:
    """Curves of all kinds for one end of a stretch; with few dots there are none, and the law itself is asked."""
    for kind in range(laws.kinds.size):
        state.ranges[end, kind, LOW], state.ranges[end, kind, PER_NM] = np.inf, 0.0
        low, high = np.inf, 0.0
        for a in range(state.bodies.size):
            if state.bodies[a].kind == kind:
                low, high = min(low, state.bodies[a].radius), max(high, state.bodies[a].radius)
        if dots < WORTH or not high > 0.0:
            continue
        low, high = low * (1.0 - 1e-9), high * (1.0 + 1e-9)
        state.ranges[end, kind, LOW], state.ranges[end, kind, PER_NM] = low, PANELS / (high - low)
        for p in range(PANELS):
            _fit(laws, state, end, kind, p, temperature_k)


@compiled_in_place
def _fit(laws: Laws, state: State, end: int, kind: int, p: int, temperature_k: float) -> None:
    """The polynomial of one panel; nan where it cannot be trusted."""
    low, per_nm = state.ranges[end, kind, LOW], state.ranges[end, kind, PER_NM]
    for k in range(DEGREE + 1):
        state.curves[end, kind, p, k] = 0.0
    for n in range(DEGREE + 1):
        value = molten_skin_nm(laws, kind, low + (p + 0.5 + 0.5 * NODES[n]) / per_nm, temperature_k)
        for k in range(DEGREE + 1):
            state.curves[end, kind, p, k] += POWERS[k, n] * value
    for n in range(DEGREE + 2):
        radius = low + (p + 0.5 + 0.5 * BETWEEN[n]) / per_nm
        value = molten_skin_nm(laws, kind, radius, temperature_k)
        if not abs(_polynomial(state, end, kind, p, BETWEEN[n]) - value) <= TOLERANCE * value:
            state.curves[end, kind, p, 0] = np.nan


@written_in
def _polynomial(state: State, end: int, kind: int, p: int, x: float) -> float:
    value = state.curves[end, kind, p, DEGREE]
    for k in range(DEGREE - 1, -1, -1):
        value = value * x + state.curves[end, kind, p, k]
    return value


@written_in
def skin_at_end_nm(laws: Laws, state: State, end: int, kind: int, radius_nm: float, temperature_k: float) -> float:
    """Molten layer in nm of a body at START or END of the present stretch, whose temperature must be given."""
    place = (radius_nm - state.ranges[end, kind, LOW]) * state.ranges[end, kind, PER_NM]
    if 0.0 <= place < PANELS:  # neither where there is no curve: -inf times 0
        p = int(place)
        value = _polynomial(state, end, kind, p, 2.0 * (place - p) - 1.0)
        if value >= 0.0:
            return value
    return molten_skin_nm(laws, kind, radius_nm, temperature_k)
