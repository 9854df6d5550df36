"""The coherence model of a CdSe dot: bands L and H of 1S_3/2, each with a lower and an upper fine-structure state.

Minimal model of Hamilton 2023: five numbers are fitted to that paper's coherences, and the coupling V0 is an effective
one, far above any mechanism that can be computed for a ligand gap of 0.5 nm (see `coupling.mechanisms`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physics.excitons.fine_structure import crystal_splitting_mev, energies_and_strengths, exchange_mev
from physics.excitons.hole import hole_levels
from physics.units import CM1_PER_MEV

Array = NDArray[np.float64]


def _number(value: float, unit: str, standing: str) -> Any:
    """A parameter with its unit and how firmly it stands, both kept in the field's metadata."""
    return field(default=value, metadata={"unit": unit, "standing": standing})


@dataclass(frozen=True)
class TwoBand:
    """Parameters of the model, cm-1 and nm. "fitted to rho_II" names the coherence of Hamilton 2023 that fixed it."""

    coupling_cm1: float = _number(-413.0, "cm-1", "fitted to rho_II's 850 cm-1")  # V0, gap 0.5 nm, 3 nm; sign assumed
    coupling_size_exponent: float = _number(0.30, "1", "fitted to rho_II's dephasing of 275 fs")
    coupling_decay_nm: float = _number(0.10, "nm", "assumed")
    band_splitting_cm1: float = _number(1340.0, "cm-1", "fitted to rho_III's 480 cm-1")  # L to H at 3 nm
    band_size_exponent: float = _number(0.33, "1", "fitted to rho_III's dephasing of 115 fs")
    shape_elongation: float = _number(0.076, "1", "fitted to rho_I's 120 to 140 cm-1")  # mean c/a - 1 of the dots
    shift_cm1: float = _number(-250.0, "cm-1", "fitted to the addresses in the maps")  # equals Yu 2003 within 41 cm-1
    upper_band_strength: float = _number(1.0, "1", "assumed")  # f_H, strength of H against L
    second_band_cm1: float = _number(1350.0, "cm-1", "recalled")  # 2S_3/2 over 1S_3/2 at 3 nm; measured 1200 to 1500


REFERENCE_NM = 3.0  # diameter at which the parameters are stated
SMALLEST_GAP_NM = 0.5  # below it the exponential law of the gap is not to be trusted and is held constant
SHAPE_SLOPE_MEV = -0.53 * 330.0  # d Delta/d(c/a) at 3 nm: -0.53 E_h of the 330 meV hole (computed, first order)
LOWER_AXIS = np.array([1.0, 0.0, 0.0])  # of L1, H1 in the dot's frame
UPPER_AXIS = np.array([0.0, 0.79, 0.62]) / np.hypot(0.79, 0.62)  # of L2, H2: +-1U and 0U merged (assumed)


def fine_splitting(diameter_nm: Array, parameters: TwoBand) -> tuple[Array, Array, Array]:
    """w = 2 s between +-1U and +-1L (cm-1), and the strengths s1 of +-1L and s2 of +-1U with 0U; same shape as D."""
    shape = SHAPE_SLOPE_MEV * parameters.shape_elongation * (REFERENCE_NM / diameter_nm) ** 2
    energies, strengths = energies_and_strengths(
        crystal_splitting_mev("CdSe") + shape, exchange_mev("CdSe", diameter_nm)
    )
    width = CM1_PER_MEV * (energies[..., 3] - energies[..., 1])
    return width, strengths[..., 1], strengths[..., 3] + strengths[..., 4]


def band_levels(
    first_level_cm1: Array, diameter_nm: Array, dipole_debye: Array, parameters: TwoBand, second_band: bool = False
) -> tuple[Array, Array, tuple[str, ...]]:
    """(d, m) energies, (d, m, 3) dipoles in the dots' frames and the labels L1, L2, H1, H2 (, S1, S2).

    E(L1) = E_curve + E_shift - s2 w, E(L2) = E(L1) + w, H the same pair Delta_LH (3/D)^p higher;
    |mu_1,2|^2 = s_1,2 mu^2.
    The strength-weighted mean of L is the first absorption maximum. S is 2S_3/2 with the ratio of overlaps of the
    six-band hole at 3 nm as its strength. first_level_cm1, diameter_nm and dipole_debye (d,). The
    ValueError of `hole_levels` cannot come.
    """
    width, low, high = fine_splitting(diameter_nm, parameters)
    lower = first_level_cm1 + parameters.shift_cm1 - high * width
    above = parameters.band_splitting_cm1 * (REFERENCE_NM / diameter_nm) ** parameters.band_size_exponent
    bands: list[tuple[str, Any, float]] = [("L", 0.0, 1.0), ("H", above, parameters.upper_band_strength)]
    if second_band:
        first, second, _ = hole_levels(REFERENCE_NM)
        rise = parameters.second_band_cm1 * (REFERENCE_NM / diameter_nm) ** 2  # confinement, assumed D^-2
        bands.append(("S", rise, second.overlap_squared / first.overlap_squared))
    energies, dipoles, labels = [], [], []
    for band, offset, strength in bands:
        for number, share, axis in ((1, low, LOWER_AXIS), (2, high, UPPER_AXIS)):
            energies.append(lower + offset + (number - 1) * width)
            dipoles.append((np.sqrt(share * strength) * dipole_debye)[..., None] * axis)
            labels.append(f"{band}{number}")
    return np.stack(energies, axis=-1), np.stack(dipoles, axis=-2), tuple(labels)


def pair_coupling_cm1(diameter_a_nm: Any, diameter_b_nm: Any, gap_nm: Any, parameters: TwoBand | None = None) -> Any:
    """Effective coupling V = V0 exp(-(gap - 0.5 nm)/lambda) (9 nm^2/(D_a D_b))^(p/2) between equal labels, cm-1.

    Gaps below 0.5 nm count as 0.5 nm. Scalars or arrays.
    """
    chosen = parameters or TwoBand()
    beyond = np.maximum(np.asarray(gap_nm, dtype=float) - SMALLEST_GAP_NM, 0.0)
    sizes = REFERENCE_NM**2 / (np.asarray(diameter_a_nm, dtype=float) * np.asarray(diameter_b_nm, dtype=float))
    coupling = chosen.coupling_cm1 * np.exp(-beyond / chosen.coupling_decay_nm)
    coupling = coupling * sizes ** (0.5 * chosen.coupling_size_exponent)
    return coupling if np.ndim(coupling) else float(coupling)
