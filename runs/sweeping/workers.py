"""Points on the processors of this machine: in this process, or shared out to worker processes.

Workers are `concurrent.futures` processes started afresh ("spawn"), with one thread each for numba, BLAS and OpenMP.
They hold the reading end of a pipe that only this process can write to: it closes when this process wants them to
stop, and also when this process is killed, so that no worker outlives it.
"""

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.connection import Connection

from threadpoolctl import threadpool_limits

from runs.complaints import Stopped
from runs.interruption import raise_if_came
from runs.sweeping.point import Answer, Task, compile_for, solve

THREADS = ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
IN_FLIGHT = 3  # points a worker has ahead of it
LOOK_EVERY_S = 0.5
MOST_LOSSES = 3  # times in a row that workers die without one point done between


def here(tasks: Iterable[Task]) -> Iterator[Answer]:
    """Points one after the other in this process."""
    with threadpool_limits(1):
        for todo in tasks:
            raise_if_came()
            yield solve(todo)


def on_processes(tasks: Iterable[Task], workers: int) -> Iterator[Answer]:
    """Points as they get done on `workers` processes; those of a worker that dies are done again by new ones.

    Stopped where workers die again and again.
    """
    waiting, losses = deque(tasks), 0
    while waiting:
        before = len(waiting)
        yield from _one_pool(waiting, min(workers, before))
        losses = losses + 1 if len(waiting) == before else 0
        if losses == MOST_LOSSES:
            raise Stopped(
                "The worker processes died time and again, perhaps for want of memory; every finished point is kept,"
                " run the same command again with fewer --workers to go on."
            )


def _one_pool(waiting: deque[Task], workers: int) -> Iterator[Answer]:
    """Take points from `waiting` until it is empty or a worker dies, which puts the unfinished ones back."""
    running: dict[Future[Answer], Task] = {}
    try:
        with worker_pool(workers) as pool:
            compile_for(waiting[0])
            while waiting or running:
                raise_if_came()
                while waiting and len(running) < IN_FLIGHT * workers:
                    running[pool.submit(solve, waiting[0])] = waiting[0]
                    waiting.popleft()
                done, _ = wait(running, timeout=LOOK_EVERY_S, return_when=FIRST_COMPLETED)
                for future in done:
                    answer = future.result()
                    del running[future]
                    yield answer
    except BrokenProcessPool:
        waiting.extendleft(running.values())


@contextmanager
def worker_pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    """Processes of one thread each that are gone, busy or not, when the block or this process ends."""
    context = multiprocessing.get_context("spawn")
    stop, lifeline = context.Pipe(duplex=False)
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_become_worker, initargs=(stop,))
    try:
        with _quietly_started():
            for _ in range(workers):
                pool.submit(os.getpid)  # each starts a process; what the block does first, they need not wait for
        yield pool
    finally:
        lifeline.close()
        pool.shutdown(wait=True, cancel_futures=True)
        stop.close()


@contextmanager
def _quietly_started() -> Iterator[None]:
    """Processes started in this block have one thread for numerics and never hear of an interrupt from the keyboard."""
    kept = {name: os.environ.get(name) for name in THREADS}
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT]) if os.name == "posix" else None
    os.environ.update(dict.fromkeys(THREADS, "1"))
    try:
        yield
    finally:
        for name, value in kept.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        if blocked is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, blocked)


def _become_worker(stop: Connection) -> None:
    """In a new worker: leave the keyboard to the first process, and end with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threadpool_limits(1)
    threading.Thread(target=_end_with, args=(stop,), daemon=True).start()


def _end_with(stop: Connection) -> None:
    """Wait until the other end is closed, by intent or by death."""
    try:
        stop.recv_bytes()
    except (EOFError, OSError):
        os._exit(1)
