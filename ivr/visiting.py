"""The stays of a call at the steps of its flow, told when they are over: what is counted afterwards."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ivr.answers import keys_of
from ivr.flow import HUMAN, Flow
from ivr.state import State
from ivr.trail import Taken, passed, taken
from ivr.turns import Event, KeysPressed, Lost, QueueLeft, Silence, Turn, WordsSpoken

HANGUP = "hangup"
"""How a stay ends during which the caller hung up."""
LOST = "lost"
"""How a stay ends that no written exit ended: the call's place was not known any more, or the step lacked that exit."""
PASSED_BY = "after"
"""How a step is passed by that was visited as often as it may be: no stay, but a way that calls take."""


_STUCK = frozenset({"stuck", "skipped", "declined"})


@dataclass(frozen=True, slots=True)
class Visit:
    """One stay that is over. `exit`: a name from the step's exits, `end …` with the call's outcome, or a word above."""

    step: str
    exit: str
    language: str
    silences: int = 0
    wrong_keys: int = 0


def visited_first(flow: Flow, turn: Turn) -> tuple[Visit, ...]:
    """The stays that a call's first turn has left behind."""
    return tuple(_passed(turn, passed(flow, turn.state, flow.start, turn)))


def visited(flow: Flow, before: State, event: Event, turn: Turn) -> tuple[Visit, ...]:
    """The stays that ended between two turns, the earliest first; none when the call is where it was."""
    if before.ended or not (turn.entered or turn.state.ended):
        return ()
    exits = list(taken(flow, before, event, turn))
    if isinstance(event, Lost):
        exits = list(passed(flow, before, HUMAN, turn))
    told = bool(exits) and exits[0][0] == before.step and exits[0][1] != PASSED_BY and not isinstance(event, Lost)
    name = exits.pop(0)[1] if told else LOST
    if not turn.entered:
        name = HANGUP if turn.state.ended == "gave_up" else _end(turn)
    return (_left(flow, before, event, name), *_passed(turn, exits))


def pressed(flow: Flow, before: State, event: Event) -> bool:
    """Whether the caller did something, by key or by word."""
    match event:
        case KeysPressed():
            step = flow.steps.get(before.step)
            return step is not None and bool(keys_of(step, event))
        case WordsSpoken(text):
            return bool(text)
        case QueueLeft(reason):
            return reason == "key"
        case _:
            return False


def _left(flow: Flow, before: State, event: Event, name: str) -> Visit:
    """The stay that an event ended. The try that ended it for good counts with those before."""
    step = flow.steps.get(before.step)
    asked = isinstance(event, KeysPressed | Silence | WordsSpoken)
    stuck = name in _STUCK and asked and step is not None
    silent = stuck and not isinstance(event, WordsSpoken) and not (step and keys_of(step, event))
    return Visit(before.step, name, before.language, before.silences + silent, before.wrong + (stuck and not silent))


def _passed(turn: Turn, exits: Iterable[Taken]) -> Iterator[Visit]:
    """Steps that ran by themselves, and the last if the call ended there. Where no exit is told, none was written."""
    language, told = turn.state.language, list(exits)
    for place, step in enumerate(turn.entered):
        while told and told[0][1] == PASSED_BY:
            yield Visit(told.pop(0)[0], PASSED_BY, language)
        if place < len(turn.entered) - 1:
            yield Visit(step, told.pop(0)[1] if told else LOST, language)
        elif turn.state.ended:
            yield Visit(step, _end(turn), language)


def _end(turn: Turn) -> str:
    return f"end {turn.state.ended}"
