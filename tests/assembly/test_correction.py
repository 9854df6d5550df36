"""Correction: the unfolding against exact answers, the bookkeeping of accidents and borders, one whole case."""

import numpy as np
import pytest

from assembly import correction
from assembly.correction import correct
from assembly.counting import count
from assembly.micrograph import Scene, mixture, render
from assembly.microscopy.calibration import weighted_quantile
from assembly.microscopy.counted_as import agrees, counted_as
from assembly.microscopy.doubts import contacts_alike, down_to_none, lobes_unresolved, warnings_of, widened
from assembly.microscopy.fitting import Fit, Trial, geometric_third
from assembly.microscopy.intervals import shares_of, split_undecided
from assembly.microscopy.object_scores import NUMBER_OF_BINS, STEP, score_bins, shape_features, trained, without_lengths
from assembly.microscopy.refining import first_cells, next_cells, prior_over_proposal
from assembly.microscopy.rehearsal import Nuisances, Rehearsed, border_weights
from assembly.microscopy.shapes_of_objects import COLUMNS, measured
from assembly.microscopy.unfolding import most_likely, poisson_deviance, response

TEMPLATES = np.array([[0.9, 0.2, 0.1], [0.1, 0.7, 0.2], [0.0, 0.1, 0.8]])


def test_unfolding_returns_what_was_folded():
    numbers = np.array([400.0, 250.0, 30.0])
    found = most_likely(TEMPLATES @ numbers, TEMPLATES, np.zeros(3), np.full(3, 100.0), 20000)
    assert found == pytest.approx(numbers, rel=1e-3)
    fixed = TEMPLATES[:, 1] * 250.0
    rest = most_likely(TEMPLATES @ numbers, TEMPLATES[:, [0, 2]], fixed, np.full(2, 100.0), 20000)
    assert rest == pytest.approx(numbers[[0, 2]], rel=1e-3)


def test_unfolding_stays_positive_and_is_the_maximum():
    observed = np.array([500.0, 30.0, 0.0])  # fewer in the second bin than single dots alone would put there
    found = most_likely(observed, TEMPLATES, np.zeros(3), np.full(3, 100.0), 5000)
    assert np.all(found >= 0.0)
    assert found[1:].max() < 0.01
    least = poisson_deviance(observed, TEMPLATES @ found)
    for step in np.eye(3) * 3.0:
        assert poisson_deviance(observed, TEMPLATES @ (found + step)) > least


def test_a_prior_decides_a_split_that_shapes_leave_open_and_no_other():
    alike = np.array([[0.9, 0.1, 0.0, 0.0], [0.1, 0.8, 0.05, 0.05], [0.0, 0.1, 0.95, 0.95]])
    apart = np.vstack([alike[:2], [0.0, 0.1, 0.9, 0.05], [0.0, 0.0, 0.05, 0.9]])
    truth, start = np.array([800.0, 200.0, 40.0, 10.0]), np.array([100.0, 100.0, 1.0, 100.0])
    open_split = most_likely(alike @ truth, alike, np.zeros(3), start, 5000)
    assert open_split[3] > 40.0  # where it began
    law = most_likely(alike @ truth, alike, np.zeros(3), start, 5000, 30.0, geometric_third(truth))
    assert law[2:] == pytest.approx([40.0, 10.0], rel=0.05)
    assert law[:2] == pytest.approx(truth[:2], rel=0.02)
    many = 100.0 * truth[[0, 1, 3, 2]]  # many molecules that shapes do tell apart outweigh the prior
    seen = most_likely(apart @ many, apart, np.zeros(4), start, 5000, 30.0, 0.9)
    assert seen == pytest.approx(many, rel=0.1)


def test_the_split_of_a_geometric_tail():
    q = 0.3
    tail = q ** np.arange(2, 40)
    assert geometric_third(1e6 * np.array([1.0, tail[0], tail[1], tail[2:].sum()])) == pytest.approx(1.0 - q, abs=1e-4)
    assert geometric_third(np.zeros(4)) == 0.95
    assert geometric_third(np.array([0.0, 0.0, 9.0, 900.0])) == 0.3


def test_an_undecided_split_is_noticed():
    rng = np.random.default_rng(2)
    three = rng.uniform(0.0, 60.0, 300)
    trading = np.stack([np.full(300, 800.0), np.full(300, 100.0), three, 0.75 * (60.0 - three)], axis=1)
    assert split_undecided(trading)
    trading[:, 3] = 20.0
    assert not split_undecided(trading)


def test_accidents_are_shared_among_parents_and_scale_with_density():
    bins = np.array([0] * 90 + [1] * 5)
    parents = np.zeros((95, 4))
    parents[:90, 0], parents[90:, 0] = 1.0, 2.0
    made = np.array([100.0, 0.0, 0.0, 0.0])
    chance, drawn = np.zeros(95, dtype=bool), np.arange(95) >= 90
    as_made = response(bins, np.ones(95), parents, chance, made, np.ones(4), 1.0, 2)
    assert as_made[:, 0] == pytest.approx([0.90, 0.05])
    sparse = response(bins, np.ones(95), parents, chance, made, np.full(4, 0.2), 1.0, 2)
    assert sparse[:, 0] == pytest.approx([0.98, 0.01])
    assert response(bins, np.ones(95), parents, drawn, made, np.ones(4), 0.0, 2)[:, 0] == pytest.approx([1.0, 0.0])
    # what was attracted is as frequent on a sparse grid as on a dense one, and follows its own factor alone
    assert response(bins, np.ones(95), parents, drawn, made, np.full(4, 0.2), 1.0, 2) == pytest.approx(as_made)
    assert response(bins, np.ones(95), parents, drawn, made, np.full(4, 0.2), 0.2, 2) == pytest.approx(sparse)
    # molecules are neither made nor lost: single objects plus both parents of each accident
    assert sparse[0, 0] + 2.0 * sparse[1, 0] == pytest.approx(1.0)


def test_border_weights_undo_the_loss_of_large_objects():
    rng = np.random.default_rng(1)
    number, width, height = 200_000, 100, 60
    size = np.where(rng.random(number) < 0.3, 20, 6)
    left, top = rng.integers(-40, 100, number), rng.integers(-40, 60, number)
    kept = (left >= 1) & (top >= 1) & (left + size <= width - 1) & (top + size <= height - 1)
    table = np.zeros((int(kept.sum()), len(COLUMNS)))
    for name, values in (("left", left), ("top", top), ("right", left + size), ("bottom", top + size)):
        table[:, COLUMNS.index(name)] = values[kept]
    weights = border_weights(table, (height, width))
    large = size[kept] == 20
    assert large.mean() < 0.26
    assert weights[large].sum() / weights.sum() == pytest.approx(0.30, abs=0.01)
    assert weights.sum() == pytest.approx(number * width * height / 140 / 100, rel=0.01)


def test_a_trained_score_tells_classes_apart():
    rng = np.random.default_rng(3)
    classes = rng.integers(0, 4, 3000)
    features = rng.standard_normal((3000, 12)) + 3.0 * np.eye(4, 12)[classes]
    score = trained(features, classes, np.ones(3000), 4)
    chances = score.probabilities(features)
    assert chances.sum(axis=1) == pytest.approx(np.ones(3000))
    assert (chances.argmax(axis=1) == classes).mean() > 0.9
    bins = score_bins(chances, features)
    assert bins.min() >= 0
    assert bins.max() < NUMBER_OF_BINS
    plain = score_bins(chances, 0.0 * features)  # no pair has lobes apart
    merged = without_lengths(np.bincount(bins, minlength=NUMBER_OF_BINS).astype(float))
    assert merged == pytest.approx(np.bincount(plain, minlength=12)[:12])


def test_the_lobe_distance_of_a_pair_does_not_depend_on_its_size():
    for across, apart in ((20.0, 20.0), (18.0, 20.0), (20.0, 24.0)):
        y, x = np.mgrid[-40:41, -60:61]
        discs = [np.hypot(x - s * apart / 2.0, y) <= across / 2.0 for s in (-1.0, 1.0)]
        both = discs[0] | discs[1]
        labels, box = both.astype(np.int32), np.array([[0, 0, 81, 121]])
        table = measured(labels, both.astype(np.float32), box, 0.1)
        assert shape_features(table, 20.0)[0, STEP] == pytest.approx(apart / 20.0, abs=0.02)


def test_next_trials_keep_the_prior():
    rng = np.random.default_rng(4)
    first = first_cells(20, rng)
    assert np.array_equal(np.sort((first * 20).astype(int), axis=0), np.repeat(np.arange(20)[:, None], 2, axis=1))
    weights = np.exp(-8.0 * np.hypot(*(first - 0.3).T))
    weights /= weights.sum()
    ratio, means = [], []
    for _ in range(200):
        first = first_cells(20, rng)
        cells = np.concatenate([first, next_cells(first, weights, 20, rng)])
        assert cells.min() >= 0.0
        assert cells.max() <= 1.0
        w = prior_over_proposal(cells, first, weights)
        ratio.append(w.mean())
        means.append(w @ cells / w.sum())
    # a density's inverse integrates to 1; the kernels stand on the very cells they are asked at, which costs 5 %
    assert np.mean(ratio) == pytest.approx(1.0, abs=0.08)
    assert np.mean(means, axis=0) == pytest.approx([0.5, 0.5], abs=0.03)


def test_shares_of_numbers():
    particles, objects, assemblies = shares_of(np.array([60.0, 20.0, 0.0, 0.0]))
    assert particles[:2] == pytest.approx([0.6, 0.4])
    assert objects[:2] == pytest.approx([0.75, 0.25])
    assert assemblies[:2] == pytest.approx([0.0, 1.0])


def test_weighted_quantiles():
    values = np.array([3.0, 1.0, 2.0])
    assert weighted_quantile(values, np.ones(3), 0.5) == 2.0
    assert weighted_quantile(values, np.array([8.0, 1.0, 1.0]), 0.6) == 3.0


def test_contacts_look_like_dimers_where_a_pixel_exceeds_the_difference():
    assert contacts_alike(5.8, 0.4, 6.0, 0.5)
    assert not contacts_alike(5.8, 1.2, 6.0, 0.5)
    assert not contacts_alike(5.0, 0.4, 6.0, 0.5)


def test_unresolved_lobes_widen_intervals():
    assert lobes_unresolved(2.7, 6.0, 0.6)
    assert not lobes_unresolved(2.7, 6.0, 0.3)
    assert not lobes_unresolved(3.6, 6.0, 0.6)
    table = widened({"1": (0.99, 0.98, 1.0), "2": (0.0, 0.0, 0.01), "3": (0.5, 0.2, 0.8)})
    assert all(high - low >= 0.2 - 1e-12 and low <= value <= high for value, low, high in table.values())
    assert table["3"] == (0.5, 0.2, 0.8)


def test_lower_ends_that_contacts_may_feign_are_none():
    table = down_to_none({"1": (0.9, 0.8, 1.0), "2": (0.04, 0.01, 0.09)})
    assert table == {"1": (0.9, 0.8, 1.0), "2": (0.04, 0.0, 0.09)}


def _trial(seen_as_two, numbers, area_nm2=1e6):
    """A rehearsal of 100 single dots and 100 dimers apart, so many of the dimers counted as two; and its fit."""
    dots = np.array([1] * 100 + [2] * seen_as_two + [1] * (100 - seen_as_two))
    parents = np.repeat(np.eye(4)[:2], 100, axis=0)
    made, alone = np.array([100.0, 100.0, 0.0, 0.0]), np.zeros(200, dtype=bool)
    seen = Rehearsed(np.zeros((200, len(COLUMNS))), np.ones(200), parents, alone, made, made / area_nm2, 1.0, dots)
    trial = Trial(Nuisances(6.0, 0.05, 0.5, 1.0, 0.1, 0.05, 5.0, 1.2), seen, dots, 4)
    return trial, Fit(np.array([*numbers, 0.0, 0.0]), 0.0, np.zeros(9), 0.0, np.zeros(4))


def test_the_matrix_is_that_of_the_weighted_trials_and_predicts_the_count():
    (one, first), (two, second) = _trial(80, (700.0, 300.0)), _trial(20, (100.0, 900.0))
    weights, dots = np.array([0.75, 0.25]), np.repeat([1, 2], [775, 225])
    found = counted_as([one, two], [first, second], weights, 1e6, dots, np.ones(1000))
    due = 0.75 * np.array([760.0, 240.0]) + 0.25 * np.array([820.0, 180.0])
    assert found.predicted[:2] == pytest.approx(due)
    numbers = 0.75 * first.numbers + 0.25 * second.numbers
    assert found.matrix @ numbers == pytest.approx(found.predicted)
    assert found.matrix[1, 1] == pytest.approx((0.75 * 300 * 0.8 + 0.25 * 900 * 0.2) / 450)
    assert found.counted == pytest.approx([775, 225, 0, 0])
    assert found.usable
    alone = counted_as([one, two], [first, second], np.array([0.0, 1.0]), 1e6, dots, np.ones(1000))
    assert alone.matrix[1, 1] == pytest.approx(0.2)
    heavy = counted_as([one, two], [first, second], weights, 1e6, dots, np.where(dots == 2, 1.5, 1.0))
    assert heavy.predicted[1] == pytest.approx(due[1] / 1.5)  # as many more as the border hides


def test_a_matrix_that_does_not_give_back_the_count_is_not_usable():
    assert agrees(np.array([1200.0, 49.0, 2.0, 0.0]), np.array([1190.0, 55.0, 4.0, 1.0]))
    assert not agrees(np.array([1200.0, 49.0, 2.0, 0.0]), np.array([1239.0, 10.0, 2.0, 0.0]))
    assert not agrees(np.array([1200.0, 10.0, 15.0, 0.0]), np.array([1215.0, 10.0, 0.0, 0.0]))
    assert agrees(np.array([9.0, 5.0, 0.0, 0.0]), np.array([11.0, 3.0, 0.0, 0.0]))  # few: nothing is said


def test_few_trials_and_a_matrix_of_no_use_are_said_in_words():
    sound = dict(
        unresolved=False, alike=False, split=False, lobe_distance_nm=5.0, gap_nm=1.2, nm_per_pixel=0.3, coverage=0.1,
        across_px=20.0, deviance_per_dof=1.0, objects=2000, trials=26, from_counts=(),
    )  # fmt: skip
    assert warnings_of(**sound, effective_trials=9.0, matrix_usable=True) == []
    few, matrix = warnings_of(**sound, effective_trials=2.3, matrix_usable=False)
    assert few.startswith("only 2.3 of 26 trials")
    assert matrix.startswith("matrix not usable for fit")


def _sample(share, seed, images=3, lobe=5.0, side=420):
    rng = np.random.default_rng(seed)
    molecules, weights = mixture({1: 1.0 - share, 2: share}, 6.0, rng, lobe_distance_nm=lobe, number=400)
    scene = Scene(nm_per_pixel=0.5, height_px=side, width_px=side, coverage=0.10, gap_nm=1.2)
    made = [render(molecules, weights, scene, rng) for _ in range(images)]
    dots = np.concatenate([one.truth["dots"] for one in made])
    return [count(one.image, 0.5) for one in made], dots[dots == 2].sum() / dots.sum()


def test_the_same_seed_gives_the_same_answer_on_any_number_of_workers(monkeypatch):
    for name, value in (("TRIALS", 3), ("NEXT_TRIALS", 2), ("TRIAL_MOLECULES", 250), ("PILOT_MOLECULES", 120)):
        monkeypatch.setattr(correction, name, value)
    counted, _ = _sample(0.5, 11, images=2, side=300)
    seen = []
    one, two = (
        correct(counted, None, 0.5, np.random.default_rng(5), lobe_distance_nm=5.0, gap_nm=1.2, workers=w,
                progress=lambda done, total: seen.append((done, total)))
        for w in (1, 2)
    )  # fmt: skip
    assert one.of_particles == two.of_particles
    assert one.matrix.shape == (4, 4)
    assert one.counts == pytest.approx(np.sum([c.counts for c in counted], axis=0))
    assert one.predicted.sum() == pytest.approx(one.counts.sum(), rel=0.1)
    for name in ("lobe_distance", "gap"):
        low, high = one.parameters[f"{name}_interval_nm"]
        assert low <= one.parameters[f"{name}_nm"] <= high
    assert one.parameters["lobe_distance_interval_nm"][0] >= 4.7
    assert seen[-1][0] == seen[-1][1]
    assert set(one.of_objects) == {"1", "2", "3", "4+"}
    assert "1" not in one.of_assemblies
    for table in (one.of_particles, one.of_objects, one.of_assemblies):
        assert all(0.0 <= low <= value <= high <= 1.0 for value, low, high in table.values())
    assert sum(value for value, _, _ in one.of_particles.values()) == pytest.approx(1.0)
    with pytest.raises(ValueError, match="lobe_distance_nm"):
        correct(counted, None, 0.5, np.random.default_rng(5), lobe_distance_nm=-1.0)
    with pytest.raises(ValueError, match="counted"):
        correct([], None, 0.5, np.random.default_rng(5))


@pytest.mark.slow
@pytest.mark.parametrize(("share", "lobe"), [(0.0, 5.0), (0.55, 3.6), (0.9, 5.8)])
def test_own_micrographs_are_corrected_to_their_truth(share, lobe):
    counted, truth = _sample(share, 21, lobe=lobe, side=640, images=4)
    found = correct(counted, None, 0.5, np.random.default_rng(6), lobe_distance_nm=lobe + 0.2, gap_nm=1.0)
    value, low, high = found.of_particles["2"]
    assert abs(value - truth) < 0.06
    assert low <= truth <= high
    assert high - low < 0.2
