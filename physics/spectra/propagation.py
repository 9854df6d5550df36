"""The slow, exact reference: the density matrix of every cluster, driven by three phase-modulated pulses.

Nothing is expanded in the field. In the rotating-wave approximation rho' = -i [H0 - E(t) mu+ - E*(t) mu-, rho] and
decays, with E(t) = E0/2 sum_n e(t - t_n) exp(i phi_n - i w_n t), is integrated by fourth-order Runge-Kutta in the
interaction picture; between pulses the free evolution is exact. phi_1 and phi_2 run over M phases each (phi_3 = 0) and
S(l, m) = M^-2 sum rho exp(-i (l phi_1 + m phi_2)) picks a phase-matching direction: rephasing (-1, 1), non-rephasing
(1, -1) (Hamilton 2023; Kjellberg 2006). Pulses may overlap: all phases are then carried through all of them. The sum
over a pulse's phases is done as soon as that pulse is over: what follows is linear in rho and does not know the phase.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray
from scipy.spatial.transform import Rotation

from physics.excitons.states import Ensemble, Excitons
from physics.jit import compiled
from physics.spectra.pulses import Pulse, field_area_fs, field_envelope, polarization_vectors
from physics.spectra.question import SIGNALS, Plan, Question, plan, waiting_classes
from physics.spectra.two_excitons import two_excitons
from physics.units import RADIANS_PER_FS_CM1

Array = NDArray[np.float64]
Complex = NDArray[np.complex128]
Whole = NDArray[np.intp]
WINDOW = 3.2  # of the pulse's duration, on either side, where the field acts; its envelope there is 7e-7
LONGEST_STEP_FS = 1.0  # and a tenth of the shortest pulse; halving it moves the result by 1e-10 (measured)
DIRECTIONS = {name: np.array([-sign, sign]) for name, sign in SIGNALS.items()}


class System(NamedTuple):
    """One cluster seen along the polarisations: state 0 the ground state, then n one- and f two-exciton states.

    evolution (d, d, 1): d rho_ab/dt = evolution_ab rho_ab, 1/fs, in the frame rotating once per exciton; upper, lower
    (m,) the states that a transition joins, dipoles (4, m) along each polarisation, Debye; return_rate 1/fs, of
    populations to the ground state; ones n.
    """

    evolution: Complex
    upper: Whole
    lower: Whole
    dipoles: Array
    return_rate: float
    ones: int


class Field(NamedTuple):
    """Three pulses: centres in time, detunings from the frame (rad/fs), half the peak field times 1 Debye (rad/fs)."""

    pulses: tuple[Pulse, ...]
    centres_fs: tuple[float, ...]
    detunings: tuple[float, ...]
    strength: float

    def window(self, number: int) -> tuple[float, float]:
        """First and last instant in fs at which pulse `number` (0, 1, 2) acts."""
        reach = WINDOW * self.pulses[number].duration_fs
        return self.centres_fs[number] - reach, self.centres_fs[number] + reach

    def amplitude(self, number: int, time_fs: float) -> complex:
        """Amplitude of pulse `number` at an instant in the rotating frame, rad/fs for 1 Debye; 0 outside its window."""
        start, end = self.window(number)
        if not start <= time_fs <= end:
            return 0.0j
        since = time_fs - self.centres_fs[number]
        envelope = float(field_envelope(since, self.pulses[number]))
        return self.strength * envelope * complex(math.cos(self.detunings[number] * since),
                                                  -math.sin(self.detunings[number] * since))  # fmt: skip


def systems(task: Plan, number: int, axes_: Array) -> System:
    """Cluster `number` of the ensemble with the four polarisation vectors `axes_` (4, 3) in its own frame.

    Unit vectors, dimensionless.
    """
    block = next(block for block in task.many.blocks if number in block.clusters)
    row = int(np.flatnonzero(block.clusters == number)[0])
    rows, rules = slice(row, row + 1), task.rules
    energies, dipoles = block.energies_cm1[row], block.dipoles_debye[row]
    doubles, ladder = two_excitons(block, rows, task.many.statistics == "boson", task.binding_cm1,
                                   task.interaction_cm1)  # fmt: skip
    ones = len(energies)
    levels = np.concatenate([[0.0], energies - rules.reference_cm1, doubles[0] - 2.0 * rules.reference_cm1])
    raising = np.zeros((4, len(levels), len(levels)))
    raising[:, 1 : 1 + ones, 0] = axes_ @ dipoles.T
    raising[:, 1 + ones :, 1 : 1 + ones] = np.einsum("pc,fic->pfi", axes_, ladder[0])
    quanta = np.repeat([0, 1, 2], [1, ones, len(levels) - 1 - ones])
    rates = rules.optical_rate * (quanta[:, None] != quanta[None, :])
    rates[1 : 1 + ones, 1 : 1 + ones] = rules.rates[waiting_classes(block.labels, task.lifetimes_fs)]
    phases = RADIANS_PER_FS_CM1 * (levels[:, None] - levels[None, :])
    upper, lower = np.nonzero(raising.any(axis=0))
    evolution = (-1j * phases - rates)[..., None]
    return System(evolution, upper, lower, raising[:, upper, lower], float(rules.rates[0]), ones)


@compiled
def _add_commutators(state: Array, up: Array, down: Array, upper: Whole, lower: Whole, dipoles: Array) -> None:
    """up += [mu+, rho], down += [mu-, rho]; all (d, d, 2 b), real and imaginary parts side by side."""
    size, width = state.shape[0], state.shape[2]
    for m in range(upper.size):
        p, q, c = upper[m], lower[m], dipoles[m]
        if c == 0.0:
            continue
        for x in range(size):
            for s in range(width):
                up[p, x, s] += c * state[q, x, s]
                down[q, x, s] += c * state[p, x, s]
                up[x, q, s] -= c * state[x, p, s]
                down[x, p, s] -= c * state[x, q, s]


def _driven(state: Complex, system: System, amplitudes: Complex) -> Complex:
    """i [sum_n E_n mu+_n + E*_n mu-_n, rho] and the return to the ground state; state (d, d, b), amplitudes (3, b)."""
    change = np.zeros_like(state)
    fields: dict[int, Complex] = {}
    for pulse in range(3):  # pulses of one polarisation act as one field
        twin = next(n for n in range(3) if np.array_equal(system.dipoles[n], system.dipoles[pulse]))
        fields[twin] = fields[twin] + amplitudes[pulse] if twin in fields else amplitudes[pulse]
    for pulse, field in fields.items():
        if not field.any():
            continue
        up, down = np.zeros_like(state), np.zeros_like(state)
        _add_commutators(state.view(float), up.view(float), down.view(float), system.upper, system.lower,
                         system.dipoles[pulse])  # fmt: skip
        up *= 1j * field
        down *= 1j * field.conj()
        change += up
        change += down
    if system.return_rate:
        inside = np.arange(1, 1 + system.ones)
        change[0, 0] += system.return_rate * state[inside, inside].sum(axis=0)
    return change


def _free(state: Complex, system: System, span_fs: float) -> Complex:
    """Exact evolution without light."""
    moved = state * np.exp(system.evolution * span_fs)
    if system.return_rate:
        inside = np.arange(1, 1 + system.ones)
        moved[0, 0] += state[inside, inside].sum(axis=0) * -math.expm1(-system.return_rate * span_fs)
    return moved


def _pulsed(state: Complex, system: System, field: Field, phases: Complex, start: float, end: float,
            longest_step: float, watched: list[tuple[float, Complex]] | None = None) -> Complex:  # fmt: skip
    """Runge-Kutta from `start` to `end`; phases (3, b) of each pulse in each member of the batch.

    The decay of populations is carried by the interaction picture, their return to the ground state by the drive.
    """
    steps = max(1, math.ceil((end - start) / longest_step))
    step = (end - start) / steps
    half = np.exp(system.evolution * (0.5 * step))
    whole = half * half

    def drive(matrix: Complex, time: float) -> Complex:
        amplitudes = np.array([field.amplitude(n, time) for n in range(3)])
        return _driven(matrix, system, amplitudes[:, None] * phases)

    for number in range(steps):
        time = start + number * step
        if watched is not None:
            watched.append((time, state))
        first = drive(state, time)
        second = drive(half * (state + 0.5 * step * first), time + 0.5 * step)
        third = drive(half * state + 0.5 * step * second, time + 0.5 * step)
        fourth = drive(whole * state + step * (half * third), time + step)
        state = whole * (state + step / 6.0 * first) + step / 3.0 * half * (second + third) + step / 6.0 * fourth
    return state


def _after_pulses(system: System, field: Field, phases: int, directions: Array, longest_step: float,
                  watched: list[tuple[float, Complex]] | None) -> tuple[Complex, float]:  # fmt: skip
    """The state (d, d, directions) at the end of the last pulse, and that time.

    Spans between the edges of the pulses' windows are driven or free. The batch has two axes, of pulse 1 and pulse 2:
    one member before a pulse, M phases under it, one member per direction after it.
    """
    windows = [field.window(n) for n in range(3)]
    edges = sorted({edge for window in windows for edge in window})
    size = len(system.evolution)
    state = np.zeros((size, size, 1, 1), dtype=complex)
    state[0, 0] = 1.0
    turn = np.exp(2j * np.pi / phases * np.arange(phases))
    carried = [np.ones(1, dtype=complex), np.ones(1, dtype=complex)]
    over, matched = [False, False], False
    for start, end in pairwise(edges):
        active = [n for n in range(3) if windows[n][0] <= start and end <= windows[n][1]]
        for pulse in (0, 1):
            if pulse in active and len(carried[pulse]) == 1:
                state, carried[pulse] = np.repeat(state, phases, axis=2 + pulse), turn
            if not over[pulse] and start >= windows[pulse][1]:
                state = _projected(state, pulse, turn, directions[:, pulse])
                carried[pulse], over[pulse] = np.ones(len(directions), dtype=complex), True
        if all(over) and not matched:
            state, matched = _matched(state)[..., None], True
            carried = [np.ones(len(directions), dtype=complex), np.ones(1, dtype=complex)]
        shape = state.shape[2:]
        flat = np.ascontiguousarray(state).reshape(size, size, -1)
        if not active:
            state = _free(flat, system, end - start).reshape(state.shape)
            continue
        factors = np.stack([np.broadcast_to(carried[0][:, None], shape).ravel(),
                            np.broadcast_to(carried[1], shape).ravel(), np.ones(flat.shape[2])])  # fmt: skip
        seen = watched if active == [2] and matched else None
        state = _pulsed(flat, system, field, factors, start, end, longest_step, seen).reshape(state.shape)
    for pulse in (0, 1):
        if not over[pulse]:
            state = _projected(state, pulse, turn, directions[:, pulse])
    return state[..., 0] if matched else _matched(state), edges[-1]


def _matched(state: Complex) -> Complex:
    """(d, d, directions) of (d, d, directions, directions): pulse 1 and pulse 2 of the same direction."""
    kept = np.arange(state.shape[2])
    return state[:, :, kept, kept]


def _projected(state: Complex, pulse: int, turn: Complex, orders: Array) -> Complex:
    """(1/M) sum over one pulse's phases of rho exp(-i l phi) for each of the orders l, on that pulse's axis."""
    weights = turn[:, None] ** -orders / len(turn)
    return np.moveaxis(np.tensordot(state, weights, axes=(2 + pulse, 0)), -1, 2 + pulse)


def orientations(polarizations: str | Sequence[float] | ArrayLike) -> tuple[Array, Array]:
    """(m, 4, 3) polarisations turned over a set of rotations, and weights (m,), that average rank 4 exactly.

    The 60 rotations of the icosahedron (exact to rank 5); six axes are enough where all polarisations are parallel.
    polarizations as in `pulses.polarization_vectors`, whose ValueError passes through. Unit vectors and shares,
    dimensionless.
    """
    vectors, group = polarization_vectors(polarizations), Rotation.create_group("I")
    parallel = np.allclose(vectors, vectors[0])
    if parallel:  # start on a fivefold axis: it has six images, a line at random sixty
        turns = group.as_rotvec()
        fivefold = turns[np.argmin(np.abs(np.linalg.norm(turns, axis=1) - 0.4 * np.pi))]
        vectors = np.broadcast_to(fivefold / np.linalg.norm(fivefold), (4, 3))
    turned = np.einsum("rab,pb->rpa", group.as_matrix(), vectors)
    if parallel:
        kept: list[Array] = []
        for sample in turned:
            if not any(abs(sample[0] @ other[0]) > 1.0 - 1e-9 for other in kept):
                kept.append(sample)
        turned = np.array(kept)
    return turned, np.full(len(turned), 1.0 / len(turned))


def propagated(
    ensemble: Ensemble | Excitons,
    t1_fs: ArrayLike,
    t2_fs: ArrayLike,
    t3_fs: ArrayLike,
    *,
    pulses: Pulse | Sequence[Pulse],
    field_rad_fs_debye: float = 1e-4,
    phases: int = 5,
    longest_step_fs: float = LONGEST_STEP_FS,
    reference_cm1: float | None = None,
    optical_dephasing_fs: float = math.inf,
    coherence_dephasing_fs: float = math.inf,
    population_lifetime_fs: float = math.inf,
    polarizations: str | Sequence[float] | ArrayLike = "zzzz",
    binding_cm1: float | None = None,
    interaction_cm1: float = 0.0,
) -> xr.Dataset:
    """Rephasing and non-rephasing S(t1, t2, t3) of the driven density matrix, Debye^4, as `two_dimensional` has it.

    P of each direction is divided by -i theta^3, theta = field_rad_fs_debye/2 x the pulses' mean area, so that a weak
    field gives the perturbative response; field_rad_fs_debye is the peak field times 1 Debye over hbar. Deviations grow
    as its square. Variables `rephasing`, `nonrephasing`. Detection times before the third pulse's window has closed are
    read off the state under the pulse where the three windows are apart; else they are NaN. ValueError as in
    `two_dimensional`, and for fewer than 3 phases or a field not above 0. Axes (n,) in fs; polarizations as in
    `two_dimensional`, averaged by `orientations`.
    """
    asked = Question(reference_cm1=reference_cm1, optical_dephasing_fs=optical_dephasing_fs,
                     coherence_dephasing_fs=coherence_dephasing_fs, population_lifetime_fs=population_lifetime_fs,
                     polarizations=polarizations, pulses=pulses, binding_cm1=binding_cm1,
                     interaction_cm1=interaction_cm1)  # fmt: skip
    if pulses is None:
        raise ValueError("pulses must be one Pulse or three, as the reference has no impulsive limit, but None came")
    if not (isinstance(phases, (int, np.integer)) and phases >= 3):
        raise ValueError(f"phases must be a whole number, 3 or more, but {phases!r} came")
    for name, value in (("field_rad_fs_debye", field_rad_fs_debye), ("longest_step_fs", longest_step_fs)):
        if not (math.isfinite(value) and value > 0.0):
            raise ValueError(f"{name} must be finite and above 0, but {value!r} came")
    task = plan(ensemble, t1_fs, t2_fs, t3_fs, asked)
    turned, weights = orientations(polarizations)
    shares = task.many.weights / task.many.weights.sum()
    total = np.zeros((2, *task.times.shape), dtype=complex)
    for number, share in enumerate(shares):
        for vectors, weight in zip(turned, weights, strict=True):
            system = systems(task, number, vectors)
            total += share * weight * _cube(system, task, 0.5 * field_rad_fs_debye, int(phases), longest_step_fs)
    coordinates = {f"t{n + 1}": (f"t{n + 1}", axis, {"units": "fs"}) for n, axis in enumerate(task.times)}
    attributes = {"units": "Debye^4", "reference_cm1": task.rules.reference_cm1, "phases": int(phases),
                  "field_rad_fs_debye": field_rad_fs_debye, "method": "density matrix"}  # fmt: skip
    return xr.Dataset({name: (("t1", "t2", "t3"), total[n], {**attributes, "signal": name})
                       for n, name in enumerate(DIRECTIONS)}, coordinates, attributes)  # fmt: skip


def _cube(system: System, task: Plan, strength: float, phases: int, longest_step: float) -> Complex:
    times, pulses = task.times, task.rules.pulses
    area = math.prod(field_area_fs(pulse) for pulse in pulses[:3])
    detunings = tuple(RADIANS_PER_FS_CM1 * (pulse.centre_cm1 - task.rules.reference_cm1) for pulse in pulses[:3])
    directions = np.array(list(DIRECTIONS.values()))
    longest_step = min(longest_step, 0.1 * min(pulse.duration_fs for pulse in pulses[:3]))
    total = np.zeros((2, *times.shape), dtype=complex)
    for a, t1 in enumerate(times.t1):
        for b, t2 in enumerate(times.t2):
            field = Field(pulses[:3], (0.0, float(t1), float(t1 + t2)), detunings, strength)
            watched: list[tuple[float, Complex]] = []
            state, end = _after_pulses(system, field, phases, directions, longest_step, watched)
            total[:, a, b] = _detected(state, end, system, t1 + t2 + times.t3, watched)
    return total / (-1j * strength**3 * area)


def _detected(state: Complex, end: float, system: System, moments: Array,
              watched: list[tuple[float, Complex]]) -> Complex:  # fmt: skip
    """Tr(mu- rho) at each moment; under the third pulse from the nearest watched state before it, evolved freely."""
    upper, lower, dipole = system.upper, system.lower, system.dipoles[3]
    found = np.full((state.shape[2], len(moments)), np.nan + 0.0j)
    late = moments >= end - 1e-9
    turning = np.exp(system.evolution[upper, lower] * (moments[late] - end))
    found[:, late] = np.einsum("n,nk,nt->kt", dipole, state[upper, lower], turning)
    if watched:
        instants = np.array([time for time, _ in watched])
        for number in np.flatnonzero(~late):
            place = int(np.searchsorted(instants, moments[number] + 1e-9)) - 1
            if place >= 0:
                moved = _free(watched[place][1], system, moments[number] - instants[place])
                found[:, number] = dipole @ moved[upper, lower]
    return found
