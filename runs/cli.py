"""The command `qdmer`. Everything heavy is imported inside the commands, so that --help answers at once."""

import json
import os
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

import click

from runs.complaints import RecipeError

DONE, FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130
Result = TypeVar("Result")
ROOMS = ("physics", "assembly", "runs")


def _version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        from runs.version import version

        click.echo(f"qdmer {version()}")
        context.exit()


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Example:  qdmer run cds-dimers --set heating.temperature_c=210",
)
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version.")
def cli() -> None:
    """From the flask to the spectrum: which quantum-dot molecules form, and what they absorb."""


@cli.command(epilog="Example:  qdmer run cds-dimers --out hot --set heating.temperature_c=210")
@click.argument("recipe")
@click.option("--out", metavar="DIR", help="The run folder to make; without it ./<recipe>-<n>, the next free n.")
@click.option(
    "--set", "settings", metavar="KEY=VALUE", multiple=True, help="Change a key, e.g. dots.CdS.diameter_nm=5."
)
@click.option("--seed", type=int, help="The same as --set simulation.seed=N.")
@click.option(
    "--workers",
    type=click.IntRange(1, 256),
    default=lambda: min(os.cpu_count() or 1, 256),
    show_default="the cores of this machine",
    help="Replicas to run at a time; changes no result.",
)
@click.option("--force", is_flag=True, help="Replace the --out folder if it is an earlier run of qdmer.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON, alone on standard output.")
@click.option("--no-figures", is_flag=True, help="Leave out the figures.")
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

    outcome = _with_progress(
        lambda progress: run_recipe(checked, target, workers=workers, figures=not no_figures, progress=progress)
    )
    for sentence in outcome.summary["warnings"]:
        click.echo(f"qdmer: {sentence}", err=True)
    if as_json:
        click.echo(json.dumps({"folder": str(outcome.folder), **outcome.summary}, indent=2, allow_nan=False))
    else:
        from runs.report_text import yields_text

        click.echo(yields_text(outcome.summary))
        click.echo(f"Written to {os.path.relpath(outcome.folder)}{os.sep} (open report.html first).")


def _with_progress(work: Callable[[Callable[[str, float], None]], Result]) -> Result:
    """Run `work(progress)` with a bar on a terminal, and with none elsewhere."""
    from tqdm import tqdm

    stages: dict[str, float] = {}
    shape = "{desc:<12}{percentage:3.0f}%|{bar}| {elapsed}<{remaining}"
    with tqdm(total=100, disable=not sys.stderr.isatty(), leave=False, bar_format=shape) as bar:

        def progress(stage: str, fraction: float) -> None:
            if stage not in stages and stages:
                bar.reset()
            stages[stage] = fraction
            bar.set_description(stage, refresh=False)
            bar.update(100 * fraction - bar.n)

        return work(progress)


@cli.command(epilog="Examples:  qdmer spectra cds-dimers-1 --out seen;  qdmer spectra --vf-from-shift 12")
@click.argument("graphs", nargs=-1, metavar="[DIR|GRAPHS]...")
@click.option("--out", metavar="DIR", help="The folder to make; without it ./<name>-spectra-<n>, the next free n.")
@click.option("--model", default="site", show_default=True, help="site, band_edge, two_band or two_band_2s.")
@click.option(
    "--mechanisms",
    metavar="NAMES",
    help="With commas: dipole, charge_transfer, charge_transfer_pairs, fine_structure, shape, shell; or none. "
    "Without it dipole,charge_transfer_pairs (site), dipole,charge_transfer (band_edge).",
)
@click.option("--force", is_flag=True, help="Replace the --out folder if qdmer made it.")
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON, alone on standard output.")
@click.option("--no-figures", is_flag=True, help="Leave out the figures.")
@click.option("--vf-from-shift", type=float, metavar="MEV", help="Only the coupling V_F that causes this red shift.")
@click.option("--detuning-mev", type=float, metavar="MEV", help="Energy between the two dots, for --vf-from-shift.")
@click.option("--coherence-map", is_flag=True, help="Only delocalisation and coherences over size and dispersion.")
def spectra(
    graphs: tuple[str, ...],
    out: str | None,
    model: str,
    mechanisms: str | None,
    force: bool,
    as_json: bool,
    no_figures: bool,
    vf_from_shift: float | None,
    detuning_mev: float | None,
    coherence_map: bool,
) -> None:
    """Spectra of a run folder DIR, or of GRAPHS from elsewhere (node-link JSON or GraphML)."""
    asked = bool(graphs) + (vf_from_shift is not None) + coherence_map
    if asked != 1:
        raise RecipeError(
            "spectra: wanted one of a run folder or graphs, --vf-from-shift and --coherence-map, "
            f"got {'none' if not asked else 'several'} of them."
        )
    if detuning_mev is not None and vf_from_shift is None:
        raise RecipeError("--detuning-mev: wanted together with --vf-from-shift, got it alone.")
    if vf_from_shift is not None:
        from runs.coupling_from_shift import coupling_mev

        found = coupling_mev(vf_from_shift, detuning_mev or 0.0)
        click.echo(json.dumps({"coupling_mev": found}) if as_json else f"V_F = {found:.4g} meV")
        return
    from runs.folder import destination
    from runs.spectra_text import map_text, spectra_text

    if coherence_map:
        target = destination(out, "coherence-map", force)
        from runs.delocalisation_map import run_map

        outcome = _with_progress(lambda progress: run_map(target, not no_figures, progress))
    else:
        from runs.spectra import choices, name_of, run_spectra

        chosen = choices(model, mechanisms)
        target = destination(out, f"{name_of(graphs[0])}-spectra", force)
        outcome = _with_progress(lambda progress: run_spectra(graphs, target, *chosen, not no_figures, progress))
    if as_json:
        click.echo(json.dumps({"folder": str(outcome.folder), **outcome.summary}, indent=2, allow_nan=False))
    else:
        click.echo((map_text if coherence_map else spectra_text)(outcome.summary))
        click.echo(f"Written to {os.path.relpath(outcome.folder)}{os.sep}")


@cli.command(epilog="Example:  qdmer recipes")
@click.option("--json", "as_json", is_flag=True, help="Print names and titles as JSON.")
def recipes(as_json: bool) -> None:
    """List the built-in recipes."""
    import tomllib

    from runs.recipe_files import built_in_names, built_in_text

    titles = {name: str(tomllib.loads(built_in_text(name)).get("title", "")) for name in built_in_names()}
    if as_json:
        click.echo(json.dumps([{"name": name, "title": title} for name, title in titles.items()], indent=2))
        return
    width = max(len(name) for name in titles)
    for name, title in titles.items():
        click.echo(f"{name:<{width}}  {title}")


@cli.command(epilog="Example:  qdmer new my-dots cds-pbs")
@click.argument("name")
@click.argument("recipe", default="cds-dimers")
def new(name: str, recipe: str) -> None:
    """Write NAME.toml, an annotated recipe to edit, from RECIPE (cds-dimers if left out)."""
    from runs.annotated import text
    from runs.recipe import load

    path = Path(name if name.endswith(".toml") else f"{name}.toml")
    if not path.stem or path.stem.startswith("."):
        raise RecipeError(f"NAME: wanted a name for the recipe, got {name!r}.")
    if not path.parent.is_dir():
        raise RecipeError(f"NAME: wanted a file in an existing folder, got {name!r}.")
    content = text(load(recipe), str(path))
    try:
        with open(path, "x", encoding="utf-8") as file:
            file.write(content)
    except FileExistsError:
        raise RecipeError(f"NAME: wanted a file that does not exist yet, got {str(path)!r}.") from None
    click.echo(f"Wrote {path}; run it with: qdmer run {path}")


def strangers() -> list[str]:
    """One sentence for each of our packages that Python would take from somewhere else."""
    home = Path(__file__).resolve().parent.parent
    found = []
    for room in ROOMS:
        spec = find_spec(room)
        where = Path(spec.origin).resolve().parent if spec and spec.origin else None
        if spec is not None and where is None and spec.submodule_search_locations:
            where = Path(next(iter(spec.submodule_search_locations))).resolve()
        if where is None:
            found.append(f"The package {room!r} of qdmer is missing beside {home / 'runs'}; install qdmer again.")
        elif where != home / room:
            found.append(f"The package {room!r} comes from {where} and not from qdmer's own {home}: check PYTHONPATH.")
    return found


def _complain(sentence: str) -> None:
    click.echo(f"qdmer: {' '.join(sentence.split())}", err=True)


def main(arguments: list[str] | None = None) -> None:
    """Entry point: every error is one sentence on standard error, and the exit code says which kind it was."""
    from runs.interruption import listen

    listen()
    for sentence in strangers():
        _complain(sentence)
    sys.exit(exit_code(arguments))


def exit_code(arguments: list[str] | None) -> int:
    """Run the command line (None: that of the process); 0 done, 1 ran and failed, 2 bad input, 130 interrupted."""
    try:
        with cli.make_context("qdmer", sys.argv[1:] if arguments is None else list(arguments)) as context:
            cli.invoke(context)
        sys.stdout.flush()
        return DONE
    except click.exceptions.Exit as leaving:  # --help and --version
        return leaving.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return BAD_INPUT
    except click.ClickException as error:
        _complain(error.format_message())
        return BAD_INPUT
    except RecipeError as error:
        _complain(str(error))
        return BAD_INPUT
    except (KeyboardInterrupt, click.Abort):
        _complain("Interrupted; nothing was left behind.")
        return INTERRUPTED
    except BrokenPipeError:  # `qdmer recipes | head`: nobody reads any further, which is no failure
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception as error:
        if os.environ.get("QDMER_TRACEBACK"):  # for bug reports; changes no result
            raise
        _complain(f"Failed with {type(error).__name__}: {error} (QDMER_TRACEBACK=1 shows where).")
        return FAILED
