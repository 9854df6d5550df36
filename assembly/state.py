"""What the compiled loop holds of a flask: dots, clusters, classes of like clusters, bonds.

A *body* is a dot, or several that have coalesced into one; it is known by the index of one of its dots. A cluster is a
linked list of bodies. Classes gather clusters of like barrier, so that one majorant of the attachment rate serves for
every pair out of two classes.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

BODY = np.dtype(
    [
        ("radius", np.float64),  # nm, of the sphere of the body's volume
        ("lobe3", np.float64),  # nm3, cube of the lobe's radius: necks push their caps' volume into it
        ("lobe", np.float64),  # nm, radius of curvature at a contact
        ("exposed", np.float64),  # nm2, surface not buried in necks
        ("skin", np.float64),  # nm, molten layer
        ("kind", np.int32),  # of the larger part, where unlike dots coalesced
        ("next", np.int32),  # the cluster's next body, -1 at the end
    ],
    align=True,
)

CLUSTER = np.dtype(
    [
        ("area", np.float64),  # nm2, exposed surface
        ("covered", np.float64),  # nm2, surface its ligands can cover
        ("cover", np.float64),  # ligand cover theta, at most 1 (1 where the cover belongs to the kinds)
        ("hydrodynamic", np.float64),  # nm, radius of the sphere of the same exposed surface
        ("head", np.int32),
        ("tail", np.int32),
        ("size", np.int32),  # dots
        ("group", np.int32),  # class
        ("place", np.int32),  # position within the class
    ],
    align=True,
)

BOND = np.dtype(
    [
        ("time", np.float64),  # s
        ("neck", np.float64),  # nm
        ("radius_a", np.float64),  # nm, of the bodies when they met
        ("radius_b", np.float64),
        ("a", np.int32),
        ("b", np.int32),
    ],
    align=True,
)

CLASS = np.dtype(
    [
        ("key", np.int64),  # kinds present, barrier bin, curvature bin
        ("kinds", np.int64),  # bit mask
        ("softest", np.float64),  # eV^(1/2), lower bound of g theta: the least barrier a member can show
        ("lobe_low", np.float64),  # nm
        ("lobe_high", np.float64),
        ("hydrodynamic_low", np.float64),  # nm
        ("hydrodynamic_high", np.float64),
        ("skin_high", np.float64),  # nm
        ("offset", np.int64),  # where the members stand in the pool
        ("room", np.int64),
        ("count", np.int64),
    ],
    align=True,
)

BOND_STATES = ("touching", "necked", "coalesced")

CLASSES_MOST = 384  # rows of the majorant table; a cluster that would need one more widens its nearest class
BARRIER_BIN_KT = 1.0  # width of a class in its members' own barrier s^2 / kT
LOBE_BIN = 0.25  # width of a class in ln(lobe radius)


class State(NamedTuple):
    """Arrays of one replica; `tally` and `clock` are the loop's scalars, kept in arrays so that it can be resumed."""

    bodies: np.ndarray  # (particles,) BODY
    clusters: np.ndarray  # (particles,) CLUSTER
    bonds: np.ndarray  # (particles - 1,) BOND, the first tally[EVENTS] are filled
    classes: np.ndarray  # (CLASSES_MOST,) CLASS
    majorant: np.ndarray  # (CLASSES_MOST, CLASSES_MOST) nm3/s
    row: np.ndarray  # (CLASSES_MOST,) sum over classes of majorant times count
    ladder: np.ndarray  # (CLASSES_MOST,) running sum of count times row
    pool: np.ndarray  # members of the classes, each with room to grow
    tally: np.ndarray  # (6,) int64: EVENTS, PROPOSALS, VIOLATIONS, CLASSES, POOL_USED, STALE
    clock: np.ndarray  # (1,) s


EVENTS, PROPOSALS, VIOLATIONS, CLASSES, POOL_USED, STALE = range(6)


def empty_state(particles: int) -> State:
    """Arrays of the right sizes for this many dots, nothing in them yet."""
    return State(
        bodies=np.zeros(particles, dtype=BODY),
        clusters=np.zeros(particles, dtype=CLUSTER),
        bonds=np.zeros(max(particles - 1, 0), dtype=BOND),
        classes=np.zeros(CLASSES_MOST, dtype=CLASS),
        majorant=np.zeros((CLASSES_MOST, CLASSES_MOST)),
        row=np.zeros(CLASSES_MOST),
        ladder=np.zeros(CLASSES_MOST),
        pool=np.zeros(4 * particles + 16 * CLASSES_MOST, dtype=np.int32),
        tally=np.zeros(6, dtype=np.int64),
        clock=np.zeros(1),
    )
