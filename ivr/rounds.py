"""The places of a graph between which one can go back and forth for ever."""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import Generic, TypeVar

P = TypeVar("P", bound=Hashable)


def strongly_connected(onward: Mapping[P, Iterable[P]]) -> list[list[P]]:
    """Tarjan's components, each after all that can be reached from it; without recursion, for graphs may be deep."""
    search = _Search(onward)
    for place in onward.keys():  # noqa: SIM118 — only the places matter here
        if place not in search.number:
            search.explore(place)
    return search.found


class _Search(Generic[P]):
    def __init__(self, onward: Mapping[P, Iterable[P]]) -> None:
        self.onward = onward
        self.number: dict[P, int] = {}
        self.low: dict[P, int] = {}
        self.stack: list[P] = []
        self.open: set[P] = set()
        self.found: list[list[P]] = []

    def explore(self, start: P) -> None:
        work = [self._enter(start)]
        while work:
            place, rest = work[-1]
            new = next((other for other in rest if self._is_new(other, place)), None)
            if new is not None:
                work.append(self._enter(new))
                continue
            work.pop()
            if work:
                above = work[-1][0]
                self.low[above] = min(self.low[above], self.low[place])
            if self.low[place] == self.number[place]:
                self.found.append(self._close(place))

    def _enter(self, place: P) -> tuple[P, Iterator[P]]:
        self.number[place] = self.low[place] = len(self.number)
        self.stack.append(place)
        self.open.add(place)
        return place, iter(self.onward[place])

    def _is_new(self, other: P, place: P) -> bool:
        if other not in self.number:
            return other in self.onward
        if other in self.open:
            self.low[place] = min(self.low[place], self.number[other])
        return False

    def _close(self, place: P) -> list[P]:
        members: list[P] = []
        while not members or members[-1] != place:
            members.append(self.stack.pop())
            self.open.discard(members[-1])
        return members
