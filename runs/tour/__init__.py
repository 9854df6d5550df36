"""A tour in five documents whose Python code runs as it stands: read them here, or copy them with `qdmer tour`."""

from importlib import resources


def documents() -> dict[str, str]:
    """The text (Markdown) of every document by its file name, in the order in which they are read."""
    folder = resources.files("runs") / "tour"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".md"))
    return {name: (folder / name).read_text(encoding="utf-8") for name in names}


def heading(document: str) -> str:
    """The question that a document answers: its first line without the mark of a heading."""
    return document.partition("\n")[0].lstrip("# ").strip()
