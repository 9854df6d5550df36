"""The pathways of an ensemble as a table that people can read: which states and which family make what beat where."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from physics.excitons.states import Ensemble, Excitons
from physics.spectra.labels import family
from physics.spectra.pathways import PATHWAYS, POPULATION, clusters_of, pathways
from physics.spectra.question import Question, one_of, plan, waiting_classes


def pathway_table(ensemble: Ensemble | Excitons, waiting_class: str = "all", least: float = 1e-6,
                  **question: Any) -> xr.Dataset:  # fmt: skip
    """Every pathway with its labels: cluster, pathway, states i, j, coherence family, amplitude, w1, w2, w3.

    Dimension `path`; amplitudes in Debye^4 x share of the cluster, those below `least` of the strongest left out;
    `waiting_class`: "populations", "coherences" or "all". Keywords as in `two_dimensional`, without times and method.
    ValueError as there, and for an unknown waiting_class.
    """
    one_of("waiting_class", waiting_class, ("all", "populations", "coherences"))
    instant = [0.0, 1e-3]
    task = plan(ensemble, instant, instant, instant, Question(**question))
    shares = task.many.weights / task.many.weights.sum()
    columns: list[tuple[NDArray[Any], ...]] = []
    for block in task.many.blocks:
        classes = waiting_classes(block.labels, task.lifetimes_fs)
        clusters = clusters_of(block, slice(None), shares, classes, task.rules, task.many.statistics == "boson",
                               task.binding_cm1, task.interaction_cm1)  # fmt: skip
        names = np.array(block.labels)
        families = np.array([[family(a, b) if a != b else "population" for b in names] for a in names])
        for waiting in range(len(task.rules.rates)):
            if waiting_class == ("coherences" if waiting == POPULATION else "populations"):
                continue
            found = pathways(clusters, task.rules, waiting, labels=True)
            k, kind, i, j, f = found.label.T
            beating = np.where(kind == 0, "population", families[i, j])
            columns.append((block.clusters[k], np.array(PATHWAYS)[kind], names[i], names[j], f, beating,
                            found.amplitude, found.w1 + task.rules.reference_cm1, found.w2,
                            found.w3 + task.rules.reference_cm1))  # fmt: skip
    joined = [np.concatenate(column) for column in zip(*columns, strict=True)]
    kept = np.abs(joined[6]) > least * np.abs(joined[6]).max()
    names_ = ("cluster", "pathway", "i", "j", "f", "family", "amplitude", "w1", "w2", "w3")
    units = {"amplitude": "Debye^4", "w1": "cm-1", "w2": "cm-1", "w3": "cm-1"}
    return xr.Dataset({name: ("path", column[kept], {"units": units.get(name, "1")})
                       for name, column in zip(names_, joined, strict=True)})  # fmt: skip
