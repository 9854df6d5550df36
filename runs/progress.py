"""The bar that long work shows on a terminal."""

import sys
from collections.abc import Callable
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
