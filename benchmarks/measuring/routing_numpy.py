"""The plain scan's rule on numpy arrays: every piece of waiting work, or every agent, is still looked at for each event.

numpy is measured when it is there and never required, so it is imported only when a scan is made.
"""

from typing import Any

from benchmarks.measuring.routing_drive import Rows
from benchmarks.measuring.routing_scans import COST, MOST, Account, Scan, urgency
from benchmarks.measuring.routing_world import QUEUES, SKILLS, Shape, World
from routing import Id, WorkFacts

_NEVER = 2**62
_IDS = 2**20
"""More ids than there are works: an urgency and an id share one integer."""
_CHANNELS = {name: n for n, name in enumerate(COST)}
_QUEUES = {queue.name: n for n, queue in enumerate(QUEUES)}
_SKILLS = {skill: n for n, skill in enumerate(SKILLS)}


class NumpyScan(Scan):
    """Tests each request for its queue, its channel and its one or two skills. Waiting work fills the arrays without gaps."""

    columns = 6

    def __init__(self, world: World, rows: Rows, room_for: int) -> None:
        super().__init__(rows)
        import numpy  # noqa: PLC0415, ICN001

        self.np: Any = numpy
        self._lay_out_agents()
        self.prepare(world)
        self._works: list[WorkFacts] = []
        self._slot: dict[Id, int] = {}
        most = len(rows.waiting) + room_for
        self._order = numpy.full(most, _NEVER, dtype=numpy.int64)
        self._columns = [numpy.zeros(most, dtype=numpy.intp) for _ in range(self.columns)]
        self.read(rows)

    def _lay_out_agents(self) -> None:
        np, accounts = self.np, list(self.accounts.values())
        self.row = {account.facts.id: n for n, account in enumerate(accounts)}
        self.ids = [account.facts.id for account in accounts]
        self.flexibility = np.array([account.flexibility for account in accounts])
        self.load = np.zeros(len(accounts), dtype=np.int64)
        self.counts = {name: np.zeros(len(accounts), dtype=np.int64) for name in COST}

    # --- what may differ: how is known who can meet what ---

    def prepare(self, _: World) -> None:
        np, agents = self.np, [account.facts for account in self.accounts.values()]
        self._levels = np.array([[agent.skills.get(skill, 0) for skill in SKILLS] for agent in agents])
        self._serves = np.array([[queue.name in agent.queues for queue in QUEUES] for agent in agents])

    def described(self, work: WorkFacts) -> tuple[int, ...]:
        (first, level), *more = work.requirement.all_of
        second, least = more[0] if more else (first, level)
        return (_CHANNELS[work.channel], _QUEUES[work.queue], _SKILLS[first], level, _SKILLS[second], least)

    def fitting(self, agent: Account, columns: list[Any]) -> Any:
        channel, queue, first, level, second, least = columns
        room = self.np.array([agent.has_room(name) for name in COST])
        row = self.row[agent.facts.id]
        fits = room.take(channel) & self._serves[row].take(queue)
        fits &= self._levels[row].take(first) >= level
        fits &= self._levels[row].take(second) >= least
        return fits

    def able(self, work: WorkFacts) -> Any:
        _, queue, first, level, second, least = self.described(work)
        return self._serves[:, queue] & (self._levels[:, first] >= level) & (self._levels[:, second] >= least)

    # --- the scan ---

    def best_work(self, agent: Account) -> WorkFacts | None:
        end = len(self._works)
        if not end or not any(agent.has_room(name) for name in COST):
            return None
        fits = self.fitting(agent, [column[:end] for column in self._columns])
        at = int(self.np.where(fits, self._order[:end], _NEVER).argmin())
        return self._works[at] if fits[at] else None

    def best_agent(self, work: WorkFacts) -> Account | None:
        able = self.able(work) & (self.load + COST[work.channel] <= 100)
        found = self.np.flatnonzero(able & (self.counts[work.channel] < MOST[work.channel]))
        if not len(found):
            return None
        found = found[self.flexibility[found] == self.flexibility[found].min()]
        return min((self.accounts[self.ids[row]] for row in found), key=lambda agent: agent.rank)

    def put(self, work: WorkFacts) -> None:
        at = len(self._works)
        self._works.append(work)
        self._slot[work.id] = at
        self._order[at] = urgency(work) * _IDS + work.id
        for column, value in zip(self._columns, self.described(work), strict=True):
            column[at] = value

    def waiting(self, work: Id) -> WorkFacts:
        return self._works[self._slot[work]]

    def drop(self, work: WorkFacts) -> None:
        at, last = self._slot.pop(work.id), self._works.pop()
        if last is not work:
            self._works[at], self._slot[last.id] = last, at
            for column in (self._order, *self._columns):
                column[at] = column[len(self._works)]

    def count(self, agent: Account, work: WorkFacts, sign: int) -> None:
        super().count(agent, work, sign)
        row = self.row[agent.facts.id]
        self.load[row] = agent.load
        self.counts[work.channel][row] = agent.counts[work.channel]


class PreparedScan(NumpyScan):
    """Borrows the engine's idea: whether agents alike can meet a kind of request is worked out once, before the clock runs."""

    columns = 1

    def prepare(self, world: World) -> None:
        np, agents = self.np, [account.facts for account in self.accounts.values()]
        kinds: dict[Any, int] = {}
        of = [kinds.setdefault((agent.queues, frozenset(agent.skills.items())), len(kinds)) for agent in agents]
        self._kind = np.array(of)
        self._shapes = {shape: n for n, shape in enumerate(world.shapes)}
        self._on = {name: np.array([shape.channel == name for shape in world.shapes]) for name in COST}
        self._reach = np.array([[_meets(queues, skills, shape) for shape in world.shapes] for queues, skills in kinds])

    def described(self, work: WorkFacts) -> tuple[int, ...]:
        return (self._shapes[Shape(work.queue, work.channel, work.requirement)],)

    def fitting(self, agent: Account, columns: list[Any]) -> Any:
        room = self.np.logical_or.reduce([self._on[name] for name in COST if agent.has_room(name)])
        return (self._reach[self._kind[self.row[agent.facts.id]]] & room).take(columns[0])

    def able(self, work: WorkFacts) -> Any:
        return self._reach[:, self.described(work)[0]][self._kind]


def _meets(queues: frozenset[str], skills: frozenset[tuple[str, int]], shape: Shape) -> bool:
    return shape.queue in queues and shape.requirement.met_by(dict(skills))
