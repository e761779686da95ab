"""What callers press when they are asked how it was: kept with the conversation, and told on the case's timeline."""

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

import ivr
from contactcenter.cases import interactions, timeline
from contactcenter.models import PhoneCall, SurveyAnswer
from contactcenter.models.states import Channel, EntryKind
from ivr.flow import Survey


def note(session: Session, call: PhoneCall, step: ivr.Step | None, event: ivr.Event, now: datetime) -> None:
    """Keep the key, if this step is a survey and the key an answer to it; the first answer stays."""
    if step is None or not isinstance(step.verb, Survey) or not isinstance(event, ivr.KeysPressed):
        return
    survey = step.verb
    if event.digits not in survey.keys:
        return
    scale = {"answer": int(event.digits), "lowest": survey.lowest, "highest": survey.highest}
    kept = session.scalar(
        insert(SurveyAnswer)
        .values(interaction_id=call.interaction_id, question=survey.save, at=now, **scale)
        .on_conflict_do_nothing()
        .returning(SurveyAnswer.id)
    )
    case_id = interactions.load(session, call.interaction_id).case_id
    if kept is not None and case_id is not None:
        entry = timeline.Entry(EntryKind.CALL, {"what": "rated", **scale}, Channel.VOICE, call.interaction_id)
        timeline.write(session, case_id, entry, now)
