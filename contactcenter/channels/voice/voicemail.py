"""A message left by a caller: it becomes a line of a case, and work for the queue, like any other contact."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import cast, select, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from contactcenter.assignment import line
from contactcenter.cases import interactions, timeline
from contactcenter.channels.voice import callers
from contactcenter.channels.voice.menu import state_of
from contactcenter.foundation import events
from contactcenter.foundation.errors import NotFound
from contactcenter.models import PhoneCall, Queue, TimelineEntry
from contactcenter.models.states import Channel, EntryKind

_LONGEST_TRANSCRIPT = 4000


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


def transcribe(session: Session, recording_sid: str, said: str, now: datetime) -> None:
    """Write the words beside the recording. Raises NotFound for a message that is not known (yet): it is told again."""
    written = {"transcript": said.strip()[:_LONGEST_TRANSCRIPT]}
    row = session.execute(
        update(TimelineEntry)
        .where(TimelineEntry.channel == Channel.VOICE, TimelineEntry.ext_id == recording_sid)
        .values(body=TimelineEntry.body.op("||")(cast(written, JSONB)))
        .returning(TimelineEntry.case_id, TimelineEntry.id, TimelineEntry.interaction_id)
        .execution_options(synchronize_session=False)
    ).first()
    if row is None:
        raise NotFound("There is no message with the recording %(sid)s.", sid=recording_sid)
    events.record(session, events.EntryAdded(row.case_id, row.id, row.interaction_id), now)
