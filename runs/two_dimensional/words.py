"""What a run says to a person about its two-dimensional spectra."""

from typing import Any

from runs.claims.hamilton_2023 import DRAWN_DEVIATIONS
from runs.two_dimensional.traces import EARLY_FS, FASTEST_NAMED_CM1, LATE_FS

WHAT_TIMES_MEAN = "1/e of |C(t)|, h/FWHM of the spectrum, 2 x integral of |C|^2"
NOISY = 0.05  # sampling error of the maps from which it is said how to have less of it


def two_dimensional_text(summary: dict[str, Any]) -> str:
    """Families, addresses by every way to count, shares by size, and the paper where it is compared with one."""
    about = summary["two_dimensional"]
    error = about["sampling_error"]
    noise = "" if error is None else f", sampling error of the maps {100 * error:.1f} %"
    lines = [
        f"Two-dimensional spectra of {about['clusters']} clusters, model {about['model']} ({about['coupling']}){noise}",
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
    lines += _cases(about["cases"])
    if len(about["by_size"]) > 1:
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


def _families(coherences: dict[str, Any], dimers: int) -> list[str]:
    if not coherences:
        return ["Coherence families: none; only dimers in a two-band model have states that name them"]
    lines = [f"Coherences of the {dimers} dimers (dephasing in fs: {WHAT_TIMES_MEAN}):",
             "  family    cm-1  period/fs  weight     1/e  h/FWHM  integral"]  # fmt: skip
    for name, row in coherences.items():
        times = [number(row["dephasing_fs"][key]) for key in ("one_over_e", "h_over_fwhm", "integral")]
        lines.append(f"  {name:<8}{row['frequency_cm1']:>6.0f}{row['period_fs']:>11.0f}{row['weight']:>8.2f}"
                     f"{times[0]:>8}{times[1]:>8}{times[2]:>10}")  # fmt: skip
    return lines


def _cases(cases: list[dict[str, Any]]) -> list[str]:
    """Side by side without and with ESA: what beats at the addresses, and where the maps are largest."""
    lines = [f"Strongest beat at (w1, w3), cm-1; below {FASTEST_NAMED_CM1:.0f} cm-1 [up to {EARLY_FS:.0f} fs, "
             f"{EARLY_FS:.0f} to {LATE_FS:.0f} fs]:"]  # fmt: skip
    width = max(len(case["name"]) for case in cases)
    lines.append("  " + " " * 16 + "".join(f"{case['name']:>{width + 3}}" for case in cases))
    for row in range(len(cases[0]["addresses"])):
        at = [case["addresses"][row] for case in cases]
        told = [f"{number(a['strongest_cm1'])}; {number(a['strongest_named_cm1'])} "
                f"[{number(a['early_cm1'])}, {number(a['late_cm1'])}]" for a in at]  # fmt: skip
        lines.append(f"  ({at[0]['w1_cm1']:.0f}, {at[0]['w3_cm1']:.0f})  " + "".join(f"{t:>{width + 3}}" for t in told))
    lines.append("Largest point (w1, w3) of the map at w2, cm-1 (relative strength):")
    for row in range(len(cases[0]["maxima"])):
        at = [case["maxima"][row] for case in cases]
        told = [f"({a['w1_cm1']:.0f}, {a['w3_cm1']:.0f}) {a['relative']:.2f}" for a in at]
        lines.append(f"  w2 = {at[0]['w2_cm1']:<10.0f} " + "".join(f"{t:>{width + 3}}" for t in told))
    return lines


def _by_size(by_size: dict[str, Any]) -> list[str]:
    beats = list(next(iter(by_size.values()))["of_beats"])
    lines = ["Which clusters make which beat (shares of |S(w1, w2, w3)|, below 0 where a size beats against the rest):",
             "  dots   of clusters" + "".join(f"{f'w2 = {beat}':>12}" for beat in beats)]  # fmt: skip
    for size, row in by_size.items():
        shares = "".join(f"{100 * row['of_beats'][beat]:>10.1f} %" for beat in beats)
        lines.append(f"  {size:<6}{100 * row['of_clusters']:>9.2f} %  {shares}")
    return lines


def _paper(found: list[dict[str, Any]]) -> list[str]:
    lines = ["Beside Hamilton 2023, 3.0 nm / 9 % (the model is fitted to its frequencies, times and addresses):"]
    for claim in found:
        verdict = "reached" if claim["reached"] else "NOT REACHED"
        lines.append(f"  {verdict:<12}{claim['quantity']:<44}{claim['ours']:<34}paper: {claim['paper']}")
    return lines
