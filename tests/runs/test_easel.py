"""The second process that draws: the same files as without it, its failures come back, and it never outlives a run."""

import multiprocessing
from pathlib import Path

import pytest

from runs import easel
from runs.easel import Easel
from runs.recipe import load

LINUX = pytest.mark.skipif(not easel.sys.platform.startswith("linux"), reason="forks on Linux only")


def drawn(place: Path) -> dict[str, bytes]:
    with Easel(place) as made:
        made.draw("energies", load("cds-dimers"))
        made.finish()
    return {path.name: path.read_bytes() for path in place.iterdir()}


@LINUX
def test_one_process_or_two_draw_the_same_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(easel, "_may_fork", lambda: True)
    by_two = drawn(tmp_path / "two")
    monkeypatch.setattr(easel, "_may_fork", lambda: False)
    assert drawn(tmp_path / "one") == by_two
    assert {name.partition(".")[0] for name in by_two} == {"melting_free_energy", "fusion_energy"}


@pytest.mark.parametrize("forks", [False, pytest.param(True, marks=LINUX)])
def test_what_goes_wrong_with_a_drawing_is_raised(forks: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(easel, "_may_fork", lambda: forks)
    with Easel(tmp_path / "figures") as made:
        made.draw("spectra", load("cds-dimers"), None)
        with pytest.raises(TypeError, match="NoneType"):
            made.finish()
    assert multiprocessing.active_children() == []


@LINUX
def test_leaving_early_ends_the_second_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(easel, "_may_fork", lambda: True)
    with Easel(tmp_path / "figures") as made:
        made.draw("energies", load("cds-dimers"))
        assert len(multiprocessing.active_children()) == 1
    assert multiprocessing.active_children() == []


@LINUX
def test_a_second_process_that_dies_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(easel, "_may_fork", lambda: True)
    with Easel(tmp_path / "figures") as made:
        multiprocessing.active_children()[0].kill()
        with pytest.raises(RuntimeError, match="ended before"):
            made.finish()


def test_no_figures_no_folder(tmp_path: Path) -> None:
    with Easel(None) as made:
        made.draw("energies", load("cds-dimers"))
        made.finish()
    assert list(tmp_path.iterdir()) == []
