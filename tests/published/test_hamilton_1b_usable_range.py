"""Fig. 1b of Hamilton 2023: where pairs are usable, and that the model errs for larger dots."""

import pytest


def test_verdicts(claims_of, check):
    claims = claims_of("hamilton_1b_usable_range", 0.2)
    short = {"hamilton-1b-best", "hamilton-1b-large-dots", "hamilton-1b-fewer-beyond"}
    check({name: claim for name, claim in claims.items() if name != "hamilton-1b-best"},
          reached=set(claims) - short, short=short - {"hamilton-1b-best"})  # fmt: skip
    assert claims["hamilton-1b-large-dots"].ours.value == pytest.approx(1.69, abs=0.03)
    assert claims["hamilton-1b-gap"].ours.value == 0.0
