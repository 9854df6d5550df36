"""Figs. 4a and 4b of Hamilton 2023: what beats at the computed places, and that the measured ones lie in the wings."""

import pytest


@pytest.mark.slow
def test_verdicts(claims_of, check):
    claims = claims_of("hamilton_4_traces", 1.0)
    short = {f"hamilton-{name}" for name in ("4a-strongest-a2", "4b-strongest-b2", "4b-late-b1", "4b-early-b2")}
    check(claims, reached=set(claims) - short - {"hamilton-4-measured"}, short=short,
          unreachable={"hamilton-4-measured"})  # fmt: skip
    for place in ("4a-strongest-a2", "4b-strongest-b2"):
        assert claims[f"hamilton-{place}"].ours.value == pytest.approx(1320.0, abs=30.0)
