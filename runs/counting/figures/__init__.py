"""The drawings of a count: one a module, each takes results and computes none."""
