"""The exits of every step as one graph: what the drawing shows and the path rules walk."""

from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from ivr.flow import (
    REPEAT,
    Answer,
    Branch,
    Callback,
    Collect,
    Finish,
    Flow,
    Hours,
    Lookup,
    Menu,
    Question,
    Queue,
    Say,
    Step,
    Survey,
    Tag,
    Transfer,
    Voicemail,
)
from ivr.said import Tags

_Place = TypeVar("_Place", bound=Hashable)


class Kind(StrEnum):
    CHOSEN = "chosen"
    """The caller pressed a key for it."""
    ASKED = "asked"
    """The caller was asked something first, and may have stayed silent."""
    WAITED = "waited"
    """A queue was waited in, as long as it allows."""
    AT_ONCE = "at once"
    """Nobody was waited for."""
    SPENT = "spent"
    """The step was visited as often as it may be."""


@dataclass(frozen=True, slots=True)
class Exit:
    name: str
    origin: str
    target: str
    kind: Kind
    line: int
    sets: frozenset[str] = frozenset()
    clears: frozenset[str] = frozenset()


_AT_ONCE_IN_QUEUE = frozenset({"nobody_logged_in", "full"})
_AT_ONCE_IN_TRANSFER = frozenset({"busy", "failed"})


def runs_by_itself(step: Step) -> bool:
    """True for a step that waits for nobody but our own answers."""
    return isinstance(step.verb, Say | Tag | Finish | Hours | Lookup | Branch)


def exits(flow: Flow, step: Step) -> tuple[Exit, ...]:
    """Every way out of a step, the unwritten ones (0, stuck) too; targets need not exist."""
    found = [*_written(step), *_asked(flow, step)]
    if step.after is not None:
        found.append(Exit("after", step.name, step.after, Kind.SPENT, step.line))
    secrets = frozenset() if runs_by_itself(step) else secret_names(flow)
    return tuple(
        replace(one, target=flow.resolve(one.target), clears=one.clears | (secrets - one.sets)) for one in found
    )


def secret_names(flow: Flow) -> frozenset[str]:
    """The values that are gone as soon as the caller is waited for."""
    collects = (step.verb for step in flow.steps.values() if isinstance(step.verb, Collect))
    return frozenset(collect.save for collect in collects if collect.secret)


def all_exits(flow: Flow) -> dict[str, tuple[Exit, ...]]:
    return {name: exits(flow, step) for name, step in flow.steps.items()}


def _written(step: Step) -> Iterator[Exit]:
    for name, target in step.exits.items():
        sets, clears = _changes(step, name)
        yield Exit(name, step.name, target, _kind(step, name), step.line, sets, clears)
    if isinstance(step.verb, Queue):
        for key, choice in step.verb.keys.items():
            yield Exit(f"key {key}", step.name, choice.to, Kind.CHOSEN, choice.line)
    if isinstance(step.verb, Branch):
        for number, case in enumerate(step.verb.cases, 1):
            yield Exit(f"case {number}", step.name, case.to, Kind.AT_ONCE, case.line)
    if isinstance(step.verb, Menu):
        for key, option in step.verb.options.items():
            yield Exit(f"key {key}", step.name, option.to, Kind.CHOSEN, option.line, _tag_names(option.tags))


def _asked(flow: Flow, step: Step) -> Iterator[Exit]:
    if not isinstance(step.verb, Question):
        return
    if isinstance(step.verb, Menu | Collect):
        yield Exit("stuck", step.name, step.verb.asking.stuck, Kind.ASKED, step.line)
    taken = step.verb.options if isinstance(step.verb, Menu) else {}
    for key, target in flow.keys_at(step).items():
        if target != REPEAT and key not in taken:
            yield Exit(f"key {key}", step.name, target, Kind.CHOSEN, step.line)


def _kind(step: Step, name: str) -> Kind:
    match step.verb:
        case Queue():
            return Kind.AT_ONCE if name in _AT_ONCE_IN_QUEUE else Kind.WAITED
        case Transfer():
            return Kind.AT_ONCE if name in _AT_ONCE_IN_TRANSFER else Kind.WAITED
        case Callback() | Survey() if name == "done":
            return Kind.CHOSEN
        case Answer() as answer:
            return _kind_of_answer(answer, name)
        case Collect() | Callback() | Survey() | Voicemail():
            return Kind.ASKED
        case _:
            return Kind.AT_ONCE


def _kind_of_answer(answer: Answer, name: str) -> Kind:
    """That a named article is missing is known before anybody is asked anything."""
    if name == "missing":
        return Kind.ASKED if answer.ask else Kind.AT_ONCE
    return Kind.CHOSEN if name == "helped" else Kind.ASKED


def _changes(step: Step, name: str) -> tuple[frozenset[str], frozenset[str]]:
    """The values an exit leaves set, and those it leaves empty."""
    match step.verb:
        case Tag(tags):
            return _tag_names(tags), frozenset()
        case Collect() as collect:
            return frozenset({collect.save}), frozenset()
        case Survey() as survey if name == "done":
            return frozenset({survey.save}), frozenset()
        case Callback() if name == "done":
            return frozenset({"callback"}), frozenset()
        case Lookup() as lookup:
            saved = frozenset({lookup.save})
            return (saved, frozenset()) if name == "found" else (frozenset(), saved)
        case _:
            return frozenset(), frozenset()


def _tag_names(tags: Tags) -> frozenset[str]:
    named = {"skill": tags.skills, "intent": tags.intent}
    return frozenset(name for name, value in named.items() if value)


def reachable(starts: Iterable[_Place], onward: Callable[[_Place], Iterable[_Place]]) -> dict[_Place, _Place | None]:
    """Every place that can be reached, nearest first, each with the one it was first reached from."""
    came_from: dict[_Place, _Place | None] = {}
    waiting: deque[tuple[_Place, _Place | None]] = deque((start, None) for start in starts)
    while waiting:
        place, before = waiting.popleft()
        if place not in came_from:
            came_from[place] = before
            waiting.extend((after, place) for after in onward(place))
    return came_from


def path_to(place: _Place, came_from: Mapping[_Place, _Place | None]) -> list[_Place]:
    path = [place]
    while (before := came_from[path[-1]]) is not None:
        path.append(before)
    return path[::-1]


def nearest_waiting(flow: Flow) -> Step | None:
    """The nearest step to the human one (else to the start) that waits for somebody."""
    leads = all_exits(flow)
    met = reachable([flow.human, flow.start], lambda name: [one.target for one in leads.get(name, ())])
    return next((flow.steps[name] for name in met if name in flow.steps and not runs_by_itself(flow.steps[name])), None)
