"""What Hamilton 2023 says of the 3.0 nm / 9 % sample beside what comes out, each reached or not."""

from typing import Any, NamedTuple

from runs.claims.hamilton_2023 import (
    ADDRESSES_CM1,
    BEATS_AT,
    DEPHASING_WITHIN,
    FAMILIES,
    GIVES_WAY_TO,
    PIECE_WITHIN,
    Number,
    beat_range,
    near,
    peak_range,
)

EMPTY = 0.06  # of the map's maximum: where less is, wings of lines elsewhere beat


class Claim(NamedTuple):
    """One number of the paper beside ours."""

    quantity: str
    paper: str
    ours: str
    reached: bool


def claims(coherences: dict[str, Any], addresses: list[dict[str, Any]], overlap: dict[str, bool]) -> list[Claim]:
    """Every statement of the paper that the spectra can be held against."""
    found = []
    for name, family in FAMILIES.items():
        value, told = coherences[name]["frequency_cm1"], f"{_number(family.frequency_cm1)} cm-1"
        found.append(Claim(f"frequency of {name}", told, _number(value), _in(value, peak_range(family.frequency_cm1))))
    for name, family in FAMILIES.items():
        value, told = coherences[name]["dephasing_fs"]["h_over_fwhm"], f"{_number(family.dephasing_fs)} fs"
        reached = _in(value, near(family.dephasing_fs, DEPHASING_WITHIN))
        found.append(Claim(f"dephasing of {name}, h/FWHM", told, _number(value), reached))
    named = {name: coherences[name]["weight"] for name in FAMILIES}
    ranks = " > ".join(sorted(named, key=lambda name: -named[name]))
    found.append(Claim("most intense of rho_I, II, III", "rho_III", ranks, ranks.startswith("rho_III ")))
    found += [claim for row in addresses for claim in _at(row)]
    told = f"{sum(overlap.values())} of {len(overlap)} pairs"
    found.append(Claim("regions of rho_I, II, III overlap", "all", told, all(overlap.values())))
    return found


def _at(row: dict[str, Any]) -> list[Claim]:
    place = (row["w1_cm1"], row["w3_cm1"])
    name = next((name for name, address in ADDRESSES_CM1.items() if address == place), None)
    if name is None:
        return []
    where, first = f"({place[0]:.0f}, {place[1]:.0f})", BEATS_AT[name]
    found = [_strongest(row, where, first)]
    if name in GIVES_WAY_TO:
        early, late, second = row["early_cm1"], row["late_cm1"], GIVES_WAY_TO[name]
        paper = " then ".join(_number(FAMILIES[family].frequency_cm1) for family in (first, second))
        reached = _in(early, beat_range(first, PIECE_WITHIN)) and _in(late, beat_range(second, PIECE_WITHIN))
        ours = f"{_number(early)} then {_number(late)}"
        found.append(Claim(f"70 fs gives way to 40 fs at {where}", f"{paper} cm-1", ours, reached))
    return found


def _strongest(row: dict[str, Any], where: str, family: str) -> Claim:
    """By the strongest beat of all; beside it the strongest of those that are as slow as the paper's families."""
    ours = f"{_number(row['strongest_cm1'])} (below 1000: {_number(row['strongest_named_cm1'])})"
    if row["of_maximum"] < EMPTY:
        ours += f", map {100 * row['of_maximum']:.0f} %"
    paper = f"{_number(FAMILIES[family].frequency_cm1)} cm-1"
    return Claim(f"strongest beat at {where}", paper, ours, _in(row["strongest_cm1"], beat_range(family)))


def _number(value: Number | None) -> str:
    if isinstance(value, tuple):
        return " to ".join(map(_number, value))
    return "none" if value is None else f"{value:.0f}"


def _in(value: float | None, limits: tuple[float, float]) -> bool:
    return value is not None and limits[0] <= value <= limits[1]
