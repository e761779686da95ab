"""What kind of line stands where in the text of a mail: quotes, attributions, header blocks, signatures."""

import re
from collections.abc import Sequence

from contactcenter.channels.email import reply_language as language

LINE_LENGTH = 2_000
"""Every line is cut to this before any pattern sees it, so that no line costs more than any other."""

_ATTRIBUTION_LENGTH = 400
_ATTRIBUTION_LINES = 3
_HEADER_LINES = 6

_QUOTE = re.compile(r"[ \t]{0,3}[>＞]")
_BAR = re.compile(r"\|(?:[ \t]|$)")
_ADDRESS = re.compile(r"\S@\S")
_BRACKETED = re.compile(r"[<\[(][^<>\s]{0,20}\S@[^<>\s]{1,100}[>\])]")
_TIME = re.compile(r"\d{1,2}[:.h]\d{2}|\d{1,2}[点點時时]\d{0,2}")
_DATE = re.compile(r"\d{1,4}[-/.]\s?\d{1,2}[-/.]\s?\d{2,4}|(?:19|20)\d{2}|\d{1,2}\s?月\s?\d{1,2}")
_ISO = re.compile(r"\d{4}[-/]\d{1,2}[-/]\d{1,2}\b")
_ZONE = re.compile(r"\b(?:GMT|UTC)\s?[+-]\d")


def _alternatives(words: Sequence[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_WROTE = re.compile(
    rf"(?<!\w)(?:{_alternatives(language.WROTE_LATIN)})(?!\w)|{_alternatives(language.WROTE_EAST_ASIAN)}"
)
# `<name@example.com>wrote:` stands without a blank, and is common.
_WROTE_LAST = re.compile(
    rf"(?:(?<!\w)(?:{_alternatives(language.WROTE_LATIN)})|{_alternatives(language.WROTE_EAST_ASIAN)})[\s:：*_.-]{{0,12}}$"
)
_OPENING = re.compile(
    rf"[\s*_-]{{0,8}}(?:\d|(?:{_alternatives(language.BEGINNINGS)})(?=[\s,]|$)|(?:{_alternatives(language.MONTHS_AND_DAYS)})\w{{0,8}}[.,]?\s|[在於于]\s?\d)"
)
_LABELS = {label: kind for kind, labels in language.HEADER_LABELS.items() for label in labels}
_LABEL = re.compile(r"[>*_\s]{0,6}([^\s:：*_>][^:：*_>]{0,25}?)[*_\s]{0,4}[:：]")
_SLASH_NAME = re.compile(r"\s{0,4}/{1,2}\s?[^\W\d_]{2,20}(?:\s[^\W\d_]{1,20})?\s*$")
_BRACKET_TAIL = re.compile(r"\s{0,4}>\s?[:：]?\s*$")
_SENTENCE_END = re.compile(r"[^\d\s][.!?。！？]\s*$")
_RULE = re.compile(r"[\s\-_=*~#—–―─]{3,}$")
_MARK_DASHES = re.compile(r"^[\s>*_]*[-–—_=*─]{2,}")
_MARK_EDGES = " \t>-–—_=*─:：[]【】"
_ORIGINALS = frozenset(language.ORIGINAL_MARKS)
_CLOSINGS = frozenset(language.CLOSINGS)


def is_blank(line: str) -> bool:
    """Nothing to see; some trackers leave a lone sign on a line of its own."""
    return not line.strip(" \t\u1427\u200b\u200c\u2060\ufeff\xad\xa0")


def is_quote(lines: Sequence[str], at: int) -> bool:
    """`>` always, `|` when a neighbour has it too and the line is no row of a table."""
    line = lines[at]
    if _QUOTE.match(line):
        return True
    if not _BAR.match(line) or (line.rstrip().endswith("|") and len(line.strip()) > 1):
        return False
    neighbours = (lines[other] for other in (at - 1, at + 1) if 0 <= other < len(lines))
    return any(_BAR.match(other) for other in neighbours)


def attribution_length(lines: Sequence[str], at: int) -> int:
    """How many lines the attribution that begins here has; 0 when none begins."""
    joined = ""
    for count in range(1, _ATTRIBUTION_LINES + 1):
        index = at + count - 1
        if index >= len(lines) or is_blank(lines[index]) or (count > 1 and _is_other(lines, index)):
            return 0
        joined = f"{joined} {lines[index].strip()}".lstrip()
        if len(joined) > _ATTRIBUTION_LENGTH:
            return 0
        if _is_attribution(joined) and _begins_well(lines, at, count):
            return count
    return 0


def header_block(lines: Sequence[str], at: int) -> bool:
    """Several different labels within six lines, the first of them here; two are enough beside an address or a date."""
    if label_kind(lines[at]) is None:
        return False
    labelled = [(kind, line) for line in lines[at : at + _HEADER_LINES] if (kind := label_kind(line)) is not None]
    kinds = {kind for kind, _ in labelled} - {"cc", "reply-to"}
    if len(kinds) < 2 or not kinds & {"from", "date"}:
        return False
    return len(kinds) > 2 or any(_ADDRESS.search(line) or _DATE.search(line) for _, line in labelled)


def label_kind(line: str) -> str | None:
    match = _LABEL.match(line)
    return None if match is None else _LABELS.get(match[1].strip().lower())


def is_original_mark(line: str) -> bool:
    """`-----Original Message-----` in any language."""
    if len(line) > 120:
        return False
    words = line.strip(_MARK_EDGES).lower()
    return words in _ORIGINALS and (_MARK_DASHES.match(line) is not None or line.rstrip().endswith((":", "：")))


def is_signature_mark(line: str) -> bool:
    return line.rstrip("\r\n") in {"-- ", "--", "--\xa0"}


def is_rule(line: str) -> bool:
    return _RULE.match(line) is not None and len(set(line.strip())) <= 2


def is_device_line(line: str) -> bool:
    text = line.strip(" \t*_-<>[]").lower()
    if not text or len(text) > 120 or text.endswith(("?", "？")):
        return False
    if not text.startswith(language.DEVICE_BEGINNINGS):
        return False
    doubtful = text.startswith(("von meinem ", "從我的", "从我的", "lähetetty ", "elküldve "))
    return not doubtful or text.rstrip(".。").endswith(language.DEVICE_ENDINGS) or len(text) < 60


def is_closing(line: str) -> bool:
    """`Best regards,` alone on its line."""
    return len(line) <= 60 and line.strip(" \t,.;:!，。！、-*_").lower() in _CLOSINGS


def is_slash_name(line: str) -> bool:
    """`/Anna`, the way to sign in the north of Europe."""
    return _SLASH_NAME.match(line) is not None


def is_footer(line: str) -> bool:
    text = line.lower()
    return any(words in text for words in language.FOOTERS)


def _is_other(lines: Sequence[str], index: int) -> bool:
    quoted = is_quote(lines, index) and not _BRACKET_TAIL.match(lines[index])
    return quoted or label_kind(lines[index]) is not None or is_signature_mark(lines[index])


def _is_attribution(text: str) -> bool:
    lowered = text.lower()
    address = _ADDRESS.search(lowered) is not None
    dated = _DATE.search(lowered) is not None or _TIME.search(lowered) is not None
    if not (address or dated):
        return False  # "as the author wrote:" is prose
    ends_open = lowered.rstrip(" *_>-").endswith((":", "："))
    dashed = lowered.startswith("--") and lowered.endswith("--")
    if _WROTE_LAST.search(lowered):
        return ends_open or address or dashed
    if _WROTE.search(lowered):
        return ends_open and (address or _OPENING.match(lowered) is not None)
    return _is_wordless_attribution(text, lowered)


def _is_wordless_attribution(text: str, lowered: str) -> bool:
    """A date and a name without a verb: `2016-03-03 17:21 GMT+01:00 Some One <some@example.com>:`."""
    if not _OPENING.match(lowered):
        return False
    timed = _TIME.search(lowered) is not None
    ends = text.rstrip(" :：")
    if _BRACKETED.search(text) is not None and ends.endswith((">", "]", ")")):
        return _DATE.search(lowered) is not None and (timed or _ISO.match(lowered) is not None)
    return _ISO.match(lowered) is not None and timed and _ZONE.search(text) is not None


def _begins_well(lines: Sequence[str], at: int, count: int) -> bool:
    """Whether the first line belongs to the attribution, rather than being the last words of the answer above it."""
    if count == 1:
        return True
    if _SENTENCE_END.search(lines[at]) and "<" not in lines[at]:
        return False
    rest = " ".join(line.strip() for line in lines[at + 1 : at + count])
    if _OPENING.match(rest.lower()) and _is_attribution(rest):
        return False
    return _OPENING.match(lines[at].lower()) is not None or "<" in lines[at] or '"' in lines[at]
