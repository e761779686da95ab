"""What a caller in a queue is told, and which keys hold while they wait."""

from collections.abc import Mapping

from ivr import phrases
from ivr.flow import Flow, Queue, QueueKey
from ivr.phrases import phrase
from ivr.said import Prompt
from ivr.speaking import Look, filled, looking, speech
from ivr.state import State
from ivr.turns import Speech
from ivr.values import Value

_ROUNDED = (1, 5, 10)
Minutes = int | tuple[int, int] | None
"""How long the wait will be: about so many minutes, between two numbers of them, or nobody can tell."""


def queue_announcement(flow: Flow, state: State, position: int, minutes: Minutes) -> tuple[Speech, ...]:
    """What is said now: the flow's sentence, the place in line, the wait when it is known, the keys in force.

    A sentence that needs a number nobody knows is left out. That a position never rises between two announcements is
    the wait loop's part: it knows what it said last.
    """
    queue = _queue(flow, state)
    if queue is None:
        return ()
    look = _looking(flow, state, position, minutes)
    said = [
        *_own(queue.say, flow, state, look),
        *_told(queue.announce.position, _position_phrase(position), flow, state, look),
        *(_told(queue.announce.wait, _wait_phrase(minutes), flow, state, look) if minutes is not None else ()),
    ]
    for key in queue_keys_in_force(flow, state, position, minutes).values():
        said += _own(key.say, flow, state, look)
    return tuple(said)


def queue_keys_in_force(flow: Flow, state: State, position: int, minutes: Minutes) -> Mapping[str, QueueKey]:
    """The keys that do something right now; a condition about an unknown wait does not hold."""
    queue = _queue(flow, state)
    known: dict[str, Value] = {"queue.position": position, "queue.minutes": _bounds(minutes)[1]}
    look = looking(flow, state, state.language)
    return {
        key: choice
        for key, choice in (queue.keys if queue else {}).items()
        if choice.when is None or choice.when.holds(lambda path: known[path] if path in known else look(path))
    }


def _queue(flow: Flow, state: State) -> Queue | None:
    step = flow.steps.get(state.step)
    return step.verb if step and isinstance(step.verb, Queue) else None


def _looking(flow: Flow, state: State, position: int, minutes: Minutes) -> Look:
    look = looking(flow, state, state.language)
    least, most = _bounds(minutes)
    known: dict[str, Value] = {
        "queue.position": position,
        "queue.least": None if least is None else str(_rounded_down(least)),
        "queue.minutes": _rounded(most, state.language),
    }
    return lambda path: known[path] if path in known else look(path)


def _bounds(minutes: Minutes) -> tuple[int, int] | tuple[None, None]:
    match minutes:
        case None:
            return None, None
        case int():
            return minutes, minutes
        case _:
            return minutes


def _rounded_down(minutes: int) -> int:
    return max((bound for bound in _ROUNDED if bound <= minutes), default=0)


def _rounded(minutes: int | None, language: str) -> str | None:
    """Minutes as they are said: 1, 5, 10 or over 10, so that small changes do not sound like news."""
    if minutes is None:
        return None
    return (
        next((str(bound) for bound in _ROUNDED if minutes <= bound), None) or phrase(phrases.OVER_TEN, language) or "10"
    )


def _own(prompt: Prompt | None, flow: Flow, state: State, look: Look) -> tuple[Speech, ...]:
    if prompt is None:
        return ()
    language = next((tag for tag in (state.language, *flow.languages) if tag in prompt.lines), None)
    said = speech(prompt, language, look) if language else ()
    return tuple(one for one in said if not any(path.startswith("queue.") for path in one.unset))


def _told(wanted: bool | Prompt, house: Mapping[str, str], flow: Flow, state: State, look: Look) -> tuple[Speech, ...]:
    if isinstance(wanted, Prompt):
        return _own(wanted, flow, state, look)
    sentence = phrase(house, state.language) if wanted else None
    return (Speech(state.language, filled(sentence, state.language, look)[0]),) if sentence else ()


def _position_phrase(position: int) -> Mapping[str, str]:
    return phrases.NEXT_IN_LINE if position <= 1 else phrases.POSITION


def _wait_phrase(minutes: Minutes) -> Mapping[str, str]:
    """A range where there is one; nothing where its ends are too far from each other to mean anything."""
    least, most = _bounds(minutes)
    if least is None or most is None:
        return {}
    if most <= _ROUNDED[0]:
        return phrases.SOON
    if isinstance(minutes, int):
        return phrases.LONG_WAIT if minutes > _ROUNDED[-1] else phrases.WAIT
    match _rounded_down(least), most > _ROUNDED[-1]:
        case 0, long:
            return {} if long else phrases.WITHIN
        case _, long:
            return phrases.OR_MORE if long else phrases.BETWEEN
