"""Graphs of dots from a run folder, node-link JSON or GraphML; what cannot be read is refused in one sentence."""

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.parsers import expat

import networkx as nx

from physics.excitons import check_graph
from physics.excitons.graphs import with_vectors
from runs.complaints import RecipeError, shown
from runs.folder import is_ours

LARGEST_FILE = 200_000_000  # bytes
LARGEST_CLUSTER = 500  # dots: a matrix of 4000 states in the model band_edge
GRAPHS = "graphs.json"


@dataclass(frozen=True)
class GraphSet:
    """Checked graphs and how many clusters they are a sample of."""

    graphs: list[nx.Graph]
    sampled_of: int


def read_sources(sources: Sequence[str], progress: Callable[[float], None] = lambda fraction: None) -> GraphSet:
    """The graphs of run folders and files together, every one checked; RecipeError, one sentence, for bad input."""
    graphs: list[nx.Graph] = []
    sampled_of = 0
    for source in sources:
        found, of = _read(source)
        _check(source, found, progress)
        graphs += found
        sampled_of += of
    return GraphSet(graphs, sampled_of)


def _check(source: str, graphs: list[nx.Graph], progress: Callable[[float], None]) -> None:
    for number, graph in enumerate(graphs):
        where = source if len(graphs) == 1 else f"{source}, graph {number}"
        if len(graph) > LARGEST_CLUSTER:
            raise RecipeError(f"{where}: wanted a cluster of at most {LARGEST_CLUSTER} dots, got {len(graph)}.")
        try:
            check_graph(graph)
        except (ValueError, TypeError, OverflowError) as error:
            raise RecipeError(f"{where}: {_one_line(error)}.") from None
        if number % 100 == 0:
            progress(number / len(graphs))


def _one_line(error: Exception) -> str:
    words = " ".join(str(error).split()).rstrip(".")
    return words if len(words) <= 300 else words[:297] + "..."


def _read(source: str) -> tuple[list[nx.Graph], int]:
    """The graphs of one source and how many clusters they stand for."""
    path = Path(source).expanduser()
    try:
        if path.is_dir():
            if not is_ours(path) or not (path / GRAPHS).is_file():
                raise RecipeError(f"{source}: wanted a run folder of qdmer with {GRAPHS}, got another folder.")
            path = path / GRAPHS
        if not path.is_file():
            raise RecipeError(f"{source}: wanted a run folder or a file of graphs, got no such file.")
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise RecipeError(f"{source}: wanted at most {LARGEST_FILE / 1e6:.0f} MB, got {size / 1e6:.0f} MB.")
        content = path.read_bytes()
    except (OSError, ValueError) as error:
        if isinstance(error, RecipeError):
            raise
        reason = getattr(error, "strerror", None) or "it cannot be read"
        raise RecipeError(f"{source!r}: wanted a file of graphs, got none ({reason}).") from None
    if not content.strip():
        raise RecipeError(f"{source}: wanted graphs, got an empty file.")
    if path.suffix.lower() in (".graphml", ".xml") or content.lstrip()[:1] == b"<":
        graphs = _from_graphml(source, content)
        return graphs, len(graphs)
    return _from_json(source, content)


def _from_json(source: str, content: bytes) -> tuple[list[nx.Graph], int]:
    def refuse_constant(name: str) -> Any:
        raise RecipeError(f"{source}: wanted finite numbers, got {name}.")

    try:
        data = json.loads(content.decode("utf-8-sig"), parse_constant=refuse_constant)
    except RecipeError:
        raise
    except UnicodeDecodeError:
        raise RecipeError(f"{source}: wanted node-link JSON or GraphML, got a file that is no text.") from None
    except (ValueError, RecursionError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else _one_line(error)
        raise RecipeError(f"{source}: wanted node-link JSON or GraphML, got no valid JSON ({reason}).") from None
    if isinstance(data, dict) and "graphs" in data:
        listed, of = data["graphs"], data.get("sampled_of")
    else:
        listed, of = (data if isinstance(data, list) else [data]), None
    if not isinstance(listed, list) or not listed:
        raise RecipeError(f"{source}: wanted a list of at least one graph, got {shown(listed)}.")
    graphs = [
        _linked(source if len(listed) == 1 else f"{source}, graph {number}", entry)
        for number, entry in enumerate(listed)
    ]
    return graphs, of if isinstance(of, int) and not isinstance(of, bool) and of >= 0 else len(graphs)


def _linked(where: str, data: Any) -> nx.Graph:
    """One node-link table as a graph; its edges under `edges` or, as older networkx writes them, `links`."""
    if not isinstance(data, dict) or not isinstance(data.get("nodes"), list):
        raise RecipeError(f"{where}: wanted a node-link graph (a table with nodes and edges), got {shown(data)}.")
    for key in ("directed", "multigraph"):
        if data.get(key):
            raise RecipeError(f"{where}: wanted an undirected graph with single edges, got {key} = true.")
    links = data.get("edges", data.get("links", []))
    heading = data.get("graph", {})
    if not isinstance(links, list) or not isinstance(heading, dict):
        raise RecipeError(f"{where}: wanted a list of edges and a table of graph attributes, got something else.")
    graph: nx.Graph = nx.Graph()
    graph.graph.update(heading)
    for place, node in enumerate(data["nodes"]):
        name = _name(where, f"node {place}", node, "id")
        if name in graph:
            raise RecipeError(f"{where}: wanted nodes of different id, got {shown(name)} twice.")
        graph.add_node(name)
        graph.nodes[name].update({key: value for key, value in node.items() if key != "id"})
    for place, link in enumerate(links):
        ends = [_name(where, f"edge {place}", link, key) for key in ("source", "target")]
        for end in ends:
            if end not in graph:
                raise RecipeError(f"{where}: edge {place} wanted the id of a node, got {shown(end)}.")
        if graph.has_edge(*ends):
            raise RecipeError(f"{where}: wanted each pair of dots joined once, got {ends[0]!r}-{ends[1]!r} twice.")
        graph.add_edge(*ends)
        graph.edges[ends[0], ends[1]].update({k: v for k, v in link.items() if k not in ("source", "target", "key")})
    return _gathered(where, graph)


def _name(where: str, what: str, row: Any, key: str) -> Any:
    if not isinstance(row, dict) or key not in row:
        raise RecipeError(f"{where}: {what} wanted a table with {key!r}, got {shown(row)}.")
    name = tuple(row[key]) if isinstance(row[key], list) else row[key]
    try:
        hash(name)
    except TypeError:
        raise RecipeError(f"{where}: {what} wanted a number or a text as {key!r}, got {shown(row[key])}.") from None
    if name is None or (isinstance(name, float) and not math.isfinite(name)):
        raise RecipeError(f"{where}: {what} wanted a number or a text as {key!r}, got {shown(name)}.")
    return name


def _gathered(where: str, graph: nx.Graph) -> nx.Graph:
    try:
        return with_vectors(graph)
    except ValueError as error:
        raise RecipeError(f"{where}: {_one_line(error)}.") from None


def _from_graphml(source: str, content: bytes) -> list[nx.Graph]:
    """All graphs of a GraphML file; a document type, and so every entity, is refused before anything is expanded."""
    _refuse_document_type(source, content)
    try:
        graphs = list(nx.readwrite.graphml.GraphMLReader()(path=BytesIO(content)))
    except (nx.NetworkXException, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        reason = f"{type(error).__name__}: {_one_line(error)}" if isinstance(error, KeyError) else _one_line(error)
        raise RecipeError(f"{source}: wanted GraphML, got XML that is none ({reason}).") from None
    if not graphs:
        raise RecipeError(f"{source}: wanted GraphML with at least one graph, got none.")
    return [_gathered(source, graph) for graph in graphs]


def _refuse_document_type(source: str, content: bytes) -> None:
    """Expat looks too, so that no encoding hides a declaration."""

    def refuse(*_: Any) -> None:
        raise RecipeError(f"{source}: wanted GraphML without document type or entities, got a <!DOCTYPE.")

    if any(word in content.lower() for word in (b"<!doctype", b"<!entity")):
        refuse()
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        if isinstance(error, RecipeError):
            raise
        raise RecipeError(f"{source}: wanted GraphML, got XML with an error ({_one_line(error)}).") from None
