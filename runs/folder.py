"""Where a run's files go: the next free name or a named one, written aside, flushed, renamed whole."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from runs.complaints import RecipeError
from runs.whole_files import flush

PROVENANCE = "provenance.json"
PROGRAM = "qdmer"


@dataclass(frozen=True)
class Destination:
    """A folder to be made: `named` by a person, or numbered <stem>-<n> with the next free n."""

    parent: Path
    name: str
    named: bool
    replace: bool = False


def destination(out: str | None, stem: str, force: bool = False) -> Destination:
    """Where this run will be written; refuses, before anything is computed, what must not be touched.

    RecipeError, one sentence, for what may not be written or replaced.
    """
    if out is None:
        tidy = "".join(c if c.isalnum() or c in "_.-" else "-" for c in stem).lstrip(".-") or "run"
        return Destination(Path.cwd(), tidy[:100], named=False)
    path = folder_named(out)
    if path.is_symlink():
        raise RecipeError(f"--out: wanted a folder, got the link {out}, which is never replaced.")
    if not path.name:
        raise RecipeError(f"--out: wanted a new folder, got {out}, which is the top of the file system.")
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise RecipeError(f"--out: wanted a folder whose parent can be written to, got {out}.")
    if path.exists():
        _refuse_to_replace(path, out, force)
    return Destination(path.parent, path.name, named=True, replace=force)


def folder_named(out: str) -> Path:
    """The folder that --out names, made or to be made inside one that is there.

    RecipeError, one sentence, for an empty name or a parent that does not exist.
    """
    if not out.strip() or "\0" in out:
        raise RecipeError("--out: wanted the name of a folder, got an empty one.")
    path = Path(os.path.abspath(os.path.expanduser(out)))
    if not path.parent.is_dir():
        raise RecipeError(f"--out: wanted a folder inside an existing one, got {out} whose parent does not exist.")
    return path


def _refuse_to_replace(path: Path, out: str, force: bool) -> None:
    """Only a folder of ours, asked for by --force, may go."""
    if not force:
        raise RecipeError(
            f"--out: wanted a folder that does not exist yet, got {out} (--force replaces a run of qdmer)."
        )
    real = path.resolve()
    for what, kept in (("the home folder", Path.home()), ("the working folder", Path.cwd())):
        if real == kept.resolve() or real in kept.resolve().parents:
            raise RecipeError(f"--out: wanted a run folder to replace, got {out}, which is or holds {what}.")
    if not path.is_dir() or not is_ours(path):
        raise RecipeError(
            f"--out: wanted a run folder of qdmer to replace, got {out}, which holds no {PROVENANCE} of ours."
        )


def is_ours(path: Path) -> bool:
    """Whether a folder holds a provenance file that qdmer wrote."""
    file = path / PROVENANCE
    try:
        if file.is_symlink() or file.stat().st_size > 10_000_000:
            return False
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(found, dict) and found.get("program") == PROGRAM


class Staging:
    """A run folder in the making; `folder` is where to write, `final` is where it went after the block."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.final = folder


@contextmanager
def staged(target: Destination) -> Iterator[Staging]:
    """A hidden sibling folder that takes its name when the block ends well and disappears when it does not."""
    aside = Staging(Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".partial", dir=target.parent)))
    try:
        yield aside
        aside.folder.chmod(0o777 & ~_umask())  # mkdtemp makes folders that nobody else can read
        _flush(aside.folder)
        aside.final = _into_place(aside.folder, target)
        flush(target.parent)
    finally:
        if aside.folder.exists():
            shutil.rmtree(aside.folder, ignore_errors=True)


def _into_place(folder: Path, target: Destination) -> Path:
    """Rename the finished folder; a folder that somebody made meanwhile is never overwritten."""
    if not target.named:
        return _numbered(folder, target)
    final = target.parent / target.name
    if not os.path.lexists(final) or not target.replace:
        return _claimed(folder, final)
    _refuse_to_replace(final, str(final), target.replace)
    if final.is_symlink():
        raise RecipeError(f"--out: wanted a folder, got the link {final}, which is never replaced.")
    old = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".old", dir=target.parent))
    old.rmdir()
    os.rename(final, old)
    try:
        os.rename(folder, final)
    except BaseException:
        os.rename(old, final)
        raise
    shutil.rmtree(old, ignore_errors=True)
    return final


def _claimed(folder: Path, final: Path) -> Path:
    """Make the name ours (mkdir is atomic), then move the whole folder over the empty one."""
    try:
        final.mkdir()
    except FileExistsError:
        raise RecipeError(
            f"--out: wanted a folder that does not exist yet, got {final}, made while this ran."
        ) from None
    try:
        os.rename(folder, final)
    except BaseException:
        final.rmdir()
        raise
    return final


def _numbered(folder: Path, target: Destination) -> Path:
    """The first free <stem>-<n>, also when several runs end at once."""
    number = 1
    while True:
        final = target.parent / f"{target.name}-{number}"
        if not os.path.lexists(final):
            try:
                return _claimed(folder, final)
            except RecipeError:
                pass
        number += 1


def _flush(folder: Path) -> None:
    """fsync every file and folder below, so that a rename never shows an empty file after a power cut."""
    with ThreadPoolExecutor() as pool:  # the disk takes them together in the time of one
        list(pool.map(flush, [*sorted(folder.rglob("*")), folder]))


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
