"""The third-order response written out with operators in the space of up to two excitons: slow, readable, no pathways.

rho starts in the ground state; every pulse acts by a commutator with its part mu+ or mu- of the dipole, and P = Tr(mu-
rho). The average over orientations is the mean over the 60 rotations of the icosahedron, exact for four vectors.
"""

from __future__ import annotations

import itertools

import numpy as np
from scipy.linalg import expm
from scipy.spatial.transform import Rotation

from physics.units import RADIANS_PER_FS_CM1

LETTERS = {"x": np.array([1.0, 0.0, 0.0]), "y": np.array([0.0, 1.0, 0.0]), "z": np.array([0.0, 0.0, 1.0])}


def creators(sites, most_per_site):
    """The occupations with at most two excitons, and b+ of each site between them."""
    states = [n for n in itertools.product(range(most_per_site + 1), repeat=sites) if sum(n) <= 2]
    states.sort(key=sum)
    place = {state: number for number, state in enumerate(states)}
    raising = np.zeros((sites, len(states), len(states)))
    for state, number in place.items():
        for site in range(sites):
            higher = (*state[:site], state[site] + 1, *state[site + 1 :])
            if higher in place:
                raising[site, place[higher], number] = np.sqrt(state[site] + 1)
    return states, raising


def response(matrix, dipoles, t1, t2, t3, signal, polarizations="zzzz", boson=False, binding=0.0, dots=None,
             reference=0.0):  # fmt: skip
    """S(t1, t2, t3) of one cluster: one-exciton matrix (n, n) in cm-1, site dipoles (n, 3) in Debye."""
    sites = len(matrix)
    dots = np.arange(sites) if dots is None else dots
    states, raising = creators(sites, 2 if boson else 1)
    lowering = raising.transpose(0, 2, 1)
    energy = np.einsum("ab,axy,byz->xz", matrix - reference * np.eye(sites), raising, lowering)
    for number, state in enumerate(states):
        excited = np.repeat(np.arange(sites), state)
        if len(excited) == 2 and dots[excited[0]] == dots[excited[1]]:
            energy[number, number] -= binding
    rho = np.zeros((len(states), len(states)), dtype=complex)
    rho[0, 0] = 1.0
    total = np.zeros((len(t1), len(t2), len(t3)), dtype=complex)
    turns = Rotation.create_group("I").as_matrix()
    steps = {time: expm(-1j * RADIANS_PER_FS_CM1 * energy * time) for time in {*t1, *t2, *t3}}

    def evolve(operator, time):
        step = steps[time]
        return step @ operator @ step.conj().T

    def commute(a, b):
        return a @ b - b @ a

    for turn in turns:
        up = [np.einsum("s,sxy->xy", (dipoles @ turn.T) @ LETTERS[letter], raising) for letter in polarizations]
        first = -rho @ up[0].T if signal == "rephasing" else up[0] @ rho
        second = up[1] if signal == "rephasing" else up[1].T
        for a, b in itertools.product(range(len(t1)), range(len(t2))):
            waited = commute(up[2], evolve(commute(second, evolve(first, t1[a])), t2[b]))
            for c, time in enumerate(t3):
                total[a, b, c] += np.trace(up[3].T @ evolve(waited, time)) / len(turns)
    return total
