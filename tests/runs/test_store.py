"""The files of a run folder: all there, in their formats, agreeing with each other, and the same twice."""

import csv
import json
from pathlib import Path

import ase.io
import networkx as nx
import numpy as np
import pytest
import xarray as xr

from physics.excitons.dot import transition_energy_cm1
from physics.units import CM1_PER_MEV
from runs.cli import exit_code
from runs.spectra.mixtures import edge_cm1
from runs.store import plain, write_json

FILES = {
    "recipe.toml", "provenance.json", "summary.json", "cluster_sizes.csv", "clusters.nc", "graphs.json", "clusters.xyz",
    "spectra.nc", "report.html", "figures",
}  # fmt: skip
FIGURES = ("absorption", "cluster_sizes", "clusters", "fusion_energy", "melting_free_energy")
SUMMARY_KEYS = {
    "particles", "replicas", "events", "final_temperature_c", "cluster_sizes", "dimer_yield", "pair_shares",
    "mixed_share", "bond_states", "dimer_geometry", "molten_layer_nm", "spectra", "rival_laws",
}  # fmt: skip
SMALL = ["--set", "simulation.particles=2000", "--set", "simulation.replicas=3", "--no-figures"]


def graphs_of(folder: Path) -> list[nx.Graph]:
    stored = json.loads((folder / "graphs.json").read_text())
    return [nx.node_link_graph(data, edges="edges") for data in stored["graphs"]]


def summary_of(folder: Path) -> dict:
    return json.loads((folder / "summary.json").read_text(), parse_constant=lambda name: pytest.fail(name))


def test_the_folder_holds_every_file_and_the_summary_every_key(run_folder: Path) -> None:
    assert {path.name for path in run_folder.iterdir()} == FILES
    drawn = {path.name for path in (run_folder / "figures").iterdir()}
    assert drawn == {f"{stem}.{ending}" for stem in FIGURES for ending in ("png", "svg")} | {"micrograph.png"}
    assert set(summary_of(run_folder)) >= SUMMARY_KEYS


def test_files_agree_about_cluster_sizes(run_folder: Path) -> None:
    with xr.open_dataset(run_folder / "clusters.nc", engine="h5netcdf") as data:
        sizes = np.bincount(data["particle_cluster"].to_numpy())
        assert np.array_equal(sizes, data["cluster_size"].to_numpy())
        replicas = int(data["cluster_replica"].max()) + 1
        assert data.sizes["bond"] == data.sizes["particle"] - data.sizes["cluster"] == summary_of(run_folder)["events"]
    counts = np.bincount(sizes)
    with open(run_folder / "cluster_sizes.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {int(row["size"]) for row in rows} == set(np.flatnonzero(counts).tolist())
    for row in rows:
        assert float(row["clusters"]) * replicas == pytest.approx(counts[int(row["size"])])
        listed = summary_of(run_folder)["cluster_sizes"][row["size"]]
        for name in ("clusters", "of_particles", "of_objects"):
            assert float(row[name]) == pytest.approx(listed[name], rel=1e-12)
        assert float(row["of_objects_low"]) <= float(row["of_objects"]) <= float(row["of_objects_high"])
    assert sum(float(row["of_objects"]) for row in rows) == pytest.approx(1)
    assert sum(float(row["of_particles"]) for row in rows) == pytest.approx(1)


def test_every_number_carries_its_unit_and_is_compressed(run_folder: Path) -> None:
    with xr.open_dataset(run_folder / "clusters.nc", engine="h5netcdf") as data:
        for name, column in data.data_vars.items():
            assert "units" in column.attrs, name
            assert column.encoding.get("zlib") or column.encoding.get("compression") == "gzip", name
        assert data["particle_diameter_nm"].attrs["units"] == "nm"
        assert data["bond_time_s"].attrs["units"] == "s"
        assert data["bond_state"].attrs["flag_meanings"] == "touching necked coalesced"
        assert data["kind_name"].to_numpy().tolist() == ["CdS"]
    with xr.open_dataset(run_folder / "spectra.nc", engine="h5netcdf") as data:
        assert data["absorption"].dims == ("energy",)
        assert data["energy"].attrs["units"] == "cm-1"


def test_graphs_are_the_clusters_they_say_they_are(run_folder: Path) -> None:
    graphs = graphs_of(run_folder)
    with xr.open_dataset(run_folder / "clusters.nc", engine="h5netcdf") as data:
        sizes = data["cluster_size"].to_numpy()
    stored = json.loads((run_folder / "graphs.json").read_text())
    assert stored["sampled_of"] == len(sizes)
    for graph in graphs:
        assert nx.is_connected(graph)
        assert len(graph) == sizes[graph.graph["cluster_id"]]
        assert graph.graph["weight"] > 0
        for _, dot in graph.nodes(data=True):
            assert {"kind", "material", "diameter_nm", "position_nm", "orientation"} <= set(dot)
        for _, _, bond in graph.edges(data=True):
            assert {"state", "centre_distance_nm", "gap_nm", "strain", "neck_radius_nm", "facets"} <= set(bond)


def test_the_xyz_file_holds_the_dots_of_the_graphs_and_keeps_clusters_apart(run_folder: Path) -> None:
    graphs = graphs_of(run_folder)
    atoms = ase.io.read(run_folder / "clusters.xyz")
    assert len(atoms) == sum(len(graph) for graph in graphs)
    assert set(atoms.get_chemical_symbols()) == {"Cd"}
    assert set(atoms.arrays["kind"]) == {"CdS"}
    assert not atoms.pbc.any()
    start = 0
    for graph in graphs:
        places = atoms.positions[start : start + len(graph)]
        assert set(atoms.arrays["cluster"][start : start + len(graph)]) == {graph.graph["cluster_id"]}
        wanted = np.array([dot["position_nm"] for _, dot in graph.nodes(data=True)])
        assert np.allclose(places - places[0], wanted - wanted[0], atol=2e-6)
        start += len(graph)
    gap = np.linalg.norm(atoms.positions[:, None] - atoms.positions[None], axis=2)
    gap -= atoms.arrays["radius"][:, None] + atoms.arrays["radius"][None]
    different = atoms.arrays["cluster"][:, None] != atoms.arrays["cluster"][None]
    assert gap[different].min() > 0


def test_the_same_seed_gives_the_same_bits_also_from_the_resolved_recipe_and_with_other_workers(
    run_folder: Path, tmp_path: Path
) -> None:
    again = tmp_path / "again"
    resolved = str(run_folder / "recipe.toml")
    assert exit_code(["run", resolved, "--out", str(again), "--workers", "2", "--no-figures"]) == 0
    assert (again / "summary.json").read_bytes() == (run_folder / "summary.json").read_bytes()
    assert (again / "graphs.json").read_bytes() == (run_folder / "graphs.json").read_bytes()
    assert (again / "clusters.xyz").read_bytes() == (run_folder / "clusters.xyz").read_bytes()
    with (
        xr.open_dataset(again / "clusters.nc", engine="h5netcdf") as one,
        xr.open_dataset(run_folder / "clusters.nc", engine="h5netcdf") as two,
    ):
        assert one.identical(two)
    other = tmp_path / "other"
    assert exit_code(["run", resolved, "--out", str(other), "--seed", "99", "--no-figures"]) == 0
    assert (other / "summary.json").read_bytes() != (run_folder / "summary.json").read_bytes()


def test_a_run_without_spectra_writes_none(tmp_path: Path) -> None:
    assert (
        exit_code(["run", "cds-dimers", "--out", str(tmp_path / "a"), "--set", "spectra.absorption=false", *SMALL]) == 0
    )
    assert not (tmp_path / "a" / "spectra.nc").exists()
    assert "spectra" not in summary_of(tmp_path / "a")


def test_a_run_in_which_nothing_happens_is_a_result(tmp_path: Path) -> None:
    cold = ["--set", "heating.temperature_c=60", *SMALL]
    assert (
        exit_code(["run", "cds-dimers", "--out", str(tmp_path / "a"), *[c for c in cold if c != "--no-figures"]]) == 0
    )
    found = summary_of(tmp_path / "a")
    assert found["events"] == 0
    assert found["cluster_sizes"]["1"]["of_objects"] == 1.0
    assert found["dimer_yield"]["of_objects"]["value"] == 0.0


def test_strict_json_has_no_nan(tmp_path: Path) -> None:
    assert plain({"a": np.float64("nan"), 2: [np.int32(3), (float("inf"),)], "b": np.arange(2)}) == {
        "a": None, "2": [3, [None]], "b": [0, 1],
    }  # fmt: skip
    write_json(tmp_path / "a.json", {"a": float("nan"), "µ": 1})
    assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8")) == {"a": None, "µ": 1}


def test_unfused_dots_of_one_size_absorb_where_the_sizing_curve_says(run_folder: Path) -> None:
    with xr.open_dataset(run_folder / "spectra.nc", engine="h5netcdf") as data:
        peak = float(data["energy"][int(np.argmax(data["absorption_unfused"].to_numpy()))])
    assert abs(peak - transition_energy_cm1("CdS", 4.26)) < CM1_PER_MEV
    shift = summary_of(run_folder)["spectra"]["edge_shift_mev"]
    assert shift["low"] <= shift["value"] <= shift["high"]
    assert abs(shift["value"]) < 1.0  # dipole coupling alone


def test_the_edge_is_where_half_of_the_first_maximum_is_reached() -> None:
    energies = np.arange(10_000.0, 22_000.0, 4.0)
    sigma = 600.0 / np.sqrt(8 * np.log(2))

    def line(centre: float) -> np.ndarray:
        return np.exp(-(((energies - centre) / sigma) ** 2) / 2)

    assert edge_cm1(energies, line(15_000)) == pytest.approx(14_700, abs=0.1)
    assert edge_cm1(energies, line(15_000) + 5 * line(19_000)) == pytest.approx(14_700, abs=0.1)
    assert edge_cm1(energies, line(15_001) + 1e-3 * line(12_000)) == pytest.approx(14_701, abs=0.1)
