"""A caller in line: entering it with a case, what is announced meanwhile, and the ways out of it."""

from datetime import datetime, timedelta
from math import ceil, floor, sqrt
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

import ivr
from contactcenter.assignment import line
from contactcenter.cases import interactions, timeline
from contactcenter.channels.voice import callbacks, callers, places
from contactcenter.foundation.errors import Conflict
from contactcenter.models import PhoneCall, Queue, WorkItem
from contactcenter.models.states import Channel, EntryKind, WorkState
from ivr.flow import Callback as CallbackVerb
from ivr.flow import Queue as QueueVerb

_LOOKED_BACK = timedelta(hours=1)
_FEWEST_FOR_ESTIMATE = 3


def enter(session: Session, call: PhoneCall, turn: ivr.Turn, now: datetime) -> ivr.QueueLeft | None:
    """Put the caller in line, with customer and case; or say why the line cannot take them."""
    assert isinstance(turn.act, ivr.WaitInQueue)
    queue = session.scalar(select(Queue).where(Queue.name == turn.act.queue, Queue.enabled))
    if queue is None or not line.has_agents(session, queue.id):
        return ivr.QueueLeft("nobody_logged_in")
    case_id = callers.case_of(session, call, turn.state, queue, now)
    interaction = interactions.load(session, call.interaction_id)
    body = {"what": "queued", "queue": queue.titles, "path": interaction.path}
    timeline.write(session, case_id, timeline.Entry(EntryKind.CALL, body, Channel.VOICE, interaction.id), now)
    place = places.kept(call, queue.id) or callbacks.take_over(session, call.from_number, queue.id, now)
    knows = callers.who_has_it(session, case_id, turn.state)
    request = line.Request(turn.act.skills, turn.act.priority, preferred_agent=knows, place=place)
    line.enqueue(session, interaction, queue, request, now)
    set_committed_value(call, "position", {**call.position, "announced": 0})
    return None


def has_waited_too_long(session: Session, item: WorkItem, now: datetime) -> bool:
    longest = session.scalar(select(Queue.longest_seconds).where(Queue.id == item.queue_id)) or 0
    return now - item.enqueued_at > timedelta(seconds=longest)


def step_out(session: Session, call: PhoneCall, left: ivr.QueueLeft, now: datetime) -> None:
    """Leave the line for another step of the menu. Refused when an agent has just taken the call."""
    item = line.live_item(session, call.interaction_id)
    if item is None or not line.leave(session, call.interaction_id, now):
        raise Conflict("An agent has just taken this call.")
    _place(
        session, call, {**call.position, "left": {"reason": left.reason, "key": left.key, **places.left(call, item)}}
    )


def callback_key(flow: ivr.Flow, call: PhoneCall, item: WorkItem, state: ivr.State) -> str | None:
    """The key by which this caller is led to a callback now that their queue wants it; each caller is asked once."""
    step = flow.steps.get(state.step)
    if item.callback_due_at is None or item.state != WorkState.WAITING or call.position.get("left"):
        return None
    keys = step.verb.keys.items() if step and isinstance(step.verb, QueueVerb) else ()
    return next((key for key, choice in keys if _calls_back(flow, choice.to)), None)


def _calls_back(flow: ivr.Flow, target: str) -> bool:
    step = flow.steps.get(flow.resolve(target))
    return step is not None and isinstance(step.verb, CallbackVerb)


def why_left(call: PhoneCall) -> ivr.QueueLeft:
    """The reason noted by `step_out`."""
    noted = call.position.get("left") or {"reason": "full", "key": None}
    return ivr.QueueLeft(noted["reason"], noted["key"])


def announced_place(session: Session, call: PhoneCall, item: WorkItem) -> int:
    """The place to announce: never higher than the one announced before, for that would sound like being pushed back."""
    before = call.position.get("announced") or 0
    place = line.place(session, item)
    told = min(place, before) if before else place
    if told != before:
        _place(session, call, {**call.position, "announced": told})
    return told


def minutes_to_wait(session: Session, item: WorkItem, place: int, now: datetime) -> tuple[int, int] | None:
    """Between how many minutes the wait will be, silent without enough recent traffic to rest it on.

    The line moved on every `gap` lately. After `place` such moves, that come as they like, the wait is place × gap, give or
    take √place × gap: one standard deviation of arrivals by chance.
    """
    served, first, last = session.execute(
        select(func.count(), func.min(WorkItem.ended_at), func.max(WorkItem.ended_at)).where(
            WorkItem.queue_id == item.queue_id,
            WorkItem.state == WorkState.DONE,
            WorkItem.ended_at > now - _LOOKED_BACK,
        )
    ).one()
    if served < _FEWEST_FOR_ESTIMATE or first is None or last == first:
        return None
    gap: float = (now - first) / served / timedelta(minutes=1)
    return max(0, floor((place - sqrt(place)) * gap)), ceil((place + sqrt(place)) * gap)


def _place(session: Session, call: PhoneCall, position: dict[str, Any]) -> None:
    set_committed_value(call, "position", position)
    session.execute(update(PhoneCall).where(PhoneCall.id == call.id).values(position=position))
