"""What a docstring must say, as rules: units, shapes, meanings, errors and sources; ruff's D1 holds that there is one.

A rule reads the code without running it (griffe for names, signatures and docstrings, `ast` for bodies), so that
compiled kernels are read like everything else. A name is public if no part of its dotted path starts with an
underscore. `complaints(package)` walks every public function, method, property and class:

- units: for every float or array that comes in, goes out or stands in a field, its own name ends in a unit
  (`radius_nm`), or the docstring holds a word in which such things are counted.
- shapes: where an array comes in, goes out or stands in a field, some shape is said: (n, 3), "scalars or arrays", ...
- meaning: every float or array parameter without a unit in its name is spoken of by name.
- errors: whoever raises an exception names it; whoever calls a function of these packages whose own body raises
  ValueError says "ValueError".
- source: a law of `physics` (a number comes out, and the name carries a unit or the docstring an equation) says whose
  it is, in its own docstring or in that of its class or module: an author's year, an equation's number, or that it is
  assumed, fitted, recalled, exact, a definition, or from the catalogue.

What no rule sees: whether what is said is true, and which of several parameters a unit or a shape belongs to.
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeGuard

import griffe

Callable = griffe.Function | griffe.Attribute  # the latter for properties
_NAMED_UNIT = re.compile(
    r"_(nm[23]?|[mk]?ev|cm1|k|c|[fpn]?s|min|seconds|um|mg|gpa|px|pixel|deg|degrees|debye|mol|g|cm3|m[23]|d2|fs1)$"
)  # the last part of radius_nm, molar_mass_g_mol, rate_change_per_fs, dipole_tensor_cm1_d2, ...
_NUMBER = re.compile(r"\b(float|complex|np\.ndarray|ndarray|NDArray|ArrayLike|DataArray|Array|Complex|Vector|Matrix)\b")
_ARRAY = re.compile(r"\b(np\.ndarray|ndarray|NDArray|ArrayLike|Array|Complex|Whole|Vector|Matrix|Quaternion)\b")
_FUNCTION = re.compile(r"Callable\[\[[^]]*\], [^]]*\]")  # takes and gives numbers, is none
_UNITLESS = re.compile(r"NDArray\[np\.(bool_|str_|intp|int32|int64)\]|" + _FUNCTION.pattern)
_UNIT = re.compile(
    r"(?<!\w)(nm[234]?|pm|eV|meV|kT|cm-1|kelvin|[Cc]elsius|°C|fs|ps|ns|min|minutes|seconds|hours|uM|µM|micromolar|GPa|Pa|"
    r"px|pixels?|kJ|nanomoles|degrees|radians?|rad|[Dd]ebye|per cent|percent|%|[Dd]imensionless|[Ss]hares?|factors?|"
    r"fractions?|ratios?|[Pp]robabilit(y|ies)|chances?|[Cc]ounts?|[Nn]umbers? of|numbers|index|[Ii]ndices|[Rr]elative|"
    r"cosine|[Qq]uaternions?|units?)(?!\w)|1/(s|nm|fs|cm|eV)|(\bin|\bper|\d) (K|C|s|g|J|D)\b"
)
_SHAPE = re.compile(
    r"\((\.\.\.|[\w .+*/-]+)(, *(\.\.\.|[\w .+*/-]+)?)+\)|\b[Ss]calars?\b|any shape|same shape|common shape|broadcast"
)
_SOURCE = re.compile(
    r"\b(1[6-9]|20)\d\d\b|\bEq\. ?\d|`source`|`extinction_law`|"
    r"\b(assumed|recalled|fitted|our own|definition|exact|catalogue|computed)\b",
    re.IGNORECASE,
)
_EQUATION = re.compile(r"\w\)? = [\w(-]")


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
    found = griffe.load(package, search_paths=[str(folder)], try_relative_path=False)
    assert isinstance(found, griffe.Module)
    return found


def public(module: griffe.Module) -> Iterator[Callable | griffe.Class]:
    """Every public class, function, method and property under a module."""
    for name, member in module.members.items():
        if name.startswith("_") or member.is_alias or _is_command(member):
            continue
        if isinstance(member, griffe.Module):
            yield from public(member)
        elif isinstance(member, griffe.Function):
            yield member
        elif isinstance(member, griffe.Class):
            yield member
            for inner, method in member.members.items():
                if not inner.startswith("_") and not method.is_alias and _is_callable(method):
                    yield method


def _is_command(member: griffe.Object | griffe.Alias) -> bool:
    """A command's docstring is its help text, for people at a terminal."""
    return isinstance(member, griffe.Function) and any("command" in str(d.value) for d in member.decorators)


def _is_callable(member: griffe.Object | griffe.Alias) -> TypeGuard[Callable]:
    """Functions, methods and properties: what has a body."""
    return isinstance(member, griffe.Function) or (isinstance(member, griffe.Attribute) and "property" in member.labels)


def complaints(package: griffe.Module, *below: griffe.Module) -> list[Complaint]:
    """Every gap in the docstrings of a package's public names.

    below: packages whose functions it calls, whose ValueError it then has to mention.
    """
    raising = {name: errors for room in (package, *below) for name, errors in _raising(room).items()}
    found: list[Complaint] = []
    for thing in public(package):
        text = " ".join(thing.docstring.value.split()) if thing.docstring else ""
        if isinstance(thing, griffe.Class):
            if not any("Table" in str(base) for base in thing.bases):  # a recipe's fields carry their own descriptions
                found += _of_quantities(thing.path, text, _fields(thing))
            for name in ("__init__", "__post_init__"):
                maker = thing.members.get(name)
                if isinstance(maker, griffe.Function):
                    found += _of_errors(thing.path, maker, text, raising)
        else:
            found += _of_quantities(thing.path, text, _quantities(thing))
            found += _of_parameters(thing, text)
            found += _of_errors(thing.path, thing, text, raising)
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
        return bool(_NUMBER.search(_UNITLESS.sub("", self.annotation))) and not _names_unit(self.name)

    @property
    def array(self) -> bool:
        """Whether it has a shape."""
        return bool(_ARRAY.search(_FUNCTION.sub("", self.annotation)))


def _names_unit(name: str) -> bool:
    """`radius_nm` and `nm_per_pixel` name their unit, `radius` does not."""
    return bool(_NAMED_UNIT.search(name))


def _quantities(body: Callable) -> list[_Quantity]:
    """Parameters and result, the result last and under the function's own name."""
    if isinstance(body, griffe.Attribute):
        return [_Quantity(body.name, str(body.annotation or ""))]
    found = [_Quantity(p.name, str(p.annotation)) for p in body.parameters if p.annotation]
    return [*found, _Quantity(body.name, str(body.returns or ""))]


def _fields(cls: griffe.Class) -> list[_Quantity]:
    """The annotated fields of a dataclass or a named tuple."""
    return [
        _Quantity(name, str(member.annotation))
        for name, member in cls.members.items()
        if isinstance(member, griffe.Attribute) and not _is_callable(member) and not name.startswith("_")
    ]


def _of_quantities(name: str, text: str, quantities: Sequence[_Quantity]) -> Iterator[Complaint]:
    bare = [quantity.name for quantity in quantities if quantity.bare]
    if bare and not _UNIT.search(text):
        yield Complaint(name, "units", f"in what are {', '.join(bare)} counted?")
    arrays = [quantity.name for quantity in quantities if quantity.array]
    if arrays and not _SHAPE.search(text):
        yield Complaint(name, "shapes", f"which shape have {', '.join(arrays)}?")


def _of_parameters(body: Callable, text: str) -> Iterator[Complaint]:
    words = set(re.findall(r"\w+", text.lower()))
    silent = [q.name for q in _quantities(body)[:-1] if q.bare and not _spoken_of(q.name.lower(), words)]
    if silent:
        yield Complaint(body.path, "meaning", f"says nothing of {', '.join(silent)}")


def _spoken_of(name: str, words: set[str]) -> bool:
    """By its name, or by every word of its name, in the singular or the plural."""
    if name in words:
        return True
    stems = {word.rstrip("s") for word in words}
    return all(part.rstrip("s") in stems for part in name.split("_"))


def _of_errors(name: str, body: Callable, text: str, raising: dict[str, set[str]]) -> Iterator[Complaint]:
    untold = {error for error in raising.get(body.path, ()) if error not in text}
    if untold:
        yield Complaint(name, "errors", f"raises {', '.join(sorted(untold))} and does not say so")
    checks = {called for called in _called(body) if "ValueError" in raising.get(called, ())}
    if checks and "ValueError" not in text and not untold:
        yield Complaint(name, "errors", f"does not say that {', '.join(sorted(checks))} raises ValueError")


def _of_source(body: Callable, text: str) -> Iterator[Complaint]:
    result = _quantities(body)[-1]
    quantity = isinstance(body, griffe.Function) and _names_unit(body.name)  # a property is what its class says it is
    law = _NUMBER.search(result.annotation) and (quantity or _EQUATION.search(text))
    if not law or not body.path.startswith("physics."):
        return
    above = [body.module, body.parent]
    said = [text, *(room.docstring.value for room in above if room and room.docstring)]
    if not any(map(_SOURCE.search, said)):
        yield Complaint(body.path, "source", "whose law is this?")


def _raising(package: griffe.Module) -> dict[str, set[str]]:
    """The exceptions that the own body of each function raises by name, private functions included."""
    found: dict[str, set[str]] = {}

    def look(room: griffe.Module | griffe.Class) -> None:
        for member in room.members.values():
            if member.is_alias:
                continue
            if isinstance(member, griffe.Module | griffe.Class):
                look(member)
            elif _is_callable(member):
                found[member.path] = {error for node in _own_nodes(member, True) if (error := _raised(node, member))}

    look(package)
    return found


def _raised(node: ast.AST, body: Callable) -> str:
    """The exception of a `raise` statement; empty for anything else, and where a caught one is raised again.

    `raise wrong(...)`: what the function `wrong` returns, by its annotation.
    """
    if not isinstance(node, ast.Raise) or node.exc is None:
        return ""
    what = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    if not isinstance(what, ast.Name):
        return ""
    try:
        maker = body.module.modules_collection[body.module.resolve(what.id)]
    except (griffe.NameResolutionError, KeyError):
        return what.id if what.id[0].isupper() else ""  # a built-in exception, or a local name
    return str(maker.returns) if isinstance(maker, griffe.Function) else what.id


def _own_nodes(function: Callable, leaving: bool = False) -> Iterator[ast.AST]:
    """Every node of the body; functions defined inside are left out, they raise when they are called.

    leaving: what a ValueError is caught around is left out, too, for it does not leave the function.
    """
    waiting: list[ast.AST] = []
    for definition in ast.parse(textwrap.dedent(function.source)).body:  # none where a dataclass makes its __init__
        waiting += getattr(definition, "body", [])
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, ast.Try) and leaving and any("ValueError" in _caught(one) for one in node.handlers):
            waiting += [*node.handlers, *node.orelse, *node.finalbody]
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            waiting += ast.iter_child_nodes(node)


def _caught(handler: ast.ExceptHandler) -> str:
    """The exceptions that a handler catches, as written."""
    return ast.unparse(handler.type) if handler.type else "everything, ValueError too"


def _called(function: Callable) -> Iterator[str]:
    """Dotted names of the functions that a body calls by name, or by the name of their module."""
    for node in _own_nodes(function):
        if not isinstance(node, ast.Call):
            continue
        where, _, what = ast.unparse(node.func).rpartition(".")
        try:
            yield f"{function.module.resolve(where)}.{what}" if where.isidentifier() else function.module.resolve(what)
        except griffe.NameResolutionError:
            continue
