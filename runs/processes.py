"""Worker processes of one thread each that never outlive this one.

They are `concurrent.futures` processes started afresh ("spawn"), with one thread each for numba, BLAS and OpenMP. They
hold the reading end of a pipe that only this process can write to: it closes when this process wants them to stop, and
also when this process is killed.
"""

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import Connection

from threadpoolctl import threadpool_limits

THREADS = ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


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
