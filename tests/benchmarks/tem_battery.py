"""How honest corrected intervals are: random samples of facetted dots, seen through another point spread.

    python tests/benchmarks/tem_battery.py --cases 0-39 --out battery.jsonl --workers 2
    python tests/benchmarks/tem_battery.py --summary battery.jsonl

Case k is drawn from the seed (2611, k); its dimer share of particles is 0 (20 % coverage) for even k, 0.1 or 0.55 for
odd. Unlike the templates' dots these have a core and four corners, their point spread a tail, their tilt, elongation,
noise and contrast differ, and up to 6 % of the molecules drift into contact. Told lobe distances and gaps are off by up
to 0.3 nm. Dimers 0.97, 0.84 or 0.60 diameters. Truth is the realised share of particles in the images made.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assembly.correction import correct
from assembly.counting import count
from assembly.micrograph import Micrograph, Molecules, Scene, mixture, render
from assembly.microscopy.molecules import from_parts, lobe_radius_nm

SEED = 2611
IMAGES, DOTS_AN_IMAGE = 5, 430
DIAMETER_NM = 6.0
CORE = 0.485  # radius, in diameters
CORNERS = ((0.2, 0.31), (-0.2, 0.31), (0.2j, 0.31), (-0.2j, 0.31))  # place and radius, in diameters


@dataclass(frozen=True)
class Case:
    """One sample: what is true, and what the correction is told."""

    number: int
    shares: dict[int, float]
    lobe_nm: float
    gap_nm: float
    told_lobe_nm: float
    told_gap_nm: float
    scene: Scene
    dispersion: float


def case(number: int) -> Case:
    """Case `number`, the same for ever."""
    rng = np.random.default_rng((SEED, number))
    share = 0.0 if number % 2 == 0 else (0.1, 0.55)[number // 2 % 2]
    trimers = 0.0 if share == 0.0 else 0.05 * rng.random()
    lobe = DIAMETER_NM * (0.97, 0.97, 0.84, 0.97, 0.60)[number // 4 % 5]
    nm = float(rng.uniform(0.25, 0.6))
    coverage = 0.20 if share == 0.0 else float(rng.uniform(0.03, 0.20))
    gap = float(rng.uniform(1.0, 2.0) * nm) if number // 2 % 3 else float(rng.uniform(0.4, 1.0) * nm)
    area = IMAGES * DOTS_AN_IMAGE * np.pi / 4.0 * DIAMETER_NM**2 / coverage / IMAGES
    side = max(200, round(float(np.sqrt(area)) / nm))
    discs = 4.0 * (CORE**2 + sum(radius**2 for _, radius in CORNERS))  # coverage counts every ball
    scene = Scene(
        nm_per_pixel=nm, height_px=side, width_px=side, coverage=coverage * discs, gap_nm=gap,
        attraction=float(rng.uniform(0.0, 0.06)), tilt_deg=float(rng.uniform(3.0, 14.0)),
        elongation=float(rng.uniform(0.03, 0.08)), blur_nm=float(rng.uniform(0.3, 0.7)),
        tail_share=float(rng.uniform(0.1, 0.3)), tail_times=float(rng.uniform(2.0, 3.5)),
        contrast=0.35, thickness_power=float(rng.uniform(0.5, 1.0)), contrast_spread=float(rng.uniform(0.08, 0.2)),
        lobe_contrast_spread=float(rng.uniform(0.0, 0.08)), noise_sd=float(rng.choice([0.03, 0.07])),
        noise_correlation_px=float(rng.uniform(0.4, 0.9)), gradient=0.15, diameter_nm=DIAMETER_NM,
    )  # fmt: skip
    return Case(
        number, {1: 1.0 - share - trimers, 2: share, 3: trimers}, lobe, gap,
        lobe + float(rng.uniform(-0.3, 0.3)), max(0.05, gap + float(rng.uniform(-0.3, 0.3))),
        scene, float(rng.uniform(0.03, 0.08)),
    )  # fmt: skip


def facetted(molecules: Molecules, growth: float, rng: np.random.Generator) -> Molecules:
    """The same molecules, each ball replaced by a core and four corners turned at random; fused dots grow."""
    parts = []
    for k, dots in enumerate(molecules.dots):
        own = slice(molecules.start[k], molecules.start[k + 1])
        places, sizes = [], []
        for place, radius in zip(molecules.positions_nm[own], molecules.radii_nm[own], strict=True):
            across = 2.0 * radius * (growth if dots > 1 else 1.0)
            turn = np.exp(2j * np.pi * rng.random())
            places.append(place)
            sizes.append(CORE * across)
            for at, size in CORNERS:
                moved = at * turn * across
                places.append(place + np.array([moved.real, moved.imag, 0.0]))
                sizes.append(size * across)
        parts.append((np.array(places), np.array(sizes), int(dots)))
    return from_parts(parts)


def pictures(one: Case) -> list[Micrograph]:
    """The images of a case."""
    rng = np.random.default_rng((SEED, one.number, 1))
    present = {n: share for n, share in one.shares.items() if share > 0.0}
    molecules, weights = mixture(
        present, DIAMETER_NM, rng, size_dispersion=one.dispersion, lobe_distance_nm=one.lobe_nm, number=900
    )
    growth = lobe_radius_nm(one.lobe_nm, 0.5 * DIAMETER_NM) / (0.5 * DIAMETER_NM)
    library = facetted(molecules, growth, rng)
    return [render(library, weights, one.scene, rng) for _ in range(IMAGES)]


def truth_of(made: list[Micrograph]) -> list[float]:
    """Share of particles in molecules of 1, 2, 3, 4+ dots, of those centred in the images."""
    held = np.zeros(4)
    for one in made:
        height, width = one.image.shape
        x, y, dots = one.truth["x_px"], one.truth["y_px"], one.truth["dots"]
        inside = (x > -0.5) & (y > -0.5) & (x < width - 0.5) & (y < height - 0.5)
        held += [dots[inside & (np.minimum(dots, 4) == n)].sum() for n in (1, 2, 3, 4)]
    return [float(x) for x in held / held.sum()]


def outcome(one: Case, workers: int) -> dict[str, Any]:
    """Count and correct one case."""
    made = pictures(one)
    nm = one.scene.nm_per_pixel
    counted = [count(m.image, nm) for m in made]
    raw = np.sum([c.counts for c in counted], axis=0) * np.arange(1, 5)
    began, wall = time.process_time(), time.perf_counter()
    found = correct(
        counted, [m.image for m in made], nm, np.random.default_rng(one.number),
        lobe_distance_nm=one.told_lobe_nm, gap_nm=one.told_gap_nm, workers=workers,
    )  # fmt: skip
    return {
        "case": one.number, "truth": truth_of(made), "raw": (raw / raw.sum()).tolist(),
        "corrected": {n: list(v) for n, v in found.of_particles.items()}, "nm": nm, "gap": one.gap_nm,
        "told_gap": one.told_gap_nm, "lobe": one.lobe_nm, "told_lobe": one.told_lobe_nm,
        "coverage": float(np.mean([c.coverage for c in counted])), "attraction": one.scene.attraction,
        "warnings": found.warnings,
        "parameters": {k: v for k, v in found.parameters.items() if isinstance(v, float | int)},
        "seconds": time.process_time() - began, "wall": time.perf_counter() - wall,
    }  # fmt: skip


def line(row: dict[str, Any]) -> str:
    """One row for a person."""
    value, low, high = row["corrected"]["2"]
    p, truth, three, four = row["parameters"], row["truth"], row["corrected"]["3"][0], row["corrected"]["4+"][0]
    apart = row["told_lobe"] - row["lobe"]
    return (
        f"{row['case']:3d} d {row['lobe'] / DIAMETER_NM:.2f} ({apart:+.2f}) gap {row['gap']:.2f}"
        f" ({row['told_gap'] - row['gap']:+.2f}) px {row['nm']:.2f} cov {row['coverage']:.2f}"
        f" att {row['attraction']:.2f} |"
        f" true {row['truth'][1]:.3f} raw {row['raw'][1]:.3f} -> {value:.3f} [{low:.3f}, {high:.3f}]"
        f"{' ' if low <= truth[1] <= high else ' MISS'} | 3: {truth[2]:.3f} {three:.3f} 4+: {truth[3]:.3f} {four:.3f}"
        f" | gap {p['gap_nm']:.2f} lobe {p['lobe_distance_nm']:.2f}"
        f" dev {p['deviance_per_dof']:.1f} eff {p['effective_trials']:.1f} | {row['seconds']:.0f} s"
    )


def summary(rows: list[dict[str, Any]]) -> str:
    """Error, coverage and width by true share."""
    told = []
    groups = {
        "none, gap >= pixel": [r for r in rows if r["truth"][1] == 0.0 and r["gap"] >= r["nm"]],
        "none, gap < pixel": [r for r in rows if r["truth"][1] == 0.0 and r["gap"] < r["nm"]],
        "0.1": [r for r in rows if 0.0 < r["truth"][1] < 0.3],
        "0.55": [r for r in rows if r["truth"][1] > 0.3],
    }
    for name, own in groups.items():
        if not own:
            continue
        truth = np.array([r["truth"][1] for r in own])
        value, low, high = np.array([r["corrected"]["2"] for r in own]).T
        covered, off = (low <= truth) & (truth <= high), np.abs(value - truth)
        told.append(
            f"{name}: {len(own)} cases, mean error {off.mean():.4f}, worst {off.max():.3f}, "
            f"covered {covered.sum()}, half-width {0.5 * (high - low).mean():.3f}, highest end {high.max():.3f}, "
            f"ends {np.round(np.sort(high), 3).tolist() if truth.max() == 0.0 else ''}"
        )
        for n, column in (("3", 2), ("4+", 3)):
            triples = [(r["truth"][column], *r["corrected"][n]) for r in own]
            told.append(
                f"    {n}: mean error {np.mean([abs(v - t) for t, v, _, _ in triples]):.4f},"
                f" covered {sum(a - 1e-9 <= t <= b for t, _, a, b in triples)}"
            )
    return "\n".join(told)


def numbers(text: str) -> list[int]:
    """`0-9,40` as a list."""
    parts = [part.split("-") for part in text.split(",")]
    return [number for part in parts for number in range(int(part[0]), int(part[-1]) + 1)]


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--cases", type=numbers, default="0-39", help="e.g. 0-9,14")
    reader.add_argument("--out", type=Path, help="JSON lines, added to; cases that stand there are not run again")
    reader.add_argument("--workers", type=int, default=1)
    reader.add_argument("--summary", type=Path, help="only print the figures of a results file")
    asked = reader.parse_args()
    stored = asked.summary or asked.out
    rows = [json.loads(text) for text in stored.read_text().splitlines()] if stored and stored.is_file() else []
    if asked.summary:
        print("\n".join([*map(line, rows), summary(rows)]))
        return
    for number in asked.cases:
        if any(row["case"] == number for row in rows):
            continue
        rows.append(outcome(case(number), asked.workers))
        print(line(rows[-1]), flush=True)
        if asked.out:
            with asked.out.open("a", encoding="utf-8") as file:
                file.write(json.dumps(rows[-1]) + "\n")
    print(summary(rows))


if __name__ == "__main__":
    main()
