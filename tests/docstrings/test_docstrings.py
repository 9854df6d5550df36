"""Every public name says what it takes, gives and raises; the rules that hold this can fail.

That a docstring is there at all is ruff's rule D1.
"""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path

import griffe
import pytest
from docstring_rules import complaints, load, public

ROOT = Path(__file__).parents[2]
# Whose ValueError a package has to mention: `runs` checks what people type, and passes on what is right.
BELOW: dict[str, tuple[str, ...]] = {"physics": (), "assembly": ("physics",), "runs": ()}
ONE_FIGURE_EACH = "runs.reproduce."  # called by `qdmer reproduce` alone; the claims that come of it carry the units


@cache
def read(package: str) -> griffe.Module:
    """A package of this tree."""
    return load(package, ROOT)


@pytest.mark.parametrize("package", BELOW)
def test_every_public_name_says_units_shapes_errors_and_source(package: str) -> None:
    found = complaints(read(package), *(read(name) for name in BELOW[package]))
    gaps = [gap for gap in found if not gap.name.startswith(ONE_FIGURE_EACH)]
    assert not gaps, "\n" + "\n".join(map(str, gaps))


@pytest.mark.parametrize(("package", "least"), [("physics", 300), ("assembly", 230), ("runs", 480)])
def test_the_rules_see_the_whole_package(package: str, least: int) -> None:
    names = Counter(thing.path for thing in public(read(package)))
    assert len(names) >= least
    assert max(names.values()) == 1


def test_kernels_methods_and_properties_are_seen() -> None:
    physics, assembly = ({thing.path for thing in public(read(name))} for name in ("physics", "assembly"))
    assert "physics.fusion.melting.skin_nm" in physics
    assert "physics.excitons.Ensemble.energies_cm1" not in physics  # a re-export is read at its own place
    assert "physics.excitons.states.Ensemble.energies_cm1" in physics
    assert {"assembly.population.Flask.counts", "assembly.population.Dots.surface_material"} <= assembly


def test_every_public_name_has_a_docstring() -> None:
    asked = [
        sys.executable,
        "-m",
        "ruff",
        "check",
        "--select",
        "D100,D101,D102,D103,D104,D106",
        "--no-cache",
        "physics",
        "assembly",
        "runs",
    ]
    found = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout


HEAD = "import numpy as np\nfrom numpy.typing import ArrayLike\n\n\n"
CHECK = (
    'def checked(size: float) -> None:\n    """Size in nm."""\n    if size < 0:\n        raise ValueError("size")\n\n\n'
)
TOLD_CHECK = CHECK.replace("Size in nm.", "ValueError for a size below 0 nm.")

# rule, what breaks it, what mends it: the second differs from the first in its docstring alone
PAIRS = {
    "a bare float": (
        "units",
        'def area(radius: float) -> float:\n    """Area of a disc of this radius, by definition."""\n',
        'def area(radius: float) -> float:\n    """Area in nm2 of a disc of this radius, by definition."""\n',
    ),
    "a bare field": (
        "units",
        'class Disc:\n    """A round thing with a radius."""\n\n    radius: float\n',
        'class Disc:\n    """A round thing with a radius in nm."""\n\n    radius: float\n',
    ),
    "a letter is no unit": (
        "units",
        'def stretched(x: float) -> float:\n    """K times x (Hooke 1678)."""\n',
        'def stretched(x: float) -> float:\n    """K times x, in J (Hooke 1678)."""\n',
    ),
    "an array": (
        "shapes",
        'def norms(vectors: np.ndarray) -> np.ndarray:\n    """Lengths of vectors, in nm."""\n',
        'def norms(vectors: np.ndarray) -> np.ndarray:\n    """Lengths (n,) of vectors (n, 3), in nm."""\n',
    ),
    "a parameter of which nothing is said": (
        "meaning",
        'def force(x: float, stiffness: float) -> float:\n    """A force at x, dimensionless."""\n',
        'def force(x: float, stiffness: float) -> float:\n    """A force at x for a stiffness, dimensionless."""\n',
    ),
    "an error of its own": ("errors", CHECK, TOLD_CHECK),
    "an error of a check": (
        "errors",
        TOLD_CHECK + 'def doubled(size: float) -> float:\n    """Twice the size in nm."""\n    checked(size)\n',
        TOLD_CHECK
        + 'def doubled(size: float) -> float:\n    """Twice size, nm, or ValueError."""\n    checked(size)\n',
    ),
    "an error of a private check": (
        "errors",
        CHECK.replace("checked", "_checked")
        + 'def doubled(size: float) -> float:\n    """Twice the size in nm."""\n    _checked(size)\n',
        CHECK.replace("checked", "_checked")
        + 'def doubled(size: float) -> float:\n    """Twice the size, nm; ValueError below 0."""\n    _checked(size)\n',
    ),
    "an error on making": (
        "errors",
        'class Disc:\n    """A disc."""\n\n    def __post_init__(self) -> None:\n        raise ValueError("disc")\n',
        'class Disc:\n    """ValueError for any disc."""\n\n    def __post_init__(self) -> None:\n'
        '        raise ValueError("disc")\n',
    ),
    "another error": (
        "errors",
        'def never() -> None:\n    """Never returns; ValueError is not raised."""\n    raise TypeError("never")\n',
        'def never() -> None:\n    """Never returns: TypeError."""\n    raise TypeError("never")\n',
    ),
    "a quantity without a source": (
        "source",
        'def edge_ev(radius_nm: float) -> float:\n    """Energy of the edge."""\n',
        'def edge_ev(radius_nm: float) -> float:\n    """Energy of the edge (Brus 1984)."""\n',
    ),
    "an equation without a source": (
        "source",
        'def edge(radius_nm: float) -> float:\n    """E = a/R^2, eV."""\n',
        'def edge(radius_nm: float) -> float:\n    """E = a/R^2, eV; assumed."""\n',
    ),
    "a compiled kernel": (
        "units",
        'def compiled(body):\n    """A decorator."""\n    return body\n\n\n'
        '@compiled\ndef area(radius: float) -> float:\n    """Area of a disc of this radius."""\n',
        'def compiled(body):\n    """A decorator."""\n    return body\n\n\n'
        '@compiled\ndef area(radius: float) -> float:\n    """Area of a disc of this radius, nm2."""\n',
    ),
    "a property": (
        "units",
        'class Disc:\n    """A disc."""\n\n    @property\n    def area(self) -> float:\n        """Its area."""\n',
        'class Disc:\n    """A disc."""\n\n    @property\n    def area(self) -> float:\n        """Its area, nm2."""\n',
    ),
}


def rules_broken(text: str, folder: Path) -> list[str]:
    """The rules that a package named physics with this one module breaks."""
    package = folder / "physics"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text('"""A package."""\n')
    (package / "discs.py").write_text('"""Discs."""\n\n' + HEAD + text)
    return [gap.rule for gap in complaints(load("physics", folder))]


@pytest.mark.parametrize("case", PAIRS)
def test_a_rule_finds_the_gap_and_is_content_when_it_is_mended(case: str, tmp_path: Path) -> None:
    rule, broken, mended = PAIRS[case]
    assert rules_broken(broken, tmp_path / "broken") == [rule]
    assert rules_broken(mended, tmp_path / "mended") == []


def test_names_with_units_and_private_names_are_left_alone(tmp_path: Path) -> None:
    text = (
        'def _area(radius: float) -> float:\n    """Area."""\n\n\n'
        'def same_nm(radius_nm: float) -> float:\n    """The radius, by definition."""\n\n\n'
        'def told(name: str, sizes: int) -> None:\n    """Nothing to count."""\n'
    )
    assert rules_broken(text, tmp_path) == []


def test_a_source_in_the_module_will_do(tmp_path: Path) -> None:
    package = tmp_path / "physics"
    package.mkdir()
    (package / "__init__.py").write_text('"""A package."""\n')
    (package / "discs.py").write_text(
        '"""Discs (Archimedes; Heath 1897)."""\n\n\ndef area_nm2() -> float:\n    """A."""\n'
    )
    assert not complaints(load("physics", tmp_path))
