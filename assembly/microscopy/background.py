"""What a micrograph shows besides dots: the illumination, and the noise with its correlation from pixel to pixel."""

from __future__ import annotations

import math

import numpy as np
from scipy import fft, ndimage

NOISE_LAG_PX = (
    6  # farthest lag at which noise is taken to be correlated; detectors' own spread is 1 to 2 pixels; assumed
)
MAD_TO_SD = 1.4826  # of a normal distribution, computed
REDUCED_SIDE = 160  # the illumination is smoothed on a picture reduced to about this side


def illumination(image: np.ndarray, foreground: np.ndarray | None, radius_px: float) -> np.ndarray:
    """The grey level without dots (height, width): the mean of pixels outside `foreground`, smoothed over radius_px.

    A Gaussian-weighted mean in which covered pixels do not count (normalised convolution, Knutsson 1993), made on a
    reduced picture. Where nothing is uncovered within reach the mean of all uncovered pixels stands in. image (height,
    width), in any unit of brightness.
    """
    step = max(1, round(min(radius_px / 4.0, max(image.shape) / REDUCED_SIDE)))
    weights = np.ones(image.shape, dtype=np.float32) if foreground is None else (~foreground).astype(np.float32)
    share = _block_sums(weights, step)
    level = _block_sums(image * weights, step)
    overall = float(level.sum()) / max(float(share.sum()), 1.0)
    spread = max(radius_px / step, 0.5)
    faint = 1e-3 * step * step
    smooth_share = ndimage.gaussian_filter(share, spread, mode="nearest", truncate=3.0) + faint
    smooth_level = ndimage.gaussian_filter(level, spread, mode="nearest", truncate=3.0) + faint * overall
    reduced = smooth_level / smooth_share
    if step == 1:
        return reduced.astype(np.float32)
    height, width = image.shape
    rows = np.clip((np.arange(height) + 0.5) / step - 0.5, 0, reduced.shape[0] - 1)
    columns = np.clip((np.arange(width) + 0.5) / step - 0.5, 0, reduced.shape[1] - 1)
    return _bilinear(reduced, rows, columns)


def _block_sums(image: np.ndarray, step: int) -> np.ndarray:
    rows = np.add.reduceat(image, np.arange(0, image.shape[0], step), axis=0)
    return np.add.reduceat(rows, np.arange(0, image.shape[1], step), axis=1).astype(np.float32)


def _bilinear(reduced: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    top, left = np.floor(rows).astype(int), np.floor(columns).astype(int)
    bottom = np.minimum(top + 1, reduced.shape[0] - 1)
    right = np.minimum(left + 1, reduced.shape[1] - 1)
    down, across = (rows - top).astype(np.float32)[:, None], (columns - left).astype(np.float32)[None, :]
    tall = reduced[top] * (1 - down) + reduced[bottom] * down
    return np.asarray(tall[:, left] * (1 - across) + tall[:, right] * across, dtype=np.float32)


def noise_covariance(residual: np.ndarray, outside: np.ndarray, lag: int = NOISE_LAG_PX) -> np.ndarray:
    """Covariance (2 L + 1, 2 L + 1) of the noise at lags up to L = lag, from pixels without dots.

    C(l) = sum r(x) r(x + l) / pairs, both pixels outside the dots, r the picture less its illumination; by fast Fourier
    transform of the masked picture. Slow undulations that the illumination missed are taken off as the mean at the
    farthest lags. residual r and outside (height, width).
    """
    kept = np.where(outside, residual - residual[outside].mean(), 0.0).astype(np.float32)
    shape = [fft.next_fast_len(side + lag, real=True) for side in residual.shape]
    power = np.abs(fft.rfft2(kept, shape)) ** 2
    pairs = np.abs(fft.rfft2(outside.astype(np.float32), shape)) ** 2
    rows = np.arange(-lag, lag + 1)
    products = fft.irfft2(power, shape)[np.ix_(rows, rows)]
    numbers = np.maximum(fft.irfft2(pairs, shape)[np.ix_(rows, rows)], 1.0)
    covariance = np.asarray(products / numbers, dtype=float)
    far = np.hypot(*np.meshgrid(rows, rows)) >= lag
    slow = min(float(covariance[far].mean()), 0.5 * float(covariance[lag, lag]))
    return covariance - max(slow, 0.0)


def noise_filter(covariance: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Amplitudes (of rfft2 of `shape`) that turn white noise of unit variance into noise of this covariance.

    The root of the power spectrum, the Fourier transform of the covariance tapered to zero over its farther lags;
    negative powers, which only sampling error makes, are cut off. covariance (2 L + 1, 2 L + 1).
    """
    lag = covariance.shape[0] // 2
    rows = np.arange(-lag, lag + 1)
    outer = np.clip(2.0 * np.hypot(*np.meshgrid(rows, rows)) / (lag + 1.0) - 1.0, 0.0, 1.0)
    taper = np.cos(0.5 * math.pi * outer) ** 2
    laid = np.zeros(shape)
    laid[np.ix_(rows, rows)] = covariance * taper
    spectrum = np.maximum(fft.rfft2(laid).real, 0.0)
    return np.asarray(np.sqrt(spectrum))


def noise_like(covariance: np.ndarray, shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """Normal noise (height, width) of the given covariance, periodic at its borders.

    covariance (2 L + 1, 2 L + 1); the noise in the root of its unit.
    """
    white = rng.standard_normal(shape, dtype=np.float32)
    coloured = fft.irfft2(fft.rfft2(white) * noise_filter(covariance, shape).astype(np.float32), shape)
    return np.asarray(coloured, dtype=np.float32)
