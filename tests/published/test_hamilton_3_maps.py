"""Figs. 3a to 3i of Hamilton 2023: places in the map, strongest beats, and which map is the most intense."""

import pytest


@pytest.mark.slow
def test_verdicts(claims_of, check):
    claims = claims_of("hamilton_3_maps", 1.0)
    fitted = {f"hamilton-3{figure}-{axis}" for figure in "ab" for axis in ("w1", "w3")}
    short = {"hamilton-3a-w3", "hamilton-3b-w3", "hamilton-3b-over-a", "hamilton-3i-strongest"}
    missing = {"hamilton-3c-place", "hamilton-3def-measured", "hamilton-3i-phonon"}
    within = {"hamilton-3b-w1"}
    check(claims, reached=set(claims) - short - missing - within, short=short, unreachable=missing, fitted=fitted,
          within=within)  # fmt: skip
    assert claims["hamilton-3g-strongest"].ours.value == pytest.approx(123.0, abs=8.0)
    assert claims["hamilton-3i-strongest"].ours.value == pytest.approx(1339.0, abs=20.0)
