"""`qdmer micrograph`: what the microscope would show of a run, or of a stated mixture."""

from typing import Any

import click

from runs.commands.answers import print_folder, print_json
from runs.commands.options import force_option, json_option, out_option, seed_option, set_option
from runs.complaints import RecipeError


@click.command(
    epilog="Examples:  qdmer micrograph cds-dimers-1 --set coverage=0.1;  "
    "qdmer micrograph --mixture 1=0.4,2=0.6 --diameter-nm 6 --lobe-distance-nm 5"
)
@click.argument("source", required=False, metavar="[DIR|RECIPE]")
@click.option("--mixture", metavar="N=SHARE,...", help="Shares of particles in n-mers, in place of a run.")
@click.option("--diameter-nm", type=float, default=6.0, show_default=True, help="Of the dots, with --mixture.")
@click.option("--size-dispersion", type=float, default=0.05, show_default=True, help="Relative, with --mixture.")
@click.option("--lobe-distance-nm", type=float, metavar="X", help="Between fused dots; without it they touch.")
@click.option("--images", type=click.IntRange(1, 100), metavar="N", help="The same as --set images=N.")
@set_option("Change a key of the table [micrograph].")
@seed_option()
@out_option("The folder to make; without it ./<name>-micrograph-<n>, the next free n.")
@force_option()
@json_option("scene and truth")
def micrograph(
    source: str | None,
    mixture: str | None,
    diameter_nm: float,
    size_dispersion: float,
    lobe_distance_nm: float | None,
    images: int | None,
    settings: tuple[str, ...],
    seed: int,
    out: str | None,
    force: bool,
    as_json: bool,
) -> None:
    """Virtual micrographs of a run folder DIR, of a RECIPE (simulated first), or of a --mixture."""
    if (source is None) == (mixture is None):
        raise RecipeError(
            f"micrograph: wanted one of a run folder, a recipe and --mixture, got "
            f"{'none' if source is None else 'two'} of them."
        )
    if mixture is not None:
        for option, value, least, most in (
            ("--diameter-nm", diameter_nm, 0.5, 1000.0), ("--size-dispersion", size_dispersion, 0.0, 0.3),
            ("--lobe-distance-nm", lobe_distance_nm, 0.0, 1000.0),
        ):  # fmt: skip
            if value is not None and not least <= value <= most:
                raise RecipeError(f"{option}: wanted a number from {least:g} to {most:g}, got {value:g}.")
    from runs.extras import TEM, need

    need("micrograph", "tem", TEM)
    from runs.counting.micrograph_run import from_mixture, from_source, name_of, write
    from runs.folder import destination
    from runs.progress import with_progress
    from runs.recipe_files import setting

    overrides: dict[str, Any] = dict(setting(text) for text in settings)
    if images is not None:
        overrides["images"] = images
    target = destination(out, f"{name_of(source)}-micrograph", force)
    if mixture is not None:
        seen = from_mixture(mixture, diameter_nm, size_dispersion, lobe_distance_nm, overrides, seed)
    else:
        assert source is not None
        chosen = source
        seen = with_progress(lambda progress: from_source(chosen, overrides, seed, progress))
    folder, told = write(target, seen, seed)
    if as_json:
        print_json({"folder": str(folder), **told})
        return
    shares = ", ".join(f"{name}: {100 * share:.1f} %" for name, share in told["truth"]["of_particles"].items())
    click.echo(f"Particles in n-mers, of those in the field: {shares}")
    print_folder(folder, "TIFF to count, PNG to look at")
