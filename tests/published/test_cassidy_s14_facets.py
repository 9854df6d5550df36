"""Fig. S14 of Cassidy 2022: heteronymous attachment is put in, it does not come out."""

import pytest


def test_verdicts(claims_of, check):
    claims = claims_of("cassidy_s14_facets", 0.5)
    by_hand, short = "cassidy-s14-heteronymous", {"cassidy-s14-by-area", "cassidy-s14-sticky"}
    check(claims, reached={by_hand}, short=short, fitted={by_hand})
    polar = 1.0 - 0.9397  # share of two caps of 20 degrees on a sphere: 1 - cos 20
    assert claims["cassidy-s14-by-area"].ours.value == pytest.approx(2 * polar * (1 - polar), abs=0.01)
