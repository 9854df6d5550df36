"""Shared by the tests of sweeps: small sweep files, the command as a process, and what a folder holds."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import xarray as xr

from runs.sweeping.point import Answer, Task, solve

ROOT = Path(__file__).resolve().parents[2]
MARK = "QDMER_TEST_SWEEP"


def sweep_file(folder: Path, points: int = 9, particles: int = 200, more: str = "") -> Path:
    """A grid of points/3 temperatures by three concentrations."""
    path = folder / "mine.toml"
    path.write_text(
        f'recipe = "cds-dimers"\n{more}\n[set]\nsimulation.particles = {particles}\nsimulation.replicas = 2\n'
        f"[axes]\nheating.temperature_c = {{from = 130, to = 210, steps = {points // 3}}}\n"
        "dots.CdS.concentration_um = [30, 60, 100]\n"
    )
    return path


def started(mark: str, *arguments: str, cwd: Path) -> subprocess.Popen:
    """`qdmer` as a process; it and its children carry the mark in their environment."""
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from runs.cli import main; main()"
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments], cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, MARK: mark}, start_new_session=True,
    )  # fmt: skip


def points_in(folder: Path) -> int:
    """Finished points."""
    return len(list((folder / "points").glob("*.json"))) if (folder / "points").is_dir() else 0


def wait_for(folder: Path, points: int, process: subprocess.Popen, seconds: float = 120.0) -> None:
    """Until so many points are there, or the process has ended."""
    deadline = time.monotonic() + seconds
    while points_in(folder) < points and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.005)


def killed(process: subprocess.Popen) -> None:
    """SIGKILL for the first process only: its workers must notice by themselves."""
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()


def marked(mark: str) -> list[int]:
    """Processes that carry the mark and live."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if f"{MARK}={mark}".encode() in (place / "environ").read_bytes().split(b"\0"):
                found.append(int(place.name))
        except OSError:
            continue
    return found


def gone(mark: str, seconds: float = 20.0) -> bool:
    """Whether no marked process is left after a while."""
    deadline = time.monotonic() + seconds
    while marked(mark):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def arrays(folder: Path) -> dict[str, tuple]:
    """Every array of the one data set: dimensions, type, bytes; clocks are attributes and not among them."""
    (file,) = folder.glob("*.nc")
    with xr.open_dataset(file, engine="h5netcdf") as found:
        return {
            str(name): (array.dims, str(array.dtype), np.ascontiguousarray(array.to_numpy()).tobytes())
            for name, array in found.variables.items()
        }


def dies_once(todo: Task) -> Answer:
    """A point in the middle kills its worker the first time; runs in the worker."""
    token = Path(os.environ["QDMER_TEST_DIED"])
    if todo.recipe["heating"]["temperature_c"] == 170 and not token.exists():
        token.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return solve(todo)
