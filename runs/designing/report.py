"""A finished design: what `qdmer design` prints, in JSON and in words."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from runs.designing.design import LARGER, RIPENING_C, Question, promised, rounded, search
from runs.designing.protocol import Bench, protocol, summary_lines
from runs.knobs import TEMPERATURE, TIME, concentration_key

WORTH_A_FLASK = 0.01  # share; below it there is nothing to write a protocol for

Progress = Callable[[str, float], None]


def design(asked: Question, bench: Bench, progress: Progress) -> dict[str, Any]:
    """Search, simulate what was found, and write it up."""
    values = rounded(search(asked, lambda share: progress("searching", share)))
    found = promised(asked, values, lambda share: progress("simulating", share))
    larger = found.pop(LARGER)
    report: dict[str, Any] = {
        "conditions": values,
        "dimer_yield": found,
        "larger": larger["value"],
        "larger_interval": larger,
        "wanted": asked.wanted,
        "errors": asdict(asked.errors),
        "limits": {LARGER: asked.larger, **{key: list(limits) for key, limits in asked.bounds.items()}},
    }
    none = found[asked.wanted]["value"] < WORTH_A_FLASK
    report["protocol"] = [] if none else [*protocol(asked.recipe, values, bench), *summary_lines(report)]
    report["warnings"] = _warnings(asked, values, report, bench)
    return report


def _warnings(asked: Question, values: Mapping[str, float], report: Mapping[str, Any], bench: Bench) -> list[str]:
    if not report["protocol"]:
        wanted = f"{100 * WORTH_A_FLASK:g} % of dimers ({asked.wanted.replace('_', ' ')})"
        return [
            f"Within these bounds no flask gives {wanted}: no protocol is written. Wider bounds (--max, --min) may;"
            f" {TEMPERATURE} goes up to {asked.bounds[TEMPERATURE][1]:g} here."
        ]
    said = []
    above = report["larger_interval"]["in_95_of_100_below"]
    if above > asked.larger:
        said.append(
            f"With these errors 5 of 100 flasks hold more than {above:.3f} in three dots and more, above the limit"
            f" {asked.larger:g}."
        )
    for key in (TEMPERATURE, TIME, concentration_key(asked.recipe)):
        limits = asked.bounds[key]
        if limits[0] < limits[1] and values[key] >= 0.99 * limits[1]:
            said.append(f"{key} stands at its upper bound {limits[1]:.4g}; --max {key}=... would move it.")
    if values[TEMPERATURE] > RIPENING_C:
        said.append(f"Above {RIPENING_C:g} C ripening matters, which is not in the model.")
    if not bench.measured:
        said.append("The stock's absorbance is a stand-in: give yours with --absorbance and --dilution.")
    return said


def text(report: Mapping[str, Any]) -> str:
    """The design as people read it."""
    lines = ["Conditions"]
    lines += [f"  {key:<38}{value:.4g}" for key, value in report["conditions"].items()]
    errors = report["errors"]
    lines += [
        "",
        f"Yield of dimers, and in how far 95 of 100 flasks differ with errors of {errors['temperature_k']:g} K,"
        f" {100 * errors['concentration']:g} % of the concentration, {100 * errors['dose']:g} % of the dose",
    ]
    for name, found in [*report["dimer_yield"].items(), ("in three dots and more", report["larger_interval"])]:
        label = name.replace("_", " ")
        lines.append(f"  {label:<38}{found['value']:.3f} ({found['low']:.3f} to {found['high']:.3f})")
    lines += ["", "Protocol"] if report["protocol"] else []
    lines += [f"  {number}. {step}" for number, step in enumerate(report["protocol"], 1)]
    return "\n".join(lines)
