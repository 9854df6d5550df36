"""`qdmer spectra`: spectra of a run folder or of graphs from elsewhere."""

import json

import click

from runs.commands.answers import print_folder, print_json
from runs.commands.options import force_option, json_option, no_figures_option, out_option, set_option, workers_option
from runs.complaints import RecipeError
from runs.progress import with_progress


@click.command(epilog="Examples:  qdmer spectra cds-dimers-1 --out seen;  qdmer spectra --vf-from-shift 12")
@click.argument("graphs", nargs=-1, metavar="[DIR|GRAPHS]...")
@out_option("The folder to make; without it ./<name>-spectra-<n>, the next free n.")
@click.option(
    "--model",
    show_default="site; with --two-dimensional two_band for bare CdSe",
    help="site, band_edge, two_band or two_band_2s.",
)
@click.option(
    "--mechanisms",
    metavar="NAMES",
    help="With commas: dipole, charge_transfer, charge_transfer_pairs, fine_structure, shape, shell; or none. "
    "Without it dipole,charge_transfer_pairs (site), dipole,charge_transfer (band_edge).",
)
@force_option()
@json_option("the results")
@no_figures_option()
@click.option("--vf-from-shift", type=float, metavar="MEV", help="Only the coupling V_F that causes this red shift.")
@click.option("--detuning-mev", type=float, metavar="MEV", help="Energy between the two dots, for --vf-from-shift.")
@click.option(
    "--two-dimensional",
    is_flag=True,
    help="Two-dimensional electronic spectra of the mixture; the defaults with 4000 clusters take about a minute.",
)
@set_option("With --two-dimensional: change a key of the recipe's table [two_dimensional], e.g. t2_points=64.")
@click.option("--wt5", is_flag=True, help="With --two-dimensional: WrightTools files besides.")
@workers_option("With --two-dimensional: threads; changes no result.")
@click.option("--coherence-map", is_flag=True, help="Only delocalisation and coherences over size and dispersion.")
def spectra(
    graphs: tuple[str, ...],
    out: str | None,
    model: str | None,
    mechanisms: str | None,
    force: bool,
    as_json: bool,
    no_figures: bool,
    vf_from_shift: float | None,
    detuning_mev: float | None,
    two_dimensional: bool,
    settings: tuple[str, ...],
    wt5: bool,
    workers: int,
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
    if (settings or wt5 or two_dimensional) and not (two_dimensional and graphs and mechanisms is None):
        came = "--mechanisms beside it" if mechanisms is not None else "none" if two_dimensional else "another question"
        raise RecipeError(
            "--two-dimensional: wanted with a run folder or graphs, and with --set, --wt5 and --model where wanted, "
            f"got {came}."
        )
    if vf_from_shift is not None:
        from runs.spectra.coupling_from_shift import coupling_mev

        found = coupling_mev(vf_from_shift, detuning_mev or 0.0)
        click.echo(json.dumps({"coupling_mev": found}) if as_json else f"V_F = {found:.4g} meV")
        return
    from runs.folder import destination
    from runs.spectra.text import map_text, spectra_text

    say = map_text if coherence_map else spectra_text
    if coherence_map:
        target = destination(out, "coherence-map", force)
        from runs.spectra.delocalisation_map import run_map

        outcome = with_progress(lambda progress: run_map(target, not no_figures, progress))
    elif two_dimensional:
        from runs.spectra.spectra import name_of
        from runs.two_dimensional.of_graphs import run_two_dimensional, settings_of
        from runs.two_dimensional.words import two_dimensional_text as say

        question = settings_of(graphs[0], settings, model, wt5)
        target = destination(out, f"{name_of(graphs[0])}-two-dimensional", force)
        outcome = with_progress(
            lambda progress: run_two_dimensional(graphs, question, target, not no_figures, workers, progress)
        )
    else:
        from runs.spectra.spectra import choices, name_of, run_spectra

        chosen = choices(model or "site", mechanisms)
        target = destination(out, f"{name_of(graphs[0])}-spectra", force)
        outcome = with_progress(lambda progress: run_spectra(graphs, target, *chosen, not no_figures, progress))
    if as_json:
        print_json({"folder": str(outcome.folder), **outcome.summary})
    else:
        click.echo(say(outcome.summary))
        print_folder(outcome.folder)
