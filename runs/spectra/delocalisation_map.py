"""The map of delocalisation and usable coherences over size and dispersion, as a folder of its own."""

from datetime import UTC, datetime

import numpy as np
import xarray as xr

from physics.excitons.quasi_homodimers import coherence_map
from runs.folder import PROVENANCE, Destination, staged
from runs.interruption import raise_if_came
from runs.provenance import made_here
from runs.spectra.spectra import Outcome, Progress
from runs.store import plain, write_json, write_netcdf

SEED = 1
DIMERS = 2000  # in each cell of the map
MAP_DIAMETERS_NM = np.linspace(2.2, 4.0, 19)
MAP_DISPERSIONS = np.linspace(0.02, 0.12, 21)


def run_map(target: Destination, figures: bool, progress: Progress) -> Outcome:
    """Delocalisation and usable coherences of quasi-homodimers over size and dispersion (Hamilton 2023, Fig. 1b)."""
    started = datetime.now(UTC)
    rows = []
    for number, diameter in enumerate(MAP_DIAMETERS_NM):
        progress("mapping", number / len(MAP_DIAMETERS_NM))
        raise_if_came()
        # the same dice in every cell: neighbours differ by their sizes and not by their luck
        row = [coherence_map([diameter], [d], np.random.default_rng(SEED), DIMERS) for d in MAP_DISPERSIONS]
        rows.append(xr.concat(row, "dispersion", combine_attrs="override"))
    found = xr.concat(rows, "diameter", combine_attrs="override")
    corner = found.isel(diameter=[0, -1], dispersion=[0, -1])
    summary = {
        "diameter_nm": MAP_DIAMETERS_NM, "dispersion": MAP_DISPERSIONS,
        "participation": {"lowest": float(found["participation"].min()),
                          "highest": float(found["participation"].max()), "corners": corner["participation"].values},
        "usable_coherences": {"lowest": float(found["usable_coherences"].min()),
                              "highest": float(found["usable_coherences"].max())},
        "standing": found.attrs["standing"],
    }  # fmt: skip
    with staged(target) as staging:
        if figures:
            from runs.figures import coherence_map as drawing
            from runs.figures.style import save

            (staging.folder / "figures").mkdir()
            save(drawing.draw(found), staging.folder / "figures", "coherence_map")
        write_netcdf(staging.folder / "coherence_map.nc", found)
        write_json(staging.folder / "coherence_map.json", summary)
        write_json(staging.folder / PROVENANCE, made_here(started, {"seed": SEED}))
        raise_if_came()
    return Outcome(staging.final, plain(summary))
