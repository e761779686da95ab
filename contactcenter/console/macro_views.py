"""Macros: first the list with what each would do, then the verb."""

import json
from collections.abc import Iterable
from uuid import uuid4

from flask import Response, g, get_template_attribute, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from contactcenter.automation import macros
from contactcenter.automation.macros import Known
from contactcenter.automation.rules import Action
from contactcenter.cases import status
from contactcenter.composition import Parts
from contactcenter.console import case_page, writing
from contactcenter.console.case_views import client_id_sent
from contactcenter.console.item_views import done
from contactcenter.foundation import clock
from contactcenter.foundation.doors import Door
from contactcenter.foundation.errors import Conflict
from contactcenter.foundation.languages import N_, Sentence
from contactcenter.foundation.permissions import Right
from contactcenter.foundation.screens import _

_HINDRANCES = {
    "over": N_("This macro writes to the customer, and the case is over. Open it again first."),
    "somebody_else": N_("This macro writes to the customer, and somebody else is talking with them."),
    "waiting": N_("This macro writes to the customer, who waits for an agent. Take the conversation first."),
}


def add(door: Door, parts: Parts) -> None:
    @door.route("/cases/<int:case_id>/macros", methods=["GET"], allow=Right.WORK)
    def choose_macro(case_id: int) -> ResponseReturnValue:
        with parts.db.transaction() as session:
            status.load(session, case_id)
            known = macros.all_of_them(session)
        return render_template("console/macros.html", case_id=case_id, known=known, client_id=uuid4().hex)

    @door.route("/cases/<int:case_id>/macro", methods=["POST"], allow=Right.WORK)
    def use_macro(case_id: int) -> Response:
        name, client_id = request.form.get("macro", ""), client_id_sent()

        def work(session: Session) -> list[tuple[Action, bool | Sentence]]:
            macro = macros.find(session, name)
            _refuse_hindered(session, case_id, macro)
            return macros.use(session, case_id, macro, client_id, (parts.mailbox, g.who), clock.now(session))

        try:
            came = parts.db.run(work)
        except macros.Stopped as stopped:
            why = _(stopped.refusal.sentence, **stopped.refusal.values)
            sentence = N_("Nothing was done, for one thing cannot be: %(deed)s. %(why)s")
            raise Conflict(sentence, deed=_deed(stopped.action), why=why) from stopped
        response = done()
        told = list(_told(came))
        if told:
            kind = "warn" if any(isinstance(acted, Sentence) for _action, acted in came) else "info"
            response.headers["HX-Trigger"] = json.dumps({"toast": {"text": "\n".join(told), "kind": kind}})
        return response


def _refuse_hindered(session: Session, case_id: int, macro: Known) -> None:
    """Who may not write to the customer here by hand may not by a macro."""
    case, customer = case_page.load(session, case_id)
    if macro.reaches_the_customer:
        because = writing.of_case(session, case, customer, g.who).because
        if because in _HINDRANCES:
            raise Conflict(_HINDRANCES[because])


def _told(came: Iterable[tuple[Action, bool | Sentence]]) -> Iterable[str]:
    """What an agent should know of beside what the page shows by itself."""
    for action, acted in came:
        match acted:
            case Sentence() if action["do"] != "webhook":  # that one always only says that it was handed over
                yield f"{_deed(action)}: {_(acted.text, **acted.values)}"
            case False:
                yield _("It was so already: %(deed)s.", deed=_deed(action))
            case _:
                pass


def _deed(action: Action) -> str:
    effect = get_template_attribute("console/macro_words.html", "effect")
    return str(effect(action).striptags())
