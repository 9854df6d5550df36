"""Hamilton 2023 in two dimensions: median and spread over seeds for its three ensembles of 4000 dimers.

    python tests/published/hamilton_two_dimensional.py [--seeds 10] [--recipe NAME]... [--dimers 4000]

Prints for each recipe the coherence families (frequency, weight, dephasing by three definitions), the strongest beat
at each address without and with ESA at two values of B_XX, which regions overlap, and for 3.0 nm / 9 %, to which the
model is fitted, what of the paper is reached and in how many of the seeds.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from statistics import median_low
from typing import Any

import numpy as np

from assembly import simulate
from runs.recipe import load
from runs.two_dimensional.paper import claims
from runs.two_dimensional.spectrum import spectrum_of

RECIPES = ("hamilton-3.0nm-9pct", "hamilton-2.8nm-5pct", "hamilton-2.8nm-9pct")
TIMES = ("one_over_e", "h_over_fwhm", "integral")
AT_ADDRESS = ("strongest_cm1", "strongest_named_cm1", "early_cm1", "late_cm1", "of_maximum")


def summaries(name: str, seeds: int, dimers: int) -> list[dict[str, Any]]:
    """summary.json's two-dimensional part of every seed."""
    found = []
    for seed in range(1, seeds + 1):
        recipe = load(name, {"simulation.seed": seed, "simulation.particles": 2 * dimers})
        asked = recipe.two_dimensional_asked()
        assert asked is not None
        graphs = simulate(recipe.flask()).graphs(limit=dimers)
        found.append(spectrum_of(graphs, asked, 2, lambda stage, fraction: None).summary)
    return found


def spread(found: list[dict[str, Any]], value: Callable[[dict[str, Any]], float | None]) -> str:
    """median [lowest to highest] over the seeds."""
    values = np.array([np.nan if value(one) is None else value(one) for one in found], dtype=float)
    return f"{np.nanmedian(values):.4g} [{np.nanmin(values):.4g} to {np.nanmax(values):.4g}]"


def of_case(number: int, kind: str, place: int, key: str) -> Callable[[dict[str, Any]], float | None]:
    """One number of one row of one way to count."""
    return lambda one: one["two_dimensional"]["cases"][number][kind][place][key]


def median_beat(values: list[float | None]) -> float | None:
    """The lower median of those there are; None where most draws have no maximum."""
    there = [value for value in values if value is not None]
    return median_low(there) if 2 * len(there) > len(values) else None


def median_summary(found: list[dict[str, Any]]) -> tuple[dict[str, Any], list[dict[str, Any]], dict[str, bool]]:
    """Coherences and addresses whose every number is the median over the seeds, and of overlaps the majority."""
    first = found[0]
    families = {
        name: {
            **{key: float(np.median([one["coherences"][name][key] for one in found]))
               for key in ("frequency_cm1", "period_fs", "weight")},
            "dephasing_fs": {key: float(np.median([one["coherences"][name]["dephasing_fs"][key] for one in found]))
                             for key in TIMES},
        }
        for name in first["coherences"]
    }  # fmt: skip
    addresses = [
        {
            **row,
            "interval": {},
            **{key: median_beat([one["addresses"][place][key] for one in found]) for key in AT_ADDRESS},
        }
        for place, row in enumerate(first["addresses"])
    ]
    pairs = first["two_dimensional"]["regions"]["overlap"]
    overlaps = {
        pair: 2 * sum(one["two_dimensional"]["regions"]["overlap"][pair] for one in found) > len(found)
        for pair in pairs
    }
    return families, addresses, overlaps


def show(name: str, found: list[dict[str, Any]]) -> None:
    print(f"\n== {name}, {len(found)} seeds, {found[0]['two_dimensional']['clusters']} dimers")
    print(f"   {found[0]['two_dimensional']['standing']}")
    print(f"   {'family':9}{'frequency cm-1':28}{'weight':32}" + "".join(f"{key + ' fs':32}" for key in TIMES))
    for family in found[0]["coherences"]:
        row = [
            spread(found, lambda one, f=family, k=key: one["coherences"][f][k]) for key in ("frequency_cm1", "weight")
        ]
        row += [spread(found, lambda one, f=family, k=key: one["coherences"][f]["dephasing_fs"][k]) for key in TIMES]
        print(f"   {family:9}{row[0]:28}" + "".join(f"{cell:32}" for cell in row[1:]))
    for number, case in enumerate(found[0]["two_dimensional"]["cases"]):
        print(f"   {case['name']}: strongest beat cm-1; below 1000; up to 150 fs; 150 to 600 fs; share of maximum")
        for place, row in enumerate(case["addresses"]):
            told = [spread(found, of_case(number, "addresses", place, key)) for key in AT_ADDRESS]
            print(f"     ({row['w1_cm1']:.0f}, {row['w3_cm1']:.0f})  " + "".join(f"{cell:32}" for cell in told))
        for place, row in enumerate(case["maxima"]):
            told = [spread(found, of_case(number, "maxima", place, key)) for key in ("w1_cm1", "w3_cm1", "relative")]
            print(f"     map at w2 {row['w2_cm1']:5.0f}: largest at " + "".join(f"{cell:32}" for cell in told))
    families, addresses, overlaps = median_summary(found)
    told = ", ".join(f"{pair} {both}" for pair, both in overlaps.items())
    print(f"   regions at 1.5 standard deviations overlap: {told}")
    if "claims" not in found[0]["two_dimensional"]:
        return
    print("   beside the paper, medians (and in how many seeds):")
    for place, claim in enumerate(claims(families, addresses, overlaps)):
        often = sum(one["two_dimensional"]["claims"][place]["reached"] for one in found)
        verdict = "reached" if claim.reached and 2 * often > len(found) else "NOT REACHED"  # by most seeds, too
        print(f"     {verdict:12}{claim.quantity:46}{claim.ours:36}paper: {claim.paper:22}{often} of {len(found)}")


def main() -> None:
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--seeds", type=int, default=10)
    asked.add_argument("--dimers", type=int, default=4000)
    asked.add_argument("--recipe", action="append", choices=RECIPES)
    given = asked.parse_args()
    for name in given.recipe or RECIPES:
        start = time.perf_counter()
        show(name, summaries(name, given.seeds, given.dimers))
        print(f"   {time.perf_counter() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main()
