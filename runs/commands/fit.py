"""`qdmer fit`: kinetic parameters from measured counts."""

import click

from runs.commands.answers import answer, warn
from runs.commands.options import json_option, out_option, set_option
from runs.progress import with_progress


@click.command(epilog="Example:  qdmer fit cds-dimers counts.csv --out cds-fit")
@click.argument("recipe")
@click.argument("counts")
@set_option()
@click.option("--matrix", metavar="FILE", help="JSON of qdmer count with P(counted k | true n), for raw counts.")
@click.option(
    "--likelihood",
    type=click.Choice(["multinomial", "dirichlet-multinomial"]),
    default="multinomial",
    show_default=True,
    help="Objects drawn one by one, or with shares that scatter from sample to sample.",
)
@out_option("Keep the fit there, with figures; run again, it goes on where it stopped.")
@json_option("the fit")
def fit(
    recipe: str,
    counts: str,
    settings: tuple[str, ...],
    matrix: str | None,
    likelihood: str,
    out: str | None,
    as_json: bool,
) -> None:
    """Fit COUNTS (CSV: dotted keys of RECIPE, then n1,n2,n3,n4+; one row a condition) to the kinetics of RECIPE."""
    from runs.fitting.counts import read_counts
    from runs.recipe_files import setting

    table = read_counts(recipe, counts, dict(setting(text) for text in settings), matrix)
    from runs.fitting.folder import fit_into
    from runs.fitting.words import text

    report = with_progress(lambda progress: fit_into(table, likelihood, out, progress))
    warn(report["warnings"])
    answer(report, as_json, text)
