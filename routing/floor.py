"""Everything the engine remembers between two events, and the few moves that change it."""

from dataclasses import replace

from routing import phase
from routing.config import Config
from routing.effects import Effect, Overflowed, StepAdvanced, Unroutable
from routing.eligibility import Eligibility
from routing.facts import Id, WorkFacts, WorkState
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
        "line",
        "now",
        "roster",
        "works_to_match",
    )

    def __init__(self, config: Config) -> None:
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
        self.eligibility = Eligibility(config)
        self.roster = Roster(config, self.eligibility)
        self.line = Line(config, self.eligibility)

    def agent(self, agent_id: Id) -> Agent | None:
        """Only who is signed in."""
        agent = self.roster.agents.get(agent_id)
        return agent if agent is not None and agent.signed_in else None

    def offered(self, work: Id, agent: Id) -> Item | None:
        """The work, if it is on offer to this agent at this moment."""
        item = self.line.items.get(work)
        return item if item is not None and item.state is WorkState.OFFERED and item.agent == agent else None

    def match_agent(self, agent: Agent, trigger: Trigger) -> None:
        self.agents_to_match[agent.id] = trigger

    def wait(self, item: Item, trigger: Trigger) -> None:
        """The work waits, at the place its facts give it."""
        item.state, item.agent, item.until, item.since = WorkState.WAITING, None, None, None
        self._overflow(item)
        self.line.place(item, self.now)
        self.works_to_match[item.id] = trigger
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
            self.line.withdraw(item)
        item.facts = facts
        if waiting:
            self.wait(item, trigger)

    def remove(self, item: Item) -> None:
        """The work is over, wherever it was; capacity has been given back already."""
        if item.state is WorkState.WAITING:
            self.line.withdraw(item)
        del self.line.items[item.id]
        self.works_to_match.pop(item.id, None)

    def fall_due(self, at: int, most: int | None = None) -> int:
        """Time has come to `at`: steps are taken, reservations and cool-offs end. Returns how many works were seen to."""
        self.now = max(self.now, at)
        due = self.line.due(at, most)
        for item in due:
            before, private = item.step, item.private
            self.line.withdraw(item)
            overflows = self._overflow(item)
            self.line.place(item, self.now)
            changed = item.step != before or private != item.private
            self.works_to_match[item.id] = (
                Trigger.OVERFLOW if overflows else Trigger.STEP if changed else Trigger.COOL_OFF
            )
            if item.step != before:
                self.effects.append(StepAdvanced(item.id, item.step))
        return len(due)

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
            self.match_agent(self.roster.sign_in(facts, facts.idle_since or 0), Trigger.CONFIG)
        for old in sorted(items.values(), key=lambda item: item.entry[1:]):
            item = self.line.admit(replace(old.facts, excluded=phase.excluded(old)))
            if old.agent is None:
                self.wait(item, Trigger.CONFIG)
            else:
                self.hold(item, old.agent, old.state, old.until)
                item.since = old.since
