"""Objects of a micrograph and the dots in each: the raw count, every choice of the procedure recorded."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import ndimage

from assembly.microscopy import segmentation as cut
from assembly.microscopy.background import illumination
from assembly.microscopy.segmentation import Procedure, Segmented

FEWEST_PIXELS_ACROSS = 10.0  # a dot narrower than this is told from two dots with difficulty; assumed
HIGH_COVERAGE = 0.25  # share of the picture above which dots that touch by accident are many; assumed
SMALLEST_SIDE_PX = 16


@dataclass(frozen=True)
class Choices:
    """What a person may fix of the procedure; None leaves it to the picture. What was used is in Counted.parameters.

    threshold: share of the dots' contrast at which they are cut, 0 to 1; background_nm: radius over which the
    illumination is smoothed; smoothing_nm: Gaussian standard deviation; smallest_nm: diameter below which an object is
    dust; split_nm: by how much two dots' half widths must exceed the neck's between them; bright_dots: dots brighter
    than the background (dark field). ValueError for a threshold outside 0 to 1 or a length that is not above 0.
    """

    threshold: float | None = None
    background_nm: float | None = None
    smoothing_nm: float | None = None
    smallest_nm: float | None = None
    split_nm: float | None = None
    bright_dots: bool | None = None

    def __post_init__(self) -> None:
        if self.threshold is not None and not 0.0 < self.threshold < 1.0:
            raise ValueError(f"threshold must be a share of the contrast between 0 and 1, not {self.threshold!r}")
        for name in ("background_nm", "smoothing_nm", "smallest_nm", "split_nm"):
            value = getattr(self, name)
            if value is not None and not 0.0 < value < math.inf:
                raise ValueError(f"{name} must be a positive length in nm, not {value!r}")


@dataclass(frozen=True)
class Counted:
    """The raw count of one micrograph.

    labels: (height, width) int32, kept objects numbered from 1, 0 elsewhere and on objects that touch the border.
    objects: columns of one length: x_px, y_px, area_nm2, major_nm, minor_nm, solidity, neck (width of the waist over
    the greatest width), peaks, dots (the number counted), mean_signal. counts: objects of 1, 2, 3 and 4 or more dots.
    coverage: share of the picture under dots. dot_diameter_nm: mean and standard deviation, from minor axes.
    """

    labels: np.ndarray
    objects: dict[str, np.ndarray]
    counts: list[int]
    coverage: float
    dot_diameter_nm: tuple[float, float]
    parameters: dict[str, Any]
    warnings: list[str]
    nm_per_pixel: float
    segmented: Segmented = field(repr=False)
    procedure: Procedure


def count(
    image: ArrayLike, nm_per_pixel: float, choices: Choices | None = None, masked: np.ndarray | None = None
) -> Counted:
    """Segment a grey micrograph, image (height, width), and count the dots of each object.

    Background: mean of the pixels outside dots, smoothed over some dots' diameters. Threshold: a share of the dots'
    own contrast. Objects: connected pixels, dust and whatever touches the border left out. Dots: peaks of the distance
    map that stand clear of the neck between them. Two rounds: the first finds the dots' size, which sets the lengths
    that `choices` leaves open. masked (height, width): pixels that are no micrograph; objects that touch them are left
    out like those at the border. ValueError for a picture without two dimensions, too small, flat or not finite.
    """
    picture = _checked(image, nm_per_pixel)
    if masked is not None and (masked.shape != picture.shape or masked.all()):
        raise ValueError(f"masked must be of the image's shape {picture.shape} and leave something, not {masked.shape}")
    if masked is not None:
        light = 10 if choices is not None and choices.bright_dots else 90
        picture = np.where(masked, np.percentile(picture[~masked], light), picture).astype(np.float32)
    choices = choices or Choices()
    procedure, level = _settled(picture, nm_per_pixel, choices, masked)
    signal = ndimage.gaussian_filter(
        (picture - level) if procedure.bright_dots else (level - picture), procedure.smoothing_px, truncate=3.0
    )
    if masked is not None:
        signal[masked] = 0.0
    found = cut.objects_in(signal, procedure, masked=masked)
    if len(found.dots) == 0:
        raise ValueError("image must show dots away from its border, but no object was found in it")
    mean, sd = _dot_diameter_nm(found, nm_per_pixel)
    return Counted(
        labels=found.labels,
        objects=_objects(found, nm_per_pixel),
        counts=[int((found.dots == n).sum()) for n in (1, 2, 3)] + [int((found.dots >= 4).sum())],
        coverage=_coverage(found),
        dot_diameter_nm=(mean, sd),
        parameters=_parameters(found, procedure, nm_per_pixel),
        warnings=_warnings(found, mean / nm_per_pixel),
        nm_per_pixel=float(nm_per_pixel),
        segmented=found,
        procedure=procedure,
    )


def _checked(image: ArrayLike, nm_per_pixel: float) -> np.ndarray:
    picture = np.asarray(image)
    if picture.ndim != 2:
        raise ValueError(f"image must be grey, an array (height, width), not of shape {picture.shape}")
    if min(picture.shape) < SMALLEST_SIDE_PX:
        raise ValueError(f"image must measure at least {SMALLEST_SIDE_PX} pixels each way, not {picture.shape}")
    if not (isinstance(nm_per_pixel, int | float | np.floating) and 0.0 < nm_per_pixel < math.inf):
        raise ValueError(f"nm_per_pixel must be a positive number of nm, not {nm_per_pixel!r}")
    picture = picture.astype(np.float32)
    if not np.all(np.isfinite(picture)):
        raise ValueError("image must hold finite numbers only")
    if float(np.ptp(picture)) == 0.0:
        raise ValueError("image must show something, but all its pixels are equal")
    return picture


def _settled(
    picture: np.ndarray, nm_per_pixel: float, choices: Choices, masked: np.ndarray | None
) -> tuple[Procedure, np.ndarray]:
    """The procedure for this picture, and its background level (height, width)."""
    bright = bool(choices.bright_dots)
    given_px = None if choices.background_nm is None else choices.background_nm / nm_per_pixel
    far_px = given_px or max(picture.shape) / 8.0
    smooth = ndimage.gaussian_filter(picture, 1.0, truncate=3.0)
    mask: np.ndarray | None = masked
    thin = tuple(slice(None, None, max(1, side // 700)) for side in picture.shape)
    for _ in range(2):
        signal = cut.signal_above(smooth, mask, far_px, bright)
        empty, noise = cut.noise_of(signal)
        mask = signal > max(cut.threshold_between(signal[thin]), empty + cut.NOISE_FLOOR * noise)
        mask = mask if masked is None else mask | masked
    assert mask is not None
    labels, boxes = cut.kept_objects(mask, 3.0, masked)
    table = cut.measured(labels, signal, boxes, 1.0)
    if len(boxes) == 0:
        raise ValueError("image must show dots away from its border, but no object was found in it")
    across = _typical_width(table[:, 2], table[:, 4])
    background_px = given_px or min(max(cut.REACH * across, 12.0), max(picture.shape) / 4.0)
    wide = ~cut.away_from(mask, max(1.0, 0.1 * across))
    level = illumination(picture, wide if wide.mean() < 0.97 else mask, background_px)
    smoothing = _smoothing_px(across, cut.typical_contrast(signal, mask), picture - level, ~wide)
    lengths = {name: getattr(choices, f"{name}_nm") for name in ("smoothing", "smallest", "split")}
    own = {"smoothing": smoothing, "smallest": cut.SMALLEST * across, "split": max(cut.SPLIT_DEPTH * across, 0.35)}
    used = {k: own[k] if v is None else v / nm_per_pixel for k, v in lengths.items()}
    threshold = cut.THRESHOLD if choices.threshold is None else choices.threshold
    return (
        Procedure(used["smoothing"], threshold, used["smallest"], used["split"], background_px, bright),
        level,
    )


def _typical_width(area: np.ndarray, minor: np.ndarray) -> float:
    """Median minor axis of the objects that are not dust, weighted by their area: many specks do not move it."""
    order = np.argsort(minor)
    below = np.cumsum(area[order])
    return float(minor[order][np.searchsorted(below, 0.5 * below[-1])])


def _smoothing_px(across: float, contrast: float, noise: np.ndarray, outside: np.ndarray) -> float:
    """The least Gaussian that lifts the contrast well over the smoothed noise, up to a tenth of a dot's diameter."""
    crop = tuple(slice(max(0, side // 2 - 350), side // 2 + 350) for side in noise.shape)
    patch, free = np.where(outside[crop], noise[crop], 0.0).astype(np.float32), outside[crop]
    least = max(cut.LEAST_SMOOTHING_PX, min(cut.SMOOTHING * across, 1.0))
    most = max(least, cut.MOST_SMOOTHING * across)
    smoothing = least
    while smoothing < most and free.any():
        if cut.SIGNAL_TO_NOISE * float(ndimage.gaussian_filter(patch, smoothing, truncate=3.0)[free].std()) <= contrast:
            break
        smoothing *= 1.2
    return min(smoothing, most)


def _dot_diameter_nm(found: Segmented, nm_per_pixel: float) -> tuple[float, float]:
    minor = found.column("minor") * nm_per_pixel
    single = minor[found.dots == 1] if np.any(found.dots == 1) else minor
    return float(single.mean()), float(single.std())


def _coverage(found: Segmented) -> float:
    """Share of the picture under dots, of what is not masked."""
    return float(found.mask.mean() if found.masked is None else found.mask[~found.masked].mean())


def _objects(found: Segmented, nm_per_pixel: float) -> dict[str, np.ndarray]:
    return {
        "x_px": found.column("x"),
        "y_px": found.column("y"),
        "area_nm2": found.column("area") * nm_per_pixel**2,
        "major_nm": found.column("major") * nm_per_pixel,
        "minor_nm": found.column("minor") * nm_per_pixel,
        "solidity": found.column("solidity"),
        "neck": found.column("width_neck"),
        "mean_signal": found.column("mean"),
        "peaks": found.column("peaks").astype(int),
        "dots": found.dots,
    }


def _parameters(found: Segmented, procedure: Procedure, nm_per_pixel: float) -> dict[str, Any]:
    lengths = asdict(procedure)
    return {
        "threshold": procedure.threshold,
        "bright_dots": procedure.bright_dots,
        "contrast": found.contrast,
        "noise": found.noise,
        **{f"{k[:-3]}_nm": v * nm_per_pixel for k, v in lengths.items() if k.endswith("_px")},
    }


def _warnings(found: Segmented, across_px: float) -> list[str]:
    said = []
    if across_px < FEWEST_PIXELS_ACROSS:
        said.append(f"dots are {across_px:.1f} pixels across: below {FEWEST_PIXELS_ACROSS:g}, hardly resolved")
    coverage = _coverage(found)
    if coverage > HIGH_COVERAGE:
        said.append(f"dots cover {100 * coverage:.0f} % of the picture: many touch by accident")
    if found.noise > 0.0 and found.contrast < 4.0 * found.noise:
        said.append(f"the dots' contrast is only {found.contrast / found.noise:.1f} times the noise")
    return said
