"""From a picture to labelled objects: signal above the background, threshold, connected pixels off the border."""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import ndimage

from assembly.microscopy.background import illumination
from assembly.microscopy.shapes_of_objects import COLUMNS, dots_in_objects, measured

THRESHOLD = 0.5  # of the contrast (`typical_contrast`); assumed: about 0.4 of a ball's peak, half that of a disc
FAINT_QUANTILE = 0.3  # assumed
SMOOTHING = 0.06  # of a dot's diameter; assumed: little against the neck of two dots that touch
LEAST_SMOOTHING_PX = 0.5  # assumed
SIGNAL_TO_NOISE = 8.0  # contrast over the smoothed noise that is aimed at; assumed
MOST_SMOOTHING = 0.14  # of a dot's diameter; assumed
SMALLEST = 0.45  # of a dot's diameter: smaller objects are dust; assumed
SPLIT_DEPTH = 0.04  # of a dot's diameter by which a peak of the distance map stands above the pass; assumed
REACH = 4.0  # background radius in dots' diameters; assumed
NOISE_FLOOR = 2.5  # standard deviations of the smoothed noise below which nothing is cut; assumed
PEAK_DEPTH = 0.04  # of the contrast by which a peak of brightness stands above the pass; assumed


@dataclass(frozen=True)
class Procedure:
    """How pictures are segmented, every number stated: what `settled` makes of one picture and others can repeat.

    smoothing_px: Gaussian; threshold: share of the contrast; smallest_px and split_px: lengths in pixels.
    """

    smoothing_px: float
    threshold: float
    smallest_px: float
    split_px: float
    background_px: float
    bright_dots: bool = False


@dataclass(frozen=True)
class Segmented:
    """Labelled objects of one picture, in its own units of brightness (see `objects_in`).

    labels, signal and mask (height, width); table (objects, columns) as `shapes_of_objects.COLUMNS` names them; dots
    (objects,); contrast of the fainter dots and noise in those units.
    """

    labels: np.ndarray
    table: np.ndarray
    dots: np.ndarray
    signal: np.ndarray
    mask: np.ndarray
    contrast: float
    noise: float
    masked: np.ndarray | None = None  # (height, width): what is no micrograph, and belongs to no object

    def column(self, name: str) -> np.ndarray:
        """One column of the table by its name in shapes_of_objects.COLUMNS, lengths in pixels. Shape (objects,)."""
        return np.asarray(self.table[:, COLUMNS.index(name)])


def threshold_between(values: np.ndarray) -> float:
    """Otsu's threshold (1979) between dark and bright, by scikit-image.

    values (n,) or any shape; the answer in their unit. ModuleNotFoundError says what to install where scikit-image is
    missing.
    """
    try:
        filters: Any = importlib.import_module("skimage.filters")
    except ModuleNotFoundError as missing:
        raise ModuleNotFoundError(
            "counting dots in micrographs needs scikit-image: install qdmer with its extra `tem`"
        ) from missing
    otsu: Callable[..., float] = filters.threshold_otsu
    return float(otsu(values))


def signal_above(image: np.ndarray, foreground: np.ndarray | None, background_px: float, bright: bool) -> np.ndarray:
    """Brightness of dots above the background, positive on dots (dark in bright field unless `bright`).

    image, the boolean foreground (dots as far as they are known, or None) and the answer are (height, width). In the
    unit of the image, whichever unit that is.
    """
    level = illumination(image, foreground, background_px)
    return np.asarray(image - level if bright else level - image, dtype=np.float32)


def boxes_of(labels: np.ndarray) -> np.ndarray:
    """Bounding boxes (n, 4): top, left, bottom, right of labels 1 to n, the last two exclusive.

    labels (height, width); in pixels.
    """
    found = ndimage.find_objects(labels)
    boxes = [(s[0].start, s[1].start, s[0].stop, s[1].stop) if s else (0, 0, 0, 0) for s in found]
    return np.array(boxes, dtype=np.int64).reshape(-1, 4)


def kept_objects(
    mask: np.ndarray, smallest_px: float, masked: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Labels (int32, from 1) of 4-connected objects off the border and larger than a disc of smallest_px, and boxes.

    mask (height, width): where dots are; masked, of the same shape: what is no micrograph. What touches a masked pixel
    is left out like what touches the border.
    """
    labels, number = ndimage.label(mask)
    if number == 0:
        return labels.astype(np.int32), np.zeros((0, 4), dtype=np.int64)
    boxes = boxes_of(labels)
    height, width = mask.shape
    inner = (boxes[:, 0] > 0) & (boxes[:, 1] > 0) & (boxes[:, 2] < height) & (boxes[:, 3] < width)
    area = np.bincount(labels.ravel(), minlength=number + 1)[1:]
    kept = inner & (area >= math.pi / 4.0 * smallest_px**2)
    if masked is not None:
        kept[labels[ndimage.binary_dilation(masked) & (labels > 0)] - 1] = False
    numbers = np.zeros(number + 1, dtype=np.int32)
    numbers[1:][kept] = np.arange(1, int(kept.sum()) + 1)
    return numbers[labels], boxes[kept]


def typical_contrast(signal: np.ndarray, mask: np.ndarray) -> float:
    """Contrast of the fainter dots: the lower quartile, over connected objects, of their mean signal.

    Dots differ in contrast (a crystal that diffracts is darker); cut at a share of the median, faint dots crumble.
    Specks of less than a quarter of the usual area do not count. signal and mask (height, width): brightness above the
    background, and where dots are.
    """
    labels, number = ndimage.label(mask)
    if number == 0:
        return float(np.max(signal))
    flat = labels.ravel()
    area = np.bincount(flat, minlength=number + 1)[1:]
    mean = np.bincount(flat, weights=signal.ravel(), minlength=number + 1)[1:] / area
    order = np.argsort(area)
    usual = area[order][np.searchsorted(np.cumsum(area[order]), 0.5 * area.sum())]
    return float(np.quantile(mean[area >= 0.25 * usual], FAINT_QUANTILE))


def noise_of(signal: np.ndarray) -> tuple[float, float]:
    """Level of the background (the signal's mode) and standard deviation of the noise, from the side without dots.

    The mode is the peak of a smoothed histogram; deviations below it are the noise's, those above may be dots'. signal
    (height, width). Both in the unit of the signal, whichever unit that is.
    """
    step = max(1, round(math.sqrt(signal.size / 250_000)))
    values = signal[::step, ::step].ravel()
    low, high = np.percentile(values, [0.2, 99.0])
    if not high > low:
        return float(low), 0.0
    heights, edges = np.histogram(values, bins=160, range=(float(low), float(high)))
    place = int(np.argmax(ndimage.gaussian_filter1d(heights.astype(float), 5.0, mode="constant")))
    level = 0.5 * float(edges[place] + edges[place + 1])
    return level, float(np.sqrt(np.mean(np.square(values[values <= level] - level, dtype=float))))


def objects_in(
    signal: np.ndarray,
    procedure: Procedure,
    *,
    count_dots: bool = True,
    contrast: float | None = None,
    masked: np.ndarray | None = None,
) -> Segmented:
    """Segment a signal (height, width) that is already free of background and smoothed.

    The threshold is a share of the dots' contrast, found from the objects themselves in two rounds, so that pictures
    of any exposure and coverage are cut at the same relative height. `contrast`: a guess to start from; masked (height,
    width): pixels that are no micrograph (a scale bar, lettering): whatever touches them is left out.
    """
    rounds, noise = 1, noise_of(signal)[1]
    if contrast is None:
        thin = tuple(slice(None, None, max(1, side // 512)) for side in signal.shape)
        contrast, rounds = 0.6 * float(np.percentile(signal[thin], 99.9)), 4
    for _ in range(rounds):
        contrast = typical_contrast(signal, signal > max(procedure.threshold * contrast, NOISE_FLOOR * noise, 1e-9))
    mask = signal > max(procedure.threshold * contrast, NOISE_FLOOR * noise)
    labels, boxes = kept_objects(mask, procedure.smallest_px, masked)
    table = measured(labels, signal, boxes, PEAK_DEPTH * contrast)
    dots = np.ones(len(boxes), dtype=np.int64)
    if count_dots and len(boxes):
        depth = ndimage.gaussian_filter(ndimage.distance_transform_edt(mask), 1.0, truncate=3.0)
        dots = dots_in_objects(labels, depth, boxes, procedure.split_px)
    return Segmented(labels, table, dots, signal, mask, contrast, noise, masked)


def away_from(mask: np.ndarray, margin_px: float) -> np.ndarray:
    """Pixels farther than about margin_px from every pixel of the mask. mask and the answer (height, width)."""
    return ~np.asarray(ndimage.maximum_filter(mask, size=2 * max(1, math.ceil(margin_px)) + 1))
