"""Shared furniture of the tests of the rooms where people come in."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from runs.cli import exit_code
from runs.recipe_files import built_in_text

SMALL = ["--set", "simulation.particles=2000", "--set", "simulation.replicas=3"]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small run of cds-dimers, made once."""
    folder = tmp_path_factory.mktemp("runs") / "small"
    assert exit_code(["run", "cds-dimers", "--out", str(folder), *SMALL]) == 0
    return folder


@pytest.fixture
def recipe_file(tmp_path: Path) -> Callable[..., Path]:
    """Write cds-dimers with one piece of its text replaced, or any text at all."""

    def write(old: str = "", new: str = "", text: str | bytes | None = None) -> Path:
        path = tmp_path / "recipe.toml"
        if text is None:
            shipped = built_in_text("cds-dimers")
            assert old in shipped
            text = shipped.replace(old, new, 1)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


@pytest.fixture(scope="session")
def qdmer() -> Callable[..., subprocess.CompletedProcess]:
    """The command in a process of its own."""

    def call(*arguments: str, cwd: Path, **options: object) -> subprocess.CompletedProcess:
        command = [
            sys.executable,
            "-c",
            f"import sys; sys.path.insert(0, {str(ROOT)!r}); from runs.cli import main; main()",
            *arguments,
        ]
        return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=300, check=False, **options)

    return call
