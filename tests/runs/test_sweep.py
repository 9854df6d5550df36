"""Sweeps: the same bits however they were made, nothing done twice, nothing lost."""

import errno
import json
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from sweep_files import arrays, dies_once, gone, killed, points_in, started, sweep_file, wait_for

from assembly import simulate
from runs.cli import exit_code
from runs.complaints import Stopped
from runs.recipe import load
from runs.sweeping import folder as sweep_folder
from runs.sweeping import point as sweep_point
from runs.sweeping import workers as sweep_workers
from runs.sweeping.plan import read_plan
from runs.sweeping.sweep import sweep

Call = Callable[..., subprocess.CompletedProcess]


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small sweep done in one go in this process, with figures."""
    place = tmp_path_factory.mktemp("sweep")
    assert exit_code(["sweep", str(sweep_file(place)), "--out", str(place / "whole"), "--workers", "1"]) == 0
    return place


def test_one_dimension_per_axis_and_the_yields_of_the_summary_as_variables(made: Path) -> None:
    with xr.open_dataset(made / "whole" / "mine.nc") as found:
        assert dict(found.sizes) == {"heating.temperature_c": 3, "dots.CdS.concentration_um": 3}
        assert found["heating.temperature_c"].to_numpy().tolist() == [130, 170, 210]
        assert found["heating.temperature_c"].attrs["units"] == "celsius"
        assert found["heating.temperature_c"].attrs["long_name"] == "temperature (°C)"
        assert found["dots.CdS.concentration_um"].attrs["long_name"] == "concentration (µM)"
        for name, variable in found.data_vars.items():
            assert variable.dims == ("heating.temperature_c", "dots.CdS.concentration_um"), name
            assert "units" in variable.attrs
            assert "long_name" in variable.attrs
        for name in ("of_particles", "of_objects", "resolvable"):
            low, value, high = (found[f"dimer_yield_{name}{end}"].to_numpy() for end in ("_low", "", "_high"))
            assert np.all((low <= value) & (value <= high))
        shares = found["monomer_share_of_particles"] + found["dimer_yield_of_particles"]
        np.testing.assert_allclose(shares + found["larger_share_of_particles"], 1.0, atol=1e-12)
        assert np.all(np.diff(found["dimer_strain_mean"].mean("dots.CdS.concentration_um")) > 0)
        assert found.attrs["started"] <= found.attrs["finished"]
        assert not any(word in " ".join(map(str, found.variables)) for word in ("seconds", "started", "host"))
    assert {"dimer_yield_map.png", "dimer_yield_curves.svg"} <= set(os.listdir(made / "whole" / "figures"))
    assert not [name for name in os.listdir(made / "whole") if name.startswith(".")]


def test_a_point_is_what_a_run_gives_with_its_seed(made: Path) -> None:
    with xr.open_dataset(made / "whole" / "mine.nc") as found:
        point = found.isel({"heating.temperature_c": 1, "dots.CdS.concentration_um": 2}).load()
    recipe = load("cds-dimers", {
        "simulation.particles": 200, "simulation.replicas": 2, "simulation.seed": int(point["point_seed"]),
        "heating.temperature_c": 170, "dots.CdS.concentration_um": 100,
    })  # fmt: skip
    summary = simulate(recipe.flask()).summary()
    for name in ("of_particles", "of_objects", "of_assemblies", "resolvable"):
        for part, end in (("value", ""), ("low", "_low"), ("high", "_high")):
            assert float(point[f"dimer_yield_{name}{end}"]) == summary["dimer_yield"][name][part]
    assert float(point["molten_layer_nm_CdS"]) == summary["molten_layer_nm"]["CdS"]


def test_run_again_it_changes_nothing(made: Path, capsys: pytest.CaptureFixture) -> None:
    def state() -> dict:
        return {path: path.stat().st_mtime_ns for path in sorted((made / "whole").rglob("*"))}

    before = state()
    capsys.readouterr()
    assert exit_code(["sweep", str(made / "mine.toml"), "--out", str(made / "whole"), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["points"], said["computed"]) == (9, 0)
    assert set(said["maxima"]["dimer_yield_resolvable"]["at"]) == {"heating.temperature_c", "dots.CdS.concentration_um"}
    assert state() == before


def test_points_that_went_missing_are_done_again_and_only_they(made: Path, tmp_path: Path) -> None:
    plan = read_plan(made / "mine.toml")
    sweep(plan, tmp_path / "again", figures=False)
    wanted = arrays(tmp_path / "again")
    assert wanted == arrays(made / "whole")
    files = sorted((tmp_path / "again" / "points").iterdir())
    files[0].unlink()
    files[1].write_text(files[1].read_text()[:40])  # torn by something else than us
    (tmp_path / "again" / "mine.nc").unlink()
    (tmp_path / "again" / "points" / ".x.partial").write_text("left by a killed run")
    outcome = sweep(plan, tmp_path / "again", figures=False)
    assert outcome.computed == 2
    assert arrays(tmp_path / "again") == wanted
    assert sorted((tmp_path / "again" / "points").iterdir()) == files


def test_workers_and_a_kill_change_no_bit_and_leave_no_process(made: Path, tmp_path: Path) -> None:
    target, mark = tmp_path / "killed", f"kill-{os.getpid()}"
    process = started(mark, "sweep", str(made / "mine.toml"), "--out", str(target), "--workers", "2", cwd=tmp_path)
    wait_for(target, 1, process)
    killed(process)
    assert gone(mark)
    done = points_in(target)
    outcome = sweep(read_plan(made / "mine.toml"), target, workers=2, figures=False)
    assert outcome.computed == 9 - done
    assert points_in(target) == 9
    assert arrays(target) == arrays(made / "whole")


@pytest.mark.slow
def test_a_worker_that_dies_is_replaced_and_its_points_done_again(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep_workers, "solve", dies_once)
    monkeypatch.setenv("QDMER_TEST_DIED", str(tmp_path / "died"))
    outcome = sweep(read_plan(made / "mine.toml"), tmp_path / "out", workers=2, figures=False)
    assert (tmp_path / "died").exists()
    assert outcome.computed == 9
    assert arrays(tmp_path / "out") == arrays(made / "whole")


def test_an_interrupt_exits_130_and_keeps_what_is_done(tmp_path: Path) -> None:
    sweep_file(tmp_path, points=300, particles=3000)
    target, mark = tmp_path / "out", f"int-{os.getpid()}"
    process = started(mark, "sweep", "mine.toml", "--out", str(target), "--workers", "2", cwd=tmp_path)
    wait_for(target, 2, process)
    os.killpg(process.pid, signal.SIGINT)  # as from the keyboard: the workers hear it too
    said, complaint = process.communicate(timeout=60)
    assert process.returncode == 130
    assert said == ""
    assert complaint.startswith("qdmer: Interrupted; ")
    assert complaint.count("\n") == 1
    assert 2 <= points_in(target) < 300
    assert gone(mark)


def test_another_sweep_or_version_is_refused_and_nothing_lost(
    made: Path, tmp_path: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = arrays(made / "whole")
    other = ["sweep", str(made / "mine.toml"), "--out", str(made / "whole"), "--set", "heating.time_min=5"]
    assert exit_code(other) == 2
    assert "which holds another one (cds-dimers, 9 points) and is left as it is" in capsys.readouterr().err
    monkeypatch.setattr("runs.sweeping.folder.made_by", lambda: ("9.9", "0" * 16))
    assert exit_code(other[:4]) == 2
    assert "wanted a sweep of this version of qdmer (9.9/" in capsys.readouterr().err
    monkeypatch.undo()
    strange = tmp_path / "strange"
    strange.mkdir()
    (strange / "thesis.tex").write_text("years of work")
    assert exit_code([*other[:3], str(strange)]) == 2
    assert os.listdir(strange) == ["thesis.tex"]
    assert exit_code([*other[:3], str(tmp_path / "no" / "where")]) == 2
    assert exit_code([*other[:3], str(made / "mine.toml")]) == 2
    assert exit_code(["run", "cds-dimers", "--out", str(made / "whole"), "--force"]) == 2  # no run folder: not replaced
    said = capsys.readouterr().err
    assert said.count("\n") == 4
    assert arrays(made / "whole") == before


def test_a_full_disk_is_one_sentence_and_the_sweep_goes_on_afterwards(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    room, fsync = [9], os.fsync

    def full(handle: int) -> None:
        room[0] -= 1
        if room[0] < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        fsync(handle)

    arguments = ["sweep", str(made / "mine.toml"), "--out", str(tmp_path / "out"), "--workers", "1", "--no-figures"]
    for files in (0, 2, 5, 7):  # the manifest, the first point, a later one, the data set
        room[0] = files
        monkeypatch.setattr(sweep_folder.os, "fsync", full)
        assert exit_code(arguments) == 1
        said = capsys.readouterr()
        assert said.out == ""
        assert said.err.count("\n") == 1
        assert "the disk is full; every finished point is kept, make room" in said.err
        assert points_in(tmp_path / "out") <= 9
        monkeypatch.undo()
    assert exit_code(arguments) == 0
    assert arrays(tmp_path / "out") == arrays(made / "whole")
    assert not list((tmp_path / "out").rglob(".*"))


def test_a_point_that_fails_is_named_and_the_others_are_kept(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(recipe: object) -> object:
        if recipe["heating"]["temperature_c"] == 170:
            raise ValueError("no such thing")
        return sweep_point_checked(recipe)

    sweep_point_checked = sweep_point.checked
    monkeypatch.setattr(sweep_point, "checked", broken)
    plan = read_plan(made / "mine.toml")
    with pytest.raises(Stopped, match=r"3 of 9 points failed, the first of them at heating.temperature_c = 170"):
        sweep(plan, tmp_path / "out")
    assert points_in(tmp_path / "out") == 6
    monkeypatch.undo()
    assert sweep(plan, tmp_path / "out", figures=False).computed == 3
    assert arrays(tmp_path / "out") == arrays(made / "whole")


def test_spectra_of_every_point_stand_on_one_axis(tmp_path: Path) -> None:
    path = sweep_file(tmp_path, points=6, more="spectra = true")
    sweep(read_plan(path), tmp_path / "out", figures=False)
    with xr.open_dataset(tmp_path / "out" / "mine.nc") as found:
        assert found["absorption"].dims == ("heating.temperature_c", "dots.CdS.concentration_um", "energy")
        assert found["energy"].attrs["units"] == "cm-1"
        assert np.all(np.diff(found["energy"]) == 50.0)
        for name in ("absorption", "absorption_unfused"):
            area = found[name].integrate("energy").to_numpy()
            assert np.ptp(area) / area.mean() < 0.05  # dots are the same, so is what they absorb
        low, value, high = (found[f"edge_shift_mev{end}"].to_numpy() for end in ("_low", "", "_high"))
        assert np.all((low <= value) & (value <= high))


def test_lists_words_and_designs_are_drawn_by_point(tmp_path: Path) -> None:
    path = tmp_path / "list.toml"
    path.write_text(
        'recipe = "cds-pbs"\n[set]\nsimulation.particles = 200\nsimulation.replicas = 2\n[axes]\n'
        'simulation.melting_rule = ["global", "thermal"]\n"heating.temperature_c" = {from = 120, to = 200}\n'
        "dots.PbS.concentration_um = {from = 2, to = 50, spacing = 'log'}\n[design]\npoints = 5\nmethod = 'random'\n"
    )
    assert exit_code(["sweep", str(path), "--out", str(tmp_path / "out"), "--workers", "1"]) == 0
    with xr.open_dataset(tmp_path / "out" / "list.nc") as found:
        assert dict(found.sizes) == {"point": 5}
        assert set(found["simulation.melting_rule"].to_numpy()) <= {"global", "thermal"}
        assert found["dots.PbS.concentration_um"].dims == ("point",)
        assert found["dots.PbS.concentration_um"].attrs["long_name"] == "PbS concentration (µM)"
        np.testing.assert_allclose(sum(found[f"pair_share_{p}"] for p in ("CdS-CdS", "CdS-PbS", "PbS-PbS")), 1.0)
    assert set(os.listdir(tmp_path / "out" / "figures")) == {"dimer_yield_scatter.png", "dimer_yield_scatter.svg"}


@pytest.mark.slow
def test_a_small_disk_that_fills_up_loses_nothing(made: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=32k", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("mounting is not permitted here")
    try:
        arguments = ["sweep", str(made / "mine.toml"), "--out", str(disk / "out"), "--no-figures"]
        said = started("disk", *arguments, "--workers", "2", cwd=tmp_path)
        _, complaint = said.communicate(timeout=120)
        assert said.returncode == 1
        assert complaint.count("\n") == 1
        assert "the disk is full; every finished point is kept, make room" in complaint
        done = points_in(disk / "out")
        assert 0 < done < 9
        subprocess.run(["mount", "-o", "remount,size=4m", str(disk)], check=True)
        outcome = sweep(read_plan(made / "mine.toml"), disk / "out", workers=2)
        assert outcome.computed == 9 - done
        assert arrays(disk / "out") == arrays(made / "whole")
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_dimers_rise_with_heat_collapse_where_dots_melt_and_have_a_best_concentration(tmp_path: Path) -> None:
    """The map of `cds-map` in small; an axis of words beside it."""
    path = tmp_path / "map.toml"
    path.write_text(
        'recipe = "cds-dimers"\n[set]\nsimulation.particles = 5000\nsimulation.replicas = 3\n[axes]\n'
        "heating.temperature_c = [130, 170, 210, 230]\n"
        'dots.CdS.concentration_um = {from = 3, to = 3000, steps = 4, spacing = "log"}\n'
        'solution.ligand_exchange = ["conserved", "equilibrium"]\n'
    )
    sweep(read_plan(path), tmp_path / "out")
    with xr.open_dataset(tmp_path / "out" / "map.nc") as found:
        value, high = (
            found[f"dimer_yield_resolvable{end}"].sel({"solution.ligand_exchange": "conserved"}).to_numpy()
            for end in ("", "_high")
        )
        assert np.all(np.diff(value[:3], axis=0) > 0)
        assert np.all(high[3] < 0.01)  # melted through: pairs became spheres
        assert np.all(value[2, 1:3].max() > value[2, [0, 3]] + 0.015)
        blind = found["dimer_yield_resolvable"].sel({"solution.ligand_exchange": "equilibrium"}).to_numpy()
        assert blind.max() < 0.5 < value.max()
    assert len(os.listdir(tmp_path / "out" / "figures")) == 4
