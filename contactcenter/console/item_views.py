"""The verbs of work: what an agent says of themself, answering an offer, finishing and completing an item."""

import json

from flask import Response, g, request, url_for
from sqlalchemy.orm import Session

from contactcenter.agents import presence
from contactcenter.assignment import line, offers, wrap_up
from contactcenter.channels.voice import callback_tries
from contactcenter.composition import Parts
from contactcenter.foundation import clock
from contactcenter.foundation.doors import Door
from contactcenter.foundation.errors import BadInput, Conflict
from contactcenter.foundation.permissions import Right
from contactcenter.models import WorkItem
from contactcenter.models.states import CaseStatus, Channel


def add_offers(door: Door, parts: Parts) -> None:
    """Before the work: being there, taking it or not."""

    @door.route("/presence", methods=["POST"], allow=Right.WORK)
    def choose_presence() -> Response:
        # The presence menu of the component library names its field after the attribute it shows.
        chosen = request.form.get("chosen") or request.form.get("presence", "")
        with parts.db.transaction() as session:
            presence.choose(session, g.who, chosen, request.form.get("reason") or None, clock.now(session))
        return done()

    @door.route("/offers/<int:offer_id>/accept", methods=["POST"], allow=Right.WORK)
    def accept(offer_id: int) -> Response:
        """Whoever takes work wants to see it: the page goes on to its case."""
        with parts.db.transaction() as session:
            offer = offers.accept(session, offer_id, g.who.id, clock.now(session))
            case_id = line.load(session, offer.item_id).case_id
        return done(open_case=case_id)

    @door.route("/offers/<int:offer_id>/decline", methods=["POST"], allow=Right.WORK)
    def decline(offer_id: int) -> Response:
        reason = request.form.get("reason", "")[:200] or "declined"
        with parts.db.transaction() as session:
            offers.decline(session, offer_id, g.who.id, reason, clock.now(session))
        return done()


def add_items(door: Door, parts: Parts) -> None:
    """After the conversation: ending it, and writing down what it was about."""

    @door.route("/items/<int:item_id>/finish", methods=["POST"], allow=Right.WORK)
    def finish(item_id: int) -> Response:
        """End a conversation that no telephone ends."""
        with parts.db.transaction() as session:
            item = mine(session, item_id)
            if item.channel == Channel.VOICE:
                raise Conflict("A call is finished by hanging up.")
            if not wrap_up.start(session, item, clock.now(session)):
                raise Conflict("This work is finished already.")
        return done()

    @door.route("/items/<int:item_id>/not-reached", methods=["POST"], allow=Right.WORK)
    def not_reached(item_id: int) -> Response:
        """A callback got a mailbox, or somebody else."""
        with parts.db.transaction() as session:
            callback_tries.try_again(session, line.load(session, item_id), g.who, clock.now(session))
        return done()

    @door.route("/items/<int:item_id>/complete", methods=["POST"], allow=Right.WORK)
    def complete(item_id: int) -> Response:
        form = request.form
        words = (form.get("disposition", ""), form.get("summary", ""), status_in(form.get("next_status", "")))
        with parts.db.transaction() as session:
            wrap_up.complete(session, mine(session, item_id), g.who, words, clock.now(session))
        return done()


def mine(session: Session, item_id: int) -> WorkItem:
    """The item, if this person holds it."""
    item = line.load(session, item_id)
    if item.current_offer is None or wrap_up.agent_of(session, item) != g.who.id:
        raise Conflict("This work belongs to somebody else.")
    return item


def status_in(written: str) -> CaseStatus | None:
    """The status that a form names; None when it names none."""
    if not written:
        return None
    if written not in set(CaseStatus):
        raise BadInput("Choose one of the listed statuses.")
    return CaseStatus(written)


def done(open_case: int | None = None) -> Response:
    """Nothing to show: the fragments hear of the change by themselves. `open_case` lets the page go on to a case."""
    response = Response(status=204)
    if open_case is not None:
        goal = {"path": url_for("console.case", case_id=open_case), "source": "#opens-case"}
        goal |= {"target": "#case", "select": "#case", "swap": "outerHTML show:none"}
        response.headers["HX-Location"] = json.dumps(goal)
    return response
