"""The pieces of a strictly read text file, and the questions a reader may ask of them."""

import difflib
import re
from collections.abc import Collection
from dataclasses import dataclass

SHAPE = "Y03"
QUOTES = "Y02"

_BOOLEAN_WORDS = frozenset({"yes", "no", "on", "off", "y", "n", "true", "false"})
_NULL_WORDS = frozenset({"", "~", "null"})
_NUMBER_LIKE = re.compile(
    r"[-+]?(0x[0-9a-f_]+|0b[01_]+|0o[0-7_]+|[0-9][0-9_]*(:[0-9]+)*(\.[0-9_]*)?(e[-+]?[0-9]+)?|\.[0-9]+|\.inf|\.nan)",
    re.IGNORECASE,
)
_DATE_LIKE = re.compile(r"\d{4}-\d\d?-\d\d?([Tt ]+\d\d?:\d\d:\d\d.*)?")
_WHOLE = re.compile(r"0|[1-9][0-9]{0,8}")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,8})(\.[0-9]{1,6})?")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_SPAN = re.compile(r"([1-9][0-9]{0,4})([smh])")
_UNIT_SECONDS = {"s": 1, "m": 60, "h": 3600}

Plain = str | int | float | bool


class Misread(Exception):  # noqa: N818  a misreading is not yet an error report: the parser adds the step
    """One place in the text that cannot be read, and what to do about it."""

    def __init__(self, line: int, message: str, rule: str = SHAPE) -> None:
        super().__init__(message)
        self.line = line
        self.message = message
        self.rule = rule


@dataclass(frozen=True, slots=True)
class Scalar:
    line: int
    text: str
    quoted: bool


@dataclass(frozen=True, slots=True)
class Listing:
    line: int
    items: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Table:
    line: int
    entries: "dict[str, Node]"

    def get(self, key: str) -> "Node | None":
        return self.entries.get(key)

    def need(self, key: str, what: str) -> "Node":
        node = self.entries.get(key)
        if node is None:
            raise Misread(self.line, f"{what} needs '{key}:'")
        return node


Node = Scalar | Listing | Table


def trap(text: str) -> str | None:
    """Why other readers of this format would not take these unquoted characters as text."""
    if text.lower() in _BOOLEAN_WORDS:
        return f"'{text}' is read as true or false; put quotes round it"
    if _NUMBER_LIKE.fullmatch(text) or _DATE_LIKE.fullmatch(text):
        return f"'{text}' is read as a number or a time, not as text; put quotes round it"
    return None


def table(node: Node, what: str, fields: Collection[str] | None = None) -> Table:
    """The node as a mapping; with `fields`, nothing else may stand in it."""
    if not isinstance(node, Table):
        raise Misread(node.line, f"{what} should be a list of 'name: value' pairs")
    for key in node.entries:
        if fields is not None and key not in fields:
            raise Misread(node.entries[key].line, f"{what} does not know '{key}'{nearest(key, fields)}")
    return node


def nearest(word: str, known: Collection[str]) -> str:
    close = difflib.get_close_matches(word, sorted(known), n=1)
    return f"; did you mean '{close[0]}'?" if close else f" (known: {', '.join(sorted(known))})"


def listing(node: Node, what: str) -> tuple[Node, ...]:
    if not isinstance(node, Listing):
        raise Misread(node.line, f"{what} should be a list")
    return node.items


def text(node: Node, what: str) -> str:
    if not isinstance(node, Scalar):
        raise Misread(node.line, f"{what} should be text")
    if not node.quoted:
        if node.text.lower() in _NULL_WORDS:
            raise Misread(node.line, f"{what} is empty")
        reason = trap(node.text)
        if reason:
            raise Misread(node.line, f"{what}: {reason}", QUOTES)
    return node.text


def name(node: Node, what: str) -> str:
    word = text(node, what)
    if not _NAME.fullmatch(word):
        raise Misread(node.line, f"{what} '{word}' should be small letters, digits and _, beginning with a letter")
    return word


def whole(node: Node, what: str, least: int, most: int) -> int:
    written = node.text if isinstance(node, Scalar) and not node.quoted else ""
    if not _WHOLE.fullmatch(written) or not least <= int(written) <= most:
        raise Misread(node.line, f"{what} should be a whole number from {least} to {most}")
    return int(written)


def truth(node: Node, what: str) -> bool:
    written = node.text if isinstance(node, Scalar) and not node.quoted else ""
    if written not in {"true", "false"}:
        raise Misread(node.line, f"{what} should be true or false")
    return written == "true"


def is_truth(node: Node) -> bool:
    return isinstance(node, Scalar) and not node.quoted and node.text in {"true", "false"}


def span(node: Node, what: str, most: int) -> int:
    """A length of time in seconds: 90, 90s, 30m or 1h."""
    if isinstance(node, Scalar):
        written = _SPAN.fullmatch(node.text)
        if written and int(written[1]) * _UNIT_SECONDS[written[2]] <= most:
            return int(written[1]) * _UNIT_SECONDS[written[2]]
        if not written and not node.quoted and _WHOLE.fullmatch(node.text):
            return whole(node, what, 1, most)
    raise Misread(node.line, f"{what} should be seconds or a span like 90s or 30m, at most {most} seconds")


def plain(node: Node, what: str) -> Plain:
    """Text, a number, true or false: what a looked-up value may be."""
    if not isinstance(node, Scalar):
        raise Misread(node.line, f"{what} should be one value")
    if is_truth(node):
        return node.text == "true"
    if not node.quoted and _DECIMAL.fullmatch(node.text):
        return float(node.text) if "." in node.text else int(node.text)
    return text(node, what)
