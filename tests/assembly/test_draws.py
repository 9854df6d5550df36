"""The bounded draws inside compiled loops: uniform where plain multiplication is not, and never compiled twice."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from assembly import coagulation
from assembly.draws import UNIT, one_each, seed_stream, two_of, uniform_bits, word
from physics.jit import compiled


def _stream(seed):
    stream = np.empty(4, dtype=np.uint64)
    seed_stream(stream, np.random.default_rng(seed))
    return stream


@compiled
def _words(stream, out):
    for row in range(len(out)):
        out[row] = word(stream)


@compiled
def _pairs(stream, bound, number, out):
    for row in range(number):
        i, j = two_of(stream, bound)
        out[row, 0], out[row, 1] = i, j


@compiled
def _couples(stream, bound_a, bound_b, number, out):
    for row in range(number):
        a, b = one_each(stream, bound_a, bound_b)
        out[row, 0], out[row, 1] = a, b


@pytest.mark.parametrize("bound", [2, 3, 7])
def test_every_ordered_pair_of_different_numbers_is_as_likely(bound):
    pairs = np.empty((60_000, 2), dtype=np.int64)
    _pairs(_stream(1), bound, len(pairs), pairs)
    assert np.all(pairs[:, 0] != pairs[:, 1])
    seen = np.bincount(pairs[:, 0] * bound + pairs[:, 1], minlength=bound**2).reshape(bound, bound)
    assert stats.chisquare(seen[~np.eye(bound, dtype=bool)]).pvalue > 1e-3


def test_bounds_that_do_not_divide_the_range_are_still_uniform():
    """Of 3 2^30 products of 2^32 words every third would come up twice as often."""
    bound, couples = 3 * 2**30, np.empty((60_000, 2), dtype=np.int64)
    _couples(_stream(2), bound, bound, len(couples), couples)
    for column in couples.T:
        assert column.min() >= 0
        assert column.max() < bound
        assert stats.chisquare(np.bincount(column % 3, minlength=3)).pvalue > 1e-3
    _pairs(_stream(3), bound, len(couples), couples)
    assert stats.chisquare(np.bincount(couples[:, 0] % 3, minlength=3)).pvalue > 1e-3


def test_a_bound_of_one_leaves_one_choice():
    couples = np.empty((100, 2), dtype=np.int64)
    _couples(_stream(4), 1, 5, 100, couples)
    assert set(couples[:, 0]) == {0}
    assert set(couples[:, 1]) == {0, 1, 2, 3, 4}


def test_words_are_those_of_numpys_sfc64():
    stream, peer = _stream(6), np.random.SFC64(7)
    state = peer.state
    state["state"]["state"][:] = stream
    peer.state = state
    words = np.empty(1000, dtype=np.uint64)
    _words(stream, words)
    assert np.array_equal(words, peer.random_raw(1000))


def test_a_stream_follows_from_its_generator_alone():
    assert np.array_equal(_stream(8), _stream(8))
    assert not np.any(_stream(8)[:3] == _stream(9)[:3])


def test_uniform_bits_fill_the_unit_interval():
    stream = _stream(5)
    values = np.array([float(uniform_bits(stream)) * UNIT for _ in range(5000)])
    assert stats.kstest(values, "uniform").pvalue > 1e-3


def test_a_new_seed_size_or_stop_compiles_nothing():
    for seed, particles in ((1, 50), (2, np.int64(70)), (3, 90)):
        rng = np.random.Generator(np.random.SFC64(seed)) if seed == 3 else np.random.default_rng(seed)
        coagulation.coagulate(particles, "constant", rng, until_clusters=np.int64(10), track_bonds=seed > 1)
        coagulation.coagulate(particles, "brownian", rng, until_time=0.1)
    for kernel in (coagulation._merge_constant, coagulation._merge_brownian):
        assert len(kernel.signatures) == 1
