"""What is wrong with an input, in one sentence: the key, what was wanted, what came, the nearest valid name."""

import difflib
from collections.abc import Iterable
from typing import Any

LONGEST_QUOTE = 60


class RecipeError(ValueError):
    """The person's input is wrong; the message is one sentence that is fit to be shown."""


class Stopped(RuntimeError):
    """Work that began could not end, and what is done is kept; the message is one sentence that is fit to be shown."""


def shown(value: Any) -> str:
    """How a value that came is quoted back: short, on one line, in the words of TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list | tuple):
        return "an empty list" if not value else f"a list of {len(value)}"
    if isinstance(value, int) and abs(value) > 10**18:
        return "an integer of more than 18 digits"
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 3] + "..."


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The valid name closest to `name`, whatever its case; None if nothing is close."""
    by_fold = {option.casefold(): option for option in names}
    close = difflib.get_close_matches(str(name).casefold(), by_fold, n=1, cutoff=0.5)
    return by_fold[close[0]] if close else None


def hint(name: str, names: Iterable[str]) -> str:
    """`; the nearest name is ...`, or the whole choice where nothing is close and the choice is short."""
    choice = list(names)
    close = nearest(name, choice)
    if close is not None:
        return f"; the nearest valid name is {close!r}"
    return f"; the choice is {', '.join(choice)}" if 0 < len(choice) <= 12 else ""


def wrong(key: str, wanted: str, came: Any, names: Iterable[str] = ()) -> RecipeError:
    """The one sentence about the value of one key."""
    choice = list(names)
    said = all(name in wanted for name in choice)  # the whole choice, among what was wanted
    clue = hint(came, choice) if isinstance(came, str) and not (said and nearest(came, choice) is None) else ""
    return RecipeError(f"{key}: wanted {wanted}, got {shown(came)}{clue}.")


def unknown_key(key: str, names: Iterable[str]) -> RecipeError:
    """The one sentence about a key that no recipe has."""
    head, _, tail = key.rpartition(".")
    near = nearest(tail, names) or nearest(key, names)
    clue = f"; the nearest valid name is {near!r}" if near else hint(tail, names)
    return RecipeError(f"{key}: wanted a key that {'this table' if head else 'a recipe'} knows, got {tail!r}{clue}.")
