"""The loop: exact event-by-event kinetic Monte Carlo of dots that meet, stick and fuse in a well-mixed flask.

Gillespie's direct method with majorants (null-event thinning). Every pair of clusters is proposed at the majorant rate
of its pair of classes; a dot and a site of each are picked by weighted surface; the proposal is accepted with the ratio
of the true rate of these two, at the temperature and with the necks of that moment, to the majorant. Waiting times run
over proposals, accepted or not, so that the process is exact whatever the majorants are and however the rates move, as
long as no majorant is exceeded (counted in VIOLATIONS, which must stay 0).

Source of the method: D. T. Gillespie, J. Phys. Chem. 81, 2340 (1977); thinning: Lewis and Shedler (1979).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from assembly.classes import Span, enroll, renew_all, renew_class, renew_table, withdraw
from assembly.coagulation import Coagulation, coagulate
from assembly.draws import UNIT, one_each, seed_stream, uniform_bits
from assembly.fusing import body_of, coalesce, grow_neck, grow_necks, hydrodynamic_nm, refresh, settle
from assembly.rates import AT_ONCE, Heat, Laws, contact_rates_s, fusing_share, heat_at, meeting_rate_nm3_s, stiffness
from assembly.sites import contact_lobe_nm, draw_body, draw_site, dress, facet_factor
from assembly.skins import END, START, skin_at_end_nm, tabulate
from assembly.state import CONTACTS_MOST, DRAWN_AHEAD, LADDER, SIDE, SLOTS, State
from physics.fusion.ligands import mean_radius_nm
from physics.jit import compiled_in_place, fetch, written_in

__all__ = ["Coagulation", "Stretch", "advance", "begin_stretch", "coagulate", "fill"]


class Stretch(NamedTuple):
    """A stretch of the heating programme with bounds of its own: temperature linear from its start to its end."""

    start_s: float
    end_s: float
    start_k: float
    end_k: float
    evolving: bool  # whether states or rates move within it


class Touch(NamedTuple):
    """Two bodies of two clusters that meet, the sites they meet at, and the rates of what may follow.

    rate_nm3_s: of meeting; fusion and escape: 1/s.
    """

    i: int
    j: int
    a: int
    b: int
    site_a: int
    site_b: int
    rate_nm3_s: float
    fusion: float  # 1/s
    escape: float  # 1/s


NOTHING = Touch(-1, -1, -1, -1, SIDE, SIDE, 0.0, 0.0, 0.0)  # where a proposal was not taken


@compiled_in_place
def fill(laws: Laws, state: State, radii_nm: np.ndarray, kinds: np.ndarray, covers: np.ndarray) -> None:
    """Every dot a cluster of its own, from radii in nm, kinds and ligand covers, (particles,) each."""
    for i in range(radii_nm.size):
        body = state.bodies[i]
        body.radius, body.cover = radii_nm[i], covers[i]
        body.kind, body.next = kinds[i], -1
        dress(laws, state, i)
        cluster = state.clusters[i]
        cluster.head, cluster.first_bond, cluster.size = i, -1, 1
        cluster.covered = covers[i] * body.exposed
        cluster.fresh = -1.0
        settle(laws, state, i)


@compiled_in_place
def span_of(laws: Laws, stretch: Stretch) -> Span:
    """The coldest and the hottest moment of a stretch."""
    cold, hot = min(stretch.start_k, stretch.end_k), max(stretch.start_k, stretch.end_k)
    return Span(heat_at(laws, cold), heat_at(laws, hot), (stretch.start_k, stretch.end_k), stretch.evolving)


@written_in
def heat_now(laws: Laws, stretch: Stretch, now_s: float) -> Heat:
    """Heat at a moment of the stretch."""
    if stretch.start_k == stretch.end_k:
        return heat_at(laws, stretch.start_k)
    passed = (now_s - stretch.start_s) / (stretch.end_s - stretch.start_s)
    return heat_at(laws, stretch.start_k + passed * (stretch.end_k - stretch.start_k))


@written_in
def neck_heat(laws: Laws, stretch: Stretch, now_s: float) -> Heat:
    """Heat at which necks move: the present one where they follow at once; where they take time, that of the middle of
    the stretch, so that two short steps of a neck are one long one."""
    if laws.neck_law == AT_ONCE:
        return heat_now(laws, stretch, now_s)
    return heat_at(laws, 0.5 * (stretch.start_k + stretch.end_k))


@compiled_in_place
def begin_stretch(laws: Laws, state: State, stretch: Stretch, clusters: np.ndarray) -> None:
    """Bring these clusters, which must be all, to the start of a stretch and bound their rates to its end.

    clusters (c,): indices.
    """
    heat = heat_at(laws, stretch.start_k)
    tabulate(laws, state, START, stretch.start_k, clusters.size)
    if stretch.evolving:
        tabulate(laws, state, END, stretch.end_k, clusters.size)
    for i in clusters:
        a = state.clusters[i].head
        while a >= 0:
            body = state.bodies[a]
            body.skin = skin_at_end_nm(laws, state, START, body.kind, body.radius, stretch.start_k)
            a = body.next
        grow_necks(laws, heat, state, i, stretch.start_s)
    renew_all(laws, span_of(laws, stretch), state, clusters)


@compiled_in_place
def end_stretch(laws: Laws, state: State, stretch: Stretch, clusters: np.ndarray) -> None:
    """Grow the necks of these clusters to the end of a stretch within which states moved. clusters (c,): indices."""
    heat = neck_heat(laws, stretch, stretch.end_s)
    for i in clusters:
        refresh(laws, heat, state, i, stretch.end_s)


def standing_clusters(state: State) -> np.ndarray:
    """Indices of the clusters that have not been joined into others, in ascending order. Shape (c,)."""
    groups = state.classes[: int(state.now["classes"][0])]
    members = [state.pool["cluster"][g["offset"] : g["offset"] + g["count"]] for g in groups]
    return np.sort(np.concatenate(members))


@written_in
def meet(laws: Laws, heat: Heat, state: State, i: int, j: int) -> Touch:
    """Draw where clusters i and j meet, and the rate of attachment there."""
    a, b = draw_body(laws, state, i), draw_body(laws, state, j)
    site_a, site_b = draw_site(laws, state, a), draw_site(laws, state, b)
    one, other = state.clusters[i], state.clusters[j]
    k, m = state.bodies[a].kind, state.bodies[b].kind
    lobe_a, lobe_b = contact_lobe_nm(laws, state, a, site_a), contact_lobe_nm(laws, state, b, site_b)
    curvature = mean_radius_nm(lobe_a, lobe_b)
    brush = stiffness(laws, k, curvature, state.bodies[a].cover) * stiffness(laws, m, curvature, state.bodies[b].cover)
    skin = 0.5 * (state.bodies[a].skin + state.bodies[b].skin)
    wide_i, wide_j = hydrodynamic_nm(state, i), hydrodynamic_nm(state, j)
    fusion, escape = contact_rates_s(
        heat,
        wide_i,
        wide_j,
        curvature,
        skin,
        laws.pairs[k, m].fusion_rate_s,
        laws.pairs[k, m].contact_energy_ev_nm,
    )
    meetings = meeting_rate_nm3_s(heat, brush * one.cover * other.cover, wide_i, wide_j)
    reach = one.weight / one.area * (other.weight / other.area)
    factor = laws.pairs[k, m].factor * facet_factor(laws, state, a, b, site_a, site_b)
    rate = factor * reach * meetings * fusing_share(fusion, escape, laws.explicit)
    return Touch(i, j, a, b, site_a, site_b, rate, fusion, escape)


@written_in
def _join(laws: Laws, heat: Heat, span: Span, state: State, touch: Touch) -> bool:
    """Clusters i and j become one, i, by a bond between bodies a (of i) and b (of j); `heat` moves the necks.

    Whether the table of proposals can no longer stand.
    """
    i, j = touch.i, touch.j
    if span.evolving:
        refresh(laws, heat, state, i, state.now[0].clock)
        refresh(laws, heat, state, j, state.now[0].clock)
    one, other = state.clusters[i], state.clusters[j]
    withdraw(state, i)
    withdraw(state, j)
    bond = state.now[0].events
    link = state.bonds[bond]
    link.time, link.neck, link.next = state.now[0].clock, 0.0, -1
    link.a, link.b = body_of(state, touch.a), body_of(state, touch.b)
    link.site_a, link.site_b, link.whole = touch.site_a, touch.site_b, 0
    last = one.head
    while state.bodies[last].next >= 0:
        last = state.bodies[last].next
    state.bodies[last].next = other.head
    _chain_bonds(state, i, other.first_bond)
    _chain_bonds(state, i, bond)
    one.size += other.size
    one.covered += other.covered
    grow_neck(laws, heat, state, bond, 0.0)
    if coalesce(laws, heat, state, i, bond):
        _regrow(laws, heat, state, i)
    settle(laws, state, i)
    enroll(laws, span, state, i)
    state.now[0].events += 1
    if laws.explicit:
        _carry_contacts_over(state, i, j)
    if state.now[0].stale > 0:
        renew_class(laws, span, state, state.now[0].stale - 1)
        state.now[0].stale = 0
        return True
    row = state.classes[one.group]
    if row.count > row.slots:
        row.grows = 1
        return True
    return state.now[0].events >= state.now[0].renewal


@written_in
def _chain_bonds(state: State, i: int, first: int) -> None:
    """Append a list of bonds to that of cluster i."""
    if state.clusters[i].first_bond < 0:
        state.clusters[i].first_bond = first
        return
    last = state.clusters[i].first_bond
    while state.bonds[last].next >= 0:
        last = state.bonds[last].next
    state.bonds[last].next = first


@compiled_in_place
def _regrow(laws: Laws, heat: Heat, state: State, i: int) -> None:
    """Necks of a cluster after one of its bodies grew by coalescence, which moves their equilibrium."""
    again = True
    while again:
        again = False
        bond = state.clusters[i].first_bond
        while bond >= 0:
            if state.bonds[bond].whole == 0:
                grow_neck(laws, heat, state, bond, 0.0)
                again |= coalesce(laws, heat, state, i, bond)
            bond = state.bonds[bond].next


@compiled_in_place
def _open_contact(state: State, touch: Touch) -> None:
    n = state.now[0].open
    if n == CONTACTS_MOST:
        state.now[0].violations += 1
        return
    contact = state.contacts[n]
    contact.i, contact.j, contact.a, contact.b = touch.i, touch.j, touch.a, touch.b
    contact.site_a, contact.site_b = touch.site_a, touch.site_b
    contact.fusion, contact.escape = touch.fusion, touch.escape
    state.now[0].open = n + 1


@compiled_in_place
def _close_contact(state: State, n: int) -> None:
    state.now[0].open -= 1
    state.contacts[n] = state.contacts[state.now[0].open]


@compiled_in_place
def _carry_contacts_over(state: State, i: int, j: int) -> None:
    """Contacts of cluster j are now those of i; one between the two is no contact any more."""
    n = 0
    while n < state.now[0].open:
        contact = state.contacts[n]
        contact.i = i if contact.i == j else contact.i
        contact.j = i if contact.j == j else contact.j
        contact.a, contact.b = body_of(state, contact.a), body_of(state, contact.b)
        if contact.i == contact.j:
            _close_contact(state, n)
        else:
            n += 1


@compiled_in_place
def _contact_event(state: State, chance: float) -> Touch:
    """One of the open contacts fuses, and is returned, or parts; `chance` is uniform below the sum of their rates."""
    for n in range(state.now[0].open):
        contact = state.contacts[n]
        if chance < contact.fusion + contact.escape or n == state.now[0].open - 1:
            touch = Touch(contact.i, contact.j, contact.a, contact.b, contact.site_a, contact.site_b, 0.0, 0.0, 0.0)
            fused = chance < contact.fusion
            _close_contact(state, n)
            return touch if fused else NOTHING
        chance -= contact.fusion + contact.escape
    return NOTHING


@written_in
def _draw_classes(state: State, height: float) -> tuple[int, int]:
    """Classes c and d by slots times slots times majorant; `height` is uniform below the end of the ladder.

    d is -1 where rounding points past the last one.
    """
    c, d, used = 0, 0, state.now[0].classes
    for k in range(used - 1):  # to the end: without a way out this is done many at a time
        c += state.sums[LADDER, k] <= height
    if state.sums[SLOTS, c] == 0.0:
        return c, -1
    left = (height - (state.sums[LADDER, c - 1] if c > 0 else 0.0)) / state.sums[SLOTS, c]
    for k in range(used):
        d += state.heights[c, k] <= left
    return c, (d if d < used else -1)


@written_in
def _draw_ahead(state: State, total: float) -> None:
    """Draw the next pairs of slots to be proposed, and ask for what will be looked at."""
    for n in range(DRAWN_AHEAD):
        pair = state.drawn[n]
        pair.c, pair.d = _draw_classes(state, uniform_bits(state.words) * UNIT * total)
        pair.product = -1.0
        if pair.d < 0:
            continue
        one, other = state.classes[pair.c], state.classes[pair.d]
        first, second = one_each(state.words, one.slots, other.slots)
        pair.first, pair.second = first, second
        pair.asked = uniform_bits(state.words) * UNIT * state.majorant[pair.c, pair.d]
        fetch(state.pool, one.offset + pair.first)
        fetch(state.pool, other.offset + pair.second)
    for n in range(DRAWN_AHEAD):
        i, j = _drawn_clusters(state, n)
        if i >= 0:
            fetch(state.clusters, i)
            fetch(state.clusters, j)
            fetch(state.bodies, i)
            fetch(state.bodies, j)
    state.now[0].ahead = DRAWN_AHEAD


@written_in
def _drawn_clusters(state: State, n: int) -> tuple[int, int]:
    """The clusters that now stand in the slots of a drawn pair; -1 where nothing can come of their proposal.

    Most null proposals are known for what they are from the pool alone.
    """
    pair = state.drawn[n]
    if pair.d < 0:
        return -1, -1
    one, other = state.classes[pair.c], state.classes[pair.d]
    if pair.first >= one.count or pair.second >= other.count:
        return -1, -1
    first, second = state.pool[one.offset + pair.first], state.pool[other.offset + pair.second]
    product = np.float64(first.stiffer) * np.float64(second.stiffer)
    if product != pair.product:
        higher = (product - 1.0) * state.barrier[pair.c, pair.d]
        pair.product, pair.bound = product, state.majorant[pair.c, pair.d] * np.exp(-higher)
    if first.cluster == second.cluster or not pair.asked < pair.bound:
        return -1, -1
    return first.cluster, second.cluster


@written_in
def _propose(laws: Laws, heat: Heat, state: State, stretch: Stretch, total: float) -> Touch:
    """One proposal of a pair of clusters: their touch if it is taken and bonds them at once."""
    state.now[0].proposals += 1
    if state.now[0].ahead == 0:
        _draw_ahead(state, total)
    n = DRAWN_AHEAD - state.now[0].ahead
    state.now[0].ahead -= 1
    i, j = _drawn_clusters(state, n)
    if i < 0:
        return NOTHING
    if stretch.evolving:
        heat, necks = heat_now(laws, stretch, state.now[0].clock), neck_heat(laws, stretch, state.now[0].clock)
        refresh(laws, necks, state, i, state.now[0].clock)
        refresh(laws, necks, state, j, state.now[0].clock)
    touch = meet(laws, heat, state, i, j)
    if touch.rate_nm3_s > state.drawn[n].bound:
        state.now[0].violations += 1
    if not state.drawn[n].asked < touch.rate_nm3_s:
        return NOTHING
    if laws.explicit:
        _open_contact(state, touch)
        return NOTHING
    return touch


@compiled_in_place
def advance(laws: Laws, state: State, stretch: Stretch, steps: int, rng: np.random.Generator) -> bool:
    """Run to the end of the stretch or for `steps` proposals; True when the end is reached."""
    if state.words[3] == 0:
        seed_stream(state.words, rng)
    heat, span = heat_at(laws, stretch.start_k), span_of(laws, stretch)
    total = renew_table(state)
    for _ in range(steps):
        meeting = 0.5 * total / laws.volume_nm3
        open_rate = 0.0
        for n in range(state.now[0].open):
            open_rate += state.contacts[n].fusion + state.contacts[n].escape
        whole = meeting + open_rate
        wait = rng.standard_exponential() / whole if whole > 0.0 else np.inf
        if not state.now[0].clock + wait < stretch.end_s:
            state.now[0].clock = stretch.end_s
            return True
        state.now[0].clock += wait
        if open_rate > 0.0 and uniform_bits(state.words) * UNIT * whole < open_rate:
            touch = _contact_event(state, uniform_bits(state.words) * UNIT * open_rate)
        else:
            touch = _propose(laws, heat, state, stretch, total)
        if touch.i >= 0:
            necks = neck_heat(laws, stretch, state.now[0].clock) if stretch.evolving else heat
            if _join(laws, necks, span, state, touch):
                total = renew_table(state)
    return False
