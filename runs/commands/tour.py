"""`qdmer tour`: five short documents whose Python code runs as it stands."""

from pathlib import Path

import click

from runs.complaints import RecipeError


@click.command(epilog="Example:  qdmer tour my-tour")
@click.argument("folder", required=False, metavar="[DIR]")
def tour(folder: str | None) -> None:
    """List the documents of the tour through Python, or copy them into the new folder DIR."""
    from runs.tour import documents, heading

    texts = documents()
    if folder is None:
        width = max(len(name) for name in texts)
        for name, text in texts.items():
            click.echo(f"{name:<{width}}  {heading(text)}")
        click.echo("Copy them into a new folder with: qdmer tour DIR")
        return
    path = Path(folder)
    if not path.parent.is_dir():
        raise RecipeError(f"DIR: wanted a new folder in an existing one, got {folder!r}.")
    try:
        path.mkdir()
    except FileExistsError:
        raise RecipeError(f"DIR: wanted a folder that does not exist yet, got {folder!r}.") from None
    except OSError as error:
        raise RecipeError(f"DIR: wanted a folder that can be made, got {folder!r} ({error.strerror}).") from None
    for name, text in texts.items():
        (path / name).write_text(text, encoding="utf-8")
    click.echo(f"Wrote {len(texts)} documents to {path}; read {path / next(iter(texts))} first.")
