"""Fig. S12 of Cassidy 2022: the jump of small dots, and that they are neither alone nor without a neck at 120 °C."""

import pytest

STEM = "cassidy_s12_small_dots"


def test_verdicts(claims_of, check):
    claims = claims_of(STEM, 0.2)
    jump = {"cassidy-s12-jump", "cassidy-s12-coalesced-140", "cassidy-s12-strain-140"}
    check(claims, reached=jump, short={"cassidy-s12-isolated-120", "cassidy-s12-neck-120"}, fitted=jump)
    assert claims["cassidy-s12-jump"].ours.value == pytest.approx(134.5, abs=0.5)
    assert claims["cassidy-s12-isolated-120"].ours.value == pytest.approx(0.07, abs=0.01)
    assert claims["cassidy-s12-neck-120"].ours.value == pytest.approx(0.137, abs=0.003)
