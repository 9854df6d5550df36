"""Recipes: what is accepted, what is refused, and in which words."""

import math
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from runs.annotated import text
from runs.cli import exit_code
from runs.complaints import RecipeError
from runs.recipe import load
from runs.recipe_files import built_in_names, setting

# (what is replaced in cds-dimers, by what, words that the one sentence must hold)
MALFORMED = {
    "wrong type": ("diameter_nm = 4.26", 'diameter_nm = "4.26"', ["dots.CdS.diameter_nm", "1 to 50 nm", "'4.26'"]),
    "a truth for a number": ("diameter_nm = 4.26", "diameter_nm = true", ["dots.CdS.diameter_nm", "true"]),
    "negative size": ("diameter_nm = 4.26", "diameter_nm = -4.26", ["dots.CdS.diameter_nm", "-4.26"]),
    "a dot of metres": ("diameter_nm = 4.26", "diameter_nm = 4.26e9", ["dots.CdS.diameter_nm", "4260000000.0"]),
    "not a number": ("diameter_nm = 4.26", "diameter_nm = nan", ["dots.CdS.diameter_nm", "nan"]),
    "infinite": ("concentration_um = 100.0", "concentration_um = inf", ["concentration_um", "inf"]),
    "no concentration": ("concentration_um = 100.0", "concentration_um = 0", ["concentration_um", "above 0", "got 0"]),
    "unknown material": ('material = "CdS"', 'material = "CdSee"', ["dots.CdS.material", "'CdSee'", "'CdSe'"]),
    "material in lower case": ('material = "CdS"', 'material = "cds"', ["dots.CdS.material", "nearest", "'CdS'"]),
    "unknown solvent": ('solvent = "oleylamine"', 'solvent = "oleilamine"', ["solution.solvent", "'oleylamine'"]),
    "unknown ligand": ('ligand = "oleylamine"', 'ligand = "oleat"', ["solution.ligand", "'oleat'", "'oleate'"]),
    "unknown key": ("diameter_nm = 4.26", "diametre_nm = 4.26", ["dots.CdS.diametre_nm", "'diameter_nm'"]),
    "key in no table": ("title =", "temperature_c = 5\ntitle =", ["temperature_c", "'heating.temperature_c'"]),
    "unknown table": ("[spectra]", "[spectrum]", ["spectrum", "'spectra'"]),
    "boiling": ("temperature_c = 150.0", "temperature_c = 500", ["heating.temperature_c", "oleylamine boils", "500"]),
    "colder than cold": ("temperature_c = 150.0", "temperature_c = -300", ["heating.temperature_c", "-300"]),
    "no time": ("time_min = 60.0", "time_min = 0.0", ["heating.time_min", "above 0"]),
    "time left out": ("time_min = 60.0", "", ["heating.time_min", "got nothing"]),
    "zero particles": ("particles = 100_000", "particles = 0", ["simulation.particles", "got 0"]),
    "half a particle": ("particles = 100_000", "particles = 10.5", ["simulation.particles", "10.5"]),
    "too many digits": ("particles = 100_000", "particles = 1" + 30 * "0", ["simulation.particles", "18 digits"]),
    "negative seed": ("seed = 1", "seed = -1", ["simulation.seed", "-1"]),
    "unknown choice": ('"conserved"', '"conservd"', ["solution.ligand_exchange", "nearest", "'conserved'"]),
    "spaces in a name": ('name = "CdS"', 'name = "Cd S"', ["dots.0.name", "'Cd S'"]),
    "a path as a name": ('name = "CdS"', 'name = "../CdS"', ["dots.0.name", "'../CdS'"]),
    "newline after a name": ('name = "CdS"', 'name = "CdS\\n"', ["dots.0.name"]),
    "a name twice": (
        "[solution]",
        '[[dots]]\nname = "CdS"\nmaterial = "CdS"\ndiameter_nm = 3\nconcentration_um = 1\n[solution]',
        ["dots.1.name", "no other", "'CdS'"],
    ),
    "core without shell": ("diameter_nm = 4.26", "diameter_nm = 4.26\ncore_diameter_nm = 3.0", ["core_diameter_nm"]),
    "shell without core": ("diameter_nm = 4.26", 'diameter_nm = 4.26\nshell = "CdS"', ["core_diameter_nm", "nothing"]),
    "core larger than dot": (
        "diameter_nm = 4.26",
        'diameter_nm = 4.26\nshell = "CdS"\ncore_diameter_nm = 5.0',
        ["dots.CdS.core_diameter_nm", "below", "5.0"],
    ),
    "no dots": ("[[dots]]", "[[pairs]]", ["pairs.0"]),
    "dots as a table": ("[[dots]]", "[dots]", ["dots", "a table"]),
    "pair of strangers": (
        "[solution]",
        '[[pairs]]\nbetween = ["CdS", "PbS"]\nattachment_factor = 1\n[solution]',
        ["pairs.0.between", "'PbS'"],
    ),
    "two dimensions": ("absorption = true", "two_dimensional = 2", ["spectra.two_dimensional", "true or false"]),
    "no barrier known": ('ligand = "oleylamine"', 'ligand = "propanedithiol"', ["dots.CdS.attachment_energy_ev"]),
    "title of two lines": ('title = "CdS', 'title = "a\\nCdS', ["title", "one line"]),
}


@pytest.mark.parametrize("case", MALFORMED, ids=str)
def test_a_malformed_recipe_gives_one_sentence_and_code_2(
    case: str, recipe_file: Callable[..., Path], capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new, words = MALFORMED[case]
    path = recipe_file(old, new)
    monkeypatch.chdir(path.parent)
    assert exit_code(["run", str(path)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert_one_sentence(said.err)
    for word in words:
        assert word in said.err
    assert [entry.name for entry in path.parent.iterdir()] == ["recipe.toml"]


FILES = {
    "empty": (b"", "empty file"),
    "blank": (b" \n\n", "empty file"),
    "comments": (b"# nothing\n", "nothing but comments"),
    "not TOML": (b"dots: [CdS]\n", "TOML"),
    "not UTF-8": (b'title = "\xff\xfe"\n', "UTF-8"),
    "a picture": (bytes(range(256)) * 4, "UTF-8"),
    "huge": (b"#" * 2_000_000, "1000000 bytes"),
    "deep": (b"a = " + b"[" * 100_000, "TOML"),
    "an endless integer": (b"a = " + b"9" * 10_000, "TOML"),
}


@pytest.mark.parametrize("case", FILES, ids=str)
def test_a_file_that_is_no_recipe(case: str, recipe_file: Callable[..., Path], capsys: pytest.CaptureFixture) -> None:
    content, words = FILES[case]
    assert exit_code(["run", str(recipe_file(text=content))]) == 2
    said = capsys.readouterr().err
    assert_one_sentence(said)
    assert words in said


def test_a_path_that_is_no_file(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    for path, words in (
        (tmp_path / "missing.toml", "there is none"),
        (tmp_path, "a folder"),
        (Path("cds-dimer"), "the nearest built-in recipe is 'cds-dimers'"),
        (Path("/dev/null"), "device"),
        (Path("x" * 5000), "wanted"),
    ):
        assert exit_code(["run", str(path)]) == 2
        said = capsys.readouterr().err
        assert_one_sentence(said)
        assert words in said


SETTINGS = {
    "dots.CdSe.diameter_nm=5": "'CdS'",
    "dots.7.diameter_nm=5": "position below 1",
    "dots.CdS=5": "dots.<name or position>.<key>",
    "heating.temprature_c=5": "'temperature_c'",
    "heating.temperature_c.x=5": "more parts",
    "heating.temperature_c": "key=value",
    "=5": "key=value",
    "title.x=5": "title",
    "heating.temperature_c=hot": "'hot'",
    "simulation.seed=1\nparticles = 3": "simulation.seed",
}


@pytest.mark.parametrize("given", SETTINGS, ids=str)
def test_a_malformed_setting_gives_one_sentence_and_code_2(given: str, capsys: pytest.CaptureFixture) -> None:
    assert exit_code(["run", "cds-dimers", "--set", given]) == 2
    said = capsys.readouterr().err
    assert_one_sentence(said)
    assert SETTINGS[given] in said


def test_settings_reach_their_keys_by_name_and_by_position() -> None:
    by_name = load("cds-pbs", {"dots.PbS.diameter_nm": 7, "heating.temperature_c": 140.0})
    by_position = load("cds-pbs", {"dots.1.diameter_nm": 7, "heating.temperature_c": 140.0})
    assert by_name == by_position
    assert [dots.diameter_nm for dots in by_name.dots] == [6.1, 7.0]
    assert by_name.flask().temperature_c == 140.0
    assert load("cds-pbs", {"pairs.0.attachment_factor": 0.5}).flask().pair_factors == {("CdS", "PbS"): 0.5}


def test_a_name_with_dots_in_it_is_found() -> None:
    renamed = load("cds-dimers", {"dots.0.name": "CdS.4.26"})
    assert renamed.dots[0].name == "CdS.4.26"
    again = load("cds-dimers", {"dots.0.name": "CdS.4.26", "dots.CdS.4.26.diameter_nm": 5.0})
    assert again.dots[0].diameter_nm == 5.0


def test_settings_are_toml_and_else_text() -> None:
    assert setting("a.b=5") == ("a.b", 5)
    assert setting("a.b = 1e5") == ("a.b", 1e5)
    assert setting("a.b=oleylamine") == ("a.b", "oleylamine")
    assert setting("a.b='x=y'") == ("a.b", "x=y")
    assert math.isnan(setting("a.b=nan")[1])
    assert load("cds-dimers", dict([setting("simulation.particles=1e4")])).simulation.particles == 10_000


@pytest.mark.parametrize("name", built_in_names())
def test_built_in_recipes_load_say_what_they_model_and_run_again_to_themselves(name: str, tmp_path: Path) -> None:
    from runs.store import write_recipe

    recipe = load(name)
    recipe.flask()
    words = " ".join(recipe.notes)
    assert "Models" in words
    assert re.search("Fitted|Assumed", words)
    write_recipe(tmp_path / "again.toml", recipe, "0")
    assert load(tmp_path / "again.toml").resolved() == recipe.resolved()
    (tmp_path / "edited.toml").write_text(text(recipe, "edited.toml"))
    assert load(tmp_path / "edited.toml").flask() == recipe.flask()


def test_the_built_in_recipes_ship() -> None:
    assert set(built_in_names()) == {
        "cds-dimers", "cdse-dimers", "cdse-6nm", "pbs-dimers", "cds-pbs", "cds-cdse", "cds-formamide",
        "core-shell-weak", "core-shell-strong", "core-shell-chains", "dots-on-rods", "cdse-dithiol-dimers",
            "hamilton-3.0nm-9pct", "hamilton-2.8nm-5pct", "hamilton-2.8nm-9pct",
    }  # fmt: skip


def test_a_recipe_error_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="nearest built-in recipe is 'cds-pbs'") as caught:
        load("cds-pb")
    assert isinstance(caught.value, RecipeError)


def assert_one_sentence(said: str) -> None:
    """One line, one full stop at the end, no traceback."""
    assert said.startswith("qdmer: ")
    assert said.endswith(".\n")
    assert said.count("\n") == 1
    assert "Traceback" not in said
    assert len(said) < 500
