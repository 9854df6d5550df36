"""Points on the processors of this machine: in this process, or shared out to worker processes."""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool

from threadpoolctl import threadpool_limits

from runs.complaints import Stopped
from runs.interruption import raise_if_came
from runs.processes import worker_pool
from runs.sweeping.point import Answer, Task, compile_for, solve

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
