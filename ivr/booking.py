"""The two questions of a callback: may we call this number, and which other one; then the application is asked to book it."""

from dataclasses import replace
from enum import StrEnum

from ivr.answers import Answer, Go, Stay, Why, first_exit, house_key, keys_of, silence, wrong
from ivr.flow import Callback, Flow, Step
from ivr.said import Asking
from ivr.state import State, calm, saved, value_at
from ivr.turns import CallbackAnswered, Event, WordsSpoken
from ivr.values import as_text

NUMBER = "callback.number"
PROMISED = "callback.promised"
CONFIRM_KEY, OTHER_KEY = KEYS = ("1", "2")
_SHORTEST, _LONGEST = 7, 15


class Phase(StrEnum):
    """`CONFIRM` is how a step is entered when the number is known."""

    CONFIRM = ""
    OTHER = "other"
    BOOK = "book"


def entered(flow: Flow, state: State, callback: Callback) -> State:
    """A caller whose number is withheld is asked for one at once."""
    number = as_text(value_at(flow, state, callback.number))
    if is_number(number):
        return saved(state, "callback", {"number": number})
    return replace(saved(state, "callback", None), phase=Phase.OTHER)


def question_of(state: State, callback: Callback) -> Asking:
    """The question that is put now."""
    return callback.other if state.phase == Phase.OTHER else callback.confirm


def answered(flow: Flow, state: State, step: Step, callback: Callback, event: Event) -> Answer:
    """What an answer of the caller, or of the application, makes of the callback; stuck callers have declined."""
    match state.phase, event:
        case Phase.BOOK, CallbackAnswered("booked", promised):
            number = value_at(flow, state, NUMBER)
            return Go(saved(state, "callback", {"number": number, "promised": promised}), first_exit(step, "done"))
        case Phase.BOOK, CallbackAnswered("bad_number"):
            return Stay(replace(calm(state), phase=Phase.OTHER), Why.WRONG)
        case Phase.BOOK, CallbackAnswered():
            return Go(state, first_exit(step, "declined"))
        case (Phase.BOOK, _) | (_, CallbackAnswered()):
            return Stay(state, Why.STRAY)
        case Phase.OTHER, _:
            return _other(flow, state, step, callback, event)
        case _:
            return _confirmed(flow, state, step, callback, event)


def _confirmed(flow: Flow, state: State, step: Step, callback: Callback, event: Event) -> Answer:
    key = keys_of(step, event)
    if key == CONFIRM_KEY:
        return Stay(replace(calm(state), phase=Phase.BOOK), Why.FIRST)
    if key == OTHER_KEY:
        return Stay(replace(calm(state), phase=Phase.OTHER), Why.FIRST)
    return house_key(key, flow, state, step) or _again(state, step, callback.confirm, event)


def _other(flow: Flow, state: State, step: Step, callback: Callback, event: Event) -> Answer:
    number = keys_of(step, event)
    if is_number(number):
        return Stay(replace(saved(calm(state), "callback", {"number": number}), phase=Phase.CONFIRM), Why.FIRST)
    return house_key(number, flow, state, step) or _again(state, step, callback.other, event)


def _again(state: State, step: Step, asking: Asking, event: Event) -> Answer:
    """Once more, or, for a caller who is stuck, no callback: they keep their place in line."""
    heard_nothing = not keys_of(step, event) and not isinstance(event, WordsSpoken)
    return (silence if heard_nothing else wrong)(asking, state, first_exit(step, "declined"))


def is_number(text: str) -> bool:
    """Whether this could be a telephone number; whether it is one only the application can say."""
    digits = text.removeprefix("+")
    return digits.isdecimal() and digits.isascii() and _SHORTEST <= len(digits) <= _LONGEST
