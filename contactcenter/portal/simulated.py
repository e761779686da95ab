"""The simulated network in the product: its process, and the routes by which pages use its telephones."""

import signal
import threading
from urllib.parse import urlsplit

import structlog
from flask import g, jsonify, request
from flask.typing import ResponseReturnValue
from flask_limiter import Limiter
from sqlalchemy.exc import SQLAlchemyError

from contactcenter.carrier.exchange import Number
from contactcenter.carrier.server import open_carrier
from contactcenter.channels.voice.addresses import Addresses
from contactcenter.foundation.db import Database
from contactcenter.foundation.doors import Door
from contactcenter.foundation.permissions import Right
from contactcenter.foundation.screens import _
from contactcenter.portal import sample, telephones
from contactcenter.portal.telephones import Reply, Telephones, Verb
from contactcenter.settings import Settings

log = structlog.get_logger()
_LOOK_EVERY = 5.0
_LOOK_SOON = 0.5
CALLS = "20 per minute; 300 per hour"
_ACTS = "240 per minute"
_QUESTIONS = "300 per minute"


def run_carrier(settings: Settings) -> None:
    """The process `carrier`: the phone network of the numbers that the configuration lists, until asked to stop."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_told: stop.set())
    where = urlsplit(settings.carrier_url)
    server = open_carrier(
        where.hostname or "127.0.0.1",
        where.port or 0,
        settings.twilio_account_sid,
        settings.twilio_auth_token,
        {},
        settings.base_url,
    )
    server.start()
    db = Database(settings.database_url)
    lines = server.simulator.exchange.numbers
    while not stop.is_set():
        lines.update(_lines(db, Addresses(settings.base_url)))
        stop.wait(_LOOK_EVERY if lines else _LOOK_SOON)
    db.dispose()
    server.stop()


def add_routes(door: Door, settings: Settings, limiter: Limiter) -> None:
    """The telephones of customers and of agents; nothing of this exists beside a real phone network."""
    phones = Telephones(settings.carrier_url, settings.twilio_auth_token)
    _add_callers(door, phones, settings.secret_key, limiter)
    _add_lines(door, phones, settings.secret_key, limiter)
    _add_softphone(door, phones, limiter)


def _add_callers(door: Door, phones: Telephones, secret: str, limiter: Limiter) -> None:
    @door.route("/phone/calls", methods=["POST"], allow=Right.PUBLIC)
    @limiter.limit(CALLS, error_message=too_fast)
    def dial() -> ResponseReturnValue:
        """`from` and `to` in, `{sid, line}` out: by these names this page alone goes on with the call and is called back."""
        from_ = _given("from")
        sid = phones.dial(from_, _given("to"))
        return jsonify(sid=telephones.ticket(secret, sid), line=telephones.ticket(secret, from_)), 201

    @door.route("/phone/calls/<sid>/<any(press, say, hangup):verb>", methods=["POST"], allow=Right.PUBLIC)
    @limiter.limit(_ACTS, error_message=too_fast)
    def use_phone(sid: str, verb: Verb) -> ResponseReturnValue:
        """Press takes `digits`, say takes `text`, hangup takes nothing."""
        phones.caller_does(telephones.opened(secret, sid), verb, _words(verb))
        return jsonify(done=True)

    @door.route("/phone/calls/<sid>/events", methods=["GET"], allow=Right.PUBLIC)
    @limiter.limit(_QUESTIONS, error_message=too_fast)
    def phone_events(sid: str) -> ResponseReturnValue:
        """What the caller heard after event number `after`, or silence for at most twenty seconds.

        `{events: [{n, kind, text, who}], last, over}`. `kind` is one of: ringing, connected (the call was answered),
        caption (`text` was said; `who` is system or agent), waiting (in line), music, joined (a room with a person),
        talking, held, unheld, beep, recording, lost_key and lost_speech (`text` came when nobody listened), ended
        (`text` is completed, busy, no-answer, failed or canceled). Ask again with `last`; stop when `over`.
        """
        return jsonify(phones.caller_events(telephones.opened(secret, sid), request.args.get("after", 0, type=int)))


def _add_lines(door: Door, phones: Telephones, secret: str, limiter: Limiter) -> None:
    @door.route("/phone/lines/<line>/attend", methods=["POST"], allow=Right.PUBLIC)
    @limiter.limit(_ACTS, error_message=too_fast)
    def attend(line: str) -> ResponseReturnValue:
        """The number rings here for `lease_seconds`; say so again well before they are over. `last` as at `register`."""
        return jsonify(phones.attend(telephones.opened(secret, line)))

    @door.route("/phone/lines/<line>/events", methods=["GET"], allow=Right.PUBLIC)
    @limiter.limit(_QUESTIONS, error_message=too_fast)
    def line_events(line: str) -> ResponseReturnValue:
        """Who called this number after event number `after`, or silence for at most twenty seconds.

        `{events: [{n, kind, text, who}], last, over}`. `kind` is ringing (`who` is the number that calls), connected or
        ended. `over` means that nobody attends to the number any more.
        """
        number = telephones.opened(secret, line)
        return jsonify(phones.ringing_events(number, request.args.get("after", 0, type=int)))

    @door.route("/phone/lines/<line>/<any(answer, decline):reply>", methods=["POST"], allow=Right.PUBLIC)
    @limiter.limit(_ACTS, error_message=too_fast)
    def reply(line: str, reply: Reply) -> ResponseReturnValue:
        """`{sid}`: the call that rang, for the routes above."""
        sid = phones.owner_does(telephones.opened(secret, line), reply)
        return jsonify(sid=telephones.ticket(secret, sid))


def _add_softphone(door: Door, phones: Telephones, limiter: Limiter) -> None:
    @door.route("/softphone/register", methods=["POST"], allow=Right.WORK)
    def register() -> ResponseReturnValue:
        """The agent's telephone is there for `lease_seconds`; say so again well before they are over.

        `last` is the number of the newest event. When it is smaller than the number the page knows, the simulator was
        started anew: begin at 0.
        """
        return jsonify(phones.register(_my_phone()))

    @door.route("/softphone/events", methods=["GET"], allow=Right.WORK)
    def softphone_events() -> ResponseReturnValue:
        """What the agent's telephone did after event number `after`, or silence for at most twenty seconds.

        `{events: [{n, kind, text, who}], last, over}`. `kind` is one of: ringing (`who` is the number that calls; the
        telephone answers by itself), connected, caption (`text` was said by `who`: customer, agent or system), held,
        ended (`text` is completed, busy, no-answer, failed or canceled). Ask again with `last`. `over` means that the
        telephone is not registered.
        """
        return jsonify(phones.agent_events(_my_phone(), request.args.get("after", 0, type=int)))

    @door.route("/softphone/<any(say, hangup):verb>", methods=["POST"], allow=Right.WORK)
    @limiter.limit(_ACTS, error_message=too_fast)
    def use_softphone(verb: Verb) -> ResponseReturnValue:
        """Say takes `text`, hangup takes nothing."""
        phones.agent_does(_my_phone(), verb, _words(verb))
        return jsonify(done=True)


def _lines(db: Database, to: Addresses) -> dict[str, Number]:
    """Our numbers, each with the addresses that a call to it is answered from."""
    try:
        with db.transaction() as session:
            known = sample.numbers(session)
    except SQLAlchemyError as error:
        log.warning("carrier_without_database", error=str(error)[:300])
        return {}
    return {number: Number(to.begin, fallback_url=to.fallback, status_callback=to.status) for number in known}


def _my_phone() -> str:
    return f"agent_{g.who.id}"


def _words(verb: Verb) -> str:
    return _given("digits") if verb == "press" else _given("text") if verb == "say" else ""


def _given(name: str) -> str:
    """A field of a form, or of an object in JSON."""
    said = request.get_json(silent=True)
    value = said.get(name, "") if isinstance(said, dict) else request.form.get(name, "")
    return value if isinstance(value, str) else ""


def too_fast() -> str:
    return _("That was a lot in a short time. Please wait a moment.")
