"""The installed version of qdmer and of the packages it stands on."""

from importlib import metadata


def version(package: str = "qdmer") -> str:
    """The installed version, or "not installed" when the sources are run as they lie."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"
