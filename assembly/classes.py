"""Classes of like clusters and the majorant of the attachment rate for every pair of classes.

A class keeps bounds of everything its members' rates depend on; the majorant is the same product of laws as the rate
itself (`assembly.rates`), each factor taken at the bound that makes it largest. Bounds only ever widen, and a widened
class gets its new majorants before the next pair is drawn, so that no rate can exceed its majorant: the loop counts
violations all the same.
"""

from __future__ import annotations

import numpy as np

from assembly.rates import Conditions, stiffness
from assembly.state import BARRIER_BIN_KT, CLASSES, CLASSES_MOST, LOBE_BIN, POOL_USED, STALE, State
from physics.fusion.encounter import (
    attachment_probability,
    encounter_rate_nm3_s,
    escape_rate_s,
    fusion_rate_s,
    relative_diffusion_nm2_s,
)
from physics.jit import compiled

LOBE_BIN_ORIGIN = 5.0  # ln(lobe radius / nm) + this is positive for every lobe above 7 pm
SAFETY = 1.0 + 1e-12  # rounding in the last digit of a product must not count as a violation


@compiled
def reduced_mean(a: float, b: float) -> float:
    """2 a b / (a + b)."""
    return 2.0 * a * b / (a + b)


@compiled
def majorant_nm3_s(conditions: Conditions, state: State, c: int, d: int) -> float:
    """Upper bound of k_ab (nm3/s) over every pair of clusters out of classes c and d and every pair of their dots."""
    one, other = state.classes[c], state.classes[d]
    base, loose, factor = 0.0, 0.0, 0.0
    kinds = conditions.cover.size
    for k in range(kinds):
        for m in range(kinds):
            if (one.kinds >> k) & 1 and (other.kinds >> m) & 1:
                base = max(base, conditions.fusion_rate_s[k, m])
                loose = max(loose, conditions.contact_energy_ev_nm[k, m])
                factor = max(factor, conditions.factor[k, m])
    spread = max(np.log(one.lobe_high / other.lobe_low), np.log(other.lobe_high / one.lobe_low))
    barrier = one.softest * other.softest / np.cosh(0.5 * spread)
    tight = reduced_mean(one.lobe_low, other.lobe_low)
    flat = reduced_mean(one.lobe_high, other.lobe_high)
    fusion = fusion_rate_s(base, 0.5 * (one.skin_high + other.skin_high), tight)
    kt, viscosity = conditions.thermal_ev, conditions.viscosity_ev_s_nm3
    slowest = relative_diffusion_nm2_s(one.hydrodynamic_high, other.hydrodynamic_high, kt, viscosity)
    escape = escape_rate_s(slowest, loose * flat, kt)
    encounter = max(
        encounter_rate_nm3_s(one.hydrodynamic_low, other.hydrodynamic_high, kt, viscosity),
        encounter_rate_nm3_s(one.hydrodynamic_high, other.hydrodynamic_low, kt, viscosity),
    )
    return SAFETY * factor * encounter * np.exp(-barrier / kt) * attachment_probability(fusion, escape)


@compiled
def enroll(conditions: Conditions, state: State, i: int) -> None:
    """Put cluster i into the class of its kinds, barrier and curvature.

    Where it lies outside the bounds of that class they are widened, and STALE names the class (plus one): its
    majorants must be renewed before the next draw.
    """
    cluster = state.clusters[i]
    softest, low, high, skin, kinds = np.inf, np.inf, 0.0, 0.0, 0
    body = cluster.head
    while body >= 0:
        lobe = state.bodies[body].lobe
        kind = state.bodies[body].kind
        softest = min(softest, stiffness(conditions, kind, lobe))
        low, high = min(low, lobe), max(high, lobe)
        skin = max(skin, state.bodies[body].skin)
        kinds |= 1 << kind
        body = state.bodies[body].next
    softest *= cluster.cover
    barrier_bin = min(int(softest * softest / conditions.thermal_ev / BARRIER_BIN_KT), 4095)
    lobe_bin = min(max(int((np.log(low) + LOBE_BIN_ORIGIN) / LOBE_BIN), 0), 255)
    group = _class_of(state, (kinds << 20) | (barrier_bin << 8) | lobe_bin)
    row = state.classes[group]
    wide = cluster.hydrodynamic
    if row.count == 0:
        row.kinds, row.softest, row.lobe_low, row.lobe_high, row.skin_high = kinds, softest, low, high, skin
        row.hydrodynamic_low, row.hydrodynamic_high = wide, wide
        state.tally[STALE] = group + 1
    elif (
        softest < row.softest
        or low < row.lobe_low
        or high > row.lobe_high
        or wide < row.hydrodynamic_low
        or wide > row.hydrodynamic_high
        or skin > row.skin_high
        or (kinds & ~row.kinds) != 0
    ):
        row.kinds |= kinds
        row.softest = min(softest, row.softest)
        row.lobe_low, row.lobe_high = min(low, row.lobe_low), max(high, row.lobe_high)
        row.hydrodynamic_low, row.hydrodynamic_high = min(wide, row.hydrodynamic_low), max(wide, row.hydrodynamic_high)
        row.skin_high = max(skin, row.skin_high)
        state.tally[STALE] = group + 1
    _append(state, group, i)


@compiled
def _class_of(state: State, key: int) -> int:
    """The class with this key, an empty one given a new key, or, where the table is full, the class nearest in key."""
    used = state.tally[CLASSES]
    empty, nearest = -1, 0
    for c in range(used):
        if state.classes[c].key == key:
            return c
        if state.classes[c].count == 0:
            empty = c
        if abs(state.classes[c].key - key) < abs(state.classes[nearest].key - key):
            nearest = c
    if used < CLASSES_MOST:
        empty = used
        state.tally[CLASSES] = used + 1
        state.classes[empty].room = 0
        state.classes[empty].count = 0
    if empty < 0:
        return nearest
    state.classes[empty].key = key
    return empty


@compiled
def _append(state: State, group: int, i: int) -> None:
    row = state.classes[group]
    if row.count == row.room:
        room = max(2 * row.room, 16)
        if state.tally[POOL_USED] + room > state.pool.size:
            _repack(state)
            room = max(2 * row.count, 16)
        if row.count == row.room:
            start = state.tally[POOL_USED]
            for k in range(row.count):
                state.pool[start + k] = state.pool[row.offset + k]
            row.offset, row.room = start, room
            state.tally[POOL_USED] = start + room
    state.pool[row.offset + row.count] = i
    state.clusters[i].group = group
    state.clusters[i].place = row.count
    row.count += 1


@compiled
def _repack(state: State) -> None:
    """Lay the classes out anew at the front of the pool, each with a quarter more room than members.

    The pool holds four times the clusters and sixteen places a class, so what is laid out always fits, and so does the
    doubling of any one class after it.
    """
    old = state.pool.copy()
    used = 0
    for c in range(state.tally[CLASSES]):
        row = state.classes[c]
        for k in range(row.count):
            state.pool[used + k] = old[row.offset + k]
        row.offset = used
        row.room = row.count + row.count // 4
        used += row.room
    state.tally[POOL_USED] = used


@compiled
def withdraw(state: State, i: int) -> None:
    """Take cluster i out of its class; the class's last member moves into its place."""
    row = state.classes[state.clusters[i].group]
    row.count -= 1
    last = state.pool[row.offset + row.count]
    place = state.clusters[i].place
    state.pool[row.offset + place] = last
    state.clusters[last].place = place


@compiled
def renew_class(conditions: Conditions, state: State, c: int) -> None:
    """Majorants of class c with every class, after its bounds changed."""
    for d in range(state.tally[CLASSES]):
        if state.classes[c].count > 0 and state.classes[d].count > 0:
            value = majorant_nm3_s(conditions, state, c, d)
            state.majorant[c, d] = value
            state.majorant[d, c] = value


@compiled
def renew_rows(state: State) -> None:
    """Row sums of majorant times count, from scratch."""
    used = state.tally[CLASSES]
    for c in range(used):
        total = 0.0
        for d in range(used):
            if state.classes[d].count > 0:
                total += state.majorant[c, d] * state.classes[d].count
        state.row[c] = total


@compiled
def renew_ladder(state: State) -> float:
    """Running sum over classes of count times row; returns its end, twice the total majorant rate times the volume."""
    total = 0.0
    for c in range(state.tally[CLASSES]):
        if state.classes[c].count > 0:
            total += state.classes[c].count * state.row[c]
        state.ladder[c] = total
    return total
