"""What a docstring must say, as rules: units, shapes, errors and sources, beside the presence that ruff holds (D1).

A rule reads the code without running it (griffe for names, signatures and docstrings, `ast` for bodies), so that
compiled kernels are read like everything else. `complaints(packages)` walks every public name; a name is public if no
part of its dotted path starts with an underscore.

- units: every float or array that comes in, goes out or stands in a field has a unit in its own name (`radius_nm`), or
  the docstring holds a word that says what the bare ones are counted in.
- shapes: every array that comes in, goes out or stands in a field has its shape said: (n, 3), "scalar or array", ...
- meaning: every bare float or array parameter is spoken of by name.
- errors: a body that raises ValueError, itself or through a check it hands its arguments to, says "ValueError".
- source: a law (a number out of numbers, in `physics`) says whose it is, itself or in its module.
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import griffe

UNIT_SUFFIXES = (
    "nm nm2 nm3 pm ev mev kev cm1 k c s fs ps ns min um j kj gpa pa px deg rad debye db mol h2 per_nm2 per_nm per_ev "
    "g_cm3 g_mol kj_mol j_m2 m2 cm2 e hz"
).split()
_NUMBER = re.compile(r"\b(float|complex|np\.ndarray|ndarray|NDArray|ArrayLike|DataArray|Array|Complex|Vector|Matrix)\b")
_ARRAY = re.compile(r"\b(np\.ndarray|ndarray|NDArray|ArrayLike|Array|Complex|Whole|Vector|Matrix|Quaternion)\b")
_UNIT = re.compile(
    r"(?<![\w])(nm[23]?|pm|eV|meV|kT|cm-1|K|kelvin|celsius|°C|C|s|fs|ps|ns|min|minutes|seconds|hours|uM|µM|micromolar|"
    r"GPa|Pa|px|pixels?|J|kJ|mol|g|deg|degrees|radians?|rad|debye|Debye|D|electrons?|per cent|percent|%|"
    r"dimensionless|unitless|shares?|fractions?|factors?|ratios?|probabilit(y|ies)|chances?|counts?|numbers?|"
    r"index|indices|relative|weights?|cosines?|log10|log|units?|sigma|quaternions?|strain|bonds|events|molecules|dots|"
    r"objects|particles)(?![\w])|1/(s|nm|fs|cm|eV)|\w_(nm|ev|cm1|fs|s|k)\b"
)
_SHAPE = re.compile(
    r"\(\s*(\w+|\.\.\.|\d+)\s*(,\s*([\w +*/-]+|\.\.\.)?)+\)|\bscalars?\b|any shape|same shape|shape of|of one shape|"
    r"broadcast|one per|for each|per (dot|bond|particle|cluster)|square matri|\bfor every\b"
)
_SOURCE = re.compile(
    r"\b(1[6-9]|20)\d\d\b|\bEq\. ?\d|\b(assumed|recalled|fitted|our own|ours|by definition|definition|textbook|"
    r"geometry|exact|elementary|CODATA|catalogue|numerical|computed)\b",
    re.IGNORECASE,
)
CHECKED_ERRORS = ("ValueError",)


@dataclass(frozen=True)
class Complaint:
    """One gap: the dotted name, the rule it breaks, what is missing."""

    name: str
    rule: str
    what: str

    def __str__(self) -> str:
        """The line that a failing test prints."""
        return f"{self.name}: {self.rule}: {self.what}"


def load(package: str, folder: Path) -> griffe.Module:
    """The package of this name in the folder, read and not run."""
    found = griffe.load(package, search_paths=[str(folder)], resolve_aliases=True)
    assert isinstance(found, griffe.Module)
    return found


def public(module: griffe.Module) -> Iterator[griffe.Module | griffe.Class | griffe.Function]:
    """Every public module, class, function, method and property under a module, itself first."""
    yield module
    for name, member in module.members.items():
        if name.startswith("_") or member.is_alias:
            continue
        if isinstance(member, griffe.Module):
            yield from public(member)
        elif isinstance(member, griffe.Function):
            yield member
        elif isinstance(member, griffe.Class):
            yield member
            for inner, method in member.members.items():
                if isinstance(method, griffe.Function) and not method.is_alias and not inner.startswith("_"):
                    yield method


def complaints(package: griffe.Module) -> list[Complaint]:
    """Every gap in the docstrings of a package's public names."""
    raisers = _raisers(package)
    found: list[Complaint] = []
    for thing in public(package):
        if isinstance(thing, griffe.Module):
            continue
        text = thing.docstring.value if thing.docstring else ""
        if isinstance(thing, griffe.Class):
            found += _of_quantities(thing.path, text, _fields(thing))
            continue
        found += _of_quantities(thing.path, text, _quantities(thing))
        found += _of_parameters(thing, text)
        found += _of_errors(thing, text, raisers)
        found += _of_source(thing, text)
    return found


@dataclass(frozen=True)
class _Quantity:
    """A number or array that a reader meets: its name and its annotation as written."""

    name: str
    annotation: str

    @property
    def bare(self) -> bool:
        """Whether its name says no unit."""
        return bool(_NUMBER.search(self.annotation)) and not _names_unit(self.name)

    @property
    def array(self) -> bool:
        """Whether it has a shape."""
        return bool(_ARRAY.search(self.annotation))


def _names_unit(name: str) -> bool:
    """`radius_nm` and `centre_distance_nm` name their unit, `radius` does not; `rate_nm3_s` names two."""
    return "_" in name and name.rsplit("_", 1)[1] in UNIT_SUFFIXES


def _quantities(function: griffe.Function) -> list[_Quantity]:
    """Parameters and result, the result under the function's own name."""
    found = [_Quantity(p.name, str(p.annotation)) for p in function.parameters if p.name != "self" and p.annotation]
    return [*found, _Quantity(function.name, str(function.returns or ""))]


def _fields(cls: griffe.Class) -> list[_Quantity]:
    """The annotated attributes of a class, fields of a dataclass or of a tuple."""
    return [
        _Quantity(name, str(member.annotation))
        for name, member in cls.members.items()
        if isinstance(member, griffe.Attribute) and member.annotation and not name.startswith("_")
        and member.lineno and cls.lineno and cls.endlineno and "class-attribute" in member.labels | {"class-attribute"}
    ]  # fmt: skip


def _of_quantities(name: str, text: str, quantities: Sequence[_Quantity]) -> Iterator[Complaint]:
    bare = [quantity.name for quantity in quantities if quantity.bare]
    if bare and not _UNIT.search(text):
        yield Complaint(name, "units", f"in what are {', '.join(bare)} counted?")
    arrays = [quantity.name for quantity in quantities if quantity.array]
    if arrays and not _SHAPE.search(text):
        yield Complaint(name, "shapes", f"which shape have {', '.join(arrays)}?")


def _of_parameters(function: griffe.Function, text: str) -> Iterator[Complaint]:
    words = set(re.findall(r"\w+", text.lower()))
    silent = [
        q.name for q in _quantities(function)[:-1] if q.bare and not _spoken_of(q.name.lower(), words)
    ]  # fmt: skip
    if silent:
        yield Complaint(function.path, "meaning", f"says nothing of {', '.join(silent)}")


def _spoken_of(name: str, words: set[str]) -> bool:
    """By its name, or by every word of its name, in the singular or the plural."""
    if name in words:
        return True
    stems = {word.rstrip("s") for word in words}
    return all(part.rstrip("s") in stems for part in name.split("_"))


def _of_errors(function: griffe.Function, text: str, raisers: set[str]) -> Iterator[Complaint]:
    if "ValueError" in text:
        return
    if function.path in raisers:
        yield Complaint(function.path, "errors", "raises ValueError and does not say so")
        return
    checks = [name for name in _called(function) if name in raisers]
    if checks:
        yield Complaint(function.path, "errors", f"hands its arguments to {', '.join(checks)}, which raises ValueError")


def _of_source(function: griffe.Function, text: str) -> Iterator[Complaint]:
    numbers = [q for q in _quantities(function) if _NUMBER.search(q.annotation)]
    result = bool(_NUMBER.search(str(function.returns or "")))
    if not function.path.startswith("physics.") or not result or len(numbers) < 2:
        return
    of_module = function.module.docstring.value if function.module.docstring else ""
    of_class = function.parent.docstring.value if function.parent and function.parent.docstring else ""
    if not any(_SOURCE.search(said) for said in (text, of_module, of_class)):
        yield Complaint(function.path, "source", "whose law is this?")


def _raisers(package: griffe.Module) -> set[str]:
    """Dotted names of the functions, private ones included, whose own body raises ValueError."""
    found: set[str] = set()

    def look(module: griffe.Module | griffe.Class) -> None:
        for member in module.members.values():
            if member.is_alias:
                continue
            if isinstance(member, griffe.Module | griffe.Class):
                look(member)
            elif isinstance(member, griffe.Function) and any(_raises(node) for node in _own_nodes(member)):
                found.add(member.path)

    look(package)
    return found


def _raises(node: ast.AST) -> bool:
    if not isinstance(node, ast.Raise) or node.exc is None:
        return False
    what = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    return isinstance(what, ast.Name) and what.id in CHECKED_ERRORS


def _own_nodes(function: griffe.Function) -> Iterator[ast.AST]:
    """Every node of the body; functions defined inside are left out, they raise when they are called."""
    waiting: list[ast.AST] = []
    for definition in ast.parse(textwrap.dedent(function.source)).body:  # none where a dataclass makes its __init__
        waiting += getattr(definition, "body", [])
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            waiting += ast.iter_child_nodes(node)


def _called(function: griffe.Function) -> Iterator[str]:
    """Dotted names of the functions that a body calls by name."""
    for node in _own_nodes(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            try:
                yield function.module.resolve(node.func.id)
            except griffe.NameResolutionError:
                continue
