"""Regular expressions of ours, and whether one repeats without end what itself repeats without end."""

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from re import _constants as codes
from re import _parser as reader
from typing import Any

CALLS = {"compile", "search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer"}
ENDLESS = {codes.MAX_REPEAT, codes.MIN_REPEAT}


def of(root: Path) -> Iterator[tuple[str, str]]:
    """Every pattern in the rooms' modules with where it stands: literals of calls, and compiled ones of modules."""
    rooms = [path.parent for path in root.glob("*/__init__.py") if path.parent.name != "tests"]
    for path in sorted(path for room in rooms for path in room.rglob("*.py")):
        name = path.relative_to(root).as_posix()
        yield from ((f"{name}:{line}", pattern) for line, pattern in _literals(path))
        module = sys.modules.get(name.removesuffix(".py").removesuffix("/__init__").replace("/", "."))
        yield from ((name, found.pattern) for found in _compiled(vars(module).values() if module else ()))


def load(root: Path) -> None:
    """Import the package in which most patterns stand."""
    for path in sorted((root / "tickets" / "mail" / "parsing").rglob("*.py")):
        import_module(path.relative_to(root).as_posix().removesuffix(".py").removesuffix("/__init__").replace("/", "."))


def _literals(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CALLS):
            continue
        if isinstance(node.func.value, ast.Name) and node.func.value.id == "re" and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield node.lineno, first.value


def _compiled(values: Iterable[Any], depth: int = 0) -> Iterator[re.Pattern[str]]:
    for value in values:
        if isinstance(value, re.Pattern):
            yield value
        elif isinstance(value, tuple | list | set | frozenset) and depth < 3:
            yield from _compiled(value, depth + 1)
        elif isinstance(value, dict) and depth < 3:
            yield from _compiled(value.values(), depth + 1)


def is_nested(pattern: str | bytes) -> bool:
    """Whether words exist for which the pattern tries exponentially many ways. Bounded, possessive and atomic
    repetitions are no danger, nor is one whose every round has to begin or end with a sign that cannot be repeated."""
    return any(_is_dangerous(body) for body in _loops(reader.parse(pattern)))


def _loops(tree: Any) -> Iterator[Any]:
    """The bodies of repetitions without end."""
    for code, argument in tree:
        if code in ENDLESS and argument[1] is codes.MAXREPEAT:
            yield argument[2]
        if code is not codes.ATOMIC_GROUP:
            for inner in _inside(code, argument):
                yield from _loops(inner)


def _inside(code: Any, argument: Any) -> list[Any]:
    if code in ENDLESS or code is codes.POSSESSIVE_REPEAT:
        return [argument[2]]
    if code is codes.SUBPATTERN:
        return [argument[-1]]
    if code is codes.BRANCH:
        return list(argument[1])
    if code in (codes.ASSERT, codes.ASSERT_NOT):
        return [argument[1]]
    return [argument] if code is codes.ATOMIC_GROUP else []


def _is_dangerous(body: Any) -> bool:
    """The body of a loop holds a loop, and no sign of every round tells one round from the next."""
    inner = [_signs(loop) for loop in _loops(body)]
    if not inner:
        return False
    repeated = set().union(*inner)
    return all(_signs([element]) & repeated for element in _needed(body))


def _needed(tree: Any) -> Iterator[Any]:
    """The single signs that each round has to match."""
    for code, argument in tree:
        if code is codes.SUBPATTERN:
            yield from _needed(argument[-1])
        elif code in (codes.LITERAL, codes.NOT_LITERAL, codes.IN, codes.ANY):
            yield code, argument
        elif code in ENDLESS and argument[0] > 0:
            yield from _needed(argument[2])


SIGNS = [chr(number) for number in range(128)] + list("éЖ中\u00a0\u2028")


def _signs(tree: Any) -> set[str]:
    """What single signs a tree may begin to match, of a sample."""
    found: set[str] = set()
    for code, argument in tree:
        if code is codes.LITERAL:
            found.add(chr(argument))
        elif code is codes.NOT_LITERAL:
            found |= {sign for sign in SIGNS if ord(sign) != argument}
        elif code is codes.ANY:
            found |= set(SIGNS)
        elif code is codes.IN:
            found |= {sign for sign in SIGNS if _is_in(sign, argument)}
        else:
            found |= set().union(*(_signs(inner) for inner in _inside(code, argument)))
    return found


CATEGORIES = {
    codes.CATEGORY_DIGIT: r"\d",
    codes.CATEGORY_NOT_DIGIT: r"\D",
    codes.CATEGORY_SPACE: r"\s",
    codes.CATEGORY_NOT_SPACE: r"\S",
    codes.CATEGORY_WORD: r"\w",
    codes.CATEGORY_NOT_WORD: r"\W",
}


def _is_in(sign: str, choices: Any) -> bool:
    negated = choices[0][0] is codes.NEGATE
    hit = any(
        (code is codes.LITERAL and ord(sign) == argument)
        or (code is codes.RANGE and argument[0] <= ord(sign) <= argument[1])
        or (code is codes.CATEGORY and re.fullmatch(CATEGORIES[argument], sign))
        for code, argument in choices
    )
    return hit is not negated
