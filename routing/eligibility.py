"""Who may serve what: decided once for each signature (agents alike) and class (requests alike), kept as bit masks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from routing.config import Config, Demand, ItemOrder
from routing.heads import Heads, Reach, groups_of
from routing.requirements import HIGHEST, LOWEST, Requirement

SLACK = 256
"""Unused signatures and classes are swept when there are twice as many as were in use at the last sweep, and this many."""

Profile: TypeAlias = tuple[frozenset[str], frozenset[tuple[str, int]]]


@dataclass(slots=True, eq=False)
class Signature:
    """All agents with the same queues and the same levels."""

    index: int
    queues: frozenset[str]
    skills: Mapping[str, int]
    flexibility: int
    reach: dict[str, Reach]
    members: int = 0

    @property
    def profile(self) -> Profile:
        return (self.queues, frozenset(self.skills.items()))


@dataclass(slots=True, eq=False)
class WaitingClass:
    """All waiting work of one queue, channel and requirement."""

    index: int
    queue: str
    channel: str
    requirement: Requirement
    reach: Reach
    tiers: list[Reach] | None = None


@dataclass(slots=True, eq=False)
class Board:
    """One channel: the classes with their waiting work, and the agents who have room for it."""

    channel: str
    waiting: Heads = field(default_factory=Heads)
    idle: Heads = field(default_factory=Heads)
    classes: dict[int, WaitingClass] = field(default_factory=dict)
    by_request: dict[tuple[str, Requirement], WaitingClass] = field(default_factory=dict)
    spare: list[int] = field(default_factory=list)
    sweep_at: int = SLACK


class Traits:
    """Which members serve a queue, and which hold a skill at a level or above; a member is a bit."""

    __slots__ = ("_level", "_queue")

    def __init__(self) -> None:
        self._queue: dict[str, int] = {}
        self._level: dict[tuple[str, int], int] = {}

    def add(self, index: int, queues: frozenset[str], skills: Mapping[str, int]) -> None:
        bit = 1 << index
        for queue in queues:
            self._queue[queue] = self._queue.get(queue, 0) | bit
        for trait in _levels(skills):
            self._level[trait] = self._level.get(trait, 0) | bit

    def remove(self, index: int, queues: frozenset[str], skills: Mapping[str, int]) -> None:
        keep = ~(1 << index)
        for queue in queues:
            self._queue[queue] &= keep
        for trait in _levels(skills):
            self._level[trait] &= keep

    def serving(self, queue: str) -> int:
        return self._queue.get(queue, 0)

    def holding(self, skill: str, level: int) -> int:
        return self._level.get((skill, level), 0)

    def meeting(self, requirement: Requirement, among: int, *, at_any_level: bool = False) -> int:
        for skill, level in requirement.all_of:
            among &= self.holding(skill, LOWEST if at_any_level else level)
        if requirement.any_of:
            either = 0
            for skill, level in requirement.any_of:
                either |= self.holding(skill, LOWEST if at_any_level else level)
            among &= either
        return among


class Eligibility:
    __slots__ = ("_demands", "_signatures", "_slopes", "_spare", "_sweep_at", "_traits", "boards", "by_index")

    def __init__(self, config: Config) -> None:
        self.boards = {channel.name: Board(channel.name) for channel in config.channels}
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

    def signature(self, queues: frozenset[str], skills: Mapping[str, int]) -> Signature:
        known = self._signatures.get((queues, frozenset(skills.items())))
        return known if known is not None else self._new_signature(queues, skills)

    def waiting_class(self, channel: str, queue: str, requirement: Requirement) -> WaitingClass:
        board = self.boards[channel]
        known = board.by_request.get((queue, requirement))
        return known if known is not None else self._new_class(board, queue, requirement)

    def tiers(self, waiting: WaitingClass) -> list[Reach]:
        """The signatures in reach of a class, the most proficient first."""
        if waiting.tiers is None:
            by_level: dict[int, Reach] = {}
            for index in groups_of(waiting.reach.mask):
                level = waiting.requirement.proficiency(self.by_index[index].skills)
                by_level.setdefault(level, Reach()).add(index)
            waiting.tiers = [by_level[level] for level in sorted(by_level, reverse=True)]
        return waiting.tiers

    def _new_signature(self, queues: frozenset[str], skills: Mapping[str, int]) -> Signature:
        if len(self._signatures) >= self._sweep_at:
            self._sweep_signatures()
        index = self._spare.pop() if self._spare else len(self._signatures)
        reach = {channel: Reach() for channel in self.boards}
        new = Signature(index, queues, dict(skills), flexibility(queues, skills, self._demands), reach)
        self._signatures[new.profile] = new
        self.by_index[index] = new
        self._traits.add(index, queues, skills)
        for board in self.boards.values():
            for waiting in board.by_request.values():
                if waiting.queue in queues and waiting.requirement.met_by(skills):
                    _connect(new, waiting)
        return new

    def _new_class(self, board: Board, queue: str, requirement: Requirement) -> WaitingClass:
        if len(board.classes) >= board.sweep_at:
            self._sweep_classes(board)
        index = board.spare.pop() if board.spare else len(board.classes)
        new = WaitingClass(index, queue, board.channel, requirement, Reach())
        board.classes[index] = board.by_request[queue, requirement] = new
        if board.waiting.slopes is not None:
            board.waiting.slopes[index] = self._slopes[queue]
        for signature in self._in(self._traits.meeting(requirement, self._traits.serving(queue))):
            _connect(signature, new)
        return new

    def _sweep_signatures(self) -> None:
        unused = [signature for signature in self._signatures.values() if not signature.members]
        for signature in unused:
            del self._signatures[signature.profile], self.by_index[signature.index]
            self._traits.remove(signature.index, signature.queues, signature.skills)
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
            del board.classes[waiting.index], board.by_request[waiting.queue, waiting.requirement]
            board.spare.append(waiting.index)
            for signature in self._in(waiting.reach.mask):
                signature.reach[board.channel].discard(waiting.index)
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


def _levels(skills: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    return ((skill, level) for skill, top in skills.items() for level in range(LOWEST, min(top, HIGHEST) + 1))
