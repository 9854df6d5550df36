"""Optional packages: what a command needs beyond the core, said in one sentence before it starts."""

from importlib.util import find_spec

from runs.complaints import RecipeError

TEM = {"PIL": "pillow", "skimage": "scikit-image", "tifffile": "tifffile"}


def need(command: str, extra: str, packages: dict[str, str]) -> None:
    """Complain if an import package of `packages` (its name: the name it is installed by) is not there.

    RecipeError says what to install.
    """
    missing = [installed_as for name, installed_as in packages.items() if find_spec(name) is None]
    if missing:
        raise RecipeError(
            f"{command}: wanted {', '.join(missing)}, which is not installed: pip install 'qdmer[{extra}]'."
        )
