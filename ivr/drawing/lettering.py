"""Text for a picture: what may stand in it, how wide it runs, where it breaks and where it is cut."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from html import escape

_UNFIT = re.compile(
    "[^\t\n\r\u0020-\u007e\u00a0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]"
    "|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
"""What XML does not take, and marks that make a line read in another order than it is written."""
_JOINER = "\u200d"
_CLOSING = frozenset("，。、；：！？）」』】》〉”’…,.;:!?)]}%")
_OPENING = frozenset("（「『【《〈“‘([{")
_EMS = {
    **dict.fromkeys(" .,:;'|!ijl", 0.29),
    **dict.fromkeys('()[]{}frtI-"*·', 0.4),
    **dict.fromkeys("mwMW%@", 0.92),
    **dict.fromkeys("…—＿", 1.0),
}
_BOLD = 1.07
_READ = 400
"""No line is longer; a prompt of pages is not measured to its end."""


def fit(text: str) -> str:
    """The text without what a picture must not hold."""
    return _UNFIT.sub("", text)


def escaped(text: str) -> str:
    return escape(fit(text), quote=True)


def one_line(text: str) -> str:
    return " ".join(fit(text).split())


def width(text: str, size: float, *, bold: bool = False) -> float:
    """About how far the text runs, rather too far than not far enough."""
    return sum(map(_ems, text)) * size * (_BOLD if bold else 1)


def wrapped(text: str, size: float, limit: float, most: int) -> tuple[str, ...]:
    """The first lines of the text, each within the limit and all about as long; three dots stand for the rest."""
    line = one_line(text)
    lines = _filled(line[:_READ], size, limit)
    if len(lines) > most or len(line) > _READ:
        kept = lines[: most - 1]
        rest = line[sum(map(len, kept)) :][:_READ]
        return (*(one.rstrip() for one in kept), _dotted(rest, size, limit))
    narrower = (limit * part / 20 for part in range(10, 20))
    even = next((tried for part in narrower if len(tried := _filled(line, size, part)) == len(lines)), lines)
    return tuple(one.rstrip() for one in even if one)


def _filled(line: str, size: float, limit: float) -> list[str]:
    """Lines as long as they may be, the space between two at the end of the first."""
    lines = [""]
    for piece in _pieces(line, size, limit):
        if lines[-1] and width((lines[-1] + piece).rstrip(), size) > limit:
            lines.append("")
        lines[-1] += piece
    return lines


def cut(text: str, size: float, limit: float, *, bold: bool = False) -> str:
    """The text on one line within the limit."""
    line = one_line(text)
    fits = len(line) <= _READ and width(line, size, bold=bold) <= limit
    return line if fits else _dotted(line[:_READ], size * (_BOLD if bold else 1), limit)


def _dotted(line: str, size: float, limit: float) -> str:
    """The beginning of the line and three dots; words stay whole unless that would cost half of it."""
    clusters = list(_clusters(line))
    room = limit - width("…", size)
    end = 0
    while end < len(clusters) and (room := room - width(clusters[end], size)) >= 0:
        end += 1
    word = next((place for place in range(end, end // 2, -1) if _ends_word(clusters, place)), end)
    return "".join(clusters[:word]).rstrip(" ,.，、;；。") + "…"


def _ends_word(clusters: Sequence[str], place: int) -> bool:
    return place >= len(clusters) or clusters[place] == " " or _may_break(clusters[place - 1][-1], clusters[place])


def _pieces(line: str, size: float, limit: float) -> Iterator[str]:
    """The line cut wherever it may break; a word longer than a line breaks anywhere."""
    piece = ""
    for cluster in _clusters(line):
        if piece and (_may_break(piece[-1], cluster) or width(piece + cluster, size) > limit):
            yield piece
            piece = ""
        piece += cluster
    yield piece


def _may_break(before: str, cluster: str) -> bool:
    """Not before a number, which belongs to the word in front of it: press 1."""
    if before == " ":
        return cluster != " " and not cluster[0].isdigit()
    if cluster[0] in _CLOSING or before in _OPENING or cluster == " ":
        return False
    return _is_wide(before) or _is_wide(cluster[0])


def _clusters(line: str) -> Iterator[str]:
    """What a reader sees as one character: accents, joined emoji and flags stay whole."""
    cluster = ""
    for char in line:
        if cluster and not _belongs(cluster, char):
            yield cluster
            cluster = ""
        cluster += char
    if cluster:
        yield cluster


def _belongs(cluster: str, char: str) -> bool:
    if cluster[-1] == _JOINER or char == _JOINER or unicodedata.category(char) in {"Mn", "Me", "Mc"}:
        return True
    if "\U0001f3fb" <= char <= "\U0001f3ff":
        return True
    return len(cluster) == 1 and _is_flag_half(cluster) and _is_flag_half(char)


def _is_flag_half(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _is_wide(char: str) -> bool:
    return unicodedata.east_asian_width(char) in {"W", "F"}


def _ems(char: str) -> float:
    known = _EMS.get(char)
    if known is not None:
        return known
    if unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0
    if _is_wide(char):
        return 1.3 if char >= "\U0001f000" and char < "\U00020000" else 1
    if char.isupper():
        return 0.69
    return 0.57 if char < "\u0250" else 0.72
