"""What a waiting step makes of an event: where the call goes next, or that the question is put once more."""

import re
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum, auto

from ivr.flow import HUMAN, REPEAT, Asking, Check, Collect, Flow, Hours, Lookup, Menu, Queue, Step, Voicemail
from ivr.state import State, saved, tagged
from ivr.turns import (
    Event,
    HoursAnswered,
    KeysPressed,
    LookupAnswered,
    MessageRecorded,
    QueueLeft,
    Silence,
    WordsSpoken,
)

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
    state: State
    why: Why


@dataclass(frozen=True, slots=True)
class Gone:
    """The caller has hung up; nothing more can be said."""

    state: State
    outcome: str


Answer = Go | Stay | Gone


def answer(flow: Flow, state: State, step: Step, event: Event) -> Answer:
    """An event that does not belong to the step (late, or sent twice) changes nothing: the step goes on waiting."""
    match step.verb, event:
        case Menu() | Collect(), Silence() | KeysPressed() | WordsSpoken():
            return _question(flow, state, step, event)
        case Hours(), HoursAnswered(told):
            exits = [told, "open"] if told == "emergency" else [told]
            return Go(state, _first_exit(step, *exits))
        case Lookup() as lookup, LookupAnswered(result, values):
            found = values if result == "found" else None
            return Go(saved(state, lookup.save, found), _first_exit(step, result))
        case Queue(), QueueLeft():
            return _left_queue(state, step, event)
        case Voicemail(), MessageRecorded(seconds, hung_up):
            return _recorded(state, step, empty=seconds <= 0, hung_up=hung_up)
        case _:
            return Stay(state, Why.STRAY)


def keys_of(step: Step, event: Event) -> str:
    """The keys that count as an answer here; of a number, the key that ends it is no part. None of them is silence."""
    pressed = re.sub(r"[^0-9*#]", "", event.digits[:_MOST_KEYS]) if isinstance(event, KeysPressed) else ""
    return pressed.rstrip("#") if isinstance(step.verb, Collect) else pressed


def _question(flow: Flow, state: State, step: Step, event: Event) -> Answer:
    keys = keys_of(step, event)
    match step.verb:
        case Menu() as menu if isinstance(event, WordsSpoken):
            return _chosen(menu, _key_of_words(menu, state.language, event.text), flow, state, step)
        case Menu() as menu if keys:
            return _chosen(menu, keys, flow, state, step)
        case Collect() as collect if keys:
            return _collected(collect, keys, flow, state, step)
        case Menu(asking) | Collect(asking):
            return _wrong(asking, state) if isinstance(event, WordsSpoken) else _silence(asking, state)
        case _:
            return Stay(state, Why.STRAY)


def _chosen(menu: Menu, key: str, flow: Flow, state: State, step: Step) -> Answer:
    option = menu.options.get(key)
    if option:
        return Go(tagged(_calm(state), option.tags), option.to)
    return _house_key(key, flow, state, step) or _wrong(menu.asking, state)


def _collected(collect: Collect, digits: str, flow: Flow, state: State, step: Step) -> Answer:
    good = fits(collect, digits)
    if len(digits) == 1 and (not good or digits == "0"):
        house = _house_key(digits, flow, state, step)
        if house:
            return house
    if not good:
        return _wrong(collect.asking, state)
    return Go(saved(_calm(state), collect.save, digits), _first_exit(step, "then"))


def _house_key(key: str, flow: Flow, state: State, step: Step) -> Answer | None:
    to = flow.keys_at(step).get(key)
    if to is None:
        return None
    return Stay(state, Why.REPEAT) if to == REPEAT else Go(_calm(state), to)


def _silence(asking: Asking, state: State) -> Answer:
    state = replace(state, silences=state.silences + 1)
    return Go(_calm(state), asking.stuck) if state.silences >= asking.attempts else Stay(state, Why.SILENCE)


def _wrong(asking: Asking, state: State) -> Answer:
    state = replace(state, wrong=state.wrong + 1)
    return Go(_calm(state), asking.stuck) if state.wrong >= asking.attempts else Stay(state, Why.WRONG)


def _calm(state: State) -> State:
    return replace(state, silences=0, wrong=0)


def _left_queue(state: State, step: Step, event: QueueLeft) -> Answer:
    if event.reason != "key":
        return Go(state, _first_exit(step, event.reason))
    key = step.verb.keys.get(event.key or "") if isinstance(step.verb, Queue) else None
    return Go(state, key.to) if key else Stay(state, Why.STRAY)


def _recorded(state: State, step: Step, *, empty: bool, hung_up: bool) -> Answer:
    if hung_up:
        return Gone(state, "gave_up" if empty else "voicemail")
    return Go(state, _first_exit(step, "empty" if empty else "done"))


def _first_exit(step: Step, *names: str) -> str:
    """The first of these exits the step has; a step that lacks them all hands the call to a person."""
    return next((step.exits[name] for name in names if name in step.exits), HUMAN)


def _key_of_words(menu: Menu, language: str, text: str) -> str:
    """The key of the one option whose word was said; nothing when none or several fit."""
    said = text.casefold()
    fitting = [
        key
        for key, option in menu.options.items()
        if any(word.casefold() in said for word in option.words.get(language, ()))
    ]
    return fitting[0] if len(fitting) == 1 else ""


def fits(collect: Collect, digits: str) -> bool:
    """Whether these digits are what the question asked for."""
    if not (digits.isdecimal() and collect.shortest <= len(digits) <= collect.longest):
        return False
    match collect.check:
        case Check.LUHN:
            return _luhn(digits)
        case Check.DATE:
            return _is_date(digits)
        case None:
            return True


def _luhn(digits: str) -> bool:
    """The check digit of card numbers: every second digit from the right counts double, its digits added."""
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0


def _is_date(digits: str) -> bool:
    if len(digits) != 8:
        return False
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True
