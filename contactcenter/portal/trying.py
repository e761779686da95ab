"""The phone page on the draft of a phone menu, for whoever may edit menus: a call that nobody else hears of."""

import secrets

from flask import jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_limiter import Limiter

from contactcenter.channels.voice.menus import history, pretending, trials
from contactcenter.channels.voice.menus.history import MENUS
from contactcenter.channels.voice.menus.pretending import Pretended
from contactcenter.composition import Parts
from contactcenter.foundation import clock
from contactcenter.foundation.doors import Door
from contactcenter.foundation.permissions import Right
from contactcenter.portal import sample, telephones
from contactcenter.portal.simulated import CALLS, too_fast
from contactcenter.portal.telephones import Telephones

_NO_NUMBER = "+14155550100"
"""What is shown as called where no number leads to the menu yet."""


def add_routes(door: Door, parts: Parts, limiter: Limiter) -> None:
    phones = Telephones(parts.settings.carrier_url, parts.settings.twilio_auth_token)

    @door.route("/phone/trial/<name>", methods=["GET"], allow=Right.EDIT_MENUS)
    def trial(name: str) -> ResponseReturnValue:
        with parts.db.transaction() as session:
            draft = MENUS.draft(session, MENUS.named(name))
            numbers = history.numbers(session, name)
            flow = trials.readable(session, draft.body, name)
        hooks = pretending.hooks_of(flow)
        return render_template(
            "portal/trial.html",
            live=False,
            simulated=True,
            draft=draft,
            known=[],
            stranger=f"+141555501{20 + secrets.randbelow(80)}",
            numbers=numbers or (_NO_NUMBER,),
            shown=sample.shown,
            dials=f"/phone/trial/{name}/calls",
            hooks={hook: pretending.fake(flow, hook) is not None for hook in hooks},
        )

    @door.route("/phone/trial/<name>/calls", methods=["POST"], allow=Right.EDIT_MENUS)
    @limiter.limit(CALLS, error_message=too_fast)
    def begin_trial(name: str) -> ResponseReturnValue:
        """`from`, `to` and what is pretended in, `{sid}` out, as for any call of the phone page."""
        with parts.db.transaction() as session:
            draft = MENUS.draft(session, MENUS.named(name))
            hooks = pretending.hooks_of(trials.readable(session, draft.body, name))
        pretended = Pretended.read(request.form, hooks)
        with parts.db.transaction() as session:
            token = trials.begin(session, draft.body, pretended, clock.now(session))
        answered_by = parts.addresses.trial(token).begin
        sid = phones.dial(request.form.get("from", ""), request.form.get("to", ""), answered_by)
        return jsonify(sid=telephones.ticket(parts.settings.secret_key, sid)), 201
