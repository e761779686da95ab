"""What the rules look at in a step, and how they say what they found."""

from collections.abc import Iterator

from ivr.conditions import Condition
from ivr.findings import Finding, Severity
from ivr.flow import (
    BACK,
    Answer,
    Branch,
    Callback,
    Collect,
    Flow,
    Lookup,
    Menu,
    Queue,
    Say,
    Step,
    Survey,
    Transfer,
    Voicemail,
)
from ivr.nodes import nearest
from ivr.said import Prompt


def error(flow: Flow, rule: str, step: Step, message: str, line: int | None = None) -> Finding:
    return Finding(rule, Severity.ERROR, step.source or flow.source, line or step.line, step.name, message)


def warning(flow: Flow, rule: str, step: Step, message: str, line: int | None = None) -> Finding:
    return Finding(rule, Severity.WARNING, step.source or flow.source, line or step.line, step.name, message)


def nowhere(exit_: str, target: str, flow: Flow) -> str:
    """That an exit leads to no step, and what may be meant."""
    if target == BACK:
        return f"'{exit_}' goes back, but only a part (part: true) is run by a flow to go back to"
    return f"'{exit_}' goes to '{target}', which does not exist{nearest(target, flow.steps)}"


def prompts(step: Step) -> Iterator[tuple[str, Prompt]]:  # noqa: C901, PLR0915 — a table: one case for each verb
    """Everything a step can say, each with its name in the file."""
    match step.verb:
        case Say(prompt):
            yield "say", prompt
        case Menu() | Collect() | Survey() as question:
            asking = question.asking
            yield "ask", asking.ask
            yield from _given({"ask_again": asking.ask_again, "retry": asking.retry})
        case Lookup() as lookup:
            yield from _given({"wait": lookup.wait})
        case Queue() as queue:
            told = {"say": queue.say, "position": queue.announce.position, "wait": queue.announce.wait}
            yield from _given(told)
            for key, choice in queue.keys.items():
                yield f"key {key}", choice.say
        case Answer() as answer:
            yield from _given({"ask": answer.ask.ask if answer.ask else None, "helped": answer.helped.ask})
            yield from _given({"retry": answer.helped.retry})
        case Callback() as callback:
            yield "confirm", callback.confirm.ask
            yield "other", callback.other.ask
            yield from _given({"retry": callback.confirm.retry})
        case Transfer() as transfer:
            yield from _given({"say": transfer.say})
        case Voicemail() as voicemail:
            yield "ask", voicemail.ask
        case _:
            return


def conditions(step: Step) -> Iterator[tuple[int, Condition]]:
    """Everything on which the ways out of a step depend, each with its line in the file."""
    match step.verb:
        case Branch(cases):
            yield from ((case.line, case.condition) for case in cases)
        case Queue() as queue:
            yield from ((key.line, key.when) for key in queue.keys.values() if key.when)
        case _:
            return


def _given(named: dict[str, Prompt | None] | dict[str, Prompt | bool | None]) -> Iterator[tuple[str, Prompt]]:
    for name, prompt in named.items():
        if isinstance(prompt, Prompt):
            yield name, prompt
