"""Tables of counts: what is read, and one sentence for everything that is wrong with one."""

import json

import numpy as np
import pytest

from runs.complaints import RecipeError
from runs.fitting.counts import read_counts, read_matrix

GOOD = "heating.temperature_c,n1,n2,n3,n4+\n140,50,40,3,0\n160,30,60,5,1\n"


@pytest.fixture
def table(tmp_path):
    def write(text):
        path = tmp_path / "counts.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


@pytest.mark.parametrize("text", [GOOD, GOOD.replace(",", ";"), GOOD.replace(",", "\t"), "\ufeff# by hand\n\n" + GOOD])
def test_a_table_is_read(table, text):
    counts = read_counts("cds-dimers", table(text))
    np.testing.assert_array_equal(counts.objects, [[50, 40, 3, 0], [30, 60, 5, 1]])
    assert [recipe.heating.temperature_c for recipe in counts.recipes] == [140, 160]
    assert counts.keys == ["heating.temperature_c"]


@pytest.mark.parametrize(
    ("text", "wants"),
    [
        (GOOD.replace("50,", "-50,"), "not negative"),
        (GOOD.replace("50,", "many,"), "whole number in n1, got 'many'"),
        (GOOD.replace("50,", "50.5,"), "whole number"),
        (GOOD.replace("50,", "nan,"), "whole number"),
        (GOOD.replace("50,40,3,0", "0,0,0,0"), "at least one counted object"),
        (GOOD.replace("50,40,3,0", "50,40,3"), "wanted 5 fields"),
        (GOOD.replace("n4+", "n4"), "without n4+; the nearest name there is 'n4'"),
        (GOOD.replace("n1,", ""), "without n1"),
        (GOOD.replace("temperature_c", "temprature_c"), "temperature_c"),
        (GOOD.replace("heating.temperature_c", "temperature"), "heating.temperature_c"),
        (GOOD.replace("140", "hot"), "heating.temperature_c: wanted"),
        (GOOD.replace("140", ""), "wanted a value in heating.temperature_c"),
        (GOOD.replace("140", "900"), "boils"),
        (GOOD.replace("n1,", "n1,n1,").replace(",50,", ",50,50,").replace(",30,", ",30,30,"), "every column once"),
        (GOOD.replace("\n140,50,40,3,0\n160,30,60,5,1", ""), "at least one row"),
        ("", "an empty one"),
        (b"n1,n2,n3,n4+\n\xff,1,1,1\n", "UTF-8"),
        (
            "heating.temperature_c,n1,n2,n3,n4+,objects\n140,50,40,3,0,95\n",
            "sum to objects = 95, got counts that sum to 93",
        ),
    ],
)
def test_a_wrong_table_is_told_in_one_sentence(table, text, wants):
    with pytest.raises(RecipeError) as caught:
        read_counts("cds-dimers", table(text))
    assert wants in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_table_and_a_folder(tmp_path):
    with pytest.raises(RecipeError, match="no such file"):
        read_counts("cds-dimers", tmp_path / "none.csv")
    with pytest.raises(RecipeError, match="a folder"):
        read_counts("cds-dimers", tmp_path)


def test_a_matrix_of_count_is_read_and_what_it_lacks_is_said(tmp_path):
    rows = [[8, 2, 1, None], [2, 8, 2, None], [0, 0, 7, None], [0, 0, 0, None]]
    path = tmp_path / "count.json"
    path.write_text(json.dumps({"parameters": {"correction": {"probability_counted_given_true": rows}}}))
    matrix, notes = read_matrix(path)
    np.testing.assert_allclose(matrix.sum(axis=0), 1.0)
    assert matrix[0, 0] == pytest.approx(0.8)
    assert matrix[3, 3] == 1.0
    assert "n4+" in notes[0]


@pytest.mark.parametrize(
    "text", ["{", "[1, 2]", '{"matrix": [[1, 0], [0, 1]]}', '{"matrix": "none"}', "{}", json.dumps([[-1.0] * 4] * 4)]
)
def test_a_wrong_matrix_is_told_in_one_sentence(tmp_path, text):
    path = tmp_path / "matrix.json"
    path.write_text(text)
    with pytest.raises(RecipeError, match="wanted"):
        read_matrix(path)


def test_the_column_as_qdmer_count_spells_it_is_taken_too(tmp_path):
    ours, theirs = tmp_path / "ours.csv", tmp_path / "theirs.csv"
    ours.write_text(GOOD)
    theirs.write_text(GOOD.replace("n4+", "n4plus"))
    assert np.array_equal(read_counts("cds-dimers", ours).objects, read_counts("cds-dimers", theirs).objects)


IMAGES = "image,n1,n2,n3,n4plus\na.tif,50,40,3,0\nb.tif,30,60,5,1\n"


def test_a_table_of_images_is_one_sample_at_the_conditions_of_the_recipe(table):
    counts = read_counts("cds-dimers", table(IMAGES))
    np.testing.assert_array_equal(counts.objects, [[80, 100, 8, 1]])
    assert len(counts.recipes) == 1
    assert "2 images of one sample" in counts.notes[0]
    long = "sample,image,n,count\ns,a,1,50\ns,a,2,40\ns,b,4+,2\n"
    np.testing.assert_array_equal(read_counts("cds-dimers", table(long)).objects, [[50, 40, 0, 2]])
    with pytest.raises(RecipeError, match="one sample, got 2 samples"):
        read_counts("cds-dimers", table(long.replace("s,b", "t,b")))


def test_a_matrix_that_cannot_give_the_counts_is_refused(table, tmp_path):
    path = tmp_path / "matrix.json"
    rows = [[1.0, 0.6, 0.5, 0.4], [0.0, 0.4, 0.5, 0.6], [0.0] * 4, [0.0] * 4]
    path.write_text(json.dumps({"matrix": rows}))
    with pytest.raises(RecipeError, match=r"counted n3 = 8 and the matrix never counts anything as 3\."):
        read_counts("cds-dimers", table(GOOD), matrix=path)
    none = "n1,n2,n3,n4+\n50,40,0,0\n"
    assert read_counts("cds-dimers", table(none), matrix=path).matrix is not None
    rows[2:] = [[0.0, 0.0, 0.1, 0.1], [0.0, 0.0, 0.0, 0.1]]
    said = {"parameters": {"correction": {"probability_counted_given_true": rows, "matrix_usable": False}}}
    path.write_text(json.dumps(said))
    with pytest.raises(RecipeError, match="not usable for fit"):
        read_counts("cds-dimers", table(GOOD), matrix=path)
