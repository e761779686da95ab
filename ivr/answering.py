"""What a waiting step makes of an event: where the call goes next, or that the question is put once more."""

from dataclasses import replace
from datetime import date

from ivr import booking, helping
from ivr.answers import Answer as Answered
from ivr.answers import Go, Gone, Stay, Why, first_exit, house_key, keys_of, silence, wrong
from ivr.flow import (
    Answer,
    Callback,
    Check,
    Collect,
    Flow,
    Hours,
    Lookup,
    Menu,
    Queue,
    Step,
    Survey,
    Transfer,
    Voicemail,
)
from ivr.heard import spoken_digits
from ivr.state import State, calm, saved, tagged
from ivr.turns import (
    Event,
    HoursAnswered,
    KeysPressed,
    LookupAnswered,
    MessageRecorded,
    QueueLeft,
    Silence,
    TransferEnded,
    WordsSpoken,
)


def answer(flow: Flow, state: State, step: Step, event: Event) -> Answered:  # noqa: C901, PLR0911 — a table: one case for each verb
    """An event that does not belong to the step (late, or sent twice) changes nothing: the step goes on waiting."""
    match step.verb, event:
        case Answer() as wanted, _:
            return helping.answered(flow, state, step, wanted, event)
        case Callback() as callback, _:
            return booking.answered(flow, state, step, callback, event)
        case Menu() | Collect() | Survey(), Silence() | KeysPressed() | WordsSpoken():
            return _question(flow, state, step, event)
        case Hours(), HoursAnswered(told):
            exits = [told, "open"] if told == "emergency" else [told]
            return Go(state, first_exit(step, *exits))
        case Lookup() as lookup, LookupAnswered(result, values):
            found = values if result == "found" else None
            return Go(saved(state, lookup.save, found), first_exit(step, result))
        case Queue(), QueueLeft():
            return _left_queue(state, step, event)
        case Voicemail(), MessageRecorded(seconds, hung_up):
            return _recorded(state, step, empty=seconds <= 0, hung_up=hung_up)
        case Transfer(), TransferEnded(result):
            return Go(state, first_exit(step, result))
        case _:
            return Stay(state, Why.STRAY)


def _question(flow: Flow, state: State, step: Step, event: Event) -> Answered:
    keys = keys_of(step, event)
    match step.verb:
        case Menu() as menu if isinstance(event, WordsSpoken):
            return _chosen(menu, _key_of_words(menu, state.language, event.text), flow, state, step)
        case Menu() as menu if keys:
            return _chosen(menu, keys, flow, state, step)
        case Collect() as collect if number := keys or _spoken_number(collect, event):
            return _collected(collect, number, flow, state, step)
        case Survey() as survey if keys:
            return _rated(survey, keys, flow, state, step)
        case Menu(asking) | Collect(asking) | Survey(asking) as question:
            stuck = first_exit(step, "skipped") if isinstance(question, Survey) else asking.stuck
            return (wrong if isinstance(event, WordsSpoken) else silence)(asking, state, stuck)
        case _:
            return Stay(state, Why.STRAY)


def _chosen(menu: Menu, key: str, flow: Flow, state: State, step: Step) -> Answered:
    option = menu.options.get(key)
    if option:
        return Go(tagged(calm(state), option.tags), option.to)
    return house_key(key, flow, state, step) or wrong(menu.asking, state, menu.asking.stuck)


def _collected(collect: Collect, digits: str, flow: Flow, state: State, step: Step) -> Answered:
    good = fits(collect, digits)
    if len(digits) == 1 and (not good or digits == "0"):
        house = house_key(digits, flow, state, step)
        if house:
            return house
    if not good:
        return wrong(collect.asking, state, collect.asking.stuck)
    kept = saved(calm(state), collect.save, digits)
    if collect.secret:
        kept = replace(kept, secrets=(*kept.secrets, collect.save))
    return Go(kept, first_exit(step, "then"))


def _spoken_number(collect: Collect, event: Event) -> str:
    """The digits that were said, where they may be."""
    return spoken_digits(event.text) if collect.speech and isinstance(event, WordsSpoken) else ""


def _rated(survey: Survey, key: str, flow: Flow, state: State, step: Step) -> Answered:
    if key in survey.keys:
        return Go(saved(calm(state), survey.save, key), first_exit(step, "done"))
    return house_key(key, flow, state, step) or wrong(survey.asking, state, first_exit(step, "skipped"))


def _left_queue(state: State, step: Step, event: QueueLeft) -> Answered:
    if event.reason != "key":
        return Go(state, first_exit(step, event.reason))
    key = step.verb.keys.get(event.key or "") if isinstance(step.verb, Queue) else None
    return Go(state, key.to) if key else Stay(state, Why.STRAY)


def _recorded(state: State, step: Step, *, empty: bool, hung_up: bool) -> Answered:
    if hung_up:
        return Gone(state, "gave_up" if empty else "voicemail")
    return Go(state, first_exit(step, "empty" if empty else "done"))


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
