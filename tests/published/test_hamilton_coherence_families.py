"""The coherence families of Hamilton 2023: what was fitted is met, what was not is met in one reading only."""

import pytest


@pytest.mark.slow
def test_verdicts(claims_of, check):
    claims = claims_of("hamilton_coherence_families", 1.0)
    other_readings = {f"hamilton-rho{n}-dephasing-{r}" for n in (1, 2, 3) for r in ("one-over-e", "integral")}
    fitted = {f"hamilton-rho{n}-{what}" for n in (1, 2, 3) for what in ("frequency", "period")}
    fitted |= {"hamilton-rho2-dephasing", "hamilton-rho3-dephasing", "hamilton-rho-order"}
    check(claims, reached=set(claims) - other_readings, short=other_readings, fitted=fitted)
    assert claims["hamilton-rho1-dephasing"].ours.value == pytest.approx(730, abs=60)
    assert claims["hamilton-rho1-dephasing-one-over-e"].ours.value == pytest.approx(397, abs=20)
