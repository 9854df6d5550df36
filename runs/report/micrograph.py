"""The page's virtual micrograph: a small field of the run's own clusters; the PNG file carries its own truth."""

import io
import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
from PIL import Image, PngImagePlugin

from runs.complaints import RecipeError
from runs.graph_files import GRAPHS, read_sources
from runs.recipe import Recipe
from runs.schema import Micrograph as Table

if TYPE_CHECKING:
    from assembly.micrograph import Micrograph

FILE, TEXT = "micrograph.png", "qdmer"  # in figures/, and the name of the text chunk that holds the truth
DOTS, SIDE_PX, BAR_PX = 150, 540, 32  # about so many dots in the field; its side; the height of the strip with the bar
COVERAGE = 0.11  # where the recipe names none: more than the command's, so that a small field shows enough; assumed
GREYS = 24  # fewer steps of grey than the noise is wide: a third of the bytes, and nothing to be seen of it
STREAM = 0x7E3  # the run's seed and this number make the picture


def micrograph_png(graphs: Sequence[nx.Graph], recipe: Recipe) -> bytes:
    """The picture of about DOTS dots, scale bar below; the same for the same clusters and seed.

    RecipeError where the clusters have no places, or do not fit on the grid as the recipe's [micrograph] wants it.
    """
    from runs.counting.micrographs import bar_nm, render_images, with_bar  # pages whose picture is there do without

    table = _table(graphs, recipe)
    seed = int(np.random.SeedSequence((recipe.simulation.seed, STREAM)).generate_state(1)[0])
    seen = render_images(graphs, table, seed)[0]
    shown = with_bar(seen, BAR_PX).point([_step(level) for level in range(256)])
    about, buffer = PngImagePlugin.PngInfo(), io.BytesIO()
    about.add_text(
        TEXT,
        json.dumps(
            {**_truth(seen), "bar_nm": bar_nm(seen), "coverage": table.coverage, "largest": max(map(len, graphs))}
        ),
    )
    shown.save(buffer, "png", pnginfo=about, compress_level=6)
    return buffer.getvalue()


def _step(level: int) -> int:
    """The nearest of GREYS steps from black to white."""
    return round(round(level * (GREYS - 1) / 255) * 255 / (GREYS - 1))


def _table(graphs: Sequence[nx.Graph], recipe: Recipe) -> Table:
    """The recipe's own [micrograph], of a field that holds about DOTS dots."""
    asked = recipe.micrograph or Table(coverage=COVERAGE)
    areas = [_area_nm2(dot) for graph in graphs for _, dot in graph.nodes(data=True)]
    side = math.sqrt(DOTS * (sum(areas) / max(len(areas), 1)) / asked.coverage)
    return asked.model_copy(update={"field_nm": side, "nm_per_pixel": side / SIDE_PX, "images": 1})


def _area_nm2(dot: dict[str, Any]) -> float:
    diameter = float(dot.get("diameter_nm", 1.0))
    return math.pi * diameter**2 / 4 + diameter * max((dot.get("length_nm") or 0.0) - diameter, 0.0)


def _truth(seen: "Micrograph") -> dict[str, Any]:
    """What lies in the field, counted by the middle of each object."""
    height, width = seen.image.shape
    x, y, dots = (seen.truth[name] for name in ("x_px", "y_px", "dots"))
    dots = dots[(x > -0.5) & (y > -0.5) & (x < width - 0.5) & (y < height - 0.5)]
    return {
        "nm_per_pixel": seen.nm_per_pixel, "field_nm": width * seen.nm_per_pixel,
        "objects": len(dots), "dots": int(dots.sum()), "dimers": int(np.sum(dots == 2)),
    }  # fmt: skip


def micrograph_of(folder: Path, recipe: Recipe) -> tuple[bytes | None, dict[str, Any], str]:
    """(PNG, its truth, why there is none) of a run folder: the file of figures/, else drawn from its graphs."""
    path = folder / "figures" / FILE
    try:
        if path.is_file():
            png = path.read_bytes()
        elif (folder / GRAPHS).is_file():
            png = micrograph_png(read_sources([str(folder / GRAPHS)]).graphs, recipe)
        else:
            return None, {}, f"this folder holds no {GRAPHS}."
        return png, told_in(png), ""
    except RecipeError as error:
        return None, {}, str(error)


def told_in(png: bytes) -> dict[str, Any]:
    """The truth that the picture carries; RecipeError for a picture that carries none."""
    try:
        with Image.open(io.BytesIO(png)) as picture:
            return dict(json.loads(picture.info[TEXT]))
    except (OSError, KeyError, ValueError, TypeError):
        raise RecipeError(f"figures/{FILE}: wanted a micrograph of qdmer with its truth inside, got another.") from None
