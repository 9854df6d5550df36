"""The figures of a run by name, each as PNG and SVG in a folder; what they show comes ready."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import networkx as nx
import xarray as xr

from runs import curves
from runs.complaints import RecipeError
from runs.figures import absorption, cluster_gallery, cluster_sizes, fusion_energy, melting_free_energy
from runs.figures.style import save
from runs.recipe import Recipe
from runs.report.micrograph import FILE, micrograph_png
from runs.size_table import SizeTable


def _energies(place: Path, recipe: Recipe) -> None:
    """Of dots that fuse: why."""
    flask = recipe.flask()
    save(melting_free_energy.draw(curves.melting_curves(flask)), place, "melting_free_energy")
    save(fusion_energy.draw(curves.fusion_curves(flask)), place, "fusion_energy")


def _clusters(place: Path, recipe: Recipe, sizes: SizeTable, graphs: Sequence[nx.Graph]) -> None:
    save(cluster_sizes.draw(sizes, recipe.title), place, "cluster_sizes")
    save(cluster_gallery.draw(graphs, [dots.name for dots in recipe.dots], recipe.title), place, "clusters")
    with suppress(RecipeError):  # clusters that no grid can hold as asked: the report says so
        (place / FILE).write_bytes(micrograph_png(graphs, recipe))


def _spectra(place: Path, recipe: Recipe, spectra: xr.Dataset) -> None:
    save(absorption.draw(spectra, recipe.title), place, "absorption")


DRAWINGS: dict[str, Callable[..., None]] = {"energies": _energies, "clusters": _clusters, "spectra": _spectra}
