"""How far a spectrum of a finite ensemble may lie from that of an endless one, and which sizes of cluster make it."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from physics.excitons.blocks import Block
from physics.excitons.states import Ensemble, Excitons
from physics.spectra import axes
from physics.spectra.coherences import frequency_map
from physics.spectra.question import mean_level_cm1, one_of
from physics.spectra.response import two_dimensional

GROUPS = 16


def sampling_error(
    ensemble: Ensemble | Excitons, t1_fs: ArrayLike, t2_fs: ArrayLike, t3_fs: ArrayLike, *, domain: str = "frequency",
    groups: int = GROUPS, **question: Any,
) -> xr.Dataset:  # fmt: skip
    """The spectrum with its standard error at every point, from the scatter between groups of clusters.

    `domain`: "time" for S(t1, t2, t3) or "frequency" for S(w1, t2, w3); keywords as in `two_dimensional`. Variables
    `signal`, complex, and `standard_error`, of its modulus' units; attribute `relative_error`, the root mean square of
    the error over that of the signal. The clusters are dealt into `groups` in turn; with p_g the share of the weight
    and S_g the sum of a group, error^2 = G/(G-1) sum |S_g - p_g S|^2. ValueError for fewer clusters than groups.
    """
    many = axes.many_clusters(ensemble)
    one_of("domain", domain, ("time", "frequency"))
    if not (isinstance(groups, (int, np.integer)) and 2 <= groups <= len(many)):
        raise ValueError(f"groups must be a whole number from 2 to the {len(many)} clusters, but {groups!r} came")
    if question.get("reference_cm1") is None:
        question["reference_cm1"] = mean_level_cm1(many)
    shares = many.weights / many.weights.sum()
    total, squares, crossed = np.zeros(1, complex), np.zeros(1), np.zeros(1, complex)
    share_squares, template = 0.0, None
    for number in range(groups):
        part = dealt(many, number, groups)
        share = float(shares[number::groups].sum())
        if part is None or share == 0.0:
            continue
        cube = two_dimensional(part, t1_fs, t2_fs, t3_fs, **question)
        template = frequency_map(cube) if domain == "frequency" else cube
        values = share * template.values
        total = total + values
        squares = squares + (values.real**2 + values.imag**2)
        crossed = crossed + share * values
        share_squares += share**2
    assert template is not None
    error = squares - 2.0 * np.real(np.conj(total) * crossed) + np.abs(total) ** 2 * share_squares
    error = np.sqrt(np.maximum(error, 0.0) * groups / (groups - 1))
    relative = math.sqrt(float(np.mean(error**2) / np.mean(np.abs(total) ** 2)))
    attributes = {**template.attrs, "clusters": len(many), "groups": int(groups), "relative_error": relative}
    units = {"units": template.attrs["units"]}
    return xr.Dataset({"signal": template.copy(data=total), "standard_error": (template.dims, error, units)},
                      template.coords, attributes)  # fmt: skip


def by_size(ensemble: Ensemble | Excitons) -> dict[int, tuple[float, Ensemble]]:
    """The clusters of each number of dots as an ensemble of their own, with their share of the weight.

    Spectra are means, so the whole spectrum is the sum of share x spectrum over the sizes (in one rotating frame).
    ValueError for what is no Ensemble with dipoles.
    """
    many = axes.many_clusters(ensemble)
    found = {}
    for block in many.blocks:
        share = float(many.weights[block.clusters].sum() / many.weights.sum())
        alone = _rows(block, np.arange(len(block.clusters)), np.arange(len(block.clusters)))
        part = replace(many, blocks=(alone,), weights=many.weights[block.clusters], labels=block.labels)
        if share > 0.0:
            found[int(block.dot_of_site.max()) + 1] = (share, part)
    return dict(sorted(found.items()))


def dealt(many: Ensemble, first: int, step: int) -> Ensemble | None:
    """The clusters first, first + step, ... as an ensemble of their own with their weights; None if there is none."""
    numbers = np.arange(first, len(many), step)
    blocks = []
    for block in many.blocks:
        rows = np.flatnonzero(block.clusters % step == first)
        if len(rows):
            blocks.append(_rows(block, rows, (block.clusters[rows] - first) // step))
    return replace(many, blocks=tuple(blocks), weights=many.weights[numbers]) if blocks else None


def _rows(block: Block, rows: np.ndarray, clusters: np.ndarray) -> Block:
    names = ("energies_cm1", "dipoles_debye", "vectors", "participation", "hamiltonians_cm1", "site_dipoles_debye")
    return replace(block, clusters=clusters, **{name: getattr(block, name)[rows] for name in names})
