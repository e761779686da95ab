"""The router: feeds the engine from rows, commits what it decides by guarded updates, and starts afresh when in doubt.

Its memory is a cache. Every event it hears only names a row, which it reads again; so order, repetition and lateness of
what it hears do not matter, and two routers at once waste work but do no harm.
"""

from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

import routing
from contactcenter.assignment import facts, offers
from contactcenter.assignment.journal import Journal
from contactcenter.assignment.moves import Move, write_down
from contactcenter.foundation import clock, leases, rooms
from contactcenter.foundation.clock import microseconds
from contactcenter.foundation.db import Database
from contactcenter.foundation.errors import Conflict
from contactcenter.foundation.events import OfferMade, kind_of
from contactcenter.foundation.leases import Held
from contactcenter.foundation.processing import made_to_stay
from contactcenter.models import Room

log = structlog.get_logger()
LEASE = "router"
_BATCH = 20
_MOST_ROUNDS = 10
"""A guard that refuses the same proposal again and again must not keep the router from hearing what has changed."""
_BUDGET = 1000
"""Works that one tick may see to: about 30 ms."""
_BEHIND = 500_000
"""Microseconds."""
_FOLLOWED = ("queue", "agent", "config")
OFFER_MADE = kind_of(OfferMade)


class Deposed(Exception):  # noqa: N818 — a state of affairs
    """Another router holds the lease: forget everything."""


@dataclass(slots=True)
class Router:
    """The active router's memory: an engine, and how far it has followed each room."""

    db: Database
    held: Held
    engine: routing.Engine
    seen: dict[str, int]
    work: set[int] = field(default_factory=set)
    own: set[int] = field(default_factory=set)
    """Offers that this router made and has not yet met again in a room: no news."""
    put_off: datetime | None = None
    """Since when it has not looked at what it was hinted at, being busy with catching up."""
    lost: int = 0
    moves: list[Move] = field(default_factory=list)
    """What the engine has sent on, interrupted or resumed and the rows do not say yet."""
    journal: Journal = field(init=False)

    def __post_init__(self) -> None:
        self.journal = Journal(self.held.epoch)

    @classmethod
    def rebuilt(cls, db: Database, held: Held) -> "Router":
        """A router that knows exactly what one consistent view of the rows says."""
        with made_to_stay(), db.transaction() as session:
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            now = clock.now(session)
            engine = routing.Engine(facts.config(session))
            for agent in facts.agents(session, now):
                engine.apply(routing.AgentSignedIn(microseconds(now), agent))
            restored = facts.live_work(session, now)
            router = cls(db, held, engine, _followed(session), {work.facts.id for work in restored})
            for work in restored:
                router._hear(engine.apply(work))
        router._begin_journal()
        log.info("router_active", epoch=held.epoch, waiting=len(router.work))
        return router

    def step(self, hinted: Collection[str] | None = None) -> int:
        """Hear what changed, decide, commit. Returns how many offers were made. Raises Deposed.

        With `hinted` only these rooms are looked at: looking at all of them costs more than hearing what is new.
        """
        with self.db.transaction() as session:
            now = clock.now(session)
            if not leases.is_current(session, self.held):
                raise Deposed
            # Whoever is far behind the clock, after a pause, catches up in portions before other news makes it do so whole.
            behind = (wakes := self.engine.next_wakeup()) is not None and wakes + _BEHIND < microseconds(now)
            proposals = [] if behind else self._follow(session, now, None if self.put_off else hinted)
            self.put_off = now if behind else None
            self.journal.write(session, self.engine.config.version, now)
        proposals += self._tick(now)
        made = 0
        for _ in range(_MOST_ROUNDS):
            if not proposals and not self.moves:
                break
            made += self._commit(self._move_on(proposals))
            with self.db.transaction() as session:
                now = clock.now(session)
                self.journal.write(session, self.engine.config.version, now)
            proposals = self._tick(now)
        for proposal in proposals:
            self._tell(routing.OfferRefused(microseconds(now), proposal.work, proposal.agent))
        if self.journal.is_due(now):
            self._begin_journal()
        return made

    def wakes_at(self) -> datetime | None:
        """When it wants to be asked again, for news that it put off, a relaxation or a cool-off."""
        wakeup = self.engine.next_wakeup()
        return self.put_off or (None if wakeup is None else clock.instant(wakeup))

    def _tick(self, now: datetime) -> list[routing.OfferMade]:
        return self._hear(self._tell(routing.Tick(microseconds(now), budget=_BUDGET)))

    def _tell(self, event: routing.Event) -> list[routing.Effect]:
        """Everything the engine is told goes this way, so that its log is whole."""
        effects = self.engine.apply(event)
        self.journal.hear(event, effects)
        return effects

    def _begin_journal(self) -> None:
        with made_to_stay(), self.db.transaction() as session:
            self.journal.begin(session, self.engine, self.engine.config, clock.now(session))

    def _hear(self, effects: Iterable[routing.Effect]) -> list[routing.OfferMade]:
        """The offers among them; what moves otherwise is kept for `_move_on`, and what nobody can do is logged."""
        found = []
        for effect in effects:
            match effect:
                case routing.OfferMade():
                    found.append(effect)
                case routing.Overflowed() | routing.Interrupt() | routing.Resume():
                    self.moves.append(effect)
                case routing.Unroutable():
                    log.warning("unroutable", item=effect.work, reason=effect.reason)
                case _:
                    pass
        return found

    def _move_on(self, proposals: list[routing.OfferMade]) -> list[routing.OfferMade]:
        """Commit what moved, and read it again: another queue asks for other skills, and a guard may have said no."""
        if not self.moves:
            return proposals
        moves, self.moves = self.moves, []
        for move in moves:
            with suppress(Conflict):  # it was taken, moved or left meanwhile: the rows are right
                self.db.run(partial(write_down, move=move))
        moved = {move.work for move in moves}
        with self.db.transaction() as session:
            now = clock.now(session)
            for offer in proposals:
                if offer.work in moved:
                    self._tell(routing.OfferRefused(microseconds(now), offer.work, offer.agent))
            return [offer for offer in proposals if offer.work not in moved] + self._read_again(
                session, now, moved, set()
            )

    def _follow(self, session: Session, now: datetime, hinted: Collection[str] | None) -> list[routing.OfferMade]:
        current = _followed(session) if hinted is None else rooms.counters(session, hinted) if hinted else {}
        behind = {name: self.seen.get(name, 0) for name, seq in current.items() if seq > self.seen.get(name, 0)}
        if not behind:
            return []
        changes, too_far = rooms.missed(session, behind)
        own = {change for change in changes if change.kind == OFFER_MADE and change.ref in self.own}
        proposals: list[routing.OfferMade] = []
        if too_far or any(change.room.startswith("config:") for change in changes):
            self._reload(session, now)
        else:
            proposals = self._read_again(session, now, *_named(set(changes) - own))
        self.own.difference_update(change.ref for change in own)
        for change in changes:
            self.seen[change.room] = max(change.seq, self.seen.get(change.room, 0))
        self.seen.update({name: current[name] for name in too_far})
        return proposals

    def _read_again(
        self, session: Session, now: datetime, items: set[int], agents: set[int]
    ) -> list[routing.OfferMade]:
        """Tell the engine how these rows stand: what it knew first, then agents, then new work, which may ring at once."""
        at = microseconds(now)
        effects: list[routing.Effect] = []
        restored = facts.live_work(session, now, items) if items else []
        live = {work.facts.id for work in restored}
        for gone in sorted((items & self.work) - live):
            effects += self._tell(routing.WorkAbandoned(at, gone))
        fresh = [w for w in restored if w.facts.id not in self.work and w.state is routing.WorkState.WAITING]
        for work in restored:
            if work not in fresh:
                effects += self._tell(work)
        here = facts.agents(session, now, agents) if agents else []
        for gone in sorted(agents - {agent.id for agent in here}):
            effects += self._tell(routing.AgentSignedOut(at, gone))
        for agent in here:
            effects += self._tell(routing.AgentSignedIn(at, agent))
        for work in fresh:
            effects += self._tell(routing.WorkEnqueued(at, work.facts))
        self.work = (self.work - items) | live
        return self._hear(effects)

    def _reload(self, session: Session, now: datetime) -> None:
        """Start afresh from the rows: the configuration changed, or too much happened to follow step by step."""
        self.journal.write(session, self.engine.config.version, now)
        with made_to_stay():
            self.engine = routing.Engine(facts.config(session))
            for agent in facts.agents(session, now):
                self.engine.apply(routing.AgentSignedIn(microseconds(now), agent))
            self.work = set()
            self.own.clear()
            for work in facts.live_work(session, now):
                self._hear(self.engine.apply(work))
                self.work.add(work.facts.id)
            self.journal.begin(session, self.engine, self.engine.config, now)

    def _commit(self, proposals: list[routing.OfferMade]) -> int:
        made = 0
        for start in range(0, len(proposals), _BATCH):
            batch = sorted(proposals[start : start + _BATCH], key=lambda proposal: proposal.work)
            done, lost = self._made(batch)
            self.own.update(done)
            made += len(done)
            if lost:
                self._take_back(lost)
        return made

    def _made(self, batch: list[routing.OfferMade]) -> tuple[list[int], list[routing.OfferMade]]:
        """The offers made and what the guards refused. That is rare: only then each is tried on its own."""
        try:
            return self.db.run(partial(self._make_all, batch=batch)), []
        except offers.LostRace:
            return self.db.run(partial(self._make_some, batch=batch))

    def _make_all(self, session: Session, batch: list[routing.OfferMade]) -> list[int]:
        now = self._may_write(session)
        return [offers.make(session, self._proposal(one, now), now) for one in batch]

    def _make_some(self, session: Session, batch: list[routing.OfferMade]) -> tuple[list[int], list[routing.OfferMade]]:
        """One lost race does not undo the others."""
        now = self._may_write(session)
        done, lost = [], []
        for one in batch:
            try:
                with session.begin_nested():
                    done.append(offers.make(session, self._proposal(one, now), now))
            except offers.LostRace:
                lost.append(one)
        return done, lost

    def _may_write(self, session: Session) -> datetime:
        now = clock.now(session)
        if not leases.is_current(session, self.held):
            raise Deposed
        return now

    def _proposal(self, one: routing.OfferMade, now: datetime) -> offers.Proposal:
        expires_in = timedelta(microseconds=one.expires_at - microseconds(now))
        whole = timedelta(seconds=max(1, round(expires_in.total_seconds())))
        return offers.Proposal(one.work, one.agent, whole, one.decision, self.held.epoch)

    def _take_back(self, lost: list[routing.OfferMade]) -> None:
        """The facts had moved: tell the engine so, and read them again. What it would offer now waits for its tick."""
        self.lost += len(lost)
        log.info("router_lost_decisions", items=[proposal.work for proposal in lost])
        with self.db.transaction() as session:
            now = clock.now(session)
            for proposal in lost:
                self._tell(routing.OfferRefused(microseconds(now), proposal.work, proposal.agent))
            again = self._read_again(
                session, now, {proposal.work for proposal in lost}, {proposal.agent for proposal in lost}
            )
        for offer in again:
            self._tell(routing.OfferRefused(microseconds(now), offer.work, offer.agent))


def follows(room: str) -> bool:
    """Whether a router listens to this room."""
    return room.partition(":")[0] in _FOLLOWED


def _followed(session: Session) -> dict[str, int]:
    return dict(session.execute(select(Room.name, Room.seq).where(Room.kind.in_(_FOLLOWED))).all())


def _named(changes: Iterable[rooms.Change]) -> tuple[set[int], set[int]]:
    items, agents = set(), set()
    for change in changes:
        if change.item_id is not None:
            items.add(change.item_id)
        if change.room.startswith("agent:"):
            agents.add(int(change.room.partition(":")[2]))
    return items, agents
