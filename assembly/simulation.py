"""From a flask to an assembly: replicas of the loop, side by side, each with a random stream of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait

import numpy as np

from assembly.clusters import Assembly, assemble
from assembly.engine import advance, fill
from assembly.population import Flask, sample_radii_nm
from assembly.rates import Conditions, conditions
from assembly.state import State, empty_state

STEPS_A_CALL = 50_000  # proposals between two looks at the clock on the wall and at a wish to stop
LOOK_EVERY_S = 0.1

Progress = Callable[[float], None]


def simulate(
    flask: Flask, rng: np.random.Generator | None = None, progress: Progress | None = None, workers: int = 1
) -> Assembly:
    """Simulate every replica of the flask and gather the clusters.

    rng: a generator whose spawned children drive the replicas; None takes `flask.seed`. progress is called now and then
    with the fraction done. workers: how many replicas run at a time; the result does not depend on it.
    Raises ValueError where the catalogue lacks a number that the flask asks for.
    """
    if isinstance(workers, bool) or not isinstance(workers, int) or workers < 1:
        raise ValueError(f"workers must be a whole number of at least 1, got {workers!r}")
    law = conditions(flask)
    streams = (np.random.default_rng(flask.seed) if rng is None else rng).spawn(flask.replicas)
    stop = threading.Event()
    done = np.zeros(flask.replicas)
    with ThreadPoolExecutor(max_workers=min(workers, flask.replicas)) as pool:
        futures = [pool.submit(_replica, flask, law, stream, stop, done, k) for k, stream in enumerate(streams)]
        try:
            pending = set(futures)
            while pending:
                _, pending = wait(pending, timeout=LOOK_EVERY_S)
                if progress is not None:
                    progress(float(done.mean()))
        finally:
            # An interrupt ends the threads at their next look, a failure of one ends the others.
            stop.set()
    return assemble(flask, [future.result() for future in futures])


def _replica(
    flask: Flask, law: Conditions, rng: np.random.Generator, stop: threading.Event, done: np.ndarray, index: int
) -> tuple[np.ndarray, np.ndarray, State]:
    radii, kinds = sample_radii_nm(flask, rng)
    state = empty_state(radii.size)
    fill(law, state, radii, kinds)
    until_s = 60.0 * flask.time_min
    while not stop.is_set() and not advance(law, state, until_s, STEPS_A_CALL, rng):
        done[index] = state.clock[0] / until_s
    done[index] = 1.0
    return radii, kinds, state
