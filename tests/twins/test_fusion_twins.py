"""The compiled kernels against slow readable twins: grids, scipy roots and minimisers, numpy polynomial roots."""

import math

import numpy as np
import pytest
from scipy.optimize import brentq, minimize_scalar

from physics.fusion.doublet import cap_height_nm, coalescence_neck_nm
from physics.fusion.energetics import equilibrium_neck_nm
from physics.fusion.melting import GLOBAL, HEATING, THERMAL, MeltingParameters, melting_parameters, skin_nm

KB = 8.617333262e-5  # eV/K


def energy(p: MeltingParameters, radius, u, kelvin):
    """DeltaG(u) written as in the definition, plain numpy."""
    hinge = np.log1p(np.exp(p.ligand_enthalpy / KB * (1 / kelvin - 1 / p.hinge)))
    s = p.spreading - p.ligand_density * KB * kelvin * hinge
    dgv = p.latent_density * (1 - kelvin / p.surface_melting)
    x = 1 - u
    return (
        4
        * np.pi
        * radius**2
        * (
            p.solid_liquid_tension * (x**2 - 1)
            + s * (x**2 * np.exp(-u * radius / p.skin_decay) - 1)
            + radius / 3 * (1 - x**3) * dgv
        )
    )


def slow_skin(p, radius, kelvin, rule, hold_s):
    """Every stationary point by brentq between the cells of a fine grid of h, then the rule in words."""
    hinge = np.log1p(np.exp(p.ligand_enthalpy / KB * (1 / kelvin - 1 / p.hinge)))
    s = p.spreading - p.ligand_density * KB * kelvin * hinge
    dgv = p.latent_density * (1 - kelvin / p.surface_melting)
    k = radius / p.skin_decay

    def h(u):
        return 2 * p.solid_liquid_tension + s * np.exp(-u * k) * (2 + (1 - u) * k) - radius * (1 - u) * dgv

    grid = np.concatenate(([0.0], np.geomspace(1e-7, 1e-3, 400), np.linspace(1e-3, 1.0, 4001)[1:]))
    values = h(grid)
    roots = [
        (brentq(h, a, b, xtol=1e-15), va > 0)
        for a, b, va, vb in zip(grid[:-1], grid[1:], values[:-1], values[1:], strict=True)
        if va * vb < 0
    ]
    lower = [0.0] if values[0] <= 0 else [u for u, falling in roots if falling]
    if not lower:
        return radius
    here = energy(p, radius, lower[0], kelvin)
    if rule == HEATING or energy(p, radius, 1.0, kelvin) >= here:
        return lower[0] * radius
    top = max(energy(p, radius, u, kelvin) for u, falling in roots if not falling)
    if rule == THERMAL and top - here >= KB * kelvin * math.log(1e11 * hold_s):
        return lower[0] * radius
    return radius


@pytest.mark.parametrize("rule", [GLOBAL, THERMAL, HEATING])
@pytest.mark.parametrize("name", ["CdSe", "CdS", "PbS"])
def test_skin(name, rule):
    p = melting_parameters(name)
    rng = np.random.default_rng(11)
    for radius, kelvin in zip(rng.uniform(0.6, 6.0, 150), rng.uniform(300.0, 580.0, 150), strict=True):
        assert skin_nm(p, radius, kelvin, rule, 600.0) == pytest.approx(
            slow_skin(p, radius, kelvin, rule, 600.0), rel=1e-8, abs=1e-10
        ), (radius, kelvin)


def test_cap_height_by_polynomial_roots():
    rng = np.random.default_rng(12)
    for radius, neck in zip(rng.uniform(0.5, 6.0, 100), rng.uniform(0.0, 8.0, 100), strict=True):
        roots = np.roots([1.0, 0.0, 3 * neck**2, -8 * radius**3])
        real = roots[np.argmin(np.abs(roots.imag))].real
        assert cap_height_nm(neck, radius) == pytest.approx(real, rel=1e-9)


def slow_neck(ra, da, ga, rb, db, gb, tension):
    """The neck by minimising the core-contact energy over the neck radius, with caps from polynomial roots."""

    def cap(neck, radius):
        roots = np.roots([1.0, 0.0, 3 * neck**2, -8 * radius**3])
        return roots[np.argmin(np.abs(roots.imag))].real

    whole = (ra**3 + rb**3) ** (1 / 3)
    most = 1 - whole / (ra + rb)
    contact = min(most, (da + db) / (ra + rb))
    va, vb = (4 * np.pi / 3 * (r - d) ** 3 for r, d in ((ra, da), (rb, db)))
    modulus = (va + vb) / (va / ga + vb / gb)
    wide = brentq(lambda a: a * a - cap(a, ra) * cap(a, rb), 1e-3, 2 * whole)

    def total(neck):
        ha, hb = cap(neck, ra), cap(neck, rb)
        eps = 1 - (ha + hb) / (2 * (ra + rb))
        area = np.pi * (2 * neck**2 + ha**2 + hb**2)
        return tension * area + 1.5 * modulus * (va + vb) * max(eps - contact, 0.0) ** 2

    grid = np.linspace(0.0, wide, 201)
    i = int(np.argmin([total(a) for a in grid]))
    around = grid[max(i - 1, 0)], grid[min(i + 1, 200)]
    return minimize_scalar(total, bounds=around, method="bounded", options={"xatol": 1e-9}).x


def test_equilibrium_neck():
    rng = np.random.default_rng(13)
    for _ in range(40):
        ra, rb = rng.uniform(1.0, 5.0, 2)
        da, db = ra * rng.uniform(0, 0.3), rb * rng.uniform(0, 0.3)
        ga, gb = rng.uniform(5.0, 200.0, 2)
        tension = rng.uniform(0.1, 2.0)
        neck = equilibrium_neck_nm(ra, da, ga, rb, db, gb, tension)
        assert neck == pytest.approx(slow_neck(ra, da, ga, rb, db, gb, tension), rel=2e-5)
        assert neck <= coalescence_neck_nm(ra, rb) * (1 + 1e-12)
