"""The drawings of what single graphs and dots tell: one a module, each takes results and computes none."""
