"""The catalogue: a blind second entry of its key numbers, derived values recomputed, labels on everything."""

import dataclasses
import math
import pickle

import numpy as np
import pytest

from physics import materials
from physics.materials import ligand, material, solvent

# Entered a second time, from the tables and not from the catalogue.
SECOND_ENTRY = {
    "CdSe": {
        "density_g_cm3": 5.81, "molar_mass_g_mol": 191.371, "bulk_melting_k": 1521, "heat_of_fusion_kj_mol": 44.8,
        "shear_modulus_gpa": 15.1, "bulk_modulus_gpa": 53.3, "latent_fraction": 0.40,
        "solid_liquid_tension_j_m2": 0.085, "skin_decay_nm": 0.300, "ligand_density_nm2": 6.0,
        "ligand_enthalpy_kj_mol": 120, "surface_melting_k": 645.8, "spreading_j_m2": 0.0992, "hinge_k": 401.3,
        "fused_tension_j_m2": 0.10, "contact_tension_j_m2": 0.03, "fusion_rate_s": 6e7, "bandgap_ev": 1.74,
        "hole_mass": 0.45, "luttinger_gamma1": 2.04, "luttinger_gamma2": 0.58, "spin_orbit_ev": 0.42,
        "crystal_field_mev": 25, "exchange_mev": 0.13, "bohr_radius_nm": 5.6, "lattice_a_nm": 0.4299,
        "lattice_c_nm": 0.7011, "kane_energy_ev": 17.5,
    },
    "CdS": {
        "density_g_cm3": 4.82, "molar_mass_g_mol": 144.476, "bulk_melting_k": 1753,
        "heat_of_fusion_kj_mol": (38.5 + 50.6) / 2, "shear_modulus_gpa": 16.9, "bulk_modulus_gpa": 61.9,
        "exchange_mev": 0.23, "kane_energy_ev": 20, "lattice_a_nm": 0.4137, "lattice_c_nm": 0.6716,
    },
    "PbS": {
        "density_g_cm3": 7.60, "molar_mass_g_mol": 239.265, "bulk_melting_k": 1386, "heat_of_fusion_kj_mol": 49.4,
        "bandgap_ev": 0.41, "electron_mass": 0.085, "hole_mass": 0.085, "dielectric_static": 169,
        "dielectric_optical": 17.2, "lattice_a_nm": 0.5936,
    },
    "PbSe": {"molar_mass_g_mol": 286.17, "bulk_melting_k": 1351, "heat_of_fusion_kj_mol": 42.3, "bandgap_ev": 0.278},
}  # fmt: skip
RANGES = {
    ("CdSe", "electron_mass"): (0.11, 0.13), ("CdSe", "dielectric_static"): (9.3, 10.2),
    ("CdSe", "dielectric_optical"): (6.1, 6.3), ("CdSe", "kane_energy_ev"): (17.5, 20),
    ("CdSe", "lo_phonon_cm1"): (208, 213), ("CdSe", "radiative_lifetime_ns"): (20, 30),
    ("CdS", "bandgap_ev"): (2.42, 2.50), ("CdS", "electron_mass"): (0.19, 0.21), ("CdS", "hole_mass"): (0.7, 0.8),
    ("CdS", "dielectric_static"): (8.3, 8.9), ("CdS", "dielectric_optical"): (5.3, 5.5),
    ("CdS", "spin_orbit_ev"): (0.062, 0.070), ("CdS", "crystal_field_mev"): (27, 28),
    ("CdS", "bohr_radius_nm"): (2.8, 3.0), ("CdS", "lo_phonon_cm1"): (300, 305),
    ("PbS", "shear_modulus_gpa"): (28, 33), ("PbS", "bulk_modulus_gpa"): (53, 57), ("PbS", "bohr_radius_nm"): (18, 20),
    ("PbS", "lo_phonon_cm1"): (205, 215), ("PbSe", "density_g_cm3"): (8.1, 8.3),
}  # fmt: skip


@pytest.mark.parametrize("name", SECOND_ENTRY)
def test_second_entry(name):
    for quantity, value in SECOND_ENTRY[name].items():
        assert getattr(material(name), quantity) == pytest.approx(value, rel=1e-12), quantity


@pytest.mark.parametrize(("name", "quantity"), RANGES)
def test_within_reported_range(name, quantity):
    low, high = RANGES[name, quantity]
    assert low <= getattr(material(name), quantity) <= high


def test_attachment_energies_are_the_fitted_joules():
    charge = 1.602176634e-19
    assert material("CdSe").attachment_energy_ev["oleylamine"] * charge == pytest.approx(2.6e-19, rel=1e-5)
    assert material("CdS").attachment_energy_ev["oleylamine"] * charge == pytest.approx(4.4e-19, rel=1e-5)
    for name in ("CdSe", "CdS", "PbS"):
        known = material(name)
        assert known.attachment_energy_ev["oleate"] == pytest.approx(
            1.3 * known.attachment_energy_ev["oleylamine"], rel=2e-3
        )
        assert known.exchange_constant == {"oleylamine": 0.70, "oleate": 0.70, "sulfide": 0.0}
    lead = material("PbS").attachment_energy_ev["oleylamine"]
    assert lead * 8.6 == pytest.approx(material("CdS").attachment_energy_ev["oleylamine"] * 6.1, rel=1e-3)


@pytest.mark.parametrize("name", ["CdS", "PbS"])
def test_scaled_parameters_recomputed_from_cdse(name):
    own, base = SECOND_ENTRY[name], SECOND_ENTRY["CdSe"]
    volume = (own["molar_mass_g_mol"] / own["density_g_cm3"]) / (base["molar_mass_g_mol"] / base["density_g_cm3"])
    turnbull = own["heat_of_fusion_kj_mol"] / base["heat_of_fusion_kj_mol"] / volume ** (2 / 3)
    known = material(name)
    assert known.surface_melting_k == pytest.approx(645.8 * own["bulk_melting_k"] / 1521, rel=1e-12)
    assert known.spreading_j_m2 == pytest.approx(0.0992 * turnbull, rel=1e-12)
    assert known.solid_liquid_tension_j_m2 == pytest.approx(0.085 * turnbull, rel=1e-12)
    assert known.skin_decay_nm == pytest.approx(0.300 * volume ** (1 / 3), rel=1e-12)
    assert known.sources["spreading_j_m2"].standing == "computed"


def test_turnbull_unit_and_spacing_of_cdse():
    assert materials.turnbull_unit_j_m2(material("CdSe")) == pytest.approx(0.5163, abs=2e-4)
    assert materials.atomic_spacing_nm(material("CdSe")) == pytest.approx(0.3013, abs=1e-4)


def hill_mean(stiffness):
    """Voigt-Reuss-Hill bulk and shear moduli of a 6x6 stiffness matrix."""
    c, s = stiffness, np.linalg.inv(stiffness)
    diagonal, off, shear = (
        (lambda m: m[0, 0] + m[1, 1] + m[2, 2]),
        (lambda m: m[0, 1] + m[0, 2] + m[1, 2]),
        (lambda m: m[3, 3] + m[4, 4] + m[5, 5]),
    )
    bulk = ((diagonal(c) + 2 * off(c)) / 9 + 1 / (diagonal(s) + 2 * off(s))) / 2
    return bulk, ((diagonal(c) - off(c) + 3 * shear(c)) / 15 + 15 / (4 * (diagonal(s) - off(s)) + 3 * shear(s))) / 2


@pytest.mark.parametrize(
    ("name", "constants"), [("CdSe", (74.1, 45.2, 39.3, 83.6, 13.2)), ("CdS", (85.8, 53.3, 46.2, 93.7, 14.9))]
)
def test_moduli_are_hill_means(name, constants):
    c11, c12, c13, c33, c44 = constants
    stiffness = np.diag([c11, c11, c33, c44, c44, (c11 - c12) / 2])
    stiffness[0, 1] = stiffness[1, 0] = c12
    stiffness[:2, 2] = stiffness[2, :2] = c13
    bulk, shear = hill_mean(stiffness)
    assert material(name).bulk_modulus_gpa == pytest.approx(bulk, abs=0.15)
    assert material(name).shear_modulus_gpa == pytest.approx(shear, abs=0.15)


def everything():
    yield from map(material, materials.materials())
    yield from map(solvent, materials.solvents())
    yield from map(ligand, materials.ligands())


@pytest.mark.parametrize("substance", list(everything()), ids=lambda s: f"{type(s).__name__}-{s.name}")
def test_every_number_carries_unit_source_and_standing(substance):
    labelled = set(substance.sources)
    for field in dataclasses.fields(substance):
        value = getattr(substance, field.name)
        if isinstance(value, float):
            assert field.name in labelled, field.name
        if isinstance(value, dict) and field.name != "sources":
            assert {f"{field.name}.{key}" for key in value} <= labelled
    for source in substance.sources.values():
        assert source.unit
        assert source.source
        assert source.standing in materials.STANDINGS or source.standing.startswith("fitted to ")


@pytest.mark.parametrize("substance", list(everything()), ids=lambda s: f"{type(s).__name__}-{s.name}")
def test_substances_travel_to_other_processes(substance):
    assert pickle.loads(pickle.dumps(substance)) == substance
    hash(substance)


def test_names():
    assert set(materials.materials()) >= {"CdSe", "CdS", "PbS"}
    assert set(materials.solvents()) >= {"octadecene", "oleylamine", "formamide"}
    assert set(materials.ligands()) >= {"oleylamine", "oleate", "sulfide", "propanedithiol"}
    assert ligand("propanedithiol").gap_nm == 0.5
    assert material(material("CdS")) is material("CdS")
    assert material("PbS").elements == ("Pb", "S")
    for name in ("CdSe", "CdS"):
        known = material(name)
        assert known.conduction_edge_ev - known.valence_edge_ev == pytest.approx(known.bandgap_ev, abs=1e-12)


@pytest.mark.parametrize(
    ("look_up", "name", "near"),
    [(material, "CdSee", "CdSe"), (material, "pbs", "PbS"), (solvent, "octadecen", "octadecene"),
     (ligand, "Oleilamine", "oleylamine")],
)  # fmt: skip
def test_unknown_name_says_the_nearest(look_up, name, near):
    with pytest.raises(ValueError, match=f"{look_up.__name__} must be one of .*did you mean '{near}'"):
        look_up(name)


@pytest.mark.parametrize("name", ["", "unobtainium", None, 3, math.nan, ["CdS"]])
def test_nonsense_name(name):
    with pytest.raises(ValueError, match="material must be one of"):
        material(name)


def test_missing_number_is_named():
    with pytest.raises(ValueError, match=r"hinge_k.*PbSe"):
        material("PbSe").known("hinge_k")


def test_catalogue_refuses_what_has_no_standing():
    table = {"name": "X", "boiling_c": {"value": 1.0, "unit": "C", "source": "s", "standing": "surely"}}
    with pytest.raises(ValueError, match="boiling_c must have a standing"):
        materials._read(materials.Solvent, table, {})
    with pytest.raises(ValueError, match="colour must be a field of Solvent"):
        materials._read(materials.Solvent, {"name": "X", "colour": "red"}, {})
