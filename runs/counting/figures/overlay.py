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
SMALLEST_DOT = 20.0  # pixels across
STRIP = 34  # height of the legend


def overlay(image: np.ndarray, counted: Counted) -> Image.Image:
    """The picture, image (height, width), with outlines and numbers.

    Objects without an outline were left out (border, mask or dust).
    """
    low, high = np.percentile(image, (0.5, 99.5))
    grey = np.clip(255.0 * (image - low) / max(float(high - low), 1e-9), 0, 255).astype(np.uint8)
    across = max(1.0, counted.dot_diameter_nm[0] / counted.nm_per_pixel)
    wanted = max(SMALLEST_SIDE / max(grey.shape), SMALLEST_DOT / across)
    times = max(1, min(math.ceil(wanted), LARGEST_SIDE // max(grey.shape)))
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
    return _written(colours, counted, dots, times)


def save(picture: Image.Image, path: Path) -> None:
    """As PNG."""
    picture.save(path, optimize=False)


def _written(colours: np.ndarray, counted: Counted, dots: np.ndarray, times: int) -> Image.Image:
    """Numbers on every object of more than one dot, and a legend below."""
    height, width = colours.shape[:2]
    made = Image.new("RGB", (width, height + STRIP), "white")
    made.paste(Image.fromarray(colours), (0, 0))
    pen, font = ImageDraw.Draw(made), ImageFont.load_default(size=15)
    small = ImageFont.load_default(size=12)
    for x, y, n in zip(counted.objects["x_px"], counted.objects["y_px"], counted.objects["dots"], strict=True):
        if n > 1:
            at = ((float(x) + 0.5) * times, (float(y) + 0.5) * times)
            pen.text(at, str(int(n)), fill="white", font=small, anchor="mm", stroke_width=1, stroke_fill="black")
    place = 10
    for n, name in LEGEND.items():
        pen.rectangle((place, height + 10, place + 14, height + 24), outline=COLOURS[n], width=3)
        text = f"{name}: {int((dots == n).sum())}"
        pen.text((place + 20, height + 17), text, fill="black", font=font, anchor="lm")
        place += 34 + round(pen.textlength(text, font=font))
    pen.text(
        (place + 10, height + 17),
        "no outline: left out" + (", shaded: masked" if counted.segmented.masked is not None else ""),
        fill="black",
        font=font,
        anchor="lm",
    )
    return made


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
