"""What the compiled loop holds of a flask: bodies, clusters, bonds, open contacts, and classes of like clusters.

A *body* is a dot, or several that have coalesced into one; it is known by the index of one of its dots. A cluster is a
linked list of bodies and a linked list of the bonds between them. Classes gather clusters of like barrier, so that one
majorant of the attachment rate serves for every pair out of two classes.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

# Bodies and clusters are picked at random: each is one cache line of 64 bytes.
BODY = np.dtype(
    [
        ("radius", np.float64),  # nm, of the sphere of the body's volume; of a rod, that of its round section
        ("lobe", np.float64),  # nm, radius of curvature at a contact: necks push their caps' volume into it
        ("exposed", np.float64),  # nm2, surface not buried in necks
        ("skin", np.float64),  # nm, molten layer
        ("cover", np.float64),  # ligand cover its own dose left
        ("up", np.float32),  # nm2, polar facet towards +c that is still free
        ("down", np.float32),  # nm2, the same towards -c
        ("kind", np.int32),  # of the larger part, where unlike dots coalesced
        ("next", np.int32),  # the cluster's next body, -1 at the end
        ("root", np.int32),  # the dot that stands for the body this one coalesced into; itself where it did not
    ],
    align=True,
)

CLUSTER = np.dtype(
    [
        ("area", np.float64),  # nm2, exposed surface
        ("weight", np.float64),  # nm2, the same with every facet counted by its factor
        ("covered", np.float64),  # nm2, surface its ligands can cover
        ("cover", np.float64),  # ligand cover theta (1 where the cover belongs to the dots)
        ("fresh", np.float64),  # s, when its necks were last grown
        ("head", np.int32),  # first body
        ("first_bond", np.int32),  # -1 where there is none
        ("size", np.int32),  # dots
        ("place", np.int32),  # position within the class
        ("group", np.int16),  # class
    ],
    align=True,
)

BOND = np.dtype(
    [
        ("time", np.float64),  # s
        ("neck", np.float64),  # nm
        ("cap_a", np.float64),  # nm, heights of the caps on either side of it
        ("cap_b", np.float64),
        ("radius_a", np.float64),  # nm, of the bodies it joins
        ("radius_b", np.float64),
        ("a", np.int32),  # dots
        ("b", np.int32),
        ("next", np.int32),  # the cluster's next bond, -1 at the end
        ("site_a", np.int8),  # UP, DOWN, SIDE
        ("site_b", np.int8),
        ("whole", np.int8),  # 1 where the two have coalesced into one body
    ],
    align=True,
)

CONTACT = np.dtype(
    [
        ("fusion", np.float64),  # 1/s
        ("escape", np.float64),  # 1/s
        ("i", np.int64),  # clusters
        ("j", np.int64),
        ("a", np.int64),  # bodies
        ("b", np.int64),
        ("site_a", np.int64),
        ("site_b", np.int64),
    ],
    align=True,
)

CLASS = np.dtype(
    [
        ("key", np.int64),  # kinds present, barrier bin, curvature bin
        ("kinds", np.int64),  # bit mask
        ("lobe_low", np.float64),  # nm
        ("lobe_high", np.float64),
        ("hydrodynamic_low", np.float64),  # nm
        ("hydrodynamic_high", np.float64),
        ("skin_high", np.float64),  # nm
        ("reach_high", np.float64),  # facet-weighted over plain surface
        ("offset", np.int64),  # where the members stand in the pool
        ("room", np.int64),
        ("count", np.int64),
        ("slots", np.int64),  # places that proposals go to while their table stands
        ("grows", np.int64),  # 1 where more members came than there were slots: from then on some are kept free
    ],
    align=True,
)

NOW = np.dtype(
    [
        ("clock", np.float64),  # s
        ("events", np.int64),
        ("proposals", np.int64),
        ("violations", np.int64),  # rates above their majorant: must stay 0
        ("classes", np.int64),  # rows of the class table in use
        ("pool_used", np.int64),
        ("stale", np.int64),  # the class, plus one, whose majorants must be renewed; 0: none
        ("open", np.int64),  # loose contacts
        ("ahead", np.int64),  # pairs that are drawn and not yet proposed
        ("renewal", np.int64),  # events at which the table of proposals is renewed at the latest
    ],
    align=True,
)

MEMBER = np.dtype(
    [
        ("cluster", np.int32),
        ("stiffer", np.float32),  # how many times at least its g theta exceeds its class's: shades the majorant
    ],
    align=True,
)

PAIR = np.dtype(
    [
        ("asked", np.float64),  # nm3/s, rate at which the pair is taken
        ("product", np.float64),  # of the members' `stiffer`
        ("bound", np.float64),  # nm3/s, of the rate, from the two barriers
        ("c", np.int64),  # classes; -1 where rounding points past the last
        ("d", np.int64),
        ("first", np.int64),  # slots of the classes
        ("second", np.int64),
    ],
    align=True,
)

BOND_STATES = ("touching", "necked", "coalesced")
FACET_PAIRS = ("none", "homonymous", "heteronymous")
UP, DOWN, SIDE = 1, -1, 0
SLOTS, LADDER = 0, 1  # rows of State.sums

CACHE_LINE = 64  # bytes
DRAWN_AHEAD = 8  # pairs drawn at a time: memory is asked for all of them at once
FOUND_MOST = 1024  # places of State.found, a power of two
CLASSES_MOST = 384  # rows of the majorant table, by fours; a cluster that would need one more widens its nearest class
CONTACTS_MOST = 256  # loose contacts open at one moment (explicit mode): they live for nanoseconds
PANELS, DEGREE = 32, 8  # of the curves that molten layers are read off
BARRIER_BIN_KT = 1.0  # width of a class in its members' own barrier s^2 / kT


class State(NamedTuple):
    """Arrays of one replica. Few, and of records: every array of a tuple costs at every call that hands it on.

    Their shapes and units: bodies (particles,) BODY; clusters (particles,) CLUSTER; bonds (particles - 1,) BOND, the
    first now.events are filled; contacts (CONTACTS_MOST,) CONTACT, the first now.open are open; classes (CLASSES_MOST,)
    CLASS; softest (CLASSES_MOST, kinds), eV^(1/2); majorant and barrier (CLASSES_MOST, CLASSES_MOST), nm3/s and kT;
    heights (CLASSES_MOST, CLASSES_MOST), nm3/s; sums (2, CLASSES_MOST); pool of MEMBER; drawn (DRAWN_AHEAD,) PAIR;
    found (FOUND_MOST,); curves (2, kinds, PANELS, DEGREE + 1), nm; ranges (2, kinds, 2); words (4,); now (1,) NOW.
    """

    bodies: np.ndarray  # (particles,) BODY
    clusters: np.ndarray  # (particles,) CLUSTER
    bonds: np.ndarray  # (particles - 1,) BOND, the first now.events are filled
    contacts: np.ndarray  # (CONTACTS_MOST,) CONTACT, the first now.open are open
    classes: np.ndarray  # (CLASSES_MOST,) CLASS
    softest: np.ndarray  # (CLASSES_MOST, kinds) eV^(1/2), lower bound of g theta: the least barrier a dot can show
    majorant: np.ndarray  # (CLASSES_MOST, CLASSES_MOST) nm3/s
    barrier: np.ndarray  # (CLASSES_MOST, CLASSES_MOST): least barrier of such a pair over kT
    heights: np.ndarray  # (CLASSES_MOST, CLASSES_MOST) nm3/s, running sums of a row's majorants times slots
    sums: np.ndarray  # (2, CLASSES_MOST): slots; nm3/s, running sum of slots times the last of the class's heights
    pool: np.ndarray  # MEMBER, of the classes, each with room to grow
    drawn: np.ndarray  # (DRAWN_AHEAD,) PAIR, the last now.ahead are still to be proposed
    found: np.ndarray  # (FOUND_MOST,) the class last found for the keys of a place
    curves: np.ndarray  # (2, kinds, PANELS, DEGREE + 1) molten layer in nm against radius: see assembly.skins
    ranges: np.ndarray  # (2, kinds, 2) where they begin, in nm, and panels per nm
    words: np.ndarray  # (4,) the stream of random words, zeros until it is seeded
    now: np.ndarray  # (1,) NOW, in an array so that the loop can be resumed


def _laid_out(*parts: tuple[int, np.dtype]) -> list[np.ndarray]:
    """Arrays of zeros, so many of each record, that begin with a cache line, out of one block of memory.

    One block, for a large one comes in large pages, which are quick to get and to find again.
    """
    sizes = [-(-count * record.itemsize // CACHE_LINE) * CACHE_LINE for count, record in parts]
    block = np.zeros(sum(sizes) + CACHE_LINE, dtype=np.uint8)
    place, arrays = -block.ctypes.data % CACHE_LINE, []
    for (count, record), size in zip(parts, sizes, strict=True):
        arrays.append(block[place : place + count * record.itemsize].view(record))
        place += size
    return arrays


def empty_state(particles: int, kinds: int) -> State:
    """Arrays of the right sizes for this many dots of this many kinds, nothing in them yet."""
    bodies, clusters, bonds, pool = _laid_out(
        (particles, BODY),
        (particles, CLUSTER),
        (max(particles - 1, 0), BOND),
        (4 * particles + 16 * CLASSES_MOST, MEMBER),
    )
    bodies["root"] = np.arange(particles)
    return State(
        bodies=bodies,
        clusters=clusters,
        bonds=bonds,
        contacts=np.zeros(CONTACTS_MOST, dtype=CONTACT),
        classes=np.zeros(CLASSES_MOST, dtype=CLASS),
        softest=np.zeros((CLASSES_MOST, kinds)),
        majorant=np.zeros((CLASSES_MOST, CLASSES_MOST)),
        barrier=np.zeros((CLASSES_MOST, CLASSES_MOST)),
        heights=np.zeros((CLASSES_MOST, CLASSES_MOST)),
        sums=np.zeros((2, CLASSES_MOST)),
        pool=pool,
        drawn=np.zeros(DRAWN_AHEAD, dtype=PAIR),
        found=np.zeros(FOUND_MOST, dtype=np.int16),
        curves=np.zeros((2, kinds, PANELS, DEGREE + 1)),
        ranges=np.full((2, kinds, 2), np.inf),
        words=np.zeros(4, dtype=np.uint64),
        now=np.zeros(1, dtype=NOW),
    )
