"""The supervisor's verbs, each with the dialog that shows first what it will do: assign, move, cancel, reassign."""

import json

from flask import Response, g, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from contactcenter.assignment import line, moving, offers
from contactcenter.cases import status
from contactcenter.channels.voice import callback_tries, callbacks, emergency
from contactcenter.composition import Parts
from contactcenter.foundation import clock
from contactcenter.foundation.doors import Door
from contactcenter.foundation.errors import BadInput
from contactcenter.foundation.permissions import Right
from contactcenter.foundation.screens import _
from contactcenter.models import Agent, Queue, User
from contactcenter.supervisor import candidates, floor, queue_tiles
from contactcenter.supervisor import why_still_waiting as waits


def add_dialogs(door: Door, parts: Parts) -> None:
    """What is looked at before the act."""

    @door.route("/items/<int:item_id>/assign", methods=["GET"], allow=Right.SUPERVISE)
    def choose_agent(item_id: int) -> ResponseReturnValue:
        with parts.db.transaction() as session:
            choice = candidates.for_item(session, floor.look(session, g.zone), item_id)
        return render_template("supervisor/choose_agent.html", choice=choice)

    @door.route("/items/<int:item_id>/why_still_waiting", methods=["GET"], allow=Right.SUPERVISE)
    def why_still_waiting(item_id: int) -> ResponseReturnValue:
        with parts.db.transaction() as session:
            still = waits.why_still_waiting(session, item_id, clock.now(session))
        return render_template("supervisor/why_still_waiting.html", still=still)

    @door.route("/items/<int:item_id>/move", methods=["GET"], allow=Right.SUPERVISE)
    def choose_queue(item_id: int) -> ResponseReturnValue:
        with parts.db.transaction() as session:
            seen = floor.look(session, g.zone)
            choice = candidates.for_item(session, seen, item_id)
            tiles = queue_tiles.tiles(session, seen).tiles
        return render_template("supervisor/choose_queue.html", choice=choice, tiles=tiles)

    @door.route("/items/<int:item_id>/cancel", methods=["GET"], allow=Right.SUPERVISE)
    def confirm_cancel(item_id: int) -> ResponseReturnValue:
        with parts.db.transaction() as session:
            choice = candidates.for_item(session, floor.look(session, g.zone), item_id)
        return render_template("supervisor/confirm_cancel.html", choice=choice)

    @door.route("/cases/<int:case_id>/reassign", methods=["GET"], allow=Right.SUPERVISE)
    def choose_holder(case_id: int) -> ResponseReturnValue:
        with parts.db.transaction() as session:
            choice = candidates.for_case(session, floor.look(session, g.zone), case_id)
        return render_template("supervisor/choose_holder.html", choice=choice)


def add_item_acts(door: Door, parts: Parts) -> None:
    @door.route("/items/<int:item_id>/assign", methods=["POST"], allow=Right.SUPERVISE)
    def assign(item_id: int) -> Response:
        with parts.db.transaction() as session:
            agent_id, name = _agent(session)
            item = line.load(session, item_id)
            offers.assign_by_hand(session, item, agent_id, (g.who.actor, g.who.name), clock.now(session))
        return _done(_("Given to %(name)s.", name=name))

    @door.route("/items/<int:item_id>/move", methods=["POST"], allow=Right.SUPERVISE)
    def move(item_id: int) -> Response:
        with parts.db.transaction() as session:
            wanted = request.form.get("queue", type=int)
            queue = session.scalar(select(Queue).where(Queue.id == wanted, Queue.enabled))
            if queue is None:
                raise BadInput("Choose one of the listed queues.")
            moving.move_item(session, line.load(session, item_id), queue, g.who, clock.now(session))
        return _done(_("Moved; its place counts from when the customer came."))

    @door.route("/items/<int:item_id>/cancel", methods=["POST"], allow=Right.SUPERVISE)
    def cancel(item_id: int) -> Response:
        with parts.db.transaction() as session:
            item, now = line.load(session, item_id), clock.now(session)
            callback = callback_tries.of_item(session, item_id)
            if callback is None:
                moving.cancel_item(session, item, g.who, now)
            else:
                callbacks.cancel(session, callback.id, g.who, now)
        return _done(_("Taken out of the line."))


def add_case_acts(door: Door, parts: Parts) -> None:
    @door.route("/cases/<int:case_id>/reassign", methods=["POST"], allow=Right.SUPERVISE)
    def reassign(case_id: int) -> Response:
        with parts.db.transaction() as session:
            agent_id, name = _agent(session)
            moving.reassign_case(session, status.load(session, case_id), agent_id, g.who, clock.now(session))
        return _done(_("%(name)s is responsible now.", name=name))


def add_emergency_acts(door: Door, parts: Parts) -> None:
    @door.route("/emergency/switch_on", methods=["GET"], allow=Right.SUPERVISE)
    def confirm_emergency() -> ResponseReturnValue:
        return render_template("supervisor/confirm_emergency.html")

    @door.route("/emergency/switch_on", methods=["POST"], allow=Right.SUPERVISE)
    def switch_emergency_on() -> Response:
        with parts.db.transaction() as session:
            emergency.switch_on(session, g.who, clock.now(session))
        return _done(_("Callers hear the emergency notice now."))

    @door.route("/emergency/switch_off", methods=["POST"], allow=Right.SUPERVISE)
    def switch_emergency_off() -> Response:
        with parts.db.transaction() as session:
            emergency.switch_off(session, g.who, clock.now(session))
        return _done(_("The emergency notice is off."))


def add_callback_acts(door: Door, parts: Parts) -> None:
    @door.route("/callbacks/<int:callback_id>/cancel", methods=["GET"], allow=Right.SUPERVISE)
    def confirm_cancel_callback(callback_id: int) -> ResponseReturnValue:
        return render_template("supervisor/confirm_cancel_callback.html", callback_id=callback_id)

    @door.route("/callbacks/<int:callback_id>/cancel", methods=["POST"], allow=Right.SUPERVISE)
    def cancel_callback(callback_id: int) -> Response:
        with parts.db.transaction() as session:
            callbacks.cancel(session, callback_id, g.who, clock.now(session))
        return _done(_("The callback is cancelled."))


def _agent(session: Session) -> tuple[int, str]:
    """The agent whom the form names."""
    wanted = request.form.get("agent", type=int)
    row = session.execute(
        select(Agent.id, User.name)
        .join(User, User.id == Agent.id)
        .where(Agent.id == wanted, Agent.enabled, User.enabled)
    ).first()
    if row is None:
        raise BadInput("Choose one of the listed agents.")
    return row


def _done(said: str) -> Response:
    """The fragments hear of the change by themselves; the person is told in a sentence."""
    return Response(status=204, headers={"HX-Trigger": json.dumps({"toast": {"text": said, "kind": "good"}})})
