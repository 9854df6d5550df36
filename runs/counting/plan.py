"""`--plan`: how many dots and images a wanted interval takes, with the spread between the images at hand."""

from dataclasses import asdict
from typing import Any

import numpy as np

from assembly.planning import ASSUMED_SPREAD, plan, spread_between_images
from runs.complaints import RecipeError, shown
from runs.counting.count import Outcome

DOTS_AN_IMAGE = 400  # where no image is given; assumed
CORRECTION = 2.0  # factor on the counting variance that the correction costs; assumed, trials reached 1 to 4


def planned(share: float, within: float | None, outcome: Outcome | None) -> dict[str, Any]:
    """The plan as --json prints it; images given say how many dots one holds and how much the images differ.

    `share`: dimers of particles, `within`: half-width of its 95 % interval, both shares of 1. RecipeError for one out
    of its range.
    """
    assert within is not None
    if not 0.0 < share < 1.0:
        raise RecipeError(f"--plan: wanted a dimer share of particles between 0 and 1, got {shown(share)}.")
    if not 0.0 < within < 0.5:
        raise RecipeError(f"--within: wanted a half-width between 0 and 0.5, got {shown(within)}.")
    spread, source, dots = ASSUMED_SPREAD, "assumed", DOTS_AN_IMAGE
    if outcome is not None:
        counts = np.array([image.counts for image in outcome.images], dtype=float)
        filled = counts[counts[:, :2].sum(axis=1) > 0]
        per_image = counts @ np.array([1.0, 2.0, 3.0, 4.0])
        dots = max(2, round(float(per_image.mean())))
        if len(filled) >= 2:
            spread = spread_between_images(filled[:, 1], filled[:, :2].sum(axis=1))
            source = f"{len(filled)} images, raw counts"
    try:
        found = plan(share, within, dots, min(spread, 0.49), CORRECTION)
    except ValueError as error:
        raise RecipeError(f"--within: {' '.join(str(error).split()).rstrip('.')}.") from None
    return {**asdict(found), "spread_from": source, "correction_variance_factor": CORRECTION}
