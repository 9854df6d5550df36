"""`qdmer sensitivity`: which knob the yield hangs on."""

import click

from runs.commands.answers import answer
from runs.commands.options import json_option, out_option, set_option, yield_option
from runs.progress import with_progress


@click.command(epilog="Example:  qdmer sensitivity cds-dimers --range heating.temperature_c=5 --out knobs")
@click.argument("recipe")
@yield_option("Which yield.")
@click.option(
    "--range",
    "widths",
    metavar="KEY=WIDTH",
    multiple=True,
    help="How far a knob goes to either side: in K for the temperature, a share of itself for the others.",
)
@set_option()
@click.option("--samples", type=int, help="Rows of the design, a power of two; knobs + 2 evaluations a row.")
@out_option("Keep the indices there, with a bar chart.")
@json_option("the indices")
def sensitivity(
    recipe: str,
    wanted: str,
    widths: tuple[str, ...],
    settings: tuple[str, ...],
    samples: int | None,
    out: str | None,
    as_json: bool,
) -> None:
    """Rank the knobs of RECIPE by the share of the dimer yield's variance that they make (Sobol' indices)."""
    from datetime import UTC, datetime

    from runs.folder import PROVENANCE, destination, staged
    from runs.recipe import load
    from runs.recipe_files import setting

    started = datetime.now(UTC)
    checked = load(recipe, dict(setting(text) for text in settings))
    target = None if out is None else destination(out, checked.stem)
    from runs.designing.sensitivity import sensitivity as indices
    from runs.designing.sensitivity import text
    from runs.store import plain, write_json

    spread = dict(setting(given, "--range") for given in widths)
    report = plain(with_progress(lambda progress: indices(checked, wanted, spread, samples, progress)))
    if target is not None:
        from runs.designing.figures import sobol_indices
        from runs.figures.style import save
        from runs.provenance import made_here

        with staged(target) as staging:
            save(sobol_indices.draw(report, checked.title), staging.folder, "sensitivity")
            write_json(staging.folder / "sensitivity.json", report)
            write_json(staging.folder / PROVENANCE, made_here(started, {"sensitivity_of": checked.stem}))
    answer(report, as_json, text)
