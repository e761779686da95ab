"""What the routing engine is measured against: the same rule without its indexes, as a plain scan.

The rule is the default policy's: the most urgent work by enqueued + target - boost, then arrival; the agent who is least
flexible, then has the least at hand, then is longest idle. A freed agent is compared with all waiting work until nothing
more fits; an arrival with all agents. A scan keeps its own account of who holds what.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import process_time_ns

from benchmarks.measuring.routing_drive import Answered, Offers, Rows
from benchmarks.measuring.routing_world import CHANNELS, QUEUES, World
from routing import AgentFacts, Id, Policy, WorkCompleted, WorkFacts

COST = {channel.name: channel.cost for channel in CHANNELS}
MOST = {channel.name: channel.max_per_agent for channel in CHANNELS}
_TARGET = {queue.name: queue.sla_target for queue in QUEUES}


@dataclass(slots=True)
class Account:
    """An agent, and what the agent holds: in units of capacity, and in pieces by channel."""

    facts: AgentFacts
    flexibility: int
    idle_since: int
    load: int = 0
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COST, 0))

    def has_room(self, channel: str) -> bool:
        return self.load + COST[channel] <= self.facts.capacity and self.counts[channel] < MOST[channel]

    def can_take(self, work: WorkFacts) -> bool:
        return (
            self.has_room(work.channel)
            and work.queue in self.facts.queues
            and work.requirement.met_by(self.facts.skills)
        )

    @property
    def rank(self) -> tuple[int, int, int, Id]:
        return (self.flexibility, self.load, self.idle_since, self.facts.id)


class Scan(ABC):
    def __init__(self, rows: Rows) -> None:
        self.accounts = {agent.id: account_of(agent) for agent in rows.agents}
        self._holder: dict[Id, tuple[WorkFacts, Account]] = {}

    def read(self, rows: Rows) -> None:
        for one in rows.held:
            self.take(one.work, self.accounts[one.agent])
        for work in rows.waiting:
            self.put(work)

    @abstractmethod
    def put(self, work: WorkFacts) -> None: ...

    @abstractmethod
    def drop(self, work: WorkFacts) -> None: ...

    @abstractmethod
    def waiting(self, work: Id) -> WorkFacts: ...

    @abstractmethod
    def best_work(self, agent: Account) -> WorkFacts | None: ...

    @abstractmethod
    def best_agent(self, work: WorkFacts) -> Account | None: ...

    def count(self, agent: Account, work: WorkFacts, sign: int) -> None:
        agent.load += sign * COST[work.channel]
        agent.counts[work.channel] += sign

    def answer(self, one: Answered) -> Offers:
        if isinstance(one.event, WorkCompleted):
            return tuple(self._freed(one.event.work, one.event.now))
        return tuple(self._arrived(one.event.facts))

    def follow(self, one: Answered) -> None:
        """Believe the engine, without looking."""
        if isinstance(one.event, WorkCompleted):
            self._give_back(one.event.work, one.event.now)
        else:
            self.put(one.event.facts)
        for work_id, agent in one.offers:
            work = self.waiting(work_id)
            self.drop(work)
            self.take(work, self.accounts[agent])

    def take(self, work: WorkFacts, agent: Account) -> tuple[Id, Id]:
        self._holder[work.id] = work, agent
        self.count(agent, work, 1)
        return work.id, agent.facts.id

    def _freed(self, work_id: Id, now: int) -> list[tuple[Id, Id]]:
        agent = self._give_back(work_id, now)
        offers = []
        while (work := self.best_work(agent)) is not None:
            self.drop(work)
            offers.append(self.take(work, agent))
        return offers

    def _give_back(self, work_id: Id, now: int) -> Account:
        done, agent = self._holder.pop(work_id)
        agent.idle_since = now
        self.count(agent, done, -1)
        return agent

    def _arrived(self, work: WorkFacts) -> list[tuple[Id, Id]]:
        agent = self.best_agent(work)
        if agent is not None:
            return [self.take(work, agent)]
        self.put(work)
        return []


class NaiveScan(Scan):
    def __init__(self, _: World, rows: Rows) -> None:
        super().__init__(rows)
        self._waiting: dict[Id, tuple[int, WorkFacts]] = {}
        self.read(rows)

    def put(self, work: WorkFacts) -> None:
        self._waiting[work.id] = urgency(work), work

    def drop(self, work: WorkFacts) -> None:
        del self._waiting[work.id]

    def waiting(self, work: Id) -> WorkFacts:
        return self._waiting[work][1]

    def best_work(self, agent: Account) -> WorkFacts | None:
        fitting = ((key, work.id) for key, work in self._waiting.values() if agent.can_take(work))
        best = min(fitting, default=None)
        return self._waiting[best[1]][1] if best is not None else None

    def best_agent(self, work: WorkFacts) -> Account | None:
        fitting = (agent for agent in self.accounts.values() if agent.can_take(work))
        return min(fitting, key=lambda agent: agent.rank, default=None)


def account_of(agent: AgentFacts) -> Account:
    """Flexible is, where no demand is configured, who could meet many requests for one skill of one queue, or for none."""
    flexibility = len(agent.queues) * (1 + sum(agent.skills.values()))
    return Account(agent, flexibility, agent.idle_since or 0)


def urgency(work: WorkFacts) -> int:
    return work.enqueued_at + _TARGET[work.queue] - Policy().boost * (work.priority or 0)


def replayed(scan: Scan, earlier: Sequence[Answered], answers: Sequence[Answered]) -> list[int]:
    """The nanoseconds of each event. Whoever answers otherwise than the engine did ends the benchmark."""
    for one in earlier:
        scan.follow(one)
    spent = []
    for n, one in enumerate(answers):
        began = process_time_ns()
        offers = scan.answer(one)
        spent.append(process_time_ns() - began)
        if offers != one.offers:
            raise SystemExit(f"{type(scan).__name__}, event {n}, {one.event}: {offers}, but the engine: {one.offers}")
    return spent
