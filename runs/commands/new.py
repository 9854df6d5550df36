"""`qdmer new`: an annotated recipe to edit."""

from pathlib import Path

import click

from runs.complaints import RecipeError


@click.command(epilog="Example:  qdmer new my-dots cds-pbs")
@click.argument("name")
@click.argument("recipe", default="cds-dimers")
def new(name: str, recipe: str) -> None:
    """Write NAME.toml, an annotated recipe to edit, from RECIPE (cds-dimers if left out)."""
    from runs.annotated import text
    from runs.recipe import load

    path = Path(name if name.endswith(".toml") else f"{name}.toml")
    if not path.stem or path.stem.startswith("."):
        raise RecipeError(f"NAME: wanted a name for the recipe, got {name!r}.")
    if not path.parent.is_dir():
        raise RecipeError(f"NAME: wanted a file in an existing folder, got {name!r}.")
    content = text(load(recipe), str(path))
    try:
        with open(path, "x", encoding="utf-8") as file:
            file.write(content)
    except FileExistsError:
        raise RecipeError(f"NAME: wanted a file that does not exist yet, got {str(path)!r}.") from None
    click.echo(f"Wrote {path}; run it with: qdmer run {path}")
