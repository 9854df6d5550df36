"""Textbook coagulation beside GillesPy2 and PySDM: one thread, one run, rounds interleaved, medians and ratios.

Every engine takes N monomers to a tenth of the clusters under the constant kernel (0.9 N merges); ours also under the
Brownian kernel, and with the bonds kept, which neither peer can do. Compiling and setting up are done before the clock
starts. GillesPy2 runs its C++ direct method over 30 sizes and a lump of all larger ones; PySDM runs super-droplets of
multiplicity 1 in steps of K N dt = 0.1.

    python tests/benchmarks/textbook.py --particles 10000 100000 --rounds 5

needs the package installed, and `pip install gillespy2 PySDM` (and g++) for the peers; one that is missing is left out.
GillesPy2 calls its build tool through the resolved interpreter: its virtual environment must be made with `--copies`.
"""

from __future__ import annotations

import argparse
import importlib.util
import platform
import statistics
import time
from collections.abc import Callable

import numpy as np

from assembly.coagulation import coagulate

SIZES = 30  # species of GillesPy2; every larger cluster is one of the lump
LAST_TIME = 18.0  # K N t at which 1 / (1 + K N t / 2) of the clusters is left: a tenth
STEP = 0.1  # K N dt of PySDM
Run = Callable[[], int]  # what is timed; returns the clusters left
Engine = Callable[[int], Run]  # seed -> a run that is ready to start


def ours(kernel: str, particles: int, track_bonds: bool) -> Engine:
    def ready(seed: int) -> Run:
        rng, target = np.random.default_rng(seed), particles // 10
        return lambda: len(coagulate(particles, kernel, rng, until_clusters=target, track_bonds=track_bonds).sizes)

    return ready


def gillespy2(particles: int) -> Engine:
    import gillespy2 as peer

    model = peer.Model(name="constant_kernel")
    names = [f"n{size}" for size in range(1, SIZES + 2)]
    species = [peer.Species(name=name, initial_value=particles if name == "n1" else 0) for name in names]
    model.add_species(species)
    alike, unlike = peer.Parameter(name="alike", expression=0.5), peer.Parameter(name="unlike", expression=1.0)
    model.add_parameter([alike, unlike])
    for i in range(SIZES + 1):
        for j in range(i, SIZES + 1):
            into = species[min(i + j + 1, SIZES)]
            reactants = {species[i]: 2} if i == j else {species[i]: 1, species[j]: 1}
            products = {into: 1}
            model.add_reaction(
                peer.Reaction(
                    name=f"r{i}_{j}", reactants=reactants, products=products, rate=alike if i == j else unlike
                )
            )
    model.timespan(np.linspace(0.0, LAST_TIME / particles, 2))
    solver = peer.SSACSolver(model=model, variable=True)

    def ready(seed: int) -> Run:
        def run() -> int:
            result = solver.run(number_of_trajectories=1, seed=seed)
            return int(sum(result[0][name][-1] for name in names))

        return run

    return ready


def pysdm(particles: int) -> Engine:
    from PySDM import Formulae, Particulator
    from PySDM.backends import CPU
    from PySDM.dynamics import Coalescence
    from PySDM.dynamics.collisions.collision_kernels import ConstantK
    from PySDM.environments import Box

    backend = CPU(Formulae(seed=1))  # another seed would compile everything again: all rounds share this stream

    def ready(_seed: int) -> Run:
        box = Particulator(
            particles,
            environment=Box(dt=1.0, dv=particles / STEP, backend=backend),
            attributes={"multiplicity": np.ones(particles, dtype=np.int64), "volume": np.full(particles, 1e-18)},
            dynamics=(Coalescence(collision_kernel=ConstantK(a=1.0), adaptive=False),),
        )

        def run() -> int:
            box.advance(round(LAST_TIME / STEP))
            return int((box.attributes["multiplicity"].to_ndarray() > 0).sum())

        return run

    return ready


def engines(particles: int, largest_for_pysdm: int) -> dict[str, Engine]:
    table = {
        "constant": ours("constant", particles, False),
        "brownian": ours("brownian", particles, False),
        "constant, bonds": ours("constant", particles, True),
        "brownian, bonds": ours("brownian", particles, True),
    }
    for name, module, build in (("GillesPy2", "gillespy2", gillespy2), ("PySDM", "PySDM", pysdm)):
        if importlib.util.find_spec(module) is None:
            print(f"{name} is not installed and is left out (pip install {module}).")
        elif name == "PySDM" and particles > largest_for_pysdm:
            print(f"PySDM is left out above {largest_for_pysdm} particles (--largest-for-pysdm).")
        else:
            table[name] = build(particles)
    return table


def measure(table: dict[str, Engine], rounds: int) -> tuple[dict[str, list[float]], dict[str, int]]:
    """Seconds of each engine in each round, one after the other within a round; clusters left in the last."""
    left = {name: engine(1)() for name, engine in table.items()}  # compiles
    seconds: dict[str, list[float]] = {name: [] for name in table}
    for turn in range(2, rounds + 2):  # seeds: GillesPy2 refuses 0
        for name, engine in table.items():
            run = engine(turn)
            start = time.perf_counter()
            left[name] = run()
            seconds[name].append(time.perf_counter() - start)
    return seconds, left


def report(particles: int, seconds: dict[str, list[float]], left: dict[str, int]) -> None:
    print(f"\nN = {particles}: median seconds, events/s, clusters left, and the median of the rounds' ratios")
    peers = [name for name in ("GillesPy2", "PySDM") if name in seconds]
    print(f"{'':18}{'seconds':>12}{'events/s':>12}{'left':>9}" + "".join(f"{'x ' + peer:>13}" for peer in peers))
    for name, times in seconds.items():
        middle = statistics.median(times)
        line = f"{name:18}{middle:12.6f}{(particles - left[name]) / middle:12.3g}{left[name]:9d}"
        for peer in peers:
            line += f"{statistics.median(b / a for a, b in zip(times, seconds[peer], strict=True)):13.1f}"
        print(line)


def main() -> None:
    parser = argparse.ArgumentParser(description="Time the textbook kernels beside GillesPy2 and PySDM.")
    parser.add_argument("--particles", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=5, help="at least 5 for a median worth quoting")
    parser.add_argument("--largest-for-pysdm", type=int, default=100_000)
    choice = parser.parse_args()
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}, numpy {np.__version__}")
    for particles in choice.particles:
        seconds, left = measure(engines(particles, choice.largest_for_pysdm), choice.rounds)
        report(particles, seconds, left)


if __name__ == "__main__":
    main()
