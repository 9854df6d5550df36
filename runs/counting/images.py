"""Micrographs as files: TIFF, PNG and JPEG in shades of grey, with a cap on their pixels."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import tifffile
from PIL import Image, UnidentifiedImageError

from runs.complaints import RecipeError
from runs.counting.scale import Bar, bar_marks, find_bar, painted_over, png_nm_per_pixel, strip_marks, tiff_nm_per_pixel

Rectangle = tuple[int, int, int, int]
MOST_PIXELS = 70_000_000  # 8192 x 8192 and a little: the largest cameras; assumed
MOST_BYTES = 2_000_000_000
FEWEST_ACROSS = 16
KINDS = {"TIFF": "TIFF", "PNG": "PNG", "JPEG": "JPEG", "MPO": "JPEG"}
Image.MAX_IMAGE_PIXELS = None  # our own cap is asked before anything is unpacked


@dataclass(frozen=True)
class Micrograph:
    """A grey image (rows, columns) with its scale, how the scale was found, and what in it is no micrograph.

    Grey values in whichever unit the file has; masked (rows, columns), or None where every pixel is micrograph.
    """

    file: str
    image: np.ndarray
    nm_per_pixel: float
    scale_from: str
    bar: Bar | None = None
    warnings: list[str] = field(default_factory=list)
    masked: np.ndarray | None = None  # pixels that are no micrograph


@dataclass(frozen=True)
class Scale:
    """What the person says about the scale: nm per pixel, or the scale bar's length in nm, perhaps also in pixels.

    RecipeError for a number out of its range, or for two scales at once.
    """

    nm_per_pixel: float | None = None
    bar_nm: float | None = None
    bar_px: float | None = None

    def __post_init__(self) -> None:
        for option, value in (
            ("--nm-per-pixel", self.nm_per_pixel), ("--scale-bar-nm", self.bar_nm), ("--scale-bar-px", self.bar_px),
        ):  # fmt: skip
            if value is not None and not 1e-6 <= value <= 1e6:
                raise RecipeError(f"{option}: wanted a number from 1e-6 to 1e6, got {value:g}.")
        if self.bar_px is not None and self.bar_nm is None:
            raise RecipeError("--scale-bar-px: wanted together with --scale-bar-nm, got it alone.")
        if self.nm_per_pixel is not None and self.bar_nm is not None:
            raise RecipeError("--nm-per-pixel: wanted either it or --scale-bar-nm, got both.")


def read_image(
    path: Path, scale: Scale, crop: tuple[int, int, int, int] | None = None, masks: Sequence[Rectangle] = ()
) -> Micrograph:
    """A micrograph and its scale; RecipeError says in one sentence what is wrong with the file.

    masks: (x, y, width, height) in pixels of the whole picture, to be left out.
    """
    where = path.name
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path) as opened:
                kind = KINDS.get(opened.format or "")
                if kind is None:
                    raise RecipeError(f"{where}: wanted a TIFF, PNG or JPEG image, got {opened.format}.")
                _small_enough(opened.size, where)
                tagged = tiff_nm_per_pixel(path, where) if kind == "TIFF" else png_nm_per_pixel(opened)
                pixels = _unpacked(path, opened, kind, where)
    except RecipeError:
        raise
    except UnidentifiedImageError:
        tagged, pixels = _by_tifffile_alone(path, where)
    except MemoryError:
        raise RecipeError(f"{where}: wanted an image that fits into memory, got one that does not.") from None
    except Exception as error:  # decoders of broken files raise whatever they meet
        raise RecipeError(f"{where}: wanted a whole image, got a damaged one ({_short(error)}).") from None
    grey = _grey(pixels, where)
    marks = _masked(grey.shape, masks, where)
    if crop is not None:
        grey, marks = _cropped(grey, crop, where), _cropped(marks, crop, where)
    _worth_counting(grey, where)
    return _scaled(grey, marks, scale, tagged, where)


def _small_enough(size: tuple[int, ...], where: str) -> None:
    if size[0] * size[1] > MOST_PIXELS:
        raise RecipeError(f"{where}: wanted at most {MOST_PIXELS} pixels, got {size[0]} x {size[1]}.")


def _unpacked(path: Path, opened: Image.Image, kind: str, where: str) -> np.ndarray:
    """The pixels. Packed TIFF goes through Pillow, whose buffers have the size that the header says."""
    if kind == "TIFF":
        with tifffile.TiffFile(path) as file:
            page = _only_page(file, where)
            if page.compression == 1 and page.photometric in (0, 1, 2):
                found = np.asarray(page.asarray())
                return found.max() - found if page.photometric == 0 else found
    if opened.mode == "P":
        opened = opened.convert("RGBA" if "transparency" in opened.info else "RGB")
    if opened.mode in ("1", "CMYK", "YCbCr", "LAB", "HSV"):
        if opened.mode == "CMYK":
            raise RecipeError(f"{where}: wanted an image in shades of grey, got one in the printing colours CMYK.")
        opened = opened.convert("L" if opened.mode == "1" else "RGB")
    return np.asarray(opened)


def _by_tifffile_alone(path: Path, where: str) -> tuple[float | None, np.ndarray]:
    """TIFF that Pillow does not know (64-bit offsets, floats of 64 bits): only if it is not packed."""
    with path.open("rb") as file:
        head = file.read(4)
    if head[:2] not in (b"II", b"MM"):
        raise RecipeError(f"{where}: wanted a TIFF, PNG or JPEG image or a table, got something else.")
    try:
        with tifffile.TiffFile(path) as opened:
            page = _only_page(opened, where)
            _small_enough((page.imagewidth, page.imagelength), where)
            if page.compression != 1:
                raise RecipeError(f"{where}: wanted a TIFF packed in a common way, got compression {page.compression}.")
            return tiff_nm_per_pixel(path, where), np.asarray(page.asarray())
    except RecipeError:
        raise
    except Exception as error:
        raise RecipeError(f"{where}: wanted a whole TIFF image, got a damaged one ({_short(error)}).") from None


def _only_page(file: tifffile.TiffFile, where: str) -> Any:
    pages: list[Any] = list(file.pages[:64])
    full = [page for page in pages if not getattr(page, "is_reduced", False)]
    if len(full) != 1 or len(file.pages) > 64:
        raise RecipeError(f"{where}: wanted one image in the file, got {len(file.pages)}: save the one to be counted.")
    page = full[0]
    if page.imagewidth * page.imagelength > MOST_PIXELS or page.imagedepth != 1:
        raise RecipeError(f"{where}: wanted at most {MOST_PIXELS} pixels, got {page.imagewidth} x {page.imagelength}.")
    return page


def _grey(pixels: np.ndarray, where: str) -> np.ndarray:
    """One channel: three equal ones are grey, an opaque alpha says nothing, anything else is refused."""
    if pixels.ndim == 3 and pixels.shape[-1] in (2, 4):
        if pixels[..., -1].min() != np.iinfo(pixels.dtype).max:
            raise RecipeError(f"{where}: wanted an image without transparency, got one that is partly transparent.")
        pixels = pixels[..., :-1]
    if pixels.ndim == 3 and pixels.shape[-1] == 3:
        if np.any(pixels[..., 0] != pixels[..., 1]) or np.any(pixels[..., 0] != pixels[..., 2]):
            raise RecipeError(f"{where}: wanted an image in shades of grey, got one whose colour channels differ.")
        pixels = pixels[..., 0]
    if pixels.ndim == 3 and pixels.shape[-1] == 1:
        pixels = pixels[..., 0]
    if pixels.ndim != 2 or pixels.dtype.kind not in "buif":
        raise RecipeError(f"{where}: wanted an image in shades of grey, got an array of shape {pixels.shape}.")
    grey = pixels.astype(np.float32)
    if not np.all(np.isfinite(grey)):
        raise RecipeError(f"{where}: wanted finite grey values, got some that are not numbers.")
    return grey


def _masked(shape: tuple[int, ...], masks: Sequence[Rectangle], where: str) -> np.ndarray:
    marks = np.zeros(shape, dtype=bool)
    for x, y, width, height in masks:
        if not (0 <= x < shape[1] and 0 <= y < shape[0] and width > 0 and height > 0):
            raise RecipeError(
                f"--mask: wanted X,Y,WIDTH,HEIGHT inside {where} of {shape[1]} x {shape[0]} pixels, "
                f"got {x},{y},{width},{height}."
            )
        marks[y : y + height, x : x + width] = True
    return marks


def _cropped(grey: np.ndarray, crop: tuple[int, int, int, int], where: str) -> np.ndarray:
    left, top, right, bottom = crop
    if not (0 <= left < right <= grey.shape[1] and 0 <= top < bottom <= grey.shape[0]):
        raise RecipeError(
            f"--crop: wanted LEFT,TOP,RIGHT,BOTTOM inside {where} of {grey.shape[1]} x {grey.shape[0]} pixels, "
            f"got {left},{top},{right},{bottom}."
        )
    return grey[top:bottom, left:right]


def _worth_counting(grey: np.ndarray, where: str) -> None:
    if min(grey.shape) < FEWEST_ACROSS:
        raise RecipeError(
            f"{where}: wanted at least {FEWEST_ACROSS} x {FEWEST_ACROSS} pixels, got {grey.shape[1]} x {grey.shape[0]}."
        )
    if grey.min() == grey.max():
        raise RecipeError(f"{where}: wanted a micrograph, got an image that is {grey.min():g} everywhere.")


def _scaled(grey: np.ndarray, marks: np.ndarray, scale: Scale, tagged: float | None, where: str) -> Micrograph:
    """The option first, then the marked bar of stated length, then the file's own tag."""
    bar = find_bar(grey)
    said, strip = [], strip_marks(grey)
    marks = marks | strip
    if strip.any():
        said.append(f"{where}: a strip of data at the picture's edge was masked before counting")
    if bar is not None:
        marks = marks | bar_marks(grey, bar)
        said.append(f"{where}: the scale bar was masked before counting, objects that touch it are left out")
    if marks.all():
        raise RecipeError(f"{where}: wanted a micrograph beside what is masked, got nothing left of it.")
    clean = painted_over(grey, marks, bar is None or bar.dark)
    masked = marks if marks.any() else None
    if scale.nm_per_pixel is not None:
        return Micrograph(where, clean, scale.nm_per_pixel, "option", bar, said, masked)
    if scale.bar_nm is not None:
        if scale.bar_px is not None:
            return Micrograph(
                where, clean, scale.bar_nm / scale.bar_px, "scale bar, both lengths told", bar, said, masked
            )
        if bar is None:
            raise RecipeError(
                f"{where}: wanted a scale bar (a solid black or white rectangle), found none; give --scale-bar-px too."
            )
        return Micrograph(
            where, clean, scale.bar_nm / bar.length_px, f"scale bar of {bar.length_px:.1f} pixels", bar, said, masked
        )
    if tagged is None:
        raise RecipeError(
            f"{where}: wanted a scale, got an image without one: give --nm-per-pixel, or --scale-bar-nm with the "
            "length of its scale bar."
        )
    return Micrograph(where, clean, tagged, "the file's own tag", bar, said, masked)


def _short(error: Exception) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    return text[:100].rstrip(".")
