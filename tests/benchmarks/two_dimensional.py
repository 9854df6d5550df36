"""Two-dimensional spectra of whole ensembles beside a plain sum over states, quantarhei and ufss: times and ratios.

The two-site task: dimers of one-level dots with static disorder and coupling, rephasing and non-rephasing, 128 x 32 x
128 points, GSB, SE and ESA. Ours takes all realisations at once; the others loop, so they are timed on a few and
counted per realisation. Compiling and importing are done before the clock starts. Then our larger tasks by themselves,
and the phase-cycled reference. Each line says the time aimed at; on a machine with other work read the processor time.

    python tests/benchmarks/two_dimensional.py [--realisations 4000] [--peer-python PATH] [--short]

`--peer-python` names the interpreter of an environment with quantarhei and ufss (extra `bench`); peers it lacks are
left out. `--short` stops after the peers.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time

import numpy as np

T1 = T3 = np.arange(128) * 4.0
T2 = np.arange(32) * 8.0
COUPLING, CENTRE, SPREAD = 100.0, 18600.0, 300.0
PER_FS = 1.8836516e-4  # rad/fs per cm-1
FEWER = 4  # ufss takes time in proportion to its delays: a quarter of each is timed, times sixteen


def two_sites(count: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    energies, dipoles = CENTRE + SPREAD * rng.normal(size=(count, 2)), 5.0 * rng.normal(size=(count, 2, 3))
    couplings = np.zeros((count, 2, 2))
    couplings[:, 0, 1] = couplings[:, 1, 0] = COUPLING
    return energies, dipoles, couplings


def plain_numpy(energies: np.ndarray, dipoles: np.ndarray, sign: float) -> np.ndarray:
    """Sum over states of one dimer, zzzz, as one writes it down: a product of three exponentials per pathway."""
    values, vectors = np.linalg.eigh(np.array([[energies[0] - CENTRE, COUPLING], [COUPLING, energies[1] - CENTRE]]))
    mu, top = vectors.T @ dipoles, energies.sum() - 2.0 * CENTRE
    up = np.array([vectors[1, k] * dipoles[0] + vectors[0, k] * dipoles[1] for k in range(2)])
    total = np.zeros((len(T1), len(T2), len(T3)), dtype=complex)

    def mean(a: np.ndarray, b: np.ndarray, c: np.ndarray, d: np.ndarray) -> float:
        return float((a @ b) * (c @ d) + (a @ c) * (b @ d) + (a @ d) * (b @ c)) / 15.0

    def add(amplitude: float, w1: float, w2: float, w3: float) -> None:
        total[...] += (amplitude * np.exp(1j * sign * PER_FS * w1 * T1)[:, None, None]
                       * np.exp(-1j * PER_FS * w2 * T2)[:, None] * np.exp(-1j * PER_FS * w3 * T3))  # fmt: skip

    for i in range(2):
        for j in range(2):
            beat, out, falls = sign * (values[j] - values[i]), *((j, i) if sign > 0 else (i, j))
            add(mean(mu[i], mu[i], mu[j], mu[j]), values[i], 0.0, values[j])
            add(mean(mu[i], mu[i], mu[j], mu[j]), values[i], beat, values[out])
            add(-mean(mu[i], mu[j], up[j], up[i]), values[i], beat, top - values[falls])
    return total


def timed(run, rounds: int = 3) -> float:
    spans = []
    for _ in range(rounds):
        start = time.perf_counter()
        run()
        spans.append(time.perf_counter() - start)
    return statistics.median(spans)


def ours(realisations: int) -> dict[str, float]:
    from physics.excitons.states import ensemble_from_arrays
    from physics.spectra.response import two_dimensional

    arrays = two_sites(realisations)
    many = ensemble_from_arrays(*arrays)

    def both(chosen) -> list[np.ndarray]:
        return [two_dimensional(chosen, T1, T2, T3, signal=s, reference_cm1=CENTRE).values
                for s in ("rephasing", "nonrephasing")]  # fmt: skip

    few = ensemble_from_arrays(*(x[:3] for x in arrays))
    same = sum(plain_numpy(e, d, 1.0) for e, d in zip(arrays[0][:3], arrays[1][:3], strict=True)) / 3
    found = both(few)[0]
    assert np.abs(found - same).max() < 1e-5 * np.abs(same).max(), "ours and the plain sum differ"
    both(many)
    return {"ours, per realisation": timed(lambda: both(many)) / realisations}


def peer_numpy() -> float:
    energies, dipoles, _ = two_sites(8)
    plain_numpy(energies[0], dipoles[0], 1.0)
    return timed(lambda: [plain_numpy(e, d, s) for e, d in zip(energies, dipoles, strict=True) for s in (1, -1)]) / 8


def peer_quantarhei() -> float:
    import quantarhei as qr
    from quantarhei.utils.vectors import X

    energies, dipoles, _ = two_sites(2)

    def run(energy: np.ndarray, dipole: np.ndarray) -> None:
        with qr.energy_units("1/cm"):
            molecules = [qr.Molecule([0.0, float(e)]) for e in energy]
            for molecule, d in zip(molecules, dipole, strict=True):
                molecule.set_dipole(0, 1, [float(x) for x in d])
                molecule.set_transition_width((0, 1), 300.0)
            aggregate = qr.Aggregate(molecules=molecules)
            aggregate.set_resonance_coupling(0, 1, COUPLING)
        aggregate.build(mult=2)
        axes = [qr.TimeAxis(0.0, len(t), float(t[1])) for t in (T1, T2, T3)]
        evolution = qr.EvolutionSuperOperator(axes[1], ham=aggregate.get_Hamiltonian())
        evolution.set_dense_dt(1)
        evolution.calculate(show_progress=False)
        lab = qr.LabSetup()
        lab.set_pulse_polarizations(pulse_polarizations=(X, X, X), detection_polarization=X)
        calculator = qr.MockTwoDResponseCalculator(*axes)
        with qr.energy_units("1/cm"):
            calculator.bootstrap(rwa=CENTRE, shape="Gaussian")
        calculator.calculate_all_system(aggregate, evolution, lab)

    run(energies[0], dipoles[0])
    return timed(lambda: run(energies[1], dipoles[1]), 1)


def peer_ufss() -> float:
    import tempfile

    from ufss.HLG.manual_H_and_D_input import manualH
    from ufss.signals.tdes import NonRephasing, Rephasing

    energies, dipoles, _ = two_sites(1)
    matrix = np.zeros((4, 4))
    matrix[1:3, 1:3] = np.diag(energies[0]) + COUPLING * (1.0 - np.eye(2))
    matrix[3, 3] = energies[0].sum()
    raising = np.zeros((4, 4, 3))
    raising[1:3, 0] = dipoles[0]
    raising[3, 1], raising[3, 2] = dipoles[0][1], dipoles[0][0]
    delays = [T1 * PER_FS * SPREAD, T2 * PER_FS * SPREAD]

    with tempfile.TemporaryDirectory() as folder:
        manualH(matrix / SPREAD, raising, savedir=folder)

        def run(kind) -> None:
            signal = kind(os.path.join(folder, "closed"))
            signal.set_impulsive_pulses(CENTRE / SPREAD)
            signal.set_t(0.05, dt=float(T3[1] * PER_FS * SPREAD))
            signal.set_pulse_delays([delays[0][::FEWER], delays[1][::FEWER]])
            signal.calculate_signal_all_delays(composite_diagrams=False)

        return FEWER**2 * timed(lambda: [run(kind) for kind in (Rephasing, NonRephasing)], 1)


AIMS = {"numpy": 200, "quantarhei": 2000, "ufss": 100_000}
PEERS = {"numpy": peer_numpy, "quantarhei": peer_quantarhei, "ufss": peer_ufss}


def peer(name: str, interpreter: str) -> float | None:
    """Seconds per realisation in another interpreter, None where the peer is missing or refuses."""
    done = subprocess.run([interpreter, __file__, "--only-peer", name], capture_output=True, text=True)
    if done.returncode:
        print(f"{name:12s} left out: {(done.stderr.strip().splitlines() or ['no message'])[-1]}")
        return None
    return float(json.loads(done.stdout.splitlines()[-1]))


def told(what: str, run, aim: float, rounds: int = 3) -> None:
    """Print the median time of a run, and the processor time of all its threads."""
    start = time.process_time()
    span = timed(run, rounds)
    busy = (time.process_time() - start) / rounds
    print(f"{what}: {span:.2f} s, processor {busy:.2f} s (aim {aim:g} s)", flush=True)


def large() -> None:
    from physics.excitons.quasi_homodimers import quasi_homodimers
    from physics.excitons.states import ensemble_from_arrays
    from physics.spectra.response import two_dimensional
    from physics.spectra.sampling import sampling_error

    many = quasi_homodimers(3.0, 0.09, 4000, np.random.default_rng(0))
    two_dimensional(many, T1, T1, T1)
    told("4000 two-band dimers, R with ESA, 128^3", lambda: two_dimensional(many, T1, T1, T1), 1.5)
    rng = np.random.default_rng(1)
    couplings = rng.normal(0.0, 30.0, (4000, 24, 24))
    chains = ensemble_from_arrays(CENTRE + SPREAD * rng.normal(size=(4000, 24)), rng.normal(size=(4000, 24, 3)),
                                  couplings + couplings.transpose(0, 2, 1))  # fmt: skip
    warm = ensemble_from_arrays(*(x[:8] for x in (chains.energies_cm1, chains.dipoles_debye, couplings * 0.0)))
    two_dimensional(warm, T1, T2, T3)
    for wanted in (("GSB", "SE"), ("GSB", "SE", "ESA")):
        told(f"4000 clusters of 24 states, R with {' '.join(wanted)}, 128 x 32 x 128",
             lambda wanted=wanted: two_dimensional(chains, T1, T2, T3, pathways=wanted), 30.0, 1)  # fmt: skip
    crowd = quasi_homodimers(3.0, 0.09, 100_000, np.random.default_rng(0))
    told("100 000 two-band dimers with the sampling error, 128^3", lambda: sampling_error(crowd, T1, T1, T1), 120.0, 1)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"  memory of all of the above at most {most:.1f} GiB (aim 4 GB)")


def reference() -> None:
    """One point (t1, t2) of one dimer of 45 levels: ground state, 8 one-exciton and 36 two-exciton ones."""
    from physics.excitons.quasi_homodimers import quasi_homodimers
    from physics.spectra.propagation import orientations, propagated
    from physics.spectra.pulses import Pulse

    one = quasi_homodimers(3.0, 0.09, 1, np.random.default_rng(0), statistics="boson", anharmonicity_cm1=200.0)

    def point(t1: float, t2: float, polarizations: str = "zzzz") -> None:
        # two coherence times are the fewest an axis has
        propagated(one, [t1, t1 + 4.0], [t2], T3, pulses=Pulse(CENTRE, 12.0), polarizations=polarizations, phases=5)

    axes = len(orientations("zzzz")[0])
    point(100.0, 150.0)
    for name, t1, t2 in (("apart", 100.0, 150.0), ("overlapping", 10.0, 10.0)):
        start, busy = time.perf_counter(), time.process_time()
        point(t1, t2)
        span, busy = ((x - y) / 2.0 for x, y in ((time.perf_counter(), start), (time.process_time(), busy)))
        print(f"reference, 45 levels, 5 x 5 phases, pulses {name}, one (t1, t2): {span / axes:.2f} s, processor "
              f"{busy / axes:.2f} s on one axis (aim 1 s); {span:.2f} s for the mean over {axes}")  # fmt: skip


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--realisations", type=int, default=4000)
    asked.add_argument("--peer-python", default=sys.executable)
    asked.add_argument("--only-peer", choices=tuple(PEERS))
    asked.add_argument("--short", action="store_true")
    given = asked.parse_args()
    if given.only_peer:
        print(json.dumps(PEERS[given.only_peer]()))
        return
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
          f"load {', '.join(f'{x:.1f}' for x in os.getloadavg())}")  # fmt: skip
    own = ours(given.realisations)["ours, per realisation"]
    print(f"{'ours':12s} {own * 1e6:12.1f} us per realisation, {own * given.realisations:.3f} s for all "
          f"{given.realisations} (aim 0.25 s for 4000)")  # fmt: skip
    for name in PEERS:
        span = peer(name, sys.executable if name == "numpy" else given.peer_python)
        if span is not None:
            print(f"{name:12s} {span * 1e6:12.1f} us per realisation, {span / own:10.0f} times ours (aim {AIMS[name]})")
    if not given.short:
        large()
        reference()
    print(f"load of the machine at the end: {', '.join(f'{x:.1f}' for x in os.getloadavg())}")


if __name__ == "__main__":
    main()
