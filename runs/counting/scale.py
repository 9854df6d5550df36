"""How many nanometres a pixel measures: resolution tags, microscopes' own tags, and marked scale bars."""

import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tifffile
from PIL import Image
from scipy import ndimage

from runs.complaints import RecipeError

LARGEST_NM_PER_PIXEL = 1000.0  # a coarser tag is that of a printer or a screen (300 dots per inch: 85 000 nm)
NM_OF_UNIT = {
    "pm": 1e-3, "å": 0.1, "a": 0.1, "angstrom": 0.1, "nm": 1.0, "nanometer": 1.0, "nanometre": 1.0, "µm": 1e3,
    "μm": 1e3, "um": 1e3, "micron": 1e3, "microns": 1e3, "micrometer": 1e3, "mm": 1e6, "cm": 1e7, "inch": 2.54e7,
    "m": 1e9,
}  # fmt: skip
LEAST_BAR_PX = 20
STRIP_ROWS = 8
STRIP_IS_FLAT = 0.5  # share of a row of exactly one tone; assumed
STRIP_ENDS = 0.1  # that share in the rows beyond it, at most; assumed
BAR_IS_FULL = 0.97  # share of its rectangle that a bar fills


@dataclass(frozen=True)
class Bar:
    """A marked scale bar: its rectangle in pixels (the last row and column excluded), its tone, its length."""

    left: int
    top: int
    right: int
    bottom: int
    dark: bool
    length_px: float  # between the points of half contrast at its ends


def tiff_nm_per_pixel(path: Path, where: str) -> float | None:
    """From ImageJ's unit, a microscope's own tag (Zeiss, FEI), or the resolution tag; None where none can be meant.

    RecipeError for pixels that are not square.
    """
    with tifffile.TiffFile(path) as file:
        page: Any = file.pages[0]
        across, down = (_resolution(page, name) for name in ("XResolution", "YResolution"))
        if across and down and abs(across - down) > 0.01 * across:
            raise RecipeError(f"{where}: wanted square pixels, got a tag of {across:g} x {down:g} pixels per unit.")
        described = _imagej_unit(str(page.tags["ImageDescription"].value) if "ImageDescription" in page.tags else "")
        unit = int(page.tags["ResolutionUnit"].value) if "ResolutionUnit" in page.tags else 2
        if across and described is not None:
            return _credible(described / across)
        own = _microscope(file)
        if own is not None:
            return _credible(own)
        return _credible({2: 2.54e7, 3: 1e7}[unit] / across) if across and unit in (2, 3) else None


def _resolution(page: Any, name: str) -> float | None:
    if name not in page.tags:
        return None
    value = page.tags[name].value
    above, below = value if isinstance(value, tuple) and len(value) == 2 else (value, 1)
    return float(above) / float(below) if above and below else None


def _imagej_unit(description: str) -> float | None:
    """nm per unit of ImageJ's `unit=...` line; None where there is none or it is no length."""
    found = re.search(r"^unit=(.+?)\s*$", description, re.MULTILINE) if description.startswith("ImageJ") else None
    if found is None:
        return None
    unit = re.sub(r"\\u([0-9a-fA-F]{4})", lambda code: chr(int(code[1], 16)), found[1]).strip().casefold()
    return NM_OF_UNIT.get(unit)


def _microscope(file: tifffile.TiffFile) -> float | None:
    """nm per pixel from the tags that scanning and transmission microscopes add, if they can be read."""
    try:
        if file.is_sem and file.sem_metadata:
            size = file.sem_metadata.get("ap_image_pixel_size")
            return float(size[1]) * NM_OF_UNIT[str(size[2]).casefold()] if size else None
        if file.is_fei and file.fei_metadata:
            return float(file.fei_metadata["Scan"]["PixelWidth"]) * 1e9
    except (KeyError, TypeError, ValueError, IndexError):
        return None
    return None


def png_nm_per_pixel(opened: Image.Image) -> float | None:
    """From the density that PNG and JPEG may carry, if it is finer than any printer's."""
    dots = opened.info.get("dpi")
    if not dots or not dots[0] or abs(dots[0] - dots[1]) > 0.01 * dots[0]:
        return None
    return _credible(2.54e7 / float(dots[0]))


def _credible(nm: float) -> float | None:
    return nm if math.isfinite(nm) and 0.0 < nm <= LARGEST_NM_PER_PIXEL else None


def find_bar(grey: np.ndarray) -> Bar | None:
    """The longest solid rectangle, three times as long as high, of the darkest or the lightest tone in the image.

    grey (rows, columns), in any unit of brightness.
    """
    low, high = float(grey.min()), float(grey.max())
    close = 0.03 * (high - low)
    found: list[Bar] = []
    for dark, mask in ((True, grey <= low + close), (False, grey >= high - close)):
        labels, number = ndimage.label(ndimage.binary_opening(mask, np.ones((2, LEAST_BAR_PX))))
        for rows, columns in ndimage.find_objects(labels, number):
            height, length = rows.stop - rows.start, columns.stop - columns.start
            within = length <= 0.9 * grey.shape[1]
            if length >= max(LEAST_BAR_PX, 3 * height) and within and mask[rows, columns].mean() >= BAR_IS_FULL:
                ends = columns.start, columns.stop
                found.append(Bar(ends[0], rows.start, ends[1], rows.stop, dark, _length_px(grey[rows], *ends)))
    return max(found, key=lambda bar: bar.length_px, default=None)


def _length_px(strip: np.ndarray, left: int, right: int) -> float:
    """Length of a bar whose ends may be soft, along the strip of rows that it fills: from half contrast to half."""
    profile = strip.mean(axis=0).astype(float)
    tone = float(np.median(profile[left:right]))
    beyond = np.concatenate([profile[max(0, left - 20) : max(0, left - 5)], profile[right + 5 : right + 20]])
    if not len(beyond):
        return float(right - left)
    share = np.clip((profile - tone) / ((float(np.median(beyond)) - tone) or 1.0), 0.0, 1.0)
    soft = [*share[max(0, left - 4) : left + 2], *share[right - 2 : right + 4]]
    return float(right - left - 4 + np.sum(1.0 - np.array(soft)))


def bar_marks(grey: np.ndarray, bar: Bar) -> np.ndarray:
    """Pixels (rows, columns) of the bar and of the lettering of its tone beside it.

    grey (rows, columns), in any unit of brightness.
    """
    low, high = float(grey.min()), float(grey.max())
    reach = max(4 * (bar.bottom - bar.top), (bar.right - bar.left) // 2)
    near = (
        slice(max(0, bar.top - reach), bar.bottom + reach),
        slice(max(0, bar.left - reach), bar.right + reach),
    )
    patch = grey[near].copy()
    tone = patch <= low + 0.1 * (high - low) if bar.dark else patch >= high - 0.1 * (high - low)
    marks = np.zeros(grey.shape, dtype=bool)
    marks[near] = ndimage.binary_dilation(tone, iterations=3)
    return marks


def strip_marks(grey: np.ndarray) -> np.ndarray:
    """Pixels (rows, columns) of a microscope's own strip of data: rows at the top or bottom mostly of one exact tone.

    A row belongs where half of it holds the darkest or the lightest value of the picture exactly. Such rows must be at
    least STRIP_ROWS, at most half of the picture, and end sharply: an overexposed background does not.
    grey (rows, columns), in any unit of brightness.
    """
    marks = np.zeros(grey.shape, dtype=bool)
    for tone in (grey.min(), grey.max()):
        share = (grey == tone).mean(axis=1)
        for rows, inward in ((share, marks), (share[::-1], marks[::-1])):
            flat = rows >= STRIP_IS_FLAT
            deep = len(flat) if flat.all() else int(np.argmin(flat))
            if STRIP_ROWS <= deep <= len(flat) // 2 and rows[deep : deep + STRIP_ROWS].mean() < STRIP_ENDS:
                inward[:deep] = True
    return marks


def painted_over(grey: np.ndarray, marks: np.ndarray, dark: bool) -> np.ndarray:
    """The image with its marks in the light of the background: its 90th percentile, or the 10th if dots are light.

    grey and the answer (rows, columns), in any one unit of brightness; marks (rows, columns): true where to paint.
    """
    clean = grey.copy()
    clean[marks] = np.percentile(grey[~marks] if not marks.all() else grey, 90 if dark else 10)
    return clean
