"""The slow twin of the flask's loop: direct Gillespie over every pair of clusters, O(N^2), no majorants, no classes.

Written from the laws alone. Everything of a cluster is worked out afresh from its dots and bonds after each event; the
rate of a pair of clusters is the full sum over their dots; an event is drawn from the running sum over all pairs. A
heating programme is followed in small isothermal pieces, at whose borders every neck moves to its equilibrium.
"""

from __future__ import annotations

import numba
import numpy as np
from scipy import stats

from assembly.rates import heat_at, molten_skin_nm
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
def body_rate(law, heat, cover_i, cover_j, wide_i, wide_j, lobe_a, lobe_b, skin_a, skin_b, k, m):
    """Rate in nm3/s of two contact bodies of clusters with covers and hydrodynamic radii i and j."""
    energy = pair_attachment_energy_ev(law.kinds[k].attachment_energy_ev, law.kinds[m].attachment_energy_ev)
    barrier = barrier_ev(energy, cover_i, cover_j, lobe_a, lobe_b, 0.0)
    kt, eta = heat.thermal_ev, heat.viscosity_ev_s_nm3
    contact = mean_radius_nm(lobe_a, lobe_b)
    fusion = fusion_rate_s(law.pairs[k, m].fusion_rate_s, 0.5 * (skin_a + skin_b), contact)
    diffusion = relative_diffusion_nm2_s(wide_i, wide_j, kt, eta)
    escape = escape_rate_s(diffusion, law.pairs[k, m].contact_energy_ev_nm * contact, kt)
    meetings = encounter_rate_nm3_s(wide_i, wide_j, kt, eta)
    return law.pairs[k, m].factor * meetings * np.exp(-barrier / kt) * attachment_probability(fusion, escape)


@numba.njit
def root_of(root, dot):
    while root[dot] != dot:
        dot = root[dot]
    return dot


@numba.njit
def press(law, kelvin, radii, kinds, skins, root, first, second, necks, whole, bonds):
    """Move every neck to its equilibrium, never back; coalesce what must, until nothing changes any more."""
    again = True
    while again:
        again = False
        for bond in range(bonds):
            if whole[bond]:
                continue
            a, b = root_of(root, first[bond]), root_of(root, second[bond])
            wanted = equilibrium_neck_nm(
                radii[a], skins[a], law.kinds[kinds[a]].shear_ev_nm3,
                radii[b], skins[b], law.kinds[kinds[b]].shear_ev_nm3,
                law.pairs[kinds[a], kinds[b]].fused_tension_ev_nm2,
            )  # fmt: skip
            necks[bond] = max(necks[bond], wanted)
            caps = cap_height_nm(necks[bond], radii[a]), cap_height_nm(necks[bond], radii[b])
            if strain(caps[0], caps[1], radii[a], radii[b]) > 0.95 * full_strain(radii[a], radii[b]):
                kinds[a] = kinds[b] if radii[b] > radii[a] else kinds[a]
                radii[a] = (radii[a] ** 3 + radii[b] ** 3) ** (1.0 / 3.0)
                skins[a] = molten_skin_nm(law, kinds[a], radii[a], kelvin)
                root[b] = a
                whole[bond] = True
                again = True


@numba.njit
def bare(radii, root, first, second, necks, whole, bonds, exposed, lobe3):
    """Lay down the free surface (nm2) and the cubed lobe radius (nm3) of every body, its bonds taken off."""
    for a in range(radii.size):
        exposed[a] = 4.0 * np.pi * radii[a] ** 2 if root[a] == a else 0.0
        lobe3[a] = radii[a] ** 3
    for bond in range(bonds):
        if not whole[bond]:
            for dot in (root_of(root, first[bond]), root_of(root, second[bond])):
                cap = cap_height_nm(necks[bond], radii[dot])
                lost = 4.0 * np.pi * radii[dot] ** 2 - np.pi * (necks[bond] ** 2 + cap**2)
                exposed[dot] = max(exposed[dot] - lost, 0.0)
                lobe3[dot] += lobe_radius_nm(necks[bond], cap) ** 3 - radii[dot] ** 3


@numba.njit
def cluster_rate(law, heat, mine, theirs, exposed, lobe3, skins, kinds, cover, wide, area, i, j):
    """Rate in nm3/s at which clusters i and j, of these dots, attach: the sum over all pairs of dots."""
    total = 0.0
    for a in mine:
        for b in theirs:
            weight = exposed[a] / area[i] * exposed[b] / area[j]
            if weight > 0.0 and skins[a] + skins[b] > 0.0:
                total += weight * body_rate(
                    law, heat, cover[i], cover[j], wide[i], wide[j], lobe3[a] ** (1 / 3), lobe3[b] ** (1 / 3),
                    skins[a], skins[b], kinds[a], kinds[b],
                )  # fmt: skip
    return total


@numba.njit
def chosen_pair(rates, rng):
    """Two clusters, by their share of all rates: first the one, then whom it meets."""
    rows = np.cumsum(rates.sum(axis=1))
    i = np.searchsorted(rows, rng.random() * rows[-1], side="right")
    row = np.cumsum(rates[i])
    return i, np.searchsorted(row, rng.random() * row[-1], side="right")


@numba.njit
def unite(table, counts, alive, rates, i, j):
    """Cluster j becomes part of cluster i."""
    table[i, counts[i] : counts[i] + counts[j]] = table[j, : counts[j]]
    counts[i] += counts[j]
    alive[j] = False
    rates[j, :] = 0.0
    rates[:, j] = 0.0


@numba.njit
def plain_replica(law, radii, kinds, covers, times, kelvins, rng, acceptance):
    """Sizes of the clusters of one replica at times[-1], from dots of given radii (nm), kinds and ligand covers.

    times (s) are the borders of the isothermal pieces at kelvins, one fewer. acceptance: factor on every rate (1;
    another value is planted). With free ligands all dots must have the same cover.
    """
    n = radii.size
    radii, kinds = radii.copy(), kinds.copy()
    ligands = covers * 4.0 * np.pi * radii**2
    root = np.arange(n)
    first, second = np.empty(n, dtype=np.int64), np.empty(n, dtype=np.int64)
    necks, whole, bonds = np.zeros(n), np.zeros(n, dtype=np.bool_), 0
    table, counts = np.full((n, n), -1, dtype=np.int64), np.ones(n, dtype=np.int64)  # members of every cluster
    table[:, 0] = np.arange(n)
    alive = np.ones(n, dtype=np.bool_)
    exposed, lobe3, skins = np.zeros(n), np.zeros(n), np.zeros(n)
    area, wide, cover = np.empty(n), np.empty(n), np.empty(n)
    rates = np.zeros((n, n))
    time, piece = times[0], 0
    changed = np.arange(n)
    fresh_piece = True
    heat = heat_at(law, kelvins[0])
    while True:
        if fresh_piece:
            heat = heat_at(law, kelvins[piece])
            for a in range(n):
                if root[a] == a:
                    skins[a] = molten_skin_nm(law, kinds[a], radii[a], kelvins[piece])
            changed = np.flatnonzero(alive)
            fresh_piece = False
        press(law, kelvins[piece], radii, kinds, skins, root, first, second, necks, whole, bonds)
        bare(radii, root, first, second, necks, whole, bonds, exposed, lobe3)
        for i in changed:
            members = table[i, : counts[i]]
            area[i] = exposed[members].sum()
            wide[i] = np.sqrt(area[i] / (4.0 * np.pi))
            cover[i] = min(1.0, ligands[members].sum() / area[i]) if law.conserved else covers[0]
        for i in changed:
            for j in range(n):
                if j == i or not alive[j]:
                    continue
                total = cluster_rate(
                    law, heat, table[i, : counts[i]], table[j, : counts[j]], exposed, lobe3, skins, kinds, cover, wide,
                    area, i, j,
                )  # fmt: skip
                rates[i, j] = acceptance * total
                rates[j, i] = acceptance * total
        whole_rate = 0.5 * rates.sum() / law.volume_nm3
        wait = rng.standard_exponential() / whole_rate if whole_rate > 0.0 else np.inf
        if time + wait >= times[piece + 1]:
            piece += 1
            time = times[piece]
            if piece == kelvins.size:
                return counts[alive]
            fresh_piece = True
            continue
        time += wait
        i, j = chosen_pair(rates, rng)
        a, b = contact(
            law, heat, table[i, : counts[i]], table[j, : counts[j]], exposed, lobe3, skins, kinds, cover, wide, area,
            i, j, rng,
        )  # fmt: skip
        first[bonds], second[bonds] = a, b
        bonds += 1
        unite(table, counts, alive, rates, i, j)
        changed = np.array([i])


@numba.njit
def contact(law, heat, mine, theirs, exposed, lobe3, skins, kinds, cover, wide, area, i, j, rng):
    """The dots through which clusters i and j meet, by their share of the pair's rate."""
    parts = np.zeros(mine.size * theirs.size)
    for p in range(mine.size):
        for q in range(theirs.size):
            a, b = mine[p], theirs[q]
            if exposed[a] > 0.0 and exposed[b] > 0.0:
                parts[p * theirs.size + q] = (
                    exposed[a] / area[i] * exposed[b] / area[j]
                    * body_rate(law, heat, cover[i], cover[j], wide[i], wide[j], lobe3[a] ** (1 / 3),
                                lobe3[b] ** (1 / 3), skins[a], skins[b], kinds[a], kinds[b])
                )  # fmt: skip
    chosen = np.searchsorted(np.cumsum(parts), rng.random() * parts.sum(), side="right")
    return mine[chosen // theirs.size], theirs[chosen % theirs.size]


def hotelling_p(one: np.ndarray, other: np.ndarray) -> float:
    """p of Hotelling's two-sample T^2 test that two sets of rows (replicas, quantities) have the same mean."""
    n, m, d = one.shape[0], other.shape[0], one.shape[1]
    pooled = ((n - 1) * np.cov(one.T) + (m - 1) * np.cov(other.T)) / (n + m - 2)
    gap = one.mean(axis=0) - other.mean(axis=0)
    t2 = n * m / (n + m) * gap @ np.linalg.solve(np.atleast_2d(pooled), gap)
    f = t2 * (n + m - d - 1) / (d * (n + m - 2))
    return float(stats.f.sf(f, d, n + m - d - 1))
