"""Everything that can happen, as facts in the past tense. A verb in a URL makes one of these, and browsers hear it.

Recording an event announces it to its rooms (realtime.py) and answers it (reactions.py, given at composition), all in
the transaction of the fact itself.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy.orm import Session

from contactcenter.foundation import rooms


@dataclass(frozen=True, slots=True)
class CaseOpened:
    case_id: int
    queue_id: int | None


@dataclass(frozen=True, slots=True)
class CaseChanged:
    """Status, subject, assignee or customer of a case; `version` is its status version."""

    case_id: int
    version: int | None
    agents: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class EntryAdded:
    case_id: int
    entry_id: int
    interaction_id: int | None = None
    for_visitor: bool = False
    agent_id: int | None = None
    """Whose console should hear of it although the case may not be open there."""
    kind: str = ""
    """What the line tells; empty for one that was there before and has changed."""


@dataclass(frozen=True, slots=True)
class CaseQueued:
    """A case that has nothing waiting changed its queue."""

    case_id: int
    queue_id: int
    from_queue_id: int | None


@dataclass(frozen=True, slots=True)
class CasePrioritised:
    case_id: int


@dataclass(frozen=True, slots=True)
class CaseAssigned:
    """Somebody else is responsible for it, or nobody."""

    case_id: int


@dataclass(frozen=True, slots=True)
class CasePromised:
    """It is promised what another tier is promised."""

    case_id: int


@dataclass(frozen=True, slots=True)
class CaseTagged:
    case_id: int


@dataclass(frozen=True, slots=True)
class WorkEnqueued:
    item_id: int
    queue_id: int
    case_id: int


@dataclass(frozen=True, slots=True)
class WorkRequeued:
    item_id: int
    queue_id: int
    case_id: int


@dataclass(frozen=True, slots=True)
class WorkMoved:
    """A waiting item changed its queue."""

    item_id: int
    queue_id: int
    from_queue_id: int
    case_id: int


@dataclass(frozen=True, slots=True)
class WorkPrioritised:
    """A waiting item changed its place in line."""

    item_id: int
    queue_id: int
    case_id: int


@dataclass(frozen=True, slots=True)
class WorkAbandoned:
    item_id: int
    queue_id: int
    case_id: int


@dataclass(frozen=True, slots=True)
class WorkCancelled:
    item_id: int
    queue_id: int
    case_id: int


@dataclass(frozen=True, slots=True)
class WrapUpStarted:
    item_id: int
    queue_id: int
    case_id: int
    agent_id: int


@dataclass(frozen=True, slots=True)
class WorkCompleted:
    item_id: int
    queue_id: int
    case_id: int
    agent_id: int


@dataclass(frozen=True, slots=True)
class WorkInterrupted:
    """Accepted work makes way for a call that the same agent has accepted."""

    item_id: int
    queue_id: int
    case_id: int
    agent_id: int


@dataclass(frozen=True, slots=True)
class WorkResumed:
    item_id: int
    queue_id: int
    case_id: int
    agent_id: int


@dataclass(frozen=True, slots=True)
class OfferMade:
    item_id: int
    offer_id: int
    agent_id: int
    queue_id: int
    case_id: int


@dataclass(frozen=True, slots=True)
class OfferAccepted:
    item_id: int
    offer_id: int
    agent_id: int
    queue_id: int
    case_id: int


@dataclass(frozen=True, slots=True)
class OfferDeclined:
    item_id: int
    offer_id: int
    agent_id: int
    queue_id: int
    case_id: int


@dataclass(frozen=True, slots=True)
class OfferExpired:
    item_id: int
    offer_id: int
    agent_id: int
    queue_id: int
    case_id: int


@dataclass(frozen=True, slots=True)
class OfferWithdrawn:
    item_id: int
    offer_id: int
    agent_id: int
    queue_id: int
    case_id: int


@dataclass(frozen=True, slots=True)
class OfferReleased:
    """An accepted item went back to the line: the agent's leg failed, or a supervisor took it away."""

    item_id: int
    offer_id: int
    agent_id: int
    queue_id: int
    case_id: int


@dataclass(frozen=True, slots=True)
class PresenceChanged:
    agent_id: int


@dataclass(frozen=True, slots=True)
class CallChanged:
    """A leg of a call, or a wish about it, moved."""

    call_id: int
    case_id: int | None
    agent_id: int | None


@dataclass(frozen=True, slots=True)
class CallbackChanged:
    """A promised call was booked, tried, put off, kept or given up."""

    callback_id: int
    queue_id: int
    case_id: int


@dataclass(frozen=True, slots=True)
class ClockChanged:
    """A promise was started, paused, resumed, kept."""

    clock_id: int
    case_id: int


@dataclass(frozen=True, slots=True)
class Promised:
    """One promise of a kind on a case, and the queue in which the case is.

    `segments` are what its clock has seen until now: from, to (None while it goes on), running, reason, cause.
    """

    clock_id: int
    case_id: int
    kind: str
    queue_id: int | None
    segments: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class PromisesWarned:
    """Many at once: at closing time they fall due by the thousand."""

    promised: tuple[Promised, ...]


@dataclass(frozen=True, slots=True)
class PromisesBroken:
    promised: tuple[Promised, ...]


@dataclass(frozen=True, slots=True)
class MailQuarantined:
    raw_mail_id: int


@dataclass(frozen=True, slots=True)
class EmergencySwitched:
    """The emergency notice went on or off; every queue's watchers hear of it."""

    queue_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class MenuPublished:
    """From now on new calls hear this version of the phone menu."""

    name: str
    version: int


@dataclass(frozen=True, slots=True)
class RulesPublished:
    name: str
    version: int


@dataclass(frozen=True, slots=True)
class EscalationChanged:
    """An escalation began, went on, was acknowledged or ended."""

    escalation_id: int
    case_id: int


@dataclass(frozen=True, slots=True)
class NoticeGiven:
    """Somebody is told something, or has seen it."""

    user_id: int


@dataclass(frozen=True, slots=True)
class ConfigApplied:
    version: int


Event: TypeAlias = (
    CaseOpened | CaseChanged | CaseQueued | CaseAssigned | CasePromised | CasePrioritised | CaseTagged | EntryAdded | WorkEnqueued | WorkPrioritised | WorkRequeued | WorkMoved | WorkAbandoned | WorkCancelled
    | WrapUpStarted | WorkCompleted | WorkInterrupted | WorkResumed | OfferMade | OfferAccepted | OfferDeclined | OfferExpired | OfferWithdrawn
    | OfferReleased | PresenceChanged | CallChanged | CallbackChanged | ClockChanged | PromisesWarned | PromisesBroken | MailQuarantined
    | EmergencySwitched | MenuPublished | RulesPublished
    | EscalationChanged | NoticeGiven | ConfigApplied
)  # fmt: skip

_HUMP = re.compile(r"(?<!^)(?=[A-Z])")


def kind_of(event: type[object]) -> str:
    """The word under which rooms carry such events: OfferMade → offer_made."""
    return _HUMP.sub("_", event.__name__).lower()


def record(session: Session, event: Event, now: datetime) -> None:
    """Announce the event to its rooms and let the application react, within this transaction."""
    for change in session.info["changes"](event):
        rooms.announce(session, change, now)
    session.info["react"](session, event, now)
