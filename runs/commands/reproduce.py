"""`qdmer reproduce`: the papers' figures and numbers beside ours."""

import click

from runs.commands.answers import print_folder, print_json
from runs.commands.options import force_option, json_option, no_figures_option, out_option, workers_option
from runs.progress import counted


@click.command(epilog="Example:  qdmer reproduce cassidy_3d --out seen  (without a name: all of them, some minutes)")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@out_option("The folder to make; without it ./reproduced-<n>, the next free n.")
@click.option("--list", "only_list", is_flag=True, help="Only list the names of the figures.")
@workers_option("Figures to work on at a time; changes no result.")
@force_option()
@json_option("the claims")
@no_figures_option()
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
        print_json({"claims": [claim.as_json() for claim in outcome.claims]})
    else:
        from runs.claims.table import claims_text

        click.echo(claims_text(outcome.claims))
        print_folder(outcome.folder, "open claims.html first")
