"""A sweep from a checked plan to one data set: do what is not done, consolidate, draw."""

import contextlib
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from runs.complaints import Stopped
from runs.interruption import raise_if_came
from runs.store import write_netcdf
from runs.sweeping import cluster as sweep_cluster
from runs.sweeping import workers as sweep_workers
from runs.sweeping.folder import SweepFolder, writing
from runs.sweeping.plan import Plan, read_plan, told
from runs.sweeping.point import Answer, Task, made_by
from runs.sweeping.table import dataset
from runs.whole_files import write_whole

__all__ = ["Outcome", "Plan", "maxima", "read_plan", "sweep"]

Progress = Callable[[int, int], None]  # points done, of how many
MAXIMA = ("dimer_yield_resolvable", "dimer_yield_of_objects", "dimer_yield_of_particles")


@dataclass(frozen=True)
class Outcome:
    """Where the results stand, and how many points were worked out now."""

    folder: Path
    result: Path
    points: int
    computed: int
    maxima: dict[str, dict[str, Any]]


def sweep(
    plan: Plan,
    folder: str | Path,
    *,
    workers: int = 1,
    scheduler: str | None = None,
    figures: bool = True,
    progress: Progress | None = None,
) -> Outcome:
    """Work out the points that `folder` lacks, then write the data set and the figures.

    Raises RecipeError where the folder holds something else or the scheduler does not answer (before anything is
    written), Stopped where work ended early, KeyboardInterrupt when interrupted; finished points are always kept.
    """
    folder = Path(folder)
    place, started = SweepFolder(folder, plan), datetime.now(UTC)
    if _finished(place, figures):
        return Outcome(folder, place.result, len(plan.tasks), 0, maxima(plan, _opened(place)))
    known = [one.key for one in plan.tasks]
    missing = list({one.key: one for one in plan.tasks if place.read(one.key) is None}.values())
    with _source(missing, workers, scheduler) as answers:
        place.begin(started)
        computed = _work(place, answers, len(set(known)), len(missing), progress or (lambda done, total: None))
    found = _consolidate(place, started)
    if figures and not place.has_figures():
        _draw(place, plan, found)
    place.tidy()
    return Outcome(folder, place.result, len(plan.tasks), computed, maxima(plan, found))


@contextlib.contextmanager
def _source(missing: list[Task], workers: int, scheduler: str | None) -> Iterator[Iterator[Answer]]:
    """Answers from this process, from processes of this machine, or from a cluster; closed whatever happens."""
    with contextlib.ExitStack() as stack:
        if scheduler is not None and missing:
            client = stack.enter_context(sweep_cluster.connected(scheduler))
            answers = sweep_cluster.on_cluster(missing, client, scheduler)
        elif min(workers, len(missing)) > 1:
            answers = sweep_workers.on_processes(missing, workers)
        else:
            answers = sweep_workers.here(missing)
        yield stack.enter_context(contextlib.closing(answers))  # type: ignore[type-var]


def _work(place: SweepFolder, answers: Iterator[Answer], total: int, missing: int, progress: Progress) -> int:
    """Keep every answer as it comes; how many came."""
    done, failures = 0, list[Answer]()
    progress(total - missing, total)
    try:
        for answer in answers:
            raise_if_came()
            if answer.failed:
                failures.append(answer)
            else:
                place.keep(answer)
                done += 1
            progress(total - missing + done, total)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(
            f"Interrupted; {total - missing + done} of {total} points are kept in {place.path},"
            " run the same command again to go on."
        ) from None
    if failures:
        index = next(k for k, one in enumerate(place.plan.tasks) if one.key == failures[0].key)
        raise Stopped(
            f"{len(failures)} of {total} points failed, the first of them at {told(place.plan.at(index))}"
            f" ({failures[0].failed.rstrip('.')}); the others are kept in {place.path}."
        )
    return done


def _finished(place: SweepFolder, figures: bool) -> bool:
    """Whether everything stands already."""
    return _opened(place) is not None and (place.has_figures() or not figures)


def _opened(place: SweepFolder) -> xr.Dataset | None:
    """The data set of this very sweep, or None."""
    try:
        with xr.open_dataset(place.result, engine="h5netcdf") as found:
            whole: xr.Dataset = found.load()
    except (OSError, ValueError, KeyError):
        return None
    fits = whole.attrs.get("sweep") == place.plan.digest
    return whole if fits and (whole.attrs["version"], whole.attrs["sources"]) == made_by() else None


def _consolidate(place: SweepFolder, started: datetime) -> xr.Dataset:
    """Write the data set from the files of the points, unless it stands."""
    standing = _opened(place)
    if standing is not None:
        return standing
    seconds = []

    def results() -> Iterator[Mapping[str, Any]]:
        for one in place.plan.tasks:
            found = place.read(one.key)
            if found is None:
                raise Stopped(f"{place.file(one.key)} went away while the sweep ran: run the same command again.")
            seconds.append(float(found["seconds"]))
            yield found["results"]

    whole = dataset(place.plan, results())
    whole.attrs |= {
        "program": "qdmer",
        "version": made_by()[0],
        "sources": made_by()[1],
        "recipe": place.plan.recipe.stem,
        "started": started.isoformat(timespec="seconds"),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds_of_work": round(sum(seconds), 3),
    }
    with writing(place.path), tempfile.TemporaryDirectory() as aside:
        # netCDF is made elsewhere: a disk that fills up inside HDF5 ends worse than one that fills up here
        write_netcdf(Path(aside) / "whole.nc", whole)
        write_whole(place.result, (Path(aside) / "whole.nc").read_bytes())
    return whole


def _draw(place: SweepFolder, plan: Plan, found: xr.Dataset) -> None:
    from runs.figures.style import save
    from runs.sweeping.figures import yield_curves, yield_map, yield_scatter

    with writing(place.path), tempfile.TemporaryDirectory() as aside:
        for stem, draw in (("map", yield_map), ("curves", yield_curves), ("scatter", yield_scatter)):
            figure = draw.draw(found, plan)
            if figure is not None:
                save(figure, Path(aside), f"dimer_yield_{stem}")
        place.keep_figures(Path(aside))


def maxima(plan: Plan, found: xr.Dataset | None) -> dict[str, dict[str, Any]]:
    """Where each dimer yield is largest, with its interval there."""
    best: dict[str, dict[str, Any]] = {}
    for name in MAXIMA if found is not None else ():
        assert found is not None
        values = found[name].to_numpy().ravel()
        if np.isfinite(values).any():
            place = int(np.nanargmax(values))
            ends = {end: float(found[f"{name}_{end}"].to_numpy().ravel()[place]) for end in ("low", "high")}
            best[name] = {"value": float(values[place]), **ends, "at": plan.at(place)}
    return best
