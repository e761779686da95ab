"""Small multi-skill floors on which the choice of whom to serve decides everything, and their customers, drawn from a seed.

100 agents with 1 to 4 of 8 skills on levels 1 to 5; 15 kinds of customers who ask for 1 or 2 skills at level 3 at most, each
with at least 4 agents who can serve them; a third of the kinds each is gold, silver and bronze. The load is uneven but can
be carried: each agent's time is split at random over the kinds that the agent can serve.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from random import Random

from routing import SECOND, AgentFacts, Channel, Config, Demand, Policy, Queue, Requirement

AGENTS, KINDS = 100, 15
MEAN_SERVICE = 300.0
"""Seconds; exponential."""
_SKILLS = tuple(f"skill{n}" for n in range(8))
_FEWEST = 4


@dataclass(frozen=True, slots=True)
class Tier:
    """`target` in seconds."""

    name: str
    target: int
    weight: int


TIERS = (Tier("gold", 20, 5), Tier("silver", 60, 2), Tier("bronze", 180, 1))


@dataclass(frozen=True, slots=True)
class Kind:
    """Customers alike. `rate` is in customers per second, `able` are the agents who can serve them, one bit each."""

    tier: Tier
    requirement: Requirement
    rate: float
    able: int


@dataclass(frozen=True, slots=True)
class World:
    agents: tuple[AgentFacts, ...]
    kinds: tuple[Kind, ...]

    @property
    def rate(self) -> float:
        return sum(kind.rate for kind in self.kinds)

    def config(self, policy: Policy) -> Config:
        """The expected traffic is known exactly, so that it is the rule that is compared, not a forecast."""
        return Config(
            version=1,
            channels=(Channel("voice"),),
            queues=tuple(Queue(tier.name, sla_target=tier.target * SECOND, priority=tier.weight) for tier in TIERS),
            policy=policy,
            demands=tuple(
                Demand(kind.tier.name, kind.requirement, round(1000 * kind.rate * MEAN_SERVICE), kind.able.bit_count())
                for kind in self.kinds
            ),
        )


@dataclass(frozen=True, slots=True)
class Customer:
    """Microseconds; the service takes as long whoever gives it, under every policy."""

    at: int
    kind: int
    service: int


def draw_world(seed: int, occupancy: float) -> World:
    random = Random(f"world {seed}")
    skills = [_skills(random) for _ in range(AGENTS)]
    requirements = _requirements(random, skills)
    for n, held in enumerate(skills):
        while not any(requirement.met_by(held) for requirement in requirements):
            # Nobody stands idle for want of a kind to serve: the pooled bound counts all agents.
            held = skills[n] = _skills(random)  # noqa: PLW2901
    able = [sum(requirement.met_by(held) << n for n, held in enumerate(skills)) for requirement in requirements]
    tiers = [TIERS[n % len(TIERS)] for n in range(KINDS)]
    random.shuffle(tiers)
    loads = _loads(random, able)
    queues = frozenset(tier.name for tier in TIERS)
    return World(
        tuple(AgentFacts(n, queues, held, idle_since=0) for n, held in enumerate(skills)),
        tuple(
            Kind(tier, requirement, occupancy * load / MEAN_SERVICE, bits)
            for tier, requirement, load, bits in zip(tiers, requirements, loads, able, strict=True)
        ),
    )


def customers(world: World, seed: int, horizon: float) -> Iterator[Customer]:
    """Poisson arrivals until `horizon` seconds: the same for every policy."""
    random = Random(f"customers {seed}")
    upto = list(accumulate(kind.rate for kind in world.kinds))
    at = random.expovariate(upto[-1])
    while at < horizon:
        kind = random.choices(range(KINDS), cum_weights=upto)[0]
        yield Customer(int(at * SECOND), kind, int(random.expovariate(1 / MEAN_SERVICE) * SECOND))
        at += random.expovariate(upto[-1])


def _skills(random: Random) -> dict[str, int]:
    return {skill: random.randint(1, 5) for skill in random.sample(_SKILLS, random.randint(1, 4))}


def _requirements(random: Random, skills: list[dict[str, int]]) -> list[Requirement]:
    found: dict[Requirement, None] = {}
    while len(found) < KINDS:
        asked = random.sample(_SKILLS, random.randint(1, 2))
        requirement = Requirement.of({skill: random.randint(1, 3) for skill in asked})
        if sum(requirement.met_by(held) for held in skills) >= _FEWEST:
            found[requirement] = None
    return list(found)


def _loads(random: Random, able: list[int]) -> list[float]:
    """Erlangs by kind that keep every agent busy all the time; some kinds are asked for many times as often as others."""
    appeal = [random.expovariate(1) for _ in able]
    loads = [0.0] * len(able)
    for agent in range(AGENTS):
        shares = [random.expovariate(1) * appeal[kind] * (bits >> agent & 1) for kind, bits in enumerate(able)]
        for kind, share in enumerate(shares):
            loads[kind] += share / sum(shares)
    return loads
