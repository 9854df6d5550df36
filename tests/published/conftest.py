"""Shared furniture of the published figures: the claims of a room, worked off once, and the check of their verdicts."""

from collections.abc import Callable
from functools import cache

import pytest

from runs.claims.claim import Claim
from runs.claims.room import Room
from runs.reproduction import room

Claims = dict[str, Claim]


@cache
def worked_off(stem: str, share: float) -> Claims:
    """The claims of a room with `share` of its dots and dimers."""
    module = room(stem)
    made = module.claims(module.results(Room(stem, share)))
    found = {claim.id: claim for claim in made}
    assert len(found) == len(made)
    for claim in made:
        print(f"{claim.id}: paper {claim.paper_value}, ours {claim.ours}, {claim.word}, by {claim.by}")
    return found


@pytest.fixture(scope="session")
def claims_of() -> Callable[[str, float], Claims]:
    return worked_off


@pytest.fixture(scope="session")
def check() -> Callable[..., None]:
    """check(claims, reached=..., short=..., unreachable=..., within=..., fitted=...): every claim in one of four."""

    def compare(claims: Claims, reached: set[str], short: set[str] = frozenset(), unreachable: set[str] = frozenset(),
                fitted: set[str] = frozenset(), within: set[str] = frozenset()) -> None:  # fmt: skip
        words = {"reached": reached, "within error": within, "short": short, "not reachable": unreachable}
        assert {word: {i for i, c in claims.items() if c.word == word} for word in words} == {
            word: set(ids) for word, ids in words.items()
        }
        assert {i for i, c in claims.items() if c.fitted} == set(fitted)

    return compare
