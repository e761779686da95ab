"""Lines as smooth curves with a tip: straight past everything that stands in a row, bending only between rows."""

from collections.abc import Sequence
from itertools import pairwise

from ivr.drawing.layout import CORNER, Place, Point, Route

_LEAVES_LOWER = 10.0
"""A line that leads back leaves its box below the middle of the side, for another may come in there."""


def tip_length(thick: float) -> float:
    return 5.5 + thick * 0.8


def curve(route: Route, origin: Place, target: Place, slant: float, thick: float) -> tuple[str, str]:
    """The path of the line and that of its tip; `slant` is what the target's outline takes from its sides."""
    if route.sides is None:
        return downwards(route.points, thick)
    return _backwards(route, origin, target, slant, thick)


def downwards(points: Sequence[Point], thick: float) -> tuple[str, str]:
    """The last bend ends where the tip begins, so that the tip stands straight."""
    x, y = points[-1]
    neck = y - tip_length(thick) + 1
    parts = [f"M{_at(points[0])}", *_bends((*points[:-2], (x, min(points[-2][1], neck)))), f"V{neck:.1f}"]
    return "".join(parts), _tip((x, y), (0, 1), thick)


def _backwards(route: Route, origin: Place, target: Place, slant: float, thick: float) -> tuple[str, str]:
    """Out of one side, up its lane, through the rows and into the side of the step it leads back to."""
    leaves, comes = route.sides or (1, 1)
    first, last = route.points[0], route.points[-1]
    low = first[1] if route.link.origin == route.link.target else first[1] + _LEAVES_LOWER
    end = (target.x + comes * (target.size.width / 2 - slant), last[1])
    path = [
        f"M{origin.x:.1f} {low:.1f}H{first[0] - leaves * CORNER:.1f}",
        f"Q{first[0]:.1f} {low:.1f} {first[0]:.1f} {low - CORNER:.1f}",
        *_bends(((first[0], low - CORNER), *route.points[1:-1])),
        f"V{last[1] + CORNER:.1f}Q{last[0]:.1f} {last[1]:.1f} {last[0] - comes * CORNER:.1f} {last[1]:.1f}",
    ]
    inner = end[0] + comes * (tip_length(thick) - 1)
    if comes * (last[0] - comes * CORNER - inner) > 0:
        path.append(f"H{inner:.1f}")
    return "".join(path), _tip(end, (-comes, 0), thick)


def _bends(points: Sequence[Point]) -> list[str]:
    """Straight from an even point to the odd one after it, in a curve from there to the next."""
    parts: list[str] = []
    for index, (before, after) in enumerate(pairwise(points)):
        if index % 2 == 0 or before[0] == after[0]:
            parts.append(f"L{_at(after)}")
        else:
            middle = (before[1] + after[1]) / 2
            parts.append(f"C{before[0]:.1f} {middle:.1f} {after[0]:.1f} {middle:.1f} {_at(after)}")
    return parts


def _tip(end: Point, way: tuple[int, int], thick: float) -> str:
    """A small triangle that points the way, its point at the end."""
    length, half = tip_length(thick), 3.2 + thick / 2
    back = (end[0] - way[0] * length, end[1] - way[1] * length)
    one = (back[0] - way[1] * half, back[1] + way[0] * half)
    other = (back[0] + way[1] * half, back[1] - way[0] * half)
    return f"M{_at(end)}L{_at(one)}L{_at(other)}Z"


def _at(point: Point) -> str:
    return f"{point[0]:.1f} {point[1]:.1f}"
