"""The verbs of a case: replying by the channel of the work in hand, noting, changing the status, using an article."""

from flask import Response, g, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from contactcenter.automation import escalations
from contactcenter.cases import status, timeline
from contactcenter.channels.chat import conversations
from contactcenter.channels.email import replying
from contactcenter.channels.email.mailbox import Mailbox
from contactcenter.composition import Parts
from contactcenter.console import case_page, writing
from contactcenter.console.item_views import done, status_in
from contactcenter.foundation import clock
from contactcenter.foundation.doors import Door
from contactcenter.foundation.errors import BadInput, Conflict
from contactcenter.foundation.permissions import Right
from contactcenter.knowledge import suggesting
from contactcenter.models import TimelineEntry
from contactcenter.models.states import EntryKind

LONGEST_NOTE = 10_000


def add(door: Door, parts: Parts) -> None:
    @door.route("/cases/<int:case_id>/reply", methods=["POST"], allow=Right.WORK)
    def reply(case_id: int) -> Response:
        with parts.db.transaction() as session:
            _reply(session, parts.mailbox, case_id)
        return done()

    @door.route("/cases/<int:case_id>/note", methods=["POST"], allow=Right.WORK)
    def note(case_id: int) -> Response:
        with parts.db.transaction() as session:
            _note(session, case_id)
        return done()

    @door.route("/escalations/<int:escalation_id>/acknowledge", methods=["POST"], allow=Right.READ_CASES)
    def acknowledge(escalation_id: int) -> Response:
        """Whoever presses it sees to the case: nobody else is told."""
        with parts.db.transaction() as session:
            escalations.acknowledge(session, escalation_id, g.who, clock.now(session))
        return Response(status=204)

    @door.route("/cases/<int:case_id>/status", methods=["POST"], allow=Right.WORK)
    def change_status(case_id: int) -> Response:
        wanted = status_in(request.form.get("status", ""))
        if wanted is None:
            raise BadInput("Choose one of the listed statuses.")
        with parts.db.transaction() as session:
            case = status.load(session, case_id)
            status.change_status(session, case, wanted, (g.who.actor, g.who.name), clock.now(session))
        return done()

    @door.route("/articles/<article_id>/use", methods=["POST"], allow=Right.WORK)
    def use_article(article_id: str) -> Response:
        with parts.db.transaction() as session:
            suggesting.note_use(session, article_id)
        return done()


def client_id_sent() -> str:
    """The id that the page gave to what it sends, by which a repetition is recognised."""
    sent = request.form.get("client_id", "")
    if not 8 <= len(sent) <= 64:
        raise BadInput("This page is too old to be sent. Reload it and try again.")
    return sent


def _reply(session: Session, mailbox: Mailbox, case_id: int) -> None:
    text, client_id, seen = request.form.get("body", ""), client_id_sent(), request.form.get("seen", type=int)
    case, customer = case_page.load(session, case_id)
    now = clock.now(session)
    way = writing.of_case(session, case, customer, g.who)
    match way.mode:
        case "chat" if way.item:
            conversations.answer(session, way.item, g.who, conversations.Said(client_id, text), now)
        case "email":
            interaction = way.item.interaction_id if way.item else None
            answer = replying.Answer(text, client_id, seen)
            replying.reply(session, case, interaction, answer, (mailbox, g.who), now)
        case _:
            raise Conflict("Nothing can be sent to the customer from here now; write a note instead.")


def _note(session: Session, case_id: int) -> None:
    """Written once, however often the page sends it."""
    text, ext_id = request.form.get("body", "").strip(), f"note:{case_id}:{client_id_sent()}"
    if not text or len(text) > LONGEST_NOTE:
        raise BadInput("Write a note of at most %(most)s characters.", most=LONGEST_NOTE)
    case = status.load(session, case_id)
    known = select(TimelineEntry.id).where(TimelineEntry.case_id == case.id, TimelineEntry.ext_id == ext_id)
    if session.scalar(known) is None:
        entry = timeline.Entry(EntryKind.NOTE, {"text": text}, actor_id=g.who.id, actor_name=g.who.name, ext_id=ext_id)
        timeline.write(session, case.id, entry, clock.now(session))
