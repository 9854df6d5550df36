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
from runs.claims.standings import fitted_numbers

EMPTY = 0.06  # of the map's maximum: where less is, wings of lines elsewhere beat


IN_DRAWS = 0.05  # of the draws of an ensemble that must name a beat of the paper's for it to lie within error
FAMILY_CLAIMS = {"rho_I": "hamilton-rho1", "rho_II": "hamilton-rho2", "rho_III": "hamilton-rho3"}


class Claim(NamedTuple):
    """One number of the paper beside ours.

    `word`: reached where our number lies in its range, within error where only its interval meets it, else not reached;
    `fitted`: a parameter of the model was fitted to this very number.
    """

    quantity: str
    paper: str
    ours: str
    reached: bool
    word: str
    fitted: bool = False


def claims(coherences: dict[str, Any], addresses: list[dict[str, Any]], overlap: dict[str, bool]) -> list[Claim]:
    """Every statement of the paper that the spectra can be held against."""
    found = []
    for name, family in FAMILIES.items():
        told = f"{_number(family.frequency_cm1)} cm-1"
        own = coherences[name]["frequency_cm1"], peak_range(family.frequency_cm1)
        found.append(_of_family(coherences, name, "frequency", "frequency_cm1", told, *own))
    for name, family in FAMILIES.items():
        told = f"{_number(family.dephasing_fs)} fs"
        time = coherences[name]["dephasing_fs"]["h_over_fwhm"], near(family.dephasing_fs, DEPHASING_WITHIN)
        found.append(_of_family(coherences, name, "dephasing", "h_over_fwhm", told, *time))
    named = {name: coherences[name]["weight"] for name in FAMILIES}
    ranks = " > ".join(sorted(named, key=lambda name: -named[name]))
    first = ranks.split(" > ")[0]
    ends = [coherences[name].get("interval", {}).get("weight", 2 * [named[name]]) for name in (first, "rho_III")]
    found.append(_claim("most intense of rho_I, II, III", "rho_III", ranks, first == "rho_III",
                        ends[1][1] >= ends[0][0]))  # fmt: skip
    found += [claim for row in addresses for claim in _at(row)]
    told = f"{sum(overlap.values())} of {len(overlap)} pairs" if overlap else "too few dimers"
    found.append(_claim("regions of rho_I, II, III overlap", "all", told, bool(overlap) and all(overlap.values())))
    return found


def _claim(quantity: str, paper: str, ours: str, reached: bool, near_it: bool = False, fitted: bool = False) -> Claim:
    word = "reached" if reached else "within error" if near_it else "not reached"
    return Claim(quantity, paper, ours, reached, word, fitted)


def _of_family(
    coherences: dict[str, Any], name: str, quantity: str, key: str, paper: str, value: float | None,
    limits: tuple[float, float],
) -> Claim:  # fmt: skip
    """A number of a family with its interval, by the rule of `qdmer reproduce`."""
    ends = coherences[name].get("interval", {}).get(key)
    ours = _number(value) + (f" ({_number(ends[0])} to {_number(ends[1])})" if ends else "")
    meets = bool(ends) and ends[0] <= limits[1] and ends[1] >= limits[0]
    fitted = any(f"{FAMILY_CLAIMS[name]}-{quantity}" in ids for ids in fitted_numbers().values())
    read = ", h/FWHM" if quantity == "dephasing" else ""
    return _claim(f"{quantity} of {name}{read}", paper, ours, _in(value, limits), meets, fitted)


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
        limits = beat_range(first, PIECE_WITHIN), beat_range(second, PIECE_WITHIN)
        ours = f"{_number(early)} then {_number(late)}"
        drawn = _drawn(row, "early_cm1", limits[0]) and _drawn(row, "late_cm1", limits[1])
        reached = _in(early, limits[0]) and _in(late, limits[1])
        found.append(_claim(f"70 fs gives way to 40 fs at {where}", f"{paper} cm-1", ours, reached, drawn))
    return found


def _strongest(row: dict[str, Any], where: str, family: str) -> Claim:
    """By the strongest beat of all; beside it the strongest of those that are as slow as the paper's families."""
    ours = f"{_number(row['strongest_cm1'])} (below 1000: {_number(row['strongest_named_cm1'])})"
    if row["of_maximum"] < EMPTY:
        ours += f", map {100 * row['of_maximum']:.0f} %"
    paper, limits = f"{_number(FAMILIES[family].frequency_cm1)} cm-1", beat_range(family)
    drawn = _drawn(row, "strongest_cm1", limits)
    return _claim(f"strongest beat at {where}", paper, ours, _in(row["strongest_cm1"], limits), drawn)


def _drawn(row: dict[str, Any], key: str, limits: tuple[float, float]) -> bool:
    """Whether draws of the ensemble name a beat in the range; a beat jumps, so that an interval would hold too much."""
    beats = row.get("interval", {}).get(key, [])
    return sum(share for beat, share in beats if _in(beat, limits)) >= IN_DRAWS


def _number(value: Number | None) -> str:
    if isinstance(value, tuple):
        return " to ".join(map(_number, value))
    return "none" if value is None else f"{value:.0f}"


def _in(value: float | None, limits: tuple[float, float]) -> bool:
    return value is not None and limits[0] <= value <= limits[1]
