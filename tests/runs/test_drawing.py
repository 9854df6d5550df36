"""Pictures of clusters: what coalesced is one body, species tell kinds apart, curves keep their minima in sight."""

from pathlib import Path

import networkx as nx
import numpy as np
import pytest

from runs.clusters_xyz import write_clusters_xyz
from runs.curves import fusion_curves, melting_curves
from runs.figures import cluster_gallery, fusion_energy, melting_free_energy
from runs.figures.style import new_figure, title
from runs.recipe import load


def pair(state: str, distance_nm: float, materials: tuple[str, str] = ("CdS", "CdS"), **more: object) -> nx.Graph:
    graph: nx.Graph = nx.Graph(cluster_id=0, weight=1.0)
    for node, material in enumerate(materials):
        place = [node * distance_nm, 0.0, 0.0]
        graph.add_node(node, kind=material, material=material, diameter_nm=4.0, position_nm=place, **more)
    graph.add_edge(0, 1, state=state)
    return graph


def test_a_coalesced_pair_is_drawn_as_one_sphere_of_the_summed_volume() -> None:
    _, radii, _ = cluster_gallery._outline(pair("coalesced", 0.0))
    assert radii == pytest.approx([2 * np.cbrt(2)])
    places, radii, _ = cluster_gallery._outline(pair("necked", 3.0))
    assert radii == pytest.approx([2.0, 2.0])
    assert np.linalg.norm(places[0] - places[1]) == pytest.approx(3.0)
    assert cluster_gallery._reach((places, radii, [])) == pytest.approx((3.5, 2.0))


@pytest.mark.parametrize(
    ("materials", "species"),
    [(("CdS", "PbS"), {"Cd", "Pb"}), (("CdS", "CdSe"), {"S", "Se"}), (("CdS", "CdS"), {"Cd"})],
)
def test_species_tell_materials_apart(materials: tuple[str, str], species: set[str], tmp_path: Path) -> None:
    write_clusters_xyz(tmp_path / "a.xyz", [pair("necked", 3.0, materials)])
    lines = (tmp_path / "a.xyz").read_text().splitlines()
    assert lines[0] == "2"
    assert {line.split()[0] for line in lines[2:]} == species


def test_species_are_unknown_where_no_element_tells_them_apart(tmp_path: Path) -> None:
    graph = pair("necked", 3.0)
    graph.nodes[0].update(material="CdSe", shell="CdS", core_diameter_nm=2.0)
    write_clusters_xyz(tmp_path / "a.xyz", [graph])
    assert {line.split()[0] for line in (tmp_path / "a.xyz").read_text().splitlines()[2:]} == {"X"}


def test_curves_rest_where_the_engine_puts_the_dots_and_every_minimum_is_in_sight() -> None:
    flask = load("cds-pbs").flask()
    for curves, draw in ((melting_curves(flask), melting_free_energy.draw), (fusion_curves(flask), fusion_energy.draw)):
        figure = draw(curves)
        for axes, (kind, family) in zip(figure.axes, curves.items(), strict=True):
            assert kind in axes.get_title(loc="left")
            low, high = axes.get_ylim()
            assert sum(curve.own for curve in family) == 1
            for curve in family:
                assert curve.chosen_energy_ev <= curve.energy_ev.min() + 1e-3 * np.ptp(curve.energy_ev)
                assert low < curve.energy_ev.min()
                assert low < curve.chosen_energy_ev < high


def test_a_long_title_is_folded_and_mathematics_is_left_alone() -> None:
    axes = new_figure(4.0, 3.0).subplots()
    title(axes, r"$\foo$ " + 20 * "long ")
    text = axes.get_title(loc="left")
    assert "\n" in text
    assert max(len(line) for line in text.splitlines()) <= 52
    assert r"$\foo$" in text
