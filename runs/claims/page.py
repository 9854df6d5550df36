"""claims.html: the claims and the figures on one page that opens anywhere and asks the network for nothing."""

import base64
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from runs.claims.claim import Caption, Claim
from runs.claims.table import PAPERS, accept_text, number, ours_text, papers_text, tally, unit_text, verdict_text

PAGE = "page.html"
SYMBOLS = {"reached": "●", "within error": "◐", "short": "▲", "not reachable": "○"}


def write_page(
    path: Path, claims: Sequence[Claim], figures: Mapping[str, Caption], folder: Path, made_by: Mapping[str, Any]
) -> None:
    """Write the page; `figures` maps the stem of a PNG in `folder` to its words."""
    room = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    room.filters |= {
        "paper": papers_text, "accept": accept_text, "ours": ours_text, "unit": unit_text, "verdict": verdict_text,
        "shown": lambda value: value if isinstance(value, str) else number(value),
    }  # fmt: skip
    pictures = [{"stem": stem, "words": words, "uri": _uri(folder / f"{stem}.png")} for stem, words in figures.items()]
    rows = {name: [claim for claim in claims if claim.paper == paper] for paper, name in PAPERS.items()}
    page = room.get_template(PAGE).render(
        rows=rows, tally=tally(claims), figures=pictures, made_by=made_by, symbols=SYMBOLS
    )
    path.write_text(page, encoding="utf-8")


def _uri(path: Path) -> str:
    return f"data:image/png;base64,{base64.b64encode(path.read_bytes()).decode('ascii')}"
