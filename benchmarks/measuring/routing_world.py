"""A large floor for the routing engine, drawn from a seed: agents, kinds of requests, and the traffic between them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import accumulate
from random import Random

from routing import SECOND, AgentFacts, Channel, Config, Queue, Requirement, Step, WorkFacts

BEGIN = 10_000 * SECOND
"""When the measured events begin; what waits then came in the two hours before."""
CHANNELS = (
    Channel("voice", cost=100, max_per_agent=1),
    Channel("chat", cost=25, max_per_agent=4),
    Channel("mail", cost=10, max_per_agent=10),
)
QUEUES = tuple(Queue(f"queue{n}", sla_target=(20, 60, 180, 900, 3600)[n % 5] * SECOND) for n in range(10))
SKILLS = tuple(f"skill{n}" for n in range(200))
LEVELS, ASKED = 10, 5
"""The highest level that agents have, and that requests ask for."""
_PRIORITIES = (0, 0, 0, 1, 2, 5)
_HISTORY = 7_200 * SECOND


@dataclass(frozen=True, slots=True)
class Size:
    """`signatures`: how many agents differ in queues or skills; `shapes`: how many kinds of requests there are."""

    agents: int = 10_000
    signatures: int = 300
    shapes: int = 500
    waiting: int = 100_000

    def __str__(self) -> str:
        alike = "all distinct" if self.signatures == self.agents else f"{self.signatures:,} signatures"
        return f"{self.agents:,} agents ({alike}), {self.shapes:,} shapes, {self.waiting:,} waiting"


@dataclass(frozen=True, slots=True)
class Shape:
    """One kind of request: work of the same queue, channel and requirement."""

    queue: str
    channel: str
    requirement: Requirement


@dataclass(frozen=True, slots=True)
class World:
    size: Size
    agents: tuple[AgentFacts, ...]
    shapes: tuple[Shape, ...]

    @property
    def config(self) -> Config:
        return Config(version=1, channels=CHANNELS, queues=QUEUES)


Steps = Callable[[Shape, int], tuple[Step, ...]]
"""How a request that came at this instant is relaxed."""


def draw_world(size: Size, seed: int) -> World:
    random = Random(seed)
    profiles = [_profile(random) for _ in range(size.signatures)]
    agents = tuple(
        AgentFacts(n + 1, *profiles[n % len(profiles)], idle_since=random.randrange(BEGIN - _HISTORY))
        for n in range(size.agents)
    )
    shapes: dict[Shape, None] = {}
    while len(shapes) < size.shapes:
        shapes[_shape(random, *random.choice(profiles))] = None
    return World(size, agents, tuple(shapes))


def _profile(random: Random) -> tuple[frozenset[str], Mapping[str, int]]:
    queues = frozenset(queue.name for queue in random.sample(QUEUES, random.randint(4, 8)))
    return queues, {skill: random.randint(1, LEVELS) for skill in random.sample(SKILLS, random.randint(10, 20))}


def _shape(random: Random, queues: frozenset[str], skills: Mapping[str, int]) -> Shape:
    """A request that agents of this profile can meet, so that none waits for nobody."""
    asked = random.sample(sorted(skills), random.choice((1, 1, 2)))
    requirement = Requirement.of({skill: random.randint(1, min(ASKED, skills[skill])) for skill in asked})
    return Shape(random.choice(sorted(queues)), random.choice(CHANNELS).name, requirement)


class Traffic:
    """Requests one after the other; a few shapes are asked for much more often than the others."""

    def __init__(self, world: World, seed: int, steps: Steps | None = None) -> None:
        self._random = Random(seed)
        self._shapes = world.shapes
        self._weights = list(accumulate(1 / (rank + 10) for rank in range(len(world.shapes))))
        self._steps = steps
        self._last = 0

    def earlier(self) -> WorkFacts:
        return self.arriving(BEGIN - 1 - self._random.randrange(_HISTORY))

    def arriving(self, now: int) -> WorkFacts:
        self._last += 1
        shape = self._random.choices(self._shapes, cum_weights=self._weights)[0]
        return WorkFacts(
            self._last,
            shape.queue,
            shape.channel,
            enqueued_at=now,
            requirement=shape.requirement,
            steps=self._steps(shape, now) if self._steps else (),
            priority=self._random.choice(_PRIORITIES),
        )
