"""Text with holes in braces: {order.no}, {order.no as digits}, {skill|general}."""

import re
from dataclasses import dataclass
from functools import lru_cache

from ivr.spoken import FORMS

_BRACED = re.compile(r"\{([^{}]*)\}")
_HOLE = re.compile(
    r"\s*(?P<path>[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*)(?:\s+as\s+(?P<form>\w+))?\s*(?:\|(?P<default>[^|]*))?"
)


class TemplateError(Exception):
    def __init__(self, message: str, rule: str) -> None:
        super().__init__(message)
        self.rule = rule


@dataclass(frozen=True, slots=True)
class Hole:
    path: str
    form: str | None
    default: str | None

    @property
    def root(self) -> str:
        return self.path.partition(".")[0]


@lru_cache(maxsize=4096)
def pieces(text: str) -> tuple[str | Hole, ...]:
    """The text cut at its holes, in order; raises TemplateError with a sentence for the author."""
    found: list[str | Hole] = []
    rest = 0
    for braces in _BRACED.finditer(text):
        found += [_literal(text[rest : braces.start()]), _hole(braces[1])]
        rest = braces.end()
    found.append(_literal(text[rest:]))
    return tuple(piece for piece in found if piece != "")


def holes(text: str) -> tuple[Hole, ...]:
    return tuple(piece for piece in pieces(text) if isinstance(piece, Hole))


def _literal(text: str) -> str:
    if "{" in text or "}" in text:
        raise TemplateError(f"a brace is not closed or not opened near '{text.strip()[:30]}'", "Y03")
    return text


def _hole(inner: str) -> Hole:
    written = _HOLE.fullmatch(inner)
    if not written:
        raise TemplateError(
            f"'{{{inner}}}' should look like {{order.no}}, {{order.no as digits}} or {{name|you}}", "Y03"
        )
    form = written["form"]
    if form is not None and form not in FORMS:
        raise TemplateError(f"no spoken form '{form}' (known: {', '.join(sorted(FORMS))})", "V02")
    return Hole(written["path"], form, written["default"])
