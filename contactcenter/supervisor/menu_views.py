"""The door to what happened in the phone menus: figures of a version, their picture, and the calls behind a number."""

from flask import Response, g, render_template, request
from flask.typing import ResponseReturnValue

import ivr
from contactcenter.channels.voice import flows
from contactcenter.composition import Parts
from contactcenter.foundation import clock
from contactcenter.foundation.doors import Door
from contactcenter.foundation.permissions import Right
from contactcenter.foundation.screens import rail, user_links
from contactcenter.reports.menu_behind import calls_behind
from contactcenter.reports.menu_calls import Asked
from contactcenter.reports.menus import menu_figures
from contactcenter.supervisor import menu_figures as pages
from contactcenter.supervisor.menu_words import way_word

_OF_THE_PICTURE = "default-src 'none'; style-src 'unsafe-inline'"
"""Its own colours for dark pages stand in it; it can load and run nothing."""


def build(parts: Parts) -> Door:
    door = Door("menu_figures", __name__, url_prefix="/supervisor/menus")

    @door.route("", methods=["GET"], allow=Right.SUPERVISE)
    def figures() -> ResponseReturnValue:
        with parts.db.transaction() as session:
            shown = pages.page(session, request.args, g.zone, g.language)
        return _page("supervisor/menus.html", shown)

    @door.route("/<flow>@<int:version>/picture.svg", methods=["GET"], allow=Right.SUPERVISE)
    def picture(flow: str, version: int) -> Response:
        with parts.db.transaction() as session:
            now = clock.now(session)
            days = pages.days(request.args, now, g.zone)
            drawn = flows.version(session, flow, version)
            found = menu_figures(session, drawn, _asked(flow, version, days), now)
        counted = ivr.Counted(found.calls, days.first.isoformat(), days.last.isoformat())
        svg = ivr.draw(drawn, g.language, found.drawn(), counted)
        return Response(svg, mimetype="image/svg+xml", headers={"Content-Security-Policy": _OF_THE_PICTURE})

    @door.route("/<flow>@<int:version>/calls", methods=["GET"], allow=Right.SUPERVISE)
    def calls(flow: str, version: int) -> ResponseReturnValue:
        step, way = request.args.get("step"), request.args.get("exit")
        with parts.db.transaction() as session:
            now = clock.now(session)
            days = pages.days(request.args, now, g.zone)
            menu = flows.version(session, flow, version)
            found = calls_behind(session, _asked(flow, version, days), step, way)
        word = way_word(menu, step or "", way, g.language) if way else ""
        return _page("supervisor/menu_calls.html", pages.CallsPage(now, days, menu, step, way, word, found))

    return door


def _asked(flow: str, version: int, days: pages.Days) -> Asked:
    return Asked(flow, version, days.since, days.until, request.args.get("language") or None)


def _page(template: str, shown: pages.Page | pages.CallsPage) -> str:
    return render_template(
        template, shown=shown, server_now=shown.now, rail=rail(g.who, "menus"), user_links=user_links()
    )
