"""Fig. 3g of Cassidy 2022: levels of an elongating dot."""

import pytest


def test_verdicts(claims_of, check):
    claims = claims_of("cassidy_3g_fine_structure", 1.0)
    short = {"cassidy-3g-upper-strong", "cassidy-3g-near-degenerate-3nm"}
    check(claims, reached=set(claims) - short, short=short)
    assert claims["cassidy-3g-drop"].ours.value == pytest.approx(82.0, abs=1.0)
    assert claims["cassidy-3g-near-degenerate"].ours.value == pytest.approx(5.9, abs=0.1)
    assert claims["cassidy-3g-lifetime"].ours.value == pytest.approx(0.83, abs=0.01)
