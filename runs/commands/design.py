"""`qdmer design`: conditions that maximise the dimers, as a bench protocol; or the next experiment."""

import click

from runs.commands.answers import answer, warn
from runs.commands.options import json_option, out_option, set_option, yield_option
from runs.complaints import RecipeError
from runs.progress import with_progress


@click.command(epilog="Example:  qdmer design cds-dimers --max heating.temperature_c=180 --max larger=0.05")
@click.argument("recipe")
@click.option(
    "--max", "most", metavar="KEY=VALUE", multiple=True, help="Upper bound of a knob, or larger=SHARE of n >= 3."
)
@click.option("--min", "least", metavar="KEY=VALUE", multiple=True, help="Lower bound of a knob.")
@yield_option("What to maximise; also of_particles, of_objects, of_assemblies, resolvable.")
@set_option()
@click.option("--temperature-error", type=float, default=2.0, show_default=True, help="Standard deviation in K.")
@click.option("--concentration-error", type=float, default=0.10, show_default=True, help="Share of itself.")
@click.option("--dose-error", type=float, default=0.05, show_default=True, help="Share of itself.")
@click.option("--volume-ml", type=float, default=5.0, show_default=True, help="Volume of the flask.")
@click.option("--absorbance", type=float, help="Of the diluted stock of dots, in a 1 cm cell.")
@click.option("--dilution", type=float, help="How many fold the stock was diluted for that.")
@click.option("--next", "following", metavar="COUNTS", help="Fit these counts, and say what to count next instead.")
@out_option("Keep the design there, with a figure.")
@json_option("the design")
def design(
    recipe: str,
    most: tuple[str, ...],
    least: tuple[str, ...],
    wanted: str,
    settings: tuple[str, ...],
    temperature_error: float,
    concentration_error: float,
    dose_error: float,
    volume_ml: float,
    absorbance: float | None,
    dilution: float | None,
    following: str | None,
    out: str | None,
    as_json: bool,
) -> None:
    """Find the conditions at which RECIPE gives most dimers, and print them as a bench protocol."""
    if dilution is not None and absorbance is None:
        raise RecipeError("--dilution: wanted together with --absorbance, got it alone.")
    from runs.recipe import load
    from runs.recipe_files import setting

    overrides = dict(setting(text) for text in settings)
    if following is not None:
        _next(recipe, following, overrides, as_json)
        return
    checked = load(recipe, overrides)
    from runs.designing.design import Errors, question
    from runs.designing.folder import design_into
    from runs.designing.protocol import Bench
    from runs.designing.report import text

    bounds = (("--max", most), ("--min", least))
    errors = Errors.checked(temperature_error, concentration_error, dose_error)
    most_of, least_of = (dict(setting(text, option) for text in given) for option, given in bounds)
    asked = question(checked, wanted, most_of, least_of, errors)
    if absorbance is None:
        bench = Bench(volume_ml)
    else:
        bench = Bench(volume_ml, absorbance, 1.0 if dilution is None else dilution, measured=True)
    report = with_progress(lambda progress: design_into(asked, bench, out, progress))
    warn(report["warnings"])
    answer(report, as_json, text)


def _next(recipe: str, counts: str, overrides: dict, as_json: bool) -> None:
    from runs.fitting.counts import read_counts
    from runs.fitting.fit import fit_counts
    from runs.store import plain

    table = read_counts(recipe, counts, overrides)
    report = plain(with_progress(lambda progress: fit_counts(table, progress=progress)).report)
    following = report["next"] or {"sentences": ["These counts fix one number only: count at a second temperature."]}
    warn(report["warnings"])
    answer(following, as_json, lambda found: "\n".join(found["sentences"]))
