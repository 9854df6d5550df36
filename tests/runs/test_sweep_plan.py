"""The sweep file: grids, lists, designs, seeds from content, and one sentence for whatever is wrong."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from runs.complaints import RecipeError
from runs.recipe import load
from runs.sweeping.axes import axis_values, designed_points, logarithmic, read_design
from runs.sweeping.plan import built_in_sweeps, read_plan
from runs.sweeping.point import task

HEAD = 'recipe = "cds-dimers"\n[set]\nsimulation.particles = 500\nsimulation.replicas = 2\n'


@pytest.fixture
def plan_of(tmp_path: Path) -> Callable:
    def write(text: str, **options: object) -> object:
        path = tmp_path / "mine.toml"
        path.write_text(text)
        return read_plan(path, **options)

    return write


def test_a_grid_has_one_dimension_per_axis_the_last_fastest(plan_of: Callable) -> None:
    plan = plan_of(HEAD + '[axes]\nheating.temperature_c = [140, 150]\n"dots.CdS.concentration_um" = [10, 20, 30]\n')
    assert plan.dims == ("heating.temperature_c", "dots.CdS.concentration_um")
    assert plan.shape == (2, 3)
    assert [plan.at(k) for k in (0, 1, 3)] == [
        {"heating.temperature_c": 140, "dots.CdS.concentration_um": 10},
        {"heating.temperature_c": 140, "dots.CdS.concentration_um": 20},
        {"heating.temperature_c": 150, "dots.CdS.concentration_um": 10},
    ]
    recipe = plan.tasks[3].recipe
    assert recipe["heating"]["temperature_c"] == 150
    assert recipe["dots"][0]["concentration_um"] == 10
    assert recipe["simulation"]["particles"] == 500
    assert "spectra" not in recipe


def test_a_mapping_is_a_sweep_too(plan_of: Callable) -> None:
    settings, axes = {"simulation.particles": 500, "simulation.replicas": 2}, {"heating.temperature_c": [140, 150]}
    given = {"recipe": "cds-dimers", "set": settings, "axes": axes}
    plan = read_plan(given, {"heating.time_min": 5})
    written = plan_of(HEAD + "[axes]\nheating.temperature_c = [140, 150]\n", overrides={"heating.time_min": 5})
    assert (plan.stem, plan.digest) == ("sweep", written.digest)
    assert given == {"recipe": "cds-dimers", "set": settings, "axes": {"heating.temperature_c": [140, 150]}}
    with pytest.raises(RecipeError, match="axes"):
        read_plan({"recipe": "cds-dimers"})


def test_a_point_keeps_its_seed_wherever_it_stands(plan_of: Callable) -> None:
    one = plan_of(HEAD + "[axes]\nheating.temperature_c = [140, 150]\n")
    other = plan_of(
        'title = "Another"\n'
        + HEAD
        + "[axes]\ndots.CdS.concentration_um = [50, 100]\nheating.temperature_c=[160, 150]\n"
    )
    same = [(a, b) for a, t in enumerate(one.tasks) for b, u in enumerate(other.tasks) if t.key == u.key]
    assert same == [(1, 3)]  # 150 C at the recipe's own 100 micromolar
    assert one.tasks[1].recipe["simulation"] == other.tasks[3].recipe["simulation"]
    seeds = [t.recipe["simulation"]["seed"] for t in [*one.tasks, *other.tasks[:3]]]
    assert len(set(seeds)) == 5
    assert one.digest != other.digest


def test_the_base_seed_and_all_content_but_words_decide_the_seed() -> None:
    seeds = {
        name: task(load("cds-dimers", change)).recipe["simulation"]["seed"]
        for name, change in {
            "same": {}, "title": {"title": "x"}, "seed": {"simulation.seed": 2}, "time": {"heating.time_min": 61.0},
        }.items()
    }  # fmt: skip
    assert seeds["same"] == seeds["title"]
    assert len(set(seeds.values())) == 3
    assert all(0 <= seed < 2**63 for seed in seeds.values())


def test_ranges_hit_their_ends_and_know_ratios_and_whole_numbers() -> None:
    assert axis_values("heating.temperature_c", {"from": 0.1, "to": 0.3, "steps": 3}) == [0.1, 0.2, 0.3]
    log = axis_values("dots.CdS.concentration_um", {"from": 1, "to": 1000, "steps": 4, "spacing": "log"})
    assert log == [1.0, 10.0, 100.0, 1000.0]
    assert logarithmic(log)
    assert not logarithmic([1.0, 50.0, 99.0])
    whole = axis_values("simulation.particles", {"from": 100, "to": 1000, "steps": 3, "spacing": "log"})
    assert whole == [100, 316, 1000]
    assert all(isinstance(value, int) for value in whole)


@pytest.mark.parametrize("method", ["sobol", "latin-hypercube", "random"])
def test_designs_fill_their_ranges_and_repeat_themselves(method: str) -> None:
    axes = {"heating.temperature_c": {"from": 120, "to": 220}, "solution.ligand_exchange": ["conserved", "equilibrium"],
            "dots.CdS.concentration_um": {"from": 1, "to": 100, "spacing": "log"}}  # fmt: skip
    design = read_design({"method": method, "points": 100, "seed": 3})
    points = designed_points(design, axes)
    assert points == designed_points(design, axes)
    assert points != designed_points(read_design({"method": method, "points": 100, "seed": 4}), axes)
    heat = np.array([point["heating.temperature_c"] for point in points])
    assert heat.min() >= 120
    assert heat.max() <= 220
    even = {"sobol": 0.5, "latin-hypercube": 0.5, "random": 5.0}[method]
    assert abs(np.mean(heat) - 170) < even * 2  # a random mean strays by 2.9, a stratified one hardly at all
    shares = np.mean([point["solution.ligand_exchange"] == "conserved" for point in points])
    assert abs(shares - 0.5) < 0.15
    assert abs(np.mean([point["dots.CdS.concentration_um"] < 10 for point in points]) - 0.5) < 0.15


def test_a_design_and_a_list_have_one_dimension_and_run_again(plan_of: Callable, tmp_path: Path) -> None:
    import tomli_w

    text = HEAD + "[axes]\nheating.temperature_c = {from = 140, to = 160}\n[design]\npoints = 5\n"
    plan = plan_of(text)
    assert plan.dims == ("point",)
    assert plan.shape == (5,)
    listed = plan_of(HEAD + "".join(f"[[points]]\nheating.temperature_c = {plan.at(k)['heating.temperature_c']}\n"
                                    for k in range(5)))  # fmt: skip
    assert [one.key for one in listed.tasks] == [one.key for one in plan.tasks]
    (tmp_path / "recipe.toml").write_text(tomli_w.dumps(plan.recipe.resolved()))
    again = plan_of(tomli_w.dumps(plan.as_toml()))
    assert again.digest == plan.digest


def test_a_recipe_is_found_beside_the_sweep(plan_of: Callable, tmp_path: Path, recipe_file: Callable) -> None:
    recipe_file("diameter_nm = 4.26", "diameter_nm = 5.26")
    plan = plan_of('recipe = "recipe.toml"\n[axes]\nheating.time_min = [1, 2]\n')
    assert plan.tasks[0].recipe["dots"][0]["diameter_nm"] == 5.26


def test_every_built_in_sweep_is_a_sweep() -> None:
    assert built_in_sweeps() == ["cds-dose", "cds-knobs", "cds-map"]
    for name in built_in_sweeps():
        assert len({one.key for one in read_plan(name).tasks}) == len(read_plan(name).tasks) > 40
    assert read_plan("cds-map").shape == (30, 30)
    assert read_plan("cds-map", {"simulation.replicas": 2}).digest != read_plan("cds-map").digest


AXES = "[axes]\nheating.temperature_c = [150, 160]\n"
BAD = {
    "unknown head": ("recip = 'x'\n" + HEAD + AXES, "recip: ", "'recipe'"),
    "no recipe": (AXES, "recipe: ", "nothing"),
    "unknown recipe": ('recipe = "cds-dimer"\n' + AXES, "recipe: ", "'cds-dimers'"),
    "no axes": (HEAD, "axes: ", "neither"),
    "empty table": (HEAD + "[axes]\n", "axes: ", "an empty table"),
    "empty axis": (HEAD + "[axes]\nheating.temperature_c = []\n", "axes.heating.temperature_c: ", "an empty list"),
    "no list": (HEAD + "[axes]\nheating.temperature_c = 150\n", "axes.heating.temperature_c: ", "got 150"),
    "twice": (HEAD + "[axes]\nheating.temperature_c = [150, 150]\n", "axes.heating.temperature_c: ", "more than once"),
    "unknown key": (HEAD + "[axes]\nheating.temperatur_c = [150]\n", "point 1 of 1 ", "'temperature_c'"),
    "unknown dot": (HEAD + "[axes]\ndots.PbS.diameter_nm = [5]\n", "point 1 of 1 ", "got 'PbS'"),
    "unknown set": (HEAD + "heating.tim_min = 3\n" + AXES, "set: heating.tim_min: ", "'time_min'"),
    "bad set": (HEAD + "heating.time_min = -3\n" + AXES, "set: heating.time_min: ", "got -3"),
    "both": (HEAD + "heating.temperature_c = 3\n" + AXES, "set.heating.temperature_c: ", "both"),
    "one point": (HEAD + "[axes]\nheating.temperature_c = [150, 400]\n", "point 2 of 2 (heating.temperature_c = 400): ",
                  "where oleylamine boils"),
    "steps": (HEAD + "[axes]\nheating.time_min = {from=1, to=2}\n", "axes.heating.time_min.steps: ", "whole number"),
    "range key": (HEAD + "[axes]\nheating.time_min = {from=1, to=2, step=3}\n",
                  "axes.heating.time_min.step: ", "'steps'"),
    "log of 0": (HEAD + '[axes]\nheating.time_min = {from=0, to=2, steps=3, spacing="log"}\n',
                 "axes.heating.time_min: ", "above 0"),
    "spacing": (HEAD + '[axes]\nheating.time_min = {from=1, to=2, steps=3, spacing="lag"}\n',
                "axes.heating.time_min.spacing: ", "'log'"),
    "end": (HEAD + "[axes]\nheating.time_min = {from=1, to=inf, steps=3}\n", "axes.heating.time_min.to: ", "finite"),
    "whole": (HEAD + "[axes]\nsimulation.replicas = {from=1, to=2, steps=9}\n", "axes.simulation.replicas: ",
              "more than once"),
    "too many": (HEAD + "[axes]\nheating.time_min = {from=1, to=2, steps=1000}\n"
                 "simulation.seed = {from=1, to=2e4, steps=1000}\n",
                 "axes: ", "got 1000000"),
    "method": (HEAD + "[axes]\nheating.time_min = {from=1, to=2}\n[design]\nmethod = 'sobel'\npoints=4\n",
               "design.method: ", "'sobol'"),
    "points": (HEAD + "[axes]\nheating.time_min = {from=1, to=2}\n[design]\npoints=0\n", "design.points: ", "got 0"),
    "design key": (HEAD + "[axes]\nheating.time_min = {from=1, to=2}\n[design]\npoint=4\n", "design.point: ",
                   "'points'"),
    "uneven list": (HEAD + "[[points]]\nheating.time_min = 1\n[[points]]\nheating.temperature_c = 150\n", "points.1: ",
                    "first point"),
    "spectra": ("spectra = 1\n" + HEAD + AXES, "spectra: ", "got 1"),
    "title": ('title = "a\\nb"\n' + HEAD + AXES, "title: ", "one line"),
    "no toml": ("recipe = \n", "", "not"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "start", "clue"), BAD.values(), ids=BAD)
def test_whatever_is_wrong_is_one_sentence(text: str, start: str, clue: str, plan_of: Callable) -> None:
    with pytest.raises(RecipeError) as refused:
        plan_of(text)
    said = str(refused.value)
    assert said.startswith(start)
    assert clue in said
    assert said.endswith(".")
    assert "\n" not in said


def test_a_recipe_is_no_sweep_but_named_by_one() -> None:
    with pytest.raises(RecipeError, match="that is a recipe; a sweep names it"):
        read_plan("cds-dimers")


def test_a_sweep_that_is_not_there_names_the_nearest() -> None:
    with pytest.raises(RecipeError, match="'cds-map'"):
        read_plan("cds-mop")
