"""The outline of a step tells its verb: a menu is a hexagon, a queue a stadium, and what we do not know a plain box."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ivr.flow import (
    Answer,
    Callback,
    Collect,
    Finish,
    Hours,
    Lookup,
    Menu,
    Queue,
    Say,
    Survey,
    Tag,
    Transfer,
    Voicemail,
)

Outline = Callable[[float, float], str]


@dataclass(frozen=True, slots=True)
class Shape:
    """What an outline takes: `inset` from each end of its upper side, `slant` from its sides, `lid` before one can write."""

    outline: Outline
    colour: str
    inset: float = 8
    slant: float = 0
    lid: float = 0


def shape_of(verb: object) -> Shape:
    return _SHAPES.get(type(verb), _PLAIN)


def _polygon(*points: tuple[float, float]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z"


def _hexagon(width: float, height: float) -> str:
    w, h, cut = width / 2, height / 2, 16
    return _polygon((-w, 0), (cut - w, -h), (w - cut, -h), (w, 0), (w - cut, h), (cut - w, h))


def _lozenge(width: float, height: float) -> str:
    w, h, cut = width / 2, height / 2, _LOZENGE
    return _polygon((-w, 0), (cut - w, -h), (w - cut, -h), (w, 0), (w - cut, h), (cut - w, h))


def _parallelogram(width: float, height: float) -> str:
    w, h, lean = width / 2, height / 2, 16
    return _polygon((lean - w, -h), (w, -h), (w - lean, h), (-w, h))


def _rounded(width: float, height: float, radius: float) -> str:
    w, h = width / 2, height / 2
    r = min(radius, w, h)
    arc = f"A{r:.1f} {r:.1f} 0 0 1"
    return (
        f"M{r - w:.1f} {-h:.1f}H{w - r:.1f}{arc} {w:.1f} {r - h:.1f}V{h - r:.1f}{arc} {w - r:.1f} {h:.1f}"
        f"H{r - w:.1f}{arc} {-w:.1f} {h - r:.1f}V{r - h:.1f}{arc} {r - w:.1f} {-h:.1f}Z"
    )


def _box(width: float, height: float) -> str:
    return _rounded(width, height, 9)


def _stadium(width: float, height: float) -> str:
    return _rounded(width, height, height)


def _plain(width: float, height: float) -> str:
    return _rounded(width, height, 2)


def _cylinder(width: float, height: float) -> str:
    w, h, deep = width / 2, height / 2, 7
    lid = f"A{w:.1f} {deep} 0 0 1"
    return (
        f"M{-w:.1f} {deep - h:.1f}{lid} {w:.1f} {deep - h:.1f}V{h - deep:.1f}{lid} {-w:.1f} {h - deep:.1f}Z"
        f"M{w:.1f} {deep - h:.1f}A{w:.1f} {deep} 0 0 1 {-w:.1f} {deep - h:.1f}"
    )


def _ticket(width: float, height: float) -> str:
    """A label on a string: one end pointed."""
    w, h, point = width / 2, height / 2, 13
    return _polygon((-w, 0), (point - w, -h), (w, -h), (w, h), (point - w, h))


def _sheet(width: float, height: float) -> str:
    """A strip of tape: the lower side runs in a wave."""
    w, h, wave = width / 2, height / 2, 7
    low = h - wave / 2
    return f"M{-w:.1f} {-h:.1f}H{w:.1f}V{low:.1f}C{w / 3:.1f} {low - wave:.1f} {-w / 3:.1f} {low + wave:.1f} {-w:.1f} {low:.1f}Z"


_LOZENGE = 44.0
_PLAIN = Shape(_plain, "plain", inset=6)
_SHAPES: Mapping[type, Shape] = {
    Menu: Shape(_hexagon, "ask", inset=16),
    Collect: Shape(_parallelogram, "ask", inset=16, slant=8),
    Hours: Shape(_lozenge, "know", inset=_LOZENGE),
    Lookup: Shape(_cylinder, "know", inset=8, lid=8),
    Queue: Shape(_stadium, "wait", inset=26),
    Answer: Shape(_hexagon, "ask", inset=16),
    Callback: Shape(_stadium, "wait", inset=26),
    Voicemail: Shape(_sheet, "wait", inset=8),
    Survey: Shape(_hexagon, "ask", inset=16),
    Transfer: Shape(_stadium, "wait", inset=26),
    Say: Shape(_box, "plain", inset=10),
    Tag: Shape(_ticket, "know", inset=12),
    Finish: Shape(_box, "plain", inset=10),
}
