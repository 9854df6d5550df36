"""`qdmer recipes`: the built-in recipes."""

import json

import click


@click.command(epilog="Example:  qdmer recipes")
@click.option("--json", "as_json", is_flag=True, help="Print names and titles as JSON.")
def recipes(as_json: bool) -> None:
    """List the built-in recipes."""
    import tomllib

    from runs.recipe_files import built_in_names, built_in_text

    titles = {name: str(tomllib.loads(built_in_text(name)).get("title", "")) for name in built_in_names()}
    if as_json:
        click.echo(json.dumps([{"name": name, "title": title} for name, title in titles.items()], indent=2))
        return
    width = max(len(name) for name in titles)
    for name, title in titles.items():
        click.echo(f"{name:<{width}}  {title}")
