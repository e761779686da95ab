"""A message left by a caller: it becomes a line of a case, and work for the queue, like any other contact."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from contactcenter.assignment import line
from contactcenter.cases import interactions, timeline
from contactcenter.channels.voice import callers
from contactcenter.channels.voice.menu import state_of
from contactcenter.models import PhoneCall, Queue
from contactcenter.models.states import Channel, EntryKind


@dataclass(frozen=True, slots=True)
class Message:
    """A recording as the provider announced it; the sound itself stays there until somebody listens."""

    recording_sid: str
    seconds: int
    queue: str


def leave(session: Session, call: PhoneCall, message: Message, now: datetime) -> None:
    """Write the message down and put it in line; a message of no length is no message."""
    if message.seconds <= 0 or not message.recording_sid:
        return
    interaction = interactions.load(session, call.interaction_id)
    queue = session.scalar(select(Queue).where(Queue.name == message.queue, Queue.enabled))
    case_id = callers.case_of(session, call, state_of(call), queue, now)
    body = {"recording": message.recording_sid, "seconds": message.seconds}
    entry = timeline.Entry(EntryKind.VOICEMAIL, body, Channel.VOICE, interaction.id, ext_id=message.recording_sid)
    timeline.write(session, case_id, entry, now)
    if queue:
        interaction = interactions.load(session, call.interaction_id)
        line.enqueue(session, interaction, queue, line.Request(channel=Channel.MESSAGING), now)
