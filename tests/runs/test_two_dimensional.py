"""Two-dimensional spectra of recipes: the run folder, the same bits again, and what is refused before any work."""

import csv
import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from runs.cli import exit_code
from runs.recipe import load

HAMILTON = "hamilton-3.0nm-9pct"
FAMILIES = ("rho_I", "rho_II", "rho_III", "rho_LH")
GRID = {"t1_points": 24, "t3_points": 24, "t2_points": 64, "clusters": 100}
TINY = [f"two_dimensional.{key}={value}" for key, value in GRID.items()] + ["simulation.particles=200"]


def arguments(out: Path, *settings: str, recipe: str = HAMILTON) -> list[str]:
    return ["run", recipe, "--out", str(out), *(part for one in (*TINY, *settings) for part in ("--set", one))]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hundred dimers on a coarse grid, with everything that is written on request."""
    out = tmp_path_factory.mktemp("two") / "dimers"
    assert exit_code(arguments(out, "two_dimensional.cube=true")) == 0
    return out


def opened(folder: Path) -> xr.Dataset:
    return xr.load_dataset(folder / "two_dimensional.nc", engine="h5netcdf")


def test_the_run_folder_holds_maps_traces_figures_and_numbers(folder: Path) -> None:
    figures = ("absorptive_maps", "beat_maps", "beat_traces", "coherence_regions", "absorption", "clusters")
    for stem in figures:
        for ending in ("png", "svg"):
            assert (folder / "figures" / f"{stem}.{ending}").stat().st_size > 5000
    assert not (folder / "figures" / "beats_by_size.png").exists()  # dimers only
    found = json.loads((folder / "summary.json").read_text())
    assert found["cluster_sizes"]["2"]["clusters"] == 100.0
    assert tuple(found["coherences"]) == FAMILIES
    for row in found["coherences"].values():
        assert set(row) == {"frequency_cm1", "period_fs", "weight", "members", "interval", "dephasing_fs",
                            "longer_than_fs"}  # fmt: skip
        assert row["members"] == 100
        low, high = row["interval"]["h_over_fwhm"]
        assert low <= row["dephasing_fs"]["h_over_fwhm"] <= high
        assert low < high
        assert set(row["dephasing_fs"]) == {"one_over_e", "h_over_fwhm", "integral"}
        assert row["period_fs"] * row["frequency_cm1"] == pytest.approx(33356.4, rel=1e-4)
    assert len(found["addresses"]) == 4
    assert {"w1_cm1", "w3_cm1", "strongest_cm1"} <= set(found["addresses"][0])
    assert "fitted" in found["two_dimensional"]["standing"]
    assert [case["name"][:8] for case in found["two_dimensional"]["cases"]] == ["GSB + SE"] * 3
    page = (folder / "report.html").read_text()
    for words in ("Two-dimensional spectra", "rho_III", "fitted to", "NOT REACHED", "map-1-slider"):
        assert words in page


def test_the_netcdf_names_axes_units_and_conventions(folder: Path) -> None:
    data = opened(folder)
    assert data["absorptive"].dims == ("map_t2", "w1", "w3")
    assert data["beat_map"].dims == ("case", "w2", "w1", "w3")
    assert data["w1"].attrs["units"] == data["w3"].attrs["units"] == data["w2"].attrs["units"] == "cm-1"
    assert data["map_t2"].attrs["units"] == "fs"
    assert "positive" in data.attrs["convention_absorptive"]
    assert float(data["beat_map"].min()) >= 0.0
    parts = [data[f"{signal}_real"].sel(t2=data.map_t2.values) for signal in ("rephasing", "nonrephasing")]
    summed = (parts[0] + parts[1].values).transpose("t2", "w1", "w3").values
    np.testing.assert_allclose(summed, data["absorptive"].values, atol=1e-5 * np.abs(summed).max())
    at = data["absorptive"].sel(map_t2=0.0).argmax(("w1", "w3"))
    assert abs(float(data.w1[at["w1"]] - data.w3[at["w3"]])) < 150.0  # on the diagonal


def test_the_csv_of_traces_and_transforms(folder: Path) -> None:
    """Every way to count, named, and the unit of the signal in the name of each column."""
    rows = list(csv.DictReader((folder / "traces.csv").open()))
    first, second = (f"w1_18566_w3_18324_{part}_debye4_fs2" for part in ("real", "imaginary"))
    assert list(rows[0])[:3] == ["t2_fs", first, second]
    data = opened(folder)
    assert len(rows) == 3 * GRID["t2_points"]
    for number, case in enumerate(data.case.values):
        own = [row for row in rows if row["case"] == str(case).replace(",", ";")]
        kept = data["trace_real"].isel(case=number, address=0).values
        np.testing.assert_allclose([float(row[first]) for row in own], kept, rtol=1e-5)
    heads = next(csv.reader((folder / "beats.csv").open()))
    assert heads[:2] == ["w2_cm1", "w1_18566_w3_18324_debye4_fs3"]
    assert heads[-1] == "case"
    assert not any(
        '"' in line for line in (folder / "beats.csv").read_text().splitlines()
    )  # readers that know no quotes


def test_the_same_seed_gives_the_same_bits_with_any_workers(folder: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    command = ["run", str(folder / "recipe.toml"), "--out", str(again), "--no-figures", "--workers", "1"]
    assert exit_code(command) == 0
    xr.testing.assert_identical(opened(folder), opened(again))
    first, second = (json.loads((place / "summary.json").read_text()) for place in (folder, again))
    assert first == second


def test_the_switch_alone_has_sensible_defaults(tmp_path: Path) -> None:
    """Fused CdS dots, monomers to larger clusters, no table [two_dimensional]: model site, no families."""
    out = tmp_path / "cds"
    settings = ("spectra.two_dimensional=true", "simulation.particles=100", "simulation.replicas=1")
    assert exit_code([*arguments(out, *settings, recipe="cds-dimers"), "--no-figures"]) == 0
    found = json.loads((out / "summary.json").read_text())
    about = found["two_dimensional"]
    assert found["coherences"] == {}
    assert about["model"] == "site"
    assert "1" in about["by_size"]
    assert about["w2_from"] == "the map"
    assert 1 <= len(about["w2_cm1"]) <= 4
    assert 500.0 not in about["w2_cm1"]
    assert sum(row["of_clusters"] for row in about["by_size"].values()) == pytest.approx(1.0)
    for beat in about["by_size"]["1"]["of_beats"]:
        assert sum(row["of_beats"][beat] for row in about["by_size"].values()) == pytest.approx(1.0, abs=1e-6)


def test_the_interval_of_a_beat_is_that_of_the_whole_map_s_own_groups(folder: Path) -> None:
    """The groups' traces, transformed at one address alone, add up to the map's trace there: the same beats."""
    found = json.loads((folder / "summary.json").read_text())
    for row in found["addresses"]:
        assert set(row["interval"]) == {"strongest_cm1", "strongest_named_cm1", "early_cm1", "late_cm1"}
        for beats in row["interval"].values():
            assert sum(share for _, share in beats) <= 1.0 + 1e-9
        named = {share for beat, share in row["interval"]["strongest_cm1"] if abs(beat - row["strongest_cm1"]) < 60.0}
        assert sum(named) > 0.2


def test_the_verdicts_know_intervals_and_what_was_fitted() -> None:
    from runs.two_dimensional.paper import claims

    times = {"one_over_e": 1.0, "integral": 1.0}
    rows = {
        name: {"frequency_cm1": at, "weight": weight, "dephasing_fs": {**times, "h_over_fwhm": time}, "interval": ends}
        for name, at, weight, time, ends in (
            ("rho_I", 130.0, 0.1, 700.0, {}),
            ("rho_II", 850.0, 1.0, 150.0, {"h_over_fwhm": [140.0, 160.0], "weight": [0.95, 1.0]}),
            ("rho_III", 480.0, 0.9, 87.0, {"h_over_fwhm": [70.0, 120.0], "weight": [0.8, 0.96]}),
        )
    }
    beats = {"strongest_cm1": [[1334.0, 0.9], [475.0, 0.1]], "early_cm1": [], "late_cm1": []}
    row = {"w1_cm1": 19163.0, "w3_cm1": 18808.0, "strongest_cm1": 1334.0, "strongest_named_cm1": 475.0,
           "early_cm1": None, "late_cm1": None, "of_maximum": 0.3, "interval": beats}  # fmt: skip
    found = {claim.quantity: claim for claim in claims(rows, [row], {})}
    words = {name: claim.word for name, claim in found.items()}
    assert words["dephasing of rho_I, h/FWHM"] == "reached"
    assert words["dephasing of rho_II, h/FWHM"] == "not reached"
    assert words["dephasing of rho_III, h/FWHM"] == "within error"
    assert words["most intense of rho_I, II, III"] == "within error"
    assert words["strongest beat at (19163, 18808)"] == "within error"
    assert words["70 fs gives way to 40 fs at (19163, 18808)"] == "not reached"
    assert words["regions of rho_I, II, III overlap"] == "not reached"  # of none
    fitted = {name for name, claim in found.items() if claim.fitted}
    assert fitted == {f"frequency of rho_{n}" for n in ("I", "II", "III")} | {
        f"dephasing of rho_{n}, h/FWHM" for n in ("II", "III")
    }


@pytest.mark.parametrize("name", [HAMILTON, "hamilton-2.8nm-5pct", "hamilton-2.8nm-9pct"])
def test_the_recipes_say_what_is_fitted(name: str) -> None:
    recipe = load(name)
    asked = recipe.two_dimensional_asked()
    assert asked is not None
    assert asked.model == "two_band"
    assert not asked.excited_state_absorption
    assert len(asked.bindings_cm1()) == 2
    assert recipe.simulation.particles == 2 * 4000
    assert any("fitted" in note for note in recipe.notes)


REFUSED = {
    "one point": (["t1_points=1"], ["two_dimensional.t1_points", "2 to 4096"]),
    "too few waits": (["t2_points=1"], ["two_dimensional.t2_points", "4 to 4096"]),
    "one listed time": (["t3_fs=[0.0]"], ["two_dimensional.t3_fs", "2 time points"]),
    "unsorted": (["t2_fs=[0.0, 20.0, 10.0, 30.0, 40.0]"], ["two_dimensional.t2_fs", "ascend"]),
    "unequal": (["t2_fs=[0.0, 4.0, 8.0, 13.0, 16.0]"], ["two_dimensional.t2_fs", "equal steps"]),
    "begins late": (["t1_fs=[4.0, 8.0, 12.0]"], ["two_dimensional.t1_fs", "begin at 0"]),
    "memory": (["t1_points=4096", "t2_points=4096", "t3_points=4096"], ["GiB", "fewer points"]),
    "half a pulse": (["pulse_fwhm_fs=0.0"], ["two_dimensional.pulse_fwhm_fs", "above 0"]),
    "polarisations": (['polarizations="zzz"'], ["two_dimensional.polarizations", "four letters"]),
    "a beat too fast": (["w2_cm1=[5000.0]"], ["two_dimensional.w2_cm1", "4170"]),
    "a late map": (["shown_t2_fs=[9000.0]"], ["two_dimensional.shown_t2_fs", "9000"]),
    "window": (["window_cm1=[20000.0, 17000.0]"], ["two_dimensional.window_cm1", "lower wavenumber first"]),
    "model": (['model="two_bands"'], ["two_dimensional.model", "'two_band'"]),
    "misspelt": (["t2_point=64"], ["two_dimensional.t2_point", "'t2_points'"]),
    "address": (["addresses_cm1=[[18000.0]]"], ["two_dimensional.addresses_cm1"]),
}


def one_sentence(error: str, words: list[str]) -> None:
    assert error.startswith("qdmer: ")
    assert error.count("\n") == 1
    assert error.rstrip().endswith(".")
    for word in words:
        assert word in error, error


@pytest.mark.parametrize("case", REFUSED)
def test_what_the_recipe_alone_tells_is_refused_before_anything_is_simulated(
    case: str, tmp_path: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    from runs import pipeline

    def never(*_: object, **__: object) -> None:
        raise AssertionError("simulated")

    monkeypatch.setattr(pipeline, "simulate", never)
    settings, words = REFUSED[case]
    assert exit_code(arguments(tmp_path / "out", *(f"two_dimensional.{one}" for one in settings))) == 2
    one_sentence(capsys.readouterr().err, words)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("setting", ["t1_step_fs=90", "t3_step_fs=90"])
def test_a_flask_is_not_simulated_for_steps_that_cannot_follow_its_single_dots(
    setting: str, tmp_path: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    from runs import pipeline

    monkeypatch.delattr(pipeline, "simulate")
    settings = ("spectra.two_dimensional=true", "dots.CdS.size_dispersion=0.05", f"two_dimensional.{setting}")
    assert exit_code(arguments(tmp_path / "out", *settings, recipe="cds-dimers")) == 2
    one_sentence(capsys.readouterr().err, ["steps below", "90 fs came"])
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("t1_step_fs=20", ["two_dimensional.t1_fs", "steps below", "20 fs came"]),
        ("t3_step_fs=20", ["two_dimensional.t3_fs", "steps below", "20 fs came"]),
        ("t2_step_fs=30", ["two_dimensional.t2_fs", "steps below", "30 fs came"]),
    ],
)
def test_a_step_that_aliases_is_refused_with_one_that_does(
    setting: str, words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    """How coarse a step may be depends on the levels; the sentence names a step that is then taken."""
    assert exit_code(arguments(tmp_path / "out", f"two_dimensional.{setting}")) == 2
    said = capsys.readouterr().err
    one_sentence(said, words)
    assert os.listdir(tmp_path) == []
    fine = 0.99 * float(said.split("steps below ")[1].split(" fs")[0])
    key = setting.partition("=")[0]
    assert exit_code([*arguments(tmp_path / "out", f"two_dimensional.{key}={fine}"), "--no-figures"]) == 0


def test_an_interrupt_leaves_nothing_behind(
    tmp_path: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    from runs.two_dimensional import maps

    def came() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(maps, "raise_if_came", came)
    assert exit_code(arguments(tmp_path / "out")) == 130
    assert "Interrupted" in capsys.readouterr().err
    assert os.listdir(tmp_path) == []


def test_wt5_is_written_by_wright_tools(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    wt = pytest.importorskip("WrightTools")
    out = tmp_path / "wt5"
    assert exit_code([*arguments(out, "two_dimensional.wt5=true"), "--no-figures"]) == 0
    kept = opened(out)["absorptive"]
    data = wt.open(out / "absorptive.wt5")
    assert data.channel_names == ("real", "imaginary", "absolute")
    assert [axis.natural_name for axis in data.axes] == ["w1", "t2", "w3"]
    assert [axis.units for axis in data.axes] == ["wn", "fs_t", "wn"]
    np.testing.assert_allclose(data["real"][:], kept.transpose("w1", "map_t2", "w3").values, rtol=1e-5, atol=1e-3)
    data.close()
    rephasing = wt.open(out / "rephasing.wt5")
    np.testing.assert_allclose(
        rephasing["absolute"][:], np.hypot(rephasing["real"][:], rephasing["imaginary"][:]), rtol=1e-6
    )
    rephasing.close()


def test_wt5_without_wright_tools_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "WrightTools", None)
    assert exit_code(arguments(tmp_path / "out", "two_dimensional.wt5=true")) == 2
    one_sentence(capsys.readouterr().err, ["WrightTools", "qdmer[wt5]"])
    assert os.listdir(tmp_path) == []


@pytest.mark.slow
def test_the_whole_recipe_from_a_shell(tmp_path: Path, qdmer: Callable) -> None:
    done = qdmer("run", HAMILTON, "--out", "whole", cwd=tmp_path)
    print(done.stdout)
    assert done.returncode == 0
    assert (tmp_path / "whole" / "report.html").is_file()
