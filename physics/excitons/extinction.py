"""How strongly dots absorb: the molar extinction that turns a measured absorbance into a concentration.

    c = A/(eps l),   eps = a D^b per mole of dots

at the first absorption maximum, or at 400 nm where that is how the law was published. D in nm, eps in 1/(M cm).
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Any

from physics.excitons.dot import check_mean_diameter, material_name, transition_energy_cm1

NM_PER_CM = 1e7


@dataclass(frozen=True)
class Extinction:
    """A published law eps = factor x D^power, 1/(M cm) and nm; `at_nm` None: at the first absorption maximum."""

    material: str
    factor: float
    power: float
    at_nm: float | None
    source: str
    standing: str


EXTINCTIONS: tuple[Extinction, ...] = (
    Extinction("CdSe", 5857.0, 2.65, None, "Yu 2003, Chem. Mater. 15, 2854", "literature"),
    Extinction("CdS", 21536.0, 2.3, None, "Yu 2003, Chem. Mater. 15, 2854", "recalled"),
    Extinction("PbS", 2.33e4, 3.0, 400.0, "Moreels 2009, ACS Nano 3, 3023", "literature"),
    Extinction("PbSe", 2.77e4, 3.0, 400.0, "Moreels 2007, Chem. Mater. 19, 6101", "literature"),
)


def extinction_law(material: Any) -> Extinction:
    """The law of a material given by name or as a catalogue entry; ValueError where none is known."""
    name = material_name(material)
    for law in EXTINCTIONS:
        if law.material == name:
            return law
    names = [law.material for law in EXTINCTIONS]
    near = difflib.get_close_matches(name, names, n=1)
    clue = f" (did you mean {near[0]!r}?)" if near else ""
    raise ValueError(f"material must be one of {', '.join(names)}, but {name!r} came{clue}")


def extinction_m1_cm1(material: Any, diameter_nm: float) -> float:
    """eps = a D^b in 1/(M cm) of bare dots; ValueError for a material without a law or a size outside its curve.

    The law and its paper stand in `extinction_law`.
    """
    law = extinction_law(material)
    check_mean_diameter(law.material, diameter_nm)
    return law.factor * float(diameter_nm) ** law.power


def extinction_wavelength_nm(material: Any, diameter_nm: float) -> float:
    """Where that extinction holds: the first absorption maximum, or the wavelength the law was published for.

    ValueError for a material without a law. The law and its paper stand in `extinction_law`.
    """
    law = extinction_law(material)
    return NM_PER_CM / transition_energy_cm1(law.material, diameter_nm) if law.at_nm is None else law.at_nm
