"""Where two bodies touch: the sites of dots and rods, contacts drawn on them, and distances between bodies.

A body is a sphere (dot) or a spherocylinder (rod) about its own z axis, the crystal's c axis. A contact is a point of
the body's axis and a unit normal there; two bodies in contact stand with opposite normals at the bond's distance. Both
normals are normals of convex bodies, so that distance is the shortest one between the two axes.
"""

from __future__ import annotations

import math

import numpy as np

from physics.jit import compiled

# Sites, as the bond list names them. A dot: two polar caps about +c and -c, and the band between them.
# A rod: two hemispherical tips, and the cylinder between them. ANY: the whole surface, by area.
ANY = 0
PLUS = 1
MINUS = -1
SIDE = 2
SITES = {"any": ANY, "plus": PLUS, "minus": MINUS, "side": SIDE}

Contact = tuple[float, float, float, float]  # place along the axis, normal (3), in the body's own frame
PARALLEL = 1e-12


@compiled
def polar_share(radius: float, half: float, cap_cosine: float, factor: float) -> float:
    """Share of contacts on the two polar sites when they attach `factor` times as readily per area as the side.

    f A_polar / (f A_polar + A_side): of a dot A_polar/A = 1 - cos(cap), of a rod r/(r + h). radius r and half h (of the
    distance between the tip centres of a rod, 0 for a dot) in nm; cap_cosine is cos(cap).
    """
    area = radius / (radius + half) if half > 0.0 else 1.0 - cap_cosine
    return factor * area / (factor * area + 1.0 - area)


@compiled
def drawn_site(polar: float, rng: np.random.Generator) -> int:
    """A site drawn by weight: PLUS or MINUS with probability `polar` together, otherwise SIDE."""
    u = rng.random()
    if u >= polar:
        return SIDE
    return PLUS if u < 0.5 * polar else MINUS


@compiled
def drawn_contact(radius: float, half: float, cap_cosine: float, site: int, rng: np.random.Generator) -> Contact:
    """(place along the axis in nm, normal) of a contact drawn uniformly by area within a site, in the body's frame.

    half: half the distance between the centres of a rod's tips, 0 for a dot. cap_cosine: cosine of a dot's cap angle.
    radius in nm.
    """
    place, height = 0.0, 0.0
    if half > 0.0:
        if site == ANY:  # areas 4 pi r^2 of the tips, 4 pi r h of the cylinder
            site = drawn_site(radius / (radius + half), rng)
        if site == SIDE:
            place = half * (2.0 * rng.random() - 1.0)
        else:
            place, height = site * half, site * rng.random()
    elif site == ANY:
        height = 2.0 * rng.random() - 1.0
    elif site == SIDE:
        height = cap_cosine * (2.0 * rng.random() - 1.0)
    else:
        height = site * (1.0 - (1.0 - cap_cosine) * rng.random())
    angle = 2.0 * math.pi * rng.random()
    flat = math.sqrt(max(1.0 - height * height, 0.0))
    return place, flat * math.cos(angle), flat * math.sin(angle), height


@compiled
def site_of(height: float, cap_cosine: float) -> int:
    """The site of a dot on which a unit normal with this z component lies.

    height: that component; cap_cosine: cosine of the half angle of the polar caps.
    """
    if height >= cap_cosine:
        return PLUS
    return MINUS if height <= -cap_cosine else SIDE


@compiled
def squared_axis_distance(
    gx: float, gy: float, gz: float,
    ux: float, uy: float, uz: float, half_u: float,
    vx: float, vy: float, vz: float, half_v: float,
) -> float:  # fmt: skip
    """Squared shortest distance, nm2, between two segments from their middles' difference g = c_v - c_u.

    Segments c_u + s u, |s| <= half_u, and c_v + t v, |t| <= half_v, with unit u and v; a half of 0 makes a point.
    Each clamped coordinate is recomputed for the other (Lumelsky 1985; Ericson, Real-Time Collision Detection, 5.1.9).
    (gx, gy, gz) is g in nm, (ux, uy, uz) is u, (vx, vy, vz) is v.
    """
    along_u = gx * ux + gy * uy + gz * uz
    along_v = gx * vx + gy * vy + gz * vz
    cosine = ux * vx + uy * vy + uz * vz
    sine2 = 1.0 - cosine * cosine
    s = (along_u - cosine * along_v) / sine2 if sine2 > PARALLEL else min(max(along_u, -half_u), half_u)
    s = min(max(s, -half_u), half_u)
    t = min(max(s * cosine - along_v, -half_v), half_v)
    s = min(max(along_u + t * cosine, -half_u), half_u)
    dx, dy, dz = gx + t * vx - s * ux, gy + t * vy - s * uy, gz + t * vz - s * uz
    return dx * dx + dy * dy + dz * dz
