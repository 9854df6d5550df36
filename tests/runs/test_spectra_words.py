"""What runs and spectra say of edges, bonds, emission and linked dots: words that mislead nobody."""

from pathlib import Path

import networkx as nx
import numpy as np
import pytest

from physics.units import CM1_PER_MEV
from runs.cli import exit_code
from runs.spectra.edge_parts import edge_parts, kinds_of
from runs.spectra.mixtures import DIPOLES, band_mean_cm1, edge_shift
from runs.yields_text import shift_text, signed

GRID = np.arange(14_000.0, 26_000.0, 10.0)


def pair(state: str, kinds: tuple[str, str] = ("small", "small"), diameter: float = 3.0) -> nx.Graph:
    graph = nx.Graph()
    for n, kind in enumerate(kinds):
        graph.add_node(n, kind=kind, material="CdSe", diameter_nm=diameter + 1.5 * (kind == "large"),
                       position_nm=(0.0, 0.0, 4.5 * n))  # fmt: skip
    graph.add_edge(0, 1, state=state, centre_distance_nm=4.5, gap_nm=0.5)
    return graph


def test_melted_pairs_are_a_contribution_of_their_own() -> None:
    graphs = [pair("touching", diameter=d) for d in (2.9, 3.0, 3.1)] + [pair("coalesced", diameter=3.0)] * 2
    found = edge_parts(graphs, GRID, 1, "site", DIPOLES)
    assert found["melted"]["of_clusters"] == pytest.approx(0.4)
    assert found["melted"]["edge_shift_mev"]["value"] < -100.0  # one dot of twice the volume
    assert abs(found["other"]["edge_shift_mev"]["value"]) < 10.0
    assert found["kinds"] == {}
    none = edge_parts(graphs[:3], GRID, 1, "site", DIPOLES)
    assert none["melted"] is None
    assert none["other"] is None


def test_each_kind_of_dots_has_its_edge() -> None:
    graphs = [pair("touching", ("small", "large")), pair("touching"), pair("touching", ("large", "large"))]
    found = edge_parts(graphs, GRID, 1, "site", DIPOLES)["kinds"]
    assert list(found) == ["small", "large"]
    assert found["large"]["edge_ev"] < found["small"]["edge_ev"] - 0.1
    assert kinds_of([pair("coalesced", ("small", "large"))]) == (["small", "large"], [["large"]])


def test_one_cluster_has_no_interval() -> None:
    shift = edge_shift([pair("touching")], GRID, 1, "site", DIPOLES)
    assert np.isnan([shift.low_mev, shift.high_mev, shift.band_low_mev]).all()
    assert "95 %" not in shift_text(shift.as_json())
    assert "95 %" in shift_text({"value": -1.0, "low": -2.0, "high": 0.001})
    assert signed(-0.001, 2) == "0.00"
    assert signed(-0.01, 2) == "-0.01"


def test_the_lowest_band_ends_at_the_first_deep_dip() -> None:
    def line(centre: float, height: float = 1.0) -> np.ndarray:
        return np.asarray(height * np.exp(-0.5 * ((GRID - centre) / 200.0) ** 2))

    assert band_mean_cm1(GRID, line(17_000.0)) == pytest.approx(17_000.0, abs=1.0)
    assert band_mean_cm1(GRID, line(17_000.0) + line(20_000.0, 3.0)) == pytest.approx(17_000.0, abs=5.0)
    humps = line(17_000.0) + line(17_450.0)  # melted into one band
    assert band_mean_cm1(GRID, humps) == pytest.approx(17_225.0, abs=1.0)
    uneven = line(17_000.0, 0.6) + line(17_560.0)  # a dip to half of the first, as melted pairs make it: one band
    assert band_mean_cm1(GRID, uneven) == pytest.approx((0.6 * 17_000.0 + 17_560.0) / 1.6, abs=1.0)
    moved = band_mean_cm1(GRID, line(17_000.0)) - band_mean_cm1(GRID, line(17_000.0 + CM1_PER_MEV))
    assert moved / CM1_PER_MEV == pytest.approx(-1.0, abs=1e-3)


@pytest.mark.parametrize("law", ["pairs", "end-to-surface"])
def test_linked_dots_are_linked(law: str, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    settings = [f'linking.law="{law}"', "linking.linkers_per_dot=0.5", "linking.conversion=0.9",
                "simulation.particles=400", "simulation.replicas=2"]  # fmt: skip
    asked = [part for one in settings for part in ("--set", one)]
    out = tmp_path / "linked"
    assert exit_code(["run", "cdse-dithiol-dimers", "--out", str(out), "--no-figures", *asked]) == 0
    said, page = capsys.readouterr().out, (out / "report.html").read_text()
    for text in (said, page):
        assert "linked 100.0 %" in text
        assert "touching" not in text
        assert "Molten skin" not in text
        assert ("Flory: " in text) == (law != "pairs")
        assert ("Gel point: a conversion of" in text) == (law != "pairs")
    assert " C at the end" not in said
    assert exit_code(["spectra", str(out), "--out", str(tmp_path / "seen"), "--no-figures"]) == 0
    said = capsys.readouterr().out
    assert "CdSe - CdSe, linked (100 % of the bonds between dots that are left; " in said
    sizes = {line.split(" nm,")[0].strip() for line in said.splitlines() if "upper +-1" in line}
    assert len(sizes) == 1  # of these dots, not of 2.1, 3 and 4 nm besides
    assert "-0.00" not in said


def test_a_bond_that_tells_no_lengths_ends_without_an_empty_clause(
    tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    (tmp_path / "a.graphml").write_text("\n".join(nx.generate_graphml(_bare())), encoding="utf-8")
    assert exit_code(["spectra", str(tmp_path / "a.graphml"), "--out", str(tmp_path / "o"), "--no-figures"]) == 0
    said = capsys.readouterr().out
    assert "(100 % of the bonds between dots that are left)" in said
    assert "1 cluster with 2 dots" in said
    assert "(95 %" not in said


def _bare() -> nx.Graph:
    graph = nx.Graph()
    for n in range(2):
        graph.add_node(n, material="CdSe", diameter_nm=3.0, position_nm_x=0.0, position_nm_y=0.0, position_nm_z=3.5 * n)
    graph.add_edge(0, 1, coupling_cm1=90.0)
    return graph
