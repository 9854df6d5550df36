"""Every figure of a two-dimensional spectrum."""

from pathlib import Path

from runs.claims.hamilton_2023 import DRAWN_DEVIATIONS
from runs.figures.style import save
from runs.two_dimensional.figures import absorptive_maps, beat_maps, beat_traces, beats_by_size, coherence_regions
from runs.two_dimensional.figures.map_axes import spelled
from runs.two_dimensional.spectrum import TwoDimensionalResult


def draw_all(found: TwoDimensionalResult, heading: str, place: Path) -> None:
    """absorptive_maps, beat_maps, beat_traces, coherence_regions and, of mixtures, beats_by_size."""
    about = found.summary["two_dimensional"]
    addresses = [(row["w1_cm1"], row["w3_cm1"]) for row in found.summary["addresses"]]
    counted = about["cases"][0]["name"]
    shown = found.maps.absorptive().sel(t2=found.given.shown_t2_fs)
    save(absorptive_maps.draw(shown, addresses, spelled(counted), heading), place, "absorptive_maps")
    told = (
        f"{about['signal']}, {spelled(counted)}; ellipses: widths of both transitions, {DRAWN_DEVIATIONS:g} deviations"
    )
    beats = found.beats.isel(case=0)
    if beats.sizes["w2"]:
        save(beat_maps.draw(beats, addresses, found.regions, found.names, told, heading), place, "beat_maps")
    save(beat_traces.draw(found.traces, found.summary["coherences"], heading), place, "beat_traces")
    if found.ellipses:
        window = (float(beats.w1[0]), float(beats.w1[-1]))
        drawn = coherence_regions.draw(found.ellipses, found.regions, addresses, window, heading)
        save(drawn, place, "coherence_regions")
    if len(about["by_size"]) > 1 and about["w2_cm1"]:
        save(beats_by_size.draw(about["by_size"], heading), place, "beats_by_size")
