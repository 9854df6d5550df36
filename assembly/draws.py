"""Bounded random integers inside compiled loops: exact, and a tenth of the cost of Generator.integers there.

Every draw takes one 64-bit word of the Generator that is passed in, splits it into two 32-bit halves and multiplies
each up to its bound; the few overrepresented products are thrown away (Lemire 2019, ACM Trans. Model. Comput. Simul.
29, 3). Bounds lie from 1 to 2^32 - 1. Results are unsigned: an index then needs no test for counting from the end.
"""

from __future__ import annotations

import numba
import numpy as np
from numba.np.random.generator_core import next_uint64

from physics.jit import compiled

_HALF = np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)
_ONE = np.uint64(1)
_MANTISSA = np.uint64(11)  # 64 - 53 bits
UNIT = 2.0**-53

if numba.config.DISABLE_JIT:  # type: ignore[attr-defined]

    def word(rng: np.random.Generator) -> np.uint64:
        """Sixty-four random bits."""
        return np.uint64(rng.bit_generator.random_raw())

else:

    @compiled
    def word(rng: np.random.Generator) -> np.uint64:
        """Sixty-four random bits."""
        return next_uint64(rng.bit_generator)


@compiled
def uniform_bits(rng: np.random.Generator) -> np.uint64:
    """A whole number below 2^53; times UNIT it is uniform in [0, 1). Comparing it as it is saves the conversion."""
    return word(rng) >> _MANTISSA


@compiled
def one_each(rng: np.random.Generator, bound_a: int, bound_b: int) -> tuple[np.uint64, np.uint64]:
    """One whole number below each bound, independent, every pair as likely."""
    wide_a, wide_b = np.uint64(bound_a), np.uint64(bound_b)
    wider = max(wide_a, wide_b)
    while True:
        bits = word(rng)
        a, b = (bits >> _HALF) * wide_a, (bits & _LOW) * wide_b
        # What is overrepresented has a low half below 2^32 mod bound, hence below the bound: rare, cheap to rule out.
        if ((a & _LOW) >= wider) & ((b & _LOW) >= wider) or (
            (a & _LOW) >= (_LOW - wide_a + _ONE) % wide_a and (b & _LOW) >= (_LOW - wide_b + _ONE) % wide_b
        ):
            return a >> _HALF, b >> _HALF


@compiled
def two_of(rng: np.random.Generator, bound: int) -> tuple[np.uint64, np.uint64]:
    """Two different whole numbers below `bound` (at least 2), every ordered pair as likely.

    Written out instead of calling `one_each`: a call more is not inlined and doubles the time of the constant kernel.
    """
    wide = np.uint64(bound)
    narrow = wide - _ONE
    while True:
        bits = word(rng)
        a, b = (bits >> _HALF) * wide, (bits & _LOW) * narrow
        if ((a & _LOW) >= wide) & ((b & _LOW) >= wide) or (
            (a & _LOW) >= (_LOW - wide + _ONE) % wide and (b & _LOW) >= (_LOW - narrow + _ONE) % narrow
        ):
            i, j = a >> _HALF, b >> _HALF
            return i, j + np.uint64(j >= i)
