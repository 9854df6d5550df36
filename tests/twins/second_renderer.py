"""The second renderer: virtual micrographs made in another way than those behind the correction's templates.

Every dot is a superellipse with an elongation, a direction and a lumpy outline of its own; n-mers lie tilted; the
thickness of lobes that share a column is the union of their chords; absorption is exponential and differs from dot to
dot; the point spread has a core and a tail; the background is a tilted and curved plane; the noise is correlated from
pixel to pixel. Deposition is random and sequential with the ligand gap kept; a part of the n-mers dries against a
neighbour, at the gap. Written to be read: numpy and scipy alone, nothing of the package.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

FINEST = 3  # sub-pixels along each axis of a pixel when a dot is drawn
LARGEST = 4  # dots in the largest n-mer
TRIES = 4000  # tries of one n-mer before the field counts as full
HARMONICS = (3, 4, 5)  # of the lumpy outline


@dataclass(frozen=True)
class Sample:
    """What lies on the grid, and how it is looked at. Lengths in nm, unless a name says otherwise."""

    nm_per_pixel: float = 0.4
    dots: int = 430  # expected with their n-mer's middle inside one image
    coverage: float = 0.08  # area of the discs of all dots over the area of the field
    shares: tuple[float, ...] = (1.0, 0.0, 0.0, 0.0)  # of particles, in n-mers of 1, 2, 3, 4
    dot_diameter_nm: float = 6.0
    size_spread: float = 0.05  # relative standard deviation of the diameter
    lobe_distance: float = 0.84  # between the centres of fused dots, in dot diameters
    gap_nm: float = 1.2  # of ligands, between the surfaces of dots that merely lie side by side
    attraction: float = 0.02  # share of n-mers that dry against an earlier one
    elongation: float = 0.05  # relative standard deviation of the long over the short axis
    exponents: tuple[float, float] = (2.0, 2.6)  # of the superellipse, drawn evenly between
    lumps: float = 0.015  # standard deviation of each harmonic of the outline
    tilt_deg: float = 10.0  # standard deviation of a bond's angle out of the plane of the grid
    contrast: float = 0.30  # absorbed in the middle of the mean dot
    contrast_spread: float = 0.10  # relative standard deviation from dot to dot
    core_nm: float = 0.4  # standard deviation of the point spread's core
    tail_nm: float = 1.6  # and of its tail
    tail: float = 0.15  # weight of the tail
    ramp: float = 0.08  # of the background, from one side of the field to the other
    noise: float = 0.04  # standard deviation, of the background
    noise_pixels: float = 0.8  # standard deviation of the noise's smoothing kernel


@dataclass(frozen=True)
class Nmer:
    """One n-mer on the grid: lobe centres (n, 3), radii (n,), whether it is cut, whether its middle is inside."""

    lobes_nm: np.ndarray
    radii_nm: np.ndarray
    whole: bool
    inside: bool

    @property
    def n(self) -> int:
        return len(self.radii_nm)


@dataclass(frozen=True)
class Picture:
    """An image (rows, columns; bright field, background about 180) and the truth that it shows."""

    image: np.ndarray
    nm_per_pixel: float
    truth: tuple[Nmer, ...]

    def counts(self, only_whole: bool = False) -> np.ndarray:
        """n-mers of 1, 2, 3, 4 dots whose middle is inside the field (or that are whole)."""
        kept = [nmer.n for nmer in self.truth if (nmer.whole if only_whole else nmer.inside)]
        return np.bincount(kept, minlength=LARGEST + 1)[1 : LARGEST + 1]


def field_nm(sample: Sample) -> float:
    """Side of the square field that holds the wanted number of dots at the wanted coverage."""
    return math.sqrt(sample.dots * math.pi * sample.dot_diameter_nm**2 / 4.0 / sample.coverage)


def picture(sample: Sample, rng: np.random.Generator) -> Picture:
    """One virtual micrograph of the sample."""
    pixels = round(field_nm(sample) / sample.nm_per_pixel)
    side = pixels * sample.nm_per_pixel
    nmers = deposit(sample, side, rng)
    absorbed = np.zeros((pixels, pixels))
    for nmer in nmers:
        _draw(absorbed, nmer, sample, rng)
    seen = _blurred(np.exp(-absorbed), sample)
    return Picture(_detected(seen, sample, rng), sample.nm_per_pixel, tuple(nmers))


def pictures(sample: Sample, images: int, seed: int) -> list[Picture]:
    """Several independent images of one sample."""
    return [picture(sample, np.random.default_rng(child)) for child in np.random.SeedSequence(seed).spawn(images)]


def true_shares(shown: list[Picture], of: str = "particles") -> np.ndarray:
    """Realised shares (1, 2, 3, 4) in the images made: of particles, of objects or of assemblies."""
    counts = np.sum([one.counts() for one in shown], axis=0).astype(float)
    if of == "particles":
        counts *= np.arange(1, LARGEST + 1)
    if of == "assemblies":
        counts[0] = 0.0
    return counts / max(counts.sum(), 1.0)


def deposit(sample: Sample, side: float, rng: np.random.Generator) -> list[Nmer]:
    """Random sequential deposition on the field and a margin around it, so that some n-mers are cut by its border."""
    margin = 1.5 * sample.dot_diameter_nm
    wide = side + 2.0 * margin
    wanted = rng.poisson(sample.dots * (wide / side) ** 2)
    weights = np.asarray(sample.shares) / np.arange(1, len(sample.shares) + 1)
    weights = weights / weights.sum()
    centres, radii, nmers, laid = np.zeros((0, 3)), np.zeros(0), [], 0
    while laid < wanted:
        lobes, own = shape(sample, 1 + int(rng.choice(len(weights), p=weights)), rng)
        dries = bool(nmers) and rng.random() < sample.attraction
        for _ in range(TRIES):
            if dries:
                placed = lobes + _beside(lobes, own, nmers[rng.integers(len(nmers))], sample.gap_nm, rng)
            else:
                placed = lobes + np.append(rng.uniform(-margin, side + margin, 2), 0.0)
            if _free(placed, own, centres, radii, sample.gap_nm):
                break
        else:
            raise ValueError(f"coverage: no room is left for another n-mer after {laid} of {wanted} dots")
        centres, radii = np.vstack([centres, placed]), np.append(radii, own)
        nmers.append(_on_field(placed, own, side))
        laid += len(own)
    return [nmer for nmer in nmers if _touches_field(nmer, side)]


def shape(sample: Sample, n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Lobe centres (n, 3) about their middle, and radii: a random tree of bonds, each tilted a little."""
    spread = math.sqrt(math.log1p(sample.size_spread**2))
    radii = 0.5 * sample.dot_diameter_nm * np.exp(spread * rng.standard_normal(n) - 0.5 * spread**2)
    lobes = np.zeros((n, 3))
    for lobe in range(1, n):
        while True:
            parent = int(rng.integers(lobe))
            azimuth, tilt = rng.uniform(0, 2 * math.pi), math.radians(sample.tilt_deg) * rng.standard_normal()
            bond = sample.lobe_distance * (radii[parent] + radii[lobe])
            way = np.array([math.cos(tilt) * math.cos(azimuth), math.cos(tilt) * math.sin(azimuth), math.sin(tilt)])
            lobes[lobe] = lobes[parent] + bond * way
            others = np.delete(np.arange(lobe), parent)
            apart = np.linalg.norm(lobes[others, :2] - lobes[lobe, :2], axis=1)
            if np.all(apart >= 0.98 * sample.lobe_distance * (radii[others] + radii[lobe])):
                break
    return lobes - lobes.mean(axis=0), radii


def _beside(lobes: np.ndarray, radii: np.ndarray, other: Nmer, gap: float, rng: np.random.Generator) -> np.ndarray:
    """The shift that brings an n-mer, coming from a random side, to the gap from another one.

    |t u + p - q| = a + b + gap for each pair of lobes p, q is a quadratic in t; the largest root of all touches first.
    """
    azimuth = rng.uniform(0, 2 * math.pi)
    way = np.array([math.cos(azimuth), math.sin(azimuth)])
    target = other.lobes_nm[:, :2]
    start = target.mean(axis=0)
    apart = (lobes[:, None, :2] + start - target[None]).reshape(-1, 2)
    reach = (radii[:, None] + other.radii_nm[None] + gap).ravel() * (1.0 + 1e-9)
    along = apart @ way
    inside = along**2 - np.sum(apart**2, axis=1) + reach**2
    roots = -along[inside > 0] + np.sqrt(inside[inside > 0])
    return np.append(start + (roots.max() if len(roots) else 0.0) * way, 0.0)


def _free(placed: np.ndarray, own: np.ndarray, centres: np.ndarray, radii: np.ndarray, gap: float) -> bool:
    if not len(radii):
        return True
    apart = np.linalg.norm(placed[:, None, :2] - centres[None, :, :2], axis=2)
    return bool(np.all(apart >= own[:, None] + radii[None] + gap))


def _on_field(lobes: np.ndarray, radii: np.ndarray, side: float) -> Nmer:
    low, high = (lobes[:, :2] - radii[:, None]).min(axis=0), (lobes[:, :2] + radii[:, None]).max(axis=0)
    middle = lobes[:, :2].mean(axis=0)
    whole = bool(np.all(low > 0) and np.all(high < side))
    return Nmer(lobes, radii, whole, bool(np.all(middle >= 0) and np.all(middle < side)))


def _touches_field(nmer: Nmer, side: float) -> bool:
    low = (nmer.lobes_nm[:, :2] - nmer.radii_nm[:, None]).min(axis=0)
    high = (nmer.lobes_nm[:, :2] + nmer.radii_nm[:, None]).max(axis=0)
    return bool(nmer.inside or (np.all(high > 0) and np.all(low < side)))


def _draw(absorbed: np.ndarray, nmer: Nmer, sample: Sample, rng: np.random.Generator) -> None:
    """Add an n-mer's absorption, averaged over the sub-pixels of each pixel, to the field."""
    pixel, pixels = sample.nm_per_pixel, len(absorbed)
    reach = 1.35 * nmer.radii_nm.max()
    first = np.maximum(np.floor((nmer.lobes_nm[:, :2].min(axis=0) - reach) / pixel), 0).astype(int)
    last = np.minimum(np.ceil((nmer.lobes_nm[:, :2].max(axis=0) + reach) / pixel), pixels).astype(int)
    darkness = math.sqrt(math.log1p(sample.contrast_spread**2))
    shared = rng.standard_normal()  # the crystal as a whole; the rest differs from lobe to lobe
    outlines = [_outline(sample, rng) for _ in range(nmer.n)]
    strengths = np.exp(darkness * (0.8 * shared + 0.6 * rng.standard_normal(nmer.n)))
    strengths *= -math.log1p(-sample.contrast) / sample.dot_diameter_nm
    if np.any(last <= first):
        return
    x = (first[0] + (np.arange((last[0] - first[0]) * FINEST) + 0.5) / FINEST) * pixel
    y = (first[1] + (np.arange((last[1] - first[1]) * FINEST) + 0.5) / FINEST) * pixel
    grid_y, grid_x = np.meshgrid(y, x, indexing="ij")
    chords = [
        _half_chord(grid_x - lobe[0], grid_y - lobe[1], radius, *outline)
        for lobe, radius, outline in zip(nmer.lobes_nm, nmer.radii_nm, outlines, strict=True)
    ]
    dark = _union(np.array(chords), nmer.lobes_nm[:, 2], strengths)
    shape = (last[1] - first[1], FINEST, last[0] - first[0], FINEST)
    absorbed[first[1] : last[1], first[0] : last[0]] += dark.reshape(shape).mean(axis=(1, 3))


def _outline(sample: Sample, rng: np.random.Generator) -> tuple[float, float, float, np.ndarray, np.ndarray]:
    """Direction, elongation, exponent, and the lumps' amplitudes and phases of one dot."""
    long = math.exp(abs(sample.elongation * rng.standard_normal()))
    amplitudes = sample.lumps * rng.standard_normal(len(HARMONICS))
    phases = rng.uniform(0, 2 * math.pi, len(HARMONICS))
    return rng.uniform(0, math.pi), long, rng.uniform(*sample.exponents), amplitudes, phases


def _half_chord(
    x: np.ndarray, y: np.ndarray, radius: float, turn: float, long: float, exponent: float,
    amplitudes: np.ndarray, phases: np.ndarray,
) -> np.ndarray:  # fmt: skip
    """Half the thickness along the beam, r sqrt(1 - s^2), s^p = |u/a|^p + |v/b|^p with a lumpy rim; 0 outside."""
    u = (math.cos(turn) * x + math.sin(turn) * y) / (radius * math.sqrt(long))
    v = (-math.sin(turn) * x + math.cos(turn) * y) / (radius / math.sqrt(long))
    # equal area: a superellipse of exponent p holds more than the ellipse of the same axes
    fuller = 4.0 * math.gamma(1.0 + 1.0 / exponent) ** 2 / math.gamma(1.0 + 2.0 / exponent) / math.pi
    out = (np.abs(u) ** exponent + np.abs(v) ** exponent) ** (1.0 / exponent) * math.sqrt(fuller)
    angle = np.arctan2(v, u)
    rim = 1.0 + sum(a * np.cos(k * angle + p) for k, a, p in zip(HARMONICS, amplitudes, phases, strict=True))
    return radius * np.sqrt(np.clip(1.0 - (out / rim) ** 2, 0.0, None))


def _union(halves: np.ndarray, heights: np.ndarray, strengths: np.ndarray) -> np.ndarray:
    """Absorption through lobes whose chords along the beam may overlap: what is shared counts once, for the lower."""
    order = np.argsort(heights)
    total = np.zeros(halves.shape[1:])
    top = np.full(halves.shape[1:], -np.inf)
    for lobe in order:
        there = halves[lobe] > 0
        low, high = heights[lobe] - halves[lobe], heights[lobe] + halves[lobe]
        added = np.clip(high - np.maximum(low, top), 0.0, None)
        total += np.where(there, strengths[lobe] * added, 0.0)
        top = np.where(there, np.maximum(top, high), top)
    return total


def _blurred(seen: np.ndarray, sample: Sample) -> np.ndarray:
    core = ndimage.gaussian_filter(seen, sample.core_nm / sample.nm_per_pixel, mode="nearest")
    tail = ndimage.gaussian_filter(seen, sample.tail_nm / sample.nm_per_pixel, mode="nearest")
    return (1.0 - sample.tail) * core + sample.tail * tail


def _detected(seen: np.ndarray, sample: Sample, rng: np.random.Generator) -> np.ndarray:
    """Times an uneven background, and noise that neighbours share and that grows with the root of the signal."""
    across = np.linspace(-0.5, 0.5, len(seen))
    angle = rng.uniform(0, 2 * math.pi)
    plane = math.cos(angle) * across[None, :] + math.sin(angle) * across[:, None]
    background = 1.0 + sample.ramp * (plane + 0.7 * (plane**2 - 1.0 / 12.0))
    grain = ndimage.gaussian_filter(rng.standard_normal(seen.shape), sample.noise_pixels, mode="wrap")
    grain *= sample.noise / max(grain.std(), 1e-12)
    return 180.0 * background * (seen + grain * np.sqrt(seen))
