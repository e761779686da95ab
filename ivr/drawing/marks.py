"""The small parts a picture is put together from: written words, badges and pills."""

from ivr.drawing.colours import painted
from ivr.drawing.lettering import escaped, width
from ivr.drawing.net import Size
from ivr.drawing.visits import StepVisits, concern, share_lost

BADGE = 8.0
_BADGE_SIZE = 11.0


def words(text: str, at: tuple[float, float], size: float, role: str, *, bold: bool = False, anchor: str = "") -> str:
    """A line of text, its baseline at the point; in the middle there unless an anchor is given."""
    weight = ' font-weight="600"' if bold else ""
    hold = f' text-anchor="{anchor}"' if anchor else ""
    return f'<text x="{at[0]:.1f}" y="{at[1]:.1f}" font-size="{size:g}"{weight}{hold} {painted(role)}>{escaped(text)}</text>'


def zero(x: float, y: float) -> str:
    """The key 0 as a small disc."""
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{BADGE:g}" {painted("key")}/>' + words(
        "0", (x, y + 4), _BADGE_SIZE, "key-text", bold=True
    )


def pill_size(text: str) -> Size:
    return Size(width(text, _BADGE_SIZE, bold=True) + 20, 20)


def pill(text: str, x: float, y: float) -> str:
    size = pill_size(text)
    left, top = x - size.width / 2, y - size.height / 2
    return (
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{size.width:.1f}" height="{size.height:g}" rx="10" {painted("key")}/>'
        + words(text, (x, y + 4), _BADGE_SIZE, "key-text", bold=True)
    )


def lost(seen: StepVisits, x: float, y: float) -> str:
    """The share of callers who hung up, its right end at x."""
    level = concern(seen)
    text = f"▼ {share_lost(seen)}"
    wide = width(text, _BADGE_SIZE, bold=True) + 12
    return (
        f'<rect x="{x - wide:.1f}" y="{y - 9:.1f}" width="{wide:.1f}" height="18" rx="9" {painted(f"{level}-mark")}/>'
        + words(text, (x - wide / 2, y + 4), _BADGE_SIZE, "text" if level == "calm" else level, bold=True)
    )
