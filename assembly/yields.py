"""From replica-wise counts of clusters to shares with 95 % intervals, and to the rival laws of size-blind assembly.

Everywhere `counts` is an array (replicas, sizes): column j holds the number of clusters of j + 1 particles.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc, gammaln, hyperu, ndtri, stdtrit, xlogy

CONFIDENCE = 0.95
FEWEST_EXPECTED = 5.0  # clusters in a bin below which the chi-square limit of G is not trusted (Cochran 1954)


@dataclass(frozen=True)
class Interval:
    """A share and its interval, 0 <= low <= value <= high <= 1."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class LawTest:
    """Counts held against a law at the same mean size; see `compare`. Bins are the smallest size of each, in order.

    mean_size: particles per cluster; statistic: G; p_value and its log10_p: probability of a larger G; observed and
    expected: numbers of clusters.
    """

    law: str
    mean_size: float
    statistic: float
    degrees_of_freedom: int
    p_value: float | None
    log10_p: float | None
    bins: tuple[int, ...]
    observed: tuple[float, ...]
    expected: tuple[float, ...]


def size_counts(replica: ArrayLike, size: ArrayLike, replicas: int) -> np.ndarray:
    """Counts (replicas, largest size) from one row per cluster: its replica and its number of particles.

    replica and size (clusters,). ValueError for columns of other shapes, a replica out of range or a size below 1.
    """
    rows, sizes = np.asarray(replica, dtype=np.int64), np.asarray(size, dtype=np.int64)
    if rows.shape != sizes.shape or rows.ndim != 1:
        raise ValueError(
            f"replica and size must be columns of one length, not of shapes {rows.shape} and {sizes.shape}"
        )
    if len(rows) and (rows.min() < 0 or rows.max() >= replicas):
        raise ValueError(f"replica must lie from 0 to {replicas - 1}, not reach {rows.min()} or {rows.max()}")
    if len(sizes) and sizes.min() < 1:
        raise ValueError(f"size must be at least 1 for every cluster, not {sizes.min()}")
    largest = int(sizes.max()) if len(sizes) else 1
    flat = np.bincount(rows * largest + sizes - 1, minlength=replicas * largest)
    return flat.reshape(replicas, largest)


def cluster_sizes(counts: ArrayLike) -> dict[str, dict[str, float | None]]:
    """One row per size that occurs: mean clusters per replica and the three shares, all over the pooled replicas.

    of_particles: of all particles; of_objects: of all clusters, monomers included; of_assemblies: of clusters with two
    particles or more, None for monomers and where there is no assembly. counts (replicas, sizes), see the module;
    ValueError for another shape, negative numbers or no cluster at all.
    """
    table = _checked(counts)
    pooled = table.sum(axis=0)
    sizes = np.arange(1, len(pooled) + 1)
    particles, objects, assemblies = float(pooled @ sizes), float(pooled.sum()), float(pooled[1:].sum())
    return {
        str(size): {
            "clusters": float(number / len(table)),
            "of_particles": float(number * size / particles),
            "of_objects": float(number / objects),
            "of_assemblies": float(number / assemblies) if size > 1 and assemblies > 0 else None,
        }
        for size, number in zip(sizes.tolist(), pooled.tolist(), strict=True)
        if number > 0
    }


def share(numerators: ArrayLike, denominators: ArrayLike, confidence: float = CONFIDENCE) -> Interval | None:
    """The pooled share sum(a) / sum(b) of replica-wise numbers a of b, with its interval; None where sum(b) is 0.

    Replicas are the independent units: the error is that of a ratio of means, s^2 = sum (a_r - share b_r)^2 / (R - 1),
    se = s / (sqrt(R) mean(b)) (Cochran 1977, eq. 6.13), times Student's t at R - 1 degrees of freedom, clipped to
    [0, 1]. With one replica, or where the replicas do not differ at all, that says nothing, and Wilson's interval
    (1927) on the pooled numbers stands in, as if the sum(b) units were independent draws. numerators a and denominators
    b (R,), confidence as a share. ValueError for other shapes, an a above its b, or a confidence outside 0 to 1.
    """
    above, below = np.asarray(numerators, dtype=float), np.asarray(denominators, dtype=float)
    if above.shape != below.shape or above.ndim != 1 or len(above) == 0:
        raise ValueError(
            f"numerators and denominators must be columns of one length, not of shapes {above.shape} and {below.shape}"
        )
    if not (np.all(np.isfinite(below)) and np.all(above >= 0) and np.all(above <= below)):
        raise ValueError("numerators must lie between 0 and their denominators, all of them finite numbers")
    if not 0.0 < confidence < 1.0:
        raise ValueError(f"confidence must lie between 0 and 1, not {confidence!r}")
    total = float(below.sum())
    if total == 0.0:
        return None
    value, replicas = float(above.sum()) / total, len(above)
    spread = above - value * below
    if replicas == 1 or np.abs(spread).max() <= 1e-9 * total / replicas:
        return _wilson(value, total, confidence)
    error = math.sqrt(float(spread @ spread) / (replicas - 1)) / (math.sqrt(replicas) * total / replicas)
    reach = float(stdtrit(replicas - 1, 0.5 + confidence / 2.0)) * error
    return Interval(value, max(0.0, value - reach), min(1.0, value + reach))


def dimer_yield(counts: ArrayLike, resolvable: ArrayLike | None = None) -> dict[str, dict[str, float] | None]:
    """The yield of dimers in each of its meanings, each {value, low, high} with a 95 % interval, or None.

    of_particles (share of particles that sit in dimers), of_objects, of_assemblies (None without assemblies), and
    resolvable: of objects, the dimers a microscope sees as two (`resolvable`, their number per replica: aspect ratio
    above 1.15), None where not given. Intervals as in `share`: Student's t over the replicas, Wilson on the pooled
    counts for a single replica or replicas without spread. The particles of a dimer come in twos, so Wilson's number
    of draws is half that of the particles. resolvable (replicas,), counts (replicas, sizes), see the module; ValueError
    for another shape, negative numbers or no cluster at all, or where a flask has more resolvable dimers than dimers.
    """
    table = _checked(counts)
    sizes = np.arange(1, table.shape[1] + 1)
    dimers = table[:, 1] if table.shape[1] > 1 else np.zeros(len(table))
    objects = table.sum(axis=1)
    found: dict[str, Interval | None] = {
        "of_particles": share(dimers, table @ sizes / 2.0),
        "of_objects": share(dimers, objects),
        "of_assemblies": share(dimers, table[:, 1:].sum(axis=1)),
        "resolvable": None,
    }
    if resolvable is not None:
        seen = np.asarray(resolvable, dtype=float)
        if seen.shape != dimers.shape or not np.all((seen >= 0) & (seen <= dimers)):
            raise ValueError("resolvable must hold for each replica a number from 0 to that of its dimers")
        found["resolvable"] = share(seen, objects)
    return {name: None if interval is None else asdict(interval) for name, interval in found.items()}


def mean_size(counts: ArrayLike) -> float:
    """Particles per cluster, over the pooled replicas.

    A number of particles. counts (replicas, sizes), see the module; ValueError for another shape, negative numbers or
    no cluster at all.
    """
    pooled = _checked(counts).sum(axis=0)
    return float(pooled @ np.arange(1, len(pooled) + 1) / pooled.sum())


def flory(mean: float, sizes: ArrayLike) -> np.ndarray:
    """Share of objects of each size under size-blind pairing: p^(n-1) (1 - p), p = 1 - 1/mean (Flory 1936).

    `mean` is the mean size in particles, sizes a scalar or an array of any shape. ValueError for a mean below 1.
    """
    _mean_checked(mean)
    return np.asarray((1.0 - 1.0 / mean) ** (np.asarray(sizes) - 1.0) / mean)


def poisson(mean: float, sizes: ArrayLike) -> np.ndarray:
    """Share of objects of each size when n - 1 is Poisson: growth by monomers alone (Flory 1940).

    n is the size, mean - 1 the mean of n - 1; sizes is a scalar or an array of any shape. ValueError for a mean below
    1.
    """
    _mean_checked(mean)
    added = np.asarray(sizes) - 1.0
    return np.asarray(np.exp(xlogy(added, mean - 1.0) - gammaln(added + 1.0) - (mean - 1.0)))


LAWS = {"flory": flory, "poisson": poisson}


def compare(counts: ArrayLike, law: str) -> LawTest:
    """Whether the pooled clusters follow `law` ("flory" or "poisson") at their own mean size: the G-test.

    G = 2 sum O ln(O / E) over sizes, neighbours merged until every bin expects five clusters or more, the last open;
    chi-square with bins - 2 degrees of freedom: the total is fixed and the mean size fitted, which also carries the
    constraint that the clusters of a flask share its particles. A p below the smallest float reads 0.0, log10_p still
    holds it; both are None where fewer than three bins are left. counts (replicas, sizes), see the module; ValueError
    for another shape, negative numbers or no cluster at all, or for an unknown law.
    """
    if law not in LAWS:
        raise ValueError(f"law must be one of {', '.join(LAWS)}, not {law!r}")
    pooled = _checked(counts).sum(axis=0).astype(float)
    mean, total = mean_size(counts), float(pooled.sum())
    longest = len(pooled) + 1  # the last bin takes the open tail
    shares = LAWS[law](mean, np.arange(1, longest + 1))
    shares[-1] = max(0.0, 1.0 - float(shares[:-1].sum()))
    bins, observed, expected = _merged(np.append(pooled, 0.0), total * shares)
    freedom = len(bins) - 2
    present = observed > 0
    statistic = max(0.0, 2.0 * float(np.sum(observed[present] * np.log(observed[present] / expected[present]))))
    decided = freedom >= 1
    return LawTest(
        law=law,
        mean_size=mean,
        statistic=statistic,
        degrees_of_freedom=max(freedom, 0),
        p_value=float(chdtrc(freedom, statistic)) if decided else None,
        log10_p=log10_chi2_tail(statistic, freedom) if decided else None,
        bins=tuple(int(size) for size in bins),
        observed=tuple(observed.tolist()),
        expected=tuple(expected.tolist()),
    )


def log10_chi2_tail(statistic: float, degrees_of_freedom: int) -> float:
    """log10 of the chance that chi-square exceeds `statistic`, also where that is below the smallest float.

    Gamma(a, x) = x^a exp(-x) U(1, 1 + a, x) with a = degrees / 2, x = statistic / 2 (DLMF 13.6.6).
    """
    a, x = degrees_of_freedom / 2.0, statistic / 2.0
    plain = float(chdtrc(degrees_of_freedom, statistic))
    if plain > 1e-290:
        return math.log10(plain)
    log_tail = a * math.log(x) - x + math.log(float(hyperu(1.0, 1.0 + a, x))) - float(gammaln(a))
    return float(log_tail / math.log(10.0))


def _merged(observed: np.ndarray, expected: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Bins (their smallest sizes) with at least FEWEST_EXPECTED each, neighbours joined until they do."""
    firsts, seen, due = [1], [float(observed[0])], [float(expected[0])]
    for size in range(2, len(observed) + 1):
        if due[-1] < FEWEST_EXPECTED or float(expected[size - 1 :].sum()) < FEWEST_EXPECTED:
            seen[-1] += float(observed[size - 1])
            due[-1] += float(expected[size - 1])
        else:
            firsts.append(size)
            seen.append(float(observed[size - 1]))
            due.append(float(expected[size - 1]))
    return np.array(firsts), np.array(seen), np.array(due)


def _wilson(value: float, draws: float, confidence: float) -> Interval:
    z2 = float(ndtri(0.5 + confidence / 2.0)) ** 2
    centre = (value + z2 / (2.0 * draws)) / (1.0 + z2 / draws)
    reach = math.sqrt(z2 * (value * (1.0 - value) / draws + z2 / (4.0 * draws**2))) / (1.0 + z2 / draws)
    return Interval(value, max(0.0, min(value, centre - reach)), min(1.0, max(value, centre + reach)))


def _checked(counts: ArrayLike) -> np.ndarray:
    table = np.asarray(counts)
    if table.ndim != 2 or table.size == 0 or table.dtype.kind not in "iuf":
        raise ValueError(f"counts must be a table (replicas, sizes) of numbers, not of shape {table.shape}")
    if not np.all(np.isfinite(table)) or np.any(table < 0) or not table.sum() > 0:
        raise ValueError("counts must be finite, not negative, and hold at least one cluster")
    return table


def _mean_checked(mean: float) -> None:
    if not 1.0 <= mean < math.inf:
        raise ValueError(f"mean must be a finite size of at least 1, not {mean!r}")
