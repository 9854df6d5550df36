"""The slow twin of the flask's loop: direct Gillespie over every pair of clusters, O(N^2), no majorants, no classes.

Written from the laws alone. Everything of a cluster is worked out afresh from its dots and bonds after each event; the
rate of a pair of clusters is the full sum over their dots; an event is drawn from the running sum over all pairs.
"""

from __future__ import annotations

import numba
import numpy as np

from assembly.rates import molten_skin_nm
from physics.fusion.doublet import cap_height_nm, full_strain, lobe_radius_nm, strain
from physics.fusion.encounter import (
    attachment_probability,
    encounter_rate_nm3_s,
    escape_rate_s,
    fusion_rate_s,
    relative_diffusion_nm2_s,
)
from physics.fusion.energetics import equilibrium_neck_nm
from physics.fusion.ligands import barrier_ev, mean_radius_nm, pair_attachment_energy_ev


@numba.njit
def body_rate(law, cover_i, cover_j, wide_i, wide_j, lobe_a, lobe_b, skin_a, skin_b, k, m):
    """Rate in nm3/s of two contact bodies of clusters with covers and hydrodynamic radii i and j."""
    energy = pair_attachment_energy_ev(law.attachment_energy_ev[k], law.attachment_energy_ev[m])
    barrier = barrier_ev(energy, cover_i, cover_j, lobe_a, lobe_b, 0.0)
    kt, eta = law.thermal_ev, law.viscosity_ev_s_nm3
    contact = mean_radius_nm(lobe_a, lobe_b)
    fusion = fusion_rate_s(law.fusion_rate_s[k, m], 0.5 * (skin_a + skin_b), contact)
    diffusion = relative_diffusion_nm2_s(wide_i, wide_j, kt, eta)
    escape = escape_rate_s(diffusion, law.contact_energy_ev_nm[k, m] * contact, kt)
    meetings = encounter_rate_nm3_s(wide_i, wide_j, kt, eta)
    return law.factor[k, m] * meetings * np.exp(-barrier / kt) * attachment_probability(fusion, escape)


@numba.njit
def plain_replica(law, radii, kinds, covers, until_s, rng, acceptance):
    """Sizes of the clusters of one replica at `until_s`, from dots of given radii (nm), kinds and ligand covers.

    acceptance: factor on every rate (1; another value is planted).
    """
    n = radii.size
    radii, kinds = radii.copy(), kinds.copy()
    skins = np.array([molten_skin_nm(law, kinds[a], radii[a]) for a in range(n)])
    exposed = 4.0 * np.pi * radii**2
    ligands = covers * exposed
    lobe3 = radii**3
    rates = np.zeros((n, n))
    table, counts = np.full((n, n), -1, dtype=np.int64), np.ones(n, dtype=np.int64)  # members of every cluster
    table[:, 0] = np.arange(n)
    area, wide, cover = np.empty(n), np.empty(n), np.empty(n)
    alive = np.ones(n, dtype=np.bool_)
    time = 0.0
    changed = np.arange(n)
    while True:
        for i in changed:
            members = table[i, : counts[i]]
            area[i] = exposed[members].sum()
            wide[i] = np.sqrt(area[i] / (4.0 * np.pi))
            cover[i] = min(1.0, ligands[members].sum() / area[i])
            if not law.conserved:
                cover[i] = covers[0]  # every dot of these flasks has the cover of its dose
        for i in changed:
            for j in range(n):
                if j == i or not alive[j]:
                    continue
                total = 0.0
                for a in table[i, : counts[i]]:
                    for b in table[j, : counts[j]]:
                        weight = exposed[a] / area[i] * exposed[b] / area[j]
                        total += weight * body_rate(
                            law, cover[i], cover[j], wide[i], wide[j], lobe3[a] ** (1 / 3), lobe3[b] ** (1 / 3),
                            skins[a], skins[b], kinds[a], kinds[b],
                        )  # fmt: skip
                rates[i, j] = acceptance * total
                rates[j, i] = acceptance * total
        whole = 0.5 * rates.sum() / law.volume_nm3
        if whole <= 0.0:
            break
        time += rng.standard_exponential() / whole
        if time >= until_s:
            break
        rows = np.cumsum(rates.sum(axis=1))
        i = np.searchsorted(rows, rng.random() * rows[-1], side="right")
        row = np.cumsum(rates[i])
        j = np.searchsorted(row, rng.random() * row[-1], side="right")
        a, b = contact(
            law,
            table[i, : counts[i]],
            table[j, : counts[j]],
            exposed,
            lobe3,
            skins,
            kinds,
            cover,
            wide,
            area,
            i,
            j,
            rng,
        )
        neck = equilibrium_neck_nm(
            radii[a], skins[a], law.shear_ev_nm3[kinds[a]], radii[b], skins[b], law.shear_ev_nm3[kinds[b]],
            law.fused_tension_ev_nm2[kinds[a], kinds[b]],
        )  # fmt: skip
        caps = cap_height_nm(neck, radii[a]), cap_height_nm(neck, radii[b])
        if strain(caps[0], caps[1], radii[a], radii[b]) > 0.95 * full_strain(radii[a], radii[b]):
            # One body, known as dot a from here on; dot b has nothing left that could be met.
            buried = 4.0 * np.pi * (radii[a] ** 2 + radii[b] ** 2) - exposed[a] - exposed[b]
            swollen = lobe3[a] + lobe3[b] - radii[a] ** 3 - radii[b] ** 3
            kinds[a] = kinds[b] if radii[b] > radii[a] else kinds[a]
            radii[a] = (radii[a] ** 3 + radii[b] ** 3) ** (1.0 / 3.0)
            exposed[a], exposed[b] = max(4.0 * np.pi * radii[a] ** 2 - buried, 0.0), 0.0
            lobe3[a] = radii[a] ** 3 + swollen
            skins[a] = molten_skin_nm(law, kinds[a], radii[a])
        else:
            for dot, cap in ((a, caps[0]), (b, caps[1])):
                lost = 4.0 * np.pi * radii[dot] ** 2 - np.pi * (neck**2 + cap**2)
                exposed[dot] = max(exposed[dot] - lost, 0.0)
                lobe3[dot] += lobe_radius_nm(neck, cap) ** 3 - radii[dot] ** 3
        table[i, counts[i] : counts[i] + counts[j]] = table[j, : counts[j]]
        counts[i] += counts[j]
        alive[j] = False
        rates[j, :] = 0.0
        rates[:, j] = 0.0
        changed = np.array([i])
    return counts[alive]


@numba.njit
def contact(law, mine, theirs, exposed, lobe3, skins, kinds, cover, wide, area, i, j, rng):
    """The dots through which clusters i and j meet, by their share of the pair's rate."""
    parts = np.empty(mine.size * theirs.size)
    for p in range(mine.size):
        for q in range(theirs.size):
            a, b = mine[p], theirs[q]
            parts[p * theirs.size + q] = (
                exposed[a] / area[i] * exposed[b] / area[j]
                * body_rate(law, cover[i], cover[j], wide[i], wide[j], lobe3[a] ** (1 / 3), lobe3[b] ** (1 / 3),
                            skins[a], skins[b], kinds[a], kinds[b])
            )  # fmt: skip
    chosen = np.searchsorted(np.cumsum(parts), rng.random() * parts.sum(), side="right")
    return mine[chosen // theirs.size], theirs[chosen % theirs.size]


def hotelling_p(one: np.ndarray, other: np.ndarray) -> float:
    """p of Hotelling's two-sample T^2 test that two sets of rows (replicas, quantities) have the same mean."""
    from scipy import stats

    n, m, d = one.shape[0], other.shape[0], one.shape[1]
    pooled = ((n - 1) * np.cov(one.T) + (m - 1) * np.cov(other.T)) / (n + m - 2)
    gap = one.mean(axis=0) - other.mean(axis=0)
    t2 = n * m / (n + m) * gap @ np.linalg.solve(np.atleast_2d(pooled), gap)
    f = t2 * (n + m - d - 1) / (d * (n + m - 2))
    return float(stats.f.sf(f, d, n + m - d - 1))
