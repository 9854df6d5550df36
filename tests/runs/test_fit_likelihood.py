"""Likelihoods and profiles against what they must be where that is known exactly."""

import numpy as np
import pytest
from scipy.stats import chi2, dirichlet_multinomial, multinomial

from runs.fitting.likelihood import (
    RISE,
    Best,
    Problem,
    counted,
    deviance,
    deviance_residuals,
    excess_p,
    least,
    minus_two_log_likelihood,
    profile,
)

OBJECTS = np.array([[60.0, 30.0, 8.0, 2.0], [10.0, 70.0, 15.0, 0.0]])
SHARES = np.array([[0.55, 0.33, 0.09, 0.03], [0.12, 0.70, 0.15, 0.03]])


def test_likelihoods_are_those_of_scipy_up_to_a_constant():
    other = np.array([[0.5, 0.4, 0.06, 0.04], [0.2, 0.6, 0.1, 0.1]])

    def difference(law):
        return sum(-2.0 * (law(n, a) - law(n, b)) for n, a, b in zip(OBJECTS, SHARES, other, strict=True))

    ours = minus_two_log_likelihood(OBJECTS, SHARES) - minus_two_log_likelihood(OBJECTS, other)
    assert ours == pytest.approx(difference(lambda n, p: multinomial.logpmf(n, n.sum(), p)))
    scattered = [minus_two_log_likelihood(OBJECTS, p, 40.0) for p in (SHARES, other)]
    law = lambda n, p: dirichlet_multinomial.logpmf(n.astype(int), 40.0 * p, int(n.sum()))  # noqa: E731
    assert scattered[0] - scattered[1] == pytest.approx(difference(law))


def test_squares_of_the_residuals_are_the_deviance():
    assert np.sum(deviance_residuals(OBJECTS, SHARES) ** 2) == pytest.approx(deviance(OBJECTS, SHARES))


def test_the_rise_is_the_95_percent_point_of_chi_square():
    assert pytest.approx(chi2.ppf(0.95, 1)) == RISE


@pytest.mark.parametrize("squares", [True, False])
def test_a_profile_of_a_parabola_is_its_normal_interval(squares):
    precision = np.array([[25.0, 12.0], [12.0, 9.0]])  # strongly correlated
    centre, root = np.array([1.5, -2.0]), np.linalg.cholesky(precision)
    problem = Problem(
        lambda x: float((x - centre) @ precision @ (x - centre)) + 7.0,
        (lambda x: root.T @ (x - centre)) if squares else None,
        7.0,
    )
    bounds = [(-50.0, 50.0), (-50.0, 50.0)]
    best = least(problem, [np.zeros(2)], bounds)
    np.testing.assert_allclose(best.at, centre, atol=1e-3)
    reach = np.sqrt(RISE * np.linalg.inv(precision)[0, 0])
    found = profile(problem, best, bounds, 0, 0.1)
    assert (found.low, found.high) == pytest.approx((1.5 - reach, 1.5 + reach), abs=3e-3)


def test_an_end_that_the_data_do_not_close_is_open():
    problem = Problem(lambda x: float(np.exp(-2.0 * x[0])) * 50.0, lambda x: np.sqrt(50.0) * np.exp(-x))
    found = profile(problem, Best(np.array([10.0]), 0.0), [(-20.0, 30.0)], 0, 0.5)
    assert found.high is None
    assert found.low == pytest.approx(0.5 * np.log(50.0 / RISE), abs=0.01)


def test_counts_that_scatter_too_much_are_noticed():
    rng = np.random.default_rng(3)
    shares = np.full((20, 4), 0.25)
    plain = rng.multinomial(400, shares).astype(float)
    spread = np.array([rng.multinomial(400, p) for p in rng.dirichlet(np.full(4, 10.0), 20)], dtype=float)
    assert excess_p(plain, shares, 2)[2] > 0.01
    assert excess_p(spread, shares, 2)[2] < 1e-6


def test_the_matrix_turns_true_shares_into_counted_ones():
    matrix = np.array([[1.0, 0.3, 0.1, 0.0], [0.0, 0.7, 0.3, 0.1], [0.0, 0.0, 0.6, 0.3], [0.0, 0.0, 0.0, 0.6]])
    seen = counted(np.array([[0.4, 0.6, 0.0, 0.0]]), matrix)
    np.testing.assert_allclose(seen, [[0.4 + 0.18, 0.42, 0.0, 0.0]])
