"""What stands between the molecules and the picture: the grid they dry on, the microscope and its camera."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Scene:
    """One virtual micrograph. Defaults are assumed values for a bright-field picture at 200 keV, none is measured.

    nm_per_pixel; height_px, width_px. coverage: share of the field under dots, projected. gap_nm: least distance
    between the surfaces of two molecules, twice a ligand that dried interdigitated. attraction: share of the molecules
    that drift into contact with another one while drying. lying: molecules lie on their flattest side, tilted by a
    normal angle of tilt_deg; otherwise every orientation is as likely. elongation: standard deviation of the logarithm
    of a dot's axis ratio. blur_nm: standard deviation of the Gaussian point spread; tail_share of it is tail_times as
    wide. contrast: darkness, in units of the background, of a dot of diameter_nm through its middle; thickness_power p:
    darkness goes as (thickness / diameter)^p (1: mass thickness, towards 0: silhouettes). contrast_spread: relative
    standard deviation between molecules, lobe_contrast_spread between the dots of one. noise_sd in units of the
    background, or dose_per_nm2 electrons, from which it follows; noise_correlation_px: standard deviation of the
    camera's own Gaussian spread. gradient: change of the background across the field, relative. scale_bar_nm: length of
    a black bar in the lower right corner. ValueError names the field that is out of its range.
    """

    nm_per_pixel: float = 0.25
    height_px: int = 1024
    width_px: int = 1024
    coverage: float = 0.08
    gap_nm: float = 1.2
    attraction: float = 0.0
    lying: bool = True
    tilt_deg: float = 8.0
    elongation: float = 0.05
    blur_nm: float = 0.4
    tail_share: float = 0.0
    tail_times: float = 3.0
    contrast: float = 0.3
    diameter_nm: float = 6.0
    thickness_power: float = 1.0
    contrast_spread: float = 0.12
    lobe_contrast_spread: float = 0.0
    noise_sd: float = 0.04
    dose_per_nm2: float | None = None
    noise_correlation_px: float = 0.6
    gradient: float = 0.05
    scale_bar_nm: float | None = None

    def __post_init__(self) -> None:
        for side in ("height_px", "width_px"):
            if not 16 <= getattr(self, side) <= 32768:
                raise ValueError(f"{side} must lie from 16 to 32768 pixels, not {getattr(self, side)!r}")
        if not 0.0 < self.coverage <= 0.5:
            raise ValueError(f"coverage must be a share above 0 and up to 0.5, not {self.coverage!r}")
        if not 0.0 <= self.attraction <= 1.0 or not 0.0 <= self.tail_share < 1.0:
            raise ValueError("attraction and tail_share must be shares from 0 to 1")
        for name in ("nm_per_pixel", "contrast", "diameter_nm", "tail_times", "dose_per_nm2", "scale_bar_nm"):
            value = getattr(self, name)
            if value is not None and not 0.0 < value < math.inf:
                raise ValueError(f"{name} must be a positive number, not {value!r}")
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, float) and not (0.0 <= value < math.inf or field.name == "gradient"):
                raise ValueError(f"{field.name} must be a finite number of at least 0, not {value!r}")

    @property
    def noise(self) -> float:
        """Standard deviation of a background pixel, in units of the background: 1 / sqrt(electrons) with a dose."""
        if self.dose_per_nm2 is None:
            return self.noise_sd
        return 1.0 / math.sqrt(self.dose_per_nm2 * self.nm_per_pixel**2)
