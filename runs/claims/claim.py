"""One claim of a paper: its value, the range that counts as reached, ours with an interval, and what ours rests on."""

import math
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

STANDINGS = ("literature", "recalled", "assumed", "fitted", "computed")
FURTHEST = 0.6  # of the paper's value: no range that counts as reached goes further from it

Verdict = Literal["reached", "short", "not reachable"]
Word = Literal["reached", "within error", "short", "not reachable"]


@dataclass(frozen=True)
class Input:
    """A number behind a claim. `fitted_to`: the ids of the claims it was fitted to.

    ValueError for an unknown standing, or where `fitted_to` and the standing disagree. The value is in `unit`.
    """

    name: str
    value: float | str
    unit: str
    standing: str
    fitted_to: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.standing not in STANDINGS:
            raise ValueError(f"standing of {self.name} must be one of {', '.join(STANDINGS)}, got {self.standing!r}")
        if bool(self.fitted_to) != (self.standing == "fitted"):
            raise ValueError(f"fitted_to of {self.name} must name claims just where it is 'fitted'")

    def as_json(self, claim: str) -> dict[str, Any]:
        """The input as a row of `claim` shows it; of several claims it was fitted to, that one comes first."""
        to = claim if claim in self.fitted_to else next(iter(self.fitted_to), None)
        return {"name": self.name, "value": self.value, "unit": self.unit, "standing": self.standing, "fitted_to": to}


@dataclass(frozen=True)
class Ours:
    """What comes out here, and the interval around it.

    ValueError where low, value and high do not ascend or are not finite. All three in the unit of the claim.
    """

    value: float
    low: float
    high: float

    def __post_init__(self) -> None:
        if not (all(map(math.isfinite, (self.value, self.low, self.high))) and self.low <= self.value <= self.high):
            raise ValueError(f"low, value, high must ascend and be finite, got {self.low}, {self.value}, {self.high}")


@dataclass(frozen=True)
class Claim:
    """A row of the table.

    `paper_value`: a number, a range (low, high), or words. `accept`: the range that counts as reached, None for an open
    end; it holds the paper's number and goes no further from it than 60 %. `ours` None: not reachable, and `why` says
    why. Bad combinations raise ValueError.
    """

    id: str
    paper: Literal["cassidy", "hamilton"]
    figure: str
    quantity: str
    unit: str
    paper_value: float | tuple[float, float] | str
    accept: tuple[float | None, float | None] | None
    ours: Ours | None
    why: str
    inputs: tuple[Input, ...] = ()

    def __post_init__(self) -> None:
        if self.ours is None and not self.why:
            raise ValueError(f"why of {self.id} must say why it is not reachable, got nothing")
        if (self.ours is None) != (self.accept is None):
            raise ValueError(f"accept of {self.id} must be a range where ours has a value, and only there")
        if self.accept is not None and not isinstance(self.paper_value, str):
            _check_range(self.id, self.paper_value, self.accept)

    @property
    def verdict(self) -> Verdict:
        """By the interval alone. reached: it meets the range; not reachable: nothing came out; else short."""
        if self.ours is None:
            return "not reachable"
        return "reached" if self.by is None else "short"

    @property
    def word(self) -> Word:
        """What people read: reached only where the value itself lies in the range, within error where its interval does
        alone."""
        return "within error" if self.verdict == "reached" and self.value_off_by is not None else self.verdict

    @property
    def by(self) -> float | None:
        """How far the interval lies outside the range, in the claim's unit; None where it does not."""
        return None if self.ours is None else self._outside(self.ours.low, self.ours.high)

    @property
    def value_off_by(self) -> float | None:
        """How far the value itself lies outside, whatever its interval, in the claim's unit; None where it does not."""
        return None if self.ours is None else self._outside(self.ours.value, self.ours.value)

    def _outside(self, low: float, high: float) -> float | None:
        """The distance of low to high from the range that counts as reached; None where they meet."""
        if self.accept is None:
            return None
        bottom, top = self.accept
        if bottom is not None and high < bottom:
            return bottom - high
        return low - top if top is not None and low > top else None

    @property
    def fitted(self) -> bool:
        """Whether an input was fitted to this very claim."""
        return any(self.id in given.fitted_to for given in self.inputs)

    def as_json(self) -> dict[str, Any]:
        """The row of claims.json; `verdict` by the interval, `word` and `value_off_by` by the value itself."""
        ours = None if self.ours is None else {"value": self.ours.value, "low": self.ours.low, "high": self.ours.high}
        paper = list(self.paper_value) if isinstance(self.paper_value, tuple) else self.paper_value
        return {
            "id": self.id, "paper": self.paper, "figure": self.figure, "quantity": self.quantity, "unit": self.unit,
            "paper_value": paper, "accept": None if self.accept is None else list(self.accept), "ours": ours,
            "verdict": self.verdict, "by": self.by, "why": self.why, "fitted": self.fitted,
            "inputs": [given.as_json(self.id) for given in self.inputs],
            "word": self.word, "value_off_by": self.value_off_by,
        }  # fmt: skip


class Caption(NamedTuple):
    """The words of a figure: for those who cannot see it, and how it differs from the paper's."""

    alt: str
    described: str


def _check_range(name: str, paper: float | tuple[float, float], accept: tuple[float | None, float | None]) -> None:
    low, high = paper if isinstance(paper, tuple) else (paper, paper)
    bottom, top = accept
    if (bottom is not None and bottom > low) or (top is not None and top < high):
        raise ValueError(f"accept of {name} must hold the paper's value {paper}, got {accept}")
    too_low = bottom is not None and bottom < low - FURTHEST * abs(low)
    if too_low or (top is not None and top > high + FURTHEST * abs(high)):
        raise ValueError(f"accept of {name} must go no further than 60 % from the paper's value {paper}, got {accept}")


def around(paper: float, share: float) -> tuple[float, float]:
    """The range of `share` of a number to either side of it. `paper` is that number, in any unit."""
    return paper - share * abs(paper), paper + share * abs(paper)
