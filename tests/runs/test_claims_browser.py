"""The page of claims in a real browser (Debian's chromium, network off): nothing fetched, fits a phone, accessible."""

import os
import shutil
from pathlib import Path

import pytest

from runs.claims.claim import Claim, Input, Ours
from runs.claims.page import write_page

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
SERIOUS = {"serious", "critical"}

if BROWSER is None and "CI" not in os.environ:
    pytest.skip("chromium is not installed", allow_module_level=True)


def page_of_claims(folder: Path) -> Path:
    given = tuple(Input(f"a_number_with_a_long_name_{n}", 1.5, "J/m2", "assumed") for n in range(12))
    fitted = (*given, Input("fitted_number", 2.0, "eV", "fitted", ("a-1",)))
    rest = dict(figure="Fig. 1", quantity="<b>share</b> of dots", unit="cm-1", why="Why. " * 20)
    claims = [
        Claim("a-1", "cassidy", paper_value=1.0, accept=(0.8, 1.2), ours=Ours(1.0, 0.9, 1.1), inputs=fitted, **rest),
        Claim("a-2", "hamilton", paper_value=1.0, accept=(0.8, 1.2), ours=Ours(2.0, 1.9, 2.1), inputs=given, **rest),
        Claim("a-3", "hamilton", paper_value="it is so", accept=None, ours=None, **rest),
    ]
    write_page(folder / "claims.html", claims, {}, folder, {"version": "1", "finished": "now"})
    return folder / "claims.html"


@pytest.mark.parametrize("width", [390, 1200])
def test_the_page_of_claims(tmp_path, width):
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    assert BROWSER, "Debian's chromium is wanted; .ci/run installs it"
    path, complaints = page_of_claims(tmp_path), []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_context(viewport={"width": width, "height": 900}, offline=True).new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("request", lambda asked: None if asked.url == path.as_uri() else complaints.append(asked.url))
        page.goto(path.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert "<b>share</b> of dots" in page.inner_text("body")
        assert page.locator(".fitted").count() == 2  # in the legend and in one row
        found = Axe().run(page).response["violations"]
        browser.close()
    assert complaints == []
    assert [row["id"] for row in found if row["impact"] in SERIOUS] == []
