"""`qdmer reproduce` interrupted: what is finished is kept, resumed, and forgotten when it stands where it belongs."""

import json
import os
import signal
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import pytest

from runs import kept_rooms, reproduction
from runs.cli import exit_code

FIRST, SECOND = "cassidy_2_fusion_energy", "cassidy_5g_surface_melting"
HOUSE = Path(__file__).resolve().parents[2]


@pytest.fixture
def worked(monkeypatch):
    """Names of the rooms that are worked off; the room named in `stop` interrupts."""
    names, real = [], reproduction.work_off

    def spy(stem, place):
        if stem == spy.stop:
            raise KeyboardInterrupt
        names.append(stem)
        return real(stem, place)

    spy.stop = ""
    names_and_spy = (names, spy)
    monkeypatch.setattr(reproduction, "work_off", spy)
    return names_and_spy


def reproduce(out, *more):
    return exit_code(["reproduce", FIRST, SECOND, "--out", str(out), "--workers", "1", *more])


def test_an_interrupted_run_goes_on_where_it_stopped(tmp_path, worked, capsys):
    names, spy = worked
    out, kept = tmp_path / "seen", tmp_path / ".seen.unfinished"
    spy.stop = SECOND
    assert reproduce(out) == 130
    said = capsys.readouterr().err
    assert said == f"qdmer: Interrupted; 1 of 2 figures are kept in {kept}: run the same command again to go on.\n"
    assert not out.exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == [".seen.unfinished"]
    spy.stop = ""
    assert reproduce(out) == 0
    assert names == [FIRST, SECOND]  # the first was not done again
    assert not kept.exists()
    assert (out / "figures" / f"{FIRST}.png").stat().st_size > 5000
    assert reproduce(tmp_path / "at_once") == 0
    for name in ("claims.json", f"figures/{FIRST}.svg"):
        assert (out / name).read_bytes() == (tmp_path / "at_once" / name).read_bytes()


def test_what_other_numbers_made_is_made_again(tmp_path, worked, monkeypatch):
    names, spy = worked
    spy.stop = SECOND
    assert reproduce(tmp_path / "seen") == 130
    real = kept_rooms.digest
    monkeypatch.setattr(kept_rooms, "digest", lambda stem: "changed" if stem == FIRST else real(stem))
    spy.stop = ""
    assert reproduce(tmp_path / "seen") == 0
    assert names == [FIRST, FIRST, SECOND]


def test_a_room_kept_without_its_drawing_is_drawn(tmp_path, worked):
    names, spy = worked
    spy.stop = SECOND
    assert reproduce(tmp_path / "seen", "--no-figures") == 130
    spy.stop = ""
    assert reproduce(tmp_path / "seen") == 0
    assert names == [FIRST, FIRST, SECOND]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"digest": 1}'])
def test_a_broken_file_is_no_room(tmp_path, worked, content):
    names, spy = worked
    spy.stop = SECOND
    assert reproduce(tmp_path / "seen") == 130
    (tmp_path / ".seen.unfinished" / f"{FIRST}.json").write_text(content)
    spy.stop = ""
    assert reproduce(tmp_path / "seen", "--no-figures") == 0
    assert names == [FIRST, FIRST, SECOND]


def test_what_is_finished_is_never_overwritten(tmp_path, worked, capsys):
    names, _ = worked
    assert reproduce(tmp_path / "seen", "--no-figures") == 0
    before = (tmp_path / "seen" / "claims.json").read_bytes()
    names.clear()
    assert reproduce(tmp_path / "seen") == 2
    assert "does not exist yet" in capsys.readouterr().err
    assert names == []
    assert (tmp_path / "seen" / "claims.json").read_bytes() == before


def test_the_digest_follows_the_rooms_own_files_and_the_house_but_no_other_room(tmp_path, monkeypatch):
    for name in ("physics", "assembly", "runs/reproduce"):
        (tmp_path / name).mkdir(parents=True)
    files = {name: tmp_path / name for name in (
        "physics/law.py", "physics/law.toml", "runs/reproduce/a.py", "runs/reproduce/a.toml", "runs/reproduce/b.py",
        "runs/reproduce/b.toml")}  # fmt: skip
    for path in files.values():
        path.write_text("x = 1")
    monkeypatch.setattr(kept_rooms, "HOUSE", tmp_path)

    def digests():
        kept_rooms._house.cache_clear()
        return kept_rooms.digest("a")

    try:
        found = [digests()]
        for name in files:
            files[name].write_text("x = 2")
            found.append(digests())
    finally:
        kept_rooms._house.cache_clear()
    changed = [before != after for before, after in pairwise(found)]
    assert changed == [True, True, True, True, False, False]


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
@pytest.mark.parametrize("workers", ["1", "2"])
def test_control_c_on_a_real_process(tmp_path, workers):
    rooms = (FIRST, SECOND, "cassidy_s12_small_dots", "cassidy_3d_dimer_yields", "hamilton_coherence_families")
    code = "import sys; from runs.cli import main; main()"
    command = [sys.executable, "-c", code, "reproduce", *rooms, "--out", "seen", "--workers", workers, "--no-figures"]
    given = {**os.environ, "PYTHONPATH": str(HOUSE)}
    running = subprocess.Popen(command, cwd=tmp_path, env=given, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               text=True, start_new_session=True)  # fmt: skip
    kept = tmp_path / ".seen.unfinished"
    until = time.monotonic() + 120.0
    while not list(kept.glob("*.json")) and time.monotonic() < until:
        time.sleep(0.05)
    os.killpg(running.pid, signal.SIGINT)  # as a terminal does: the workers hear it too
    _, said = running.communicate(timeout=60)
    assert running.returncode == 130, said
    assert said.count("\n") == 1, said
    assert " of 5 figures are kept in " in said
    done = len(list(kept.glob("*.json")))
    assert done >= 1
    again = subprocess.run(command, cwd=tmp_path, env=given, capture_output=True, text=True, timeout=300)
    assert again.returncode == 0, again.stderr
    seconds = json.loads((tmp_path / "seen" / "provenance.json").read_text())["seconds"]
    assert set(seconds) == set(rooms)
    assert not kept.exists()
