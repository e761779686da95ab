"""The provider's requests made by hand: rightly signed, forged, repeated, late; and what they changed."""

import itertools
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urldefrag, urlencode

from house import BASE, NUMBER, TOKEN, House
from sqlalchemy import func, select, text
from twilio.request_validator import RequestValidator
from werkzeug.test import TestResponse

from contactcenter.invariants import check
from contactcenter.models import Agent, Base, Interaction, Offer, PhoneCall, WorkItem

CALLER = "+14155550123"
FORM = "application/x-www-form-urlencoded"


@dataclass
class Provider:
    house: House
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def sid(self) -> str:
        return f"CA{next(self.numbers):032x}"

    def post(self, url: str, *, signature: str | None = None, body: bytes | None = None, **fields: str) -> TestResponse:
        """A request as the provider makes it; `signature` and `body` replace the right ones."""
        target = urldefrag(url).url.removeprefix(BASE)
        signed = RequestValidator(TOKEN).compute_signature(BASE + target, fields) if signature is None else signature
        client = self.house.app.test_client()
        path, _, query = target.partition("?")
        return client.post(
            path,
            query_string=query,
            base_url=BASE,
            data=urlencode(fields).encode() if body is None else body,
            headers={"Content-Type": FORM, **({"X-Twilio-Signature": signed} if signed else {})},
            environ_overrides={"RAW_URI": target, "REQUEST_URI": target},
        )

    def ring(self, sid: str, caller: str = CALLER, **more: str) -> TestResponse:
        return self.post(f"{BASE}/twilio/voice", CallSid=sid, From=caller, To=NUMBER, CallStatus="ringing", **more)

    def status(self, sid: str, status: str) -> TestResponse:
        return self.post(self.house.parts.addresses.status, CallSid=sid, CallStatus=status)

    def leg(self, offer_id: int, sid: str, status: str) -> TestResponse:
        return self.post(self.house.parts.addresses.leg(offer_id), CallSid=sid, CallStatus=status)

    def room(self, call_id: int, sid: str, event: str, number: int, conference: str = "CF1") -> TestResponse:
        return self.post(
            self.house.parts.addresses.conference,
            ConferenceSid=conference,
            FriendlyName=f"call-{call_id}",
            StatusCallbackEvent=event,
            SequenceNumber=str(number),
            CallSid=sid,
        )

    def press(self, document: str, sid: str, keys: str) -> TestResponse:
        """Answer the question in this document."""
        return self.post(action_of(document), CallSid=sid, Digits=keys, msg="Gather End")

    def speak(self, document: str, sid: str, words: str) -> TestResponse:
        """Say something to the question in this document."""
        return self.post(action_of(document), CallSid=sid, SpeechResult=words, Confidence="0.9", msg="Gather End")

    def to_billing(self, sid: str | None = None, caller: str = CALLER) -> str:
        """Dial, choose English, choose billing: the caller is in line. Returns the call's sid."""
        called = sid or self.sid()
        document = self.ring(called, caller).get_data(as_text=True)
        document = self.in_main_menu(self.press(document, called, "1").get_data(as_text=True), called)
        document = self.press(document, called, "3").get_data(as_text=True)
        assert "<Enqueue" in document, document
        return called

    def in_main_menu(self, document: str, sid: str) -> str:
        """Whoever has called before is asked about their open case first; it is something else."""
        if "/open_case/" not in document:
            return document
        return self.press(document, sid, "2").get_data(as_text=True)

    # --- what is known of a call ---

    def call(self, sid: str) -> PhoneCall:
        return self.one(PhoneCall, PhoneCall.call_sid == sid)

    def interaction(self, sid: str) -> Interaction:
        return self.one(Interaction, Interaction.id == self.call(sid).interaction_id)

    def item(self, sid: str) -> WorkItem:
        return self.one(WorkItem, WorkItem.interaction_id == self.call(sid).interaction_id)

    def offer(self, sid: str) -> Offer:
        """The newest offer for this call."""
        return self.all(Offer, Offer.item_id == self.item(sid).id)[-1]

    def offered(self, sid: str) -> Offer:
        """The offer that the router makes for this call. One whose lease ran out meanwhile first takes it again."""
        for _ in range(3):
            self.house.router.turn()
        return self.offer(sid)

    def agent(self, login: str) -> Agent:
        return self.one(Agent, Agent.id == self.house.user_id(login))

    def one(self, model: Any, *where: Any) -> Any:
        (found,) = self.all(model, *where)
        return found

    def all(self, model: Any, *where: Any) -> list[Any]:
        with self.house.db.transaction() as session:
            return list(session.scalars(select(model).where(*where).order_by(model.id)))

    def everything(self) -> dict[str, int]:
        """How many rows each table has."""
        with self.house.db.transaction() as session:
            return {
                table.name: session.scalar(select(func.count()).select_from(table)) or 0
                for table in Base.metadata.sorted_tables
            }

    def rows_changed(self) -> int:
        """How many rows this database has inserted, updated or deleted since it was made."""
        with self.house.db.transaction() as session:
            session.execute(text("SELECT pg_stat_force_next_flush()"))
            return session.scalar(text("SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_user_tables")) or 0

    def violated(self) -> list[str]:
        with self.house.db.transaction() as session:
            return [one.line() for one in check(session) if one.violations]


def action_of(document: str) -> str:
    """Where the answer to this document goes."""
    return document.partition('action="')[2].partition('"')[0].replace("&amp;", "&")
