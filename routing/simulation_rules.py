"""Routing by plain rules between classes and groups, as published models describe it: small, and fast to simulate."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from heapq import heappop, heappush
from typing import Protocol

from routing.simulation_draws import Dice, stream
from routing.simulation_model import Model, served_by
from routing.simulation_people import Customer, Staff


class WorkChoice(StrEnum):
    """What a freed agent takes from the classes of its group: who waits longest, or the first class that has anybody."""

    LONGEST_WAITING = "longest_waiting"
    FIRST_LISTED = "first_listed"


class AgentChoice(StrEnum):
    """Who takes a customer that arrives: the first group with a free agent, or any free agent, each equally likely."""

    FIRST_LISTED = "first_listed"
    ANY_FREE = "any_free"


@dataclass(frozen=True, slots=True)
class Rules:
    work: WorkChoice = WorkChoice.LONGEST_WAITING
    agent: AgentChoice = AgentChoice.FIRST_LISTED


class Router(Protocol):
    """Decides who serves whom, and keeps the staff.

    What happens returns the customers whose service begins at once, their group set. With `timed`, the router is also asked
    when it wants to be woken.
    """

    staff: list[Staff]
    timed: bool

    def arrived(self, customer: Customer, now: float) -> Iterable[Customer]: ...

    def gave_up(self, customer: Customer, now: float) -> Iterable[Customer]: ...

    def finished(self, customer: Customer, now: float) -> Iterable[Customer]: ...

    def resized(self, group: int, size: int, now: float) -> Iterable[Customer]: ...

    def next_wakeup(self) -> float | None: ...

    def woken(self, now: float) -> Iterable[Customer]: ...


class RuleRouter:
    """Lines in order of arrival, one per class. Who has given up stays in line until it is their turn to be skipped."""

    def __init__(self, model: Model, rules: Rules, seed: int) -> None:
        self.staff = [Staff() for _ in model.groups]
        index = {group.name: number for number, group in enumerate(model.groups)}
        self._groups = [
            [(index[group.name], self.staff[index[group.name]], wait) for group, wait in served_by(model, work)]
            for work in model.classes
        ]
        self._lines: list[deque[Customer]] = [deque() for _ in model.classes]
        self._seen = [self._lines_of(model, number) for number in range(len(model.groups))]
        self._listed = rules.work is WorkChoice.FIRST_LISTED
        self._dice: Dice | None = stream(seed, "agents") if rules.agent is AgentChoice.ANY_FREE else None
        self._later: list[tuple[float, int, Customer]] = []
        self._numbers = self._came = 0
        self.timed = any(wait for groups in self._groups for _, _, wait in groups)

    def arrived(self, customer: Customer, now: float) -> Iterable[Customer]:
        self._came += 1
        customer.number = self._came
        groups = self._groups[customer.kind]
        if self._dice is not None:
            return self._drawn(customer, now, self._dice)
        for group, staff, wait in groups:
            if staff.busy < staff.size and not wait:
                customer.group = group
                staff.take(now)
                return (customer,)
        return self._wait(customer)

    def gave_up(self, customer: Customer, now: float) -> Iterable[Customer]:  # noqa: ARG002 — nobody becomes free by it
        return ()

    def finished(self, customer: Customer, now: float) -> Iterable[Customer]:
        group = customer.group
        staff = self.staff[group]
        staff.give_back(now)
        if staff.busy < staff.size:
            following = self._next(group, now)
            if following is not None:
                following.group = group
                staff.take(now)
                return (following,)
        return ()

    def resized(self, group: int, size: int, now: float) -> Iterable[Customer]:
        staff = self.staff[group]
        staff.resize(size, now)
        begun = []
        while staff.busy < staff.size and (customer := self._next(group, now)) is not None:
            # Taken out of line here, because service begins only when this returns.
            self._lines[customer.kind].popleft()
            customer.group = group
            staff.take(now)
            begun.append(customer)
        return begun

    def next_wakeup(self) -> float | None:
        while self._later and not self._later[0][2].waiting:
            heappop(self._later)
        return self._later[0][0] if self._later else None

    def woken(self, now: float) -> Iterable[Customer]:
        """Somebody has waited long enough for one more group."""
        while self._later and self._later[0][0] <= now:
            customer = heappop(self._later)[2]
            if customer.waiting:
                for group, staff, wait in self._groups[customer.kind]:
                    if customer.arrived + wait <= now and staff.busy < staff.size:
                        customer.group = group
                        staff.take(now)
                        return (customer,)
        return ()

    def _next(self, group: int, now: float) -> Customer | None:
        best = None
        for line, wait in self._seen[group]:
            while line and not line[0].waiting:
                line.popleft()
            if line and (best is None or line[0].number < best.number) and line[0].arrived + wait <= now:
                best = line[0]
                if self._listed:
                    return best
        return best

    def _drawn(self, customer: Customer, now: float, dice: Dice) -> Iterable[Customer]:
        open_to = [(group, staff) for group, staff, wait in self._groups[customer.kind] if not wait]
        chance = dice.random() * sum(max(0, staff.size - staff.busy) for _, staff in open_to)
        for group, staff in open_to:
            chance -= max(0, staff.size - staff.busy)
            if chance < 0:
                customer.group = group
                staff.take(now)
                return (customer,)
        return self._wait(customer)

    def _wait(self, customer: Customer) -> Iterable[Customer]:
        self._lines[customer.kind].append(customer)
        if self.timed:
            for _, _, wait in self._groups[customer.kind]:
                if wait:
                    self._numbers += 1
                    heappush(self._later, (customer.arrived + wait, self._numbers, customer))
        return ()

    def _lines_of(self, model: Model, group: int) -> list[tuple[deque[Customer], float]]:
        """The lines this group looks at, in its order, each with the wait from which on it may take from there."""
        kinds = {work.name: kind for kind, work in enumerate(model.classes)}
        found = []
        for name in model.groups[group].serves:
            waits = [wait for number, _, wait in self._groups[kinds[name]] if number == group]
            found += [(self._lines[kinds[name]], wait) for wait in waits[:1]]
        return found
