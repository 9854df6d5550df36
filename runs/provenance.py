"""What made these results: version, seed, packages, machine, time."""

import os
import platform
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from runs.folder import PROGRAM
from runs.recipe import Recipe
from runs.version import version

PACKAGES = ("finufft", "h5netcdf", "h5py", "matplotlib", "networkx", "numba", "numpy", "pydantic", "scipy", "xarray")


def provenance(recipe: Recipe, started: datetime, workers: int, seconds: dict[str, float]) -> dict[str, Any]:
    """The content of provenance.json; nothing in it names a person, a host or a folder.

    `seconds` that each stage took.
    """
    about = {
        "recipe": recipe.stem,
        "title": recipe.title,
        "seed": recipe.simulation.seed,
        "workers": workers,
    }
    return {
        **made_here(started, about),
        "seconds": {name: round(value, 3) for name, value in seconds.items()},
    }


def made_here(started: datetime, about: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What made any folder of ours: program, version, what it is `about`, packages, machine, time."""
    return {
        "program": PROGRAM,
        "version": version(),
        **(about or {}),
        "packages": {name: version(name) for name in PACKAGES},
        "machine": {
            "python": platform.python_version(),
            "implementation": sys.implementation.name,
            "system": platform.system(),
            "release": platform.release(),
            "architecture": platform.machine(),
            "processors": os.cpu_count(),
        },
        "started": started.isoformat(timespec="seconds"),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
    }
