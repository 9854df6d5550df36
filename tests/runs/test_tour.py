"""The tour runs as it stands, and prints what its documents show."""

from __future__ import annotations

import contextlib
import difflib
import io
from pathlib import Path

import matplotlib
import pytest
from sybil import Document, Example, Sybil
from sybil.evaluators.python import PythonEvaluator
from sybil.parsers.markdown import CodeBlockParser

from runs.cli import exit_code
from runs.tour import documents, heading

TOUR = Path(__file__).parents[2] / "runs" / "tour"


class Printed:
    """What the code blocks of a document print, held against the `text` block under each."""

    def __init__(self) -> None:
        self.run = PythonEvaluator()
        self.waiting = ""

    def python(self, example: Example) -> None:
        """Run a block; what the one before printed must have been shown by now."""
        self.all_shown(example)
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            self.run(example)
        self.waiting = out.getvalue()

    def text(self, example: Example) -> None:
        """Compare a shown output, exactly: documents round their numbers themselves."""
        shown = str(example.parsed).strip("\n").splitlines()
        came = [line.rstrip() for line in self.waiting.strip("\n").splitlines()]  # editors cut blanks at line ends
        assert shown == came, "\n" + "\n".join(difflib.ndiff(shown, came))
        self.waiting = ""

    def all_shown(self, where: object) -> None:
        """Nothing that was printed may be left out of the document."""
        assert not self.waiting, f"{where}: printed and not shown:\n{self.waiting}"


def run(path: Path) -> Document:
    """Run every block of a document in order."""
    printed = Printed()
    parsers = [CodeBlockParser("python", printed.python), CodeBlockParser("text", printed.text)]
    document = Sybil(parsers=parsers, path=str(path.parent)).parse(path)
    for example in document.examples():
        example.evaluate()
    printed.all_shown(path.name)
    return document


@pytest.mark.parametrize("name", documents())
def test_the_document_runs_and_prints_what_it_shows(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    matplotlib.use("Agg")
    monkeypatch.chdir(tmp_path)
    run(TOUR / name)


@pytest.mark.parametrize(
    "text",
    [
        "```python\nprint(1)\n```\n\n```text\n2\n```\n",
        "```python\nprint(1)\n```\n",
        "```python\nprint(1)\n```\n\n```python\nx = 2\n```\n",
        "```python\nx = 1\n```\n\n```text\n1\n```\n",
    ],
    ids=["another number", "not shown at the end", "not shown in between", "shown and not printed"],
)
def test_a_document_that_shows_something_else_fails(text: str, tmp_path: Path) -> None:
    (tmp_path / "wrong.md").write_text(text)
    with pytest.raises(AssertionError):
        run(tmp_path / "wrong.md")


def test_every_document_says_its_question_and_what_is_assumed() -> None:
    texts = documents()
    assert list(texts) == ["1-flask.md", "2-graphs.md", "3-micrograph.md", "4-fitting.md", "5-sweeping.md"]
    for place, text in enumerate(texts.values(), 1):
        assert heading(text).startswith(f"{place}. ")
        assert heading(text).endswith("?")
        assert "assumed" in text
        assert "## What to change next" in text


def test_the_command_lists_and_copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    assert exit_code(["tour"]) == 0
    listed = capsys.readouterr().out
    assert all(name in listed and heading(text) in listed for name, text in documents().items())
    assert not list(tmp_path.iterdir())
    assert exit_code(["tour", "mine"]) == 0
    assert {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "mine").iterdir()} == documents()


def test_the_command_overwrites_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "1-flask.md").write_text("my notes")
    assert exit_code(["tour", "mine"]) == 2
    assert "'mine'" in capsys.readouterr().err
    assert (tmp_path / "mine" / "1-flask.md").read_text() == "my notes"
    (tmp_path / "file").write_text("")
    assert exit_code(["tour", "file"]) == 2
    assert exit_code(["tour", "nowhere/mine"]) == 2
