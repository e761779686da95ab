"""The geometry of a picture: where every box, label and line stands, from the sizes of the boxes and who leads where."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ivr.drawing.net import Link, Net, Size, Thread, woven
from ivr.drawing.places import Extents, Tie, places
from ivr.drawing.ports import LANE, Ports, align, ports
from ivr.drawing.straight import straightened

Point = tuple[float, float]
_AIR = {"box": 26.0, "label": 12.0, "bend": 13.0}
_GAPS = (20.0, 54.0)
_SLOPE = 0.16
"""How much of the furthest way sideways between two rows is added to the way down, so that no line lies flat."""
_LOOP_LABEL_AIR = 3.0
CORNER = 9.0
"""How far a line that leads back rounds the corner into its lane."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: its middle and its size."""

    x: float
    y: float
    size: Size


@dataclass(frozen=True, slots=True)
class Route:
    """A line: the points where it runs straight down (or, leading back, straight up), from box to box.

    `sides` says for a line that leads back on which side it leaves and reaches its boxes: -1 left, 1 right.
    """

    link: Link
    points: tuple[Point, ...]
    label: Point | None
    sides: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    width: float
    height: float
    boxes: Mapping[str, Place]
    marks: Mapping[str, Place]
    pointers: Mapping[str, tuple[Point, ...]]
    routes: tuple[Route, ...]


@dataclass(frozen=True, slots=True)
class _Grid:
    """What the lines are drawn on: the net, its ports, the middles of all items and the rows from top to bottom."""

    net: Net
    ports: Ports
    x: Sequence[float]
    bands: Mapping[int, tuple[float, float]]


def laid_out(boxes: Mapping[str, Size], links: Sequence[Link], marks: Mapping[str, Size], start: str) -> Layout:
    net = woven(boxes, links, marks, start)
    touch = ports(net)
    extents = [_extents(net, touch, item) for item in range(len(net.sizes))]
    ties = list(_ties(net, touch))
    x = straightened(net.rows, extents, ties, places(net.rows, extents, ties))
    leftmost = min(x[item] - extents[item].left for row in net.rows for item in row)
    x = [middle - leftmost for middle in x]
    align(net, touch, x)
    bands = _bands(net, touch, x)
    grid = _Grid(net, touch, x, bands)
    routes = [
        *(_route(grid, index, thread) for index, thread in enumerate(net.threads)),
        *(_loop(grid, link) for link in net.loops),
    ]
    return Layout(
        width=max(x[item] + extents[item].right for row in net.rows for item in row),
        height=max(low for _, low in bands.values()),
        boxes={name: _place(grid, net.numbers[name]) for name in boxes},
        marks={name: _place(grid, item) for name, item in net.marks.items()},
        pointers={name: _pointer(grid, name) for name in net.marks},
        routes=tuple(routes),
    )


def _extents(net: Net, touch: Ports, item: int) -> Extents:
    size = net.sizes[item]
    if size is None:
        return Extents(0, 0, _AIR["bend"])
    half = size.width / 2
    left, right = touch.lanes.get(item, (0, 0))
    loop = max((link.label.width + _LOOP_LABEL_AIR for link in _loops(net, item) if link.label), default=0.0)
    return Extents(half + left * LANE, half + right * LANE + loop, _AIR["label" if _is_label(net, item) else "box"])


def _loops(net: Net, item: int) -> Iterator[Link]:
    return (link for link in net.loops if net.numbers[link.origin] == item)


def _is_label(net: Net, item: int) -> bool:
    return item >= len(net.numbers) + len(net.marks)


def _ties(net: Net, touch: Ports) -> Iterator[Tie]:
    """Lines want to be straight: most of all where they only pass by."""
    for index, thread in enumerate(net.threads):
        items = thread.items
        shifts = [touch.upper[index].at, *(0.0 for _ in thread.between), touch.lower[index].at]
        for step in range(len(items) - 1):
            inner = sum(net.sizes[item] is None for item in items[step : step + 2])
            yield Tie(items[step], items[step + 1], shifts[step] - shifts[step + 1], (1.0, 3.0, 8.0)[inner])
    for name, mark in net.marks.items():
        yield Tie(mark, net.numbers[name], -touch.marks[name].at, 0.5)


def _bands(net: Net, touch: Ports, x: Sequence[float]) -> dict[int, tuple[float, float]]:
    """The top and bottom of the row every item stands in."""
    bands: dict[int, tuple[float, float]] = {}
    ways: dict[int, float] = {}
    for tie in _ties(net, touch):
        ways[tie.lower] = max(ways.get(tie.lower, 0.0), abs(x[tie.upper] + tie.shift - x[tie.lower]))
    top = 0.0
    for number, row in enumerate(net.rows):
        widest = max((ways.get(item, 0.0) for item in row), default=0.0)
        top += min(_GAPS[1], _GAPS[0] + widest * _SLOPE) if number else 0
        height = max(size.height for item in row if (size := net.sizes[item]))
        bands.update(dict.fromkeys(row, (top, top + height)))
        top += height
    return bands


def _place(grid: _Grid, item: int) -> Place:
    size = grid.net.sizes[item]
    assert size is not None
    return Place(grid.x[item], sum(grid.bands[item]) / 2, size)


def _route(grid: _Grid, index: int, thread: Thread) -> Route:
    upper, lower = _place(grid, thread.upper), _place(grid, thread.lower)
    head, foot = upper.x + grid.ports.upper[index].at, lower.x + grid.ports.lower[index].at
    points = [(head, upper.y), (head, grid.bands[thread.upper][1])]
    for item in thread.between:
        points += [(grid.x[item], edge) for edge in grid.bands[item]]
    label = None
    if thread.label is not None:
        label = (grid.x[thread.label], sum(grid.bands[thread.label]) / 2)
    points.append((foot, grid.bands[thread.lower][0]))
    if not thread.back:
        points.append((foot, lower.y - lower.size.height / 2))
        return Route(thread.link, tuple(points), label)
    points.append((foot, lower.y))
    sides = (1 if foot > lower.x else -1, 1 if head > upper.x else -1)
    return Route(thread.link, tuple(reversed(points)), label, sides)


def _pointer(grid: _Grid, name: str) -> tuple[Point, ...]:
    """The way from a mark to its box."""
    mark, box = _place(grid, grid.net.marks[name]), _place(grid, grid.net.numbers[name])
    foot = box.x + grid.ports.marks[name].at
    lows = grid.bands[grid.net.marks[name]][1], grid.bands[grid.net.numbers[name]][0]
    return (mark.x, mark.y), (mark.x, lows[0]), (foot, lows[1]), (foot, box.y - box.size.height / 2)


def _loop(grid: _Grid, link: Link) -> Route:
    """A line from a box to itself: out on its right side, up and back in."""
    place = _place(grid, grid.net.numbers[link.origin])
    lane = place.x + place.size.width / 2 + LANE
    label = (lane + _LOOP_LABEL_AIR + link.label.width / 2, place.y) if link.label else None
    reach = max(2.2 * CORNER, place.size.height / 3)
    return Route(link, ((lane, place.y + reach), (lane, place.y)), label, (1, 1))
