"""Virtual micrographs: volumes kept, gaps kept, shares as asked, noise as stated."""

import math

import networkx as nx
import numpy as np
import pytest

from assembly.micrograph import Molecules, Scene, from_graphs, lobe_radius_nm, mixture, render, render_graphs
from assembly.microscopy.background import noise_covariance, noise_like
from assembly.microscopy.deposition import deposited, turned_balls
from assembly.microscopy.molecules import from_parts
from assembly.microscopy.thickness import darkness, elongated

CROWDED = Scene(coverage=0.5, gap_nm=4.0, height_px=200, width_px=200)
CLEAN = Scene(noise_sd=0.0, gradient=0.0, contrast_spread=0.0, elongation=0.0, tilt_deg=0.0)


def _projected_volume(balls, squeeze=None):
    balls = np.array(balls, dtype=float)
    squeeze = np.zeros((len(balls), 3)) if squeeze is None else squeeze
    start = np.array([0, len(balls)])
    return float(darkness((160, 160), balls, start, squeeze, np.ones(len(balls)), 1.0, 1.0).sum(dtype=float))


def test_a_ball_darkens_by_its_volume():
    for radius in (5.0, 20.0):
        assert _projected_volume([[80.3, 79.6, 0.0, radius]]) == pytest.approx(4 / 3 * math.pi * radius**3, rel=4e-3)


@pytest.mark.parametrize("apart", [0.0, 8.0, 24.0, 41.0])
@pytest.mark.parametrize("lean", [0.0, 0.7, math.pi / 2])
def test_overlapping_balls_count_once(apart, lean):
    radius, d = 20.0, apart
    lens = math.pi * (4 * radius + d) * (2 * radius - d) ** 2 / 12 if d < 2 * radius else 0.0
    halves = 0.5 * d * np.array([math.cos(lean), math.sin(lean)])
    seen = _projected_volume([[80 - halves[0], 80, -halves[1], radius], [80 + halves[0], 80, halves[1], radius]])
    assert seen == pytest.approx(8 / 3 * math.pi * radius**3 - lens, rel=4e-3)


def test_elongated_balls_keep_their_area_and_stretch_as_asked():
    squeeze = elongated(2000, 0.1, np.random.default_rng(1))
    matrices = np.eye(2) + np.stack([squeeze[:, [0, 2]], squeeze[:, [2, 1]]], axis=1)
    assert np.linalg.det(matrices) == pytest.approx(np.ones(2000), abs=1e-9)
    ratio = np.log(np.linalg.cond(matrices))
    assert np.sqrt(np.mean(ratio**2)) == pytest.approx(0.1, rel=0.06)
    assert _projected_volume([[80, 80, 0, 20.0]], squeeze[:1]) == pytest.approx(4 / 3 * math.pi * 8000, rel=4e-3)


def test_fused_lobes_keep_the_volume_of_their_dots():
    for d in (0.3, 2.0, 4.0, 5.9):
        r = lobe_radius_nm(d, 3.0)
        union = 8 / 3 * r**3 - (4 * r + d) * (2 * r - d) ** 2 / 12
        assert union == pytest.approx(8 / 3 * 27.0, rel=1e-9)
    assert lobe_radius_nm(6.0, 3.0) == 3.0
    assert lobe_radius_nm(1e-9, 3.0) == pytest.approx(3.0 * 2 ** (1 / 3), rel=1e-6)


def _lain(coverage=0.15, gap=1.0, attraction=0.0, seed=1, shares=None):
    rng = np.random.default_rng(seed)
    molecules, weights = mixture(shares or {1: 0.5, 2: 0.4, 3: 0.1}, 6.0, rng, lobe_distance_nm=5.0, number=300)
    return deposited(
        molecules, weights, width_nm=300.0, height_nm=250.0, coverage=coverage, gap_nm=gap, attraction=attraction,
        tilt_deg=8.0, lying=True, rng=rng,
    )  # fmt: skip


@pytest.mark.parametrize("attraction", [0.0, 0.5])
def test_molecules_on_the_grid_keep_their_gap_and_reach_the_coverage(attraction):
    lain = _lain(attraction=attraction)
    apart = np.linalg.norm(lain.balls[:, None, :2] - lain.balls[None, :, :2], axis=2)
    gaps = apart - lain.balls[:, None, 3] - lain.balls[None, :, 3]
    others = lain.owner[:, None] != lain.owner[None, :]
    assert gaps[others].min() >= 1.0 - 1e-9
    margin = 0.5 * (lain.balls[:, 0].max() - lain.balls[:, 0].min() - 300.0)
    area = (300.0 + 2 * margin) * (250.0 + 2 * margin)
    assert np.sum(math.pi * lain.balls[:, 3] ** 2) / area == pytest.approx(0.15, rel=0.05)
    touching = np.min(np.where(others, gaps, np.inf), axis=1) < 1.001
    assert (touching.mean() > 0.4) if attraction else (touching.mean() < 0.02)


def test_orientations_lie_flat_or_point_anywhere():
    rod = np.array([[1.0, 0, 0], [-1.0, 0, 0]])
    start, chosen, rng = np.array([0, 2]), np.zeros(20000, dtype=np.int64), np.random.default_rng(3)
    anywhere = turned_balls(rod, start, chosen, 0.0, False, rng)[::2]
    flat = turned_balls(rod, start, chosen, 0.0, True, rng)[::2]
    assert np.abs(flat[:, 2]).max() < 1e-12
    assert np.mean(flat[:, 0] ** 2) == pytest.approx(0.5, abs=0.01)
    assert np.mean(anywhere**2, axis=0) == pytest.approx(np.full(3, 1 / 3), abs=0.015)


def test_shares_are_those_asked_for():
    lain = _lain(coverage=0.1, shares={1: 0.45, 2: 0.5, 3: 0.05}, seed=5)
    more = [_lain(coverage=0.1, shares={1: 0.45, 2: 0.5, 3: 0.05}, seed=s) for s in range(6, 16)]
    dots = np.concatenate([one.dots for one in [lain, *more]])
    held = np.array([dots[dots == n].sum() for n in (1, 2, 3)]) / dots.sum()
    error = 2.0 * np.sqrt(0.25 / len(dots))  # a particle's share moves with whole molecules
    assert np.abs(held - [0.45, 0.5, 0.05]).max() < 3.0 * error


def test_noise_has_the_covariance_it_was_made_from():
    rng = np.random.default_rng(7)
    lags = np.arange(-6, 7)
    wanted = 0.3 * np.exp(-(np.hypot(*np.meshgrid(lags, lags)) ** 2) / 4.0)
    made = noise_like(wanted, (600, 500), rng)
    found = noise_covariance(made, rng.random(made.shape) < 0.7)
    assert found[4:9, 4:9] == pytest.approx(wanted[4:9, 4:9], abs=0.015)


def test_a_picture_repeats_and_its_truth_is_in_the_field():
    molecules, weights = mixture({1: 0.5, 2: 0.5}, 6.0, np.random.default_rng(1), number=100)
    scene = Scene(height_px=200, width_px=300, nm_per_pixel=0.4, coverage=0.1, scale_bar_nm=20.0)
    one, two = (render(molecules, weights, scene, np.random.default_rng(4)) for _ in range(2))
    assert np.array_equal(one.image, two.image)
    assert one.image.shape == (200, 300)
    assert sum(one.of_particles().values()) == pytest.approx(1.0)
    assert int((one.image == 0.0).sum()) == 50 * 3
    whole = ~one.truth["partial"]
    assert np.all((one.truth["x_px"][whole] > 0) & (one.truth["x_px"][whole] < 300))
    assert one.as_uint16().dtype == np.uint16
    assert np.median(one.as_uint16()) == pytest.approx(45000, rel=0.02)


def test_dots_are_as_dark_as_stated_and_noise_is_the_doses():
    scene = Scene(
        height_px=256, width_px=256, coverage=0.05, blur_nm=0.0, noise_sd=0.0, gradient=0.0, contrast_spread=0.0,
        elongation=0.0, tilt_deg=0.0,
    )  # fmt: skip
    ball = from_parts([(np.zeros((1, 3)), np.array([3.0]), 1)])
    assert render(ball, [1.0], scene, np.random.default_rng(1)).image.min() == pytest.approx(0.7, abs=0.003)
    assert Scene(dose_per_nm2=10000.0, nm_per_pixel=0.5).noise == pytest.approx(1.0 / 50.0)


def _pair(state="necked", apart=5.0):
    graph = nx.Graph(weight=3.0)
    for k in (0, 1):
        graph.add_node(k, position_nm=[apart * k, 0.0, 0.0], diameter_nm=6.0)
    graph.add_edge(0, 1, centre_distance_nm=apart, state=state)
    return graph


def test_cluster_graphs_become_molecules():
    single = nx.Graph()
    single.add_node("a", position_nm=[1.0, 2.0, 3.0], diameter_nm=6.0)
    molecules, weights = from_graphs([_pair(), single, _pair("coalesced", 1.0)])
    assert weights.tolist() == [3.0, 1.0, 3.0]
    assert molecules.dots.tolist() == [2, 1, 1]
    assert molecules.radii_nm[:2] == pytest.approx(np.full(2, lobe_radius_nm(5.0, 3.0)))
    scene = Scene(height_px=128, width_px=128, coverage=0.1)
    assert render_graphs([_pair(), single], scene, np.random.default_rng(1)).image.shape == (128, 128)
    del single.nodes["a"]["diameter_nm"]
    with pytest.raises(ValueError, match="node 'a' must carry diameter_nm"):
        from_graphs([single])


def test_a_rod_is_a_row_of_balls_along_its_axis():
    rod = nx.Graph()
    across = [np.sqrt(0.5), 0.0, 0.0, np.sqrt(0.5)]  # turns the c axis to -y
    rod.add_node(0, position_nm=[1.0, 2.0, 3.0], diameter_nm=4.0, length_nm=20.0, orientation=across)
    rod.add_node(1, position_nm=[5.0, 2.0, 3.0], diameter_nm=4.0, length_nm=4.0, orientation=across)
    rod.add_edge(0, 1, centre_distance_nm=4.0, state="touching")
    molecules, _ = from_graphs([rod])
    assert molecules.dots.tolist() == [2]
    row, ball = molecules.positions_nm[:-1], molecules.positions_nm[-1]
    assert np.ptp(row, axis=0) == pytest.approx([0.0, 16.0, 0.0], abs=1e-12)
    assert row.mean(axis=0) == pytest.approx(ball - [4.0, 0.0, 0.0])
    assert molecules.radii_nm == pytest.approx(2.0)
    # the waves of its rim stay below 4 % of the radius
    assert np.sqrt(2.0**2 - (np.diff(row[:, 1])[0] / 2) ** 2) > 0.96 * 2.0


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda: Scene(coverage=0.9), "coverage"),
        (lambda: Scene(height_px=2), "height_px"),
        (lambda: Scene(nm_per_pixel=0.0), "nm_per_pixel"),
        (lambda: Scene(blur_nm=-1.0), "blur_nm"),
        (lambda: mixture({1: -1.0}, 6.0, np.random.default_rng(1)), "shares"),
        (lambda: mixture({99: 1.0}, 6.0, np.random.default_rng(1)), "shares"),
        (lambda: render(_one(), [0.0], CLEAN, np.random.default_rng(1)), "weights"),
        (
            lambda: render(_one(), [1.0], CROWDED, np.random.default_rng(1)),
            "coverage",
        ),
    ],
)
def test_bad_arguments_are_named(wrong, said):
    with pytest.raises(ValueError, match=said):
        wrong()


def _one() -> Molecules:
    return from_parts([(np.zeros((1, 3)), np.array([3.0]), 1)])
