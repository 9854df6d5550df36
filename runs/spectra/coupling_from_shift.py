"""The coupling that a measured red shift tells of."""

from physics.excitons.coupling import coupling_from_shift_cm1
from runs.complaints import wrong

GREATEST_MEV = 10_000.0


def coupling_mev(shift_mev: float, detuning_mev: float) -> float:
    """V_F that lowers the lower of two levels by `shift_mev`. Energies in meV; RecipeError for one out of its range."""
    for key, value in (("--vf-from-shift", shift_mev), ("--detuning-mev", detuning_mev)):
        if not 0.0 <= value <= GREATEST_MEV:
            raise wrong(key, f"an energy from 0 to {GREATEST_MEV:g} meV", value)
    return coupling_from_shift_cm1(shift_mev, detuning_mev)  # any unit goes in, the same comes out
