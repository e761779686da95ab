"""Every colour of a picture, once for light screens and once for dark ones."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Paint:
    """What an element is filled and outlined with; an empty word leaves it out."""

    fill: str = "none"
    line: str = "none"


LIGHT: Mapping[str, Paint] = {
    "ground": Paint("#ffffff"),
    "ask": Paint("#e7f0fa", "#6f9fd4"),
    "know": Paint("#f1eef9", "#9a8bc4"),
    "wait": Paint("#e6f4eb", "#6fae8a"),
    "plain": Paint("#f6f7f9", "#8b93a0"),
    "unknown": Paint("#fdecea", "#b02525"),
    "name": Paint("#191d23"),
    "text": Paint("#4b5461"),
    "line": Paint(line="#69727e"),
    "tip": Paint("#69727e"),
    "back": Paint(line="#815200"),
    "back-tip": Paint("#815200"),
    "label": Paint("#ffffff"),
    "label-text": Paint("#3a424d"),
    "key": Paint("#4b5461"),
    "key-text": Paint("#ffffff"),
    "good": Paint("#18693c"),
    "warn": Paint("#815200"),
    "bad": Paint("#b02525"),
    "calm-mark": Paint("#f4f5f7", "#8b93a0"),
    "warn-mark": Paint("#fdf2da", "#b98a2c"),
    "bad-mark": Paint("#fdecea", "#cf6a63"),
}
DARK: Mapping[str, Paint] = {
    "ground": Paint("#181c21"),
    "ask": Paint("#16283c", "#4f7fb5"),
    "know": Paint("#262038", "#8676b8"),
    "wait": Paint("#15301f", "#4b8a65"),
    "plain": Paint("#20252c", "#69727e"),
    "unknown": Paint("#3b1a1a", "#ff9a93"),
    "name": Paint("#e7eaee"),
    "text": Paint("#b3bac4"),
    "line": Paint(line="#8b95a3"),
    "tip": Paint("#8b95a3"),
    "back": Paint(line="#f0bd5e"),
    "back-tip": Paint("#f0bd5e"),
    "label": Paint("#181c21"),
    "label-text": Paint("#d0d5dc"),
    "key": Paint("#b3bac4"),
    "key-text": Paint("#181c21"),
    "good": Paint("#6dd39a"),
    "warn": Paint("#f0bd5e"),
    "bad": Paint("#ff9a93"),
    "calm-mark": Paint("#20252c", "#69727e"),
    "warn-mark": Paint("#33270f", "#a67c28"),
    "bad-mark": Paint("#3b1a1a", "#b5534d"),
}


def painted(role: str) -> str:
    """The attributes of an element with this role; they hold even where a page allows no style in a picture."""
    paint = LIGHT[role]
    return f'class="flow-{role}" fill="{paint.fill}"' + (f' stroke="{paint.line}"' if paint.line != "none" else "")


def dark_style() -> str:
    rules = "".join(
        f".flow-drawing .flow-{role}{{fill:{paint.fill};stroke:{paint.line}}}" for role, paint in DARK.items()
    )
    return f"@media (prefers-color-scheme:dark){{{rules}}}"
