"""How the compiled laws and loops are compiled: one set of flags, one cache folder.

numba's own cache is keyed by the file of the kernel alone, so a kernel that calls a law from another file keeps the
OLD law after that law is edited. The cache folder is therefore named by a digest of every source file of the house:
an edit anywhere starts a new folder.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
import numpy as np
import platformdirs
from llvmlite import ir  # type: ignore[import-untyped]
from numba.core import cgutils, types
from numba.extending import intrinsic

Function = TypeVar("Function", bound=Callable[..., Any])


def _user() -> int:
    return os.getuid() if hasattr(os, "getuid") else 0


FOLDERS_KEPT = 4  # older caches are removed: each holds some tens of megabytes


def source_digest() -> str:
    """Sixteen hexadecimal digits that change with any source file of physics and assembly, or with numba itself."""
    digest = hashlib.sha256(numba.__version__.encode())
    house = Path(__file__).resolve().parent.parent
    for room in ("physics", "assembly"):
        for path in sorted((house / room).rglob("*.py")):
            digest.update(str(path.relative_to(house)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def cache_folder() -> Path | None:
    """A writable folder for compiled code of exactly these sources, or None where there is none."""
    name = source_digest()
    for parent in (Path(platformdirs.user_cache_dir("qdmer")), Path(tempfile.gettempdir()) / f"qdmer-{_user()}"):
        folder = parent / name
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            # Compiled code is run as it is found: a folder of somebody else's is no place to look for it.
            if folder.stat().st_uid != _user() or not os.access(folder, os.W_OK):
                continue
            os.utime(folder)
            _forget_old_folders(parent)
        except OSError:
            continue
        return folder
    return None


def _forget_old_folders(parent: Path) -> None:
    folders = sorted((p for p in parent.iterdir() if p.is_dir()), key=lambda p: p.stat().st_mtime, reverse=True)
    for old in folders[FOLDERS_KEPT:]:
        shutil.rmtree(old, ignore_errors=True)


_FOLDER = cache_folder()
if _FOLDER is not None:
    numba.config.CACHE_DIR = str(_FOLDER)  # type: ignore[attr-defined]


def compiled(function: Function) -> Function:
    """Compile a function of floats and arrays; kept between runs, releases the interpreter lock while it runs.

    Division by zero follows IEEE (inf, nan) and no fast-math is used, so that results do not depend on the compiler's
    choice of order.
    """
    jit = numba.njit(cache=_FOLDER is not None, nogil=True, error_model="numpy")
    return cast(Function, jit(function))


def compiled_in_place(function: Function) -> Function:
    """As `compiled`, for functions that make no array: without the counting of references.

    A kernel that hands tuples of arrays to its parts otherwise spends most of its time counting them up and down
    (numba's own switch `_nrt`; a function that does make an array does not compile with it).
    """
    jit = numba.njit(cache=_FOLDER is not None, nogil=True, error_model="numpy", _nrt=False)  # type: ignore[call-overload]
    return cast(Function, jit(function))


def written_in(function: Function) -> Function:
    """As `compiled_in_place`, laid into its callers by the compiler: for small steps of a hot loop."""
    jit = numba.njit(  # type: ignore[call-overload]
        cache=_FOLDER is not None, nogil=True, error_model="numpy", _nrt=False, forceinline=True
    )
    return cast(Function, jit(function))


if numba.config.DISABLE_JIT:  # type: ignore[attr-defined]

    def fetch(array: np.ndarray, index: int) -> None:
        """Ask the memory for a record before it is needed."""

else:

    @intrinsic
    def fetch(context: Any, array: Any, index: Any) -> Any:
        """Ask the memory for a record before it is needed: what lies at random places is then waited for only once."""

        def prefetch(target: Any, builder: Any, signature: Any, values: Any) -> Any:
            held = target.make_array(array)(target, builder, values[0])
            place = cgutils.get_item_pointer(target, builder, array, held, [values[1]], wraparound=False)
            number = ir.IntType(32)
            law = ir.FunctionType(ir.VoidType(), [cgutils.voidptr_t, number, number, number])
            call = cgutils.get_or_insert_function(builder.module, law, "llvm.prefetch.p0")
            to_read, to_keep, data = number(0), number(3), number(1)
            builder.call(call, [builder.bitcast(place, cgutils.voidptr_t), to_read, to_keep, data])
            return target.get_dummy_value()

        return types.void(array, index), prefetch
