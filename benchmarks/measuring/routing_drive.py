"""Drives a routing engine through its public surface, and clocks each event it takes: CPU time of this process."""

import gc
from collections.abc import Iterable
from dataclasses import dataclass
from random import Random
from time import process_time_ns
from typing import Self, TypeAlias

from benchmarks.measuring.routing_world import BEGIN, Traffic, World
from routing import (
    AgentFacts,
    AgentSignedIn,
    Effect,
    Engine,
    Id,
    OfferAccepted,
    OfferMade,
    Tick,
    WorkCompleted,
    WorkEnqueued,
    WorkFacts,
    WorkRestored,
    WorkState,
)

Offers: TypeAlias = tuple[tuple[Id, Id], ...]
"""Work and agent, in the order in which they were proposed."""
_GAP = 1_000
"""Microseconds between two events."""


@dataclass(frozen=True, slots=True)
class Held:
    work: WorkFacts
    agent: Id


@dataclass(frozen=True, slots=True)
class Rows:
    """What the application's tables would say at `BEGIN`: all that is needed to build an engine, or a scan."""

    agents: tuple[AgentFacts, ...]
    held: tuple[Held, ...]
    waiting: tuple[WorkFacts, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """`pause_ns` of the nanoseconds went to garbage collection."""

    event: WorkEnqueued | WorkCompleted
    offers: Offers
    ns: int
    pause_ns: int


@dataclass(frozen=True, slots=True)
class Loaded:
    """CPU seconds, by what was read; `matched` is the tick that follows, which finds nothing left to match."""

    agents: float
    held: float
    waiting: float
    matched: float


@dataclass(frozen=True, slots=True)
class Drive:
    """Events in the order they happened, and the nanoseconds of each acceptance in between."""

    answers: list[Answered]
    accepted_ns: list[int]


def full_floor(world: World, traffic: Traffic) -> Rows:
    """Everybody works on all they can take, and as much waits as the world says."""
    engine = Engine(world.config)
    for agent in world.agents:
        engine.apply(AgentSignedIn(BEGIN, agent))
    waiting: dict[Id, WorkFacts] = {}
    held: list[Held] = []
    while len(waiting) < world.size.waiting:
        for _ in range(world.size.waiting - len(waiting)):
            work = traffic.earlier()
            waiting[work.id] = work
            engine.apply(WorkRestored(BEGIN, work))
        held += [Held(waiting.pop(work), agent) for work, agent in offers_in(engine.apply(Tick(BEGIN)))]
    return Rows(world.agents, tuple(held), tuple(waiting.values()))


def loaded_engine(world: World, rows: Rows, *, explain: bool = True) -> tuple[Engine, Loaded]:
    """As a router starts: agents, then work, then one tick. Frozen afterwards, as any long-running process should be."""
    engine = Engine(world.config, explain=explain)
    held = WorkState.ASSIGNED
    took = Loaded(
        _seconds(engine, [AgentSignedIn(BEGIN, agent) for agent in rows.agents]),
        _seconds(engine, [WorkRestored(BEGIN, one.work, held, one.agent) for one in rows.held]),
        _seconds(engine, [WorkRestored(BEGIN, work) for work in rows.waiting]),
        _seconds(engine, [Tick(BEGIN)]),
    )
    gc.collect()
    gc.freeze()
    return engine, took


def _seconds(engine: Engine, happenings: Iterable[AgentSignedIn | WorkRestored | Tick]) -> float:
    began = process_time_ns()
    for event in happenings:
        engine.apply(event)
    return (process_time_ns() - began) / 1e9


class Pauses:
    """Nanoseconds of garbage collection since it began to listen."""

    def __init__(self) -> None:
        self.ns = 0
        self._began = 0

    def __enter__(self) -> Self:
        gc.callbacks.append(self._turn)
        return self

    def __exit__(self, *_: object) -> None:
        gc.callbacks.remove(self._turn)

    def _turn(self, phase: str, _: dict[str, int]) -> None:
        if phase == "start":
            self._began = process_time_ns()
        else:
            self.ns += process_time_ns() - self._began


class Driver:
    """A completion and an arrival in turn; every offer is accepted at once."""

    def __init__(self, engine: Engine, rows: Rows, traffic: Traffic, seed: int) -> None:
        self._engine = engine
        self._traffic = traffic
        self._random = Random(seed)
        self._now = BEGIN
        self._assigned = [one.work.id for one in rows.held]

    def run(self, pairs: int) -> Drive:
        drive = Drive([], [])
        with Pauses() as pauses:
            for _ in range(pairs):
                self._now += _GAP
                self._measure(WorkCompleted(self._now, self._someones_work()), drive, pauses)
                self._now += _GAP
                self._measure(WorkEnqueued(self._now, self._traffic.arriving(self._now)), drive, pauses)
        return drive

    def _measure(self, event: WorkEnqueued | WorkCompleted, drive: Drive, pauses: Pauses) -> None:
        paused, began = pauses.ns, process_time_ns()
        effects = self._engine.apply(event)
        took = process_time_ns() - began
        offers = offers_in(effects)
        drive.answers.append(Answered(event, offers, took, pauses.ns - paused))
        for work, agent in offers:
            self._assigned.append(work)
            accepted = OfferAccepted(self._now, work, agent)
            began = process_time_ns()
            self._engine.apply(accepted)
            drive.accepted_ns.append(process_time_ns() - began)

    def _someones_work(self) -> Id:
        at = self._random.randrange(len(self._assigned))
        self._assigned[at], self._assigned[-1] = self._assigned[-1], self._assigned[at]
        return self._assigned.pop()


def offers_in(effects: Iterable[Effect]) -> Offers:
    return tuple((effect.work, effect.agent) for effect in effects if isinstance(effect, OfferMade))
