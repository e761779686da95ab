"""Tagging a case by hand."""

from collections.abc import Callable, Collection
from datetime import datetime

from flask import Response, g, request
from sqlalchemy.orm import Session

from contactcenter.cases import tags
from contactcenter.composition import Parts
from contactcenter.console.item_views import done
from contactcenter.foundation import clock
from contactcenter.foundation.doors import Door
from contactcenter.foundation.permissions import Doer, Right


def add(door: Door, parts: Parts) -> None:
    @door.route("/cases/<int:case_id>/tag", methods=["POST"], allow=Right.WORK)
    def tag(case_id: int) -> Response:
        return _change(parts, case_id, tags.add)

    @door.route("/cases/<int:case_id>/untag", methods=["POST"], allow=Right.WORK)
    def untag(case_id: int) -> Response:
        return _change(parts, case_id, tags.remove)


def _change(
    parts: Parts, case_id: int, change: Callable[[Session, int, Collection[str], Doer, datetime], bool]
) -> Response:
    found = tags.read(request.form.get("tags", ""))
    with parts.db.transaction() as session:
        change(session, case_id, found, g.who, clock.now(session))
    return done()
