"""The folder of a fit: what it is a fit of, every simulated share as it is made, and at the end the fit and figures."""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from runs.complaints import RecipeError, Stopped
from runs.fitting.counts import Counts
from runs.fitting.fit import Outcome, fit_counts
from runs.folder import PROGRAM, PROVENANCE, folder_named, is_ours
from runs.provenance import made_here
from runs.store import json_text, plain
from runs.whole_files import write_whole

RESULT, CACHE = "fit.json", "evaluations.jsonl"


def fit_into(
    counts: Counts, likelihood: str, out: str | None, progress: Callable[[str, float], None]
) -> dict[str, Any]:
    """Fit and, where `out` names a folder, keep everything there; the same fit into the same folder goes on.

    KeyboardInterrupt when interrupted, Stopped where the disk is full; what was done is kept.
    """
    if out is None:
        return dict(plain(_fitted(counts, likelihood, None, progress).report))
    started, folder = datetime.now(UTC), _claimed(out, counts, likelihood)
    try:
        outcome = _fitted(counts, likelihood, folder / CACHE, progress)
        report: dict[str, Any] = plain(outcome.report)
        progress("drawing", 0.0)
        _draw(folder, outcome)
        _keep(folder / RESULT, report)
        _keep(folder / PROVENANCE, made_here(started, _about(counts, likelihood)))
    except KeyboardInterrupt:
        raise KeyboardInterrupt(
            f"Interrupted; what was simulated is kept in {out}: run the same command again."
        ) from None
    except OSError as error:
        raise Stopped(
            f"{out} could not be written ({error.strerror or error}); what was simulated is kept there: make room and"
            " run the same command again."
        ) from None
    return report


def _fitted(counts: Counts, likelihood: str, cache: Path | None, progress: Callable[[str, float], None]) -> Outcome:
    return fit_counts(counts, scattered=likelihood == "dirichlet-multinomial", cache=cache, progress=progress)


def _about(counts: Counts, likelihood: str) -> dict[str, Any]:
    rows = [recipe.resolved() for recipe in counts.recipes]
    text = json.dumps(
        [rows, counts.objects.tolist(), likelihood, None if counts.matrix is None else counts.matrix.tolist()]
    )
    return {"fit_of": counts.recipes[0].stem, "digest": hashlib.sha256(text.encode()).hexdigest()}


def _claimed(out: str, counts: Counts, likelihood: str) -> Path:
    """A new folder, or the one of this very fit."""
    folder, about = folder_named(out), _about(counts, likelihood)
    if folder.exists():
        if not folder.is_dir() or not is_ours(folder):
            raise RecipeError(f"--out: wanted a new folder or that of an earlier fit, got {out}, which is neither.")
        if json.loads((folder / PROVENANCE).read_text(encoding="utf-8")).get("digest") != about["digest"]:
            raise RecipeError(f"--out: wanted the folder of this fit, got {out}, which holds another.")
        return folder
    try:
        folder.mkdir()
        _keep(folder / PROVENANCE, {"program": PROGRAM, **about})
    except OSError as error:
        raise RecipeError(f"--out: wanted a folder that can be made, got {out} ({error.strerror}).") from None
    return folder


def _keep(path: Path, value: Any) -> None:
    write_whole(path, json_text(value).encode())


def _draw(folder: Path, outcome: Outcome) -> None:
    from runs.figures.style import save
    from runs.fitting.figures import shares as fit_shares

    save(fit_shares.draw(outcome), folder, "fit_shares")
