"""Fits of counts whose parameters are known: found, covered, warned about; resumed; refused where they should be."""

import json
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from runs.cli import exit_code
from runs.complaints import RecipeError
from runs.fitting import words
from runs.fitting.counts import Counts
from runs.fitting.fit import _chosen, fit_counts
from runs.fitting.likelihood import Best
from runs.fitting.models import catalogue, flasks_of
from runs.recipe import load

CELSIUS, MICROMOLAR = (135.0, 165.0), (30.0, 200.0)
CSV = "dots.CdS.concentration_um,n1,n2,n3,n4+\n10,438,60,1,0\n100,208,277,14,0\n400,78,395,26,1\n"


def expected(rows, model="self-limited", objects=400.0, facets=1.0, matrix=None, **over):
    """Counts equal to what a story expects at the catalogue's parameters, not whole numbers."""
    recipes = tuple(load("cds-dimers", {**row, **over}) for row in rows)
    blank = Counts(recipes, tuple(rows), np.ones((len(rows), 4)), matrix)
    flasks = flasks_of(blank)
    truth = catalogue(blank, flasks)._replace(facets=facets)
    shares = flasks.shares(model, truth)
    shares = shares if matrix is None else shares @ matrix.T
    return Counts(recipes, tuple(rows), objects * shares, matrix), flasks, truth


def grid():
    return [{"heating.temperature_c": t, "dots.CdS.concentration_um": c} for t, c in product(CELSIUS, MICROMOLAR)]


@pytest.fixture(scope="module")
def limited():
    counts, flasks, truth = expected(grid())
    return fit_counts(counts), flasks, truth


def rejected(report):
    return {model["name"]: model["rejected"] for model in report["models"]}


def test_exact_counts_give_back_the_truth(limited):
    outcome, flasks, truth = limited
    report = outcome.report
    combination = report["combination"]
    assert combination["name"] == "E11 - ln P"
    assert combination["value"] == pytest.approx(combination["catalogue"], abs=0.01)
    assert combination["low"] < combination["catalogue"] < combination["high"]
    found = report["parameters"]
    assert found["attachment_energy_ev"]["value"] == pytest.approx(truth.attachment_energy_ev, abs=0.02)
    assert found["ln_prefactor"]["value"] == pytest.approx(truth.ln_prefactor, abs=0.15)
    assert found["self_limitation"]["value"] == pytest.approx(1.0, abs=0.03)
    assert 0.0 < found["self_limitation"]["low"] < 1.0 < found["self_limitation"]["high"]
    assert found["selectivity"]["value"] == pytest.approx(flasks.selectivity(truth), abs=0.03)
    assert json.loads(json.dumps(report, allow_nan=False))["model"] == "self-limited"


def test_the_interval_is_that_of_the_information(limited):
    """Profile and Fisher widths agree where counts are many: two ways that share no code."""
    outcome = limited[0]
    now = {target["parameter"]: target["width_now"] for target in outcome.report["next"]["targets"]}
    combination = outcome.report["combination"]
    assert combination["high"] - combination["low"] == pytest.approx(now["E11 - ln P"], rel=0.05)
    energy = outcome.report["parameters"]["attachment_energy_ev"]
    assert energy["high"] - energy["low"] == pytest.approx(now["attachment_energy_ev"], rel=0.15)


@pytest.mark.slow
def test_the_next_experiment_narrows_the_interval_as_promised(limited):
    outcome = limited[0]
    target = outcome.report["next"]["targets"][1]
    more, _, _ = expected([*grid(), target["condition"]], objects=400.0)
    objects = more.objects.copy()
    objects[-1] *= outcome.report["next"]["objects"] / 400.0
    report = fit_counts(Counts(more.recipes, more.settings, objects), following=False).report
    width = report["combination"]["high"] - report["combination"]["low"]
    assert target["width_then"] < 0.97 * target["width_now"]
    assert width == pytest.approx(target["width_then"], rel=0.08)


def test_size_blind_is_rejected_for_self_limited_counts_alone(limited):
    assert rejected(limited[0].report)["size-blind"]
    assert not rejected(limited[0].report)["self-limited"]
    for model in ("size-blind", "free-exchange"):
        counts, _, _ = expected(grid(), model)
        report = fit_counts(counts, following=False).report
        assert not rejected(report)["size-blind"]
        assert rejected(report)["self-limited"]
        assert any("self-limited story is rejected" in sentence for sentence in report["warnings"])
        assert report["combination"]["value"] == pytest.approx(report["combination"]["catalogue"], abs=0.03)


def test_the_text_says_what_numbers_mean_how_good_the_fit_is_and_why_it_is_shown(limited):
    report = limited[0].report
    said = str(limited[0])
    assert "ln(K11/K12): by how much" in said
    assert "self-limitation: 1: ligands stay" in said
    assert "goodness of fit: p = " in said
    assert "although" not in said
    least = next(one["aic"] for one in report["models"] if one["name"] == "self-limited")
    models = [{**m, "aic": least - 3.0} if m["name"] == "facet-limited" else m for m in report["models"]]
    assert "although facet-limited has the lower AIC (by 3.0)" in words.text({**report, "models": models})
    goodness = {"pearson": 0.0, "degrees_of_freedom": 0, "p": 1.0}
    assert "nothing is left to test" in words.text({**report, "goodness": goodness})


def test_counts_that_no_story_can_give_are_refused_not_crashed_on(limited):
    fits = {"self-limited": replace(limited[0].fits["self-limited"], best=Best(np.zeros(2), np.inf))}
    with pytest.raises(RecipeError, match="impossible"):
        _chosen(fits)


def test_one_temperature_names_the_combination():
    counts, _, _ = expected([{"dots.CdS.concentration_um": c} for c in (20.0, 100.0, 400.0)])
    report = fit_counts(counts, following=False).report
    assert any("E11 - ln P" in sentence and "cannot be told apart" in sentence for sentence in report["warnings"])
    assert any("viscous" in sentence and "surface diffusion" in sentence for sentence in report["warnings"])
    assert report["combination"]["value"] == pytest.approx(report["combination"]["catalogue"], abs=0.02)


def test_several_doses_free_the_exchange_constant():
    rows = [
        {**row, "solution.chalcogenide_equivalents": d} for row, d in zip(grid(), (0.9, 1.0, 1.1, 0.9), strict=True)
    ]
    counts, _, truth = expected(rows)
    found = fit_counts(counts, following=False).report["parameters"]["exchange_constant"]
    assert found["value"] == pytest.approx(truth.exchange_constant, rel=0.05)
    assert found["low"] < truth.exchange_constant < found["high"]


def test_a_matrix_undoes_what_a_microscope_miscounts():
    matrix = np.array([[1.0, 0.25, 0.05, 0.0], [0.0, 0.75, 0.30, 0.1], [0.0, 0.0, 0.65, 0.3], [0.0, 0.0, 0.0, 0.6]])
    counts, _, _ = expected(grid(), matrix=matrix)
    undone = fit_counts(counts, following=False).report["combination"]
    assert undone["value"] == pytest.approx(undone["catalogue"], abs=0.02)
    taken = fit_counts(Counts(counts.recipes, counts.settings, counts.objects), following=False).report["combination"]
    assert taken["low"] > taken["catalogue"]  # dimers missed read as slower attachment


@pytest.mark.slow
def test_scatter_is_noticed_and_widens_the_interval():
    counts, _, _ = expected(grid(), objects=1.0)
    rng = np.random.default_rng(4)
    objects = np.array([rng.multinomial(500, rng.dirichlet(30.0 * p)) for p in counts.objects], dtype=float)
    spread = Counts(counts.recipes, counts.settings, objects)
    plain, wide = (fit_counts(spread, scattered=s, following=False).report for s in (False, True))
    assert any("scatter more" in sentence for sentence in plain["warnings"])
    width = [report["combination"]["high"] - report["combination"]["low"] for report in (plain, wide)]
    assert width[1] > 1.5 * width[0]


def test_what_cannot_be_fitted_is_refused():
    for recipe, why in (("cds-pbs", "one kind"), ("cdse-dithiol-dimers", "molecules"), ("dots-on-rods", "kind")):
        made = load(recipe)
        with pytest.raises((RecipeError, ValueError), match=why):
            fit_counts(Counts((made,), ({},), np.ones((1, 4))))
    cold = load("cds-dimers", {"heating.temperature_c": 60})
    with pytest.raises(RecipeError, match="colder"):
        fit_counts(Counts((cold,), ({},), np.ones((1, 4))))


@pytest.mark.slow
def test_dispersed_dots_are_simulated_once_and_resumed(tmp_path, capsys):
    table = tmp_path / "counts.csv"
    table.write_text(CSV)
    call = ["fit", "cds-dimers", str(table), "--json", "--out", str(tmp_path / "fit")]
    call += ["--set", "dots.CdS.size_dispersion=0.03"]
    assert exit_code(call) == 0
    first = json.loads(capsys.readouterr().out)
    kept = (tmp_path / "fit" / "evaluations.jsonl").read_bytes()
    (tmp_path / "fit" / "evaluations.jsonl").write_bytes(kept[:-20])  # cut short, as a kill would
    assert exit_code(call) == 0
    assert json.loads(capsys.readouterr().out) == first
    assert len((tmp_path / "fit" / "evaluations.jsonl").read_text().splitlines()) <= len(kept.splitlines()) + 1
    assert exit_code([*call, "--likelihood", "dirichlet-multinomial"]) == 2  # another fit


def test_the_command_prints_keeps_and_refuses(tmp_path, capsys):
    table = tmp_path / "counts.csv"
    table.write_text(CSV)
    folder = tmp_path / "fit"
    assert exit_code(["fit", "cds-dimers", str(table), "--out", str(folder)]) == 0
    printed = capsys.readouterr()
    assert "E11 - ln P" in printed.out
    assert "one temperature" in printed.err
    kept = json.loads((folder / "fit.json").read_text())
    assert set(kept) >= {"combination", "parameters", "models", "warnings"}
    assert (folder / "fit_shares.png").stat().st_size > 10_000
    table.write_text(CSV.replace("438", "-438"))
    assert exit_code(["fit", "cds-dimers", str(table), "--out", str(folder)]) == 2
    assert json.loads((folder / "fit.json").read_text()) == kept
    (tmp_path / "other").mkdir()
    table.write_text(CSV)
    assert exit_code(["fit", "cds-dimers", str(table), "--out", str(tmp_path / "other")]) == 2
    assert exit_code(["fit", "cds-dimers", str(tmp_path / "none.csv")]) == 2
    assert exit_code(["fit", "cds-dimer", str(table)]) == 2
