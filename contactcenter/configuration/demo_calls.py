"""Puts calls of the sample company into the past: the phone menu walks what its callers pressed, on a clock of their own."""

import random
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

import ivr
from contactcenter.channels.voice import flows
from contactcenter.channels.voice.calls import ENDED
from contactcenter.channels.voice.menu import choice
from contactcenter.configuration.reading_demo_calls import SILENCE, DemoCall
from contactcenter.foundation.db import add_all
from contactcenter.models import FlowText, Interaction, PhoneCall, PhoneNumber, StepVisit
from contactcenter.models.states import Channel, InteractionState, LegState
from ivr.visiting import HANGUP

_DAYS = 28
_OPENS, _CLOSES = 8 * 60, 20 * 60
_THINKS = (3, 14)
_TALKS = (60, 420)


@dataclass(frozen=True, slots=True)
class Caller:
    """A customer of ours with a telephone."""

    customer_id: int
    number: str


def add_calls(
    session: Session, kinds: Sequence[DemoCall], callers: Sequence[Caller], orders: Collection[str], now: datetime
) -> int:
    """Calls of the last four weeks on the first of our numbers; returns how many.

    None where no menu answers a number, and none where calls have come in already: then the figures are of those.
    """
    found = session.execute(
        select(PhoneNumber.number, FlowText.name, FlowText.version)
        .join(FlowText, (FlowText.name == PhoneNumber.flow) & FlowText.current)
        .order_by(PhoneNumber.number)
        .limit(1)
    ).first()
    if found is None or not callers or session.scalar(select(PhoneCall.id).limit(1)) is not None:
        return 0
    flow, dice = flows.version(session, found.name, found.version), random.Random(1)  # noqa: S311 — a sample, no secret
    walked = [
        _Call(flow, kind, dice.choice(callers), dice, _rang(kind, dice, now)).walked(orders)
        for kind in kinds
        for _ in range(kind.times)
    ]
    walked.sort(key=lambda call: call.began)
    _keep(session, walked, found.number)
    return len(walked)


def _rang(kind: DemoCall, dice: random.Random, now: datetime) -> datetime:
    """During the day, or in the night before for somebody who finds us closed; never today."""
    minute = dice.randint(0, _OPENS - 60) if kind.closed else dice.randint(_OPENS, _CLOSES)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return (
        midnight - timedelta(days=dice.randint(1, _DAYS - 1)) + timedelta(minutes=minute, seconds=dice.randint(0, 59))
    )


@dataclass(slots=True)
class _Call:
    """One call on its way; `at` is where its clock stands, `since` when the stay under way began."""

    flow: ivr.Flow
    kind: DemoCall
    caller: Caller
    dice: random.Random
    began: datetime
    at: datetime = field(init=False)
    since: datetime = field(init=False)
    queued_at: datetime | None = None
    keyed: bool = False
    language: str = ""
    outcome: str = "gave_up"
    path: list[str] = field(default_factory=list)
    stays: list[dict[str, Any]] = field(default_factory=list)

    def walked(self, orders: Collection[str]) -> "_Call":
        self.at = self.since = self.began
        presses = iter(self.kind.presses)
        turn = ivr.begin(self.flow, ivr.Caller(self.caller.number))
        self._over(ivr.visited_first(self.flow, turn))
        while not isinstance(turn.act, ivr.HangUp):
            event = self._event(turn.act, presses, orders)
            if event is None:
                state = turn.state
                self._over((ivr.Visit(state.step, HANGUP, state.language, state.silences, state.wrong),))
                break
            before, turn = turn.state, ivr.advance(self.flow, turn.state, event)
            self.path += [one for one in [choice(self.flow, before, event)] if one]
            self.keyed = self.keyed or ivr.pressed(self.flow, before, event)
            self._over(ivr.visited(self.flow, before, event, turn))
            if event == ivr.QueueLeft("answered"):
                self.at += timedelta(seconds=self.dice.randint(*_TALKS))
                self.since = self.at
        self.language = turn.state.language
        self.outcome = turn.state.ended or self.outcome
        return self

    def _event(self, act: ivr.Act, presses: Iterator[str], orders: Collection[str]) -> ivr.Event | None:
        """What comes next; None when the caller has had enough."""
        match act:
            case ivr.AskHours():
                return ivr.HoursAnswered("closed" if self.kind.closed else "open")
            case ivr.AskLookup(_, given):
                return ivr.LookupAnswered("found" if {self.caller.number, *orders} & set(given.values()) else "missing")
            case ivr.AskKeys():
                self.at += timedelta(seconds=self.dice.randint(*_THINKS))
                pressed = next(presses, None)
                return None if pressed is None else ivr.Silence() if pressed == SILENCE else ivr.KeysPressed(pressed)
            case ivr.WaitInQueue():
                self.queued_at = self.queued_at or self.at
                self.at += timedelta(seconds=self.kind.waits * self.dice.uniform(0.5, 1.6))
                return ivr.QueueLeft("answered") if self.kind.answered else None
            case _:
                self.at += timedelta(seconds=self.kind.message or self.dice.randint(*_THINKS))
                return ivr.MessageRecorded(self.kind.message, hung_up=True)

    def _over(self, visits: Sequence[ivr.Visit]) -> None:
        for one in visits:
            self.stays.append(
                {
                    "flow": self.flow.name,
                    "version": self.flow.version,
                    "step": one.step,
                    "exit": one.exit,
                    "language": one.language,
                    "silences": one.silences,
                    "wrong_keys": one.wrong_keys,
                    "keyed": self.keyed,
                    "entered_at": self.since,
                    "left_at": self.at,
                    "number": len(self.stays) + 1,
                }
            )
            self.since = self.at


def _keep(session: Session, calls: Sequence[_Call], number: str) -> None:
    interactions = add_all(session, Interaction, [_interaction(call) for call in calls])
    rows = [
        _phone_call(call, interaction, number, f"sample-{place}")
        for place, (call, interaction) in enumerate(zip(calls, interactions, strict=True), 1)
    ]
    ids = add_all(session, PhoneCall, rows)
    stays = [{"call_id": call_id, **one} for call_id, call in zip(ids, calls, strict=True) for one in call.stays]
    if stays:
        session.execute(insert(StepVisit), stays)


def _interaction(call: _Call) -> Mapping[str, Any]:
    return {
        "customer_id": call.caller.customer_id,
        "channel": Channel.VOICE,
        "state": InteractionState.COMPLETED,
        "language": call.language,
        "address": call.caller.number,
        "path": call.path,
        "outcome": call.outcome,
        "started_at": call.began,
        "queued_at": call.queued_at,
        "ended_at": call.at,
    }


def _phone_call(call: _Call, interaction: int, number: str, sid: str) -> Mapping[str, Any]:
    return {
        "call_sid": sid,
        "interaction_id": interaction,
        "from_number": call.caller.number,
        "to_number": number,
        "status_rank": ENDED,
        "flow": call.flow.name,
        "flow_version": call.flow.version,
        "position": {},
        "customer_leg": LegState.LEFT,
    }
