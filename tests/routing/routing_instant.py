"""The rules of routing as they hold at one instant, in the plainest way: lists, scans and no index, written from the rules and
not from the engine. `routing_oracle` adds what happens.
"""

from routing import AgentOrder, ItemOrder, WorkState

WAITING, OFFERED, ASSIGNED = WorkState.WAITING, WorkState.OFFERED, WorkState.ASSIGNED
INTERRUPTED, WRAP_UP = WorkState.INTERRUPTED, WorkState.WRAP_UP


class Person:
    def __init__(self, facts, idle_since, before=None):
        self.facts, self.ready, self.idle_since = facts, facts.ready, idle_since
        self.worked = facts.worked if facts.worked is not None else before.worked if before else 0
        self.offered_at = facts.offered_at if facts.offered_at is not None else before.offered_at if before else 0


class Thing:
    def __init__(self, facts):
        self.facts, self.state, self.agent, self.since = facts, WAITING, None, None
        self.id, self.step_seen, self.risk_seen, self.excluded = facts.id, 0, False, {}
        for exclusion in facts.excluded:
            self.exclude(exclusion.agent, exclusion.until)

    def exclude(self, agent, until):
        self.excluded[agent] = max(until, self.excluded.get(agent, 0))


def meets(skills, needs):
    some = [skills.get(skill, 0) >= level for skill, level in needs.any_of]
    return all(skills.get(skill, 0) >= level for skill, level in needs.all_of) and (not some or any(some))


class Instant:
    def __init__(self, config):
        self.config, self.people, self.things = config, {}, {}
        self.now = 0

    def queue(self, thing):
        return next(queue for queue in self.config.queues if queue.name == thing.facts.queue)

    def channel(self, thing):
        return next(channel for channel in self.config.channels if channel.name == thing.facts.channel)

    def age(self, thing):
        return self.now - thing.facts.enqueued_at

    def step(self, thing):
        taken, needs = 0, thing.facts.requirement
        for step in sorted(thing.facts.steps, key=lambda step: step.after):
            if step.after <= self.age(thing) and step.requirement.admits(needs):
                taken, needs = taken + 1, step.requirement
        return taken, needs

    def reserved(self, thing):
        preferred = thing.facts.preferred
        given_back = preferred and all(agent in thing.excluded for agent in preferred.agents)
        return preferred is not None and self.age(thing) < preferred.lasts and not given_back

    def target(self, thing):
        return self.queue(thing).sla_target if thing.facts.target is None else thing.facts.target

    def priority(self, thing):
        return self.queue(thing).priority if thing.facts.priority is None else thing.facts.priority

    def late(self, thing):
        return self.age(thing) >= self.config.policy.late_after * self.target(thing)

    def place(self, thing):
        boost, came = self.config.policy.boost * self.priority(thing), thing.facts.enqueued_at
        match self.config.policy.item_order:
            case ItemOrder.FIFO:
                rule = (came,)
            case ItemOrder.DUE:
                rule = (came + self.target(thing) - boost,)
            case ItemOrder.STRICT:
                rule = (0, 0, came) if self.late(thing) else (1, -self.priority(thing), came)
            case ItemOrder.ACCELERATION:
                rule = (-(self.age(thing) * self.queue(thing).acceleration + 100 * boost),)
        return (*rule, thing.id if thing.facts.seq is None else thing.facts.seq, thing.id)

    def overdue(self, thing):
        """Long enough past its place in time; with strict priority what is late or has any priority is at once."""
        over, order = self.config.policy.hold_up, self.config.policy.item_order
        if order is ItemOrder.STRICT and (self.late(thing) or self.priority(thing)):
            return True
        return self.now - (self.place(thing)[0] if order is ItemOrder.DUE else thing.facts.enqueued_at) >= over

    def at_risk(self, thing):
        deadline = thing.facts.deadline
        return deadline is not None and self.now >= deadline - self.config.policy.at_risk

    def held(self, person, *states):
        mine = [thing for thing in self.things.values() if thing.agent == person.facts.id]
        return [thing for thing in mine if thing.state in (states or (OFFERED, ASSIGNED, WRAP_UP))]

    def units(self, things):
        return sum(self.channel(thing).cost for thing in things)

    def yielding(self, person):
        return [thing for thing in self.held(person, ASSIGNED) if self.channel(thing).interruptible]

    def suits(self, thing, person):
        """Presence, queue, delay, requirement, exclusion and reservation; not yet room."""
        facts, mine = person.facts, self.reserved(thing)
        return (
            person.ready
            and thing.facts.queue in facts.queues
            and (mine or facts.delays.get(thing.facts.queue, 0) <= self.age(thing))
            and meets(facts.skills, self.step(thing)[1])
            and thing.excluded.get(facts.id, -1) <= self.now
            and (not mine or facts.id in thing.facts.preferred.agents)
        )

    def has_seat(self, thing, person):
        channel = self.channel(thing)
        same = [one for one in self.held(person, *WorkState) if one.facts.channel == channel.name]
        return len(same) < person.facts.channel_max.get(channel.name, channel.max_per_agent)

    def has_units(self, thing, person):
        channel, facts, taken = self.channel(thing), person.facts, self.units(self.held(person))
        if not channel.interruptible:
            return taken - self.units(self.yielding(person)) + channel.cost <= facts.capacity
        pool = self.units(one for one in self.held(person) if self.channel(one).interruptible) + channel.cost
        within = facts.interruptible_capacity is None or pool <= facts.interruptible_capacity
        return within and not self.held(person, INTERRUPTED) and taken + channel.cost <= facts.capacity

    def kept_free(self, thing, person):
        """For larger work, more urgent and overdue, that only lacks this agent's units."""
        if self.config.policy.hold_up is None:
            return False
        return any(
            other.state is WAITING
            and self.channel(other).cost > self.channel(thing).cost
            and not self.reserved(other)
            and self.place(other) < self.place(thing)
            and self.overdue(other)
            and self.suits(other, person)
            and self.has_seat(other, person)
            and not self.has_units(other, person)
            for other in self.things.values()
        )

    def has_room(self, thing, person):
        return self.has_seat(thing, person) and self.has_units(thing, person)

    def candidates(self, thing):
        free = [who for who in self.people.values() if self.suits(thing, who) and self.has_room(thing, who)]
        free = [who for who in free if not self.kept_free(thing, who)]
        return free if self.reserved(thing) or len(free) > self.queue(thing).reserve else []

    def flexibility(self, facts):
        if not self.config.demands:
            return len(facts.queues) + sum(len(facts.queues) * level for level in facts.skills.values())
        met = (d for d in self.config.demands if d.queue in facts.queues and meets(facts.skills, d.requirement))
        return sum(demand.load * 1000 // demand.agents for demand in met)

    def rank(self, thing, person):
        facts = person.facts
        order = facts.id if facts.order is None else facts.order
        load, idle = self.units(self.held(person)), (person.idle_since, order, facts.id)
        if self.reserved(thing):
            return (thing.facts.preferred.agents.index(facts.id),)
        match self.config.policy.agent_order:
            case AgentOrder.LEAST_FLEXIBLE:
                return (self.flexibility(facts), load, *idle)
            case AgentOrder.MOST_SKILLED:
                needs = self.step(thing)[1]
                named = {skill for skill, _ in (*needs.all_of, *needs.any_of)}
                return (-sum(facts.skills.get(skill, 0) for skill in named), load, *idle)
            case AgentOrder.LEAST_OCCUPIED:
                return (load, person.worked, *idle)
            case AgentOrder.ROUND_ROBIN:
                return (person.offered_at, *idle[1:])
            case AgentOrder.LONGEST_IDLE:
                return (load, *idle)
