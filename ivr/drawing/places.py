"""Where in its row everything stands: as near as it can to what it is tied to, without touching its neighbours."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

_ROUNDS = (8, 60)
_EFFORT = 200_000
"""The larger the picture, the fewer the rounds: this many items are moved, but never less than the least."""
_SMOOTH = 0.4
_STRAIGHT = 2.0


@dataclass(frozen=True, slots=True)
class Tie:
    """A line between two items; straight when `upper + shift == lower`."""

    upper: int
    lower: int
    shift: float
    weight: float


@dataclass(frozen=True, slots=True)
class Extents:
    """How far an item reaches to each side of its middle, and how much air it wants."""

    left: float
    right: float
    air: float


def places(rows: Sequence[Sequence[int]], extents: Sequence[Extents], ties: Sequence[Tie]) -> list[float]:
    """The middle of every item.

    Weighted least squares row by row. Later rounds weigh a tie by how crooked it is not, so that the many nearly
    straight lines become straight and the few others carry the bends.
    """
    middle = [0.0] * len(extents)
    apart = [offsets(row, extents) for row in rows]
    for row, offset in zip(rows, apart, strict=True):
        for item, off in zip(row, offset, strict=True):
            middle[item] = off - offset[-1] / 2
    touching: list[list[Tie]] = [[] for _ in extents]
    for tie in ties:
        touching[tie.upper].append(tie)
        touching[tie.lower].append(tie)
    rounds = max(_ROUNDS[0], min(_ROUNDS[1], _EFFORT // max(1, len(extents))))
    for turn in range(rounds):
        straight = turn >= rounds * _SMOOTH
        indices = range(len(rows)) if turn % 2 == 0 else range(len(rows) - 1, -1, -1)
        for index in indices:
            _settle(rows[index], apart[index], touching, middle, straight=straight)
    return middle


def offsets(row: Sequence[int], extents: Sequence[Extents]) -> list[float]:
    """The middles of a row that stands as close as it may."""
    found = [0.0]
    for before, after in pairwise(row):
        one, other = extents[before], extents[after]
        found.append(found[-1] + one.right + max(one.air, other.air) + other.left)
    return found[: len(row)]


def _settle(
    row: Sequence[int],
    apart: Sequence[float],
    touching: Sequence[Sequence[Tie]],
    middle: list[float],
    *,
    straight: bool,
) -> None:
    """The best places for a row while the others stay: those that would overlap are moved as one block."""
    blocks: list[tuple[float, float, int]] = []
    for item, offset in zip(row, apart, strict=True):
        weight, total = _pull(item, touching[item], middle, straight=straight)
        block = (weight, total - weight * offset, 1)
        while blocks and blocks[-1][1] / blocks[-1][0] > block[1] / block[0]:
            before = blocks.pop()
            block = (before[0] + block[0], before[1] + block[1], before[2] + block[2])
        blocks.append(block)
    bases = [total / weight for weight, total, count in blocks for _ in range(count)]
    for item, offset, base in zip(row, apart, bases, strict=True):
        middle[item] = base + offset


def _pull(item: int, ties: Sequence[Tie], middle: Sequence[float], *, straight: bool) -> tuple[float, float]:
    """The summed weight of an item's ties, and of the places they want it at."""
    weight, total = 1e-3, 1e-3 * middle[item]
    for tie in ties:
        wanted = middle[tie.upper] + tie.shift if item == tie.lower else middle[tie.lower] - tie.shift
        stiff = tie.weight / max(_STRAIGHT, abs(wanted - middle[item])) if straight else tie.weight
        weight += stiff
        total += stiff * wanted
    return weight, total
