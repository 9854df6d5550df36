"""From checked graphs to a folder of spectra: levels, absorption, emission, decay, mechanisms, figures."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import xarray as xr

from physics.excitons import ensemble
from physics.excitons.states import MECHANISMS, MODELS
from physics.spectra.broadening import emission_by_cause
from physics.spectra.linear import mean_and_width_cm1
from physics.spectra.mixture import HOMOGENEOUS_FWHM_CM1
from physics.units import CM1_PER_MEV
from runs.complaints import RecipeError, wrong
from runs.folder import PROVENANCE, Destination, staged
from runs.graph_files import GraphSet, read_sources
from runs.interruption import raise_if_came
from runs.provenance import made_here
from runs.spectra.bond_table import BondTable, commonest_bond
from runs.spectra.edge_parts import edge_parts
from runs.spectra.largest_chain import ChainStates, largest_chain
from runs.spectra.mixtures import FUSED, Shift, spectra_of_mixture
from runs.spectra.shape_levels import ShapeLevels, shape_levels
from runs.store import plain, write_json, write_netcdf

DEFAULT_MECHANISMS = {"site": FUSED, "band_edge": ("dipole", "charge_transfer")}
MOST_FOR_CAUSES = 400  # fused clusters behind the causes of broadening; of more, the first that many
PAPER_BROADENING_PERCENT = 18.0  # of the emission of fused CdSe dimers, Cassidy 2022, Fig. 3b
SEED = 1  # of the interval's resampling
Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Outcome:
    """Where the folder went, and what spectra.json in it says."""

    folder: Path
    summary: dict[str, Any]


@dataclass(frozen=True)
class Results:
    """Everything that is drawn and written, computed once."""

    heading: str
    spectra: xr.Dataset
    bond: BondTable | None
    levels: ShapeLevels | None
    chain: ChainStates | None
    summary: dict[str, Any]


def choices(model: str, mechanisms: str | None) -> tuple[str, tuple[str, ...]]:
    """The model and its mechanisms, checked; without a choice what the model can hold of a fused neck.

    RecipeError, one sentence, for an unknown name, or mechanisms that do not go together.
    """
    if model not in MODELS:
        raise wrong("--model", f"one of {', '.join(MODELS)}", model, MODELS)
    if mechanisms is None:
        return model, DEFAULT_MECHANISMS.get(model, ())
    named = tuple(dict.fromkeys(part.strip() for part in mechanisms.split(",") if part.strip() not in ("", "none")))
    for name in named:
        if name not in MECHANISMS:
            raise wrong("--mechanisms", f"names out of {', '.join(MECHANISMS)} or none", name, MECHANISMS)
    if named and model not in DEFAULT_MECHANISMS:
        raise RecipeError(
            f"--mechanisms: wanted none with the model {model}, whose coupling is its own, got {mechanisms}."
        )
    return model, named


def coupling_of(model: str) -> str:
    """What couples the dots where no mechanism is named."""
    return "no coupling" if model in DEFAULT_MECHANISMS else "the model's own coupling"


def name_of(source: str) -> str:
    """The name of a run folder or of a file without its ending."""
    path = Path(source).expanduser().absolute()
    return path.name if path.is_dir() else path.stem


def run_spectra(
    sources: tuple[str, ...], target: Destination, model: str, mechanisms: tuple[str, ...], figures: bool,
    progress: Progress,
) -> Outcome:  # fmt: skip
    """Read, compute, draw and write; nothing is left behind unless all of it was written."""
    started = datetime.now(UTC)
    progress("reading", 0.0)
    given = read_sources(sources, lambda fraction: progress("reading", fraction))
    raise_if_came()
    results = compute(given, name_of(sources[0]), model, mechanisms, progress)
    with staged(target) as staging:
        if figures:
            progress("drawing", 0.0)
            draw(staging.folder, results)
        raise_if_came()
        write_netcdf(staging.folder / "spectra.nc", results.spectra)
        write_json(staging.folder / "spectra.json", results.summary)
        write_json(staging.folder / PROVENANCE, made_here(started, {"seed": SEED}))
        raise_if_came()
    return Outcome(staging.final, results.summary)


def compute(given: GraphSet, name: str, model: str, mechanisms: tuple[str, ...], progress: Progress) -> Results:
    """Everything there is to know; what the physics cannot hold of these graphs is the person's error.

    It is raised as a RecipeError.
    """
    graphs = given.graphs
    try:
        progress("spectra", 0.0)
        spectra, shift = spectra_of_mixture(graphs, SEED, model, mechanisms)
        raise_if_came()
        parts = edge_parts(graphs, spectra["energy"].to_numpy(), SEED, model, mechanisms)
        progress("spectra", 0.6)
        chain = largest_chain(graphs, model, mechanisms)
    except ValueError as error:
        raise RecipeError(" ".join(str(error).split()).rstrip(".") + ".") from None
    progress("mechanisms", 0.0)
    bond = commonest_bond(graphs)
    levels = shape_levels(graphs, bond)
    raise_if_came()
    progress("emission", 0.0)
    summary = {
        "clusters": len(graphs), "sampled_of": given.sampled_of, "dots": sum(map(len, graphs)),
        "model": model, "mechanisms": list(mechanisms),
        "coupling": " + ".join(mechanisms) or coupling_of(model), "clipped": int(spectra.attrs["clipped"]),
        **_edge(shift), "parts": parts, **_emission(spectra), "broadening": broadening(graphs),
        "commonest_bond": bond.as_json() if bond else None,
        "fine_structure": levels.as_json() if levels else None,
        "largest_cluster": chain.as_json() if chain else None,
    }  # fmt: skip
    heading = f"{name}: model {model}\n{' + '.join(mechanisms).replace('_', ' ') or coupling_of(model)}"
    return Results(heading, spectra, bond, levels, chain, plain(summary))


def _edge(shift: Shift) -> dict[str, Any]:
    return {
        "edge_shift_mev": shift.as_json(),
        "band_shift_mev": shift.band_json(),
        "edge_ev": shift.edge_ev,
        "unfused_edge_ev": shift.unfused_edge_ev,
    }


def _emission(spectra: xr.Dataset) -> dict[str, Any]:
    """Mean, width and lifetime of the emission of the mixture and of its dots alone."""
    found: dict[str, Any] = {}
    for end in ("", "_unfused"):
        try:
            mean, width = mean_and_width_cm1(spectra[f"emission{end}"])
        except ValueError:  # several peaks, or nothing shines
            mean = width = float("nan")
        found[f"emission{end}"] = {
            "mean_ev": mean / CM1_PER_MEV / 1000,
            "fwhm_mev": width / CM1_PER_MEV,
            "lifetime_ns": spectra.attrs.get(f"lifetime{end}_ns"),
        }
    return found


def broadening(graphs: list[nx.Graph]) -> dict[str, Any] | None:
    """Width, mean and lifetime of the emission of fused clusters, cause by cause, in the model band_edge.

    Two closures of one delocalisation, charge transfer through the necks or the shape that a neck stands for; None
    where no cluster is fused, and `why` in place of numbers where the model does not hold these dots.
    """
    fused = [g for g in graphs if any(b.get("neck_radius_nm") for *_, b in g.edges(data=True))][:MOST_FOR_CAUSES]
    if not fused or max(map(len, fused)) > 60:
        return None
    try:
        levels = np.concatenate([b.energies_cm1.ravel() for b in ensemble(fused, "band_edge").blocks])
        axis = np.arange(max(float(levels.min()) - 5000.0, 10.0), float(levels.max()) + 3000.0, 10.0)
        found: dict[str, Any] = {}
        for closure, transfer in (("charge_transfer", True), ("shape", False)):
            causes = emission_by_cause(fused, axis, HOMOGENEOUS_FWHM_CM1, charge_transfer=transfer)
            alone = causes["unfused"]
            found[closure] = {
                name: {
                    "shift_mev": (cause.mean_cm1 - alone.mean_cm1) / CM1_PER_MEV,
                    "fwhm_mev": cause.fwhm_cm1 / CM1_PER_MEV,
                    "broadening_percent": 100.0 * (cause.fwhm_cm1 / alone.fwhm_cm1 - 1.0),
                    "lifetime_ns": cause.lifetime_ns,
                    "lifetime_ratio": cause.lifetime_ns / alone.lifetime_ns,
                }
                for name, cause in causes.items()
            }
    except ValueError as error:
        return {"why": str(error)}
    necks = [b["neck_radius_nm"] for g in fused for *_, b in g.edges(data=True) if b.get("neck_radius_nm")]
    total = found["charge_transfer"]["all"]["broadening_percent"]
    bare = {(node.get("material"), node.get("shell")) for graph in fused for _, node in graph.nodes(data=True)}
    paper = PAPER_BROADENING_PERCENT if bare == {("CdSe", None)} else None  # it measured bare CdSe
    return {
        "clusters": len(fused), "neck_radius_nm": {"mean": float(np.mean(necks)), "sd": float(np.std(necks))},
        **found, "paper_percent": paper,
        "short_by_percent": None if paper is None else paper - total,
    }  # fmt: skip


def draw(folder: Path, results: Results) -> None:
    """figures/*.png and *.svg."""
    from runs.figures import absorption, decay, emission
    from runs.figures.style import save
    from runs.spectra.figures import chain_states, levels_against_shape

    place = folder / "figures"
    place.mkdir()
    save(absorption.draw(results.spectra, results.heading), place, "absorption")
    save(emission.draw(results.spectra, results.heading), place, "emission")
    if "decay" in results.spectra:
        save(decay.draw(results.spectra, results.heading), place, "decay")
    if results.levels is not None:
        save(levels_against_shape.draw(results.levels), place, "levels_against_shape")
    if results.chain is not None:
        save(chain_states.draw(results.chain), place, "chain_states")
