"""What the signs of a picture mean, in words below it; only of the signs that occur in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ivr.drawing.colours import painted
from ivr.drawing.lettering import width
from ivr.drawing.marks import lost, words, zero
from ivr.drawing.visits import StepVisits

_SIZE = 11.5
_ROW = 26.0
_BETWEEN = 26.0

_BACK = f'<path d="M0 0H34" stroke-width="1.5" stroke-dasharray="6 4" {painted("back")}/>'
_END = (
    f'<rect y="-9" width="28" height="18" rx="5" {painted("plain")}/>'
    f'<rect x="3" y="-6" width="22" height="12" rx="3" {painted("plain")}/>'
)
_WIDTH = (
    f'<path d="M0 0H16" stroke-width="1.5" {painted("line")}/><path d="M18 0H34" stroke-width="6" {painted("line")}/>'
)
_SIGNS: Mapping[str, tuple[str, float]] = {
    "person": (zero(8, 0), 24),
    "stuck": ("", 0),
    "back": (_BACK, 42),
    "end": (_END, 36),
    "width": (_WIDTH, 42),
    "lost": (lost(StepVisits(100, 3), 46, 0), 54),
}
"""What is drawn before the words, and the room it takes."""


@dataclass(frozen=True, slots=True)
class Entry:
    sign: str
    text: str

    @property
    def width(self) -> float:
        return _SIGNS[self.sign][1] + width(self.text, _SIZE)


def legend(entries: Sequence[Entry], wide: float) -> tuple[str, float]:
    """The entries side by side as far as there is room, and how high they stand."""
    parts: list[str] = []
    x, y = 0.0, 0.0
    for entry in entries:
        if x and x + entry.width > wide:
            x, y = 0.0, y + _ROW
        sign, room = _SIGNS[entry.sign]
        parts.append(f'<g transform="translate({x:.1f} {y:.1f})">{sign}')
        parts.append(words(entry.text, (room, 4), _SIZE, "text", anchor="start") + "</g>")
        x += entry.width + _BETWEEN
    return "".join(parts), y + _ROW if entries else 0.0
