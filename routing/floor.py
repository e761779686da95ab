"""Everything the engine remembers between two events, and the few moves that change it."""

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from routing import phase
from routing.config import Config
from routing.effects import DeadlineAtRisk, Effect, Interrupt, Overflowed, Resume, StepAdvanced, Unroutable
from routing.eligibility import Eligibility, Profile
from routing.facts import AgentFacts, Id, WorkFacts, WorkState
from routing.holding import Holding
from routing.records import Agent, Item, Trigger
from routing.roster import Roster
from routing.waiting import Line


class Floor:
    __slots__ = (
        "agents_to_match",
        "clock",
        "config",
        "corrected",
        "decisions",
        "effects",
        "eligibility",
        "events",
        "explains",
        "holding",
        "line",
        "now",
        "policy",
        "roster",
        "works_to_match",
    )

    def __init__(self, config: Config, *, explains: bool = True) -> None:
        self.explains = explains
        # `clock` is the instant of the event; `now` follows it through the instants at which something falls due.
        self.clock = self.now = 0
        self.events = self.decisions = 0
        self.effects: list[Effect] = []
        # A correction was the last thing that happened, so what was matched before it may not hold.
        self.corrected = False
        # Whoever may have become matchable since the last settlement, and why.
        self.agents_to_match: dict[Id, Trigger] = {}
        self.works_to_match: dict[Id, Trigger] = {}
        self.lay_out(config)

    def lay_out(self, config: Config) -> None:
        self.config = config
        # As records tell it. Not to be changed: all of them share it.
        self.policy = {"item_order": config.policy.item_order.value, "agent_order": config.policy.agent_order.value}
        self.eligibility = Eligibility(config)
        self.roster = Roster(config, self.eligibility)
        self.line = Line(config, self.eligibility)
        self.holding = Holding(config, self.eligibility, self.roster, self.line)

    def agent(self, agent_id: Id) -> Agent | None:
        """Only who is signed in."""
        agent = self.roster.agents.get(agent_id)
        return agent if agent is not None and agent.signed_in else None

    def offered(self, work: Id, agent: Id) -> Item | None:
        """The work, if it is on offer to this agent at this moment."""
        item = self.line.items.get(work)
        return item if item is not None and item.state is WorkState.OFFERED and item.agent == agent else None

    def sign_in(self, facts: AgentFacts, idle_since: int, trigger: Trigger) -> None:
        before = self.agent(facts.id)
        parting = Profile.of(before.facts) if before is not None else None
        self._join(self.roster.sign_in(facts, idle_since), parting, trigger)

    def change_profile(self, agent: Agent, facts: AgentFacts) -> None:
        parting = Profile.of(agent.facts)
        self.roster.change_profile(agent, facts)
        self._join(agent, parting, Trigger.PROFILE)

    def sign_out(self, agent: Agent) -> None:
        self.eligibility.part(Profile.of(agent.facts))
        self.roster.sign_out(agent)

    def _join(self, agent: Agent, parting: Profile | None, trigger: Trigger) -> None:
        new = self.eligibility.join(Profile.of(agent.facts))
        if parting is not None:
            self.eligibility.part(parting)
        if new:
            self._place_anew(new)
        self.match_agent(agent, trigger)

    def match_agent(self, agent: Agent, trigger: Trigger) -> None:
        self.agents_to_match[agent.id] = trigger

    def wait(self, item: Item, trigger: Trigger) -> None:
        """The work waits, at the place its facts give it."""
        item.state, item.agent, item.until, item.since = WorkState.WAITING, None, None, None
        self._overflow(item)
        self.line.place(item, self.now)
        self.works_to_match[item.id] = trigger
        self._warn(item)
        reason = self.line.unroutable(item.facts)
        if reason is not None:
            self.effects.append(Unroutable(item.id, reason))

    def hold(self, item: Item, agent: Id, state: WorkState, until: int | None) -> None:
        item.state, item.agent, item.until = state, agent, until
        self.roster.take(agent, item)

    def free(self, item: Item, trigger: Trigger, idle_since: int | None = None) -> None:
        """Whoever holds the work has its capacity back, and is idle from that instant if one is given."""
        agent = self.roster.give_back(item, idle_since)
        item.agent = None
        if agent is not None and agent.signed_in:
            self.match_agent(agent, trigger)

    def change(self, item: Item, facts: WorkFacts, trigger: Trigger) -> None:
        """New facts for the work; whoever holds it keeps it."""
        waiting = item.state is WorkState.WAITING
        if waiting:
            self.withdraw(item)
        item.facts = facts
        if waiting:
            self.wait(item, trigger)

    def remove(self, item: Item) -> None:
        """The work is over, wherever it was; capacity has been given back already."""
        if item.state is WorkState.WAITING:
            self.withdraw(item)
        del self.line.items[item.id]
        self.works_to_match.pop(item.id, None)

    def fall_due(self, at: int, most: int | None = None) -> int:
        """Time has come to `at`: steps are taken, reservations and cool-offs end. Returns how many works were seen to."""
        self.now = max(self.now, at)
        due = self.line.due(at, most)
        for item in due:
            before = Standing(item.step, item.private, item.waited, item.at_risk)
            self.withdraw(item)
            overflows = self._overflow(item)
            self.line.place(item, self.now)
            self.works_to_match[item.id] = Trigger.OVERFLOW if overflows else _what_fell_due(before, item)
            if item.step != before.step:
                self.effects.append(StepAdvanced(item.id, item.step))
            if not before.at_risk:
                self._warn(item)
        return len(due)

    def withdraw(self, item: Item) -> list[Agent]:
        """Out of its place in line; whoever may have been held by it is looked at again."""
        place = item.place
        self.line.withdraw(item)
        released = self.holding.released(item, place, self.now)
        for agent in released:
            self.agents_to_match.setdefault(agent.id, Trigger.RELEASED)
        return released

    def rearrange(self, agent: Agent) -> None:
        """Interruptible work is put aside while there is too much, the newest first, and goes on where it fits, the oldest first."""
        held = sorted(map(self.line.items.__getitem__, agent.held), key=lambda item: item.arrival)
        for item in reversed(held):
            if self.roster.overloaded(agent) and self.roster.yields(item):
                self.roster.turn(item, WorkState.INTERRUPTED)
                self.effects.append(Interrupt(item.id, agent.id))
        for item in held:
            fits = agent.load + self.roster.cost(item) <= agent.facts.capacity
            if item.state is WorkState.INTERRUPTED and fits:
                self.roster.turn(item, WorkState.ASSIGNED)
                self.effects.append(Resume(item.id, agent.id))

    def _place_anew(self, queues: Iterable[str]) -> None:
        """Somebody is here who helps out in these queues after a delay that nobody had."""
        for item in self.line.items.values():
            if item.state is WorkState.WAITING and item.facts.queue in queues:
                self.line.withdraw(item)
                self.line.place(item, self.now)

    def _warn(self, item: Item) -> None:
        if item.at_risk and item.facts.deadline is not None:
            self.effects.append(DeadlineAtRisk(item.id, item.facts.deadline))

    def _overflow(self, item: Item) -> bool:
        went = False
        while (turn := self.line.overflow(item, self.now)) is not None:
            self.effects.append(Overflowed(item.id, *turn))
            went = True
        return went

    def reconfigure(self, config: Config) -> None:
        """Lay the floor out anew under other rules; every fact stays."""
        agents, items = self.roster.facts(), self.line.items
        self.lay_out(config)
        for facts in agents:
            self.sign_in(facts, facts.idle_since or 0, Trigger.CONFIG)
        for old in sorted(items.values(), key=lambda item: item.entry[1:]):
            item = self.line.admit(replace(old.facts, excluded=phase.excluded(old)))
            if old.agent is None:
                self.wait(item, Trigger.CONFIG)
            else:
                self.hold(item, old.agent, old.state, old.until)
                item.since = old.since


class Standing(NamedTuple):
    """What time alone may change about waiting work."""

    step: int
    private: bool
    waited: int
    at_risk: bool


def _what_fell_due(before: Standing, item: Item) -> Trigger:
    if item.step != before.step or item.private != before.private:
        return Trigger.STEP
    return Trigger.QUEUE_DELAY if item.waited != before.waited else Trigger.COOL_OFF
