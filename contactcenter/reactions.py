"""What follows from what: the one table of events that make another part of the house act, in the same transaction."""

from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from contactcenter.assignment import line
from contactcenter.automation import moments
from contactcenter.cases import timeline
from contactcenter.channels.voice import pickup
from contactcenter.foundation import events as e
from contactcenter.models import Offer, WorkItem
from contactcenter.models.states import EntryKind


def react(session: Session, event: object, now: datetime) -> None:
    """Answer an event. What is not named here has no consequence beyond being announced, and what rules make of it."""
    moments.note(session, event, now)
    match event:
        case e.OfferAccepted(item_id, offer_id, agent_id, _, _):
            pickup.begin(session, line.load(session, item_id), offer_id, agent_id, now)
        case e.OfferMade(_, offer_id, _, _, case_id):
            _note_decision(session, offer_id, case_id, now)
        case e.PromisesWarned(promised):
            _note_promises(session, "warned", promised, now)
        case e.PromisesBroken(promised):
            _note_promises(session, "broken", promised, now)
        case _:
            pass


_NOTED = (
    select(Offer.agent_id, Offer.decision["trigger"].astext.label("trigger"), WorkItem.channel, WorkItem.interaction_id)
    .join(WorkItem, WorkItem.id == Offer.item_id)
    .where(Offer.id == bindparam("offer"))
)


def _note_decision(session: Session, offer_id: int, case_id: int, now: datetime) -> None:
    """Every offer leaves its line on the case's timeline; the decision record itself stays with the offer."""
    noted = session.connection().execute(_NOTED, {"offer": offer_id}).first()
    if noted is None or noted.trigger == "by_hand":
        return
    body = {"what": "offered", "agent_id": noted.agent_id, "offer": offer_id}
    entry = timeline.Entry(EntryKind.ROUTING, body, noted.channel, noted.interaction_id)
    timeline.write(session, case_id, entry, now)


def _note_promises(session: Session, what: str, promised: tuple[e.Promised, ...], now: datetime) -> None:
    bodies = [(one.case_id, {"what": what, "kind": one.kind, "segments": list(one.segments)}) for one in promised]
    timeline.write_many(session, [(case_id, timeline.Entry(EntryKind.SLA, body)) for case_id, body in bodies], now)
