"""One drawing per module: each takes results, computes none, and returns a matplotlib figure."""
