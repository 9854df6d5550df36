"""Virtual objects with known truth, made at a picture's own pixel size, noise and procedure, for the templates."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy import ndimage

from assembly.microscopy.background import noise_like
from assembly.microscopy.deposition import Deposited, deposited
from assembly.microscopy.molecules import mixture
from assembly.microscopy.segmentation import Procedure, Segmented, objects_in
from assembly.microscopy.shapes_of_objects import COLUMNS
from assembly.microscopy.thickness import darkness, elongated

OBJECT_SHARES = (0.40, 0.38, 0.14, 0.08)  # of molecules of 1, 2, 3, 4 dots in a rehearsal: enough of each; assumed
LEAST_COVERAGE = 0.15  # of a rehearsal: below, pixels are wasted on background; accidents are weighted down
MOST_COVERAGE = 0.30  # beyond, random deposition with a gap comes near jamming
ATTRACTION = 0.08  # share of molecules set in contact in a rehearsal, so that contacts are represented; assumed
LIBRARY = 240  # molecules in a rehearsal's library
SIDE_PX = 800  # about that of one rehearsed field


class Nuisances(NamedTuple):
    """What a picture does not say outright. Lengths in nm; the rest as in Scene; amplitude: darkness in contrasts."""

    diameter_nm: float
    size_dispersion: float
    blur_nm: float
    thickness_power: float
    contrast_spread: float
    elongation: float
    lobe_distance_nm: float
    gap_nm: float
    tilt_deg: float = 8.0
    lobe_contrast_spread: float = 0.03
    amplitude: float = 1.3


@dataclass(frozen=True)
class Conditions:
    """What pictures do say: pixel size, coverage, procedure; covariance of the smoothed noise, in contrasts.

    noise_covariance (2 L + 1, 2 L + 1), see `background.noise_covariance`.
    """

    nm_per_pixel: float
    coverage: float
    procedure: Procedure
    noise_covariance: np.ndarray


@dataclass(frozen=True)
class Rehearsed:
    """Virtual objects. table (objects, COLUMNS); weight: for losses at the border; parents (objects, 4): molecules of

    1, 2, 3, 4 dots in each; attracted (objects,): one of them was set in contact with another; made (4,): molecules
    centred in the fields; density (4,): the same per square nm; contrast.
    """

    table: np.ndarray
    weight: np.ndarray
    parents: np.ndarray
    attracted: np.ndarray
    made: np.ndarray
    density: np.ndarray
    contrast: float
    dots: np.ndarray


def border_weights(table: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """By how much objects of that extent are rarer for being left out at the border: W H / ((W - w)(H - h)).

    (Miles 1974, Lantuejoul 1980.) Weighted objects count as if each were registered by one point inside the field.
    table (objects, columns) as `shapes_of_objects.COLUMNS` names them, `shape` the picture; the answer (objects,).
    """
    height, width = shape
    tall = table[:, COLUMNS.index("bottom")] - table[:, COLUMNS.index("top")] + 1.0
    wide = table[:, COLUMNS.index("right")] - table[:, COLUMNS.index("left")] + 1.0
    return np.asarray(width * height / (np.maximum(width - wide, 1.0) * np.maximum(height - tall, 1.0)))


def rehearsed(
    nuisances: Nuisances,
    conditions: Conditions,
    molecules: int,
    rng: np.random.Generator,
    *,
    count_dots: bool = False,
    shares: Sequence[float] = OBJECT_SHARES,
) -> Rehearsed:
    """About so many molecules, 1, 2, 3, 4 dots in these shares, deposited, rendered, segmented as the pictures were.

    Objects are traced to parents. ValueError where no object at all is seen.
    """
    nm = conditions.nm_per_pixel
    library, weights = mixture(
        {n + 1: (n + 1) * share for n, share in enumerate(shares)},
        nuisances.diameter_nm,
        rng,
        size_dispersion=nuisances.size_dispersion,
        lobe_distance_nm=nuisances.lobe_distance_nm,
        number=LIBRARY,
    )
    coverage = min(max(conditions.coverage, LEAST_COVERAGE), MOST_COVERAGE)
    per_molecule = sum((n + 1) * s for n, s in enumerate(shares)) * math.pi / 4.0 * nuisances.diameter_nm**2
    area_px = molecules * per_molecule / coverage / nm**2
    fields = max(1, round(area_px / SIDE_PX**2))
    side = max(96, round(math.sqrt(area_px / fields)))
    noise = noise_like(conditions.noise_covariance, (side, side), rng)
    parts = []
    for _ in range(fields):
        noise = np.roll(noise, (int(rng.integers(side)), int(rng.integers(side))), axis=(0, 1))[::-1].T.copy()
        lain = deposited(
            library, weights, width_nm=side * nm, height_nm=side * nm, coverage=coverage, gap_nm=nuisances.gap_nm,
            attraction=ATTRACTION, tilt_deg=nuisances.tilt_deg, lying=True, rng=rng,
        )  # fmt: skip
        parts.append(_seen(lain, nuisances, conditions, noise, rng, count_dots))
    table = np.concatenate([p[0] for p in parts])
    if len(table) == 0:
        raise ValueError(
            f"images must show dots that can be rendered, but none of {nuisances.diameter_nm:.2f} nm was seen"
        )
    made = np.sum([p[3] for p in parts], axis=0)
    return Rehearsed(
        table=table,
        weight=border_weights(table, (side, side)),
        parents=np.concatenate([p[1] for p in parts]),
        attracted=np.concatenate([p[5] for p in parts]),
        made=made,
        density=made / (fields * (side * nm) ** 2),
        contrast=float(np.mean([p[2] for p in parts])),
        dots=np.concatenate([p[4] for p in parts]),
    )


def _seen(
    lain: Deposited,
    nuisances: Nuisances,
    conditions: Conditions,
    noise: np.ndarray,
    rng: np.random.Generator,
    dots: bool,
) -> tuple[np.ndarray, np.ndarray, float, np.ndarray, np.ndarray, np.ndarray]:
    nm, side = conditions.nm_per_pixel, noise.shape[0]
    shade = 1.0 + nuisances.contrast_spread * rng.standard_normal(len(lain.dots))
    shades = shade[lain.owner] * (1.0 + nuisances.lobe_contrast_spread * rng.standard_normal(len(lain.owner)))
    squeeze = elongated(len(lain.owner), nuisances.elongation, rng)
    sharp = darkness(
        (side, side), lain.balls / nm, lain.start, squeeze, nuisances.amplitude * np.maximum(shades, 0.15),
        nuisances.diameter_nm / nm, nuisances.thickness_power,
    )  # fmt: skip
    spread = math.hypot(nuisances.blur_nm / nm, conditions.procedure.smoothing_px)
    signal = ndimage.gaussian_filter(sharp, spread, truncate=3.0, mode="nearest") + noise
    found = objects_in(signal, conditions.procedure, count_dots=dots, contrast=1.0)
    centred = np.all((lain.centre >= 0.0) & (lain.centre < side * nm), axis=1)
    made = np.bincount(np.minimum(lain.dots[centred], 4) - 1, minlength=4)[:4]
    parents, attracted = parents_of(found, lain, nm)
    return found.table, parents, found.contrast, made, found.dots, attracted


def parents_of(found: Segmented, lain: Deposited, nm_per_pixel: float) -> tuple[np.ndarray, np.ndarray]:
    """Molecules of 1, 2, 3, 4 or more dots (objects, 4) with a ball's centre under each object; any set in contact.

    A molecule that falls apart into two objects is a parent of both. Counts.
    """
    height, width = found.labels.shape
    x = np.floor(lain.balls[:, 0] / nm_per_pixel).astype(int)
    y = np.floor(lain.balls[:, 1] / nm_per_pixel).astype(int)
    inside = (x >= 0) & (y >= 0) & (x < width) & (y < height)
    label = np.zeros(len(x), dtype=np.int64)
    label[inside] = found.labels[y[inside], x[inside]]
    pairs = np.unique(np.stack([label, lain.owner], axis=1), axis=0)
    table = np.zeros((len(found.table) + 1, 4))
    np.add.at(table, (pairs[:, 0], np.minimum(lain.dots[pairs[:, 1]], 4) - 1), 1.0)
    drawn = np.bincount(pairs[:, 0], lain.attracted[pairs[:, 1]], len(found.table) + 1) > 0.0
    return table[1:], drawn[1:]
