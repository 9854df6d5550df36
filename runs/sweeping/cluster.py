"""Points on a Dask cluster: the same tasks, handed to whichever workers its scheduler has.

A Dask scheduler runs code for whoever reaches it, as the user that started it: keep it on a private network, or use
tls:// with certificates (Dask's own configuration `distributed.comm.tls`, which the client here reads too).
"""

import contextlib
import logging
import re
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import CancelledError
from functools import cache
from typing import Any

from runs.complaints import RecipeError, Stopped
from runs.sweeping.point import Answer, Task, made_by, solve

ADDRESS = re.compile(r"^(tcp|tls)://(\[[0-9a-fA-F:]+\]|[^\s/:]+):\d{1,5}$")
CONNECT_S = "10s"
MOST_LOSSES = 10  # workers that may die over one point, on top of what the scheduler itself allows
IN_FLIGHT = 4  # points a thread of the cluster has ahead of it
LEAST_IN_FLIGHT = 32
ASK_EVERY_S = 2.0
LOST = "The scheduler at {} was lost; every finished point is kept, run the same command again to go on."


def connected(address: str) -> Any:
    """A client of the scheduler at tcp://HOST:PORT or tls://HOST:PORT; RecipeError where there is none."""
    if not ADDRESS.match(address):
        raise RecipeError(f"--scheduler: wanted tcp://HOST:PORT or tls://HOST:PORT, got {address!r}.")
    try:
        from distributed import Client
    except ImportError:
        raise RecipeError(
            "--scheduler: wanted the package `distributed`, which the extra `cluster` brings"
            " (pip install 'qdmer[cluster]'), got none."
        ) from None
    for name in list(logging.Logger.manager.loggerDict):
        if name.partition(".")[0] == "distributed":  # what matters is said in one sentence here
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        return Client(address, timeout=CONNECT_S, set_as_default=False)
    except (OSError, TimeoutError, ValueError, TypeError, RuntimeError) as error:
        why = " ".join(str(error).split())[:160] or type(error).__name__
        raise RecipeError(f"--scheduler: wanted a Dask scheduler at {address}, got no answer ({why}).") from None


def on_cluster(tasks: Iterable[Task], client: Any, address: str) -> Iterator[Answer]:
    """Points as the cluster gets them done; those of a worker that is lost are done again by the others.

    Stopped where a point fails the cluster or the scheduler is lost.
    """
    from distributed import as_completed

    waiting, todo, losses = deque(tasks), {}, dict[str, int]()
    running = as_completed(loop=client.loop)

    def submit(one: Task) -> None:
        future = client.submit(solve_alone, one, key=f"qdmer-{one.key}-{losses.get(one.key, 0)}", pure=False)
        todo[future.key] = one
        running.add(future)

    room, asked = LEAST_IN_FLIGHT, 0.0
    while waiting or todo:
        if time.monotonic() - asked > ASK_EVERY_S:  # workers come and go
            with contextlib.suppress(OSError):  # a lost scheduler shows below, in the points it held
                room = max(IN_FLIGHT * sum(client.nthreads().values()), LEAST_IN_FLIGHT)
            asked = time.monotonic()
        while waiting and len(todo) < room:
            submit(waiting.popleft())
        try:
            future = next(running)
            one = todo.pop(future.key)
            if _killed(future):
                losses[one.key] = losses.get(one.key, 0) + 1
                if losses[one.key] > MOST_LOSSES:
                    raise Stopped(f"Workers of {address} died over one point {MOST_LOSSES} times; the rest is kept.")
                submit(one)
                continue
            if future.status != "finished":
                raise Stopped(_sentence(future, address))
            answer = future.result()
        except (OSError, CancelledError):
            raise Stopped(LOST.format(address)) from None
        yield _of_this_version(answer, address)


def _killed(future: Any) -> bool:
    """Whether the scheduler gave the point up because its workers died one after the other."""
    return future.status == "error" and type(future.exception()).__name__ == "KilledWorker"


def solve_alone(todo: Task) -> Answer:
    """`solve` in a worker of the cluster, which from then on keeps to one thread for numerics."""
    _one_thread()
    return solve(todo)


@cache
def _one_thread() -> object:
    from threadpoolctl import threadpool_limits

    return threadpool_limits(1)


def _of_this_version(answer: Answer, address: str) -> Answer:
    if answer.made_by != made_by():
        raise Stopped(
            f"The workers of {address} have qdmer {'/'.join(answer.made_by)} and this is {'/'.join(made_by())}:"
            " install the same version there; nothing of theirs was kept."
        )
    return answer


def _sentence(future: Any, address: str) -> str:
    """Why a point came back as neither a result nor a lost worker."""
    if future.status in ("cancelled", "lost"):
        return LOST.format(address)
    error = future.exception()
    if isinstance(error, ImportError):
        return f"The workers of {address} cannot import qdmer ({error}): install the same version there."
    return f"The cluster at {address} failed with {type(error).__name__}: {error}; every finished point is kept."
