"""The fitted 55 % dimers from the pair laws alone: Smoluchowski's equations for monodisperse dots, no engine.

Clusters grow as A_n = A_1 n^p, rho_n = R n^q with the exponents of the fused doublet; ligands stay on the cluster.
"""

import math

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from physics.fusion.doublet import growth_exponent
from physics.fusion.encounter import (
    attachment_probability,
    contact_energy_ev,
    encounter_rate_nm3_s,
    escape_rate_s,
    fusion_rate_s,
    relative_diffusion_nm2_s,
    viscosity_ev_s_nm3,
)
from physics.fusion.energetics import fuse, pair_tension_ev_nm2
from physics.fusion.ligands import attachment_energy_ev, barrier_ev, conserved_cover, mean_radius_nm, starting_cover
from physics.fusion.melting import molten_layer_nm
from physics.materials import material
from physics.units import BOLTZMANN_EV_K, EV_NM3_PER_GPA, PARTICLES_NM3_PER_MICROMOLAR, kelvin

SIZES = 24
CDS = {"name": "CdS", "radius": 2.13, "micromolar": 100.0, "seconds": 3600.0}
CDSE = {"name": "CdSe", "radius": 3.0, "micromolar": 20.0, "seconds": 600.0}


def rates(name, radius, temperature_c, dose, conserved):
    """Rate constants k_ij in nm3/s of clusters of i+1 and j+1 dots in oleylamine."""
    thermal, viscosity = BOLTZMANN_EV_K * kelvin(temperature_c), viscosity_ev_s_nm3("oleylamine", temperature_c)
    pair, single = fuse(name, radius, name, radius, temperature_c), 4 * math.pi * radius**2
    p, q = growth_exponent(pair.area_nm2, single), growth_exponent(pair.lobe_radii_nm[0], radius)
    cover, energy = starting_cover(name, "oleylamine", dose), attachment_energy_ev(name, "oleylamine")
    skin, tension = molten_layer_nm(name, radius, temperature_c), pair_tension_ev_nm2(name, name, dry=True)
    shear = material(name).shear_modulus_gpa * EV_NM3_PER_GPA
    lobes = radius * np.arange(1, SIZES + 1) ** q
    covers = [conserved_cover(cover, n, n**p) if conserved else cover for n in np.arange(1.0, SIZES + 1)]
    constants = np.zeros((SIZES, SIZES))
    for i, j in np.ndindex(SIZES, SIZES):
        if i + j + 2 <= SIZES:
            mean = mean_radius_nm(lobes[i], lobes[j])
            diffusion = relative_diffusion_nm2_s(lobes[i], lobes[j], thermal, viscosity)
            attached = attachment_probability(
                fusion_rate_s(material(name).fusion_rate_s, skin, mean),
                escape_rate_s(diffusion, contact_energy_ev(mean, tension, shear), thermal),
            )
            barrier = barrier_ev(energy, covers[i], covers[j], lobes[i], lobes[j], 0.0)
            meeting = encounter_rate_nm3_s(lobes[i], lobes[j], thermal, viscosity)
            constants[i, j] = meeting * math.exp(-barrier / thermal) * attached
    return constants


def shares_of_objects(flask, temperature_c, dose=1.0, conserved=True):
    """Shares of monomers, dimers, ... among all clusters after the flask's time."""
    constants = rates(flask["name"], flask["radius"], temperature_c, dose, conserved)
    density = flask["micromolar"] * PARTICLES_NM3_PER_MICROMOLAR
    joined = np.add.outer(np.arange(SIZES), np.arange(SIZES)) + 1

    def change(_, counts):
        meetings = constants * np.outer(counts, counts) * density
        made = np.bincount(joined.ravel(), weights=0.5 * meetings.ravel(), minlength=2 * SIZES)[:SIZES]
        return made - meetings.sum(axis=1)

    start = np.eye(SIZES)[0]
    counts = solve_ivp(change, (0.0, flask["seconds"]), start, method="LSODA", rtol=1e-7, atol=1e-12).y[:, -1]
    assert counts @ np.arange(1, SIZES + 1) == pytest.approx(1.0, abs=1e-6)
    return counts / counts.sum()


@pytest.mark.parametrize(
    ("temperature_c", "monomers", "dimers", "trimers"),
    [(100, 1, 0, 0), (120, 0.866, 0.129, 0.005), (150, 0.416, 0.559, 0.025), (180, 0.139, 0.811, 0.048),
     (210, 0.040, 0.906, 0.053)],
)  # fmt: skip
def test_cds_dots_of_the_55_percent(temperature_c, monomers, dimers, trimers):
    assert shares_of_objects(CDS, temperature_c)[:3] == pytest.approx([monomers, dimers, trimers], abs=0.006)


def test_cdse_dots_of_6_nm():
    assert shares_of_objects(CDSE, 155.0)[:3] == pytest.approx([0.3755, 0.5478, 0.0721], abs=0.006)
    assert shares_of_objects(CDSE, 250.0)[:3] == pytest.approx([0.0034, 0.9673, 0.0290], abs=0.003)


def test_more_dots_make_more_than_pairs():
    of_particles = []
    for micromolar in (100.0, 1000.0):
        weights = shares_of_objects(CDS | {"micromolar": micromolar}, 150.0) * np.arange(1, SIZES + 1)
        of_particles.append(weights[2:].sum() / weights.sum())
    assert of_particles[1] / of_particles[0] > 2.5


def test_nothing_happens_without_chalcogenide_or_skin():
    assert shares_of_objects(CDS, 150.0, dose=0.0)[0] > 0.99
    assert shares_of_objects(CDS, 100.0)[0] > 0.99


def test_selectivity_goes_with_the_ligand_budget():
    """With labile ligands (equilibrium exchange) only the size factor is left to hold the dimers back."""
    conserved, equilibrium = (shares_of_objects(CDS, 150.0, conserved=kept) for kept in (True, False))
    assert equilibrium[1] < 0.35 < 0.5 < conserved[1]
