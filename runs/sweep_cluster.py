"""Points on a Dask cluster: the same tasks, handed to whichever workers its scheduler has.

A Dask scheduler runs code for whoever reaches it, as the user that started it: keep it on a private network, or use
tls:// with certificates (Dask's own configuration `distributed.comm.tls`, which the client here reads too).
"""

import logging
import re
from collections import deque
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from runs.complaints import RecipeError, Stopped
from runs.sweep_point import Answer, Task, made_by, solve

ADDRESS = re.compile(r"^(tcp|tls)://(\[[0-9a-fA-F:]+\]|[^\s/:]+):\d{1,5}$")
CONNECT_S = "10s"
MOST_LOSSES = 10  # workers that may die over one point, on top of what the scheduler itself allows
IN_FLIGHT = 4  # points a thread of the cluster has ahead of it
LEAST_IN_FLIGHT = 32


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
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters is said in one sentence here
    try:
        return Client(address, timeout=CONNECT_S, set_as_default=False)
    except (OSError, TimeoutError, ValueError, TypeError, RuntimeError) as error:
        why = " ".join(str(error).split())[:160] or type(error).__name__
        raise RecipeError(f"--scheduler: wanted a Dask scheduler at {address}, got no answer ({why}).") from None


def on_cluster(tasks: Iterable[Task], client: Any, address: str) -> Iterator[Answer]:
    """Points as the cluster gets them done; those of a worker that is lost are done again by the others."""
    from distributed import as_completed

    waiting, todo, losses = deque(tasks), {}, dict[str, int]()
    running = as_completed(with_results=False)

    def submit(one: Task) -> None:
        future = client.submit(solve_alone, one, key=f"qdmer-{one.key}-{losses.get(one.key, 0)}", pure=False)
        todo[future.key] = one
        running.add(future)

    while waiting or todo:
        threads = sum(client.nthreads().values()) if client.status == "running" else 0
        while waiting and len(todo) < max(IN_FLIGHT * threads, LEAST_IN_FLIGHT):
            submit(waiting.popleft())
        future = next(running)
        one = todo.pop(future.key)
        if future.status == "finished":
            yield _of_this_version(future.result(), address)
        elif future.status == "error" and type(future.exception()).__name__ == "KilledWorker":
            losses[one.key] = losses.get(one.key, 0) + 1
            if losses[one.key] > MOST_LOSSES:
                raise Stopped(
                    f"Workers of {address} died over the same point {MOST_LOSSES} times; the others are kept."
                )
            submit(one)
        else:
            raise Stopped(_sentence(future, address))


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
        return (
            f"The scheduler at {address} was lost; every finished point is kept, run the same command again to go on."
        )
    error = future.exception()
    if isinstance(error, ImportError):
        return f"The workers of {address} cannot import qdmer ({error}): install the same version there."
    return f"The cluster at {address} failed with {type(error).__name__}: {error}; every finished point is kept."
