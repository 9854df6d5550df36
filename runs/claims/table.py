"""The claims as text for a terminal and as words for the page."""

from collections.abc import Sequence

from runs.claims.claim import Claim, Ours

PAPERS = {"cassidy": "Cassidy 2022", "hamilton": "Hamilton 2023"}
MARKS = {"reached": "yes", "within error": "error", "short": "SHORT", "not reachable": "n/a"}


def number(value: float) -> str:
    """Four digits, more before the point; tiny and huge numbers in powers of ten. The value in any unit."""
    if 1e3 <= abs(value) < 1e6:
        return f"{value:.0f}"
    return f"{value:.4g}" if value == 0 or 1e-3 <= abs(value) < 1e3 else f"{value:.2g}"


def papers_text(claim: Claim) -> str:
    """The paper's value in words."""
    value = claim.paper_value
    if isinstance(value, str):
        return value
    return " to ".join(map(number, value)) if isinstance(value, tuple) else number(value)


def accept_text(claim: Claim) -> str:
    """The range that counts as reached."""
    if claim.accept is None:
        return "-"
    low, high = claim.accept
    if low is not None and low == high:
        return number(low)
    if low is None or high is None:
        return f"at most {number(high)}" if high is not None else f"at least {number(low or 0.0)}"
    return f"{number(low)} to {number(high)}"


def ours_text(ours: Ours | None) -> str:
    """Our value with its interval."""
    if ours is None:
        return "-"
    value, low, high = map(number, (ours.value, ours.low, ours.high))
    return value if low == high else f"{value} ({low} to {high})"


def unit_text(claim: Claim) -> str:
    """The unit, nothing for a pure number."""
    return "" if claim.unit == "1" else claim.unit


def verdict_text(claim: Claim) -> str:
    """The verdict, with the distance of what falls short, or of a value whose interval alone meets the range."""
    if claim.word == "within error":
        return f"within error, the value off by {number(claim.value_off_by or 0.0)} {unit_text(claim)}".rstrip()
    return claim.word if claim.by is None else f"short by {number(claim.by)} {unit_text(claim)}".rstrip()


def counts(claims: Sequence[Claim]) -> dict[str, int]:
    """How many claims are reached, reached because a parameter was fitted to them, within error, short, not reachable:
    every claim in one of the five."""
    words = [f"{claim.word}, fitted" if claim.fitted and claim.word == "reached" else claim.word for claim in claims]
    return {word: words.count(word) for word in ("reached", "reached, fitted", *list(MARKS)[1:])}


def tally(claims: Sequence[Claim]) -> str:
    """The same in words."""
    found = counts(claims)
    reached = found["reached"] + found["reached, fitted"]
    return (
        f"{len(claims)} claims: {reached} reached ({found['reached, fitted']} of them because a parameter was fitted "
        f"to them), {found['within error']} within error, {found['short']} short, "
        f"{found['not reachable']} not reachable"
    )


def claims_text(claims: Sequence[Claim]) -> str:
    """The table: one block of lines per paper, one line per claim, `F` where a parameter was fitted to it."""
    lines = []
    for paper, name in PAPERS.items():
        rows = [claim for claim in claims if claim.paper == paper]
        if rows:
            lines += [name, ""]
            lines += [line for claim in rows for line in _lines(claim)]
            lines.append("")
    lines.append(tally(claims) + ".")
    lines.append("F: a parameter was fitted to this very claim; where it is met, that is why.")
    lines.append(
        "error: our interval meets the range, our value does not (`verdict` in claims.json goes by the interval)."
    )
    return "\n".join(lines)


def _lines(claim: Claim) -> list[str]:
    mark = f"{MARKS[claim.word]:<6}{'F' if claim.fitted else ' '}"
    unit = f" {unit_text(claim)}" if unit_text(claim) else ""
    head = f"{mark} {claim.figure}: {claim.quantity}  [{claim.id}]"
    counts = f"counts as reached {accept_text(claim)}"
    values = f"        paper {papers_text(claim)}, {counts}, ours {ours_text(claim.ours)}{unit}"
    said = [f"        {verdict_text(claim)}"] if claim.value_off_by is not None else []
    return [head, values, *said, *([f"        {claim.why}"] if claim.why else [])]
