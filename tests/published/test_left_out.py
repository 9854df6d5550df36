"""What the model leaves out: the estimates behind the words."""

import pytest

from runs.reproduce.left_out import ripening_solubility_nanomolar


def test_verdicts(claims_of, check):
    claims = claims_of("left_out", 1.0)
    check(claims, reached=set(), unreachable=set(claims))
    assert "0.056 nM" in claims["left-out-ripening"].why


def test_ripening_follows_its_law():
    """r^3 - r0^3 = (8/9) gamma D c Vm^2 t/(R T): eight times as much for twice the radius, half for twice the time."""
    base = ripening_solubility_nanomolar(2.0, 200.0, 3600.0, 0.3, 0.1)
    assert ripening_solubility_nanomolar(4.0, 200.0, 3600.0, 0.3, 0.1) == pytest.approx(8.0 * base)
    assert ripening_solubility_nanomolar(2.0, 200.0, 7200.0, 0.3, 0.1) == pytest.approx(0.5 * base)
    assert ripening_solubility_nanomolar(2.0, 200.0, 3600.0, 0.6, 0.2) == pytest.approx(base)
