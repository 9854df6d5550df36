"""The full physical kernel: events per second of dots that differ in size and ligand cover, and a warm `qdmer run`.

The flask is `cds-dimers` at its own conditions with 5 % size and 3 % cover dispersion. The loop is timed by itself
(bounding and advancing, in this thread: CPU and wall), the sampling and filling of the dots beside it. Rounds of the
sizes are interleaved; medians. Compiling is done before the clock starts.

    python tests/benchmarks/flask.py --particles 10000 100000 1000000 --rounds 5

needs the package installed. `--commands 0` leaves out the runs of the whole command, which are processes of their own:
start of Python, simulation of 5 replicas of 100 000 like dots, spectra, figures and files.
"""

from __future__ import annotations

import argparse
import json
import math
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from assembly.engine import advance, begin_stretch, fill
from assembly.heating import stretches
from assembly.population import Flask, sample
from assembly.rates import laws
from assembly.simulation import STEPS_A_CALL
from assembly.state import empty_state
from runs.recipe import load

SIZE_DISPERSION, COVER_DISPERSION = 0.05, 0.03
HELP = "import sys; from runs.cli import main; sys.argv = ['qdmer', '--help']; main()"
RUN = "import sys; from runs.cli import main; sys.argv = ['qdmer', 'run', 'cds-dimers', '--out', {!r}]; main()"


@dataclass(frozen=True)
class Round:
    """One replica: seconds of its parts, and what the loop counted."""

    setting_up_s: float
    cpu_s: float
    wall_s: float
    events: int
    proposals: int
    violations: int


def dispersed(particles: int) -> Flask:
    flask = load("cds-dimers", {"simulation.particles": particles, "simulation.replicas": 1}).flask()
    (dots,) = flask.dots
    return replace(flask, dots=(replace(dots, size_dispersion=SIZE_DISPERSION, cover_dispersion=COVER_DISPERSION),))


def one_round(flask: Flask, seed: int) -> Round:
    rng, law = np.random.default_rng(seed), laws(flask)
    begun = time.perf_counter()
    dots = sample(flask, rng, law.kinds["cover"])
    state = empty_state(flask.particles, len(flask.dots))
    fill(law, state, dots.radii_nm, dots.kinds, dots.covers)
    (stretch,) = stretches(flask)
    cpu, wall = time.thread_time(), time.perf_counter()
    begin_stretch(law, state, stretch, np.arange(flask.particles))
    while not advance(law, state, stretch, STEPS_A_CALL, rng):
        pass
    cpu, ended = time.thread_time() - cpu, time.perf_counter()
    counted = (int(state.now[name][0]) for name in ("events", "proposals", "violations"))
    return Round(wall - begun, cpu, ended - wall, *counted)


def measure(sizes: list[int], rounds: int) -> dict[int, list[Round]]:
    flasks = {particles: dispersed(particles) for particles in sizes}
    one_round(dispersed(1000), 0)  # compiles
    made: dict[int, list[Round]] = {particles: [] for particles in sizes}
    for turn in range(1, rounds + 1):
        for particles, flask in flasks.items():
            made[particles].append(one_round(flask, turn))
    return made


def report(made: dict[int, list[Round]]) -> None:
    print(f"cds-dimers, {SIZE_DISPERSION:.0%} size and {COVER_DISPERSION:.0%} cover dispersion, one thread, medians")
    print(f"{'N':>9}{'events':>9}{'events/CPU s':>14}{'events/wall s':>15}{'with set-up':>13}{'proposals/event':>17}")
    for particles, rounds in made.items():
        print(
            f"{particles:9d}{statistics.median(r.events for r in rounds):9.0f}"
            f"{statistics.median(r.events / r.cpu_s for r in rounds):14.3g}"
            f"{statistics.median(r.events / r.wall_s for r in rounds):15.3g}"
            f"{statistics.median(r.events / (r.wall_s + r.setting_up_s) for r in rounds):13.3g}"
            f"{proposals_per_event(rounds):17.4f}"
        )
    print(f"majorant violations: {sum(r.violations for rounds in made.values() for r in rounds)}")
    if len(made) > 1:
        least, most = min(made), max(made)
        ratio = proposals_per_event(made[most]) / proposals_per_event(made[least])
        exponent = math.log(ratio) / math.log(most / least)
        print(f"proposals per event at {most} over those at {least}: {ratio:.4f}, that is N^{exponent:.4f}")


def proposals_per_event(rounds: list[Round]) -> float:
    return statistics.median(r.proposals / r.events for r in rounds)


def time_command(times: int) -> None:
    """Wall seconds of `qdmer run cds-dimers` in a process of its own, and of its stages as its provenance has them."""
    wall, stages = [], []
    with tempfile.TemporaryDirectory() as place:
        for turn in range(times + 1):
            folder = Path(place) / f"run-{turn}"
            begun = time.perf_counter()
            subprocess.run([sys.executable, "-c", RUN.format(str(folder))], check=True, capture_output=True)
            wall.append(time.perf_counter() - begun)
            stages.append(json.loads((folder / "provenance.json").read_text())["seconds"])
    wall, stages = wall[1:], stages[1:]  # the first warms the caches
    print(f"\nqdmer run cds-dimers, warm, median of {times}: {statistics.median(wall):.2f} s, of which")
    for stage in stages[0]:
        print(f"  {stage:12}{statistics.median(seconds[stage] for seconds in stages):8.2f} s")
    asked = []
    for _ in range(times):
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-c", HELP], check=True, capture_output=True)
        asked.append(time.perf_counter() - begun)
    print(f"qdmer --help, median of {times}: {statistics.median(asked):.2f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description="Time the flask's loop and the command that runs it.")
    parser.add_argument("--particles", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=5, help="at least 5 for a median worth quoting")
    parser.add_argument("--commands", type=int, default=5, help="runs of the whole command; 0 leaves them out")
    choice = parser.parse_args()
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}, numpy {np.__version__}")
    report(measure(choice.particles, choice.rounds))
    if choice.commands:
        time_command(choice.commands)


if __name__ == "__main__":
    main()
