"""The command: exit codes, what goes to which stream, interrupts, and how fast it answers."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from runs.cli import exit_code, strangers

Call = Callable[..., subprocess.CompletedProcess]
SMALL = ["--set", "simulation.particles=2000", "--set", "simulation.replicas=3"]


def test_json_is_alone_on_standard_output(qdmer: Call, tmp_path: Path) -> None:
    done = qdmer("run", "cds-dimers", "--json", "--no-figures", *SMALL, cwd=tmp_path)
    assert done.returncode == 0
    found = json.loads(done.stdout, parse_constant=lambda name: pytest.fail(f"{name} is no strict JSON"))
    assert found["particles"] == 2000
    assert Path(found["folder"]).name == "cds-dimers-1"
    written = json.loads((tmp_path / "cds-dimers-1" / "summary.json").read_text())
    assert {key: value for key, value in found.items() if key != "folder"} == written
    assert done.stderr == ""
    assert os.listdir(tmp_path) == ["cds-dimers-1"]
    assert not (tmp_path / "cds-dimers-1" / "figures").exists()


def test_yields_are_printed_with_intervals_and_denominators(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    assert exit_code(["run", "cds-dimers", "--out", str(tmp_path / "a"), "--no-figures", *SMALL]) == 0
    said = capsys.readouterr().out
    for words in (
        "of objects (all clusters, monomers included)",
        "of particles",
        "of assemblies",
        "95 %",
        "edge",
        "meV",
    ):
        assert words in said


def test_an_existing_named_folder_is_not_touched_without_force(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    folder = tmp_path / "a"
    folder.mkdir()
    (folder / "mine").write_text("mine")
    for force in ([], ["--force"]):
        assert exit_code(["run", "cds-dimers", "--out", str(folder), *force, *SMALL]) == 2
        assert capsys.readouterr().err.count("\n") == 1
        assert os.listdir(folder) == ["mine"]


def test_force_replaces_an_earlier_run(tmp_path: Path) -> None:
    arguments = ["run", "cds-dimers", "--out", str(tmp_path / "a"), "--no-figures", *SMALL]
    assert exit_code(arguments) == 0
    before = json.loads((tmp_path / "a" / "summary.json").read_text())
    assert exit_code([*arguments, "--force", "--seed", "2"]) == 0
    assert json.loads((tmp_path / "a" / "summary.json").read_text()) != before
    assert json.loads((tmp_path / "a" / "provenance.json").read_text())["seed"] == 2
    assert os.listdir(tmp_path) == ["a"]


@pytest.mark.parametrize("number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)], ids=str)
def test_an_interrupt_leaves_nothing_and_exits_130(number: signal.Signals, tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    code = f"import sys; sys.path.insert(0, {str(root)!r}); from runs.cli import main; main()"
    long_run = ["run", "cds-dimers", "--set", "simulation.particles=1000000", "--set", "simulation.replicas=8"]
    with subprocess.Popen(
        [sys.executable, "-c", code, *long_run], cwd=tmp_path, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        deadline = time.monotonic() + 120
        while not os.listdir(tmp_path):  # the folder in the making appears when the simulation starts
            assert time.monotonic() < deadline
            assert process.poll() is None
            time.sleep(0.05)
        time.sleep(1.0)
        process.send_signal(number)
        said, complaint = process.communicate(timeout=120)
    assert process.returncode == 130
    assert said == ""
    assert complaint == "qdmer: Interrupted; nothing was left behind.\n"
    assert os.listdir(tmp_path) == []


def test_help_shows_an_example(qdmer: Call, tmp_path: Path) -> None:
    for arguments in (["--help"], ["run", "--help"], ["recipes", "--help"], ["new", "--help"]):
        done = qdmer(*arguments, cwd=tmp_path)
        assert done.returncode == 0
        assert "Example:  qdmer " in done.stdout


def test_help_imports_nothing_heavy(tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    code = (
        f"import sys; sys.path.insert(0, {str(root)!r}); from runs.cli import exit_code; exit_code(['--help']);"
        "print(sorted({'numba', 'numpy', 'matplotlib', 'xarray', 'pydantic', 'scipy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


BAD = [
    ["fly"], ["run"], ["--loud"], ["new"], ["recipes", "--set", "a=1"], ["run", "cds-dimers", "more"],
    ["run", "cds-dimers", "--seed", "x"], ["run", "cds-dimers", "--seed", "-1"],
    ["run", "cds-dimers", "--workers", "0"],
]  # fmt: skip


@pytest.mark.parametrize("arguments", BAD, ids=" ".join)
def test_a_wrong_command_line_gives_one_sentence_and_code_2(
    arguments: list[str], capsys: pytest.CaptureFixture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert exit_code(arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("qdmer: ")
    assert said.err.count("\n") == 1
    assert os.listdir(tmp_path) == []


def test_recipes_are_listed(capsys: pytest.CaptureFixture) -> None:
    assert exit_code(["recipes"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 15
    assert any(line.startswith("cds-dimers  ") for line in lines)
    assert exit_code(["recipes", "--json"]) == 0
    assert {"name", "title"} == set(json.loads(capsys.readouterr().out)[0])


def test_a_new_recipe_is_annotated_and_never_overwrites(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    path = tmp_path / "mine.toml"
    assert exit_code(["new", str(tmp_path / "mine"), "cds-pbs"]) == 0
    written = path.read_text()
    assert written.count("# ") > 20
    assert "[[pairs]]" in written
    for arguments in (
        ["new", str(path)],
        ["new", str(tmp_path / "no" / "such")],
        ["new", str(tmp_path / "x"), "cds-pb"],
    ):
        assert exit_code(arguments) == 2
        assert path.read_text() == written
    assert os.listdir(tmp_path) == ["mine.toml"]
    assert exit_code(["run", str(path), "--out", str(tmp_path / "a"), "--no-figures", *SMALL]) == 0
    capsys.readouterr()


def test_the_version_is_said(qdmer: Call, tmp_path: Path) -> None:
    done = qdmer("--version", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout.startswith("qdmer ")


def test_a_reader_who_leaves_early_is_no_failure(tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    code = f"import sys; sys.path.insert(0, {str(root)!r}); from runs.cli import main; main()"
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-c", code, "recipes"], cwd=tmp_path, stdout=writer, stderr=subprocess.PIPE, check=False
    )
    os.close(writer)
    assert done.returncode == 0
    assert b"Traceback" not in done.stderr


def test_a_package_from_elsewhere_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qdmer: Call) -> None:
    assert strangers() == []
    (tmp_path / "assembly").mkdir()
    (tmp_path / "assembly" / "__init__.py").write_text("")
    root = Path(__file__).resolve().parents[2]
    code = (
        f"import sys; sys.path.insert(0, {str(root)!r}); import runs.cli; sys.path.insert(0, {str(tmp_path)!r});"
        "runs.cli.main()"
    )
    done = subprocess.run([sys.executable, "-c", code, "recipes"], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert done.stderr.count("\n") == 1
    assert "'assembly' comes from" in done.stderr
    assert str(tmp_path) in done.stderr


def test_a_failure_is_one_sentence_and_code_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the disk is\nfull")

    monkeypatch.delenv("QDMER_TRACEBACK", raising=False)
    monkeypatch.setattr("runs.pipeline.simulate", broken)
    assert exit_code(["run", "cds-dimers", "--out", str(tmp_path / "a")]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == "qdmer: Failed with RuntimeError: the disk is full (QDMER_TRACEBACK=1 shows where).\n"
    assert os.listdir(tmp_path) == []


def test_a_gel_has_a_spectrum_of_the_rest(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    more = (
        "linking.linkers_per_dot=1.0",
        "linking.conversion=1.0",
        "simulation.particles=4000",
        "simulation.replicas=1",
    )
    given = [word for setting in more for word in ("--set", setting)]
    assert exit_code(["run", "cdse-dithiol-dimers", "--out", str(tmp_path / "gel"), *given, "--no-figures"]) == 0
    assert "leaves out those of more than 500 dots" in capsys.readouterr().err
    assert (tmp_path / "gel" / "spectra.nc").is_file()


def test_a_linked_flask_beyond_its_gel_point_is_warned_of(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    more = [
        "--set",
        "linking.linkers_per_dot=1.0",
        "--set",
        "simulation.particles=300",
        "--set",
        "linking.conversion=0.7",
    ]
    bare = ["--set", "simulation.replicas=2", "--set", "spectra.absorption=false", "--no-figures", "--json"]
    out = str(tmp_path / "gel")
    assert exit_code(["run", "cdse-dithiol-dimers", "--out", out, *more, *bare]) == 0
    printed = capsys.readouterr()
    assert "the conversion 0.7 is at or above the gel point 0.4" in printed.err
    assert json.loads(printed.out)["gel_point"] < 0.5
