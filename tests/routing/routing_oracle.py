"""Routing told again in the plainest way, event by event, over the rules of `routing_instant`.

The one rule of choice: while any waiting work has somebody free for it, the work with the smallest place of those goes to the
first agent in the order. Everything else is bookkeeping.
"""

from dataclasses import replace

from routing_instant import ASSIGNED, INTERRUPTED, OFFERED, WAITING, WRAP_UP, Instant, Person, Thing, given

import routing as r


class Oracle(Instant):
    clock, corrected = 0, False

    def apply(self, event):
        self.effects, corrects = [], isinstance(event, r.WorkRestored | r.OfferRefused)
        self.corrected = self.corrected and not isinstance(event, r.Tick)
        self.settle()
        self.clock, self.corrected = max(self.clock, event.now), self.corrected or corrects
        while instants := [i for thing in self.things.values() for i in self.instants(thing) if i <= self.clock]:
            self.now = min(instants)
            self.look_again(*self.in_order(), time_passed=True)
            self.settle()
        self.now, self.corrected = self.clock, corrects
        self.happen(event)
        self.settle()
        return self.effects

    def instants(self, thing):
        """When the thing stands otherwise merely because time passes."""
        facts, policy, over = thing.facts, self.config.policy, self.overflow(thing)
        afters = [step.after for step in facts.steps] + [facts.preferred.lasts if facts.preferred else 0]
        afters += [person.facts.delays.get(facts.queue, 0) for person in self.people.values()]
        afters += [over.after] if over else []
        afters += [policy.late_after * self.target(thing)] if policy.item_order is r.ItemOrder.STRICT else []
        found = [facts.enqueued_at + after for after in afters] + list(thing.excluded.values())
        found += [] if facts.deadline is None else [facts.deadline - policy.at_risk]
        return [instant for instant in found if self.now < instant < r.NEVER]

    def settle(self):
        """While facts are being corrected nothing is matched."""
        if self.corrected:
            return
        for _, person in sorted(self.people.items()):
            self.rearrange(person)
        while waiting := [one for one in self.things.values() if one.state is WAITING and self.candidates(one)]:
            thing = min(waiting, key=self.place)
            free = self.candidates(thing)
            person = min(free, key=lambda who: self.rank(thing, who))
            funnel = (len(self.people), sum(who.ready for who in self.people.values()), len(free))
            thing.state, thing.agent, person.offered_at = OFFERED, person.facts.id, self.now
            self.effects.append(("offer", thing.id, thing.agent, self.clock + self.queue(thing).offer_timeout, funnel))

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
        return (thing.facts.enqueued_at, given(thing.facts.seq, thing.id), thing.id)

    def in_order(self):
        return sorted(self.things.values(), key=lambda thing: self.arrival(thing)[1:])

    def look_again(self, *things, time_passed=False):
        """It overflows, takes a step, comes near its deadline. Only time tells of steps; of a deadline whatever puts it in line."""
        for thing in things:
            if thing.state is WAITING:
                while (over := self.overflow(thing)) and self.age(thing) >= over.after:
                    self.effects.append(r.Overflowed(thing.id, thing.facts.queue, over.to))
                    thing.facts = replace(thing.facts, **({"queue": over.to} if over.to else {"overflowed": True}))
                if time_passed and self.step(thing)[0] != thing.step_seen:
                    self.effects.append(r.StepAdvanced(thing.id, self.step(thing)[0]))
                if self.at_risk(thing) and not (time_passed and thing.risk_seen):
                    self.effects.append(r.DeadlineAtRisk(thing.id, thing.facts.deadline))
            thing.step_seen, thing.risk_seen = self.step(thing)[0], self.at_risk(thing)

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
            case r.AgentSignedIn(now, facts):
                self.people[facts.id] = Person(facts, now, self.people.get(facts.id))
            case r.AgentSignedOut(_, agent) if agent in self.people:
                for thing in sorted(self.held(self.people.pop(agent), OFFERED), key=lambda thing: thing.id):
                    self.effects.append(r.OfferRevoked(thing.id, agent, "signed_out"))
                    self.back(thing)
            case r.AgentPresence(now, agent, ready) if agent in self.people:
                person = self.people[agent]
                person.ready, person.idle_since = ready, now if ready and not person.ready else person.idle_since
            case r.AgentProfileChanged(_, facts) if facts.id in self.people:
                self.people[facts.id].facts = facts
            case r.ConfigChanged(_, config):
                self.config = config
                self.look_again(*self.in_order())
            case r.WorkEnqueued(_, facts) if facts.id not in self.things:
                self.things[facts.id] = Thing(facts)
                self.look_again(self.things[facts.id])
            case r.WorkRestored(now, facts, state, agent):
                thing = self.things[facts.id] = Thing(facts)
                thing.state, thing.agent, thing.since = state, agent, given(event.since, now)
                self.look_again(thing)
            case _ if getattr(event, "work", None) in self.things:
                self.happen_to(self.things[event.work], event)

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
            case r.WrapUpEnded() if thing.state is not WRAP_UP:
                pass
            case r.WorkCompleted(now) | r.WrapUpEnded(now) | r.WorkAbandoned(now):
                self.let_go(thing, now, "abandoned" if isinstance(event, r.WorkAbandoned) else "completed")
                del self.things[thing.id]
            case r.WorkRequeued(now, _, keep_position, exclude_until) if thing.agent is not None or not keep_position:
                if thing.agent is not None and exclude_until is not None:
                    thing.exclude(thing.agent, exclude_until)
                self.let_go(thing, now, "requeued")
                thing.facts = thing.facts if keep_position else replace(thing.facts, enqueued_at=now)
                self.back(thing)
            case r.OfferAccepted(now, _, agent) if thing.state is OFFERED and thing.agent == agent:
                thing.state, thing.since = ASSIGNED, now
            case _ if thing.state is OFFERED and thing.agent == getattr(event, "agent", None):
                self.come_back(thing, event)

    def come_back(self, thing, event):
        """The offer was declined, not answered, taken back, or never made."""
        if isinstance(event, r.OfferTimedOut) and self.channel(thing).rona and event.agent in self.people:
            self.people[event.agent].ready = False
            self.effects.append(r.AgentNotReady(event.agent, "rona", thing.id))
        if not isinstance(event, r.OfferRefused):
            thing.exclude(event.agent, given(event.exclude_until, event.now + self.config.policy.cool_off))
        self.back(thing)
