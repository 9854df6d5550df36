"""Eq. 1: equilibrium, closures, states and bad input."""

import dataclasses
import math

import numpy as np
import pytest

from physics.fusion.doublet import coalescence_neck_nm, full_strain, neck_at_strain_nm
from physics.fusion.energetics import CLOSURES, equilibrium_neck_nm, fuse, total_energy_ev
from physics.fusion.melting import molten_layer_nm
from physics.materials import material
from physics.units import EV_NM2_PER_J_M2, EV_NM3_PER_GPA

PAIRS = [("CdSe", 3.0, "CdSe", 3.0, 140.0), ("CdS", 3.05, "PbS", 4.3, 150.0), ("CdSe", 2.5, "CdS", 1.9, 170.0),
         ("CdSe", 3.0, "CdSe", 3.0, 60.0)]  # fmt: skip
GIVEN = {"shear_modulus_gpa": 0.2}


@pytest.mark.parametrize("closure", CLOSURES)
@pytest.mark.parametrize("pair", PAIRS)
def test_the_strain_is_the_minimum_of_the_energy(pair, closure):
    found = fuse(*pair, closure=closure, **GIVEN)
    strains = np.linspace(0.0, full_strain(pair[1], pair[3]), 2001)
    energy = total_energy_ev(strains, *pair, closure=closure, **GIVEN)
    here = total_energy_ev(found.strain, *pair, closure=closure, **GIVEN)
    assert here <= energy.min() + 1e-9
    assert found.energy_gain_ev == pytest.approx(energy[0] - here, rel=1e-9)
    assert found.energy_gain_ev > 0.0
    fall = np.diff(energy) < 0  # one minimum, no barrier
    assert np.count_nonzero(np.diff(fall.astype(int))) <= 1


def test_elastic_spheres_without_a_skin():
    """eps* = gam/(G R) at touching (equal spheres), with the ligand-covered contact's tension."""
    pair = fuse("CdSe", 3.0, "CdSe", 3.0, 25.0)
    assert pair.strain == pytest.approx(0.03 / (15.1 * 3.0), rel=5e-3)
    assert pair.state == "touching"


def test_strain_stays_near_the_contact_of_the_cores():
    for temperature in (120.0, 150.0, 200.0):
        share = molten_layer_nm("CdSe", 3.0, temperature) / 3.0
        assert 0.0 < fuse("CdSe", 3.0, "CdSe", 3.0, temperature).strain - share < 0.005


def test_kernel_agrees_with_the_public_answer():
    for name_a, ra, name_b, rb, temperature in PAIRS[:3]:
        bodies = []
        for name, radius in ((name_a, ra), (name_b, rb)):
            bodies += [radius, molten_layer_nm(name, radius, temperature)]
            bodies += [material(name).shear_modulus_gpa * EV_NM3_PER_GPA]
        neck = equilibrium_neck_nm(*bodies, 0.10 * EV_NM2_PER_J_M2)
        assert neck == pytest.approx(fuse(name_a, ra, name_b, rb, temperature).neck_radius_nm, rel=1e-12)


def test_kernel_limits():
    shear, tension = 94.0, 0.62
    assert equilibrium_neck_nm(3.0, 3.0, shear, 2.0, 0.1, shear, tension) == coalescence_neck_nm(3.0, 2.0)
    assert equilibrium_neck_nm(3.0, 0.3, shear, 2.0, 2.5, shear, tension) == coalescence_neck_nm(3.0, 2.0)
    # stiff cores stop exactly at contact; a vanishing pull leaves the spheres touching
    hard = equilibrium_neck_nm(3.0, 0.3, 1e9, 2.0, 0.2, 1e9, tension)
    assert hard == pytest.approx(neck_at_strain_nm(0.1, 3.0, 2.0), rel=1e-6)
    assert equilibrium_neck_nm(3.0, 0.0, shear, 2.0, 0.0, shear, 1e-12) < 1e-5
    necks = [equilibrium_neck_nm(3.0, d, shear, 2.0, d, shear, tension) for d in np.linspace(0.0, 1.9, 60)]
    assert np.all(np.diff(necks) >= 0.0)


def test_one_molten_body_takes_the_other_along():
    pair = fuse("CdSe", 1.5, "CdSe", 4.0, 150.0)
    assert pair.state == "coalesced"
    assert pair.centre_distance_nm == pytest.approx(0.0, abs=1e-9)


def test_geometry_fields_agree():
    for pair in PAIRS:
        d = fuse(*pair)
        assert d.length_nm == pytest.approx(sum(d.cap_heights_nm))
        assert d.strain == pytest.approx(1 - d.length_nm / (2 * (pair[1] + pair[3])), abs=1e-12)
        assert d.centre_distance_nm == pytest.approx(d.length_nm - sum(d.lobe_radii_nm))
        volume = sum(math.pi * h * (3 * d.neck_radius_nm**2 + h * h) / 6 for h in d.cap_heights_nm)
        assert volume == pytest.approx(4 * math.pi / 3 * (pair[1] ** 3 + pair[3] ** 3), rel=1e-12)


def test_order_of_the_arguments_does_not_matter():
    one, other = fuse("CdS", 3.05, "PbS", 4.3, 150.0), fuse("PbS", 4.3, "CdS", 3.05, 150.0)
    assert one.cap_heights_nm == pytest.approx(other.cap_heights_nm[::-1], rel=1e-12)
    assert one.strain == pytest.approx(other.strain, rel=1e-12)


def test_doublet_is_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        fuse(*PAIRS[0]).strain = 0.0


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"material_b": "CdZe"}, r"material must be one of .*did you mean 'CdSe'"),
        ({"radius_b_nm": -1.0}, "radius_b_nm must be above zero, got -1"),
        ({"radius_a_nm": math.nan}, "radius_a_nm must be finite"),
        ({"radius_a_nm": [1.0, 2.0]}, "radius_a_nm must be one number"),
        ({"temperature_c": [100.0]}, "temperature_c must be one number"),
        ({"temperature_c": math.nan}, "temperature_c must be finite"),
        ({"closure": "core-contact"}, r"closure must be one of .*did you mean 'core_contact'"),
        ({"closure": "literal"}, "shear_modulus_gpa must be given"),
        ({"closure": "literal", "shear_modulus_gpa": 0.0}, "shear_modulus_gpa must be above zero"),
        ({"closure": "reuss", "skin_modulus_gpa": -0.1}, "skin_modulus_gpa must be above zero"),
        ({"rule": "heat"}, r"rule must be one of .*did you mean 'heating'"),
        ({"hold_s": -1.0}, "hold_s must be above zero"),
    ],
)
def test_bad_input(change, sentence):
    good = dict(zip(("material_a", "radius_a_nm", "material_b", "radius_b_nm", "temperature_c"), PAIRS[0], strict=True))
    with pytest.raises(ValueError, match=sentence):
        fuse(**(good | change))


@pytest.mark.parametrize("strain", [-0.01, 0.5, math.nan])
def test_bad_strain(strain):
    with pytest.raises(ValueError, match="strain must"):
        total_energy_ev(strain, *PAIRS[0])
