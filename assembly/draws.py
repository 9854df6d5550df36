"""Random words and bounded random integers inside compiled loops, at a fraction of the cost of a Generator's there.

Words come from a *stream*, the state of an SFC64 (Doty-Humphrey 2010, as in numpy) that lies open so that the compiler
can write it into the loop; it is seeded from the Generator that is passed in. Every bounded draw takes one 64-bit word,
splits it into two 32-bit halves and multiplies each up to its bound; the few overrepresented products are thrown away
(Lemire 2019, ACM Trans. Model. Comput. Simul. 29, 3). Bounds lie from 1 to 2^32 - 1. Results are unsigned: an index
then needs no test for counting from the end.
"""

from __future__ import annotations

import numba
import numpy as np

from physics.jit import compiled_in_place, written_in

_HALF = np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)
_ONE = np.uint64(1)
_MANTISSA = np.uint64(11)  # 64 - 53 bits
_FIRST, _SECOND, _THIRD, _COUNTER = np.uint64(0), np.uint64(1), np.uint64(2), np.uint64(3)  # of a stream
_ELEVEN, _THREE, _TURN, _TURN_BACK = np.uint64(11), np.uint64(3), np.uint64(24), np.uint64(40)
_MIXING_ROUNDS = 12  # numpy's own, after seeding
UNIT = 2.0**-53


@written_in
def word(stream: np.ndarray) -> np.uint64:
    """Sixty-four random bits: the next of SFC64.

    stream: (4,) uint64, dimensionless words, moved on in place.
    """
    drawn = stream[_FIRST] + stream[_SECOND] + stream[_COUNTER]
    stream[_COUNTER] += _ONE
    stream[_FIRST] = stream[_SECOND] ^ (stream[_SECOND] >> _ELEVEN)
    stream[_SECOND] = stream[_THIRD] + (stream[_THIRD] << _THREE)
    stream[_THIRD] = ((stream[_THIRD] << _TURN) | (stream[_THIRD] >> _TURN_BACK)) + drawn
    return drawn


if numba.config.DISABLE_JIT:  # type: ignore[attr-defined]
    word = np.errstate(over="ignore")(word)  # words run over on purpose


@compiled_in_place
def seed_stream(stream: np.ndarray, rng: np.random.Generator) -> None:
    """Start a stream, (4,) uint64, from three words of a Generator, mixed as numpy mixes its seeds; dimensionless."""
    for part in range(3):
        stream[part] = np.uint64(rng.random() * 2.0**53) << _MANTISSA ^ np.uint64(rng.random() * 2.0**53)
    stream[_COUNTER] = _ONE
    for _ in range(_MIXING_ROUNDS):
        word(stream)


@written_in
def uniform_bits(stream: np.ndarray) -> np.uint64:
    """A whole number below 2^53; times UNIT it is uniform in [0, 1). Comparing it as it is saves the conversion.

    stream: (4,) uint64, dimensionless words, moved on in place.
    """
    return word(stream) >> _MANTISSA


@written_in
def one_each(stream: np.ndarray, bound_a: int, bound_b: int) -> tuple[np.uint64, np.uint64]:
    """One whole number below each bound, independent, every pair as likely.

    stream: (4,) uint64, dimensionless words, moved on in place.
    """
    wide_a, wide_b = np.uint64(bound_a), np.uint64(bound_b)
    bits = word(stream)
    a, b = (bits >> _HALF) * wide_a, (bits & _LOW) * wide_b
    # What is overrepresented has a low half below 2^32 mod bound, hence below the bound: rare, cheap to rule out.
    if min(a & _LOW, b & _LOW) >= max(wide_a, wide_b):
        return a >> _HALF, b >> _HALF
    return _looked_into(stream, bits, wide_a, wide_b)


@compiled_in_place
def _looked_into(
    stream: np.ndarray, bits: np.uint64, wide_a: np.uint64, wide_b: np.uint64
) -> tuple[np.uint64, np.uint64]:
    """What `one_each` makes of these bits if they are not overrepresented, else of the next.

    By itself: laid into a loop, its divisions are done at every draw and double the time of the constant kernel.
    """
    while True:
        a, b = (bits >> _HALF) * wide_a, (bits & _LOW) * wide_b
        if (a & _LOW) >= (_LOW - wide_a + _ONE) % wide_a and (b & _LOW) >= (_LOW - wide_b + _ONE) % wide_b:
            return a >> _HALF, b >> _HALF
        bits = word(stream)


@written_in
def two_of(stream: np.ndarray, bound: int) -> tuple[np.uint64, np.uint64]:
    """Two different whole numbers below `bound` (at least 2), every ordered pair as likely.

    stream: (4,) uint64, dimensionless words, moved on in place.
    """
    i, j = one_each(stream, bound, bound - 1)
    return i, j + np.uint64(j >= i)
