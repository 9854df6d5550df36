"""Fine structure of a dot as it grows longer: the curves behind the drawing and the numbers behind the table."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import networkx as nx
import numpy as np

from physics.excitons.fine_structure import dot_levels, manifold, relative_radiative_rate
from physics.excitons.graphs import read_graphs
from physics.excitons.levels import absorbing_diameter_nm
from runs.spectra.bond_table import BondTable
from runs.spectra.edge_parts import kinds_of

MATERIALS = ("CdSe", "CdS")  # whose extrema lie at Gamma
SIZES_NM = (2.1, 3.0, 4.0)  # drawn besides the graphs' own
TOLD = (1.0, 1.35, 1.5)
RATIOS = np.linspace(1.0, 1.6, 61)


@dataclass(frozen=True)
class ShapeLevels:
    """Levels (name -> energies (r,) meV, strengths (r,)) against the aspect ratio, for several diameters."""

    material: str
    ratios: np.ndarray
    own_diameter_nm: float
    own_ratio: float
    levels: dict[float, dict[str, tuple[np.ndarray, np.ndarray]]]
    rates: dict[float, np.ndarray]  # thermal radiative rate at 300 K relative to the sphere's
    own_diameters_nm: tuple[float, ...] = ()  # the mean of each kind of this material

    def as_json(self) -> dict[str, Any]:
        """What summary.json holds of it: levels in meV and rates at the ratios and diameters that are told."""
        rows = []
        for diameter in self.own_diameters_nm:
            for ratio in TOLD:
                found = dot_levels(self.material, diameter, ratio)
                bright = min(e for e, s in found.values() if s > 0.01)
                rate = float(np.interp(ratio, self.ratios, self.rates[diameter]))
                named = {name: {"energy_mev": e, "strength": s} for name, (e, s) in found.items()}
                rows.append({"diameter_nm": diameter, "aspect_ratio": ratio, "lowest_bright_mev": bright,
                             "relative_rate": rate, "levels": named})  # fmt: skip
        return {"material": self.material, "own_diameter_nm": self.own_diameter_nm,
                "own_aspect_ratio": self.own_ratio, "rows": rows}  # fmt: skip


def shape_levels(graphs: Sequence[nx.Graph], bond: BondTable | None) -> ShapeLevels | None:
    """The curves of the commonest dot's material; None where the eight-state band edge does not describe it."""
    columns = read_graphs(graphs)
    names, counts = np.unique(columns.material, return_counts=True)
    material = str(names[np.argmax(counts)])
    if material not in MATERIALS:
        return None
    sizes = absorbing_diameter_nm(columns)
    kinds = np.array([kind for row in kinds_of(graphs)[1] for kind in row])
    ours = (columns.material == material) & np.isfinite(sizes)
    if not ours.any():
        return None
    own = round(float(sizes[ours].mean()), 2)
    each = {round(float(sizes[ours & (kinds == kind)].mean()), 2) for kind in np.unique(kinds[ours])}
    levels, rates = {}, {}
    for diameter in sorted({*SIZES_NM, own, *each}):
        try:
            row = [dot_levels(material, diameter, ratio) for ratio in RATIOS]
        except ValueError:  # beyond the sizing curve
            continue
        levels[diameter] = {name: (np.array([r[name][0] for r in row]), np.array([r[name][1] for r in row]))
                            for name in row[0]}  # fmt: skip
        rate = np.asarray(relative_radiative_rate(*manifold(material, np.full(len(RATIOS), diameter), RATIOS)))
        rates[diameter] = rate / rate[0]
    asked = tuple(sorted(each & levels.keys()))
    if not asked:
        return None
    return ShapeLevels(material, RATIOS, own, bond.aspect_ratio if bond else 1.0, levels, rates, asked)
