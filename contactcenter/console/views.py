"""The console's door: the whole page, and below it the doors of its fragments and verbs."""

from flask import g, render_template
from flask.typing import ResponseReturnValue

from contactcenter.composition import Parts
from contactcenter.console import (
    call_views,
    case_views,
    fragment_views,
    item_views,
    macro_views,
    media_views,
    page,
    tag_views,
    transfer_views,
)
from contactcenter.foundation.doors import Door
from contactcenter.foundation.permissions import Right
from contactcenter.settings import SIMULATOR


def build(parts: Parts) -> Door:
    """The blueprint with everything the console can be asked for."""
    door = Door("console", __name__, url_prefix="/console")
    add_pages(door, parts)
    fragment_views.add_mine(door, parts)
    fragment_views.add_of_case(door, parts)
    fragment_views.add_context(door, parts)
    fragment_views.add_knowledge(door, parts)
    item_views.add_offers(door, parts)
    item_views.add_items(door, parts)
    case_views.add(door, parts)
    tag_views.add(door, parts)
    macro_views.add(door, parts)
    transfer_views.add(door, parts)
    call_views.add(door, parts)
    media_views.add(door, parts)
    return door


def add_pages(door: Door, parts: Parts) -> None:
    simulated = parts.settings.carrier == SIMULATOR

    def shown(case_id: int | None) -> str:
        with parts.db.transaction() as session:
            whole = page.whole(session, g.who, case_id, simulated=simulated)
        return render_template(
            "console/page.html", page=whole, server_now=whole.now, rail=whole.rail, user_links=whole.user_links
        )

    @door.route("", methods=["GET"], allow=Right.READ_CASES)
    def desk() -> ResponseReturnValue:
        return shown(None)

    @door.route("/cases/<int:case_id>", methods=["GET"], allow=Right.READ_CASES)
    def case(case_id: int) -> ResponseReturnValue:
        return shown(case_id)
