"""Turning bytes into text that can be read and stored, whatever the sender's label claims."""

import codecs
import re
from dataclasses import dataclass

from contactcenter.channels.email.charset_guess import guess_charset

# What a label stands for in real mail, which is often more than the standard says: senders write gb2312 and mean GB18030.
# `jis-cp932` is ISO-2022-JP carrying the vendor characters that only code page 932 knows.
_WIDER: dict[str, tuple[str, ...]] = {
    "gb2312": ("gb18030",),
    "gbk": ("gb18030",),
    "gb-2312": ("gb18030",),
    "gb2312-80": ("gb18030",),
    "iso-gb2312": ("gb18030",),
    "euc-cn": ("gb18030",),
    "cp936": ("gb18030",),
    "windows-936": ("gb18030",),
    "hz-gb-2312": ("hz",),
    "iso-2022-jp": ("iso2022_jp_ext", "jis-cp932", "cp932"),
    "iso-2022-jp-1": ("iso2022_jp_ext", "jis-cp932", "cp932"),
    "iso-2022-jp-2": ("iso2022_jp_2", "iso2022_jp_ext", "jis-cp932"),
    "iso-2022-jp-ms": ("jis-cp932", "iso2022_jp_ext"),
    "shift_jis": ("cp932",),
    "shift-jis": ("cp932",),
    "sjis": ("cp932",),
    "ms_kanji": ("cp932",),
    "windows-31j": ("cp932",),
    "euc-jp": ("euc_jp", "euc_jisx0213"),
    "euc-kr": ("cp949",),
    "ks_c_5601-1987": ("cp949",),
    "ks_c_5601": ("cp949",),
    "ksc5601": ("cp949",),
    "windows-949": ("cp949",),
    "big5": ("big5hkscs", "cp950"),
    "big-5": ("big5hkscs", "cp950"),
    "big5-hkscs": ("big5hkscs", "cp950"),
    "big5-eten": ("big5hkscs", "cp950"),
    "us-ascii": ("ascii", "utf-8", "cp1252"),
    "ascii": ("ascii", "utf-8", "cp1252"),
    "ansi_x3.4-1968": ("ascii", "utf-8", "cp1252"),
    "utf8": ("utf-8",),
    "utf8mb4": ("utf-8",),
    "utf-8mb4": ("utf-8",),
    "unicode-1-1-utf-8": ("utf-8",),
    "unicode-1-1-utf-7": ("utf-7",),
    "iso-8859-8-i": ("iso8859_8",),
    "iso-8859-8-e": ("iso8859_8",),
    "windows-874": ("cp874",),
    "tis-620": ("cp874",),
    "macintosh": ("mac_roman",),
    "mac": ("mac_roman",),
    "ansi": ("cp1252",),
}
_LATIN = frozenset({"iso8859-1", "latin_1", "latin-1"})
_WIDE = ("utf-16", "utf-32")
_C1 = re.compile(rb"[\x80-\x9f]")
_LABEL = re.compile(r"[a-z0-9][a-z0-9._:-]{0,39}")
# Python knows codecs that are no charsets, and some (idna, punycode) that take quadratic time: only these families are used.
_FAMILIES = (
    "ascii",
    "utf",
    "cp",
    "iso8859",
    "iso2022",
    "koi8",
    "mac",
    "gb",
    "big5",
    "euc",
    "shift",
    "johab",
    "hz",
    "tis",
    "ptcp154",
    "kz1048",
    "hp-roman8",
    "latin",
    "windows",
)
_UNSTORABLE = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Decoded:
    text: str
    charset: str
    problem: str | None = None


def decode_text(raw: bytes, declared: str | None) -> Decoded:
    """The text of these bytes: by its label, else as UTF-8, else by the look of it; never an exception, always storable."""
    label = clean_label(declared)
    candidates = _candidates(label, raw)
    for codec in candidates:
        text = _strictly(raw, codec)
        if text is not None:
            return _decoded(text, codec, _surprise(label, codec))
    for codec in dict.fromkeys((*candidates[:1], "utf-8")):
        text = _nearly(raw, codec)
        if text is not None:
            return _decoded(text, codec, f"some bytes are not valid {codec} and were replaced")
    guessed = guess_charset(raw)
    if guessed is not None:
        text = raw.decode(guessed, "replace")
        return _decoded(text, guessed, f"the charset label {label or 'is missing'} did not fit; {guessed} was guessed")
    return _decoded(raw.decode("latin-1"), "latin-1", "no charset fits these bytes; they are shown as latin-1")


def clean_label(declared: str | None) -> str:
    """A charset label without quotes, spaces and whatever else was glued to it; empty when nothing usable is left."""
    label = (declared or "").strip(" \t\r\n\"'<>").lower().removeprefix("charset=").strip(" \"'")
    match = _LABEL.match(label)
    if match is None:
        return ""
    return match.group().removeprefix("x-").rstrip(".:-")


def storable(text: str) -> str:
    """The text without what PostgreSQL and UTF-8 refuse: NUL goes, half a surrogate pair becomes the replacement sign."""
    return _UNSTORABLE.sub("\ufffd", text.replace("\x00", ""))


def single_line(text: str) -> str:
    """For subjects and names: no control characters, no line breaks, single spaces."""
    return " ".join(_CONTROL.sub(" ", storable(text)).split())


def _candidates(label: str, raw: bytes) -> list[str]:
    if label in _WIDER:
        return [*_WIDER[label], "utf-8"]
    codec = _codec(label)
    if codec is None or (codec.startswith(_WIDE) and b"\x00" not in raw and raw.isascii()):
        return ["utf-8"]  # plain ASCII read as UTF-16 would turn into Chinese
    if codec in _LATIN and _C1.search(raw):
        return ["utf-8", "cp1252", "latin-1"]  # latin-1 has nothing printable there, so the label is wrong
    return [codec, "utf-8"]


def _codec(label: str) -> str | None:
    if not label:
        return None
    try:
        name = codecs.lookup(label).name
    except LookupError:
        return None
    return name if name.startswith(_FAMILIES) else None


def _strictly(raw: bytes, codec: str) -> str | None:
    try:
        return _jis_with_vendor_characters(raw) if codec == "jis-cp932" else raw.decode(codec)
    except (UnicodeError, ValueError):
        return None


def _nearly(raw: bytes, codec: str) -> str | None:
    """A text with a few broken characters, such as one cut in the middle, is still a text in that charset."""
    if codec in {"ascii", "utf-7", "jis-cp932"}:
        return None
    text = raw.decode(codec, "replace")
    broken = text.count("\ufffd")
    foreign = len(raw) - len(raw.translate(None, bytes(range(128, 256))))
    return text if broken <= foreign // 20 + 1 and foreign > 3 * broken else None


def _surprise(label: str, codec: str) -> str | None:
    if codec == "utf-8" and label and label not in {"utf-8", "us-ascii", "ascii"} and _WIDER.get(label) != ("utf-8",):
        return f"labelled {label}, but read as utf-8"
    return None


def _decoded(text: str, codec: str, problem: str | None) -> Decoded:
    return Decoded(storable(text.removeprefix("\ufeff")), codec, problem)


_JIS_SEGMENT = re.compile(rb"\x1b(\$[@B]|\([BJI])([^\x1b]*)")


def _jis_with_vendor_characters(raw: bytes) -> str:
    """ISO-2022-JP read through code page 932, which knows the circled digits and other vendor characters."""
    first = raw.find(b"\x1b")
    if first < 0:
        raise ValueError("no escape sequence")
    out = [raw[:first].decode("ascii")]
    for match in _JIS_SEGMENT.finditer(raw, first):
        mark, body = match.groups()
        out.append(_shifted(body).decode("cp932") if mark[:1] == b"$" else body.decode("cp932"))
    return "".join(out)


def _shifted(jis: bytes) -> bytes:
    """The same characters in Shift-JIS; line ends may stand between the pairs."""
    out = bytearray()
    position = 0
    while position < len(jis):
        first = jis[position]
        if first < 0x21 or position + 1 >= len(jis):
            out.append(first)
            position += 1
            continue
        second = jis[position + 1]
        row = (first - 0x21) // 2 + 0x81
        out.append(row if row <= 0x9F else row + 0x40)
        out.append(second + (0x7E if first % 2 == 0 else 0x1F if second < 0x60 else 0x20))
        position += 2
    return bytes(out)
