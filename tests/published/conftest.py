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
        print(f"{claim.id}: paper {claim.paper_value}, ours {claim.ours}, {claim.verdict}, by {claim.by}")
    return found


@pytest.fixture(scope="session")
def claims_of() -> Callable[[str, float], Claims]:
    return worked_off


@pytest.fixture(scope="session")
def check() -> Callable[..., None]:
    """check(claims, reached=..., short=..., unreachable=..., fitted=...): every claim in one of three."""

    def compare(claims: Claims, reached: set[str], short: set[str] = frozenset(), unreachable: set[str] = frozenset(),
                fitted: set[str] = frozenset()) -> None:  # fmt: skip
        verdicts = {"reached": reached, "short": short, "not reachable": unreachable}
        assert {v: {i for i, c in claims.items() if c.verdict == v} for v in verdicts} == {
            v: set(ids) for v, ids in verdicts.items()
        }
        assert {i for i, c in claims.items() if c.fitted} == set(fitted)

    return compare
