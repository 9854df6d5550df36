"""Where on a body a contact is made: its facets, their weights, and the curvature there.

A wurtzite dot has two polar facets, caps about its c axis (UP, DOWN), and sides. A polar facet takes one neighbour (two
do not fit under a cap of less than 30 degrees); sides take as many as their exposed surface carries. A rod's polar
facets are its round ends. Where facets are not told apart all surface is SIDE and all weights are 1.
"""

from __future__ import annotations

import numpy as np

from assembly.rates import Laws
from assembly.state import DOWN, SIDE, UP, State
from physics.jit import compiled_in_place


@compiled_in_place
def dress(laws: Laws, state: State, a: int) -> None:
    """Surface, facets and curvature of body a without any neck."""
    body = state.bodies[a]
    if body.length > 0.0:
        body.exposed = 2.0 * np.pi * body.radius * body.length
        body.up = 2.0 * np.pi * body.radius * body.radius
    else:
        body.exposed = 4.0 * np.pi * body.radius * body.radius
        body.up = laws.kinds[body.kind].polar_share * body.exposed
    body.down = body.up
    body.lobe3 = body.radius**3
    body.lobe = body.radius


@compiled_in_place
def body_weight_nm2(laws: Laws, state: State, a: int) -> float:
    """Exposed surface of body a with every facet counted by its weight, in nm2."""
    body = state.bodies[a]
    polar = body.up + body.down
    return laws.kinds[body.kind].polar_gain * polar + laws.kinds[body.kind].side_gain * max(body.exposed - polar, 0.0)


@compiled_in_place
def bury(laws: Laws, state: State, a: int, site: int, buried_nm2: float, swollen_nm3: float) -> None:
    """A neck on body a: surface lost, the facet it took, and the volume it pushed into the lobe."""
    body = state.bodies[a]
    body.exposed = max(body.exposed - buried_nm2, 0.0)
    if site == UP:
        body.up = 0.0
    elif site == DOWN:
        body.down = 0.0
    # Sides that are used up leave the polar facets only what is left of the whole surface.
    polar = body.up + body.down
    if polar > body.exposed:
        body.up *= body.exposed / polar
        body.down *= body.exposed / polar
    body.lobe3 += swollen_nm3
    body.lobe = body.lobe3 ** (1.0 / 3.0)


@compiled_in_place
def contact_lobe_nm(state: State, a: int, site: int) -> float:
    """Radius of curvature at a contact: of the lobe, twice that on the side of a rod (mean curvature 1/2R)."""
    body = state.bodies[a]
    return 2.0 * body.lobe if body.length > 0.0 and site == SIDE else body.lobe


@compiled_in_place
def draw_body(laws: Laws, state: State, i: int, chance: float) -> int:
    """A body of cluster i by weighted surface; `chance` is uniform in [0, 1)."""
    body = state.clusters[i].head
    if state.bodies[body].next < 0:
        return body
    left = chance * state.clusters[i].weight
    while state.bodies[body].next >= 0:
        left -= body_weight_nm2(laws, state, body)
        if left < 0.0:
            break
        body = state.bodies[body].next
    return body


@compiled_in_place
def draw_site(laws: Laws, state: State, a: int, chance: float) -> int:
    """A site of body a by weighted surface; `chance` is uniform in [0, 1)."""
    body = state.bodies[a]
    if body.up == 0.0 and body.down == 0.0:
        return SIDE
    gain = laws.kinds[body.kind].polar_gain
    left = chance * body_weight_nm2(laws, state, a) - gain * body.up
    if left < 0.0:
        return UP
    return DOWN if left < gain * body.down else SIDE


@compiled_in_place
def facet_factor(laws: Laws, state: State, a: int, b: int, site_a: int, site_b: int) -> float:
    """Factor of a contact by the families of its facets; 1 where a body's facets are not told apart."""
    if laws.kinds[state.bodies[a].kind].polar_share == 0.0 or laws.kinds[state.bodies[b].kind].polar_share == 0.0:
        return 1.0
    return laws.homonymous if (site_a == SIDE) == (site_b == SIDE) else laws.heteronymous
