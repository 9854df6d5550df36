"""Constants and conversions, each with its unit and source.

House units: nm, eV, K inside the laws; s in assembly; fs and cm-1 in spectra; Debye for dipoles.
The first block is exact by the definition of the SI units (BIPM 2019).
"""

from __future__ import annotations

import math

BOLTZMANN_J_K = 1.380649e-23  # J/K, exact
ELEMENTARY_CHARGE_C = 1.602176634e-19  # C, and J per eV, exact
AVOGADRO_PER_MOL = 6.02214076e23  # 1/mol, exact
PLANCK_J_S = 6.62607015e-34  # J s, exact
LIGHT_SPEED_CM_S = 2.99792458e10  # cm/s, exact
ZERO_CELSIUS_K = 273.15  # K, exact

ELECTRON_MASS_KG = 9.1093837139e-31  # kg, CODATA 2022
VACUUM_PERMITTIVITY_F_M = 8.8541878188e-12  # F/m, CODATA 2022

BOLTZMANN_EV_K = BOLTZMANN_J_K / ELEMENTARY_CHARGE_C  # eV/K, 8.617e-5

HC_EV_NM = PLANCK_J_S * LIGHT_SPEED_CM_S * 1e7 / ELEMENTARY_CHARGE_C  # eV nm, 1239.84
CM1_PER_EV = ELEMENTARY_CHARGE_C / (PLANCK_J_S * LIGHT_SPEED_CM_S)  # cm-1 per eV, 8065.54
CM1_PER_MEV = CM1_PER_EV / 1000.0  # cm-1 per meV
RADIANS_PER_FS_CM1 = 2.0 * math.pi * LIGHT_SPEED_CM_S * 1e-15  # phase per fs and cm-1, 1.8837e-4
HBAR_CM1_FS = 1.0 / RADIANS_PER_FS_CM1  # hbar in cm-1 fs, 5308.8
HBAR_EV_FS = HBAR_CM1_FS / CM1_PER_EV  # hbar in eV fs, 0.6582

DEBYE_C_M = 1e-21 / 2.99792458e8  # C m per Debye (1e-18 statC cm), exact by the definition of c
# mu^2/(4 pi eps0 R^3) in cm-1 for mu in Debye and R in nm: 5.0341
DIPOLE_DIPOLE_CM1_NM3_D2 = (
    DEBYE_C_M**2 / (4.0 * math.pi * VACUUM_PERMITTIVITY_F_M * 1e-27) / (PLANCK_J_S * LIGHT_SPEED_CM_S)
)

EV_NM2_PER_J_M2 = 1e-18 / ELEMENTARY_CHARGE_C  # a tension in eV/nm2 per J/m2, 6.2415
EV_NM3_PER_J_M3 = 1e-27 / ELEMENTARY_CHARGE_C  # an energy density in eV/nm3 per J/m3, 6.2415e-9
EV_NM3_PER_GPA = EV_NM3_PER_J_M3 * 1e9  # a modulus in eV/nm3 per GPa, 6.2415
PARTICLES_NM3_PER_MICROMOLAR = AVOGADRO_PER_MOL * 1e-6 * 1e-24  # 1/nm3 per umol/L, 6.022e-7


def kelvin(temperature_c: float) -> float:
    """Absolute temperature T = t + 273.15, in K, of `temperature_c` in degrees Celsius."""
    return temperature_c + ZERO_CELSIUS_K
