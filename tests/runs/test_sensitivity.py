"""Sobol' indices: a function whose indices are known, ranking, bad input."""

import json

import pytest

from runs.cli import exit_code
from runs.complaints import RecipeError
from runs.designing.sensitivity import ranges, sensitivity
from runs.designing.yields import Yields
from runs.knobs import DOSE, TEMPERATURE, TIME
from runs.recipe import load

OTHERS = {"dots.CdS.concentration_um": 0, "dots.CdS.diameter_nm": 0, "dots.CdS.attachment_energy_ev": 0, DOSE: 0}


class Plane:
    """Y = a (T - 150)/10 + b (t - 60)/18: uniform, so that S = a^2/(a^2 + b^2)."""

    smooth = True

    def __init__(self, recipe):
        self.recipe = recipe

    def __call__(self, values):
        made = 0.2 * (values.get(TEMPERATURE, 150.0) - 150.0) / 10.0 + 0.1 * (values.get(TIME, 60.0) - 60.0) / 18.0
        return Yields(made, made, made, made, made, 0.0)


def test_indices_of_a_plane(monkeypatch):
    monkeypatch.setattr("runs.designing.sensitivity.Yielding", Plane)
    found = sensitivity(load("cds-dimers"), widths=OTHERS, samples=1024)["indices"]
    assert [entry["key"] for entry in found] == [TEMPERATURE, TIME]
    for entry, share in zip(found, (0.8, 0.2), strict=True):
        for order in ("first", "total"):
            assert entry[order]["value"] == pytest.approx(share, abs=0.03)
            assert entry[order]["low"] - 0.01 <= share <= entry[order]["high"] + 0.01


def test_the_dose_rules_the_flask_of_the_paper(tmp_path, capsys):
    folder = tmp_path / "knobs"
    assert exit_code(["sensitivity", "cds-dimers", "--samples", "64", "--json", "--out", str(folder)]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["indices"][0]["key"] == DOSE
    totals = [entry["total"]["value"] for entry in report["indices"]]
    assert totals == sorted(totals, reverse=True)
    assert (folder / "sensitivity.png").stat().st_size > 10_000


def test_ranges_end_where_the_solvent_boils():
    assert ranges(load("cds-dimers", {TEMPERATURE: 335}), {TEMPERATURE: 20})[TEMPERATURE][1] == pytest.approx(338.85)


@pytest.mark.parametrize(
    ("widths", "why"),
    [
        ({"heating.temprature_c": 5}, "temperature_c"),
        ({TIME: 1.5}, "below 1"),
        ({TIME: "long"}, "width"),
        ({TIME: -1}, "width"),
    ],
)
def test_bad_ranges_are_told(widths, why):
    with pytest.raises(RecipeError, match=why):
        ranges(load("cds-dimers"), widths)


def test_bad_samples_and_yields_that_never_change():
    with pytest.raises(RecipeError, match="power of two"):
        sensitivity(load("cds-dimers"), samples=100)
    with pytest.raises(RecipeError, match="--yield"):
        sensitivity(load("cds-dimers"), "trimers")
    with pytest.raises(RecipeError, match="stays the same"):
        sensitivity(load("cds-dimers", {TEMPERATURE: 80}), samples=16)
