"""Options that several commands share, the same words everywhere; what an option means for one command is its help."""

import os
from collections.abc import Callable
from typing import Any

import click

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]
MOST_WORKERS = 256
OURS_ONLY = "Replace the --out folder if qdmer made it."


def out_option(help: str) -> Decorator:
    """--out DIR, as `out`."""
    return click.option("--out", metavar="DIR", help=help)


def force_option(help: str = OURS_ONLY) -> Decorator:
    """--force."""
    return click.option("--force", is_flag=True, help=help)


def set_option(help: str = "Change a key of the recipe.") -> Decorator:
    """--set KEY=VALUE, again and again, as `settings`."""
    return click.option("--set", "settings", metavar="KEY=VALUE", multiple=True, help=help)


def seed_option(help: str | None = None) -> Decorator:
    """--seed N of what is drawn besides a recipe's own dice, 1 if left out."""
    return click.option("--seed", type=click.IntRange(0, 2**63 - 1), default=1, show_default=True, help=help)


def workers_option(help: str) -> Decorator:
    """--workers N, every core if left out."""
    return click.option(
        "--workers",
        type=click.IntRange(1, MOST_WORKERS),
        default=lambda: min(os.cpu_count() or 1, MOST_WORKERS),
        show_default="the cores of this machine",
        help=help,
    )


def json_option(what: str) -> Decorator:
    """--json, as `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help=f"Print {what} as JSON, alone on standard output.")


def no_figures_option() -> Decorator:
    """--no-figures."""
    return click.option("--no-figures", is_flag=True, help="Leave out the figures.")


def yield_option(help: str) -> Decorator:
    """--yield NAME, as `wanted`."""
    return click.option("--yield", "wanted", default="resolvable_of_particles", show_default=True, help=help)
