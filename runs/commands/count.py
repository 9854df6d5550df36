"""`qdmer count`: n-mer fractions from micrographs or tables, corrected, compared with a run, and planned."""

import click

from runs.commands.answers import answer, warn
from runs.commands.options import force_option, json_option, out_option, seed_option, set_option, workers_option
from runs.complaints import RecipeError
from runs.progress import with_progress


@click.command(
    epilog="Examples:  qdmer count a.tif b.tif --lobe-distance-nm 4.9 --out counted;  "
    "qdmer count a.tif --mask 0,1900,600,148;  "
    "qdmer count particles.csv --table-units px --nm-per-pixel 0.25;  qdmer count --plan 0.55 --within 0.05"
)
@click.argument("files", nargs=-1, metavar="FILE...")
@click.option("--nm-per-pixel", type=float, metavar="X", help="Pixel size; without it that of the file's own tag.")
@click.option("--scale-bar-nm", type=float, metavar="X", help="Length of the marked scale bar, which is looked for.")
@click.option("--scale-bar-px", type=float, metavar="X", help="Its length in pixels, where it is not found.")
@click.option("--crop", metavar="L,T,R,B", help="Count only this part of the picture, in pixels from its upper left.")
@click.option(
    "--mask", "masks", metavar="X,Y,W,H", multiple=True, help="Leave out this rectangle: lettering, a tear, a stain."
)
@click.option("--table-units", type=click.Choice(["nm", "px", "um"]), help="Units of a particle table.")
@click.option("--sample", metavar="NAME", help="The sample to take from a count table that holds several.")
@click.option("--lobe-distance-nm", type=float, metavar="X", help="Between the centres of a dimer's two lobes.")
@click.option("--gap-nm", type=float, metavar="X", help="Ligand gap between dots that only lie side by side.")
@click.option("--raw", is_flag=True, help="Count without correcting.")
@set_option("Fix a choice, e.g. threshold=0.4.")
@seed_option("Of the correction.")
@workers_option("Virtual micrographs to make at a time; changes no result.")
@click.option("--against", metavar="DIR", help="A run folder to compare with; its lobe distance is used too.")
@click.option("--plan", type=float, metavar="SHARE", help="How much to count for this dimer share of particles.")
@click.option("--within", type=float, metavar="H", help="Half-width of the 95 % interval wanted, with --plan.")
@out_option("Write counts, overlays and a chart into this new folder.")
@force_option()
@json_option("the results")
def count(
    files: tuple[str, ...],
    nm_per_pixel: float | None,
    scale_bar_nm: float | None,
    scale_bar_px: float | None,
    crop: str | None,
    masks: tuple[str, ...],
    table_units: str | None,
    sample: str | None,
    lobe_distance_nm: float | None,
    gap_nm: float | None,
    raw: bool,
    settings: tuple[str, ...],
    seed: int,
    workers: int,
    against: str | None,
    plan: float | None,
    within: float | None,
    out: str | None,
    force: bool,
    as_json: bool,
) -> None:
    """Count the dots of each object in FILEs, images or tables of one sample, and correct the count."""
    _consistent(files, plan, within, out, against)
    from runs.extras import TEM, need

    need("count", "tem", TEM)
    from runs.counting.count import Asked, choices_of, run_count
    from runs.counting.images import Scale
    from runs.counting.text import count_text, plan_text
    from runs.folder import destination

    for option, value in (("--lobe-distance-nm", lobe_distance_nm), ("--gap-nm", gap_nm)):
        if value is not None and not 0.0 <= value <= 1e4:
            raise RecipeError(f"{option}: wanted a length from 0 to 10000 nm, got {value:g}.")
    target = destination(out, "counted", force) if out is not None else None
    run = None
    if against is not None:
        from runs.counting.comparison import read_run

        run = read_run(against)
        lobe_distance_nm = run.lobe_distance_nm if lobe_distance_nm is None else lobe_distance_nm
    outcome = found = comparison = None
    if files:
        asked = Asked(
            Scale(nm_per_pixel, scale_bar_nm, scale_bar_px), choices_of(settings), _crop(crop), table_units, sample,
            lobe_distance_nm, gap_nm, raw or plan is not None, seed, workers, tuple(map(_mask, masks)),
        )  # fmt: skip
        outcome = with_progress(lambda progress: run_count(files, asked, progress))
        found = outcome.as_json()
    if plan is not None:
        from runs.counting.plan import planned

        what = planned(plan, within, outcome)
        answer({"plan": what}, as_json, lambda found: plan_text(found["plan"]))
        return
    assert outcome is not None
    assert found is not None
    if run is not None:
        from runs.counting.comparison import compared

        comparison = compared(outcome, run)
        found["comparison"] = comparison
    if target is not None:
        from runs.counting.folder import write_count

        found["folder"] = str(write_count(target, outcome, found, run))
    warn(f"{sentence}." for sentence in outcome.warnings)
    answer(found, as_json, count_text)


def _consistent(
    files: tuple[str, ...], plan: float | None, within: float | None, out: str | None, against: str | None
) -> None:
    if (plan is None) != (within is None):
        raise RecipeError("--plan: wanted together with --within, got one of the two alone.")
    if plan is None and not files:
        raise RecipeError("FILE...: wanted at least one image or table, got none.")
    if plan is not None and (out is not None or against is not None):
        raise RecipeError("--plan: wanted without --out and --against, got it with one of them.")


def _crop(text: str | None) -> tuple[int, int, int, int] | None:
    return None if text is None else _four(text, "--crop", "LEFT,TOP,RIGHT,BOTTOM")


def _mask(text: str) -> tuple[int, int, int, int]:
    return _four(text, "--mask", "X,Y,WIDTH,HEIGHT")


def _four(text: str, option: str, names: str) -> tuple[int, int, int, int]:
    parts = [part.strip() for part in text.split(",")]
    if len(parts) != 4 or not all(part.isdecimal() and len(part) < 7 for part in parts):
        raise RecipeError(f"{option}: wanted four whole numbers {names}, got {text[:60]!r}.")
    a, b, c, d = map(int, parts)
    return a, b, c, d
