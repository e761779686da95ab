"""HTML as the plain text that a person would see, with quoted parts marked as in plain mail."""

import re
from dataclasses import dataclass, field

from contactcenter.channels.email.html_tokens import Close, Open, Text, events, words

MAX_TEXT = 1_000_000
_MAX_QUOTE = 9
"""Deeper quotes look like the ninth: a prefix as long as the nesting would make the work quadratic."""

_BLANKS = re.compile(r"[ \t\r\n\f]+")
_PARAGRAPH = words("p ul ol dl table h1 h2 h3 h4 h5 h6 blockquote pre fieldset")
_LINE = words(
    "div li tr dt dd center address article aside body caption details figure footer form header hr main nav section "
    "summary"
)
_CELL = frozenset({"td", "th"})
_UNSEEN = words("head noscript template select object svg math audio video canvas")
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|font-size\s*:\s*0(?:px|pt|em|%)?\s*(?:;|$)"
)
# The boxes in which mail programs put the mail that is answered.
_QUOTE_BOXES = ("gmail_quote", "yahoo_quoted", "moz-cite-prefix-quote", "protonmail_quote", "zmail_extra", "qmbox")


@dataclass(slots=True)
class _Page:
    """The text so far. Line breaks are held back until something visible follows."""

    out: list[str] = field(default_factory=list)
    line: list[str] = field(default_factory=list)
    breaks: int = 0
    quote: int = 0
    blank_pending: bool = False

    def write(self, text: str) -> None:
        self.line.append(text)

    def flow(self, text: str) -> None:
        """Running text: any blanks are one blank, and none at the start of a line."""
        collapsed = _BLANKS.sub(" ", text)
        if not self.line:
            collapsed = collapsed.lstrip(" ")
        elif self.line[-1].endswith(" ") and collapsed.startswith(" "):
            collapsed = collapsed[1:]
        if collapsed:
            self.line.append(collapsed.replace("\xa0", " "))

    def end_line(self) -> None:
        """A line break that is meant, even on an empty line."""
        self.out.append(self._prefix() + "".join(self.line).rstrip())
        self.line.clear()

    def end_block(self, *, paragraph: bool) -> None:
        if self.line:
            if "".join(self.line).strip():
                self.end_line()
            else:
                self.line.clear()
        if paragraph and self.out and self.out[-1].strip("> "):
            self.out.append(self._prefix().rstrip())

    def _prefix(self) -> str:
        return ">" * min(self.quote, _MAX_QUOTE) + " " if self.quote else ""


@dataclass(slots=True)
class _Reader:
    page: _Page = field(default_factory=_Page)
    quotes: list[bool] = field(default_factory=list)
    """For every open element, whether it began a quote."""
    preformatted: int = 0
    hidden: int = 0
    """How deep we are inside something that is not shown."""


def text_of(source: str) -> str:
    """The visible text; linear in the length of the source, however broken it is."""
    reader = _Reader()
    for event in events(source[: MAX_TEXT * 4]):
        match event:
            case Open():
                _open(reader, event)
            case Close(name):
                _close(reader, name)
            case Text(text):
                _text(reader, text)
    reader.page.end_block(paragraph=False)
    lines = reader.page.out
    while lines and not lines[-1].strip("> "):
        lines.pop()  # the end of a quote leaves an empty quoted line
    return "\n".join(lines).strip("\n")[:MAX_TEXT]


def _open(reader: _Reader, element: Open) -> None:
    if reader.hidden or _is_hidden(element):
        reader.hidden += 1
        return
    page = reader.page
    name = element.name
    quote = name == "blockquote" or any(box in element.attributes.get("class", "") for box in _QUOTE_BOXES)
    if name == "br":
        page.end_line()
    elif name in _PARAGRAPH or name in _LINE or quote:
        page.end_block(paragraph=name in _PARAGRAPH or quote)
    elif name in _CELL and page.line:
        page.write(" ")
    if name == "li":
        page.write("- ")
    reader.preformatted += name == "pre"
    page.quote += quote
    reader.quotes.append(quote)


def _close(reader: _Reader, name: str) -> None:
    if reader.hidden:
        reader.hidden -= 1
        return
    page = reader.page
    quote = reader.quotes.pop()
    if name in _PARAGRAPH or name in _LINE or quote:
        page.end_block(paragraph=name in _PARAGRAPH)
    reader.preformatted -= name == "pre"
    page.quote -= quote


def _text(reader: _Reader, text: str) -> None:
    if reader.hidden:
        return
    if not reader.preformatted:
        reader.page.flow(text)
        return
    first, *rest = text.replace("\r\n", "\n").split("\n")
    reader.page.write(first)
    for line in rest:
        reader.page.end_line()
        reader.page.write(line)


def _is_hidden(element: Open) -> bool:
    if element.name in _UNSEEN or "hidden" in element.attributes:
        return True
    style = element.attributes.get("style", "")
    return bool(style) and _HIDDEN.search(style[:2_000].lower()) is not None
