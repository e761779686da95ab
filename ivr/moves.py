"""Everything that may happen to a call at one place of its flow: the events a walk over all paths has to try."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, product

from ivr import booking, helping
from ivr.answering import fits
from ivr.checks.told import conditions
from ivr.conditions import Literal
from ivr.flow import Answer, Callback, Collect, Flow, Lookup, Menu, Queue, Step, Survey
from ivr.state import State
from ivr.turns import (
    Act,
    ArticleAnswered,
    AskHours,
    AskKeys,
    AskLookup,
    BookCallback,
    CallbackAnswered,
    Event,
    FindArticle,
    HoursAnswered,
    KeysPressed,
    LookupAnswered,
    MessageRecorded,
    QueueLeft,
    RecordMessage,
    Silence,
    TransferCall,
    TransferEnded,
    WaitInQueue,
    WordsSpoken,
)

MOST_VALUES = 256
"""Combinations of values that a hook is supposed to find, at most."""
_KEYS = "0123456789*#"
_A_DATE = "20260105"


@dataclass(frozen=True, slots=True)
class Move:
    """`by_choice`: the caller pressed a key that leads somewhere, so whoever goes round by it wants to. `seconds` pass first."""

    told: str
    event: Event
    seconds: float
    by_choice: bool = False


class TooMany(Exception):  # noqa: N818 — a limit that was reached
    """A hook's answers make more combinations than are tried."""


def moves(flow: Flow, state: State, act: Act) -> Iterator[Move]:  # noqa: C901, PLR0915 — a table: one case for each act
    """At least one move for each way on. Hanging up ends a call anywhere and is left out."""
    step = flow.steps[state.step]
    match act:
        case AskKeys():
            yield from _keys(flow, state, step, act)
        case AskHours():
            for answer in ("open", "closed", *(["emergency"] if "emergency" in step.exits else [])):
                yield Move(f"it is {answer}", HoursAnswered(answer), 0)  # type: ignore[arg-type]  # these three words
        case AskLookup():
            yield Move(f"{act.hook}: missing", LookupAnswered("missing"), 1)
            yield Move(f"{act.hook}: error", LookupAnswered("error"), act.timeout)
            for found in _found(flow, step):
                yield Move(f"{act.hook}: found{_listed(found)}", LookupAnswered("found", found), 1)
        case WaitInQueue():
            yield from _queue(step, act)
        case FindArticle(longest=seconds):
            yield Move("an article is found and read", ArticleAnswered("found", "words"), seconds)
            yield Move("no article is found", ArticleAnswered("missing"), 0)
        case BookCallback():
            yield Move("the callback is booked", CallbackAnswered("booked", "2026-01-05T12:00"), 0)
            yield Move("the number cannot be called", CallbackAnswered("bad_number"), 0)
            yield Move("no callback can be promised", CallbackAnswered("refused"), 0)
        case TransferCall(timeout=seconds):
            yield Move("somebody answers there", TransferEnded("answered"), seconds)
            yield Move("it is busy there", TransferEnded("busy"), 1)
            yield Move("nobody answers there", TransferEnded("no_answer"), seconds)
            yield Move("the transfer fails", TransferEnded("failed"), 0)
        case RecordMessage():
            yield Move("leaves a message", MessageRecorded(act.longest_seconds), act.longest_seconds)
            yield Move("leaves an empty message", MessageRecorded(0), 5)
            yield Move("hangs up after the message", MessageRecorded(5, hung_up=True), 5)
        case _:
            return


def decisive(flow: Flow) -> dict[str, tuple[Literal, ...]]:
    """The paths on which some condition of the flow depends, each with the values that decide it."""
    found: dict[str, set[Literal]] = {}
    for condition in (one for step in flow.steps.values() for _, one in conditions(step)):
        for part in condition.parts:
            found.setdefault(part.path, set()).update(_around(part.literals))
    return {path: tuple(sorted(values, key=repr)) for path, values in sorted(found.items())}


def _around(literals: tuple[Literal, ...]) -> Iterator[Literal]:
    """Each value, and what lies beside it on either side."""
    for literal in literals:
        if isinstance(literal, bool):
            yield from (True, False)
        elif isinstance(literal, float):
            yield from (literal - 1, literal, literal + 1)
        else:
            yield literal
    yield None
    yield "something else"


def _keys(flow: Flow, state: State, step: Step, act: AskKeys) -> Iterator[Move]:
    yield Move("says nothing", Silence(), act.timeout)
    house = flow.keys_at(step)
    options = _options(state, step)
    for key in {**options, **house}:
        means = f" ({options[key]})" if options.get(key) else ""
        yield Move(f"presses {key}{means}", KeysPressed(key), 1, by_choice=True)
    wrong = next((key for key in _KEYS if key not in options and key not in house and key != "#"), None)
    match step.verb:
        case Collect() as collect:
            digits = _fitting(collect)
            if digits is not None:
                yield Move("enters a number that fits", KeysPressed(digits), len(digits))
            yield Move("enters a number that does not fit", KeysPressed("1" * (collect.longest + 1)), collect.longest)
        case Answer() if state.phase == helping.Phase.ASK:
            yield Move("asks something", WordsSpoken("a question"), 4, by_choice=True)
            yield Move("presses 7, which does nothing", KeysPressed("7"), 1)
        case Callback() if state.phase == booking.Phase.OTHER:
            yield Move("enters a telephone number", KeysPressed("4155550100"), 10, by_choice=True)
            yield Move("enters what is no telephone number", KeysPressed("12"), 2)
        case _ if wrong:
            yield Move(f"presses {wrong}, which does nothing", KeysPressed(wrong), 1)
        case _:
            return


def _options(state: State, step: Step) -> dict[str, str]:
    """The keys a question offers, each with what it means; nothing where the key says it all."""
    match step.verb:
        case Menu(options=options):
            return {key: option.means for key, option in options.items()}
        case Answer() if state.phase == helping.Phase.TOLD:
            return {helping.HELPED_KEY: "it helped", helping.MORE_KEY: "it did not"}
        case Callback() if state.phase == booking.Phase.CONFIRM:
            return {booking.CONFIRM_KEY: "that number", booking.OTHER_KEY: "another number"}
        case Survey() as survey:
            return dict.fromkeys(survey.keys, "")
        case _:
            return {}


def _fitting(collect: Collect) -> str | None:
    """Digits that pass the check; None where nothing a caller enters ever would."""
    bodies = ("2" * (length - 1) for length in range(collect.shortest, collect.longest + 1))
    tries = [_A_DATE, *(body + last for body in bodies for last in "2013456789")]
    return next((digits for digits in tries if fits(collect, digits)), None)


def _queue(step: Step, act: WaitInQueue) -> Iterator[Move]:
    yield Move("an agent answers", QueueLeft("answered"), act.longest_seconds)
    yield Move("waits as long as the queue allows", QueueLeft("waited_too_long"), act.longest_seconds)
    yield Move("nobody is logged in", QueueLeft("nobody_logged_in"), 0)
    yield Move("the queue is full", QueueLeft("full"), 0)
    for key in step.verb.keys if isinstance(step.verb, Queue) else ():
        yield Move(f"presses {key} while waiting", QueueLeft("key", key), act.longest_seconds, by_choice=True)


def _found(flow: Flow, step: Step) -> Iterator[dict[str, object]]:
    """What the hook may find, as far as any condition cares."""
    saved = step.verb.save if isinstance(step.verb, Lookup) else ""
    asked = {path.partition(".")[2]: values for path, values in decisive(flow).items() if path.startswith(f"{saved}.")}
    combined = list(islice(product(*asked.values()), MOST_VALUES + 1))
    if len(combined) > MOST_VALUES:
        raise TooMany(f"step '{step.name}': what its hook may find decides in more than {MOST_VALUES} ways")
    for values in combined:
        yield _nested({path: value for path, value in zip(asked, values, strict=True) if value is not None})


def _nested(flat: Mapping[str, object]) -> dict[str, object]:
    """Two levels are what a call keeps of a hook's answer."""
    found: dict[str, object] = {}
    for path, value in flat.items():
        first, _, rest = path.partition(".")
        inner = found.get(first)
        found[first] = {**(inner if isinstance(inner, dict) else {}), rest: value} if rest else value
    return found


def _listed(found: Mapping[str, object]) -> str:
    return "".join(f", {path} {value}" for path, value in found.items())
