"""Markdown without its signs: the text that is searched and that excerpts are cut from."""

import re
from typing import Final

_BLOCK_SIGNS: Final = re.compile(
    r"^[ \t]*(?:#{1,6}[ \t]+|>[ \t]?|[-*+][ \t]+|\d{1,3}[.)][ \t]+|(?:```|~~~).*$)", re.MULTILINE
)
_LINK: Final = re.compile(r"!?\[([^\[\]\n]*)\]\([^()\s]*\)")
_EMPHASIS: Final = re.compile(r"\*{1,3}|`+|~~")


def plain_text(markdown: str) -> str:
    """Drop what Markdown adds for the eye; words and their order stay, links leave their text."""
    without_blocks = _BLOCK_SIGNS.sub("", markdown)
    without_links = _LINK.sub(r"\1", without_blocks)
    lines = _EMPHASIS.sub("", without_links).splitlines()
    return "\n".join(line.strip() for line in lines).strip()
