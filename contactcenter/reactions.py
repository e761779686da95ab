"""What follows from what: the one table of events that make another part of the house act, in the same transaction."""

from datetime import datetime

from sqlalchemy.orm import Session

from contactcenter.assignment import line
from contactcenter.cases import timeline
from contactcenter.channels.voice import pickup
from contactcenter.foundation import events as e
from contactcenter.models import Offer, SlaClock
from contactcenter.models.states import EntryKind


def react(session: Session, event: object, now: datetime) -> None:
    """Answer an event. What is not named here has no consequence beyond being announced."""
    match event:
        case e.OfferAccepted(item_id, offer_id, agent_id, _, _):
            pickup.begin(session, line.load(session, item_id), offer_id, agent_id, now)
        case e.OfferMade(item_id, offer_id, _, _, case_id):
            _note_decision(session, item_id, offer_id, case_id, now)
        case e.PromiseWarned(clock_id, case_id, _):
            _note_promise(session, "warned", clock_id, case_id, now)
        case e.PromiseBroken(clock_id, case_id, _):
            _note_promise(session, "broken", clock_id, case_id, now)
        case _:
            pass


def _note_decision(session: Session, item_id: int, offer_id: int, case_id: int, now: datetime) -> None:
    """Every offer leaves its line on the case's timeline; the decision record itself stays with the offer."""
    offer = session.get(Offer, offer_id)
    item = line.load(session, item_id)
    if offer is None or offer.decision.get("trigger") == "by_hand":
        return
    body = {"what": "offered", "agent_id": offer.agent_id, "offer": offer_id}
    timeline.write(session, case_id, timeline.Entry(EntryKind.ROUTING, body, item.channel, item.interaction_id), now)


def _note_promise(session: Session, what: str, clock_id: int, case_id: int, now: datetime) -> None:
    clock = session.get(SlaClock, clock_id)
    assert clock is not None
    timeline.write(session, case_id, timeline.Entry(EntryKind.SLA, {"what": what, "kind": clock.kind}), now)
