"""The pool of the classes: whoever is enrolled is found again, however often the pool is laid out anew."""

import numpy as np
import pytest

from assembly import Dots, Flask
from assembly.classes import enroll, withdraw
from assembly.engine import advance, begin_stretch, fill, span_of, standing_clusters
from assembly.heating import stretches
from assembly.population import sample
from assembly.rates import laws
from assembly.state import empty_state


def filled(particles, dispersion, seed=1):
    of = Flask(
        dots=(Dots("CdS", "CdS", 4.26, 100.0, size_dispersion=dispersion),), solvent="oleylamine", ligand="oleylamine",
        chalcogenide_equivalents=1.25, temperature_c=150.0, time_min=60.0, particles=particles, replicas=1,
    )  # fmt: skip
    law, rng = laws(of), np.random.default_rng(seed)
    dots = sample(of, rng, law.kinds["cover"])
    state = empty_state(particles, 1)
    fill(law, state, dots.radii_nm, dots.kinds, dots.covers)
    (stretch,) = stretches(of)
    begin_stretch(law, state, stretch, np.arange(particles))
    return law, state, stretch, rng


def held(state):
    """Every cluster that the pool holds, class by class, after a look at the book-keeping."""
    used = int(state.now["classes"][0])
    rows = state.classes[:used]
    standing = rows[rows["count"] > 0]
    order = np.argsort(standing["offset"])
    ends = standing["offset"][order] + standing["room"][order]
    assert (standing["count"] <= standing["room"]).all()
    assert (ends[:-1] <= standing["offset"][order][1:]).all()  # no class stands in another's room
    assert ends[-1] <= state.now["pool_used"][0] <= state.pool.size
    for c in np.flatnonzero(rows["count"] > 0):
        members = state.pool["cluster"][rows["offset"][c] : rows["offset"][c] + rows["count"][c]]
        assert (state.clusters["group"][members] == c).all()
        assert np.array_equal(state.clusters["place"][members], np.arange(members.size))
    return standing_clusters(state)


@pytest.mark.parametrize("dispersion", [0.0, 0.1])
def test_a_pool_that_fills_up_is_laid_out_anew_without_losing_anyone(dispersion):
    law, state, stretch, rng = filled(20_000, dispersion)
    assert np.array_equal(held(state), np.arange(20_000))
    for _ in range(40):
        advance(law, state, stretch, 500, rng)
        clusters = held(state)
        assert state.clusters["size"][clusters].sum() == 20_000
        # A pool that says it is full has to be laid out anew at the next class that grows.
        state.now["pool_used"] = state.pool.size
        for i in clusters[:50]:
            withdraw(state, i)
            enroll(law, span_of(law, stretch), state, i)
        state.now["stale"] = 0
        assert np.array_equal(held(state), clusters)
