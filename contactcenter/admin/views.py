"""The administrator's door: the overview, the mail that came in, the audit log, the people."""

from typing import Any

from flask import g, render_template
from flask.typing import ResponseReturnValue

from contactcenter.admin import journal, quarantine, staff
from contactcenter.admin import overview as overviews
from contactcenter.composition import Parts
from contactcenter.foundation import clock
from contactcenter.foundation.doors import Door
from contactcenter.foundation.permissions import Right
from contactcenter.foundation.screens import rail, user_links


def build(parts: Parts) -> Door:
    """The blueprint with everything an administrator can ask for."""
    door = Door("admin", __name__, url_prefix="/admin")
    add_overview(door, parts)
    add_mails(door, parts)
    add_records(door, parts)
    return door


def add_overview(door: Door, parts: Parts) -> None:
    @door.route("", methods=["GET"], allow=Right.ADMINISTER)
    def overview() -> ResponseReturnValue:
        with parts.db.transaction() as session:
            shown = overviews.overview(session)
        return _page("overview", shown)


def add_mails(door: Door, parts: Parts) -> None:
    @door.route("/mails", methods=["GET"], allow=Right.ADMINISTER)
    def mails() -> ResponseReturnValue:
        with parts.db.transaction() as session:
            shown = quarantine.quarantine(session, g.zone)
        return _page("mails", shown)

    @door.route("/mails/quarantine", methods=["GET"], allow=Right.ADMINISTER)
    def quarantined() -> ResponseReturnValue:
        with parts.db.transaction() as session:
            shown = quarantine.quarantine(session, g.zone)
        return render_template("admin/quarantine.html", shown=shown)

    @door.route("/mails/<int:raw_id>/replay", methods=["POST"], allow=Right.ADMINISTER)
    def replay(raw_id: int) -> ResponseReturnValue:
        with parts.db.transaction() as session:
            quarantine.replay(session, raw_id, g.who, clock.now(session))
            shown = quarantine.quarantine(session, g.zone)
        return render_template("admin/quarantine.html", shown=shown)


def add_records(door: Door, parts: Parts) -> None:
    @door.route("/audit", methods=["GET"], allow=Right.ADMINISTER)
    def audit() -> ResponseReturnValue:
        with parts.db.transaction() as session:
            shown = journal.journal(session)
        return _page("audit", shown)

    @door.route("/people", methods=["GET"], allow=Right.ADMINISTER)
    def people() -> ResponseReturnValue:
        with parts.db.transaction() as session:
            shown = staff.staff(session)
        return _page("people", shown)


def _page(name: str, shown: Any) -> str:
    return render_template(
        f"admin/{name}.html",
        shown=shown,
        tab=name,
        server_now=shown.now,
        rail=rail(g.who, "admin"),
        user_links=user_links(),
    )
