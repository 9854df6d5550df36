"""Where micrographs cannot decide: what to say of it, and how wide an interval must then be."""

from __future__ import annotations

from collections.abc import Sequence

Table = dict[str, tuple[float, float, float]]

LOBE_STEP_PX = 5.2  # lobes nearer than this are blurred into one outline; assumed, from trials on virtual micrographs
LOBE_STEP = 0.54  # and nearer than this many diameters leave no neck: an aspect ratio of about 1.5; assumed
CONTACT_STEP_PX = 1.5  # contact less lobe distance, below which their shapes are alike; assumed
UNDECIDED_REACH = 0.125  # least half width then: mean absolute error of a trial with other shapes of dots; fitted to it
ALIKE_FLOOR = 0.02  # share that contacts alike may feign: a lower end below it is none; fitted to own virtual cases
UNDECIDED_WIDTH = 0.2  # least width where the range of shares cuts the interval; assumed
HIGH_COVERAGE = 0.25  # of the picture, above which accidental contacts rival molecules; assumed
FEWEST_PIXELS = 10.0  # across a dot; assumed
MISFIT = 6.0  # deviance per degree of freedom, above which the virtual dots are not like the real ones; assumed
FEWEST_OBJECTS = 100
FEWEST_TRIALS = 5.0  # in effect, below which intervals lean on a few sets of nuisances; assumed


def lobes_unresolved(lobe_distance_nm: float, diameter_nm: float, nm_per_pixel: float) -> bool:
    """Whether two lobes at this distance look like one elongated dot at this pixel size."""
    return lobe_distance_nm < LOBE_STEP * diameter_nm and lobe_distance_nm < LOBE_STEP_PX * nm_per_pixel


def contacts_alike(lobe_distance_nm: float, gap_nm: float, diameter_nm: float, nm_per_pixel: float) -> bool:
    """Whether two dots that dried in contact stand as far apart as a dimer's lobes, as far as pixels can tell."""
    return diameter_nm + gap_nm - lobe_distance_nm < CONTACT_STEP_PX * nm_per_pixel


def widened(table: Table) -> Table:
    """The same values, intervals at least UNDECIDED_REACH to either side and UNDECIDED_WIDTH wide, within 0 to 1."""
    out = {}
    for name, (value, low, high) in table.items():
        low, high = max(0.0, min(low, value - UNDECIDED_REACH)), min(1.0, max(high, value + UNDECIDED_REACH))
        low = max(0.0, min(low, high - UNDECIDED_WIDTH))
        out[name] = (value, low, min(1.0, max(high, low + UNDECIDED_WIDTH)))
    return out


def down_to_none(table: Table) -> Table:
    """The same table, where lower ends below ALIKE_FLOOR are 0."""
    return {n: (value, low if low >= ALIKE_FLOOR else 0.0, high) for n, (value, low, high) in table.items()}


def warnings_of(
    *,
    unresolved: bool,
    alike: bool,
    split: bool,
    lobe_distance_nm: float,
    gap_nm: float,
    nm_per_pixel: float,
    coverage: float,
    across_px: float,
    deviance_per_dof: float,
    objects: int,
    effective_trials: float,
    trials: int,
    matrix_usable: bool,
    from_counts: Sequence[str],
) -> list[str]:
    """Sentences for everything that makes the corrected shares doubtful.

    coverage is a share; deviance_per_dof: misfit of the best templates, about 1 where the model holds;
    effective_trials: the number of trials, out of all, that the weights leave.
    """
    said = list(dict.fromkeys(from_counts))
    if unresolved:
        said.append(
            f"undecided: lobes {lobe_distance_nm:.1f} nm apart are not resolved at {nm_per_pixel:.2f} nm per pixel,"
            " dimers cannot be told from elongated dots; intervals were widened"
        )
    if alike:
        said.append("dots that dried in contact stand as close as a dimer's lobes: shapes hardly tell them apart")
    if split:
        said.append(
            "trimers and molecules of four and more trade places: their sum is better known than either, their split"
            " leans on a geometric tail"
        )
    if gap_nm < nm_per_pixel:
        said.append(
            f"the gap between dots that dried side by side ({gap_nm:.1f} nm) is below a pixel ({nm_per_pixel:.2f} nm):"
            " such pairs look like dimers"
        )
    if coverage > HIGH_COVERAGE and not any("cover" in text for text in said):
        said.append(f"dots cover {100 * coverage:.0f} % of the pictures: many touch by accident")
    if across_px < FEWEST_PIXELS and not any("pixels across" in text for text in said):
        said.append(f"dots are {across_px:.1f} pixels across: below {FEWEST_PIXELS:g}, hardly resolved")
    if deviance_per_dof > MISFIT:
        said.append(
            f"misfit: virtual dots describe these shapes poorly (deviance {deviance_per_dof:.1f} per degree of"
            " freedom); intervals may be too narrow"
        )
    if effective_trials < FEWEST_TRIALS:
        said.append(
            f"only {effective_trials:.1f} of {trials} trials in effect describe these pictures: intervals lean on few"
            " lobe distances and gaps, and are surer where both are told"
        )
    if not matrix_usable:
        said.append(
            "matrix not usable for fit: times the corrected numbers it does not give back the raw count (see predicted)"
        )
    if objects < FEWEST_OBJECTS:
        said.append(f"only {objects} objects were seen: count more for a narrower interval")
    return said
