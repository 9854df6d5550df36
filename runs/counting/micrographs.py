"""Virtual micrographs as files: 16-bit TIFF that knows its scale, PNG with a scale bar, and the truth beside them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from assembly.micrograph import Micrograph, Molecules, Scene, from_graphs, mixture, render
from runs.complaints import RecipeError, shown
from runs.counting.tables import write_safe_table
from runs.schema import Micrograph as Table

NM_PER_CM = 1e7
ROUND_LENGTHS_NM = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000)
MOST_PIXELS_A_SIDE = 8192


def render_images(graphs: Sequence[nx.Graph], table: Table, seed: int) -> list[Micrograph]:
    """Images of the clusters of a run, drawn by their weights.

    RecipeError where they cannot be deposited as the table says.
    """
    diameter = float(np.mean([dot["diameter_nm"] for graph in graphs for _, dot in graph.nodes(data=True)]))
    try:
        molecules, weights = from_graphs(graphs)
    except ValueError as error:
        raise RecipeError(f"micrograph: {' '.join(str(error).split())}.") from None
    return _rendered(molecules, weights, scene_of(table, diameter), table.images, seed)


def render_mixture(
    shares: dict[int, float], diameter_nm: float, dispersion: float, lobe_distance_nm: float | None, table: Table,
    seed: int,
) -> list[Micrograph]:  # fmt: skip
    """Images of a stated mixture of n-mers; shares of particles. RecipeError where they cannot be made or deposited.

    dispersion: relative standard deviation of the diameters.
    """
    try:
        molecules, weights = mixture(
            shares, diameter_nm, np.random.default_rng(seed), size_dispersion=dispersion,
            lobe_distance_nm=lobe_distance_nm,
        )  # fmt: skip
    except ValueError as error:
        raise RecipeError(f"--mixture: {' '.join(str(error).split())}.") from None
    return _rendered(molecules, weights, scene_of(table, diameter_nm), table.images, seed)


def scene_of(table: Table, diameter_nm: float) -> Scene:
    """The recipe's table as the engine takes it. RecipeError for a field of too few or too many pixels."""
    side = round(table.field_nm / table.nm_per_pixel)
    if not 16 <= side <= MOST_PIXELS_A_SIDE:
        raise RecipeError(
            f"micrograph.field_nm: wanted a field of 16 to {MOST_PIXELS_A_SIDE} pixels a side, got {side}."
        )
    return Scene(
        nm_per_pixel=table.nm_per_pixel, height_px=side, width_px=side, coverage=table.coverage, gap_nm=table.gap_nm,
        attraction=table.attraction, tilt_deg=table.tilt_deg, blur_nm=table.blur_nm, contrast=table.contrast,
        contrast_spread=table.contrast_spread, diameter_nm=diameter_nm, dose_per_nm2=table.dose_per_nm2,
        gradient=table.gradient,
    )  # fmt: skip


def _rendered(molecules: Molecules, weights: np.ndarray, scene: Scene, images: int, seed: int) -> list[Micrograph]:
    try:
        streams = np.random.SeedSequence(seed).spawn(images)
        return [render(molecules, weights, scene, np.random.default_rng(stream)) for stream in streams]
    except ValueError as error:
        raise RecipeError(f"micrograph.{' '.join(str(error).split())}.") from None


def write_images(folder: Path, images: Sequence[Micrograph]) -> list[str]:
    """micrograph-NN.tif and .png of every image, and their truth in one table; returns the names of the TIFF files."""
    columns: dict[str, list[Any]] = {"image": [], "dots": [], "x_px": [], "y_px": [], "cut_by_border": []}
    names = []
    for number, seen in enumerate(images, 1):
        name = f"micrograph-{number:02d}.tif"
        write_tiff(folder / name, seen)
        with_bar(seen).save((folder / name).with_suffix(".png"))
        columns["image"] += [name] * len(seen.truth["dots"])
        columns["dots"] += seen.truth["dots"].tolist()
        columns["x_px"] += np.round(seen.truth["x_px"], 2).tolist()
        columns["y_px"] += np.round(seen.truth["y_px"], 2).tolist()
        columns["cut_by_border"] += seen.truth["partial"].astype(int).tolist()
        names.append(name)
    write_safe_table(folder / "micrograph_truth.csv", columns)
    return names


def write_tiff(path: Path, seen: Micrograph) -> None:
    """16 bits a pixel, background near 45 000, pixels per centimetre in the resolution tag."""
    import tifffile  # of the extra `tem`; pictures without a TIFF do without it

    per_cm = NM_PER_CM / seen.nm_per_pixel
    tifffile.imwrite(
        path, seen.as_uint16(), resolution=(per_cm, per_cm), resolutionunit="CENTIMETER", photometric="minisblack",
        software="qdmer", metadata=None,
    )  # fmt: skip


def with_bar(seen: Micrograph, strip_px: int | None = None) -> Image.Image:
    """The picture in 8 bits with a scale bar of a round length, about a fifth of the field, in a strip below it."""
    low, high = np.percentile(seen.image, (0.1, 99.9))
    grey = np.clip(255.0 * (seen.image - low) / max(float(high - low), 1e-9), 0, 255).astype(np.uint8)
    height, width = grey.shape
    length = bar_nm(seen)
    strip = max(24, height // 30) if strip_px is None else strip_px
    made = Image.new("L", (width, height + strip), 255)
    made.paste(Image.fromarray(grey), (0, 0))
    pen, font = ImageDraw.Draw(made), ImageFont.load_default(size=max(12, round(0.6 * strip)))
    left, bar = round(0.02 * width), round(length / seen.nm_per_pixel)
    middle = height + strip // 2
    pen.rectangle((left, middle - strip // 8, left + bar - 1, middle + strip // 8), fill=0)
    text = f"{length} nm" if length < 1000 else f"{length / 1000:g} µm"
    pen.text((left + bar + strip // 3, middle), text, fill=0, font=font, anchor="lm")
    return made


def bar_nm(seen: Micrograph) -> int:
    """The round length of its scale bar."""
    field = seen.image.shape[1] * seen.nm_per_pixel
    return max((x for x in ROUND_LENGTHS_NM if x <= field / 4.0), default=ROUND_LENGTHS_NM[0])


def true_shares(images: Sequence[Micrograph]) -> dict[str, float]:
    """Realised shares of particles in all images, of clusters whose middle is in the field."""
    weights = np.array([max(1.0, float(seen.truth["dots"].sum())) for seen in images])
    rows = [seen.of_particles() for seen in images]
    return {name: float(np.average([row[name] for row in rows], weights=weights)) for name in rows[0]}


def shares_of(text: str) -> dict[int, float]:
    """`1=0.4,2=0.55,3=0.05` as shares of particles. RecipeError for anything else."""
    found: dict[int, float] = {}
    for part in text.split(","):
        n, equals, share = part.partition("=")
        try:
            dots, value = int(n), float(share)
        except ValueError:
            dots, value = 0, -1.0
        if not equals or not 1 <= dots <= 20 or not 0.0 <= value <= 1e9 or dots in found:
            raise RecipeError(f"--mixture: wanted n=share with commas, as in 1=0.4,2=0.6, got {shown(text)}.")
        found[dots] = value
    if not sum(found.values()) > 0:
        raise RecipeError("--mixture: wanted a share above 0, got none.")
    return found
