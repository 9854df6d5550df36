"""The drawings of two-dimensional spectra: one a module, each takes results and computes none."""
