"""Many heaps side by side, with the first entry of each at hand: the smallest over any selection of groups is quick to find.

An entry is a tuple of integers that ends with the id of what it stands for. Entries are dropped lazily: a heap may hold stale
ones below its first, never as its first.
"""

from collections.abc import Callable, Sequence
from heapq import heapify, heappop, heappush
from operator import itemgetter
from typing import Final, TypeAlias, cast

from routing.facts import Id

Entry: TypeAlias = tuple[int, ...]
Allowed: TypeAlias = Callable[[Id], bool]

ABSENT: Final[Entry] = (1 << 200,)
"""Stands at the head of an empty group, after every real entry."""

FEW = 16
"""Below one live group in this many, walking the live ones beats gathering all."""


class Reach:
    """A selection of groups, as a bit mask and, when needed, as one C-speed gather."""

    __slots__ = ("_gather", "mask")

    def __init__(self, mask: int = 0) -> None:
        self.mask = mask
        self._gather: Callable[[Sequence[Entry]], tuple[Entry, ...]] | None = None

    def add(self, group: int) -> None:
        self.mask |= 1 << group
        self._gather = None

    def discard(self, group: int) -> None:
        self.mask &= ~(1 << group)
        self._gather = None

    def gather(self, heads: Sequence[Entry]) -> tuple[Entry, ...]:
        """The heads of the selected groups, of which there must be at least two."""
        if self._gather is None:
            chosen = itemgetter(*groups_of(self.mask))
            self._gather = cast("Callable[[Sequence[Entry]], tuple[Entry, ...]]", chosen)
        return self._gather(heads)


class Heads:
    """`slopes`, when given, says per group how fast its entries rise: they compare after slope x now was taken from them."""

    __slots__ = ("_group", "_heaps", "_sizes", "current", "heads", "live", "slopes")

    def __init__(self) -> None:
        self.slopes: dict[int, int] | None = None
        self.current: dict[Id, Entry] = {}
        self.heads: list[Entry] = []
        self.live = 0
        self._group: dict[Id, int] = {}
        self._heaps: list[list[Entry]] = []
        self._sizes: list[int] = []

    def put(self, group: int, entry: Entry) -> None:
        """Add what `entry` stands for, which must not be here yet. The tuple must be a new one: it is told apart by identity."""
        self._widen(group + 1)
        heap = self._heaps[group]
        self.current[entry[-1]] = entry
        self._group[entry[-1]] = group
        self._sizes[group] += 1
        heappush(heap, entry)
        if heap[0] is entry:
            self.heads[group] = entry
            self.live |= 1 << group

    def drop(self, member: Id) -> None:
        entry = self.current.pop(member, None)
        if entry is None:
            return
        group = self._group.pop(member)
        self._sizes[group] -= 1
        heap = self._heaps[group]
        if heap[0] is entry:
            self._lift(group, heap)
        elif len(heap) > 2 * self._sizes[group] + 32:
            heap[:] = [entry for entry in heap if self.current.get(entry[-1]) is entry]
            heapify(heap)

    def first(self) -> Entry:
        """The smallest entry of all; ABSENT if there is none. Not with `slopes`."""
        return min(self.heads, default=ABSENT)

    def size(self, group: int) -> int:
        return self._sizes[group] if group < len(self._sizes) else 0

    def best(self, reach: Reach, allowed: Allowed | None = None, now: int = 0) -> Entry | None:
        """The smallest entry at this instant of the groups in reach, of those whose member is allowed."""
        entry = self._smallest(reach, now)
        if entry is None or allowed is None or allowed(entry[-1]):
            return entry
        mask = reach.mask & self.live
        best: Entry | None = None
        while entry is not None and (best is None or entry < best):
            if allowed(entry[-1]):
                return entry
            group = self._group[entry[-1]]
            other = self._first_allowed(group, allowed)
            if other is not None:
                other = self._standing(group, other, now)
            if other is not None and (best is None or other < best):
                best = other
            mask &= ~(1 << group)
            entry = self._walk(mask, now)
        return best

    def _standing(self, group: int, entry: Entry, now: int) -> Entry:
        return entry if self.slopes is None else (entry[0] - self.slopes[group] * now, *entry[1:])

    def _smallest(self, reach: Reach, now: int) -> Entry | None:
        mask = reach.mask & self.live
        if not mask:
            return None
        if self.slopes is not None:
            return self._walk(mask, now)
        if mask.bit_count() * FEW < reach.mask.bit_count() or not reach.mask & (reach.mask - 1):
            return self._walk(mask, now)
        self._widen(reach.mask.bit_length())
        return min(reach.gather(self.heads))

    def _walk(self, mask: int, now: int) -> Entry | None:
        heads = self.heads
        if self.slopes is None:
            return min((heads[group] for group in groups_of(mask)), default=None)
        return min((self._standing(group, heads[group], now) for group in groups_of(mask)), default=None)

    def _widen(self, groups: int) -> None:
        while len(self._heaps) < groups:
            self._heaps.append([])
            self._sizes.append(0)
            self.heads.append(ABSENT)

    def _lift(self, group: int, heap: list[Entry]) -> None:
        current = self.current
        while heap and current.get(heap[0][-1]) is not heap[0]:
            heappop(heap)
        if heap:
            self.heads[group] = heap[0]
        else:
            self.heads[group] = ABSENT
            self.live &= ~(1 << group)

    def _first_allowed(self, group: int, allowed: Allowed) -> Entry | None:
        heap = self._heaps[group]
        passed: list[Entry] = []
        found: Entry | None = None
        while heap and found is None:
            if self.current.get(heap[0][-1]) is not heap[0]:
                heappop(heap)
            elif allowed(heap[0][-1]):
                found = heap[0]
            else:
                passed.append(heappop(heap))
        for entry in passed:
            heappush(heap, entry)
        return found


def groups_of(mask: int) -> list[int]:
    """The positions of the set bits, ascending."""
    groups = []
    while mask:
        low = mask & -mask
        groups.append(low.bit_length() - 1)
        mask ^= low
    return groups
