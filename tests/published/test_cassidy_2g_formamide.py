"""Fig. 2g of Cassidy 2022: the formamide route from 110 to 150 °C."""

import pytest


def test_verdicts(claims_of, check):
    claims = claims_of("cassidy_2g_formamide", 0.2)
    short = {"cassidy-fa-dimers-110"}
    check(claims, reached=set(claims) - short, short=short, fitted={"cassidy-2g-dimers-120"})
    assert claims["cassidy-2g-dimers-120"].ours.value == pytest.approx(0.457, abs=0.02)
    assert claims["cassidy-fa-dimers-110"].ours.value == 0.0
