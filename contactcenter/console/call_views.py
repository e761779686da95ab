"""The verbs of a call: each is asked of the provider, and shown as asked until the provider confirms it."""

from flask import Response, g, jsonify

from contactcenter.channels.voice import commands, softphone
from contactcenter.composition import Parts
from contactcenter.console.item_views import done
from contactcenter.foundation import clock
from contactcenter.foundation.db import fetch
from contactcenter.foundation.doors import Door
from contactcenter.foundation.errors import NotFound
from contactcenter.foundation.permissions import Right
from contactcenter.models import PhoneCall


def add(door: Door, parts: Parts) -> None:
    settings = parts.settings
    keys = softphone.Keys(settings.twilio_account_sid, settings.twilio_api_key_sid, settings.twilio_api_key_secret)

    def ask(call_id: int, verb: commands.Verb) -> Response:
        with parts.db.transaction() as session:
            call = fetch(session, PhoneCall, call_id)
            if call is None:
                raise NotFound("There is no such call.")
            commands.request(session, call, verb, g.who, clock.now(session))
        return done()

    @door.route("/softphone/token", methods=["POST"], allow=Right.WORK)
    def softphone_token() -> Response:
        """`{token}`: with it this agent's page registers as a telephone, for an hour."""
        return jsonify(token=softphone.token(keys, g.who.id))

    @door.route("/calls/<int:call_id>/hold", methods=["POST"], allow=Right.WORK)
    def hold(call_id: int) -> Response:
        return ask(call_id, "hold")

    @door.route("/calls/<int:call_id>/unhold", methods=["POST"], allow=Right.WORK)
    def unhold(call_id: int) -> Response:
        return ask(call_id, "unhold")

    @door.route("/calls/<int:call_id>/hang-up", methods=["POST"], allow=Right.WORK)
    def hang_up(call_id: int) -> Response:
        return ask(call_id, "hang_up")
