"""Hundreds of agents at their desks: rows, sign-ins and, in a few processes, their sockets with heartbeats.

They are written into the tables directly, because passwords are slow to check on purpose; everything after that goes
through the doors.
"""

import multiprocessing as mp
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from multiprocessing.synchronize import Event
from select import POLLIN, poll
from typing import Any

from flask import Flask
from flask import session as browser
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import generate_csrf
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from benchmarks.measuring.ground import Ground
from contactcenter.floor.wire import Wire
from contactcenter.foundation import clock
from contactcenter.models import Agent, AgentChannel, AgentQueue, AgentSkill, Queue, SignIn, User
from contactcenter.models.states import Channel, Presence, Role

PROCESSES = 4
_CATCH_UP = 5.0
_SKILLS = {"lang-en": 10, "lang-zh": 10, "orders": 8, "returns": 8, "billing": 8, "general": 8}
_PAGE = "0" * 40
"""What makes a page's forms its own; one value does for all."""


@dataclass(frozen=True, slots=True)
class Talent:
    """What an agent serves and knows, and how many conversations of one channel at a time."""

    queues: tuple[str, ...] = ()
    """None means every queue."""
    skills: Mapping[str, int] = field(default_factory=lambda: _SKILLS)
    most: int = 3


@dataclass(frozen=True, slots=True)
class Desk:
    """A signed-in agent. `room` is watched beside the agent's own: nobody but the benchmark speaks in it."""

    agent_id: int
    talent: Talent
    cookie: str
    form_token: str
    """What the forms of the agent's pages carry, so that the door believes them."""

    @property
    def room(self) -> str:
        return f"case:{900_000_000 + self.agent_id}"


@dataclass(frozen=True, slots=True)
class Heard:
    """One event at one desk; `at` is this machine's monotonic clock, which all processes share."""

    agent_id: int
    kind: str
    item: int | None
    ref: int | None
    at: float


def furnish(
    ground: Ground, count: int, talents: Sequence[Talent] = (Talent(),), stays: timedelta = timedelta(minutes=3)
) -> list[Desk]:
    """Agents who are ready for work, with these talents by turns; they stay so long without a heartbeat."""
    staff = [talents[n % len(talents)] for n in range(count)]
    tokens = [f"benchmark-{n}" for n in range(count)]
    with ground.parts.db.transaction() as session:
        now = clock.now(session)
        ids = _hire(session, staff, now + stays)
        signed_in = [
            {"token_hash": sha256(token.encode()).hexdigest(), "user_id": one, "created_at": now, "seen_at": now}
            for one, token in zip(ids, tokens, strict=True)
        ]
        session.execute(insert(SignIn), signed_in)
    cookies = _signer(ground.settings.secret_key)
    form_token = _form_token(ground.settings.secret_key)
    return [
        Desk(one, talent, f"session={cookies.dumps({'token': token, 'csrf_token': _PAGE})}", form_token)
        for one, talent, token in zip(ids, staff, tokens, strict=True)
    ]


def _hire(session: Session, staff: Sequence[Talent], until: datetime) -> list[int]:
    """Their rows; returns their ids."""
    people = [
        {"login": f"desk{n}", "name": f"Desk {n}", "password_hash": "none", "role": Role.AGENT}
        for n in range(len(staff))
    ]
    ids = list(session.scalars(insert(User).returning(User.id, sort_by_parameter_order=True), people))
    hired = list(zip(ids, staff, strict=True))
    queues = dict(session.execute(select(Queue.name, Queue.id)).all())
    ready = {"chosen": Presence.AVAILABLE, "ready": True, "presence_until": until}
    session.execute(insert(Agent), [{"id": one, **ready} for one in ids])
    ways = [{"agent_id": one, "channel": way, "most": talent.most} for one, talent in hired for way in Channel]
    session.execute(insert(AgentChannel), ways)
    serves = [{"agent_id": one, "queue_id": queues[name]} for one, talent in hired for name in talent.queues or queues]
    session.execute(insert(AgentQueue), serves)
    knows = [
        {"agent_id": one, "skill": name, "level": level}
        for one, talent in hired
        for name, level in talent.skills.items()
    ]
    session.execute(insert(AgentSkill), knows)
    return ids


class Desks:
    """The sockets of all desks, spread over processes of their own, so that measuring costs the measured little."""

    def __init__(self, base_url: str, desks: Sequence[Desk]) -> None:
        context = mp.get_context("spawn")
        self._stop = context.Event()
        self._heard: Any = context.Queue()
        self._ready = [context.Event() for _ in range(PROCESSES)]
        shares = [desks[n::PROCESSES] for n in range(PROCESSES)]
        self._processes = [
            context.Process(target=_sit, args=(base_url, share, ready, self._stop, self._heard), daemon=True)
            for share, ready in zip(shares, self._ready, strict=True)
        ]

    def open(self) -> None:
        for process in self._processes:
            process.start()
        for ready, process in zip(self._ready, self._processes, strict=True):
            deadline = time.monotonic() + 90
            while not ready.wait(0.5):
                if not process.is_alive() or time.monotonic() > deadline:
                    raise SystemExit("The consoles could not connect.")

    def close(self) -> list[Heard]:
        """Everything that all desks heard."""
        self._stop.set()
        heard: list[Heard] = []
        for _ in self._processes:
            heard += self._heard.get(timeout=30)
        for process in self._processes:
            process.join(10)
        return heard


def _sit(base_url: str, desks: Sequence[Desk], ready: Event, stop: Event, out: Any) -> None:
    """One process: connect, then listen, beat and catch up like a page, until told to stop."""
    wires: dict[int, tuple[Desk, Wire]] = {}
    for desk in desks:
        wire = Wire(base_url, cookie=desk.cookie)
        wire.ask("rooms.catch_up", _book(desk))
        wires[wire.fileno()] = (desk, wire)
    ready.set()
    watched = poll()
    for number in wires:
        watched.register(number, POLLIN)
    rounds = _rounds([wire for _, wire in wires.values()], [desk for desk, _ in wires.values()])
    heard: list[Heard] = []
    due = time.monotonic()
    while not stop.is_set():
        for number, _ in watched.poll(max(0.0, 1000 * (due - time.monotonic()))):
            desk, wire = wires[number]
            _listen(desk, wire, heard)
        while due <= time.monotonic():
            due += next(rounds)
    for _, wire in wires.values():
        wire.close()
    out.put(heard)


def _listen(desk: Desk, wire: Wire, heard: list[Heard]) -> None:
    event = wire.take(wire.receive(5.0))
    if event:
        at, told = time.monotonic(), event[1]
        heard.append(Heard(desk.agent_id, told["kind"], told["item"], told["ref"], at))
        wire.forget()


def _rounds(wires: Sequence[Wire], desks: Sequence[Desk]) -> Any:
    """Evenly spread over the seconds: each page catches up, and every second time beats. Yields the pause after each."""
    pause = _CATCH_UP / len(wires)
    beats = False
    while True:
        beats = not beats
        for desk, wire in zip(desks, wires, strict=True):
            wire.emit("rooms.catch_up", _book(desk))
            if beats:
                wire.emit("presence.heartbeat")
            yield pause


def _book(desk: Desk) -> dict[str, int]:
    return {f"agent:{desk.agent_id}": 0, desk.room: 0}


def _signer(secret: str) -> Any:
    return SecureCookieSessionInterface().get_signing_serializer(_app(secret))


def _form_token(secret: str) -> str:
    with _app(secret).test_request_context():
        browser["csrf_token"] = _PAGE
        return str(generate_csrf())


def _app(secret: str) -> Flask:
    """Enough of an application to sign as ours does."""
    app = Flask("cookies")
    app.secret_key = secret
    return app
