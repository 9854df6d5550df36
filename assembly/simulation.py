"""From a flask to an assembly: replicas of the loop, side by side, each with a random stream of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait

import numpy as np

from assembly.clusters import Assembly, Replica, assemble
from assembly.engine import advance, begin_stretch, end_stretch, fill, standing_clusters
from assembly.heating import stretches
from assembly.linking import bond_rows, link
from assembly.population import Flask, sample
from assembly.rates import Laws, laws
from assembly.state import empty_state

STEPS_A_CALL = 50_000  # proposals between two looks at the clock on the wall and at a wish to stop
LOOK_EVERY_S = 0.1

Progress = Callable[[float], None]


def simulate(
    flask: Flask,
    rng: np.random.Generator | None = None,
    progress: Progress | None = None,
    workers: int = 1,
    law: Laws | None = None,
) -> Assembly:
    """Simulate every replica of the flask and gather the clusters.

    rng: a generator whose spawned children drive the replicas; None takes `flask.seed`. progress is called now and then
    with the fraction done. workers: how many replicas run at a time; the result does not depend on it. law: in place of
    the flask's own laws, as a fit wants it that moves what no recipe holds.
    Raises ValueError where the catalogue lacks a number that the flask asks for.
    """
    if isinstance(workers, bool) or not isinstance(workers, int) or workers < 1:
        raise ValueError(f"workers must be a whole number of at least 1, got {workers!r}")
    if flask.linking is None and law is None:
        law = laws(flask)
    streams = (np.random.default_rng(flask.seed) if rng is None else rng).spawn(flask.replicas)
    stop = threading.Event()
    done = np.zeros(flask.replicas)

    def run(index: int) -> Replica:
        if law is None:
            made = _linked(flask, streams[index])
        else:
            made = _fused(flask, law, streams[index], stop, done[index : index + 1])
        done[index] = 1.0
        return made

    pool = ThreadPoolExecutor(max_workers=min(workers, flask.replicas))
    try:
        futures = [pool.submit(run, index) for index in range(flask.replicas)]
        pending = set(futures)
        while pending:
            _, pending = wait(pending, timeout=LOOK_EVERY_S)
            if progress is not None:
                progress(float(done.mean()))
        return assemble(flask, [future.result() for future in futures])
    finally:
        # An interrupt ends the threads at their next look, a failure of one ends the others.
        stop.set()
        pool.shutdown(wait=True, cancel_futures=True)


def _fused(flask: Flask, law: Laws, rng: np.random.Generator, stop: threading.Event, done: np.ndarray) -> Replica:
    """One replica of dots that fuse; `done` (1,) follows its clock."""
    dots = sample(flask, rng, law.kinds["cover"])
    state = empty_state(dots.radii_nm.size, len(flask.dots))
    fill(law, state, dots.radii_nm, dots.kinds, dots.covers)
    standing = np.arange(dots.radii_nm.size)
    whole = 60.0 * flask.time_min
    for stretch in stretches(flask):
        begin_stretch(law, state, stretch, standing)
        while not stop.is_set() and not advance(law, state, stretch, STEPS_A_CALL, rng):
            done[0] = float(state.now["clock"][0]) / whole
        if stop.is_set():
            break
        standing = standing_clusters(state)
        if stretch.evolving:
            end_stretch(law, state, stretch, standing)
    now = state.now[0]
    return Replica(
        dots,
        state.bonds[: now["events"]].copy(),
        int(now["proposals"]),
        int(now["violations"]),
    )


def _linked(flask: Flask, rng: np.random.Generator) -> Replica:
    """One replica of dots joined by molecules."""
    assert flask.linking is not None
    dots = sample(flask, rng)
    how = flask.linking
    links = link(dots.radii_nm, dots.kinds, how.linkers_per_dot, how.conversion, how.law, rng)
    bonds = bond_rows(links, dots.radii_nm, 60.0 * flask.time_min)
    return Replica(dots, bonds, len(bonds), 0)
