"""Designs: yields by two ways, the search on a known answer, the protocol by hand, bad input."""

import json
import re

import numpy as np
import pytest

from runs.cli import exit_code
from runs.complaints import RecipeError
from runs.designing.design import Errors, Question, expected, question, rounded, search
from runs.designing.protocol import Bench, protocol
from runs.designing.yields import Yielding, Yields, of_sizes, simulated
from runs.knobs import DOSE, TEMPERATURE, TIME, changed
from runs.recipe import load

STRENGTH = "dots.CdS.concentration_um"
BEST = {TEMPERATURE: 200.0, TIME: 60.0, STRENGTH: 100.0, DOSE: 1.0}


@pytest.fixture(scope="module")
def recipe():
    return load("cds-dimers", {"simulation.particles": 20_000, "simulation.replicas": 1})


def test_yields_of_numbers_by_hand():
    made = of_sizes(np.array([10.0, 20.0, 5.0]), 15.0)  # 65 dots, 35 objects
    assert made == pytest.approx(Yields(40 / 65, 20 / 35, 20 / 25, 15 / 35, 30 / 65, 15 / 65))


@pytest.mark.parametrize(
    "values", [{}, {TEMPERATURE: 200.0, TIME: 20.0, STRENGTH: 250.0, DOSE: 0.9}, {TEMPERATURE: 230.0}]
)
def test_yields_of_a_search_are_those_of_the_loop(recipe, values):
    quick = Yielding(recipe)(values)
    slow = simulated(changed(recipe, values).flask(), 20_000, 3)
    np.testing.assert_allclose(quick, slow, atol=0.02)


class Bowl:
    """A yield whose optimum and errors are known: quadratic in temperature and dose."""

    smooth = True

    def __call__(self, values):
        wanted = 0.9 - ((values[TEMPERATURE] - 180.0) / 50.0) ** 2 - (values[DOSE] - 0.8) ** 2
        return Yields(wanted, wanted, wanted, wanted, wanted, 0.02)


def test_means_over_errors_are_exact_for_a_parabola(recipe):
    asked = question(recipe, errors=Errors(2.0, 0.1, 0.0))
    mean, spread, larger = expected(asked, Bowl(), {**BEST, TEMPERATURE: 170.0, DOSE: 0.8})
    sigma = 2.0 / 50.0
    assert mean == pytest.approx(0.9 - 0.04 - sigma**2)
    assert spread == pytest.approx(np.sqrt((2 * 0.2 * sigma) ** 2 + 2 * sigma**4))
    assert larger == pytest.approx(0.02)


def test_the_search_finds_a_known_optimum(recipe, monkeypatch):
    monkeypatch.setattr("runs.designing.design.Yielding", lambda _: Bowl())
    found = search(question(recipe, errors=Errors(2.0, 0.1, 0.0)), lambda _: None)
    assert found[TEMPERATURE] == pytest.approx(180.0, abs=2.0)
    assert found[DOSE] == pytest.approx(0.8, abs=0.05)


def test_bounds_hold_the_search(recipe, monkeypatch):
    monkeypatch.setattr("runs.designing.design.Yielding", lambda _: Bowl())
    asked = question(recipe, most={TEMPERATURE: 150, STRENGTH: 50}, least={DOSE: 1.0, STRENGTH: 50})
    found = search(asked, lambda _: None)
    assert found[TEMPERATURE] <= 150.0
    assert found[STRENGTH] == 50.0
    assert found[DOSE] == pytest.approx(1.0, abs=0.02)
    assert rounded({TEMPERATURE: 150.9, TIME: 12.3456}) == {TEMPERATURE: 150.0, TIME: 12.3}


@pytest.mark.parametrize(
    ("asked", "wants"),
    [
        ({"most": {"heating.temperatur_c": 150}}, "heating.temperature_c"),
        ({"most": {TEMPERATURE: "hot"}}, "a number for heating.temperature_c"),
        ({"most": {TEMPERATURE: 400}}, "boils"),
        ({"most": {"larger": 0.0}}, "above 0"),
        ({"most": {TIME: -1}}, "room between"),
        ({"wanted": "trimers"}, "--yield"),
        ({"least": {TIME: True}}, "a number"),
    ],
)
def test_bad_questions_are_told_in_one_sentence(recipe, asked, wants):
    with pytest.raises(RecipeError, match=re.escape(wants)):
        question(recipe, **asked)


@pytest.mark.parametrize("name", ["cds-pbs", "dots-on-rods", "cdse-dithiol-dimers"])
def test_flasks_without_this_chemistry_are_refused(name):
    with pytest.raises(RecipeError):
        question(load(name))


def test_the_protocol_by_hand(recipe):
    lines = protocol(recipe, {TEMPERATURE: 200.0, TIME: 60.0, STRENGTH: 100.0, DOSE: 1.0}, Bench(5.0, 0.6, 100.0, True))
    text = " ".join(lines)
    assert "500 nmol" in text  # 5 mL at 100 micromol/L
    # pi/6 4.26^3 nm3 x 4.82 g/cm3 x 0.5 micromol = 40.48e-21 cm3 x 4.82 x 3.011e17
    assert "58.7 mg" in text
    epsilon = 21536.0 * 4.26**2.3
    stock = 0.6 * 100.0 / epsilon * 1e6
    assert f"{500.0 / stock:.3g} mL" in text
    ligands = 4.0 * np.pi * 2.13**2 * 6.0
    micromoles = ligands * 0.5
    assert f"{micromoles:.3g} micromol, {micromoles * 32.06e-3:.3g} mg" in text
    assert "200 C" in text
    assert "425 nm" in text


def test_what_goes_in_never_exceeds_the_flask(recipe):
    values = {TEMPERATURE: 214.0, TIME: 478.0, STRENGTH: 424.0, DOSE: 0.783}
    stock, chalcogen = protocol(recipe, values, Bench())[1:3]
    taken = float(re.search(r"take ([\d.]+) mL", stock).group(1))
    dissolved = float(re.search(r"dissolved in ([\d.]+) mL", chalcogen).group(1))
    assert 4.5 < taken + dissolved < 5.0
    assert "would not fit" in chalcogen
    assert "would not fit" not in protocol(recipe, {**values, STRENGTH: 100.0}, Bench())[2]


def test_dots_without_an_extinction_law_are_weighed():
    made = load("core-shell-strong")
    text = " ".join(
        protocol(made, {TEMPERATURE: 180.0, TIME: 60.0, f"dots.{made.dots[0].name}.concentration_um": 10.0}, Bench())
    )
    assert "Weigh the dots" in text


@pytest.mark.parametrize(
    "bench", [{"volume_ml": 0.0}, {"absorbance": 9.0}, {"dilution": 0.5}, {"volume_ml": float("nan")}]
)
def test_a_bench_that_cannot_be(bench):
    with pytest.raises(RecipeError):
        Bench(**bench)


def test_errors_that_cannot_be():
    with pytest.raises(RecipeError, match="--dose-error"):
        Errors.checked(2.0, 0.1, -0.1)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["cds-dimers", "cdse-6nm"])
def test_a_design_reaches_its_yield_and_keeps_its_promise(name, tmp_path, capsys):
    folder = tmp_path / "design"
    assert exit_code(["design", name, "--json", "--out", str(folder)]) == 0
    report = json.loads(capsys.readouterr().out)
    wanted = report["dimer_yield"]["resolvable_of_particles"]
    assert wanted["value"] >= 0.88
    assert report["larger"] < 0.10
    flask = changed(load(name), report["conditions"]).flask()
    fresh = simulated(flask, flask.particles, 987_654)
    for key, interval in report["dimer_yield"].items():
        assert interval["low"] <= getattr(fresh, key) <= interval["high"], key
    assert (folder / "design.png").stat().st_size > 10_000


@pytest.mark.slow
def test_dispersed_dots_are_designed_by_simulation(monkeypatch):
    monkeypatch.setattr("runs.designing.design.FEW_ROUNDS", 2)
    monkeypatch.setattr("runs.designing.design.FEW_POPULATION", 3)
    made = load("cds-dimers", {"dots.CdS.size_dispersion": 0.05})
    asked = question(made)
    assert isinstance(asked, Question)
    found = search(asked, lambda _: None)
    assert set(found) == {TEMPERATURE, TIME, STRENGTH, DOSE}
