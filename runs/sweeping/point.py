"""One point of a sweep: its name and its seed from its own content, and the work that it is."""

import functools
import hashlib
import json
import math
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from assembly import Assembly, simulate, yields
from physics.jit import source_digest
from runs.recipe import Recipe, checked
from runs.version import version

if TYPE_CHECKING:
    from runs.spectra.mixtures import Shift

NOT_CONTENT = ("title", "notes")  # words for people: they change no result
SAMPLED_CLUSTERS = 400  # graphs behind the spectra of one point, as in a run folder
SPECTRAL_STEP_CM1 = 50.0  # every point's spectrum stands on multiples of this, a twelfth of the line's width
LARGER = 3  # dots from which a cluster counts as larger than a dimer
FEW_PARTICLES = 200  # enough to compile every kernel of a recipe


@dataclass(frozen=True)
class Task:
    """What a worker needs to know: the whole recipe with the point's own seed."""

    key: str
    recipe: Mapping[str, Any]
    spectra: bool = False


@dataclass(frozen=True)
class Answer:
    """What a worker gives back: the results, or in `failed` one sentence why there are none.

    `seconds`: how long it took.
    """

    key: str
    made_by: tuple[str, str]
    seconds: float
    results: dict[str, Any]
    failed: str = ""


@functools.cache
def made_by() -> tuple[str, str]:
    """What decides the bits: version of the package, digest of the sources of its laws and loops."""
    return version(), source_digest()


def task(recipe: Recipe, spectra: bool = False) -> Task:
    """The task of a checked recipe whose `simulation.seed` is the sweep's base seed.

    The seed of the point comes from SeedSequence over the base seed and a digest of all its other content, so that
    neither order nor workers nor interruptions matter, and points that differ in anything draw differently. With that
    seed `qdmer run` gives the same bits.
    """
    content = {name: value for name, value in recipe.resolved().items() if name not in NOT_CONTENT}
    simulation = dict(content["simulation"])
    base = simulation.pop("seed")
    digest = content_digest({**content, "simulation": simulation})
    words = [int(digest[start : start + 8], 16) for start in range(0, 64, 8)]
    seed = int(np.random.SeedSequence([base, *words]).generate_state(1, np.uint64)[0] >> np.uint64(1))
    whole = {**recipe.resolved(), "simulation": {**simulation, "seed": seed}}
    return Task(content_digest([digest, base, spectra])[:24], whole, spectra)


def content_digest(content: Any) -> str:
    """SHA-256 in hexadecimal digits of any tables, lists, texts and numbers; floats by their shortest decimal form."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def solve(todo: Task) -> Answer:
    """Simulate one point; what goes wrong comes back in words, so that the other points go on."""
    started = time.perf_counter()
    try:
        results, failed = _results(todo), ""
    except Exception as error:
        results, failed = {}, f"{type(error).__name__}: {' '.join(str(error).split())}"
    return Answer(todo.key, made_by(), time.perf_counter() - started, results, failed)


def compile_for(todo: Task) -> None:
    """Put the compiled kernels of a task into the shared cache, so that the workers do not all compile the same."""
    simulation = todo.recipe["simulation"]
    few = {**simulation, "particles": min(FEW_PARTICLES, simulation["particles"]), "replicas": 1}
    solve(Task(todo.key, {**todo.recipe, "simulation": few}))


def _results(todo: Task) -> dict[str, Any]:
    recipe = checked(todo.recipe)
    assembly = simulate(recipe.flask())
    found = {"summary": assembly.summary(), "larger": larger_share(assembly)}
    if todo.spectra:
        found["spectra"] = _spectra(assembly)
    return found


def larger_share(assembly: Assembly) -> dict[str, float] | None:
    """Share of all particles in clusters of three dots or more, with the 95 % interval of `yields.share`."""
    clusters = assembly.clusters
    counts = yields.size_counts(clusters["replica"], clusters["size"], assembly.flask.replicas)
    particles = counts * np.arange(1, counts.shape[1] + 1)
    found = yields.share(particles[:, LARGER - 1 :].sum(axis=1), particles.sum(axis=1))
    return None if found is None else asdict(found)


def _spectra(assembly: Assembly) -> dict[str, Any]:
    """Absorption of mixture and unfused dots at multiples of SPECTRAL_STEP_CM1 from `first`, and the edge's shift."""
    from runs.spectra.mixtures import spectra_of_run  # most sweeps go without, and their workers start sooner

    found, shift, fused = spectra_of_run(assembly.graphs(limit=SAMPLED_CLUSTERS), assembly.flask.seed)
    energies = found["energy"].to_numpy()
    first, last = math.ceil(energies[0] / SPECTRAL_STEP_CM1), math.floor(energies[-1] / SPECTRAL_STEP_CM1)
    axis = SPECTRAL_STEP_CM1 * np.arange(first, last + 1)
    columns = [name for name in found.data_vars if str(name).startswith("absorption")]
    return {
        "first": first,
        "columns": {name: np.interp(axis, energies, found[name].to_numpy()).tolist() for name in columns},
        "edge_ev": shift.edge_ev,
        "unfused_edge_ev": shift.unfused_edge_ev,
        "edge_shift_mev": _interval(shift),
        "edge_shift_with_charge_transfer_mev": None if fused is None else _interval(fused),
    }


def _interval(shift: "Shift") -> dict[str, float]:
    return {"value": shift.value_mev, "low": shift.low_mev, "high": shift.high_mev}
