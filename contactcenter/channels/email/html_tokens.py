"""HTML read in one pass: text, opened and closed elements, every element closed exactly once and in order."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape


def words(text: str) -> frozenset[str]:
    """A set of names, written as a line of words."""
    return frozenset(text.split())


_ASCII_LOWER = {upper: upper + 32 for upper in range(65, 91)}
_MARKUP = re.compile(r"<(?=[a-zA-Z!?]|/[a-zA-Z])")
_NAME = re.compile(r"[a-zA-Z][^\s/>]{0,60}")
_ATTRIBUTE = re.compile(r"([^\s=/>\"']{1,60})(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]*)))?")
_TAG_END = re.compile(r"[>\"']")
_MAX_ATTRIBUTES = 100
_VOID = words("area base br col embed hr img input link meta param source track wbr")
_RAW = words("script style title textarea xmp iframe noembed noframes")
_BLOCK = words(
    "address article aside blockquote center dd details div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr "
    "li main nav ol p pre section table ul"
)
_TABLE = frozenset({"table", "tr", "td", "th"})
_CELLS = frozenset({"td", "th"})
# What an opening element closes first, and where the search for it stops: the rules by which browsers repair old mail.
_CLOSES: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "a": (frozenset({"a"}), _CELLS),
    "li": (frozenset({"li"}), frozenset({"ul", "ol", "table", *_CELLS})),
    "dt": (frozenset({"dt", "dd"}), frozenset({"dl", "table", *_CELLS})),
    "dd": (frozenset({"dt", "dd"}), frozenset({"dl", "table", *_CELLS})),
    "tr": (frozenset({"tr"}), frozenset({"table"})),
    "td": (_CELLS, frozenset({"table"})),
    "th": (_CELLS, frozenset({"table"})),
}
_MAX_SEARCH = 300
"""How far back an element is looked for; deeper trees are not shown as HTML anyway, and this keeps the work linear."""


@dataclass(frozen=True, slots=True)
class Text:
    text: str


@dataclass(frozen=True, slots=True)
class Open:
    name: str
    attributes: dict[str, str]
    depth: int
    """How many elements are open, this one included."""


@dataclass(frozen=True, slots=True)
class Close:
    name: str


@dataclass(frozen=True, slots=True)
class _Tag:
    name: str
    closing: bool
    attributes: str


@dataclass(slots=True)
class _Tree:
    """The elements that are open now."""

    names: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def open(self, name: str) -> None:
        self.names.append(name)
        self.counts[name] += 1

    def close_through(self, wanted: frozenset[str], barrier: frozenset[str]) -> Iterator[Close]:
        """Close everything down to the nearest wanted element, unless a barrier stands before it."""
        if not any(self.counts[name] for name in wanted):
            return
        for back in range(1, min(len(self.names), _MAX_SEARCH) + 1):
            name = self.names[-back]
            if name in wanted:
                yield from self.close(back)
                return
            if name in barrier:
                return

    def close(self, how_many: int) -> Iterator[Close]:
        for _ in range(how_many):
            name = self.names.pop()
            self.counts[name] -= 1
            yield Close(name)


def events(source: str) -> Iterator[Text | Open | Close]:
    """The document as a balanced sequence; scripts, styles and comments are left out."""
    tree = _Tree()
    for token in _tokens(source):
        if isinstance(token, Text):
            yield token
        elif token.closing:
            yield from _closed(tree, token.name)
        else:
            yield from _opened(tree, token)
    yield from tree.close(len(tree.names))


def _opened(tree: _Tree, tag: _Tag) -> Iterator[Open | Close]:
    if tag.name in _BLOCK:
        yield from tree.close_through(frozenset({"p"}), frozenset())
    if tag.name in _CLOSES:
        yield from tree.close_through(*_CLOSES[tag.name])
    if tag.name in _VOID:
        yield Open(tag.name, _attributes(tag.attributes), len(tree.names) + 1)
        yield Close(tag.name)
        return
    tree.open(tag.name)
    yield Open(tag.name, _attributes(tag.attributes), len(tree.names))


def _closed(tree: _Tree, name: str) -> Iterator[Close]:
    barrier = frozenset({"table"}) if name in _TABLE - {"table"} else frozenset() if name == "table" else _TABLE
    yield from tree.close_through(frozenset({name}), barrier)


def _attributes(source: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for count, match in enumerate(_ATTRIBUTE.finditer(source)):
        if count >= _MAX_ATTRIBUTES:
            break
        value = next((group for group in match.groups()[1:] if group is not None), "")
        found.setdefault(match[1].translate(_ASCII_LOWER), unescape(value))
    return found


def _tokens(source: str) -> Iterator[Text | _Tag]:
    lowered = source.translate(_ASCII_LOWER)
    ends = _Ends(lowered)
    position = 0
    while position < len(source):
        begin = _MARKUP.search(source, position)
        if begin is None:
            yield Text(unescape(source[position:]))
            return
        start = begin.start()
        if start > position:
            yield Text(unescape(source[position:start]))
        token, position = _markup(source, start, ends)
        if token is None:
            continue
        if not token.closing and token.name in _RAW:
            position = ends.after_raw(token.name, position)
            continue
        yield token


def _markup(source: str, start: int, ends: "_Ends") -> tuple[_Tag | None, int]:
    """What the `<` begins, and where it ends; None for comments and declarations."""
    if source.startswith("<!--", start):
        return None, ends.after("-->", start + 2)
    closing = source.startswith("</", start)
    name = _NAME.match(source, start + 2 if closing else start + 1)
    if name is None:
        return None, ends.after(">", start)
    stop = ends.of_tag(name.end())
    return _Tag(name[0].translate(_ASCII_LOWER), closing, source[name.end() : stop].rstrip("/")), stop + 1


class _Ends:
    """Looks for what closes a piece of markup, and never looks twice for what is not there."""

    def __init__(self, lowered: str) -> None:
        self._source = lowered
        self._absent: set[str] = set()

    def after(self, mark: str, position: int) -> int:
        stop = self._find(mark, position)
        return len(self._source) if stop < 0 else stop + len(mark)

    def after_raw(self, name: str, position: int) -> int:
        """Behind the end of a script or style; as in a browser, one that never ends hides the rest."""
        stop = self._find(f"</{name}", position)
        if stop < 0:
            return len(self._source) if name in {"script", "style"} else position
        return self.after(">", stop)

    def of_tag(self, position: int) -> int:
        """The `>` that ends a tag: one inside quotes does not count, unless the quote never closes."""
        while (match := _TAG_END.search(self._source, position)) is not None:
            if match[0] == ">":
                return match.start()
            stop = self._find(match[0], match.end())
            position = match.end() if stop < 0 else stop + 1
        return len(self._source)

    def _find(self, mark: str, position: int) -> int:
        if mark in self._absent:
            return -1
        stop = self._source.find(mark, position)
        if stop < 0:
            self._absent.add(mark)
        return stop
