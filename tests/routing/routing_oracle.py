"""Routing told again in the plainest way: lists, scans and no index, written from the rules and not from the engine.

The one rule of choice: while any waiting work has somebody free for it, the work with the smallest (key, seq) of those goes to
the first agent in the order. Everything else is bookkeeping.
"""

from dataclasses import replace

from routing import (
    NEVER,
    AgentNotReady,
    AgentOrder,
    AgentPresence,
    AgentProfileChanged,
    AgentSignedIn,
    AgentSignedOut,
    ConfigChanged,
    ItemOrder,
    OfferAccepted,
    OfferDeclined,
    OfferRefused,
    OfferRevoked,
    OfferTimedOut,
    OfferWithdrawn,
    Overflowed,
    StepAdvanced,
    Tick,
    WorkAbandoned,
    WorkCompleted,
    WorkEnqueued,
    WorkRequeued,
    WorkRestored,
    WorkState,
    WorkUpdated,
    WrapUpEnded,
)

WAITING, OFFERED, ASSIGNED, WRAP_UP = WorkState.WAITING, WorkState.OFFERED, WorkState.ASSIGNED, WorkState.WRAP_UP


class Person:
    def __init__(self, facts, idle_since, before=None):
        self.facts = facts
        self.ready = facts.ready
        self.idle_since = idle_since
        self.worked = facts.worked if facts.worked is not None else before.worked if before else 0
        self.offered_at = facts.offered_at if facts.offered_at is not None else before.offered_at if before else 0


class Thing:
    def __init__(self, facts):
        self.facts = facts
        self.state = WAITING
        self.agent = None
        self.excluded = {}
        for exclusion in facts.excluded:
            self.exclude(exclusion.agent, exclusion.until)
        self.step_seen = 0
        self.since = None
        self.called_back = facts.overflowed

    def exclude(self, agent, until):
        self.excluded[agent] = max(until, self.excluded.get(agent, 0))


def meets(skills, requirement):
    every = all(skills.get(skill, 0) >= level for skill, level in requirement.all_of)
    some = [skills.get(skill, 0) >= level for skill, level in requirement.any_of]
    return every and (not some or any(some))


class Oracle:
    def __init__(self, config):
        self.config = config
        self.people = {}
        self.things = {}
        self.now = 0
        self.clock = 0
        self.effects = []
        self.corrected = False

    # --- what holds at an instant -------------------------------------------------------------------------------------

    def step(self, thing):
        taken, requirement = 0, thing.facts.requirement
        for step in sorted(thing.facts.steps, key=lambda step: step.after):
            if thing.facts.enqueued_at + step.after <= self.now and step.requirement.admits(requirement):
                taken, requirement = taken + 1, step.requirement
        return taken, requirement

    def reserved(self, thing):
        preferred = thing.facts.preferred
        return (
            preferred is not None
            and self.now < thing.facts.enqueued_at + preferred.lasts
            and not all(agent in thing.excluded for agent in preferred.agents)
        )

    def place(self, thing):
        seq = thing.facts.id if thing.facts.seq is None else thing.facts.seq
        queue, policy, came = self.queue(thing), self.config.policy, thing.facts.enqueued_at
        target = thing.facts.target if thing.facts.target is not None else queue.sla_target
        priority = thing.facts.priority if thing.facts.priority is not None else queue.priority
        match policy.item_order:
            case ItemOrder.FIFO:
                return (came, seq)
            case ItemOrder.DUE:
                return (came + target - policy.boost * priority, seq)
            case ItemOrder.STRICT:
                late = self.now >= self.late_at(thing)
                return (0 if late else 1, 0 if late else -priority, came, seq)
            case ItemOrder.ACCELERATION:
                return (-((self.now - came) * queue.acceleration + 100 * policy.boost * priority), seq)

    def late_at(self, thing):
        target = thing.facts.target if thing.facts.target is not None else self.queue(thing).sla_target
        return thing.facts.enqueued_at + self.config.policy.late_after * target

    def queue(self, thing):
        return next(queue for queue in self.config.queues if queue.name == thing.facts.queue)

    def channel(self, name):
        return next(channel for channel in self.config.channels if channel.name == name)

    def held_by(self, agent):
        return [thing for thing in self.things.values() if thing.agent == agent]

    def load(self, agent):
        return sum(self.channel(thing.facts.channel).cost for thing in self.held_by(agent))

    def eligible(self, thing, person):
        """Presence, queue, requirement, exclusion and reservation; not yet room."""
        facts = person.facts
        return (
            person.ready
            and thing.facts.queue in facts.queues
            and meets(facts.skills, self.step(thing)[1])
            and thing.excluded.get(facts.id, -1) <= self.now
            and (not self.reserved(thing) or facts.id in thing.facts.preferred.agents)
        )

    def has_room(self, thing, person):
        channel = self.channel(thing.facts.channel)
        same = sum(held.facts.channel == channel.name for held in self.held_by(person.facts.id))
        limit = person.facts.channel_max.get(channel.name, channel.max_per_agent)
        return same < limit and self.load(person.facts.id) + channel.cost <= person.facts.capacity

    def candidates(self, thing):
        free = [who for who in self.people.values() if self.eligible(thing, who) and self.has_room(thing, who)]
        return free if self.reserved(thing) or len(free) > self.queue(thing).reserve else []

    def flexibility(self, facts):
        if not self.config.demands:
            return len(facts.queues) + sum(len(facts.queues) * level for level in facts.skills.values())
        return sum(
            demand.load * 1000 // demand.agents
            for demand in self.config.demands
            if demand.queue in facts.queues and meets(facts.skills, demand.requirement)
        )

    def rank(self, thing, person):
        facts = person.facts
        order = facts.id if facts.order is None else facts.order
        idle = (self.load(facts.id), person.idle_since, order, facts.id)
        if self.reserved(thing):
            return (thing.facts.preferred.agents.index(facts.id),)
        match self.config.policy.agent_order:
            case AgentOrder.LEAST_FLEXIBLE:
                return (self.flexibility(facts), *idle)
            case AgentOrder.MOST_SKILLED:
                requirement = self.step(thing)[1]
                named = {skill for skill, _ in (*requirement.all_of, *requirement.any_of)}
                return (-sum(facts.skills.get(skill, 0) for skill in named), *idle)
            case AgentOrder.LEAST_OCCUPIED:
                return (idle[0], person.worked, *idle[1:])
            case AgentOrder.ROUND_ROBIN:
                return (person.offered_at, *idle[2:])
            case AgentOrder.LONGEST_IDLE:
                return idle

    # --- what follows -------------------------------------------------------------------------------------------------

    def apply(self, event):
        self.effects = []
        corrects = isinstance(event, WorkRestored | OfferRefused)
        if isinstance(event, Tick):
            self.settle()
            self.corrected = False
        self.clock = max(self.clock, event.now)
        self.pass_time(settled=not corrects and not self.corrected)
        self.happen(event)
        self.corrected = corrects
        if not corrects:
            self.settle()
        return self.effects

    def pass_time(self, *, settled):
        while instants := [i for thing in self.things.values() for i in self.instants(thing) if i <= self.clock]:
            self.now = min(instants)
            for thing in self.in_order():
                if thing.state is WAITING:
                    self.overflow(thing)
                taken = self.step(thing)[0]
                if thing.state is WAITING and taken != thing.step_seen:
                    self.effects.append(("step", thing.facts.id, taken))
                    thing.step_seen = taken
            if settled:
                self.settle()
        self.now = self.clock

    def instants(self, thing):
        facts = thing.facts
        found = [facts.enqueued_at + step.after for step in facts.steps]
        if facts.preferred:
            found.append(facts.enqueued_at + facts.preferred.lasts)
        over = self.queue(thing).overflow
        if over and not (thing.called_back and over.to is None):
            found.append(facts.enqueued_at + over.after)
        if self.config.policy.item_order is ItemOrder.STRICT:
            found.append(self.late_at(thing))
        found += thing.excluded.values()
        return [instant for instant in found if self.now < instant < NEVER]

    def settle(self):
        while True:
            waiting = [thing for thing in self.things.values() if thing.state is WAITING and self.candidates(thing)]
            if not waiting:
                return
            thing = min(waiting, key=self.place)
            person = min(self.candidates(thing), key=lambda who: self.rank(thing, who))
            expires_at = self.clock + self.queue(thing).offer_timeout
            ready = sum(who.ready for who in self.people.values())
            funnel = (len(self.people), ready, len(self.candidates(thing)))
            thing.state, thing.agent = OFFERED, person.facts.id
            person.offered_at = self.now
            self.effects.append(("offer", thing.facts.id, person.facts.id, expires_at, funnel))

    def overflow(self, thing):
        while (over := self.queue(thing).overflow) and self.now >= thing.facts.enqueued_at + over.after:
            if over.to is None and thing.called_back:
                return
            self.effects.append(("overflow", thing.facts.id, thing.facts.queue, over.to))
            if over.to is None:
                thing.called_back = True
            else:
                thing.facts = replace(thing.facts, queue=over.to)

    def in_order(self):
        return sorted(self.things.values(), key=lambda t: (t.facts.seq or t.facts.id, t.facts.id))

    def back(self, thing):
        thing.state, thing.agent, thing.since = WAITING, None, None
        self.overflow(thing)
        thing.step_seen = self.step(thing)[0]

    def let_go(self, thing, now, reason):
        if thing.state is OFFERED:
            self.effects.append(("revoked", thing.facts.id, thing.agent, reason))
        elif thing.agent in self.people:
            self.people[thing.agent].idle_since = now
            self.people[thing.agent].worked += now - thing.since
        thing.agent = None

    def happen(self, event):
        match event:
            case Tick():
                pass
            case AgentSignedIn(now, facts):
                stamp = now if facts.idle_since is None else facts.idle_since
                self.people[facts.id] = Person(facts, stamp, self.people.get(facts.id))
            case AgentSignedOut(_, agent) if agent in self.people:
                del self.people[agent]
                for thing in sorted(self.held_by(agent), key=lambda thing: thing.facts.id):
                    if thing.state is OFFERED:
                        self.effects.append(("revoked", thing.facts.id, agent, "signed_out"))
                        self.back(thing)
            case AgentPresence(now, agent, ready) if agent in self.people:
                if ready and not self.people[agent].ready:
                    self.people[agent].idle_since = now
                self.people[agent].ready = ready
            case AgentProfileChanged(_, facts) if facts.id in self.people:
                self.people[facts.id].facts = facts
            case ConfigChanged(_, config):
                self.config = config
                self.look_again(*self.in_order())
            case _:
                self.happen_to_work(event)

    def look_again(self, *things):
        for thing in things:
            if thing.state is WAITING:
                self.overflow(thing)
            thing.step_seen = self.step(thing)[0]

    def happen_to_work(self, event):
        match event:
            case WorkEnqueued(_, facts) if facts.id not in self.things:
                self.things[facts.id] = Thing(facts)
                self.back(self.things[facts.id])
            case WorkRestored(now, facts, state, agent, _, since):
                thing = self.things[facts.id] = Thing(facts)
                if state is WAITING:
                    self.back(thing)
                else:
                    thing.step_seen = self.step(thing)[0]
                    thing.state, thing.agent = state, agent
                    thing.since = now if since is None else since
            case _ if getattr(event, "work", None) in self.things:
                self.happen_to_known(self.things[event.work], event)
            case _:
                pass

    def happen_to_known(self, thing, event):
        match event:
            case WorkUpdated(_, _, queue, priority, requirement, steps):
                news = {"queue": queue, "priority": priority, "requirement": requirement, "steps": steps}
                thing.facts = replace(thing.facts, **{k: v for k, v in news.items() if v is not None})
                self.look_again(thing)
            case WorkCompleted(_, _, until) if thing.state is ASSIGNED and until is not None:
                thing.state = WRAP_UP
            case WorkAbandoned(now) | WorkCompleted(now):
                self.let_go(thing, now, "abandoned" if isinstance(event, WorkAbandoned) else "completed")
                del self.things[event.work]
            case WrapUpEnded(now) if thing.state is WRAP_UP:
                self.let_go(thing, now, "completed")
                del self.things[event.work]
            case WorkRequeued(now, _, keep_position, exclude_until):
                if thing.agent is not None and exclude_until is not None:
                    thing.exclude(thing.agent, exclude_until)
                if thing.agent is not None:
                    self.let_go(thing, now, "requeued")
                if not keep_position:
                    thing.facts = replace(thing.facts, enqueued_at=now)
                self.back(thing)
            case OfferAccepted() | OfferDeclined() | OfferTimedOut() | OfferWithdrawn() | OfferRefused():
                if thing.state is OFFERED and thing.agent == event.agent:
                    self.answer(thing, event)

    def answer(self, thing, event):
        match event:
            case OfferAccepted():
                thing.state, thing.since = ASSIGNED, event.now
                return
            case OfferTimedOut() if self.channel(thing.facts.channel).rona and event.agent in self.people:
                self.people[event.agent].ready = False
                self.effects.append(("not_ready", event.agent, thing.facts.id))
            case _:
                pass
        if not isinstance(event, OfferRefused):
            until = event.now + self.config.policy.cool_off if event.exclude_until is None else event.exclude_until
            thing.exclude(event.agent, until)
        self.back(thing)


def plain(effects):
    """The engine's effects in the oracle's words."""
    told = []
    for effect in effects:
        match effect:
            case Overflowed(work, left, to):
                told.append(("overflow", work, left, to))
            case StepAdvanced(work, step):
                told.append(("step", work, step))
            case OfferRevoked(work, agent, reason):
                told.append(("revoked", work, agent, reason))
            case AgentNotReady(agent, "rona", work):
                told.append(("not_ready", agent, work))
            case _:
                funnel = tuple(effect.decision["funnel"][stage] for stage in ("signed_in", "ready", "candidates"))
                told.append(("offer", effect.work, effect.agent, effect.expires_at, funnel))
    return told
