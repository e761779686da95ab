"""Requests of a call on a draft: the same questions as those of any call, answered by a trial."""

from flask import Response, request

import ivr
from contactcenter.channels.voice import documents
from contactcenter.channels.voice.answering import Answering, xml
from contactcenter.channels.voice.menu_webhooks import NOTHING_TO_DO
from contactcenter.channels.voice.menus import trials
from contactcenter.foundation.doors import Door
from contactcenter.foundation.permissions import Right


def add(door: Door, answering: Answering) -> None:
    db, addresses = answering.db, answering.addresses

    @door.route("/trial/<token>", methods=["POST"], allow=Right.SIGNED)
    def begin_trial(token: str) -> Response:
        caller = ivr.Caller(request.form.get("From", "")[:100], request.form.get("To", "")[:100])
        return xml(db.run(lambda session: trials.answer(session, token, caller, addresses.trial(token))))

    @door.route("/trial/<token>/ivr/<step>/<happened>", methods=["POST"], allow=Right.SIGNED)
    def advance_trial(token: str, step: str, happened: str) -> Response:  # noqa: ARG001 — the step is for people who read logs
        if happened == "left" and request.form.get("QueueResult") in NOTHING_TO_DO:
            return xml(documents.nothing())
        number, event = request.args.get("n", 0, type=int), _event(happened)
        return xml(db.run(lambda session: trials.advance(session, token, number, event, addresses.trial(token))))

    @door.route("/trial/<token>/wait", methods=["POST"], allow=Right.SIGNED)
    def wait_in_trial(token: str) -> Response:
        return xml(db.run(lambda session: trials.wait(session, token, addresses.trial(token))))

    @door.route("/trial/<token>/wait/key", methods=["POST"], allow=Right.SIGNED)
    def press_in_trial(token: str) -> Response:
        key = request.form.get("Digits", "")[:1]
        return xml(db.run(lambda session: trials.wait_key(session, token, key, addresses.trial(token))))


def _event(happened: str) -> ivr.Event | None:
    """What the caller did, in the menu's words; None for leaving the line, whose reason the trial knows."""
    form = request.form
    match happened:
        case "keys":
            digits = form.get("Digits", "")[:64]
            return ivr.KeysPressed(digits) if digits else ivr.Silence()
        case "recorded":
            return ivr.MessageRecorded(form.get("RecordingDuration", 0, type=int), form.get("Digits") == "hangup")
        case "left":
            return None
        case _:
            return ivr.Lost()
