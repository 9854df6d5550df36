"""`qdmer reproduce`: names, files, strict JSON, and that several workers say the same as one."""

import json
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PIL import Image

from runs.cli import exit_code
from runs.reproduction import room, stems

QUICK = ("cassidy_2_fusion_energy", "cassidy_5g_surface_melting")
TESTS = Path(__file__).resolve().parents[1] / "published"


class Tags(HTMLParser):
    """Every tag with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("reproduced") / "two"
    assert exit_code(["reproduce", *QUICK, "--out", str(made), "--workers", "1"]) == 0
    return made


def test_every_room_has_its_module_and_its_test():
    assert len(stems()) >= 20
    for stem in stems():
        module = room(stem)
        assert len(module.ALT) > 60
        assert module.DESCRIBED.startswith("Ours: ")
        assert "paper" in module.DESCRIBED.partition(". ")[2], f"{stem} does not say how it differs"
        assert module.__doc__
        assert (TESTS / f"test_{stem}.py").is_file(), stem


def test_the_folder_holds_claims_and_figures(folder):
    claims = json.loads((folder / "claims.json").read_text(encoding="utf-8"), parse_constant=pytest.fail)["claims"]
    assert len({row["id"] for row in claims}) == len(claims) >= 10
    for row in claims:
        assert row["verdict"] in ("reached", "short", "not reachable")
        assert (row["by"] is not None) == (row["verdict"] == "short")
        assert row["verdict"] == {"within error": "reached"}.get(row["word"], row["word"])
        assert all(given["standing"] in ("literature", "recalled", "assumed", "fitted", "computed")
                   for given in row["inputs"])  # fmt: skip
        assert row["fitted"] == any(given["fitted_to"] == row["id"] for given in row["inputs"])
    for stem in QUICK:
        with Image.open(folder / "figures" / f"{stem}.png") as picture:
            assert len(picture.convert("L").getcolors(256)) > 20
        assert (folder / "figures" / f"{stem}.svg").stat().st_size > 5000
    assert "cassidy-eq1-literal" in (folder / "claims.txt").read_text(encoding="utf-8")
    assert json.loads((folder / "provenance.json").read_text())["program"] == "qdmer"


def test_the_page_is_self_contained_and_described(folder):
    tags = Tags((folder / "claims.html").read_text(encoding="utf-8")).found
    pictures = [attributes for tag, attributes in tags if tag == "img"]
    assert len(pictures) == len(QUICK)
    assert all(len(str(a["alt"])) > 60 and str(a["src"]).startswith("data:image/png;base64,") for a in pictures)
    text = (folder / "claims.html").read_text(encoding="utf-8")
    assert all(unescape(text).count(room(stem).DESCRIBED) == 1 for stem in QUICK)
    assert not {"script", "link", "iframe", "object", "form", "a"} & {tag for tag, _ in tags}
    assert any(a.get("name") == "viewport" for tag, a in tags if tag == "meta")


def test_two_workers_say_the_same(folder, tmp_path, capsys):
    options = ["--out", str(tmp_path / "b"), "--workers", "2", "--no-figures", "--json"]
    assert exit_code(["reproduce", *QUICK, *options]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == json.loads((folder / "claims.json").read_text(encoding="utf-8"))
    assert not (tmp_path / "b" / "figures").exists()


def test_names_are_checked_and_listed(capsys, tmp_path):
    assert exit_code(["reproduce", "casidy_5g_surface", "--out", str(tmp_path / "c")]) == 2
    said = capsys.readouterr().err
    assert "'casidy_5g_surface'" in said
    assert "cassidy_5g_surface_melting" in said
    assert not (tmp_path / "c").exists()
    assert exit_code(["reproduce", "--list"]) == 0
    assert capsys.readouterr().out.split() == stems()
