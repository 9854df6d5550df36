"""From files to n-mer fractions: read, count, correct, and keep every choice that was made on the way."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any

import numpy as np

from assembly.correction import Corrected, correct
from assembly.counting import Choices, Counted, count
from runs.complaints import RecipeError, hint, shown, wrong
from runs.counting.areas import TableCount, count_table
from runs.counting.files import read_source
from runs.counting.images import Micrograph, Scale
from runs.counting.lobes import credible_lobes
from runs.counting.tables import CountTable, ParticleTable
from runs.interruption import raise_if_came
from runs.recipe_files import setting
from runs.store import plain

CLASSES = ("1", "2", "3", "4+")
SAME_SCALE = 0.01  # relative difference of pixel sizes up to which images are corrected together; assumed
Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Asked:
    """What the person says beside the files."""

    scale: Scale = field(default_factory=Scale)
    choices: Choices = field(default_factory=Choices)
    crop: tuple[int, int, int, int] | None = None
    table_units: str | None = None
    sample: str | None = None
    lobe_distance_nm: float | None = None
    gap_nm: float | None = None
    raw: bool = False
    seed: int = 1
    workers: int = 1
    masks: tuple[tuple[int, int, int, int], ...] = ()


@dataclass(frozen=True)
class Image:
    """The count of one file: objects of 1, 2, 3, 4+ dots, and the dots in those of the last class. counts (4,)."""

    file: str
    counts: np.ndarray
    dots_in_largest: float
    coverage: float | None
    dot_diameter_nm: tuple[float, float] | None
    nm_per_pixel: float | None
    parameters: dict[str, Any]
    warnings: list[str]
    micrograph: Micrograph | None = None
    counted: Counted | None = None


@dataclass(frozen=True)
class Outcome:
    """What was found; `as_json()` is what --json prints."""

    images: list[Image]
    corrected: Corrected | None
    asked: Asked
    warnings: list[str]

    @property
    def counts(self) -> np.ndarray:
        """Objects of 1, 2, 3, 4+ dots in all files. (4,), counts."""
        return np.asarray(np.sum([image.counts for image in self.images], axis=0))

    def as_json(self) -> dict[str, Any]:
        """Raw and corrected shares of every denominator, scales, choices and warnings."""
        sizes = [image.dot_diameter_nm for image in self.images]
        scales = [image.nm_per_pixel for image in self.images if image.nm_per_pixel is not None]
        return dict(plain({
            "raw": raw_shares(self.counts, sum(image.dots_in_largest for image in self.images)),
            "corrected": None if self.corrected is None else corrected_shares(self.corrected),
            "dot_diameter_nm": _pooled(sizes, [image.counts.sum() for image in self.images]),
            "nm_per_pixel": float(np.mean(scales)) if scales else None,
            "warnings": self.warnings,
            "parameters": self._parameters(),
            "images": [
                {"file": image.file, "objects": int(image.counts.sum()), "coverage": image.coverage,
                 "counts": dict(zip(CLASSES, map(int, image.counts), strict=True))}
                for image in self.images
            ],
        }))  # fmt: skip

    def _parameters(self) -> dict[str, Any]:
        """Every choice: what was told, what each file's procedure used, what the correction took."""
        asked = self.asked
        told = {
            "choices": {name: value for name, value in asdict(asked.choices).items() if value is not None},
            "lobe_distance_nm": asked.lobe_distance_nm, "gap_nm": asked.gap_nm, "seed": asked.seed,
            "crop": asked.crop, "masks": asked.masks, "raw": asked.raw,
        }  # fmt: skip
        found: dict[str, Any] = {"told": told, "used": {image.file: image.parameters for image in self.images}}
        if self.corrected is not None:
            found["correction"] = {
                **self.corrected.parameters,
                "deviance_per_dof": self.corrected.deviance_per_dof,
                "counted": self.corrected.counts,
                "predicted_counted": self.corrected.predicted,
                "matrix_usable": self.corrected.matrix_usable,
                "probability_counted_given_true": self.corrected.matrix,
            }
        return found


def run_count(sources: Sequence[str], asked: Asked, progress: Progress) -> Outcome:
    """Read the files of one sample, count them and, where there are pictures and no --raw, correct the count.

    RecipeError for images and tables together.
    """
    images: list[Image] = []
    for at, source in enumerate(sources):
        progress("counting", at / len(sources))
        raise_if_came()
        images.extend(_counted(read_source(source, asked.scale, asked.crop, asked.sample, asked.masks), asked))
    progress("counting", 1.0)
    kinds = {image.micrograph is not None for image in images}
    if len(kinds) > 1:
        raise RecipeError("FILE...: wanted either images or tables of one sample, got both.")
    warnings = [sentence for image in images for sentence in image.warnings]
    corrected = None
    if not asked.raw and kinds == {True}:
        corrected = _corrected(images, asked, progress)
        warnings += [said for said in corrected.warnings if not any(told.endswith(said) for told in warnings)]
    elif not asked.raw:
        warnings.append("tables hold no picture to render again: the counts are raw, not corrected")
    return Outcome(images, corrected, asked, list(dict.fromkeys(map(_plain_sentence, warnings))))


def _counted(found: Micrograph | ParticleTable | CountTable, asked: Asked) -> list[Image]:
    """The count of one file; of a table of counts one entry per image in it."""
    if isinstance(found, CountTable):
        return [
            Image(name or found.file, row, large, None, None, None, {"counted_in": found.file}, [])
            for name, row, large in zip(
                found.images, found.counts, found.dots_in_largest or 4.0 * found.counts[:, 3], strict=True
            )
        ]
    if isinstance(found, ParticleTable):
        table = count_table(found, asked.table_units, asked.scale.nm_per_pixel)
        return [_of_table(found.file, table, asked)]
    try:
        counted = count(found.image, found.nm_per_pixel, asked.choices, found.masked)
    except ValueError as error:
        raise RecipeError(f"{found.file}: {_plain_sentence(str(error))}.") from None
    parameters = {
        **counted.parameters, "nm_per_pixel": found.nm_per_pixel, "scale_from": found.scale_from,
        "scale_bar": None if found.bar is None else asdict(found.bar),
        "masked_share": 0.0 if found.masked is None else float(found.masked.mean()),
    }  # fmt: skip
    dots = np.asarray(counted.objects["dots"])
    said = [*found.warnings, *(f"{found.file}: {sentence}" for sentence in counted.warnings)]
    return [Image(
        found.file, np.asarray(counted.counts), float(dots[dots >= 4].sum()), counted.coverage,
        counted.dot_diameter_nm, found.nm_per_pixel, parameters, said, found, counted,
    )]  # fmt: skip


def _of_table(file: str, table: TableCount, asked: Asked) -> Image:
    dots = table.dots[table.dots > 0]
    counts = np.bincount(np.minimum(dots, 4), minlength=5)[1:]
    scale = asked.scale.nm_per_pixel
    return Image(
        file, counts, float(dots[dots >= 4].sum()), None, table.dot_diameter_nm, scale, table.parameters, []
    )  # fmt: skip


def _corrected(images: list[Image], asked: Asked, progress: Progress) -> Corrected:
    """Every picture of the sample together, at their one pixel size."""
    counted = [image.counted for image in images if image.counted is not None]
    scales = [one.nm_per_pixel for one in counted]
    if max(scales) - min(scales) > SAME_SCALE * min(scales):
        raise RecipeError(
            f"FILE...: wanted images of one pixel size to correct together, got {min(scales):.4g} to {max(scales):.4g} "
            "nm per pixel (--raw counts them all the same)."
        )

    size = _pooled([one.dot_diameter_nm for one in counted], [float(sum(one.counts)) for one in counted])
    if size is not None:
        credible_lobes(asked.lobe_distance_nm, size["mean"], asked.gap_nm)

    def advanced(done: int, of_all: int) -> None:
        raise_if_came()
        progress("correcting", done / max(of_all, 1))

    progress("correcting", 0.0)
    pictures = [image.micrograph.image for image in images if image.micrograph is not None]
    try:
        return correct(
            counted, pictures, float(np.mean(scales)), np.random.default_rng(asked.seed),
            lobe_distance_nm=asked.lobe_distance_nm, gap_nm=asked.gap_nm, progress=advanced, workers=asked.workers,
        )  # fmt: skip
    except ValueError as error:
        raise RecipeError(f"correction: {_plain_sentence(str(error))} (--raw counts without it).") from None


def raw_shares(counts: np.ndarray, dots_in_largest: float) -> dict[str, Any]:
    """Counts by class with their shares of particles, of objects and of assemblies (null where there is none).

    counts (4,), objects of 1, 2, 3 and 4+ dots; dots_in_largest: how many dots the last hold.
    """
    objects = counts.astype(float)
    particles = objects * np.array([1.0, 2.0, 3.0, 0.0])
    particles[3] = dots_in_largest
    assemblies = float(objects[1:].sum())
    return {
        "objects": int(objects.sum()),
        "counts": dict(zip(CLASSES, counts.astype(int).tolist(), strict=True)),
        "of_particles": dict(zip(CLASSES, (particles / max(particles.sum(), 1.0)).tolist(), strict=True)),
        "of_objects": dict(zip(CLASSES, (objects / max(objects.sum(), 1.0)).tolist(), strict=True)),
        "of_assemblies": {
            name: float(number / assemblies) if assemblies else None
            for name, number in zip(CLASSES[1:], objects[1:], strict=True)
        },
    }


def corrected_shares(found: Corrected) -> dict[str, Any]:
    """The corrected shares of every denominator, each {value, low, high}."""
    return {
        of: {
            name: dict(zip(("value", "low", "high"), map(float, shares[name]), strict=True))
            for name in CLASSES
            if name in shares
        }
        for of, shares in (
            ("of_particles", found.of_particles), ("of_objects", found.of_objects),
            ("of_assemblies", found.of_assemblies),
        )
    }  # fmt: skip


def _pooled(sizes: list[tuple[float, float] | None], weights: list[float]) -> dict[str, float] | None:
    """Mean and standard deviation of dot diameters over files, weighted by their objects."""
    pairs = [(size, weight) for size, weight in zip(sizes, weights, strict=True) if size is not None]
    if not pairs:
        return None
    means, sds = np.array([size for size, _ in pairs]).T
    share = np.array([weight for _, weight in pairs], dtype=float) / sum(weight for _, weight in pairs)
    mean = float(share @ means)
    return {"mean": mean, "sd": float(np.sqrt(share @ (sds**2 + (means - mean) ** 2)))}


def choices_of(settings: Sequence[str]) -> Choices:
    """`threshold=0.4`, `bright_dots=true` ... as the procedure's choices.

    RecipeError names the one that is unknown or out of its range.
    """
    names = [one.name for one in fields(Choices)]
    found: dict[str, Any] = {}
    for text in settings:
        key, value = setting(text)
        if key not in names:
            raise RecipeError(f"--set {key}: wanted a choice of the counting, got {shown(key)}{hint(key, names)}.")
        wants_truth = key == "bright_dots"
        right = isinstance(value, bool) if wants_truth else isinstance(value, int | float) and value is not True
        if not right:
            raise wrong(f"--set {key}", "true or false" if wants_truth else "a number", value)
        found[key] = value if wants_truth else float(value)
    try:
        return Choices(**found)
    except ValueError as error:
        raise RecipeError(f"--set: {_plain_sentence(str(error))}.") from None


def _plain_sentence(text: str) -> str:
    return " ".join(text.split()).rstrip(".")
