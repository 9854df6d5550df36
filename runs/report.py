"""One self-contained HTML page about a run: opens anywhere, asks the network for nothing, says what is assumed."""

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from physics.materials import ligand, material, solvent
from runs.recipe import Recipe
from runs.report_text import DENOMINATORS, coupling_text, interval, percent, rival_text, shift_text
from runs.two_dimensional.words import two_dimensional_text

PAGE = "report_page.html"
ALT_TEXTS = {
    "cluster_sizes": "Bar chart of cluster sizes with intervals beside the laws of Flory and Poisson",
    "clusters": "Outlines of some simulated clusters, to scale, with a scale bar",
    "fusion_energy": "Energy of a fusing pair against strain at several temperatures",
    "melting_free_energy": "Free energy of a molten skin against its thickness at several temperatures",
    "absorptive_maps": "Absorptive two-dimensional spectra at several waiting times, excitation across, detection up",
    "beat_maps": "Where each frequency beats along the waiting time, with the regions of the coherence families",
    "beat_traces": "Traces along the waiting time at the addresses A, B, ... and their transforms",
    "coherence_regions": "Regions of the coherence families in the map of excitation and detection",
    "beats_by_size": "Which share of each beat comes from clusters of which size",
    "absorption": "Absorption of the simulated mixture and of the unfused dots",
}


def write_report(folder: Path, recipe: Recipe, summary: Mapping[str, Any], made_by: Mapping[str, Any]) -> None:
    """report.html from the files that lie in `folder` and the numbers given."""
    room = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    room.filters |= {"coupling": coupling_text, "percent": percent, "interval": interval, "shift": shift_text}
    page = room.get_template(PAGE).render(
        recipe=recipe,
        summary=summary,
        made_by=made_by,
        figures=_figures(folder / "figures"),
        inputs=_inputs(recipe),
        denominators=DENOMINATORS,
        two_dimensional=two_dimensional_text(dict(summary)) if "two_dimensional" in summary else "",
        rivals=[rival_text(law, test) for law, test in summary["rival_laws"].items()],
    )
    (folder / "report.html").write_text(page, encoding="utf-8")


def _figures(folder: Path) -> list[dict[str, str]]:
    """Every figure that was drawn, as a data URI with a text for those who cannot see it."""
    found = []
    for stem, alt in ALT_TEXTS.items():
        path = folder / f"{stem}.png"
        if path.is_file():
            data = base64.b64encode(path.read_bytes()).decode("ascii")
            found.append({"stem": stem, "alt": alt, "uri": f"data:image/png;base64,{data}"})
    return found


def _inputs(recipe: Recipe) -> list[dict[str, str]]:
    """Every catalogue number that this flask rests on, with its standing; the weakest first."""
    surfaces = [dots.shell or dots.material for dots in recipe.dots]
    cores = [dots.material for dots in recipe.dots]
    substances: list[Any] = [material(name) for name in dict.fromkeys([*surfaces, *cores])]
    substances += [solvent(recipe.solution.solvent), ligand(recipe.solution.ligand)]
    rows = [row for substance in substances for row in _rows(substance, recipe.solution.ligand)]
    for dots in recipe.dots:
        if dots.attachment_energy_ev is not None:
            energy = f"{dots.attachment_energy_ev:g}"
            rows.append(_row(dots.name, "attachment_energy_ev", energy, "eV", "set in the recipe", "see its notes"))
    order = {"fitted": 0, "set": 1, "assumed": 2, "recalled": 3, "computed": 4, "literature": 5}
    return sorted(rows, key=lambda row: order.get(row["standing"].split()[0], 0))


def _rows(substance: Any, chosen_ligand: str) -> list[dict[str, str]]:
    rows = []
    for key, source in substance.sources.items():
        name, _, entry = key.partition(".")
        if entry and entry != chosen_ligand:
            continue
        value = getattr(substance, name, None)
        value = value.get(entry) if entry and isinstance(value, Mapping) else value
        if value is not None:
            shown = f"{value:.4g}" if isinstance(value, int | float) else str(value)
            rows.append(_row(substance.name, key, shown, source.unit, source.standing, source.source))
    return rows


def _row(of: str, name: str, value: str, unit: str, standing: str, source: str) -> dict[str, str]:
    return {"of": of, "name": name, "value": value, "unit": unit, "standing": standing, "source": source}
