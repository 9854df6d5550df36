"""`qdmer spectra --two-dimensional`: which clusters make which beat, graphs from elsewhere, what is refused."""

import json
import math
import os
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
import xarray as xr

from runs.cli import exit_code

GRID = ["t1_points=32", "t3_points=32", "t2_points=80", "t1_step_fs=7", "t3_step_fs=7"]
SPLITTING_CM1 = math.hypot(400.0, 2 * 150.0)  # 500


def lone(energy: float = 18_600.0, weight: float = 1.0) -> nx.Graph:
    graph = nx.Graph(weight=weight)
    graph.add_node(0, energy_cm1=energy, dipole_debye=(10.0, 0.0, 0.0))
    return graph


def pair(weight: float = 1.0, dipole: float = 10.0) -> nx.Graph:
    """18400 and 18800 cm-1, at right angles, J = 150: levels 500 cm-1 apart."""
    graph = nx.Graph(weight=weight)
    graph.add_node(0, energy_cm1=18_400.0, dipole_debye=(dipole, 0.0, 0.0))
    graph.add_node(1, energy_cm1=18_800.0, dipole_debye=(0.0, dipole, 0.0))
    graph.add_edge(0, 1, coupling_cm1=150.0)
    return graph


def written(tmp_path: Path, *graphs: nx.Graph) -> str:
    path = tmp_path / "graphs.json"
    path.write_text(json.dumps([nx.node_link_data(graph, edges="edges") for graph in graphs]))
    return str(path)


def spectra(
    tmp_path: Path, source: str, *settings: str, more: tuple[str, ...] = ()
) -> tuple[xr.Dataset, dict[str, Any]]:
    out = tmp_path / "out"
    asked = [part for one in (*GRID, *settings) for part in ("--set", one)]
    command = ["spectra", source, "--two-dimensional", "--out", str(out), "--force", "--no-figures", *asked]
    assert exit_code(command) == 0
    found = json.loads((out / "summary.json").read_text())
    return xr.load_dataset(out / "two_dimensional.nc", engine="h5netcdf"), found


def test_a_pair_beats_at_its_splitting_and_lone_dots_do_not(tmp_path: Path) -> None:
    address = [18_850.0, 18_350.0]
    source = written(tmp_path, lone(), pair())
    _, found = spectra(tmp_path, source, f"addresses_cm1=[{address}]", f"w2_cm1=[{SPLITTING_CM1}]")
    for case in found["two_dimensional"]["cases"]:
        assert case["addresses"][0]["strongest_cm1"] == pytest.approx(SPLITTING_CM1, abs=10.0)
    shares = {size: row["of_beats"]["500"] for size, row in found["two_dimensional"]["by_size"].items()}
    assert shares == {"1": pytest.approx(0.0, abs=1e-6), "2": pytest.approx(1.0, abs=1e-6)}
    assert found["coherences"] == {}


def test_without_families_the_beats_that_are_there_are_mapped(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    """Not one at 500 cm-1 whatever the dots: these beat at hypot(240, 2 * 150)."""
    source = pair()
    source.nodes[1]["energy_cm1"] = 18_640.0
    _, found = spectra(tmp_path, written(tmp_path, lone(), source))
    about = found["two_dimensional"]
    assert about["w2_from"] == "the map"
    assert about["w2_cm1"] == [pytest.approx(math.hypot(240.0, 300.0), abs=10.0)]
    (beat,) = about["by_size"]["2"]["of_beats"]
    assert about["by_size"]["2"]["of_beats"][beat] == pytest.approx(1.0, abs=1e-3)
    assert "found in it" in capsys.readouterr().out


def test_what_does_not_beat_is_not_mapped(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    data, found = spectra(tmp_path, written(tmp_path, lone(), lone(18_700.0)))
    assert found["two_dimensional"]["w2_cm1"] == []
    assert "beat_map" not in data
    assert found["addresses"][0]["strongest_cm1"] is None
    said = capsys.readouterr().out
    assert "No beat stands out" in said
    assert "Which clusters make" not in said


@pytest.mark.filterwarnings("error")
def test_one_dimer_has_no_inhomogeneous_times(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    graphs = []
    for count in (2, 3):
        graph = nx.path_graph(count)
        for n in graph:
            graph.nodes[n].update(material="CdSe", diameter_nm=3.0 + 0.1 * n, position_nm=(0.0, 0.0, 3.55 * n))
        for ends in graph.edges:
            graph.edges[ends].update(state="touching", gap_nm=0.5, centre_distance_nm=3.55)
        graphs.append(graph)
    settings = ('surroundings="solution"', "t2_points=32", "t1_step_fs=4", "t3_step_fs=4", "t2_step_fs=4")
    _, found = spectra(tmp_path, written(tmp_path, *graphs), *settings)
    for row in found["coherences"].values():
        assert row["members"] == 1
        assert set(row["dephasing_fs"].values()) == {None}
        assert row["interval"] == row["longer_than_fs"] == {}
    assert found["two_dimensional"]["regions"]["ellipses"] == {}
    said = capsys.readouterr().out
    assert "Coherences of 1 dimer (no dephasing times nor regions: these take 30 dimers or more)" in said
    assert "integral" not in said


def test_weights_of_graphs_count(tmp_path: Path) -> None:
    """Without a beat, lone dots' maps only scale: twice the weight, twice the share."""
    even, _ = spectra(tmp_path, written(tmp_path, lone(), pair()), "window_cm1=[17500.0, 19700.0]")
    odd, found = spectra(tmp_path, written(tmp_path, lone(weight=3.0), pair()), "window_cm1=[17500.0, 19700.0]")
    assert found["two_dimensional"]["by_size"]["1"]["of_clusters"] == pytest.approx(0.75)
    only, _ = spectra(tmp_path, written(tmp_path, lone()), "window_cm1=[17500.0, 19700.0]")
    assert float(odd["absorptive"].max()) > float(even["absorptive"].max())
    assert float(odd["absorptive"].max()) < float(only["absorptive"].max())


def test_large_clusters_are_left_out_and_told(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    chain = nx.path_graph(5)
    for n in chain:
        chain.nodes[n].update(energy_cm1=18_500.0, dipole_debye=(5.0, 0.0, 0.0), position_nm=(0.0, 0.0, 4.0 * n))
    for ends in chain.edges:
        chain.edges[ends]["coupling_cm1"] = 100.0
    source = written(tmp_path, lone(), pair(), chain)
    _, found = spectra(tmp_path, source, "largest_dots=4")
    left = found["two_dimensional"]["left_out"]
    assert left["of_clusters"] == pytest.approx(1 / 3)
    assert left["of_dots"] == pytest.approx(5 / 8)
    assert set(found["two_dimensional"]["by_size"]) == {"1", "2"}
    assert "33.33 % of all clusters" in capsys.readouterr().out


def test_a_phonon_beats_in_lone_dots(tmp_path: Path) -> None:
    settings = ("huang_rhys=0.3", "phonon_cm1=213.0", "addresses_cm1=[[18600.0, 18600.0]]")
    _, found = spectra(tmp_path, written(tmp_path, lone()), *settings)
    assert found["addresses"][0]["strongest_cm1"] == pytest.approx(213.0, abs=15.0)


def test_surroundings_broaden_along_the_diagonal(tmp_path: Path) -> None:
    widths = []
    for name in ("none", "solid", "solution"):
        settings = (f'surroundings="{name}"', "window_cm1=[17000.0, 20200.0]")
        data, _ = spectra(tmp_path, written(tmp_path, lone()), *settings)
        diagonal = np.diag(data["absorptive"].sel(map_t2=0.0).values)
        widths.append(np.count_nonzero(diagonal > 0.5 * diagonal.max()))
    assert widths[0] < widths[1] < widths[2]


def test_nonrephasing_maps_and_other_polarisations(tmp_path: Path) -> None:
    source = written(tmp_path, pair())
    addresses = "addresses_cm1=[[18350.0, 18350.0]]"
    _, found = spectra(tmp_path, source, 'signal="nonrephasing"', 'polarizations="zxxz"', addresses)
    assert found["two_dimensional"]["signal"] == "nonrephasing"
    assert found["addresses"][0]["strongest_cm1"] == pytest.approx(SPLITTING_CM1, abs=10.0)


def test_the_mixture_of_a_run(tmp_path: Path) -> None:
    run = tmp_path / "linked"
    small = ["simulation.particles=400", "simulation.replicas=1", "simulation.sampled_clusters=60"]
    settings = [part for one in small for part in ("--set", one)]
    assert exit_code(["run", "cdse-dithiol-dimers", "--out", str(run), "--no-figures", *settings]) == 0
    data, found = spectra(tmp_path, str(run), "t1_step_fs=4", "t3_step_fs=4", "t2_step_fs=3")
    about = found["two_dimensional"]
    assert about["model"] == "two_band"
    assert {"1", "2", "3"} <= set(about["by_size"])
    assert set(found["coherences"]) >= {"rho_I", "rho_II", "rho_III"}
    for name in found["coherences"]:
        of_family = [row["of_families"][name] for row in about["by_size"].values() if name in row["of_families"]]
        assert not of_family or sum(of_family) == pytest.approx(1.0, abs=1e-5)
    assert data.attrs["model"] == "two_band"


def test_a_run_s_own_table_is_the_default(tmp_path: Path) -> None:
    run = tmp_path / "dimers"
    settings = ["two_dimensional.t1_points=24", "two_dimensional.t3_points=24", "two_dimensional.t2_points=32",
                "simulation.particles=80"]  # fmt: skip
    asked = [part for one in settings for part in ("--set", one)]
    assert exit_code(["run", "hamilton-2.8nm-5pct", "--out", str(run), "--no-figures", *asked]) == 0
    out = tmp_path / "again"
    assert exit_code(["spectra", str(run), "--two-dimensional", "--out", str(out), "--no-figures"]) == 0
    first, second = (json.loads((place / "summary.json").read_text()) for place in (run, out))
    assert first["coherences"] == second["coherences"]
    assert first["addresses"] == second["addresses"]


def refused(tmp_path: Path, capsys: pytest.CaptureFixture, source: str, *more: str) -> str:
    assert exit_code(["spectra", source, "--two-dimensional", "--out", str(tmp_path / "out"), *more]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert not [name for name in os.listdir(tmp_path) if name.startswith((".out", "out"))]
    return said.err


def test_graphs_that_have_no_response(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    assert "all its dipoles are zero" in refused(tmp_path, capsys, written(tmp_path, pair(dipole=0.0)))
    chain = nx.path_graph(4)
    for n in chain:
        chain.nodes[n].update(energy_cm1=18_500.0, dipole_debye=(5.0, 0.0, 0.0), position_nm=(0.0, 0.0, 4.0 * n))
    said = refused(tmp_path, capsys, written(tmp_path, chain), "--set", "largest_dots=3")
    assert "largest_dots" in said


@pytest.mark.parametrize("coupling", ["[150.0, -150.0]", '"150+20j"', "[[0, 1], [2, 0]]"])
def test_overrides_that_are_not_hermitian(coupling: str, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    text = Path(written(tmp_path, pair())).read_text().replace('"coupling_cm1": 150.0', f'"coupling_cm1": {coupling}')
    assert coupling in text
    (tmp_path / "graphs.json").write_text(text)
    assert "coupling_cm1" in refused(tmp_path, capsys, str(tmp_path / "graphs.json"))


def test_a_coupling_given_twice_with_two_values(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    data = nx.node_link_data(pair(), edges="edges")
    data["edges"].append({"source": 1, "target": 0, "coupling_cm1": -150.0})
    (tmp_path / "graphs.json").write_text(json.dumps(data))
    assert "joined once" in refused(tmp_path, capsys, str(tmp_path / "graphs.json"))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (["t1_step_fs=200"], ["t1_fs", "steps below"]),
        (["t2_step_fs=100"], ["t2_fs", "steps below"]),
        (["t2_points=2"], ["two_dimensional.t2_points", "4 to 4096"]),
        (["t2_fs=[0.0, 10.0, 5.0, 20.0]"], ["two_dimensional.t2_fs", "ascend"]),
        (["t1_points=4000", "t2_points=4000", "t3_points=4000"], ["GiB"]),
        (["temperature=300"], ["two_dimensional.temperature"]),
        (["addresses_cm1=[[30000.0, 18000.0]]", "window_cm1=[18000.0, 19000.0]"], ["addresses_cm1", "window"]),
    ],
)
def test_questions_that_cannot_be_answered(
    settings: list[str], words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    asked = [part for one in settings for part in ("--set", one)]
    said = refused(tmp_path, capsys, written(tmp_path, pair()), *asked)
    assert all(word in said for word in words), said


def test_options_that_do_not_go_together(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    source = written(tmp_path, pair())
    assert "--two-dimensional" in refused(tmp_path, capsys, source, "--mechanisms", "dipole")
    for command in (
        ["spectra", source, "--wt5"],
        ["spectra", "--two-dimensional"],
        ["spectra", source, "--set", "a=1"],
    ):
        assert exit_code(command) == 2
        assert "qdmer: " in capsys.readouterr().err
