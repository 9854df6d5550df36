"""Shares, their intervals and the rival laws: worked examples, coverage, exact tails, bad input."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from assembly import yields
from assembly.coagulation import coagulate

WORKED = np.array([[40, 24, 4], [44, 22, 4]])  # 100 particles in each of two flasks


def test_a_worked_example_in_all_its_meanings():
    table = yields.cluster_sizes(WORKED)
    assert list(table) == ["1", "2", "3"]
    assert table["2"] == pytest.approx(
        {"clusters": 23.0, "of_particles": 0.46, "of_objects": 46 / 138, "of_assemblies": 46 / 54}
    )
    assert table["1"]["of_assemblies"] is None
    found = yields.dimer_yield(WORKED, resolvable=[20, 21])
    for meaning in ("of_particles", "of_objects", "of_assemblies"):
        assert found[meaning]["value"] == pytest.approx(table["2"][meaning], rel=1e-14)
        assert 0.0 <= found[meaning]["low"] < found[meaning]["value"] < found[meaning]["high"] <= 1.0
    assert found["resolvable"]["value"] == pytest.approx(41 / 138)
    # particles: shares 0.48 and 0.44, t(1) = 12.706, standard error 0.02
    assert found["of_particles"]["high"] - 0.46 == pytest.approx(12.7062047 * 0.02, rel=1e-6)
    assert yields.mean_size(WORKED) == pytest.approx(200 / 138)


def test_shares_add_up():
    table = yields.cluster_sizes(WORKED)
    assert sum(row["of_particles"] for row in table.values()) == pytest.approx(1.0)
    assert sum(row["of_objects"] for row in table.values()) == pytest.approx(1.0)
    assert sum(row["of_assemblies"] or 0.0 for row in table.values()) == pytest.approx(1.0)


def test_monomers_alone_have_no_assemblies_and_a_wilson_bound():
    table = yields.cluster_sizes([[1000], [1000]])
    assert table == {"1": {"clusters": 1000.0, "of_particles": 1.0, "of_objects": 1.0, "of_assemblies": None}}
    found = yields.dimer_yield([[1000], [1000]])
    assert found["of_assemblies"] is None
    assert found["resolvable"] is None
    z2 = stats.norm.ppf(0.975) ** 2
    assert found["of_objects"] == pytest.approx({"value": 0.0, "low": 0.0, "high": z2 / (2000 + z2)})


def test_a_single_replica_has_wilsons_interval():
    found = yields.share([30], [100])
    assert (found.low, found.high) == pytest.approx(tuple(stats.binomtest(30, 100).proportion_ci(0.95, "wilson")))
    particles = yields.dimer_yield([[40, 30]])["of_particles"]  # 30 pairs of 50
    expected = tuple(stats.binomtest(30, 50).proportion_ci(0.95, "wilson"))
    assert (particles["low"], particles["high"]) == pytest.approx(expected)


@pytest.mark.parametrize("replicas", [1, 5, 20])
def test_the_interval_covers_a_known_share_as_often_as_it_says(replicas):
    rng = np.random.default_rng(3)
    trials, truth, inside = 4000, 0.4, 0
    for _ in range(trials):
        below = rng.integers(150, 250, size=replicas)
        found = yields.share(rng.binomial(below, truth), below)
        inside += found.low <= truth <= found.high
    print(f"\n  {replicas} replicas: 95 % interval covers {inside / trials:.4f}", end="")
    assert abs(inside / trials - 0.95) < 4.0 * math.sqrt(0.95 * 0.05 / trials) + 0.005


def test_replicas_that_scatter_more_than_counting_widen_the_interval():
    calm = yields.share([400, 402, 398, 401, 399], [1000] * 5)
    wild = yields.share([300, 502, 348, 451, 399], [1000] * 5)
    assert calm.value == wild.value == 0.4
    assert wild.high - wild.low > 20.0 * (calm.high - calm.low)


def test_size_counts_from_columns():
    counts = yields.size_counts([0, 0, 1, 1, 1], [1, 3, 2, 2, 1], 3)
    np.testing.assert_array_equal(counts, [[1, 0, 1], [1, 2, 0], [0, 0, 0]])


@pytest.mark.parametrize("law", ["flory", "poisson"])
@pytest.mark.parametrize("mean", [1.0, 1.7, 6.0])
def test_laws_are_distributions_with_the_mean_asked_for(law, mean):
    sizes = np.arange(1, 400)
    shares = yields.LAWS[law](mean, sizes)
    assert shares.sum() == pytest.approx(1.0)
    assert shares @ sizes == pytest.approx(mean)


def test_laws_give_the_known_shares_at_a_mean_size_of_1_706():
    assert yields.flory(1.706, [1, 2, 3]) == pytest.approx([0.586, 0.243, 0.100], abs=6e-4)
    assert yields.poisson(1.706, [1, 2, 3]) == pytest.approx([0.494, 0.349, 0.123], abs=6e-4)


def test_a_size_blind_coagulation_is_flory_with_p_values_spread_evenly_and_is_not_poisson():
    p_values = []
    for child in np.random.SeedSequence(9).spawn(400):
        run = coagulate(4000, "constant", np.random.default_rng(child), until_clusters=2200)
        counts = yields.size_counts(np.zeros(len(run.sizes)), run.sizes, 1)
        p_values.append(yields.compare(counts, "flory").p_value)
    print(f"\n  Flory p values against the uniform law: {stats.kstest(p_values, 'uniform').pvalue:.3f}", end="")
    assert stats.kstest(p_values, "uniform").pvalue > 1e-3
    assert yields.compare(counts, "poisson").p_value < 1e-6


def test_poisson_clusters_are_poisson_with_p_values_spread_evenly_and_are_not_flory():
    rng, p_values = np.random.default_rng(10), []
    for _ in range(400):
        sizes = 1 + rng.poisson(0.9, size=2000)
        counts = yields.size_counts(np.zeros(len(sizes)), sizes, 1)
        p_values.append(yields.compare(counts, "poisson").p_value)
    assert stats.kstest(p_values, "uniform").pvalue > 1e-3
    assert yields.compare(counts, "flory").p_value < 1e-6


def test_the_bins_hold_all_clusters_and_enough_of_each():
    result = yields.compare(WORKED, "flory")
    assert sum(result.observed) == WORKED.sum()
    assert sum(result.expected) == pytest.approx(WORKED.sum())
    assert min(result.expected) >= yields.FEWEST_EXPECTED
    assert result.degrees_of_freedom == len(result.bins) - 2
    expected = stats.power_divergence(result.observed, result.expected, ddof=1, lambda_="log-likelihood")
    assert (result.statistic, result.p_value) == pytest.approx((expected.statistic, expected.pvalue))


def test_huge_counts_underflow_p_but_not_its_logarithm():
    counts = np.array([[37_550, 54_780, 7_210, 460]] * 5)  # the dimers of a tuned flask
    for law in ("flory", "poisson"):
        result = yields.compare(counts, law)
        assert result.p_value == 0.0
        assert -1e6 < result.log10_p < -1000.0


@pytest.mark.parametrize("statistic", [10.0, 1300.0, 1400.0, 5e4])
def test_logarithm_of_the_chi_square_tail_in_closed_form(statistic):
    x = statistic / 2.0
    assert yields.log10_chi2_tail(statistic, 2) == pytest.approx(-x / math.log(10.0), rel=1e-12)
    four = (-x + math.log1p(x)) / math.log(10.0)
    assert yields.log10_chi2_tail(statistic, 4) == pytest.approx(four, rel=1e-12)


def test_monomers_alone_decide_nothing():
    result = yields.compare([[1000]], "flory")
    assert (result.degrees_of_freedom, result.p_value, result.log10_p) == (0, None, None)
    assert result.statistic == pytest.approx(0.0)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: yields.cluster_sizes([1, 2]), "counts must be a table"),
        (lambda: yields.cluster_sizes([[1, -2]]), "counts must be finite, not negative"),
        (lambda: yields.cluster_sizes([[0, 0]]), "at least one cluster"),
        (lambda: yields.cluster_sizes([[math.nan, 1.0]]), "counts must be finite"),
        (lambda: yields.dimer_yield([[1, 2]], resolvable=[3]), "resolvable must hold"),
        (lambda: yields.share([3], [2]), "numerators must lie between 0"),
        (lambda: yields.share([1], [2], confidence=95), "confidence must lie between 0 and 1, not 95"),
        (lambda: yields.share([], []), "numerators and denominators"),
        (lambda: yields.size_counts([0, 5], [1, 1], 2), "replica must lie from 0 to 1"),
        (lambda: yields.size_counts([0], [0], 1), "size must be at least 1"),
        (lambda: yields.size_counts([0], [1, 1], 1), "replica and size must be columns"),
        (lambda: yields.flory(0.5, [1]), "mean must be a finite size of at least 1, not 0.5"),
        (lambda: yields.compare([[1, 2]], "borel"), "law must be one of flory, poisson, not 'borel'"),
    ],
)
def test_bad_arguments_are_named_in_one_sentence(call, words):
    with pytest.raises(ValueError, match=words):
        call()
