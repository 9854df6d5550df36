"""How commands answer: results on standard output, warnings on standard error, where the folder went."""

import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click


def print_json(found: Any) -> None:
    """Strict JSON, indented, alone on standard output."""
    click.echo(json.dumps(found, indent=2, allow_nan=False))


def answer(found: Any, as_json: bool, in_words: Callable[[Any], str]) -> None:
    """What was found, as JSON or in words."""
    if as_json:
        print_json(found)
    else:
        click.echo(in_words(found))


def warn(sentences: Iterable[str]) -> None:
    """One line each."""
    for sentence in sentences:
        click.echo(f"qdmer: {sentence}", err=True)


def print_folder(folder: Path, hint: str = "") -> None:
    """The folder that was written, relative to the working folder; `hint` says what to open."""
    click.echo(f"Written to {os.path.relpath(folder)}{os.sep}{f' ({hint}).' if hint else ''}")
