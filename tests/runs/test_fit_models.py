"""The rival stories: limits, sums, and chains of facets drawn by hand."""

import numpy as np
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from runs.fitting.models import MODELS, facet_limited, size_blind


def test_size_blind_is_smoluchowskis_constant_kernel():
    s = 1.7
    exact = [s ** (k - 1) / (1.0 + s) ** (k + 1) for k in (1, 2, 3)]
    np.testing.assert_allclose(size_blind(s)[:3], exact)
    assert size_blind(s).sum() == pytest.approx(1.0 / (1.0 + s))


def test_two_facets_are_size_blind_and_one_makes_no_trimers():
    for s in (0.01, 0.5, 4.0):
        np.testing.assert_allclose(facet_limited(s, 2.0), size_blind(s), atol=1e-12)
    assert facet_limited(5.0, 1.0)[2:] == pytest.approx([0.0, 0.0])


def test_facets_paired_by_lot_give_the_same_chains():
    dots, facets, meetings = 200_000, 1.4, 1.3
    rng = np.random.default_rng(8)
    two = rng.random(dots) < facets - 1.0
    sites = rng.permutation(np.concatenate([np.arange(dots), np.flatnonzero(two)]))
    x = 2.0 * meetings / facets
    used = round(x / (1.0 + x) * sites.size) // 2 * 2
    ends = sites[:used].reshape(-1, 2)
    joined = coo_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(dots, dots))
    sizes = np.bincount(connected_components(joined, directed=False)[1])
    seen = np.bincount(np.minimum(sizes, 4), minlength=5)[1:] / dots
    np.testing.assert_allclose(seen, facet_limited(meetings, facets), atol=4.0 * np.sqrt(0.25 / dots))


def test_every_story_is_there():
    assert MODELS == ("self-limited", "size-blind", "free-exchange", "facet-limited")
