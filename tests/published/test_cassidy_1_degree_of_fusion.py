"""Figs. 1, 2d to 2h, 3e of Cassidy 2022: the pictures' order of fusion, in aspect ratios."""

import pytest

STEM = "cassidy_1_degree_of_fusion"


def test_verdicts(claims_of, check):
    claims = claims_of(STEM, 1.0)
    check(claims, reached=set(claims), fitted={"cassidy-1-coalesced-250"})
    ratios = [claims[f"cassidy-{name}"].ours.value for name in ("1-fusion-120", "2h-fusion-200", "2d-fusion-180")]
    assert ratios == pytest.approx([1.86, 1.71, 1.57], abs=0.01)
    assert claims["cassidy-1-coalesced-250"].ours.value == pytest.approx(1.0)
