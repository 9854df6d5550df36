"""The folder of a sweep: which sweep it holds, one file per point, whole or not at all, and what is still to do."""

import errno
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import tomli_w

from runs.complaints import RecipeError, Stopped
from runs.folder import PROGRAM, folder_named
from runs.provenance import made_here
from runs.store import plain, write_recipe
from runs.sweeping.plan import Plan
from runs.sweeping.point import Answer, made_by
from runs.version import version
from runs.whole_files import flush, write_whole

MANIFEST = "sweep.json"
POINTS = "points"
FIGURES = "figures"
FULL = (errno.ENOSPC, errno.EDQUOT)
FRESH = (".partial", "lost+found")  # a folder with nothing but these counts as empty


class SweepFolder:
    """Where a sweep's results stand; opening it refuses a folder of something else and changes nothing."""

    def __init__(self, path: Path, plan: Plan) -> None:
        self.path = path
        self.plan = plan
        self.result = path / f"{plan.stem}.nc"
        if os.path.lexists(path):
            _refuse(path, plan)

    def begin(self, started: datetime) -> None:
        """Make the folder with its manifest, the sweep and its recipe, unless they are there."""
        with writing(self.path):
            (self.path / POINTS).mkdir(parents=True, exist_ok=True)
            if (self.path / MANIFEST).exists():
                return
            recipe = self.path / ".recipe.partial"
            write_recipe(recipe, self.plan.recipe, version())
            write_whole(self.path / "recipe.toml", recipe.read_bytes())
            recipe.unlink()
            write_whole(self.path / "sweep.toml", tomli_w.dumps(self.plan.as_toml()).encode())
            text = json.dumps(made_here(started, manifest(self.plan)), indent=2) + "\n"
            write_whole(self.path / MANIFEST, text.encode())  # last: whoever finds it finds the other two

    def file(self, key: str) -> Path:
        """The file of one point."""
        return self.path / POINTS / f"{key}.json"

    def read(self, key: str) -> dict[str, Any] | None:
        """What the file of one point holds; None where there is none, or one that is none of ours."""
        try:
            found = json.loads(self.file(key).read_bytes())
        except (OSError, ValueError, RecursionError):
            return None
        fits = isinstance(found, dict) and found.get("key") == key and isinstance(found.get("results"), dict)
        return found if fits and found.get("made_by") == list(made_by()) else None

    def keep(self, answer: Answer) -> None:
        """Write one point."""
        with writing(self.path):
            text = json.dumps(plain(asdict(answer)), separators=(",", ":"), allow_nan=False)
            write_whole(self.file(answer.key), text.encode())

    def tidy(self) -> None:
        """Remove what interrupted writing left, and make the names of all files last."""
        with writing(self.path):
            for place in (self.path, self.path / POINTS):
                for rest in place.glob(".*.partial"):
                    shutil.rmtree(rest) if rest.is_dir() else rest.unlink(missing_ok=True)
                flush(place)

    def has_figures(self) -> bool:
        """Whether the figures were drawn."""
        return (self.path / FIGURES).is_dir()

    def keep_figures(self, drawn: Path) -> None:
        """Move drawn figures in, all of them or none."""
        with writing(self.path):
            aside = Path(tempfile.mkdtemp(prefix=".figures.", suffix=".partial", dir=self.path))
            try:
                for file in sorted(drawn.iterdir()):
                    write_whole(aside / file.name, file.read_bytes())
                aside.chmod((self.path / POINTS).stat().st_mode & 0o777)
                os.rename(aside, self.path / FIGURES)
            finally:
                shutil.rmtree(aside, ignore_errors=True)


def manifest(plan: Plan) -> dict[str, Any]:
    """What the folder says it holds."""
    return {"kind": "sweep", "sweep": plan.digest, "sources": made_by()[1], "title": plan.title,
            "recipe": plan.recipe.stem, "points": len(plan.tasks)}  # fmt: skip


def sweep_path(out: str | None, stem: str) -> Path:
    """The folder that --out names, without it ./<stem>; its parent must be there."""
    return folder_named(stem if out is None else out)


def _refuse(path: Path, plan: Plan) -> None:
    """Only an empty folder or one of this very sweep is written to."""
    if not path.is_dir():
        raise RecipeError(f"--out: wanted a folder, got {path}, which is none.")
    if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        raise RecipeError(f"--out: wanted a folder that can be read and written, got {path}.")
    try:
        found = json.loads((path / MANIFEST).read_bytes())
    except FileNotFoundError:
        # A sweep that was killed before its manifest stood has no points yet.
        own = ("recipe.toml", "sweep.toml", POINTS)
        strange = [name for name in os.listdir(path) if not name.endswith(FRESH) and name not in own]
        points = path / POINTS
        if strange or (points.is_dir() and any(points.iterdir())):
            raise RecipeError(
                f"--out: wanted a new folder or one of this sweep, got {path}, which holds neither."
            ) from None
        return
    except (OSError, ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or found.get("program") != PROGRAM or found.get("kind") != "sweep":
        raise RecipeError(f"--out: wanted a folder of this sweep, got {path}, whose {MANIFEST} is none of qdmer's.")
    if (found.get("version"), found.get("sources")) != made_by():
        raise RecipeError(
            f"--out: wanted a sweep of this version of qdmer ({'/'.join(made_by())}), got {path} of version"
            f" {found.get('version')}/{found.get('sources')}, which is left as it is; choose another --out."
        )
    if found.get("sweep") != plan.digest:
        raise RecipeError(
            f"--out: wanted a folder of this sweep, got {path}, which holds another one ({found.get('recipe')},"
            f" {found.get('points')} points) and is left as it is; choose another --out."
        )


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """What goes wrong with the disk inside this block is said in one sentence. It is raised as Stopped."""
    try:
        yield
    except OSError as error:
        why = "the disk is full" if error.errno in FULL else f"writing failed ({error.strerror or error})"
        raise Stopped(
            f"{folder}: {why}; every finished point is kept, make room and run the same command again to go on."
        ) from None
