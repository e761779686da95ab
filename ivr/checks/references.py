"""Rules about what a flow names outside itself: hooks, queues, calendars, audio (R01 to R04)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product

from ivr.checks.told import error, prompts
from ivr.findings import Finding
from ivr.flow import Answer, Callback, Flow, Hours, Lookup, Menu, Queue, Step, Tag, Voicemail
from ivr.nodes import nearest
from ivr.said import Tags
from ivr.templates import Hole, pieces


@dataclass(frozen=True, slots=True)
class Known:
    """What exists where the flow will run."""

    queues: frozenset[str]
    calendars: frozenset[str]
    hooks: frozenset[str]
    hook_seconds: Mapping[str, int] = field(default_factory=dict, hash=False)
    """How long a hook may take; a step may allow it less."""
    articles: Mapping[str, frozenset[str]] | None = field(default=None, hash=False)
    """The articles that customers may read, with their languages; None where nobody knows them."""
    audio: frozenset[str] | None = None
    """The audio files that can be played; None where that is not known, and so not looked at."""


def reference_findings(flow: Flow, known: Known) -> Iterator[Finding]:
    for step in flow.steps.values():
        yield from _audio(flow, step, known)
        match step.verb:
            case Lookup() as lookup if lookup.hook not in known.hooks:
                message = f"hook '{lookup.hook}' does not exist{nearest(lookup.hook, known.hooks)}"
                yield error(flow, "R01", step, message)
            case Queue() as queue:
                yield from _queues(flow, step, queue.name, known)
            case Voicemail() as voicemail:
                yield from _queues(flow, step, voicemail.queue, known)
            case Callback() as callback:
                yield from _queues(flow, step, callback.queue, known)
                yield from _calendar(flow, step, callback.window, known)
            case Answer(article=str(article)) if known.articles is not None:
                yield from _article(flow, step, article, known.articles)
            case Hours(calendar):
                yield from _calendar(flow, step, calendar, known)
            case _:
                pass


def _audio(flow: Flow, step: Step, known: Known) -> Iterator[Finding]:
    if known.audio is None:
        return
    for what, prompt in prompts(step):
        missing = {line.audio for line in prompt.lines.values() if line.audio} - known.audio
        for name in sorted(missing):
            told = f"{what}: audio '{name}' does not exist; put it into config/ivr/audio"
            yield error(flow, "R04", step, told, prompt.line)


def _calendar(flow: Flow, step: Step, name: str, known: Known) -> Iterator[Finding]:
    if name not in known.calendars:
        yield error(flow, "R03", step, f"calendar '{name}' does not exist{nearest(name, known.calendars)}")


def _article(flow: Flow, step: Step, name: str, articles: Mapping[str, frozenset[str]]) -> Iterator[Finding]:
    if name not in articles:
        yield error(flow, "R07", step, f"article '{name}' does not exist for customers{nearest(name, articles)}")
        return
    for tag in flow.languages:
        if tag not in articles[name]:
            yield error(flow, "R07", step, f"article '{name}' is not written in {tag}")


def _queues(flow: Flow, step: Step, template: str, known: Known) -> Iterator[Finding]:
    choices = []
    for piece in pieces(template):
        choice = _choices(flow, piece) if isinstance(piece, Hole) else (piece,)
        if choice is None:
            message = f"queue '{template}' cannot be checked: only skill, intent and language may stand in a queue name"
            yield error(flow, "R02", step, message)
            return
        choices.append(choice)
    for parts in product(*choices):
        name = "".join(parts)
        if name not in known.queues:
            yield error(flow, "R02", step, f"queue '{name}' does not exist{nearest(name, known.queues)}")


def _choices(flow: Flow, hole: Hole) -> tuple[str, ...] | None:
    """Everything a hole can become in this flow."""
    match hole.path:
        case "language":
            found = flow.languages
        case "language.spoken":
            found = tuple(voice.spoken for voice in flow.voices.values())
        case "skill":
            found = tuple(next(iter(tags.skills)) for tags in _tags(flow) if tags.skills)
        case "intent":
            found = tuple(tags.intent for tags in _tags(flow) if tags.intent)
        case _:
            return None
    return tuple(dict.fromkeys([*found, *([hole.default] if hole.default is not None else [])]))


def _tags(flow: Flow) -> Iterator[Tags]:
    for step in flow.steps.values():
        match step.verb:
            case Tag(tags):
                yield tags
            case Menu() as menu:
                yield from (option.tags for option in menu.options.values())
            case _:
                pass
