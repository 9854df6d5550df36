"""Simulated shares for a fit, each kept on disk as it is made, so that an interrupted fit goes on where it stopped.

Rate equations know equal dots with necks at equilibrium. What they leave out (dispersion, facets, slow necks, explicit
contacts) is simulated at a few points around the best fit, always with the same dice (common random numbers), and laid
over them as a correction that is linear in C = E11/kT - ln P and in E11/kT.
"""

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from assembly import simulate
from assembly.population import Flask
from assembly.rate_equations import Freedom
from assembly.rates import laws
from physics.jit import source_digest
from runs.fitting.models import Flasks, Kinetics, condition_shares
from runs.recipe import Recipe

PARTICLES = 20_000  # dots simulated for a condition: its shares are good to 0.3 %, a count of 500 objects to 2 %
STEP_KT = (0.4, 1.0)  # to either side, in C and in E11/kT
HALF = 0.5  # of an object, so that sizes that did not occur have a logarithm
Array = np.ndarray


@dataclass
class Evaluations:
    """Simulated shares by what they are of; a file keeps them where one is given."""

    file: Path | None = None
    particles: int = PARTICLES
    known: dict[str, list[float]] = field(default_factory=dict)
    made: int = 0

    def __post_init__(self) -> None:
        if self.file is None or not self.file.exists():
            return
        text = self.file.read_text(encoding="utf-8")
        if text and not text.endswith("\n"):  # cut short: the next entry begins a line of its own
            with self.file.open("a", encoding="utf-8") as out:
                out.write("\n")
        for line in text.splitlines():
            try:
                entry = json.loads(line)
                self.known[entry["of"]] = [float(number) for number in entry["shares"]]
            except (ValueError, KeyError, TypeError):
                continue  # the last line of a run that was cut short

    def shares(self, flask: Flask, free: Freedom) -> Array:
        """Shares of objects of 1, 2, 3 and 4 or more dots, (4,), of one simulated replica."""
        flask = replace(flask, particles=self.particles, replicas=1)
        name = hashlib.sha256(repr((source_digest(), flask, tuple(map(float, free)))).encode()).hexdigest()[:24]
        if name not in self.known:
            self.known[name] = _simulated(flask, free).tolist()
            self.made += 1
            if self.file is not None:
                with self.file.open("a", encoding="utf-8") as out:
                    out.write(json.dumps({"of": name, "shares": self.known[name]}) + "\n")
                    out.flush()
                    os.fsync(out.fileno())
        return np.array(self.known[name])


def _simulated(flask: Flask, free: Freedom) -> Array:
    law = laws(flask)
    kinds, pairs = law.kinds.copy(), law.pairs.copy()
    kinds["attachment_energy_ev"], kinds["cover"] = free.attachment_energy_ev, free.cover
    pairs["fusion_rate_s"] = free.fusion_rate_s
    sizes = simulate(flask, law=law._replace(kinds=kinds, pairs=pairs)).clusters["size"]
    four = np.bincount(np.minimum(sizes, 4), minlength=5)[1:] + HALF
    return np.asarray(four / four.sum())


def log_ratios(shares: Array) -> Array:
    """ln(share of n / share of 1) for n = 2, 3, 4+; (..., 3)."""
    return np.log(shares[..., 1:] / shares[..., :1])


def of_log_ratios(ratios: Array) -> Array:
    """Shares, (..., 4), from the above. `ratios`: (..., 3)."""
    whole = np.concatenate([np.ones((*ratios.shape[:-1], 1)), np.exp(np.clip(ratios, -60.0, 60.0))], axis=-1)
    return np.asarray(whole / whole.sum(axis=-1, keepdims=True))


@dataclass(frozen=True)
class Correction:
    """What the simulation adds to the rate equations' log ratios: value and slopes at a centre.

    centre (2,): C and E11/kT; offset (conditions, 3); slopes (conditions, 3, 2).
    """

    flasks: Flasks
    centre: Array  # (2,) C and E11/kT
    offset: Array  # (conditions, 3)
    slopes: Array  # (conditions, 3, 2)

    def __call__(self, shares: Array, kinetics: Kinetics) -> Array:
        """The rate equations' shares (conditions, 4) at these parameters, corrected."""
        away = _place(self.flasks, kinetics) - self.centre
        away = np.clip(away, -3.0 * np.array(STEP_KT), 3.0 * np.array(STEP_KT))
        return of_log_ratios(log_ratios(shares) + self.offset + self.slopes @ away)


def _place(flasks: Flasks, kinetics: Kinetics) -> Array:
    barrier = flasks.barrier_kt(kinetics)
    return np.array([barrier - kinetics.ln_prefactor, barrier])


def correction_at(
    flasks: Flasks,
    recipes: tuple[Recipe, ...],
    kinetics: Kinetics,
    made_at: Callable[[float, float], Kinetics],
    evaluations: Evaluations,
    progress: Callable[[float], None],
) -> Correction:
    """Simulate around `kinetics`; made_at(C, E11/kT) gives parameters there."""
    centre = _place(flasks, kinetics)
    points = [centre]
    for axis, step in enumerate(STEP_KT):
        for sign in (-1.0, 1.0):
            points.append(centre + sign * step * np.eye(2)[axis])
    gaps = np.empty((len(points), len(recipes), 3))
    for p, point in enumerate(points):
        there = made_at(float(point[0]), float(min(point[1], point[0] - 1e-3)))
        for c, (recipe, condition) in enumerate(zip(recipes, flasks.conditions, strict=True)):
            free = flasks.freedom(there, condition.dose)
            objects = evaluations.particles
            smooth = condition_shares("self-limited", condition, free, there)
            seen = evaluations.shares(recipe.flask(), free)
            gaps[p, c] = log_ratios(seen) - log_ratios(smooth + HALF / objects)
            progress((p * len(recipes) + c + 1) / (len(points) * len(recipes)))
    slopes = np.stack([(gaps[2] - gaps[1]) / (2 * STEP_KT[0]), (gaps[4] - gaps[3]) / (2 * STEP_KT[1])], axis=-1)
    return Correction(flasks, centre, gaps.mean(axis=0), slopes)
