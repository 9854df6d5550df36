"""One dot: its first transition against its diameter (published sizing curves) and its transition dipole.

A sizing curve is used exactly as it was published: where the paper gives the diameter as a polynomial of the
wavelength, the wavelength of a diameter is the polynomial's root, found to machine precision, never a second fit.
"""

from __future__ import annotations

import difflib
import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from physics import materials
from physics.units import CM1_PER_EV, DEBYE_C_M, ELECTRON_MASS_KG, ELEMENTARY_CHARGE_C, HC_EV_NM, PLANCK_J_S

Array = NDArray[np.float64]


@dataclass(frozen=True)
class SizingCurve:
    """A published relation between the diameter D (nm) and the first absorption maximum of a dot.

    `form` "diameter_of_wavelength": D = sum_k coefficients[k] lambda^k, lambda in nm.
    `form` "energy_of_diameter": E = c0 + 1/(c1 D^2 + c2 D + c3), E in eV.
    `smallest_nm`, `largest_nm`: where the curve may be used; outside it is an error or, in a distribution, clipped.
    """

    material: str
    name: str
    form: Literal["diameter_of_wavelength", "energy_of_diameter"]
    coefficients: tuple[float, ...]
    smallest_nm: float
    largest_nm: float
    source: str
    standing: str

    def wavelengths_nm(self, diameter_nm: Array) -> Array:
        """Wavelength lambda (nm) of the first transition of a dot within the range; same shape.

        The coefficients are those of the paper in `source`.
        """
        if self.form == "energy_of_diameter":
            c0, c1, c2, c3 = self.coefficients
            return HC_EV_NM / (c0 + 1.0 / (c1 * diameter_nm**2 + c2 * diameter_nm + c3))
        table = np.linspace(*_BRANCHES_NM[self.material], 801)
        wavelength = np.interp(diameter_nm, np.polynomial.polynomial.polyval(table, self.coefficients), table)
        slope = np.polynomial.polynomial.polyder(self.coefficients)
        for _ in range(5):  # Newton from within 0.3 nm on a monotone branch: quadratic, at machine precision after 4
            misfit = np.polynomial.polynomial.polyval(wavelength, self.coefficients) - diameter_nm
            wavelength = wavelength - misfit / np.polynomial.polynomial.polyval(wavelength, slope)
        return wavelength

    def diameters_nm(self, wavelength_nm: Array) -> Array:
        """Diameter D (nm) of the dot whose first transition lies at `wavelength_nm`; same shape.

        The coefficients are those of the paper in `source`.
        """
        if self.form == "diameter_of_wavelength":
            return np.asarray(np.polynomial.polynomial.polyval(wavelength_nm, self.coefficients))
        c0, c1, c2, c3 = self.coefficients
        rest = c3 - 1.0 / (HC_EV_NM / wavelength_nm - c0)
        return (-c2 + np.sqrt(c2**2 - 4.0 * c1 * rest)) / (2.0 * c1)


# The branch of each polynomial on which the diameter rises with the wavelength, nm (computed; a test looks).
_BRANCHES_NM = {"CdSe": (400.0, 720.0), "CdS": (300.0, 540.0)}

SIZING_CURVES: tuple[SizingCurve, ...] = (  # the first of a material is its default
    SizingCurve("CdSe", "jasieniak", "diameter_of_wavelength",
                (59.60816, -0.54736, 1.8873e-3, -2.85743e-6, 1.62974e-9), 2.0, 8.0,
                "Jasieniak 2009, J. Phys. Chem. C 113, 19468", "literature"),
    SizingCurve("CdSe", "yu", "diameter_of_wavelength",
                (41.57, -0.4277, 1.6242e-3, -2.6575e-6, 1.6122e-9), 1.6, 8.0,
                "Yu 2003, Chem. Mater. 15, 2854", "literature; its range is recalled"),
    SizingCurve("CdS", "yu", "diameter_of_wavelength",
                (13.29, -9.2352e-2, 1.9557e-4, -6.6521e-8), 1.6, 7.0,
                "Yu 2003, Chem. Mater. 15, 2854", "literature; its range is assumed"),
    SizingCurve("PbS", "moreels", "energy_of_diameter",
                (0.41, 0.0252, 0.283, 0.0), 2.0, 10.0,
                "Moreels 2009, ACS Nano 3, 3023", "literature; its range is recalled"),
    SizingCurve("PbSe", "moreels", "energy_of_diameter",
                (0.278, 0.016, 0.209, 0.45), 2.5, 12.0,
                "Moreels 2007, Chem. Mater. 19, 6101", "literature; its range is recalled"),
)  # fmt: skip


def material_name(material: Any) -> str:
    """The name of a material given by name or as a catalogue entry; ValueError where it is neither."""
    name = getattr(material, "name", material)
    if not isinstance(name, str):
        raise ValueError(f"material must be a name or a Material, but {material!r} came")
    return name


def sizing_curve(material: Any, curve: str | None = None) -> SizingCurve:
    """The sizing curve `curve` ("jasieniak", "yu", "moreels") of a material; None: the material's default.

    Raises ValueError for a material without a curve and for a curve that the material does not have.
    """
    name = material_name(material)
    known = [entry for entry in SIZING_CURVES if entry.material == name]
    if not known:
        names = list(dict.fromkeys(entry.material for entry in SIZING_CURVES))
        raise ValueError(f"material must be one of {', '.join(names)}, but {name!r} came{_nearest(name, names)}")
    if curve is None:
        return known[0]
    for entry in known:
        if entry.name == curve:
            return entry
    names = [entry.name for entry in known]
    raise ValueError(f"curve of {name} must be one of {', '.join(names)}, but {curve!r} came{_nearest(curve, names)}")


def _nearest(word: object, words: list[str]) -> str:
    by_case = {known.casefold(): known for known in words}
    near = difflib.get_close_matches(str(word).casefold(), list(by_case), n=1)
    return f" (did you mean {by_case[near[0]]!r}?)" if near else ""


def transition_energy_cm1(material: Any, diameter_nm: ArrayLike, curve: str | None = None) -> Any:
    """First absorption maximum E = 1e7/lambda(D) of a dot, cm-1.

    `diameter_nm`: scalar or array, within the curve's range (ValueError outside). The result has its shape.
    Source: the curve's (`sizing_curve(material, curve).source`).
    """
    chosen = sizing_curve(material, curve)
    diameters = _finite("diameter_nm", diameter_nm)
    _within(chosen, diameters)
    energies = 1e7 / chosen.wavelengths_nm(diameters)
    return energies if np.ndim(diameter_nm) else float(energies)


def diameter_nm(material: Any, energy_cm1: ArrayLike, curve: str | None = None) -> Any:
    """Diameter D (nm) of the dot whose first absorption maximum is `energy_cm1`: the inverse of the above.

    ValueError for an energy outside that of the curve's range. Scalar or array; the result has its shape. energy_cm1
    and the answer may have any shape.
    """
    chosen = sizing_curve(material, curve)
    energies = _finite("energy_cm1", energy_cm1)
    lowest, highest = (1e7 / chosen.wavelengths_nm(np.array([chosen.largest_nm, chosen.smallest_nm]))).tolist()
    outside = (energies < lowest - 1e-6) | (energies > highest + 1e-6)
    if outside.any():
        came = float(energies[outside].flat[0])
        raise ValueError(
            f"energy_cm1 of a {chosen.material} dot must lie between {lowest:.0f} and {highest:.0f} cm-1 "
            f"(curve {chosen.name}), but {came:g} came"
        )
    diameters = chosen.diameters_nm(1e7 / energies)
    return diameters if np.ndim(energy_cm1) else float(diameters)


def _finite(name: str, values: ArrayLike) -> Array:
    try:
        array = np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(f"{name} must be a number or an array of numbers, but {values!r} came") from None
    wrong = ~(np.isfinite(array) & (array > 0.0))
    if wrong.any():
        raise ValueError(f"{name} must be finite and above 0, but {array[wrong].flat[0]} came")
    return array


def _within(curve: SizingCurve, diameters: Array) -> None:
    outside = (diameters < curve.smallest_nm) | (diameters > curve.largest_nm)
    if outside.any():
        came = float(diameters[outside].flat[0])
        raise ValueError(
            f"diameter_nm of a {curve.material} dot must lie between {curve.smallest_nm:g} and {curve.largest_nm:g} nm "
            f"(curve {curve.name}), but {came:g} came"
        )


def check_mean_diameter(material: Any, mean_diameter_nm: float, curve: str | None = None) -> None:
    """ValueError, stating the range, where the mean size of a kind of dots lies outside its sizing curve."""
    _within(sizing_curve(material, curve), _finite("diameter_nm", mean_diameter_nm))


def clipped_diameters(material: Any, diameters_nm: ArrayLike, curve: str | None = None) -> tuple[Array, int]:
    """Diameters of a distribution moved into the curve's range, and how many had to be moved.

    diameters_nm (n,) or any shape, which the answer keeps, in nm. ValueError for a diameter that is not finite, or an
    unknown material or curve.
    """
    chosen = sizing_curve(material, curve)
    diameters = _finite("diameter_nm", diameters_nm)
    inside = np.clip(diameters, chosen.smallest_nm, chosen.largest_nm)
    return inside, int(np.count_nonzero(inside != diameters))


# hbar^2/(2 m0) in eV nm2: 0.0381
HBAR2_OVER_2M_EV_NM2 = (PLANCK_J_S / (2.0 * math.pi)) ** 2 / (2.0 * ELECTRON_MASS_KG) * 1e18 / ELEMENTARY_CHARGE_C
DEBYE_PER_E_NM = ELEMENTARY_CHARGE_C * 1e-9 / DEBYE_C_M  # Debye in one e nm: 48.03
OVERLAP_SQUARED = 0.96  # |<1S_e|1S_3/2>|^2 of the six-band spherical hole at 3.0 nm (computed)


def dipole_debye(material: Any, energy_cm1: ArrayLike) -> Any:
    """Transition dipole mu = (e P/E) sqrt(2 K/3) of a dot, Debye, from both spin states together.

    P = sqrt(E_P hbar^2/2 m0) is the Kane matrix element (eV nm; E_P from the catalogue), E the transition energy, K the
    squared overlap of electron and hole envelopes. 13.6 D for CdSe of 3 nm. Scalar or array of energies in cm-1.
    ValueError for an energy that is not finite, or an unknown material. Any shape, which the answer keeps.
    """
    kane = materials.material(sizing_curve(material).material).known("kane_energy_ev")
    energy_ev = _finite("energy_cm1", energy_cm1) / CM1_PER_EV
    dipoles = DEBYE_PER_E_NM * math.sqrt(kane * HBAR2_OVER_2M_EV_NM2 * 2.0 * OVERLAP_SQUARED / 3.0) / energy_ev
    return dipoles if np.ndim(energy_cm1) else float(dipoles)
