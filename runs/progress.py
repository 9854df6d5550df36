"""The bar that long work shows on a terminal."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

Result = TypeVar("Result")


def with_progress(work: Callable[[Callable[[str, float], None]], Result]) -> Result:
    """Run `work(progress)` with a bar on a terminal, and with none elsewhere."""
    from tqdm import tqdm

    stages: dict[str, float] = {}
    shape = "{desc:<12}{percentage:3.0f}%|{bar}| {elapsed}<{remaining}"
    with tqdm(total=100, disable=not sys.stderr.isatty(), leave=False, bar_format=shape) as bar:

        def progress(stage: str, fraction: float) -> None:
            if stage not in stages and stages:
                bar.reset()
            stages[stage] = fraction
            bar.set_description(stage, refresh=False)
            bar.update(100 * fraction - bar.n)

        return work(progress)


@contextmanager
def counted(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar of `done` out of `total` with the time left, on a terminal; the first call says what was done before."""
    from tqdm import tqdm

    shape = "{desc} {percentage:3.0f}%|{bar}| {n_fmt}/{total_fmt} {elapsed}<{remaining}"
    bars: list[tqdm] = []
    seen = sys.stderr.isatty()

    def progress(done: int, total: int) -> None:
        if not bars:
            bars.append(
                tqdm(desc=what, total=total, initial=done, disable=not seen, leave=False, bar_format=shape, smoothing=0)
            )
        bars[0].update(done - bars[0].n)

    try:
        yield progress
    finally:
        for bar in bars:
            bar.close()
