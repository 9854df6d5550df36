"""Molten layers read off the curves of a stretch against the law itself, also where dots melt and where skins begin."""

import numpy as np
import pytest

from assembly import Dots, Flask
from assembly.engine import fill
from assembly.population import sample
from assembly.rates import laws, molten_skin_nm
from assembly.skins import START, WORTH, skin_at_end_nm, tabulate
from assembly.state import empty_state
from physics.jit import compiled
from physics.units import kelvin

DOTS = 5000


@compiled
def read_off(law, state, radii, temperature_k, read, asked):
    for k in range(radii.size):
        read[k] = skin_at_end_nm(law, state, START, 0, radii[k], temperature_k)
        asked[k] = molten_skin_nm(law, 0, radii[k], temperature_k)


def filled(dispersion, rule="global"):
    of = Flask(
        dots=(Dots("CdS", "CdS", 4.26, 100.0, size_dispersion=dispersion),), solvent="oleylamine", ligand="oleylamine",
        chalcogenide_equivalents=1.0, temperature_c=150.0, time_min=60.0, particles=DOTS, replicas=1, melting_rule=rule,
    )  # fmt: skip
    law = laws(of)
    dots = sample(of, np.random.default_rng(1), law.kinds["cover"])
    state = empty_state(DOTS, 1)
    fill(law, state, dots.radii_nm, dots.kinds, dots.covers)
    return law, state, dots.radii_nm


@pytest.mark.parametrize("rule", ["global", "thermal", "heating"])
@pytest.mark.parametrize("celsius", [100.0, 114.5, 120.0, 150.0, 180.0, 210.0, 240.0])
def test_layers_are_those_of_the_law(rule, celsius):
    law, state, radii = filled(0.10, rule)
    tabulate(law, state, START, kelvin(celsius), DOTS)
    outside = radii.min() * 0.99, radii.max() * 1.01
    radii = np.concatenate([radii, outside, np.random.default_rng(2).uniform(*outside, 20_000)])
    read, asked = np.empty_like(radii), np.empty_like(radii)
    read_off(law, state, radii, kelvin(celsius), read, asked)
    np.testing.assert_allclose(read, asked, rtol=1e-12, atol=0.0)
    corners = np.isnan(state.curves[START, 0, :, 0]).sum()  # panels where the law has a corner, a step, a steep end
    assert corners <= (5 if rule == "heating" else 1)


@pytest.mark.parametrize("dispersion", [0.0, 0.05])
def test_dots_alike_have_a_curve_too_and_few_dots_have_none(dispersion):
    law, state, radii = filled(dispersion)
    read, asked = np.empty_like(radii), np.empty_like(radii)
    for dots, curve in ((DOTS, True), (WORTH - 1, False)):
        tabulate(law, state, START, kelvin(150.0), dots)
        assert np.isfinite(state.ranges[START, 0, 0]) == curve
        read_off(law, state, radii, kelvin(150.0), read, asked)
        np.testing.assert_allclose(read, asked, rtol=1e-12, atol=0.0)
        assert np.array_equal(read, asked) != curve


def test_a_curve_that_is_off_is_seen():
    law, state, radii = filled(0.05)
    tabulate(law, state, START, kelvin(150.0), DOTS)
    state.curves[START, 0, :, 0] *= 1.0 + 1e-9
    read, asked = np.empty_like(radii), np.empty_like(radii)
    read_off(law, state, radii, kelvin(150.0), read, asked)
    assert np.abs(read / asked - 1.0).max() > 1e-11
