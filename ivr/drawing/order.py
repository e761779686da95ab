"""Who stands beside whom in each row, so that few lines cross: sweeps by the mean place of the neighbours."""

from bisect import bisect_right, insort
from collections.abc import Mapping, Sequence
from itertools import pairwise

Neighbours = Mapping[int, Sequence[int]]
_SWEEPS = (3, 24)
_EFFORT = 60_000
"""The larger the picture, the fewer the sweeps: this many items are looked at, but never less than the least."""
_TURNS = 8
_MOST_TURNED = 3000
"""In larger pictures neighbours are not tried the other way round; it would take long and show little."""


def ordered(rows: Sequence[Sequence[int]], above: Neighbours, below: Neighbours) -> list[list[int]]:
    """The rows with the fewest crossings that were met."""
    best = [list(row) for row in rows]
    fewest = crossings(best, below)
    current = [list(row) for row in rows]
    for sweep in range(max(_SWEEPS[0], min(_SWEEPS[1], _EFFORT // max(1, sum(map(len, rows)))))):
        if not fewest:
            break
        _sweep(current, above if sweep % 2 == 0 else below, downwards=sweep % 2 == 0, turned=sweep % 4 >= 2)
        tried = _turned(current, above, below)
        if (found := crossings(tried, below)) < fewest:
            best, fewest = tried, found
    return best


def crossings(rows: Sequence[Sequence[int]], below: Neighbours) -> int:
    return sum(_crossings(upper, lower, below) for upper, lower in pairwise(rows))


def _crossings(upper: Sequence[int], lower: Sequence[int], below: Neighbours) -> int:
    """A line crosses every earlier one that ends further right."""
    place = {item: index for index, item in enumerate(lower)}
    ends: list[int] = []
    crossed = 0
    for item in upper:
        mine = sorted(place[other] for other in below[item])
        crossed += sum(len(ends) - bisect_right(ends, end) for end in mine)
        for end in mine:
            insort(ends, end)
    return crossed


def _sweep(rows: list[list[int]], neighbours: Neighbours, *, downwards: bool, turned: bool) -> None:
    """Sorts each row by the mean place of its items' neighbours in the row before; `turned` swaps equals."""
    indices = range(len(rows)) if downwards else range(len(rows) - 1, -1, -1)
    place: dict[int, float] = {}
    for index in indices:
        row = rows[index][::-1] if turned else rows[index]
        wanted = {}
        for position, item in enumerate(row):
            near = neighbours[item]
            wanted[item] = sum(place[other] for other in near) / len(near) if near else place.get(item, position)
        rows[index] = sorted(row, key=wanted.__getitem__)
        size = max(1, len(row))
        place.update({item: (position + 0.5) / size * 100 for position, item in enumerate(rows[index])})


def _turned(rows: Sequence[Sequence[int]], above: Neighbours, below: Neighbours) -> list[list[int]]:
    """Turns two that stand side by side wherever fewer lines cross then."""
    tried = [list(row) for row in rows]
    if sum(map(len, rows)) > _MOST_TURNED:
        return tried
    place = {item: index for row in tried for index, item in enumerate(row)}
    for _ in range(_TURNS):
        if not sum([_turn_row(row, place, above, below) for row in tried]):
            break
    return tried


def _turn_row(row: list[int], place: dict[int, int], above: Neighbours, below: Neighbours) -> int:
    turns = 0
    for index in range(len(row) - 1):
        left, right = row[index], row[index + 1]
        gain = sum(
            _inverted([place[one] for one in side[left]], [place[one] for one in side[right]])
            for side in (above, below)
        )
        if gain > 0:
            row[index], row[index + 1] = right, left
            place[left], place[right] = index + 1, index
            turns += 1
    return turns


def _inverted(left: Sequence[int], right: Sequence[int]) -> int:
    """How many crossings fewer there are with the two turned."""
    return sum((one > other) - (one < other) for one in left for other in right)
