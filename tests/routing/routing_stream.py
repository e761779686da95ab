"""Turns lists of small numbers into streams of events that fit the state they meet, so that any list is a story and can shrink."""

from dataclasses import replace

from hypothesis import strategies as st
from routing_instant import ASSIGNED, INTERRUPTED, OFFERED, WAITING, WRAP_UP
from routing_world import CHANNELS, QUEUES, at

from routing import (
    ANYONE,
    NEVER,
    AgentFacts,
    AgentOrder,
    AgentPresence,
    AgentProfileChanged,
    AgentSignedIn,
    AgentSignedOut,
    Config,
    ConfigChanged,
    Demand,
    Exclusion,
    ItemOrder,
    OfferAccepted,
    OfferDeclined,
    OfferMade,
    OfferRefused,
    OfferTimedOut,
    OfferWithdrawn,
    Overflow,
    Policy,
    Preferred,
    Queue,
    Requirement,
    Step,
    Tick,
    WakeAt,
    WorkAbandoned,
    WorkCompleted,
    WorkEnqueued,
    WorkFacts,
    WorkInterrupted,
    WorkRequeued,
    WorkRestored,
    WorkResumed,
    WorkUpdated,
    WrapUpEnded,
)

KINDS = (
    *("sign_in", "sign_in", "sign_out", "present", "present", "profile"),
    *("enqueue", "enqueue", "enqueue", "enqueue", "enqueue", "update", "abandon", "requeue"),
    *("accept", "accept", "accept", "accept", "decline", "decline", "time_out", "withdraw", "refuse"),
    *("complete", "complete", "complete", "wrap_up_end", "restore", "tick", "tick", "configure"),
    *("interrupt", "resume"),
)
PASSES = (0, 0, 1, 5, 10, 30)
LATER = (5, 10, 30)
POOL = 9

REQUIREMENTS = (
    ANYONE,
    Requirement.of({"en": 5}),
    Requirement.of({"en": 8}),
    Requirement.of({"en": 5, "bill": 3}),
    Requirement.of({"bill": 6}),
    Requirement.of({}, {"en": 6, "zh": 4}),
    Requirement.of({"bill": 2}, {"en": 9, "zh": 9}),
)
SKILLS = (
    {},
    {"en": 10},
    {"en": 5},
    {"en": 5, "bill": 3},
    {"bill": 8},
    {"zh": 5, "bill": 6},
    {"en": 9, "zh": 9, "bill": 10},
)
SERVED = (("support",), ("support", "sales"), ("sales",), ("support", "sales", "claims"), ("claims",))
POOLS = (
    CHANNELS,
    tuple(replace(channel, interruptible=channel.name == "chat") for channel in CHANNELS),
    tuple(replace(channel, interruptible=channel.name != "voice", max_per_agent=3) for channel in CHANNELS),
)
HOLD_UPS = (None, None, 0, at(15))
DEMANDS = ((), (Demand("support", ANYONE, 4000, 3), Demand("sales", REQUIREMENTS[1], 1500, 2)))

RESERVES = ((0, 0, 0), (0, 0, 0), (1, 0, 0), (0, 2, 1))
OVERFLOWS = (
    {},
    {},
    {"sales": Overflow(at(10), "support")},
    {"claims": Overflow(at(5), "sales"), "sales": Overflow(at(30), "support"), "support": Overflow(at(40))},
    {"support": Overflow(0, "claims")},
)

moves = st.lists(st.tuples(st.sampled_from(KINDS), *[st.integers(0, 500)] * 3), min_size=20, max_size=100)


@st.composite
def configs(draw):
    return world(lambda choices: draw(st.sampled_from(choices)))


def world(pick):
    """Any of the companies there are to route in."""
    queues = arranged(pick(RESERVES), pick(OVERFLOWS))
    rules = policy(pick(tuple(ItemOrder)), pick(tuple(AgentOrder)), pick(HOLD_UPS))
    return Config(1, pick(POOLS), queues, rules, pick(DEMANDS))


def policy(items, agents, hold_up):
    return Policy(items, agents, hold_up=None if items is ItemOrder.ACCELERATION else hold_up, at_risk=at(20))


def arranged(reserves, overflows):
    """The company's queues with these reserves and overflows, each rising at a pace of its own."""
    return tuple(
        replace(queue, reserve=reserve, overflow=overflows.get(queue.name), acceleration=pace)
        for queue, reserve, pace in zip(QUEUES, reserves, (100, 0, 250), strict=True)
    )


def plain(effects):
    """The engine's effects as the oracle tells them: as much of each decision's record, and not when to wake, which is a test's own."""
    return [told(effect) for effect in effects if not isinstance(effect, WakeAt)]


def told(effect):
    if not isinstance(effect, OfferMade):
        return effect
    funnel = tuple(effect.decision["funnel"][stage] for stage in ("signed_in", "ready", "candidates"))
    return ("offer", effect.work, effect.agent, effect.expires_at, funnel)


class Stream:
    """Reads an oracle's state to choose events that matter; now and then one that is stale or repeated."""

    def __init__(self, oracle):
        self.oracle = oracle
        self.now = 0
        self.next_work = 1

    def event(self, move):
        kind, a, b, c = move
        self.now += at(PASSES[c % len(PASSES)])
        return getattr(self, kind)(a, b, c)

    def pick(self, state, a):
        things = [thing for thing in self.oracle.things.values() if state is None or thing.state is state]
        return things[a % len(things)] if things else None

    def on(self, state, a, make):
        thing = self.pick(state, a)
        return Tick(self.now) if thing is None else make(thing)

    def agent_facts(self, a, b, c):
        return AgentFacts(
            1 + a % POOL,
            frozenset(SERVED[b % len(SERVED)]),
            SKILLS[c % len(SKILLS)],
            ready=b % 4 != 3,
            capacity=(100, 100, 130)[c % 3],
            channel_max={"chat": 1} if b % 5 == 0 else {},
            idle_since=at(a % 3) if c % 2 else None,
            order=(c % 4) if b % 2 else None,
            worked=at(b % 50) if c % 3 == 0 else None,
            offered_at=at(a % 5) if c % 5 == 0 else None,
            interruptible_capacity=(50, None, None)[b % 3],
            delays={"sales": at(LATER[a % 3])} if c % 4 == 0 else {"support": at(10)} if c % 9 == 0 else {},
        )

    def work_facts(self, number, a, b, c):
        steps = (
            Step(at(LATER[a % 3]), REQUIREMENTS[b % len(REQUIREMENTS)]),
            Step(at(LATER[b % 3]) + at(5), ANYONE),
        )
        return WorkFacts(
            number,
            QUEUES[a % len(QUEUES)].name,
            CHANNELS[b % len(CHANNELS)].name,
            self.now - at(c % 4),
            REQUIREMENTS[c % len(REQUIREMENTS)],
            steps[: a % 3],
            priority=(None, 0, 1, 2)[b % 4],
            target=at(40) if c % 5 == 0 else None,
            preferred=Preferred((1 + a % POOL, 1 + b % POOL), at(LATER[c % 3])) if b % 6 == 0 else None,
            excluded=(Exclusion(1 + c % POOL, self.now + at(a % 12)),) if a % 7 == 0 else (),
            seq=1 + c % 3 if a % 4 == 0 else None,
            deadline=self.now + at(LATER[a % 3] * 2) if b % 3 == 0 else None,
        )

    def sign_in(self, a, b, c):
        return AgentSignedIn(self.now, self.agent_facts(a, b, c))

    def sign_out(self, a, _b, _c):
        return AgentSignedOut(self.now, 1 + a % POOL)

    def present(self, a, b, _c):
        return AgentPresence(self.now, 1 + a % POOL, b % 4 != 0)

    def profile(self, a, b, c):
        return AgentProfileChanged(self.now, self.agent_facts(a, b, c))

    def enqueue(self, a, b, c):
        self.next_work += 1
        return WorkEnqueued(self.now, self.work_facts(self.next_work, a, b, c))

    def update(self, a, b, c):
        return self.on(
            None,
            a,
            lambda thing: WorkUpdated(
                self.now,
                thing.id,
                queue=QUEUES[b % 3].name if c % 2 else None,
                priority=b % 3 if c % 3 == 0 else None,
                requirement=REQUIREMENTS[b % len(REQUIREMENTS)] if c % 4 == 0 else None,
                steps=() if c % 7 == 0 else None,
            ),
        )

    def abandon(self, a, b, _c):
        return self.on(WAITING if b % 3 else None, a, lambda thing: WorkAbandoned(self.now, thing.id))

    def requeue(self, a, b, c):
        until = (None, self.now + at(10), NEVER)[c % 3]
        return self.on(None, a, lambda thing: WorkRequeued(self.now, thing.id, b % 3 != 0, until))

    def complete(self, a, b, _c):
        until = self.now + at(20) if b % 2 else None
        return self.on(ASSIGNED, a, lambda thing: WorkCompleted(self.now, thing.id, until))

    def interrupt(self, a, _b, _c):
        return self.on(ASSIGNED, a, lambda thing: WorkInterrupted(self.now, thing.id))

    def resume(self, a, _b, _c):
        return self.on(INTERRUPTED, a, lambda thing: WorkResumed(self.now, thing.id))

    def wrap_up_end(self, a, _b, _c):
        return self.on(WRAP_UP, a, lambda thing: WrapUpEnded(self.now, thing.id))

    def accept(self, a, b, _c):
        return self.answer(OfferAccepted, a, b)

    def decline(self, a, b, c):
        return self.answer(OfferDeclined, a, b, (None, self.now + at(5), NEVER, None)[c % 4])

    def time_out(self, a, b, _c):
        return self.answer(OfferTimedOut, a, b, None)

    def withdraw(self, a, b, _c):
        return self.answer(OfferWithdrawn, a, b, None)

    def refuse(self, a, b, _c):
        return self.answer(OfferRefused, a, b)

    def answer(self, kind, a, b, *rest):
        stale = b % 15 == 0
        return self.on(
            None if stale else OFFERED,
            a,
            lambda thing: kind(self.now, thing.id, 1 + b % POOL if stale else thing.agent, *rest),
        )

    def restore(self, a, b, c):
        states = (WAITING, OFFERED, ASSIGNED, WRAP_UP, INTERRUPTED)
        state = states[a % 5]
        agent = None if state is WAITING else 1 + b % POOL
        thing = self.pick(None, c)
        number = thing.id if thing and b % 2 else self.next_work + 1
        self.next_work = max(self.next_work, number)
        return WorkRestored(self.now, self.work_facts(number, a, b, c), state, agent)

    def tick(self, _a, _b, _c):
        return Tick(self.now)

    def configure(self, a, b, c):
        old = self.oracle.config
        queues = tuple(
            Queue(
                queue.name,
                at(20 + (a + n) % 3 * 30),
                b % 2,
                reserve=(0, 0, 1, 2)[(a + c + n) % 4],
                overflow=OVERFLOWS[(b + c) % len(OVERFLOWS)].get(queue.name),
                acceleration=(100, 0, 250)[(a + n) % 3],
            )
            for n, queue in enumerate(QUEUES)
        )
        rules = policy(tuple(ItemOrder)[a % 4], tuple(AgentOrder)[b % 5], HOLD_UPS[c % 4])
        return ConfigChanged(self.now, Config(old.version + 1, POOLS[c % 3], queues, rules, DEMANDS[c % 2]))
