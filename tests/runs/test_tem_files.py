"""Micrographs and tables as files: scales, greys, tables in every dress, and bad files in one sentence."""

import csv
import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

from runs.complaints import RecipeError
from runs.counting.files import read_source
from runs.counting.images import Scale
from runs.counting.tables import CountTable, ParticleTable, safe, write_safe_table

TOLD = Scale(nm_per_pixel=0.5)


@pytest.fixture
def grey() -> np.ndarray:
    rng = np.random.default_rng(1)
    return np.clip(rng.normal(180, 5, (60, 80)), 0, 255).astype(np.uint8)


def one_sentence(path: Path, scale: Scale = TOLD, **options: object) -> str:
    with pytest.raises(RecipeError) as raised:
        read_source(str(path), scale, **options)
    text = str(raised.value)
    assert text.endswith(".")
    assert "\n" not in text
    assert "wanted" in text
    return text


@pytest.mark.parametrize("ending", ["tif", "png"])
def test_greys_come_back_bit_for_bit_as_one_or_three_equal_channels(tmp_path, grey, ending):
    for name, pixels in (("one", grey), ("three", np.stack([grey] * 3, axis=-1))):
        path = tmp_path / f"{name}.{ending}"
        Image.fromarray(pixels).save(path)
        assert np.array_equal(read_source(str(path), TOLD).image, grey.astype(np.float32))


def test_sixteen_bits_packed_tiff_and_jpeg(tmp_path, grey):
    deep = grey.astype(np.uint16) * 257
    tifffile.imwrite(tmp_path / "deep.tif", deep)
    Image.fromarray(deep).save(tmp_path / "packed.tif", compression="tiff_lzw")
    Image.fromarray(deep).save(tmp_path / "deep.png")
    Image.fromarray(grey).save(tmp_path / "soft.jpg", quality=95)
    for name in ("deep.tif", "packed.tif", "deep.png"):
        assert np.array_equal(read_source(str(tmp_path / name), TOLD).image, deep.astype(np.float32)), name
    soft = read_source(str(tmp_path / "soft.jpg"), TOLD).image
    assert np.abs(soft - grey).mean() < 3


@pytest.mark.parametrize(
    ("options", "nm"),
    [
        ({"resolution": (4e7, 4e7), "resolutionunit": "CENTIMETER"}, 0.25),
        ({"resolution": (5.08e7, 5.08e7), "resolutionunit": "INCH"}, 0.5),
        ({"imagej": True, "resolution": (4.0, 4.0), "metadata": {"unit": "nm"}}, 0.25),
        ({"imagej": True, "resolution": (2500.0, 2500.0), "metadata": {"unit": "um"}}, 0.4),
        ({"imagej": True, "resolution": (2500.0, 2500.0), "metadata": {"unit": "micron"}}, 0.4),
        ({"imagej": True, "resolution": (2500.0, 2500.0), "metadata": {"unit": "\\u00B5m"}}, 0.4),
    ],
)
def test_the_scale_comes_from_the_tag(tmp_path, grey, options, nm):
    tifffile.imwrite(tmp_path / "tagged.tif", grey, **options)
    assert read_source(str(tmp_path / "tagged.tif"), Scale()).nm_per_pixel == pytest.approx(nm, rel=1e-3)


def test_the_option_wins_over_the_tag_and_a_printers_tag_is_none(tmp_path, grey):
    tifffile.imwrite(tmp_path / "tagged.tif", grey, resolution=(4e7, 4e7), resolutionunit="CENTIMETER")
    assert read_source(str(tmp_path / "tagged.tif"), TOLD).nm_per_pixel == 0.5
    Image.fromarray(grey).save(tmp_path / "printed.tif", dpi=(300, 300))
    Image.fromarray(grey).save(tmp_path / "plain.png", dpi=(96, 96))
    assert "--nm-per-pixel" in one_sentence(tmp_path / "printed.tif", Scale())
    assert "--nm-per-pixel" in one_sentence(tmp_path / "plain.png", Scale())


@pytest.mark.parametrize("dark", [True, False])
def test_a_marked_bar_is_found_measured_and_painted_over(tmp_path, dark):
    rng = np.random.default_rng(2)
    pixels = rng.normal(150, 6, (200, 300))
    pixels[170:178, 190:290] = 0 if dark else 255
    Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).save(tmp_path / "bar.png")
    found = read_source(str(tmp_path / "bar.png"), Scale(bar_nm=25.0))
    assert found.nm_per_pixel == pytest.approx(0.25, rel=0.01)
    assert abs(found.image[174, 240] - 150) < 25
    assert found.masked is not None
    assert found.masked[170:178, 190:290].all()
    assert found.masked.mean() < 0.05
    told = read_source(str(tmp_path / "bar.png"), Scale(bar_nm=25.0, bar_px=50.0))
    assert told.nm_per_pixel == pytest.approx(0.5)


@pytest.mark.parametrize("tone", [0, 255])
def test_a_strip_of_data_is_masked_and_an_overexposed_picture_is_not(tmp_path, tone):
    rng = np.random.default_rng(3)
    pixels = np.clip(rng.normal(150, 6, (200, 300)), 1, 254)
    pixels[170:] = tone
    pixels[180:190, 20:120:3] = 255 - tone  # lettering
    Image.fromarray(pixels.astype(np.uint8)).save(tmp_path / "strip.png")
    found = read_source(str(tmp_path / "strip.png"), TOLD)
    assert found.masked is not None
    assert np.array_equal(found.masked.all(axis=1), np.arange(200) >= 170)
    assert any("strip" in said for said in found.warnings)
    bright = np.clip(rng.normal(250, 10, (200, 300)) - np.linspace(0, 60, 200)[:, None], 1, 255)
    Image.fromarray(bright.astype(np.uint8)).save(tmp_path / "bright.png")
    assert read_source(str(tmp_path / "bright.png"), TOLD).masked is None


def test_a_mask_is_told_in_pixels_of_the_whole_picture(tmp_path, grey):
    Image.fromarray(grey).save(tmp_path / "grey.png")
    found = read_source(
        str(tmp_path / "grey.png"), TOLD, crop=(10, 0, 80, 60), masks=[(20, 30, 5, 6), (70, 50, 99, 99)]
    )
    assert found.masked is not None
    assert found.masked.shape == (60, 70)
    assert found.masked.sum() == 5 * 6 + 10 * 10
    assert found.masked[30:36, 10:15].all()
    for wrong in ((80, 0, 1, 1), (0, 0, 0, 5)):
        assert "--mask" in one_sentence(tmp_path / "grey.png", masks=[wrong])
    assert "nothing" in one_sentence(tmp_path / "grey.png", masks=[(0, 0, 80, 60)])


def test_without_a_bar_its_length_in_pixels_is_asked_for(tmp_path, grey):
    Image.fromarray(grey).save(tmp_path / "bare.png")
    assert "--scale-bar-px" in one_sentence(tmp_path / "bare.png", Scale(bar_nm=20.0))


def bomb(path: Path, side: int) -> None:
    """A PNG that says it has side x side pixels and holds a few bytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + body)


def test_pictures_that_cannot_be_counted_are_refused_in_one_sentence(tmp_path, grey):
    colour = np.stack([grey, grey, 255 - grey], axis=-1)
    Image.fromarray(colour).save(tmp_path / "colour.png")
    Image.fromarray(grey[:1, :1]).save(tmp_path / "point.png")
    Image.fromarray(np.zeros_like(grey)).save(tmp_path / "black.tif")
    Image.fromarray(grey).save(tmp_path / "whole.png")
    Image.fromarray(grey).save(tmp_path / "whole.jpg")
    tifffile.imwrite(tmp_path / "whole.tif", grey)
    tifffile.imwrite(tmp_path / "stack.tif", np.stack([grey, grey]))
    tifffile.imwrite(tmp_path / "gaps.tif", np.full((40, 40), np.nan, np.float32))
    for ending in ("png", "jpg", "tif"):
        whole = (tmp_path / f"whole.{ending}").read_bytes()
        for share in (0.1, 0.5, 0.9):
            (tmp_path / "cut").with_suffix(f".{ending}").write_bytes(whole[: int(share * len(whole))])
            one_sentence(tmp_path / f"cut.{ending}")
    (tmp_path / "empty.tif").write_bytes(b"")
    (tmp_path / "words.png").write_text("no picture")
    (tmp_path / "paper.pdf").write_bytes(b"%PDF-1.4 ...")
    (tmp_path / "noise.bin").write_bytes(bytes(range(256)) * 10)
    bomb(tmp_path / "bomb.png", 200_000)
    assert "channels differ" in one_sentence(tmp_path / "colour.png")
    assert "1 x 1" in one_sentence(tmp_path / "point.png")
    assert "0 everywhere" in one_sentence(tmp_path / "black.tif")
    assert "empty" in one_sentence(tmp_path / "empty.tif")
    assert "one image" in one_sentence(tmp_path / "stack.tif")
    assert "numbers" in one_sentence(tmp_path / "gaps.tif")
    assert "at most" in one_sentence(tmp_path / "bomb.png")
    for name in ("words.png", "paper.pdf", "noise.bin", "nowhere.tif", "."):
        one_sentence(tmp_path / name)


def test_a_tiff_that_says_it_is_enormous_is_not_unpacked(tmp_path, grey):
    tifffile.imwrite(tmp_path / "big.tif", grey)
    raw = bytearray((tmp_path / "big.tif").read_bytes())
    with tifffile.TiffFile(tmp_path / "big.tif") as file:
        places = [file.pages[0].tags[name].valueoffset for name in ("ImageWidth", "ImageLength")]
    for place in places:
        raw[place : place + 2] = struct.pack("<H", 60000)
    (tmp_path / "big.tif").write_bytes(raw)
    assert "at most" in one_sentence(tmp_path / "big.tif")


HEAD = " ,Area,X,Y,Major,Minor,Circ.,AR,Solidity\n"
ROWS = "1,30.5,3,4,6.5,6,0.9,1.08,0.95\n2,60.5,13,4,12,6.4,0.7,1.9,0.9\n"


def test_particle_tables_with_tabs_commas_and_columns_in_any_order(tmp_path):
    (tmp_path / "comma.csv").write_text(HEAD + ROWS)
    (tmp_path / "tab.txt").write_text((HEAD + ROWS).replace(",", "\t"))
    turned = [row[::-1] for row in csv.reader(io.StringIO(HEAD + ROWS))]
    (tmp_path / "turned.csv").write_text("\ufeff" + "\n".join(",".join(row) for row in turned) + "\n")
    for name in ("comma.csv", "tab.txt", "turned.csv"):
        table = read_source(str(tmp_path / name), Scale())
        assert isinstance(table, ParticleTable)
        assert table.columns["Area"].tolist() == [30.5, 60.5], name
        assert table.columns["Minor"].tolist() == [6.0, 6.4], name


def test_summary_lines_and_ratios_that_are_no_numbers_are_left_in_peace(tmp_path):
    extra = "3,1,5,5,1.1,1.1,NaN,1,NaN\nMean,30,1,1,1,1,1,1,1\nSD,1,1,1,1,1,1,1,1\n"
    (tmp_path / "results.csv").write_text(HEAD + ROWS + extra)
    assert len(read_source(str(tmp_path / "results.csv"), Scale()).columns["Area"]) == 3


def test_count_tables_long_and_wide(tmp_path):
    (tmp_path / "long.csv").write_text("sample,image,n,count\nA,a,1,50\nA,a,2,20\nA,b,1,40\nA,b,4+,2\nA,b,7,1\n")
    (tmp_path / "wide.csv").write_text("n2,image,n1,n4plus,n3\n20,a,50,0,0\n0,b,40,3,0\n")
    for name in ("long.csv", "wide.csv"):
        table = read_source(str(tmp_path / name), Scale())
        assert isinstance(table, CountTable)
        assert table.images == ["a", "b"]
        assert table.counts.tolist() == [[50, 20, 0, 0], [40, 0, 0, 3]], name


def test_of_several_samples_one_must_be_named(tmp_path):
    path = tmp_path / "two.csv"
    path.write_text("sample,image,n,count\nhot,a,1,5\ncold,a,1,7\n")
    assert "--sample" in one_sentence(path)
    assert read_source(str(path), Scale(), sample="cold").counts.tolist() == [[7, 0, 0, 0]]
    assert "'hot'" in one_sentence(path, sample="hott")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("\n\n", "empty"),
        (HEAD, "alone"),
        ("x,y\n1,2\n", "Area"),
        (HEAD.replace("Area", "Arae") + ROWS, "'Area'"),
        (HEAD + ROWS + "3,big,1,1,1,1,1,1,1\n", "row 4"),
        (HEAD + ROWS + "3,\n", "Area"),
        (HEAD + ROWS + "3,nan,1,1,1,1,1,1,1\n", "Area"),
        (HEAD + ROWS + "3,-2,1,1,1,1,1,1,1\n", "above 0"),
        ("Area,Area\n1,2\n", "twice"),
        ("image,n1,n2\na,1,2\n", "n3"),
        ("image,n1,n2,n3,n4plus\na,1,2,three,0\n", "'three'"),
        ("image,n1,n2,n3,n4plus\na,1,2.5,0,0\n", "2.5"),
        ("image,n1,n2,n3,n4plus\na,0,0,0,0\n", "all 0"),
        ("sample,image,n,count\nA,a,0,5\n", "n of 1"),
        ("sample,image,n,count\nA,a,1,-5\n", "'-5'"),
        ("sample,image,n,count\nA,a,1\n", "count"),
    ],
)
def test_tables_that_cannot_be_counted_say_which_column_and_row(tmp_path, text, said):
    path = tmp_path / "table.csv"
    path.write_text(text)
    assert said in one_sentence(path)


def test_no_cell_that_we_write_is_a_formula(tmp_path):
    for bad in ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1"):
        assert safe(bad).startswith("'")
    assert safe("a=b") == "a=b"
    assert safe(-1.5) == -1.5
    write_safe_table(tmp_path / "safe.csv", {"=head": ["=cmd|x", "fine"], "n": [1, -2]})
    assert (tmp_path / "safe.csv").read_text() == "'=head,n\n'=cmd|x,1\nfine,-2\n"
