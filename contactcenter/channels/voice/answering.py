"""How a webhook is answered: once for each message, in one transaction, and the same again when it is repeated."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import Response, request
from sqlalchemy.orm import Session

from contactcenter.channels.voice import calls, documents
from contactcenter.channels.voice.addresses import Addresses
from contactcenter.channels.voice.hooks import asking
from contactcenter.channels.voice.hooks.asking import HookWanted
from contactcenter.channels.voice.hooks.running import Hooks
from contactcenter.channels.voice.hooks.runs import Place
from contactcenter.foundation import clock, inbox
from contactcenter.foundation.db import Database
from contactcenter.models import PhoneCall

PROVIDER = "twilio"


@dataclass(frozen=True, slots=True)
class Answering:
    """What every voice webhook works with."""

    db: Database
    addresses: Addresses
    hooks: Hooks

    def once(self, key: str, answer: Callable[[Session, datetime], str]) -> Response:
        """Answer this message, or repeat what it was answered before. `key` names the fact it tells.

        Where the menu asks a hook, the transaction is undone, the hook run outside, and the same done again: `answer`
        must change nothing but the session.
        """
        waited_for: set[Place] = set()

        def work(session: Session) -> str:
            asking.wait_for(session, waited_for)
            receipt = inbox.receive(session, PROVIDER, key)
            if not receipt.is_new:
                return receipt.repeated or documents.nothing()
            body = answer(session, receipt.now)
            inbox.reply(session, receipt, body)
            return body

        while True:
            try:
                return xml(self.db.run(work))
            except HookWanted as wanted:
                self.hooks.answer(wanted.lookup)
                waited_for.add(wanted.lookup.place)

    def note(self, key: str, answer: Callable[[Session, datetime], None]) -> Response:
        """Take a notice in, once; nothing is said in return."""

        def work(session: Session) -> None:
            receipt = inbox.receive(session, PROVIDER, key)
            if receipt.is_new:
                answer(session, receipt.now)

        self.db.run(work)
        return Response(status=204)

    def document(self, answer: Callable[[Session, PhoneCall, datetime], str]) -> Response:
        """Answer a question that may be asked again and again, such as what a waiting caller hears."""
        return xml(self.db.run(lambda session: answer(session, calls.load(session, sid()), clock.now(session))))


def sid() -> str:
    """The provider's id of the call that this request is about."""
    return request.form.get("CallSid", "")[:64]


def xml(body: str) -> Response:
    return Response(body, content_type="text/xml; charset=utf-8")
