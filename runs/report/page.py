"""report.html of a run folder: opens anywhere, asks the network for nothing, says what is assumed."""

import base64
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from runs.complaints import RecipeError
from runs.folder import PROVENANCE, is_ours
from runs.graph_files import GRAPHS, read_sources
from runs.recipe import Recipe, load
from runs.report.clusters import clusters_view
from runs.report.inputs import inputs
from runs.report.maps import two_dimensional_stacks
from runs.report.micrograph import micrograph_of
from runs.yields_text import (
    DENOMINATORS,
    bond_lines,
    interval,
    percent,
    rival_text,
    spectra_lines,
    tells_rival_laws,
)

REPORT, SUMMARY, RECIPE = "report.html", "summary.json", "recipe.toml"
# of each figure: what it is, for those who cannot see it, and what stands below it
FIGURES = {
    "cluster_sizes": (
        "Bar chart of the share of objects against the number of dots in them, with lines for two random laws",
        "Cluster sizes with 95 % intervals, beside the laws of Flory and Poisson at the same mean size.",
    ),
    "clusters": (
        "Rows of clusters drawn as touching or merged discs, one row for each size, with a scale bar",
        "Outlines of some simulated clusters, to scale, laid flat; coalesced dots are one disc.",
    ),
    "melting_free_energy": (
        "Curves of free energy against skin thickness, one for each temperature, with a mark where the dots are",
        "Free energy of a molten skin against its thickness: the mark shows how thick the skin is.",
    ),
    "fusion_energy": (
        "Curves of energy against strain, one for each temperature, with a mark where two dots come to rest",
        "Energy of a pair of dots against its strain: the mark shows how far two dots fuse.",
    ),
    "absorption": (
        "Absorption against photon energy, with wavelength above: the mixture's band beside that of the unfused dots",
        "Absorption of the simulated mixture and of the same dots unfused.",
    ),
    "absorptive_maps": (
        "Square maps at several waiting times, excitation across, detection up, stretched along the diagonal",
        "Absorptive two-dimensional spectra at several waiting times; triangles mark the addresses A, B, ...",
    ),
    "beat_maps": (
        "Square maps of beat strength, one for each beat frequency, with an ellipse for the family it belongs to",
        "Where each frequency beats along the waiting time, with the regions of the coherence families.",
    ),
    "beat_traces": (
        "Oscillating traces against waiting time on the left, their transforms with peaks on the right",
        "Traces along the waiting time at the addresses A, B, ... and their transforms.",
    ),
    "coherence_regions": (
        "Ellipses that overlap, one for each coherence family, in the plane of excitation and detection",
        "Regions of the coherence families in the map of excitation and detection.",
    ),
    "beats_by_size": (
        "Stacked bars of the shares of each beat that come from clusters of each size",
        "Which share of each beat comes from clusters of which size.",
    ),
}


def report_of(folder: Path) -> Path:
    """Write report.html into a finished run folder, from its files alone; RecipeError for any other folder."""
    if not folder.is_dir() or not is_ours(folder) or not (folder / SUMMARY).is_file():
        raise RecipeError(f"{folder}: wanted a run folder of qdmer with {SUMMARY}, got another folder or none.")
    try:
        summary = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))
        made_by = json.loads((folder / PROVENANCE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise RecipeError(f"{folder}: wanted {SUMMARY} and {PROVENANCE} whole, got damaged files.") from None
    return write_report(folder, load(folder / RECIPE), summary, made_by)


def write_report(folder: Path, recipe: Recipe, summary: Mapping[str, Any], made_by: Mapping[str, Any]) -> Path:
    """report.html from the files that lie in `folder` and the numbers given."""
    room = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    room.filters |= {"percent": percent, "interval": interval}
    stacks = two_dimensional_stacks(folder)
    script = (Path(__file__).parent / "page.js").read_text(encoding="utf-8")
    page = room.get_template("page.html").render(
        recipe=recipe,
        summary=summary,
        made_by=made_by,
        figures=_figures(folder / "figures"),
        inputs=inputs(recipe),
        faceted=any(dots.polar_half_angle_deg for dots in recipe.dots),
        denominators=DENOMINATORS,
        rivals=[rival_text(law, test) for law, test in summary["rival_laws"].items() if tells_rival_laws(summary)],
        bonds=bond_lines(summary),
        edges="\n".join(spectra_lines(summary["spectra"])) if "spectra" in summary else "",
        clusters=_in_script(_clusters(folder, recipe)),
        micrograph=_micrograph(folder, recipe, summary),
        two_dimensional=_two_dimensional(summary),
        maps=stacks,
        maps_data=_in_script(stacks),
        script=Markup(script),
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii"),
    )
    aside = folder / f".{REPORT}.partial"
    aside.write_text(page, encoding="utf-8")
    aside.replace(folder / REPORT)
    return folder / REPORT


def _in_script(value: Any) -> Markup:
    """JSON that cannot end the script element it stands in."""
    text = json.dumps(value, allow_nan=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


def _clusters(folder: Path, recipe: Recipe) -> list[dict[str, Any]]:
    """The clusters to turn, from the folder's own graphs."""
    if not (folder / GRAPHS).is_file():
        return []
    return clusters_view(read_sources([str(folder / GRAPHS)]).graphs, [dots.name for dots in recipe.dots])


def _two_dimensional(summary: Mapping[str, Any]) -> str:
    if "two_dimensional" not in summary:
        return ""
    from runs.two_dimensional.words import two_dimensional_text  # brings the engine of responses with it

    return two_dimensional_text(dict(summary))


def _micrograph(folder: Path, recipe: Recipe, summary: Mapping[str, Any]) -> dict[str, Any]:
    """The picture as a data URI with what lies in it and what is too large for it, or why there is none."""
    png, truth, why_not = micrograph_of(folder, recipe)
    if png is None:
        return {"why_not": why_not}
    sizes = summary["cluster_sizes"].items()
    left_out = sum(row["of_particles"] or 0.0 for size, row in sizes if int(size) > truth["largest"])
    return {"uri": _data_uri(png), "why_not": "", "left_out": left_out, **truth}


def _data_uri(png: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(png).decode('ascii')}"


def _figures(folder: Path) -> dict[str, dict[str, str]]:
    """Every figure that was drawn, as a data URI with a text for those who cannot see it, by its stem."""
    found = {}
    for stem, (alt, caption) in FIGURES.items():
        path = folder / f"{stem}.png"
        if path.is_file():
            found[stem] = {"alt": alt, "caption": caption, "uri": _data_uri(path.read_bytes())}
    return found
