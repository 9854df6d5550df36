"""What the shape of one object says of its number of dots: features, a trained score, bins of that score."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import optimize, special

from assembly.microscopy.shapes_of_objects import COLUMNS

RIDGE = 1e-3  # penalty on squared coefficients, per object; assumed
LEVELS = (0.75, 0.95)  # of the winning class's probability: edges of bins within a class; assumed
STEPS = (0.60, 0.75, 0.88, 0.96, 1.02, 1.08, 1.14, 1.20, 1.27)  # lobe distance over minor axis: edges of bins; assumed
STEP = 11  # column of the features
CLASSES = 4  # one dot, two, three or more, and several molecules in one object
NUMBER_OF_BINS = CLASSES * (len(LEVELS) + 1) + 2 * len(STEPS) * (len(LEVELS) + 1)


def shape_features(table: np.ndarray, minor_px: float) -> np.ndarray:
    """Features (objects, 12) of a table (objects, COLUMNS), free of units and of exposure.

    minor_px: the typical minor axis. The last is the distance between the lobes of a pair over minor_px, whatever their
    size: two equal discs of diameter D at distance d have axes (of equal second moments) of (D^2 + 4 d^2)^(1/2) and D.
    """
    column = {name: table[:, k] for k, name in enumerate(COLUMNS)}
    major, minor = column["major"], np.maximum(column["minor"], 0.5)
    features = [
        np.log(column["area"] / (0.25 * np.pi * minor_px**2)),
        np.log(major / minor_px),
        np.log(minor / minor_px),
        np.log(major / minor),
        column["solidity"],
        column["waist"],
        column["width_neck"],
        column["flatness"],
        np.clip(column["centre_to_peak"], 0.0, 1.5),
        column["saddle"],
        np.minimum(column["peaks"], 5.0),
        0.5 * np.sqrt(np.maximum(major**2 - minor**2, 0.0)) / minor_px,
    ]
    return np.nan_to_num(np.stack(features, axis=1))


@dataclass(frozen=True)
class Score:
    """A softmax of features and their squares (multinomial logistic regression), trained on virtual objects.

    centre and scale (12,) standardise the features; coefficients (terms, classes), a constant among the terms. All
    dimensionless, as the features are.
    """

    centre: np.ndarray
    scale: np.ndarray
    coefficients: np.ndarray

    def probabilities(self, features: np.ndarray) -> np.ndarray:
        """Probability (objects, classes) of each class, at the shares of the training set.

        features (objects, 12) of `shape_features`.
        """
        return np.asarray(special.softmax(_expanded(features, self.centre, self.scale) @ self.coefficients, axis=1))


def _expanded(features: np.ndarray, centre: np.ndarray, scale: np.ndarray) -> np.ndarray:
    z = np.clip((features - centre) / scale, -5.0, 5.0)
    return np.concatenate([np.ones((len(z), 1)), z, z * z], axis=1)


def trained(features: np.ndarray, classes: np.ndarray, weights: np.ndarray, number: int) -> Score:
    """The score that best tells `number` classes apart: weighted likelihood with a ridge, by L-BFGS.

    features (objects, 12), classes and weights (objects,). Classes are indices from 0, weights relative; dimensionless
    throughout.
    """
    centre = np.median(features, axis=0)
    scale = np.maximum(np.std(features, axis=0), 1e-3)
    x = _expanded(features, centre, scale)
    target = np.zeros((len(x), number))
    target[np.arange(len(x)), classes] = 1.0
    w = (weights / weights.sum())[:, None]

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        c = flat.reshape(x.shape[1], number)
        logits = x @ c
        log_p = logits - special.logsumexp(logits, axis=1, keepdims=True)
        gradient = x.T @ (w * (np.exp(log_p) - target)) + 2.0 * RIDGE * c
        return float(-np.sum(w * target * log_p) + RIDGE * np.sum(c * c)), gradient.ravel()

    best = optimize.minimize(loss, np.zeros(x.shape[1] * number), jac=True, method="L-BFGS-B", options={"maxiter": 60})
    return Score(centre, scale, best.x.reshape(x.shape[1], number))


def score_bins(probabilities: np.ndarray, features: np.ndarray) -> np.ndarray:
    """Bin of each object: the likeliest class, how sure (LEVELS), and of pairs and accidents the lobe distance.

    probabilities (objects, classes) of `Score.probabilities`, features (objects, 12) of `shape_features`; the answer
    (objects,), indices from 0.
    """
    winner = probabilities.argmax(axis=1)
    sure = np.searchsorted(LEVELS, probabilities.max(axis=1))
    levels = len(LEVELS) + 1
    bins = winner * levels + sure
    long = np.searchsorted(STEPS, features[:, STEP])
    pair = (winner == 1) | (winner == 3)
    extra = CLASSES * levels + levels * (2 * (long - 1) + (winner == 3)) + sure
    return np.asarray(np.where(pair & (long > 0), extra, bins))


def without_lengths(histogram: np.ndarray) -> np.ndarray:
    """The same histogram (NUMBER_OF_BINS,) with pairs of every length together: what tells of numbers alone."""
    levels = len(LEVELS) + 1
    plain = histogram[: CLASSES * levels].copy()
    extra = histogram[CLASSES * levels :].reshape(len(STEPS), 2, levels).sum(axis=0)
    plain[levels : 2 * levels] += extra[0]
    plain[3 * levels :] += extra[1]
    return np.asarray(plain)
