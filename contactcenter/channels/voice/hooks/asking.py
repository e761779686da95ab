"""Where a menu asks a hook: inside the turn's transaction, which ends here if the answer is not known yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

import ivr
from contactcenter.channels.voice.hooks import runs
from contactcenter.channels.voice.hooks.fakes import as_event
from contactcenter.models.states import HookState

_AT_ONCE = 1.0
"""Seconds in which a hook is answered inside the request; after that the caller hears the step's `wait`."""
_AGAIN = 2.0
"""Seconds that a caller who is waiting stays in one request: less than the provider's patience."""
_WAITED_FOR = "hooks_waited_for"


@dataclass(frozen=True, slots=True)
class Lookup:
    """One visit of a call to a step that looks something up. `seconds` is what the step allows."""

    place: runs.Place
    flow: str
    version: int
    hook: str
    given: Mapping[str, str]
    seconds: int
    patience: float
    """Seconds for which the request is held."""


class HookWanted(Exception):  # noqa: N818 — nothing went wrong
    """The turn needs an answer that is not known yet: undo it, get the answer outside any transaction, do it again."""

    def __init__(self, lookup: Lookup) -> None:
        super().__init__(lookup.hook)
        self.lookup = lookup


def ask(
    session: Session, call_sid: str, turn: ivr.Turn, act: ivr.AskLookup, now: datetime
) -> ivr.LookupAnswered | None:
    """The answer; None while the caller has to wait for it. Raises HookWanted."""
    state = turn.state
    place = runs.Place(call_sid, state.step, state.visits.get(state.step, 0))
    patience = _AT_ONCE if act.wait else float(act.timeout)
    lookup = Lookup(place, state.flow, state.version, act.hook, act.with_, act.timeout, patience)
    return _answer(session, lookup, now)


def ask_again(session: Session, call_sid: str, state: ivr.State, now: datetime) -> ivr.LookupAnswered | None:
    """The same for a caller who has been told to wait; a run that nobody knows of is an error."""
    place = runs.Place(call_sid, state.step, state.visits.get(state.step, 0))
    run = runs.find(session, place)
    if run is None:
        return ivr.LookupAnswered("error")
    return _answer(session, Lookup(place, state.flow, state.version, run.hook, {}, 0, _AGAIN), now)


def wait_for(session: Session, waited_for: set[runs.Place]) -> None:
    """Say which runs this request has been held for already."""
    session.info[_WAITED_FOR] = waited_for


def _answer(session: Session, lookup: Lookup, now: datetime) -> ivr.LookupAnswered | None:
    run = runs.find(session, lookup.place)
    if run is not None and run.state == HookState.RUNNING and run.until <= now:
        run = runs.give_up(session, run)
    if run is None or run.state == HookState.RUNNING:
        if run is None or lookup.place not in session.info.get(_WAITED_FOR, ()):
            raise HookWanted(lookup)
        return None
    runs.take(session, run)
    return as_event(run.state, run.found)
