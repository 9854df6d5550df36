"""Run folders: whole or not at all, and nothing of anybody else's is ever replaced."""

import json
import os
from pathlib import Path

import pytest

from runs.complaints import RecipeError
from runs.folder import Destination, destination, staged


def ours(folder: Path) -> Path:
    folder.mkdir()
    (folder / "provenance.json").write_text(json.dumps({"program": "qdmer"}))
    (folder / "old").write_text("old")
    return folder


def fill(target: Destination) -> Path:
    with staged(target) as staging:
        (staging.folder / "new").write_text("new")
    return staging.final


def test_without_a_name_the_next_free_number_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "flask-2").write_text("a file in the way")
    target = destination(None, "flask")
    assert [fill(target).name for _ in range(3)] == ["flask-1", "flask-3", "flask-4"]
    assert sorted(os.listdir(tmp_path)) == ["flask-1", "flask-2", "flask-3", "flask-4"]


def test_a_named_folder_is_made_once(tmp_path: Path) -> None:
    out = str(tmp_path / "out")
    assert fill(destination(out, "x")) == tmp_path / "out"
    with pytest.raises(RecipeError, match="does not exist yet"):
        destination(out, "x")


def test_force_replaces_a_run_of_ours_whole(tmp_path: Path) -> None:
    folder = ours(tmp_path / "run")
    fill(destination(str(folder), "x", force=True))
    assert os.listdir(folder) == ["new"]
    assert os.listdir(tmp_path) == ["run"]


@pytest.mark.parametrize("content", [None, "{}", '{"program": "other"}', "not json", "[]", "[" * 100_000])
def test_force_refuses_a_folder_that_is_not_ours(tmp_path: Path, content: str | None) -> None:
    folder = tmp_path / "thesis"
    folder.mkdir()
    (folder / "chapter").write_text("years of work")
    if content is not None:
        (folder / "provenance.json").write_text(content)
    with pytest.raises(RecipeError, match=r"provenance\.json of ours"):
        destination(str(folder), "x", force=True)
    assert (folder / "chapter").exists()


def test_force_refuses_links_home_and_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = ours(tmp_path / "run")
    (tmp_path / "link").symlink_to(folder)
    with pytest.raises(RecipeError, match="the link"):
        destination(str(tmp_path / "link"), "x", force=True)
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    with pytest.raises(RecipeError, match="the link"):
        destination(str(tmp_path / "dangling"), "x")
    monkeypatch.setenv("HOME", str(folder))
    for spelling in (str(folder), "~", str(folder / "..") + "/run"):
        with pytest.raises(RecipeError, match="home folder"):
            destination(spelling, "x", force=True)
    monkeypatch.setenv("HOME", "/nonexistent")
    inner = folder / "inner"
    inner.mkdir()
    monkeypatch.chdir(inner)
    for spelling in (str(folder), ".."):
        with pytest.raises(RecipeError, match="working folder"):
            destination(spelling, "x", force=True)
    assert (folder / "old").exists()


def test_a_file_or_a_missing_parent_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    for out, force in (("file", False), ("file", True), ("no/such", True), ("file/below", True)):
        with pytest.raises(RecipeError):
            destination(str(tmp_path / out), "x", force=force)
    for out in ("", "/"):
        with pytest.raises(RecipeError):
            destination(out, "x", force=True)
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize("kind", [KeyboardInterrupt, RuntimeError, OSError])
def test_what_fails_leaves_nothing_and_keeps_the_old(tmp_path: Path, kind: type[BaseException]) -> None:
    folder = ours(tmp_path / "run")

    def fail_halfway() -> None:
        with staged(destination(str(folder), "x", force=True)) as staging:
            (staging.folder / "half").write_text("half")
            raise kind

    with pytest.raises(kind):
        fail_halfway()
    assert os.listdir(tmp_path) == ["run"]
    assert (folder / "old").exists()


def test_a_folder_made_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="made while this ran"), staged(destination(str(tmp_path / "a"), "x")):
        (tmp_path / "a").mkdir()
    assert os.listdir(tmp_path) == ["a"]
    assert os.listdir(tmp_path / "a") == []
