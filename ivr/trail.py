"""Which exits a call took, told from where it stood, what happened and where it came out."""

from collections.abc import Iterator

from ivr import helping
from ivr.answering import answer
from ivr.answers import Go, keys_of
from ivr.flow import Answer, Branch, Callback, Collect, Flow, Menu, Step, Survey, Tag
from ivr.graph import exits
from ivr.state import State, saved, tagged, value_at
from ivr.turns import (
    ArticleAnswered,
    CallbackAnswered,
    Event,
    HoursAnswered,
    KeysPressed,
    LookupAnswered,
    MessageRecorded,
    QueueLeft,
    TransferEnded,
    Turn,
    WordsSpoken,
)

Taken = tuple[str, str]
"""A step and the name of one of its exits."""


def taken(flow: Flow, before: State, event: Event, turn: Turn) -> Iterator[Taken]:
    """The exits between two turns; none for an event that moved nothing."""
    step = flow.steps.get(before.step)
    went = answer(flow, before, step, event) if step and turn.entered else None
    if step is None or not isinstance(went, Go):
        return
    name = _exit_name(flow, before, step, event)
    if any(one.name == name for one in exits(flow, step)):
        yield step.name, name
    yield from passed(flow, went.state, went.to, turn)


def passed(flow: Flow, state: State, target: str, turn: Turn) -> Iterator[Taken]:
    """The exits of the steps that the machine went through by itself on its way from a target to where it waits."""
    place = flow.resolve(target)
    for name in turn.entered:
        spent = _spent(flow, place, name)
        if spent is None:
            return
        yield from ((passed_by, "after") for passed_by in spent)
        step = flow.steps[name]
        if isinstance(step.verb, Tag):
            state = tagged(state, step.verb.tags)
        onward = _onward(flow, state, step)
        here = {one.name: one.target for one in exits(flow, step)}
        if name == turn.entered[-1] or onward not in here:
            return
        yield name, onward
        place = here[onward]


def _spent(flow: Flow, place: str, entered: str) -> list[str] | None:
    """The steps between a target and the step entered that were visited often enough; None if there is no such way."""
    spent: list[str] = []
    while place != entered:
        step = flow.steps.get(place)
        if step is None or step.after is None or place in spent:
            return None
        spent.append(place)
        place = flow.resolve(step.after)
    return spent


def _onward(flow: Flow, state: State, step: Step) -> str:
    if not isinstance(step.verb, Branch):
        return "then"
    for number, case in enumerate(step.verb.cases, 1):
        if case.condition.holds(lambda path: value_at(flow, state, path)):
            return f"case {number}"
    return "else"


def _exit_name(flow: Flow, before: State, step: Step, event: Event) -> str:  # noqa: C901, PLR0911 — a table: one case for each event
    match event:
        case HoursAnswered(told):
            return told if told in step.exits else "open"
        case LookupAnswered(result):
            return result
        case QueueLeft("key", key):
            return f"key {key}"
        case QueueLeft(reason):
            return reason
        case MessageRecorded(seconds):
            return "done" if seconds > 0 else "empty"
        case ArticleAnswered():
            return "missing"
        case CallbackAnswered(result):
            return "done" if result == "booked" else "declined"
        case TransferEnded(result):
            return result
        case _:
            return _answered(flow, before, step, event)


def _answered(flow: Flow, before: State, step: Step, event: Event) -> str:
    """The exit of a question: a key that leads somewhere, what was asked for, or that the caller was stuck."""
    if isinstance(step.verb, Collect | Survey):
        went = answer(flow, saved(before, step.verb.save, None), step, event)
        if isinstance(went, Go) and step.verb.save in went.state.values:
            return "then" if isinstance(step.verb, Collect) else "done"
    key = _key(step, event, before.language)
    if isinstance(step.verb, Answer) and before.phase == helping.Phase.TOLD and key == f"key {helping.HELPED_KEY}":
        return "helped"
    return key if any(one.name == key for one in exits(flow, step)) else _stuck(step)


def _stuck(step: Step) -> str:
    match step.verb:
        case Answer():
            return "more"
        case Callback():
            return "declined"
        case Survey():
            return "skipped"
        case _:
            return "stuck"


def _key(step: Step, event: Event, language: str) -> str:
    match event, step.verb:
        case KeysPressed(), _:
            return f"key {keys_of(step, event)}"
        case WordsSpoken(text), Menu() as menu:
            said = text.casefold()
            fitting = [
                key
                for key, option in menu.options.items()
                if any(word.casefold() in said for word in option.words.get(language, ()))
            ]
            return f"key {fitting[0]}" if len(fitting) == 1 else "stuck"
        case _:
            return "stuck"
