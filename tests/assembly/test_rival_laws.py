"""Laws fitted to the classes 1, 2, 3, 4+: each finds itself, nested laws order, G is chi-square."""

import numpy as np
import pytest
from scipy import stats

from assembly.planning import plan, share_variance, spread_between_images
from assembly.rival_laws import compare_laws, effective_objects, self_limited
from assembly.yields import flory, poisson


def classes(shares: np.ndarray) -> np.ndarray:
    return np.array([*shares[:3], shares[3:].sum()])


SIZES = np.arange(1, 200)
TRUE = {
    "flory": classes(flory(1.8, SIZES)),
    "poisson": classes(poisson(1.8, SIZES)),
    "self-limited": classes(self_limited(0.9, 0.1, SIZES)),
}


@pytest.mark.parametrize("law", TRUE)
def test_each_law_is_found_again(law):
    fits = compare_laws(5000 * TRUE[law])
    best = next(fit for fit in fits if fit.law == law)
    assert np.allclose(best.shares, TRUE[law], atol=2e-4)
    assert best.statistic < 0.01
    assert fits[0].law == law


def test_self_limited_growth_holds_flory_and_dimers_alone_as_its_ends():
    assert np.allclose(self_limited(0.4, 1.0, SIZES[:6]), flory(1 / 0.6, SIZES[:6]))
    assert np.allclose(self_limited(0.5, 0.0, [1, 2, 3]), [2 / 3, 1 / 3, 0])
    nested = {fit.law: fit for fit in compare_laws([300, 90, 40, 20])}
    assert nested["self-limited"].log_likelihood >= nested["flory"].log_likelihood - 1e-3


def test_g_of_the_true_law_follows_chi_square():
    rng = np.random.default_rng(1)
    p = [
        next(fit.p_value for fit in compare_laws(rng.multinomial(1500, TRUE["flory"])) if fit.law == "flory")
        for _ in range(80)
    ]
    assert stats.kstest(p, "uniform").pvalue > 0.01


def test_a_simulation_is_judged_without_a_fit():
    fits = {fit.law: fit for fit in compare_laws([400, 400, 30, 5], simulated=[800, 800, 60, 10])}
    assert fits["simulated"].degrees_of_freedom == 3
    assert fits["simulated"].p_value > 0.9
    assert fits["simulated"].aic == pytest.approx(-2 * fits["simulated"].log_likelihood)
    other = {fit.law: fit for fit in compare_laws([400, 400, 30, 5], simulated=[1600, 60, 3, 0])}
    assert other["simulated"].p_value < 1e-9


@pytest.mark.parametrize("bad", [[1, 2, 3], [1, 2, 3, -1], [0, 0, 0, 0], [1, 2, np.nan, 0]])
def test_bad_counts_are_refused(bad):
    with pytest.raises(ValueError, match="counts must hold four"):
        compare_laws(bad)


def test_effective_objects_undo_a_counting_error():
    reach = 1.959964 * np.sqrt(0.3 * 0.7 / 500)
    assert effective_objects(0.3, 0.3 - reach, 0.3 + reach) == pytest.approx(500, rel=1e-5)
    with pytest.raises(ValueError, match="low and high"):
        effective_objects(0.3, 0.3, 0.3)


def test_the_variance_of_a_share_is_that_of_draws():
    rng, share, objects = np.random.default_rng(2), 0.55, 600
    of_objects = share / (2 - share)
    dimers = rng.binomial(objects, of_objects, 20000)
    drawn = 2 * dimers / (objects + dimers)
    assert drawn.var() == pytest.approx(share_variance(share, objects * (1 + of_objects)), rel=0.05)


def test_the_planned_images_hold_the_share_as_often_as_promised():
    share, within, spread = 0.55, 0.05, 0.04
    made = plan(share, within, dots_per_image=300, spread=spread)
    fewer = plan(share, within, dots_per_image=300, spread=0.0)
    assert made.images > fewer.images
    rng = np.random.default_rng(3)
    centres = rng.normal(share, spread, (4000, made.images))
    objects = round(300 * (2 - share) / 2)
    dimers = rng.binomial(objects, centres / (2 - centres))
    means = (2 * dimers / (objects + dimers)).mean(axis=1)
    assert np.mean(np.abs(means - share) <= within) >= 0.95


def test_the_spread_between_images_is_found_again():
    rng, objects = np.random.default_rng(4), 400
    for spread in (0.0, 0.06):
        share = rng.normal(0.5, spread, 800)
        dimers = rng.binomial(objects, share / (2 - share))
        assert spread_between_images(dimers, np.full(800, objects)) == pytest.approx(spread, abs=0.012)
    with pytest.raises(ValueError, match="two images"):
        spread_between_images([3], [10])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [((0.0, 0.05), "share"), ((0.5, 0.7), "within"), ((0.5, 0.05, 1), "dots_per_image"), ((0.5, 1e-5), "within")],
)
def test_impossible_plans_are_refused(arguments, said):
    with pytest.raises(ValueError, match=said):
        plan(*arguments)
