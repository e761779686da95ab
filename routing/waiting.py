"""The work the engine knows: where each piece waits, under which key, and when its chances change by time alone."""

from dataclasses import replace
from heapq import heappop, heappush
from typing import Final

from routing import phase
from routing.config import Config, ItemOrder, Queue, Staff
from routing.eligibility import Eligibility, Request
from routing.facts import NEVER, Id, WorkFacts, WorkState
from routing.heads import Entry
from routing.records import Item
from routing.requirements import Requirement, Step

BAND: Final = 10**16
"""More microseconds than any work waits (317 years): with strict priority, the distance between two priorities."""
LATE: Final = 10**22
"""Before every priority."""
HUNDRED: Final = 100
NOBODY: Final = "Nobody of the staff serves the queue and meets the requirement, or any of its steps."


class Line:
    __slots__ = ("_config", "_eligibility", "_timers", "_unmet", "items", "queues", "reserved_for", "reserves")

    def __init__(self, config: Config, eligibility: Eligibility) -> None:
        self._config = config
        self._eligibility = eligibility
        self._timers: list[tuple[int, int, Id]] = []
        self._unmet: dict[tuple[str, Requirement, tuple[Step, ...]], str | None] = {}
        self.queues = {queue.name: queue for queue in config.queues}
        self.reserves = any(queue.reserve for queue in config.queues)
        self.items: dict[Id, Item] = {}
        self.reserved_for: dict[Id, set[Id]] = {}

    def admit(self, facts: WorkFacts) -> Item:
        item = Item(facts)
        item.rank(0)
        for exclusion in facts.excluded:
            item.exclude(exclusion.agent, exclusion.until)
        self.items[item.id] = item
        return item

    def key(self, facts: WorkFacts, now: int) -> int:
        """The place in the order, smaller first: constant between two changes that `next_change` tells of, so that ageing
        costs nothing. With acceleration it is compared after `slope` x now was taken from it.
        """
        return self._key(facts, self._parts(facts, now))

    def _key(self, facts: WorkFacts, parts: tuple[int, int]) -> int:
        target, boost = parts
        if self._config.policy.item_order is ItemOrder.ACCELERATION:
            return self.slope(facts.queue) * facts.enqueued_at - boost
        return facts.enqueued_at + target - boost

    def _parts(self, facts: WorkFacts, now: int) -> tuple[int, int]:
        """What is added to, and what is taken from, the instant at which the work came."""
        policy = self._config.policy
        queue = self.queues.get(facts.queue) or Queue(facts.queue)
        target = queue.sla_target if facts.target is None else facts.target
        priority = queue.priority if facts.priority is None else facts.priority
        match policy.item_order:
            case ItemOrder.DUE:
                return target, policy.boost * priority
            case ItemOrder.FIFO:
                return 0, 0
            case ItemOrder.STRICT:
                return 0, LATE if now >= self._late_at(facts, target) else BAND * priority
            case ItemOrder.ACCELERATION:
                return 0, HUNDRED * policy.boost * priority

    def slope(self, queue: str) -> int:
        """How fast work of this queue rises; 0 where the order does not depend on it."""
        if self._config.policy.item_order is not ItemOrder.ACCELERATION:
            return 0
        return self.queues[queue].acceleration if queue in self.queues else HUNDRED

    def standing(self, item: Item, now: int) -> Entry:
        """The item's entry as it compares with those of other queues at this instant."""
        slope = self.slope(item.facts.queue)
        if not slope:
            return item.entry
        key, *rest = item.entry
        return (key - slope * now, *rest)

    def overflow(self, item: Item, now: int) -> tuple[str, str | None] | None:
        """Send the work, which must not be in its place, on from a queue that it has waited in for too long.

        Returns the queue it left and the one it waits in now, or None for the latter when it is to be called back.
        """
        queue = self.queues.get(item.facts.queue)
        if queue is None or queue.overflow is None or now < item.facts.enqueued_at + queue.overflow.after:
            return None
        to = queue.overflow.to
        if to is None:
            if item.facts.overflowed:
                return None
            item.facts = replace(item.facts, overflowed=True)
        else:
            item.facts = replace(item.facts, queue=to)
        return queue.name, to

    def place(self, item: Item, now: int) -> None:
        """Put waiting work where those who may have it at this instant will find it."""
        item.parts = self._parts(item.facts, now)
        item.rank(self._key(item.facts, item.parts))
        item.step, item.requirement = phase.step_in_force(item.facts, now)
        item.private = phase.reserved(item, now)
        delays = self._eligibility.delays.get(item.facts.queue)
        item.waited = phase.outwaited(item.facts, delays, now) if delays else 0
        warned = item.facts.deadline
        item.at_risk = warned is not None and warned - self._config.policy.at_risk <= now
        self._await_change(item, now)
        if self.fault(item.facts):
            return
        if item.private and item.facts.preferred is not None:
            for agent in item.facts.preferred.agents:
                self.reserved_for.setdefault(agent, set()).add(item.id)
            return
        channel = item.facts.channel
        item.place = self._eligibility.waiting_class(channel, Request(item.facts.queue, item.requirement, item.waited))
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

    def unroutable(self, facts: WorkFacts) -> str | None:
        """Why this can never be given to anybody, as far as is known."""
        fault = self.fault(facts)
        if fault is not None or self._config.staff is None:
            return fault
        asked = (facts.queue, facts.requirement, facts.steps)
        if asked not in self._unmet:
            self._unmet[asked] = None if self._somebody_fits(facts, self._config.staff) else NOBODY
        return self._unmet[asked]

    def _somebody_fits(self, facts: WorkFacts, staff: tuple[Staff, ...]) -> bool:
        _, widest = phase.step_in_force(facts, NEVER)
        queues, queue = {facts.queue}, self.queues.get(facts.queue)
        while queue is not None and queue.overflow is not None and queue.overflow.to is not None:
            queues.add(queue.overflow.to)
            queue = self.queues.get(queue.overflow.to)
        return any(queues & kind.queues and widest.met_by(kind.skills) for kind in staff)

    def next_change(self) -> int | None:
        while self._timers:
            at, _, work = self._timers[0]
            item = self.items.get(work)
            if item is not None and item.timer == at:
                if item.state is not WorkState.WAITING:
                    item.timer = None
                elif not self._is_past(item, at) or self._still_changes(item, at):
                    return at
            heappop(self._timers)
        return None

    def _is_past(self, item: Item, at: int) -> bool:
        """Whether the timer is for a delay that nobody has any more."""
        past = self._eligibility.past_delays
        return bool(past) and (item.facts.queue, at - item.facts.enqueued_at) in past

    def _still_changes(self, item: Item, at: int) -> bool:
        self._await_change(item, at - 1)
        return item.timer == at

    def due(self, at: int, most: int | None = None) -> list[Item]:
        """Take all waiting work whose chances change at exactly this instant, or the first of it."""
        found: list[Item] = []
        while (most is None or len(found) < most) and self.next_change() == at:
            item = self.items[heappop(self._timers)[2]]
            item.timer = None
            found.append(item)
        return found

    def _late_at(self, facts: WorkFacts, target: int) -> int:
        return facts.enqueued_at + self._config.policy.late_after * target

    def _await_change(self, item: Item, now: int) -> None:
        at = phase.next_change(item, now, self._turns(item.facts))
        if at is not None and at != item.timer:
            heappush(self._timers, (at, *item.entry[1:]))
        item.timer = at

    def _turns(self, facts: WorkFacts) -> list[int]:
        """When its queue or the policy changes how it stands: others help out, it overflows, is late or at risk."""
        queue = self.queues.get(facts.queue) or Queue(facts.queue)
        found = [facts.enqueued_at + delay for delay in self._eligibility.delays.get(facts.queue, ())]
        if facts.deadline is not None:
            found.append(facts.deadline - self._config.policy.at_risk)
        if queue.overflow is not None and not (facts.overflowed and queue.overflow.to is None):
            found.append(facts.enqueued_at + queue.overflow.after)
        if self._config.policy.item_order is ItemOrder.STRICT:
            found.append(self._late_at(facts, queue.sla_target if facts.target is None else facts.target))
        return found

    def _unreserve(self, agent: Id, work: Id) -> None:
        works = self.reserved_for.get(agent, set())
        works.discard(work)
        if not works:
            self.reserved_for.pop(agent, None)
