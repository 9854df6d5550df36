"""Necks of a cluster as they stand: grown, coalesced where they must, and what surface and ligands they leave.

One pass serves a bond that was just made and all the older ones: each neck moves to where Eq. 1 wants it at the
present temperature (at once, or at the finite rate of a law of `physics.fusion.necks`), never back; then surface,
curvature and cover of the cluster are worked out afresh from its bodies and bonds.
"""

from __future__ import annotations

import numpy as np

from assembly.rates import AT_ONCE, Heat, Laws, molten_skin_nm, pair_neck_parameters
from assembly.sites import body_weight_nm2, bury, dress
from assembly.state import State
from physics.fusion.doublet import cap_height_nm, lobe_radius_nm, strain
from physics.fusion.energetics import COALESCED_SHARE, equilibrium_doublet_nm
from physics.fusion.necks import neck_after_nm
from physics.jit import compiled_in_place, written_in

LEAST_AREA_NM2 = 1e-3  # a cluster buried in necks still has a surface to divide by


@written_in
def body_of(state: State, dot: int) -> int:
    """The body that a dot belongs to."""
    while state.bodies[dot].root != dot:
        dot = state.bodies[dot].root
    return dot


@written_in
def melt(laws: Laws, heat: Heat, state: State, i: int) -> None:
    """Molten layers of the bodies of cluster i at this temperature."""
    a = state.clusters[i].head
    while a >= 0:
        body = state.bodies[a]
        body.skin = molten_skin_nm(laws, body.kind, body.radius, heat.temperature_k)
        a = body.next


@written_in
def grow_neck(laws: Laws, heat: Heat, state: State, bond: int, seconds: float) -> None:
    """Move the neck of a bond towards its equilibrium, for so many seconds or at once; never back."""
    link = state.bonds[bond]
    one, other = state.bodies[body_of(state, link.a)], state.bodies[body_of(state, link.b)]
    k, m = one.kind, other.kind
    wanted, cap_a, cap_b = equilibrium_doublet_nm(
        one.radius,
        one.skin,
        laws.kinds[k].shear_ev_nm3,
        other.radius,
        other.skin,
        laws.kinds[m].shear_ev_nm3,
        laws.pairs[k, m].fused_tension_ev_nm2,
    )
    link.radius_a, link.radius_b = one.radius, other.radius
    if laws.neck_law == AT_ONCE and wanted >= link.neck:
        link.neck, link.cap_a, link.cap_b = wanted, cap_a, cap_b
        return
    if laws.neck_law != AT_ONCE and seconds > 0.0:
        link.neck = neck_after_nm(
            link.neck,
            wanted,
            one.radius,
            other.radius,
            0.5 * (one.skin + other.skin),
            pair_neck_parameters(laws, k, m),
            heat.temperature_k,
            seconds,
            laws.neck_law,
        )
    link.cap_a, link.cap_b = cap_height_nm(link.neck, one.radius), cap_height_nm(link.neck, other.radius)


@written_in
def coalesce(laws: Laws, heat: Heat, state: State, i: int, bond: int) -> bool:
    """Make one body of the two that a bond of cluster i joins, if its strain is that of one; whether it did."""
    link = state.bonds[bond]
    a, b = body_of(state, link.a), body_of(state, link.b)
    one, other = state.bodies[a], state.bodies[b]
    if laws.kinds[one.kind].length_nm > 0.0 or laws.kinds[other.kind].length_nm > 0.0:
        return False  # rods keep their shape: the laws of a sphere's melting do not hold for their length
    given_up = strain(link.cap_a, link.cap_b, one.radius, other.radius)
    cubes = one.radius**3 + other.radius**3
    # strain <= share * full strain, without the cube root of the latter
    if ((1.0 - given_up / COALESCED_SHARE) * (one.radius + other.radius)) ** 3 >= cubes:
        return False
    areas = one.radius**2, other.radius**2
    one.cover = (areas[0] * one.cover + areas[1] * other.cover) / (areas[0] + areas[1])
    if other.radius > one.radius:
        one.kind = other.kind
    one.radius = np.cbrt(cubes)
    one.skin = molten_skin_nm(laws, one.kind, one.radius, heat.temperature_k)
    link.whole = 1
    state.bodies[b].root = a
    _unlink(state, i, b)
    return True


@compiled_in_place
def _unlink(state: State, i: int, body: int) -> None:
    cluster = state.clusters[i]
    if cluster.head == body:
        cluster.head = state.bodies[body].next
        return
    before = cluster.head
    while state.bodies[before].next != body:
        before = state.bodies[before].next
    state.bodies[before].next = state.bodies[body].next


@written_in
def hydrodynamic_nm(state: State, i: int) -> float:
    """Hydrodynamic radius of cluster i: of the sphere of the same exposed surface (within 3 % for two that touch)."""
    return np.sqrt(state.clusters[i].area / (4.0 * np.pi))


@written_in
def settle(laws: Laws, state: State, i: int) -> None:
    """Surface, curvature and cover of cluster i from its bodies and necks."""
    cluster = state.clusters[i]
    bond = cluster.first_bond
    if bond >= 0:
        a = cluster.head
        while a >= 0:
            dress(laws, state, a)
            state.bodies[a].lobe = state.bodies[a].radius ** 3  # a volume until all necks have pushed into it
            a = state.bodies[a].next
    while bond >= 0:
        link = state.bonds[bond]
        if link.whole == 0:
            for side in range(2):
                a = body_of(state, link.a if side == 0 else link.b)
                radius = state.bodies[a].radius
                cap = link.cap_a if side == 0 else link.cap_b
                buried = 4.0 * np.pi * radius**2 - np.pi * (link.neck**2 + cap**2)
                swollen = lobe_radius_nm(link.neck, cap) ** 3 - radius**3
                bury(laws, state, a, link.site_a if side == 0 else link.site_b, buried, swollen)
        bond = link.next
    area, weight = 0.0, 0.0
    a = cluster.head
    while a >= 0:
        body = state.bodies[a]
        if cluster.first_bond >= 0:
            body.lobe = np.cbrt(body.lobe)
        area += body.exposed
        weight += body_weight_nm2(laws, state, a)
        a = body.next
    cluster.area, cluster.weight = max(area, LEAST_AREA_NM2), weight
    cluster.cover = min(laws.fullest_cover, cluster.covered / cluster.area) if laws.conserved else 1.0


@written_in
def refresh(laws: Laws, heat: Heat, state: State, i: int, now_s: float) -> None:
    """Bring cluster i to the present: skins at this temperature, necks grown since it was last looked at."""
    melt(laws, heat, state, i)
    grow_necks(laws, heat, state, i, now_s)


@written_in
def grow_necks(laws: Laws, heat: Heat, state: State, i: int, now_s: float) -> None:
    """Necks of cluster i, whose bodies have their skins, grown since it was last looked at."""
    if state.clusters[i].first_bond >= 0:
        _grow_necks(laws, heat, state, i, now_s - state.clusters[i].fresh)
    state.clusters[i].fresh = now_s


@compiled_in_place
def _grow_necks(laws: Laws, heat: Heat, state: State, i: int, seconds: float) -> None:
    cluster = state.clusters[i]
    again = True
    while again:
        again = False
        bond = cluster.first_bond
        while bond >= 0:
            if state.bonds[bond].whole == 0:
                grow_neck(laws, heat, state, bond, seconds)
                # A coalesced body is larger, which changes the equilibrium of its other necks.
                again |= coalesce(laws, heat, state, i, bond)
            bond = state.bonds[bond].next
        seconds = 0.0
    settle(laws, state, i)
