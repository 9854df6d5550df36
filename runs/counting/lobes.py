"""How far apart the two lobes of a dimer can stand: a length in other units is told at once."""

from runs.complaints import RecipeError

TOLERANCE = 0.25  # of a dot's diameter, for sizes that differ and diameters that are measured; assumed
USUAL_GAP_NM = 1.2  # between dots that dried side by side, where none is told; assumed
ANGSTROM_PER_NM = 10.0


def credible_lobes(lobe_distance_nm: float | None, diameter_nm: float, gap_nm: float | None) -> None:
    """RecipeError for lobes farther apart than two dots that only lie side by side, by more than TOLERANCE.

    lobe_distance_nm: between centres; diameter_nm: of a dot; gap_nm: between dots that lie side by side.
    """
    if lobe_distance_nm is None:
        return
    most = (1.0 + TOLERANCE) * diameter_nm + (USUAL_GAP_NM if gap_nm is None else gap_nm)
    if lobe_distance_nm > most:
        angstrom = ": angstrom?" if lobe_distance_nm / ANGSTROM_PER_NM <= most else "."
        raise RecipeError(
            f"--lobe-distance-nm: wanted at most {most:.1f} nm, the diameter and a gap, got "
            f"{lobe_distance_nm:g} nm for dots of {diameter_nm:.1f} nm{angstrom}"
        )
