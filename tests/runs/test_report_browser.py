"""The report in a real browser (Debian's chromium, network off): no errors, nothing fetched, everything moves."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from runs.cli import exit_code

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync",
         "--disable-component-update", "--disable-dev-shm-usage"]  # fmt: skip
SERIOUS = {"serious", "critical"}

if BROWSER is None and "CI" not in os.environ:
    pytest.skip("chromium is not installed", allow_module_level=True)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    assert BROWSER, "Debian's chromium is wanted; .ci/run installs it"
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def opened(chromium: Any) -> Iterator[Callable[[Path], tuple[Any, list[str]]]]:
    """Open a page from disk with the network off; what went wrong or was asked of the network is listed."""
    context = chromium.new_context(viewport={"width": 1000, "height": 900}, offline=True)

    def go(path: Path) -> tuple[Any, list[str]]:
        page, complaints = context.new_page(), []
        page.on("console", lambda message: complaints.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
        page.on("request", lambda asked: complaints.append(f"request: {asked.url}")
                if not asked.url.startswith(("data:", path.as_uri())) else None)  # fmt: skip
        page.on("dialog", lambda dialog: complaints.append(f"dialog: {dialog.message}"))
        page.goto(path.as_uri())
        return page, complaints

    yield go
    context.close()


def test_the_page_opens_without_errors_or_requests_and_is_not_blank(
    run_folder: Path, opened: Any, tmp_path: Path
) -> None:
    page, complaints = opened(run_folder / "report.html")
    page.screenshot(path=tmp_path / "page.png", full_page=True)
    assert complaints == []
    grey = np.asarray(Image.open(tmp_path / "page.png").convert("L"))
    assert 0.01 < np.mean(grey < 200) < 0.6
    assert (run_folder / "report.html").stat().st_size < 10_000_000


def test_clusters_turn_with_keys_and_change_with_the_choice(run_folder: Path, opened: Any) -> None:
    page, complaints = opened(run_folder / "report.html")

    def picture() -> str:
        return str(page.evaluate("document.getElementById('clusters-view').toDataURL()"))

    pictures = [picture()]
    page.focus("#clusters-view")
    page.keyboard.press("ArrowUp")
    pictures.append(picture())
    page.select_option("#clusters-choice", index=0)
    pictures.append(picture())
    assert len(set(pictures)) == 3
    assert "scale bar" in page.inner_text("#clusters-scale")
    assert complaints == []


def test_the_micrograph_is_seen_with_its_scale_and_its_truth(run_folder: Path, opened: Any, tmp_path: Path) -> None:
    page, complaints = opened(run_folder / "report.html")
    picture = page.locator("#micrograph img")
    assert re.search(r"scale bar of \d+ nm: \d+ dark objects", picture.get_attribute("alt"))
    caption = page.inner_text("#micrograph figcaption")
    dimers, objects = map(int, re.search(r"(\d+) of the (\d+) objects", caption).groups())
    assert 50 <= objects <= 150
    assert abs(dimers / objects - 0.55) < 0.2  # the run's own share, of a field this small
    assert "qdmer micrograph DIR" in caption
    picture.screenshot(path=tmp_path / "micrograph.png")
    grey = np.asarray(Image.open(tmp_path / "micrograph.png").convert("L"))
    assert 0.03 < np.mean(grey < 100) < 0.2  # dots on a lighter ground
    assert grey.std() > 20
    assert complaints == []


def test_the_page_prints_with_its_pictures_and_without_its_handles(run_folder: Path, opened: Any) -> None:
    page, _ = opened(run_folder / "report.html")
    page.emulate_media(media="print")
    assert page.is_visible("#clusters-view")
    assert page.is_visible("#micrograph img")
    assert page.locator(".screen:visible").count() == 0


@pytest.mark.parametrize("width", [1000, 360])
def test_there_is_no_serious_barrier_and_no_sideways_scrolling(run_folder: Path, opened: Any, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page, _ = opened(run_folder / "report.html")
    page.set_viewport_size({"width": width, "height": 800})
    found = Axe().run(page).response["violations"]
    assert [broken["id"] for broken in found if broken["impact"] in SERIOUS] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_title_with_a_script_stays_text(run_folder: Path, opened: Any, tmp_path: Path) -> None:
    title = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"
    recipe = tmp_path / "recipe.toml"
    text = (run_folder / "recipe.toml").read_text(encoding="utf-8")
    recipe.write_text(re.sub(r"^title = .*$", lambda _: f"title = '{title}'", text, flags=re.MULTILINE))
    assert exit_code(["run", str(recipe), "--out", str(tmp_path / "a"), "--set", "simulation.particles=200"]) == 0
    page, complaints = opened(tmp_path / "a" / "report.html")
    assert complaints == []
    assert page.inner_text("h1") == title
    assert page.title() == title


def test_the_policy_stops_any_other_script(run_folder: Path, opened: Any, tmp_path: Path) -> None:
    planted = (
        (run_folder / "report.html")
        .read_text(encoding="utf-8")
        .replace("</main>", "</main><script>window.evil = 1</script>")
    )
    path = tmp_path / "planted.html"
    path.write_text(planted, encoding="utf-8")
    page, complaints = opened(path)
    assert page.evaluate("window.evil") is None
    assert any("Content Security Policy" in said for said in complaints)


def test_the_page_is_made_again_from_the_folder_alone(run_folder: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(run_folder, tmp_path / "copy")
    (copy / "report.html").unlink()
    assert exit_code(["report", str(copy)]) == 0
    assert (copy / "report.html").read_bytes() == (run_folder / "report.html").read_bytes()
