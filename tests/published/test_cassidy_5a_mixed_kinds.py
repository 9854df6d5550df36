"""Figs. 5a and 5b of Cassidy 2022: CdS with PbS on a par with either kind alone; CdS with CdSe."""

import pytest

from assembly import simulate
from runs.recipe import load

FEWER = {"simulation.particles": 50_000, "simulation.replicas": 3}


def test_lead_sulfide_and_cadmium_sulfide_pair_on_a_par():
    found = simulate(load("cds-pbs", FEWER).flask()).summary()
    of_assemblies = found["dimer_yield"]["of_assemblies"]["value"]
    assert found["mixed_share"] >= 0.15
    for pair in ("CdS-CdS", "PbS-PbS"):
        assert found["pair_shares"][pair] * of_assemblies >= 0.10


def test_verdicts(claims_of, check):
    claims = claims_of("cassidy_5a_mixed_kinds", 0.2)
    short, missing, fitted = {"cassidy-5a-unfitted"}, {"cassidy-5a-interfaces"}, {"cassidy-5a-on-a-par"}
    check(claims, reached=set(claims) - short - missing, short=short, unreachable=missing, fitted=fitted)
    assert claims["cassidy-5a-mixed-share"].ours.value == pytest.approx(0.35, abs=0.02)
    assert claims["cassidy-5a-unfitted"].ours.value < 0.003
    assert claims["cassidy-cds-cdse-mixed"].ours.value == pytest.approx(0.51, abs=0.02)
