"""Counting: objects, dots in them, borders, backgrounds; and the compiled measures against known answers."""

import subprocess
import sys

import numpy as np
import pytest
from scipy import ndimage
from scipy.spatial import ConvexHull

from assembly.counting import Choices, count
from assembly.micrograph import Scene, mixture, render
from assembly.microscopy.segmentation import noise_of
from assembly.microscopy.shapes_of_objects import COLUMNS, hull_area, measured, persistent_peaks


def _discs(centres, radius, shape=(240, 240), noise=0.0):
    y, x = np.mgrid[: shape[0], : shape[1]]
    dark = np.zeros(shape)
    for cx, cy in centres:
        dark = np.maximum(dark, np.clip(radius + 0.5 - np.hypot(x - cx, y - cy), 0.0, 1.0))
    grain = noise * np.random.default_rng(1).standard_normal(shape)
    return 200.0 - 60.0 * ndimage.gaussian_filter(dark, 1.0) + grain


GRID = [(40 + 40 * i, 40 + 40 * j) for i in range(5) for j in range(5)]


@pytest.mark.parametrize("noise", [0.0, 6.0])
def test_discs_are_found_where_they_are_and_as_large(noise):
    found = count(_discs(GRID, 9.0, noise=noise), 0.5)
    assert found.counts == [25, 0, 0, 0]
    assert found.labels.dtype == np.int32
    assert found.labels.max() == 25
    places = sorted(zip(found.objects["x_px"].round(), found.objects["y_px"].round(), strict=True))
    assert places == sorted(GRID)
    assert found.dot_diameter_nm[0] == pytest.approx(9.0, rel=0.05)
    assert np.mean(found.objects["area_nm2"]) == pytest.approx(np.pi * 81 / 4, rel=0.08)
    assert found.coverage == pytest.approx(25 * np.pi * 81 / 240**2, rel=0.08)


def test_dots_that_touch_are_counted_one_by_one():
    pair, row = [(60, 60), (78, 60)], [(60, 150), (78, 150), (96, 150)]
    found = count(_discs([*pair, *row, (160, 60), (180, 180), (40, 200), (150, 120)], 10.0), 0.5)
    assert found.counts == [4, 1, 1, 0]
    assert sorted(found.objects["dots"].tolist()) == [1, 1, 1, 1, 2, 3]
    assert found.objects["neck"][found.objects["dots"] == 2] < 0.9


def test_what_touches_a_mask_is_left_out_and_what_lies_under_it_is_not_seen():
    picture = _discs(GRID, 9.0)
    masked = np.zeros(picture.shape, dtype=bool)
    masked[112:240, 160:240] = True  # cuts four dots of the fourth column in half, hides four of the fifth
    picture[masked] = 0.0  # a black label
    assert sum(count(picture, 0.5).counts) < 19  # beside such a label nothing else is dark
    found = count(picture, 0.5, masked=masked)
    assert found.counts == [25 - 2 * 3, 0, 0, 0]
    assert not found.labels[masked].any()
    assert found.coverage == pytest.approx((19 + 3 / 2) * np.pi * 81 / (~masked).sum(), rel=0.1)
    for wrong in (masked[:5], np.ones_like(masked)):
        with pytest.raises(ValueError, match="masked"):
            count(picture, 0.5, masked=wrong)


def test_objects_at_the_border_are_left_out():
    found = count(_discs([*GRID, (2, 120), (238, 60), (120, 0)], 9.0), 0.5)
    assert found.counts == [25, 0, 0, 0]
    assert found.coverage > 25 * np.pi * 81 / 240**2


def test_neither_illumination_nor_exposure_moves_the_count():
    picture = _discs(GRID, 9.0, noise=4.0)
    across = np.linspace(-1.0, 1.0, 240)
    plain, ramp = count(picture, 0.5), count(0.1 * picture + 3.0 * across[None, :] - across[:, None] ** 2, 0.5)
    assert ramp.counts == plain.counts
    assert ramp.objects["area_nm2"].mean() == pytest.approx(plain.objects["area_nm2"].mean(), rel=0.02)
    scaled = count(7.0 * picture - 100.0, 0.5)
    assert scaled.counts == plain.counts
    assert scaled.objects["area_nm2"] == pytest.approx(plain.objects["area_nm2"], rel=0.02)


def test_bright_dots_on_request():
    assert count(400.0 - _discs(GRID, 9.0, noise=3.0), 0.5, Choices(bright_dots=True)).counts == [25, 0, 0, 0]


def test_choices_are_used_and_recorded():
    picture = _discs([*GRID, (20, 20)], 9.0) - 60.0 * (_discs([(220, 20)], 3.0) < 170)
    wide, narrow = (count(picture, 0.5, Choices(threshold=t, smoothing_nm=0.4)) for t in (0.2, 0.8))
    assert wide.objects["area_nm2"].mean() > 1.1 * narrow.objects["area_nm2"].mean()
    assert wide.parameters["threshold"] == 0.2
    assert wide.parameters["smoothing_nm"] == pytest.approx(0.4)
    assert sum(count(picture, 0.5, Choices(smallest_nm=2.0)).counts) == 27
    assert sum(count(picture, 0.5, Choices(smallest_nm=6.0)).counts) == 26


def test_a_virtual_micrograph_of_single_dots_is_counted_within_three_percent():
    molecules, weights = mixture({1: 1.0}, 6.0, np.random.default_rng(1), number=200)
    scene = Scene(nm_per_pixel=0.4, height_px=700, width_px=700, coverage=0.08, gap_nm=2.0)
    made = render(molecules, weights, scene, np.random.default_rng(2))
    found = count(made.image, 0.4)
    assert sum(found.counts) == pytest.approx(int((~made.truth["partial"]).sum()), rel=0.03)
    assert found.counts[0] >= 0.97 * sum(found.counts)


def test_warnings_name_what_is_doubtful():
    coarse = count(_discs(GRID, 3.5), 0.5)
    assert any("pixels across" in text for text in coarse.warnings)
    crowded = count(_discs([(16 + 23 * i, 16 + 23 * j) for i in range(10) for j in range(10)], 9.0), 0.5)
    assert any("touch by accident" in text for text in crowded.warnings)
    assert count(_discs(GRID, 9.0), 0.5).warnings == []


@pytest.mark.parametrize(
    ("picture", "nm", "said"),
    [
        (np.zeros((50, 50, 3)), 0.5, "grey"),
        (np.zeros((1, 1)), 0.5, "at least 16 pixels"),
        (np.zeros((50, 50)), 0.5, "all its pixels are equal"),
        (np.full((50, 50), np.nan), 0.5, "finite"),
        (_discs(GRID, 9.0), 0.0, "nm_per_pixel"),
        (_discs(GRID, 9.0), float("nan"), "nm_per_pixel"),
    ],
)
def test_what_is_no_micrograph_is_refused_in_a_sentence(picture, nm, said):
    with pytest.raises(ValueError, match=said):
        count(picture, nm)


@pytest.mark.parametrize("choice", [{"threshold": 1.5}, {"smoothing_nm": -1.0}, {"smallest_nm": float("inf")}])
def test_bad_choices_are_named(choice):
    with pytest.raises(ValueError, match=next(iter(choice))):
        Choices(**choice)


def test_assembly_needs_no_image_library_until_it_counts(monkeypatch):
    script = "import assembly, assembly.counting, assembly.correction, sys; sys.exit('skimage' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
    monkeypatch.setitem(sys.modules, "skimage.filters", None)
    with pytest.raises(ModuleNotFoundError, match="extra `tem`"):
        count(_discs(GRID, 9.0), 0.5)


def test_hull_area_is_qhulls():
    rng = np.random.default_rng(1)
    for size in (3, 10, 60):
        points = rng.integers(0, 20, (size, 2)).astype(float) + 0.01 * rng.random((size, 2))
        points = points[np.lexsort((points[:, 0], points[:, 1]))]
        assert hull_area(points[:, 0], points[:, 1]) == pytest.approx(ConvexHull(points).volume, rel=1e-9)


def test_peaks_are_counted_by_their_prominence():
    heights = np.array([[1.0, 5.0, 3.0, 4.0, 1.0, 4.5, 1.0]])
    inside = np.ones_like(heights, dtype=bool)
    assert [persistent_peaks(heights, inside, p)[0] for p in (0.5, 1.5, 4.0)] == [3, 2, 1]
    assert persistent_peaks(heights, inside, 0.5)[1] == pytest.approx(1.0 / 4.5)
    assert persistent_peaks(np.ones((3, 3)), np.ones((3, 3), dtype=bool), 0.1) == (1, 1.0, 1.0)


def test_measures_of_an_ellipse():
    y, x = np.mgrid[:80, :100]
    inside = ((x - 50.3) * 0.8 + (y - 39.0) * 0.6) ** 2 / 30**2 + (
        (y - 39.0) * 0.8 - (x - 50.3) * 0.6
    ) ** 2 / 12**2 <= 1
    rows = measured(inside.astype(np.int32), inside.astype(np.float32), np.array([[0, 0, 80, 100]]), 0.5)
    row = dict(zip(COLUMNS, rows[0], strict=True))
    assert (row["x"], row["y"]) == pytest.approx((50.3, 39.0), abs=0.1)
    assert (row["major"], row["minor"]) == pytest.approx((60.0, 24.0), rel=0.01)
    assert row["area"] == pytest.approx(np.pi * 30 * 12, rel=0.01)
    assert row["solidity"] > 0.95
    assert row["peaks"] == 1


def test_noise_is_measured_beside_dots():
    rng = np.random.default_rng(2)
    signal = rng.standard_normal((400, 400)) + 0.3
    signal[:, :120] += 8.0
    level, noise = noise_of(signal)
    assert level == pytest.approx(0.3, abs=0.2)
    assert noise == pytest.approx(1.0, abs=0.12)
