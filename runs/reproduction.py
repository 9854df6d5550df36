"""All the rooms of published figures, worked off side by side into one folder of claims and figures."""

import pkgutil
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from runs import reproduce
from runs.claims.claim import Caption, Claim
from runs.complaints import RecipeError, Stopped, hint
from runs.folder import PROVENANCE, Destination, staged
from runs.interruption import raise_if_came
from runs.kept_rooms import KeptRooms, Worked
from runs.provenance import made_here
from runs.store import write_json

Count = Callable[[int, int], None]  # of so many figures, done and in all
LONGEST_FIRST = ("cassidy_3a_fused_spectra", "cassidy_5e_chains", "hamilton_3_maps", "hamilton_4_traces")
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
        if not name or not any(stem.startswith(name) for stem in known):
            raise RecipeError(f"reproduce: wanted the name of a figure, got {name!r}{hint(name, known)}.")
    return [stem for stem in known if not names or any(stem.startswith(name) for name in names)]


def room(stem: str) -> ModuleType:
    """The module of one stem."""
    return import_module(f"runs.reproduce.{stem}")


def run_reproduction(names: list[str], target: Destination, workers: int, figures: bool, progress: Count) -> Outcome:
    """Work off these rooms and write claims.json, claims.html, claims.txt and figures/.

    The folder is made whole or not at all; of an interrupted run the finished rooms are kept beside it, and the next
    run into the same folder takes from them what the same sources and numbers made. KeyboardInterrupt says how many.
    """
    started, kept = datetime.now(UTC), KeptRooms(target)
    try:
        with staged(target) as staging:
            place = staging.folder / "figures" if figures else None
            if place is not None:
                place.mkdir()
            done = _worked_off(names, place, kept, workers, progress)
            claims = [claim for stem in names for claim in done[stem].claims]
            drawn = {stem: done[stem].caption for stem in names} if figures else {}
            seconds = {stem: round(done[stem].seconds, 2) for stem in names}
            made_by = {**made_here(started, {"rooms": names, "workers": workers}), "seconds": seconds}
            _write(staging.folder, claims, drawn, made_by)
            raise_if_came()
    except KeyboardInterrupt:
        raise KeyboardInterrupt(_left_behind(names, kept)) from None
    kept.forget(names)
    return Outcome(staging.final, claims)


def _left_behind(names: list[str], kept: KeptRooms) -> str:
    """What an interrupt leaves, in words; nothing where no room was finished."""
    finished = sum(kept.read(stem, None) is not None for stem in names)
    if not finished:
        return ""
    return (
        f"Interrupted; {finished} of {len(names)} figures are kept in {kept.path}: run the same command again to go on."
    )


def _worked_off(
    names: list[str], place: Path | None, kept: KeptRooms, workers: int, progress: Count
) -> dict[str, Worked]:
    """Every room, by its name: as it was kept, or worked off now and kept."""
    done = {stem: found for stem in names if (found := kept.read(stem, place)) is not None}
    missing = [stem for stem in names if stem not in done]
    order = sorted(missing, key=lambda stem: LONGEST_FIRST.index(stem) if stem in LONGEST_FIRST else len(LONGEST_FIRST))
    progress(len(done), len(names))
    for stem, found in _in_turn(order, place) if min(workers, len(order)) < 2 else _at_once(order, place, workers):
        kept.keep(stem, found, place)
        done[stem] = found
        progress(len(done), len(names))
    return done


def _in_turn(stems: list[str], place: Path | None) -> Iterator[tuple[str, Worked]]:
    for stem in stems:
        raise_if_came()
        yield stem, work_off(stem, place)


def _at_once(stems: list[str], place: Path | None, workers: int) -> Iterator[tuple[str, Worked]]:
    from runs.processes import worker_pool

    try:
        with worker_pool(min(workers, len(stems))) as pool:
            pending = {pool.submit(work_off, stem, place): stem for stem in stems}
            while pending:
                raise_if_came()
                for future in wait(pending, timeout=LOOK_EVERY_S, return_when=FIRST_COMPLETED).done:
                    yield pending.pop(future), future.result()
    except BrokenProcessPool:
        raise Stopped(
            "A worker process died, perhaps for want of memory; every finished figure is kept, run the same command"
            " again with fewer --workers to go on."
        ) from None


def work_off(stem: str, place: Path | None) -> Worked:
    """One room; its drawing goes into `place`."""
    from runs.claims.room import Room
    from runs.figures.style import save

    began = time.perf_counter()
    module = room(stem)
    found = module.results(Room(stem))
    if place is not None:
        save(module.draw(found), place, stem)
    caption = Caption(str(module.ALT), str(module.DESCRIBED))
    return Worked(list(module.claims(found)), caption, time.perf_counter() - began)


def _write(folder: Path, claims: list[Claim], drawn: dict[str, Caption], made_by: dict[str, Any]) -> None:
    from runs.claims.page import write_page  # jinja2 is needed only here
    from runs.claims.table import claims_text

    write_json(folder / "claims.json", {"claims": [claim.as_json() for claim in claims]})
    (folder / "claims.txt").write_text(claims_text(claims) + "\n", encoding="utf-8")
    write_page(folder / "claims.html", claims, drawn, folder / "figures", made_by)
    write_json(folder / PROVENANCE, made_by)
