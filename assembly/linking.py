"""Linking by a bifunctional molecule, the second way to bond: who ends up linked to whom (Hamilton 2023).

Dots carry molecules bound by one end, a Poisson number of mean lambda on each dot whatever its size; the free ends
then react, until the share p of them (the conversion) has. Three laws say what a free end takes:

    end-to-surface   bare surface of another dot: a dot is taken with a chance proportional to its free surface area.
                     A dot sends Poisson(lambda p) links and receives Poisson(lambda p), so that the clusters of like
                     dots are those of a random graph of mean degree mu = 2 lambda p.
    site-to-site     a free site of another dot: lambda counts the sites of a dot, every two free sites of different
                     dots are as likely to be the next that a molecule joins, each site is used once, and p is the
                     share of sites used. The degree of a dot is Poisson(lambda p), so that mu = lambda p.
    pairs            a dot that bears no link yet, all alike, and neither of the two links again: dimers and single dots
                     only, lambda p of each dot (exactly, not Poisson) and at most one link for every two dots. It
                     stands for a sample of which only the dimers matter; lambda = 0.5, p = 1 links all dots in pairs.

Below the gel point mu = 1 the share of dots in clusters of n is Borel's law exp(-mu n) (mu n)^(n-1) / n!. Dots that
differ in size depart from it under end-to-surface, where large dots are taken more often (`gel_point` knows this).

Free ends react independently: the solution is well stirred and a cluster's shape hides nothing. A free end that takes
a dot of its own cluster closes a ring: it counts as reacted, it is recorded, and it is no bond of the tree that
`first` and `second` make. Rings number -ln(1 - mu)/2 - mu/2 a flask below the gel point, whatever its size; that a
neighbour already held is nearer at hand than others is not in these laws. A link stretches the centre distance to
R1 + R2 + gap, strains nothing and makes no neck.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from assembly.state import BOND
from physics.fusion.checks import finite, non_negative, option, positive, single
from physics.jit import compiled
from physics.materials import Ligand, ligand, ligands, nearest

END_TO_SURFACE, SITE_TO_SITE, PAIRS = 0, 1, 2
LAWS = {"end-to-surface": END_TO_SURFACE, "site-to-site": SITE_TO_SITE, "pairs": PAIRS}
LIKE_DOTS_GEL = ("2 lambda p = 1", "lambda p = 1", "never")  # by law
LINKERS_MOST = 1000.0  # molecules on a dot: more than a surface holds
REFUSALS_BEFORE_A_LOOK = 1000  # proposals refused in a row before it is asked whether any reaction is possible


@dataclass(frozen=True)
class Linking:
    """How the dots of a flask are linked: the catalogue's molecule, molecules bound to a dot, conversion, law.

    `linkers_per_dot` is one mean for all kinds of dots or one for each kind. These are numbers of molecules per dot;
    the conversion is the share of their free ends that react. ValueError for an unknown linker or law, a conversion
    outside 0 to 1 or a number of molecules below 0.
    """

    linker: str
    linkers_per_dot: float | tuple[float, ...]
    conversion: float
    law: str = "end-to-surface"

    def __post_init__(self) -> None:
        self.molecule  # noqa: B018 (refuses what is no linker)
        _means("linkers_per_dot", self.linkers_per_dot)
        _share(self.conversion)
        option("law", self.law, LAWS)

    @property
    def molecule(self) -> Ligand:
        """The linker of the catalogue, with its gap.

        ValueError names the nearest linker where there is none of that name.
        """
        linkers = [name for name in ligands() if ligand(name).kind == "linker"]
        if self.linker not in linkers:
            raise ValueError(f"linker must be {nearest(self.linker, linkers)}")
        return ligand(self.linker)


class Links(NamedTuple):
    """Who is linked to whom, in the order of reaction. `first` bore the molecule where the law knows who did.

    `first`, `second`: (links,) dots, a forest. `clock`: (links,) time of each in 1/k, k the rate of a free end at the
    start. `rings`: (rings, 2) the links that closed rings. `reacted`: molecules that link, len(first) + len(rings).
    `bound`: ends (sites) there were to react. `ended`: the clock at the last reaction. Dots and links are named by
    their index.
    """

    first: np.ndarray
    second: np.ndarray
    clock: np.ndarray
    rings: np.ndarray
    reacted: int
    bound: int
    ended: float


def link(
    radii_nm: ArrayLike,
    kinds: ArrayLike,
    linkers_per_dot: float | Sequence[float],
    conversion: float,
    law: str,
    rng: np.random.Generator,
    footprint_nm2: float = 0.0,
) -> Links:
    """Link the dots of one replica by one of the laws at the head of this module.

    radii_nm: (dots,) nm. kinds: (dots,) whole numbers from 0, the kind of each. linkers_per_dot: mean number on each
    dot, one for all or one per kind (0 for a kind that bears none). conversion: share of free ends that have reacted,
    reached to the nearest whole molecule unless nothing more can react. footprint_nm2: surface that each end covers,
    bound or reacted (end-to-surface); 0, as in Borel's law, takes the coverage to be dilute.
    ValueError names a bad argument.
    """
    code = option("law", law, LAWS)
    radii = positive("radius_nm", radii_nm)
    if radii.ndim != 1 or radii.size == 0:
        raise ValueError(f"radii_nm must be one row of at least one radius, got an array of shape {radii.shape}")
    share, footprint = _share(conversion), single("footprint_nm2", non_negative("footprint_nm2", footprint_nm2))
    means = _each_dot(_means("linkers_per_dot", linkers_per_dot), np.asarray(kinds), radii.size)
    if not isinstance(rng, np.random.Generator):
        raise ValueError(f"rng must be a numpy Generator, got {type(rng).__name__}")
    if code == PAIRS:
        return _pairs(radii.size, float(means.sum()), share, rng)
    owners = np.repeat(np.arange(radii.size, dtype=np.int32), rng.poisson(means))
    if code == END_TO_SURFACE:
        wanted = int(np.floor(share * owners.size + 0.5))
        made = _ends_to_surface(owners, 4.0 * np.pi * radii**2, footprint, wanted, rng)
    else:
        wanted = int(np.floor(0.5 * share * owners.size + 0.5))
        made = _sites_to_sites(owners, radii.size, min(wanted, owners.size // 2), rng)
    pairs, clock, closing, ended = made
    open_, rings = pairs[~closing], pairs[closing]
    return Links(
        np.ascontiguousarray(open_[:, 0]),
        np.ascontiguousarray(open_[:, 1]),
        clock[~closing],
        rings,
        len(pairs),
        int(owners.size),
        float(ended),
    )


def _pairs(dots: int, bound: float, share: float, rng: np.random.Generator) -> Links:
    """Dots joined two by two at random, `share` of the `bound` molecules or as many as there are pairs."""
    made = min(int(np.floor(share * bound + 0.5)), dots // 2)
    chosen = rng.permutation(dots).astype(np.int32)[: 2 * made].reshape(-1, 2)
    clock = np.cumsum(rng.standard_exponential(made))
    none = np.zeros((0, 2), dtype=np.int32)
    ended = float(clock[-1]) if made else 0.0
    return Links(np.ascontiguousarray(chosen[:, 0]), np.ascontiguousarray(chosen[:, 1]), clock, none, made,
                 int(np.floor(bound + 0.5)), ended)  # fmt: skip


def bond_rows(links: Links, radii_nm: np.ndarray, seconds: float) -> np.ndarray:
    """The links as rows of `assembly.state.BOND`: no neck, the dots' own radii, times in s.

    The rate constant is not known: it is the one that reaches the conversion at the end of `seconds`. radii_nm (dots,),
    the answer (links,).
    """
    rows = np.zeros(links.first.size, dtype=BOND)
    rows["a"], rows["b"] = links.first, links.second
    rows["radius_a"], rows["radius_b"] = radii_nm[links.first], radii_nm[links.second]
    rows["time"] = links.clock * (seconds / links.ended) if links.first.size else 0.0
    return rows


def gel_point(
    linkers_per_dot: float | ArrayLike, law: str = "end-to-surface", areas_nm2: ArrayLike | None = None
) -> float:
    """Conversion at which one cluster begins to take a finite share of all dots; above 1 it is never reached.

    linkers_per_dot: lambda, one mean or one per dot. areas_nm2: surface of each dot (None: all alike). With x the area
    over its mean and <> the mean over dots,

        end-to-surface   p = 1 / (<lambda x> + sqrt(<lambda^2> <x^2>)),   1 / (2 lambda) for like dots
        site-to-site     p = <lambda> / <lambda^2>,                       1 / lambda

    the inverse of the largest eigenvalue of the graph's mean matrix (Bollobas, Janson and Riordan 2007); pairs never
    gel. The footprint
    of the molecules is left out. ValueError names a bad argument.
    """
    code, means = option("law", law, LAWS), _means("linkers_per_dot", linkers_per_dot)
    areas = np.ones(1) if areas_nm2 is None else np.atleast_1d(positive("areas_nm2", areas_nm2))
    if areas.size > 1 and means.size not in (1, areas.size):
        raise ValueError(f"linkers_per_dot must be one mean or one for each of {areas.size} areas, got {means.size}")
    if code == PAIRS or not np.any(means > 0.0):
        return float("inf")
    if code == SITE_TO_SITE:
        return float(np.mean(means) / np.mean(means**2))
    x = areas / np.mean(areas)
    return float(1.0 / (np.mean(means * x) + np.sqrt(np.mean(means**2) * np.mean(x**2))))


def gel_warning(
    linkers_per_dot: float | ArrayLike,
    conversion: float,
    law: str = "end-to-surface",
    areas_nm2: ArrayLike | None = None,
) -> str | None:
    """One sentence for whoever runs the flask at or beyond its gel point, None below it. Arguments as `gel_point`.

    linkers_per_dot is a number of linkers, or one mean for each of areas_nm2 (dots,); conversion is the share of their
    free ends that have reacted. ValueError as there, and for a conversion outside 0 to 1.
    """
    limit, share = gel_point(linkers_per_dot, law, areas_nm2), _share(conversion)
    if share < limit:
        return None
    return (
        f"The linked dots gel: the conversion {share:g} is at or above the gel point {limit:.3g} of the law {law} "
        f"(for like dots {LIKE_DOTS_GEL[LAWS[law]]}), so "
        "that one cluster takes a finite share of all dots and the cluster sizes depend on how many dots are simulated."
    )


@compiled
def _root(parent: np.ndarray, dot: int) -> int:
    while parent[dot] != dot:
        parent[dot] = parent[parent[dot]]
        dot = parent[dot]
    return dot


@compiled
def _joins(parent: np.ndarray, size: np.ndarray, a: int, b: int) -> bool:
    """Merge the clusters of two dots; False where they are one already, that is where the link closes a ring."""
    p, q = _root(parent, a), _root(parent, b)
    if p == q:
        return False
    if size[p] < size[q]:
        p, q = q, p
    parent[q] = p
    size[p] += size[q]
    return True


@compiled
def _any_end_can_react(owners: np.ndarray, left: int, free: np.ndarray, room: float) -> bool:
    """Whether some unreacted end finds room on a dot other than its own."""
    open_dots = np.flatnonzero(free >= room)
    if open_dots.size != 1:
        return open_dots.size > 1
    return bool(np.any(owners[:left] != open_dots[0]))


@compiled
def _ends_to_surface(
    owners: np.ndarray, areas: np.ndarray, footprint: float, wanted: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """(pairs, clock, closes a ring, clock at the end): each free end tries at rate 1, a dot drawn by its whole area.

    A try at the end's own dot, or at surface that is covered, comes to nothing: exact thinning. A dot whose free
    surface is less than a footprint is full.
    """
    room = footprint * (1.0 - 1e-9)
    free, ladder = areas.copy(), np.cumsum(areas)
    for dot in owners:
        free[dot] -= footprint
    parent, size = np.arange(areas.size), np.ones(areas.size, dtype=np.int64)
    pairs, clock = np.empty((wanted, 2), dtype=np.int32), np.empty(wanted)
    closing = np.zeros(wanted, dtype=np.bool_)
    made, refused, now, ended, left = 0, 0, 0.0, 0.0, owners.size
    while made < wanted:
        now += rng.standard_exponential() / left
        place = rng.integers(0, left)
        dot = owners[place]
        other = min(np.searchsorted(ladder, rng.random() * ladder[-1], side="right"), areas.size - 1)
        if other == dot or free[other] < room or rng.random() * areas[other] >= free[other]:
            refused += 1
            if refused % REFUSALS_BEFORE_A_LOOK == 0 and not _any_end_can_react(owners, left, free, room):
                break
            continue
        refused = 0
        left -= 1
        owners[place] = owners[left]
        free[other] -= footprint
        pairs[made, 0], pairs[made, 1], clock[made] = dot, other, now
        closing[made] = not _joins(parent, size, dot, other)
        made, ended = made + 1, now
    return pairs[:made], clock[:made], closing[:made], ended


@compiled
def _sites_to_sites(
    owners: np.ndarray, dots: int, wanted: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """(pairs, clock, closes a ring, clock at the end): every two free sites meet at rate 1/(sites at the start)."""
    parent, size = np.arange(dots), np.ones(dots, dtype=np.int64)
    pairs, clock = np.empty((wanted, 2), dtype=np.int32), np.empty(wanted)
    closing = np.zeros(wanted, dtype=np.bool_)
    made, refused, now, ended, left = 0, 0, 0.0, 0.0, owners.size
    while made < wanted:
        now += rng.standard_exponential() * 2.0 * owners.size / (left * (left - 1.0))
        one = rng.integers(0, left)
        two = rng.integers(0, left - 1)
        two += two >= one
        a, b = owners[one], owners[two]
        if a == b:
            refused += 1
            if refused % REFUSALS_BEFORE_A_LOOK == 0 and np.all(owners[:left] == a):
                break
            continue
        refused = 0
        owners[max(one, two)] = owners[left - 1]
        owners[min(one, two)] = owners[left - 2]
        left -= 2
        pairs[made, 0], pairs[made, 1], clock[made] = a, b, now
        closing[made] = not _joins(parent, size, a, b)
        made, ended = made + 1, now
    return pairs[:made], clock[:made], closing[:made], ended


def _share(conversion: float) -> float:
    share = single("conversion", finite("conversion", conversion))
    if not 0.0 <= share <= 1.0:
        raise ValueError(f"conversion must lie between 0 and 1, got {share:g}")
    return share


def _means(name: str, linkers_per_dot: float | ArrayLike) -> np.ndarray:
    means = np.atleast_1d(non_negative(name, linkers_per_dot))
    if means.ndim != 1 or means.size == 0:
        raise ValueError(f"{name} must be one mean or one row of means, got an array of shape {means.shape}")
    if np.any(means > LINKERS_MOST):
        raise ValueError(f"{name} must not exceed {LINKERS_MOST:g}, got {means.max():g}")
    return means


def _each_dot(means: np.ndarray, kinds: np.ndarray, dots: int) -> np.ndarray:
    """The mean of each dot, out of one for all or one per kind."""
    if kinds.shape != (dots,) or not np.issubdtype(kinds.dtype, np.integer) or np.any(kinds < 0):
        raise ValueError(
            f"kinds must be {dots} whole numbers from 0, one for each radius, got {kinds.dtype} {kinds.shape}"
        )
    if means.size == 1:
        return np.full(dots, means[0])
    if kinds.max() >= means.size:
        raise ValueError(
            f"linkers_per_dot must give one mean or one per kind of dot, got {means.size} for kind {kinds.max()}"
        )
    return np.asarray(means[kinds])
