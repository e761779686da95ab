"""What a person wrote in this mail, without the mail they answered and without their signature.

One pass over the lines; every line costs a bounded amount of work. The result is only a view: the whole text is kept, so a
wrong cut loses no word.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from contactcenter.channels.email import reply_lines as lines_of

_MAX_SIGNATURE_LINES = 25
_MAX_CLOSING_LINES = 8
_MAX_CLOSING_WIDTH = 70
_WRAPPED_AT = 60


@dataclass(frozen=True, slots=True)
class Visible:
    text: str
    quoted: str = ""
    """What was answered, and everything else that was cut away except the signature."""
    signature: str = ""


class _Kind(StrEnum):
    TEXT = "text"
    QUOTE = "quote"
    ATTRIBUTION = "attribution"
    SIGNATURE = "signature"
    REST = "rest"
    """From here on, somebody else wrote."""


@dataclass(slots=True)
class _Block:
    kind: _Kind
    start: int
    end: int


def visible_reply(text: str) -> Visible:
    """The visible reply; when nothing would be left, everything is shown."""
    full = text.replace("\r\n", "\n").split("\n")
    lines = [line[: lines_of.LINE_LENGTH] for line in full]
    blocks = _blocks(lines)
    kept = _kept(blocks)
    shown = [line for block in blocks if id(block) in kept for line in full[block.start : block.end]]
    signature = [line for block in blocks if block.kind is _Kind.SIGNATURE for line in full[block.start : block.end]]
    cut = len(shown) - _closing_length(shown)
    signature = [*shown[cut:], *signature]
    visible = _trimmed(shown[:cut])
    if not visible:
        return Visible(_trimmed(full))
    quoted = [
        line
        for block in blocks
        if id(block) not in kept and block.kind is not _Kind.SIGNATURE
        for line in full[block.start : block.end]
    ]
    return Visible(visible, _trimmed(quoted), _trimmed(signature))


def _blocks(lines: Sequence[str]) -> list[_Block]:
    blocks: list[_Block] = []
    at = 0
    said = False
    while at < len(lines):
        kind, end = _next(lines, at, blocks, said=said)
        said = said or (kind is _Kind.TEXT and not lines_of.is_blank(lines[at]))
        if blocks and blocks[-1].kind is kind:
            blocks[-1].end = end
        else:
            blocks.append(_Block(kind, at, end))
        at = end
    return blocks


def _next(lines: Sequence[str], at: int, blocks: list[_Block], *, said: bool) -> tuple[_Kind, int]:
    """What begins at this line, and where it ends."""
    line = lines[at]
    if lines_of.is_blank(line):
        return (blocks[-1].kind if blocks else _Kind.TEXT), at + 1
    if lines_of.is_quote(lines, at) or _is_wrapped_quote(lines, at, blocks):
        return _Kind.QUOTE, at + 1
    if said and _begins_original(lines, at):
        return _Kind.REST, len(lines)
    length = lines_of.attribution_length(lines, at)
    if length:
        unquoted = said and not _quote_follows(lines, at + length)
        return (_Kind.REST, len(lines)) if unquoted else (_Kind.ATTRIBUTION, at + length)
    if blocks and blocks[-1].kind is _Kind.SIGNATURE:
        return _Kind.SIGNATURE, at + 1
    return (_Kind.SIGNATURE if said and _begins_signature(lines, at) else _Kind.TEXT), at + 1


def _begins_original(lines: Sequence[str], at: int) -> bool:
    if lines_of.is_original_mark(lines[at]) or lines_of.header_block(lines, at):
        return True
    if not lines_of.is_rule(lines[at]):
        return False
    following = [index for index in range(at + 1, min(at + 4, len(lines))) if not lines_of.is_blank(lines[index])]
    return bool(following) and (
        lines_of.header_block(lines, following[0]) or any(lines_of.is_footer(lines[index]) for index in following)
    )


def _begins_signature(lines: Sequence[str], at: int) -> bool:
    if lines_of.is_device_line(lines[at]):
        return True
    if not lines_of.is_signature_mark(lines[at]):
        return False
    # Without the blank, two dashes may also divide a long text.
    return lines[at] != "--" or sum(not lines_of.is_blank(line) for line in lines[at : at + 40]) <= _MAX_SIGNATURE_LINES


def _is_wrapped_quote(lines: Sequence[str], at: int, blocks: list[_Block]) -> bool:
    """A long quoted line that some program broke: its tail stands alone between two quoted lines."""
    if not blocks or blocks[-1].kind is not _Kind.QUOTE or at + 1 >= len(lines):
        return False
    before, after = lines[at - 1], lines[at + 1]
    return len(before) >= _WRAPPED_AT and lines_of.is_quote(lines, at - 1) and after.startswith(">")


def _quote_follows(lines: Sequence[str], at: int) -> bool:
    for index in range(at, min(at + 6, len(lines))):
        if not lines_of.is_blank(lines[index]):
            return lines_of.is_quote(lines, index)
    return False


def _kept(blocks: list[_Block]) -> frozenset[int]:
    """Which blocks are shown: the text, and the quotes between answers; by identity."""
    texts = [number for number, block in enumerate(blocks) if block.kind is _Kind.TEXT]
    quotes = [number for number, block in enumerate(blocks) if block.kind is _Kind.QUOTE]
    if not texts:
        return frozenset()
    answered = [number for number in quotes if number < texts[-1]]
    attributed = [number for number, block in enumerate(blocks) if block.kind is _Kind.ATTRIBUTION]
    wrote_beneath = bool(attributed) and attributed[0] + 1 in texts
    inline = len(answered) > 1 or not attributed or wrote_beneath
    shown = [*texts, *(answered if inline else ())]
    return frozenset(id(blocks[number]) for number in shown)


def _closing_length(shown: Sequence[str]) -> int:
    """How many lines at the end are a closing formula with a name under it, or a name behind a slash."""
    below = 0
    signed = 0
    for back, line in enumerate(reversed(shown), start=1):
        if lines_of.is_blank(line):
            continue
        if not below and lines_of.is_slash_name(line):
            signed = back
        if below and back < len(shown) and lines_of.is_closing(line):
            return _with_more_closings(shown, back)
        below += 1
        if below > _MAX_CLOSING_LINES or len(line) > _MAX_CLOSING_WIDTH or lines_of.is_quote(shown, len(shown) - back):
            break
    return signed


def _with_more_closings(shown: Sequence[str], back: int) -> int:
    """Some formulas take two lines, as 此致 and 敬礼."""
    above = back + 1
    while above < len(shown) and (lines_of.is_blank(shown[-above]) or lines_of.is_closing(shown[-above])):
        above += 1
    return above - 1


def _trimmed(lines: Sequence[str]) -> str:
    start, end = 0, len(lines)
    while start < end and lines_of.is_blank(lines[start]):
        start += 1
    while end > start and lines_of.is_blank(lines[end - 1]):
        end -= 1
    return "\n".join(lines[start:end])
