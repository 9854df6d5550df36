"""Fusion temperature against 1/R for each neck law, with r^2 of a straight line (run this file as a script).

A pair of touching dots is heated; the temperature of the first half-fused neck is read (`fusion_temperature_c`).
The lower rows change what is assumed, to show which of it the answer hangs on; none of them is a fit.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from physics.fusion.necks import LAWS, fusion_temperature_c
from physics.materials import material

RADII_NM = np.arange(1.5, 4.01, 0.25)


def line(name: str, temperatures_c: np.ndarray) -> float:
    """Print one row and return r^2 of the linear fit against 1/R."""
    r2 = float(np.corrcoef(1.0 / RADII_NM, temperatures_c)[0, 1] ** 2)
    print(f"{name:44s}" + "".join(f"{t:7.1f}" for t in temperatures_c) + f"   {r2:.3f}")
    return r2


def main() -> None:
    print(f"{'CdSe, first half-fused neck in C; R in nm':44s}" + "".join(f"{r:7.2f}" for r in RADII_NM) + "   r^2(1/R)")
    for law in LAWS:
        for rule in ("global", "thermal"):
            line(f"{law}, 5 K/min, {rule}", fusion_temperature_c("CdSe", RADII_NM, law, rule=rule))
    dot = material("CdSe")
    for energy in (1.2, 1.5, 1.8):
        slower = replace(dot, surface_diffusion_ev=energy)
        line(f"surface-diffusion, Ea {energy} eV instead", fusion_temperature_c(slower, RADII_NM, "surface-diffusion"))
    for viscosity in (1e6, 1e10, 1e11):
        thicker = replace(dot, skin_viscosity_pa_s=viscosity)
        line(f"viscous, {viscosity:.0e} Pa s instead", fusion_temperature_c(thicker, RADII_NM, "viscous"))


if __name__ == "__main__":
    main()
