"""Takes the small bends out of lines: moves whole runs of items aside together, where that leaves fewer and smaller bends."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ivr.drawing.places import Extents, Tie, offsets

_PASSES = 8
_MOST_ITEMS = 1500
"""In larger pictures trying every run would take seconds."""
_BEND = 10.0
"""What a bend costs, however small it is."""
_NEARLY_STRAIGHT = 0.5
_STRAIGHT = 0.01
_WORTH_IT = 0.01

Run = Mapping[int, float]
"""Items that move together, each with its way from the first when all lines between them are straight."""


@dataclass(frozen=True, slots=True)
class _Board:
    """The rows with the least distances in them, where every item sits, and its ties."""

    rows: Sequence[Sequence[int]]
    apart: Sequence[Sequence[float]]
    seat: Mapping[int, tuple[int, int]]
    touching: Mapping[int, Sequence[Tie]]
    ties: Sequence[Tie]


def straightened(
    rows: Sequence[Sequence[int]], extents: Sequence[Extents], ties: Sequence[Tie], middle: Sequence[float]
) -> list[float]:
    """The middles of all items, where every run stands as straight as its neighbours let it."""
    x = list(middle)
    if len(x) > _MOST_ITEMS:
        return x
    touching: dict[int, list[Tie]] = {item: [] for row in rows for item in row}
    for tie in ties:
        touching[tie.upper].append(tie)
        touching[tie.lower].append(tie)
    seat = {item: (number, place) for number, row in enumerate(rows) for place, item in enumerate(row)}
    board = _Board(rows, [offsets(row, extents) for row in rows], seat, touching, ties)
    for _ in range(_PASSES):
        if not sum([_improve(board, run, x) for run in _runs(board, x)]):
            break
    return x


def _runs(board: _Board, x: Sequence[float]) -> Iterator[Run]:
    """What may move together: long lines, then all that is joined by straight lines, then every item alone."""
    stiffest = max((tie.weight for tie in board.ties), default=0)
    yield from _joined(board, [tie for tie in board.ties if tie.weight == stiffest])
    yield from _joined(board, [tie for tie in board.ties if abs(_bend(tie, x)) < _NEARLY_STRAIGHT])
    yield from ({item: 0.0} for item in board.seat)


def _joined(board: _Board, ties: Iterable[Tie]) -> list[Run]:
    """The items that hang together by these ties."""
    groups = {item: {item: 0.0} for item in board.seat}
    for tie in ties:
        one, other = groups[tie.upper], groups[tie.lower]
        if one is not other:
            way = one[tie.upper] + tie.shift - other[tie.lower]
            one.update({item: off + way for item, off in other.items()})
            groups.update(dict.fromkeys(other, one))
    return [run for item, run in groups.items() if next(iter(run)) == item and len(run) > 1]


def _improve(board: _Board, run: Run, x: list[float]) -> bool:
    """Moves the run to the best of the places its outer ties want it at, if that is better than where it is."""
    wanted = {x[next(iter(run))]}
    for item, off in run.items():
        for tie in board.touching[item]:
            if tie.upper not in run:
                wanted.add(x[tie.upper] + tie.shift - off)
            elif tie.lower not in run:
                wanted.add(x[tie.lower] - tie.shift - off)
    best, gained = None, _WORTH_IT
    for place in sorted(wanted):
        moved = _moved(board, {item: place + off for item, off in run.items()}, x)
        gain = _gain(board, moved, x)
        if gain > gained:
            best, gained = moved, gain
    for item, place in (best or {}).items():
        x[item] = place
    return best is not None


def _bend(tie: Tie, x: Sequence[float]) -> float:
    return x[tie.lower] - x[tie.upper] - tie.shift


def _moved(board: _Board, wanted: Mapping[int, float], x: Sequence[float]) -> dict[int, float]:
    """The new places of these items and of all that has to make room for them."""
    moved: dict[int, float] = {}
    for number in sorted({board.seat[item][0] for item in wanted}):
        row, apart = board.rows[number], board.apart[number]
        places = [wanted.get(item, x[item]) - off for item, off in zip(row, apart, strict=True)]
        seats = [seat for seat, item in enumerate(row) if item in wanted]
        for seat in range(seats[0] + 1, len(row)):
            places[seat] = max(places[seat], places[seat - 1])
        for seat in range(seats[-1] - 1, -1, -1):
            places[seat] = min(places[seat], places[seat + 1])
        moved.update({item: place + off for item, place, off in zip(row, places, apart, strict=True)})
    return {item: place for item, place in moved.items() if place != x[item]}


def _gain(board: _Board, moved: Mapping[int, float], x: Sequence[float]) -> float:
    """How much less bent all lines are afterwards."""
    ties = {id(tie): tie for item in moved for tie in board.touching[item]}
    gain = 0.0
    for tie in ties.values():
        upper, lower = moved.get(tie.upper, x[tie.upper]), moved.get(tie.lower, x[tie.lower])
        gain += tie.weight * (_cost(_bend(tie, x)) - _cost(lower - upper - tie.shift))
    return gain


def _cost(bend: float) -> float:
    return 0.0 if abs(bend) < _STRAIGHT else abs(bend) + _BEND
