"""What the voice channel has done outside: legs dialled, callers moved, calls held and ended, by the worker."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog

from contactcenter.channels.voice import callback_tries, commands, pickup, softphone
from contactcenter.channels.voice.addresses import Addresses
from contactcenter.channels.voice.provider import CALL_GONE, NOT_FOUND, Client, TwilioRestException
from contactcenter.foundation import clock
from contactcenter.foundation.db import Database
from contactcenter.foundation.outbox import Claim
from contactcenter.models import Offer, PhoneCall
from contactcenter.models.states import LegState, OutboxState

log = structlog.get_logger()
_CONFERENCE_EVENTS = ["start", "end", "join", "leave", "hold"]
_LEG_EVENTS = ["initiated", "ringing", "answered", "completed"]
_CUSTOMER_RINGS = 30
"""Seconds; a mailbox answers later almost everywhere."""
_LOOK_BACK = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Voice:
    """Everything a job of this channel needs."""

    db: Database
    client: Callable[[], Client]
    addresses: Addresses

    def carry_out(self, parcel: Claim) -> OutboxState:  # noqa: C901 — a table: one case for each topic
        """Do one effect. A gone call is a normal race and counts as done; other refusals are raised."""
        try:
            match parcel.topic:
                case "voice.dial_agent":
                    self._dial_agent(parcel)
                case "voice.join_caller":
                    self._lead(parcel.payload["sid"], self.addresses.room)
                case "voice.dial_customer":
                    self._dial_customer(parcel)
                case "voice.back_in_line":
                    self._lead(parcel.payload["sid"], self.addresses.line)
                case "voice.hang_up":
                    self.client().calls(parcel.payload["sid"]).update(status="completed")
                case "voice.command":
                    self._command(parcel)
                case _:
                    raise LookupError(f"Nobody carries out {parcel.topic}.")
        except TwilioRestException as error:
            if error.code not in {CALL_GONE, NOT_FOUND}:
                raise
            log.info("call_gone", topic=parcel.topic, code=error.code)
        return OutboxState.DONE

    def _dial_agent(self, parcel: Claim) -> None:
        """Make the agent's leg. A repetition first looks whether an earlier attempt made it."""
        wanted = self._wanted(parcel)
        if wanted is None:
            return
        call, agent_id, offer_id = wanted
        to = softphone.address(agent_id)
        made = self._already_made(to, offer_id) if parcel.uncertain else None
        sid = made or self._create_leg(call, to, offer_id)
        with self.db.transaction() as session:
            kept = pickup.leg_created(session, call.id, offer_id, sid)
        if not kept:
            self.client().calls(sid).update(status="completed")

    def _wanted(self, parcel: Claim) -> tuple[PhoneCall, int, int] | None:
        """The call and agent, unless the caller left or the work went elsewhere meanwhile."""
        payload = parcel.payload
        with self.db.transaction() as session:
            call = session.get(PhoneCall, payload["call_id"])
            offer = session.get(Offer, payload["offer_id"])
        usable = call and offer and call.agent_offer == offer.id and call.agent_leg == LegState.DIALING
        return (call, offer.agent_id, offer.id) if usable and call and offer else None

    def _already_made(self, to: str, offer_id: int) -> str | None:
        label = f"offer={offer_id}"
        with self.db.transaction() as session:
            since = clock.now(session) - _LOOK_BACK
        for call in self.client().calls.list(to=f"{to}?{label}", start_time_after=since, limit=5):
            return str(call.sid)
        return None

    def _create_leg(self, call: PhoneCall, to: str, offer_id: int) -> str:
        room = self.client().conferences(pickup.room_name(call.id))
        leg = room.participants.create(
            from_=call.to_number,
            to=f"{to}?offer={offer_id}",
            label=f"agent-{offer_id}",
            beep="false",
            early_media=True,
            end_conference_on_exit=False,
            start_conference_on_enter=True,
            wait_url="",
            timeout=15,
            status_callback=self.addresses.leg(offer_id),
            status_callback_event=_LEG_EVENTS,
            conference_status_callback=self.addresses.conference,
            conference_status_callback_event=_CONFERENCE_EVENTS,
        )
        return str(leg.call_sid)

    def _dial_customer(self, parcel: Claim) -> None:
        """Make the customer's leg of a callback. A repetition first looks whether an earlier attempt made it."""
        with self.db.transaction() as session:
            call = session.get(PhoneCall, parcel.payload["call_id"])
            since = clock.now(session) - _LOOK_BACK
        if call is None or call.customer_leg != LegState.DIALING:
            return
        calls = self.client().calls
        made = calls.list(to=call.from_number, start_time_after=since, limit=1) if parcel.uncertain else []
        sid = str(made[0].sid) if made else self._create_customer_leg(call)
        with self.db.transaction() as session:
            kept = callback_tries.leg_created(session, call.id, sid)
        if not kept:
            calls(sid).update(status="completed")

    def _create_customer_leg(self, call: PhoneCall) -> str:
        leg = self.client().calls.create(
            to=call.from_number,
            from_=call.to_number,
            url=self.addresses.customer_answers(call.id),
            fallback_url=self.addresses.fallback,
            timeout=_CUSTOMER_RINGS,
            status_callback=self.addresses.customer(call.id),
            status_callback_event=_LEG_EVENTS,
        )
        return str(leg.sid)

    def _lead(self, sid: str, url: str) -> None:
        """Out of wherever the caller is, and on with the document found there."""
        self.client().calls(sid).update(url=url, method="POST", fallback_url=self.addresses.fallback)

    def _command(self, parcel: Claim) -> None:
        payload = parcel.payload
        with self.db.transaction() as session:
            call = session.get(PhoneCall, payload["call_id"])
            undecided = commands.is_undecided(session, payload["command_id"])
        if call is None or not undecided:
            return
        try:
            self._ask(call, payload["verb"])
        except TwilioRestException as error:
            with self.db.transaction() as session:
                commands.fail(session, payload["command_id"], str(error.msg)[:300], clock.now(session))
            log.info("command_refused", verb=payload["verb"], code=error.code)

    def _ask(self, call: PhoneCall, verb: str) -> None:
        together = call.conference_sid is not None and call.customer_leg in {LegState.JOINED, LegState.HELD}
        if verb == "hang_up" and not together:
            self.client().calls(call.call_sid).update(status="completed")
            return
        caller = self.client().conferences(str(call.conference_sid)).participants(call.call_sid)
        match verb:
            case "hang_up":
                caller.delete()  # out of the room, not off the phone: the menu may have a last question
            case "transfer":
                self._lead(call.call_sid, self.addresses.line)
            case "hold":
                caller.update(hold=True, hold_url=self.addresses.hold, hold_method="GET")
            case _:
                caller.update(hold=False)
