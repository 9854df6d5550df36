"""What an interrupted `qdmer reproduce` keeps of every finished room, beside the folder it was to make."""

import hashlib
import json
import platform
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from runs.claims.claim import Caption, Claim, Input, Ours
from runs.folder import Destination
from runs.provenance import PACKAGES
from runs.version import version
from runs.whole_files import write_whole

HOUSE = Path(__file__).resolve().parent.parent
ROOMS = Path("runs") / "reproduce"
PICTURES = ("png", "svg")


@dataclass(frozen=True)
class Worked:
    """A finished room: its claims, the words of its drawing, how long it took in s."""

    claims: list[Claim]
    caption: Caption
    seconds: float


class KeptRooms:
    """A hidden folder .<name>.unfinished beside the one to be made; a room in it is whole or not there."""

    def __init__(self, target: Destination) -> None:
        self.path = target.parent / f".{target.name}.unfinished"

    def read(self, stem: str, figures: Path | None) -> Worked | None:
        """The room as it was kept, its drawing copied into `figures`; None where there is none made by the same
        sources, numbers and packages."""
        try:
            found = json.loads((self.path / f"{stem}.json").read_bytes())
            if found["digest"] != digest(stem):
                return None
            if figures is not None:
                for ending in PICTURES:
                    (figures / f"{stem}.{ending}").write_bytes((self.path / f"{stem}.{ending}").read_bytes())
            return Worked([_claim(row) for row in found["claims"]], Caption(**found["caption"]), found["seconds"])
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            return None

    def keep(self, stem: str, worked: Worked, figures: Path | None) -> None:
        """Keep a room; its drawing first, so that nothing is there before all of it is."""
        self.path.mkdir(exist_ok=True)
        if figures is not None:
            for ending in PICTURES:
                write_whole(self.path / f"{stem}.{ending}", (figures / f"{stem}.{ending}").read_bytes())
        row = {"digest": digest(stem), "claims": [asdict(claim) for claim in worked.claims],
               "caption": worked.caption._asdict(), "seconds": worked.seconds}  # fmt: skip
        write_whole(self.path / f"{stem}.json", json.dumps(row, allow_nan=False).encode())

    def forget(self, stems: list[str]) -> None:
        """Remove rooms that stand where they belong, and the folder with the last of them."""
        for stem in stems:
            for ending in ("json", *PICTURES):
                (self.path / f"{stem}.{ending}").unlink(missing_ok=True)
        if self.path.is_dir() and not any(self.path.iterdir()):
            self.path.rmdir()


def digest(stem: str) -> str:
    """Changes with every source and number that the room may rest on, and with the packages; not with other rooms."""
    found = hashlib.sha256(_house().encode())
    for ending in ("py", "toml"):
        found.update((HOUSE / ROOMS / f"{stem}.{ending}").read_bytes())
    return found.hexdigest()


@cache
def _house() -> str:
    """The same of all that is not a room's own."""
    found = hashlib.sha256(repr([platform.python_version(), version(), *map(version, PACKAGES)]).encode())
    for name in ("physics", "assembly", "runs"):
        for path in sorted((HOUSE / name).rglob("*")):
            relative = path.relative_to(HOUSE)
            if path.suffix in (".py", ".toml") and ROOMS not in relative.parents:
                found.update(str(relative).encode())
                found.update(path.read_bytes())
    return found.hexdigest()


def _claim(row: dict[str, Any]) -> Claim:
    """A claim out of its fields."""
    ends = {name: tuple(row[name]) if isinstance(row[name], list) else row[name] for name in ("paper_value", "accept")}
    inputs = tuple(Input(**{**given, "fitted_to": tuple(given["fitted_to"])}) for given in row["inputs"])
    return Claim(**{**row, **ends, "inputs": inputs, "ours": None if row["ours"] is None else Ours(**row["ours"])})
