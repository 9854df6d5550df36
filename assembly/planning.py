"""How many dots and how many images a dimer share needs before it is known to within a wanted half-width."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri, stdtrit

CONFIDENCE = 0.95
MOST_IMAGES = 100_000
ASSUMED_SPREAD = 0.03  # standard deviation of the share between images of one grid beyond counting; assumed


@dataclass(frozen=True)
class Plan:
    """What to count: dots in all and images, for a 95 % half-width `within` of a dimer share of particles."""

    share: float
    within: float
    dots: int
    images: int
    dots_per_image: int
    dots_without_spread: int
    spread_between_images: float
    correlation: float


def share_variance(share: float, dots: float) -> float:
    """Variance of the share of particles in dimers counted over so many dots in monomers and dimers.

    With D dimers and M monomers p = 2 D / (M + 2 D); D of the M + D objects is binomial, and to first order
    var p = (2 - p) p (1 - p) / dots.
    """
    return (2.0 - share) * share * (1.0 - share) / dots


def plan(
    share: float, within: float, dots_per_image: int = 400, spread: float = ASSUMED_SPREAD, inflation: float = 1.0
) -> Plan:
    """The fewest images of `dots_per_image` dots whose mean share has a 95 % half-width of at most `within`.

    The share of an image is beta-binomial: beside counting it varies from image to image with the standard deviation
    `spread`, so that var = (share_variance(dots an image) inflation + spread^2) / images; the half-width is that times
    Student's t at images - 1 degrees of freedom. `inflation` is the variance that the correction adds, as a factor.
    `dots_without_spread` counts dots alone, with the normal quantile. ValueError for a share, half-width, spread or
    inflation out of its range, or where no number of images would do.
    """
    if not 0.0 < share < 1.0:
        raise ValueError(f"share must lie between 0 and 1, not {share!r}")
    if not 0.0 < within < 0.5:
        raise ValueError(f"within must lie between 0 and 0.5, not {within!r}")
    if dots_per_image < 2 or not 0.0 <= spread < 0.5 or not 1.0 <= inflation < math.inf:
        raise ValueError("dots_per_image must be at least 2, spread from 0 to 0.5 and inflation at least 1")
    counting = share_variance(share, dots_per_image) * inflation
    z = float(ndtri(0.5 + CONFIDENCE / 2.0))
    alone = math.ceil(share_variance(share, 1.0) * inflation * (z / within) ** 2)
    images = 2
    while images < MOST_IMAGES:
        reach = float(stdtrit(images - 1, 0.5 + CONFIDENCE / 2.0)) * math.sqrt((counting + spread**2) / images)
        if reach <= within:
            break
        images += 1 if images < 200 else images // 100
    else:
        raise ValueError(f"within must be wide enough for {MOST_IMAGES} images, not {within!r}")
    return Plan(
        share=share,
        within=within,
        dots=images * dots_per_image,
        images=images,
        dots_per_image=dots_per_image,
        dots_without_spread=alone,
        spread_between_images=spread,
        correlation=spread**2 / (share * (1.0 - share)),
    )


def spread_between_images(dimers: ArrayLike, objects: ArrayLike) -> float:
    """Standard deviation, between images, of the dimers' share of particles beyond that of counting; 0 where none is.

    `dimers` and `objects` (monomers and dimers) of each image. The variance of the images' shares less the mean
    `share_variance` of each: the moment estimate of the beta-binomial's spread. ValueError with fewer than two images.
    dimers and objects (images,).
    """
    two, all_of_them = np.asarray(dimers, dtype=float), np.asarray(objects, dtype=float)
    if two.shape != all_of_them.shape or two.ndim != 1 or len(two) < 2:
        raise ValueError("dimers and objects must be columns of one length, of two images or more")
    dots = all_of_them + two
    if not np.all(dots > 0):
        raise ValueError("objects must be at least 1 in every image")
    shares, pooled = 2.0 * two / dots, 2.0 * float(two.sum()) / float(dots.sum())
    counting = float(np.mean(share_variance(pooled, 1.0) / dots))
    return math.sqrt(max(0.0, float(shares.var(ddof=1)) - counting))
