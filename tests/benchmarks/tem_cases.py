"""How well counts are corrected: a frozen list of virtual samples, made by the second renderer of tests/twins.

    python tests/benchmarks/tem_cases.py --cases 0-39 --out results.jsonl --workers 2
    python tests/benchmarks/tem_cases.py --summary results.jsonl

Cases 0-39 have lobe distances of 0.97, 0.84 and 0.60 dot diameters, 40-49 of 0.45, 50-59 those of the first but not
told; 60-69 hold no dimer at 20 % coverage, with gaps of 1 to 2 pixels (60-64) and below one (65-69); 70-74 are
the same with the gaps of ligands, 0.8 to 1.6 nm, added later and before any of them was counted. Told lobe distances
and gaps are off by up to 0.3 nm. Every sample is five images of some 430 dots. `--matched` lets the engine's own
renderer make the images. Each case appends one JSON line to --out; cases that stand there are not run
again. Needs the package installed. Truth is the realised share of particles in the images made.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "twins"))
from second_renderer import Sample, field_nm, pictures, true_shares

IMAGES = 5
DOTS_AN_IMAGE = 430
PRIMES = (2, 3, 5, 7, 11, 13, 19, 23, 29, 31, 41, 43, 47, 53)  # their roots' fractions are not small
DIMERS = (0.0, 0.20, 0.55, 0.90)  # of particles
DISTANCES = (0.97, 0.84, 0.60)  # dot diameters
NOISES = (0.03, 0.06)  # of the background
TOLD_WITHIN_NM = 0.3
CLASSES = ("1", "2", "3", "4+")


@dataclass(frozen=True)
class Case:
    """One sample, and what the person who counts it is told."""

    number: int
    group: str
    sample: Sample
    told_lobe_nm: float | None
    told_gap_nm: float | None
    seed: int


def even(number: int, column: int) -> float:
    """A number in [0, 1) for row and column: a frozen even spread (Kronecker's sequence), no generator needed."""
    return (0.5 + (number + 1) * math.sqrt(PRIMES[column])) % 1.0


def case(number: int) -> Case:
    """The frozen case of this number, 0 to 74."""
    if not 0 <= number < 75:
        raise ValueError(f"number must lie from 0 to 74, not {number}")
    group = "told" if number < 40 else "strong" if number < 50 else "unknown" if number < 60 else "bare"

    def between(low: float, high: float, column: int) -> float:
        return low + (high - low) * even(number, column)

    dimers = 0.0 if group == "bare" else DIMERS[number % 4]
    trimers = 0.0 if group == "bare" else between(0.0, 0.05, 0)
    pixel, gap = between(0.25, 0.60, 1), between(0.8, 1.6, 2)
    distance = 0.45 if group == "strong" else DISTANCES[(number // 4) % 3]
    if group == "strong":
        pixel = between(0.25, 0.30, 1) if number < 45 else 0.60
        dimers = DIMERS[1 + number % 3]
    if group == "bare" and number < 70:
        gap = pixel * (between(1.0, 2.0, 2) if number < 65 else between(0.4, 0.9, 2))
    sample = Sample(
        nm_per_pixel=pixel,
        dots=DOTS_AN_IMAGE,
        coverage=0.20 if group == "bare" else between(0.03, 0.20, 3),
        shares=(1.0 - dimers - trimers, dimers, trimers),
        lobe_distance=distance,
        gap_nm=gap,
        attraction=between(0.0, 0.05, 4),
        elongation=between(0.03, 0.08, 5),
        tilt_deg=between(5.0, 15.0, 6),
        contrast_spread=between(0.06, 0.15, 7),
        core_nm=between(0.3, 0.6, 8),
        tail=between(0.05, 0.25, 9),
        ramp=between(0.0, 0.15, 10),
        noise=NOISES[(number // 2 + number // 4) % 2],
        noise_pixels=between(0.5, 1.2, 11),
    )
    lobe = None if group == "unknown" else distance * sample.dot_diameter_nm + between(-1, 1, 12) * TOLD_WITHIN_NM
    told_gap = max(0.0, gap + between(-1, 1, 13) * min(TOLD_WITHIN_NM, gap))
    return Case(number, group, sample, lobe, told_gap, 20_261_121 + number)


def images_of(one: Case, matched: bool) -> tuple[list[np.ndarray], np.ndarray]:
    """The images, and their true shares of particles."""
    if matched:
        return _matched_images(one)
    shown = pictures(one.sample, IMAGES, one.seed)
    return [made.image for made in shown], true_shares(shown)


def _matched_images(one: Case) -> tuple[list[np.ndarray], np.ndarray]:
    """The same sample by the renderer behind the templates: round dots, no tail, no attraction."""
    from assembly.micrograph import Scene, mixture, render

    sample, streams = one.sample, np.random.SeedSequence(one.seed).spawn(IMAGES)
    side = round(field_nm(sample) / sample.nm_per_pixel)
    scene = Scene(
        nm_per_pixel=sample.nm_per_pixel, height_px=side, width_px=side, coverage=sample.coverage,
        gap_nm=sample.gap_nm, tilt_deg=sample.tilt_deg, elongation=sample.elongation, blur_nm=sample.core_nm,
        contrast=sample.contrast, contrast_spread=sample.contrast_spread, diameter_nm=sample.dot_diameter_nm,
        noise_sd=sample.noise, noise_correlation_px=sample.noise_pixels, gradient=sample.ramp,
    )  # fmt: skip
    images, held = [], np.zeros(4)
    for stream in streams:
        rng = np.random.default_rng(stream)
        molecules, weights = mixture(
            dict(enumerate(sample.shares, 1)), sample.dot_diameter_nm, rng, size_dispersion=sample.size_spread,
            lobe_distance_nm=sample.lobe_distance * sample.dot_diameter_nm,
        )  # fmt: skip
        seen = render(molecules, weights, scene, rng)
        images.append(seen.image)
        held += np.array(list(seen.of_particles().values())) * seen.truth["dots"].sum()
    return images, held / held.sum()


def outcome(one: Case, matched: bool, workers: int) -> dict[str, Any]:
    """Truth, raw, corrected with its interval, warnings and seconds of one case."""
    from assembly.correction import correct
    from assembly.counting import Choices, count

    images, truth = images_of(one, matched)
    started = time.perf_counter()
    counted = [count(image, one.sample.nm_per_pixel, Choices()) for image in images]
    found = correct(
        counted,
        images,
        one.sample.nm_per_pixel,
        np.random.default_rng(one.seed + 1),
        lobe_distance_nm=one.told_lobe_nm,
        gap_nm=one.told_gap_nm,
        workers=workers,
    )
    raw = np.sum([seen.counts for seen in counted], axis=0) * np.arange(1, 5)
    return {
        "case": one.number,
        "group": one.group,
        "matched": matched,
        "truth": truth.tolist(),
        "raw": (raw / max(raw.sum(), 1)).tolist(),
        "corrected": [list(map(float, found.of_particles[name])) for name in CLASSES],
        "deviance_per_dof": found.deviance_per_dof,
        "warnings": list(found.warnings),
        "seconds": round(time.perf_counter() - started, 1),
        "sample": asdict(one.sample),
    }


def line(row: dict[str, Any]) -> str:
    """One case on one line."""
    (value, low, high), truth, sample = row["corrected"][1], row["truth"][1], row["sample"]
    mark = " " if low <= truth <= high else "*"
    return (
        f"{row['case']:3d} {row['group']:8s}{'=' if row['matched'] else ' '} d={sample['lobe_distance']:.2f} "
        f"{sample['nm_per_pixel']:.2f} nm/px cover {sample['coverage']:.2f} noise {sample['noise']:.2f}  "
        f"true {truth:.3f} raw {row['raw'][1]:.3f} ({row['raw'][1] - truth:+.3f})  corrected {value:.3f} "
        f"({value - truth:+.3f}) [{low:.3f}, {high:.3f}]{mark} chi2 {row['deviance_per_dof'] or math.nan:.2f} "
        f"{row['seconds']:.0f} s{'  undecided' if _undecided(row) else ''}"
    )


def _undecided(row: dict[str, Any]) -> bool:
    return any("undecided" in sentence.lower() for sentence in row["warnings"])


def figures(rows: list[dict[str, Any]]) -> str:
    """Mean and worst error, intervals that hold the truth, and their mean half-width, of one group of cases."""
    truth = np.array([row["truth"][1] for row in rows])
    raw = np.abs(np.array([row["raw"][1] for row in rows]) - truth)
    value, low, high = np.array([row["corrected"][1] for row in rows]).T
    error, held = np.abs(value - truth), (low <= truth) & (truth <= high)
    return (
        f"{len(rows)} cases: corrected mean error {error.mean():.3f}, worst {error.max():.3f}, interval holds the "
        f"truth in {held.sum()} of {len(rows)}, mean half-width {0.5 * (high - low).mean():.3f}; "
        f"raw mean {raw.mean():.3f}, worst {raw.max():.3f}"
    )


def bare_figures(rows: list[dict[str, Any]]) -> str:
    """Of samples without a dimer: does the interval hold 0, how high does it reach, was there a warning."""
    low, high = np.array([row["corrected"][1][1:] for row in rows]).T
    warned = sum(bool(row["warnings"]) for row in rows)
    return (
        f"{len(rows)} cases: interval holds 0 in {(low <= 1e-9).sum()}, highest upper end {high.max():.3f}, "
        f"mean {high.mean():.3f}, warned in {warned}"
    )


def coarse_figures(rows: list[dict[str, Any]]) -> str:
    widths = np.array([row["corrected"][1][2] - row["corrected"][1][1] for row in rows])
    told = sum(_undecided(row) for row in rows)
    return f"undecided in {told} of {len(rows)}, narrowest interval {widths.min():.3f}; {figures(rows)}"


Chosen = Callable[[dict[str, Any]], bool]
GROUPS: tuple[tuple[str, Chosen, Callable[[list[dict[str, Any]]], str]], ...] = (
    ("lobe distance told", lambda row: row["group"] == "told", figures),
    ("0.45 diameters, fine", lambda row: row["group"] == "strong" and row["case"] < 45, figures),
    ("0.45 diameters, 0.6 nm/px", lambda row: row["group"] == "strong" and row["case"] >= 45, coarse_figures),
    ("lobe distance unknown", lambda row: row["group"] == "unknown", figures),
    ("no dimer, gap of a pixel", lambda row: row["group"] == "bare" and row["case"] < 65, bare_figures),
    ("no dimer, gap below one", lambda row: row["group"] == "bare" and 65 <= row["case"] < 70, bare_figures),
    ("no dimer, gap of ligands", lambda row: row["group"] == "bare" and row["case"] >= 70, bare_figures),
)


def summary(rows: list[dict[str, Any]]) -> str:
    """The figures of every group that has cases, the matched ones apart."""
    told = []
    for matched in (False, True):
        for name, belongs, of in GROUPS:
            own = [row for row in rows if row["matched"] is matched and belongs(row)]
            if own:
                told.append(f"{name}{', matched nuisances' if matched else ''}: {of(own)}")
    return "\n".join(told)


def rows_of(path: Path) -> list[dict[str, Any]]:
    """What stands in a results file; of several lines about one case the last."""
    if not path.is_file():
        return []
    rows = (json.loads(text) for text in path.read_text(encoding="utf-8").splitlines() if text.strip())
    return list({(row["case"], row["matched"]): row for row in rows}.values())


def numbers(text: str) -> list[int]:
    """`0-9,40` as a list."""
    parts = [part.split("-") for part in text.split(",")]
    return [number for part in parts for number in range(int(part[0]), int(part[-1]) + 1)]


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--cases", type=numbers, default="0-74", help="e.g. 0-9,40")
    reader.add_argument("--out", type=Path, help="JSON lines, added to")
    reader.add_argument("--workers", type=int, default=1)
    reader.add_argument("--matched", action="store_true", help="images by the engine's own renderer")
    reader.add_argument("--dots", type=int, default=DOTS_AN_IMAGE, help="in an image, for a quick look")
    reader.add_argument("--summary", type=Path, help="only print the figures of a results file")
    asked = reader.parse_args()
    if asked.summary:
        rows = sorted(rows_of(asked.summary), key=lambda row: (row["matched"], row["case"]))
        print("\n".join([*map(line, rows), summary(rows)]))
        return
    done = rows_of(asked.out) if asked.out else []
    for number in asked.cases:
        if any(row["case"] == number and row["matched"] is asked.matched for row in done):
            continue
        one = case(number)
        one = replace(one, sample=replace(one.sample, dots=asked.dots))
        row = outcome(one, asked.matched, asked.workers)
        done.append(row)
        print(line(row), flush=True)
        if asked.out:
            with asked.out.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row) + "\n")
    print(summary(done))


if __name__ == "__main__":
    main()
