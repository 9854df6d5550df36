"""The loop: exact event-by-event kinetic Monte Carlo of dots that meet, stick and fuse in a well-mixed flask.

Gillespie's direct method with majorants (null-event thinning). Every pair of clusters is proposed at the majorant rate
of its pair of classes; a dot of each is picked by exposed area; the proposal is accepted with the ratio of the true
rate of these two dots to the majorant. Waiting times run over proposals, accepted or not, so that the process is exact
whatever the majorants are, as long as none is exceeded (counted in VIOLATIONS, which must stay 0).

Source of the method: D. T. Gillespie, J. Phys. Chem. 81, 2340 (1977); thinning: Lewis and Shedler (1979).
"""

from __future__ import annotations

import numpy as np

from assembly.classes import enroll, reduced_mean, renew_class, renew_ladder, renew_rows, withdraw
from assembly.coagulation import Coagulation, coagulate
from assembly.rates import Conditions, attachment_rate_nm3_s, molten_skin_nm
from assembly.state import CLASSES, EVENTS, PROPOSALS, STALE, VIOLATIONS, State
from physics.fusion.doublet import cap_height_nm, full_strain, lobe_radius_nm, strain
from physics.fusion.energetics import COALESCED_SHARE, equilibrium_neck_nm
from physics.jit import compiled

__all__ = [
    "Coagulation",
    "advance",
    "coagulate",
    "fill",
    "pair_rate_nm3_s",
]  # the textbook kernels stand beside the flask's

LEAST_AREA_NM2 = 1e-3  # a cluster buried in necks still has a surface to divide by
ROWS_RENEWED_EVERY = 64  # events between two row sums from scratch: keeps the rounding of updates below 1e-13


@compiled
def fill(conditions: Conditions, state: State, radii_nm: np.ndarray, kinds: np.ndarray) -> None:
    """Every dot a cluster of its own: radii (particles,) in nm, kinds (particles,)."""
    for i in range(radii_nm.size):
        radius, kind = radii_nm[i], kinds[i]
        body = state.bodies[i]
        body.radius, body.lobe, body.lobe3 = radius, radius, radius**3
        body.exposed = 4.0 * np.pi * radius * radius
        if i > 0 and radius == radii_nm[i - 1] and kind == kinds[i - 1]:
            body.skin = state.bodies[i - 1].skin
        else:
            body.skin = molten_skin_nm(conditions, kind, radius)
        body.kind, body.next = kind, -1
        cluster = state.clusters[i]
        cluster.head, cluster.tail, cluster.size = i, i, 1
        cluster.area = body.exposed
        cluster.covered = conditions.cover[kind] * body.exposed
        _settle(conditions, state, i)
        enroll(conditions, state, i)
    for c in range(state.tally[CLASSES]):
        renew_class(conditions, state, c)
    state.tally[STALE] = 0
    renew_rows(state)


@compiled
def _settle(conditions: Conditions, state: State, i: int) -> None:
    """What follows from a cluster's area and ligands: its cover and its hydrodynamic radius."""
    cluster = state.clusters[i]
    cluster.cover = min(conditions.fullest_cover, cluster.covered / cluster.area) if conditions.conserved else 1.0
    cluster.hydrodynamic = np.sqrt(cluster.area / (4.0 * np.pi))


@compiled
def _contact_body(state: State, i: int, chance: float) -> int:
    """A body of cluster i by exposed area; `chance` is uniform in [0, 1)."""
    cluster = state.clusters[i]
    body = cluster.head
    left = chance * cluster.area
    while state.bodies[body].next >= 0:
        left -= state.bodies[body].exposed
        if left < 0.0:
            break
        body = state.bodies[body].next
    return body


@compiled
def pair_rate_nm3_s(conditions: Conditions, state: State, i: int, j: int, a: int, b: int) -> float:
    """Rate of attachment of clusters i and j through their bodies a and b, in nm3/s."""
    one, other = state.bodies[a], state.bodies[b]
    k, m = one.kind, other.kind
    curvature = reduced_mean(one.lobe, other.lobe)
    brush = np.sqrt(conditions.attachment_energy_ev[k] * conditions.attachment_energy_ev[m])
    if not conditions.conserved:
        brush *= conditions.cover[k] * conditions.cover[m]
    cover = state.clusters[i].cover * state.clusters[j].cover
    return attachment_rate_nm3_s(
        conditions,
        brush * cover * curvature / conditions.reference_radius_nm / conditions.thermal_ev,
        state.clusters[i].hydrodynamic,
        state.clusters[j].hydrodynamic,
        curvature,
        0.5 * (one.skin + other.skin),
        conditions.fusion_rate_s[k, m],
        conditions.contact_energy_ev_nm[k, m],
        conditions.factor[k, m],
    )


@compiled
def _unlink(state: State, i: int, body: int) -> None:
    """Take a body out of the list of cluster i."""
    cluster = state.clusters[i]
    if cluster.head == body:
        cluster.head = state.bodies[body].next
        return
    before = cluster.head
    while state.bodies[before].next != body:
        before = state.bodies[before].next
    state.bodies[before].next = state.bodies[body].next
    if cluster.tail == body:
        cluster.tail = before


@compiled
def _fuse(conditions: Conditions, state: State, a: int, b: int) -> tuple[float, bool]:
    """Fuse bodies a and b: (area lost, whether they coalesced). Where they did, a holds the summed body."""
    one, other = state.bodies[a], state.bodies[b]
    k, m = one.kind, other.kind
    neck = equilibrium_neck_nm(
        one.radius,
        one.skin,
        conditions.shear_ev_nm3[k],
        other.radius,
        other.skin,
        conditions.shear_ev_nm3[m],
        conditions.fused_tension_ev_nm2[k, m],
    )
    bond = state.bonds[state.tally[EVENTS]]
    bond.time, bond.neck, bond.a, bond.b = state.clock[0], neck, a, b
    bond.radius_a, bond.radius_b = one.radius, other.radius
    before = one.exposed + other.exposed
    cap_a, cap_b = cap_height_nm(neck, one.radius), cap_height_nm(neck, other.radius)
    share = strain(cap_a, cap_b, one.radius, other.radius) / full_strain(one.radius, other.radius)
    if share > COALESCED_SHARE:
        buried = 4.0 * np.pi * (one.radius**2 + other.radius**2) - before
        swollen = one.lobe3 - one.radius**3 + other.lobe3 - other.radius**3
        if other.radius > one.radius:
            one.kind = m
        one.radius = (one.radius**3 + other.radius**3) ** (1.0 / 3.0)
        one.lobe3 = one.radius**3 + swollen
        one.lobe = one.lobe3 ** (1.0 / 3.0)
        one.exposed = max(4.0 * np.pi * one.radius**2 - buried, 0.0)
        one.skin = molten_skin_nm(conditions, one.kind, one.radius)
        return before - one.exposed, True
    for body, cap in ((a, cap_a), (b, cap_b)):
        side = state.bodies[body]
        side.exposed = max(side.exposed - 4.0 * np.pi * side.radius**2 + np.pi * (neck**2 + cap**2), 0.0)
        side.lobe3 += lobe_radius_nm(neck, cap) ** 3 - side.radius**3
        side.lobe = side.lobe3 ** (1.0 / 3.0)
    return before - one.exposed - other.exposed, False


@compiled
def _join(conditions: Conditions, state: State, i: int, j: int, a: int, b: int) -> None:
    """Clusters i and j become one, i, by a bond between bodies a (of i) and b (of j)."""
    c, d = state.clusters[i].group, state.clusters[j].group
    withdraw(state, i)
    withdraw(state, j)
    lost, coalesced = _fuse(conditions, state, a, b)
    if coalesced:
        _unlink(state, j, b)
    one, other = state.clusters[i], state.clusters[j]
    if other.head >= 0:
        state.bodies[one.tail].next = other.head
        one.tail = other.tail
    one.size += other.size
    one.area = max(one.area + other.area - lost, LEAST_AREA_NM2)
    one.covered += other.covered
    _settle(conditions, state, i)
    enroll(conditions, state, i)
    state.tally[EVENTS] += 1
    if state.tally[STALE] > 0:
        renew_class(conditions, state, state.tally[STALE] - 1)
        renew_rows(state)
        state.tally[STALE] = 0
    elif state.tally[EVENTS] % ROWS_RENEWED_EVERY == 0:
        renew_rows(state)
    else:
        e = one.group
        for f in range(state.tally[CLASSES]):
            state.row[f] += state.majorant[f, e] - state.majorant[f, c] - state.majorant[f, d]


@compiled
def _draw_class(ladder: np.ndarray, used: int, height: float) -> int:
    c = 0
    while c < used - 1 and ladder[c] <= height:
        c += 1
    return c


@compiled
def _draw_partner(state: State, c: int, chance: float) -> int:
    """A class d by majorant[c, d] times count, or -1 where rounding of the row sum points past the last one."""
    left = chance * state.row[c]
    for d in range(state.tally[CLASSES]):
        count = state.classes[d].count
        if count > 0:
            left -= state.majorant[c, d] * count
            if left < 0.0:
                return d
    return -1


@compiled
def advance(conditions: Conditions, state: State, until_s: float, steps: int, rng: np.random.Generator) -> bool:
    """Run to time `until_s` or for `steps` proposals; True when the time is reached or nothing can happen any more."""
    total = renew_ladder(state)
    for _ in range(steps):
        wait = np.inf
        if total > 0.0:
            wait = rng.standard_exponential() * 2.0 * conditions.volume_nm3 / total
        if not state.clock[0] + wait < until_s:
            state.clock[0] = until_s
            return True
        state.clock[0] += wait
        state.tally[PROPOSALS] += 1
        c = _draw_class(state.ladder, state.tally[CLASSES], rng.random() * total)
        d = _draw_partner(state, c, rng.random())
        if d < 0 or state.classes[c].count == 0:
            continue
        i = state.pool[state.classes[c].offset + rng.integers(0, state.classes[c].count)]
        j = state.pool[state.classes[d].offset + rng.integers(0, state.classes[d].count)]
        if i == j:
            continue
        a, b = _contact_body(state, i, rng.random()), _contact_body(state, j, rng.random())
        rate = pair_rate_nm3_s(conditions, state, i, j, a, b)
        if rate > state.majorant[c, d]:
            state.tally[VIOLATIONS] += 1
        if rng.random() * state.majorant[c, d] < rate:
            _join(conditions, state, i, j, a, b)
            total = renew_ladder(state)
    return False
