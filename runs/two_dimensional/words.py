"""What a run says to a person about its two-dimensional spectra."""

from typing import Any

from runs.claims.hamilton_2023 import DRAWN_DEVIATIONS
from runs.two_dimensional.traces import EARLY_FS, FASTEST_NAMED_CM1, LATE_FS

WHAT_TIMES_MEAN = "1/e of |C(t)|, h/FWHM of the spectrum, 2 x integral of |C|^2"
LEAST_MEMBERS = 30  # of a family, below which no dephasing time is told
NOISY = 0.05  # sampling error of the maps from which it is said how to have less of it


def two_dimensional_text(summary: dict[str, Any]) -> str:
    """Families, addresses by every way to count, shares by size, and the paper where it is compared with one."""
    about = summary["two_dimensional"]
    error = about["sampling_error"]
    noise = "" if error is None else f", sampling error of the maps {100 * error:.1f} %"
    lines = [
        f"Two-dimensional spectra of {counted(about['clusters'], 'cluster')}, model {about['model']} "
        f"({about['coupling']}){noise}",
        f"  {about['standing']}",
    ]
    if error is not None and error > NOISY:
        lines.append("  Noisy: keep more clusters as graphs (qdmer run RECIPE --set simulation.sampled_clusters=20000)")
    left = about["left_out"]
    if left["of_clusters"]:
        lines.append(
            f"  Left out: clusters of more than {left['more_than_dots']} dots, {100 * left['of_clusters']:.2f} % of "
            f"all clusters with {100 * left['of_dots']:.2f} % of the dots"
        )
    lines += _families(summary["coherences"], about["dimers"])
    lines += _cases(about, summary["addresses"])
    if len(about["by_size"]) > 1 and about["w2_cm1"]:
        lines += _by_size(about["by_size"])
    overlap = about["regions"]["overlap"]
    if overlap:
        touch = about["regions"]["touch_at_deviations"]
        told = ", ".join(f"{pair.replace(' ', ' and ')} {'overlap' if both else 'lie apart'} "
                         f"(touch at {number(touch[pair], '.1f')})" for pair, both in overlap.items())  # fmt: skip
        lines.append(f"Inhomogeneous regions at {DRAWN_DEVIATIONS:g} standard deviations: {told}")
    if "claims" in about:
        lines += _paper(about["claims"])
    return "\n".join(lines)


def number(value: float | None, shown: str = ".0f") -> str:
    """A number, or a dash where there is none. The value is in the unit of its column; `shown` is a format."""
    return "-" if value is None else format(value, shown)


def counted(number: int, what: str) -> str:
    """1 dimer, 2 dimers."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def _families(coherences: dict[str, Any], dimers: int) -> list[str]:
    if not coherences:
        return ["Coherence families: none; only dimers in a two-band model have states that name them"]
    told = [name for name, row in coherences.items() if row["members"] >= LEAST_MEMBERS]
    why = f"dephasing in fs: {WHAT_TIMES_MEAN}; in brackets 95 % of draws of these dimers"
    if not told:
        why = f"no dephasing times nor regions: these take {LEAST_MEMBERS} dimers or more"
    lines = [f"Coherences of {counted(dimers, 'dimer')} ({why}):"]
    heads = ("family", "cm-1", "period/fs", "weight", "1/e", "h/FWHM", "integral")
    rows = [heads[: None if told else 4]]
    for name, row in coherences.items():
        cells = [name, _with_interval(row, "frequency_cm1", row["frequency_cm1"]), f"{row['period_fs']:.0f}",
                 _with_interval(row, "weight", row["weight"], ".2f")]  # fmt: skip
        if told:
            cells += [_time(row, key) for key in ("one_over_e", "h_over_fwhm", "integral")]
        rows.append(tuple(cells))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        lines.append("  " + "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]))
    return lines


def _with_interval(row: dict[str, Any], key: str, value: float | None, shown: str = ".0f") -> str:
    ends = row.get("interval", {}).get(key)
    return number(value, shown) + (f" ({number(ends[0], shown)} to {number(ends[1], shown)})" if ends else "")


def _time(row: dict[str, Any], key: str) -> str:
    """A dephasing time, or of one that its reading limits how far that reaches."""
    limit = row["longer_than_fs"].get(key)
    if limit is None:
        return _with_interval(row, key, row["dephasing_fs"][key])
    return f"longer than the {'smoothing' if key == 'h_over_fwhm' else 'window'} ({limit:.0f} fs)"


def _cases(about: dict[str, Any], addresses: list[dict[str, Any]]) -> list[str]:
    """Side by side without and with ESA: what beats at the addresses, and where the maps are largest."""
    cases = about["cases"]
    lines = [f"Strongest beat at (w1, w3), cm-1; below {FASTEST_NAMED_CM1:.0f} cm-1 [up to {EARLY_FS:.0f} fs, "
             f"{EARLY_FS:.0f} to {LATE_FS:.0f} fs]; - where no maximum stands out:"]  # fmt: skip
    width = max(len(case["name"]) for case in cases)
    lines.append("  " + " " * 16 + "".join(f"{case['name']:>{width + 3}}" for case in cases))
    for row in range(len(cases[0]["addresses"])):
        at = [case["addresses"][row] for case in cases]
        told = [f"{number(a['strongest_cm1'])}; {number(a['strongest_named_cm1'])} "
                f"[{number(a['early_cm1'])}, {number(a['late_cm1'])}]" for a in at]  # fmt: skip
        lines.append(f"  ({at[0]['w1_cm1']:.0f}, {at[0]['w3_cm1']:.0f})  " + "".join(f"{t:>{width + 3}}" for t in told))
        lines += _draws(addresses[row].get("interval", {}))
    if not about["w2_cm1"]:
        return [*lines, "No beat stands out of the map: none is mapped, and none is shared out among the clusters"]
    found = {"the map": ", the strongest beats found in it"}.get(about["w2_from"], "")
    lines.append(f"Largest point (w1, w3) of the map at w2{found}, cm-1 (relative strength):")
    for row in range(len(cases[0]["maxima"])):
        at = [case["maxima"][row] for case in cases]
        told = [f"({a['w1_cm1']:.0f}, {a['w3_cm1']:.0f}) {a['relative']:.2f}" for a in at]
        lines.append(f"  w2 = {at[0]['w2_cm1']:<10.0f} " + "".join(f"{t:>{width + 3}}" for t in told))
    return lines


def _draws(found: dict[str, list[list[float]]]) -> list[str]:
    """Which beats draws of these clusters name, and how often."""
    names = {"strongest_cm1": "strongest", "strongest_named_cm1": f"below {FASTEST_NAMED_CM1:.0f}"}
    told = []
    for key, name in names.items():
        beats = [f"{beat:.0f} in {100 * share:.0f} %" for beat, share in found.get(key, []) if share >= 0.05]
        told += [f"{name} {', '.join(beats)}"] if beats else []
    return [f"    other draws of these clusters: {'; '.join(told)}"] if told else []


def _by_size(by_size: dict[str, Any]) -> list[str]:
    beats = list(next(iter(by_size.values()))["of_beats"])
    lines = ["Which clusters make which beat (shares of |S(w1, w2, w3)|, below 0 where a size beats against the rest):",
             "  dots   of clusters" + "".join(f"{f'w2 = {beat}':>12}" for beat in beats)]  # fmt: skip
    for size, row in by_size.items():
        shares = "".join(f"{100 * row['of_beats'][beat]:>10.1f} %" for beat in beats)
        lines.append(f"  {size:<6}{100 * row['of_clusters']:>9.2f} %  {shares}")
    return lines


def _paper(found: list[dict[str, Any]]) -> list[str]:
    lines = ["Beside Hamilton 2023, 3.0 nm / 9 % (F: a parameter of the model was fitted to this very number; reached: "
             "our number lies in the range; within error: its 95 % interval, or some draws, do):"]  # fmt: skip
    for claim in found:
        mark = "F" if claim["fitted"] else " "
        verdict = claim["word"].upper() if claim["word"] == "not reached" else claim["word"]
        lines.append(f"  {verdict:<13}{mark} {claim['quantity']:<44}{claim['ours']:<34}paper: {claim['paper']}")
    return lines
