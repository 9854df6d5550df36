"""The folder of a count: counts.json, counts.csv, objects.csv, an overlay of each picture, a chart, provenance."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from runs.counting.comparison import Run
from runs.counting.count import CLASSES, Outcome
from runs.counting.tables import write_safe_table
from runs.folder import PROVENANCE, Destination, staged
from runs.interruption import raise_if_came
from runs.provenance import made_here
from runs.store import write_json


def write_count(target: Destination, outcome: Outcome, found: dict[str, Any], run: Run | None) -> Path:
    """Write it all aside and move it into place; nothing is left behind unless all of it was written."""
    from runs.counting.figures import bars as count_bars
    from runs.counting.figures import overlay as count_overlay
    from runs.figures.style import save

    started = datetime.now(UTC)
    with staged(target) as staging:
        folder = staging.folder
        write_json(folder / "counts.json", found)
        write_safe_table(folder / "counts.csv", _table(outcome))
        pictures = [image for image in outcome.images if image.counted is not None]
        if pictures:
            write_safe_table(folder / "objects.csv", _objects(outcome))
            (folder / "overlays").mkdir()
        for at, image in enumerate(pictures, 1):
            raise_if_came()
            assert image.micrograph is not None
            assert image.counted is not None
            overlay = count_overlay.overlay(image.micrograph.image, image.counted)
            count_overlay.save(overlay, folder / "overlays" / f"{at:02d}-{_tidy(image.file)}.png")
        (folder / "figures").mkdir()
        title = f"{outcome.images[0].file}" + (f" and {len(outcome.images) - 1} more" if outcome.images[1:] else "")
        save(count_bars.draw(found, run, title), folder / "figures", "counts")
        write_json(folder / PROVENANCE, made_here(started, {"seed": outcome.asked.seed, "counted": title}))
        raise_if_came()
    return staging.final


def _table(outcome: Outcome) -> dict[str, list[Any]]:
    """One row per image and class: a count table that reads back."""
    rows = [(image.file, name, int(number)) for image in outcome.images
            for name, number in zip(CLASSES, image.counts, strict=True)]  # fmt: skip
    return {
        "sample": ["sample"] * len(rows),
        "image": [row[0] for row in rows],
        "n": [row[1] for row in rows],
        "count": [row[2] for row in rows],
    }


def _objects(outcome: Outcome) -> dict[str, list[Any]]:
    """Every counted object with its place and shape."""
    columns: dict[str, list[Any]] = {"image": []}
    for image in outcome.images:
        if image.counted is None:
            continue
        objects = image.counted.objects
        columns["image"] += [image.file] * len(objects["dots"])
        for name, values in objects.items():
            columns.setdefault(name, []).extend(np.round(values, 4).tolist())
    return columns


def _tidy(file: str) -> str:
    stem = Path(file).stem
    return "".join(c if c.isascii() and (c.isalnum() or c in "_-") else "-" for c in stem).strip("-")[:60] or "image"
