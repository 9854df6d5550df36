"""What a sweep says on the terminal when it is done."""

import os

from runs.sweeping.plan import told
from runs.sweeping.sweep import Outcome

WORDS = {
    "dimer_yield_resolvable": "resolvable dimers (of objects)",
    "dimer_yield_of_objects": "dimers of objects",
    "dimer_yield_of_particles": "dimers of particles",
}


def outcome_text(outcome: Outcome) -> str:
    """How many points, where each yield is largest, and where the results are."""
    news = "finished before, nothing changed" if outcome.computed == 0 else f"{outcome.computed} of them worked out now"
    lines = [f"{outcome.points} points, {news}. Largest yields, with 95 % intervals:"]
    for name, best in outcome.maxima.items():
        value, low, high = (100 * best[part] for part in ("value", "low", "high"))
        lines.append(f"  {WORDS[name]:<31}{value:5.1f} % ({low:.1f} to {high:.1f}) at {told(best['at'])}")
    lines.append(f"Written to {os.path.relpath(outcome.folder)}{os.sep} ({outcome.result.name} holds all points).")
    return "\n".join(lines)
