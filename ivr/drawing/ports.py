"""Where lines touch their boxes: spread along the upper and lower side, and beside the box for lines that lead back."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ivr.drawing.net import Net, Size

LANE = 15.0
"""The room beside a box for one line that leads back."""
_APART_BELOW = 26.0
_APART_ABOVE = 16.0
_WIDER_ABOVE = 1.6
"""No badges stand at the upper corners, so more of that side is free."""
_PLAY = 0.4
"""The part of its distance from the next by which a line may be moved to be straight."""
_PLAY_ALONE = 20.0
_PLAY_IN_LANE = 6.0


@dataclass(slots=True)
class Touch:
    """How far from the middle of its box a line touches it, and how much further aside it might."""

    at: float = 0.0
    play: float = 0.0

    def pulled(self, wanted: float) -> None:
        if abs(wanted - self.at) <= self.play:
            self.at = wanted


@dataclass(frozen=True, slots=True)
class Ports:
    """By thread, how it touches its upper and its lower box; how marks touch theirs; lanes left and right of a box."""

    upper: Sequence[Touch]
    lower: Sequence[Touch]
    marks: Mapping[str, Touch]
    lanes: dict[int, tuple[int, int]] = field(default_factory=dict)


def ports(net: Net) -> Ports:
    seat = {item: (index + 0.5) / len(row) for row in net.rows for index, item in enumerate(row)}
    found = Ports([Touch() for _ in net.threads], [Touch() for _ in net.threads], {name: Touch() for name in net.marks})
    found.lanes.update({net.numbers[link.origin]: (0, 1) for link in net.loops})
    leaving: dict[int, list[tuple[float, Touch]]] = defaultdict(list)
    coming: dict[int, list[tuple[float, Touch]]] = defaultdict(list)
    for thread, upper, lower in zip(net.threads, found.upper, found.lower, strict=True):
        if not thread.back:
            leaving[thread.upper].append((seat[thread.items[1]], upper))
            coming[thread.lower].append((seat[thread.items[-2]], lower))
    for name, mark in net.marks.items():
        coming[net.numbers[name]].append((seat[mark], found.marks[name]))
    for lines, apart, part in ((leaving, _APART_BELOW, 1.0), (coming, _APART_ABOVE, _WIDER_ABOVE)):
        for box, touches in lines.items():
            _spread(sorted(touches, key=_seat), _size(net, box).flat * part, apart)
    for thread, upper, lower in zip(net.threads, found.upper, found.lower, strict=True):
        if thread.back:
            _take_lane(net, found, thread.upper, upper, seat[thread.items[1]] >= _mean(leaving[thread.upper]))
            _take_lane(net, found, thread.lower, lower, seat[thread.items[-2]] >= _mean(coming[thread.lower]))
    return found


def align(net: Net, found: Ports, x: Sequence[float]) -> None:
    """Moves touches a little where that makes a line straight."""
    for thread, upper, lower in zip(net.threads, found.upper, found.lower, strict=True):
        direct = 0.0 if thread.between else lower.at
        upper.pulled(x[thread.items[1]] + direct - x[thread.upper])
        direct = 0.0 if thread.between else upper.at
        lower.pulled(x[thread.items[-2]] + direct - x[thread.lower])
    for name, touch in found.marks.items():
        touch.pulled(x[net.marks[name]] - x[net.numbers[name]])


def _seat(line: tuple[float, Touch]) -> float:
    return line[0]


def _size(net: Net, box: int) -> Size:
    return net.sizes[box] or Size(0, 0)


def _spread(lines: Sequence[tuple[float, Touch]], flat: float, apart: float) -> None:
    between = min(apart, flat / max(1, len(lines) - 1))
    for order, (_, touch) in enumerate(lines):
        touch.at = (order - (len(lines) - 1) / 2) * between
        touch.play = between * _PLAY if len(lines) > 1 else _PLAY_ALONE


def _mean(lines: Sequence[tuple[float, Touch]]) -> float:
    return sum(map(_seat, lines)) / len(lines) if lines else 0.0


def _take_lane(net: Net, found: Ports, box: int, touch: Touch, right: bool) -> None:
    """Takes the next free lane on that side of the box; a line to itself and its label have the right one alone."""
    right = right and all(net.numbers[link.origin] != box for link in net.loops)
    taken = found.lanes.get(box, (0, 0))
    found.lanes[box] = (taken[0] + (not right), taken[1] + right)
    way = _size(net, box).width / 2 + LANE * (taken[right] + 1)
    touch.at, touch.play = way if right else -way, _PLAY_IN_LANE
