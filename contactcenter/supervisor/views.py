"""The supervisor's door: the desk and the fragments that keep themselves true; the verbs stand in their own file."""

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from contactcenter.composition import Parts
from contactcenter.foundation.doors import Door
from contactcenter.foundation.permissions import Right
from contactcenter.foundation.screens import rail, user_links
from contactcenter.supervisor import act_views, callback_list, emergency_bar, floor, queue_tiles, slack, waiting_line
from contactcenter.supervisor import desk as desks
from contactcenter.supervisor import team as teams


def build(parts: Parts) -> Door:
    """The blueprint with everything a supervisor can ask for."""
    door = Door("supervisor", __name__, url_prefix="/supervisor")
    add_desk(door, parts)
    add_fragments(door, parts)
    act_views.add_dialogs(door, parts)
    act_views.add_item_acts(door, parts)
    act_views.add_case_acts(door, parts)
    act_views.add_emergency_acts(door, parts)
    act_views.add_callback_acts(door, parts)
    return door


def add_desk(door: Door, parts: Parts) -> None:
    @door.route("", methods=["GET"], allow=Right.SUPERVISE)
    def desk() -> ResponseReturnValue:
        with parts.db.transaction() as session:
            shown = desks.desk(session, g.zone, asked_queue())
        return render_template(
            "supervisor/desk.html",
            desk=shown,
            floor=shown.floor,
            server_now=shown.floor.now,
            rail=rail(g.who, "supervisor"),
            user_links=user_links(),
        )


def add_fragments(door: Door, parts: Parts) -> None:
    """Each area under its own address, the same markup as in the page."""

    @door.route("/emergency", methods=["GET"], allow=Right.SUPERVISE)
    def emergency() -> ResponseReturnValue:
        with parts.db.transaction() as session:
            seen = floor.look(session, g.zone, asked_queue())
            shown = emergency_bar.bar(session, seen)
        return render_template("supervisor/emergency.html", floor=seen, emergency=shown)

    @door.route("/queues", methods=["GET"], allow=Right.SUPERVISE)
    def queues() -> ResponseReturnValue:
        with parts.db.transaction() as session:
            seen = floor.look(session, g.zone, asked_queue())
            shown = queue_tiles.tiles(session, seen)
        return render_template("supervisor/queues.html", floor=seen, tiles=shown)

    @door.route("/team", methods=["GET"], allow=Right.SUPERVISE)
    def team() -> ResponseReturnValue:
        with parts.db.transaction() as session:
            seen = floor.look(session, g.zone, asked_queue())
            shown = teams.team(session, seen)
        return render_template("supervisor/team.html", floor=seen, team=shown)

    @door.route("/waiting", methods=["GET"], allow=Right.SUPERVISE)
    def waiting() -> ResponseReturnValue:
        with parts.db.transaction() as session:
            seen = floor.look(session, g.zone, asked_queue())
            shown = waiting_line.waiting(session, seen)
        return render_template("supervisor/waiting.html", floor=seen, waiting=shown)

    @door.route("/callbacks", methods=["GET"], allow=Right.SUPERVISE)
    def callbacks() -> ResponseReturnValue:
        with parts.db.transaction() as session:
            seen = floor.look(session, g.zone, asked_queue())
            shown = callback_list.callbacks(session, seen)
        return render_template("supervisor/callbacks.html", floor=seen, callbacks=shown)

    @door.route("/deadlines", methods=["GET"], allow=Right.SUPERVISE)
    def deadlines() -> ResponseReturnValue:
        with parts.db.transaction() as session:
            seen = floor.look(session, g.zone, asked_queue())
            shown = slack.deadlines(session, seen)
        return render_template("supervisor/deadlines.html", floor=seen, deadlines=shown)


def asked_queue() -> int | None:
    """The one queue that the address asks for."""
    return request.args.get("queue", type=int)
