"""The routing engine inside a simulation: it hears what happens, and every offer it makes is accepted at once."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from routing.config import Config, Demand, Policy, Queue
from routing.effects import OfferMade
from routing.engine import Engine
from routing.events import (
    AgentPresence,
    AgentSignedIn,
    Event,
    OfferAccepted,
    Tick,
    WorkAbandoned,
    WorkCompleted,
    WorkEnqueued,
)
from routing.facts import AgentFacts, WorkFacts
from routing.simulation_distributions import Recorded
from routing.simulation_model import AgentGroup, Model, WorkClass, queue_of, queues_of
from routing.simulation_people import Customer, Staff


@dataclass(frozen=True, slots=True)
class ByEngine:
    """Without a configuration of your own, the model's queues and expected demand make one, under this policy.

    Where it follows from plain rules what the engine would decide, they are asked instead of it; with `always`, never.
    """

    policy: Policy = field(default_factory=Policy)
    config: Config | None = None
    always: bool = False


class EngineRouter:
    """Agents have names here. When a group shrinks, free agents leave at once, and then whoever finishes first."""

    timed = True

    def __init__(self, model: Model, routing: ByEngine) -> None:
        self.staff = [Staff() for _ in model.groups]
        self._model = model
        self._engine = Engine(routing.config or config_of(model, routing.policy), explain=False)
        self._inside: dict[int, Customer] = {}
        self._numbers = 0
        self._off: list[list[int]] = []
        self._on: list[dict[int, int]] = []
        """For each group, who is off, and how many customers each agent has who is on."""
        self._leaving: dict[int, int] = {}
        """Agents who went off with customers in hand, and how many they still have."""
        self._group_of: dict[int, int] = {}
        for index, group in enumerate(model.groups):
            self._sign_in(index, group)

    def arrived(self, customer: Customer, now: float) -> Iterable[Customer]:
        self._numbers += 1
        customer.number = self._numbers
        self._inside[customer.number] = customer
        at = self._instant(now)
        return self._apply(WorkEnqueued(at, _facts(self._model, customer, at)), now)

    def gave_up(self, customer: Customer, now: float) -> Iterable[Customer]:
        del self._inside[customer.number]
        return self._apply(WorkAbandoned(self._instant(now), customer.number), now)

    def finished(self, customer: Customer, now: float) -> Iterable[Customer]:
        del self._inside[customer.number]
        group, agent, at = customer.group, customer.agent, self._instant(now)
        staff, on = self.staff[group], self._on[group]
        if agent in on and len(on) > staff.size:
            self._engine.apply(AgentPresence(at, agent, ready=False, reason="off"))
            self._leaving[agent] = on.pop(agent)
        hands = on if agent in on else self._leaving
        hands[agent] -= 1
        if not hands[agent]:
            staff.give_back(now)
            if hands is self._leaving:
                del hands[agent]
                self._off[group].append(agent)
        return self._apply(WorkCompleted(at, customer.number), now)

    def resized(self, group: int, size: int, now: float) -> Iterable[Customer]:
        self.staff[group].resize(size, now)
        on, off, at = self._on[group], self._off[group], self._instant(now)
        for agent in [agent for agent, hands in on.items() if not hands][: max(0, len(on) - size)]:
            del on[agent]
            off.append(agent)
            self._engine.apply(AgentPresence(at, agent, ready=False, reason="off"))
        begun: list[Customer] = []
        while len(on) < size and (comer := self._next_to_come(group)) is not None:
            on[comer] = self._leaving.pop(comer, 0)
            begun += self._apply(AgentPresence(at, comer, ready=True), now)
        return begun

    def next_wakeup(self) -> float | None:
        at = self._engine.next_wakeup()
        return None if at is None else at / self._model.unit

    def woken(self, now: float) -> Iterable[Customer]:
        at = self._engine.next_wakeup()
        # The instant the engine named, not `now`: a rounded one could come a microsecond early, again and again.
        return () if at is None else self._apply(Tick(at), now)

    def _apply(self, event: Event, now: float) -> list[Customer]:
        begun: list[Customer] = []
        effects = self._engine.apply(event)
        for effect in effects:
            if isinstance(effect, OfferMade):
                customer = self._inside[effect.work]
                customer.agent, customer.group = effect.agent, self._group_of[effect.agent]
                self._take(customer, now)
                begun.append(customer)
                # What follows from accepting is heard in the same round.
                effects += self._engine.apply(OfferAccepted(event.now, effect.work, effect.agent))
        return begun

    def _take(self, customer: Customer, now: float) -> None:
        on = self._on[customer.group]
        if not on[customer.agent]:
            self.staff[customer.group].take(now)
        on[customer.agent] += 1

    def _next_to_come(self, group: int) -> int | None:
        if self._off[group]:
            return self._off[group].pop()
        return next((agent for agent in self._leaving if self._group_of[agent] == group), None)

    def _sign_in(self, index: int, group: AgentGroup) -> None:
        self._on.append({})
        queues = queues_of(self._model, group)
        first = len(self._group_of) + 1
        agents = range(first, first + max(group.sizes))
        # Taken from the end, so that the first of them come first.
        self._off.append(list(reversed(agents)))
        for agent in agents:
            self._group_of[agent] = index
            facts = AgentFacts(
                agent, queues, group.skills, ready=False, capacity=group.capacity, channel_max=group.channel_max
            )
            self._engine.apply(AgentSignedIn(0, facts))

    def _instant(self, now: float) -> int:
        return int(now * self._model.unit)


def config_of(model: Model, policy: Policy) -> Config:
    """The rules an engine would have for this model; classes that share a queue share its least target."""
    queues: dict[str, Queue] = {}
    for work in sorted(model.classes, key=lambda work: work.target):
        queues.setdefault(queue_of(work), Queue(queue_of(work), sla_target=int(work.target * model.unit)))
    demands = [demand for work in model.classes for demand in _demands(model, work)]
    return Config(1, model.channels, tuple(queues.values()), policy, tuple(demands))


def _demands(model: Model, work: WorkClass) -> list[Demand]:
    serving = [group for group in model.groups if work.name in group.serves and work.requirement.met_by(group.skills)]
    agents = sum(max(group.sizes) for group in serving)
    load = sum(one.mean for one in work.service) / len(work.service) * _mean_rate(model, work)
    return [Demand(queue_of(work), work.requirement, int(1000 * load), agents)] if agents else []


def _mean_rate(model: Model, work: WorkClass) -> float:
    if isinstance(work.arrivals, Recorded):
        return len(work.arrivals.instants) / model.horizon
    return sum(work.arrivals.rates) / len(work.arrivals.rates)


def _facts(model: Model, customer: Customer, at: int) -> WorkFacts:
    work = model.classes[customer.kind]
    return WorkFacts(
        customer.number,
        queue_of(work),
        work.channel,
        at,
        work.requirement,
        work.steps,
        priority=work.priority,
        target=int(work.target * model.unit),
    )
