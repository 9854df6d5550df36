"""All the rooms of published figures, worked off side by side into one folder of claims and figures."""

import multiprocessing
import pkgutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from runs import reproduce
from runs.claims.claim import Claim
from runs.complaints import RecipeError, hint
from runs.folder import PROVENANCE, Destination, staged
from runs.interruption import raise_if_came
from runs.pipeline import Progress
from runs.provenance import made_here
from runs.store import write_json

LONGEST_FIRST = ("cassidy_3a_fused_spectra", "hamilton_3_maps", "hamilton_4_traces", "cassidy_5e_chains")
LOOK_EVERY_S = 0.2


@dataclass(frozen=True)
class Outcome:
    """Where the folder went, and the claims in it."""

    folder: Path
    claims: list[Claim]


def stems() -> list[str]:
    """Names of the rooms, in the order of the papers."""
    return sorted(module.name for module in pkgutil.iter_modules(reproduce.__path__))


def chosen(names: Sequence[str]) -> list[str]:
    """The rooms whose name begins so; all without names. RecipeError for a name that begins none."""
    known = stems()
    for name in names:
        if not any(stem.startswith(name) for stem in known):
            raise RecipeError(f"reproduce: wanted the name of a figure, got {name!r}{hint(name, known)}.")
    return [stem for stem in known if not names or any(stem.startswith(name) for name in names)]


def room(stem: str) -> ModuleType:
    """The module of one stem."""
    return import_module(f"runs.reproduce.{stem}")


def run_reproduction(names: list[str], target: Destination, workers: int, figures: bool, progress: Progress) -> Outcome:
    """Work off these rooms and write claims.json, claims.html, claims.txt and figures/; all of it or nothing."""
    started = datetime.now(UTC)
    with staged(target) as staging:
        place = staging.folder / "figures"
        if figures:
            place.mkdir()
        done = _worked_off(names, place if figures else None, workers, progress)
        claims = [claim for stem in names for claim in done[stem][0]]
        drawn = {stem: done[stem][1] for stem in names} if figures else {}
        seconds = {stem: round(done[stem][2], 2) for stem in names}
        made_by = {**made_here(started, {"rooms": names, "workers": workers}), "seconds": seconds}
        _write(staging.folder, claims, drawn, made_by)
        raise_if_came()
    return Outcome(staging.final, claims)


def _worked_off(
    names: list[str], place: Path | None, workers: int, progress: Progress
) -> dict[str, tuple[list[Claim], str, float]]:
    """(claims, words for the drawing, seconds) of every room."""
    done: dict[str, tuple[list[Claim], str, float]] = {}
    order = sorted(names, key=lambda stem: LONGEST_FIRST.index(stem) if stem in LONGEST_FIRST else len(LONGEST_FIRST))
    progress("reproducing", 0.0)
    if workers == 1 or len(names) == 1:
        for stem in order:
            raise_if_came()
            done[stem] = work_off(stem, place)
            progress("reproducing", len(done) / len(order))
        return done
    with multiprocessing.get_context("spawn").Pool(min(workers, len(order))) as pool:  # leaving the block ends them all
        pending = {stem: pool.apply_async(work_off, (stem, place)) for stem in order}
        while pending:
            raise_if_came()
            for stem in [stem for stem, result in pending.items() if result.ready()]:
                done[stem] = pending.pop(stem).get()
            progress("reproducing", len(done) / len(order))
            time.sleep(LOOK_EVERY_S)
    return done


def work_off(stem: str, place: Path | None) -> tuple[list[Claim], str, float]:
    """One room: its claims, the words for its drawing, how long it took; the drawing goes into `place`.

    The last in seconds.
    """
    from runs.claims.room import Room
    from runs.figures.style import save

    began = time.perf_counter()
    module = room(stem)
    found = module.results(Room(stem))
    if place is not None:
        save(module.draw(found), place, stem)
    return list(module.claims(found)), str(module.ALT), time.perf_counter() - began


def _write(folder: Path, claims: list[Claim], drawn: dict[str, str], made_by: dict[str, Any]) -> None:
    from runs.claims.page import write_page  # jinja2 is needed only here
    from runs.claims.table import claims_text

    write_json(folder / "claims.json", {"claims": [claim.as_json() for claim in claims]})
    (folder / "claims.txt").write_text(claims_text(claims) + "\n", encoding="utf-8")
    write_page(folder / "claims.html", claims, drawn, folder / "figures", made_by)
    write_json(folder / PROVENANCE, made_by)
