"""Fig. 5e of Cassidy 2022: chain-like assemblies of core/shell dots, and what they rest on."""

from dataclasses import dataclass

import networkx as nx
import numpy as np
from matplotlib.figure import Figure
from scipy.special import ndtri

from assembly import Assembly
from assembly.shapes import linear_share
from runs.claims.claim import Claim, Input, Ours
from runs.claims.room import Room
from runs.figures import cluster_gallery

ALT = (
    "Outlines of simulated clusters of three to six core/shell dots whose polar facets are a thousand times as sticky "
    "as their sides, to scale: nearly all are chains, gently bent."
)
DESCRIBED = (
    "Ours: outlines of simulated clusters of three to six core/shell dots, nearly all gently bent chains. The paper "
    "shows one micrograph of chains without a count; ours chain only because their polar facets were made a hundred to "
    "a thousand times as sticky as their sides."
)
SIZES = (3, 4, 5, 6)
PLACED = 200  # clusters of each size that are placed in space, at most
SAID = "Linear: a path whose ends lie at least 0.8 of its contour apart. Interval: 95 % of the counted clusters."


@dataclass(frozen=True)
class Results:
    """Shares of linear clusters by flask, a few chains to draw, inputs by flask."""

    linear: dict[str, Ours]
    graphs: list[nx.Graph]
    inputs: dict[str, tuple[Input, ...]]


def results(room: Room) -> Results:
    """Simulate the dots with facets of several weights."""
    placed = {name: _placed(room.simulated(name)) for name in room.flasks()}
    return Results(
        linear={name: _linear(graphs) for name, graphs in placed.items()},
        graphs=[graph for n in SIZES for graph in [g for g in placed["as_written"] if len(g) == n][:6]],
        inputs={name: room.inputs(name) for name in placed},
    )


def _placed(made: Assembly) -> list[nx.Graph]:
    return [graph for size in SIZES for graph in made.graphs(size=size, limit=PLACED)]


def _linear(graphs: list[nx.Graph]) -> Ours:
    """Share of linear clusters among those of three to six dots, as they occur."""
    share = linear_share(graphs)
    assert share is not None
    weights = np.array([graph.graph.get("weight", 1.0) for graph in graphs])
    draws = weights.sum() ** 2 / (weights @ weights)  # as many equal draws
    reach = float(ndtri(0.975)) * np.sqrt(share * (1.0 - share) / draws)
    return Ours(share, max(share - reach, 0.0), min(share + reach, 1.0))


def claims(found: Results) -> list[Claim]:
    """Chains with sticky polar facets, and without."""
    quantity, given = "share of linear clusters among those of three to six dots", found.inputs
    return [
        Claim("cassidy-5e-chains", "cassidy", "Fig. 5e", quantity, "1", "chain-like assemblies", (0.6, 1.0),
              found.linear["as_written"],
              f"Put in by hand: polar facets a thousand times as sticky per area as the sides; with a factor of 100 it "
              f"is {found.linear['hundred'].value:.2f}, with 10 {found.linear['ten'].value:.2f}. {SAID}",
              given["as_written"]),
        Claim("cassidy-5e-chains-no-facets", "cassidy", "Fig. 5e", f"{quantity}, facets no stickier than sides", "1",
              "chain-like assemblies", (0.6, 1.0), found.linear["no_facets"],
              f"Fusion by itself makes compact clusters. {SAID}", given["no_facets"]),
    ]  # fmt: skip


def draw(found: Results) -> Figure:
    """Some of the chains, to scale."""
    return cluster_gallery.draw(
        found.graphs, ["CdSe_CdS"], "CdSe/CdS dots with polar facets a thousand times as sticky, 140 °C"
    )
