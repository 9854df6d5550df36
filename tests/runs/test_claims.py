"""Claims: verdicts, what they refuse, standings read where they stand, strict JSON, a harmless page."""

import json
import math

import numpy as np
import pytest

from physics.excitons.two_band import TwoBand
from physics.materials import material, materials
from runs.claims.claim import Claim, Input, Ours
from runs.claims.page import write_page
from runs.claims.room import NUMBERS, WORDS, Room
from runs.claims.spread import counted, exactly, over_inputs, over_replicas
from runs.claims.standings import comments, fitted_numbers, of_catalogue, of_model, standing
from runs.claims.table import claims_text, counts, ours_text
from runs.recipe_files import built_in_names, built_in_text

HALF = Ours(0.5, 0.4, 0.6)


def claim(ours=HALF, accept=(0.5, 0.9), paper=0.7, why="", inputs=(), **more):
    given = dict(id="x-1", paper="cassidy", figure="Fig. 1", quantity="share", unit="1") | more
    return Claim(paper_value=paper, accept=accept, ours=ours, why=why, inputs=inputs, **given)


@pytest.mark.parametrize(
    ("accept", "verdict", "by"),
    [
        ((0.6, 0.9), "reached", None),
        ((0.65, 0.9), "short", 0.05),
        ((None, 0.7), "reached", None),
        ((0.7, None), "short", 0.1),
    ],
)
def test_the_verdict_is_whether_the_interval_meets_the_range(accept, verdict, by):
    made = claim(accept=accept)
    assert made.verdict == verdict
    assert made.by == (None if by is None else pytest.approx(by))


@pytest.mark.parametrize(
    ("accept", "word", "off"),
    [
        ((0.5, 0.9), "reached", None),
        ((0.4, 0.9), "reached", None),
        ((0.55, 0.9), "within error", 0.05),
        ((None, 0.45), "within error", 0.05),
        ((0.65, 0.9), "short", 0.15),
    ],
)
def test_the_word_is_whether_the_value_itself_lies_in_the_range(accept, word, off):
    made = claim(accept=accept, paper="so")
    row = made.as_json()
    assert (made.word, row["word"]) == (word, word)
    assert row["value_off_by"] == (None if off is None else pytest.approx(off))
    assert row["verdict"] == ("short" if word == "short" else "reached")


def test_every_claim_is_counted_once():
    given = (Input("V0", -413.0, "cm-1", "fitted", ("x-1", "x-2")),)
    rows = [claim(), claim(inputs=given), claim(id="x-2", inputs=given, accept=(0.55, 0.9)), claim(accept=(0.65, 0.9)),
            claim(ours=None, accept=None, why="so")]  # fmt: skip
    assert counts(rows) == {
        "reached": 1, "reached, fitted": 1, "within error": 1, "short": 1, "not reachable": 1,
    }  # fmt: skip
    assert "2 reached (1 of them because a parameter was fitted to them), 1 within error, 1 short" in claims_text(rows)
    assert "within error, the value off by 0.05" in claims_text(rows)


def test_short_from_above_and_not_reachable():
    assert claim(ours=exactly(0.95)).by == pytest.approx(0.05)
    made = claim(ours=None, accept=None, why="not in the model")
    assert (made.verdict, made.by) == ("not reachable", None)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (dict(accept=(0.75, 0.9)), "hold the paper's value"),
        (dict(accept=(0.2, 0.9)), "no further than 60 %"),
        (dict(accept=(0.5, 1.2)), "no further than 60 %"),
        (dict(paper=(0.6, 0.8), accept=(0.65, 0.9)), "hold the paper's value"),
        (dict(ours=None), "why"),
        (dict(ours=None, why="so"), "accept"),
        (dict(accept=None), "accept"),
    ],
)
def test_ranges_that_flatter_are_refused(changed, words):
    with pytest.raises(ValueError, match=words):
        claim(**changed)


def test_intervals_are_checked_and_inputs_have_a_standing():
    for bad in ((1.0, 2.0, 3.0), (1.0, 0.0, math.inf), (math.nan, 0.0, 1.0)):
        with pytest.raises(ValueError, match="ascend"):
            Ours(*bad)
    with pytest.raises(ValueError, match="standing"):
        Input("x", 1.0, "nm", "guessed")
    with pytest.raises(ValueError, match="fitted_to"):
        Input("x", 1.0, "nm", "assumed", ("x-1",))
    with pytest.raises(ValueError, match="fitted_to"):
        Input("x", 1.0, "nm", "fitted")


def test_fitted_is_said_of_the_claim_that_was_fitted_and_of_no_other():
    given = (Input("V0", -413.0, "cm-1", "fitted", ("y-2", "x-1")),)
    own, other = claim(inputs=given), claim(inputs=given, id="z-3")
    assert own.fitted
    assert own.as_json()["inputs"][0]["fitted_to"] == "x-1"
    assert not other.fitted
    assert other.as_json()["inputs"][0]["fitted_to"] == "y-2"


def test_the_row_is_strict_json_of_the_promised_keys():
    row = json.loads(json.dumps(claim(paper=(0.6, 0.8), accept=(None, 0.9)).as_json(), allow_nan=False))
    assert list(row) == ["id", "paper", "figure", "quantity", "unit", "paper_value", "accept", "ours", "verdict", "by",
                         "why", "fitted", "inputs", "word", "value_off_by"]  # fmt: skip
    assert row["paper_value"] == [0.6, 0.8]
    assert row["accept"] == [None, 0.9]
    assert row["ours"] == {"value": 0.5, "low": 0.4, "high": 0.6}


def test_intervals_over_replicas_cover_the_mean_as_often_as_they_say():
    rng = np.random.default_rng(7)
    hits = sum(abs(found.value - 0.0) <= found.high - found.value
               for found in (over_replicas(rng.normal(size=4)) for _ in range(2000)))  # fmt: skip
    assert abs(hits / 2000 - 0.95) < 4 * math.sqrt(0.95 * 0.05 / 2000)
    with pytest.raises(ValueError, match="two replicas"):
        over_replicas([1.0])


def test_intervals_over_inputs_change_one_at_a_time():
    found = over_inputs(lambda a, b: a * b, {"a": 2.0, "b": 3.0}, {"a": (1.0, 3.0), "b": (2.0, 5.0)})
    assert (found.value, found.low, found.high) == (6.0, 3.0, 10.0)


def test_shares_of_counts_are_pooled_over_replicas():
    found = counted([1, 3], [4, 4])
    assert found.value == 0.5
    assert found.low < 0.5 < found.high
    with pytest.raises(ValueError, match="of must count"):
        counted([0, 0], [0, 0])


def test_comments_of_a_recipe_are_found_by_key():
    said = comments('[[dots]]\nname = "a # b"\nx = 1 # assumed\n[[dots]]\nx = 2.5   # literature: why\n[h]\ny.z = 3')
    assert said == {"dots.0.name": "", "dots.0.x": "assumed", "dots.1.x": "literature: why", "h.y.z": ""}
    assert standing("Fitted, see above", "x") == "fitted"
    with pytest.raises(ValueError, match="x must be followed"):
        standing("one sulfur per ligand", "x")


@pytest.mark.parametrize("name", built_in_names())
def test_every_number_of_a_built_in_recipe_says_how_firmly_it_stands(name):
    found = 0
    for key, comment in comments(built_in_text(name)).items():
        if key.split(".")[0] in NUMBERS and key.rpartition(".")[2] not in WORDS:
            standing(comment, f"{name}: {key}")
            found += 1
    assert found >= 4


def test_every_fitted_number_says_to_which_claims():
    fitted = {f"{name} {key}" for name in materials() for key, source in material(name).sources.items()
              if source.standing.startswith("fitted")}  # fmt: skip
    fitted |= {given.name for given in of_model(TwoBand()) if given.standing == "fitted"}
    assert fitted == set(fitted_numbers())


def test_values_come_from_where_they_stand():
    (energy,) = of_catalogue("CdS", "attachment_energy_ev.oleylamine")
    assert energy.value == material("CdS").attachment_energy_ev["oleylamine"]
    assert (energy.unit, energy.standing) == ("eV", "fitted")
    (coupling,) = of_model(TwoBand(coupling_cm1=-100.0), "coupling_cm1")
    assert (coupling.value, coupling.unit, coupling.standing) == (-100.0, "cm-1", "fitted")
    inputs = {given.name: given for given in Room("cassidy_3d_dimer_yields").inputs("hot")}
    assert inputs["heating.temperature_c"].value == 210.0
    assert inputs["heating.temperature_c"].standing == "assumed"
    assert inputs["dots.CdS.diameter_nm"].standing == "computed"
    assert inputs["solution.ligand_exchange"].value == "conserved"


def test_the_page_escapes_what_it_is_given_and_asks_for_nothing(tmp_path):
    made = claim(quantity="<script>alert(1)</script>", why="a < b & 'c'")
    write_page(tmp_path / "claims.html", [made], {}, tmp_path, {"version": "1", "finished": "now"})
    text = (tmp_path / "claims.html").read_text(encoding="utf-8")
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert "default-src 'none'" in text
    assert "http" not in text.replace("http-equiv", "")


def test_an_interval_too_narrow_to_print_is_left_out():
    assert ours_text(Ours(1.0, 1.0 - 1e-12, 1.0 + 1e-12)) == "1"
    assert ours_text(HALF) == "0.5 (0.4 to 0.6)"
    assert ours_text(None) == "-"


def test_the_text_names_verdict_distance_and_fit():
    given = (Input("V0", -413.0, "cm-1", "fitted", ("x-1",)),)
    text = claims_text([claim(inputs=given), claim(id="x-2", accept=(0.65, 0.9), unit="nm")])
    assert "short by 0.05 nm" in text
    assert "2 claims: 1 reached (1 of them because a parameter was fitted to them), 0 within error, 1 short" in text
