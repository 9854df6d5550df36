"""The picture that was counted, every object outlined in the colour of its number of dots, for a person to check."""

import math
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from scipy import ndimage
from skimage.segmentation import find_boundaries

from assembly.counting import Counted
from runs.figures.style import BLUE, GREEN, ORANGE, PURPLE, VERMILION

COLOURS = {1: BLUE, 2: VERMILION, 3: GREEN, 4: ORANGE}
LEGEND = {1: "1 dot", 2: "2", 3: "3", 4: "4 or more"}

SMALLEST_SIDE, LARGEST_SIDE = 1000, 4096  # pixels: smaller pictures, and small dots, are enlarged
LARGEST_RAW_SIDE = 3000  # without numbers on discs there is less to make room for, and raw counts are to be quick
SMALLEST_DOT = 20.0  # pixels across
STRIP = 34  # height of the legend
DISC = 8  # radius of the disc behind a number of the correction


def overlay(image: np.ndarray, counted: Counted, likeliest: np.ndarray | None = None) -> Image.Image:
    """The picture, image (height, width), with outlines and numbers.

    Objects without an outline were left out (border, mask or dust). Outlines tell the raw count; likeliest (objects,
    3), of `Corrected`: x and y in pixels and the likeliest number of dots, on a disc of its colour where it is not 1.
    """
    low, high = np.percentile(image, (0.5, 99.5))
    grey = np.clip(255.0 * (image - low) / max(float(high - low), 1e-9), 0, 255).astype(np.uint8)
    across = max(1.0, counted.dot_diameter_nm[0] / counted.nm_per_pixel)
    wanted = max(SMALLEST_SIDE / max(grey.shape), SMALLEST_DOT / across)
    side = LARGEST_RAW_SIDE if likeliest is None else LARGEST_SIDE
    times = max(1, min(math.ceil(wanted), side // max(grey.shape)))
    labels = (
        np.kron(counted.labels, np.ones((times, times), dtype=counted.labels.dtype)) if times > 1 else counted.labels
    )
    big = np.asarray(
        Image.fromarray(grey).resize((grey.shape[1] * times, grey.shape[0] * times), Image.Resampling.BICUBIC)
    )
    colours = np.stack([big] * 3, axis=-1)
    masked = counted.segmented.masked
    if masked is not None:
        shaded = np.kron(masked, np.ones((times, times), dtype=bool))
        colours[shaded] = (0.5 * colours[shaded] + 0.5 * np.array(_rgb(PURPLE))).astype(np.uint8)
    dots = np.minimum(np.asarray(counted.objects["dots"], dtype=int), 4)
    edges = find_boundaries(labels, mode="inner")
    if times > 1:
        edges = ndimage.binary_dilation(edges) & (labels > 0)
    owner = labels[edges]
    palette = np.array([[0, 0, 0], *[_rgb(COLOURS[n]) for n in (1, 2, 3, 4)]], dtype=np.uint8)
    colours[edges] = palette[dots[owner - 1]]
    return _written(colours, counted, dots, times, likeliest)


def save(picture: Image.Image, path: Path) -> None:
    """As PNG; noise hardly shrinks, and at the usual effort would take longer than all of the counting."""
    picture.save(path, compress_level=1)


def _written(
    colours: np.ndarray, counted: Counted, dots: np.ndarray, times: int, likeliest: np.ndarray | None
) -> Image.Image:
    """Numbers on every object of more than one dot, counted or, where it was corrected, likely; and a legend below."""
    height, width = colours.shape[:2]
    made = Image.new("RGB", (width, height + STRIP * (1 if likeliest is None else 2)), "white")
    made.paste(Image.fromarray(colours), (0, 0))
    pen, font = ImageDraw.Draw(made), ImageFont.load_default(size=15)
    small = ImageFont.load_default(size=12)
    columns = [counted.objects[name] for name in ("x_px", "y_px", "dots")]
    for x, y, n in zip(*(columns if likeliest is None else likeliest.T), strict=True):
        if n > 1:
            at = ((float(x) + 0.5) * times, (float(y) + 0.5) * times)
            if likeliest is not None:
                pen.circle(at, DISC, fill=COLOURS[int(n)], outline="black")
            pen.text(at, str(int(n)), fill="white", font=small, anchor="mm", stroke_width=1, stroke_fill="black")
    place = 10
    for n, name in LEGEND.items():
        pen.rectangle((place, height + 10, place + 14, height + 24), outline=COLOURS[n], width=3)
        text = f"{name}: {int((dots == n).sum())}"
        pen.text((place + 20, height + 17), text, fill="black", font=font, anchor="lm")
        place += 34 + round(pen.textlength(text, font=font))
    said = "no outline: left out" + (", shaded: masked" if counted.segmented.masked is not None else "")
    if likeliest is not None:
        numbers = ", ".join(f"{n}: {int((likeliest[:, 2] == n).sum())}" for n in LEGEND)
        below = f"outlines: counted; numbers on discs: likeliest after correction ({numbers})"
        pen.text((10, height + STRIP + 14), below, fill="black", font=font, anchor="lm")
    pen.text(
        (place + 10, height + 17),
        said,
        fill="black",
        font=font,
        anchor="lm",
    )
    return made


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
