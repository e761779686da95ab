"""A contact center as data: who comes, who is there, and for how long, so that a published model can be typed in as it stands."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import TypeVar

from routing.config import SECOND, Channel
from routing.requirements import ANYONE, HIGHEST, LOWEST, Requirement, Step
from routing.simulation_distributions import Arrivals, Distribution, Recorded

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Retry:
    """Who gives up comes back with this probability, after this delay; with `blocked` also who was refused a line."""

    probability: float
    delay: Distribution
    blocked: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.probability < 1:
            raise ValueError(f"Customers come back with a probability from 0 to below 1, not {self.probability}.")


@dataclass(frozen=True, slots=True)
class WorkClass:
    """One kind of customer.

    `service` and `patience` are given once or for each period (of the arrival); no patience means that nobody gives up.
    `service_by` names groups that take another time. `groups` lists who may serve, in order of choice, each from a wait on
    (None: every group that serves this class, from the start); it is heeded by rules. An engine heeds `queue` (the name,
    if not given), `channel`, `requirement`, `steps` and `priority`. `target` is the wait that a service level allows.
    """

    name: str
    arrivals: Arrivals
    service: tuple[Distribution, ...]
    patience: tuple[Distribution, ...] = ()
    target: float = 20.0
    retry: Retry | None = None
    service_by: Mapping[str, Distribution] = field(default_factory=dict)
    groups: tuple[tuple[str, float], ...] | None = None
    queue: str | None = None
    channel: str = "voice"
    requirement: Requirement = ANYONE
    steps: tuple[Step, ...] = ()
    priority: int = 0

    def __post_init__(self) -> None:
        if not self.service:
            raise ValueError(f"Class {self.name!r} needs a distribution of service times.")
        if not self.target >= 0:
            raise ValueError(f"Class {self.name!r} cannot have the target {self.target}.")


@dataclass(frozen=True, slots=True)
class Break:
    """So many agents of the group are away from `start` for `lasts`; who is busy then finishes first."""

    start: float
    lasts: float
    agents: int = 1


@dataclass(frozen=True, slots=True)
class AgentGroup:
    """Agents who are alike. `sizes` is given once, for each period, or for each period and for what comes after the last.

    `serves` lists classes in the order in which a freed agent looks at them. Skills, capacity and channel maxima are for an
    engine; under rules an agent serves one customer at a time.
    """

    name: str
    sizes: tuple[int, ...]
    serves: tuple[str, ...]
    breaks: tuple[Break, ...] = ()
    skills: Mapping[str, int] = field(default_factory=dict)
    capacity: int = 100
    channel_max: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.sizes or min(self.sizes) < 0:
            raise ValueError(f"Group {self.name!r} needs a size, and none below 0.")
        for skill, level in self.skills.items():
            if not LOWEST <= level <= HIGHEST:
                raise ValueError(
                    f"Group {self.name!r} has {skill!r} at level {level}; levels run from {LOWEST} to {HIGHEST}."
                )


@dataclass(frozen=True, slots=True)
class Model:
    """One run, which is often one day, of `periods` that last so long.

    `trunks` is how many customers can be inside at once, served or waiting; more are blocked. Who arrives before `warm_up` is
    not counted. After the last period nobody new arrives: the run goes on until everybody is gone, or stops there when
    `drain` is False. One draw of `busyness` multiplies all Poisson rates of a run. `unit` is the model's unit of time in
    microseconds: it matters to engines only.
    """

    periods: tuple[float, ...]
    classes: tuple[WorkClass, ...]
    groups: tuple[AgentGroup, ...]
    trunks: int | None = None
    warm_up: float = 0.0
    drain: bool = True
    busyness: Distribution | None = None
    channels: tuple[Channel, ...] = (Channel("voice"),)
    unit: int = SECOND

    @property
    def horizon(self) -> float:
        return sum(self.periods)

    def __post_init__(self) -> None:
        if not self.periods or not all(0 < length < inf for length in self.periods):
            raise ValueError("A model needs periods, each longer than 0.")
        if not 0 <= self.warm_up < self.horizon:
            raise ValueError(f"The warm-up of {self.warm_up} must end within the horizon of {self.horizon}.")
        if self.trunks is not None and self.trunks < 0:
            raise ValueError(f"There cannot be {self.trunks} trunks.")
        _refuse_faults(self)


def queue_of(work: WorkClass) -> str:
    return work.name if work.queue is None else work.queue


def queues_of(model: Model, group: AgentGroup) -> frozenset[str]:
    """Where an engine's agents of this group would take work from."""
    return frozenset(queue_of(work) for work in model.classes if work.name in group.serves)


def of_period(values: Sequence[T], period: int) -> T:
    """What is given once counts for every period; the last that is given counts from there on."""
    return values[min(period, len(values) - 1)]


def served_by(model: Model, work: WorkClass) -> list[tuple[AgentGroup, float]]:
    """The groups that may serve this class, in order of choice, each from which wait on."""
    if work.groups is None:
        return [(group, 0.0) for group in model.groups if work.name in group.serves]
    known = {group.name: group for group in model.groups}
    return [(known[name], wait) for name, wait in work.groups]


def changes_of_size(model: Model, group: AgentGroup) -> list[tuple[float, int]]:
    """When the group gets how large, breaks taken off, from instant 0 on."""
    starts = [0.0]
    for length in model.periods:
        starts.append(starts[-1] + length)
    moves = {start: of_period(group.sizes, period) for period, start in enumerate(starts)}
    ends = [(rest.start, rest.start + rest.lasts, rest.agents) for rest in group.breaks]
    instants = sorted({*moves, *(start for start, _, _ in ends), *(end for _, end, _ in ends)})
    changes, planned = [], 0
    for instant in instants:
        planned = moves.get(instant, planned)
        away = sum(agents for start, end, agents in ends if start <= instant < end)
        changes.append((instant, max(0, planned - away)))
    return changes


def _refuse_faults(model: Model) -> None:
    classes = _named_once("class", (work.name for work in model.classes))
    groups = _named_once("group", (group.name for group in model.groups))
    for group in model.groups:
        _refuse_unknown(f"Group {group.name!r} serves", "class", set(group.serves) - classes)
        _refuse_many(f"Group {group.name!r} has sizes", len(group.sizes), len(model.periods) + 1)
        if any(not (rest.start >= 0 and rest.lasts >= 0 and rest.agents >= 0) for rest in group.breaks):
            raise ValueError(f"The breaks of group {group.name!r} need instants, lengths and numbers from 0 on.")
    for work in model.classes:
        named = {name for name, _ in work.groups or ()} | set(work.service_by)
        _refuse_unknown(f"Class {work.name!r} names", "group", named - groups)
        rates = 1 if isinstance(work.arrivals, Recorded) else len(work.arrivals.rates)
        longest = max(rates, len(work.service), len(work.patience))
        _refuse_many(f"Class {work.name!r} has rates, service or patience", longest, len(model.periods))


def _named_once(noun: str, names: Iterable[str]) -> set[str]:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise ValueError(f"The {noun} {name!r} is there twice; give each {noun} one entry.")
        seen.add(name)
    return seen


def _refuse_unknown(who: str, noun: str, unknown: set[str]) -> None:
    if unknown:
        raise ValueError(f"{who} the {noun} {min(unknown)!r}, which the model does not have.")


def _refuse_many(what: str, given: int, most: int) -> None:
    if given > most:
        raise ValueError(f"{what} for {given} periods; the model has {most} at most.")
