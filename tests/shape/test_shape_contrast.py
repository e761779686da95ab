"""Text and its ground differ enough to be read (WCAG 2.2 AA), in the light colours and in the dark ones."""

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).resolve().parents[2] / "contactcenter" / "static" / "css" / "tokens.css"
SURFACES = ["ground", "surface", "surface-raised", "surface-sunk", "surface-hover", "surface-current"]
TEXT = 4.5
SHAPE = 3.0

PAIRS = [
    *((ink, surface, TEXT) for ink in ("ink", "ink-soft", "ink-faint") for surface in SURFACES),
    *(("accent", surface, TEXT) for surface in SURFACES),
    *((state, f"{state}-tint", TEXT) for state in ("good", "warn", "bad", "info")),
    *((state, surface, TEXT) for state in ("good", "warn", "bad", "info") for surface in SURFACES),
    *((ink, "note-tint", TEXT) for ink in ("ink", "ink-soft", "ink-faint")),
    *(("on-solid", solid, TEXT) for solid in ("accent-solid", "good-solid", "bad-solid")),
    *(("on-solid", f"{solid}-hover", TEXT) for solid in ("accent-solid", "good-solid", "bad-solid")),
    *(("focus", surface, SHAPE) for surface in SURFACES),
    *(("line-strong", surface, SHAPE) for surface in ("surface", "surface-raised")),
    *((solid, "surface", SHAPE) for solid in ("good-solid", "bad-solid", "accent-solid")),
]


def colours(theme: int) -> dict[str, str]:
    text = TOKENS.read_text(encoding="utf-8")
    found = {name: pair for name, *pair in re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", text)}
    return {name: pair[theme] for name, pair in found.items()} | {"on-solid": "#ffffff"}


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_black_on_white_is_21_to_1():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_every_pair_of_ink_and_ground_can_be_read(theme):
    known = colours(theme)
    poor = {
        f"{front} on {back}": round(contrast(known[front], known[back]), 2)
        for front, back, least in PAIRS
        if contrast(known[front], known[back]) < least
    }
    assert poor == {}
