"""`qdmer spectra --two-dimensional`: the mixture of a run folder, or graphs from elsewhere."""

import tomllib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from runs.complaints import RecipeError
from runs.folder import PROVENANCE, Destination, is_ours, staged
from runs.graph_files import read_sources
from runs.interruption import raise_if_came
from runs.provenance import made_here
from runs.recipe import first_complaint
from runs.recipe_files import setting
from runs.recipe_table import Table
from runs.spectra.spectra import SEED, Outcome, name_of
from runs.store import plain, write_json, write_netcdf
from runs.two_dimensional.files import write_two_dimensional
from runs.two_dimensional.spectrum import kept_of, spectrum_of
from runs.two_dimensional_asked import asked
from runs.two_dimensional_table import TwoDimensional

TABLE = "two_dimensional"
MOST_LINEAR = 2000  # clusters behind the linear absorption beside
Progress = Callable[[str, float], None]


class _Only(Table):
    """One table, so that complaints name its keys as those of a recipe."""

    two_dimensional: TwoDimensional


def settings_of(source: str, settings: Sequence[str], model: str | None, wt5: bool) -> TwoDimensional:
    """The [two_dimensional] of a run folder's recipe, or the defaults, with --set laid over; checked.

    RecipeError for the first key that is wrong.
    """
    table = _own_table(source)
    for text in settings:
        key, value = setting(text)
        table[key.removeprefix(f"{TABLE}.")] = value
    if model is not None:
        table["model"] = model
    if wt5:
        table["wt5"] = True
    raw = {TABLE: table}
    try:
        found = _Only.model_validate(raw).two_dimensional
    except ValidationError as failure:
        raise first_complaint(failure, raw) from None
    asked(found)
    return found


def _own_table(source: str) -> dict[str, Any]:
    path = Path(source).expanduser()
    if not (path.is_dir() and is_ours(path) and (path / "recipe.toml").is_file()):
        return {}
    try:
        found = tomllib.loads((path / "recipe.toml").read_text(encoding="utf-8")).get(TABLE, {})
    except (OSError, ValueError):
        raise RecipeError(f"{source}: wanted a run folder with a readable recipe.toml, got another.") from None
    return dict(found) if isinstance(found, dict) else {}


def run_two_dimensional(
    sources: tuple[str, ...], settings: TwoDimensional, target: Destination, figures: bool, workers: int,
    progress: Progress,
) -> Outcome:  # fmt: skip
    """Read, compute, draw and write; nothing is left behind unless all of it was written."""
    from runs.spectra.mixtures import spectra_of_mixture

    started = datetime.now(UTC)
    progress("reading", 0.0)
    given = read_sources(sources, lambda fraction: progress("reading", fraction))
    raise_if_came()
    name = name_of(sources[0])
    found = spectrum_of(given.graphs, settings, workers, progress)
    about = found.summary["two_dimensional"]
    mechanisms = tuple(about["coupling"].split(" + ")) if about["model"] in ("site", "band_edge") else ()
    linear, _ = spectra_of_mixture(kept_of(given.graphs, settings)[:MOST_LINEAR], SEED, about["model"], mechanisms)
    summary = plain({"sampled_of": given.sampled_of, **found.summary})
    with staged(target) as staging:
        if figures:
            progress("drawing", 0.0)
            from runs.two_dimensional.figures.all_drawings import draw_all

            (staging.folder / "figures").mkdir()
            draw_all(found, name, staging.folder / "figures")
        raise_if_came()
        write_two_dimensional(staging.folder, found, name)
        write_netcdf(staging.folder / "spectra.nc", linear)
        write_json(staging.folder / "summary.json", summary)
        write_json(staging.folder / PROVENANCE, made_here(started, {"seed": SEED, "workers": workers}))
        raise_if_came()
    return Outcome(staging.final, summary)
