"""Reads a TwiML document and says, more strictly than Twilio, what is wrong with it."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from contactcenter.carrier.schema import ROOT, voice_schema

MOST_BYTES = 64 * 1024
BOOLEANS = frozenset({"actionOnEmptyResult", "bargeIn", "playBeep", "muted", "startConferenceOnEnter"}) | frozenset(
    {"endConferenceOnExit", "hangupOnStar", "answerOnBridge", "transcribe", "profanityFilter", "sequential"}
)
NUMBERS = frozenset({"numDigits", "length", "maxLength", "maxQueueSize", "maxParticipants", "timeLimit", "loop"})
CHOICES: Mapping[str, frozenset[str]] = {
    "input": frozenset({"dtmf", "speech", "dtmf speech", "speech dtmf"}),
    "method": frozenset({"GET", "POST"}),
    "waitMethod": frozenset({"GET", "POST"}),
    "waitUrlMethod": frozenset({"GET", "POST"}),
    "statusCallbackMethod": frozenset({"GET", "POST"}),
    "recordingStatusCallbackMethod": frozenset({"GET", "POST"}),
    "beep": frozenset({"true", "false", "onEnter", "onExit"}),
    "reason": frozenset({"rejected", "busy"}),
    "interpret-as": frozenset(
        {"character", "spell-out", "cardinal", "number", "ordinal", "digits", "fraction", "unit", "date", "time"}
        | {"address", "expletive", "telephone"}
    ),
    "strength": frozenset({"none", "x-weak", "weak", "medium", "strong", "x-strong"}),
    "level": frozenset({"strong", "moderate", "reduced"}),
}
PATTERNS: Mapping[str, re.Pattern[str]] = {
    "time": re.compile(r"[0-9]+(ms|s)"),
    "rate": re.compile(r"x-slow|slow|medium|fast|x-fast|[0-9]+%"),
}


@dataclass(frozen=True, slots=True)
class Node:
    tag: str
    text: str
    attributes: Mapping[str, str]
    children: tuple["Node", ...]
    caption: str = ""
    """The words of a sound: a comment `caption "…"` (a text in JSON) before it, which a carrier does not look at."""

    def flag(self, name: str, default: bool) -> bool:
        return self.attributes.get(name, str(default)).lower() == "true"

    def number(self, name: str, default: int) -> int:
        try:
            return int(self.attributes.get(name, default))
        except ValueError:
            return default


@dataclass(frozen=True, slots=True)
class Complaint:
    code: int
    message: str


class NotTwimlError(Exception):
    """The document cannot be run at all."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


def parse(body: bytes) -> Node:
    """The document as a tree, or NotTwimlError with the code a carrier would log."""
    if len(body) > MOST_BYTES:
        raise NotTwimlError(11750, f"The document has {len(body)} bytes; {MOST_BYTES} are allowed.")
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise NotTwimlError(12100, "A document must not bring its own document type.")
    try:
        # without a document type there are no entities to expand
        root = ET.fromstring(body, ET.XMLParser(target=ET.TreeBuilder(insert_comments=True)))  # noqa: S314
    except ET.ParseError as error:
        raise NotTwimlError(12100, f"The document is not XML: {error}.") from error
    if root.tag != ROOT:
        raise NotTwimlError(12100, f"The document must be a <{ROOT}>, not <{root.tag}>.")
    return _node(root)


def complaints(root: Node) -> Iterator[Complaint]:
    """Everything in the document that Twilio does not know, in reading order."""
    schema = voice_schema()
    for child in root.children:
        if child.tag not in schema.children.get(root.tag, frozenset()):
            yield Complaint(13320 if root.tag == "Gather" else 12200, f"<{child.tag}> is not allowed in <{root.tag}>.")
            continue
        known = schema.attributes[root.tag, child.tag]
        for name, value in child.attributes.items():
            if name not in known:
                yield Complaint(12200, f"<{child.tag}> has no attribute {name!r}.")
            elif problem := _bad_value(name, value):
                yield Complaint(12200, f"<{child.tag} {name}={value!r}>: {problem}.")
        yield from _own_rules(child)
        yield from complaints(child)


def _node(element: ET.Element, caption: str = "") -> Node:
    spoken = "".join(_words(element))
    return Node(
        element.tag.removeprefix("{http://www.w3.org/XML/1998/namespace}"),
        re.sub(r"\s+", " ", spoken).strip(),
        {name.replace("{http://www.w3.org/XML/1998/namespace}", "xml:"): value for name, value in element.items()},
        tuple(_children(element)),
        caption,
    )


def _words(element: ET.Element) -> Iterator[str]:
    """All its text without its comments."""
    if isinstance(element.tag, str):
        yield element.text or ""
        for child in element:
            yield from _words(child)
            yield child.tail or ""


def _children(element: ET.Element) -> Iterator[Node]:
    caption = ""
    for child in element:
        if isinstance(child.tag, str):
            yield _node(child, caption)
            caption = ""
        else:
            caption = _caption(child.text or "")


def _caption(comment: str) -> str:
    try:
        told = json.loads(comment.removeprefix("caption "))
    except ValueError:
        return ""
    return " ".join(told.split()) if isinstance(told, str) else ""


def _bad_value(name: str, value: str) -> str:
    if name in BOOLEANS and value not in {"true", "false"}:
        return "must be true or false"
    if name in NUMBERS and not value.isdigit():
        return "must be a whole number"
    if name in CHOICES and value not in CHOICES[name]:
        return f"must be one of {', '.join(sorted(CHOICES[name]))}"
    if name in PATTERNS and not PATTERNS[name].fullmatch(value):
        return f"must look like {PATTERNS[name].pattern}"
    return ""


def _own_rules(node: Node) -> Iterator[Complaint]:
    """What Twilio documents in prose."""
    if node.tag == "Say" and not node.text:
        yield Complaint(12200, "<Say> without words says nothing.")
    if node.tag in {"Redirect", "Play"} and " " in node.text:
        yield Complaint(11100, f"<{node.tag}> has a space in its URL.")
    if node.tag == "Enqueue" and len(node.text) > 64:
        yield Complaint(12200, "A queue name has at most 64 characters.")
    if len(node.attributes.get("participantLabel", "")) > 128:
        yield Complaint(12200, "A participantLabel has at most 128 characters.")
    if node.attributes.get("speechTimeout") == "auto" and "speechModel" in node.attributes:
        yield Complaint(12200, "speechTimeout must be a number when a speechModel is chosen.")
