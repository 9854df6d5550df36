"""Rate equations of equal dots: the constant kernel exactly, scipy's solver, and the loop they are the limit of."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from assembly import Dots, Flask, simulate
from assembly.rate_equations import Freedom, _grown, _slope, rate_equations

PROGRAMME = ((0.0, 120.0), (4.0, 160.0), (40.0, 160.0), (50.0, 60.0))


def flask(**changed):
    given = dict(
        dots=(Dots("CdS", "CdS", 4.26, 100.0),), solvent="oleylamine", ligand="oleylamine",
        chalcogenide_equivalents=1.0, temperature_c=150.0, time_min=60.0, particles=20_000, replicas=4, seed=5,
    )  # fmt: skip
    return Flask(**(given | changed))


def four(sizes):
    return np.array([*sizes[:3], sizes[3:].sum()]) / sizes.sum()


def test_constant_kernel_gives_smoluchowski_1916():
    rate = 3.0  # K N0 over the stage
    start = np.zeros(61)
    start[0] = 1.0
    made = _grown(start, np.full((60, 60), rate))
    s, k = rate / 2.0, np.arange(1, 9)
    np.testing.assert_allclose(made[:8], s ** (k - 1) / (1.0 + s) ** (k + 1), rtol=1e-6)


@pytest.mark.parametrize("changed", [{}, {"chalcogenide_equivalents": 1.5}, {"temperature_c": 210.0}])
def test_the_compiled_solver_agrees_with_scipy(changed):
    equations = rate_equations(flask(**changed))
    turnover = equations.rates_nm3_s() * equations.density_nm3 * equations.stages[0].seconds

    def slope(_, numbers):
        made = np.empty(numbers.size)
        _slope(numbers, turnover, made)
        return made

    start = np.zeros(25)
    start[0] = 1.0
    exact = solve_ivp(slope, (0.0, 1.0), start, method="LSODA", rtol=1e-10, atol=1e-13).y[:, -1]
    np.testing.assert_allclose(equations.sizes(), exact, atol=1e-7)


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"chalcogenide_equivalents": 1.25},
        {"ligand_exchange": "equilibrium"},
        {"temperature_c": 225.0},  # pairs become spheres
        {"programme": PROGRAMME, "time_min": 50.0, "temperature_c": 60.0, "particles": 3_000},
    ],
)
def test_the_loop_approaches_the_rate_equations(changed):
    of = flask(**changed)
    made = simulate(of).clusters
    shares = []
    for replica in range(of.replicas):
        sizes = np.bincount(np.minimum(made["size"][made["replica"] == replica], 4), minlength=5)[1:]
        shares.append(sizes / sizes.sum())
    own = four(rate_equations(of).sizes())
    objects = of.particles / 2
    error = np.sqrt(own * (1.0 - own) / objects / of.replicas)  # more than the loop's own scatter
    assert np.all(np.abs(np.mean(shares, axis=0) - own) < 4.0 * error + 1e-3)


def test_particles_are_kept_and_nothing_happens_without_a_skin():
    equations = rate_equations(flask())
    sizes = equations.sizes()
    assert sizes[:-1] @ np.arange(1, 25) == pytest.approx(1.0, abs=1e-7)
    cold = rate_equations(flask(temperature_c=90.0))
    assert cold.sizes()[0] == 1.0
    assert cold.lone_pair()[1] == -np.inf


def test_one_pair_is_the_same_as_the_loop_sees_it():
    equations = rate_equations(flask())
    barrier, log_odds = equations.lone_pair()
    free = equations.given
    assert free == Freedom(2.74626, 6.0e7, 1.0 / 1.7, 1.0)
    assert barrier == pytest.approx(2.74626 * (2.13 / 3.0) / 1.7**2 / (8.617333e-5 * 423.15), rel=1e-6)
    stiffer = free._replace(attachment_energy_ev=2.0 * free.attachment_energy_ev)
    ratio = equations.rates_nm3_s(stiffer)[0, 0] / equations.rates_nm3_s()[0, 0]
    assert ratio == pytest.approx(np.exp(-barrier), rel=1e-9)
    quicker = equations.rates_nm3_s(free._replace(fusion_rate_s=1e30))[0, 0] / equations.rates_nm3_s()[0, 0]
    assert quicker == pytest.approx(1.0 + np.exp(-log_odds), rel=1e-9)


def test_ligands_that_exchange_freely_take_the_selectivity_away():
    equations = rate_equations(flask())
    limited = equations.rates_nm3_s()
    free = equations.rates_nm3_s(equations.given._replace(self_limitation=0.0))
    assert limited[0, 0] == pytest.approx(free[0, 0])
    assert limited[0, 1] / limited[0, 0] < 0.1
    assert free[0, 1] / free[0, 0] > 0.6


def test_two_kinds_are_refused():
    dots = Dots("CdS", "CdS", 4.26, 100.0), Dots("PbS", "PbS", 8.6, 20.0)
    with pytest.raises(ValueError, match="one kind"):
        rate_equations(flask(dots=dots))
