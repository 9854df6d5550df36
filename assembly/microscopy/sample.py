"""The pictures of one sample as one set of objects, and the conditions under which they were seen."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assembly.microscopy.background import noise_covariance
from assembly.microscopy.calibration import statistics, typical_minor_px
from assembly.microscopy.object_scores import shape_features
from assembly.microscopy.rehearsal import Conditions, border_weights
from assembly.microscopy.segmentation import Procedure, Segmented, away_from
from assembly.microscopy.shapes_of_objects import COLUMNS

BRIGHTNESSES = ("peak", "mean", "edge")
BOOTSTRAPS = 40  # for the sampling spread of the statistics
CAMERA_LAG_PX = 7  # reach of the camera's own correlation; assumed
SMOOTHING_LAGS = 5.0  # reach of the smoothing's, in its standard deviations: exp(-25 / 4) is 0.002; computed


@dataclass(frozen=True)
class Sample:
    """table (objects, COLUMNS), brightness in units of each picture's contrast; weight, image (objects,)."""

    table: np.ndarray
    weight: np.ndarray
    image: np.ndarray
    dots: np.ndarray
    images: int
    area_nm2: float
    conditions: Conditions

    @property
    def minor_px(self) -> float:
        """Typical minor axis."""
        return typical_minor_px(self.table, self.weight)

    @property
    def features(self) -> np.ndarray:
        """Shape features (objects, 12) of every object, dimensionless."""
        return shape_features(self.table, self.minor_px)

    def statistics(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """The figures to be matched, and their sampling spread by a bootstrap of the objects.

        Both (6,), see `calibration.statistics`. Dimensionless: logarithms and ratios.
        """
        found = statistics(self.table, self.weight)
        number = len(self.table)
        drawn = [self.weight * rng.multinomial(number, np.full(number, 1.0 / number)) for _ in range(BOOTSTRAPS)]
        return found, np.std([statistics(self.table, w + 1e-9) for w in drawn], axis=0)


def common_procedure(procedures: Sequence[Procedure]) -> Procedure:
    """One procedure for all pictures of a sample: the medians of theirs."""
    return Procedure(
        **{
            name: float(np.median([getattr(p, name) for p in procedures]))
            for name in ("smoothing_px", "threshold", "smallest_px", "split_px", "background_px")
        },
        bright_dots=procedures[0].bright_dots,
    )


def gathered(segmented: Sequence[Segmented], procedure: Procedure, nm_per_pixel: float) -> Sample:
    """Pool pictures of one sample, segmented by one procedure, each weighted for its own border.

    nm_per_pixel: that of all of them, nm.
    """
    tables, weights, noises = [], [], []
    for found in segmented:
        table = found.table.copy()
        for name in BRIGHTNESSES:
            table[:, COLUMNS.index(name)] /= found.contrast
        tables.append(table)
        weights.append(border_weights(table, found.labels.shape))
        noises.append(_noise(found, CAMERA_LAG_PX + math.ceil(SMOOTHING_LAGS * procedure.smoothing_px)))
    pixels = sum(f.labels.size if f.masked is None else int((~f.masked).sum()) for f in segmented)
    covered = sum(int(found.mask.sum()) for found in segmented) / pixels
    return Sample(
        table=np.concatenate(tables),
        weight=np.concatenate(weights),
        image=np.repeat(np.arange(len(tables)), [len(t) for t in tables]),
        dots=np.concatenate([found.dots for found in segmented]),
        images=len(tables),
        area_nm2=pixels * nm_per_pixel**2,
        conditions=Conditions(nm_per_pixel, covered, procedure, np.mean(noises, axis=0)),
    )


def _noise(found: Segmented, lag: int) -> np.ndarray:
    """Covariance of the smoothed picture's noise in squared contrasts, from pixels well away from the dots."""
    across = math.sqrt(max(float(np.median(found.column("area"))), 4.0))
    taken = found.mask if found.masked is None else found.mask | found.masked
    for margin in (0.6 * across, 0.3 * across, 1.0):
        outside = away_from(taken, margin)
        if outside.mean() > 0.03:
            break
    return noise_covariance(found.signal, outside, lag) / found.contrast**2
