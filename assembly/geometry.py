"""Where the dots of a cluster stand: the front door to placing clusters in space.

The kinetics knows which bodies bonded, when, at what distance and on which sites; rates do not use coordinates. So only
the clusters that are shown or sampled are placed, by replaying their bonds (`assembly.placing` says how). Dots that
have coalesced are one body of the summed volume and stand at one point.
"""

from __future__ import annotations

import math

import numpy as np

from assembly.cells import scene
from assembly.contacts import SITES
from assembly.placing import place

__all__ = ["CAP_HALF_ANGLE_DEG", "exclusion_radii_nm", "place_bodies"]

# How near two neighbours of one body may always stand, in lengths of their bonds: at right angles on a body with few
# bonds, at about 67 degrees on a crowded one, where half a dozen must find room. Assumed: see exclusion_radii_nm.
BENT_REACH = math.sqrt(2.0)
CROWDED_REACH = 1.1
FEW_BONDS = 3
CAP_HALF_ANGLE_DEG = 30.0  # of the polar caps about +c and -c; assumed


def exclusion_radii_nm(
    radii_nm: np.ndarray, first: np.ndarray, second: np.ndarray, distances_nm: np.ndarray
) -> np.ndarray:
    """Radii in nm within which a body admits no body that it shares no bond with.

    A body's own radius, times the least of min(1, c d/(r_a + r_b)) over its bonds, with c = sqrt(2) where neither end
    has more than three bonds and 1.1 elsewhere: deeply fused bodies bury part of each other, and with full radii three
    in a row could not stand at their bonds' distances even on a straight line. The factor is 1 for bonds of
    d >= 0.71 (r_a + r_b), on crowded bodies 0.91 (r_a + r_b). radii_nm and the answer (n,); first, second (b,) the
    bodies of each bond, distances_nm (b,) between their centres.
    """
    count = np.bincount(np.concatenate([first, second]), minlength=radii_nm.size)
    reach = np.where(np.maximum(count[first], count[second]) > FEW_BONDS, CROWDED_REACH, BENT_REACH)
    share = np.minimum(1.0, reach * distances_nm / (radii_nm[first] + radii_nm[second]))
    factor = np.ones(radii_nm.size)
    np.minimum.at(factor, first, share)
    np.minimum.at(factor, second, share)
    return np.asarray(radii_nm * factor)


def _bodies(
    radii: np.ndarray, halves: np.ndarray, first: np.ndarray, second: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(body of each dot, radius of each body, half its axis) when these bonds make one body of their dots.

    The volume 4 pi r^3/3 + 2 pi r^2 h is the sum of the members'; h is the longest member's.
    """
    body = np.arange(radii.size)
    for a, b in zip(first, second, strict=True):
        body[body == body[b]] = body[a]
    names, index = np.unique(body, return_inverse=True)
    volume = np.bincount(index, weights=radii**3 + 1.5 * radii**2 * halves, minlength=names.size)
    half = np.zeros(names.size)
    np.maximum.at(half, index, halves)
    radius = np.cbrt(volume)
    for k in np.flatnonzero(half > 0.0):
        roots = np.roots([1.0, 1.5 * half[k], 0.0, -volume[k]])
        radius[k] = roots[np.isreal(roots)].real.max()
    return index, radius, half


def _checked_half_axes(radii: np.ndarray, lengths_nm: np.ndarray | None) -> np.ndarray:
    if lengths_nm is None:
        return np.zeros(radii.size)
    lengths = np.asarray(lengths_nm, dtype=float)
    if lengths.shape != radii.shape or not np.all(np.isfinite(lengths)):
        raise ValueError(f"lengths_nm must hold one finite length for each of {radii.size} bodies, got {lengths_nm!r}")
    short = (lengths != 0.0) & (lengths < 2.0 * radii * (1.0 - 1e-12))
    if np.any(short):
        k = int(np.flatnonzero(short)[0])
        raise ValueError(
            f"lengths_nm must be at least the body's diameter, or 0 for a dot, got {lengths[k]} nm for a body of"
            f" {2.0 * radii[k]} nm diameter"
        )
    return np.maximum(0.5 * lengths - radii, 0.0)


def _checked_sites(name: str, sites: np.ndarray | None, bonds: int) -> np.ndarray:
    if sites is None:
        return np.zeros(bonds, dtype=np.int64)
    codes = np.asarray(sites)
    known = sorted(SITES.values())
    if codes.shape != (bonds,) or not np.all(np.isin(codes, known)):
        raise ValueError(f"{name} must hold one of {known} for each of {bonds} bonds, got {sites!r}")
    return codes.astype(np.int64)


def place_bodies(
    radii_nm: np.ndarray,
    first: np.ndarray,
    second: np.ndarray,
    distances_nm: np.ndarray,
    rng: np.random.Generator,
    *,
    coalesced: np.ndarray | None = None,
    site_first: np.ndarray | None = None,
    site_second: np.ndarray | None = None,
    lengths_nm: np.ndarray | None = None,
    cap_half_angle_deg: float | np.ndarray = CAP_HALF_ANGLE_DEG,
) -> tuple[np.ndarray, np.ndarray]:
    """Positions (n, 3) in nm about the centre of volume and orientations (n, 4) of the bodies of one cluster.

    radii_nm: (n,). first, second, distances_nm: (n - 1,) the bonds in the order in which they formed, a tree; the
    distance is that of the two axes' contact points, which for dots are their centres. coalesced: (n - 1,) bool, both
    ends are one body. site_first, site_second: (n - 1,) values of `contacts.SITES`, left out: anywhere.
    lengths_nm: (n,) total length of rods, 0 for dots. cap_half_angle_deg: of dots' polar caps, one or (n,).
    Orientations are unit quaternions, scalar last, that turn a body's own frame (z is the c axis) into the cluster's.
    Raises ValueError for arguments that do not fit, RuntimeError where no placement without overlap was found: such
    a cluster is not one the kinetics can make.
    """
    radii = np.asarray(radii_nm, dtype=float)
    if radii.ndim != 1 or radii.size == 0 or not np.all(np.isfinite(radii) & (radii > 0.0)):
        raise ValueError(f"radii_nm must be a row of positive numbers, got {radii_nm!r}")
    one, two = np.asarray(first, dtype=np.int64), np.asarray(second, dtype=np.int64)
    distances = np.asarray(distances_nm, dtype=float)
    bonds = radii.size - 1
    if not one.shape == two.shape == distances.shape == (bonds,) or not np.all(distances >= 0.0):
        raise ValueError(
            f"first, second and distances_nm must describe the {bonds} bonds of {radii.size} bodies with distances of"
            f" at least 0, got shapes {one.shape}, {two.shape}, {distances.shape}"
        )
    angles = np.broadcast_to(np.asarray(cap_half_angle_deg, dtype=float), radii.shape)
    if not np.all((angles > 0.0) & (angles <= 90.0)):
        raise ValueError(f"cap_half_angle_deg must lie above 0 and not above 90, got {cap_half_angle_deg!r}")
    merged = np.zeros(bonds, dtype=bool) if coalesced is None else np.asarray(coalesced, dtype=bool)
    sites = np.stack(
        [_checked_sites("site_first", site_first, bonds), _checked_sites("site_second", site_second, bonds)]
    )
    index, radius, half = _bodies(radii, _checked_half_axes(radii, lengths_nm), one[merged], two[merged])
    ends = np.stack([index[one[~merged]], index[two[~merged]]], axis=1)
    if ends.shape[0] != radius.size - 1 or np.any(_bodies(radius, half, *ends.T)[0] != 0):
        raise ValueError(f"first and second must join all {radii.size} bodies without a ring, got {ends.tolist()!r}")
    cap = np.empty(radius.size)
    cap[index] = np.cos(np.radians(angles))
    stage = scene(exclusion_radii_nm(radius, ends[:, 0], ends[:, 1], distances[~merged]), half, cap)
    stuck = place(stage, ends, np.ascontiguousarray(sites[:, ~merged].T), distances[~merged], rng)
    if stuck >= 0:
        raise RuntimeError(
            f"no placement without overlap was found for a cluster of {radii.size} dots:"
            f" bond {stuck} between bodies {ends[stuck].tolist()} does not fit"
        )
    volume = radius**3 + 1.5 * radius**2 * half
    positions = stage.position - volume @ stage.position / volume.sum()
    return positions[index], stage.quaternion[index]
