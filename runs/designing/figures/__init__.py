"""The drawings of a design: one a module, each takes results and computes none."""
