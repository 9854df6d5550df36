"""What `qdmer count` tells a person."""

from typing import Any

DENOMINATORS = (("of_particles", "of particles"), ("of_objects", "of objects"), ("of_assemblies", "of assemblies"))
NAMES = {"1": "single dots", "2": "dimers", "3": "trimers", "4+": "four and more"}
LAWS = {"flory": "Flory", "poisson": "Poisson", "self-limited": "self-limited", "simulated": "simulated"}


def count_text(found: dict[str, Any]) -> str:
    """Raw and corrected shares side by side, for every denominator."""
    raw, corrected = found["raw"], found["corrected"]
    size = found["dot_diameter_nm"]
    lines = [f"{raw['objects']} objects in {len(found['images'])} image{'s' if len(found['images']) != 1 else ''}"]
    if size is not None:
        lines[0] += f", dots of {size['mean']:.2f} +- {size['sd']:.2f} nm"
    for key, title in DENOMINATORS:
        lines += ["", f"{title + ' (%)':<20}{'raw':>8}" + (f"{'corrected':>12}   95 % interval" if corrected else "")]
        for name, share in raw[key].items():
            line = f"  {NAMES[name]:<18}" + (f"{100 * share:8.1f}" if share is not None else f"{'-':>8}")
            if corrected and name in corrected[key]:
                three = corrected[key][name]
                line += f"{100 * three['value']:12.1f}   {100 * three['low']:.1f} to {100 * three['high']:.1f}"
            lines.append(line)
    if corrected:
        correction = found["parameters"]["correction"]
        lines += ["", *_lengths(found["parameters"]["told"], correction), "", *_matrix(correction)]
    if "comparison" in found:
        lines += ["", *_comparison(found["comparison"])]
    if "folder" in found:
        lines += ["", f"Written to {found['folder']}"]
    return "\n".join(lines)


def _lengths(told: dict[str, Any], correction: dict[str, Any]) -> list[str]:
    """Lobe distance and gap of the fit, with the 95 % of its trials, and where each came from."""
    lines = []
    for key, title in (("lobe_distance", "lobe distance"), ("gap", "gap between dots that lie side by side")):
        low, high = correction[f"{key}_interval_nm"]
        given = told[f"{key}_nm"]
        source = "fitted, none was told" if given is None else f"told {given:.2f} nm, known within 0.3 nm"
        lines.append(f"{title}: {correction[f'{key}_nm']:.2f} nm ({low:.2f} to {high:.2f}; {source})")
    return lines


def _matrix(correction: dict[str, Any]) -> list[str]:
    """The matrix, and beside it the raw count and what the matrix and the corrected numbers predict of it."""
    head = "counted as" + " " * 12 + "".join(f"{f'true {n}':>9}" for n in NAMES) + f"{'counted':>11}{'predicted':>11}"
    rows = [
        f"  {name:<18}  " + "".join(f"{value:9.3f}" for value in row) + f"{seen:11.0f}{due:11.0f}"
        for name, row, seen, due in zip(
            NAMES.values(), correction["probability_counted_given_true"], correction["counted"],
            correction["predicted_counted"], strict=True,
        )
    ]  # fmt: skip
    return [
        "objects counted per true object (a column sums to more than 1 where a cluster is seen as several objects,",
        "to less where several share one):",
        head,
        *rows,
    ]


def _comparison(found: dict[str, Any]) -> list[str]:
    head = f"law, on {found['basis']}"
    lines = [f"{head:<30}{'AIC above best':>16}{'G':>10}{'p':>10}"]
    for law in found["laws"]:
        name = f"simulated ({found['simulated']})" if law["law"] == "simulated" else LAWS[law["law"]]
        p = "-" if law["p_value"] is None else f"{law['p_value']:.2g}"
        lines.append(f"  {name:<28}{law['aic_above_best']:16.1f}{law['statistic']:10.1f}{p:>10}")
    return lines


def plan_text(found: dict[str, Any]) -> str:
    """How much to count, and what that rests on."""
    return (
        f"For {100 * found['share']:.0f} % of particles in dimers to within +- {100 * found['within']:.1f} % (95 %):\n"
        f"  {found['images']} images of {found['dots_per_image']} dots, {found['dots']} dots in all\n"
        f"  ({found['dots_without_spread']} dots would do if images did not differ; they differ by "
        f"{100 * found['spread_between_images']:.1f} %, {found['spread_from']};\n"
        f"  the correction is taken to cost a factor of {found['correction_variance_factor']:g} in variance)"
    )
