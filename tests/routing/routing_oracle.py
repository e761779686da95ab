"""Routing told again in the plainest way, event by event, over the rules of `routing_instant`.

The one rule of choice: while any waiting work has somebody free for it, the work with the smallest place of those goes to the
first agent in the order. Everything else is bookkeeping.
"""

from dataclasses import replace

from routing_instant import ASSIGNED, INTERRUPTED, OFFERED, WAITING, WRAP_UP, Instant, Person, Thing

import routing as r
from routing import NEVER, ItemOrder


class Oracle(Instant):
    def __init__(self, config):
        super().__init__(config)
        self.clock, self.effects, self.corrected = 0, [], False

    def apply(self, event):
        self.effects = []
        corrects = isinstance(event, r.WorkRestored | r.OfferRefused)
        if isinstance(event, r.Tick):
            self.settle()
            self.corrected = False
        self.clock = max(self.clock, event.now)
        while instants := [i for thing in self.things.values() for i in self.instants(thing) if i <= self.clock]:
            self.now = min(instants)
            self.look_again(*self.in_order(), time_passed=True)
            if not corrects and not self.corrected:
                self.settle()
        self.now, self.corrected = self.clock, corrects
        self.happen(event)
        if not corrects:
            self.settle()
        return self.effects

    def instants(self, thing):
        """When the thing stands otherwise merely because time passes."""
        facts, over = thing.facts, self.queue(thing).overflow
        afters = [step.after for step in facts.steps] + [facts.preferred.lasts if facts.preferred else 0]
        afters += [person.facts.delays.get(facts.queue, 0) for person in self.people.values()]
        if over and not (facts.overflowed and over.to is None):
            afters.append(over.after)
        if self.config.policy.item_order is ItemOrder.STRICT:
            afters.append(self.config.policy.late_after * self.target(thing))
        if facts.deadline is not None:
            afters.append(facts.deadline - self.config.policy.at_risk - facts.enqueued_at)
        found = [facts.enqueued_at + after for after in afters] + list(thing.excluded.values())
        return [instant for instant in found if self.now < instant < NEVER]

    def settle(self):
        for _, person in sorted(self.people.items()):
            self.rearrange(person)
        while waiting := [one for one in self.things.values() if one.state is WAITING and self.candidates(one)]:
            thing = min(waiting, key=self.place)
            free = self.candidates(thing)
            person = min(free, key=lambda who: self.rank(thing, who))
            expires_at = self.clock + self.queue(thing).offer_timeout
            funnel = (len(self.people), sum(who.ready for who in self.people.values()), len(free))
            thing.state, thing.agent, person.offered_at = OFFERED, person.facts.id, self.now
            self.effects.append(("offer", thing.id, person.facts.id, expires_at, funnel))

    def rearrange(self, person):
        """What makes way does so from the newest on; what made way comes back from the oldest on."""
        ringing = [thing for thing in self.held(person, OFFERED) if not self.channel(thing).interruptible]
        for thing in sorted(self.yielding(person), key=self.arrival, reverse=True):
            if self.units(self.held(person)) - self.units(ringing) > person.facts.capacity:
                thing.state = INTERRUPTED
                self.effects.append(r.Interrupt(thing.id, person.facts.id))
        for thing in sorted(self.held(person, INTERRUPTED), key=self.arrival):
            if self.units([thing, *self.held(person)]) <= person.facts.capacity:
                thing.state = ASSIGNED
                self.effects.append(r.Resume(thing.id, person.facts.id))

    def arrival(self, thing):
        return (thing.facts.enqueued_at, thing.facts.seq or thing.id, thing.id)

    def in_order(self):
        return sorted(self.things.values(), key=lambda thing: self.arrival(thing)[1:])

    def look_again(self, *things, time_passed=False):
        """It overflows, takes a step, comes near its deadline. Only time tells of steps; of a deadline whatever puts it in line."""
        for thing in things:
            if thing.state is WAITING:
                self.overflow(thing)
                if time_passed and self.step(thing)[0] != thing.step_seen:
                    self.effects.append(r.StepAdvanced(thing.id, self.step(thing)[0]))
                if self.at_risk(thing) and not (time_passed and thing.risk_seen):
                    self.effects.append(r.DeadlineAtRisk(thing.id, thing.facts.deadline))
                thing.risk_seen = self.at_risk(thing)
            if thing.state is WAITING or not time_passed:
                thing.step_seen = self.step(thing)[0]

    def overflow(self, thing):
        while (over := self.queue(thing).overflow) and self.age(thing) >= over.after:
            if over.to is None and thing.facts.overflowed:
                return
            self.effects.append(r.Overflowed(thing.id, thing.facts.queue, over.to))
            back = {"overflowed": True} if over.to is None else {"queue": over.to}
            thing.facts = replace(thing.facts, **back)

    # --- what each event does ---

    def back(self, thing):
        thing.state, thing.agent, thing.since = WAITING, None, None
        self.look_again(thing)

    def let_go(self, thing, now, reason):
        if thing.state is OFFERED:
            self.effects.append(r.OfferRevoked(thing.id, thing.agent, reason))
        elif thing.agent in self.people:
            self.people[thing.agent].idle_since = now
            self.people[thing.agent].worked += now - thing.since
        thing.agent = None

    def happen(self, event):
        match event:
            case r.Tick():
                pass
            case r.AgentSignedIn(now, facts):
                stamp = now if facts.idle_since is None else facts.idle_since
                self.people[facts.id] = Person(facts, stamp, self.people.get(facts.id))
            case r.AgentSignedOut(_, agent) if agent in self.people:
                offered = self.held(self.people.pop(agent), OFFERED)
                for thing in sorted(offered, key=lambda thing: thing.id):
                    self.effects.append(r.OfferRevoked(thing.id, agent, "signed_out"))
                    self.back(thing)
            case r.AgentPresence(now, agent, ready) if agent in self.people:
                if ready and not self.people[agent].ready:
                    self.people[agent].idle_since = now
                self.people[agent].ready = ready
            case r.AgentProfileChanged(_, facts) if facts.id in self.people:
                self.people[facts.id].facts = facts
            case r.ConfigChanged(_, config):
                self.config = config
                self.look_again(*self.in_order())
            case r.WorkEnqueued(_, facts) if facts.id not in self.things:
                self.things[facts.id] = Thing(facts)
                self.back(self.things[facts.id])
            case r.WorkRestored():
                self.restore(event)
            case _ if getattr(event, "work", None) in self.things:
                self.happen_to(self.things[event.work], event)

    def restore(self, event):
        thing = self.things[event.facts.id] = Thing(event.facts)
        if event.state is WAITING:
            self.back(thing)
        else:
            thing.state, thing.agent = event.state, event.agent
            thing.since = event.now if event.since is None else event.since
            self.look_again(thing)

    def happen_to(self, thing, event):
        match event:
            case r.WorkUpdated(_, _, queue, priority, requirement, steps):
                news = {"queue": queue, "priority": priority, "requirement": requirement, "steps": steps}
                thing.facts = replace(thing.facts, **{k: v for k, v in news.items() if v is not None})
                self.look_again(thing)
            case r.WorkInterrupted() if thing.state is ASSIGNED and self.channel(thing).interruptible:
                thing.state = INTERRUPTED
            case r.WorkResumed() if thing.state is INTERRUPTED:
                thing.state = ASSIGNED
            case r.WorkCompleted(_, _, until) if thing.state is ASSIGNED and until is not None:
                thing.state = WRAP_UP
            case r.WorkAbandoned(now) | r.WorkCompleted(now):
                self.let_go(thing, now, "abandoned" if isinstance(event, r.WorkAbandoned) else "completed")
                del self.things[thing.id]
            case r.WrapUpEnded(now) if thing.state is WRAP_UP:
                self.let_go(thing, now, "completed")
                del self.things[thing.id]
            case r.WorkRequeued(now, _, keep_position, exclude_until) if thing.agent is not None or not keep_position:
                if thing.agent is not None:
                    if exclude_until is not None:
                        thing.exclude(thing.agent, exclude_until)
                    self.let_go(thing, now, "requeued")
                if not keep_position:
                    thing.facts = replace(thing.facts, enqueued_at=now)
                self.back(thing)
            case _ if thing.state is OFFERED and thing.agent == getattr(event, "agent", None):
                self.answer(thing, event)

    def answer(self, thing, event):
        if isinstance(event, r.OfferAccepted):
            thing.state, thing.since = ASSIGNED, event.now
            return
        if isinstance(event, r.OfferTimedOut) and self.channel(thing).rona and event.agent in self.people:
            self.people[event.agent].ready = False
            self.effects.append(r.AgentNotReady(event.agent, "rona", thing.id))
        if not isinstance(event, r.OfferRefused):
            until = event.now + self.config.policy.cool_off if event.exclude_until is None else event.exclude_until
            thing.exclude(event.agent, until)
        self.back(thing)


def plain(effects):
    """The engine's effects with as much of each decision's record as the oracle tells."""
    return [told(effect) if isinstance(effect, r.OfferMade) else effect for effect in effects]


def told(offer):
    funnel = tuple(offer.decision["funnel"][stage] for stage in ("signed_in", "ready", "candidates"))
    return ("offer", offer.work, offer.agent, offer.expires_at, funnel)
