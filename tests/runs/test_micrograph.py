"""`qdmer micrograph`: pictures of mixtures, run folders and recipes, with their scale and their truth."""

import csv
import json

import numpy as np
import pytest
import tifffile
from PIL import Image

from runs.cli import exit_code
from runs.counting.files import read_source
from runs.counting.images import Scale
from runs.extras import need
from runs.recipe import load

SMALL = ["--set", "field_nm=120", "--set", "nm_per_pixel=0.5"]


def test_a_mixture_becomes_sixteen_bits_with_a_scale_and_a_picture_with_a_bar(capsys, tmp_path):
    out = tmp_path / "seen"
    asked = ["micrograph", "--mixture", "1=0.5,2=0.5", "--lobe-distance-nm", "5", "--images", "2", "--out", str(out)]
    assert exit_code([*asked, *SMALL, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["images"] == ["micrograph-01.tif", "micrograph-02.tif"]
    assert told["scene"]["coverage"] == 0.08
    with tifffile.TiffFile(out / "micrograph-01.tif") as file:
        page = file.pages[0]
        assert page.dtype == np.uint16
        above, below = page.tags["XResolution"].value
        assert 1e7 / (above / below) == pytest.approx(0.5, rel=1e-6)
        assert page.tags["ResolutionUnit"].value == 3
    assert read_source(str(out / "micrograph-01.tif"), Scale()).nm_per_pixel == pytest.approx(0.5)
    with Image.open(out / "micrograph-01.png") as picture:
        below = np.asarray(picture)[240:]
    bar = (below[:, :50] == 0).sum(axis=1).max()  # the number stands to its right
    assert bar == pytest.approx(20 / 0.5, abs=1)  # 20 nm: the largest round length up to a quarter of the field
    with (out / "micrograph_truth.csv").open() as file:
        rows = list(csv.DictReader(file))
    inside = [int(row["dots"]) for row in rows if 0 <= float(row["x_px"]) < 239 and 0 <= float(row["y_px"]) < 239]
    share = sum(n for n in inside if n == 2) / sum(inside)
    assert share == pytest.approx(told["truth"]["of_particles"]["2"], abs=0.05)


def test_the_same_seed_makes_the_same_picture(tmp_path, capsys):
    for name, seed in (("a", "3"), ("b", "3"), ("c", "4")):
        asked = ["micrograph", "--mixture", "1=1", "--seed", seed, "--out", str(tmp_path / name)]
        assert exit_code([*asked, *SMALL]) == 0
    a, b, c = (tifffile.imread(tmp_path / name / "micrograph-01.tif") for name in "abc")
    assert np.array_equal(a, b)
    assert not np.array_equal(a, c)
    capsys.readouterr()


def test_a_run_folder_is_looked_at(run_folder, tmp_path, capsys):
    assert exit_code(["micrograph", str(run_folder), "--out", str(tmp_path / "seen"), *SMALL, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["truth"]["of_particles"]["2"] > 0.1
    assert told["scene"]["diameter_nm"] == pytest.approx(4.26, rel=0.05)


def test_a_recipe_may_ask_for_micrographs(tmp_path):
    recipe = load("cds-dimers", {"micrograph.coverage": 0.1, "micrograph.images": 2})
    assert recipe.micrograph is not None
    assert recipe.resolved()["micrograph"]["coverage"] == 0.1
    assert load("cds-dimers").micrograph is None


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["cds-dimers", "--mixture", "1=1"],
        ["--mixture", "1:0.5"],
        ["--mixture", "0=1"],
        ["--mixture", "1=0"],
        ["--mixture", "1=1", "--set", "covrage=0.1"],
        ["--mixture", "1=1", "--set", "coverage=0.9"],
        ["--mixture", "1=1", "--set", "coverage=many"],
        ["--mixture", "1=1", "--set", "coverage=0.5"],
        ["--mixture", "1=1", "--set", "field_nm=99999"],
        ["--mixture", "1=1", "--diameter-nm", "-1"],
        ["no-such-recipe"],
    ],
)
def test_bad_input_is_one_sentence_and_exit_code_2(arguments, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert exit_code(["micrograph", *arguments]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_missing_package_is_named_with_the_way_to_install_it():
    with pytest.raises(ValueError, match=r"qdmer\[tem\]"):
        need("count", "tem", {"no_such_package_here": "no-such-package"})
