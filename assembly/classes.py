"""Classes of like clusters and the majorant of the attachment rate for every pair of classes.

A class keeps bounds of everything its members' rates depend on; the majorant is the same product of laws as the rate
itself (`assembly.rates`), each factor taken at the bound that makes it largest. Bounds only ever widen, and a widened
class gets its new majorants before the next pair is drawn, so that no rate can exceed its majorant: the loop counts
violations all the same. While the temperature moves or necks grow, bounds hold from now to the end of the interval:
covers and lobes only rise, surface only falls, and skins lie between those of the interval's two temperatures.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from assembly.fusing import hydrodynamic_nm
from assembly.rates import Heat, Laws, contact_rates_s, fusing_share, molten_skin_nm, stiffness
from assembly.skins import END, START, skin_at_end_nm
from assembly.state import BARRIER_BIN_KT, CLASSES_MOST, FOUND_MOST, LADDER, SLOTS, State
from physics.fusion.encounter import encounter_rate_nm3_s
from physics.fusion.ligands import mean_radius_nm
from physics.jit import compiled_in_place, written_in

LOBE_PARTS, LOBE_ORIGIN = 2, -8  # a class reaches over 1/2^parts of an octave in the lobes, from 2^origin nm on
SKIN_PARTS, SKIN_ORIGIN = 2, -9  # the same in the skins
SAFETY = 1.0 + 1e-12  # rounding in the last digit of a product must not count as a violation
SLACK = 0.01  # bounds are widened this far beyond who asks for it: new majorants cost as much as ten events
BARRIER_SLACK = 0.005  # the same for g theta, of which the barrier has the square, in an exponent
SINGLE_DOWN = 1.0 - 1.2e-7  # before rounding to single precision: the result is no larger
SPARE_LEAST, SPARE_SHARE = 2, 16  # slots kept free in a class that grows: at least, and one for so many members
STANDING_SHARE = 128  # the table of proposals stands while one cluster in so many reacts
SHRINKAGE = (
    0.8  # least surface of a coalescing cluster over that of one sphere of its volume (necks overlap in the sum)
)


class Span(NamedTuple):
    """The temperatures between which rates must be bounded; equal, and not evolving, in an isothermal flask."""

    cold: Heat
    hot: Heat
    ends_k: tuple[float, float]  # temperature at START and END
    evolving: bool


@written_in
def majorant_nm3_s(laws: Laws, span: Span, state: State, c: int, d: int) -> tuple[float, float]:
    """Upper bound of k_ab (nm3/s) over every pair of clusters out of classes c and d and every pair of their sites.

    Second the least barrier of such a pair over kT. A pair whose members are stiffer than their classes by x and y has
    a barrier higher by the factor x y, so that majorant times exp(-(x y - 1) barrier) is a bound of its own.
    """
    one, other = state.classes[c], state.classes[d]
    furthest = max(one.lobe_high / other.lobe_low, other.lobe_high / one.lobe_low)
    flattening = 0.5 * (np.sqrt(furthest) + 1.0 / np.sqrt(furthest))  # cosh of half the logarithm
    base, loose, likeliest, least = 0.0, 0.0, 0.0, np.inf
    told = True  # whether all facets are told apart
    kinds = laws.kinds.size
    for k in range(kinds):
        for m in range(kinds):
            if (one.kinds >> k) & 1 and (other.kinds >> m) & 1 and laws.pairs[k, m].factor > 0.0:
                told &= laws.kinds[k].polar_share > 0.0 and laws.kinds[m].polar_share > 0.0
                base = max(base, laws.pairs[k, m].fusion_rate_s)
                loose = max(loose, laws.pairs[k, m].contact_energy_ev_nm)
                barrier = state.softest[c, k] * state.softest[d, m] / flattening / span.hot.thermal_ev
                likeliest = max(likeliest, laws.pairs[k, m].factor * np.exp(-barrier))
                least = min(least, barrier)
    # The tightest contact fuses fastest, the flattest holds longest.
    skin = 0.5 * (one.skin_high + other.skin_high)
    tight, flat = mean_radius_nm(one.lobe_low, other.lobe_low), mean_radius_nm(one.lobe_high, other.lobe_high)
    slow, fast = one.hydrodynamic_high, other.hydrodynamic_high
    fusion, _ = contact_rates_s(span.cold, slow, fast, tight, skin, base, loose)
    _, escape = contact_rates_s(span.cold, slow, fast, flat, skin, base, loose)
    kt, viscosity = span.hot.thermal_ev, span.hot.viscosity_ev_s_nm3
    meetings = max(
        encounter_rate_nm3_s(one.hydrodynamic_low, other.hydrodynamic_high, kt, viscosity),
        encounter_rate_nm3_s(one.hydrodynamic_high, other.hydrodynamic_low, kt, viscosity),
    )
    families = max(laws.homonymous, laws.heteronymous) if told else 1.0
    facets = families * one.reach_high * other.reach_high
    return SAFETY * likeliest * facets * meetings * fusing_share(fusion, escape, laws.explicit), least


class Bounds(NamedTuple):
    """Between what limits the rates of one cluster lie: see CLASS.

    softest: lower bound of g theta, eV^(1/2); lobe_low to lobe_high: radii of lobes, wide_low to wide_high:
    hydrodynamic radii, skin_high: the thickest molten layer, all in nm; reach_high: the largest facet-weighted surface
    over plain surface.
    """

    kinds: int
    softest: float
    lobe_low: float
    lobe_high: float
    wide_low: float
    wide_high: float
    skin_high: float
    reach_high: float


@written_in
def sharpest_lobe_nm(laws: Laws, state: State, a: int) -> float:
    """Least radius of curvature that body a can meet others with: the round ends of a rod only where they take part."""
    body = state.bodies[a]
    kind = laws.kinds[body.kind]
    return 2.0 * body.lobe if kind.length_nm > 0.0 and kind.polar_gain == 0.0 else body.lobe


@written_in
def _soften(laws: Laws, state: State, group: int, i: int, edge: float) -> tuple[bool, float]:
    """Lower the least g theta of a class to those of cluster i, kind by kind, but not below the edge of its bin.

    Whether any had to be lowered, and how many times at least those of the cluster exceed them.
    """
    lowered, stiffer = False, np.inf
    a = state.clusters[i].head
    while a >= 0:
        body = state.bodies[a]
        g = stiffness(laws, body.kind, sharpest_lobe_nm(laws, state, a), body.cover) * state.clusters[i].cover
        if g < state.softest[group, body.kind]:
            state.softest[group, body.kind] = min(g, max(edge, (1.0 - BARRIER_SLACK) * g))
            lowered = True
        stiffer = min(stiffer, g / state.softest[group, body.kind])
        a = body.next
    return lowered, stiffer


@written_in
def bounds(laws: Laws, span: Span, state: State, i: int) -> Bounds:
    """Limits of cluster i, from now on and through the span."""
    cluster = state.clusters[i]
    softest, low, high, skin, kinds = np.inf, np.inf, 0.0, 0.0, 0
    a = cluster.head
    bulk = 0.0
    while span.evolving and a >= 0:
        bulk += state.bodies[a].radius ** 3
        a = state.bodies[a].next
    sphere = np.cbrt(bulk)
    a = cluster.head
    while a >= 0:
        body = state.bodies[a]
        flat = 2.0 * body.lobe if laws.kinds[body.kind].length_nm > 0.0 else body.lobe
        sharp = sharpest_lobe_nm(laws, state, a)
        softest = min(softest, stiffness(laws, body.kind, sharp, body.cover))
        low, high = min(low, sharp), max(high, flat)
        skin = max(skin, body.skin)
        if span.evolving:
            for end in (START, END):
                skin = max(skin, skin_at_end_nm(laws, state, end, body.kind, body.radius, span.ends_k[end]))
            if cluster.size > 1:
                skin = max(skin, molten_skin_nm(laws, body.kind, sphere, span.hot.temperature_k))
        kinds |= 1 << body.kind
        a = body.next
    wide, reach = hydrodynamic_nm(state, i), cluster.weight / cluster.area
    least = wide
    if span.evolving and cluster.size > 1:
        high = max(high, sphere)
        least = min(wide, SHRINKAGE * sphere)
        reach *= (wide / least) ** 2
    return Bounds(kinds, softest * cluster.cover, low, high, least, wide, skin, reach)


@written_in
def _part_of_octave(value: float, parts: int, origin: int) -> int:
    """Which part above 2^origin a number lies in, at 2^parts equal parts an octave: its exponent and leading bits."""
    leading = int(np.float64(value).view(np.int64) >> (52 - parts))
    return leading - ((1023 + origin) << parts)


@written_in
def enroll(laws: Laws, span: Span, state: State, i: int) -> None:
    """Put cluster i into the class of its kinds, barrier and curvature.

    Where it lies outside the bounds of that class they are widened, and STALE names the class (plus one): its
    majorants must be renewed before the next draw.
    """
    own = bounds(laws, span, state, i)
    barrier_bin = min(int(own.softest * own.softest / span.cold.thermal_ev / BARRIER_BIN_KT), 4095)
    lobe_bin = min(max(_part_of_octave(own.lobe_low, LOBE_PARTS, LOBE_ORIGIN), 0), 255)
    # A molten dot's skin would lift the majorant of all the others: it goes into classes of its own.
    skin_bin = 0
    if own.skin_high > 0.0:
        skin_bin = min(max(_part_of_octave(own.skin_high, SKIN_PARTS, SKIN_ORIGIN) + 1, 1), 63)
    group = _class_of(state, (own.kinds << 26) | (skin_bin << 20) | (barrier_bin << 8) | lobe_bin)
    row = state.classes[group]
    if row.count == 0:
        for k in range(laws.kinds.size):
            state.softest[group, k] = np.inf
        row.kinds, row.lobe_low, row.lobe_high = 0, np.inf, 0.0
        row.hydrodynamic_low, row.hydrodynamic_high = np.inf, 0.0
        row.skin_high, row.reach_high = 0.0, 0.0
    edge = np.sqrt(barrier_bin * BARRIER_BIN_KT * span.cold.thermal_ev)
    lowered, stiffer = _soften(laws, state, group, i, edge)
    if (
        lowered
        or own.lobe_low < row.lobe_low
        or own.lobe_high > row.lobe_high
        or own.wide_low < row.hydrodynamic_low
        or own.wide_high > row.hydrodynamic_high
        or own.skin_high > row.skin_high
        or own.reach_high > row.reach_high
        or (own.kinds & ~row.kinds) != 0
    ):
        row.kinds |= own.kinds
        row.lobe_low, row.lobe_high = _down_to(row.lobe_low, own.lobe_low), _up_to(row.lobe_high, own.lobe_high)
        row.hydrodynamic_low = _down_to(row.hydrodynamic_low, own.wide_low)
        row.hydrodynamic_high = _up_to(row.hydrodynamic_high, own.wide_high)
        row.skin_high = _up_to(row.skin_high, own.skin_high)
        row.reach_high = max(row.reach_high, own.reach_high)
        state.now[0].stale = group + 1
    _append(state, group, i, np.float32(SINGLE_DOWN * stiffer))


@written_in
def _down_to(bound: float, value: float) -> float:
    return bound if bound <= value else (1.0 - SLACK) * value


@written_in
def _up_to(bound: float, value: float) -> float:
    return bound if bound >= value else (1.0 + SLACK) * value


@written_in
def _class_of(state: State, key: int) -> int:
    """The class with this key, an empty one given a new key, or, where the table is full, the class nearest in key."""
    used = state.now[0].classes
    place = (key ^ (key >> 7) ^ (key >> 17)) & (FOUND_MOST - 1)
    if state.found[place] < used and state.classes[state.found[place]].key == key:
        return state.found[place]
    for c in range(used):
        if state.classes[c].key == key:
            state.found[place] = c
            return c
    empty, nearest = -1, 0
    for c in range(used):
        if state.classes[c].count == 0:
            empty = c
        if abs(state.classes[c].key - key) < abs(state.classes[nearest].key - key):
            nearest = c
    if used < CLASSES_MOST:
        empty = used
        state.now[0].classes = used + 1
        state.classes[empty].room = 0
        state.classes[empty].count = 0
        state.classes[empty].grows = 0
    if empty < 0:
        return nearest
    state.classes[empty].key = key
    return empty


@written_in
def _append(state: State, group: int, i: int, stiffer: np.float32) -> None:
    row = state.classes[group]
    if row.count == row.room:
        room = max(2 * row.room, 16)
        if state.now[0].pool_used + room > state.pool.size:
            _repack(state)
            room = max(2 * row.count, 16)
        if row.count == row.room:
            start = state.now[0].pool_used
            for k in range(row.count):
                state.pool[start + k] = state.pool[row.offset + k]
            row.offset, row.room = start, room
            state.now[0].pool_used = start + room
    state.pool[row.offset + row.count].cluster = i
    state.pool[row.offset + row.count].stiffer = stiffer
    state.clusters[i].group = group
    state.clusters[i].place = row.count
    row.count += 1


@compiled_in_place
def _next_in_pool(state: State, after: int) -> int:
    """The class that has members and begins first beyond a place in the pool; -1 where there is none."""
    found = -1
    for c in range(state.now[0].classes):
        row = state.classes[c]
        if row.count > 0 and row.offset > after and (found < 0 or row.offset < state.classes[found].offset):
            found = c
    return found


@compiled_in_place
def _last_in_pool(state: State, before: int) -> int:
    """The class that has members and begins last before a place in the pool; -1 where there is none."""
    found = -1
    for c in range(state.now[0].classes):
        row = state.classes[c]
        if row.count > 0 and row.offset < before and (found < 0 or row.offset > state.classes[found].offset):
            found = c
    return found


@compiled_in_place
def _repack(state: State) -> None:
    """Lay the classes out anew in the pool, each with a quarter more room than members.

    The pool holds four times the clusters and sixteen places a class, so what is laid out always fits, and so does the
    doubling of any one class after it. In place: members first slide together to the front, in the order in which
    they stand, then apart again from the back.
    """
    packed, whole, after = 0, 0, -1
    while True:
        c = _next_in_pool(state, after)
        if c < 0:
            break
        row = state.classes[c]
        after = row.offset
        for k in range(row.count):
            state.pool[packed + k] = state.pool[row.offset + k]
        row.offset = packed
        # The front is filled in order, so that what has been moved stays behind what is still to be looked at.
        packed += row.count
        whole += row.count + row.count // 4
    state.now[0].pool_used = whole
    end, before = whole, packed + 1
    while True:
        c = _last_in_pool(state, before)
        if c < 0:
            break
        row = state.classes[c]
        before = row.offset
        row.room = row.count + row.count // 4
        end -= row.room
        for k in range(row.count - 1, -1, -1):
            state.pool[end + k] = state.pool[row.offset + k]
        row.offset = end
    for c in range(state.now[0].classes):
        if state.classes[c].count == 0:
            state.classes[c].room = 0


@written_in
def withdraw(state: State, i: int) -> None:
    """Take cluster i out of its class, into whose place the last member moves."""
    row = state.classes[state.clusters[i].group]
    row.count -= 1
    place = state.clusters[i].place
    state.pool[row.offset + place] = state.pool[row.offset + row.count]
    state.clusters[state.pool[row.offset + place].cluster].place = place


@compiled_in_place
def renew_class(laws: Laws, span: Span, state: State, c: int) -> None:
    """Majorants of class c with every class, after its bounds changed."""
    for d in range(state.now[0].classes):
        if state.classes[c].count > 0 and state.classes[d].count > 0:
            value, least = majorant_nm3_s(laws, span, state, c, d)
            state.majorant[c, d] = state.majorant[d, c] = value
            state.barrier[c, d] = state.barrier[d, c] = least


@compiled_in_place
def renew_table(state: State) -> float:
    """Lay out the slots that proposals go to; returns twice their total rate times the volume, in nm3/s.

    Proposals go to pairs of slots at rates that stay as they are while clusters come and go: a slot that a cluster has
    left, or that is kept free for one to come, makes null proposals. So nothing is summed at an event, and pairs can be
    drawn ahead. The table stands until a class has more members than slots, a majorant changes, or many have left.
    """
    used, total = state.now[0].classes, 0.0
    for c in range(used):
        row = state.classes[c]
        row.slots = row.count
        if row.grows == 1 and row.count > 0:
            row.slots += SPARE_LEAST + row.count // SPARE_SHARE
        state.sums[SLOTS, c] = row.slots
    for c in range(0, used, 4):  # four sums at a time: each waits for its own last one only
        p = q = r = s = 0.0
        for d in range(used):
            p += state.majorant[c, d] * state.sums[SLOTS, d]
            q += state.majorant[c + 1, d] * state.sums[SLOTS, d]
            r += state.majorant[c + 2, d] * state.sums[SLOTS, d]
            s += state.majorant[c + 3, d] * state.sums[SLOTS, d]
            state.heights[c, d], state.heights[c + 1, d] = p, q
            state.heights[c + 2, d], state.heights[c + 3, d] = r, s
    for c in range(used):
        total += state.sums[SLOTS, c] * state.heights[c, used - 1]
        state.sums[LADDER, c] = total
    state.now[0].ahead = 0
    state.now[0].renewal = state.now[0].events + 1 + (state.clusters.size - state.now[0].events) // STANDING_SHARE
    return total


@compiled_in_place
def renew_all(laws: Laws, span: Span, state: State, clusters: np.ndarray) -> None:
    """Throw all classes away and enroll these clusters anew, with the bounds of this span. clusters (c,): indices."""
    state.now[0].classes = state.now[0].pool_used = state.now[0].ahead = 0
    for i in clusters:
        enroll(laws, span, state, i)
    for c in range(state.now[0].classes):
        renew_class(laws, span, state, c)
    state.now[0].stale = 0
