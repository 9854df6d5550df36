"""What `qdmer spectra` says to a person."""

from typing import Any

from runs.yields_text import shift_text

CAUSES = {
    "unfused": "dots alone",
    "coupling": "coupling",
    "fine_structure": "fine structure",
    "mean_neck": "one mean neck",
    "necks": "every neck its own",
    "all": "all together",
}
CLOSURES = {"charge_transfer": "delocalised by charge transfer", "shape": "delocalised as elongated dots"}


def spectra_text(summary: dict[str, Any]) -> str:
    """Edge, emission, causes of its width, mechanisms and fine structure as lines of text."""
    lines = [
        f"{summary['clusters']} clusters with {summary['dots']} dots (sampled of {summary['sampled_of']}), "
        f"model {summary['model']}, {summary['coupling']}",
        f"Absorption edge, mixture minus unfused dots: {shift_text(summary['edge_shift_mev'])}",
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
    about = ", ".join(f"{key} {value:.3g}" for key, value in found["attributes"].items() if isinstance(value, float))
    lines = [f"Commonest bond: {found['joins']}, {found['state']} ({100 * found['share']:.0f} % of bonds; {about})"]
    if found["why"]:
        lines.append(f"  not all mechanisms: {found['why']}")
    for row in found["mechanisms"]:
        unit = "%  " if row["name"].endswith("share") else "meV"
        lines.append(f"  {row['name']:<21} {row['value_mev']:+8.2f} {unit}  {row['standing']}: {row['meaning']}")
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
    neck = found["neck_radius_nm"]
    lines = [
        f"Emission of the {found['clusters']} fused clusters in the model band_edge "
        f"(necks {neck['mean']:.3f} +- {neck['sd']:.3f} nm), cause by cause:"
    ]
    for closure, meaning in CLOSURES.items():
        lines.append(f"  {meaning:<32} shift      width  broadening  lifetime  against dots alone")
        for name, row in found[closure].items():
            lines.append(
                f"    {CAUSES[name]:<24} {row['shift_mev']:+9.1f} meV {row['fwhm_mev']:6.1f} meV "
                f"{row['broadening_percent']:+7.1f} % {row['lifetime_ns']:8.1f} ns   x {row['lifetime_ratio']:.2f}"
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
    lines = [f"Fine structure of {found['material']} against aspect ratio (meV from the sphere's centre; strength):"]
    for row in found["rows"]:
        upper, zero = row["levels"]["1U"], row["levels"]["0U"]
        lines.append(
            f"  {row['diameter_nm']:g} nm, {row['aspect_ratio']:.2f}: upper +-1 {upper['energy_mev']:+7.1f} "
            f"({upper['strength']:.2f}), upper 0 {zero['energy_mev']:+7.1f} ({zero['strength']:.2f}), lowest bright "
            f"{row['lowest_bright_mev']:+7.1f}, rate x {row['relative_rate']:.2f}"
        )
    return lines
