"""Sending a conversation on to another queue: first the choice with what one should know, then the verb."""

from flask import Response, g, render_template, request
from flask.typing import ResponseReturnValue

from contactcenter.assignment import line, transferring
from contactcenter.channels.voice import transfers
from contactcenter.composition import Parts
from contactcenter.console import transfer_form
from contactcenter.console.item_views import done, mine
from contactcenter.foundation import clock
from contactcenter.foundation.doors import Door
from contactcenter.foundation.permissions import Right
from contactcenter.models.states import Channel


def add(door: Door, parts: Parts) -> None:
    @door.route("/items/<int:item_id>/transfer", methods=["GET"], allow=Right.WORK)
    def choose_queue(item_id: int) -> ResponseReturnValue:
        with parts.db.transaction() as session:
            form = transfer_form.form(session, mine(session, item_id), g.who)
        return render_template("console/transfer.html", form=form)

    @door.route("/items/<int:item_id>/transfer", methods=["POST"], allow=Right.WORK)
    def transfer(item_id: int) -> Response:
        queue_id, note = request.form.get("queue", 0, type=int), request.form.get("note", "")
        with parts.db.transaction() as session:
            line.lock(session, mine(session, item_id).interaction_id)
            item, now = mine(session, item_id), clock.now(session)
            wish = transferring.wish(session, item, queue_id, note)
            if item.channel == Channel.VOICE:
                transfers.ask(session, item, wish, g.who, now)
            else:
                transferring.transfer_item(session, item, wish, now)
        return done()
