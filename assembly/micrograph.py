"""Virtual micrographs: molecules set on a grid and seen through a microscope, with the truth kept beside."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import networkx as nx
import numpy as np
from numpy.typing import ArrayLike
from scipy import ndimage

from assembly.microscopy.deposition import Deposited, deposited
from assembly.microscopy.molecules import Molecules, from_graphs, lobe_radius_nm, mixture
from assembly.microscopy.scene import Scene
from assembly.microscopy.thickness import darkness, elongated

__all__ = ["Micrograph", "Molecules", "Scene", "from_graphs", "lobe_radius_nm", "mixture", "render", "render_graphs"]

BACKGROUND_LEVEL = 45000  # of 65535 in the 16-bit picture: room above for noise; assumed


@dataclass(frozen=True)
class Micrograph:
    """A rendered picture. image (height, width) float32 in units of the background, dots dark; nm_per_pixel.

    truth: columns over all molecules that reach into the field: dots, x_px, y_px (centre; pixel 0 is centred at 0),
    partial (cut by the border), molecule (row of the library).
    """

    image: np.ndarray
    nm_per_pixel: float
    truth: dict[str, np.ndarray]
    scene: Scene

    def as_uint16(self) -> np.ndarray:
        """The picture as a camera stores it: background at BACKGROUND_LEVEL, clipped to 0 ... 65535.

        Shape (height, width), in counts of the camera.
        """
        return np.clip(np.round(BACKGROUND_LEVEL * self.image), 0, 65535).astype(np.uint16)

    def of_particles(self) -> dict[str, float]:
        """True share of particles in molecules of 1, 2, 3 and 4 or more dots, of those centred in the field."""
        height, width = self.image.shape
        x, y, dots = self.truth["x_px"], self.truth["y_px"], self.truth["dots"]
        inside = (x > -0.5) & (y > -0.5) & (x < width - 0.5) & (y < height - 0.5)
        held = np.array([dots[inside & (np.minimum(dots, 4) == n)].sum() for n in (1, 2, 3, 4)], dtype=float)
        return dict(zip(("1", "2", "3", "4+"), (held / max(held.sum(), 1.0)).tolist(), strict=True))


def render_graphs(graphs: Iterable[nx.Graph], scene: Scene, rng: np.random.Generator) -> Micrograph:
    """A micrograph of cluster graphs (`position_nm`, `diameter_nm`; graph attribute `weight`), as `render`.

    ValueError as there, and for a node that lacks its position or diameter.
    """
    molecules, weights = from_graphs(graphs)
    return render(molecules, weights, scene, rng)


def render(molecules: Molecules, weights: ArrayLike, scene: Scene, rng: np.random.Generator) -> Micrograph:
    """Deposit molecules drawn by weight, project their thickness, blur it, add illumination and noise.

    image = background (1 - contrast * darkness * point spread) + noise; noise grows with the root of the brightness.
    ValueError where the coverage cannot be reached by random deposition with this gap. weights (m,), one for each
    molecule of the library; ValueError for other weights, too. They are relative numbers.
    """
    chances = np.asarray(weights, dtype=float)
    if chances.shape != (len(molecules),) or not np.all(chances >= 0.0) or not chances.sum() > 0.0:
        raise ValueError(f"weights must hold a number of at least 0 for each of {len(molecules)} molecules, not all 0")
    nm = scene.nm_per_pixel
    lain = deposited(
        molecules,
        chances,
        width_nm=scene.width_px * nm,
        height_nm=scene.height_px * nm,
        coverage=scene.coverage,
        gap_nm=scene.gap_nm,
        attraction=scene.attraction,
        tilt_deg=scene.tilt_deg,
        lying=scene.lying,
        rng=rng,
    )
    if lain.jammed:
        raise ValueError(f"coverage must be low enough for random deposition with the gap, not {scene.coverage!r}")
    dark = projected(lain, scene, rng)
    height, width = dark.shape
    tilt = rng.random() * 2.0 * np.pi
    across = np.linspace(-0.5, 0.5, width)[None, :] * np.cos(tilt) + np.linspace(-0.5, 0.5, height)[:, None] * np.sin(
        tilt
    )
    image = (1.0 + scene.gradient * across) * (1.0 - scene.contrast * dark)
    noise = rng.standard_normal(dark.shape, dtype=np.float32)
    if scene.noise_correlation_px > 0.0:
        noise = ndimage.gaussian_filter(noise, scene.noise_correlation_px)
        noise /= noise.std()
    image += scene.noise * np.sqrt(np.maximum(image, 0.0)) * noise
    if scene.scale_bar_nm is not None:
        length, thick = round(scene.scale_bar_nm / nm), max(2, height // 60)
        image[height - 2 * thick : height - thick, max(0, width - length - thick) : width - thick] = 0.0
    return Micrograph(image.astype(np.float32), nm, _truth(lain, scene), scene)


def projected(lain: Deposited, scene: Scene, rng: np.random.Generator) -> np.ndarray:
    """Blurred darkness (height, width) of what lies on the grid, in units of the scene's contrast."""
    nm = scene.nm_per_pixel
    per_molecule = 1.0 + scene.contrast_spread * rng.standard_normal(len(lain.dots))
    shade = per_molecule[lain.owner] * (1.0 + scene.lobe_contrast_spread * rng.standard_normal(len(lain.owner)))
    squeeze = elongated(len(lain.owner), scene.elongation, rng)
    shape = (scene.height_px, scene.width_px)
    sharp = darkness(
        shape, lain.balls / nm, lain.start, squeeze, np.maximum(shade, 0.15), scene.diameter_nm / nm,
        scene.thickness_power,
    )  # fmt: skip
    spread = scene.blur_nm / nm
    if spread < 0.05:
        return sharp
    core = ndimage.gaussian_filter(sharp, spread, truncate=3.5, mode="nearest")
    if scene.tail_share == 0.0:
        return np.asarray(core)
    tail = ndimage.gaussian_filter(sharp, scene.tail_times * spread, truncate=3.0, mode="nearest")
    return np.asarray((1.0 - scene.tail_share) * core + scene.tail_share * tail)


def _truth(lain: Deposited, scene: Scene) -> dict[str, np.ndarray]:
    nm = scene.nm_per_pixel
    used = len(lain.dots)
    low, high = np.full((used, 2), np.inf), np.full((used, 2), -np.inf)
    for axis in (0, 1):
        np.minimum.at(low[:, axis], lain.owner, lain.balls[:, axis] - lain.balls[:, 3])
        np.maximum.at(high[:, axis], lain.owner, lain.balls[:, axis] + lain.balls[:, 3])
    size = np.array([scene.width_px, scene.height_px]) * nm
    reaching = np.all((high > 0.0) & (low < size), axis=1)
    partial = np.any((low < 0.0) | (high > size), axis=1)
    return {
        "dots": lain.dots[reaching],
        "x_px": lain.centre[reaching, 0] / nm - 0.5,
        "y_px": lain.centre[reaching, 1] / nm - 0.5,
        "partial": partial[reaching],
        "molecule": lain.molecule[reaching],
    }
