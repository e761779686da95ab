"""Walks every path a call can take, by the machine itself; situations that go on alike are one."""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ivr import booking
from ivr.checks.lines import seconds
from ivr.checks.told import conditions
from ivr.flow import MOST_AUTOMATIC_STEPS, Callback, Flow
from ivr.graph import all_exits, reachable
from ivr.machine import advance, begin
from ivr.moves import Move, moves
from ivr.state import Caller, State, value_at
from ivr.turns import AskKeys, HangUp, RecordMessage, Speech, TransferCall, Turn
from ivr.values import as_text

Key = tuple[object, ...]
"""What of a situation decides everything that can follow."""


@dataclass(frozen=True, slots=True)
class Passage:
    """From one situation to the next: what happened, and what is said and how long it takes until something may happen again."""

    move: Move
    to: Key
    prompts: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Looked:
    """Of each step, what may still decide something from there on: values that conditions ask, numbers to call, and how
    often steps were visited that may be visited so often only.
    """

    conditions: Mapping[str, tuple[str, ...]]
    numbers: Mapping[str, tuple[str, ...]]
    limits: Mapping[str, tuple[tuple[str, int], ...]]

    @property
    def calls_back(self) -> bool:
        return any(self.numbers.values())


def looked_at(flow: Flow) -> Looked:
    leads = {name: [one.target for one in found] for name, found in all_exits(flow).items()}
    ahead = {name: reachable([name, flow.human], lambda place: leads.get(place, ())) for name in flow.steps}
    asked = {
        name: {part.path for _, one in conditions(step) for part in one.parts} for name, step in flow.steps.items()
    }
    limits = {name: step.at_most for name, step in flow.steps.items() if step.at_most is not None}
    callbacks = {name: step.verb.number for name, step in flow.steps.items() if isinstance(step.verb, Callback)}
    return Looked(
        {name: tuple(sorted({path for place in met for path in asked.get(place, ())})) for name, met in ahead.items()},
        {name: tuple(sorted({callbacks[place] for place in met if place in callbacks})) for name, met in ahead.items()},
        {name: tuple((place, most) for place, most in limits.items() if place in met) for name, met in ahead.items()},
    )


@dataclass(slots=True)
class Walk:
    """`whole` is False when there were more situations than the limit: then nothing is proven."""

    flow: Flow
    situations: dict[Key, Turn] = field(default_factory=dict)
    onward: dict[Key, list[Passage]] = field(default_factory=dict)
    came_from: dict[Key, tuple[Key, Passage] | None] = field(default_factory=dict)
    overran: list[Key] = field(default_factory=list)
    """Where so many steps ran without asking anybody that the machine broke them off."""
    whole: bool = True

    def path(self, key: Key) -> list[str]:
        """How a call gets there, in words, the shortest way."""
        told: list[str] = []
        while (before := self.came_from[key]) is not None:
            key, passage = before
            told.append(passage.move.told)
        return [f"calls, in {self.situations[key].state.language}", *reversed(told)]

    def begin(self, looked: Looked) -> Iterator[Key]:
        for turn in _beginnings(self.flow, looked):
            key = key_of(self.flow, turn, looked)
            if key not in self.situations:
                self.situations[key], self.came_from[key] = turn, None
                yield key
            if len(turn.entered) > MOST_AUTOMATIC_STEPS:
                self.overran.append(key)

    def explore(self, key: Key, looked: Looked) -> Iterator[Key]:
        """Everything that may happen there; yields the situations that are new."""
        turn, passages = self.situations[key], self.onward.setdefault(key, [])
        for move in moves(self.flow, turn.state, turn.act) if not isinstance(turn.act, HangUp) else ():
            after = advance(self.flow, turn.state, move.event)
            to = key_of(self.flow, after, looked)
            passages.append(Passage(move, to, len(spoken(after)), move.seconds + _time(after)))
            if turn.state.automatic + len(after.entered) > MOST_AUTOMATIC_STEPS:
                self.overran.append(key)
            if to not in self.situations:
                self.situations[to], self.came_from[to] = after, (key, passages[-1])
                yield to


def walk(flow: Flow, most: int) -> Walk:
    """Every situation of the flow, up to `most`. Raises TooMany where a hook's answers decide in too many ways."""
    found, looked = Walk(flow), looked_at(flow)
    waiting = deque(found.begin(looked))
    while waiting:
        waiting.extend(found.explore(waiting.popleft(), looked))
        if len(found.situations) > most:
            found.whole = False
            break
    return found


def spoken(turn: Turn) -> tuple[Speech, ...]:
    """All that is said before the caller can do something."""
    asked = turn.act.prompt if isinstance(turn.act, AskKeys | RecordMessage | TransferCall) else ()
    return (*turn.speak, *asked)


def key_of(flow: Flow, turn: Turn, looked: Looked) -> Key:
    """Visits count only where the flow limits them, values only where something asks for them."""
    state = turn.state
    limited = tuple(min(state.visits.get(name, 0), most) for name, most in looked.limits.get(state.step, ()))
    decided = tuple((path, repr(value_at(flow, state, path))) for path in looked.conditions.get(state.step, ()))
    numbers = looked.numbers.get(state.step, ())
    callable_ = tuple(booking.is_number(as_text(value_at(flow, state, path))) for path in numbers)
    return (
        state.ended, state.step, state.phase, state.language, state.silences, state.wrong, limited, decided, callable_,
        state.automatic, state.secrets, _complaint(state, turn),
    )  # fmt: skip


def _complaint(state: State, turn: Turn) -> object:
    """What is said must not be lost from sight because somebody else came here hearing something in order."""
    return tuple(sorted({said.language for said in spoken(turn)} - {state.language}))


def _beginnings(flow: Flow, looked: Looked) -> Iterator[Turn]:
    """A call in each language it may begin in, from a customer and from nobody we know, and from a withheld number."""
    for language in flow.languages:
        for known in (False, True):
            yield begin(flow, Caller("+14155550100", "+14155550199", "US", known, language))
        if looked.calls_back:
            yield begin(flow, Caller("anonymous", "+14155550199", "", False, language))


def _time(turn: Turn) -> float:
    return sum(seconds(said.text) for said in spoken(turn))
