"""`qdmer spectra`: run folders, graphs written by hand, what is refused, and what is written."""

import json
import os
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
import xarray as xr

from physics.excitons.graphs import with_flat_vectors
from physics.units import CM1_PER_EV, CM1_PER_MEV
from runs.cli import exit_code

COUPLING_CM1 = 12.0 * CM1_PER_MEV


def chain(count: int = 2, **attributes: Any) -> nx.Graph:
    """CdSe dots of 3 nm in a row, neighbours coupled by 12 meV."""
    graph: nx.Graph = nx.Graph()
    for n in range(count):
        graph.add_node(f"dot {n}", material="CdSe", diameter_nm=3.0, position_nm=(0.0, 0.0, 3.5 * n), **attributes)
    nx.add_path(graph, list(graph), coupling_cm1=-COUPLING_CM1)
    return graph


def linked(graph: nx.Graph) -> dict[str, Any]:
    return nx.node_link_data(graph, edges="edges")


def spectra(tmp_path: Path, capsys: pytest.CaptureFixture, *arguments: str) -> tuple[Path, dict[str, Any]]:
    out = tmp_path / f"out-{len(os.listdir(tmp_path))}"
    assert exit_code(["spectra", *arguments, "--out", str(out), "--json", "--no-figures"]) == 0
    return out, json.loads(capsys.readouterr().out)


def refused(capsys: pytest.CaptureFixture, *arguments: str) -> str:
    """The one sentence with which bad input is refused."""
    assert exit_code(["spectra", *arguments]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert said.err.startswith("qdmer: ")
    assert said.err.endswith(".\n")
    return said.err


def test_coupling_from_a_shift(capsys: pytest.CaptureFixture) -> None:
    assert exit_code(["spectra", "--vf-from-shift", "6", "--detuning-mev", "18", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"coupling_mev": pytest.approx(12.0)}
    for arguments in (["--vf-from-shift", "-1"], ["--vf-from-shift", "nan"], ["--detuning-mev", "3"], []):
        refused(capsys, *arguments)


def test_a_run_folder_gives_spectra_figures_and_mechanisms(run_folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "seen"
    assert exit_code(["spectra", str(run_folder), "--out", str(out)]) == 0
    for stem in ("absorption", "emission", "decay", "levels_against_shape", "chain_states"):
        for ending in ("png", "svg"):
            assert (out / "figures" / f"{stem}.{ending}").stat().st_size > 5000
    with xr.open_dataset(out / "spectra.nc", engine="h5netcdf") as data:
        assert data["absorption"].dims == ("energy",)
        assert data["energy"].attrs["units"] == "cm-1"
        assert data["energy_ev"].attrs["units"] == "eV"
        assert float(data["decay"][0]) == pytest.approx(1.0)
    found = json.loads((out / "spectra.json").read_text())
    edge = found["edge_shift_mev"]
    assert edge["low"] <= edge["value"] <= edge["high"] < -5.0  # fused necks move the edge red
    assert {"foerster", "electron", "hole"} <= {row["name"] for row in found["commonest_bond"]["mechanisms"]}
    causes = found["broadening"]["charge_transfer"]
    assert causes["unfused"]["broadening_percent"] == pytest.approx(0.0)
    assert found["broadening"]["paper_percent"] is None  # measured for CdSe, and these are CdS


def test_hand_written_graphs_as_json_and_graphml_agree(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    graph = chain(3)
    forms = {
        "one.json": json.dumps(linked(graph)),
        "older.json": json.dumps(nx.node_link_data(graph, edges="links")),
        "list.json": json.dumps([linked(graph)]),
        "ours.json": json.dumps({"sampled_of": 7, "graphs": [linked(graph)]}),
        "flat.graphml": "\n".join(nx.generate_graphml(with_flat_vectors(graph))),
    }
    found = {}
    for name, text in forms.items():
        (tmp_path / name).write_text(text)
        found[name] = spectra(tmp_path, capsys, str(tmp_path / name))
    assert found["ours.json"][1]["sampled_of"] == 7
    first = xr.load_dataset(found["one.json"][0] / "spectra.nc", engine="h5netcdf")
    for out, told in found.values():
        xr.testing.assert_allclose(xr.load_dataset(out / "spectra.nc", engine="h5netcdf"), first)
        states = np.array(told["largest_cluster"]["energies_ev"])
        assert states[0] * 1000 == pytest.approx(states.mean() * 1000 - 12.0 * np.sqrt(2.0), abs=1.5)  # and far dipoles


def test_energies_alone_are_enough(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    """A dimer without material or place: 17900 and 18100 cm-1, J = 150, splitting 360.555 cm-1."""
    graph = nx.Graph()
    for name, energy in enumerate((17_900.0, 18_100.0)):
        graph.add_node(name, energy_cm1=energy, dipole_debye=(10.0, 0.0, 0.0))
    graph.add_edge(0, 1, coupling_cm1=150.0)
    (tmp_path / "bare.json").write_text(json.dumps(linked(graph)))
    _, told = spectra(tmp_path, capsys, str(tmp_path / "bare.json"))
    low, high = told["largest_cluster"]["energies_ev"]
    assert (high - low) * CM1_PER_EV == pytest.approx(360.555, abs=1e-3)
    assert told["fine_structure"] is None


@pytest.mark.parametrize("model", ["band_edge", "two_band", "two_band_2s"])
def test_every_model_answers(model: str, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    (tmp_path / "a.json").write_text(json.dumps(linked(chain())))
    out, told = spectra(tmp_path, capsys, str(tmp_path / "a.json"), "--model", model)
    assert told["model"] == model
    assert float(xr.load_dataset(out / "spectra.nc", engine="h5netcdf")["absorption"].max()) > 0.0


def test_pairs_that_all_coalesced_still_have_a_spectrum(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    graph = chain()
    graph.edges["dot 0", "dot 1"].clear()
    graph.edges["dot 0", "dot 1"].update(state="coalesced", centre_distance_nm=0.0)
    (tmp_path / "a.json").write_text(json.dumps(linked(graph)))
    _, told = spectra(tmp_path, capsys, str(tmp_path / "a.json"))
    assert told["edge_shift_mev"]["value"] < -50.0  # one larger dot
    assert told["commonest_bond"] is None
    assert told["largest_cluster"] is None


def broken(what: str) -> nx.Graph:
    graph = chain(3)
    first = graph.nodes["dot 0"]
    if what == "missing":
        del first["diameter_nm"]
    elif what == "pieces":
        graph.remove_edge("dot 1", "dot 2")
    elif what == "zero":
        first["diameter_nm"] = 0
    elif what == "coincident":
        first["position_nm"] = (0.0, 0.0, 3.5)
    elif what == "not finite":
        first["diameter_nm"] = float("nan")
    elif what == "material":
        first["material"] = "CdSX"
    return graph


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("missing", ["'dot 0'", "diameter_nm is missing"]),
        ("pieces", ["2 pieces"]),
        ("zero", ["'dot 0'", "diameter_nm", "above 0"]),
        ("coincident", ["'dot 0'", "'dot 1'", "same point"]),
        ("not finite", ["finite", "NaN"]),
        ("material", ["'dot 0'", "'CdS'"]),
    ],
)
def test_what_no_spectrum_can_be_made_of(
    what: str, words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.json").write_text(json.dumps(linked(broken(what))))
    said = refused(capsys, "a.json")
    assert all(word in said for word in words), said
    assert os.listdir() == ["a.json"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", ["empty"]),
        (b"hello", ["JSON"]),
        (b"[]", ["empty list"]),
        (b"7", ["node-link"]),
        (b"[" * 100_000, ["deeply"]),
        (b"\x80\x04\x95pickle", ["no text"]),
        (b'{"nodes": [{"id": 1}], "edges": [{"source": 1, "target": 2}]}', ["edge 0", "id of a node"]),
        (b'{"nodes": [{"id": 1}, {"id": 1}]}', ["twice"]),
        (b'{"nodes": [], "edges": []}', ["at least one dot"]),
        (b'{"directed": true, "nodes": []}', ["directed"]),
        (b"<a/>", ["at least one graph"]),
        (b"<graphml><graph>", ["XML"]),
    ],
)
def test_files_that_hold_no_graphs(
    content: bytes, words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(content)
    said = refused(capsys, str(path))
    assert all(word in said for word in words), said


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_no_entity_is_ever_expanded(encoding: str, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    text = "\n".join(nx.generate_graphml(with_flat_vectors(chain())))
    start = text.index("<graphml")
    bomb = '<!DOCTYPE g [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>'
    path = tmp_path / "a.graphml"
    path.write_bytes((f'<?xml version="1.0" encoding="{encoding}"?>' + bomb + text[start:]).encode(encoding))
    assert "DOCTYPE" in refused(capsys, str(path))


def test_places_and_names_that_do_not_exist(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    assert "no such file" in refused(capsys, str(tmp_path / "nowhere.json"))
    assert "another folder" in refused(capsys, str(tmp_path))
    with open(tmp_path / "huge.json", "wb") as file:
        file.truncate(300_000_000)
    assert "200 MB" in refused(capsys, str(tmp_path / "huge.json"))
    (tmp_path / "a.json").write_text(json.dumps(linked(chain())))
    assert "'band_edge'" in refused(capsys, str(tmp_path / "a.json"), "--model", "bandedge")
    assert "'dipole'" in refused(capsys, str(tmp_path / "a.json"), "--mechanisms", "dipol")
    assert "own" in refused(capsys, str(tmp_path / "a.json"), "--model", "two_band", "--mechanisms", "dipole")


def test_the_map_of_coherences(tmp_path: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    from runs.spectra import delocalisation_map

    monkeypatch.setattr(delocalisation_map, "DIMERS", 50)
    monkeypatch.setattr(delocalisation_map, "MAP_DISPERSIONS", np.array([0.02, 0.07, 0.12]))
    assert exit_code(["spectra", "--coherence-map", "--out", str(tmp_path / "map")]) == 0
    with xr.open_dataset(tmp_path / "map" / "coherence_map.nc", engine="h5netcdf") as data:
        shared = data["participation"]
        assert float(shared.min()) >= 1.0
        assert float(shared.max()) <= 2.0
        assert (np.diff(shared.mean("diameter")) < 0.0).all()  # disorder localises
    assert (tmp_path / "map" / "figures" / "coherence_map.png").stat().st_size > 5000
    assert "<M>" in capsys.readouterr().out
