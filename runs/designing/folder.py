"""The folder of a design: the report, what made it, and how the yield falls off around the optimum."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from runs.designing.design import Question, expected
from runs.designing.protocol import Bench
from runs.designing.report import design
from runs.designing.yields import Yielding
from runs.folder import PROVENANCE, destination, staged
from runs.provenance import made_here
from runs.store import plain, write_json

POINTS = 25


def design_into(
    asked: Question, bench: Bench, out: str | None, progress: Callable[[str, float], None]
) -> dict[str, Any]:
    """Design and, where `out` names a new folder, keep it there."""
    if out is None:
        return dict(plain(design(asked, bench, progress)))
    started, target = datetime.now(UTC), destination(out, asked.recipe.stem)
    with staged(target) as staging:
        report: dict[str, Any] = plain(design(asked, bench, progress))
        progress("drawing", 0.0)
        from runs.designing.figures import slices as design_slices
        from runs.figures.style import save

        save(design_slices.draw(asked, report, slices(asked, report["conditions"])), staging.folder, "design")
        write_json(staging.folder / "design.json", report)
        about = {"design_of": asked.recipe.stem, "errors": asdict(asked.errors)}
        write_json(staging.folder / PROVENANCE, made_here(started, about))
    return report


def slices(asked: Question, best: dict[str, float]) -> dict[str, dict[str, list[float]]]:
    """Mean and spread of the wanted yield, and the larger share, along each knob with the others at their best."""
    import numpy as np

    yielding, found = Yielding(asked.recipe), {}
    for key, (low, high) in asked.bounds.items():
        if low == high:
            continue
        along = np.geomspace(low, high, POINTS) if low > 0.0 and high / low > 20.0 else np.linspace(low, high, POINTS)
        rows = [expected(asked, yielding, {**best, key: float(value)}) for value in along]
        mean, spread, larger = (list(column) for column in zip(*rows, strict=True))
        found[key] = {"along": along.tolist(), "mean": mean, "spread": spread, "larger": larger}
    return found
