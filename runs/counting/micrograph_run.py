"""From a run folder, a recipe or a mixture to a folder of virtual micrographs."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from assembly import simulate
from assembly.micrograph import Micrograph
from runs.complaints import unknown_key, wrong
from runs.counting.lobes import credible_lobes
from runs.counting.micrographs import render_images, render_mixture, shares_of, true_shares, write_images
from runs.folder import PROVENANCE, Destination, is_ours, staged
from runs.graph_files import read_sources
from runs.interruption import raise_if_came
from runs.provenance import made_here
from runs.recipe import load
from runs.schema import Micrograph as Table
from runs.store import plain, write_json

SAMPLED_CLUSTERS = 400
Progress = Callable[[str, float], None]


def name_of(source: str | None) -> str:
    """What the folder is called after."""
    return "mixture" if source is None else Path(source).expanduser().absolute().stem


def from_mixture(
    mixture: str, diameter_nm: float, dispersion: float, lobe_distance_nm: float | None,
    overrides: Mapping[str, Any], seed: int,
) -> list[Micrograph]:  # fmt: skip
    """Images of stated shares of n-mers. dispersion: relative standard deviation of the diameters.

    lobe_distance_nm: between fused dots; RecipeError where it is farther than dots side by side.
    """
    shares, table = shares_of(mixture), _table(Table(), overrides)
    credible_lobes(lobe_distance_nm, diameter_nm, table.gap_nm)
    return render_mixture(shares, diameter_nm, dispersion, lobe_distance_nm, table, seed)


def from_source(source: str, overrides: Mapping[str, Any], seed: int, progress: Progress) -> list[Micrograph]:
    """Images of the clusters of a run folder, or of a recipe that is simulated for it."""
    folder = Path(source).expanduser()
    if folder.is_dir():
        recipe = load(folder / "recipe.toml") if is_ours(folder) and (folder / "recipe.toml").is_file() else None
        graphs = read_sources((source,), lambda fraction: progress("reading", fraction)).graphs
    else:
        recipe = load(source)
        _table(recipe.micrograph or Table(), overrides)  # complain before the simulation, not after it

        def simulated(fraction: float) -> None:
            raise_if_came()
            progress("simulating", fraction)

        graphs = simulate(recipe.flask(), progress=simulated).graphs(limit=SAMPLED_CLUSTERS)
    raise_if_came()
    table = (recipe.micrograph if recipe is not None else None) or Table()
    progress("rendering", 0.0)
    return render_images(graphs, _table(table, overrides), seed)


def _table(table: Table, overrides: Mapping[str, Any]) -> Table:
    """The table with `--set` laid over it, checked."""
    names = list(Table.model_fields)
    changed = table.model_dump()
    for key, value in overrides.items():
        name = key.removeprefix("micrograph.")
        if name not in names:
            raise unknown_key(key, names)
        changed[name] = float(value) if isinstance(value, int) and value is not True and name != "images" else value
    try:
        return Table.model_validate(changed)
    except ValidationError as failure:
        error = failure.errors()[0]
        name = str(error["loc"][0])
        raise wrong(f"--set {name}", Table.model_fields[name].description or "a value", error["input"]) from None


def write(target: Destination, seen: list[Micrograph], seed: int) -> tuple[Path, dict[str, Any]]:
    """TIFF, PNG, truth, scene and provenance; nothing is left behind unless all of it was written."""
    started = datetime.now(UTC)
    with staged(target) as staging:
        names = write_images(staging.folder, seen)
        told = plain({
            "images": names,
            "scene": {**asdict(seen[0].scene), "noise": seen[0].scene.noise},
            "truth": {"of_particles": true_shares(seen)},
        })  # fmt: skip
        write_json(staging.folder / "micrograph.json", told)
        write_json(staging.folder / PROVENANCE, made_here(started, {"seed": seed}))
        raise_if_came()
    return staging.final, dict(told)
