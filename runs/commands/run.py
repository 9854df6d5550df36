"""`qdmer run`: simulate a recipe and write its run folder."""

from typing import Any

import click

from runs.commands.answers import print_folder, print_json, warn
from runs.commands.options import force_option, json_option, no_figures_option, out_option, set_option, workers_option
from runs.progress import with_progress


@click.command(epilog="Example:  qdmer run cds-dimers --out hot --set heating.temperature_c=210")
@click.argument("recipe")
@out_option("The run folder to make; without it ./<recipe>-<n>, the next free n.")
@set_option("Change a key, e.g. dots.CdS.diameter_nm=5.")
@click.option("--seed", type=int, help="The same as --set simulation.seed=N.")
@workers_option("Replicas to run at a time; changes no result.")
@force_option("Replace the --out folder if it is an earlier run of qdmer.")
@json_option("the summary")
@no_figures_option()
def run(
    recipe: str,
    out: str | None,
    settings: tuple[str, ...],
    seed: int | None,
    workers: int,
    force: bool,
    as_json: bool,
    no_figures: bool,
) -> None:
    """Simulate RECIPE (a file or a built-in name), write the run folder, print the yields."""
    from runs.folder import destination
    from runs.recipe_files import setting

    overrides: dict[str, Any] = dict(setting(text) for text in settings)
    if seed is not None:
        overrides["simulation.seed"] = seed
    from runs.recipe import load

    checked = load(recipe, overrides)
    target = destination(out, checked.stem, force)
    from runs.pipeline import run as run_recipe

    outcome = with_progress(
        lambda progress: run_recipe(checked, target, workers=workers, figures=not no_figures, progress=progress)
    )
    warn(outcome.summary["warnings"])
    if as_json:
        print_json({"folder": str(outcome.folder), **outcome.summary})
    else:
        from runs.yields_text import yields_text

        click.echo(yields_text(outcome.summary))
        if "two_dimensional" in outcome.summary:
            from runs.two_dimensional.words import two_dimensional_text

            click.echo(two_dimensional_text(outcome.summary))
        print_folder(outcome.folder, "open report.html first")
