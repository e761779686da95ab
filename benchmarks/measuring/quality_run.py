"""A small event loop around the routing engine: customers come, offers are accepted at once, services end."""

from collections.abc import Iterable
from dataclasses import dataclass
from heapq import heappop, heappush

from benchmarks.measuring.quality_world import KINDS, TIERS, Customer, Tier, World
from benchmarks.measuring.table import percentile
from routing import (
    SECOND,
    AgentSignedIn,
    Effect,
    Engine,
    Id,
    OfferAccepted,
    OfferMade,
    Policy,
    WorkCompleted,
    WorkEnqueued,
    WorkFacts,
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Seconds waited by everyone who came after the warm-up, by tier; `unserved` of them were never served.

    `idle` is how many seconds work waited while somebody who could have served it had nothing to do.
    """

    waits: dict[Tier, list[float]]
    unserved: int
    idle: float

    @property
    def all_waits(self) -> list[float]:
        return [wait for waits in self.waits.values() for wait in waits]

    @property
    def mean(self) -> float:
        return sum(self.all_waits) / len(self.all_waits)

    @property
    def p95(self) -> float:
        return percentile(self.all_waits, 0.95)

    @property
    def longest(self) -> float:
        return max(self.all_waits)

    def service_level(self, tier: Tier) -> float:
        return sum(wait <= tier.target for wait in self.waits[tier]) / len(self.waits[tier])

    @property
    def weighted(self) -> float:
        """The service level, each customer counting as much as the tier weighs."""
        most = sum(tier.weight * len(waits) for tier, waits in self.waits.items())
        return sum(tier.weight * len(self.waits[tier]) * self.service_level(tier) for tier in self.waits) / most


def simulate(world: World, came: Iterable[Customer], policy: Policy, warm_up: float) -> Outcome:
    """Until the last customer is served."""
    floor = _Floor(world, list(came), policy)
    floor.run()
    waits: dict[Tier, list[float]] = {tier: [] for tier in TIERS}
    unserved = 0
    for work, customer in enumerate(floor.customers):
        if customer.at >= warm_up * SECOND:
            served = floor.served_at.get(work)
            unserved += served is None
            # Whoever was not served waits on, beyond every target.
            waited = (floor.now if served is None else served) - customer.at
            waits[world.kinds[customer.kind].tier].append(waited / SECOND)
    return Outcome(waits, unserved, floor.idle / SECOND)


class _Floor:
    """Who waits and who is idle is counted here once more, apart from the engine. Microseconds."""

    def __init__(self, world: World, customers: list[Customer], policy: Policy) -> None:
        self.customers = customers
        self.served_at: dict[Id, int] = {}
        self.idle = 0
        self.now = 0
        self._world = world
        self._engine = Engine(world.config(policy))
        for agent in world.agents:
            self._engine.apply(AgentSignedIn(0, agent))
        self._free = (1 << len(world.agents)) - 1
        self._waiting = [0] * KINDS
        self._ends: list[tuple[int, Id, Id]] = []

    def run(self) -> None:
        for work, customer in enumerate(self.customers):
            self._end_services(until=customer.at)
            self._pass_to(customer.at)
            self._waiting[customer.kind] += 1
            self._serve(self._engine.apply(WorkEnqueued(self.now, self._facts(work, customer))))
        self._end_services(until=None)

    def _end_services(self, until: int | None) -> None:
        while self._ends and (until is None or self._ends[0][0] <= until):
            at, work, agent = heappop(self._ends)
            self._pass_to(at)
            self._free |= 1 << agent
            self._serve(self._engine.apply(WorkCompleted(at, work)))

    def _serve(self, effects: Iterable[Effect]) -> None:
        for effect in effects:
            if isinstance(effect, OfferMade):
                self._engine.apply(OfferAccepted(self.now, effect.work, effect.agent))
                customer = self.customers[effect.work]
                self._free &= ~(1 << effect.agent)
                self._waiting[customer.kind] -= 1
                self.served_at[effect.work] = self.now
                heappush(self._ends, (self.now + customer.service, effect.work, effect.agent))

    def _pass_to(self, at: int) -> None:
        if any(self._waiting[n] and kind.able & self._free for n, kind in enumerate(self._world.kinds)):
            self.idle += at - self.now
        self.now = at

    def _facts(self, work: Id, customer: Customer) -> WorkFacts:
        kind = self._world.kinds[customer.kind]
        return WorkFacts(work, kind.tier.name, "voice", enqueued_at=customer.at, requirement=kind.requirement)
