"""Conditions a manager can read: queue.minutes >= 3 and customer.vip is true."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from ivr.values import Value

Literal = str | float | bool | None
Known = Value | tuple[str, ...]
"""What a condition can be asked about; a tuple is a set of words such as tags."""

_PATH = r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*"
_PART = re.compile(rf"(?P<path>{_PATH})\s+(?P<op>is not|is|has not|has|>=|<=|>|<|in)\s+(?P<literal>.+)")
_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")
_QUOTED = re.compile(r"\"([^\"]*)\"|'([^']*)'")
_AND = re.compile(r"\s+and\s+(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)")
"""Outside of double quotes."""
_WORDS: dict[str, Literal] = {"true": True, "false": False, "empty": None}


class ConditionError(Exception):
    """A condition that cannot be read, as a sentence for its author."""


@dataclass(frozen=True, slots=True)
class Comparison:
    path: str
    op: str
    literals: tuple[Literal, ...]

    def holds(self, value: Known) -> bool:
        return _holds(self, value)

    def __str__(self) -> str:
        listed = ", ".join(_shown(one) for one in self.literals)
        return f"{self.path} {self.op} [{listed}]" if self.op == "in" else f"{self.path} {self.op} {listed}"


@dataclass(frozen=True, slots=True)
class Condition:
    parts: tuple[Comparison, ...]

    def holds(self, look: Callable[[str], Value]) -> bool:
        """True when every part is; a part about a value that is not known is false, except `is empty`."""
        return all(_holds(part, look(part.path)) for part in self.parts)


def condition(text: str) -> Condition:
    return Condition(tuple(_part(part.strip()) for part in _AND.split(text.strip())))


def _part(text: str) -> Comparison:
    written = _PART.fullmatch(text)
    if not written:
        raise ConditionError(
            f"'{text}' should read like: queue.minutes >= 3 (is, is not, has, has not, >, >=, <, <=, in, and)"
        )
    op, literal = written["op"], written["literal"].strip()
    if op == "in":
        if not (literal.startswith("[") and literal.endswith("]")):
            raise ConditionError(f"'{text}': after 'in' comes a list like [CN, HK]")
        return Comparison(written["path"], op, tuple(_listed(item.strip()) for item in literal[1:-1].split(",")))
    value = _literal(literal)
    if op in {"has", "has not"}:
        if not isinstance(value, str):
            raise ConditionError(f"'{text}': after '{op}' comes a word in quotes, such as \"vip\"")
        return Comparison(written["path"], op, (value,))
    if op not in {"is", "is not"} and not _is_number(value):
        raise ConditionError(f"'{text}': {op} compares with a number")
    return Comparison(written["path"], op, (value,))


def _literal(text: str) -> Literal:
    if text in _WORDS:
        return _WORDS[text]
    if _NUMBER.fullmatch(text):
        return float(text)
    quoted = _QUOTED.fullmatch(text)
    if quoted:
        return quoted[1] if quoted[1] is not None else quoted[2]
    raise ConditionError(f"'{text}' should be true, false, empty, a number or quoted text")


def _listed(text: str) -> Literal:
    return text if re.fullmatch(r"[A-Za-z][\w-]*", text) and text not in _WORDS else _literal(text)


def _holds(part: Comparison, value: Known) -> bool:
    match part.op:
        case "is":
            return _same(value, part.literals[0])
        case "is not":
            return (
                value is not None and not _same(value, part.literals[0])
                if part.literals[0] is not None
                else not _same(value, None)
            )
        case "in":
            return any(_same(value, literal) for literal in part.literals)
        case "has":
            return _has(value, part.literals[0])
        case "has not":
            return not _has(value, part.literals[0])
        case op:
            return _ordered(op, value, part.literals[0])


def _has(value: Known, literal: Literal) -> bool:
    """A word among words, or a text within a text, whatever its case."""
    word = str(literal).casefold()
    match value:
        case tuple():
            return word in {one.casefold() for one in value}
        case str():
            return word in value.casefold()
        case _:
            return False


def _shown(literal: Literal) -> str:
    match literal:
        case None:
            return "empty"
        case bool():
            return str(literal).lower()
        case float():
            return f"{literal:g}"
        case _:
            return f'"{literal}"'


def _same(value: Known, literal: Literal) -> bool:
    if literal is None:
        return value is None or value in {"", ()}
    if isinstance(value, bool) or isinstance(literal, bool):
        return value is literal
    return value == literal


def _ordered(op: str, value: Known, literal: Literal) -> bool:
    if not isinstance(value, int | float) or isinstance(value, bool) or not isinstance(literal, float):
        return False
    return {">": value > literal, ">=": value >= literal, "<": value < literal, "<=": value <= literal}[op]


def _is_number(literal: Literal) -> bool:
    return isinstance(literal, float)
