"""What people hand over to be counted: micrographs, ImageJ's particle tables, tables of counts."""

from collections.abc import Sequence
from pathlib import Path

from runs.complaints import RecipeError
from runs.counting.images import MOST_BYTES, Micrograph, Rectangle, Scale, read_image
from runs.counting.tables import CountTable, ParticleTable, read_table

IMAGE_BEGINNINGS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+", b"\x89PNG", b"\xff\xd8\xff")
IMAGE_ENDINGS = (".tif", ".tiff", ".png", ".jpg", ".jpeg")
FOREIGN = {b"%PDF": "a PDF", b"PK\x03\x04": "a zip archive or an office document", b"GIF8": "a GIF", b"BM": "a BMP"}


def read_source(
    source: str,
    scale: Scale,
    crop: Rectangle | None = None,
    sample: str | None = None,
    masks: Sequence[Rectangle] = (),
) -> Micrograph | ParticleTable | CountTable:
    """One file, told by its first bytes; RecipeError says in one sentence what is wrong with it."""
    path = _ordinary(source)
    try:
        with path.open("rb") as file:
            head = file.read(8)
        if not head:
            raise RecipeError(f"{path.name}: wanted an image or a table, got an empty file.")
        if head.startswith(IMAGE_BEGINNINGS):
            return read_image(path, scale, crop, masks)
        for beginning, name in FOREIGN.items():
            if head.startswith(beginning) and path.suffix.lower() not in (".csv", ".txt", ".tsv"):
                raise RecipeError(f"{path.name}: wanted a TIFF, PNG or JPEG image or a table, got {name}.")
        if path.suffix.lower() in IMAGE_ENDINGS:
            raise RecipeError(f"{path.name}: wanted a TIFF, PNG or JPEG image, got a file that is none of them.")
        return read_table(path, sample)
    except OSError as error:
        raise RecipeError(f"{path.name}: wanted a readable file, got {error.strerror or error}.") from None


def _ordinary(source: str) -> Path:
    """The path of a file that is there, is no device, and is not enormous."""
    path = Path(source).expanduser()
    shown = source if len(source) <= 200 else f"{source[:197]}..."
    try:
        if not path.exists():
            raise RecipeError(f"{shown}: wanted an image or a table, got a path where there is none.")
        if path.is_dir():
            raise RecipeError(f"{shown}: wanted an image or a table, got a folder.")
        if not path.is_file():
            raise RecipeError(f"{shown}: wanted an ordinary file, got a device or a pipe.")
        if path.stat().st_size > MOST_BYTES:
            raise RecipeError(f"{shown}: wanted a file of at most {MOST_BYTES} bytes, got {path.stat().st_size}.")
    except RecipeError:
        raise
    except (OSError, ValueError) as error:
        raise RecipeError(f"{shown}: wanted a readable file, got {error}.") from None
    return path
