"""Sweeps on a Dask cluster: two worker processes on loopback, one of which is killed midway."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sweep_files import ROOT, arrays, points_in, started, sweep_file, wait_for

from runs.cli import exit_code
from runs.sweeping.plan import read_plan
from runs.sweeping.sweep import sweep

distributed = pytest.importorskip("distributed")


@contextmanager
def dask(place: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen, Path]]:
    """A process of `python -m dask` and its log; gone after the block."""
    log = place / f"{arguments[0]}-{time.monotonic_ns()}.log"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "DASK_DISTRIBUTED__WORKER__DAEMON": "False"}
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "dask", *arguments], stdout=out, stderr=out, env=environment, cwd=place
        )
    try:
        yield process, log
    finally:
        process.kill()
        process.wait()


def said_in(log: Path, pattern: str) -> str:
    """What a log says after a while."""
    deadline = time.monotonic() + 60
    while not (found := re.search(pattern, log.read_text())):
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.05)
    return found.group(1)


@contextmanager
def scheduler(place: Path) -> Iterator[tuple[str, subprocess.Popen]]:
    """The address of a scheduler on loopback, on a free port."""
    with dask(place, "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard") as (process, log):
        yield said_in(log, r"Scheduler at:\s+(tcp://127\.0\.0\.1:\d+)"), process


def worker(place: Path, address: str) -> object:
    """A worker without nanny, so that killing it kills the one that computes."""
    return dask(place, "worker", address, "--no-nanny", "--nthreads", "1", "--no-dashboard", "--host", "127.0.0.1")


@pytest.mark.parametrize(
    ("address", "clue"),
    [
        ("tcp://127.0.0.1:9", "wanted a Dask scheduler at tcp://127.0.0.1:9, got no answer"),
        ("127.0.0.1:8786", "wanted tcp://HOST:PORT or tls://HOST:PORT, got '127.0.0.1:8786'"),
        ("tls://127.0.0.1:9", "wanted a Dask scheduler at tls://127.0.0.1:9, got no answer"),
    ],
)
def test_an_unreachable_scheduler_is_one_sentence(
    address: str, clue: str, tmp_path: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runs.sweeping.cluster.CONNECT_S", "1s")
    out = tmp_path / "out"
    assert exit_code(["sweep", str(sweep_file(tmp_path)), "--out", str(out), "--scheduler", address]) == 2
    said = capsys.readouterr()
    assert said.err.count("\n") == 1
    assert clue in said.err
    assert not out.exists()


@pytest.mark.slow
def test_a_killed_worker_changes_no_bit(tmp_path: Path) -> None:
    path = sweep_file(tmp_path, points=60, particles=5000)
    sweep(read_plan(path), tmp_path / "here", figures=False)
    with scheduler(tmp_path) as (address, _), worker(tmp_path, address) as (doomed, _), worker(tmp_path, address):
        out = tmp_path / "there"
        process = started("dask", "sweep", str(path), "--out", str(out), "--scheduler", address, cwd=tmp_path)
        wait_for(out, 15, process)
        os.kill(doomed.pid, signal.SIGKILL)
        assert points_in(out) < 60
        said, complaint = process.communicate(timeout=300)
    assert complaint == ""
    assert process.returncode == 0
    assert said.startswith("60 points, 60 of them worked out now")
    assert arrays(out) == arrays(tmp_path / "here")


@pytest.mark.slow
def test_a_lost_scheduler_is_one_sentence_and_the_sweep_goes_on_elsewhere(tmp_path: Path) -> None:
    path = sweep_file(tmp_path, points=60, particles=5000)
    out = tmp_path / "out"
    with scheduler(tmp_path) as (address, head), worker(tmp_path, address):
        process = started("dask", "sweep", str(path), "--out", str(out), "--scheduler", address, cwd=tmp_path)
        wait_for(out, 5, process)
        os.kill(head.pid, signal.SIGKILL)
        _, complaint = process.communicate(timeout=120)
    assert process.returncode == 1
    assert complaint.startswith(f"qdmer: The scheduler at {address} was lost; every finished point is kept")
    assert complaint.count("\n") == 1
    done = points_in(out)
    assert 5 <= done < 60
    assert sweep(read_plan(path), out, figures=False).computed == 60 - done


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix" or not shutil.which("bash"), reason="Slurm's scripts are for bash")
def test_the_slurm_example_of_the_readme_runs(tmp_path: Path) -> None:
    """With a `srun` that starts as many processes as Slurm would, and Slurm's own variables."""
    (script,) = re.findall(r"```bash\n(#!/bin/bash\n#SBATCH.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    sweep_file(tmp_path, points=6).rename(tmp_path / "my-sweep.toml")
    tools = tmp_path / "bin"
    tools.mkdir()
    tasks = 'for k in $(seq "$SLURM_NTASKS"); do "$@" & done; wait\n'
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from runs.cli import main; main()"
    for name, text in (
        ("srun", tasks),
        ("dask", f'exec {sys.executable} -m dask "$@"\n'),
        ("qdmer", f'exec {sys.executable} -c "{code}" "$@"\n'),
    ):
        (tools / name).write_text(f"#!/bin/bash\n{text}")
        (tools / name).chmod(0o755)
    environment = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}", "SLURM_NTASKS": "2", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=180, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "6 points, 6 of them worked out now" in done.stdout
    sweep(read_plan(tmp_path / "my-sweep.toml"), tmp_path / "here", figures=False)
    assert arrays(tmp_path / "my-sweep") == arrays(tmp_path / "here")
