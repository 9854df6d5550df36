"""Figs. 1, 2d to 2h and 3e of Cassidy 2022: the degree of fusion of pairs at 120, 180, 200 and 250 °C."""

from collections.abc import Callable
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from assembly.summary import RESOLVABLE_ASPECT_RATIO
from physics.fusion.energetics import Doublet, fuse
from runs.claims.claim import Claim, Input, Ours
from runs.claims.room import MELTING, Room
from runs.claims.spread import over_inputs
from runs.claims.standings import of_catalogue
from runs.figures.style import BLACK, BLUE, ORANGE, VERMILION, house_style, new_figure, title

ALT = (
    "Outlines of pairs of dots to scale at 25, 120, 180, 200 and 250 °C, for CdS of 4.26 nm, CdSe/CdS of 5.4 nm and "
    "CdSe of 6 nm: touching spheres at 25 °C, two lobes with ever wider necks up to 200 °C, single spheres at 250 °C "
    "except for the CdSe/CdS pair, which is still two lobes."
)
DESCRIBED = (
    "Ours: outlines of pairs at equilibrium, three kinds of dot at five temperatures, from touching spheres over two "
    "lobes with ever wider necks to one sphere at 250 °C. The paper shows micrographs without measured necks (clusters "
    "of three in Figs. 2d and 2e, pairs in 2g and 2h), so only the order can be compared; ours differs in that the "
    "CdSe/CdS pair is still two lobes at 250 °C."
)
SHOWN_C = (25.0, 120.0, 180.0, 200.0, 250.0)
KINDS = {
    "CdS 4.26 nm": ("CdS", "cds_nm"), "CdSe/CdS 5.4 nm": ("CdS", "shell_nm"), "CdSe 6 nm": ("CdSe", "large_cdse_nm"),
}  # fmt: skip
SPREAD_SAID = "Interval: the diameter 5 % up and down. The paper shows pictures without numbers."


@dataclass(frozen=True)
class Results:
    """Aspect ratios by (diameter's name, temperature), the drawn pairs, two comparisons, the inputs."""

    aspect: dict[tuple[str, float], Ours]
    pairs: dict[str, list[Doublet]]
    from_120_to_180: Ours
    cdse_over_cds: Ours
    inputs: tuple[Input, ...]


def results(room: Room) -> Results:
    """Everything the claims and the drawing need."""
    share = room.number("spread")

    def over_size(law: Callable[..., float], *names: str) -> Ours:
        stated = {name: room.number(name) for name in names}
        return over_inputs(law, stated, {name: (d * (1 - share), d * (1 + share)) for name, d in stated.items()})

    wanted = (("CdS", "cds_nm", 120.0), ("CdS", "cds_nm", 180.0), ("CdS", "shell_nm", 200.0),
              ("CdSe", "large_cdse_nm", 250.0), ("CdS", "cds_nm", 250.0))  # fmt: skip
    cds_c, cdse_c = room.number("cds_c"), room.number("cdse_c")
    return Results(
        aspect={
            (name, t): over_size(lambda m=m, t=t, **d: _pair(m, next(iter(d.values())), t).aspect_ratio, name)
            for m, name, t in wanted
        },
        pairs={k: [_pair(m, room.number(name), t) for t in SHOWN_C] for k, (m, name) in KINDS.items()},
        from_120_to_180=over_size(
            lambda cds_nm: _pair("CdS", cds_nm, 180.0).strain - _pair("CdS", cds_nm, 120.0).strain, "cds_nm"
        ),
        cdse_over_cds=over_size(
            lambda cdse_nm, cds_nm: _pair("CdSe", cdse_nm, cdse_c).strain - _pair("CdS", cds_nm, cds_c).strain,
            "cdse_nm", "cds_nm",
        ),
        inputs=(*(x for m in ("CdSe", "CdS") for x in of_catalogue(m, *MELTING, "fused_tension_j_m2")),
                *room.numbers("cds_nm", "shell_nm", "large_cdse_nm", "cdse_nm", "cds_c", "cdse_c", "spread")),
    )  # fmt: skip


def _pair(material: str, diameter_nm: float, temperature_c: float) -> Doublet:
    return fuse(material, diameter_nm / 2, material, diameter_nm / 2, temperature_c)


def claims(found: Results) -> list[Claim]:
    """The pictures in numbers: length over width of a pair is 2 where spheres touch and 1 where they are one."""
    seen_as_two = (RESOLVABLE_ASPECT_RATIO, 1.8)
    given = found.inputs
    return [
        Claim("cassidy-1-fusion-120", "cassidy", "Figs. 1, 2e, 2g", "length over width of a pair of CdS dots at 120 °C",
              "1", "two dots joined by a narrow neck", (1.7, 1.98), found.aspect["cds_nm", 120.0], SPREAD_SAID, given),
        Claim("cassidy-2d-fusion-180", "cassidy", "Figs. 1, 2d", "length over width of a pair of CdS dots at 180 °C",
              "1", "partly fused, still told apart", seen_as_two, found.aspect["cds_nm", 180.0], SPREAD_SAID, given),
        Claim("cassidy-2d-more-than-2e", "cassidy", "Figs. 2d, 2e",
              "strain of a pair of CdS dots at 180 °C minus that at 120 °C", "1", "180 °C fuses further than 120 °C",
              (0.02, None), found.from_120_to_180, SPREAD_SAID, given),
        Claim("cassidy-2h-fusion-200", "cassidy", "Figs. 1, 2h",
              "length over width of a pair of CdSe/CdS dots at 200 °C", "1", "partly fused, still told apart",
              seen_as_two, found.aspect["shell_nm", 200.0], f"{SPREAD_SAID} The shell's skin melts.", given),
        Claim("cassidy-1-coalesced-250", "cassidy", "Figs. 1, 5h",
              "length over width of a pair of 6 nm CdSe dots at 250 °C", "1", 1.0, (1.0, RESOLVABLE_ASPECT_RATIO),
              found.aspect["large_cdse_nm", 250.0],
              f"“Full coalescence” in the text. {SPREAD_SAID}", given),
        Claim("cassidy-1-coalesced-250-cds", "cassidy", "Fig. 1",
              "length over width of a pair of 4.26 nm CdS dots at 250 °C", "1", 1.0, (1.0, RESOLVABLE_ASPECT_RATIO),
              found.aspect["cds_nm", 250.0], f"The figure does not name its material. {SPREAD_SAID}", given),
        Claim("cassidy-3e-more-than-3d", "cassidy", "Figs. 3d, 3e",
              "strain of CdSe pairs (4.6 nm, 160 °C) minus that of CdS pairs (4.26 nm, 150 °C)", "1",
              "CdSe, slightly hotter, fuses further", (0.02, None), found.cdse_over_cds, SPREAD_SAID, given),
    ]  # fmt: skip


def draw(found: Results) -> Figure:
    """Outlines to scale, one row per kind of dot, one column per temperature."""
    with house_style():
        figure = new_figure(8.2, 3.9)
        grid = figure.subplots(len(found.pairs), len(SHOWN_C))
        for number, (kind, pairs) in enumerate(found.pairs.items()):
            for axes, pair, temperature in zip(grid[number], pairs, SHOWN_C, strict=True):
                _outline(axes, pair, (BLUE, ORANGE, VERMILION)[number])
                if number == 0:
                    title(axes, f"{temperature:g} °C")
                axes.set_xlabel(f"ε = {pair.strain:.3f}, ratio {pair.aspect_ratio:.2f}", fontsize=7.5)
            grid[number][0].set_ylabel(kind, fontsize=8)
        bar = grid[0][0]
        bar.plot([-7.5, -2.5], [-3.4, -3.4], color=BLACK, linewidth=2)
        bar.annotate("5 nm", (-2.2, -3.4), ha="left", va="center", fontsize=7.5)
    return figure


def _outline(axes: Axes, pair: Doublet, colour: str) -> None:
    """The two lobes as one body."""
    half = 0.0 if pair.state == "coalesced" else pair.centre_distance_nm / 2
    for place, radius in zip((-half, half), pair.lobe_radii_nm, strict=True):
        axes.add_patch(Circle((place, 0.0), radius, facecolor=colour, edgecolor="none"))
    axes.set_xlim(-7.5, 7.5)
    axes.set_ylim(-4.2, 4.2)
    axes.set_aspect("equal")
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_visible(False)
