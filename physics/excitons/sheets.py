"""Attributes of many nodes or edges read into columns of checked numbers, vectors and names, each row with its name."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, repeat
from operator import is_, itemgetter
from typing import Any

import networkx as nx
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Whole = NDArray[np.intp]
GREATEST = 1e9  # nm or cm-1: no number of a graph is larger


def bonds_of(graph: nx.Graph, index: Mapping[Any, int]) -> Iterator[tuple[Any, Any, Mapping[str, Any]]]:
    """The edges of a graph in the order in which they are read, each once.

    ValueError where a dot is joined to itself.
    """
    for u, neighbours in graph.adjacency():
        here = index[u]
        for v, data in neighbours.items():
            if index[v] > here:
                yield u, v, data
            elif index[v] == here:
                raise ValueError(f"edge {u!r}-{v!r}: a bond must join two dots, but the dot is joined to itself")


class Names:
    """Names of the nodes or edges of many graphs (or of the graphs), spelled out only when one is asked for."""

    def __init__(self, noun: str, graphs: Sequence[nx.Graph], rows: Whole | None = None) -> None:
        self.noun, self.graphs, self.rows = noun, graphs, rows

    def _keys(self, graph: nx.Graph) -> list[tuple[Any, ...]]:
        if self.noun == "node":
            return [(name,) for name in graph]
        return [(u, v) for u, v, _ in bonds_of(graph, {name: place for place, name in enumerate(graph)})]

    def __getitem__(self, place: int | np.intp) -> str:
        place = int(place if self.rows is None else self.rows[place])
        if self.noun == "graph" or not self.graphs:
            return f"{self.noun} {place}"
        for number, graph in enumerate(self.graphs):
            keys = self._keys(graph)
            if place < len(keys):
                where = f"graph {number}, " if len(self.graphs) > 1 else ""
                return f"{where}{self.noun} " + "-".join(repr(part) for part in keys[place])
            place -= len(keys)
        raise IndexError(place)

    def taken(self, rows: Whole) -> Names:
        """The names of some of the rows. rows (r,), indices."""
        return Names(self.noun, self.graphs, rows if self.rows is None else self.rows[rows])


class Sheet:
    """The attribute tables of all nodes or all edges, with what is needed to name one of them in an error."""

    def __init__(self, rows: list[Mapping[str, Any]], names: Names) -> None:
        self.rows, self.names = rows, names
        self.keys = set(chain.from_iterable(rows))

    def column(self, key: str) -> tuple[list[Any], int]:
        """What every row has under `key` (None: nothing), and how many have nothing."""
        if key not in self.keys:
            return [None] * len(self.rows), len(self.rows)
        try:
            raw = list(map(itemgetter(key), self.rows))
        except KeyError:
            raw = [row.get(key) for row in self.rows]
        return raw, sum(map(is_, raw, repeat(None)))

    def numbers(self, key: str) -> Array:
        """(rows,) numbers under `key`, NaN where there is none; a value that is no finite number is refused.

        ValueError names the row.
        """
        raw, missing = self.column(key)
        if missing == len(raw):
            return np.full(len(raw), np.nan)
        try:
            values = real_array(raw)  # None becomes NaN
            if values.shape == (len(raw),) and np.count_nonzero(~_within(values)) == missing:
                return values
        except (TypeError, ValueError):
            pass
        for row, value in enumerate(raw):
            if value is not None and not _is_number(value):
                wanted = "a finite real number" if np.iscomplexobj(value) else "a finite number"
                raise ValueError(f"{self.names[row]}: {key} must be {wanted}, but {value!r} came")
        return np.array([np.nan if value is None else float(value) for value in raw])

    def vectors(self, key: str, length: int) -> Array:
        """(rows, length) vectors under `key`, NaN where there is none.

        In the unit that the key names. ValueError names the row whose value is no vector of that length.
        """
        nothing = (np.nan,) * length
        raw, missing = self.column(key)
        if missing == len(raw):
            return np.full((len(raw), length), np.nan)
        try:
            values = real_array([nothing if value is None else value for value in raw] if missing else raw)
            if values.shape == (len(raw), length) and np.count_nonzero(~_within(values)) == missing * length:
                return values
        except (TypeError, ValueError):
            pass
        for row, value in enumerate(raw):
            if value is not None and not _is_vector(value, length):
                raise ValueError(f"{self.names[row]}: {key} must be {length} finite numbers, but {value!r} came")
        return np.array([nothing if value is None else np.asarray(value, dtype=float) for value in raw])

    def words(self, key: str) -> NDArray[np.str_]:
        """(rows,) names under `key`, "" where there is none. ValueError names the row whose value is no name."""
        raw, missing = self.column(key)
        if missing == len(raw):
            return np.zeros(len(raw), dtype="U1")
        if set(map(type, raw)) != {str}:
            raw = ["" if value is None else getattr(value, "name", value) for value in raw]
            for row, value in enumerate(raw):
                if not isinstance(value, str):
                    raise ValueError(f"{self.names[row]}: {key} must be a name, but {value!r} came")
        return np.array(raw, dtype=np.str_)

    def refuse(self, wrong: NDArray[np.bool_], sentence: str, values: Array | NDArray[np.str_] | None = None) -> None:
        """ValueError naming the first row where `wrong` holds.

        wrong (rows,); values (rows,), in any unit, are what the sentence says came.
        """
        if wrong.any():
            row = int(np.argmax(wrong))
            came = "" if values is None else f", but {values[row]} came"
            raise ValueError(f"{self.names[row]}: {sentence}{came}")


def _within(values: Any) -> Any:
    return np.abs(values) <= GREATEST  # false for what is not finite


def real_array(values: Any) -> Array:
    """(...) floats; TypeError where one is complex, since numpy would drop its imaginary part with a warning only.

    In any unit and of any shape.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error", np.exceptions.ComplexWarning)
        try:
            return np.array(values, dtype=float)
        except np.exceptions.ComplexWarning:
            raise TypeError("values must be real") from None


def _is_number(value: Any) -> bool:
    try:
        return bool(_within(float(real_array(value))))
    except (TypeError, ValueError):
        return False


def _is_vector(value: Any, length: int) -> bool:
    try:
        array = real_array(value)
    except (TypeError, ValueError):
        return False
    return array.shape == (length,) and bool(_within(array).all())
