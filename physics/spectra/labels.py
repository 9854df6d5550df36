"""Names of the coherences between two states of a dimer, by the labels of the states (Hamilton 2023, Fig. 2a).

rho_I: two fine-structure states of one band on the same side (L1- with L2-, L1+ with L2+). rho_II: a lower with an
upper state of band L. rho_III: an upper state of L with a lower one of H. rho_LH: a lower of L with a lower of H, the
still faster one. other: everything else, all pairs of models without these labels among it.
"""

from __future__ import annotations

FAMILIES = ("rho_I", "rho_II", "rho_III", "rho_LH", "other")


def family(first: str, second: str) -> str:
    """The family of the coherence between two labelled states; the order does not matter."""
    for label in (first, second):
        if len(label) < 3 or label[0] not in "LH" or label[-1] not in "+-":
            return "other"
    bands, ends = {first[0], second[0]}, first[-1] + second[-1]
    if bands == {"L"}:
        if ends in ("--", "++"):
            return "rho_I" if first != second else "other"
        return "rho_II"
    if bands == {"L", "H"}:
        low, high = (first, second) if first[0] == "L" else (second, first)
        if low[-1] + high[-1] == "+-":
            return "rho_III"
        if low[-1] + high[-1] == "--":
            return "rho_LH"
    return "other"
