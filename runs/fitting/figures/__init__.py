"""The drawings of a fit: one a module, each takes results and computes none."""
