"""The work the engine knows: where each piece waits, under which key, and when its chances change by time alone."""

from heapq import heappop, heappush

from routing import phase
from routing.config import Config, ItemOrder, Queue
from routing.eligibility import Eligibility
from routing.facts import Id, WorkFacts, WorkState
from routing.records import Item


class Line:
    __slots__ = ("_config", "_eligibility", "_timers", "items", "queues", "reserved_for")

    def __init__(self, config: Config, eligibility: Eligibility) -> None:
        self._config = config
        self._eligibility = eligibility
        self._timers: list[tuple[int, int, Id]] = []
        self.queues = {queue.name: queue for queue in config.queues}
        self.items: dict[Id, Item] = {}
        self.reserved_for: dict[Id, set[Id]] = {}

    def admit(self, facts: WorkFacts) -> Item:
        item = Item(facts, self.key(facts))
        for exclusion in facts.excluded:
            item.exclude(exclusion.agent, exclusion.until)
        self.items[item.id] = item
        return item

    def key(self, facts: WorkFacts) -> int:
        """The due instant less the boost: constant while the work waits, so that ageing costs nothing."""
        target, boost = self.key_parts(facts)
        return facts.enqueued_at + target - boost

    def key_parts(self, facts: WorkFacts) -> tuple[int, int]:
        policy = self._config.policy
        if policy.item_order is ItemOrder.FIFO:
            return 0, 0
        queue = self.queues.get(facts.queue, Queue(facts.queue))
        target = queue.sla_target if facts.target is None else facts.target
        priority = queue.priority if facts.priority is None else facts.priority
        return target, policy.boost * priority

    def place(self, item: Item, now: int) -> None:
        """Put waiting work where those who may have it at this instant will find it."""
        item.step, item.requirement = phase.step_in_force(item.facts, now)
        item.private = phase.reserved(item, now)
        self._await_change(item, now)
        if self.fault(item.facts):
            return
        if item.private and item.facts.preferred is not None:
            for agent in item.facts.preferred.agents:
                self.reserved_for.setdefault(agent, set()).add(item.id)
            return
        channel = item.facts.channel
        item.place = self._eligibility.waiting_class(channel, item.facts.queue, item.requirement)
        self._eligibility.boards[channel].waiting.put(item.place.index, item.entry)

    def withdraw(self, item: Item) -> None:
        """The opposite of `place`."""
        if item.place is not None:
            self._eligibility.boards[item.facts.channel].waiting.drop(item.id)
            item.place = None
        elif item.private and item.facts.preferred is not None:
            for agent in item.facts.preferred.agents:
                self._unreserve(agent, item.id)
        item.private = False

    def fault(self, facts: WorkFacts) -> str | None:
        """Why nobody could ever be found for this."""
        if facts.queue not in self.queues:
            return f"No queue {facts.queue!r} is configured."
        if facts.channel not in self._eligibility.boards:
            return f"No channel {facts.channel!r} is configured."
        return None

    def next_change(self) -> int | None:
        while self._timers:
            at, _, work = self._timers[0]
            item = self.items.get(work)
            if item is not None and item.timer == at:
                if item.state is WorkState.WAITING:
                    return at
                item.timer = None
            heappop(self._timers)
        return None

    def due(self, at: int) -> list[Item]:
        """Take all waiting work whose chances change at exactly this instant."""
        found = []
        while self.next_change() == at:
            item = self.items[heappop(self._timers)[2]]
            item.timer = None
            found.append(item)
        return found

    def _await_change(self, item: Item, now: int) -> None:
        at = phase.next_change(item, now)
        if at is not None and at != item.timer:
            heappush(self._timers, (at, *item.entry[1:]))
        item.timer = at

    def _unreserve(self, agent: Id, work: Id) -> None:
        works = self.reserved_for.get(agent, set())
        works.discard(work)
        if not works:
            self.reserved_for.pop(agent, None)
