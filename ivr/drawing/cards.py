"""What a picture shows of one step: its verb, its name and the first words of what callers hear there."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace

from ivr.drawing.lettering import cut, one_line, width, wrapped
from ivr.drawing.net import Size
from ivr.drawing.shapes import Shape, shape_of
from ivr.drawing.words import outcome_word, sentence, verb_word
from ivr.flow import Answer, Callback, End, Flow, Hours, Lookup, Menu, Queue, Step, Tag, Transfer
from ivr.said import Prompt, Tags

NAME_SIZE, TEXT_SIZE, CAPTION_SIZE = 13.0, 12.0, 10.5
NAME_HEIGHT, TEXT_HEIGHT, CAPTION_HEIGHT = 18.0, 16.0, 14.0
_WIDEST = 184.0
_NARROWEST = 56.0
_MOST_LINES = 2
_PADDING = 9.0
_HOLE = re.compile(r"\{\s*([a-z0-9_.]+)[^{}]*\}")
"""A value in a prompt; how it is spoken and what stands in for it would only take room."""
_TONES = {End.SOLVED: "good", End.AGENT: "good", End.GAVE_UP: "bad"}


@dataclass(frozen=True, slots=True)
class Card:
    """`tone` is the colour of the outcome, `full` all that is heard here."""

    step: str
    shape: Shape
    caption: str
    name: str
    lines: tuple[str, ...]
    full: str
    outcome: str = ""
    tone: str = "text"
    missing: bool = False

    @property
    def size(self) -> Size:
        wide = max(
            width(self.caption, CAPTION_SIZE),
            width(self.name, NAME_SIZE, bold=True),
            width(self.outcome, TEXT_SIZE, bold=True),
            *(width(line, TEXT_SIZE) for line in self.lines),
            _NARROWEST,
        )
        rows = len(self.lines) + bool(self.outcome)
        high = CAPTION_HEIGHT + NAME_HEIGHT + rows * TEXT_HEIGHT + 2 * _PADDING + self.shape.lid
        across = wide + 2 * (self.shape.inset * 0.75 + _PADDING)
        return Size(across, high, across * 0.4)


def card_of(flow: Flow, step: Step, language: str, calls: str) -> Card:
    """The card of a step; `calls` says how many came by, or nothing."""
    verb = step.verb
    kind = verb_word(type(verb).__name__.lower(), language)
    full = _heard(flow, verb, language)
    return Card(
        step=step.name,
        shape=shape_of(verb),
        caption=cut(" · ".join(filter(None, [kind, _subject(verb), calls])), CAPTION_SIZE, _WIDEST),
        name=cut(step.name, NAME_SIZE, _WIDEST, bold=True),
        lines=() if isinstance(verb, Lookup) else wrapped(_HOLE.sub(r"{\1}", full), TEXT_SIZE, _WIDEST, _MOST_LINES),
        full=full,
        outcome=cut(f"■ {outcome_word(step.end, language)}", TEXT_SIZE, _WIDEST, bold=True) if step.end else "",
        tone=_TONES.get(step.end, "text") if step.end else "text",
    )


def missing_card(name: str, language: str) -> Card:
    """The place of a step that an exit names and nobody wrote."""
    shape = replace(shape_of(None), colour="unknown")
    caption, short = sentence("unknown", language), cut(name, NAME_SIZE, _WIDEST, bold=True)
    return Card(name, shape, caption, short, (), "", missing=True)


def spoken(flow: Flow, prompt: Prompt, language: str) -> str:
    """The prompt in the language; where it has none, in the first of the flow's that it has."""
    for tag in (language, *flow.languages):
        if tag in prompt.lines:
            return prompt.lines[tag].text
    return ""


def _subject(verb: object) -> str:
    """The name outside the flow that a verb works with."""
    match verb:
        case Hours(calendar):
            return one_line(calendar)
        case Lookup(hook):
            return one_line(hook)
        case Queue(name) | Callback(queue=name):
            return one_line(name)
        case Answer(article=str(article)):
            return one_line(article)
        case Transfer(number):
            return one_line(number)
        case _:
            return ""


def _heard(flow: Flow, verb: object, language: str) -> str:
    """What callers hear at the step, or what it notes down about them."""
    if isinstance(verb, Tag):
        return " · ".join(_noted(verb.tags))
    prompt = next(_prompts(verb), None)
    if prompt is None:
        return ""
    if isinstance(verb, Menu) and verb.each_language:
        return " ".join(line.text for line in prompt.lines.values())
    return spoken(flow, prompt, language)


def _noted(tags: Tags) -> Iterator[str]:
    for skill, level in (tags.skills or {}).items():
        yield skill if level == 1 else f"{skill} {level}"
    for name in ("intent", "priority", "language"):
        value = getattr(tags, name)
        if value is not None:
            yield f"{name} {value}"


def _prompts(verb: object) -> Iterator[Prompt]:
    """Every prompt of a verb in the order it is written in, of verbs we do not know as well."""
    if isinstance(verb, Prompt):
        yield verb
    elif is_dataclass(verb):
        for field in fields(verb):
            yield from _prompts(getattr(verb, field.name))
