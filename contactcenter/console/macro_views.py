"""Macros: first the list with what each would do, then the verb."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from flask import Response, g, render_template, request
from flask.typing import ResponseReturnValue

from contactcenter.automation import macros
from contactcenter.cases import status
from contactcenter.composition import Parts
from contactcenter.console.item_views import done
from contactcenter.foundation import clock
from contactcenter.foundation.doors import Door
from contactcenter.foundation.languages import Sentence
from contactcenter.foundation.permissions import Right
from contactcenter.foundation.screens import _
from contactcenter.models.states import ActionResult


def add(door: Door, parts: Parts) -> None:
    @door.route("/cases/<int:case_id>/macros", methods=["GET"], allow=Right.WORK)
    def choose_macro(case_id: int) -> ResponseReturnValue:
        with parts.db.transaction() as session:
            status.load(session, case_id)
            known = macros.all_of_them(session)
        return render_template("console/macros.html", case_id=case_id, known=known)

    @door.route("/cases/<int:case_id>/macro", methods=["POST"], allow=Right.WORK)
    def use_macro(case_id: int) -> Response:
        name = request.form.get("macro", "")
        with parts.db.transaction() as session:
            status.load(session, case_id)
            came = macros.use(session, case_id, name, g.who, parts.mailbox, clock.now(session))
        response = done()
        remarks = _remarks(came)
        if remarks:
            response.headers["HX-Trigger"] = json.dumps({"toast": {"text": remarks, "kind": "warn"}})
        return response


def _remarks(came: Iterable[Mapping[str, Any]]) -> str:
    """What an agent should know of, beside what the page shows by itself: what could not be done, or was so already."""
    said = [sentence for one in came for sentence in _said(one)]
    return " ".join(said)


def _said(one: Mapping[str, Any]) -> Iterable[str]:
    deed = f"{one['do']} {one['to']}"
    if one["result"] == ActionResult.NOTHING:
        yield _("“%(deed)s” was so already.", deed=deed)
    elif one["result"] == ActionResult.REFUSED:
        yield _("“%(deed)s” could not be done:", deed=deed)
    for kept in one["why"]:
        sentence = Sentence(*kept)
        yield _(sentence.text, **sentence.values)
