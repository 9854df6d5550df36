"""The yields as a few lines of text."""

import math
from collections.abc import Mapping
from typing import Any

DENOMINATORS = {
    "of_objects": "of objects (all clusters, monomers included)",
    "of_particles": "of particles (dots that sit in dimers)",
    "of_assemblies": "of assemblies (clusters of two or more)",
    "resolvable": "of objects, and seen as two by a microscope",
}


def percent(share: float | None) -> str:
    """A share as a percentage with one decimal; "none" where it does not exist."""
    return "none" if share is None else f"{100 * share:.1f} %"


def interval(estimate: dict[str, float | None] | None) -> str:
    """value (95 %: low to high). `estimate` has these three keys, shares of 1, None where there is nothing."""
    if estimate is None or estimate.get("value") is None:
        return "none"
    if estimate.get("low") is None:
        return percent(estimate["value"])
    return f"{percent(estimate['value'])} (95 %: {percent(estimate['low'])} to {percent(estimate['high'])})"


def signed(value: float, digits: int) -> str:
    """A number, `value` in any unit, with its sign; without one where nothing but zeros would be shown."""
    shown = f"{value:+.{digits}f}"
    return shown[1:] if float(shown) == 0.0 else shown


def shift_text(shift: dict[str, float | None]) -> str:
    """A shift in meV, with its interval where it has one (of one cluster there is none)."""
    value, low, high = (shift[name] for name in ("value", "low", "high"))
    if value is None or low is None or high is None or math.isnan(low):
        return "none" if value is None else f"{signed(value, 2)} meV"
    return f"{signed(value, 2)} meV (95 %: {signed(low, 2)} to {signed(high, 2)})"


EDGE_MEANS = (
    "edge: the lowest energy where it reaches half of its first maximum; lowest band: the mean energy of the first "
    "feature"
)


def edge_lines(edge: dict[str, float | None], band: dict[str, float | None] | None) -> list[str]:
    """The shifts of the edge and of the lowest band's mean energy, both in meV."""
    lines = [f"  edge shifted by {shift_text(edge)}"]
    return lines if band is None else [*lines, f"  lowest band shifted by {shift_text(band)}"]


def parts_lines(parts: dict[str, Any] | None) -> list[str]:
    """What melted-through pairs make of the shift, what the others make of it, and every kind of dots."""
    if not parts:
        return []
    lines = []
    for part, words in (("melted", "clusters with pairs melted into one dot (it absorbs as a larger one)"),
                        ("other", "all other clusters")):  # fmt: skip
        if parts[part]:
            told = _both(parts[part])
            lines.append(f"  of this, {words}, {percent(parts[part]['of_clusters'])} of the clusters: {told}")
    for name, shifts in parts["kinds"].items():
        lines.append(f"  absorption by the {name} dots, edge at {shifts['edge_ev']:.3f} eV: {_both(shifts)}")
    return lines


def _both(shifts: dict[str, Any]) -> str:
    return f"edge {shift_text(shifts['edge_shift_mev'])}, lowest band {shift_text(shifts['band_shift_mev'])}"


def coupling_text(spectra: dict[str, Any]) -> str:
    """What couples the dots in the linear spectra of a run."""
    return f"the coupling of the model {spectra['model']}" if "model" in spectra else "dipole coupling alone"


def rival_text(law: str, test: dict[str, Any]) -> str:
    """What the test of one rival law says."""
    if test["p_value"] is None:
        return f"{law.capitalize()}: too few sizes to tell"
    p = f"p = {test['p_value']:.2g}" if test["p_value"] > 1e-300 else "p < 1e-300"
    verdict = "rejected" if test["p_value"] < 0.01 else "not rejected"
    return f"{law.capitalize()}: {verdict} (G = {test['statistic']:.4g}, {test['degrees_of_freedom']} d.o.f., {p})"


def shape_text(shape: dict[str, dict[str, float]]) -> str:
    """Mean lobe distance, neck and aspect ratio of the dimers. `shape` as `dimer_geometry` of the summary, nm."""
    distance, neck, ratio = (shape[name]["mean"] for name in ("centre_distance_nm", "neck_radius_nm", "aspect_ratio"))
    return f"centres {distance:.2f} nm apart, neck radius {neck:.2f} nm, aspect ratio {ratio:.2f}"


def yields_text(summary: dict[str, Any]) -> str:
    """What a person reads first after a run."""
    among = f"among {summary['replicas']} x {summary['particles']} dots"
    head = f"{summary['events']} attachments {among}, {summary['final_temperature_c']:g} C at the end"
    if linked(summary):
        head = f"{summary['events']} links {among}"
    lines = [head, "Dimers:"]
    for name, meaning in DENOMINATORS.items():
        lines.append(f"  {interval(summary['dimer_yield'].get(name)):<36} {meaning}")
    sizes = summary["cluster_sizes"]
    shares = [f"n={size}: {percent(row['of_objects'])}" for size, row in sizes.items() if int(size) <= 4]
    larger = sum(row["of_objects"] or 0.0 for size, row in sizes.items() if int(size) > 4)
    lines.append("Clusters (of objects): " + ", ".join([*shares, f"n>4: {percent(larger)}"]))
    if len(summary.get("pair_shares") or {}) > 1:
        pairs = ", ".join(f"{pair} {percent(share)}" for pair, share in summary["pair_shares"].items())
        lines.append(f"Pairs (of dimers): {pairs}; mixed, of assemblies: {percent(summary['mixed_share'])}")
    lines += bond_lines(summary)
    shape = summary.get("dimer_geometry")
    if shape and shape["centre_distance_nm"]["mean"] is not None:
        lines.append(f"Dimers, of bonds that keep two lobes: {shape_text(shape)}")
    if tells_rival_laws(summary):
        rivals = "; ".join(rival_text(law, test) for law, test in summary["rival_laws"].items())
        lines.append(f"Rival laws of cluster size at the same mean: {rivals}")
    if "spectra" in summary:
        lines += spectra_lines(summary["spectra"])
    return "\n".join(lines)


def linked(summary: Mapping[str, Any]) -> bool:
    """Whether molecules linked the dots, so that nothing melted or fused."""
    return summary.get("linking") is not None


def tells_rival_laws(summary: Mapping[str, Any]) -> bool:
    """Whether the laws of Flory and Poisson are rivals: where dots are linked in pairs, no law of sizes is at work."""
    return not (linked(summary) and summary["linking"]["law"] == "pairs")


def bond_lines(summary: Mapping[str, Any]) -> list[str]:
    """The states of the bonds, or that they are links, and the gel point of links that can gel."""
    if not linked(summary):
        return ["Bonds: " + ", ".join(f"{state} {percent(share)}" for state, share in summary["bond_states"].items())]
    how, gel = summary["linking"], summary.get("gel_point")
    lines = [f"Bonds: linked {percent(sum(summary['bond_states'].values()))} (by {how['linker']}, law {how['law']})"]
    if gel is not None and math.isfinite(gel):
        reached = "above 1, which is never reached" if gel > 1.0 else f"here it is {how['conversion']:g}"
        lines.append(f"Gel point: a conversion of {gel:.3g} by the law {how['law']}; {reached}")
    return lines


def spectra_lines(spectra: Mapping[str, Any]) -> list[str]:
    """How far bonds move edge and lowest band, and which clusters and kinds do so."""
    second = spectra.get("edge_shift_with_charge_transfer_mev")
    lines = [f"Absorption of the mixture against that of its unfused dots ({EDGE_MEANS}):"]
    lines.append(f"  with {coupling_text(dict(spectra))}:")
    lines += [f"  {line}" for line in edge_lines(spectra["edge_shift_mev"], spectra.get("band_shift_mev"))]
    if second:
        lines.append("  with charge transfer through the fused necks as well:")
        lines += [f"  {line}" for line in edge_lines(second, spectra.get("band_shift_with_charge_transfer_mev"))]
    return [*lines, *(f"  {line}" for line in parts_lines(spectra.get("parts")))]
