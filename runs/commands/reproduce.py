"""`qdmer reproduce`: the papers' figures and numbers beside ours."""

import json
import os

import click

from runs.progress import counted


@click.command(epilog="Example:  qdmer reproduce cassidy_3d --out seen  (without a name: all of them, some minutes)")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--out", metavar="DIR", help="The folder to make; without it ./reproduced-<n>, the next free n.")
@click.option("--list", "only_list", is_flag=True, help="Only list the names of the figures.")
@click.option(
    "--workers",
    type=click.IntRange(1, 256),
    default=lambda: min(os.cpu_count() or 1, 256),
    show_default="the cores of this machine",
    help="Figures to work on at a time; changes no result.",
)
@click.option("--force", is_flag=True, help="Replace the --out folder if qdmer made it.")
@click.option("--json", "as_json", is_flag=True, help="Print the claims as JSON, alone on standard output.")
@click.option("--no-figures", is_flag=True, help="Leave out the figures.")
def reproduce(
    names: tuple[str, ...],
    out: str | None,
    only_list: bool,
    workers: int,
    force: bool,
    as_json: bool,
    no_figures: bool,
) -> None:
    """The figures and numbers of Cassidy 2022 and Hamilton 2023 beside ours: claims, verdicts, figures.

    NAME: a figure, or what several names begin with. Interrupted, the same command goes on where it stopped.
    """
    from runs.reproduction import chosen, run_reproduction, stems

    if only_list:
        click.echo("\n".join(stems()))
        return
    wanted = chosen(names)
    from runs.folder import destination

    target = destination(out, "reproduced", force)
    with counted("figures") as progress:
        outcome = run_reproduction(wanted, target, workers, not no_figures, progress)
    if as_json:
        click.echo(json.dumps({"claims": [claim.as_json() for claim in outcome.claims]}, indent=2, allow_nan=False))
    else:
        from runs.claims.table import claims_text

        click.echo(claims_text(outcome.claims))
        click.echo(f"Written to {os.path.relpath(outcome.folder)}{os.sep} (open claims.html first).")
