"""Populations of quantum-dot molecules: what forms in the flask, event by event, and what it amounts to."""

from assembly.clusters import Assembly
from assembly.population import Dots, Flask
from assembly.simulation import simulate

__all__ = ["Assembly", "Dots", "Flask", "simulate"]
