"""The report and the figures: harmless whatever the title, self-contained, honest about what they rest on."""

import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from runs.cli import exit_code

SMALL = ["simulation.particles=500", "simulation.replicas=2"]
TITLES = ["<script>alert(1)</script>", "costs $5", r"$\foo$ & $x_", "</title><img src=x onerror=alert(1)>", "{{ 7*7 }}"]


class Page(HTMLParser):
    """Tags with their attributes, in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.mark.parametrize("title", TITLES)
def test_a_title_is_shown_as_it_was_written_and_does_nothing(title: str, tmp_path: Path) -> None:
    recipe = tmp_path / "recipe.toml"
    from runs.recipe_files import built_in_text

    shipped = built_in_text("cds-dimers")
    recipe.write_text(re.sub(r"^title = .*$", lambda _: f"title = '''{title}'''", shipped, flags=re.MULTILINE))
    settings = [part for setting in SMALL for part in ("--set", setting)]
    assert exit_code(["run", str(recipe), "--out", str(tmp_path / "a"), *settings]) == 0
    page = Page((tmp_path / "a" / "report.html").read_text(encoding="utf-8"))
    assert title in "".join(page.words)
    assert not {"iframe", "object", "link", "form", "base"} & {tag for tag, _ in page.tags}
    scripts = [attributes for tag, attributes in page.tags if tag == "script"]
    assert scripts == [{"type": "application/json", "id": f"{name}-data"} for name in ("clusters", "maps")] + [{}]
    assert not any(name.startswith("on") for _, attributes in page.tags for name in attributes)
    assert (tmp_path / "a" / "figures" / "clusters.svg").stat().st_size > 1000
    assert "<script" not in (tmp_path / "a" / "figures" / "clusters.svg").read_text()


def test_the_report_asks_the_network_for_nothing_and_describes_its_pictures(run_folder: Path) -> None:
    page = Page((run_folder / "report.html").read_text(encoding="utf-8"))
    policy = [
        a["content"] for tag, a in page.tags if tag == "meta" and a.get("http-equiv") == "Content-Security-Policy"
    ]
    assert len(policy) == 1
    assert "default-src 'none'" in str(policy[0])
    pictures = [attributes for tag, attributes in page.tags if tag == "img"]
    assert len(pictures) == 6
    for picture in pictures:
        assert str(picture["src"]).startswith("data:image/png;base64,")
        assert len(str(picture["alt"])) > 20
    assert not [a for _, attributes in page.tags for a in attributes if a in ("href", "srcset", "action")]


def test_the_report_says_what_it_rests_on_and_which_denominator(run_folder: Path) -> None:
    words = " ".join("".join(Page((run_folder / "report.html").read_text(encoding="utf-8")).words).split())
    for said in ("of objects (all clusters, monomers included)", "of particles", "95 %", "fitted", "assumed", "seed 1",
                 "What to cite", "attachment_energy_ev", "Flory", "ripening"):  # fmt: skip
        assert said in words


def test_figures_are_not_blank_and_the_same_twice(run_folder: Path, tmp_path: Path) -> None:
    assert exit_code(["run", str(run_folder / "recipe.toml"), "--out", str(tmp_path / "again")]) == 0
    for path in sorted((run_folder / "figures").iterdir()):
        assert path.read_bytes() == (tmp_path / "again" / "figures" / path.name).read_bytes(), path.name
        if path.suffix == ".png":
            picture = np.asarray(Image.open(path).convert("L"))
            assert min(picture.shape) >= 300
            assert 0.002 < np.mean(picture < (100 if path.stem == "micrograph" else 200)) < 0.6


def test_the_micrograph_is_small_and_drawn_again_the_same_where_it_is_missing(run_folder: Path, tmp_path: Path) -> None:
    from runs.report.micrograph import told_in

    copy = shutil.copytree(run_folder, tmp_path / "copy")
    png = (copy / "figures" / "micrograph.png").read_bytes()
    assert len(png) <= 150_000
    told = told_in(png)
    assert 100 <= told["dots"] <= 200
    assert told["field_nm"] == pytest.approx(np.sqrt(150 * np.pi * 4.26**2 / 4 / told["coverage"]))
    assert told["bar_nm"] / told["nm_per_pixel"] < Image.open(copy / "figures" / "micrograph.png").width / 2
    (copy / "figures" / "micrograph.png").unlink()
    assert exit_code(["report", str(copy)]) == 0
    assert (copy / "report.html").read_bytes() == (run_folder / "report.html").read_bytes()


def test_a_run_whose_clusters_have_no_places_says_why_there_is_no_micrograph(run_folder: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(run_folder, tmp_path / "copy", ignore=shutil.ignore_patterns("micrograph.png"))
    held = json.loads((copy / "graphs.json").read_text())
    for graph in held["graphs"]:
        for node in graph["nodes"]:
            del node["position_nm"]
    (copy / "graphs.json").write_text(json.dumps(held))
    assert exit_code(["report", str(copy)]) == 0
    words = " ".join("".join(Page((copy / "report.html").read_text(encoding="utf-8")).words).split())
    assert "There is no virtual micrograph of this run" in words
    assert "position_nm" in words
