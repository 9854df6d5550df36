"""Rate equations of a flask of equal dots: how many clusters of each size, without dice.

The limit of the loop (`assembly.engine`) for an endless flask of one kind of dot without dispersion:

    dn_k/dt = 1/2 sum_{i+j=k} K_ij n_i n_j - n_k sum_j K_kj n_j                                    Smoluchowski 1916

with K_ij the loop's own rate, averaged over the bodies of the two clusters. Clusters of one, two and three dots have
one shape each, so that their rates are exact; larger ones stand for all shapes of their size as a chain. Smooth in
every parameter and a thousand times quicker than a simulation: what fits and designs search with. Dispersion, facets
and slow necks are not in it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from assembly.engine import fill
from assembly.fusing import refresh
from assembly.heating import stretches
from assembly.population import Flask
from assembly.rates import (
    AT_ONCE,
    Heat,
    Laws,
    contact_rates_s,
    fusing_share,
    heat_at,
    laws,
    meeting_rate_nm3_s,
    stiffness,
)
from assembly.state import State, empty_state
from physics.fusion.doublet import aspect_ratio, cap_height_nm
from physics.fusion.ligands import mean_radius_nm
from physics.jit import compiled
from physics.units import PARTICLES_NM3_PER_MICROMOLAR

SIZES = 24  # sizes followed one by one; what grows beyond is counted and takes no further part
RELATIVE_TOLERANCE, ABSOLUTE_TOLERANCE = 1e-8, 1e-10  # of the shares; far below what any count can see
ABSENT = 1e-14  # clusters of a size per starting dot below which the size takes no part yet
NOTHING = 1e-9  # turnover of a stage below which it changes no share


class Forms(NamedTuple):
    """What clusters of 1, 2, ... dots look like at one temperature: (sizes,) and, of their like bodies, (parts,).

    seconds: how long it lasts. swelling (sizes,): surface of n lone dots over that of the cluster, a ratio: how much
    denser its ligands stand. wide_nm (sizes,): hydrodynamic radius. start (sizes + 1,): the index at which the parts of
    each size begin. weight (parts,): share of the cluster's surface. lobe_nm, skin_nm (parts,): radius and molten
    layer.
    """

    heat: Heat
    seconds: float
    swelling: np.ndarray  # (sizes,) surface of n lone dots over that of the cluster: how much denser its ligands stand
    wide_nm: np.ndarray  # (sizes,) hydrodynamic radius
    start: np.ndarray  # (sizes + 1,) where the parts of each size begin
    weight: np.ndarray  # (parts,) share of the cluster's surface
    lobe_nm: np.ndarray  # (parts,)
    skin_nm: np.ndarray  # (parts,)


class Freedom(NamedTuple):
    """What a fit may move. `self_limitation` 1: ligands stay on their cluster; 0: the dose sets every cover.

    attachment_energy_ev: E1 at the reference radius; fusion_rate_s: k_f0; cover: the share of a surface that ligands
    cover after the dose.
    """

    attachment_energy_ev: float
    fusion_rate_s: float
    cover: float
    self_limitation: float


@dataclass(frozen=True)
class RateEquations:
    """One flask of equal dots, ready to be solved for any values of what a fit may move.

    density_nm3: dots per nm3; dimer_aspect_ratio: dimensionless, at the end.
    """

    law: Laws
    stages: tuple[Forms, ...]
    given: Freedom
    density_nm3: float  # dots per nm3
    dimer_aspect_ratio: float

    def rates_nm3_s(self, freedom: Freedom | None = None, stage: int = -1) -> np.ndarray:
        """K_ij in nm3/s, (sizes, sizes), at one stage of the heating."""
        free = self.given if freedom is None else freedom
        forms = self.stages[stage]
        cover = np.minimum(self.law.fullest_cover, free.cover * forms.swelling**free.self_limitation)
        kinds, pairs = self.law.kinds.copy(), self.law.pairs.copy()
        kinds["attachment_energy_ev"], pairs["fusion_rate_s"] = free.attachment_energy_ev, free.fusion_rate_s
        return _rates(self.law._replace(kinds=kinds, pairs=pairs, conserved=True), forms, cover)

    def lone_pair(self, freedom: Freedom | None = None, stage: int = -1) -> tuple[float, float]:
        """(E11/kT, ln(kf/koff)) of two lone dots: barrier, and log odds that a loose contact fuses before it parts."""
        free = self.given if freedom is None else freedom
        forms = self.stages[stage]
        lobe, skin, wide = forms.lobe_nm[0], forms.skin_nm[0], forms.wide_nm[0]
        cover = min(self.law.fullest_cover, free.cover)
        barrier = free.attachment_energy_ev * cover**2 * lobe / self.law.reference_radius_nm / forms.heat.thermal_ev
        fusion, escape = contact_rates_s(
            forms.heat, wide, wide, lobe, skin, free.fusion_rate_s, self.law.pairs[0, 0]["contact_energy_ev_nm"]
        )
        return barrier, float(np.log(fusion / escape)) if fusion > 0.0 else -np.inf

    def sizes(self, freedom: Freedom | None = None) -> np.ndarray:
        """Clusters of 1, 2, ... SIZES dots per starting dot, and last those that grew beyond, (SIZES + 1,).

        Dimensionless.
        """
        numbers = np.zeros(self.stages[0].wide_nm.size + 1)
        numbers[0] = 1.0
        for stage, forms in enumerate(self.stages):
            turnover = self.rates_nm3_s(freedom, stage) * self.density_nm3 * forms.seconds
            numbers = _grown(numbers, turnover)
        return numbers

    def meetings(self, freedom: Freedom | None = None) -> float:
        """K_11 N_0 t/2: how often a lone dot would have attached, were every pair as quick as two lone dots.

        Dimensionless.
        """
        whole = sum(self.rates_nm3_s(freedom, k)[0, 0] * forms.seconds for k, forms in enumerate(self.stages))
        return float(0.5 * whole * self.density_nm3)


def rate_equations(flask: Flask, sizes: int = SIZES) -> RateEquations:
    """The rate equations of a flask of one kind of dot, taken without dispersion and with necks at equilibrium.

    Raises ValueError for a flask of several kinds, of rods, or of dots joined by molecules.
    """
    if len(flask.dots) != 1 or flask.linking is not None or flask.dots[0].length_nm is not None:
        raise ValueError("flask must hold one kind of dot, no rods and no linking molecules, for rate equations")
    kind = replace(flask.dots[0], size_dispersion=0.0, cover_dispersion=0.0)
    law = laws(replace(flask, dots=(kind,), ligand_exchange="conserved"))._replace(neck_law=AT_ONCE)
    state = _chains(law, 0.5 * kind.diameter_nm, sizes)
    stages = []
    for stretch in stretches(replace(flask, neck_growth="at-once")):
        heat = heat_at(law, 0.5 * (stretch.start_k + stretch.end_k))
        stages.append(_forms(law, state, heat, stretch.end_s - stretch.start_s, sizes))
    given = Freedom(
        float(law.kinds[0]["attachment_energy_ev"]),
        float(law.pairs[0, 0]["fusion_rate_s"]),
        float(law.kinds[0]["cover"]),
        1.0 if flask.ligand_exchange == "conserved" else 0.0,
    )
    first = state.bonds[0]
    caps = [cap_height_nm(first["neck"], radius) for radius in (first["radius_a"], first["radius_b"])]
    aspect = 1.0 if first["whole"] else float(aspect_ratio(first["neck"], *caps))
    return RateEquations(law, tuple(stages), given, kind.concentration_um * PARTICLES_NM3_PER_MICROMOLAR, aspect)


def _chains(law: Laws, radius_nm: float, sizes: int) -> State:
    """A state that holds one chain of each size; the first dot of the chain of n is dot n (n - 1)/2."""
    dots = sizes * (sizes + 1) // 2
    state = empty_state(dots, 1)
    fill(law, state, np.full(dots, radius_nm), np.zeros(dots, dtype=np.int32), np.ones(dots))
    bond = 0
    for size in range(2, sizes + 1):
        head = size * (size - 1) // 2
        members = np.arange(head, head + size)
        cluster = state.clusters[head]
        state.bodies["next"][members[:-1]] = members[1:]
        cluster["size"], cluster["covered"] = size, size * cluster["covered"]
        rows = np.arange(bond, bond + size - 1)
        state.bonds["a"][rows], state.bonds["b"][rows] = members[:-1], members[1:]
        state.bonds["next"][rows] = [*rows[1:], -1]
        cluster["first_bond"] = bond
        bond += size - 1
    return state


def _forms(law: Laws, state: State, heat: Heat, seconds: float, sizes: int) -> Forms:
    """The chains at one temperature; necks that grew at an earlier one stay."""
    swelling, wide, start, parts = [], [], [0], []
    lone_nm2 = 4.0 * np.pi * state.bodies["radius"][0] ** 2
    for size in range(1, sizes + 1):
        head = size * (size - 1) // 2
        refresh(law, heat, state, head, 0.0)
        cluster = state.clusters[head]
        swelling.append(size * lone_nm2 / cluster["area"])
        wide.append(np.sqrt(cluster["area"] / (4.0 * np.pi)))
        found: dict[tuple[float, float], float] = {}
        body = int(cluster["head"])
        while body >= 0:
            row = state.bodies[body]
            key = round(float(row["lobe"]), 9), round(float(row["skin"]), 9)
            found[key] = found.get(key, 0.0) + float(row["exposed"] / cluster["area"])
            body = int(row["next"])
        parts += [(share, *key) for key, share in found.items() if share > 0.0]
        start.append(len(parts))
    weight, lobe, skin = np.array(parts).T
    swelling[0] = 1.0
    return Forms(heat, seconds, np.array(swelling), np.array(wide), np.array(start), weight, lobe, skin)


@compiled
def _rates(law: Laws, forms: Forms, cover: np.ndarray) -> np.ndarray:
    sizes = cover.size
    table = np.zeros((sizes, sizes))
    base, loose = law.pairs[0, 0].fusion_rate_s, law.pairs[0, 0].contact_energy_ev_nm
    for i in range(sizes):
        for j in range(i, sizes):
            wide_i, wide_j, total = forms.wide_nm[i], forms.wide_nm[j], 0.0
            for a in range(forms.start[i], forms.start[i + 1]):
                for b in range(forms.start[j], forms.start[j + 1]):
                    curvature = mean_radius_nm(forms.lobe_nm[a], forms.lobe_nm[b])
                    barrier = stiffness(law, 0, curvature, 1.0) ** 2 * cover[i] * cover[j]
                    skin = 0.5 * (forms.skin_nm[a] + forms.skin_nm[b])
                    fusion, escape = contact_rates_s(forms.heat, wide_i, wide_j, curvature, skin, base, loose)
                    rate = meeting_rate_nm3_s(forms.heat, barrier, wide_i, wide_j) * fusing_share(fusion, escape, False)
                    total += forms.weight[a] * forms.weight[b] * rate
            table[i, j] = law.pairs[0, 0].factor * total
            table[j, i] = table[i, j]
    return table


@compiled
def _slope(numbers: np.ndarray, turnover: np.ndarray, slope: np.ndarray) -> None:
    """dn/ds over the stage, s from 0 to 1; the last entry counts what grew beyond the sizes followed."""
    sizes = turnover.shape[0]
    slope[:] = 0.0
    largest = sizes
    while largest > 1 and abs(numbers[largest - 1]) < ABSENT:
        largest -= 1
    for i in range(largest):
        for j in range(i, largest):
            events = turnover[i, j] * numbers[i] * numbers[j]
            if i == j:
                events *= 0.5
            slope[i] -= events
            slope[j] -= events
            slope[min(i + j + 1, sizes)] += events


# Dormand and Prince 1980, order 5 with an error of order 4: rows of the tableau, and weights of the error.
_NODES = np.array(
    [
        [1 / 5, 0, 0, 0, 0, 0],
        [3 / 40, 9 / 40, 0, 0, 0, 0],
        [44 / 45, -56 / 15, 32 / 9, 0, 0, 0],
        [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729, 0, 0],
        [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656, 0],
        [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
    ]
)
_ERRORS = np.array([71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40])


@compiled
def _grown(numbers: np.ndarray, turnover: np.ndarray) -> np.ndarray:
    """Numbers after the stage. In compiled code, because a call of a library's solver costs ten times the slope itself.

    Explicit: the slowest process is always of second order, so that steps may grow as time goes on.
    """
    if turnover.max() < NOTHING:
        return numbers
    count = numbers.size
    y, trial = numbers.copy(), np.empty(count)
    slopes = np.zeros((7, count))
    _slope(y, turnover, slopes[0])
    s, step = 0.0, min(1.0, 0.01 / turnover.max())
    while s < 1.0:
        step = min(step, 1.0 - s)
        for stage in range(6):
            for k in range(count):
                sum_ = 0.0
                for earlier in range(stage + 1):
                    sum_ += _NODES[stage, earlier] * slopes[earlier, k]
                trial[k] = y[k] + step * sum_
            _slope(trial, turnover, slopes[stage + 1])
        worst = 0.0
        for k in range(count):
            error = 0.0
            for stage in range(7):
                error += _ERRORS[stage] * slopes[stage, k]
            scale = ABSOLUTE_TOLERANCE + RELATIVE_TOLERANCE * max(abs(y[k]), abs(trial[k]))
            worst = max(worst, abs(step * error) / scale)
        if worst <= 1.0:
            s += step
            y[:] = trial
            slopes[0] = slopes[6]
        step *= min(5.0, max(0.2, 0.9 * (worst + 1e-12) ** -0.2))
    return np.maximum(y, 0.0)
