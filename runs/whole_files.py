"""Files that are there whole or not at all: written aside, flushed, then given their name."""

import os
import tempfile
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """Write a file aside, make it last, give it its name: it is there whole or not at all."""
    handle, aside = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".partial", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(aside, path.parent.stat().st_mode & 0o666)  # mkstemp makes files that nobody else can read
        os.replace(aside, path)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise


def flush(path: Path) -> None:
    """fsync a file, or a folder so that the names of its files last; not every system can do the latter."""
    if os.name != "posix" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
