"""A fit in words: what cannot be told apart, and the table that `qdmer fit` prints."""

from collections.abc import Mapping
from typing import Any

from assembly.rate_equations import SIZES
from assembly.summary import RESOLVABLE_ASPECT_RATIO as SEEN_AS_TWO
from runs.fitting.likelihood import Profiled
from runs.fitting.models import Flasks

SCATTER_P = 0.01
UNFOLLOWED_MOST = 0.05


def _spelled(found: Mapping[str, Any], digits: int = 2) -> str:
    """value (low to high), an open end as such."""
    low, high = (("open" if found[end] is None else f"{found[end]:.{digits}f}") for end in ("low", "high"))
    return f"{found['value']:.{digits}f} ({low} to {high})"


def warnings(flasks: Flasks, report: Mapping[str, Any], known: Mapping[str, Profiled], unfollowed: float) -> list[str]:
    """One sentence for each thing that these counts cannot decide.

    `unfollowed`: the share of dots beyond the sizes that the rate equations follow.
    """
    return [*_not_told_apart(flasks, report, known), *_stories(report), *_not_held(flasks, report, unfollowed)]


def _not_told_apart(flasks: Flasks, report: Mapping[str, Any], known: Mapping[str, Profiled]) -> list[str]:
    """Parameters that these conditions do not separate."""
    said = []
    combination = report["combination"]
    temperatures = {round(one.equations.stages[-1].heat.temperature_k, 6) for one in flasks.conditions}
    if len(temperatures) == 1:
        said.append(
            f"All counts are at one temperature ({combination['temperature_c']:.0f} C): E11 and ln P cannot be told"
            f" apart by rate; their combination E11 - ln P can, and is {_spelled(combination)} kT. What is given for E1"
            " and ln P alone rests on the share of trimers and on ligands that stay on their cluster."
        )
    if "exchange_constant" not in known:
        doses = {round(one.dose, 9) for one in flasks.conditions}
        if doses != {0.0} and len(doses) == 1:
            said.append(
                "All counts are at one dose: E1 and the exchange constant Kx cannot be told apart;"
                " E11 = E1/(1 + Kx d)^2 times R/3 nm can, and E1 is stated for the catalogue's Kx."
            )
    open_ends = [
        name
        for name, one in report["parameters"].items()
        if name != "concentration" and None in (one["low"], one["high"])
    ]
    if open_ends:
        said.append(f"These counts do not close the interval of {' and '.join(open_ends)}.")
    return said


def _stories(report: Mapping[str, Any]) -> list[str]:
    """Rival stories and laws of necks that the counts leave standing, or reject."""
    said = []
    models = {model["name"]: model for model in report["models"]}
    stories = ("self-limited", "size-blind", "facet-limited")
    left = [name for name in stories if not models[name]["rejected"]]
    if len(left) > 1:
        said.append(f"Counts alone cannot tell {' from '.join(left)} here: their AIC lie within 6 of each other.")
    if "self-limited" not in left:
        said.append(f"The self-limited story is rejected; the numbers are those of the {report['model']} one.")
    necks = [model for name, model in models.items() if name.endswith("necks")]
    if len({model["rejected"] for model in necks}) == 1 and abs(necks[0]["aic"] - necks[1]["aic"]) < 6.0:
        why = (
            "their necks are at rest long before the next dot comes"
            if min(model["neck_at_rest"] for model in necks) >= 0.99
            else "their likelihoods are too close"
        )
        said.append(f"Counts cannot tell viscous necks from necks by surface diffusion: {why}.")
    return said


def _not_held(flasks: Flasks, report: Mapping[str, Any], unfollowed: float) -> list[str]:
    """What the counts or the model behind the numbers do not hold."""
    said = []
    if report["goodness"]["p"] < SCATTER_P:
        said.append(
            f"Counts scatter more than objects drawn one by one would (p = {report['goodness']['p']:.1g}): intervals"
            " are too narrow; --likelihood dirichlet-multinomial allows for it, unless no story here holds."
        )
    molten = [k + 1 for k, one in enumerate(flasks.conditions) if one.equations.dimer_aspect_ratio < SEEN_AS_TWO]
    if molten:
        rows = f"row{'s' if len(molten) > 1 else ''} {', '.join(map(str, molten))}"
        said.append(
            f"At {rows} dots melt through and pairs become spheres, which a microscope counts as one: n1 to n4+ are"
            " taken there as numbers of dots, which only a count matrix can restore."
        )
    if unfollowed > UNFOLLOWED_MOST:
        said.append(
            f"At one condition {100 * unfollowed:.0f} % of the dots sit in clusters of more than {SIZES}, which"
            " the rate equations only count: leave that condition out."
        )
    return said


LABELS = {
    "attachment_energy_ev": ("E1, eV", 3),
    "ln_prefactor": ("ln P", 2),
    "selectivity": ("ln(K11/K12)", 2),
    "self_limitation": ("self-limitation", 2),
    "exchange_constant": ("Kx", 3),
    "concentration": ("scatter, A", 0),
}


def _goodness(found: Mapping[str, Any]) -> str:
    """Pearson's statistic of the story that is shown, and how likely chance alone makes one as large."""
    if not found["degrees_of_freedom"]:
        return "goodness of fit: as many parameters as counts, nothing is left to test"
    return (
        f"goodness of fit: p = {found['p']:.2g} (Pearson {found['pearson']:.1f} at {found['degrees_of_freedom']}"
        " degrees of freedom)"
    )


def _why_shown(report: Mapping[str, Any]) -> list[str]:
    """Why the parameters are those of one story where another has the lower AIC."""
    stories = {model["name"]: model["aic"] for model in report["models"] if not model["name"].endswith("necks")}
    shown = "size-blind" if report["model"] == "free-exchange" else report["model"]
    best = min(stories, key=lambda name: stories[name])
    if shown == best or not stories[best] < stories[shown]:
        return []
    return [
        f"The numbers are those of the {shown} story although {best} has the lower AIC (by"
        f" {stories[shown] - stories[best]:.1f}): it is not rejected, and of such stories the first is shown."
    ]


def text(report: Mapping[str, Any]) -> str:
    """The fit as people read it."""
    combination = report["combination"]
    rows = [("E11 - ln P, kT", _spelled(combination), f"{combination['catalogue']:.2f}")]
    for name, found in report["parameters"].items():
        label, digits = LABELS[name]
        rows.append(
            (label, _spelled(found, digits), f"{found['catalogue']:.{digits}f}" if "catalogue" in found else "")
        )
    lines = [
        f"{report['objects']} objects at {report['conditions']} conditions; {report['model']}, stated at"
        f" {combination['temperature_c']:.0f} C, 95 % intervals",
        f"{'':<18}{'fitted':<28}catalogue",
        *(f"{label:<18}{value:<28}{given}" for label, value, given in rows),
        *(f"  {LABELS[name][0]}: {one['meaning']}" for name, one in report["parameters"].items() if "meaning" in one),
        "",
        _goodness(report["goodness"]),
        "",
        f"{'story':<42}{'AIC':>10}",
    ]
    for model in report["models"]:
        lines.append(f"{model['name']:<42}{model['aic']:>10.1f}{'   rejected' if model['rejected'] else ''}")
    lines += _why_shown(report)
    following = report.get("next")
    if following:
        lines += ["", *following["sentences"]]
    return "\n".join(lines)
