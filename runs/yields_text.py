"""The yields as a few lines of text."""

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


def shift_text(shift: dict[str, float]) -> str:
    """The edge's shift with its interval, in meV."""
    return f"{shift['value']:+.3f} meV (95 %: {shift['low']:+.3f} to {shift['high']:+.3f})"


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
    lines = [
        f"{summary['events']} attachments among {summary['replicas']} x {summary['particles']} dots,"
        f" {summary['final_temperature_c']:g} C at the end",
        "Dimers:",
    ]
    for name, meaning in DENOMINATORS.items():
        lines.append(f"  {interval(summary['dimer_yield'].get(name)):<36} {meaning}")
    sizes = summary["cluster_sizes"]
    shares = [f"n={size}: {percent(row['of_objects'])}" for size, row in sizes.items() if int(size) <= 4]
    larger = sum(row["of_objects"] or 0.0 for size, row in sizes.items() if int(size) > 4)
    lines.append("Clusters (of objects): " + ", ".join([*shares, f"n>4: {percent(larger)}"]))
    if len(summary.get("pair_shares") or {}) > 1:
        pairs = ", ".join(f"{pair} {percent(share)}" for pair, share in summary["pair_shares"].items())
        lines.append(f"Pairs (of dimers): {pairs}; mixed, of assemblies: {percent(summary['mixed_share'])}")
    states = ", ".join(f"{state} {percent(share)}" for state, share in summary["bond_states"].items())
    lines.append(f"Bonds: {states}")
    shape = summary.get("dimer_geometry")
    if shape and shape["centre_distance_nm"]["mean"] is not None:
        lines.append(f"Dimers, of bonds that keep two lobes: {shape_text(shape)}")
    rivals = "; ".join(rival_text(law, test) for law, test in summary["rival_laws"].items())
    lines.append(f"Rival laws of cluster size at the same mean: {rivals}")
    if "spectra" in summary:
        spectra = summary["spectra"]
        lines.append(
            f"Absorption edge, mixture minus unfused dots, with {coupling_text(spectra)}: "
            f"{shift_text(spectra['edge_shift_mev'])}"
        )
        second = spectra.get("edge_shift_with_charge_transfer_mev")
        if second:
            lines.append(f"  and with charge transfer through the fused necks: {shift_text(second)}")
    return "\n".join(lines)
