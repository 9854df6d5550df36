"""What Hamilton 2023 says of the 3.0 nm / 9 % sample beside what comes out, each reached or not."""

from typing import Any, NamedTuple

# Ranges that count as reached; the paper gives single numbers or the ranges named
FREQUENCIES_CM1 = {"rho_I": (120.0, 140.0), "rho_II": (830.0, 870.0), "rho_III": (465.0, 505.0)}
DEPHASING_FS = {"rho_I": 750.0, "rho_II": 275.0, "rho_III": 115.0}
DEPHASING_WITHIN = 0.2
WORDS_CM1 = {"rho_I": "120 to 140", "rho_II": "about 850", "rho_III": "about 480"}
# Computed and measured addresses of Fig. 4a and 4b, cm-1
RHO_I_AT = ((18566.0, 18324.0), (18203.0, 17573.0))
GIVES_WAY_AT = ((19163.0, 18808.0), (17905.0, 17018.0))
NEAR_RHO_I_CM1 = (100.0, 160.0)
NEAR_RHO_III_CM1 = (400.0, 560.0)  # periods of 60 to 83 fs, about 70
NEAR_RHO_II_CM1 = (750.0, 950.0)  # 35 to 44 fs, about 40
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
    for name, (low, high) in FREQUENCIES_CM1.items():
        value = coherences[name]["frequency_cm1"]
        found.append(Claim(f"frequency of {name}", f"{WORDS_CM1[name]} cm-1", f"{value:.0f}", low <= value <= high))
    for name, wanted in DEPHASING_FS.items():
        value = coherences[name]["dephasing_fs"]["h_over_fwhm"] or 0.0
        near = abs(value - wanted) <= DEPHASING_WITHIN * wanted
        found.append(Claim(f"dephasing of {name}, h/FWHM", f"about {wanted:.0f} fs", f"{value:.0f}", near))
    named = {name: coherences[name]["weight"] for name in FREQUENCIES_CM1}
    ranks = " > ".join(sorted(named, key=lambda name: -named[name]))
    found.append(Claim("most intense of rho_I, II, III", "rho_III", ranks, ranks.startswith("rho_III ")))
    found += [claim for row in addresses for claim in _at(row)]
    told = f"{sum(overlap.values())} of {len(overlap)} pairs"
    found.append(Claim("regions of rho_I, II, III overlap", "all", told, all(overlap.values())))
    return found


def _at(row: dict[str, Any]) -> list[Claim]:
    place = (row["w1_cm1"], row["w3_cm1"])
    where = f"({place[0]:.0f}, {place[1]:.0f})"
    if place in RHO_I_AT:
        return [_strongest(row, where, "120 cm-1", NEAR_RHO_I_CM1)]
    if place in GIVES_WAY_AT:
        early, late = row["early_cm1"], row["late_cm1"]
        ours = f"{_number(early)} then {_number(late)}"
        return [
            _strongest(row, where, "480 cm-1", NEAR_RHO_III_CM1),
            Claim(f"70 fs gives way to 40 fs at {where}", "480 then 850 cm-1", ours,
                  _in(early, NEAR_RHO_III_CM1) and _in(late, NEAR_RHO_II_CM1)),
        ]  # fmt: skip
    return []


def _strongest(row: dict[str, Any], where: str, paper: str, limits: tuple[float, float]) -> Claim:
    """By the strongest beat of all; beside it the strongest of those that are as slow as the paper's families."""
    ours = f"{_number(row['strongest_cm1'])} (below 1000: {_number(row['strongest_named_cm1'])})"
    if row["of_maximum"] < EMPTY:
        ours += f", map {100 * row['of_maximum']:.0f} %"
    return Claim(f"strongest beat at {where}", paper, ours, _in(row["strongest_cm1"], limits))


def _number(value: float | None) -> str:
    return "none" if value is None else f"{value:.0f}"


def _in(value: float | None, limits: tuple[float, float]) -> bool:
    return value is not None and limits[0] <= value <= limits[1]
