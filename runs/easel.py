"""The figures of a run, drawn by a second process while the first goes on computing."""

import multiprocessing
import os
import pickle
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess
from pathlib import Path
from typing import Any

END = b""


class Easel:
    """Takes drawings by their name in runs.drawings, with what they show; `finish` waits until all are there.

    Where a second process can be had by forking it draws at once, elsewhere this one draws in `finish`. The files are
    the same either way. Leaving the block early ends the second process before anything else is cleaned up.
    """

    def __init__(self, place: Path | None) -> None:
        self._place = place  # the folder of the figures; None: no figures are wanted
        self._waiting: list[bytes] = []
        self._process: ForkProcess | None = None

    def __enter__(self) -> "Easel":
        if self._place is None:
            return self
        self._place.mkdir()
        if _may_fork():
            self._ours, theirs = multiprocessing.Pipe()
            fork = multiprocessing.get_context("fork")
            self._process = fork.Process(target=_serve, args=(theirs, self._ours, self._place), daemon=True)
            self._process.start()
            theirs.close()
            self._post = ThreadPoolExecutor(1)  # a pipe takes no more than is read at its other end
        return self

    def draw(self, name: str, *shown: Any) -> None:
        """Ask for a drawing; what is shown is taken as it is now."""
        if self._place is None:
            return
        job = pickle.dumps((name, shown), protocol=pickle.HIGHEST_PROTOCOL)
        if self._process is None:
            self._waiting.append(job)
        else:
            self._post.submit(self._ours.send_bytes, job)

    def finish(self) -> None:
        """Wait for the drawings asked for; raises what went wrong with one, RuntimeError where its process died."""
        if self._place is None:
            return
        if self._process is None:
            for job in self._waiting:
                _draw(job, self._place)
            return
        self._post.submit(self._ours.send_bytes, END)
        try:
            error = self._ours.recv()
        except (EOFError, ConnectionError):
            raise RuntimeError("the process that draws the figures ended before they were done") from None
        self._process.join()
        if error is not None:
            raise error

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._ours.close()
            self._post.shutdown()


def _may_fork() -> bool:
    """Whether a fork is safe and of use here: Linux, a second core, no worker of somebody's pool, no other threads."""
    if not sys.platform.startswith("linux") or len(os.sched_getaffinity(0)) < 2:
        return False
    others = [thread for thread in threading.enumerate() if thread is not threading.main_thread()]
    return all(thread.daemon for thread in others) and not multiprocessing.current_process().daemon


def _serve(orders: Connection, parents_end: Connection, place: Path) -> None:
    """Draw what comes until the end is asked for, or until the other process is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process hears Ctrl-C too, and ends this one
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    parents_end.close()  # so that the end of the first process is seen here
    try:
        import matplotlib.figure  # noqa: F401  while there is nothing else to do

        while (job := orders.recv_bytes()) != END:
            _draw(job, place)
        orders.send(None)
    except EOFError:
        return
    except Exception as error:
        orders.send(_sendable(error))


def _draw(job: bytes, place: Path) -> None:
    from runs.drawings import DRAWINGS

    name, shown = pickle.loads(job)
    DRAWINGS[name](place, *shown)


def _sendable(error: Exception) -> Exception:
    """The error itself, or its text where it cannot be sent."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error
