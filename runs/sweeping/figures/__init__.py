"""The drawings of a sweep: one a module, each takes results and computes none."""
