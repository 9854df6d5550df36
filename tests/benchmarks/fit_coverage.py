"""Whether the intervals of `qdmer fit` cover the truth, and whether it rejects the size-blind law when it should.

    python tests/benchmarks/fit_coverage.py [--sets 40] [--workers 1] [--out FOLDER]

Sets of counts with known parameters: 500 dots at each of six conditions (130, 150, 170 C; 50 and 200 uM of 4.26 nm
CdS), drawn from the exact loop with 20 000 dots (self-limited), and for the size-blind sets from the constant kernel
(even sets) or from the loop with ligands that exchange freely (odd sets). E1 is drawn within 10 % and ln kf0 within 1
of the catalogue's. Each set is one file in the folder: run again, finished sets are read, not made again.
"""

import argparse
import json
import os
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from itertools import product
from pathlib import Path

os.environ.setdefault("NUMBA_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

from assembly import simulate
from assembly.rates import laws
from runs.fitting.counts import Counts
from runs.fitting.fit import fit_counts
from runs.fitting.models import catalogue, flasks_of, size_blind
from runs.recipe import load

DOTS, PARTICLES = 500, 20_000
CELSIUS, MICROMOLAR = (130.0, 150.0, 170.0), (50.0, 200.0)
PARAMETERS = ("attachment_energy_ev", "ln_prefactor", "selectivity", "self_limitation")


def drawn(recipe, truth, blind, rng):
    """Objects of 1, 2, 3 and 4 or more dots among 500 dots of one condition, (4,)."""
    flask = replace(recipe.flask(), particles=PARTICLES, replicas=1)
    law = laws(flask)
    kinds, pairs = law.kinds.copy(), law.pairs.copy()
    kinds["attachment_energy_ev"] = truth["attachment_energy_ev"]
    pairs["fusion_rate_s"] *= np.exp(truth["shift"])
    if blind == "constant":
        from runs.fitting.models import condition_of

        equations = condition_of(recipe).equations
        given = equations.given
        free = given._replace(
            attachment_energy_ev=truth["attachment_energy_ev"],
            fusion_rate_s=given.fusion_rate_s * np.exp(truth["shift"]),
        )
        meetings = equations.meetings(free)
        assert size_blind(meetings).sum() > 0.0
        sizes = rng.geometric(1.0 / (1.0 + meetings), size=DOTS)
    else:
        sizes = rng.permutation(simulate(flask, rng, law=law._replace(kinds=kinds, pairs=pairs)).clusters["size"])
    taken = sizes[: np.searchsorted(np.cumsum(sizes), DOTS) + 1]
    return np.bincount(np.minimum(taken, 4), minlength=5)[1:]


def one_set(kind, number):
    """Make and fit one set of counts."""
    rng = np.random.default_rng([2026, number, kind == "blind"])
    blind = None if kind == "limited" else ("constant" if number % 2 == 0 else "free")
    exchange = "equilibrium" if blind == "free" else "conserved"
    truth = {"attachment_energy_ev": 2.74626 * rng.uniform(0.9, 1.1), "shift": rng.uniform(-1.0, 1.0)}
    rows = [{"heating.temperature_c": t, "dots.CdS.concentration_um": c} for t, c in product(CELSIUS, MICROMOLAR)]
    made = [load("cds-dimers", {**row, "solution.ligand_exchange": exchange}) for row in rows]
    objects = np.array([drawn(recipe, truth, blind, rng) for recipe in made], dtype=float)
    counts = Counts(tuple(load("cds-dimers", row) for row in rows), tuple(rows), objects)
    flasks = flasks_of(counts)
    start = catalogue(counts, flasks)
    log_odds = flasks.reference.equations.lone_pair()[1] + truth["shift"]
    true = start._replace(
        attachment_energy_ev=truth["attachment_energy_ev"], ln_prefactor=float(-np.log1p(np.exp(-log_odds)))
    )
    began = time.perf_counter()
    report = fit_counts(counts, following=False).report
    seconds = time.perf_counter() - began
    return {
        "kind": kind,
        "number": number,
        "objects": objects.tolist(),
        "seconds": seconds,
        "truth": {
            "combination": flasks.barrier_kt(true) - true.ln_prefactor,
            "attachment_energy_ev": true.attachment_energy_ev,
            "ln_prefactor": true.ln_prefactor,
            "selectivity": flasks.selectivity(true),
            "self_limitation": 1.0,
        },
        "report": report,
    }


def kept(folder, kind, number):
    """One set, read where it was made before."""
    path = folder / f"{kind}-{number:03d}.json"
    if path.exists():
        return json.loads(path.read_text(encoding="utf-8"))
    found = one_set(kind, number)
    draft = path.with_suffix(".part")
    draft.write_text(json.dumps(found), encoding="utf-8")
    os.replace(draft, path)
    return found


def covers(found, truth):
    """Whether an interval holds the truth; an open end holds everything."""
    low, high = found["low"], found["high"]
    return (low is None or low <= truth) and (high is None or truth <= high)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--sets", type=int, default=40)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("fit-coverage"))
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    jobs = [(kind, number) for kind in ("limited", "blind") for number in range(asked.sets)]
    with ProcessPoolExecutor(asked.workers) as pool:
        made = list(pool.map(kept, [asked.out] * len(jobs), *zip(*jobs, strict=True)))
    limited = [one for one in made if one["kind"] == "limited"]
    blind = [one for one in made if one["kind"] == "blind"]
    print(
        f"seconds a fit: median {np.median([one['seconds'] for one in made]):.1f}, "
        f"most {max(one['seconds'] for one in made):.1f}"
    )
    for name in ("combination", *PARAMETERS):
        held = []
        for one in limited:
            found = one["report"]["combination"] if name == "combination" else one["report"]["parameters"].get(name)
            held.append(found is not None and covers(found, one["truth"][name]))
        print(f"{name}: the 95 % interval covers the truth in {sum(held)} of {len(held)}")
    held = [covers(one["report"]["combination"], one["truth"]["combination"]) for one in blind]
    print(f"combination of the size-blind sets: covered in {sum(held)} of {len(held)}")
    for kind, sets in (("self-limited", limited), ("size-blind", blind)):
        rejected = {
            model: sum(entry["rejected"] for one in sets for entry in one["report"]["models"] if entry["name"] == model)
            for model in ("size-blind", "self-limited", "facet-limited")
        }
        print(f"{len(sets)} {kind} sets: rejected " + ", ".join(f"{name} {n}" for name, n in rejected.items()))


if __name__ == "__main__":
    main()
