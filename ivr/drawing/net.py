"""The net behind a picture: boxes, the labels of their lines and the bends of long lines, all standing in rows."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ivr.drawing.layers import Pair, backwards, layers
from ivr.drawing.order import ordered


@dataclass(frozen=True, slots=True)
class Size:
    """`flat` is the length in the middle of its upper and lower side where lines may touch it."""

    width: float
    height: float
    flat: float = 0


@dataclass(frozen=True, slots=True)
class Link:
    """A line from one box to another, with room for what stands on it."""

    origin: str
    target: str
    label: Size | None = None


@dataclass(frozen=True, slots=True)
class Thread:
    """A link as it runs through the rows: from its upper box through labels and bends to its lower one."""

    link: Link
    upper: int
    lower: int
    between: tuple[int, ...]
    label: int | None
    back: bool

    @property
    def items(self) -> tuple[int, ...]:
        return (self.upper, *self.between, self.lower)


@dataclass(slots=True)
class Net:
    """Items are numbers: boxes first, then marks, labels and bends; `sizes` has no box for a bend."""

    numbers: dict[str, int]
    sizes: list[Size | None]
    rows: list[list[int]]
    threads: list[Thread] = field(default_factory=list)
    loops: list[Link] = field(default_factory=list)
    marks: dict[str, int] = field(default_factory=dict)

    def add(self, row: int, size: Size | None) -> int:
        self.sizes.append(size)
        self.rows[row].append(len(self.sizes) - 1)
        return len(self.sizes) - 1


def woven(boxes: Mapping[str, Size], links: Sequence[Link], marks: Mapping[str, Size], start: str) -> Net:
    """The net with its rows in order. A mark is a small thing that stands above its box and points at it."""
    pairs = dict.fromkeys((link.origin, link.target) for link in links if link.origin != link.target)
    back = backwards(list(boxes), pairs, start)
    down = dict.fromkeys(pair[::-1] if pair in back else pair for pair in pairs)
    layer = layers(list(boxes), down, start)
    net = Net({}, [], [[] for _ in range(2 * max(layer.values()) + 2)])
    for name in _as_met(list(boxes), down, start):
        net.numbers[name] = net.add(2 * layer[name] + 1, boxes[name])
    for name, size in marks.items():
        net.marks[name] = net.add(2 * layer[name], size)
    for link in links:
        _spin(net, link, layer, back)
    _arrange(net)
    return net


def _as_met(names: Sequence[str], down: Collection[Pair], start: str) -> list[str]:
    """The boxes in the order in which a reader meets them, branch by branch."""
    below: dict[str, list[str]] = {name: [] for name in names}
    for upper, lower in down:
        below[upper].append(lower)
    met: dict[str, None] = {}
    waiting = [*reversed(names), start]
    while waiting:
        name = waiting.pop()
        if name not in met:
            met[name] = None
            waiting.extend(reversed(below[name]))
    return list(met)


def _spin(net: Net, link: Link, layer: Mapping[str, int], back: Collection[Pair]) -> None:
    """Adds the link's bends, and its label in the row next to where the link begins."""
    if link.origin == link.target:
        net.loops.append(link)
        return
    upwards = (link.origin, link.target) in back
    upper, lower = (link.target, link.origin) if upwards else (link.origin, link.target)
    first, last = 2 * layer[upper] + 2, 2 * layer[lower]
    label_row = last if upwards else first
    between = tuple(net.add(row, link.label if row == label_row else None) for row in range(first, last + 1))
    label = None if link.label is None else between[-1 if upwards else 0]
    net.threads.append(Thread(link, net.numbers[upper], net.numbers[lower], between, label, upwards))


def _arrange(net: Net) -> None:
    """Takes out rows in which nothing stands but lines, then puts each row in order."""
    kept = [row for row in net.rows if any(net.sizes[item] is not None for item in row)]
    standing = {item for row in kept for item in row}
    net.threads = [
        Thread(one.link, one.upper, one.lower, tuple(i for i in one.between if i in standing), one.label, one.back)
        for one in net.threads
    ]
    above: dict[int, list[int]] = {item: [] for item in standing}
    below: dict[int, list[int]] = {item: [] for item in standing}
    for upper, lower in steps_down(net):
        below[upper].append(lower)
        above[lower].append(upper)
    net.rows = ordered(kept, above, below)


def steps_down(net: Net) -> Iterator[tuple[int, int]]:
    """Every piece of every line between a row and the next."""
    for thread in net.threads:
        yield from pairwise(thread.items)
    for name, mark in net.marks.items():
        yield mark, net.numbers[name]
