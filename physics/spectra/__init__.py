"""Spectra of ensembles of quantum-dot molecules."""
