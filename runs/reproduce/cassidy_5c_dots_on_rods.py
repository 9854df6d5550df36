"""Figs. 5c and 5d of Cassidy 2022: CdS dots on the sides of CdS nanorods."""

from dataclasses import dataclass

import networkx as nx
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Rectangle
from scipy.spatial.transform import Rotation

from assembly import Assembly
from assembly.state import SIDE
from runs.claims.claim import Claim, Input, Ours
from runs.claims.room import Room
from runs.claims.spread import counted
from runs.figures.style import BLACK, BLUE, ORANGE, house_style, new_figure, title

ALT = (
    "Outlines of simulated rods of 25 nm with one, two and three dots of 4.26 nm fused to their sides, to scale, none "
    "at the round ends."
)
DESCRIBED = (
    "Ours: outlines of simulated CdS rods (4 nm x 25 nm, assumed) with one to three CdS dots, seen from where the dots "
    "stand out. The paper shows two micrographs and no numbers; that dots take the sides and that like does not join "
    "like is put in by hand."
)
COLUMNS = 4
SAID = "Interval: independent replicas of the simulation."


@dataclass(frozen=True)
class Results:
    """Shares of bonds by flask, a few graphs to draw, inputs by flask."""

    on_sides: dict[str, Ours]
    rod_with_dot: Ours
    graphs: list[nx.Graph]
    inputs: dict[str, tuple[Input, ...]]


def results(room: Room) -> Results:
    """Simulate the rods, with round ends that take nothing and with ends as sticky as the sides."""
    made = {name: room.simulated(name) for name in room.flasks()}
    first = made["as_written"]
    return Results(
        on_sides={name: _on_sides(assembly) for name, assembly in made.items()},
        rod_with_dot=_rod_with_dot(first),
        graphs=[graph for size in (2, 3, 4) for graph in _one_rod(first.graphs(size=size, limit=100))[:COLUMNS]],
        inputs={name: room.inputs(name) for name in made},
    )


def _kinds(made: Assembly) -> np.ndarray:
    return np.stack([made.particles["kind"][made.bonds[end]] for end in ("first", "second")])


def _one_rod(graphs: list[nx.Graph]) -> list[nx.Graph]:
    """Those in which a single rod bears every dot."""
    return [g for g in graphs if sum(kind == "rod" for _, kind in g.nodes(data="kind")) == 1]


def _share(made: Assembly, chosen: np.ndarray) -> Ours:
    """Of all bonds, the chosen ones."""
    replica, replicas = made.bonds["replica"], made.flask.replicas
    return counted(np.bincount(replica[chosen], minlength=replicas), np.bincount(replica, minlength=replicas))


def _on_sides(made: Assembly) -> Ours:
    ends = np.where(_kinds(made)[0] == 0, made.bonds["site_first"], made.bonds["site_second"])
    return _share(made, ends == SIDE)


def _rod_with_dot(made: Assembly) -> Ours:
    kinds = _kinds(made)
    return _share(made, kinds[0] != kinds[1])


def claims(found: Results) -> list[Claim]:
    """Dots attach to rods, to their sides; and what is left of it when the ends may take part."""
    written, sides = found.inputs["as_written"], "share of bonds on the sides of the rods"
    return [
        Claim("cassidy-5c-dots-on-rods", "cassidy", "Figs. 5c, 5d", "share of bonds that join a rod and a dot", "1",
              "CdS dots attached to CdS nanorods", (0.8, 1.0), found.rod_with_dot,
              f"Put in by hand: like is kept from attaching to like. {SAID}", written),
        Claim("cassidy-5c-sides", "cassidy", "Figs. 5c, 5d", sides, "1", "dots sit on the sides", (0.8, 1.0),
              found.on_sides["as_written"], f"Put in by hand: the round ends take nothing. {SAID}", written),
        Claim("cassidy-5c-sides-ends-free", "cassidy", "Figs. 5c, 5d", f"{sides} if the round ends are as sticky", "1",
              "dots sit on the sides", (0.8, 1.0), found.on_sides["round_ends_too"],
              f"The ends are 16 % of the surface but sharper: their barrier is lower, and nearly every dot goes "
              f"there. {SAID}", found.inputs["round_ends_too"]),
    ]  # fmt: skip


def draw(found: Results) -> Figure:
    """Some rods with their dots, to scale, each seen from where its dots stand out."""
    with house_style():
        figure = new_figure(6.8, 2.6)
        axes = figure.subplots()
        for number, graph in enumerate(found.graphs):
            _rod(axes, graph, np.array([30.0 * (number % COLUMNS), -14.0 * (number // COLUMNS)]))
        bottom = -14.0 * ((len(found.graphs) - 1) // COLUMNS) - 9.0
        axes.plot([-12.5, 7.5], [bottom, bottom], color=BLACK, linewidth=2.0)
        axes.annotate("20 nm", (8.5, bottom), va="center", fontsize=8)
        for name, colour in (("rod", BLUE), ("dot", ORANGE)):
            axes.plot([], [], "o", color=colour, label=name, markersize=8)
        axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), handletextpad=0.2)
        axes.set_aspect("equal")
        axes.autoscale_view()
        axes.set_axis_off()
        title(axes, "CdS dots (4.26 nm) on CdS nanorods (4 nm x 25 nm)")
    return figure


def _rod(axes: Axes, graph: nx.Graph, place: np.ndarray) -> None:
    """One rod, lying, with its dots beside it."""
    (rod,) = [node for node in graph if graph.nodes[node]["kind"] == "rod"]
    body = graph.nodes[rod]
    turn = Rotation.from_quat(body["orientation"]).inv()
    dots = [node for node in graph if node != rod]
    places = turn.apply(np.subtract([graph.nodes[node]["position_nm"] for node in dots], body["position_nm"]))
    angle = np.arctan2(places[0, 1], places[0, 0])  # the first dot stands straight above
    across = places[:, 0] * np.cos(angle) + places[:, 1] * np.sin(angle)
    half, length = 0.5 * body["diameter_nm"], body["length_nm"]
    axes.add_patch(Rectangle(place - [0.5 * length - half, half], length - 2 * half, 2 * half, color=BLUE, linewidth=0))
    for end in (-1, 1):
        axes.add_patch(Circle(place + np.array([end * (0.5 * length - half), 0.0]), half, color=BLUE, linewidth=0))
    for node, along, up in zip(dots, places[:, 2], across, strict=True):
        radius = 0.5 * graph.nodes[node]["diameter_nm"]
        axes.add_patch(Circle(place + np.array([along, up]), radius, color=ORANGE, linewidth=0))
