"""Excitons of quantum-dot molecules: levels of a dot, coupling of a pair, states of any graph."""

from physics.excitons.graphs import check_graph
from physics.excitons.states import Ensemble, Excitons, ensemble, ensemble_from_arrays, excitons

__all__ = ["Ensemble", "Excitons", "check_graph", "ensemble", "ensemble_from_arrays", "excitons"]
