"""A checked [two_dimensional] table in the terms of the physics, or one sentence that says which key is wrong."""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import networkx as nx
import numpy as np

from physics.excitons import Ensemble, ensemble
from physics.spectra import axes
from physics.spectra.coherences import CM1_FS
from physics.spectra.pulses import Pulse, polarization_vectors
from physics.spectra.question import mean_level_cm1
from physics.spectra.transforms import Times
from physics.spectra.vibrations import SURROUNDINGS_CM1, Phonon
from runs.complaints import RecipeError, wrong
from runs.two_dimensional_table import TwoDimensional

TABLE = "two_dimensional"
GRID_CM1 = 30.0  # the maps' grid is at least so fine
LEAST_WAITS = 4
SHOWN_T2_FS = (0.0, 60.0, 200.0, 600.0)
MECHANISMS = ("dipole", "charge_transfer")  # of the models that are told what couples their dots
WITH_MECHANISMS = ("site", "band_edge")


class Asked(NamedTuple):
    """What the kernels need besides the ensemble. shown_t2_fs (n,): the waiting times of which maps are drawn."""

    times: Times
    pulse: Pulse | None
    phonon: Phonon | None
    broadening_cm1: float
    padding: int
    grid_cm1: float
    shown_t2_fs: np.ndarray


def asked(settings: TwoDimensional) -> Asked:
    """Axes, pulses, phonon and surroundings; RecipeError naming the key for what cannot be."""
    times = Times(*(_axis(settings, name) for name in ("t1", "t2", "t3")))
    for name in ("t1", "t3"):
        start = float(getattr(times, name)[0])
        if start != 0.0:
            raise RecipeError(f"{TABLE}.{name}_fs: wanted times that begin at 0 fs, got {start:g}.")
    if (settings.pulse_centre_cm1 is None) != (settings.pulse_fwhm_fs is None):
        missing = "pulse_fwhm_fs" if settings.pulse_fwhm_fs is None else "pulse_centre_cm1"
        raise RecipeError(f"{TABLE}.{missing}: wanted both or neither of pulse_centre_cm1 and pulse_fwhm_fs, got one.")
    pulse = None
    if settings.pulse_centre_cm1 is not None and settings.pulse_fwhm_fs is not None:
        pulse = Pulse(settings.pulse_centre_cm1, settings.pulse_fwhm_fs)
    try:
        polarization_vectors(settings.polarizations)
    except ValueError:
        wanted = str(TwoDimensional.model_fields["polarizations"].description)
        raise wrong(f"{TABLE}.polarizations", wanted, settings.polarizations) from None
    if settings.window_cm1 is not None and not 0.0 <= settings.window_cm1[0] < settings.window_cm1[1]:
        raise wrong(f"{TABLE}.window_cm1", "the lower wavenumber first", list(settings.window_cm1))
    shown = _shown(settings, times)
    step = times.steps[1]
    for beat in settings.w2_cm1:
        if not 0.0 < beat <= CM1_FS / (2.0 * step):
            raise wrong(f"{TABLE}.w2_cm1", f"beats above 0 and up to {CM1_FS / (2.0 * step):.0f} cm-1, which steps of "
                        f"{step:g} fs along t2 can follow", beat)  # fmt: skip
    _check_memory(times)
    phonon = Phonon(settings.phonon_cm1, settings.huang_rhys) if settings.huang_rhys else None
    widths = [CM1_FS / (len(times[i]) * times.steps[i]) for i in (0, 2)]
    padding = min(max(1, math.ceil(max(widths) / GRID_CM1)), 16)
    if settings.wt5:
        need_wright_tools()
    return Asked(times, pulse, phonon, SURROUNDINGS_CM1[settings.surroundings], padding, max(widths) / padding, shown)


def _shown(settings: TwoDimensional, times: Times) -> np.ndarray:
    """The computed waiting times nearest to those that are wanted, each once."""
    for time in settings.shown_t2_fs:
        if not times.t2[0] <= time <= times.t2[-1]:
            raise wrong(f"{TABLE}.shown_t2_fs", f"waiting times from {times.t2[0]:g} to {times.t2[-1]:g} fs", time)
    wanted = settings.shown_t2_fs or [time for time in SHOWN_T2_FS if times.t2[0] <= time <= times.t2[-1]]
    wanted = wanted or [float(times.t2[0])]
    return np.unique(times.t2[[int(np.argmin(np.abs(times.t2 - time))) for time in wanted]])


def need_wright_tools() -> None:
    """RecipeError, one sentence, where WrightTools is not installed."""
    try:
        import WrightTools  # noqa: F401
    except ImportError:
        raise RecipeError(
            "wt5: wanted WrightTools, which writes these files, got none (pip install 'qdmer[wt5]' brings it)."
        ) from None


def _axis(settings: TwoDimensional, name: str) -> np.ndarray:
    """One axis from its list of times, or from its step and number of points."""
    listed = getattr(settings, f"{name}_fs")
    if listed is None:
        return np.asarray(np.arange(getattr(settings, f"{name}_points")) * getattr(settings, f"{name}_step_fs"))
    try:
        return np.asarray(axes.time_axis(f"{name}_fs", listed, LEAST_WAITS if name == "t2" else 2))
    except ValueError as error:
        raise _refused(error) from None


def _check_memory(times: Times) -> None:
    """The whole cube is computed at once, then cut."""
    try:
        axes.check_memory(times)
    except ValueError as error:
        head = str(error).partition(";")[0].replace("t1_fs, t2_fs, t3_fs", "t1, t2 and t3")
        raise RecipeError(f"{TABLE}: {head}; fewer points or a shorter t2 do.") from None


def _refused(error: ValueError) -> RecipeError:
    """The physics' one sentence about an argument as one about a key of the table."""
    words = " ".join(str(error).split()).rstrip(".")
    return RecipeError(f"{TABLE}.{words}.")


def model_of(graphs: Sequence[nx.Graph], named: str | None) -> str:
    """The model: named, or the two-band one where every dot is bare CdSe and gives no energy of its own."""
    if named is not None:
        return named
    dots = [node for graph in graphs for _, node in graph.nodes(data=True)]
    bare = all(n.get("material") == "CdSe" and not n.get("shell") and "energy_cm1" not in n for n in dots)
    fused = any(bond.get("neck_radius_nm") for graph in graphs for *_, bond in graph.edges(data=True))
    return "two_band" if bare and not fused else "site"


def ensemble_of(graphs: Sequence[nx.Graph], settings: TwoDimensional, model: str) -> tuple[Ensemble, str]:
    """The ensemble and what couples its dots; RecipeError where the model cannot hold these graphs."""
    more: dict[str, Any] = {
        "statistics": settings.statistics, "anharmonicity_cm1": settings.biexciton_shifts_cm1[0],
    }  # fmt: skip
    coupling = "the model's own coupling"
    try:
        if model not in WITH_MECHANISMS:
            return ensemble(graphs, model, **more), coupling
        try:
            return ensemble(graphs, model, mechanisms=MECHANISMS, **more), " + ".join(MECHANISMS)
        except ValueError:  # the catalogue lacks what tunnelling needs
            return ensemble(graphs, model, mechanisms=MECHANISMS[:1], **more), MECHANISMS[0]
    except ValueError as error:
        raise RecipeError(" ".join(str(error).split()).rstrip(".") + ".") from None


def check(many: Ensemble, given: Asked) -> tuple[float, float]:
    """The common rotating frame and the fastest beat, cm-1.

    RecipeError where dipoles are zero, a Hamiltonian is not Hermitian or a step cannot follow the levels.
    """
    try:
        many = axes.many_clusters(many)
        reference = mean_level_cm1(many)
        axes.check_sampling(many, given.times, reference)
    except ValueError as error:
        words = " ".join(str(error).split()).rstrip(".")
        named = words.startswith(("t1_fs", "t3_fs"))
        raise RecipeError(f"{TABLE}.{words}." if named else f"{words}.") from None
    pulses = (given.pulse, given.pulse) if given.pulse else ()
    fastest, step = axes.fastest_beat_cm1(many, pulses), given.times.steps[1]
    allowed = axes.longest_step_fs(fastest)
    if step > allowed:
        raise RecipeError(
            f"{TABLE}.t2_fs must have steps below {allowed:.3g} fs to follow beats of {fastest:.0f} cm-1, "
            f"but {step:g} fs came."
        )
    return reference, fastest
