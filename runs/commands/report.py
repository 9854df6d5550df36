"""`qdmer report`: the page of a run folder, made again from its files."""

import os
from pathlib import Path

import click


@click.command(epilog="Example:  qdmer report cds-dimers-1")
@click.argument("folder", metavar="DIR")
def report(folder: str) -> None:
    """Write DIR/report.html again: one self-contained page about the run in DIR."""
    from runs.report import report_of

    click.echo(f"Wrote {os.path.relpath(report_of(Path(folder).expanduser()))}")
