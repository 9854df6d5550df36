"""`qdmer sweep`: many conditions of a recipe, resumable, on this machine or on a Dask cluster."""

from typing import Any

import click

from runs.commands.answers import print_json
from runs.commands.options import json_option, no_figures_option, out_option, set_option, workers_option


@click.command(
    epilog="Example:  qdmer sweep cds-map --out map;  qdmer sweep my-sweep.toml --scheduler tcp://node1:8786"
)
@click.argument("sweep_file", metavar="SWEEP")
@out_option("The folder to make or to go on with; without it ./<name of the sweep>.")
@set_option("Set a recipe key, over the sweep's [set].")
@workers_option("Points to work out at a time; changes no result.")
@click.option(
    "--scheduler",
    metavar="URL",
    help="Hand the points to the Dask scheduler at tcp://HOST:PORT or tls://HOST:PORT. A scheduler runs code for"
    " whoever reaches it: keep it on a private network.",
)
@json_option("the outcome")
@no_figures_option()
def sweep(
    sweep_file: str,
    out: str | None,
    settings: tuple[str, ...],
    workers: int,
    scheduler: str | None,
    as_json: bool,
    no_figures: bool,
) -> None:
    """Work out every point of SWEEP (a file or a built-in name: cds-map, cds-dose, cds-knobs).

    Run again it goes on where it was interrupted; finished, it changes nothing. A sweep file names a recipe, what is
    [set] in it, and the [axes]: lists, or ranges {from, to, steps, spacing = "log"}; with [design] random or Sobol
    points over ranges; or a list of [[points]].
    """
    from runs.recipe_files import setting
    from runs.sweeping.folder import sweep_path
    from runs.sweeping.plan import read_plan

    overrides: dict[str, Any] = dict(setting(text) for text in settings)
    plan = read_plan(sweep_file, overrides)
    folder = sweep_path(out, plan.stem)
    from runs.progress import counted
    from runs.sweeping.sweep import sweep as work_out

    with counted("points") as progress:
        outcome = work_out(
            plan, folder, workers=workers, scheduler=scheduler, figures=not no_figures, progress=progress
        )
    if as_json:
        found = {"folder": str(outcome.folder), "file": str(outcome.result), "points": outcome.points,
                 "computed": outcome.computed, "maxima": outcome.maxima}  # fmt: skip
        print_json(found)
        return
    from runs.sweeping.text import outcome_text

    click.echo(outcome_text(outcome))
