"""The forms an answer to an event can take, and what all questions have in common: patience, and the house keys."""

import re
from dataclasses import dataclass, replace
from enum import Enum, auto

from ivr.flow import HUMAN, REPEAT, Callback, Collect, Flow, Step
from ivr.said import Asking
from ivr.state import State, calm
from ivr.turns import Event, KeysPressed, Speech

_MOST_KEYS = 64


class Why(Enum):
    """Why a step is (still) waited in; decides which of its prompts is spoken."""

    FIRST = auto()
    SILENCE = auto()
    WRONG = auto()
    REPEAT = auto()
    STRAY = auto()


@dataclass(frozen=True, slots=True)
class Go:
    state: State
    to: str


@dataclass(frozen=True, slots=True)
class Stay:
    """`said` comes before whatever the step asks next."""

    state: State
    why: Why
    said: tuple[Speech, ...] = ()


@dataclass(frozen=True, slots=True)
class Gone:
    """The caller has hung up; nothing more can be said."""

    state: State
    outcome: str


Answer = Go | Stay | Gone


def keys_of(step: Step, event: Event) -> str:
    """The keys that count as an answer here; of a number, the key that ends it is no part. None of them is silence."""
    pressed = re.sub(r"[^0-9*#]", "", event.digits[:_MOST_KEYS]) if isinstance(event, KeysPressed) else ""
    return pressed.rstrip("#") if isinstance(step.verb, Collect | Callback) else pressed


def house_key(key: str, flow: Flow, state: State, step: Step) -> Answer | None:
    to = flow.keys_at(step).get(key)
    if to is None:
        return None
    return Stay(state, Why.REPEAT) if to == REPEAT else Go(calm(state), to)


def silence(asking: Asking, state: State, stuck: str) -> Answer:
    """Nothing came; whoever stays silent too often goes to the step `stuck`."""
    state = replace(state, silences=state.silences + 1)
    return Go(calm(state), stuck) if state.silences >= asking.attempts else Stay(state, Why.SILENCE)


def wrong(asking: Asking, state: State, stuck: str) -> Answer:
    """What came does not fit; whoever does that too often goes to the step `stuck`."""
    state = replace(state, wrong=state.wrong + 1)
    return Go(calm(state), stuck) if state.wrong >= asking.attempts else Stay(state, Why.WRONG)


def first_exit(step: Step, *names: str) -> str:
    """The first of these exits the step has; a step that lacks them all hands the call to a person."""
    return next((step.exits[name] for name in names if name in step.exits), HUMAN)
