"""What `qdmer spectra` says to a person."""

from typing import Any

from runs.yields_text import EDGE_MEANS, edge_lines, parts_lines, signed

CAUSES = {
    "unfused": "the same dots before they fused",
    "coupling": "coupled through their necks, else as before",
    "fine_structure": "fine structure of elongated dots alone",
    "mean_neck": "elongated, all by the mean neck",
    "necks": "elongated, each by its own neck",
    "all": "everything together",
}
CLOSURES = {
    "charge_transfer": ("If electron and hole spread through the neck (charge transfer):",
                        ("unfused", "coupling", "fine_structure", "all")),
    "shape": ("If instead the neck makes each dot a longer one (elongation):", tuple(CAUSES)),
}  # fmt: skip
SHAPE_COUPLING = "coupled by their dipoles, else as before"


def spectra_text(summary: dict[str, Any]) -> str:
    """Edge, emission, causes of its width, mechanisms and fine structure as lines of text."""
    clusters, dots = summary["clusters"], summary["dots"]
    lines = [
        f"{clusters} cluster{'' if clusters == 1 else 's'} with {dots} dot{'' if dots == 1 else 's'} (sampled of "
        f"{summary['sampled_of']}), model {summary['model']}, {summary['coupling']}",
        f"Absorption of the mixture against that of its unfused dots ({EDGE_MEANS}):",
        *edge_lines(summary["edge_shift_mev"], summary["band_shift_mev"]),
        *parts_lines(summary["parts"]),
    ]
    if summary["clipped"]:
        lines.append(f"{summary['clipped']} dots lie beyond their sizing curve and were moved to its end")
    lines += [_emission("mixture", summary["emission"]), _emission("unfused", summary["emission_unfused"])]
    if summary["broadening"]:
        lines += _broadening(summary["broadening"])
    if summary["commonest_bond"]:
        lines += _bond(summary["commonest_bond"])
    if summary["fine_structure"]:
        lines += _fine_structure(summary["fine_structure"])
    chain = summary["largest_cluster"]
    if chain:
        lowest, highest = chain["energies_ev"][0], chain["energies_ev"][-1]
        lines.append(f"Largest cluster: {chain['dots']} dots, states from {lowest:.4f} to {highest:.4f} eV")
    return "\n".join(lines)


def map_text(summary: dict[str, Any]) -> str:
    """The ranges that the map covers."""
    shared, usable = summary["participation"], summary["usable_coherences"]
    sizes, spreads = summary["diameter_nm"], summary["dispersion"]
    return (
        f"{sizes[0]:g} to {sizes[-1]:g} nm, dispersion {100 * spreads[0]:g} to {100 * spreads[-1]:g} %: <M> of band L "
        f"{shared['lowest']:.2f} to {shared['highest']:.2f}, usable coherences {usable['lowest']:.0f} to "
        f"{usable['highest']:.0f} ({summary['standing']})"
    )


def _bond(found: dict[str, Any]) -> list[str]:
    """The mechanisms of the commonest bond, one a line."""
    about = [f"{key.removesuffix('_nm').replace('_', ' ')} {value:.3g} nm"
             for key, value in found["attributes"].items() if isinstance(value, float)]  # fmt: skip
    state = "linked" if found["attributes"].get("link") else found["state"]
    told = "; ".join([f"{100 * found['share']:.0f} % of the bonds between dots that are left", *about])
    lines = [f"Commonest bond: {found['joins']}, {state} ({told})"]
    if found["why"]:
        lines.append(f"  not all mechanisms: {found['why']}")
    for row in found["mechanisms"]:
        unit = "%  " if row["name"].endswith("share") else "meV"
        lines.append(
            f"  {row['name']:<21} {signed(row['value_mev'], 2):>8} {unit}  {row['standing']}: {row['meaning']}"
        )
    return lines


def _emission(what: str, found: dict[str, Any]) -> str:
    if found["mean_ev"] is None:
        return f"Emission, {what}: more than one peak, or none"
    life = found["lifetime_ns"]
    told = "" if life is None else f", lifetime {life:.1f} ns"
    return f"Emission, {what}: mean {found['mean_ev']:.4f} eV, width {found['fwhm_mev']:.1f} meV{told}"


def _broadening(found: dict[str, Any]) -> list[str]:
    if "why" in found:
        return [f"Causes of broadening not told apart: {found['why']}"]
    neck, count = found["neck_radius_nm"], found["clusters"]
    told = f"{count} fused cluster{'' if count == 1 else 's'}"
    lines = [
        f"What fusing does to the emission of the {told}, one cause at a time (model band_edge; neck radius "
        f"{neck['mean']:.3f} nm, standard deviation {neck['sd']:.3f}):",
        f"  {'':<46}{'moved by':>12}{'width':>12}{'wider by':>10}{'lifetime':>12}{'of before':>11}",
    ]
    for closure, (heading, shown) in CLOSURES.items():
        lines.append(f"  {heading}")
        for name in shown:
            row = found[closure][name]
            cause = SHAPE_COUPLING if (closure, name) == ("shape", "coupling") else CAUSES[name]
            moved, wider = signed(row["shift_mev"], 1), signed(row["broadening_percent"], 1)
            lines.append(
                f"    {cause:<44}{moved:>8} meV{row['fwhm_mev']:>8.1f} meV{wider:>8} %"
                f"{row['lifetime_ns']:>9.1f} ns{row['lifetime_ratio']:>9.2f} x"
            )
    if found["paper_percent"] is not None:
        ratio = found["charge_transfer"]["all"]["lifetime_ratio"]
        lines += [
            f"  Cassidy 2022 saw {found['paper_percent']:+.0f} % for fused CdSe: ours is short of it by "
            f"{found['short_by_percent']:.1f} points",
            f"  Lifetime: measured shorter after fusion, theory says longer; with all causes it is x {ratio:.2f} here "
            "(fine structure shortens it, charge transfer and the red shift lengthen it)",
        ]
    return lines


def _fine_structure(found: dict[str, Any]) -> list[str]:
    lines = [
        f"Fine structure of these {found['material']} dots if they were 1, 1.35 and 1.5 times as long as wide "
        "(meV from the sphere's centre; strength):"
    ]
    for row in found["rows"]:
        upper, zero = row["levels"]["1U"], row["levels"]["0U"]
        lines.append(
            f"  {row['diameter_nm']:g} nm, {row['aspect_ratio']:.2f}: upper +-1 {upper['energy_mev']:+7.1f} "
            f"({upper['strength']:.2f}), upper 0 {zero['energy_mev']:+7.1f} ({zero['strength']:.2f}), lowest bright "
            f"{row['lowest_bright_mev']:+7.1f}, rate x {row['relative_rate']:.2f}"
        )
    return lines
