"""The fast third-order response: solvable cases, agreement of the three ways to sum, repeatability, bad input."""

import networkx as nx
import numpy as np
import pytest
from scipy.interpolate import CubicSpline
from scipy.special import erfcx

from physics.excitons.quasi_homodimers import quasi_homodimers
from physics.excitons.states import ensemble, ensemble_from_arrays
from physics.spectra.axes import memory_bytes
from physics.spectra.coherences import absorptive_map, frequency_map
from physics.spectra.pulses import Pulse, isotropic_weights
from physics.spectra.response import in_blocks, two_dimensional
from physics.spectra.sampling import by_size, sampling_error
from physics.spectra.tables import pathway_table
from physics.spectra.two_excitons import memory_bytes as memory_bytes_of_pairs
from physics.spectra.two_excitons import pair_basis
from physics.units import RADIANS_PER_FS_CM1

T, WAIT = np.arange(16) * 5.0, np.arange(12) * 9.0
SIGNALS = ("rephasing", "nonrephasing")


def chain(count, sites, rng, coupling=100.0, **keywords):
    energies = 18600.0 + rng.normal(0.0, 300.0, (count, sites))
    couplings = rng.normal(0.0, coupling, (count, sites, sites))
    return ensemble_from_arrays(energies, 5.0 * rng.normal(size=(count, sites, 3)),
                                couplings + couplings.transpose(0, 2, 1), **keywords)  # fmt: skip


def single(energy=18600.0, dipole=(0.0, 0.0, 7.0)):
    return ensemble_from_arrays([[energy]], [[dipole]], [[[0.0]]])


@pytest.mark.parametrize("signal", SIGNALS)
def test_two_level_system(signal):
    found = two_dimensional(single(), T, WAIT, T, signal=signal, reference_cm1=18000.0, optical_dephasing_fs=80.0)
    sign = 1.0 if signal == "rephasing" else -1.0
    phase = RADIANS_PER_FS_CM1 * 600.0 * (sign * T[:, None, None] - T) - 0.0j
    wanted = 2.0 * 7.0**4 / 5.0 * np.exp(1j * phase - (T[:, None, None] + T) / 80.0)
    np.testing.assert_allclose(found.values, np.broadcast_to(wanted, found.shape), rtol=1e-12)


@pytest.mark.parametrize("signal", SIGNALS)
def test_uncoupled_dots_add_up_at_all_waiting_times(signal):
    rng = np.random.default_rng(3)
    energies, dipoles = 18600.0 + rng.normal(0, 300, 3), rng.normal(0, 5, (3, 3))
    together = ensemble_from_arrays(energies[None], dipoles[None], np.zeros((1, 3, 3)))
    keywords = {"signal": signal, "reference_cm1": 18600.0}
    whole = two_dimensional(together, T, WAIT, T, **keywords).values
    parts = sum(two_dimensional(single(e, d), T, WAIT, T, **keywords).values
                for e, d in zip(energies, dipoles, strict=True))  # fmt: skip
    np.testing.assert_allclose(whole, parts, rtol=0.0, atol=1e-12 * np.abs(whole).max())


def dimer(first, second, energies=(18400.0, 18700.0), coupling=120.0, **keywords):
    return ensemble_from_arrays([energies], [[first, second]], [[[0.0, coupling], [coupling, 0.0]]], **keywords)


def test_cross_peaks_beat_at_the_splitting():
    tilted = dimer((0.0, 0.0, 5.0), (3.0, 0.0, 3.0))
    table = pathway_table(tilted, "coherences")
    splitting = np.hypot(300.0, 2.0 * 120.0)
    np.testing.assert_allclose(np.abs(table.w2), splitting, rtol=1e-12)
    assert set(table.family.values) == {"other"}
    period = 2.0 * np.pi / (RADIANS_PER_FS_CM1 * splitting)
    beats = two_dimensional(tilted, T, np.array([0.0, 0.5, 1.0]) * period, T).values
    np.testing.assert_allclose(beats[:, 0], beats[:, 2], atol=1e-9 * np.abs(beats).max())
    assert np.abs(beats[:, 1] - beats[:, 0]).max() > 0.02 * np.abs(beats).max()


def test_equal_collinear_dipoles_do_not_beat():
    for signal in SIGNALS:
        found = two_dimensional(dimer((0.0, 0.0, 5.0), (0.0, 0.0, 5.0)), T, WAIT, T, signal=signal).values
        assert np.ptp(np.abs(found), axis=1).max() < 1e-10 * np.abs(found).max()
        moved = two_dimensional(dimer((0.0, 0.0, 5.0), (0.0, 0.0, 5.0)), T, WAIT, T, signal=signal,
                                interaction_cm1=150.0).values  # fmt: skip
        assert np.ptp(np.abs(moved), axis=1).max() > 0.01 * np.abs(moved).max()


@pytest.mark.parametrize("signal", SIGNALS)
def test_sum_rule_at_the_origin(signal):
    rng = np.random.default_rng(8)
    dipoles = np.zeros((30, 4, 3))
    dipoles[:, :, 2] = rng.normal(0, 5, (30, 4))
    couplings = rng.normal(0, 200, (30, 4, 4))
    many = ensemble_from_arrays(18600 + rng.normal(0, 300, (30, 4)), dipoles, couplings + couplings.transpose(0, 2, 1))
    found = two_dimensional(many, T, WAIT, T, signal=signal, method="direct").values[0, 0, 0]
    assert found == pytest.approx(2.0 / 5.0 * (dipoles[:, :, 2] ** 4).sum(axis=1).mean(), rel=1e-12)


def half_width(axis, values):
    spline = CubicSpline(axis, np.abs(values) - 0.5 * np.abs(values).max())
    roots = spline.roots(extrapolate=False)
    return roots.max() - roots.min()


def test_inhomogeneous_widths_along_and_across_the_diagonal():
    """Along: Voigt. Across: |integral of G(x)/(a^2 + x^2)|, a = gamma + i Delta, with G normal of deviation s."""
    spread, dephasing = 100.0, 150.0
    offsets = np.linspace(-5.0, 5.0, 401)
    many = ensemble_from_arrays(18600.0 + spread * offsets[:, None], np.tile([0.0, 0.0, 5.0], (401, 1, 1)),
                                np.zeros((401, 1, 1)), weights=np.exp(-0.5 * offsets**2))  # fmt: skip
    times = np.arange(512) * 2.5
    found = frequency_map(two_dimensional(many, times, [0.0], times, optical_dephasing_fs=dephasing, tolerance=1e-8,
                                          reference_cm1=18600.0), padding=4)  # fmt: skip
    values = found.values[:, 0]
    middle = len(values) // 2
    reach = np.arange(-120, 121)
    axis = found.w1.values[middle + reach] - 18600.0
    s, gamma = RADIANS_PER_FS_CM1 * spread, 1.0 / dephasing
    w = np.linspace(axis[0], axis[-1], 40001)
    a = gamma + 1j * RADIANS_PER_FS_CM1 * w
    across = half_width(w, erfcx(a / np.sqrt(2.0) / s) / a)
    along = half_width(w, erfcx((gamma - 1j * RADIANS_PER_FS_CM1 * w) / np.sqrt(2.0) / s).real)
    np.testing.assert_allclose(half_width(axis, values[middle + reach, middle + reach]), along, rtol=1e-3)
    np.testing.assert_allclose(half_width(axis, values[middle + reach, middle - reach]), across, rtol=1e-3)


@pytest.mark.parametrize("signal", SIGNALS)
def test_harmonic_excitons_give_no_signal(signal):
    rng = np.random.default_rng(4)
    many = chain(3, 4, rng, statistics="boson")
    bleach = np.abs(two_dimensional(many, T, WAIT, T, signal=signal, pathways=("GSB",)).values).max()
    for method in ("direct", "gemm", "nufft"):
        rest = two_dimensional(many, T, WAIT, T, signal=signal, method=method, tolerance=1e-9).values
        assert np.abs(rest).max() < 1e-8 * bleach


def test_strong_anharmonicity_is_hard_core():
    rng = np.random.default_rng(4)
    hard = two_dimensional(chain(2, 3, np.random.default_rng(4)), T, WAIT, T).values
    # doubly occupied sites are pushed out of reach; their lines, fast and strong, average out over t3
    far = chain(2, 3, rng, statistics="boson", anharmonicity_cm1=-1e7)
    table = pathway_table(far)
    near = table.where(np.abs(table.w3 - 18600.0) < 1e5, drop=True)
    phase = near.w1.values[:, None] * T - near.w2.values[:, None] * WAIT[3] - 18600.0 * T
    at_zero = (near.amplitude.values[:, None] * np.exp(1j * RADIANS_PER_FS_CM1 * phase)).sum(axis=0)
    same = chain(2, 3, np.random.default_rng(4))
    reference = two_dimensional(same, T, WAIT, T, reference_cm1=18600.0).values[:, 3, 0]
    np.testing.assert_allclose(at_zero, reference, atol=2e-4 * np.abs(hard).max())


@pytest.mark.parametrize("seed", range(20))
def test_three_ways_to_sum_agree(seed):
    """NUFFT and matrix products against the direct sum, R and N, every pathway, at the default tolerance."""
    rng = np.random.default_rng(seed)
    statistics = ("hard-core", "boson")[seed % 2]
    many = chain(6, 2 + seed % 4, rng, statistics=statistics, anharmonicity_cm1=150.0 * (seed % 2))
    pulses = Pulse(18500.0, 15.0) if seed % 3 == 0 else None
    keywords = {"optical_dephasing_fs": 200.0, "coherence_dephasing_fs": 300.0, "population_lifetime_fs": 900.0,
                "pulses": pulses}  # fmt: skip
    for signal in SIGNALS:
        for pathways in (("GSB",), ("SE",), ("ESA",), ("GSB", "SE", "ESA")):
            question = {**keywords, "signal": signal, "pathways": pathways}
            exact = two_dimensional(many, T, WAIT, T, method="direct", **question).values
            for method in ("nufft", "gemm"):
                other = two_dimensional(many, T, WAIT, T, method=method, **question).values
                assert np.abs(other - exact).max() < 1e-6 * np.abs(exact).max()


def test_tighter_tolerance_is_kept():
    many = chain(5, 4, np.random.default_rng(1))
    exact = two_dimensional(many, T, WAIT, T, method="direct").values
    for method, tolerance in (("nufft", 1e-9), ("nufft", 1e-4), ("gemm", 1e-9), ("gemm", 1e-4)):
        other = two_dimensional(many, T, WAIT, T, method=method, tolerance=tolerance).values
        assert np.abs(other - exact).max() < tolerance * np.abs(exact).max()


@pytest.mark.parametrize("method", ["nufft", "gemm"])
def test_same_bits_for_any_number_of_workers(method):
    many = quasi_homodimers(3.0, 0.09, 600 if method == "nufft" else 60, np.random.default_rng(7))
    times = np.arange(32) * 4.0
    one, two = (two_dimensional(many, times, times, times, method=method, workers=n).values for n in (1, 2))
    assert np.array_equal(one, two)
    again = two_dimensional(quasi_homodimers(3.0, 0.09, len(many), np.random.default_rng(7)), times, times, times,
                            method=method).values  # fmt: skip
    assert np.array_equal(one, again)


def test_dephasing_by_family():
    many = quasi_homodimers(3.0, 0.05, 5, np.random.default_rng(7))
    times = np.arange(8) * 4.0
    keywords = {"method": "direct", "reference_cm1": 18600.0}
    free = two_dimensional(many, times, times, times, **keywords)
    assert np.allclose(two_dimensional(many, times, times, times, coherence_dephasing_fs={"rho_I": np.inf}, **keywords),
                       free)  # fmt: skip
    lost = two_dimensional(many, times, times, times, coherence_dephasing_fs={"rho_II": 1e-3}, **keywords)
    table = pathway_table(many, "coherences", least=0.0)
    second = table.where(table.family == "rho_II", drop=True)
    removed = (second.amplitude * np.exp(-1j * RADIANS_PER_FS_CM1 * second.w2 * times[5])).sum()
    np.testing.assert_allclose((free - lost).values[0, 5, 0], complex(removed), rtol=1e-9)


def test_weighted_mean_over_clusters_of_mixed_sizes():
    def graph(dots):
        g = nx.path_graph(dots)
        for node in g:
            g.nodes[node].update(energy_cm1=18500.0 + 90.0 * node, dipole_debye=(0.0, 1.0 * node, 5.0), kind="a",
                                 material="CdSe", diameter_nm=3.0, position_nm=(4.0 * node, 0.0, 0.0))  # fmt: skip
        for edge in g.edges:
            g.edges[edge]["coupling_cm1"] = 80.0
        return g

    graphs, weights = [graph(1), graph(2), graph(3)], [1.0, 2.0, 5.0]
    keywords = {"reference_cm1": 18600.0, "signal": "nonrephasing"}
    mixed = two_dimensional(ensemble(graphs, weights=weights, long_range=False), T, WAIT, T, **keywords).values
    apart = sum(w / 8.0 * two_dimensional(ensemble([g], long_range=False), T, WAIT, T, **keywords).values
                for g, w in zip(graphs, weights, strict=True))  # fmt: skip
    np.testing.assert_allclose(mixed, apart, atol=1e-12 * np.abs(mixed).max())
    sizes = by_size(ensemble(graphs, weights=weights, long_range=False))
    assert {size: share for size, (share, _) in sizes.items()} == {1: 0.125, 2: 0.25, 3: 0.625}
    parts = sum(share * two_dimensional(part, T, WAIT, T, **keywords).values for share, part in sizes.values())
    np.testing.assert_allclose(mixed, parts, atol=1e-12 * np.abs(mixed).max())


def test_blocks_are_the_cube():
    many = chain(4, 3, np.random.default_rng(2))
    whole = two_dimensional(many, T, WAIT, T)
    slabs = list(in_blocks(many, T, WAIT, T, waiting_times=5))
    assert [slab.sizes["t2"] for slab in slabs] == [5, 5, 2]
    np.testing.assert_allclose(np.concatenate(slabs, axis=1), whole, atol=1e-12 * float(abs(whole).max()))


def test_sampling_error_is_the_scatter_between_ensembles():
    times = np.arange(16) * 4.0
    keywords = {"reference_cm1": 18600.0, "optical_dephasing_fs": 40.0}
    ensembles = [quasi_homodimers(3.0, 0.09, 128, np.random.default_rng(seed)) for seed in range(12)]
    errors = [sampling_error(many, times, times[:4], times, **keywords) for many in ensembles]
    scatter = np.std([error.signal.values for error in errors], axis=0, ddof=1)
    stated = np.sqrt(np.mean([error.standard_error.values**2 for error in errors], axis=0))
    assert np.sqrt(np.mean(scatter**2) / np.mean(stated**2)) == pytest.approx(1.0, abs=0.25)
    direct = frequency_map(two_dimensional(ensembles[0], times, times[:4], times, **keywords))
    np.testing.assert_allclose(errors[0].signal, direct, atol=1e-5 * float(abs(direct).max()))


def test_absorptive_map_is_positive_where_it_should_be():
    times = np.arange(64) * 5.0
    pair = [two_dimensional(single(), times, WAIT, times, signal=s, optical_dephasing_fs=60.0, reference_cm1=18300.0)
            for s in SIGNALS]  # fmt: skip
    found = absorptive_map(*pair)
    assert found.dims == ("w1", "t2", "w3")
    place = found.isel(t2=0).argmax(("w1", "w3"))
    assert abs(float(found.w1[place["w1"]]) - 18600.0) <= 60.0
    assert abs(float(found.w3[place["w3"]]) - 18600.0) <= 60.0
    assert float(found.min()) > -0.05 * float(found.max())
    upper = two_dimensional(dimer((0, 0, 5.0), (0, 0, 5.0), coupling=0.0), times, WAIT, times, pathways=("ESA",),
                            optical_dephasing_fs=60.0)  # fmt: skip
    assert float(frequency_map(upper).real.sum()) < 0.0


def test_isotropic_weights_are_those_of_parallel_and_crossed_light():
    assert isotropic_weights("zzzz") == pytest.approx((1 / 15, 1 / 15, 1 / 15))
    assert isotropic_weights("zzxx") == pytest.approx((2 / 15, -1 / 30, -1 / 30))
    assert isotropic_weights([0.0, 0.0, 90.0, 90.0]) == pytest.approx(isotropic_weights("zzxx"))
    magic = np.degrees(np.arccos(np.sqrt(1.0 / 3.0)))
    assert isotropic_weights([0.0, 0.0, magic, magic]) == pytest.approx((1 / 9, 0.0, 0.0), abs=1e-12)


def test_memory_of_two_excitons_knows_uncoupled_labels():
    chained = chain(1, 8, np.random.default_rng(0)).blocks[0]
    pairs, whole = memory_bytes_of_pairs(chained, True)
    assert pairs == 36
    labelled = quasi_homodimers(3.0, 0.05, 1, np.random.default_rng(0)).blocks[0]
    fewer, split = memory_bytes_of_pairs(labelled, False)  # bands of two sites: matrices of four pairs at most
    assert fewer == 28
    assert split < whole - 8 * 4 * (36**2 - 4**2)


def test_pairs_of_sites():
    assert len(pair_basis(8, True).first) == 36
    assert len(pair_basis(8, False).first) == 28
    assert len(pair_basis(1, False).first) == 0


BAD = [
    ({"t1_fs": [0.0]}, "t1_fs must hold 2 time points"),
    ({"t3_fs": [10.0, 0.0]}, "t3_fs must ascend"),
    ({"t2_fs": [0.0, 1.0, 3.0]}, "t2_fs must have equal steps"),
    ({"t1_fs": [0.0, np.nan]}, "t1_fs must hold finite times"),
    ({"t1_fs": np.arange(4) * 40.0, "reference_cm1": 17000.0}, "t1_fs must have steps below 9.57 fs"),
    ({"t1_fs": np.arange(200_000) * 2.0, "t3_fs": np.arange(200_000) * 2.0}, "must make a cube that fits"),
    ({"signal": "rephased"}, "signal must be one of rephasing, nonrephasing, but 'rephased' came; the nearest is"),
    ({"method": "nuft"}, "the nearest is nufft"),
    ({"pathways": ("GSB", "ESE")}, "pathways must be one of GSB, SE, ESA"),
    ({"pathways": ()}, "pathways must name one or more"),
    ({"optical_dephasing_fs": 0.0}, "optical_dephasing_fs must be above 0 fs"),
    ({"coherence_dephasing_fs": {"rho_1": 5.0}}, "coherence_dephasing_fs must be one of"),
    ({"polarizations": "zzz"}, "polarizations must be four letters"),
    ({"pulses": [Pulse(18000.0, 10.0)] * 2}, "pulses must be one Pulse"),
    ({"tolerance": 0.0}, "tolerance must lie between 0 and 1"),
    ({"workers": 0}, "workers must be a whole number"),
    ({"interaction_cm1": np.nan}, "interaction_cm1 must be a finite number"),
]


@pytest.mark.parametrize(("wrong", "message"), BAD)
def test_bad_questions_are_refused_in_one_sentence(wrong, message):
    keywords = {"t1_fs": T, "t2_fs": WAIT, "t3_fs": T, **wrong}
    with pytest.raises(ValueError, match="must") as caught:
        two_dimensional(dimer((0, 0, 5.0), (0, 3.0, 0)), **keywords)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_bad_ensembles_are_refused():
    with pytest.raises(ValueError, match="all its dipoles are zero"):
        two_dimensional(single(dipole=(0.0, 0.0, 0.0)), T, WAIT, T)
    dark = nx.Graph()
    dark.add_node("dot", energy_cm1=18600.0, dipole_debye=(0.0, 0.0, 0.0), position_nm=(0.0, 0.0, 0.0))
    with pytest.raises(ValueError, match="all its dipoles are zero"):
        two_dimensional(ensemble([dark]), T, WAIT, T)
    with pytest.raises(ValueError, match="ensemble must be an Ensemble"):
        two_dimensional("dimers", T, WAIT, T)
    many = dimer((0, 0, 5.0), (0, 3.0, 0))
    many.blocks[0].hamiltonians_cm1[0, 0, 1] = 50.0
    with pytest.raises(ValueError, match="Hermitian"):
        two_dimensional(many, T, WAIT, T)
    sites = 600
    crowd = ensemble_from_arrays(np.full((1, sites), 18600.0), np.ones((1, sites, 3)), np.ones((1, sites, sites)))
    with pytest.raises(ValueError, match=r"pathways must leave out ESA where .* 600 states with 179700 pairs came"):
        two_dimensional(crowd, T, WAIT, T)
    with pytest.raises(ValueError, match="duration_fs of a pulse"):
        Pulse(18000.0, -1.0)
    assert memory_bytes() > 2**28
