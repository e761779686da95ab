"""Who may serve what: decided once for each signature (agents alike) and class (requests alike), kept as bit masks."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Self

from routing.config import Channel, Config, Demand, ItemOrder
from routing.facts import AgentFacts
from routing.heads import Heads, Reach, groups_of
from routing.requirements import HIGHEST, LOWEST, Requirement

SLACK = 256
"""Unused signatures and classes are swept when there are twice as many as were in use at the last sweep, and this many."""


class Profile(NamedTuple):
    """What an agent serves and can do, told apart by value."""

    queues: frozenset[str]
    skills: frozenset[tuple[str, int]]
    delays: frozenset[tuple[str, int]]

    @classmethod
    def of(cls, facts: AgentFacts) -> Self:
        return cls(facts.queues, frozenset(facts.skills.items()), frozenset(facts.delays.items()))


@dataclass(slots=True, eq=False)
class Signature:
    """All agents with the same queues, levels and delays."""

    index: int
    profile: Profile
    skills: Mapping[str, int]
    flexibility: int
    reach: dict[str, Reach]
    members: int = 0


class Request(NamedTuple):
    """What a piece of work asks for at an instant: its queue, a requirement, and which of the queue's delays it has outwaited."""

    queue: str
    requirement: Requirement
    waited: int


@dataclass(slots=True, eq=False)
class WaitingClass:
    """All waiting work of one channel that asks for the same."""

    index: int
    channel: str
    request: Request
    reach: Reach
    tiers: list[Reach] | None = None


@dataclass(slots=True, eq=False)
class Board:
    """One channel: the classes with their waiting work, and the agents who have room for it."""

    channel: Channel
    waiting: Heads = field(default_factory=Heads)
    idle: Heads = field(default_factory=Heads)
    classes: dict[int, WaitingClass] = field(default_factory=dict)
    by_request: dict[Request, WaitingClass] = field(default_factory=dict)
    spare: list[int] = field(default_factory=list)
    sweep_at: int = SLACK


class Traits:
    """Which members serve a queue, and which hold a skill at a level or above; a member is a bit."""

    __slots__ = ("_later", "_level", "_queue")

    def __init__(self) -> None:
        self._queue: dict[str, int] = {}
        self._later: dict[str, dict[int, int]] = {}
        self._level: dict[tuple[str, int], int] = {}

    def add(self, index: int, profile: Profile) -> None:
        bit = 1 << index
        for queue in profile.queues:
            self._queue[queue] = self._queue.get(queue, 0) | bit
        for queue, delay in profile.delays:
            later = self._later.setdefault(queue, {})
            later[delay] = later.get(delay, 0) | bit
        for trait in _levels(profile.skills):
            self._level[trait] = self._level.get(trait, 0) | bit

    def remove(self, index: int, profile: Profile) -> None:
        keep = ~(1 << index)
        for queue in profile.queues:
            self._queue[queue] &= keep
        for queue, delay in profile.delays:
            self._later[queue][delay] &= keep
        for trait in _levels(profile.skills):
            self._level[trait] &= keep

    def serving(self, queue: str) -> int:
        return self._queue.get(queue, 0)

    def not_yet(self, queue: str, waited: int) -> int:
        """Who helps out in the queue only with work that has waited for longer."""
        found = 0
        for delay, members in self._later.get(queue, {}).items():
            if delay > waited:
                found |= members
        return found

    def holding(self, skill: str, level: int) -> int:
        return self._level.get((skill, level), 0)

    def meeting(self, requirement: Requirement, among: int, *, at_any_level: bool = False) -> int:
        holding = self._level
        for skill, level in requirement.all_of:
            among &= holding.get((skill, LOWEST if at_any_level else level), 0)
        if requirement.any_of:
            either = 0
            for skill, level in requirement.any_of:
                either |= holding.get((skill, LOWEST if at_any_level else level), 0)
            among &= either
        return among


class Eligibility:
    __slots__ = (
        "_demands",
        "_signatures",
        "_slopes",
        "_spare",
        "_sweep_at",
        "_traits",
        "boards",
        "by_index",
        "delays",
        "past_delays",
    )

    def __init__(self, config: Config) -> None:
        self.boards = {channel.name: Board(channel) for channel in config.channels}
        # Per queue, how many agents have each delay, and which ones nobody has any more: work may still have a timer for those.
        self.delays: dict[str, dict[int, int]] = {}
        self.past_delays: set[tuple[str, int]] = set()
        self._slopes: dict[str, int] = {}
        if config.policy.item_order is ItemOrder.ACCELERATION:
            self._slopes = {queue.name: queue.acceleration for queue in config.queues}
            for board in self.boards.values():
                board.waiting.slopes = {}
        self.by_index: dict[int, Signature] = {}
        self._demands = config.demands
        self._signatures: dict[Profile, Signature] = {}
        self._spare: list[int] = []
        self._sweep_at = SLACK
        self._traits = Traits()

    def signature(self, profile: Profile) -> Signature:
        known = self._signatures.get(profile)
        return known if known is not None else self._new_signature(profile)

    def waiting_class(self, channel: str, request: Request) -> WaitingClass:
        board = self.boards[channel]
        known = board.by_request.get(request)
        return known if known is not None else self._new_class(board, request)

    def join(self, profile: Profile) -> list[str]:
        """The queues in which such an agent brings a delay that nobody had: work that waits there must be placed anew."""
        found = []
        for queue, delay in sorted(profile.delays):
            counts = self.delays.setdefault(queue, {})
            counts[delay] = counts.get(delay, 0) + 1
            if counts[delay] == 1:
                self.past_delays.discard((queue, delay))
                found.append(queue)
        return found

    def part(self, profile: Profile) -> None:
        for queue, delay in profile.delays:
            counts = self.delays[queue]
            counts[delay] -= 1
            if not counts[delay]:
                del counts[delay]
                self.past_delays.add((queue, delay))

    def tiers(self, waiting: WaitingClass) -> list[Reach]:
        """The signatures in reach of a class, the most proficient first."""
        if waiting.tiers is None:
            by_level: dict[int, Reach] = {}
            for index in groups_of(waiting.reach.mask):
                level = waiting.request.requirement.proficiency(self.by_index[index].skills)
                by_level.setdefault(level, Reach()).add(index)
            waiting.tiers = [by_level[level] for level in sorted(by_level, reverse=True)]
        return waiting.tiers

    def _new_signature(self, profile: Profile) -> Signature:
        if len(self._signatures) >= self._sweep_at:
            self._sweep_signatures()
        index = self._spare.pop() if self._spare else len(self._signatures)
        reach = {channel: Reach() for channel in self.boards}
        skills = dict(profile.skills)
        new = Signature(index, profile, skills, flexibility(profile.queues, skills, self._demands), reach)
        self._signatures[profile] = new
        self.by_index[index] = new
        self._traits.add(index, profile)
        delays = dict(profile.delays)
        for board in self.boards.values():
            for waiting in board.by_request.values():
                queue, requirement, waited = waiting.request
                if queue in profile.queues and delays.get(queue, 0) <= waited and requirement.met_by(skills):
                    _connect(new, waiting)
        return new

    def _new_class(self, board: Board, request: Request) -> WaitingClass:
        if len(board.classes) >= board.sweep_at:
            self._sweep_classes(board)
        index = board.spare.pop() if board.spare else len(board.classes)
        new = WaitingClass(index, board.channel.name, request, Reach())
        board.classes[index] = board.by_request[request] = new
        if board.waiting.slopes is not None:
            board.waiting.slopes[index] = self._slopes[request.queue]
        among = self._traits.serving(request.queue) & ~self._traits.not_yet(request.queue, request.waited)
        for signature in self._in(self._traits.meeting(request.requirement, among)):
            _connect(signature, new)
        return new

    def _sweep_signatures(self) -> None:
        unused = [signature for signature in self._signatures.values() if not signature.members]
        for signature in unused:
            del self._signatures[signature.profile], self.by_index[signature.index]
            self._traits.remove(signature.index, signature.profile)
            self._spare.append(signature.index)
            for channel, reach in signature.reach.items():
                for group in groups_of(reach.mask):
                    waiting = self.boards[channel].classes[group]
                    waiting.reach.discard(signature.index)
                    waiting.tiers = None
        self._sweep_at = max(SLACK, 2 * len(self._signatures))

    def _sweep_classes(self, board: Board) -> None:
        unused = [waiting for waiting in board.classes.values() if not board.waiting.size(waiting.index)]
        for waiting in unused:
            del board.classes[waiting.index], board.by_request[waiting.request]
            board.spare.append(waiting.index)
            for signature in self._in(waiting.reach.mask):
                signature.reach[board.channel.name].discard(waiting.index)
        board.sweep_at = max(SLACK, 2 * len(board.classes))

    def _in(self, mask: int) -> Iterator[Signature]:
        return (self.by_index[index] for index in groups_of(mask))


def flexibility(queues: frozenset[str], skills: Mapping[str, int], demands: tuple[Demand, ...]) -> int:
    """How much traffic competes for such an agent: each demand it can meet, divided by the agents who share it.

    With no demand configured: how many requests for one skill of one queue, or for none, it could meet.
    """
    if not demands:
        return len(queues) * (1 + sum(skills.values()))
    met = (demand for demand in demands if demand.queue in queues and demand.requirement.met_by(skills))
    return sum(demand.load * 1000 // demand.agents for demand in met)


def _connect(signature: Signature, waiting: WaitingClass) -> None:
    signature.reach[waiting.channel].add(waiting.index)
    waiting.reach.add(signature.index)
    waiting.tiers = None


def _levels(skills: Iterable[tuple[str, int]]) -> Iterator[tuple[str, int]]:
    return ((skill, level) for skill, top in skills for level in range(LOWEST, min(top, HIGHEST) + 1))
