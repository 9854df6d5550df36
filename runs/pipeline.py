"""From a checked recipe to a finished run folder: simulate, spectra, figures, files, report."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx as nx
import xarray as xr

from assembly import Assembly, simulate
from runs.clusters_xyz import write_clusters_xyz
from runs.easel import Easel
from runs.folder import PROVENANCE, Destination, staged
from runs.graph_files import LARGEST_CLUSTER
from runs.interruption import raise_if_came
from runs.provenance import provenance
from runs.recipe import Recipe
from runs.size_table import SizeTable, size_table
from runs.spectra.edge_parts import edge_parts
from runs.spectra.mixtures import DIPOLES, FUSED, Shift, spectra_of_mixture, spectra_of_run
from runs.store import clusters_dataset, plain, write_graphs, write_json, write_netcdf, write_recipe, write_table
from runs.version import version

if TYPE_CHECKING:
    from runs.two_dimensional.spectrum import TwoDimensionalResult

LINEAR_CLUSTERS = 400  # about so many behind the linear spectra
OWN_COUPLING = ("two_band", "two_band_2s")  # two-dimensional models whose linear spectra are shown with them
Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Outcome:
    """Where the run folder went, and what summary.json in it says."""

    folder: Path
    summary: dict[str, Any]


@dataclass
class _Clock:
    """Seconds spent on each stage."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str, progress: Progress) -> Iterator[None]:
        raise_if_came()
        progress(name, 0.0)
        started = time.perf_counter()
        yield
        self.seconds[name] = time.perf_counter() - started
        progress(name, 1.0)
        raise_if_came()


@dataclass(frozen=True)
class _Results:
    """Everything that is drawn and written, computed once."""

    recipe: Recipe
    assembly: Assembly
    graphs: list[nx.Graph]
    sizes: SizeTable
    summary: dict[str, Any]
    spectra: xr.Dataset | None
    two_dimensional: "TwoDimensionalResult | None" = None


def run(
    recipe: Recipe, target: Destination, *, workers: int = 1, figures: bool = True, progress: Progress | None = None
) -> Outcome:
    """Simulate the recipe and write its run folder; nothing is left behind unless all of it was written."""
    report_progress = progress or (lambda stage, fraction: None)
    started, clock = datetime.now(UTC), _Clock()
    with staged(target) as staging, Easel(staging.folder / "figures" if figures else None) as easel:
        results = _compute(recipe, workers, clock, report_progress, easel)
        with clock.stage("writing", report_progress):
            _write(staging.folder, results)
        if figures:
            with clock.stage("drawing", report_progress):  # what is left of it: the easel drew meanwhile
                if results.two_dimensional is not None:
                    from runs.two_dimensional.figures.all_drawings import draw_all

                    draw_all(results.two_dimensional, recipe.title, staging.folder / "figures")
                easel.finish()
        made_by = provenance(recipe, started, workers, clock.seconds)
        write_json(staging.folder / PROVENANCE, made_by)
        from runs.report import write_report  # jinja2 is needed only here

        write_report(staging.folder, recipe, results.summary, made_by)
        raise_if_came()
    return Outcome(staging.final, results.summary)


def _compute(recipe: Recipe, workers: int, clock: _Clock, progress: Progress, easel: Easel) -> _Results:
    """Simulation, yields and spectra; the easel has each result as soon as it is there."""

    def simulated(fraction: float) -> None:
        raise_if_came()
        progress("simulating", fraction)

    asked = recipe.two_dimensional_asked()
    if asked is not None:
        from runs.two_dimensional.before import check_before

        check_before(recipe, asked)
    flask = recipe.flask()
    if flask.linking is None:  # linked dots do not fuse
        easel.draw("energies", recipe)
    with clock.stage("simulating", progress):
        assembly = simulate(flask, progress=simulated, workers=workers)
    with clock.stage("counting", progress):
        wanted = recipe.simulation.sampled_clusters
        graphs, left_out = _small(assembly.graphs(limit=max(wanted, asked.clusters) if asked else wanted))
        sizes = size_table(assembly)
        summary = plain(assembly.summary())
        summary["warnings"] += left_out
        if recipe.linking is not None:
            how = recipe.linking
            summary["linking"] = {"linker": how.linker, "law": how.law, "conversion": how.conversion}
    easel.draw("clusters", recipe, sizes, graphs)
    spectra = None
    if recipe.spectra is not None and recipe.spectra.absorption:
        with clock.stage("spectra", progress):
            few = graphs if len(graphs) <= LINEAR_CLUSTERS else _small(assembly.graphs(limit=LINEAR_CLUSTERS))[0]
            own = asked.model if asked is not None else None
            if own in OWN_COUPLING:
                (spectra, shift), fused = spectra_of_mixture(few, recipe.simulation.seed, own, ()), None
            else:
                spectra, shift, fused = spectra_of_run(few, recipe.simulation.seed)
        easel.draw("spectra", recipe, spectra)
        summary["spectra"] = _spectra_summary(shift, fused) | ({"model": own} if own in OWN_COUPLING else {})
        chosen = (own, ()) if own in OWN_COUPLING else ("site", FUSED if fused else DIPOLES)
        summary["spectra"]["parts"] = edge_parts(few, spectra["energy"].to_numpy(), recipe.simulation.seed, *chosen)
    two_dimensional = None
    if asked is not None:
        from runs.two_dimensional.spectrum import spectrum_of

        with clock.stage("responses", progress):
            two_dimensional = spectrum_of(graphs, asked, workers, progress)
        summary |= two_dimensional.summary
    return _Results(recipe, assembly, graphs, sizes, plain(summary), spectra, two_dimensional)


def _small(graphs: list[nx.Graph]) -> tuple[list[nx.Graph], list[str]]:
    """The clusters that are not too large for states and files, and a sentence about those that are left out."""
    small = [graph for graph in graphs if len(graph) <= LARGEST_CLUSTER]
    if len(small) in (0, len(graphs)):
        return graphs, []
    largest = max(map(len, graphs))
    return small, [
        f"The sample of clusters, and with it the spectra, leaves out those of more than {LARGEST_CLUSTER} dots (the"
        f" largest has {largest}); yields and cluster sizes hold them."
    ]


def _spectra_summary(shift: Shift, fused: Shift | None) -> dict[str, Any]:
    found: dict[str, Any] = {"edge_shift_mev": shift.as_json(), "band_shift_mev": shift.band_json()}
    if fused is not None:
        found["edge_shift_with_charge_transfer_mev"] = fused.as_json()
        found["band_shift_with_charge_transfer_mev"] = fused.band_json()
    return {**found, "edge_ev": shift.edge_ev, "unfused_edge_ev": shift.unfused_edge_ev}


def _write(folder: Path, results: _Results) -> None:
    """Every file of the run folder but the figures, the provenance and the report."""
    assembly, title = results.assembly, results.recipe.title
    write_recipe(folder / "recipe.toml", results.recipe, version())
    write_json(folder / "summary.json", results.summary)
    write_table(folder / "cluster_sizes.csv", results.sizes.columns())
    write_netcdf(folder / "clusters.nc", clusters_dataset(assembly, title))
    write_graphs(folder / "graphs.json", results.graphs, len(assembly.clusters["size"]))
    write_clusters_xyz(folder / "clusters.xyz", results.graphs)
    if results.recipe.micrograph is not None:
        from runs.counting.micrographs import render_images, write_images  # Pillow and tifffile are needed only here

        seen = render_images(results.graphs, results.recipe.micrograph, results.recipe.simulation.seed)
        write_images(folder, seen)
    if results.spectra is not None:
        write_netcdf(folder / "spectra.nc", results.spectra)
    if results.two_dimensional is not None:
        from runs.two_dimensional.files import write_two_dimensional

        write_two_dimensional(folder, results.two_dimensional, title)
