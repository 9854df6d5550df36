"""Sweeps: two workers against one, the overhead of a point, the 30 x 30 map, and the same bits after kills.

    python tests/benchmarks/sweep.py pairs overhead map kills

needs the package installed (or PYTHONPATH at its root). `pairs` and `map` time the whole command, start of Python and
all; rounds are interleaved, medians. `kills` runs a 200-point sweep on 1, 2 and 4 workers, kills it with SIGKILL at ten
random moments, and with --cluster also runs it on a Dask cluster of two worker processes, one of them killed midway
(that needs the extra `cluster`). The load of the machine is printed beside every figure.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import xarray as xr

from runs.sweeping.plan import Plan, read_plan
from runs.sweeping.sweep import sweep

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); from runs.cli import main; main()"]
GRID = """recipe = "cds-dimers"
[set]
simulation.particles = {particles}
simulation.replicas = {replicas}
[axes]
heating.temperature_c = {{from = 120, to = 215, steps = {steps}}}
dots.CdS.concentration_um = {{from = 5, to = 1000, steps = 20, spacing = "log"}}
"""


def grid(place: Path, points: int, particles: int, replicas: int) -> Path:
    path = place / "grid.toml"
    path.write_text(GRID.format(particles=particles, replicas=replicas, steps=points // 20))
    return path


def start(*arguments: object) -> subprocess.Popen:
    return subprocess.Popen(
        [*COMMAND, "sweep", *map(str, arguments), "--no-figures"], stdout=subprocess.DEVNULL, start_new_session=True
    )


def seconds_of(*arguments: object) -> float:
    begun = time.perf_counter()
    assert start(*arguments).wait() == 0
    return time.perf_counter() - begun


def load() -> str:
    return f"load {os.getloadavg()[0]:.1f} of {os.cpu_count()} processors"


def time_pairs(place: Path, rounds: int, points: int) -> None:
    """Wall seconds of one worker and of two, in pairs."""
    path = grid(place, points, 20_000, 3)
    ratios, ones = [], []
    for turn in range(rounds):
        one, two = (seconds_of(path, "--out", place / f"pair-{turn}-{n}", "--workers", n) for n in (1, 2))
        ones.append(one)
        ratios.append(two / one)
        print(f"  one worker {one:6.1f} s, two {two:6.1f} s, ratio {two / one:.3f} ({load()})", flush=True)
    print(f"two workers over one: median {statistics.median(ratios):.3f} of {rounds} pairs, one takes "
          f"{statistics.median(ones):.1f} s; wanted at most 0.65 of at least 20 s")  # fmt: skip


def time_overhead(place: Path) -> None:
    """What a point costs beside its own work: reading, seeding, handing out, writing, gathering."""
    path = grid(place, 400, 50, 1)
    sweep(read_plan(path), place / "warm", figures=False)
    for workers in (1, 2):
        begun, cpu = time.perf_counter(), time.process_time()
        plan = read_plan(path)
        folder = place / f"overhead-{workers}"
        sweep(plan, folder, workers=workers, figures=False)
        wall, used = time.perf_counter() - begun, time.process_time() - cpu
        work = sum(json.loads(file.read_text())["seconds"] for file in (folder / "points").iterdir())
        spare = 1000 * (wall - work / workers) / len(plan.tasks)
        print(f"overhead with {workers} workers: {spare:.2f} ms a point of {1000 * work / len(plan.tasks):.2f} ms "
              f"({1000 * used / len(plan.tasks):.2f} ms of this processor); wanted at most 20 ({load()})")  # fmt: skip


def time_map(place: Path) -> None:
    took = seconds_of("cds-map", "--out", place / "map", "--workers", 2)
    print(f"cds-map on two workers: {took:.1f} s; wanted at most 300 ({load()})")
    with xr.open_dataset(place / "map" / "cds-map.nc") as found:
        dimers = found["dimer_yield_resolvable"].load()
    heat, amount = (dimers[name].to_numpy() for name in dimers.dims)
    row, column = divmod(int(dimers.argmax()), len(amount))
    best = float(dimers[row, column])
    print(f"most resolvable dimers: {100 * best:.1f} % at {heat[row]:.1f} C and {amount[column]:.0f} micromolar")
    rising = np.diff(dimers.to_numpy()[: row + 1], axis=0)
    print(f"  rising with temperature up to {heat[row]:.1f} C in {np.mean(rising > -0.005):.1%} of all steps;"
          f" above, the most is {100 * float(dimers[row + 1 :].max()):.2f} %")  # fmt: skip
    inner = [heat[k] for k in range(row + 1) if 0 < int(dimers[k].argmax()) < len(amount) - 1]
    print(f"  a maximum inside the range of concentrations in {len(inner)} of {row + 1} rows up to there")


def arrays(folder: Path) -> dict[str, tuple]:
    (file,) = folder.glob("*.nc")
    with xr.open_dataset(file) as found:
        return {str(name): (one.dims, one.to_numpy().tobytes()) for name, one in found.variables.items()}


def done_in(folder: Path) -> int:
    return len(list((folder / "points").glob("*.json")))


def report_same(name: str, plan: Plan, folder: Path, wanted: dict[str, tuple]) -> None:
    files = {file.stem for file in (folder / "points").iterdir()}
    exact = files == {one.key for one in plan.tasks} and len(files) == len(plan.tasks)
    print(f"{name}: {'same bits' if arrays(folder) == wanted else 'OTHER BITS'}, "
          f"{'every point once' if exact else 'POINTS MISSING OR TWICE'} ({load()})", flush=True)  # fmt: skip


def compare_bits(place: Path, kills: int, cluster: bool, seed: int) -> None:
    path, chance = grid(place, 200, 20_000, 3), random.Random(seed)
    plan = read_plan(path)
    sweep(plan, place / "whole", figures=False)
    wanted = arrays(place / "whole")
    for workers in (1, 2, 4):
        seconds_of(path, "--out", place / f"on-{workers}", "--workers", workers)
        report_same(f"{workers} workers", plan, place / f"on-{workers}", wanted)
    folder, moments = place / "killed", []
    marks = sorted(chance.sample(range(len(plan.tasks) - 10), kills))
    for mark in marks:  # at a random point, and a random moment after it
        process = start(path, "--out", folder, "--workers", chance.choice((1, 2, 4)))
        while done_in(folder) < mark and process.poll() is None:
            time.sleep(0.001)
        time.sleep(chance.random() * 0.1)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        moments.append(done_in(folder))
    assert start(path, "--out", folder, "--workers", 2).wait() == 0
    report_same(f"{len(moments)} times SIGKILL, after {moments} points", plan, folder, wanted)
    if cluster:
        on_dask(place, path, plan, wanted)


def on_dask(place: Path, path: Path, plan: Plan, wanted: dict[str, tuple]) -> None:
    def dask(*arguments: str, log: str) -> subprocess.Popen:
        with (place / log).open("w") as out:
            environment = {**os.environ, "PYTHONPATH": str(ROOT)}
            return subprocess.Popen([sys.executable, "-m", "dask", *arguments], stdout=out, stderr=out, env=environment)

    processes = [dask("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", log="scheduler.log")]
    try:
        while not (found := re.search(r"at:\s+(tcp://127\.0\.0\.1:\d+)", (place / "scheduler.log").read_text())):
            time.sleep(0.1)
        about = ("worker", found[1], "--no-nanny", "--nthreads", "1", "--no-dashboard")
        processes += [dask(*about, log=f"worker-{k}.log") for k in range(2)]
        folder = place / "dask"
        process = start(path, "--out", folder, "--scheduler", found[1])
        while done_in(folder) < 80 and process.poll() is None:
            time.sleep(0.005)
        os.kill(processes[1].pid, signal.SIGKILL)
        lost_at = done_in(folder)
        assert process.wait() == 0
        report_same(f"Dask, one of two workers killed after {lost_at} points", plan, folder, wanted)
    finally:
        for process in processes:
            process.kill()
            process.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description="Time sweeps and compare their bits.")
    parser.add_argument("what", nargs="+", choices=("pairs", "overhead", "map", "kills"))
    parser.add_argument("--rounds", type=int, default=5, help="pairs; at least 5 for a median worth quoting")
    parser.add_argument("--points", type=int, default=400, help="of each sweep of a pair, a multiple of 20")
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--cluster", action="store_true")
    parser.add_argument("--seed", type=int, default=1, help="of the moments of the kills")
    choice = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        if "kills" in choice.what:
            compare_bits(place, choice.kills, choice.cluster, choice.seed)
        if "overhead" in choice.what:
            time_overhead(place)
        if "map" in choice.what:
            time_map(place)
        if "pairs" in choice.what:
            time_pairs(place, choice.rounds, choice.points)


if __name__ == "__main__":
    main()
