"""A small company to route in: short names for the tests."""

from routing import (
    SECOND,
    AgentFacts,
    AgentSignedIn,
    Channel,
    Config,
    Engine,
    OfferMade,
    Policy,
    Queue,
    Requirement,
    WakeAt,
    WorkEnqueued,
    WorkFacts,
)

CHANNELS = (Channel("voice", 100, 1), Channel("email", 30, 2, rona=False), Channel("chat", 25, 3))
QUEUES = (
    Queue("support", sla_target=60 * SECOND),
    Queue("sales", sla_target=20 * SECOND, priority=1),
    Queue("claims", sla_target=180 * SECOND, offer_timeout=45 * SECOND),
)
CONFIG = Config(1, CHANNELS, QUEUES)


def at(seconds):
    return int(seconds * SECOND)


def config(**policy):
    return Config(1, CHANNELS, QUEUES, Policy(**policy))


def engine_with(*agents, rules=CONFIG):
    engine = Engine(rules)
    for facts in agents:
        engine.apply(AgentSignedIn(0, facts))
    return engine


def agent(number, queues="support", idle_since=0, **skills):
    return AgentFacts(number, frozenset(queues.split()), skills, idle_since=at(idle_since))


def work(number, queue="support", channel="voice", at_second=0, **facts):
    needs = facts.pop("needs", {})
    return WorkFacts(number, queue, channel, at(at_second), Requirement.of(needs), **facts)


def asked(engine, event):
    """What it asks for, but for when it wants to be woken."""
    return [effect for effect in engine.apply(event) if not isinstance(effect, WakeAt)]


def enqueue(engine, facts, now=None):
    return asked(engine, WorkEnqueued(facts.enqueued_at if now is None else now, facts))


def pairs(effects):
    return [(effect.work, effect.agent) for effect in effects if isinstance(effect, OfferMade)]
