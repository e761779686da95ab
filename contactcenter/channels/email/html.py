"""Making a stranger's HTML safe to show: balanced, small, and only what an allow-list names."""

import re
from collections.abc import Mapping
from html import escape

import nh3

from contactcenter.channels.email.html_tokens import Close, Open, Text, events, words

MAX_HTML = 2_000_000
MAX_DEPTH = 256
MAX_AMPERSANDS = 200_000
"""The sanitiser's time grows with the square of their number; a newsletter has a few thousand."""

_TAGS = words(
    "a abbr b blockquote br center code dd del div dl dt em font h1 h2 h3 h4 h5 h6 hr i img ins li ol p pre q s small span "
    "strike strong sub sup table td th tr tt u ul"
)
_VOID = frozenset({"br", "hr", "img"})
_ATTRIBUTES: dict[str, set[str]] = {
    "*": {"style", "dir", "lang", "title", "align"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height", "data-remote-src"},
    "font": {"color", "size", "face"},
    "table": {"border", "cellpadding", "cellspacing", "width", "bgcolor"},
    "td": {"colspan", "rowspan", "width", "valign", "bgcolor"},
    "th": {"colspan", "rowspan", "width", "valign", "bgcolor"},
    "tr": {"valign", "bgcolor"},
    "ol": {"start", "type"},
}
_ATTRIBUTE_NAMES = frozenset().union(*_ATTRIBUTES.values())
_STYLES = words(
    "color background-color font-family font-size font-style font-weight text-align text-decoration text-indent line-height "
    "vertical-align white-space width max-width height padding padding-left padding-right padding-top padding-bottom "
    "border border-left border-right border-top border-bottom border-color border-style border-width border-collapse "
    "list-style-type direction"
)
_LINK = re.compile(r"(?:https?://|mailto:|tel:)", re.IGNORECASE)
_REMOTE = re.compile(r"https?://", re.IGNORECASE)
_FETCHES = re.compile(r"url|expression|image|import|\\|@|/\*", re.IGNORECASE)


def safe_html(source: str, images: Mapping[str, str] | None = None) -> str | None:
    """HTML that may be shown in a sandboxed frame, or None when only the plain text should be shown.

    `images` maps the Content-IDs of inline images to our own addresses for them. Remote images are never loaded: their
    address waits in `data-remote-src` until the reader asks for it.
    """
    if len(source) > MAX_HTML:
        return None
    shown = images or {}
    balanced = _balanced(source, shown)
    if balanced is None or balanced.count("&amp;") > MAX_AMPERSANDS:
        return None
    return _sanitised(balanced, frozenset(shown.values()))


def _balanced(source: str, images: Mapping[str, str]) -> str | None:
    """The allowed elements, each closed in its place; None when they are nested too deep.

    The sanitiser behind this takes quadratic time on deep trees, and a browser's rules for repairing misnested formatting
    can multiply a document. Neither can happen to what leaves here.
    """
    out: list[str] = []
    parents: list[tuple[str, bool]] = []
    for event in events(source):
        match event:
            case Text(text):
                out.append(escape(text, quote=False))
            case Open(depth=depth) if depth > MAX_DEPTH:
                return None
            case Open(name, attributes):
                keep = name in _TAGS and _fits(name, parents)
                parents.append((name, keep))
                out.append(f"<{name}{_attributes(name, attributes, images)}>" if keep else "")
            case Close(name):
                _, kept = parents.pop()
                out.append(f"</{name}>" if kept and name not in _VOID else "")
    return "".join(out)


def _fits(name: str, parents: list[tuple[str, bool]]) -> bool:
    """Tables hold rows, rows hold cells, and these stand nowhere else: a parser would move anything else elsewhere."""
    parent = next((one for one, kept in reversed(parents) if kept), None)
    match name:
        case "tr":
            return parent == "table"
        case "td" | "th":
            return parent == "tr"
        case _:
            return parent not in {"table", "tr"}


def _attributes(name: str, attributes: dict[str, str], images: Mapping[str, str]) -> str:
    kept = {key: value for key, value in attributes.items() if key in _ATTRIBUTE_NAMES and key != "data-remote-src"}
    if name == "img":
        source = kept.pop("src", "").strip()
        if source[:4].lower() == "cid:":
            kept["src"] = images.get(source[4:].strip("<>"), "")
        elif _REMOTE.match(source):
            kept["data-remote-src"] = source
    return "".join(f' {key}="{escape(value)}"' for key, value in kept.items())


def _sanitised(balanced: str, our_images: frozenset[str]) -> str:
    def allowed(tag: str, attribute: str, value: str) -> str | None:
        match tag, attribute:
            case "a", "href":
                return value if _LINK.match(value.strip()) else None
            case "img", "src":
                return value if value in our_images and value else None
            case "img", "data-remote-src":
                return value if _REMOTE.match(value) else None
            case _, "style":
                return None if _FETCHES.search(value) else value
            case _:
                return value

    return nh3.clean(
        balanced,
        tags=set(_TAGS),
        attributes=_ATTRIBUTES,
        attribute_filter=allowed,
        filter_style_properties=set(_STYLES),
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )
