"""Where on a body a contact is made: its facets, their weights, and the curvature there.

A wurtzite dot has two polar facets, caps about its c axis (UP, DOWN), and sides. A polar facet takes one neighbour (two
do not fit under a cap of less than 30 degrees); sides take as many as their exposed surface carries. A rod's polar
facets are its round ends. Where facets are not told apart all surface is SIDE and all weights are 1.
"""

from __future__ import annotations

import numpy as np

from assembly.draws import UNIT, uniform_bits
from assembly.rates import Laws
from assembly.state import DOWN, SIDE, UP, State
from physics.jit import written_in


@written_in
def dress(laws: Laws, state: State, a: int) -> None:
    """Surface, facets and curvature of body a without any neck."""
    body = state.bodies[a]
    length = laws.kinds[body.kind].length_nm
    if length > 0.0:
        body.exposed = 2.0 * np.pi * body.radius * length
        body.up = 2.0 * np.pi * body.radius * body.radius
    else:
        body.exposed = 4.0 * np.pi * body.radius * body.radius
        body.up = laws.kinds[body.kind].polar_share * body.exposed
    body.down = body.up
    body.lobe = body.radius


@written_in
def body_weight_nm2(laws: Laws, state: State, a: int) -> float:
    """Exposed surface of body a with every facet counted by its weight, in nm2."""
    body = state.bodies[a]
    polar = body.up + body.down
    return laws.kinds[body.kind].polar_gain * polar + laws.kinds[body.kind].side_gain * max(body.exposed - polar, 0.0)


@written_in
def bury(laws: Laws, state: State, a: int, site: int, buried_nm2: float, swollen_nm3: float) -> None:
    """A neck on body a, whose lobe is held as a volume: surface lost, the facet it took, the volume it pushed on."""
    body = state.bodies[a]
    body.exposed = max(body.exposed - buried_nm2, 0.0)
    if site == UP:
        body.up = 0.0
    elif site == DOWN:
        body.down = 0.0
    # Sides that are used up leave the polar facets only what is left of the whole surface.
    polar = body.up + body.down
    if polar > body.exposed:
        body.up = np.float32(body.up * body.exposed / polar)
        body.down = np.float32(body.down * body.exposed / polar)
    body.lobe += swollen_nm3


@written_in
def contact_lobe_nm(laws: Laws, state: State, a: int, site: int) -> float:
    """Radius of curvature at a contact: of the lobe, twice that on the side of a rod (mean curvature 1/2R)."""
    body = state.bodies[a]
    rod = laws.kinds[body.kind].length_nm > 0.0
    return 2.0 * body.lobe if rod and site == SIDE else body.lobe


@written_in
def draw_body(laws: Laws, state: State, i: int) -> int:
    """A body of cluster i by weighted surface."""
    if state.clusters[i].size == 1:
        return i  # known without a look at the cluster's list
    body = state.clusters[i].head
    if state.bodies[body].next < 0:
        return body
    left = uniform_bits(state.words) * UNIT * state.clusters[i].weight
    while state.bodies[body].next >= 0:
        left -= body_weight_nm2(laws, state, body)
        if left < 0.0:
            break
        body = state.bodies[body].next
    return body


@written_in
def draw_site(laws: Laws, state: State, a: int) -> int:
    """A site of body a by weighted surface."""
    body = state.bodies[a]
    if body.up == 0.0 and body.down == 0.0:
        return SIDE
    gain = laws.kinds[body.kind].polar_gain
    left = uniform_bits(state.words) * UNIT * body_weight_nm2(laws, state, a) - gain * body.up
    if left < 0.0:
        return UP
    return DOWN if left < gain * body.down else SIDE


@written_in
def facet_factor(laws: Laws, state: State, a: int, b: int, site_a: int, site_b: int) -> float:
    """Factor of a contact by the families of its facets; 1 where a body's facets are not told apart.

    Dimensionless, 0 to 1.
    """
    if laws.kinds[state.bodies[a].kind].polar_share == 0.0 or laws.kinds[state.bodies[b].kind].polar_share == 0.0:
        return 1.0
    return laws.homonymous if (site_a == SIDE) == (site_b == SIDE) else laws.heteronymous
