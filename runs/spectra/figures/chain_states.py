"""Eigenstates of a cluster: a disc for the weight of each state on each dot, at the state's energy."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from runs.figures.style import BLUE, ORANGE, VERMILION, house_style, new_figure, title
from runs.spectra.largest_chain import ChainStates

LARGEST_DISC = 240.0  # points squared, all of a state on one dot


def draw(chain: ChainStates) -> Figure:
    """Rows are states, lowest first, evenly spaced; the right-hand panel has strength and charge-transfer share."""
    states, dots = chain.weights.shape
    with house_style():
        figure = new_figure(3.4 + min(max(dots, 4) * 0.45, 7.0), 1.5 + 0.3 * max(states, 3))
        left, right = figure.subplots(1, 2, sharey=True, width_ratios=(max(dots, 4) * 0.45, 1.6))
        rows = np.arange(states)
        x, y = np.meshgrid(np.arange(1, dots + 1), rows)
        room = min(1.0, 8.0 / dots)
        left.scatter(x, y, s=np.maximum(chain.weights, 1e-9) * LARGEST_DISC * room, color=BLUE, linewidths=0)
        left.set_yticks(rows, [f"{energy:.4f}" for energy in chain.energies_ev])
        left.set_ylim(-0.8, states - 0.2)
        left.set_xlim(0.4, dots + 0.6)
        left.set_xticks(np.arange(1, dots + 1) if dots <= 12 else np.linspace(1, dots, 6).round())
        left.set_xlabel("dot, counted along the chain" if chain.is_chain else "dot, counted along the cluster")
        left.set_ylabel("energy of the state (eV)")
        sites = chain.site_energies_ev
        what = "chain" if chain.is_chain else "cluster"
        how = " + ".join(chain.mechanisms).replace("_", " ") or "its own coupling"
        about = f"{what} of {dots}, model {chain.model}, {how}"
        spread = f"{sites.min():.4f}" if np.ptp(sites) < 5e-5 else f"{sites.min():.4f} to {sites.max():.4f}"
        _shares(right, rows, chain)
        told = f"dots alone at {spread} eV; disc: the exciton's weight on a dot; M: dots that share it"
        figure.suptitle(f"Largest {about}\n{told}", x=0.01, ha="left", fontsize=8.5, parse_math=False)
    return figure


def _shares(axes: Axes, rows: np.ndarray, chain: ChainStates) -> None:
    lost = 1.0 - chain.weights.sum(axis=1)
    axes.barh(rows + 0.17, chain.strengths, 0.34, color=VERMILION, label="strength")
    if lost.max() > 1e-6:
        axes.barh(rows - 0.17, lost, 0.34, color=ORANGE, label="charge transfer")
    for row, shared in zip(rows, chain.participation, strict=True):
        axes.annotate(f"{shared:.2f}", (1.02, row), va="center", fontsize=7.5, annotation_clip=False)
    axes.set_xlim(0, 1)
    axes.set_xticks([0, 0.5, 1], ["0", "0.5", "1"])
    axes.tick_params(axis="y", left=False, labelleft=False)
    axes.set_xlabel("share")
    axes.legend(loc="lower left", bbox_to_anchor=(-0.05, 1.0), borderaxespad=0, handlelength=1.0)
    title(axes, "")
    axes.annotate("M", (1.05, 1.0), xycoords="axes fraction", fontsize=8, va="bottom")
