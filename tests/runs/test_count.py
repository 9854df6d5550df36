"""`qdmer count`: what it prints, what it writes, what it refuses, how it compares and plans."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

from assembly import correction
from runs.cli import exit_code
from runs.counting.micrographs import render_mixture, write_tiff
from runs.schema import Micrograph

CLASSES = ["1", "2", "3", "4+"]


@pytest.fixture(scope="session")
def micrographs(tmp_path_factory) -> list[Path]:
    """Two small pictures of one sample: a fifth of the particles in dimers, lobes 5 nm apart."""
    folder = tmp_path_factory.mktemp("seen")
    table = Micrograph(nm_per_pixel=0.4, field_nm=200.0, coverage=0.06, images=2)
    made = render_mixture({1: 0.8, 2: 0.2}, 6.0, 0.05, 5.0, table, 3)
    paths = [folder / f"{number}.tif" for number in (1, 2)]
    for path, seen in zip(paths, made, strict=True):
        write_tiff(path, seen)
    return paths


def counted(capsys, *arguments: object) -> dict:
    assert exit_code(["count", *map(str, arguments), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def refused(capsys, *arguments: object) -> str:
    assert exit_code(["count", *map(str, arguments)]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.count("\n") == 1
    return output.err


def test_json_holds_what_the_design_says(capsys, micrographs):
    found = counted(capsys, *micrographs, "--raw")
    assert list(found) == [
        "raw", "corrected", "dot_diameter_nm", "nm_per_pixel", "warnings", "parameters", "images"
    ]  # fmt: skip
    raw = found["raw"]
    assert list(raw["counts"]) == CLASSES
    assert sum(raw["counts"].values()) == raw["objects"] == sum(image["objects"] for image in found["images"])
    assert sum(raw["of_particles"].values()) == pytest.approx(1.0)
    assert raw["of_objects"]["2"] == pytest.approx(raw["counts"]["2"] / raw["objects"])
    assert sum(raw["of_assemblies"].values()) == pytest.approx(1.0)
    assert found["corrected"] is None
    assert found["nm_per_pixel"] == pytest.approx(0.4, rel=1e-4)
    assert found["dot_diameter_nm"]["mean"] == pytest.approx(6.0, abs=1.0)
    assert [image["file"] for image in found["images"]] == ["1.tif", "2.tif"]
    assert 0.02 < found["images"][0]["coverage"] < 0.12
    assert found["parameters"]["used"]["1.tif"]["threshold"] > 0
    assert found["parameters"]["used"]["1.tif"]["scale_from"] == "the file's own tag"


def test_the_same_from_png_with_an_option_and_choices_are_obeyed(capsys, micrographs, tmp_path):
    pixels = (tifffile.imread(micrographs[0]) // 257).astype(np.uint8)
    Image.fromarray(pixels).save(tmp_path / "same.png")
    first = counted(capsys, micrographs[0], "--raw")["raw"]["counts"]
    again = counted(capsys, tmp_path / "same.png", "--raw", "--nm-per-pixel", 0.4)["raw"]["counts"]
    assert abs(first["1"] - again["1"]) <= 2
    chosen = counted(capsys, micrographs[0], "--raw", "--set", "threshold=0.7", "--set", "smallest_nm=2")
    assert chosen["parameters"]["told"]["choices"] == {"threshold": 0.7, "smallest_nm": 2.0}
    assert chosen["parameters"]["used"]["1.tif"]["threshold"] == 0.7
    assert chosen["dot_diameter_nm"]["mean"] < counted(capsys, micrographs[0], "--raw")["dot_diameter_nm"]["mean"]


def test_a_crop_holds_fewer_objects(capsys, micrographs):
    whole, part = (counted(capsys, micrographs[0], "--raw", *crop) for crop in ((), ("--crop", "0,0,250,500")))
    assert 0 < part["raw"]["objects"] < whole["raw"]["objects"]
    assert "inside" in refused(capsys, micrographs[0], "--raw", "--crop", "0,0,9000,10")
    assert "--crop" in refused(capsys, micrographs[0], "--raw", "--crop", "1,2,3")


def test_a_mask_leaves_out_what_it_touches_and_is_recorded(capsys, micrographs):
    whole, part = (counted(capsys, micrographs[0], "--raw", *mask) for mask in ((), ("--mask", "0,0,250,500")))
    assert 0 < part["raw"]["objects"] < whole["raw"]["objects"]
    assert part["parameters"]["told"]["masks"] == [[0, 0, 250, 500]]
    assert part["parameters"]["used"]["1.tif"]["masked_share"] > 0.2
    assert whole["parameters"]["used"]["1.tif"]["masked_share"] == 0.0
    assert "--mask" in refused(capsys, micrographs[0], "--raw", "--mask", "1,2,3")


def test_bad_input_is_one_sentence_and_exit_code_2(capsys, micrographs, tmp_path):
    (tmp_path / "broken.tif").write_bytes(micrographs[0].read_bytes()[:5000])
    for arguments in (
        (tmp_path / "broken.tif",), ("nowhere.tif",), (), (micrographs[0], "--nm-per-pixel", "0"),
        (micrographs[0], "--set", "treshold=0.4"), (micrographs[0], "--set", "threshold=2"),
        (micrographs[0], "--set", "threshold=high"), (micrographs[0], "--lobe-distance-nm", "-1"),
        (micrographs[0], "--against", tmp_path), (micrographs[0], "--plan", "0.5"),
        ("--plan", "1.5", "--within", "0.05"),
        (micrographs[0], "--scale-bar-px", "9"), (micrographs[0], "--out", micrographs[0].parent),
    ):  # fmt: skip
        refused(capsys, *arguments)
    said = refused(capsys, micrographs[0], "--set", "treshold=0.4")
    assert "'threshold'" in said
    assert "a choice of the counting" in said


def test_lobes_farther_apart_than_dots_are_refused_at_once(capsys, micrographs, monkeypatch):
    monkeypatch.setattr("runs.counting.count.correct", None)  # never come to
    said = refused(capsys, micrographs[0], "--lobe-distance-nm", 50)
    assert "50 nm for dots of 5." in said  # cut at half its contrast a ball of 6 nm is narrower
    assert said.endswith("angstrom?\n")
    assert "angstrom" not in refused(capsys, micrographs[0], "--lobe-distance-nm", 900)
    assert exit_code(["micrograph", "--mixture", "2=1", "--diameter-nm", "6", "--lobe-distance-nm", "900"]) == 2
    assert "900 nm for dots of 6.0 nm." in capsys.readouterr().err


def test_a_told_scale_that_the_tag_contradicts_is_warned_of(capsys, micrographs):
    said = counted(capsys, micrographs[0], "--raw", "--nm-per-pixel", 4.0)["warnings"]
    assert any("says 4 nm per pixel, the file's own tag 0.4: 10 times" in sentence for sentence in said)
    assert not any(
        "tag" in sentence for sentence in counted(capsys, micrographs[0], "--raw", "--nm-per-pixel", 0.41)["warnings"]
    )


def test_images_and_tables_do_not_mix(capsys, micrographs, tmp_path):
    (tmp_path / "counts.csv").write_text("sample,image,n,count\nA,a,1,5\n")
    assert "both" in refused(capsys, micrographs[0], tmp_path / "counts.csv", "--raw")


def test_particle_tables_in_pixels_want_a_scale(capsys, tmp_path):
    path = tmp_path / "particles.csv"
    rows = [f"{i},{area},{minor}" for i, (area, minor) in enumerate([(200, 15.9)] * 30 + [(390, 16.2)] * 10 + [(9, 3)])]
    path.write_text(" ,Area,Minor\n" + "\n".join(rows) + "\n")
    assert "--nm-per-pixel" in refused(capsys, path)
    found = counted(capsys, path, "--nm-per-pixel", 0.4)
    assert found["raw"]["counts"] == {"1": 30, "2": 10, "3": 0, "4+": 0}
    assert found["dot_diameter_nm"]["mean"] == pytest.approx(0.4 * 15.975)
    assert found["corrected"] is None
    assert any("raw" in sentence for sentence in found["warnings"])
    assert counted(capsys, path, "--table-units", "nm")["dot_diameter_nm"]["mean"] == pytest.approx(15.975)
    micrometres = path.read_text().replace("200,15.9", "2e-4,0.0159").replace("390,16.2", "3.9e-4,0.0162")
    path.write_text(micrometres.replace("9,3\n", "9e-6,0.003\n"))
    assert "--table-units um" in refused(capsys, path)


def test_count_tables_give_their_own_numbers(capsys, tmp_path):
    path = tmp_path / "counts.csv"
    path.write_text("image,n1,n2,n3,n4plus\na,60,20,0,0\nb,40,30,5,0\n")
    found = counted(capsys, path)
    assert found["raw"]["counts"] == {"1": 100, "2": 50, "3": 5, "4+": 0}
    assert found["raw"]["of_particles"]["2"] == pytest.approx(100 / 215)
    assert found["dot_diameter_nm"] is None
    assert found["nm_per_pixel"] is None
    assert [image["file"] for image in found["images"]] == ["a", "b"]


def test_against_a_run_every_law_is_judged(capsys, tmp_path, run_folder):
    summary = json.loads((run_folder / "summary.json").read_text())
    sizes = summary["cluster_sizes"]
    clusters = [sizes.get(n, {"clusters": 0})["clusters"] for n in "123"]
    clusters.append(sum(row["clusters"] for n, row in sizes.items() if int(n) > 3))
    path = tmp_path / "counts.csv"
    path.write_text("image,n1,n2,n3,n4plus\na," + ",".join(str(round(n)) for n in clusters) + "\n")
    laws = {law["law"]: law for law in counted(capsys, path, "--against", run_folder)["comparison"]["laws"]}
    assert set(laws) == {"flory", "poisson", "self-limited", "simulated"}
    assert laws["simulated"]["p_value"] > 0.5  # its own sizes
    assert laws["flory"]["p_value"] < 1e-3
    assert exit_code(["count", str(path), "--against", str(run_folder), "--out", str(tmp_path / "chart")]) == 0
    assert "simulated (small)" in capsys.readouterr().out
    assert (tmp_path / "chart" / "figures" / "counts.svg").stat().st_size > 1000


def test_the_folder_holds_overlays_and_tables_without_formulas(capsys, micrographs, tmp_path):
    tricky = tmp_path / "=cmd.tif"
    tricky.write_bytes(micrographs[0].read_bytes())
    out = tmp_path / "counted"
    assert exit_code(["count", str(tricky), "--raw", "--out", str(out)]) == 0
    names = {str(path.relative_to(out)) for path in out.rglob("*") if path.is_file()}
    assert names == {
        "counts.json", "counts.csv", "objects.csv", "provenance.json", "overlays/01-cmd.png",
        "figures/counts.png", "figures/counts.svg",
    }  # fmt: skip
    for table in ("counts.csv", "objects.csv"):
        with (out / table).open() as file:
            assert all(not cell.startswith(("=", "+", "@")) for row in csv.reader(file) for cell in row)
    colours = np.asarray(Image.open(out / "overlays" / "01-cmd.png"))
    assert np.any(colours[..., 0] != colours[..., 2])  # outlines
    capsys.readouterr()
    again = counted(capsys, out / "counts.csv")
    first = json.loads((out / "counts.json").read_text())["raw"]
    assert again["raw"]["counts"] == first["counts"]
    assert counted(capsys, out / "objects.csv")["raw"] == first


def test_the_plan_follows_the_spread_of_the_images(capsys, tmp_path):
    plan = counted(capsys, "--plan", 0.55, "--within", 0.05)["plan"]
    assert plan["spread_from"] == "assumed"
    assert plan["dots"] == plan["images"] * plan["dots_per_image"]
    path = tmp_path / "even.csv"
    path.write_text("image,n1,n2,n3,n4plus\n" + "".join(f"{i},180,110,0,0\n" for i in range(6)))
    even = counted(capsys, path, "--plan", 0.55, "--within", 0.05)["plan"]
    path.write_text("image,n1,n2,n3,n4plus\n" + "".join(f"{i},{180 + 70 * (-1) ** i},110,0,0\n" for i in range(6)))
    uneven = counted(capsys, path, "--plan", 0.55, "--within", 0.05)["plan"]
    assert even["spread_between_images"] == 0.0
    assert uneven["images"] > even["images"]
    assert exit_code(["count", "--plan", "0.55", "--within", "0.05"]) == 0
    assert "images" in capsys.readouterr().out


@pytest.fixture
def quick(monkeypatch):
    """A correction of few and small rehearsals."""
    for name, value in (("TRIALS", 3), ("NEXT_TRIALS", 2), ("TRIAL_MOLECULES", 250), ("PILOT_MOLECULES", 120)):
        monkeypatch.setattr(correction, name, value)


def test_the_text_shows_lobes_gap_and_the_predicted_count(capsys, micrographs, quick):
    assert exit_code(["count", *map(str, micrographs), "--lobe-distance-nm", "5.0"]) == 0
    printed = capsys.readouterr()
    assert "told 5.00 nm, known within 0.3 nm)" in printed.out
    assert "gap between dots that lie side by side" in printed.out
    assert "fitted, none was told)" in printed.out
    assert "per true object" in printed.out
    head = next(line for line in printed.out.splitlines() if line.startswith("counted as"))
    assert head.split()[-2:] == ["counted", "predicted"]
    assert "trials in effect" in printed.err  # of five there are fewer than five in effect


@pytest.mark.slow
def test_corrected_beside_raw_with_intervals_and_the_matrix(capsys, micrographs):
    found = counted(capsys, *micrographs, "--lobe-distance-nm", 5.0, "--gap-nm", 1.2, "--workers", 2)
    for of in ("of_particles", "of_objects"):
        assert list(found["corrected"][of]) == CLASSES
        for three in found["corrected"][of].values():
            assert 0.0 <= three["low"] <= three["value"] <= three["high"] <= 1.0
    dimers = found["corrected"]["of_particles"]["2"]
    assert dimers["low"] <= 0.3
    assert dimers["high"] >= 0.1
    assert np.shape(found["parameters"]["correction"]["probability_counted_given_true"]) == (4, 4)
    again = counted(capsys, *micrographs, "--lobe-distance-nm", 5.0, "--gap-nm", 1.2, "--workers", 1)
    assert again["corrected"] == found["corrected"]  # workers change no result
