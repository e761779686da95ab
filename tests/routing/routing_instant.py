"""The rules of routing as they hold at one instant, in the plainest way: lists, scans and no index, written from the rules and
not from the engine. `routing_oracle` adds what happens; together they are held to 250 lines of code.
"""

from routing import NEVER, AgentOrder, ItemOrder, WorkState

WAITING, OFFERED, ASSIGNED, INTERRUPTED, WRAP_UP = WorkState


def given(value, otherwise):
    return otherwise if value is None else value


class Person:
    def __init__(self, facts, now, before):
        self.facts, self.ready, self.idle_since = facts, facts.ready, given(facts.idle_since, now)
        self.worked = given(facts.worked, before.worked if before else 0)
        self.offered_at = given(facts.offered_at, before.offered_at if before else 0)


class Thing:
    def __init__(self, facts):
        self.id, self.facts, self.state, self.agent, self.since = facts.id, facts, WAITING, None, None
        self.step_seen, self.risk_seen, self.excluded = 0, False, {}
        for exclusion in facts.excluded:
            self.exclude(exclusion.agent, exclusion.until)

    def exclude(self, agent, until):
        self.excluded[agent] = max(until, self.excluded.get(agent, 0))


def meets(skills, needs):
    has = [[skills.get(skill, 0) >= level for skill, level in asked] for asked in (needs.all_of, needs.any_of)]
    return all(has[0]) and (any(has[1]) or not has[1])


class Instant:
    def __init__(self, config):
        self.config, self.people, self.things, self.now = config, {}, {}, 0

    # --- the work ---

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
        """For its preferred agents alone, until the time is over or each of them has given it back."""
        mine = thing.facts.preferred
        return mine is not None and self.age(thing) < mine.lasts and not set(mine.agents) <= set(thing.excluded)

    def target(self, thing):
        return given(thing.facts.target, self.queue(thing).sla_target)

    def priority(self, thing):
        return given(thing.facts.priority, self.queue(thing).priority)

    def overflow(self, thing):
        """What becomes of it when it waits for too long; a call back is asked for once."""
        over = self.queue(thing).overflow
        return None if over and over.to is None and thing.facts.overflowed else over

    def late(self, thing):
        return self.age(thing) >= self.config.policy.late_after * self.target(thing)

    def at_risk(self, thing):
        return self.now >= given(thing.facts.deadline, NEVER) - self.config.policy.at_risk

    def place(self, thing):
        """Smaller goes first."""
        boost, came = self.config.policy.boost * self.priority(thing), thing.facts.enqueued_at
        rule = {
            ItemOrder.FIFO: (came,),
            ItemOrder.DUE: (came + self.target(thing) - boost,),
            ItemOrder.STRICT: (0, 0, came) if self.late(thing) else (1, -self.priority(thing), came),
            ItemOrder.ACCELERATION: (-(self.age(thing) * self.queue(thing).acceleration + 100 * boost),),
        }[self.config.policy.item_order]
        return (*rule, given(thing.facts.seq, thing.id), thing.id)

    def overdue(self, thing):
        """Long enough past its place in time; with strict priority what is late or has any priority is at once."""
        over, order = self.config.policy.hold_up, self.config.policy.item_order
        at_once = order is ItemOrder.STRICT and (self.late(thing) or self.priority(thing))
        since = self.place(thing)[0] if order is ItemOrder.DUE else thing.facts.enqueued_at
        return over is not None and (at_once or self.now - since >= over)

    # --- who may have it ---

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
        able = thing.facts.queue in facts.queues and meets(facts.skills, self.step(thing)[1])
        not_yet = not mine and facts.delays.get(thing.facts.queue, 0) > self.age(thing)
        for_others = mine and facts.id not in thing.facts.preferred.agents
        return person.ready and able and not not_yet and not for_others and thing.excluded.get(facts.id, -1) <= self.now

    def has_seat(self, thing, person):
        channel = self.channel(thing)
        same = [one for one in self.held(person, *WorkState) if one.facts.channel == channel.name]
        return len(same) < person.facts.channel_max.get(channel.name, channel.max_per_agent)

    def has_units(self, thing, person):
        channel, facts, held = self.channel(thing), person.facts, self.held(person)
        if not channel.interruptible:
            return self.units([thing, *held]) - self.units(self.yielding(person)) <= facts.capacity
        pool = self.units([thing, *(one for one in held if self.channel(one).interruptible)])
        within = pool <= given(facts.interruptible_capacity, facts.capacity)
        return within and not self.held(person, INTERRUPTED) and self.units([thing, *held]) <= facts.capacity

    def has_room(self, thing, person):
        return self.has_seat(thing, person) and self.has_units(thing, person)

    def kept_free(self, thing, person):
        """For larger work, more urgent and overdue, that only lacks this agent's units."""
        late = [one for one in self.things.values() if one.state is WAITING and self.overdue(one)]
        ahead = [one for one in late if self.place(one) < self.place(thing) and self.suits(one, person)]
        larger = [one for one in ahead if self.channel(one).cost > self.channel(thing).cost and not self.reserved(one)]
        return any(self.has_seat(one, person) and not self.has_units(one, person) for one in larger)

    def candidates(self, thing):
        free = [who for who in self.people.values() if self.suits(thing, who) and self.has_room(thing, who)]
        free = [who for who in free if not self.kept_free(thing, who)]
        return free if self.reserved(thing) or len(free) > self.queue(thing).reserve else []

    # --- whom of them ---

    def flexibility(self, facts):
        if not self.config.demands:
            return len(facts.queues) * (1 + sum(facts.skills.values()))
        met = (d for d in self.config.demands if d.queue in facts.queues and meets(facts.skills, d.requirement))
        return sum(demand.load * 1000 // demand.agents for demand in met)

    def rank(self, thing, person):
        """Smaller is asked first."""
        facts, needs = person.facts, self.step(thing)[1]
        if self.reserved(thing):
            return (thing.facts.preferred.agents.index(facts.id),)
        load, idle = self.units(self.held(person)), (person.idle_since, given(facts.order, facts.id), facts.id)
        named = {skill for skill, _ in (*needs.all_of, *needs.any_of)}
        return {
            AgentOrder.LEAST_FLEXIBLE: (self.flexibility(facts), load, *idle),
            AgentOrder.MOST_SKILLED: (-sum(facts.skills.get(skill, 0) for skill in named), load, *idle),
            AgentOrder.LEAST_OCCUPIED: (load, person.worked, *idle),
            AgentOrder.ROUND_ROBIN: (person.offered_at, *idle[1:]),
            AgentOrder.LONGEST_IDLE: (load, *idle),
        }[self.config.policy.agent_order]
