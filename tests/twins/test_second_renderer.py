"""The second renderer obeys its own words: areas, shares, gaps, noise."""

from dataclasses import replace

import numpy as np
import pytest
from second_renderer import Sample, _beside, deposit, field_nm, picture, pictures, shape, true_shares

CLEAN = Sample(
    nm_per_pixel=0.3, dots=120, size_spread=0.0, elongation=0.0, exponents=(2.0, 2.0), lumps=0.0, tilt_deg=0.0,
    contrast_spread=0.0, core_nm=0.01, tail=0.0, ramp=0.0, noise=0.0, attraction=0.0,
)  # fmt: skip


def test_a_clean_sphere_absorbs_by_its_volume():
    seen = picture(replace(CLEAN, contrast=0.3, coverage=0.05), np.random.default_rng(1))
    whole = [nmer for nmer in seen.truth if nmer.whole]
    cut = [nmer for nmer in seen.truth if not nmer.whole]
    absorbed = -np.log(seen.image / 180.0).sum() * seen.nm_per_pixel**2
    one = np.pi / 6.0 * 6.0**3 * -np.log1p(-0.3) / 6.0
    assert len(whole) * one * 0.99 < absorbed < (len(whole) + len(cut)) * one * 1.01


@pytest.mark.parametrize("attraction", [0.0, 0.5])
def test_no_two_n_mers_come_nearer_than_the_gap_and_dried_ones_lie_at_it(attraction):
    sample = replace(CLEAN, attraction=attraction, coverage=0.10, shares=(0.5, 0.4, 0.05, 0.05), gap_nm=1.0)
    nmers = deposit(sample, field_nm(sample), np.random.default_rng(2))
    lobes, owner = np.vstack([nmer.lobes_nm for nmer in nmers]), np.repeat(range(len(nmers)), [m.n for m in nmers])
    apart = np.linalg.norm(lobes[:, None, :2] - lobes[None, :, :2], axis=2) - 6.0
    apart[owner[:, None] == owner[None]] = np.inf
    assert apart.min() >= 1.0 - 1e-9
    at_gap = np.mean(apart.min(axis=1) < 1.0 + 1e-6)
    assert (at_gap > 0.3) if attraction else (at_gap == 0.0)


def test_coming_from_a_side_ends_at_the_gap():
    rng = np.random.default_rng(3)
    nmers = deposit(replace(CLEAN, dots=20), 120.0, rng)
    lobes, radii = shape(CLEAN, 2, rng)
    moved = lobes + _beside(lobes, radii, nmers[0], 1.2, rng)
    apart = np.linalg.norm(moved[:, None, :2] - nmers[0].lobes_nm[None, :, :2], axis=2) - 6.0
    assert apart.min() == pytest.approx(1.2, abs=1e-6)


def test_shares_of_particles_and_noise_are_those_asked_for():
    sample = replace(CLEAN, nm_per_pixel=0.8, dots=600, coverage=0.06, shares=(0.40, 0.55, 0.05), noise=0.05)
    seen = pictures(sample, 3, seed=4)
    assert true_shares(seen)[1] == pytest.approx(0.55, abs=0.06)
    assert true_shares(seen)[:3].sum() == pytest.approx(1.0)
    flat = seen[0].image[seen[0].image > 175]
    assert flat.std() / 180.0 == pytest.approx(0.05, rel=0.5)
    assert not np.array_equal(seen[0].image[:50, :50], seen[1].image[:50, :50])


def test_a_full_field_is_refused():
    with pytest.raises(ValueError, match="coverage"):
        picture(replace(CLEAN, coverage=0.7, dots=60), np.random.default_rng(5))
