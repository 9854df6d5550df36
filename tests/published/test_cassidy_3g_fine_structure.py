"""Fig. 3g of Cassidy 2022: levels of an elongating dot."""

import pytest


def test_verdicts(claims_of, check):
    claims = claims_of("cassidy_3g_fine_structure", 1.0)
    short = {"cassidy-3g-upper-strong", "cassidy-3g-near-degenerate-3nm", "cassidy-3g-near-degenerate-2nm"}
    within = {"cassidy-3g-drop-2nm"}
    check(claims, reached=set(claims) - short - within, short=short, within=within)
    assert claims["cassidy-3g-near-degenerate-2nm"].ours.value == pytest.approx(88.4, abs=1.0)
    assert claims["cassidy-3g-drop"].ours.value == pytest.approx(82.0, abs=1.0)
    assert claims["cassidy-3g-near-degenerate"].ours.value == pytest.approx(5.9, abs=0.1)
    assert claims["cassidy-3g-lifetime"].ours.value == pytest.approx(0.83, abs=0.01)
