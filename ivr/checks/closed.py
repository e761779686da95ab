"""The rule about people outside opening hours: nobody is left waiting where nobody works (F08)."""

from collections.abc import Iterator
from enum import Enum, auto

from ivr.checks.told import error
from ivr.findings import Finding
from ivr.flow import Callback, Flow, Hours, Queue, Step, Voicemail
from ivr.graph import Exit, all_exits, path_to, reachable

_WITHOUT_A_CHOICE = frozenset({"key 0", "stuck"})


class _Known(Enum):
    """What the flow has told a call about the hours."""

    NOTHING = auto()
    CLOSED = auto()
    SENT_ON = auto()
    """Closed, and handed to a person all the same."""


def closed_findings(flow: Flow) -> Iterator[Finding]:
    exits = all_exits(flow)

    def onward(place: tuple[str, _Known]) -> Iterator[tuple[str, _Known]]:
        name, known = place
        for one in exits.get(name, ()):
            yield one.target, _after(flow, flow.steps[name], one, known)

    came_from = reachable([(flow.start, _Known.NOTHING)], onward)
    for step in flow.steps.values():
        if isinstance(step.verb, Hours) and _decides_nothing(step):
            message = "'closed' goes where 'open' goes; lead it to a message, or ask no hours here"
            yield error(flow, "F08", step, message)
        if isinstance(step.verb, Queue) and (step.name, _Known.SENT_ON) in came_from:
            way = path_to((step.name, _Known.SENT_ON), came_from)
            sender = [name for name, known in way if known is not _Known.SENT_ON][-1]
            message = (
                f"outside opening hours 0 leads to a queue nobody answers: {' > '.join(name for name, _ in way)}; "
                f"let '{flow.human}' ask an hours step first, or take a message"
            )
            yield error(flow, "F08", flow.steps[sender], message)


def _decides_nothing(step: Step) -> bool:
    """Hours may be asked for the sake of an emergency alone."""
    return step.exits.get("open") == step.exits.get("closed", "") and "emergency" not in step.exits


def _after(flow: Flow, step: Step, taken: Exit, known: _Known) -> _Known:
    match step.verb:
        case Hours() if taken.name != "after":
            known = _Known.CLOSED if taken.name == "closed" else _Known.NOTHING
        case Voicemail() | Callback():
            return _Known.NOTHING
        case _:
            pass
    to_a_person = taken.name in _WITHOUT_A_CHOICE or taken.target == flow.human
    return _Known.SENT_ON if known is _Known.CLOSED and to_a_person else known
